/* create-partition-of-locks-parent: a partition made in one statement locks the whole partitioned
 * table. */
#include "../lock_cost_internal.h"
#include "../partition_command_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind == PGA_ACTION_CREATE_TABLE &&
        pga_lint_is_shared(run, pga_lint_gets_partition(run, action)))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_create_partition_of_locks_parent = {
    .id = "create-partition-of-locks-parent",
    .title = "CREATE TABLE … PARTITION OF a table in use",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "It takes ACCESS EXCLUSIVE on the partitioned table: it waits for every running query "
           "on any partition, and all others queue behind it.",
    .when_not = "No long transactions run on the table, and lock_timeout is set.",
    .condition = "CREATE TABLE … PARTITION OF a partitioned table that others can use already.",
    .example = "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);\n"
               "\n"
               "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO "
               "('2025-01-01');",
    .fix = "Creates the table LIKE the partitioned one and attaches it, which needs SHARE UPDATE "
           "EXCLUSIVE only; reads and writes go on.",
    .versions = "Before 12 ATTACH PARTITION takes the same lock.",
    .docs = "ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
    .docs_title = "Table Partitioning: Partition Maintenance",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 12},
};
