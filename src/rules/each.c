/* Loops over tables, columns and foreign keys; many objects in one finding. */
#include "each_internal.h"

#define NAMES_LISTED 8

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

void
pga_gather(PgaGathered *gathered, const char *name)
{
    if (!gathered->names)
        gathered->names = g_string_new(NULL);
    if (gathered->n < NAMES_LISTED)
        g_string_append_printf(gathered->names, "%s%s", gathered->n ? ", " : "", name);
    gathered->n++;
}

char *
pga_gathered_text(const PgaGathered *gathered)
{
    if (gathered->n <= NAMES_LISTED)
        return g_strdup(gathered->names ? gathered->names->str : "");
    return g_strdup_printf("%s and %u more", gathered->names->str, gathered->n - NAMES_LISTED);
}

void
pga_gathered_clear(PgaGathered *gathered)
{
    if (gathered->names)
        g_string_free(gathered->names, TRUE);
    *gathered = (PgaGathered){0};
}
