/* index-redundant-prefix: a B-tree whose columns begin another one. The wider one answers the same
 * questions, from a few more pages. */
#include "../index_fix_internal.h"
#include "../index_redundancy_internal.h"

#define MAX_SIZE_RATIO 0 /* places in the rule's thresholds */
#define BUSY_SCANS     1

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaRedundantIndex *redundant)
{
    g_autofree char *name = pga_index_display(redundant->index);
    g_autofree char *kept = pga_index_display(redundant->kept);
    g_autofree char *columns = pga_relation_column_list(relation, redundant->index->indkey);
    g_autofree char *wider = pga_relation_column_list(relation, redundant->kept->indkey);
    g_autofree char *size = pga_index_size(run, redundant->index);
    PgaFinding *finding = pga_rule_report_object(
        run, name,
        "Its columns (%s) begin those of %s (%s), in the same order, by pg_index; it takes %s.",
        columns, kept, wider, size);

    finding->weight = (double)MAX(redundant->index->bytes, 0);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_gain_index_bytes(run, finding, redundant->index);
    pga_finding_drop_index(finding, relation, redundant->index);
    pga_finding_note(finding, "Keep %s.", kept);
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

            if (!entry->identical &&
                !pga_redundant_index_is_worth_keeping(entry, run->threshold[MAX_SIZE_RATIO],
                                                      run->threshold[BUSY_SCANS]))
                report(run, relation, entry);
        }
    }
}

const PgaRule pga_rule_index_redundant_prefix = {
    .id = "index-redundant-prefix",
    .title = "Index whose columns begin another index",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "A B-tree on (a, b) serves every search that one on (a) serves. The narrow one costs "
           "disk, cache and a write "
           "with each insert.",
    .when_not =
        "Hot queries scan many entries of the narrow index and the wide one is much larger.",
    .condition =
        "The columns of a plain B-tree begin those of another one, in the same order and with "
        "the same operator classes and predicate. It stays when it has {busy_scans} or "
        "more and the wider one has more than {max_size_ratio} times its size.",
    .example = "CREATE TABLE orders (customer_id bigint, created date);\n"
               "CREATE INDEX ON orders (customer_id);\n"
               "CREATE INDEX ON orders (customer_id, created);",
    .fix = "Drops the narrow index with CONCURRENTLY; a drop is yours to approve, and the undo "
           "creates it again.",
    .docs = "indexes-multicolumn.html",
    .docs_title = "Multicolumn Indexes",
    .requirements = "T2-5 Q-5",
    .thresholds =
        {{"max_size_ratio", "ratio", 2.5,
          "A busy narrow index stays when the wider one is more than so many times its size."},
         {"busy_scans", "scans", 1000, "A narrow index scanned this often is a busy one."}},
    .check = check,
};
