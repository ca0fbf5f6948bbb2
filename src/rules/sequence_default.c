/* nextval() defaults, compared as text with what pg_get_expr() prints for a sequence. */
#include <base/text.h>

#include "sequence_default_internal.h"

/* (transfer full): "nextval('public.orders_id_seq'::regclass)"; without the schema where the search
 * path finds it. */
static char *
nextval_of(const char *nspname, const char *relname)
{
    g_autofree char *name = pga_quote_qualified(nspname, relname);
    g_autofree char *literal = pga_quote_literal(name);

    return g_strdup_printf("nextval(%s::regclass)", literal);
}

gboolean
pga_default_is_nextval_of(const PgaAttribute *attribute, const PgaSequence *sequence)
{
    g_autofree char *qualified = nextval_of(sequence->nspname, sequence->relname);
    g_autofree char *bare = nextval_of(NULL, sequence->relname);

    return g_strcmp0(attribute->default_expr, qualified) == 0 ||
           g_strcmp0(attribute->default_expr, bare) == 0;
}

GHashTable *
pga_free_sequences(const PgaCatalog *catalog)
{
    GHashTable *sequences = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < catalog->sequences->len; i++) {
        PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);

        if (!sequence->owner_relid)
            g_hash_table_insert(sequences, nextval_of(sequence->nspname, sequence->relname),
                                sequence);
    }
    return sequences;
}

const PgaSequence *
pga_column_sequence(const PgaCatalog *catalog, GHashTable *free_sequences,
                    const PgaAttribute *attribute)
{
    if (attribute->owned_sequence)
        return pga_catalog_sequence(catalog, attribute->owned_sequence);
    return attribute->default_expr ? g_hash_table_lookup(free_sequences, attribute->default_expr)
                                   : NULL;
}
