/* repl-conflicts: queries on a standby that replay cancelled. */
#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define PER_DAY 0 /* its place in the rule's thresholds */

static gint64
total(const PgaDatabase *database)
{
    return MAX(database->confl_tablespace, 0) + MAX(database->confl_lock, 0) +
           MAX(database->confl_snapshot, 0) + MAX(database->confl_bufferpin, 0) +
           MAX(database->confl_deadlock, 0) + MAX(database->confl_active_logicalslot, 0);
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding, const PgaDatabase *database)
{
    if (database->confl_snapshot * 2 > total(database) &&
        pga_server_setting_is(run, "hot_standby_feedback", "off")) {
        pga_finding_change_setting(run, finding, "hot_standby_feedback", "on");
        pga_finding_note(finding, "Execute it on this standby. The primary then keeps rows for its "
                                  "queries: a long one bloats tables there.");
        return;
    }
    pga_finding_decide(finding,
                       "Raise max_standby_streaming_delay, at the price of replay that lags "
                       "behind, or keep long queries and DDL on the primary apart.");
}

static void
report(PgaRuleRun *run, const PgaDatabase *database, double days)
{
    g_autofree char *window = pga_window_format(database->stats_age);
    PgaFinding *finding = pga_rule_report_object(
        run, database->datname,
        "Replay cancelled %" G_GINT64_FORMAT " queries in %s: %" G_GINT64_FORMAT
        " for old row versions, %" G_GINT64_FORMAT " for locks, %" G_GINT64_FORMAT
        " for buffer pins (pg_stat_database_conflicts).",
        total(database), window, MAX(database->confl_snapshot, 0), MAX(database->confl_lock, 0),
        MAX(database->confl_bufferpin, 0));

    finding->weight = (double)total(database) / days;
    add_fix(run, finding, database);
    pga_finding_verify(finding, "SELECT * FROM pg_stat_database_conflicts WHERE datname = "
                                "current_database();");
}

static void
check(PgaRuleRun *run)
{
    const PgaDatabase *database;
    double days;

    if (!run->environment->is_standby || !(database = pga_rule_database(run)) ||
        !pga_rule_days(run, database->stats_age, "pg_stat_database_conflicts", &days))
        return;
    if ((double)total(database) / days > run->threshold[PER_DAY])
        report(run, database, days);
}

const PgaRule pga_rule_repl_conflicts = {
    .id = "repl-conflicts",
    .title = "Queries on the standby are cancelled by replay",
    .category = "replication",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The application gets an error and has to repeat the query, which is cancelled again if "
           "it takes as long.",
    .when_not = "The application repeats them, and the standby is there for failover first.",
    .condition =
        "Replay on this standby cancels more than {per_day} queries of the database a day.",
    .example = "VACUUM orders; -- on the primary, while a report reads orders on the standby",
    .fix =
        "Sets hot_standby_feedback on the standby, with a reload, where old row versions are the "
        "reason; a higher max_standby_streaming_delay otherwise.",
    .versions = "Conflicts with logical slots are counted from 16 on.",
    .docs = "hot-standby.html#HOT-STANDBY-CONFLICT",
    .docs_title = "Handling Query Conflicts",
    .requirements = "T2-10",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running standby",
    .thresholds = {{"per_day", "queries", 10, "So many cancelled queries a day are borne."}},
    .check = check,
};
