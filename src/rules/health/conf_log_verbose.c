/* conf-log-verbose: the log itself is the load. */
#include "../server_setting_internal.h"

#define MAX_MS     0 /* places in the rule's thresholds */
#define PER_SECOND 1

static void
judge_statements(PgaRuleRun *run)
{
    PgaFinding *finding;

    if (!pga_server_setting_is(run, "log_statement", "all"))
        return;
    finding = pga_rule_report_object(run, "log_statement",
                                     "log_statement is all: every statement is written to the log "
                                     "before it runs, constants included.");
    pga_finding_change_setting(run, finding, "log_statement", "ddl");
    pga_finding_note(finding, "Constants in statements are data: whoever reads the log reads "
                              "them.");
}

static void
judge_duration(PgaRuleRun *run)
{
    const double ms = pga_server_setting_number(run, "log_min_duration_statement", -1);
    const double age = run->environment->stats_age;
    const double rate = age > 0 ? (double)run->environment->xact_commit / MAX(age, 3600) : 0;
    PgaFinding *finding;

    if (ms < 0 || ms >= run->threshold[MAX_MS] || rate < run->threshold[PER_SECOND])
        return;
    finding = pga_rule_report_object(run, "log_min_duration_statement",
                                     "log_min_duration_statement is %.0f ms, and this database "
                                     "commits %.0f transactions a second.",
                                     ms, rate);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "log_min_duration_statement", "1s");
    pga_finding_note(finding, "To see a share of the fast ones too: log_min_duration_sample with "
                              "log_statement_sample_rate.");
}

static void
judge_hostname(PgaRuleRun *run)
{
    PgaFinding *finding;

    if (!pga_server_setting_is(run, "log_hostname", "on"))
        return;
    finding = pga_rule_report_object(
        run, "log_hostname", "log_hostname is on: every connection waits for the name server.");
    pga_finding_change_setting(run, finding, "log_hostname", "off");
}

static void
check(PgaRuleRun *run)
{
    judge_statements(run);
    judge_duration(run);
    judge_hostname(run);
}

const PgaRule pga_rule_conf_log_verbose = {
    .id = "conf-log-verbose",
    .title = "Logging is a load of its own",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Every statement is written twice, once into the log: it takes disk and time, fills "
           "volumes, and keeps data where nobody guards it.",
    .when_not = "An audit demands it, and the log goes to a disk of its own.",
    .condition = "log_statement is all, log_hostname is on, or log_min_duration_statement is below "
                 "{max_ms} where the database commits {per_second} transactions a second or more.",
    .fix = "Sets it to what is worth reading, with ALTER SYSTEM and a reload.",
    .docs = "runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-WHAT",
    .docs_title = "Error Reporting and Logging: What to Log",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"max_ms", "ms", 100, "A longer one logs few statements."},
                   {"per_second", "transactions", 500, "Fewer are no load."}},
    .of_server = TRUE,
    .check = check,
};
