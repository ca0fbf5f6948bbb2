/* conf-connection-churn: connections that live for seconds. */
#include <base/units.h>

#include "../server_state_internal.h"

#define PER_SECOND   0 /* places in the rule's thresholds */
#define MEAN_SECONDS 1
#define MIN_PER_DAY  2

static void
report(PgaRuleRun *run, const PgaDatabase *database, double per_second, double mean)
{
    g_autofree char *mean_text = pga_duration_format(mean);
    PgaFinding *finding = pga_rule_report_object(
        run, database->datname,
        "%.2f sessions a second began, and they lasted %s on average (pg_stat_database).",
        per_second, mean_text);

    finding->weight = per_second;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_decide(finding, "Keep connections in a pool of the application, or put PgBouncer "
                                "before the server.");
    pga_finding_verify(finding,
                       "SELECT sessions, session_time FROM pg_stat_database WHERE datname = "
                       "current_database();");
}

static void
check(PgaRuleRun *run)
{
    const PgaDatabase *database = pga_rule_database(run);
    double days, per_second, mean;

    if (!database || database->sessions <= 0 ||
        !pga_rule_days(run, database->stats_age, "pg_stat_database.sessions", &days))
        return;
    per_second = (double)database->sessions / (days * PGA_DAY);
    mean = MAX(database->session_time, 0) / 1000 / (double)database->sessions;
    if (per_second > run->threshold[PER_SECOND] ||
        ((double)database->sessions / days > run->threshold[MIN_PER_DAY] &&
         mean < run->threshold[MEAN_SECONDS]))
        report(run, database, per_second, mean);
}

const PgaRule pga_rule_conf_connection_churn = {
    .id = "conf-connection-churn",
    .title = "Connections are short-lived",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why =
        "Each one starts a process, authenticates and fills its caches: milliseconds of CPU before "
        "its first statement.",
    .when_not = "Functions without a server of their own connect, and nothing could pool for them.",
    .condition = "More than {per_second} sessions a second begin in the database, or more than "
                 "{min_per_day} a day that last less than {mean_seconds} seconds on average.",
    .example = "psql -c 'SELECT 1' -- in a loop",
    .fix = "Nothing to execute: a pool is the application's, or PgBouncer.",
    .versions = "Sessions are counted from 14 on.",
    .docs = "monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW",
    .docs_title = "pg_stat_database",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"per_second", "sessions", 5, "More a second are many."},
                   {"mean_seconds", "seconds", 60, "A session lasts longer."},
                   {"min_per_day", "sessions", 10000, "Fewer short ones are left alone."}},
    .of_server = TRUE,
    .check = check,
};
