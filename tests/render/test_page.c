/* Text and Markdown of fixed reports against their golden files, and what holds
 * for any report: budgets, no control character of a name reaches the output,
 * nothing disappears without being counted. */
#include "golden.h"
#include "reports.h"

#include <base/error.h>
#include <locale.h>
#include <render/render.h>
#include <render/tokens.h>
#include <string.h>

typedef PgaReport *(*Builder)(void);

typedef struct {
    const char *name; /* of the golden file, and of the test */
    Builder build;
    PgaRenderOptions options;
} Case;

#define TEXT     .format = PGA_FORMAT_TEXT
#define MARKDOWN .format = PGA_FORMAT_MARKDOWN

static const Case cases[] = {
    {"check-shop.txt", report_of_shop, {TEXT}},
    {"check-shop-all.txt", report_of_shop, {TEXT, .all = TRUE}},
    {"check-shop-narrow.txt", report_of_shop, {TEXT, .width = 40}},
    {"check-shop-wide.txt", report_of_shop, {TEXT, .width = 120, .all = TRUE}},
    {"check-shop-colour.txt", report_of_shop, {TEXT, .colour = TRUE}},
    {"check-shop-small-budget.txt", report_of_shop, {TEXT, .token_budget = 520}},
    {"check-dump.txt", report_of_dump, {TEXT}},
    {"check-tenants.txt", report_of_tenants, {TEXT}},
    {"check-tenants-all.txt", report_of_tenants, {TEXT, .all = TRUE}},
    {"check-tenants-all.md", report_of_tenants, {MARKDOWN, .all = TRUE}},
    {"check-no-findings.txt", report_without_findings, {TEXT}},
    {"check-no-tables.txt", report_without_tables, {TEXT}},
    {"check-hostile.txt", report_of_hostile_names, {TEXT}},
    {"check-hostile-all.txt", report_of_hostile_names, {TEXT, .all = TRUE}},
    {"check-shop.md", report_of_shop, {MARKDOWN}},
    {"check-shop-all.md", report_of_shop, {MARKDOWN, .all = TRUE}},
    {"check-dump.md", report_of_dump, {MARKDOWN}},
    {"check-no-findings.md", report_without_findings, {MARKDOWN}},
    {"check-hostile.md", report_of_hostile_names, {MARKDOWN}},
    {"check-hostile-all.md", report_of_hostile_names, {MARKDOWN, .all = TRUE}},
};

static const PgaFormat budgeted[] = {PGA_FORMAT_TEXT, PGA_FORMAT_MARKDOWN};

static void
test_golden(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaReport) report = c->build();
    g_autofree char *text = pga_render_report(report, &c->options);

    pga_assert_golden(text, c->name);
}

static guint
count(const char *text, const char *part)
{
    guint n = 0;

    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

/* The findings that the line about the cut counts. */
static guint
count_left(const char *text)
{
    g_autoptr(GRegex) line =
        g_regex_new("^\\.\\.\\. (\\d+) errors?, (\\d+) warnings?, (\\d+) infos? more \\(cut",
                    G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint n = 0;

    g_assert_true(g_regex_match(line, text, 0, &match));
    for (int i = 1; i <= 3; i++) {
        g_autofree char *number = g_match_info_fetch(match, i);

        n += (guint)g_ascii_strtoull(number, NULL, 10);
    }
    return n;
}

static void
assert_budget_is_kept(const PgaReport *report, PgaFormat format, guint budget)
{
    const PgaRenderOptions options = {.format = format, .token_budget = budget};
    g_autofree char *text = pga_render_report(report, &options);

    g_assert_cmpuint(pga_tokens_estimate(text, strlen(text)), <=, budget);
    g_assert_cmpuint(count(text, "CREATE INDEX CONCURRENTLY") + count_left(text), ==,
                     report->findings->len);
}

/* Shown and counted as left are all, whatever the budget. */
static void
test_budget_is_kept(void)
{
    g_autoptr(PgaReport) report = report_of_many(200);

    for (guint i = 0; i < G_N_ELEMENTS(budgeted); i++)
        for (guint budget = 300; budget <= 6000; budget += 100)
            assert_budget_is_kept(report, budgeted[i], budget);
}

static void
test_default_budget_is_2000(void)
{
    g_autoptr(PgaReport) report = report_of_many(200);

    for (guint i = 0; i < G_N_ELEMENTS(budgeted); i++) {
        const PgaRenderOptions options = {.format = budgeted[i]},
                               same = {.format = budgeted[i], .token_budget = 2000};
        g_autofree char *text = pga_render_report(report, &options);
        g_autofree char *expected = pga_render_report(report, &same);
        const guint tokens = pga_tokens_estimate(text, strlen(text));

        g_assert_cmpstr(text, ==, expected);
        g_assert_cmpuint(tokens, <=, 2000);
        g_assert_cmpuint(tokens, >, 1700); /* the budget is used, not feared */
    }
}

/* The line about the cut is written after the budget was checked: it must fit
 * what is kept back for it. */
static void
test_the_cut_line_fits_its_reserve(void)
{
    const char *longest = "\n... 99,999 errors, 99,999 warnings,\n99,999 infos "
                          "more (cut at 12,000\n"
                          "tokens): see --all or --format json.\n";

    g_assert_cmpuint(pga_tokens_estimate(longest, strlen(longest)), <=, 48);
}

static void
test_all_shows_everything(void)
{
    g_autoptr(PgaReport) report = report_of_many(200);

    for (guint i = 0; i < G_N_ELEMENTS(budgeted); i++) {
        const PgaRenderOptions options = {.format = budgeted[i], .all = TRUE, .token_budget = 500};
        g_autofree char *text = pga_render_report(report, &options);

        g_assert_cmpuint(count(text, "CREATE INDEX CONCURRENTLY"), ==, 200);
        g_assert_cmpuint(count(text, "canceled by lock"), ==, 200);
        g_assert_null(strstr(text, "--all"));
    }
}

/* A finding too long for the budget keeps its heading; the next one is shown in
 * full. */
static void
test_a_huge_finding_does_not_hide_the_next(void)
{
    g_autoptr(PgaReport) report = report_of_shop();
    PgaFinding *first = g_ptr_array_index(report->findings, 0);

    g_ptr_array_set_size(first->fix.sql, 0);
    for (guint i = 0; i < 1000; i++)
        pga_finding_add_sql(first,
                            g_strdup_printf("ALTER TABLE public.t%u ALTER id TYPE bigint;", i));
    for (guint i = 0; i < G_N_ELEMENTS(budgeted); i++) {
        const PgaRenderOptions options = {.format = budgeted[i]};
        g_autofree char *text = pga_render_report(report, &options);

        g_assert_nonnull(strstr(text, "Integer key is running out"));
        g_assert_nonnull(strstr(text, "too long for this report"));
        g_assert_null(strstr(text, "public.t0 "));
        g_assert_nonnull(strstr(text, "CREATE INDEX CONCURRENTLY orders_customer_id_idx"));
        g_assert_cmpuint(pga_tokens_estimate(text, strlen(text)), <=, 2000);
    }
}

/* Whatever a server calls itself, the header leaves room for findings. */
static void
test_a_long_header_is_clipped(void)
{
    g_autoptr(PgaReport) report = report_of_shop();
    PgaEnvironment *environment = report->environment;

    g_free(environment->source_name);
    environment->source_name = g_strnfill(100000, '\033');
    g_free(environment->workload_method);
    environment->workload_method = g_strnfill(100000, 'x');
    environment->provider = g_strnfill(100000, '|');
    for (guint i = 0; i < G_N_ELEMENTS(budgeted); i++) {
        const PgaRenderOptions options = {.format = budgeted[i]};
        g_autofree char *text = pga_render_report(report, &options);

        g_assert_cmpuint(pga_tokens_estimate(text, strlen(text)), <=, 2000);
        g_assert_nonnull(strstr(text, "Integer key is running out"));
    }
}

static void
assert_harmless(const char *text)
{
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);

        g_assert_true(c == '\n' || !g_unichar_iscntrl(c));
        g_assert_false(c >= 0x202a && c <= 0x202e);
    }
}

/* No name moves the cursor, and none begins a line. */
static void
assert_names_stay_harmless(PgaFormat format, gboolean all)
{
    g_autoptr(PgaReport) report = report_of_hostile_names();
    const PgaRenderOptions options = {.format = format, .all = all};
    g_autofree char *text = pga_render_report(report, &options);

    assert_harmless(text);
    g_assert_null(strstr(text, "\nb\""));
    g_assert_null(strstr(text, "\n# <b>"));
}

static void
test_hostile_names_stay_harmless(void)
{
    for (int format = PGA_FORMAT_TEXT; format <= PGA_FORMAT_MARKDOWN; format++) {
        assert_names_stay_harmless((PgaFormat)format, FALSE);
        assert_names_stay_harmless((PgaFormat)format, TRUE);
    }
}

static void
test_markup_of_names_is_escaped(void)
{
    g_autoptr(PgaReport) report = report_of_hostile_names();
    const PgaRenderOptions options = {.format = PGA_FORMAT_MARKDOWN, .all = TRUE};
    g_autofree char *text = pga_render_report(report, &options);

    g_assert_null(strstr(text, " <script>"));
    g_assert_nonnull(strstr(text, "\\<script>"));
    g_assert_null(strstr(text, " http://evil"));
    g_assert_null(strstr(text, "www.evil"));
    g_assert_nonnull(strstr(text, "`````sql\n")); /* the statement holds four backticks */
    g_assert_nonnull(strstr(text, "``` public.\"a\\nb\".\"``x`` \\| [y]"));
}

static void
test_same_report_same_bytes_in_any_locale(void)
{
    static const char *const locales[] = {"C", "C.UTF-8"};
    g_autofree char *first = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(locales); i++) {
        g_autoptr(PgaReport) report = report_of_hostile_names();
        const PgaRenderOptions options = {.all = TRUE};
        g_autofree char *text = NULL;

        g_assert_nonnull(setlocale(LC_ALL, locales[i]));
        text = pga_render_report(report, &options);
        if (first)
            g_assert_cmpstr(text, ==, first);
        else
            first = g_steal_pointer(&text);
    }
    g_assert_nonnull(setlocale(LC_ALL, "C"));
}

/* Lines are at most as wide as asked for, but for statements and words that
 * cannot be broken. */
static void
test_width_is_kept(void)
{
    g_autoptr(PgaReport) report = report_of_shop();

    for (guint width = 60; width <= 140; width += 20) {
        const PgaRenderOptions options = {.width = width};
        g_autofree char *text = pga_render_report(report, &options);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        for (char **line = lines; *line; line++)
            if (!strchr(*line, ';') && !strstr(*line, "://") && !strstr(*line, "CREATE INDEX"))
                g_assert_cmpuint(strlen(*line), <=, width);
    }
}

static void
test_colours_do_not_change_the_cut(void)
{
    g_autoptr(PgaReport) report = report_of_many(100);
    const PgaRenderOptions plain = {.colour = FALSE}, coloured = {.colour = TRUE};
    g_autofree char *text = pga_render_report(report, &plain);
    g_autofree char *bright = pga_render_report(report, &coloured);
    g_autoptr(GRegex) sgr = g_regex_new("\033\\[[0-9;]*m", 0, 0, NULL);
    g_autofree char *stripped = g_regex_replace_literal(sgr, bright, -1, 0, "", 0, NULL);

    g_assert_cmpstr(bright, !=, text);
    g_assert_cmpstr(stripped, ==, text);
}

/* A DDL file lacks what most rules need: that is one line, not the only examples. */
static void
test_rules_that_need_more(void)
{
    static const PgaRuleText needing = {.id = "index-unused", .needs = "needs counters"};
    const PgaRenderOptions some = {TEXT}, all = {TEXT, .all = TRUE};
    g_autoptr(PgaReport) report = report_without_findings();
    g_autofree char *text = NULL, *whole = NULL;

    g_ptr_array_add(report->rules, g_memdup2(&needing, sizeof needing));
    for (guint i = 0; i < 2; i++)
        g_ptr_array_add(report->not_checked,
                        pga_not_checked_new("index-unused", g_strdup("Unused index"),
                                            g_strdup("needs counters")));
    g_ptr_array_add(report->not_checked, pga_not_checked_new("index-unused", g_strdup("public.t"),
                                                             g_strdup("was locked")));
    g_ptr_array_add(report->not_checked,
                    pga_not_checked_new(NULL, g_strdup("the dump"), g_strdup("is cut off")));
    text = pga_render_report(report, &some);
    whole = pga_render_report(report, &all);
    g_assert_nonnull(strstr(text, "\nNot checked:\n   the dump: is cut off\n"
                                  "   index-unused, public.t: was locked\n"
                                  "   2 rules need what this kind of source does not have: see "
                                  "--all\n"));
    g_assert_nonnull(strstr(text, "; 4 not checked."));
    g_assert_cmpuint(count(whole, "index-unused, Unused index: needs counters\n"), ==, 2);
    g_assert_null(strstr(whole, "2 rules need"));
}

static void
test_formats_are_parsed(void)
{
    g_autoptr(GError) error = NULL;
    PgaFormat format = PGA_FORMAT_TEXT;

    g_assert_true(pga_format_parse("markdown", &format, &error));
    g_assert_cmpint(format, ==, PGA_FORMAT_MARKDOWN);
    g_assert_true(pga_format_parse("json", &format, &error));
    g_assert_cmpint(format, ==, PGA_FORMAT_JSON);
    g_assert_true(pga_format_parse("text", &format, &error));
    g_assert_cmpint(format, ==, PGA_FORMAT_TEXT);
    g_assert_false(pga_format_parse("jsn", &format, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, "format \"jsn\" is not known");
    g_assert_cmpstr(pga_error_get_detail(error), ==, "Did you mean \"json\"?");
    g_assert_cmpstr(pga_error_get_hint(error), ==,
                    "Allowed values: text, json, markdown, sarif, github.");
    g_clear_error(&error);
    g_assert_true(pga_format_parse("sarif", &format, NULL));
    g_assert_cmpint(format, ==, PGA_FORMAT_SARIF);
    g_assert_true(pga_format_parse_page("markdown", &format, NULL));
    g_assert_cmpint(format, ==, PGA_FORMAT_MARKDOWN);
    g_assert_false(pga_format_parse_page("sarif", &format, &error));
    g_assert_cmpstr(pga_error_get_hint(error), ==, "Allowed values: text, json, markdown.");
    g_clear_error(&error);
    g_assert_false(pga_format_parse("spreadsheet", &format, &error));
    g_assert_null(pga_error_get_detail(error));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/render/page/golden/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_golden);
    }
    g_test_add_func("/render/page/budget/is-kept", test_budget_is_kept);
    g_test_add_func("/render/page/budget/default-is-2000", test_default_budget_is_2000);
    g_test_add_func("/render/page/budget/cut-line-fits-its-reserve",
                    test_the_cut_line_fits_its_reserve);
    g_test_add_func("/render/page/budget/all-shows-everything", test_all_shows_everything);
    g_test_add_func("/render/page/budget/huge-finding-hides-nothing",
                    test_a_huge_finding_does_not_hide_the_next);
    g_test_add_func("/render/page/budget/long-header-is-clipped", test_a_long_header_is_clipped);
    g_test_add_func("/render/page/budget/colours-do-not-change-the-cut",
                    test_colours_do_not_change_the_cut);
    g_test_add_func("/render/page/hostile/names-stay-harmless", test_hostile_names_stay_harmless);
    g_test_add_func("/render/page/hostile/markup-is-escaped", test_markup_of_names_is_escaped);
    g_test_add_func("/render/page/same-bytes-in-any-locale",
                    test_same_report_same_bytes_in_any_locale);
    g_test_add_func("/render/page/width-is-kept", test_width_is_kept);
    g_test_add_func("/render/page/formats-are-parsed", test_formats_are_parsed);
    g_test_add_func("/render/page/rules-that-need-more-are-a-number", test_rules_that_need_more);
    return g_test_run();
}
