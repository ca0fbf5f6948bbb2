/* drop-not-null: a column that readers take to hold no NULL. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_DROP_NOT_NULL && pga_lint_concerns(run, action))
        pga_lint_report(run, action, "Code that reads the column may meet NULL from then on.");
}

const PgaRule pga_rule_drop_not_null = {
    .id = "drop-not-null",
    .title = "DROP NOT NULL",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Code that never met NULL in the column may fail on the first one.",
    .when_not = "All readers cope with NULL.",
    .condition = "ALTER COLUMN … DROP NOT NULL on a table that others can use already.",
    .example = "ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;",
    .fix = "Proposes to deploy readers that accept NULL first.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
