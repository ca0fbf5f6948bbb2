/* cache-hit-low: much is read into shared_buffers again and again. */
#include <base/units.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MIN_HITS      0 /* places in the rule's thresholds */
#define BYTES_PER_DAY 1

#define BLOCK         8192

static void
report(PgaRuleRun *run, const PgaDatabase *database, double hits, double days)
{
    const double per_day = (double)database->blks_read * BLOCK / days;
    g_autofree char *read = pga_bytes_format_storage((gint64)per_day);
    g_autofree char *window = pga_window_format(database->stats_age);
    const gint64 buffers = pga_catalog_setting_int64(run->catalog, "shared_buffers");
    g_autofree char *buffers_text = buffers >= 0 ? pga_memory_text(buffers) : g_strdup("unknown");
    PgaFinding *finding = pga_rule_report_object(
        run, database->datname,
        "%.1f %% of the pages asked for were in shared_buffers (%s); %s a day were read in "
        "(pg_stat_database, %s).",
        hits * 100, buffers_text, read, window);

    finding->weight = per_day;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_decide(finding,
                       "Look first at the queries that read most (pg_stat_statements.shared_blks_"
                       "read): an index that is missing costs more than memory that is. Then at "
                       "shared_buffers and RAM. Part of it came from the operating system's cache: "
                       "track_io_timing shows how much.");
    pga_finding_verify(finding, "SELECT blks_hit, blks_read FROM pg_stat_database WHERE datname = "
                                "current_database();");
}

static void
check(PgaRuleRun *run)
{
    const PgaWorkloadClass workload = run->environment->workload;
    const PgaDatabase *database;
    double days, hits;

    if (workload == PGA_WORKLOAD_OLAP || workload == PGA_WORKLOAD_TIME_SERIES) /* reads by nature */
        return;
    if (!(database = pga_rule_database(run)) || database->blks_read <= 0 ||
        !pga_rule_days(run, database->stats_age, "pg_stat_database.blks_read", &days))
        return;
    hits = (double)MAX(database->blks_hit, 0) /
           (double)(MAX(database->blks_hit, 0) + database->blks_read);
    if (hits < run->threshold[MIN_HITS] &&
        (double)database->blks_read * BLOCK / days > run->threshold[BYTES_PER_DAY])
        report(run, database, hits, days);
}

const PgaRule pga_rule_cache_hit_low = {
    .id = "cache-hit-low",
    .title = "Many reads are not served from shared_buffers",
    .category = "capacity",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why =
        "A page that is not in shared_buffers costs a system call, and a read of the disk if the "
        "operating system has it not either.",
    .when_not = "The database is for analysis, or backups and batch jobs make most of the reads.",
    .condition = "Less than {min_hits} of the pages that the database's queries ask for are in "
                 "shared_buffers, and more than {bytes_per_day} a day are read in; workloads of "
                 "analysis and of time series are left out.",
    .example =
        "SELECT count(*) FROM orders WHERE note = 'x'; -- without an index, ten times a second",
    .fix = "Nothing to execute: the queries come first.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW",
    .docs_title = "pg_stat_database",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_hits", "share", 0.95, "So many of the reads are hits."},
                   {"bytes_per_day", "bytes", 10737418240, "Less is left alone."}},
    .check = check,
};
