/* type-money: an amount whose meaning depends on a setting of whoever reads it. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../type_change_internal.h"

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute, gpointer data)
{
    const PgaTypeChange change = {relation, attribute, "numeric(19,4)", FALSE, data, NULL};
    g_autofree char *rows = NULL;
    PgaFinding *finding;

    if (!pga_column_has_type(attribute, "money") || attribute->attgenerated)
        return;
    rows = pga_rule_rows(relation);
    finding =
        pga_rule_report(run, relation, attribute, "The column is money in a table of %s.", rows);
    finding->weight = MAX(relation->reltuples, 0);
    pga_finding_change_type(run, finding, &change);
    pga_finding_note(finding, "Say the currency in a column of its own, or in the name.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->whole);

    pga_each_attribute(run, judge, referenced);
}

const PgaRule pga_rule_type_money = {
    .id = "type-money",
    .title = "money column",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_WARNING,
    .why = "money has no currency and as many digits behind the point as lc_monetary says: "
           "restored under another locale the same amounts mean something else.",
    .when_not = "One currency, one locale, and no arithmetic beyond sums.",
    .condition = "A column has the type money.",
    .example = "CREATE TABLE invoice (total money);",
    .fix = "Changes it to numeric(19,4), which rewrites the table; wants your decision.",
    .docs = "datatype-money.html",
    .docs_title = "Monetary Types",
    .requirements = "T2-2",
    .check = check,
};
