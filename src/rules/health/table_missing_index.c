/* table-missing-index: a table of some size that is read from end to end again and again. */
#include <base/units.h>

#include "../maintenance_internal.h"

#define MIN_ROWS      0 /* places in the rule's thresholds */
#define INDEX_SHARE   1
#define ROWS_PER_SCAN 2
#define PER_HOUR      3
#define MIN_SCANS     4

#define HOUR          3600.0

/* Of at least an hour: what a restore or a busy minute did is no rate. */
static double
scans_per_hour(const PgaRuleRun *run, const PgaRelation *relation)
{
    return (double)relation->counters.seq_scan / MAX(run->environment->stats_age, HOUR) * HOUR;
}

static gboolean
is_scanned(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const PgaRelationCounters *counters = &relation->counters;
    const double all = (double)(counters->seq_scan + counters->idx_scan);

    *weight = (double)counters->seq_tup_read;
    return relation->has_counters && counters->seq_scan > 0 &&
           (double)counters->seq_scan >= run->threshold[MIN_SCANS] &&
           (double)counters->n_live_tup >= run->threshold[MIN_ROWS] &&
           (double)counters->idx_scan / all < run->threshold[INDEX_SHARE] &&
           (double)counters->seq_tup_read / (double)counters->seq_scan >
               run->threshold[ROWS_PER_SCAN] &&
           scans_per_hour(run, relation) > run->threshold[PER_HOUR];
}

static void
report_group(PgaRuleRun *run, const PgaTableGroup *group)
{
    const PgaRelation *worst = pga_group_worst(group);
    const PgaRelationCounters *counters = &worst->counters;
    g_autofree char *scans = pga_count_format((double)counters->seq_scan);
    g_autofree char *per_scan =
        pga_count_format((double)counters->seq_tup_read / (double)counters->seq_scan);
    g_autofree char *index_scans = pga_count_format((double)counters->idx_scan);
    g_autofree char *rows = pga_count_format((double)counters->n_live_tup);
    g_autofree char *age = run->environment->stats_age < HOUR
                               ? g_strdup("less than an hour")
                               : pga_duration_format(run->environment->stats_age);
    g_autofree char *extent = pga_group_extent(group);
    PgaFinding *finding = pga_rule_report(
        run, group->subject, NULL,
        "%s sequential scans in %s read %s rows each of %s, beside %s index scans.%s", scans, age,
        per_scan, rows, index_scans, extent);

    finding->weight = group->weight;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "The counter does not name the columns: look for the table's "
                              "statements in pg_stat_statements, those with the most "
                              "shared_blks_hit and shared_blks_read first. pg_dump and CREATE "
                              "INDEX count as sequential scans too.");
    pga_finding_verify(finding, "seq_tup_read in pg_stat_all_tables grows more slowly.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) groups = NULL;

    if (run->environment->workload == PGA_WORKLOAD_OLAP)
        return; /* there tables are read whole on purpose */
    if (run->environment->stats_age <= 0) {
        pga_rule_not_evaluated(run, NULL, "it is not known since when the usage counters run");
        return;
    }
    groups = pga_group_tables(run, is_scanned);
    for (guint i = 0; i < groups->len; i++)
        report_group(run, g_ptr_array_index(groups, i));
}

const PgaRule pga_rule_table_missing_index = {
    .id = "table-missing-index",
    .title = "A table is read from end to end again and again",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Each such scan takes time and cache in proportion to the table, and both grow with "
           "it; an index would find the few rows that are wanted.",
    .when_not = "The queries want most of the rows, as reports do.",
    .condition = "Of a table of {min_rows} rows or more less than {idx_share} of the scans use an "
                 "index; the sequential ones read more than {rows_per_scan} rows each and are "
                 "{min_scans} or more, and more than {scans_per_hour} an hour; not with an OLAP "
                 "workload.",
    .fix = "No statement: the columns are the queries' to tell.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW",
    .docs_title = "pg_stat_all_tables",
    .requirements = "T1-1 DJ-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_rows", "rows", 10000, "A smaller table is read in a moment."},
                   {"idx_share", "share", 0.95, "Of all scans."},
                   {"rows_per_scan", "rows", 1000, "Fewer are read where LIMIT ends the scan."},
                   {"scans_per_hour", "scans", 1, "Rarer ones are jobs."},
                   {"min_scans", "scans", 20,
                    "CREATE INDEX, foreign keys and pg_dump scan a few times, too."}},
    .check = check,
};
