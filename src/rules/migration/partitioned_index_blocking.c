/* partitioned-index-blocking: an index of a partitioned table is built on all partitions while
 * writers wait. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_CREATE_INDEX && pga_lint_concerns(run, action) &&
        action->relation->kind == 'p' && action->statement->index_stmt->relation->inh &&
        !action->statement->index_stmt->concurrent)
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_partitioned_index_blocking = {
    .id = "partitioned-index-blocking",
    .title = "Index of a partitioned table built on every partition at once",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The statement holds SHARE on the table and on every partition until the last index is "
           "built: writes to all of them wait as long. CONCURRENTLY is refused here.",
    .when_not = "The partitions are small, or nothing writes to them meanwhile.",
    .condition = "CREATE INDEX without ONLY on a partitioned table that others can use already.",
    .example = "CREATE TABLE events (day date) PARTITION BY RANGE (day);\n"
               "\n"
               "CREATE INDEX events_day ON events (day);",
    .fix = "Creates the index on ONLY the partitioned table, builds each partition's with "
           "CONCURRENTLY and attaches them.",
    .docs = "ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
    .docs_title = "Table Partitioning: Partition Maintenance",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
