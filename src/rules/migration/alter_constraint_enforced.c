/* alter-constraint-enforced: a constraint becomes enforced, and every row is checked. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_ALTER_CONSTRAINT && pga_lint_concerns(run, action) &&
        (run->step->newer & PGA_NEWER_ALTER_ENFORCED) != 0)
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Add a new foreign key with NOT VALID, validate it in a transaction of its "
                        "own, and drop the old one.");
}

const PgaRule pga_rule_alter_constraint_enforced = {
    .id = "alter-constraint-enforced",
    .title = "ALTER CONSTRAINT … ENFORCED",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Every row is checked under ACCESS EXCLUSIVE on the table and SHARE ROW EXCLUSIVE on "
           "the referenced one.",
    .when_not = "Both tables are small, or nobody uses them meanwhile.",
    .condition = "ALTER CONSTRAINT … ENFORCED on a table that others can use already.",
    .example = "ALTER TABLE orders ALTER CONSTRAINT orders_customer ENFORCED;",
    .fix = "Proposes a new foreign key with NOT VALID, validated in a transaction of its own, and "
           "to drop the old one.",
    .versions = "ENFORCED came with 18.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 18},
};
