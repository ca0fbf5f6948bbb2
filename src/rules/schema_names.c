/* Names gathered by schema. */
#include "schema_names_internal.h"

#include "each_internal.h"

GHashTable *
pga_schema_names_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
}

void
pga_schema_names_add(GHashTable *schemas, const PgaRelation *relation,
                     const PgaAttribute *attribute)
{
    GPtrArray *names = g_hash_table_lookup(schemas, relation->nspname);

    if (!names) {
        names = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(schemas, relation->nspname, names);
    }
    g_ptr_array_add(names, pga_relation_display(relation, attribute));
}

gboolean
pga_schema_names_exceed(GHashTable *schemas, const PgaRelation *relation, double limit)
{
    const GPtrArray *names = g_hash_table_lookup(schemas, relation->nspname);

    return names && names->len > limit;
}

void
pga_schema_names_each(PgaRuleRun *run, GHashTable *schemas, double limit, PgaSchemaNames report)
{
    GList *sorted = pga_sorted_keys(schemas);

    for (GList *at = sorted; at; at = at->next) {
        const GPtrArray *names = g_hash_table_lookup(schemas, at->data);

        if (names->len > limit)
            report(run, at->data, names);
    }
    g_list_free(sorted);
}
