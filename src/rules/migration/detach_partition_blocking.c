/* detach-partition-blocking: a partition is detached while the whole partitioned table is locked.
 */
#include "../lock_cost_internal.h"
#include "../partition_command_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_DETACH_PARTITION && pga_lint_concerns(run, action) &&
        !pga_partition_command(action)->concurrent &&
        action->command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition)
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_detach_partition_blocking = {
    .id = "detach-partition-blocking",
    .title = "DETACH PARTITION without CONCURRENTLY",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "It takes ACCESS EXCLUSIVE on the partitioned table and the partition: it waits for "
           "every running query on any partition, and all others queue behind it.",
    .when_not = "No long transactions run on the table, and lock_timeout is set.",
    .condition = "DETACH PARTITION without CONCURRENTLY and without FINALIZE, from a table that "
                 "others can use already.",
    .example = "ALTER TABLE events DETACH PARTITION events_2020;",
    .fix = "Detaches with CONCURRENTLY, outside a transaction; reads and writes go on. A table "
           "with a default partition does not allow that.",
    .versions = "CONCURRENTLY came with 14.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
