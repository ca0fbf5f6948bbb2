/* type-fk-mismatch: a foreign key between columns of different types. */
#include "../each_internal.h"
#include <base/text.h>
#include <string.h>

static const char *
base_of(const PgaAttribute *attribute)
{
    return attribute->typtype == 'd' && attribute->basetype ? attribute->basetype : attribute->type;
}

/* Lengths and precisions do not matter, and all texts compare alike. */
static gboolean
is_same_type(const PgaAttribute *a, const PgaAttribute *b)
{
    const char *left = base_of(a), *right = base_of(b);
    const gsize n = strcspn(left, "("), m = strcspn(right, "(");

    if (n == m && strncmp(left, right, n) == 0)
        return TRUE;
    return a->typcategory == 'S' && b->typcategory == 'S';
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       const PgaRelation *parent, const PgaAttribute *key)
{
    g_autofree char *referenced = pga_relation_display(parent, key);
    PgaFinding *finding = pga_rule_report(run, relation, attribute,
                                          "It is %s, and references %s, "
                                          "which is %s.",
                                          attribute->type, referenced, key->type);

    finding->weight = MAX(relation->reltuples, 0);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
    pga_finding_note(finding,
                     "Change it to %s: in one transaction drop the constraint, change the column, "
                     "add the constraint NOT VALID; then VALIDATE CONSTRAINT. On a large table "
                     "fill a new column in batches instead.",
                     key->type);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaConstraint *constraint,
      gpointer data G_GNUC_UNUSED)
{
    const PgaRelation *parent = pga_catalog_relation(run->whole, constraint->confrelid);

    for (guint i = 0; parent && i < MIN(constraint->conkey->len, constraint->confkey->len); i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(constraint->conkey, gint16, i));
        const PgaAttribute *key =
            pga_relation_attribute(parent, g_array_index(constraint->confkey, gint16, i));

        if (attribute && key && !is_same_type(attribute, key))
            report(run, relation, attribute, parent, key);
    }
}

static void
check(PgaRuleRun *run)
{
    pga_each_foreign_key(run, judge, NULL);
}

const PgaRule pga_rule_type_fk_mismatch = {
    .id = "type-fk-mismatch",
    .title = "Foreign key between different types",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Every check and every join converts one side. Where the referencing type is narrower, "
           "keys that fit above cannot be stored below; with numeric against integer an index may "
           "not serve.",
    .when_not = "The wider side never holds what the narrower one cannot.",
    .condition = "A foreign key's column has another base type than the column it references; "
                 "lengths, and kinds of text, do not count.",
    .example = "CREATE TABLE a (id bigint PRIMARY KEY);\n"
               "CREATE TABLE b (a_id integer REFERENCES a);",
    .fix = "Steps to change the referencing column; wants your decision.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "T2-2 T2-3",
    .check = check,
};
