/* rename-table: a table that running code knows by its old name. */
#include "../lock_cost_internal.h"
#include "../pending_internal.h"

static gboolean
is_of_index(const PgaLintRun *run, const PgaAction *action)
{
    return pga_state_index(run->state, action->range->schemaname, action->range->relname) != NULL;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_CREATE_VIEW && action->range)
        pga_lint_settle(run, action->range->relname);
    if (action->kind == PGA_ACTION_RENAME &&
        action->object == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE && pga_lint_concerns(run, action) &&
        !is_of_index(run, action))
        pga_lint_pend(run, action, action->range->relname,
                      "Code that names the old table fails from then on.");
}

const PgaRule pga_rule_rename_table = {
    .id = "rename-table",
    .title = "RENAME TABLE",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The release that runs while the migration does fails the moment it is committed. "
           "Indexes, sequences and constraints keep their old names.",
    .when_not = "A view of the old name is created in the same transaction: simple views can be "
                "written to.",
    .condition = "ALTER TABLE … RENAME TO of a table that others can use already, without CREATE "
                 "VIEW of the old name in the same file.",
    .example = "ALTER TABLE orders RENAME TO purchases;",
    .fix = "Proposes to keep the name and map it in the code, or to create a view of the old name "
           "in the same transaction.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = pga_lint_report_pending, .forget = pga_lint_forget_pending},
};
