/* pk-int-for-growth: a key that will need the other half of its numbers some day; it is cheap to
 * widen only while the table is small. */
#include "../column_internal.h"
#include "../each_internal.h"

#define MIN_ROWS 0 /* places in the rule's thresholds */
#define MAX_ROWS 1

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data G_GNUC_UNUSED)
{
    const PgaIndex *key = pga_relation_primary_key(relation);
    const PgaAttribute *attribute =
        key && key->n_key_atts == 1
            ? pga_relation_attribute(relation, g_array_index(key->indkey, gint16, 0))
            : NULL;
    g_autofree char *rows = NULL;
    PgaFinding *finding;

    if (!attribute || !pga_column_has_type(attribute, "int4") ||
        pga_column_in_constraint(relation, attribute, 'f') ||
        relation->reltuples < run->threshold[MIN_ROWS] ||
        relation->reltuples >= run->threshold[MAX_ROWS])
        return;
    rows = pga_rule_rows(relation);
    finding =
        pga_rule_report(run, relation, attribute,
                        "The key is an integer, which ends at 2147483647; the table has %s.", rows);
    finding->weight = relation->reltuples;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
    pga_finding_note(finding, "Widen it to bigint while there is time: a new bigint column filled "
                              "in batches by a trigger, then swapped, together with the foreign "
                              "keys that take its values. ALTER COLUMN … TYPE bigint rewrites the "
                              "table with everything blocked.");
}

static void
check(PgaRuleRun *run)
{
    pga_each_relation(run, judge, NULL);
}

const PgaRule pga_rule_pk_int_for_growth = {
    .id = "pk-int-for-growth",
    .title = "Integer key of a table that keeps growing",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "An integer key has room for 2,147,483,647 numbers, gaps of rollbacks and failed "
           "inserts included. Widening it later means rewriting a huge table.",
    .when_not = "The table has reached its final size.",
    .condition =
        "The only column of the primary key is integer, no foreign key, and the table has "
        "{min_rows} or more and less than {max_rows} (from there on pk-int-exhaustion speaks).",
    .fix = "A plan to widen the key; no statement, because one that is safe on a table of this "
           "size is a project.",
    .docs = "datatype-numeric.html#DATATYPE-INT",
    .docs_title = "Numeric Types: Integer Types",
    .requirements = "T1-2 T2-2",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs row counts of a running server",
    .thresholds = {{"min_rows", "rows", 100000000, "Smaller tables are far from the end."},
                   {"max_rows", "rows", 1500000000,
                    "Larger ones are too near to it for this rule."}},
    .check = check,
};
