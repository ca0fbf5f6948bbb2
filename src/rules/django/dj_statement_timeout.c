/* dj-statement-timeout: nothing ends a statement that runs for ever. */
#include <string.h>

#include "../django_setting_internal.h"

static gboolean
is_set_somewhere(const PgaDjangoProject *project)
{
    for (guint i = 0; i < project->settings->len; i++) {
        const PgaDjangoSettings *settings = g_ptr_array_index(project->settings, i);

        if (strstr(settings->file->text, "_timeout"))
            return TRUE;
    }
    return FALSE;
}

static void
judge_database(PgaDjangoRun *run, const PgaDjangoDatabase *database, const PgaPyValue *entry)
{
    const PgaPyValue *options = pga_django_entry(entry, "OPTIONS");
    PgaFinding *finding;

    if (!g_str_equal(database->alias, "default") || (options && options->kind != PGA_PY_DICT) ||
        is_set_somewhere(run->project))
        return;
    finding = pga_django_add_at_database(
        run, database, entry,
        "no statement_timeout, no idle_in_transaction_session_timeout in OPTIONS: a request that "
        "the proxy gave up goes on in the database");
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_django_fix_code(finding, g_strdup("\"OPTIONS\": {\"options\": \"-c statement_timeout=30s "
                                          "-c idle_in_transaction_session_timeout=60s\"},"));
    finding->fix.safety = PGA_SAFETY_REVIEW;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoSettings *settings)
{
    pga_each_database(run, settings, judge_database);
}

const PgaRule pga_rule_dj_statement_timeout = {
    .id = "dj-statement-timeout",
    .title = "No timeout for statements",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "One bad query per click fills the connections: the web server stops waiting, the "
           "database does not.",
    .when_not = "The role has it: ALTER ROLE … SET statement_timeout.",
    .condition = "A literal entry \"default\" of DATABASES in the settings that manage.py names, "
                 "and no timeout anywhere in a settings module.",
    .example = "# shop/settings.py\nDATABASES = {\"default\": {\"ENGINE\": "
               "\"django.db.backends.postgresql\", \"NAME\": \"shop\"}}",
    .fix = "Proposes both in OPTIONS; for the role that runs migrations and reports, longer ones.",
    .docs = "runtime-config-client.html#GUC-STATEMENT-TIMEOUT",
    .docs_title = "statement_timeout",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.settings = judge},
};
