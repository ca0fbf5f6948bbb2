/* repl-lag: what would be lost, or is not yet seen, on a standby. Time alone says nothing: an idle
 * primary sends no commits. */
#include <base/units.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define LAG_BYTES   0 /* places in the rule's thresholds */
#define LAG_SECONDS 1

static gboolean
is_behind(const PgaRuleRun *run, gint64 bytes, double seconds)
{
    return (double)bytes > run->threshold[LAG_BYTES] ||
           (bytes > 0 && seconds > run->threshold[LAG_SECONDS]);
}

static char *
seconds_text(double seconds)
{
    return seconds >= 0 ? pga_duration_format(seconds) : g_strdup("unknown time");
}

static void
report_sender(PgaRuleRun *run, const PgaWalSender *sender)
{
    g_autofree char *object =
        sender->client_addr
            ? g_strdup_printf("%s (%s)", sender->application_name, sender->client_addr)
            : g_strdup(sender->application_name);
    g_autofree char *bytes = pga_memory_text(sender->replay_lag_bytes);
    g_autofree char *unsent = pga_memory_text(MAX(sender->sent_lag_bytes, 0));
    g_autofree char *seconds = seconds_text(sender->replay_lag);
    PgaFinding *finding = pga_rule_report_object(
        run, object,
        "It has replayed all but %s of WAL, %s behind (pg_stat_replication, state %s); %s of that "
        "was not sent yet.",
        bytes, seconds, sender->state, unsent);

    finding->weight = (double)sender->replay_lag_bytes;
    if (g_strcmp0(sender->state, "catchup") == 0)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    if (sender->sent_lag_bytes * 2 > sender->replay_lag_bytes)
        pga_finding_decide(finding, "Most of it waits here: look at the network and at the load of "
                                    "this server.");
    else
        pga_finding_decide(finding,
                           "Most of it was sent: look at the standby's disk, and at queries "
                           "there that replay waits for (max_standby_streaming_delay).");
    pga_finding_verify(finding, "SELECT application_name, state, pg_wal_lsn_diff("
                                "pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication;");
}

static void
check_senders(PgaRuleRun *run)
{
    for (guint i = 0; i < run->server->senders->len; i++) {
        const PgaWalSender *sender = g_ptr_array_index(run->server->senders, i);

        if (g_strcmp0(sender->state, "backup") != 0 &&
            is_behind(run, sender->replay_lag_bytes, sender->replay_lag))
            report_sender(run, sender);
    }
}

/* A standby fed from an archive has no receiver. */
static gboolean
is_cut_off(const PgaRuleRun *run)
{
    return run->server->wal_lsn >= 0 && !run->server->has_wal_receiver &&
           pga_server_setting_is(run, "restore_command", "");
}

static void
check_standby(PgaRuleRun *run)
{
    const PgaServer *server = run->server;
    const gboolean is_delayed =
        pga_catalog_setting_int64(run->catalog, "recovery_min_apply_delay") > 0;
    g_autofree char *bytes = NULL, *seconds = NULL;
    PgaFinding *finding;

    if (is_cut_off(run)) {
        seconds = seconds_text(server->replay_age);
        finding = pga_rule_report_object(run, "this standby",
                                         "No WAL receiver runs and there is no restore_command; "
                                         "the newest commit that was replayed is of %s ago.",
                                         seconds);
        pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
        pga_finding_decide(finding, "Its log says why it cannot connect: primary_conninfo, the "
                                    "primary's pg_hba.conf, or WAL that the primary has removed "
                                    "already; then it has to be built anew.");
    } else if (!is_delayed && is_behind(run, server->receive_replay_bytes, server->replay_age)) {
        bytes = pga_memory_text(server->receive_replay_bytes);
        seconds = seconds_text(server->replay_age);
        finding = pga_rule_report_object(run, "this standby",
                                         "%s of WAL were received and not replayed; the newest "
                                         "commit that was replayed is of %s ago.",
                                         bytes, seconds);
        finding->weight = (double)server->receive_replay_bytes;
        pga_finding_decide(finding, "Look for queries that replay waits for (wait event "
                                    "RecoveryConflict… of the startup process), a replay that was "
                                    "paused, and the disk.");
    } else {
        return;
    }
    pga_finding_verify(finding, "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), "
                                "pg_last_wal_replay_lsn());");
}

static void
check(PgaRuleRun *run)
{
    if (run->environment->is_standby)
        check_standby(run);
    if (pga_senders_are_hidden(run->server))
        pga_rule_not_evaluated(run, NULL, "the role may not see how far standbys are: pg_monitor");
    else
        check_senders(run);
}

const PgaRule pga_rule_repl_lag = {
    .id = "repl-lag",
    .title = "Standby is behind",
    .category = "replication",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "What was not sent is lost when the primary is; what was not replayed is not seen by "
           "queries on the standby, and delays a failover.",
    .when_not = "The standby is delayed on purpose, was just started, or a bulk load runs.",
    .condition = "A receiver of WAL has not replayed more than {lag_bytes}, or lags {lag_seconds} "
                 "seconds or more with WAL outstanding; or this standby receives no WAL at all.",
    .example = "SELECT pg_wal_replay_pause(); -- on the standby, while the primary writes",
    .fix = "Nothing to execute: the finding says on which side the delay arises.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW",
    .docs_title = "pg_stat_replication",
    .requirements = "T2-10 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the state of replication of a server",
    .thresholds = {{"lag_bytes", "bytes", 104857600, "A receiver may be so far behind."},
                   {"lag_seconds", "seconds", 30, "With WAL outstanding, so long."}},
    .of_server = TRUE,
    .check = check,
};
