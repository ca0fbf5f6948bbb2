/* pgss-missing: nobody counts which statements take the time. */
#include "../server_setting_internal.h"
#include <string.h>

#define LIBRARY "pg_stat_statements"

/* (transfer full): every library as a quoted word of its own: ALTER SYSTEM takes 'a, b' in one
 * string for the name of one library, and the server does not start again. */
static char *
with_library(const PgaSetting *libraries)
{
    g_auto(GStrv) words = g_strsplit_set(libraries->setting, ", \"'", -1);
    GString *list = g_string_new(NULL);

    for (guint i = 0; words[i]; i++)
        if (*words[i])
            g_string_append_printf(list, "'%s', ", words[i]);
    return g_string_free(g_string_append(list, "'" LIBRARY "'"), FALSE);
}

static void
add_preload(PgaRuleRun *run, PgaFinding *finding, const PgaSetting *libraries)
{
    g_autofree char *list = with_library(libraries);

    if (run->environment->provider) {
        pga_finding_note(finding, "Add " LIBRARY " to shared_preload_libraries in the provider's "
                                  "configuration.");
        return;
    }
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER SYSTEM SET shared_preload_libraries = %s;", list));
    pga_finding_add_undo(finding, g_strdup("ALTER SYSTEM RESET shared_preload_libraries;"));
    if (*libraries->setting)
        return;
    finding->proof.kind = PGA_PROOF_CONFIG;
    finding->proof.setting = g_strdup("shared_preload_libraries");
    finding->proof.value = g_strdup(LIBRARY);
}

static void
report_preload(PgaRuleRun *run, const PgaSetting *libraries)
{
    PgaFinding *finding =
        pga_rule_report_object(run, LIBRARY, "shared_preload_libraries does not have it: %s%s.",
                               *libraries->setting ? "it is " : "it is empty", libraries->setting);

    add_preload(run, finding, libraries);
    pga_finding_set_fix(finding, PGA_SAFETY_RESTART, NULL, NULL);
    pga_finding_note(finding, "After the restart, in each database to be looked at: CREATE "
                              "EXTENSION " LIBRARY ";");
    pga_finding_verify(finding, "SELECT count(*) FROM pg_stat_statements;");
}

static void
report_extension(PgaRuleRun *run)
{
    PgaFinding *finding = pga_rule_report_object(
        run, LIBRARY,
        "The server counts statements, but this database has no extension to show them.");

    pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_add_sql(finding, g_strdup("CREATE EXTENSION " LIBRARY ";"));
    pga_finding_add_undo(finding, g_strdup("DROP EXTENSION " LIBRARY ";"));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, "instant");
    pga_finding_verify(finding, "SELECT count(*) FROM pg_stat_statements;");
}

static void
check(PgaRuleRun *run)
{
    const PgaSetting *libraries = pga_server_setting(run, "shared_preload_libraries");
    PgaFinding *finding;

    if (!libraries)
        return; /* superusers and pg_read_all_settings see it */
    if (!pga_setting_lists(libraries, LIBRARY)) {
        report_preload(run, libraries);
    } else if (!pga_catalog_extension(run->catalog, LIBRARY)) {
        report_extension(run);
    } else if (pga_server_setting_is(run, LIBRARY ".track", "none")) {
        finding = pga_rule_report_object(run, LIBRARY ".track",
                                         LIBRARY ".track is none: nothing is counted.");
        pga_finding_change_setting(run, finding, LIBRARY ".track", "top");
        finding->proof.kind = PGA_PROOF_NONE; /* the lab's server does not load the library */
    }
}

const PgaRule pga_rule_pgss_missing = {
    .id = "pgss-missing",
    .title = "Statements are not counted",
    .category = "statistics",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Without pg_stat_statements nobody can tell which statements take the time, and advice "
           "on indexes has no workload to judge by.",
    .when_not = "Another tool records every statement.",
    .condition = "shared_preload_libraries lacks pg_stat_statements, or (info) the extension was "
                 "not created in this database, or its track is none.",
    .fix = "Adds the library, which needs a restart, or creates the extension.",
    .docs = "pgstatstatements.html",
    .docs_title = "pg_stat_statements",
    .requirements = "T3-4 IN-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};
