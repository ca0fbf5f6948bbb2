/* schema-natural-key: a key that people change. */
#include "../column_internal.h"
#include "../each_internal.h"

static const char *const changing[] = {"email", "mail",     "phone", "mobile", "login",
                                       "user",  "username", "name",  "title",  NULL};

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data)
{
    const PgaIndex *key = pga_relation_primary_key(relation);
    const PgaAttribute *attribute =
        key && key->n_key_atts == 1
            ? pga_relation_attribute(relation, g_array_index(key->indkey, gint16, 0))
            : NULL;
    PgaFinding *finding;

    if (!attribute || !pga_column_is_text(attribute) || relation->attributes->len < 2 ||
        !pga_name_has_word(attribute->attname, changing) ||
        !pga_column_is_referenced(data, relation, attribute))
        return;
    finding = pga_rule_report(run, relation, attribute,
                              "It is the primary key, other tables reference it, and its name "
                              "speaks of something that changes.");
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "A numbered key or a uuid, and this column UNIQUE; until then ON "
                              "UPDATE CASCADE in the foreign keys.");
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->whole);

    pga_each_relation(run, judge, referenced);
}

const PgaRule pga_rule_schema_natural_key = {
    .id = "schema-natural-key",
    .title = "Key that changes with the person it names",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A new address means a new key: every referencing row must be updated, links outside "
           "break, and what identified a person stands in every table.",
    .when_not = "It never changes, such as the name of a fixed setting.",
    .condition = "The only column of a primary key is a text whose name speaks of an email, phone, "
                 "login or name, and foreign keys reference it.",
    .example = "CREATE TABLE person (email text PRIMARY KEY, born date);\n"
               "CREATE TABLE visit (email text REFERENCES person);",
    .fix = "A decision about the model; no statement.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
    .docs_title = "Constraints: Primary Keys",
    .requirements = "T2-2",
    .check = check,
};
