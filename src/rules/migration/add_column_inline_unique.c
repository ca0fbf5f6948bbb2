/* add-column-inline-unique: a new column with an index that is built at once. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE, TRUE) ||
        pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY, TRUE))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_add_column_inline_unique = {
    .id = "add-column-inline-unique",
    .title = "ADD COLUMN with UNIQUE or PRIMARY KEY",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Its index is built under ACCESS EXCLUSIVE: reads and writes wait until the whole table "
           "is read.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ADD COLUMN with UNIQUE or PRIMARY KEY at the column, on a table that others can "
                 "use already.",
    .example = "ALTER TABLE orders ADD COLUMN number text UNIQUE;",
    .fix = "Adds the column, builds the unique index with CONCURRENTLY, and makes it the "
           "constraint with USING INDEX.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
