/* truncate-cascade: tables that nobody named are emptied. */
#include "../lock_cost_internal.h"

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;

    if (action && action->kind == PGA_ACTION_TRUNCATE && pga_lint_concerns(run, action) &&
        action->statement->truncate_stmt->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE)
        pga_lint_advise(pga_lint_report_step_cost(run, action), "Name each table.");
}

const PgaRule pga_rule_truncate_cascade = {
    .id = "truncate-cascade",
    .title = "TRUNCATE … CASCADE",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "Every table with a foreign key to it is emptied as well, and those that reference these.",
    .when_not = "All tables that reference it are known, and are to be emptied.",
    .condition = "TRUNCATE with CASCADE of a table that was there before the migration.",
    .example = "TRUNCATE orders CASCADE;",
    .fix = "Proposes to name each table.",
    .docs = "sql-truncate.html",
    .docs_title = "TRUNCATE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
