/* index-brin-candidate: a large B-tree on a column that follows the order of the table's rows. */
#include <math.h>
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../index_shape_internal.h"

#define CORRELATION    0 /* places in the rule's thresholds */
#define MIN_BYTES      1
#define MAX_CHANGES    2

#define BRIN_PER_BLOCK 0.3 /* bytes: a summary of 24 or so for each 128 pages */

static gboolean
is_ordered_type(const PgaAttribute *attribute)
{
    return pga_column_has_type(attribute, "timestamp") ||
           pga_column_has_type(attribute, "timestamptz") ||
           pga_column_has_type(attribute, "date") || attribute->attidentity != 0 ||
           attribute->owned_sequence != 0;
}

/* Rows are added and seldom changed, so that the order stays. */
static gboolean
is_append_only(const PgaRuleRun *run, const PgaRelation *relation)
{
    const PgaRelationCounters *counters = &relation->counters;

    return relation->has_counters && (double)(counters->n_tup_upd + counters->n_tup_del) <=
                                         run->threshold[MAX_CHANGES] * MAX(relation->reltuples, 0);
}

static gboolean
is_candidate(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *attribute = pga_index_only_column(relation, index);

    return attribute && attribute->stats && is_ordered_type(attribute) && !index->pred &&
           g_str_equal(index->amname, "btree") && !pga_index_enforces(index) &&
           (double)relation->heap_bytes >= run->threshold[MIN_BYTES] &&
           fabs(attribute->stats->correlation) > run->threshold[CORRELATION] &&
           is_append_only(run, relation);
}

static gboolean
has_brin(const PgaRelation *relation, gint16 attnum)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (g_str_equal(index->amname, "brin") && pga_attnums_contain(index->indkey, attnum))
            return TRUE;
    }
    return FALSE;
}

static void
check_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *attribute = pga_index_only_column(relation, index);
    g_autofree char *name = NULL, *new_name = NULL, *column = NULL, *tail = NULL, *size = NULL;
    PgaFinding *finding;

    if (!is_candidate(run, relation, index) || has_brin(relation, attribute->attnum))
        return;
    name = pga_index_display(index);
    new_name = pga_index_new_name(index, "_brin");
    column = pga_quote_identifier(attribute->attname);
    tail = g_strdup_printf("USING brin (%s)", column);
    size = pga_index_size(run, index);
    finding =
        pga_rule_report_object(run, name,
                               "The correlation of %s with the order of the rows is %.2f; the "
                               "B-tree takes %s.",
                               column, attribute->stats->correlation, size);
    finding->weight = (double)index->bytes;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_gain(finding, (double)index->bytes,
                         BRIN_PER_BLOCK / 8192 * (double)relation->heap_bytes + 3 * 8192, "bytes",
                         "size of the B-tree, and an estimate of the BRIN index");
    pga_finding_create_index(finding, relation, new_name, tail);
    pga_finding_note(finding,
                     "If queries ask only for ranges of %s, the B-tree may go once the "
                     "BRIN index is used; for single rows, ORDER BY with LIMIT, max() and "
                     "min() it must stay.",
                     column);
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_index(run, check_index);
}

const PgaRule pga_rule_index_brin_candidate = {
    .id = "index-brin-candidate",
    .title = "Large B-tree on a column in the order of the rows",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "For ranges of such a column a BRIN index, a thousandth of the size, finds the pages "
           "too, and costs an insert next to nothing.",
    .when_not = "Queries look for single values, or take the newest rows with ORDER BY and LIMIT.",
    .condition = "A B-tree that enforces nothing has one key column, a time, a date or a number "
                 "from a sequence, with a correlation over {correlation}; the heap has "
                 "{min_bytes} or more, and updates and deletes make up no more than {max_changes} "
                 "of its rows.",
    .fix = "Creates a BRIN index CONCURRENTLY: reads and writes go on; whether the B-tree may go "
           "then is yours to decide.",
    .docs = "brin.html",
    .docs_title = "BRIN Indexes",
    .requirements = "T1-1 T2-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs statistics and sizes of a running server",
    .thresholds = {{"correlation", "correlation", 0.95,
                    "Below that a range is spread over too "
                    "many pages."},
                   {"min_bytes", "bytes", 1073741824,
                    "Of a smaller table the B-tree is small "
                    "too."},
                   {"max_changes", "share", 0.05, "Changed rows lose the order."}},
    .check = check,
};
