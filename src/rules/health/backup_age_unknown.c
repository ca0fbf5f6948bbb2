/* backup-age-unknown: a server that shows no trace of a backup or a copy. A nightly pg_dump leaves
 * none either: so it only asks. */
#include <base/units.h>

#include "../server_state_internal.h"

#define MIN_BYTES 0 /* its place in the rule's thresholds */

static gboolean
has_trace(const PgaRuleRun *run)
{
    const PgaServer *server = run->server;

    return pga_server_archives(run) || server->senders->len > 0 || server->slots->len > 0;
}

static void
check(PgaRuleRun *run)
{
    const gint64 bytes = run->environment->database_bytes;
    g_autofree char *size = bytes >= 0 ? pga_bytes_format_storage(bytes) : NULL;
    PgaFinding *finding;

    if (run->environment->provider || run->environment->is_standby ||
        (double)bytes < run->threshold[MIN_BYTES] || !pga_server_setting(run, "archive_mode") ||
        has_trace(run))
        return;
    finding =
        pga_rule_report_object(run, run->environment->source_name,
                               "The database has %s; archive_mode is off, nothing receives WAL, "
                               "and there is no replication slot.",
                               size);
    finding->weight = (double)bytes;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_decide(finding,
                       "Schedule what loses no more than you may lose: pg_dump each night, "
                       "or base backups with an archive of WAL (pg_basebackup, pgBackRest) "
                       "for recovery to any moment; and try a restore.");
    pga_finding_verify(finding, "SELECT last_archived_wal, last_archived_time FROM "
                                "pg_stat_archiver;");
}

const PgaRule pga_rule_backup_age_unknown = {
    .id = "backup-age-unknown",
    .title = "No trace of a backup",
    .category = "replication",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "When the disk or a statement destroys the data, all since the last backup is lost, and "
           "this server shows none.",
    .when_not =
        "pg_dump or snapshots of the disk run elsewhere: they leave no trace in the server.",
    .condition =
        "The database has {min_bytes} or more, WAL is not archived, nothing receives WAL, and "
        "there is no replication slot.",
    .example = "SHOW archive_mode; -- off",
    .fix = "Nothing to execute: what may be lost, and so how to back up, is a decision.",
    .docs = "backup.html",
    .docs_title = "Backup and Restore",
    .requirements = "T3-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings and the state of a server",
    .thresholds = {{"min_bytes", "bytes", 1073741824, "Smaller databases are left alone."}},
    .of_server = TRUE,
    .check = check,
};
