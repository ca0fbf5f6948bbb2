/* attach-partition-scan: a table is read to see that its rows belong to the partition. */
#include "../lock_cost_internal.h"
#include "../partition_command_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(PgaEffect) effect = NULL;
    const PgaStateRelation *attached;

    if (!pga_action_attaches_table(action))
        return;
    attached = pga_lint_partition_named(run, action);
    if (!pga_lint_is_shared(run, attached))
        return;
    effect = pga_effect_of_action(run->state, action);
    if (pga_effect_reads(effect, attached))
        pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_attach_partition_scan = {
    .id = "attach-partition-scan",
    .title = "ATTACH PARTITION that reads the whole table",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The table that becomes a partition is read under ACCESS EXCLUSIVE to see that every "
           "row is within the bounds.",
    .when_not = "The table is small, or nobody uses it yet.",
    .condition = "ATTACH PARTITION of a table that others can use already and that has no valid "
                 "CHECK which says what the bounds say.",
    .example = "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);\n"
               "CREATE TABLE events_2024 (day date NOT NULL);\n"
               "INSERT INTO events_2024 SELECT day FROM old_events;\n"
               "\n"
               "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO "
               "('2025-01-01');",
    .fix = "Adds a CHECK with the bounds and NOT VALID, validates it while reads and writes go on, "
           "attaches without a scan, and drops the check.",
    .versions = "Before 12 the partitioned table is locked in ACCESS EXCLUSIVE, since then in "
                "SHARE UPDATE EXCLUSIVE.",
    .docs = "ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
    .docs_title = "Table Partitioning: Partition Maintenance",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
