/* drop-index-not-concurrent: an index is dropped with a lock that readers wait for too. */
#include "../lock_cost_internal.h"

/** A finding that stays unless its table goes in the same file. */
typedef struct {
    const PgaFinding *finding;
    char *nspname, *relname;
} Told;

static void
told_free(gpointer data)
{
    Told *told = data;

    g_free(told->nspname);
    g_free(told->relname);
    g_free(told);
}

static gboolean
is_in_use(const PgaLintRun *run, const PgaStateIndex *index)
{
    return pga_lint_is_shared(run, index->relation) && index->relation->kind != 'p' &&
           index->added_in != run->state->migration && !index->constraint;
}

static void
remember(PgaLintRun *run, const PgaFinding *finding, const PgaStateRelation *relation)
{
    Told *told = g_new0(Told, 1);

    told->finding = finding;
    told->nspname = g_strdup(relation->nspname);
    told->relname = g_strdup(relation->relname);
    if (!run->memory)
        run->memory = g_ptr_array_new_with_free_func(told_free);
    g_ptr_array_add(run->memory, told);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateIndex *index;
    const PgaFinding *finding;

    if (action->kind != PGA_ACTION_DROP || action->object != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX ||
        action->statement->drop_stmt->concurrent)
        return;
    index = pga_state_index(run->state, action->nspname, action->name);
    if (index ? !is_in_use(run, index) : run->state->complete)
        return;
    finding = pga_lint_report_cost(run, action);
    if (index)
        remember(run, finding, index->relation);
}

/* Nobody uses a table any more that the same file drops. */
static void
forget_dropped(PgaLintRun *run)
{
    GPtrArray *all = run->memory;

    for (guint i = 0; all && i < all->len; i++) {
        const Told *told = g_ptr_array_index(all, i);

        if (!pga_state_relation(run->state, told->nspname, told->relname))
            g_ptr_array_remove(run->findings, (gpointer)told->finding);
    }
    if (all)
        g_ptr_array_set_size(all, 0);
}

static void
forget(gpointer memory)
{
    g_ptr_array_unref(memory);
}

const PgaRule pga_rule_drop_index_not_concurrent = {
    .id = "drop-index-not-concurrent",
    .title = "DROP INDEX without CONCURRENTLY",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The index goes in an instant, but under ACCESS EXCLUSIVE on its table: the statement "
           "waits for every running transaction that read the table, and all queries on it queue "
           "behind.",
    .when_not = "No long transactions run on the table, and lock_timeout is set.",
    .condition =
        "DROP INDEX without CONCURRENTLY of an index that was there before the migration. Indexes "
        "of partitioned tables and of constraints cannot be dropped concurrently and are left out, "
        "and so are those of tables that the same file drops.",
    .example = "DROP INDEX orders_customer_id;",
    .fix = "Drops the index with CONCURRENTLY, outside a transaction; reads and writes go on.",
    .docs = "sql-dropindex.html",
    .docs_title = "DROP INDEX",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = forget_dropped, .forget = forget},
};
