/* conf-checkpoints-requested: WAL fills max_wal_size before checkpoint_timeout is over. */
#include <base/units.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MIN_SHARE     0 /* places in the rule's thresholds */
#define MIN_REQUESTED 1
#define MIN_PER_DAY   2

#define GB            G_GINT64_CONSTANT(1073741824)
/* WAL of a whole checkpoint_timeout and of the part of the next that a checkpoint is spread over.
 */
#define TIMEOUTS 2

/* A power of two of GB that takes the WAL of the time between two checkpoints, at least twice the
 * present; at most half of what pg_wal may grow to. 0: nothing better is known. */
static gint64
advised(const PgaRuleRun *run, gint64 present)
{
    const PgaServer *server = run->server;
    const double timeout = pga_server_setting_number(run, "checkpoint_timeout", 300000) / 1000;
    const double per_second = server->wal_bytes > 0 && server->wal_stats_age > 0
                                  ? (double)server->wal_bytes / MAX(server->wal_stats_age, 3600)
                                  : 0;
    const gint64 wanted = MAX((gint64)(per_second * timeout * TIMEOUTS), 2 * present);
    gint64 limit = G_MAXINT64 / 4, value = GB;

    if (server->host.wal_free_bytes >= 0)
        limit = (server->host.wal_free_bytes + MAX(server->wal_dir_bytes, 0)) / 2;
    while (value < wanted)
        value *= 2;
    return value <= limit ? value : 0;
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding)
{
    const gint64 present = pga_catalog_setting_int64(run->catalog, "max_wal_size");
    const gint64 value = present > 0 ? advised(run, present) : 0;
    g_autofree char *text = pga_bytes_format_memory(value);

    if (value == 0) {
        pga_finding_decide(finding,
                           "Raise max_wal_size as far as pg_wal's disk allows: half of its "
                           "free space now is less than twice the present.");
        pga_finding_verify(finding, "SHOW max_wal_size;");
        return;
    }
    pga_finding_change_setting(run, finding, "max_wal_size", text);
    pga_finding_note(finding,
                     "pg_wal grows to about as much, and recovery after a crash takes longer.");
}

static void
check(PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    g_autofree char *window = NULL;
    PgaFinding *finding;
    double days, share;

    if (run->environment->is_standby || server->checkpoints_req < 0 ||
        server->checkpoints_timed < 0 ||
        (double)server->checkpoints_req <= run->threshold[MIN_REQUESTED] ||
        !pga_rule_days(run, server->checkpointer_stats_age, "the checkpointer", &days))
        return;
    share = (double)server->checkpoints_req /
            (double)(server->checkpoints_req + server->checkpoints_timed);
    if (share <= run->threshold[MIN_SHARE] ||
        (double)server->checkpoints_req / days < run->threshold[MIN_PER_DAY])
        return;
    window = pga_window_format(server->checkpointer_stats_age);
    finding = pga_rule_report_object(run, "max_wal_size",
                                     "%" G_GINT64_FORMAT " checkpoints of %" G_GINT64_FORMAT
                                     " (%.0f %%) were requested, not timed, in %s.",
                                     server->checkpoints_req,
                                     server->checkpoints_req + server->checkpoints_timed,
                                     share * 100, window);
    finding->weight = share;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    add_fix(run, finding);
}

const PgaRule pga_rule_conf_checkpoints_requested = {
    .id = "conf-checkpoints-requested",
    .title = "Checkpoints are forced by the volume of WAL",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "After each checkpoint the first change of a page writes all of it to the WAL: frequent "
           "ones multiply the WAL and write the same pages again and again.",
    .when_not =
        "A restore or a bulk load made them, or scripts that execute CHECKPOINT, base backups "
        "among them.",
    .condition =
        "More than {min_share} of the checkpoints were requested, more than {min_requested} "
        "in all and {min_per_day} or more a day.",
    .example = "ALTER SYSTEM SET max_wal_size = '64MB'; -- and pgbench",
    .fix =
        "Raises max_wal_size with ALTER SYSTEM and a reload to what is written between two timed "
        "checkpoints, within the disk's free space where that is known.",
    .versions =
        "The counters are in pg_stat_bgwriter before 17 and in pg_stat_checkpointer from then "
        "on.",
    .docs = "runtime-config-wal.html#GUC-MAX-WAL-SIZE",
    .docs_title = "Checkpoints: max_wal_size",
    .requirements = "T2-9 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_share", "share", 0.3, "So many may be requested."},
                   {"min_requested", "checkpoints", 10, "Fewer say too little."},
                   {"min_per_day", "checkpoints", 5, "Fewer a day are left alone."}},
    .of_server = TRUE,
    .check = check,
};
