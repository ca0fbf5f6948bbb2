/* index-low-cardinality: an index on a column of few values, one of which most rows have. */
#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../index_shape_internal.h"

#define MAX_DISTINCT 0 /* places in the rule's thresholds */
#define MIN_SHARE    1
#define MIN_BYTES    2

#define DAY          86400.0

/* Share of the most common value; 0 unknown. */
static double
top_share(const PgaAttributeStats *stats)
{
    return stats && stats->mcv_freqs && stats->mcv_freqs->len > 0
               ? g_array_index(stats->mcv_freqs, double, 0)
               : 0;
}

/* One that was never used is index-unused's as soon as the counters cover long enough. */
static gboolean
is_told_as_unused(const PgaRuleRun *run, const PgaIndex *index)
{
    const double min_days = pga_rule_threshold_of(run, &pga_rule_index_unused, 0);

    return index->idx_scan == 0 && run->environment->stats_age >= min_days * DAY;
}

/* Used less often than the table is written to. */
static gboolean
seldom_pays(const PgaRelation *relation, const PgaIndex *index)
{
    const PgaRelationCounters *counters = &relation->counters;

    return relation->has_counters &&
           index->idx_scan < counters->n_tup_ins + counters->n_tup_upd + counters->n_tup_del;
}

static gboolean
is_weak(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *attribute = pga_index_only_column(relation, index);

    return attribute && attribute->stats && !pga_column_has_type(attribute, "bool") &&
           !index->pred && g_str_equal(index->amname, "btree") && !pga_index_enforces(index) &&
           (double)index->bytes >= run->threshold[MIN_BYTES] && attribute->stats->n_distinct > 0 &&
           attribute->stats->n_distinct <= run->threshold[MAX_DISTINCT] &&
           top_share(attribute->stats) > run->threshold[MIN_SHARE] &&
           !pga_column_in_constraint(relation, attribute, 'f') && seldom_pays(relation, index) &&
           !is_told_as_unused(run, index);
}

static void
check_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const PgaAttribute *attribute = pga_index_only_column(relation, index);
    g_autofree char *name = NULL, *size = NULL, *column = NULL;
    PgaFinding *finding;

    if (!is_weak(run, relation, index))
        return;
    name = pga_index_display(index);
    size = pga_index_size(run, index);
    column = pga_quote_identifier(attribute->attname);
    finding = pga_rule_report_object(
        run, name,
        "Its only column %s has %.0f values, one of them in %.0f %% of "
        "the rows; %" G_GINT64_FORMAT " scans used it, fewer than rows were written; it takes %s.",
        column, attribute->stats->n_distinct, 100 * top_share(attribute->stats), index->idx_scan,
        size);
    finding->weight = (double)index->bytes;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_gain_index_bytes(run, finding, index);
    pga_finding_drop_index(finding, relation, index);
    pga_finding_note(finding,
                     "If queries look for the rare values, a partial index on these (WHERE %s = …) "
                     "is the better half of it.",
                     column);
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_index(run, check_index);
}

const PgaRule pga_rule_index_low_cardinality = {
    .id = "index-low-cardinality",
    .title = "Index on a column of very few values",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "For the value that most rows have the planner reads the table, so that nearly all of "
           "the index's entries are written and kept for nothing.",
    .when_not = "Queries look for the rare values only, and the index is small beside its table.",
    .condition = "A B-tree of {min_bytes} or more without a predicate has one key column with at "
                 "most {max_distinct} values, one of them in more than {min_share} of the rows; it "
                 "serves neither uniqueness nor a foreign key, and was scanned less often than "
                 "rows were written.",
    .fix = "Drops it with CONCURRENTLY; the drop is yours to approve, the undo creates it again.",
    .docs = "indexes-partial.html",
    .docs_title = "Partial Indexes",
    .requirements = "T2-4 DJ-1",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs statistics and counters of a running server",
    .thresholds = {{"max_distinct", "values", 10, "More values tell rows apart."},
                   {"min_share", "share", 0.5, "Of the most common value."},
                   {"min_bytes", "bytes", 1048576, "Smaller indexes are left alone."}},
    .check = check,
};
