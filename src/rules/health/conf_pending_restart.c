/* conf-pending-restart: what the files say is not what runs. */
#include "../server_setting_internal.h"

static void
check(PgaRuleRun *run)
{
    g_autoptr(GString) names = g_string_new(NULL);
    PgaFinding *finding;

    for (guint i = 0; i < run->catalog->settings->len; i++) {
        const PgaSetting *setting = g_ptr_array_index(run->catalog->settings, i);

        if (setting->pending_restart)
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", setting->name);
    }
    if (names->len == 0)
        return;
    finding = pga_rule_report_object(run, "settings",
                                     "Changed in the configuration, but not in effect before a "
                                     "restart: %s.",
                                     names->str);
    pga_finding_set_fix(finding, PGA_SAFETY_RESTART, NULL, NULL);
    pga_finding_note(finding, "Read the new values again before the restart: the next one, planned "
                              "or not, brings them.");
    pga_finding_verify(finding, "SELECT name, setting FROM pg_settings WHERE pending_restart;");
}

const PgaRule pga_rule_conf_pending_restart = {
    .id = "conf-pending-restart",
    .title = "Settings wait for a restart",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The next restart, perhaps that after a crash at night, starts a server with other "
           "settings than the one that ran well.",
    .when_not = "A restart is planned.",
    .condition = "pg_settings.pending_restart is true for a setting.",
    .example = "ALTER SYSTEM SET max_connections = 500;\n"
               "SELECT pg_reload_conf();",
    .fix = "Plan a restart, or take the change back.",
    .docs = "view-pg-settings.html",
    .docs_title = "pg_settings",
    .requirements = "PRE-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
