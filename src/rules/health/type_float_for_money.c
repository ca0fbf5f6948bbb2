/* type-float-for-money: amounts that are not exact. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../type_change_internal.h"

static const char *const words[] = {"price",  "amount", "total", "cost", "balance",
                                    "salary", "fee",    "tax",   NULL};
static const char *const measures[] = {"rate",  "ratio", "percent", "share", "factor",
                                       "score", "time",  "seconds", "ms",    "count",
                                       "size",  "bytes", NULL};

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute, gpointer data)
{
    const PgaTypeChange change = {relation, attribute, "numeric", TRUE, data, NULL};
    PgaFinding *finding;

    if ((!pga_column_has_type(attribute, "float4") && !pga_column_has_type(attribute, "float8")) ||
        attribute->attgenerated || !pga_name_has_word(attribute->attname, words) ||
        pga_name_has_word(attribute->attname, measures))
        return;
    finding = pga_rule_report(run, relation, attribute,
                              "The column is %s, and its name speaks of an amount of money.",
                              attribute->type);
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_change_type(run, finding, &change);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->whole);

    pga_each_attribute(run, judge, referenced);
}

const PgaRule pga_rule_type_float_for_money = {
    .id = "type-float-for-money",
    .title = "Amounts as binary fractions",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "0.1 has no exact value in binary: sums depend on the order of rows, and comparisons "
           "for equality fail by a hair.",
    .when_not = "It is a measurement or an estimate, not money that must add up.",
    .condition = "A real or double precision column has a word such as price, amount, total, cost, "
                 "balance, fee or tax in its name, and none such as rate or ratio.",
    .example = "CREATE TABLE invoice (total double precision);",
    .fix = "Changes it to numeric, which rewrites the table; wants your decision.",
    .docs = "datatype-numeric.html#DATATYPE-FLOAT",
    .docs_title = "Numeric Types: Floating-Point Types",
    .requirements = "T2-2",
    .check = check,
};
