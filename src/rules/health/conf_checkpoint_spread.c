/* conf-checkpoint-spread: checkpoints that come in bursts. */
#include "../server_setting_internal.h"

#define MIN_TARGET     0 /* places in the rule's thresholds */
#define WAL_PER_SECOND 1

static void
judge_target(PgaRuleRun *run)
{
    const double target = pga_server_setting_number(run, "checkpoint_completion_target", 1);
    PgaFinding *finding;

    if (target >= run->threshold[MIN_TARGET])
        return;
    finding = pga_rule_report_object(run, "checkpoint_completion_target",
                                     "checkpoint_completion_target is %g: all dirty pages are "
                                     "written in %.0f %% of the time between two checkpoints.",
                                     target, target * 100);
    pga_finding_change_setting(run, finding, "checkpoint_completion_target", "0.9");
}

static void
judge_timeout(PgaRuleRun *run)
{
    const double timeout = pga_server_setting_number(run, "checkpoint_timeout", 3600000);
    const PgaServer *server = run->server;
    const double rate = server->wal_bytes >= 0 && server->wal_stats_age > 3600
                            ? (double)server->wal_bytes / server->wal_stats_age
                            : 0;
    PgaFinding *finding;

    if (timeout > 300000 || rate < run->threshold[WAL_PER_SECOND])
        return;
    finding = pga_rule_report_object(run, "checkpoint_timeout",
                                     "checkpoint_timeout is %.0f s, and the server writes %.1f MB "
                                     "of WAL a second (pg_stat_wal).",
                                     timeout / 1000, rate / 1e6);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "checkpoint_timeout", "15min");
    pga_finding_note(finding, "Recovery after a crash takes longer: it replays up to 15 minutes of "
                              "WAL. max_wal_size must have room for that much.");
}

static void
judge_warning(PgaRuleRun *run)
{
    PgaFinding *finding;

    if (!pga_server_setting_is(run, "checkpoint_warning", "0"))
        return;
    finding = pga_rule_report_object(run, "checkpoint_warning",
                                     "checkpoint_warning is 0: the log does not say that "
                                     "checkpoints come too often.");
    pga_finding_change_setting(run, finding, "checkpoint_warning", "30s");
}

static void
check(PgaRuleRun *run)
{
    judge_target(run);
    judge_timeout(run);
    judge_warning(run);
}

const PgaRule pga_rule_conf_checkpoint_spread = {
    .id = "conf-checkpoint-spread",
    .title = "Checkpoints come in bursts",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Written in bursts, dirty pages hold up everybody who reads or commits; after each "
           "checkpoint every page goes to WAL whole once more.",
    .when_not = "A short recovery after a crash matters more than even response times.",
    .condition = "checkpoint_completion_target is below {min_target}; or checkpoint_timeout is 5 "
                 "minutes or less where the server writes {wal_per_second} of WAL a second or "
                 "more; or checkpoint_warning is 0.",
    .fix = "Sets it with ALTER SYSTEM and reloads.",
    .docs = "wal-configuration.html",
    .docs_title = "WAL Configuration",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"min_target", "share", 0.7, "PostgreSQL's default is 0.9 since 14."},
                   {"wal_per_second", "bytes", 1000000, "Less WAL makes small checkpoints."}},
    .of_server = TRUE,
    .check = check,
};
