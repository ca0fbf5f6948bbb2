/* constraint-not-valid: a constraint that was added NOT VALID and never validated. */
#include <string.h>

#include <base/text.h>

#include "../rule_internal.h"

static void
verify(PgaFinding *finding, const PgaRelation *relation, const PgaConstraint *constraint)
{
    g_autofree char *table = pga_relation_literal(relation);
    g_autofree char *name = pga_quote_literal(constraint->conname);

    pga_finding_verify(finding,
                       "SELECT convalidated FROM pg_constraint WHERE conrelid = %s::regclass AND "
                       "conname = %s;",
                       table, name);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaConstraint *constraint)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name = pga_quote_identifier(constraint->conname);
    g_autofree char *object = g_strdup_printf("%s.%s", table, name);
    g_autofree char *rows = pga_rule_rows(relation);
    PgaFinding *finding = pga_rule_report_object(
        run, object,
        "The %s holds for rows written since it was added, not for those before "
        "(pg_constraint.convalidated), in a table of %s.",
        constraint->contype == 'f'   ? "foreign key"
        : constraint->contype == 'n' ? "NOT NULL"
                                     : "check",
        rows);

    finding->weight = MAX(relation->reltuples, 0);
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, name));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding,
                     "It reads the table once, writes go on%s. It fails, and changes nothing, "
                     "while a row breaks the constraint: mend these rows first. Nothing is to be "
                     "undone.",
                     constraint->contype == 'f' ? " in both tables" : "");
    verify(finding, relation, constraint);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; j < relation->constraints->len && !relation->extension; j++) {
            const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, j);

            if (!constraint->convalidated && constraint->conenforced && !constraint->conparentid &&
                strchr("cfn", constraint->contype))
                report(run, relation, constraint);
        }
    }
}

const PgaRule pga_rule_constraint_not_valid = {
    .id = "constraint-not-valid",
    .title = "Constraint that was never validated",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Rows from before it was added may break it, the planner does not use it, and restoring "
           "a dump fails on such rows once it is validated there.",
    .when_not = "A migration has just added it and will validate it in its next step.",
    .condition = "A check, foreign key or NOT NULL constraint is NOT VALID and enforced.",
    .example = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;",
    .fix = "Validates it: one scan under SHARE UPDATE EXCLUSIVE, reads and writes go on.",
    .versions = "NOT NULL constraints that are NOT VALID, and constraints NOT ENFORCED (left "
                "alone), came with 18.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE: VALIDATE CONSTRAINT",
    .requirements = "T2-3",
    .check = check,
};
