/* The JSON contract: golden files (which the schema test validates), and what
 * they cannot show. */
#include "golden.h"
#include "reports.h"

#include <base/error.h>
#include <jansson.h>
#include <math.h>
#include <render/render.h>
#include <string.h>

static const PgaRenderOptions as_json = {.format = PGA_FORMAT_JSON};

static const struct {
    const char *name;
    PgaReport *(*build)(void);
} cases[] = {
    {"check-shop.json", report_of_shop},
    {"check-dump.json", report_of_dump},
    {"check-no-findings.json", report_without_findings},
    {"check-no-tables.json", report_without_tables},
    {"check-hostile.json", report_of_hostile_names},
};

static void
test_golden(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaReport) report = cases[i].build();
    g_autofree char *text = pga_render_report(report, &as_json);

    pga_assert_golden(text, cases[i].name);
}

static json_t *
parse(const char *text)
{
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    g_assert_nonnull(root);
    return root;
}

static void
test_error(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    pga_error_set(&error, PGA_ERROR_SOURCE, "could not connect to \"sh\033op\"");
    pga_error_detail(&error, "Connection refused.");
    pga_error_hint(&error, "Is the server running?");
    text = pga_render_error_json("check", error);
    pga_assert_golden(text, "check-error.json");
}

static void
test_foreign_error(void)
{
    g_autoptr(GError) error =
        g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "no such file \xff");
    g_autofree char *text = pga_render_error_json(NULL, error);

    pga_assert_golden(text, "check-error-foreign.json");
}

static void
test_nothing_is_cut(void)
{
    g_autoptr(PgaReport) report = report_of_many(2000);
    const PgaRenderOptions options = {.format = PGA_FORMAT_JSON, .token_budget = 100};
    g_autofree char *text = pga_render_report(report, &options);
    json_t *root = parse(text);

    g_assert_cmpuint(json_array_size(json_object_get(root, "findings")), ==, 2000);
    g_assert_cmpuint(json_array_size(json_object_get(root, "not_checked")), ==, 2000);
    g_assert_cmpuint(json_array_size(json_object_get(root, "top")), ==, 2000);
    json_decref(root);
}

/* What is escaped for terminals reads back as the very name, so that a program
 * can use it. */
static void
test_hostile_names_read_back(void)
{
    g_autoptr(PgaReport) report = report_of_hostile_names();
    const PgaFinding *finding = g_ptr_array_index(report->findings, 0);
    g_autofree char *text = pga_render_report(report, &as_json);
    json_t *root = parse(text);
    const json_t *first = json_array_get(json_object_get(root, "findings"), 0);
    const json_t *sql = json_object_get(json_object_get(first, "fix"), "sql");

    g_assert_cmpstr(json_string_value(json_object_get(first, "object")), ==, finding->object);
    g_assert_cmpstr(json_string_value(json_object_get(first, "evidence")), ==, finding->evidence);
    g_assert_cmpstr(json_string_value(json_array_get(sql, 0)), ==,
                    g_ptr_array_index(finding->fix.sql, 0));
    json_decref(root);
}

/* U+E0001 is a format character beyond the BMP: a surrogate pair in JSON. */
static void
test_format_characters_are_escaped(void)
{
    g_autoptr(PgaReport) report = report_without_findings();
    g_autofree char *text = NULL;

    g_free(report->environment->source_name);
    report->environment->source_name = g_strdup("a\xf3\xa0\x80\x81z\x7f");
    text = pga_render_report(report, &as_json);
    g_assert_nonnull(strstr(text, "\"a\\udb40\\udc01z\\u007f\""));
}

static void
test_numbers_that_are_none(void)
{
    g_autoptr(PgaReport) report = report_of_shop();
    PgaFinding *finding = g_ptr_array_index(report->findings, 0);
    g_autofree char *text = NULL;
    json_t *root, *gain;

    pga_finding_set_gain(finding, NAN, INFINITY, "planner cost", "none");
    report->environment->ram_bytes = -1;
    text = pga_render_report(report, &as_json);
    root = parse(text);
    gain = json_object_get(json_array_get(json_object_get(root, "findings"), 0), "gain");
    g_assert_true(json_is_null(json_object_get(gain, "before")));
    g_assert_true(json_is_null(json_object_get(gain, "after")));
    g_assert_true(json_is_null(json_object_get(json_object_get(root, "server"), "ram_bytes")));
    json_decref(root);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/render/json/golden/", cases[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_golden);
    }
    g_test_add_func("/render/json/error", test_error);
    g_test_add_func("/render/json/error-of-another-domain", test_foreign_error);
    g_test_add_func("/render/json/nothing-is-cut", test_nothing_is_cut);
    g_test_add_func("/render/json/hostile-names-read-back", test_hostile_names_read_back);
    g_test_add_func("/render/json/format-characters-are-escaped",
                    test_format_characters_are_escaped);
    g_test_add_func("/render/json/numbers-that-are-none", test_numbers_that_are_none);
    return g_test_run();
}
