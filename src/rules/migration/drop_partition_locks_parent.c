/* drop-partition-locks-parent: dropping a partition locks the whole partitioned table. */
#include "../lock_cost_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_DROP && action->object == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE &&
        action->relation && action->relation->is_partition &&
        pga_lint_is_shared(run, action->relation->parent))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Detach the partition with CONCURRENTLY first, and drop it then.");
}

const PgaRule pga_rule_drop_partition_locks_parent = {
    .id = "drop-partition-locks-parent",
    .title = "DROP TABLE of a partition",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "It takes ACCESS EXCLUSIVE on the partitioned table too: it waits for every running "
           "query on any partition, and all others queue behind it.",
    .when_not = "No long transactions run on the table, and lock_timeout is set.",
    .condition = "DROP TABLE of a partition of a table that others can use already.",
    .example = "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);\n"
               "CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO "
               "('2021-01-01');\n"
               "\n"
               "DROP TABLE events_2020;",
    .fix = "Detaches the partition with CONCURRENTLY first, and drops it then.",
    .versions = "DETACH … CONCURRENTLY came with 14.",
    .docs = "ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
    .docs_title = "Table Partitioning: Partition Maintenance",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
