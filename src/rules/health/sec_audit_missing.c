/* sec-audit-missing: nothing in the log says who connected or who changed the schema. */
#include "../server_setting_internal.h"
#include "../setting_fix_internal.h"
#include "../subject_internal.h"

/* A list since 18, empty when off. */
static gboolean
is_off(const PgaRuleRun *run, const char *name)
{
    return pga_server_setting_is(run, name, "off") || pga_server_setting_is(run, name, "");
}

static void
check(PgaRuleRun *run)
{
    PgaFinding *finding;

    if (!is_off(run, "log_connections") || !is_off(run, "log_disconnections") ||
        !pga_server_setting_is(run, "log_statement", "none") ||
        pga_setting_lists(pga_server_setting(run, "shared_preload_libraries"), "pgaudit"))
        return;
    finding = pga_rule_report_object(run, "log_statement",
                                     "log_statement is none, log_connections and "
                                     "log_disconnections are off, and pgaudit is not loaded.");
    pga_finding_set_setting(run, finding, "log_statement", "ddl");
    pga_finding_apply_settings(run, finding, FALSE);
    pga_finding_note(finding,
                     "log_connections and log_disconnections too where connections are pooled: "
                     "without a pool they fill the log. CREATE ROLE … PASSWORD is logged as it "
                     "was sent: use \\password.");
}

const PgaRule pga_rule_sec_audit_missing = {
    .id = "sec-audit-missing",
    .title = "No trail of connections or schema changes",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_INFO,
    .why = "After an incident nobody can say who connected, from where, or who dropped the table.",
    .when_not = "A proxy or the provider keeps the trail.",
    .condition = "log_connections and log_disconnections are off, log_statement is none, and "
                 "pgaudit is not in shared_preload_libraries.",
    .fix = "Sets log_statement to ddl with ALTER SYSTEM and a reload.",
    .versions = "log_connections is a list of stages since 18.",
    .docs = "runtime-config-logging.html",
    .docs_title = "Error Reporting and Logging",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
