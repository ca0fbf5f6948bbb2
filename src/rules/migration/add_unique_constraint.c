/* add-unique-constraint: a unique constraint builds its index while everybody waits. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE, FALSE) &&
        !pga_constraint_uses_index(action->constraint))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_add_unique_constraint = {
    .id = "add-unique-constraint",
    .title = "ADD UNIQUE without USING INDEX",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Its index is built under ACCESS EXCLUSIVE: reads and writes wait until the whole table "
           "is read and sorted.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "ADD CONSTRAINT … UNIQUE without USING INDEX on a table that others can use already.",
    .example = "ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE (number);",
    .fix = "Builds the unique index with CONCURRENTLY, and makes it the constraint with USING "
           "INDEX, which takes an instant.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
