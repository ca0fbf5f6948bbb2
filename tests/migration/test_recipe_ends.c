/* Each recipe executed beside what it replaces: both end in the same catalogs, or in the difference
 * that the recipe states (tests/golden/recipe-differences.txt). */
#include <base/error.h>
#include <lab/trace.h>
#include <model/difference.h>
#include <string.h>

#include "fixture.h"
#include "golden.h"
#include "recipe_cases.h"

/* Rows that are made up do not fit what these say of rows. */
static const char *const unfit[] = {"column-not-null", "attach", "attach-beside-a-default", NULL};

/* None of the cases has a semicolon within a statement. */
static GPtrArray *
statements(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; parts[i]; i++)
        if (*g_strstrip(parts[i]))
            g_ptr_array_add(texts, g_strdup(parts[i]));
    return texts;
}

static void
append_difference(GString *out, const PgaDifference *difference)
{
    g_string_append_printf(out, "  %s %s: %s\n", difference->kind, difference->object,
                           pga_change_name(difference->change));
    for (guint i = 0; difference->change == PGA_CHANGE_CHANGED && i < difference->fields->len;
         i++) {
        const PgaFieldChange *field = g_ptr_array_index(difference->fields, i);

        g_string_append_printf(out, "    %s: %s -> %s\n", field->name, field->before, field->after);
    }
}

static void
append_case(GString *out, PgaLab *lab, const PgaRecipeCase *item, const PgaRecipe *recipe)
{
    const PgaTracerOptions start = {.rows = g_strv_contains(unfit, item->name) ? 0 : 20};
    g_autoptr(GPtrArray) setup = statements(item->setup);
    g_autoptr(GPtrArray) original = statements(item->statement);
    g_autoptr(GPtrArray) failures = g_ptr_array_new_with_free_func(g_free), found = NULL;
    g_autoptr(GError) error = NULL;

    found = pga_lab_catalog_difference(lab, &start, &(PgaTwoWays){setup, original, recipe->steps},
                                       failures, &error);
    g_assert_no_error(error);
    if (found->len + failures->len == 0)
        return;
    g_string_append_printf(out, "%s (%s)\n", item->name,
                           recipe->difference ? recipe->difference : "not stated");
    for (guint i = 0; i < failures->len; i++)
        g_string_append_printf(out, "  FAILED %s\n", (const char *)g_ptr_array_index(failures, i));
    for (guint i = 0; i < found->len; i++)
        append_difference(out, g_ptr_array_index(found, i));
}

static void
test_ends(gconstpointer server)
{
    g_autoptr(PgaLab) lab = pga_test_lab_start(server);
    const guint version = pga_lab_version_num(lab);
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < pga_n_recipe_cases; i++) {
        const PgaRecipeCase *item = &pga_recipe_cases[i];
        g_autoptr(PgaRecipe) recipe = NULL;

        if (item->version > version)
            continue;
        recipe = pga_recipe_of_case(item, version);
        if (recipe)
            append_case(out, lab, item, recipe);
    }
    pga_assert_golden(out->str, "recipe-differences.txt");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/migration/recipe/ends-in-the-same", 14, TRUE, test_ends);
    return pga_test_lab_finish(g_test_run());
}
