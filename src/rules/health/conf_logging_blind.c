/* conf-logging-blind: the log will not say what was slow. */
#include "../server_setting_internal.h"
#include "../setting_fix_internal.h"

/** A setting that keeps something out of the log. */
typedef struct {
    const char *name, *blind, *advised, *what;
} Blindness;

static const Blindness kinds[] = {
    {"log_min_duration_statement", "-1", "1s", "slow statements"},
    {"log_lock_waits", "off", "on", "waits for locks"},
    {"log_temp_files", "-1", "10MB", "temporary files"},
};

/* auto_explain or sampling log slow statements too. */
static gboolean
logs_statements(const PgaRuleRun *run)
{
    return pga_setting_lists(pga_server_setting(run, "shared_preload_libraries"), "auto_explain") ||
           pga_setting_lists(pga_server_setting(run, "session_preload_libraries"),
                             "auto_explain") ||
           pga_server_setting_number(run, "log_min_duration_sample", -1) >= 0;
}

static gboolean
is_blind(const PgaRuleRun *run, guint i)
{
    return pga_server_setting_is(run, kinds[i].name, kinds[i].blind) &&
           (i > 0 || !logs_statements(run));
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GString) what = g_string_new(NULL);
    PgaFinding *finding;

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (is_blind(run, i))
            g_string_append_printf(what, "%s%s (%s = %s)", what->len ? ", " : "", kinds[i].what,
                                   kinds[i].name, kinds[i].blind);
    if (!is_blind(run, 0) || !is_blind(run, 1))
        return;
    finding = pga_rule_report_object(run, "logging", "The log does not show %s.", what->str);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (is_blind(run, i))
            pga_finding_set_setting(run, finding, kinds[i].name, kinds[i].advised);
    pga_finding_apply_settings(run, finding, FALSE);
}

const PgaRule pga_rule_conf_logging_blind = {
    .id = "conf-logging-blind",
    .title = "The log cannot show what was slow",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "When users complain, nobody can say which statement was slow, what it waited for, or "
           "whether it spilled to disk.",
    .when_not = "pg_stat_statements and a monitoring system record the same.",
    .condition = "log_min_duration_statement and log_lock_waits are both off for the whole server, "
                 "and neither auto_explain nor sampling is on.",
    .fix = "Logs statements of a second and more, waits for locks and large temporary files, with "
           "ALTER SYSTEM and a reload.",
    .versions = "From 15 on checkpoints and slow autovacuums are logged without being asked for.",
    .docs = "runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-WHEN",
    .docs_title = "Error Reporting and Logging: When to Log",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
