/* Tables that came to be while the source was read: the definitions know them, the Catalog, which
 * was read first, does not. */
#include <base/text.h>
#include <string.h>

#include "clone_internal.h"

static gboolean
is_named(const GPtrArray *notes, const char *what)
{
    for (guint i = 0; i < notes->len; i++)
        if (g_str_equal(((const PgaNotChecked *)g_ptr_array_index(notes, i))->what, what))
            return TRUE;
    return FALSE;
}

/* One of that name may be there with another oid: then the clone has it as it was. */
static GHashTable *
names_of(const PgaCatalog *catalog)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < catalog->relations->len; i++)
        g_hash_table_add(names,
                         pga_relation_display(g_ptr_array_index(catalog->relations, i), NULL));
    return names;
}

void
pga_clone_note_changes(const PgaCatalog *catalog, const PgaObjects *objects, GPtrArray *notes)
{
    g_autoptr(GHashTable) names = names_of(catalog);

    for (guint i = 0; i < objects->relations->len; i++) {
        const PgaRelationExtra *relation = g_ptr_array_index(objects->relations, i);
        g_autofree char *name = pga_quote_qualified(relation->nspname, relation->relname);
        g_autofree char *what = g_strconcat("table ", name, NULL);

        if (strchr("rpm", relation->relkind) && !pga_catalog_relation(catalog, relation->oid) &&
            !g_hash_table_contains(names, name) && !is_named(notes, what))
            g_ptr_array_add(notes,
                            pga_not_checked_new(NULL, g_steal_pointer(&what),
                                                g_strdup("it was made while the source was read")));
    }
}
