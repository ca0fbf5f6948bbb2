/* naming-needs-quotes: names that must be quoted for ever. */
#include "../each_internal.h"
#include "../schema_names_internal.h"
#include "../subject_internal.h"
#include <base/text.h>
#include <string.h>

#define NAME_MAX_BYTES 63 /* NAMEDATALEN - 1: longer ones were cut */

static gboolean
needs_quotes(const char *name)
{
    if (!g_ascii_islower(*name) && *name != '_')
        return TRUE;
    for (; *name; name++)
        if (!g_ascii_islower(*name) && !g_ascii_isdigit(*name) && *name != '_' && *name != '$')
            return TRUE;
    return FALSE;
}

static gboolean
is_bad(const char *name)
{
    return needs_quotes(name) || strlen(name) >= NAME_MAX_BYTES;
}

static void
judge(PgaRuleRun *run G_GNUC_UNUSED, const PgaRelation *relation, gpointer schemas)
{
    if (is_bad(relation->relname))
        pga_schema_names_add(schemas, relation, NULL);
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (is_bad(attribute->attname))
            pga_schema_names_add(schemas, relation, attribute);
    }
}

static void
report(PgaRuleRun *run, const char *nspname, const GPtrArray *bad)
{
    g_autofree char *names = pga_names_listed(bad);
    g_autofree char *object = pga_quote_identifier(nspname);
    PgaFinding *finding = pga_rule_report_object(
        run, object, "%u name%s with upper case, blanks or signs, or of 63 bytes: %s.", bad->len,
        bad->len == 1 ? "" : "s", names);

    finding->weight = (double)bad->len;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Rename only together with all code that uses the name; new names in "
                              "lower case with underscores.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) schemas = pga_schema_names_new();

    pga_each_relation(run, judge, schemas);
    pga_schema_names_each(run, schemas, 0, report);
}

const PgaRule pga_rule_naming_needs_quotes = {
    .id = "naming-needs-quotes",
    .title = "Names that need quotes",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Without quotes PostgreSQL folds names to lower case: everybody who types one by hand "
           "gets \"does not exist\". Names of 63 bytes were cut, perhaps two of them to the same.",
    .when_not = "An ORM makes and quotes all names (Prisma, Sequelize).",
    .condition = "A table or column has a name with other signs than a-z, 0-9, _ and $, or of 63 "
                 "bytes. One finding for each schema.",
    .example = "CREATE TABLE \"OrderItem\" (\"Id\" int);",
    .fix = "A decision; no statement.",
    .docs = "sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
    .docs_title = "Lexical Structure: Identifiers and Key Words",
    .requirements = "T2-2",
    .check = check,
};
