/* attach-partition-default-scan: a new partition makes the default partition be read. */
#include "../lock_cost_internal.h"
#include "../partition_command_internal.h"

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateRelation *parent = pga_lint_gets_partition(run, action);
    const PgaStateRelation *other = parent ? pga_default_partition(parent) : NULL;
    g_autoptr(PgaEffect) effect = NULL;
    PgaFinding *finding;

    if (!other || !pga_lint_is_shared(run, other) || other->rows == 0)
        return;
    effect = pga_effect_of_action(run->state, action);
    if (!pga_effect_reads(effect, other))
        return;
    finding = pga_lint_report_cost(run, action);
    pga_lint_advise(finding, "Add a CHECK to the default partition that excludes the new bounds, "
                             "NOT VALID, and validate it before: the scan goes, the lock remains.");
    if (other->rows > 0 && other->rows < run->small_table_rows)
        pga_lint_lower(run, finding, PGA_SEVERITY_INFO);
}

const PgaRule pga_rule_attach_partition_default_scan = {
    .id = "attach-partition-default-scan",
    .title = "New partition beside a default partition",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The default partition is read under ACCESS EXCLUSIVE to see that none of its rows "
           "belongs to the new one.",
    .when_not = "The default partition is empty or small.",
    .condition =
        "ATTACH PARTITION, or CREATE TABLE … PARTITION OF, of a table with a default partition "
        "that may hold rows and has no valid CHECK which excludes the new bounds.",
    .example = "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);\n"
               "CREATE TABLE events_rest PARTITION OF events DEFAULT;\n"
               "\n"
               "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO "
               "('2025-01-01');",
    .fix = "Proposes a CHECK on the default partition that excludes the new bounds, NOT VALID and "
           "validated before; the lock remains, the scan does not.",
    .docs = "ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
    .docs_title = "Table Partitioning: Partition Maintenance",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
