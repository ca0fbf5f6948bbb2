/* Pages of rules, thresholds in sentences, and the file of a baseline. */
#include "golden.h"
#include "reports.h"

#include <render/render.h>
#include <render/rules.h>
#include <string.h>

static const PgaRuleText full = {
    .id = "fk-missing-index",
    .title = "Foreign key without an index",
    .verb = "lint",
    .category = "index",
    .severity = PGA_SEVERITY_WARNING,
    .why = "Deleting one referenced row reads the whole referencing table, again and again.",
    .when_not = "Referenced rows are never deleted.",
    .condition = "The table has {min_rows} or more, {min_rows} rows in short; {idle_share} of "
                 "{unknown} and {open",
    .example = "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (a_id int REFERENCES a);",
    .fix = "Creates the index when it is worth {min_bytes}.",
    .versions = "Since 11.",
    .needs = "needs usage counters of a server",
    .docs_page = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "T1-2 PRE-7",
    .thresholds = {{"min_rows", "rows", "Smaller tables are left alone.", 1000},
                   {"idle_share", "share", "Less is idle.", 0.125},
                   {"min_bytes", "bytes", "Less is not worth it.", 1e9}},
};

static const PgaRuleText bare = {
    .id = "table-no-primary-key",
    .title = "Table without a primary key",
    .verb = "check",
    .category = "schema",
    .severity = PGA_SEVERITY_ERROR,
    .off_by_default = TRUE,
    .why = "Rows cannot be told apart.",
    .when_not = "A log.",
    .docs_page = "ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    .docs_title = "Constraints: Primary Keys",
    .requirements = "T2-3",
};

static void
test_pages(void)
{
    g_autofree char *text = pga_render_rule_text(&full, 80);
    g_autofree char *short_text = pga_render_rule_text(&bare, 80);
    g_autofree char *markdown = pga_render_rule_markdown(&full, "17");
    g_autofree char *short_markdown = pga_render_rule_markdown(&bare, "current");
    g_autofree char *texts = g_strconcat(text, "\n", short_text, NULL);
    g_autofree char *markdowns = g_strconcat(markdown, "\n", short_markdown, NULL);

    pga_assert_golden(texts, "rules.txt");
    pga_assert_golden(markdowns, "rules.md");
}

/* Of Django projects: examples are Python, citations may be of Django's manual. */
static void
test_django(void)
{
    PgaRuleText rule = full;
    g_autofree char *text = NULL, *markdown = NULL;

    rule.verb = "django";
    rule.docs_page = "https://docs.djangoproject.com/en/stable/ref/models/";
    text = pga_render_rule_text(&rule, 80);
    markdown = pga_render_rule_markdown(&rule, "17");
    g_assert_nonnull(strstr(text, " https://docs.djangoproject.com/en/stable/ref/models/\n"));
    g_assert_nonnull(strstr(markdown, "\n```python\n"));
    g_assert_nonnull(strstr(markdown, "](https://docs.djangoproject.com/en/stable/ref/models/)\n"));
}

static void
test_table(void)
{
    const PgaRuleText *rules[] = {&bare, &full};
    g_autofree char *linked = pga_render_rules_markdown(rules, 2, TRUE);
    g_autofree char *plain = pga_render_rules_markdown(rules, 2, FALSE);

    g_assert_cmpstr(linked, ==,
                    "\n## check: schema\n\n| rule | severity | |\n|---|---|---|\n"
                    "| [table-no-primary-key](table-no-primary-key.md) | error | Table without a "
                    "primary key |\n"
                    "\n## lint: index\n\n| rule | severity | |\n|---|---|---|\n"
                    "| [fk-missing-index](fk-missing-index.md) | warning | Foreign key without an "
                    "index |\n");
    g_assert_nonnull(strstr(plain, "\n| fk-missing-index | warning |"));
}

static void
test_thresholds(void)
{
    static const struct {
        const char *unit;
        double value;
        const char *want;
    } cases[] = {
        {"rows", 1e6, "1,000,000 rows"}, {"share", 0.15, "15 %"},     {"share", 0.001, "0.1 %"},
        {"bytes", 1e11, "100 GB"},       {"ratio", 2.5, "2.5 ratio"}, {"%", 10, "10 %"},
        {"days", 7, "7 days"},           {"days", 1, "1 day"},        {"passes", 1, "1 passes"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgaThresholdText threshold = {"k", cases[i].unit, "", cases[i].value};
        g_autofree char *text = pga_render_threshold(&threshold);

        g_assert_cmpstr(text, ==, cases[i].want);
    }
}

static void
test_condition(void)
{
    g_autofree char *text = pga_render_condition(&full, full.condition);

    g_assert_cmpstr(text, ==,
                    "The table has 1,000 rows or more, 1,000 rows in short; 12.5 % of "
                    "{unknown} and {open");
}

/* A unit is not said twice, whatever words the rule has for it. */
static void
test_units_in_conditions(void)
{
    static const struct {
        const char *unit, *text, *want;
    } cases[] = {
        {"rows", "{n} dead rows or more", "20 dead rows or more"},
        {"rows", "{n} or more rows", "20 or more rows"},
        {"rows", "{n} or more, in rows", "20 rows or more, in rows"},
        {"tables", "{n} or more tables inherit", "20 or more tables inherit"},
        {"passes", "more than {n} times the indexes", "more than 20 times the indexes"},
        {"passes", "more than {n} times.", "more than 20 times."},
        {"passes", "in {n} timestamps", "in 20 passes timestamps"},
        {"times the threshold", "over {n} times what", "over 20 times what"},
        {"share", "{n} share of", "2,000 % share of"},
        {"days", "for {n}.", "for 20 days."},
        {"days", "days of {n}", "days of 20"},
        {"days", "in days over {n}", "in days over 20"},
        {"days", "days or hours over {n}", "days or hours over 20 days"},
        {"days", "{n}", "20 days"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgaRuleText rule = {.thresholds = {{"n", cases[i].unit, "", 20}}};
        g_autofree char *text = pga_render_condition(&rule, cases[i].text);

        g_assert_cmpstr(text, ==, cases[i].want);
    }
}

static void
test_baseline(void)
{
    g_autoptr(PgaReport) shop = report_of_shop(), none = report_without_findings();
    g_autofree char *text = pga_render_baseline(shop);
    g_autofree char *empty = pga_render_baseline(none);

    pga_assert_golden(text, "baseline-shop.json");
    g_assert_cmpstr(empty, ==, "{\n  \"baseline\": 1,\n  \"findings\": []\n}\n");
}

/* One finding twice is one entry; a name that would break the line does not. */
static void
test_baseline_of_odd_names(void)
{
    g_autoptr(PgaReport) report = report_of_hostile_names();
    PgaFinding *finding = g_ptr_array_index(report->findings, 0);
    const PgaFinding *other = g_ptr_array_index(report->findings, 1);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    g_free(finding->fingerprint);
    finding->fingerprint = g_strdup(other->fingerprint);
    text = pga_render_baseline(report);
    lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 7);
    g_assert_nonnull(strstr(lines[3], "a\\\\nb"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/rules/django", test_django);
    g_test_add_func("/render/rules/pages", test_pages);
    g_test_add_func("/render/rules/table-by-category", test_table);
    g_test_add_func("/render/rules/thresholds", test_thresholds);
    g_test_add_func("/render/rules/conditions", test_condition);
    g_test_add_func("/render/rules/units-in-conditions", test_units_in_conditions);
    g_test_add_func("/render/baseline/golden", test_baseline);
    g_test_add_func("/render/baseline/odd-names", test_baseline_of_odd_names);
    return g_test_run();
}
