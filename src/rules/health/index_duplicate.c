/* index-duplicate: two indexes that differ in nothing but their names. Each write keeps both, no
 * query needs both. */
#include <base/units.h>

#include "../index_fix_internal.h"
#include "../index_redundancy_internal.h"

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaRedundantIndex *redundant,
       GHashTable *referenced)
{
    g_autofree char *name = pga_index_display(redundant->index);
    g_autofree char *kept = pga_index_display(redundant->kept);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *size = pga_index_size(run, redundant->index);
    PgaFinding *finding = pga_rule_report_object(
        run, name,
        "The index has the same columns, order, operator classes and predicate on %s as %s%s, by "
        "pg_index; it takes "
        "%s, and every insert maintains both.",
        table, kept, redundant->kept->constraint ? ", which a constraint needs" : "", size);

    finding->weight = (double)MAX(redundant->index->bytes, 0);
    pga_finding_gain_index_bytes(run, finding, redundant->index);
    pga_finding_drop_index(finding, relation, redundant->index);
    pga_finding_note(finding, "Keep %s.", kept);
    /* made anew on the clone, a foreign key may depend on the other one of the two */
    if (g_hash_table_contains(referenced, GUINT_TO_POINTER(redundant->kept->indexrelid)))
        pga_finding_prove(finding, PGA_PROOF_NONE, NULL);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_indexes(run->catalog);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        g_autoptr(GArray) redundant = NULL;

        if (!pga_rule_concerns_indexes(relation))
            continue;
        redundant = pga_redundant_indexes(relation, referenced);
        for (guint j = 0; j < redundant->len; j++) {
            const PgaRedundantIndex *entry = &g_array_index(redundant, PgaRedundantIndex, j);

            if (entry->identical)
                report(run, relation, entry, referenced);
        }
    }
}

const PgaRule pga_rule_index_duplicate = {
    .id = "index-duplicate",
    .title = "Index identical to another one",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Both take disk and cache, and every insert and most updates write both. No query is "
           "faster for the second.",
    .when_not = "One of them is about to replace the other, for instance during a rebuild.",
    .condition =
        "Two valid indexes of one table have the same access method, columns, order, operator "
        "classes, collations, expressions and predicate.",
    .example = "CREATE TABLE orders (status text);\n"
               "CREATE INDEX orders_status_idx ON orders (status);\n"
               "CREATE INDEX orders_status_idx2 ON orders (status);",
    .fix = "Drops the one that no constraint or foreign key needs, with CONCURRENTLY; a drop is "
           "yours to approve, and the undo creates it again.",
    .docs = "sql-dropindex.html",
    .docs_title = "DROP INDEX",
    .requirements = "T2-5 Q-5",
    .check = check,
};
