/* add-column-inline-check: a new column with a check that reads the table. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_CHECK, TRUE) &&
        pga_lint_scans(run, action))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_add_column_inline_check = {
    .id = "add-column-inline-check",
    .title = "ADD COLUMN with CHECK",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The whole table is read under ACCESS EXCLUSIVE to check the new column, although every "
           "row holds the same value: reads and writes wait.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ADD COLUMN with CHECK at the column, on a table that others can use already.",
    .example = "ALTER TABLE orders ADD COLUMN quantity integer CHECK (quantity > 0);",
    .fix = "Adds the column, then the CHECK with NOT VALID, and validates it in a transaction of "
           "its own, while reads and writes go on.",
    .versions = "A check that is NOT ENFORCED, since 18, reads nothing.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
