/* sec-role-no-expiry: roles that log in and may make roles or databases or go round row security.
 * That a password never expires is every role's default, and only evidence. */
#include <base/text.h>

#include "../subject_internal.h"

/* (transfer full): "CREATEDB, CREATEROLE"; REPLICATION alone is what standbys have. */
static char *
attributes_of(const PgaRole *role, const char *prefix)
{
    const struct {
        gboolean has;
        const char *name;
    } attributes[] = {{role->rolbypassrls, "BYPASSRLS"},
                      {role->rolcreaterole, "CREATEROLE"},
                      {role->rolcreatedb, "CREATEDB"}};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(attributes); i++)
        if (attributes[i].has)
            g_string_append_printf(text, "%s%s%s", text->len ? " " : "", prefix,
                                   attributes[i].name);
    return g_string_free(text, FALSE);
}

static void
report(PgaRuleRun *run, const PgaRole *role, const char *attributes)
{
    g_autofree char *name = pga_quote_identifier(role->rolname);
    g_autofree char *object = g_strdup_printf("role %s", name);
    g_autofree char *without = attributes_of(role, "NO");
    PgaFinding *finding =
        pga_rule_report_object(run, object, "It may log in and has %s (pg_roles)%s%s.", attributes,
                               role->has_validity ? "" : "; its password never expires",
                               role->rolconnlimit < 0 ? "; its connections are not limited" : "");

    pga_finding_add_sql(finding, g_strdup_printf("ALTER ROLE %s %s;", name, without));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER ROLE %s %s;", name, attributes));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "Only if it can do its work without: dumps of tables with row security need "
                     "BYPASSRLS, provisioning needs CREATEDB.%s CONNECTION LIMIT keeps one "
                     "application from taking every slot.",
                     role->rolcreaterole ? " Before 16 CREATEROLE is nearly a superuser: it may "
                                           "grant itself any other role."
                                         : "");
    pga_finding_verify(finding, "SELECT rolname, rolbypassrls, rolcreaterole, rolcreatedb FROM "
                                "pg_roles WHERE rolcanlogin;");
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->objects->roles->len && !run->environment->provider; i++) {
        const PgaRole *role = g_ptr_array_index(run->objects->roles, i);
        g_autofree char *attributes = attributes_of(role, "");

        if (role->rolcanlogin && !role->rolsuper && *attributes)
            report(run, role, attributes);
    }
}

const PgaRule pga_rule_sec_role_no_expiry = {
    .id = "sec-role-no-expiry",
    .title = "Login role with more rights than a role needs",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Whoever gets hold of its password can make roles and databases, or reads rows that "
           "policies hide.",
    .when_not = "It provisions databases or takes backups, and its password is rotated.",
    .condition = "A role that may log in and is no superuser has BYPASSRLS, CREATEROLE or "
                 "CREATEDB. REPLICATION alone is what a standby needs and no finding.",
    .example = "CREATE ROLE app LOGIN CREATEROLE;",
    .fix = "Takes these attributes away, at once; review: something may need them.",
    .versions = "From 16 on CREATEROLE reaches only roles that the role was made an administrator "
                "of.",
    .docs = "role-attributes.html",
    .docs_title = "Role Attributes",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the roles of a server",
    .of_server = TRUE,
    .check = check,
};
