/* rollback-ratio: transactions that end in vain. */
#include "../server_state_internal.h"

#define MIN_SHARE   0 /* places in the rule's thresholds */
#define MIN_PER_DAY 1

static void
check(PgaRuleRun *run)
{
    const PgaDatabase *database = pga_rule_database(run);
    g_autofree char *window = NULL;
    PgaFinding *finding;
    double days, share;

    if (!database ||
        !pga_rule_days(run, database->stats_age, "pg_stat_database.xact_rollback", &days) ||
        (double)database->xact_rollback / days <= run->threshold[MIN_PER_DAY])
        return;
    share = (double)database->xact_rollback /
            (double)(database->xact_rollback + MAX(database->xact_commit, 0));
    if (share <= run->threshold[MIN_SHARE])
        return;
    window = pga_window_format(database->stats_age);
    finding =
        pga_rule_report_object(run, database->datname,
                               "%.0f %% of the transactions were rolled back: %" G_GINT64_FORMAT
                               " in %s (pg_stat_database).",
                               share * 100, database->xact_rollback, window);
    finding->weight = share;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_decide(finding, "The errors in the log, counted by SQLSTATE, say which they are: "
                                "constraints that stop what ON CONFLICT would settle, timeouts, "
                                "serialization failures; or a client that ends reads by ROLLBACK.");
    pga_finding_verify(finding, "SELECT xact_commit, xact_rollback FROM pg_stat_database WHERE "
                                "datname = current_database();");
}

const PgaRule pga_rule_rollback_ratio = {
    .id = "rollback-ratio",
    .title = "Many transactions are rolled back",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "What they did was for nothing, and what they wrote is dead rows that VACUUM has to "
           "remove.",
    .when_not = "Tests run here, or a pooler or framework ends transactions that only read by "
                "ROLLBACK.",
    .condition =
        "More than {min_share} of the database's transactions are rolled back, and more than "
        "{min_per_day} a day.",
    .example = "INSERT INTO orders (id) VALUES (1); -- again and again",
    .fix = "Nothing to execute: the errors are the application's.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW",
    .docs_title = "pg_stat_database",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_share", "share", 0.1, "So many of them may fail."},
                   {"min_per_day", "transactions", 1000, "Fewer are left alone."}},
    .check = check,
};
