/* type-json-not-jsonb: json keeps the text and parses it at every access; it has no equality and no
 * GIN index. */
#include "../column_internal.h"
#include "../type_change_internal.h"

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       GHashTable *referenced)
{
    const PgaTypeChange change = {relation, attribute, "jsonb", TRUE, referenced, NULL};
    g_autofree char *rows = pga_rule_rows(relation);
    PgaFinding *finding =
        pga_rule_report(run, relation, attribute,
                        "The column is json (pg_attribute.atttypid) in a table of %s.", rows);

    finding->weight = MAX(relation->reltuples, 0);
    pga_finding_change_type(run, finding, &change);
    pga_finding_note(
        finding,
        "jsonb drops blanks, the order of keys and all but the last of equal keys; the undo does "
        "not bring them back.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->catalog);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len && pga_rule_concerns(relation); j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);

            if (pga_column_has_type(attribute, "json") && !attribute->attgenerated)
                report(run, relation, attribute, referenced);
        }
    }
}

const PgaRule pga_rule_type_json_not_jsonb = {
    .id = "type-json-not-jsonb",
    .title = "json column where jsonb fits",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "json is stored as text and parsed again by every expression that looks inside; it "
           "cannot be compared, used in "
           "DISTINCT or GROUP BY, or indexed with GIN.",
    .when_not = "The exact text must survive (signatures, audit), or documents are only stored and "
                "returned whole.",
    .condition = "A column has the type json.",
    .example = "CREATE TABLE events (payload json);",
    .fix = "Changes the type to jsonb, which rewrites the table under ACCESS EXCLUSIVE; wants "
           "your decision first, because the exact text of the documents is lost.",
    .docs = "datatype-json.html",
    .docs_title = "JSON Types",
    .requirements = "T2-2 DJ-3",
    .check = check,
};
