/* Loops over tables, columns and foreign keys. */
#include "each_internal.h"

#include <string.h>

void
pga_each_relation(PgaRuleRun *run, PgaEachRelation judge, gpointer data)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (pga_rule_concerns(relation))
            judge(run, relation, data);
    }
}

void
pga_each_attribute(PgaRuleRun *run, PgaEachAttribute judge, gpointer data)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; pga_rule_concerns(relation) && j < relation->attributes->len; j++)
            judge(run, relation, g_ptr_array_index(relation->attributes, j), data);
    }
}

void
pga_each_foreign_key(PgaRuleRun *run, PgaEachConstraint judge, gpointer data)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; pga_rule_concerns(relation) && j < relation->constraints->len; j++) {
            const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, j);

            if (constraint->contype == 'f' && !constraint->conparentid)
                judge(run, relation, constraint, data);
        }
    }
}

gboolean
pga_column_is_unique(const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->indisunique && index->n_key_atts == 1 && !index->pred &&
            g_array_index(index->indkey, gint16, 0) == attribute->attnum)
            return TRUE;
    }
    return FALSE;
}

static int
compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b);
}

GList *
pga_sorted_keys(GHashTable *table)
{
    return g_list_sort(g_hash_table_get_keys(table), compare_strings);
}
