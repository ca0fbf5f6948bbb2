/* add-fk-validating: a foreign key that checks every row while writers of both tables wait. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN, FALSE) &&
        !action->constraint->skip_validation && pga_lint_scans(run, action))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Add the foreign key to each partition with NOT VALID, validate each, then "
                        "add it to the partitioned table, which takes theirs over.");
}

const PgaRule pga_rule_add_fk_validating = {
    .id = "add-fk-validating",
    .title = "ADD FOREIGN KEY without NOT VALID",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Writes to both tables wait while every row is looked up in the referenced table.",
    .when_not = "Both tables are small, or nobody writes to them meanwhile.",
    .condition =
        "ADD CONSTRAINT … FOREIGN KEY without NOT VALID on a table that others can use already.",
    .example = "ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) "
               "REFERENCES customers;",
    .fix = "Adds the foreign key with NOT VALID, which takes the same locks for an instant, and "
           "validates it in a transaction of its own, while reads and writes go on.",
    .versions = "NOT VALID on a partitioned table came with 18; before, each partition gets a "
                "foreign key of its own first.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
