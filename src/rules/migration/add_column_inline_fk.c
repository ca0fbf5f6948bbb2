/* add-column-inline-fk: a new column with a foreign key locks two tables. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN, TRUE))
        pga_lint_report_step_cost(run, action);
}

const PgaRule pga_rule_add_column_inline_fk = {
    .id = "add-column-inline-fk",
    .title = "ADD COLUMN with REFERENCES",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The referenced table is locked too, in SHARE ROW EXCLUSIVE: its writers wait. With a "
           "default that is not NULL every row is checked under both locks.",
    .when_not = "Both tables are small, or nobody uses them meanwhile.",
    .condition =
        "ADD COLUMN with REFERENCES at the column, on a table that others can use already.",
    .example = "ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers;",
    .fix = "Adds the column, then the foreign key with NOT VALID, and validates it in a "
           "transaction of its own, while reads and writes go on.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
