/* vacuum-full-cluster: a table is copied while nobody can use it. */
#include "../lock_cost_internal.h"

static gboolean
copies_table(const PgaAction *action)
{
    const PgQuery__VacuumStmt *vacuum;

    if (action->kind == PGA_ACTION_CLUSTER)
        return TRUE;
    if (action->kind != PGA_ACTION_VACUUM)
        return FALSE;
    vacuum = action->statement->vacuum_stmt;
    return vacuum->is_vacuumcmd && pga_option_is_on(vacuum->options, vacuum->n_options, "full");
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (copies_table(action) && (!action->relation || pga_lint_is_shared(run, action->relation)))
        pga_lint_advise(pga_lint_report_cost(run, action),
                        "Use pg_repack or pg_squeeze, which copy the table while it is used, or "
                        "REINDEX CONCURRENTLY when it is the indexes that are bloated.");
}

const PgaRule pga_rule_vacuum_full_cluster = {
    .id = "vacuum-full-cluster",
    .title = "VACUUM FULL or CLUSTER",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The table is copied, with all indexes, under ACCESS EXCLUSIVE: nobody reads or writes "
           "it until that is done, and both copies need room on the disk.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "VACUUM with FULL, or CLUSTER with or without a table.",
    .example = "VACUUM FULL orders;",
    .fix = "Proposes pg_repack or pg_squeeze, which copy the table while it is used, or REINDEX "
           "CONCURRENTLY when it is the indexes that are bloated.",
    .docs = "sql-vacuum.html",
    .docs_title = "VACUUM",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
