/* unsupported-reg-type: columns that hold oids of the catalogs under a name. A new cluster has
 * other oids, so pg_upgrade refuses to start. */
#include "../column_internal.h"
#include "../type_change_internal.h"

/* Source: data_types_usage_checks in PostgreSQL 18 src/bin/pg_upgrade/check.c; regclass, regrole
 * and regtype keep their oids. */
static gboolean
is_refused(const PgaAttribute *attribute)
{
    static const char *const types[] = {"regcollation", "regconfig",   "regdictionary",
                                        "regnamespace", "regoper",     "regoperator",
                                        "regproc",      "regprocedure"};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (pga_column_has_type(attribute, types[i]))
            return TRUE;
    return FALSE;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       GHashTable *referenced)
{
    const PgaTypeChange change = {relation, attribute, "text", FALSE, referenced, NULL};
    PgaFinding *finding =
        pga_rule_report(run, relation, attribute,
                        "The column's type is %s (pg_attribute.atttypid).", attribute->type);

    finding->weight = MAX(relation->reltuples, 0);
    pga_finding_change_type(run, finding, &change);
    pga_finding_note(finding, "Where it is used as the type it was, cast it back: column::%s.",
                     attribute->type);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->catalog);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len && pga_rule_concerns(relation); j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);

            if (is_refused(attribute))
                report(run, relation, attribute, referenced);
        }
    }
}

const PgaRule pga_rule_unsupported_reg_type = {
    .id = "unsupported-reg-type",
    .title = "Column type that pg_upgrade refuses",
    .category = "schema",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The column stores oids, which differ in a new cluster: pg_upgrade stops before it "
           "begins, and the upgrade window is lost.",
    .when_not = "Major upgrades are done by dump and restore or by logical replication, which "
                "write names.",
    .condition = "A column has the type regcollation, regconfig, regdictionary, regnamespace, "
                 "regoper, regoperator, regproc or regprocedure.",
    .example = "CREATE TABLE hooks (f regproc);",
    .fix = "Changes the type to text, which rewrites the table under ACCESS EXCLUSIVE.",
    .docs = "pgupgrade.html",
    .docs_title = "pg_upgrade",
    .requirements = "PRE-2",
    .check = check,
};
