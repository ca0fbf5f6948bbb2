/* truncate: a table that others use is emptied. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_TRUNCATE && pga_lint_concerns(run, action))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "DELETE in batches, or detach and drop a partition.");
}

const PgaRule pga_rule_truncate = {
    .id = "truncate",
    .title = "TRUNCATE",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The rows are gone; it takes ACCESS EXCLUSIVE; and transactions that began before see "
           "an empty table afterwards, whatever their isolation.",
    .when_not = "The table holds nothing that is needed, as caches and staging tables do.",
    .condition = "TRUNCATE of a table that was there before the migration.",
    .example = "TRUNCATE orders;",
    .fix = "Proposes to delete in batches, or to detach and drop a partition.",
    .docs = "sql-truncate.html",
    .docs_title = "TRUNCATE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
