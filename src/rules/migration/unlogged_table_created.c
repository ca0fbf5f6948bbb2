/* unlogged-table-created: a table that a crash empties. */
#include "../rule_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_CREATE_TABLE && action->range &&
        g_str_equal(action->range->relpersistence, "u"))
        pga_lint_report(run, action, "Its rows are gone after a crash, and replicas have none.");
}

const PgaRule pga_rule_unlogged_table_created = {
    .id = "unlogged-table-created",
    .title = "CREATE UNLOGGED TABLE",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "What is written to it is not in the WAL: after a crash it is empty, and replicas have "
           "only its definition.",
    .when_not = "Its rows can be made again, as in a staging table.",
    .condition = "CREATE UNLOGGED TABLE.",
    .example = "CREATE UNLOGGED TABLE imports (line text);",
    .fix = "Proposes an ordinary table.",
    .docs = "sql-createtable.html#SQL-CREATETABLE-UNLOGGED",
    .docs_title = "CREATE TABLE: UNLOGGED",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
