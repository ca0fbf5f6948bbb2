/* add-exclusion-constraint: an exclusion constraint builds its index while everybody waits. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION, FALSE))
        pga_lint_advise(
            pga_lint_report_cost(run, action),
            "Make a new table with the constraint, fill it in batches and swap it in one short "
            "transaction, or choose a window in which nobody uses the table.");
}

const PgaRule pga_rule_add_exclusion_constraint = {
    .id = "add-exclusion-constraint",
    .title = "ADD EXCLUDE on a table in use",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Its index is built and every row checked under ACCESS EXCLUSIVE; there is neither NOT "
           "VALID nor CONCURRENTLY nor USING INDEX for it.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ADD CONSTRAINT … EXCLUDE on a table that others can use already.",
    .example = "ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&);",
    .fix = "Proposes a new table that has the constraint, filled in batches and swapped in one "
           "short transaction, or a window in which nobody uses the table.",
    .docs = "sql-createtable.html#SQL-CREATETABLE-EXCLUDE",
    .docs_title = "CREATE TABLE: EXCLUDE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
