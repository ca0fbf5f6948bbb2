/* drop-column: a column that running code may still read and write. */
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
    PgaFinding *finding;

    if (action->kind != PGA_ACTION_DROP_COLUMN || !pga_lint_concerns(run, action) ||
        is_added_here(run, action))
        return;
    finding = pga_lint_report(run, action,
                              "Code that still names the column fails from then on; its values are "
                              "gone, with the indexes and constraints that it was part of.");
    pga_lint_add_recipe(run, finding, action);
    pga_lint_advise(finding, "Deploy code that does not use the column first, and drop it then, "
                             "with lock_timeout.");
}

const PgaRule pga_rule_drop_column = {
    .id = "drop-column",
    .title = "DROP COLUMN",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The release that runs while the migration does may still select or insert the column "
           "and fails; the values cannot be brought back.",
    .when_not = "No running code has used the column since the release before.",
    .condition = "DROP COLUMN of a column that was there before the migration.",
    .example = "ALTER TABLE orders DROP COLUMN note;",
    .fix = "Proposes to deploy code that does not use the column first, and to drop it with "
           "lock_timeout then.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
