/* sec-extension-schema: extensions older than their files, without files, or in a schema where
 * everybody may create. */
#include <string.h>

#include <base/text.h>

#include "../subject_internal.h"

static gboolean
public_creates(const PgaRuleRun *run, const char *nspname)
{
    const GPtrArray *schemas = run->objects->schema->schemas;

    for (guint i = 0; nspname && i < schemas->len; i++) {
        const PgaSchemaAcl *schema = g_ptr_array_index(schemas, i);

        if (g_str_equal(schema->nspname, nspname))
            return schema->public_creates;
    }
    return FALSE;
}

static void
report_outdated(PgaRuleRun *run, const PgaExtension *extension)
{
    g_autofree char *name = pga_quote_identifier(extension->extname);
    g_autofree char *version = pga_quote_literal(extension->default_version);
    g_autofree char *literal = pga_quote_literal(extension->extname);
    g_autofree char *object = g_strdup_printf("extension %s", name);
    PgaFinding *finding =
        pga_rule_report_object(run, object,
                               "Version %s is installed here, the server's files are of %s "
                               "(pg_available_extensions).",
                               extension->extversion, extension->default_version);

    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER EXTENSION %s UPDATE TO %s;", name, version));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "seconds");
    pga_finding_note(finding,
                     "Read its release notes first; most extensions have no way back but a "
                     "backup. Some want new sessions, or a restart where they are preloaded.");
    pga_finding_verify(finding, "SELECT extversion FROM pg_extension WHERE extname = %s;", literal);
}

static void
report_schema(PgaRuleRun *run, const PgaExtension *extension)
{
    g_autofree char *name = pga_quote_identifier(extension->extname);
    g_autofree char *schema = pga_quote_identifier(extension->nspname);
    g_autofree char *object = g_strdup_printf("extension %s", name);
    PgaFinding *finding = pga_rule_report_object(
        run, object, "It is in schema %s, where everybody may create objects.", schema);

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "REVOKE CREATE ON SCHEMA %s FROM PUBLIC; settles it%s. A script of the "
                     "extension run by a superuser could be led to somebody else's function "
                     "there.",
                     schema,
                     extension->relocatable ? ", and so does ALTER EXTENSION … SET SCHEMA" : "");
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->catalog->extensions->len; i++) {
        const PgaExtension *extension = g_ptr_array_index(run->catalog->extensions, i);

        if (extension->default_version && extension->extversion &&
            strcmp(extension->default_version, extension->extversion) != 0)
            report_outdated(run, extension);
        else if (public_creates(run, extension->nspname))
            report_schema(run, extension);
    }
}

const PgaRule pga_rule_sec_extension_schema = {
    .id = "sec-extension-schema",
    .title = "Extension out of date or in a schema open to everybody",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_INFO,
    .why = "The new library runs with the old SQL objects: fixes of holes and of wrong results "
           "are only half there.",
    .when_not = "The update waits for its window, or the version is pinned for the application.",
    .condition = "An extension's version differs from that of the server's files; or it is in a "
                 "schema where PUBLIC has CREATE.",
    .fix = "ALTER EXTENSION … UPDATE; review: there is hardly a way back.",
    .docs = "sql-alterextension.html",
    .docs_title = "ALTER EXTENSION",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the extensions of a running server",
    .check = check,
};
