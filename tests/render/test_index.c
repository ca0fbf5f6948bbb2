/* A set of indexes in each of its forms, against tests/golden/index-*. */
#include <string.h>

#include <golden.h>
#include <render/index.h>

#include "index_internal.h"
#include "indexings.h"

typedef struct {
    const char *name;
    PgaIndexReport *(*make)(void);
    PgaIndexRenderOptions options;
} Form;

static const Form forms[] = {
    {"index-shop.txt", pga_indexing_of_shop, {.width = 80}},
    {"index-shop-top.txt", pga_indexing_of_shop, {.width = 100, .top = 1}},
    {"index-shop-all.txt", pga_indexing_of_shop, {.width = 100, .all = TRUE}},
    {"index-shop.md", pga_indexing_of_shop, {.format = PGA_INDEX_MARKDOWN, .all = TRUE}},
    {"index-shop.json", pga_indexing_of_shop, {.format = PGA_INDEX_JSON}},
    {"index-shop.sql", pga_indexing_of_shop, {.format = PGA_INDEX_SQL}},
    {"index-verified.txt", pga_indexing_of_verified, {.width = 100, .top = 1}},
    {"index-verified.md", pga_indexing_of_verified, {.format = PGA_INDEX_MARKDOWN, .all = TRUE}},
    {"index-verified.json", pga_indexing_of_verified, {.format = PGA_INDEX_JSON}},
    {"index-unverified.txt", pga_indexing_of_unverified, {.width = 100, .top = 1}},
    {"index-measured.txt", pga_indexing_of_measured, {.width = 100, .top = 1}},
    {"index-measured.md", pga_indexing_of_measured, {.format = PGA_INDEX_MARKDOWN, .all = TRUE}},
    {"index-measured.json", pga_indexing_of_measured, {.format = PGA_INDEX_JSON}},
    {"index-hypothetical.txt", pga_indexing_of_hypothetical, {.width = 100, .top = 1}},
    {"index-nothing.txt", pga_indexing_of_nothing, {.width = 80}},
    {"index-nothing.json", pga_indexing_of_nothing, {.format = PGA_INDEX_JSON}},
    {"index-nothing.sql", pga_indexing_of_nothing, {.format = PGA_INDEX_SQL}},
};

static void
test_form(gconstpointer data)
{
    const Form *form = data;
    g_autoptr(PgaIndexReport) report = form->make();
    g_autofree char *text = pga_render_index(report, &form->options);

    pga_assert_golden(text, form->name);
}

/* Whatever a source calls its tables: no line of a script begins with it. */
static void
test_no_line_of_a_source(void)
{
    g_autoptr(PgaIndexReport) report = pga_indexing_of_shop();
    g_autofree char *text =
        pga_render_index(report, &(PgaIndexRenderOptions){.format = PGA_INDEX_SQL});

    g_assert_null(strstr(text, "\nDROP TABLE"));
    g_assert_nonnull(strstr(text, "\nCREATE INDEX CONCURRENTLY orders_open_idx"));
    g_assert_null(strstr(text, "\nDROP INDEX"));
}

/* None in detail, but a line each. */
static void
test_top_none(void)
{
    g_autoptr(PgaIndexReport) report = pga_indexing_of_shop();
    g_autofree char *none = pga_render_index(report, &(PgaIndexRenderOptions){.top = -1});
    g_autofree char *usual = pga_render_index(report, &(PgaIndexRenderOptions){.top = 0});

    g_assert_null(strstr(none, "\n1. "));
    g_assert_nonnull(strstr(none, "\nThen:"));
    g_assert_nonnull(strstr(usual, "\n1. "));
}

static void
test_formats(void)
{
    PgaIndexFormat format = PGA_INDEX_TEXT;
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_index_format_parse("sql", &format, NULL));
    g_assert_cmpint(format, ==, PGA_INDEX_SQL);
    g_assert_false(pga_index_format_parse("sarif", &format, &error));
    g_assert_cmpstr(error->message, ==, "format \"sarif\" is not known");
}

static void
test_bound(void)
{
    PgaIndexReport report = {.search_complete = TRUE, .total_before = 1000, .total_after = 100};
    g_autofree char *none = pga_index_bound(&report), *some = NULL;

    g_assert_cmpstr(none, ==, "No set of the candidates within the bounds is better.");
    report.lower_bound = 90;
    report.gap = 0.1;
    report.search_complete = FALSE;
    some = pga_index_bound(&report);
    g_assert_cmpstr(some, ==,
                    "No set of the candidates within the bounds saves more than another 1.0 % of "
                    "what the workload costs now (gap 10 % of what it costs then). The search "
                    "ended at a limit of time "
                    "or plans.");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *name = g_strdup_printf("/render/index/%s", forms[i].name);

        g_test_add_data_func(name, &forms[i], test_form);
    }
    g_test_add_func("/render/index/nothing-of-a-source-is-a-line", test_no_line_of_a_source);
    g_test_add_func("/render/index/top-0-is-none", test_top_none);
    g_test_add_func("/render/index/formats", test_formats);
    g_test_add_func("/render/index/bound", test_bound);
    return g_test_run();
}
