/* deadlocks: transactions that the server aborted because they waited for one another. */
#include "../server_state_internal.h"

#define PER_DAY 0 /* its place in the rule's thresholds */

static void
check(PgaRuleRun *run)
{
    const PgaDatabase *database = pga_rule_database(run);
    g_autofree char *window = NULL;
    PgaFinding *finding;
    double days;

    if (!database ||
        !pga_rule_days(run, database->stats_age, "pg_stat_database.deadlocks", &days) ||
        (double)database->deadlocks / days <= run->threshold[PER_DAY])
        return;
    window = pga_window_format(database->stats_age);
    finding =
        pga_rule_report_object(run, database->datname,
                               "%" G_GINT64_FORMAT " deadlocks in %s (pg_stat_database.deadlocks).",
                               database->deadlocks, window);
    finding->weight = (double)database->deadlocks / days;
    pga_finding_decide(
        finding, "The log names both statements of each. Let all transactions lock rows in the "
                 "same order (ORDER BY in SELECT … FOR UPDATE before UPDATEs), keep them "
                 "short, and repeat the aborted ones (SQLSTATE 40P01).");
    pga_finding_verify(finding, "SELECT deadlocks FROM pg_stat_database WHERE datname = "
                                "current_database();");
}

const PgaRule pga_rule_deadlocks = {
    .id = "deadlocks",
    .title = "Deadlocks happen",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Each aborts a transaction after deadlock_timeout, in which others wait for both.",
    .when_not = "The application repeats the aborted transactions, and they are few.",
    .condition = "The database counts more than {per_day} deadlocks a day.",
    .example = "UPDATE a …; UPDATE b …; -- in one session\n"
               "UPDATE b …; UPDATE a …; -- in another at the same time",
    .fix = "Nothing to execute: the order of locks is the application's.",
    .docs = "explicit-locking.html#LOCKING-DEADLOCKS",
    .docs_title = "Deadlocks",
    .requirements = "T2-7 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"per_day", "deadlocks", 1, "So many a day are borne."}},
    .check = check,
};
