/* drop-table: a table that running code may still use. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    PgaFinding *finding;

    if (action->kind != PGA_ACTION_DROP || action->object != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
        !pga_lint_concerns(run, action) || action->relation->is_partition)
        return;
    finding = pga_lint_report_cost(run, action);
    pga_lint_advise(finding, "Deploy code that does not use the table first; drop its foreign keys "
                             "one by one; rename it, and drop it some time later.");
}

const PgaRule pga_rule_drop_table = {
    .id = "drop-table",
    .title = "DROP TABLE",
    .category = "compat",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The rows are gone; the release that runs while the migration does fails; and every "
           "table that it references is locked in ACCESS EXCLUSIVE too.",
    .when_not =
        "No running code has used the table since the release before, and its rows are not needed.",
    .condition = "DROP TABLE of a table that was there before the migration; partitions are left "
                 "to another rule.",
    .example = "DROP TABLE orders;",
    .fix = "Proposes to deploy code without it first, to drop its foreign keys one by one, and to "
           "rename it before it is dropped.",
    .docs = "sql-droptable.html",
    .docs_title = "DROP TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
