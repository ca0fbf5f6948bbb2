/* index-not-concurrent: an index of a table in use is built while writers wait. */
#include "../rule_internal.h"

static gboolean
exists_already(const PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__IndexStmt *statement = action->statement->index_stmt;

    return statement->if_not_exists && action->name &&
           pga_state_index(run->state, action->relation->nspname, action->name);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autofree char *table = NULL;
    PgaFinding *finding;

    if (action->kind != PGA_ACTION_CREATE_INDEX || action->statement->index_stmt->concurrent ||
        !pga_lint_is_shared(run, action->relation) || action->relation->kind == 'p' ||
        exists_already(run, action))
        return;
    table = pga_state_relation_name(action->relation);
    finding = pga_lint_report(run, action,
                              "%s is locked in SHARE mode until the index is built: INSERT, UPDATE "
                              "and DELETE wait, SELECT goes on.",
                              table);
    pga_lint_add_recipe(run, finding, action);
}

const PgaRule pga_rule_index_not_concurrent = {
    .id = "index-not-concurrent",
    .title = "CREATE INDEX without CONCURRENTLY",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Every write to the table waits for the whole build, which reads the table once and "
           "sorts it.",
    .when_not = "Nothing writes to the table meanwhile, or it is small.",
    .condition = "CREATE INDEX without CONCURRENTLY on a table that others can use already. Of a "
                 "partitioned table, which cannot be indexed concurrently, another rule speaks.",
    .example = "CREATE INDEX orders_customer_id ON orders (customer_id);",
    .fix = "Builds the index with CONCURRENTLY, outside a transaction; reads and writes go on.",
    .docs = "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    .docs_title = "CREATE INDEX: Building Indexes Concurrently",
    .requirements = "DJ-5 T2-6",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
