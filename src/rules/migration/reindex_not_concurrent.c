/* reindex-not-concurrent: indexes are built again while writers, and readers that plan with them,
 * wait. */
#include "../lock_cost_internal.h"

static gboolean
is_of_catalog(const PgQuery__ReindexStmt *statement)
{
    return statement->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SYSTEM ||
           (statement->relation && g_str_equal(statement->relation->schemaname, "pg_catalog"));
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__ReindexStmt *statement;

    if (action->kind != PGA_ACTION_REINDEX)
        return;
    statement = action->statement->reindex_stmt;
    if (pga_option_is_on(statement->params, statement->n_params, "concurrently") ||
        is_of_catalog(statement) ||
        (action->relation && !pga_lint_is_shared(run, action->relation)))
        return;
    pga_lint_report_cost(run, action);
}

const PgaRule pga_rule_reindex_not_concurrent = {
    .id = "reindex-not-concurrent",
    .title = "REINDEX without CONCURRENTLY",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Writes to the table wait until its indexes are built, and so does every query that is "
           "planned with one of them.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition =
        "REINDEX of an index, table, schema or database without CONCURRENTLY. System catalogs, "
        "which cannot be done concurrently, and tables of this migration are left out.",
    .example = "REINDEX INDEX orders_customer_id;",
    .fix = "Builds the indexes again with CONCURRENTLY, outside a transaction; reads and writes go "
           "on.",
    .versions = "CONCURRENTLY came with 12.",
    .docs = "sql-reindex.html#SQL-REINDEX-CONCURRENTLY",
    .docs_title = "REINDEX: Rebuilding Indexes Concurrently",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .since = 12},
};
