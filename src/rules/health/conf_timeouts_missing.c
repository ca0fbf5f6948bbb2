/* conf-timeouts-missing: one forgotten session may hold everybody up for ever. */
#include "../server_setting_internal.h"

static const char *const timeouts[] = {"statement_timeout", "idle_in_transaction_session_timeout",
                                       "transaction_timeout"};

/* Somebody has thought about it for a role or the database. */
static gboolean
is_set_for_roles(const PgaRuleRun *run)
{
    for (guint i = 0; i < run->objects->role_settings->len; i++) {
        const PgaRoleSetting *setting = g_ptr_array_index(run->objects->role_settings, i);

        for (guint j = 0; j < G_N_ELEMENTS(timeouts); j++)
            if (g_str_equal(setting->name, timeouts[j]) && !g_str_equal(setting->value, "0"))
                return TRUE;
    }
    return FALSE;
}

/* Known to be 0 for the whole server. */
static gboolean
is_missing(const PgaRuleRun *run)
{
    for (guint i = 0; i < G_N_ELEMENTS(timeouts); i++) {
        const PgaSetting *known = pga_catalog_setting(run->catalog, timeouts[i]);

        if (known && !pga_server_setting_is(run, timeouts[i], "0"))
            return FALSE;
    }
    return pga_catalog_setting(run->catalog, timeouts[0]) != NULL;
}

static void
check(PgaRuleRun *run)
{
    PgaFinding *finding;

    if (!is_missing(run) || is_set_for_roles(run))
        return;
    finding = pga_rule_report_object(run, "timeouts",
                                     "statement_timeout and idle_in_transaction_session_timeout "
                                     "are 0 for the server, every role and this database.");
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "idle_in_transaction_session_timeout", "10min");
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_finding_note(finding, "Sessions that idle in an open transaction for longer are ended: "
                              "pg_dump switches it off for itself, other batch jobs may need ALTER "
                              "ROLE. statement_timeout is best set for each role: ALTER ROLE app "
                              "SET statement_timeout = '30s'.");
}

const PgaRule pga_rule_conf_timeouts_missing = {
    .id = "conf-timeouts-missing",
    .title = "Nothing ends a session that forgot its transaction",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "One transaction left open holds its locks and keeps vacuum from cleaning up, in all "
           "tables, until somebody notices.",
    .when_not = "The pooler or the application ends such sessions.",
    .condition = "statement_timeout, idle_in_transaction_session_timeout and (17+) "
                 "transaction_timeout are all 0 for the server, and no role or database sets one.",
    .fix = "Ends sessions that idle in a transaction for 10 minutes, after a look at who does that "
           "on purpose.",
    .versions = "transaction_timeout came with 17.",
    .docs = "runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
    .docs_title = "Client Connection Defaults: idle_in_transaction_session_timeout",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
