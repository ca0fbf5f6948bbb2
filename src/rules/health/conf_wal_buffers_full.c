/* conf-wal-buffers-full: backends write WAL because its buffers are full. */
#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MIN_SHARE      0 /* places in the rule's thresholds */
#define MIN_PER_SECOND 1

#define BETTER         (G_GINT64_CONSTANT(64) * 1024 * 1024)

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding)
{
    const gint64 present = pga_catalog_setting_int64(run->catalog, "wal_buffers");

    if (present >= 0 && present < BETTER) {
        pga_finding_change_setting(run, finding, "wal_buffers", "64MB");
        return;
    }
    pga_finding_decide(finding, "wal_buffers is large already: look at the speed of pg_wal's disk, "
                                "and at wal_writer_delay.");
    pga_finding_verify(finding, "SELECT wal_buffers_full, wal_records FROM pg_stat_wal;");
}

static void
check(PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    PgaFinding *finding;
    double share, per_second;

    if (server->wal_records <= 0 || server->wal_buffers_full <= 0)
        return;
    if (server->wal_stats_age < 0) {
        pga_rule_not_evaluated(run, NULL, "it is not known since when pg_stat_wal counts");
        return;
    }
    share = (double)server->wal_buffers_full / (double)server->wal_records;
    per_second = (double)server->wal_buffers_full / MAX(server->wal_stats_age, 3600.0);
    if (share <= run->threshold[MIN_SHARE] || per_second <= run->threshold[MIN_PER_SECOND])
        return;
    finding = pga_rule_report_object(run, "wal_buffers",
                                     "WAL was written because its buffers were full %.0f times a "
                                     "second, once for every %.0f records (pg_stat_wal).",
                                     per_second, 1 / share);
    finding->weight = share;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    add_fix(run, finding);
}

const PgaRule pga_rule_conf_wal_buffers_full = {
    .id = "conf-wal-buffers-full",
    .title = "WAL buffers are too small for what is written",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A backend that finds them full writes them itself, while it holds a lock that every "
           "writer needs.",
    .when_not = "A bulk load has made nearly all of it.",
    .condition =
        "The buffers were full for more than {min_share} of the WAL records, and more than "
        "{min_per_second} times a second.",
    .example = "ALTER SYSTEM SET wal_buffers = '32kB'; -- and pgbench",
    .fix = "Sets wal_buffers to 64MB with ALTER SYSTEM; it needs a restart.",
    .versions = "pg_stat_wal came with 14.",
    .docs = "runtime-config-wal.html#GUC-WAL-BUFFERS",
    .docs_title = "Write Ahead Log: wal_buffers",
    .requirements = "T2-9 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_share", "share", 0.01, "Of the WAL records."},
                   {"min_per_second", "times", 10, "Fewer a second are left alone."}},
    .of_server = TRUE,
    .check = check,
};
