/* One finding for an index of a partitioned table, none for the indexes of its partitions. */
#include "index_shape_internal.h"

#include <base/text.h>
#include <string.h>

#define NAME_BYTES 63 /* NAMEDATALEN - 1 */

gboolean
pga_index_is_judged(const PgaRelation *relation, const PgaIndex *index)
{
    return pga_rule_concerns_indexes(relation) &&
           !g_str_has_prefix(relation->nspname, "_timescaledb_") && !index->parent &&
           index->indisvalid && !index->extension;
}

void
pga_rule_each_index(PgaRuleRun *run, PgaIndexCheck check)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint k = 0; k < relation->indexes->len; k++) {
            const PgaIndex *index = g_ptr_array_index(relation->indexes, k);

            if (pga_index_is_judged(relation, index))
                check(run, relation, index);
        }
    }
}

gboolean
pga_index_enforces(const PgaIndex *index)
{
    return index->indisunique || index->indisprimary || index->indisexclusion ||
           index->constraint || index->indisreplident || index->indisclustered;
}

const PgaAttribute *
pga_index_first_column(const PgaRelation *relation, const PgaIndex *index)
{
    return index->indkey->len > 0
               ? pga_relation_attribute(relation, g_array_index(index->indkey, gint16, 0))
               : NULL;
}

const PgaAttribute *
pga_index_only_column(const PgaRelation *relation, const PgaIndex *index)
{
    return index->n_key_atts == 1 ? pga_index_first_column(relation, index) : NULL;
}

char *
pga_index_new_name(const PgaIndex *index, const char *suffix)
{
    gsize keep = MIN(strlen(index->relname), NAME_BYTES - strlen(suffix));
    const char *end;

    g_utf8_validate(index->relname, (gssize)keep, &end); /* no half characters */
    return g_strdup_printf("%.*s%s", (int)(end - index->relname), index->relname, suffix);
}

void
pga_finding_create_index(PgaFinding *finding, const PgaRelation *relation, const char *name,
                         const char *tail)
{
    const char *how = relation->relkind == 'p' ? "" : "CONCURRENTLY ";
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *plain = pga_quote_identifier(name);
    g_autofree char *qualified = pga_quote_qualified(relation->nspname, name);

    pga_finding_add_sql(finding,
                        g_strdup_printf("CREATE INDEX %s%s ON %s %s;", how, plain, table, tail));
    pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX %s%s;", how, qualified));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW,
                        relation->relkind == 'p' ? "SHARE" : "SHARE UPDATE EXCLUSIVE", "scan");
    if (relation->relkind == 'p')
        pga_finding_note(finding, "On a partitioned table it is built with writes blocked: build "
                                  "it on each partition first, with CONCURRENTLY.");
    else
        pga_finding_note(finding, "Run it outside a transaction block.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
    pga_finding_verify_index(finding, relation->nspname, name);
}

void
pga_finding_replace_index(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index,
                          const char *suffix, const char *tail)
{
    const char *how = relation->relkind == 'p' ? "" : "CONCURRENTLY ";
    g_autofree char *name = pga_index_new_name(index, suffix);
    g_autofree char *old = pga_index_display(index);

    pga_finding_add_undo(finding, pga_index_recreate(relation, index));
    pga_finding_create_index(finding, relation, name, tail);
    pga_finding_add_sql(finding, g_strdup_printf("DROP INDEX %s%s;", how, old));
    pga_finding_note(finding, "The drop is yours to approve: first see that the new index is "
                              "used.");
}

gboolean
pga_workload_compares(const PgaRuleRun *run, const PgaRelation *relation,
                      const PgaAttribute *attribute, const char *const *operators)
{
    for (guint i = 0; i < run->workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(run->workload->statements, i);

        for (guint k = 0; k < statement->predicates->len; k++) {
            const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, k);

            if (predicate->relation == relation->oid && predicate->attnum == attribute->attnum &&
                predicate->operator_ && g_strv_contains(operators, predicate->operator_))
                return TRUE;
        }
    }
    return FALSE;
}
