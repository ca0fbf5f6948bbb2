/* fk-duplicate: two constraints that check the same. */
#include "../each_internal.h"
#include <base/text.h>

static gboolean
is_equal(const GArray *a, const GArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++)
        if (g_array_index(a, gint16, i) != g_array_index(b, gint16, i))
            return FALSE;
    return TRUE;
}

/* (nullable): an earlier foreign key, by name, of the same columns to the same key. */
static const PgaConstraint *
twin_of(const PgaRelation *relation, const PgaConstraint *constraint)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *other = g_ptr_array_index(relation->constraints, i);

        if (other == constraint)
            return NULL;
        if (other->contype == 'f' && !other->conparentid &&
            other->confrelid == constraint->confrelid && other->convalidated &&
            is_equal(other->conkey, constraint->conkey) &&
            is_equal(other->confkey, constraint->confkey))
            return other;
    }
    return NULL;
}

static gboolean
acts_alike(const PgaConstraint *a, const PgaConstraint *b)
{
    return a->confdeltype == b->confdeltype && a->confupdtype == b->confupdtype;
}

static void
add_fix(PgaFinding *finding, const PgaRelation *relation, const PgaConstraint *constraint)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name = pga_quote_identifier(constraint->conname);

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "instant");
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, name));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s %s;", table,
                                                  name, constraint->definition));
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaConstraint *constraint,
      gpointer data G_GNUC_UNUSED)
{
    const PgaConstraint *twin = twin_of(relation, constraint);
    g_autofree char *table = NULL, *object = NULL;
    PgaFinding *finding;

    if (!twin)
        return;
    table = pga_relation_display(relation, NULL);
    object = g_strdup_printf("%s.%s", table, constraint->conname);
    finding = pga_rule_report_object(
        run, object, "It says the same as %s: %s%s", twin->conname, constraint->definition,
        acts_alike(twin, constraint) ? "." : ", but with another action on DELETE or UPDATE.");
    finding->weight = MAX(relation->reltuples, 0);
    if (acts_alike(twin, constraint)) {
        add_fix(finding, relation, constraint);
        return;
    }
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Which action happens depends on the names of the triggers: decide "
                              "which one is meant, and drop the other.");
}

static void
check(PgaRuleRun *run)
{
    pga_each_foreign_key(run, judge, NULL);
}

const PgaRule pga_rule_fk_duplicate = {
    .id = "fk-duplicate",
    .title = "Foreign key that is there twice",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "Every INSERT and UPDATE is checked twice, every DELETE of a parent searched twice.",
    .when_not = "They differ in DEFERRABLE on purpose.",
    .condition =
        "Two foreign keys of a table have the same columns and reference the same columns.",
    .fix = "Drops the one whose name comes later, if both act alike; wants your decision.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "T2-3",
    .check = check,
};
