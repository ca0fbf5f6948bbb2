/* index-mostly-null: an index most of whose entries are NULL, which hardly any query looks for. */
#include <base/text.h>
#include <base/units.h>

#include "../index_shape_internal.h"

#define MIN_NULLS 0 /* places in the rule's thresholds */
#define MIN_BYTES 1

static const char *const null_tests[] = {"IS NULL", "IS NOT DISTINCT FROM", NULL};

static gboolean
is_mostly_null(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *attribute = pga_index_first_column(relation, index);

    return attribute && attribute->stats &&
           attribute->stats->null_frac > run->threshold[MIN_NULLS] && !index->pred &&
           g_str_equal(index->amname, "btree") && !pga_index_enforces(index) &&
           (double)index->bytes >= run->threshold[MIN_BYTES] &&
           !pga_workload_compares(run, relation, attribute, null_tests);
}

static void
check_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *attribute = pga_index_first_column(relation, index);
    g_autofree char *name = NULL, *size = NULL, *column = NULL, *tail = NULL;
    PgaFinding *finding;

    if (!is_mostly_null(run, relation, index))
        return;
    name = pga_index_display(index);
    size = pga_index_size(run, index);
    column = pga_quote_identifier(attribute->attname);
    tail = g_strdup_printf("%s WHERE (%s IS NOT NULL)", pga_index_tail(index), column);
    finding = pga_rule_report_object(
        run, name, "%s is NULL in %.0f %% of the rows (pg_stats.null_frac); it takes %s.", column,
        100 * attribute->stats->null_frac, size);
    finding->weight = attribute->stats->null_frac * (double)index->bytes;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_gain(finding, (double)index->bytes,
                         (1 - attribute->stats->null_frac) * (double)index->bytes, "bytes",
                         "pg_relation_size() of the index times the share that is not NULL");
    pga_finding_replace_index(finding, relation, index, "_not_null", tail);
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_index(run, check_index);
}

const PgaRule pga_rule_index_mostly_null = {
    .id = "index-mostly-null",
    .title = "Index whose entries are mostly NULL",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "Each insert writes an entry for a NULL that no \"column = value\" can find; without "
           "these the index is a fraction of the size.",
    .when_not = "Queries look for the rows where the column is NULL, or sort by it without a "
                "condition.",
    .condition = "A B-tree of {min_bytes} or more without a predicate that enforces nothing "
                 "begins with a column that is NULL in more than {null_frac} of the rows, and no "
                 "statement of the workload asks for IS NULL.",
    .fix = "Creates it anew with WHERE … IS NOT NULL, CONCURRENTLY, and drops the old one: the "
           "drop is yours to approve.",
    .docs = "indexes-partial.html",
    .docs_title = "Partial Indexes",
    .requirements = "T2-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs statistics of a running server",
    .thresholds = {{"null_frac", "share", 0.5, "Of the rows."},
                   {"min_bytes", "bytes", 10485760, "Smaller indexes are left alone."}},
    .check = check,
};
