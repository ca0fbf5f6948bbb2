/* add-check-validating: a check that reads the table at once. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_CHECK, FALSE) &&
        !action->constraint->skip_validation && pga_lint_scans(run, action))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_add_check_validating = {
    .id = "add-check-validating",
    .title = "ADD CHECK without NOT VALID",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Every row is checked under ACCESS EXCLUSIVE: reads and writes wait.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ADD CONSTRAINT … CHECK without NOT VALID on a table that others can use already.",
    .example = "ALTER TABLE orders ADD CONSTRAINT quantity_positive CHECK (quantity > 0);",
    .fix = "Adds the check with NOT VALID, and validates it in a transaction of its own, while "
           "reads and writes go on.",
    .versions = "A check that is NOT ENFORCED, since 18, reads nothing and protects nothing.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
