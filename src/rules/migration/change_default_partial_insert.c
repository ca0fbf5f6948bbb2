/* change-default-partial-insert: a default that running code relies on, or knows. */
#include "../lock_cost_internal.h"

static gboolean
is_added_here(const PgaLintRun *run, const PgaAction *action)
{
    const PgaStateColumn *column =
        action->name ? pga_state_column(action->relation, action->name) : NULL;

    return column && column->added_in == run->state->migration;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if ((action->kind == PGA_ACTION_SET_DEFAULT || action->kind == PGA_ACTION_DROP_DEFAULT) &&
        pga_lint_concerns(run, action) && !is_added_here(run, action))
        pga_lint_report(run, action,
                        "Inserts that leave the column out get %s from then on; code that writes "
                        "the old default itself goes on with it.",
                        action->kind == PGA_ACTION_SET_DEFAULT ? "another value" : "NULL");
}

const PgaRule pga_rule_change_default_partial_insert = {
    .id = "change-default-partial-insert",
    .title = "Default changed while code relies on it",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Writers that leave the column out get another value than before, or fail when it is "
           "NOT NULL; an ORM that keeps the default in its own memory writes the old one.",
    .when_not = "All writers give the column a value.",
    .condition = "ALTER COLUMN … SET DEFAULT or DROP DEFAULT of a column that was there before the "
                 "migration.",
    .example = "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';",
    .fix = "Proposes to deploy code that always writes the column first.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
