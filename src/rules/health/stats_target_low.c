/* stats-target-low: the list of most common values ends while values are still common. */
#include <base/text.h>
#include <base/units.h>

#include "../index_shape_internal.h"
#include "../statement_internal.h"

#define TIMES        0 /* places in the rule's thresholds */
#define MIN_DISTINCT 1

#define NEW_TARGET   1000

/* The number of values; of a share of the rows that many. */
static double
distinct(const PgaRelation *relation, const PgaAttributeStats *stats)
{
    return stats->n_distinct < 0 ? -stats->n_distinct * MAX(relation->reltuples, 0)
                                 : stats->n_distinct;
}

/* Whether the column has a target of its own, by ALTER COLUMN SET STATISTICS. */
static gboolean
has_own_target(const PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint i = 0; i < run->objects->attributes->len; i++) {
        const PgaAttributeExtra *extra = g_ptr_array_index(run->objects->attributes, i);

        if (extra->relation == relation->oid && extra->attstattarget >= 0 &&
            g_str_equal(extra->attname, attribute->attname))
            return TRUE;
    }
    return FALSE;
}

/* How often the last value of the list is beside the average of what is not in it; 0 where the list
 * is not full. */
static double
cut_off(const PgaRuleRun *run, const PgaRelation *relation, const PgaAttributeStats *stats)
{
    const gint64 target = pga_catalog_setting_int64(run->catalog, "default_statistics_target");
    const double values = distinct(relation, stats);
    double listed = 0, rest;

    if (!stats->mcv_freqs || stats->mcv_freqs->len != target ||
        values < run->threshold[MIN_DISTINCT])
        return 0;
    for (guint i = 0; i < stats->mcv_freqs->len; i++)
        listed += g_array_index(stats->mcv_freqs, double, i);
    rest = (1 - stats->null_frac - listed) / (values - stats->mcv_freqs->len);
    return rest > 0 ? g_array_index(stats->mcv_freqs, double, stats->mcv_freqs->len - 1) / rest : 0;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute, double ratio)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *column = pga_quote_identifier(attribute->attname);
    g_autofree char *values = pga_count_format(distinct(relation, attribute->stats));
    PgaFinding *finding = pga_rule_report(
        run, relation, attribute,
        "%s values; the list of most common values holds %u, and the last of them is %.0f times as "
        "frequent as those that found no place on average.",
        values, attribute->stats->mcv_freqs->len, ratio);

    finding->weight = ratio;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET STATISTICS %d;", table,
                                        column, NEW_TARGET));
    pga_finding_add_sql(finding, g_strdup_printf("ANALYZE %s (%s);", table, column));
    pga_finding_add_undo(
        finding,
        g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET STATISTICS -1;", table, column));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding, "Planning queries on the column takes a little longer.");
    pga_finding_verify(finding, "EXPLAIN ANALYZE of a query on a common value shows rows near to "
                                "what it estimated.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
check_column(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute)
{
    static const char *const equal[] = {"=", "IN", NULL};
    double ratio;

    if (!attribute->stats)
        return;
    ratio = cut_off(run, relation, attribute->stats);
    if (ratio > 0 && ratio >= run->threshold[TIMES] && !has_own_target(run, relation, attribute) &&
        pga_workload_compares(run, relation, attribute, equal))
        report(run, relation, attribute, ratio);
}

static void
check(PgaRuleRun *run)
{
    if (!pga_rule_has_workload(run))
        return;
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint k = 0; pga_rule_concerns(relation) && k < relation->attributes->len; k++)
            check_column(run, relation, g_ptr_array_index(relation->attributes, k));
    }
}

const PgaRule pga_rule_stats_target_low = {
    .id = "stats-target-low",
    .title = "Common values do not fit into a column's statistics",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_INFO,
    .why = "A value beside the list is taken for an average one: of the common ones among these "
           "the planner expects far too few rows, and picks nested loops.",
    .when_not = "Queries on the column look for rare values only.",
    .condition = "Statements compare a column of {min_distinct} values or more for equality, its "
                 "list of most common values is full, and its last entry is {times} times or more "
                 "as frequent as the average of the values beside the list.",
    .fix = "Raises the column's statistics target and analyzes it: reads and writes go on.",
    .docs = "planner-stats.html",
    .docs_title = "Statistics Used by the Planner",
    .requirements = "T2-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the statistics and the workload of a running server",
    .thresholds = {{"times", "times", 10, "Less does not change a plan."},
                   {"min_distinct", "values", 10000,
                    "Of fewer values the list holds the common "
                    "ones."}},
    .check = check,
};
