/* sec-public-schema-create: a schema where everybody may create objects. */
#include <base/text.h>

#include "../subject_internal.h"

#define REVOKED_SINCE 150000 /* new databases' public */

static void
report(PgaRuleRun *run, const PgaSchemaAcl *schema)
{
    g_autofree char *name = pga_quote_identifier(schema->nspname);
    g_autofree char *literal = pga_quote_literal(schema->nspname);
    PgaFinding *finding =
        pga_rule_report_object(run, name, "PUBLIC has CREATE on the schema (pg_namespace.nspacl).");

    pga_finding_add_sql(finding, g_strdup_printf("REVOKE CREATE ON SCHEMA %s FROM PUBLIC;", name));
    pga_finding_add_undo(finding, g_strdup_printf("GRANT CREATE ON SCHEMA %s TO PUBLIC;", name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "Roles that run migrations need CREATE of their own: GRANT it first, in the "
                     "same transaction. What others made there before stays.");
    pga_finding_verify(finding, "SELECT nspacl FROM pg_namespace WHERE nspname = %s;", literal);
}

/* Every database made before 15 has it: of a DDL file that is the lab's. */
static gboolean
is_the_labs(const PgaRuleRun *run, const PgaSchemaAcl *schema)
{
    return !pga_rule_is_server(run) && run->environment->version_num < REVOKED_SINCE &&
           g_str_equal(schema->nspname, "public");
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *schemas = run->objects->schema->schemas;

    for (guint i = 0; i < schemas->len; i++) {
        const PgaSchemaAcl *schema = g_ptr_array_index(schemas, i);

        if (schema->public_creates && !is_the_labs(run, schema) &&
            pga_rule_sees_schema(run, schema->nspname))
            report(run, schema);
    }
}

const PgaRule pga_rule_sec_public_schema_create = {
    .id = "sec-public-schema-create",
    .title = "Everybody may create objects in the schema",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Any role that can connect may put a function or operator there whose name others call, "
           "and it runs with their rights (CVE-2018-1058).",
    .when_not = "The database has one user, or the schema is in nobody's search_path and meant as "
                "a scratch pad.",
    .condition = "PUBLIC has CREATE on a schema.",
    .example = "GRANT CREATE ON SCHEMA public TO PUBLIC;",
    .fix = "Revokes CREATE from PUBLIC, at once; review: roles that create tables there need a "
           "grant of their own.",
    .versions = "New databases of 15 and later come without that grant; those brought along by "
                "pg_upgrade or a dump keep it.",
    .docs = "ddl-schemas.html#DDL-SCHEMAS-PATTERNS",
    .docs_title = "Schemas: Usage Patterns",
    .requirements = "T3-5",
    .check = check,
};
