/* sec-superusers: more superusers than people who need it, and programs that connect as one. */
#include <string.h>

#include <base/text.h>

#include "../subject_internal.h"

#define SUPERUSERS 0

static void
check_roles(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *list = NULL;
    PgaFinding *finding;

    for (guint i = 0; i < run->objects->roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(run->objects->roles, i);

        if (role->rolsuper && role->rolcanlogin)
            g_ptr_array_add(names, pga_quote_identifier(role->rolname));
    }
    if (names->len <= run->threshold[SUPERUSERS])
        return;
    list = pga_names_listed(names);
    finding = pga_rule_report_object(run, "superusers",
                                     "%u roles that may log in are superusers (pg_roles): %s.",
                                     names->len, list);
    finding->weight = names->len;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "ALTER ROLE … NOSUPERUSER; for each that can do its work with less: "
                     "pg_monitor for monitoring, CREATEDB and CREATEROLE for provisioning, the "
                     "owner of the tables for migrations, REPLICATION for backups.");
    pga_finding_verify(finding, "SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin;");
}

/* A person's tools; whoever administers a server remotely is no application. */
static gboolean
is_tool(const char *application_name)
{
    static const char *const tools[] = {"pgarchitect",   "psql",      "pg_dump",  "pg_restore",
                                        "pg_basebackup", "pgAdmin",   "DBeaver",  "DataGrip",
                                        "pg_receivewal", "reindexdb", "vacuumdb", "pgbackrest"};

    for (guint i = 0; application_name && i < G_N_ELEMENTS(tools); i++)
        if (g_str_has_prefix(application_name, tools[i]))
            return TRUE;
    return FALSE;
}

static gboolean
is_application(const PgaSession *session)
{
    return session->is_superuser && session->usename &&
           !pga_address_is_local(session->client_addr) &&
           g_strcmp0(session->backend_type, "client backend") == 0 &&
           !is_tool(session->application_name);
}

static void
report_session(PgaRuleRun *run, const PgaSession *session)
{
    g_autofree char *role = pga_quote_identifier(session->usename);
    g_autofree char *object = g_strdup_printf("role %s", role);
    PgaFinding *finding = pga_rule_report_object(
        run, object, "\"%s\" is connected as %s, a superuser, from %s (pg_stat_activity).",
        session->application_name ? session->application_name : "", role, session->client_addr);

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     "Give the application a role of its own with what it needs on its tables, "
                     "and let it connect as that: any hole in it is a hole into the server's "
                     "operating system now (COPY … TO PROGRAM).");
    pga_finding_verify(finding, "SELECT usename, application_name, client_addr FROM "
                                "pg_stat_activity JOIN pg_roles ON rolname = usename WHERE "
                                "rolsuper AND client_addr IS NOT NULL;");
}

static void
check_sessions(PgaRuleRun *run)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (!run->server->sessions_known) {
        pga_rule_not_evaluated(run, "Application that connects as superuser",
                               "the sessions of other roles are not known");
        return;
    }
    for (guint i = 0; i < run->server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(run->server->sessions, i);

        if (is_application(session) && g_hash_table_add(seen, session->usename))
            report_session(run, session);
    }
}

static void
check(PgaRuleRun *run)
{
    if (!run->environment->provider) /* what is superuser there is the provider's */
        check_roles(run);
    check_sessions(run);
}

const PgaRule pga_rule_sec_superusers = {
    .id = "sec-superusers",
    .title = "Superusers beyond those that are needed",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "No privilege, row security or audit binds a superuser, who can also run programs as "
           "the server's user.",
    .when_not = "Each belongs to a person who administers the server.",
    .condition = "More than {superusers} roles that may log in are superusers; or a session of "
                 "one, of no known tool, comes from another machine.",
    .example = "CREATE ROLE app LOGIN SUPERUSER;",
    .fix = "Names what to grant instead; nothing is executed.",
    .docs = "role-attributes.html",
    .docs_title = "Role Attributes",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the roles of a server",
    .thresholds = {{"superusers", "roles", 2, "So many are the server's own and a spare."}},
    .of_server = TRUE,
    .check = check,
};
