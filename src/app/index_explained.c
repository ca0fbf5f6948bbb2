/* Which of the advice's indexes a plan of EXPLAIN's JSON uses, by the names that these have where
 * it was made. */
#include <base/text.h>
#include <jansson.h>

#include "index_internal.h"

GHashTable *
pga_index_explained_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
}

/* Where the last part of a name begins whose parts are quoted where they have to be. */
static const char *
last_part(const char *name)
{
    const char *part = name;
    gboolean in_quotes = FALSE;

    for (const char *at = name; *at; at++) {
        if (*at == '"')
            in_quotes = !in_quotes;
        if (*at == '.' && !in_quotes)
            part = at + 1;
    }
    return part;
}

/* Plans name indexes without their schema: two may have one of the same name. */
void
pga_index_explained_add(GHashTable *made, const char *name, guint number)
{
    const char *part = last_part(name);
    GArray *numbers = g_hash_table_lookup(made, part);

    if (!numbers) {
        numbers = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(made, g_strdup(part), numbers);
    }
    g_array_append_val(numbers, number);
}

static void
add_names(const PgaIndexReport *report, const GArray *numbers, GPtrArray *used)
{
    for (guint i = 0; i < numbers->len; i++) {
        const PgaIndexAdvice *advice =
            g_ptr_array_index(report->advice, g_array_index(numbers, guint, i));

        if (!g_ptr_array_find_with_equal_func(used, advice->name, g_str_equal, NULL))
            g_ptr_array_add(used, g_strdup(advice->name));
    }
}

void /* NOLINTNEXTLINE(misc-no-recursion): as deep as jansson lets a document be */
pga_index_explained_find(GHashTable *made, const json_t *plan, const PgaIndexReport *report,
                         GPtrArray *used)
{
    const char *name = json_string_value(json_object_get(plan, "Index Name"));
    g_autofree char *quoted = name ? pga_quote_identifier(name) : NULL;
    const GArray *numbers = quoted ? g_hash_table_lookup(made, quoted) : NULL;
    const json_t *child;
    size_t i;

    if (numbers)
        add_names(report, numbers, used);
    json_array_foreach(json_object_get(plan, "Plans"), i, child)
        pga_index_explained_find(made, child, report, used);
}
