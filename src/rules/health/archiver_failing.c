/* archiver-failing: WAL that is not archived is kept, and no recovery reaches beyond the gap. */
#include <base/units.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

static gboolean
is_empty(const PgaRuleRun *run, const char *setting)
{
    const char *value = pga_server_setting_value(run, setting);

    return !value || !*value;
}

static void
report_failing(PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    g_autofree char *failed = pga_duration_format(server->last_failed_age);
    g_autofree char *archived =
        server->last_archived_age < 0 ? NULL : pga_duration_format(server->last_archived_age);
    g_autofree char *kept =
        server->wal_dir_bytes < 0 ? NULL : pga_memory_text(server->wal_dir_bytes);
    PgaFinding *finding =
        pga_rule_report_object(run, "archiver",
                               "The newest attempt failed %s ago; the newest that succeeded was "
                               "%s%s (pg_stat_archiver)%s%s.",
                               failed, archived ? archived : "never", archived ? " ago" : "",
                               kept ? "; pg_wal has " : "", kept ? kept : "");

    pga_finding_decide(finding,
                       "The log has what archive_command or archive_library said. What it "
                       "needs is mostly space, a network, or a password at its destination; "
                       "all WAL is archived in order once it succeeds.");
    pga_finding_verify(finding, "SELECT last_archived_time, last_failed_time, last_failed_wal FROM "
                                "pg_stat_archiver;");
}

static void
report_empty(PgaRuleRun *run)
{
    PgaFinding *finding = pga_rule_report_object(
        run, "archive_command",
        "archive_mode is %s, and neither archive_command nor archive_library is set: WAL waits in "
        "pg_wal for one.",
        pga_server_setting_value(run, "archive_mode"));

    pga_finding_decide(finding, "Set archive_command to what your backup tool documents, or, where "
                                "WAL is not to be archived, archive_mode to off, which needs a "
                                "restart.");
    pga_finding_verify(finding, "SELECT last_archived_time, last_failed_time, last_failed_wal FROM "
                                "pg_stat_archiver;");
}

static void
check(PgaRuleRun *run)
{
    if (run->environment->provider || !pga_server_archives(run))
        return;
    if (pga_server_setting(run, "archive_command") && is_empty(run, "archive_command") &&
        is_empty(run, "archive_library"))
        report_empty(run);
    else if (pga_archiver_fails(run))
        report_failing(run);
}

const PgaRule pga_rule_archiver_failing = {
    .id = "archiver-failing",
    .title = "WAL is not archived",
    .category = "replication",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "A recovery reaches no further than the last archived segment, and pg_wal keeps all that "
        "follow until its disk is full and the server stops.",
    .when_not = "The archive is in maintenance and the disk has room for longer than that.",
    .condition =
        "archive_mode is on, and the newest attempt to archive failed, or there is nothing "
        "to archive with.",
    .example = "ALTER SYSTEM SET archive_command = 'false';",
    .fix = "Nothing to execute: the server's log has the reason.",
    .versions = "archive_library came with 15.",
    .docs = "continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    .docs_title = "Setting Up WAL Archiving",
    .requirements = "T3-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .of_server = TRUE,
    .check = check,
};
