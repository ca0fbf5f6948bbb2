/* fk-composite-nullable: a foreign key that one NULL switches off. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../object_name_internal.h"
#include <base/text.h>

/* Of the key's columns: those that may be NULL. */
static GPtrArray *
nullable_columns(const PgaRelation *relation, const PgaConstraint *constraint)
{
    GPtrArray *list = g_ptr_array_new();

    for (guint i = 0; i < constraint->conkey->len; i++) {
        PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(constraint->conkey, gint16, i));

        if (attribute && !attribute->attnotnull)
            g_ptr_array_add(list, attribute);
    }
    return list;
}

/* A CHECK about two of them may say that they are NULL together. */
static gboolean
is_checked(const PgaRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);
        guint n = 0;

        for (guint j = 0; constraint->contype == 'c' && j < columns->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(columns, j);

            n += pga_attnums_contain(constraint->conkey, attribute->attnum);
        }
        if (n >= 2)
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): "num_nulls(a, b) IN (0, 2)". */
static char *
condition(const GPtrArray *columns)
{
    GString *text = g_string_new("num_nulls(");

    for (guint i = 0; i < columns->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(columns, i);
        g_autofree char *column = pga_quote_identifier(attribute->attname);

        g_string_append_printf(text, "%s%s", i ? ", " : "", column);
    }
    g_string_append_printf(text, ") IN (0, %u)", columns->len);
    return g_string_free(text, FALSE);
}

static void
add_fix(PgaFinding *finding, const PgaRelation *relation, const PgaConstraint *constraint,
        const GPtrArray *columns)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *conname = pga_object_name_make(constraint->conname, NULL, "all_or_none");
    g_autofree char *name = pga_quote_identifier(conname);
    g_autofree char *check = condition(columns);

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "scan");
    pga_finding_add_sql(finding, g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT "
                                                 "VALID;",
                                                 table, name, check));
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, name));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, name));
    pga_finding_note(finding, "The first statement takes ACCESS EXCLUSIVE for an instant. Rows "
                              "with half a key make the second one fail: find them first.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaConstraint *constraint,
      gpointer data G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) columns = nullable_columns(relation, constraint);
    g_autofree char *names = NULL, *table = NULL, *object = NULL;
    PgaFinding *finding;

    if (constraint->conkey->len < 2 || columns->len < 2 || constraint->confmatchtype == 'f' ||
        is_checked(relation, columns))
        return;
    names = pga_column_names(columns);
    table = pga_relation_display(relation, NULL);
    object = g_strdup_printf("%s.%s", table, constraint->conname);
    finding = pga_rule_report_object(run, object,
                                     "%s may be NULL one without the other, and then "
                                     "nothing is checked (MATCH SIMPLE).",
                                     names);
    finding->weight = MAX(relation->reltuples, 0);
    add_fix(finding, relation, constraint, columns);
}

static void
check(PgaRuleRun *run)
{
    pga_each_foreign_key(run, judge, NULL);
}

const PgaRule pga_rule_fk_composite_nullable = {
    .id = "fk-composite-nullable",
    .title = "Composite foreign key that one NULL switches off",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "With MATCH SIMPLE a row in which any column of the key is NULL refers to nothing and "
           "is accepted, whatever the other columns hold.",
    .when_not = "Rows with half a key are meant.",
    .condition = "A foreign key of several columns is not MATCH FULL, two or more of them may be "
                 "NULL, and no CHECK is about two of them.",
    .example = "CREATE TABLE part (a int, b int, PRIMARY KEY (a, b));\n"
               "CREATE TABLE piece (a int, b int, FOREIGN KEY (a, b) REFERENCES part);",
    .fix = "A CHECK to add NOT VALID and validate; wants your decision.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "T2-3",
    .check = check,
};
