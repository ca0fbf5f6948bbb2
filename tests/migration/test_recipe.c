/* The safe way of each change, as text: tests/golden/recipes.txt. */
#include <base/error.h>
#include <migration/recipe.h>

#include "golden.h"
#include "recipe_cases.h"

static void
append_step(GString *out, const PgaFixStep *step)
{
    g_string_append_printf(out, "-- %s%s%s\n", step->title, step->deploy ? " (deploy)" : "",
                           step->alone ? " (alone)" : "");
    for (guint i = 0; i < step->sql->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(step->sql, i));
}

static void
append_case(GString *out, const PgaRecipeCase *item)
{
    g_autoptr(PgaRecipe) recipe = pga_recipe_of_case(item, item->version ? item->version : 150000);

    g_string_append_printf(out, "# %s: %s\n", item->name, item->statement);
    if (!recipe) {
        g_string_append(out, "(none)\n\n");
        return;
    }
    for (guint i = 0; i < recipe->steps->len; i++)
        append_step(out, g_ptr_array_index(recipe->steps, i));
    for (guint i = 0; i < recipe->undo->len; i++)
        g_string_append_printf(out, "undo: %s\n", (const char *)g_ptr_array_index(recipe->undo, i));
    if (recipe->difference)
        g_string_append_printf(out, "differs: %s\n", recipe->difference);
    g_string_append_c(out, '\n');
}

static void
test_cases(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < pga_n_recipe_cases; i++)
        append_case(out, &pga_recipe_cases[i]);
    pga_assert_golden(out->str, "recipes.txt");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/migration/recipe/what-to-run-instead", test_cases);
    return g_test_run();
}
