/* partitioned-ddl-locks-all: a change of a partitioned table locks all partitions. */
#include "../lock_cost_internal.h"

static gboolean
is_partition_command(const PgaAction *action)
{
    return action->kind == PGA_ACTION_ATTACH_PARTITION ||
           action->kind == PGA_ACTION_DETACH_PARTITION;
}

/* How many of its partitions the statement locks so that others wait. */
static guint
n_partitions_locked(const PgaLintRun *run, const PgaStateRelation *relation)
{
    guint n_locked = 0;

    for (guint i = 0; i < run->effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(run->effect->locks, PgaLock, i);

        n_locked += lock->of && !lock->is_index && lock->of->is_partition &&
                    lock->of->parent == relation && lock->mode >= PGA_LOCK_SHARE;
    }
    return n_locked;
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;
    guint n_locked;

    if (!action || action->statement->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT ||
        !pga_lint_concerns(run, action) || action->relation->kind != 'p' ||
        is_partition_command(action))
        return;
    n_locked = n_partitions_locked(run, action->relation);
    if (n_locked > 0)
        pga_lint_advise(
            pga_lint_report(run, action,
                            "Locks the table and %u of its partitions in one transaction%s.",
                            n_locked, run->effect->scanned->len > 0 ? ", and reads them" : ""),
            "Set lock_timeout; prepare constraints on each partition with NOT VALID before they "
            "are added to the partitioned table.");
}

const PgaRule pga_rule_partitioned_ddl_locks_all = {
    .id = "partitioned-ddl-locks-all",
    .title = "ALTER TABLE of a partitioned table locks every partition",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "One transaction gets the lock on all partitions, one after the other, and keeps those "
           "that it has while it waits for the next; thousands of them exceed "
           "max_locks_per_transaction.",
    .when_not = "The table has few partitions, and no long transactions run on them.",
    .condition = "ALTER TABLE without ONLY of a partitioned table that others can use already, "
                 "when the command reaches the partitions.",
    .example = "CREATE TABLE events (day date NOT NULL) PARTITION BY RANGE (day);\n"
               "CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO "
               "('2021-01-01');\n"
               "\n"
               "ALTER TABLE events ADD COLUMN note text;",
    .fix = "Proposes to set lock_timeout, and to prepare constraints on each partition with NOT "
           "VALID before they are added to the partitioned table.",
    .docs = "ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE",
    .docs_title = "Table Partitioning: Declarative Partitioning",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
