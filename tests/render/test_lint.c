/* What lint answers, in each format. */
#include "golden.h"
#include "lints.h"

#include <render/lint.h>
#include <string.h>

/** A format, and the file of what it makes. */
typedef struct {
    const char *name;
    PgaRenderOptions options;
} Case;

static const Case cases[] = {
    {"lint-shop.txt", {.format = PGA_FORMAT_TEXT, .width = 80}},
    {"lint-shop-all.txt", {.format = PGA_FORMAT_TEXT, .width = 100, .all = TRUE}},
    {"lint-shop-narrow.txt", {.format = PGA_FORMAT_TEXT, .width = 40}},
    {"lint-shop-colour.txt", {.format = PGA_FORMAT_TEXT, .width = 80, .colour = TRUE}},
    {"lint-shop.md", {.format = PGA_FORMAT_MARKDOWN}},
    {"lint-shop.json", {.format = PGA_FORMAT_JSON}},
    {"lint-shop.sarif", {.format = PGA_FORMAT_SARIF}},
    {"lint-shop.github", {.format = PGA_FORMAT_GITHUB}},
};

static void
test_format(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(PgaLintReport) report = lint_report_of_shop();
    g_autofree char *text = pga_render_lint(report, &one->options);

    pga_assert_golden(text, one->name);
}

static void
test_nothing(void)
{
    const PgaRenderOptions as_text = {.format = PGA_FORMAT_TEXT},
                           as_json = {.format = PGA_FORMAT_JSON};
    g_autoptr(PgaLintReport) report = lint_report_of_nothing();
    g_autofree char *text = pga_render_lint(report, &as_text);
    g_autofree char *json = pga_render_lint(report, &as_json);
    g_autofree char *diff = pga_render_lint_diff(report);

    g_assert_cmpstr(text, ==, "Nothing found in 2 statements of 1 file, for PostgreSQL 17.\n");
    pga_assert_golden(json, "lint-nothing.json");
    g_assert_cmpstr(diff, ==, "");
}

static void
test_diff(void)
{
    g_autoptr(PgaLintReport) report = lint_report_of_shop();
    g_autofree char *diff = pga_render_lint_diff(report);

    pga_assert_golden(diff, "lint-shop.diff");
}

/* A long line is shown around the place; the caret is below it. */
static void
test_long_line(void)
{
    const PgaRenderOptions options = {.format = PGA_FORMAT_TEXT, .width = 60};
    g_autoptr(PgaLintReport) report = lint_report_of_shop();
    PgaFinding *finding = g_ptr_array_index(report->findings, 0);
    g_autofree char *blanks = g_strnfill(300, 'x');
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    finding->column = 301;
    g_hash_table_insert(report->excerpts, pga_lint_excerpt_key(finding->file, finding->line),
                        g_strconcat(blanks, "HERE and more of it behind the place, cut", NULL));
    text = pga_render_lint(report, &options);
    lines = g_strsplit(text, "\n", 4);
    g_assert_cmpint(strstr(lines[1], "HERE") - lines[1], ==, strchr(lines[2], '^') - lines[2]);
    g_assert_cmpuint(strlen(lines[1]), <=, 60);
}

static void
test_baseline(void)
{
    g_autoptr(PgaLintReport) report = lint_report_of_shop();
    g_autofree char *text = pga_render_lint_baseline(report);

    g_assert_nonnull(strstr(text, "\"rename-column\""));
    g_assert_nonnull(strstr(text, "\"drop-column\""));
    g_assert_null(strstr(text, "\"truncate\""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/render/lint/golden/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_format);
    }
    g_test_add_func("/render/lint/nothing", test_nothing);
    g_test_add_func("/render/lint/diff", test_diff);
    g_test_add_func("/render/lint/caret-of-a-long-line", test_long_line);
    g_test_add_func("/render/lint/baseline", test_baseline);
    return g_test_run();
}
