/* rename-column: a column that running code knows by its old name. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaFinding *finding;

    if (action->kind != PGA_ACTION_RENAME ||
        action->object != PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN || !pga_lint_concerns(run, action) ||
        action->relation->kind == 'v' || action->relation->kind == 'm')
        return;
    finding = pga_lint_report(run, action, "Code that names the old column fails from then on.");
    pga_lint_add_recipe(run, finding, action);
    pga_lint_advise(finding,
                    "Keep the column's name and map it in the code, or add a new column, write "
                    "both, fill it in batches, switch reads, and drop the old one.");
}

const PgaRule pga_rule_rename_column = {
    .id = "rename-column",
    .title = "RENAME COLUMN",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The release that runs while the migration does fails the moment it is committed; there "
           "is no order of deployment in which both names work.",
    .when_not = "No running code uses the column.",
    .condition =
        "RENAME COLUMN of a table that others can use already; columns of views are left out.",
    .example = "ALTER TABLE orders RENAME COLUMN note TO remark;",
    .fix =
        "Proposes to map the name in the code, or a new column that is written beside the old one.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
