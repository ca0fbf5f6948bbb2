/* SARIF and GitHub's commands: golden files (which the schema test validates), and what they cannot
 * show. */
#include "golden.h"
#include "reports.h"

#include <jansson.h>
#include <render/render.h>
#include <string.h>

static const struct {
    const char *name;
    PgaReport *(*build)(void);
    PgaFormat format;
} cases[] = {
    {"check-shop.sarif", report_of_shop, PGA_FORMAT_SARIF},
    {"check-dump.sarif", report_of_dump, PGA_FORMAT_SARIF},
    {"check-no-findings.sarif", report_without_findings, PGA_FORMAT_SARIF},
    {"check-hostile.sarif", report_of_hostile_names, PGA_FORMAT_SARIF},
    {"check-tenants.sarif", report_of_tenants, PGA_FORMAT_SARIF},
    {"check-shop.github", report_of_shop, PGA_FORMAT_GITHUB},
    {"check-dump.github", report_of_dump, PGA_FORMAT_GITHUB},
    {"check-no-findings.github", report_without_findings, PGA_FORMAT_GITHUB},
    {"check-hostile.github", report_of_hostile_names, PGA_FORMAT_GITHUB},
    {"check-tenants.github", report_of_tenants, PGA_FORMAT_GITHUB},
};

static const PgaRuleText rules[] = {
    {.id = "fk-missing-index",
     .title = "Foreign key without an index on its referencing columns",
     .verb = "check",
     .category = "index",
     .severity = PGA_SEVERITY_WARNING,
     .why = "Deleting one referenced row reads the whole referencing table.",
     .when_not = "Referenced rows are never deleted.",
     .condition = "The table has {min_rows} or more.",
     .fix = "Creates the index.",
     .docs_page = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
     .docs_title = "Constraints: Foreign Keys",
     .requirements = "T1-2",
     .thresholds = {{"min_rows", "rows", "Smaller tables are left alone.", 1000}}},
    {.id = "text-overuse",
     .title = "Column of type text holds few values",
     .verb = "check",
     .category = "schema",
     .severity = PGA_SEVERITY_INFO,
     .why = "Nothing refuses a wrong value.",
     .when_not = "Other values are expected.",
     .docs_page = "datatype.html",
     .docs_title = "Data Types",
     .requirements = "T1-2"},
};

static char *
render(PgaReport *report, PgaFormat format)
{
    const PgaRenderOptions options = {
        .format = format, .folder = "/srv/shop/db", .root = "/srv/shop"};

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
        g_ptr_array_add(report->rules, g_memdup2(&rules[i], sizeof rules[i]));
    return pga_render_report(report, &options);
}

static void
test_golden(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaReport) report = cases[i].build();
    g_autofree char *text = render(report, cases[i].format);

    pga_assert_golden(text, cases[i].name);
}

static json_t *
run_of(const char *text)
{
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *run;

    g_assert_nonnull(root);
    run = json_incref(json_array_get(json_object_get(root, "runs"), 0));
    json_decref(root);
    return run;
}

static const json_t *
notification(const json_t *run, gsize i)
{
    const json_t *invocation = json_array_get(json_object_get(run, "invocations"), 0);

    return json_array_get(json_object_get(invocation, "toolExecutionNotifications"), i);
}

static const char *
message_of(const json_t *object)
{
    return json_string_value(json_object_get(json_object_get(object, "message"), "text"));
}

static void
test_limits(void)
{
    g_autoptr(PgaReport) report = report_of_many(25002);
    g_autofree char *text = render(report, PGA_FORMAT_SARIF);
    json_t *run = run_of(text);
    const json_t *last;

    g_assert_cmpuint(json_array_size(json_object_get(run, "results")), ==, 25000);
    g_assert_cmpstr(message_of(notification(run, 0)), ==,
                    "2 findings, the least important, are left out: a run may have 25000.");
    last = notification(run, 1001);
    g_assert_cmpstr(message_of(last), ==, "24002 more were not checked.");
    g_assert_null(notification(run, 1002));
    json_decref(run);
}

/* Where GitHub takes it from: below the repository relative to it, elsewhere absolute. */
static void
test_places(void)
{
    static const struct {
        const char *file, *sarif, *github;
    } places[] = {
        {"schema.sql", "\"uri\": \"db/schema.sql\"", "file=db/schema.sql,line=112"},
        {"../a b.sql", "\"uri\": \"a%20b.sql\"", "file=a b.sql,line=112"},
        {"/srv/shop/x,y:z.sql", "\"uri\": \"x%2Cy%3Az.sql\"", "file=x%2Cy%3Az.sql,line=112"},
        {"/srv/shopping/s.sql", "\"uri\": \"file:///srv/shopping/s.sql\"",
         "file=/srv/shopping/s.sql,line=112"},
        {"-", "\"uri\": \"stdin\"", "file=stdin,line=112"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(PgaReport) report = report_of_dump();
        PgaFinding *finding = g_ptr_array_index(report->findings, 0);
        g_autofree char *sarif = NULL, *github = NULL;

        g_free(finding->file);
        finding->file = g_strdup(places[i].file);
        sarif = render(report, PGA_FORMAT_SARIF);
        github = render(report, PGA_FORMAT_GITHUB);
        g_assert_nonnull(strstr(sarif, places[i].sarif));
        g_assert_nonnull(strstr(github, places[i].github));
    }
}

static void
test_no_folder(void)
{
    g_autoptr(PgaReport) report = report_of_dump();
    const PgaRenderOptions options = {.format = PGA_FORMAT_GITHUB};
    g_autofree char *text = pga_render_report(report, &options);

    g_assert_nonnull(strstr(text, "file=schema.sql,line=112,col=5,title="));
}

static guint
count_lines(const char *text, const char *prefix)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint n = 0;

    for (guint i = 0; lines[i]; i++)
        n += g_str_has_prefix(lines[i], prefix);
    return n;
}

/* 67 errors, 67 warnings, 66 infos: ten of each, the last notice for the rest. */
static void
test_ten_of_each(void)
{
    g_autoptr(PgaReport) report = report_of_many(200);
    g_autofree char *text = render(report, PGA_FORMAT_GITHUB);

    g_assert_cmpuint(count_lines(text, "::error "), ==, 10);
    g_assert_cmpuint(count_lines(text, "::warning "), ==, 10);
    g_assert_cmpuint(count_lines(text, "::notice "), ==, 10);
    g_assert_nonnull(strstr(text, "::notice title=pgarchitect::57 errors, 57 warnings, 57 infos "
                                  "more: GitHub shows 10 of each level for a step."));
}

/* Whatever names hold: each line is the header's, or a command of ours. */
static void
test_no_command_of_others(void)
{
    g_autoptr(PgaReport) report = report_of_hostile_names();
    PgaFinding *finding = g_ptr_array_index(report->findings, 0);
    g_autofree char *text = NULL;

    g_free(finding->object);
    finding->object = g_strdup("a\n::add-mask::x");
    g_free(report->environment->source_name);
    report->environment->source_name = g_strdup("x\n::stop-commands::y");
    text = render(report, PGA_FORMAT_GITHUB);
    g_assert_cmpuint(count_lines(text, "::"), ==, 2);
    g_assert_cmpuint(count_lines(text, "::error file="), ==, 1);
    g_assert_cmpuint(count_lines(text, "::notice title="), ==, 1);
    g_assert_cmpuint(count_lines(text, "pgarchitect check: x\\n::stop"), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/render/scanning/golden/", cases[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_golden);
    }
    g_test_add_func("/render/scanning/sarif-limits", test_limits);
    g_test_add_func("/render/scanning/places", test_places);
    g_test_add_func("/render/scanning/no-folder", test_no_folder);
    g_test_add_func("/render/scanning/github-shows-ten-of-each", test_ten_of_each);
    g_test_add_func("/render/scanning/names-are-no-commands", test_no_command_of_others);
    return g_test_run();
}
