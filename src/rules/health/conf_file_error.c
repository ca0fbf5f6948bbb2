/* conf-file-error: what the configuration files say and the server would not take. */
#include "../server_state_internal.h"

/* A setting that only a restart changes is listed with an error whenever its value is another. */
static gboolean
waits_for_restart(const PgaRuleRun *run, const PgaFileError *entry)
{
    const PgaSetting *setting = entry->name ? pga_catalog_setting(run->catalog, entry->name) : NULL;

    return setting && g_strcmp0(setting->context, "postmaster") == 0;
}

static void
report(PgaRuleRun *run, const char *object, const char *error)
{
    PgaFinding *finding = pga_rule_report_object(run, object, "%s.", error);

    pga_finding_decide(finding,
                       "Correct the line and reload. Until then a reload takes nothing, or "
                       "not that, and a restart may fail.");
    pga_finding_verify(finding, "SELECT sourcefile, sourceline, name, error FROM pg_file_settings "
                                "WHERE error IS NOT NULL;");
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->server->file_errors->len; i++) {
        const PgaFileError *entry = g_ptr_array_index(run->server->file_errors, i);
        g_autofree char *object =
            g_strdup_printf("%s:%d", entry->sourcefile ? entry->sourcefile : "configuration file",
                            entry->sourceline);
        g_autofree char *error = g_strdup_printf("%s%s%s", entry->name ? entry->name : "",
                                                 entry->name ? ": " : "", entry->error);

        if (!waits_for_restart(run, entry))
            report(run, object, error);
    }
    for (guint i = 0; i < run->server->hba->len; i++) {
        const PgaHbaRule *rule = g_ptr_array_index(run->server->hba, i);
        g_autofree char *object = g_strdup_printf("pg_hba.conf:%d", rule->line_number);

        if (rule->error)
            report(run, object, rule->error);
    }
}

const PgaRule pga_rule_conf_file_error = {
    .id = "conf-file-error",
    .title = "Configuration file has an error",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A reload leaves the old settings in place with a line in the log that nobody reads, "
           "and the "
           "next restart may fail.",
    .when_not = "Somebody edits the file at this moment.",
    .condition =
        "A line of postgresql.conf, what it includes, or pg_hba.conf has an error; settings "
        "that wait for a restart are not judged.",
    .example = "echo 'wrok_mem = 64MB' >> postgresql.conf",
    .fix = "Nothing to execute: the line is named.",
    .docs = "view-pg-file-settings.html",
    .docs_title = "pg_file_settings",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the configuration files of a server",
    .of_server = TRUE,
    .check = check,
};
