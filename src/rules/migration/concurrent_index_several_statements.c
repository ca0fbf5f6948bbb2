/* concurrent-index-several-statements: an index built concurrently that is not alone in its file.
 */
#include "../rule_internal.h"

typedef struct {
    PgaPlace *place; /* of the first such index */
    guint n_others;  /* statements that change something */
} Memory;

static void
memory_free(Memory *memory)
{
    pga_place_free(memory->place);
    g_free(memory);
}

static gboolean
changes_nothing(const PgaAction *action)
{
    return action->kind == PGA_ACTION_SET || action->kind == PGA_ACTION_TRANSACTION ||
           action->kind == PGA_ACTION_SELECT ||
           /* of what an earlier run left */
           (action->kind == PGA_ACTION_DROP && action->statement->drop_stmt->missing_ok &&
            action->object == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX);
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;
    Memory *memory;

    if (!action || changes_nothing(action))
        return;
    if (!run->memory)
        run->memory = g_new0(Memory, 1);
    memory = run->memory;
    if (action->kind == PGA_ACTION_CREATE_INDEX && action->statement->index_stmt->concurrent &&
        !run->step->in_block && !memory->place)
        memory->place = pga_place_new(run->step, action->location);
    else
        memory->n_others++;
}

static void
finish(PgaLintRun *run)
{
    Memory *memory = run->memory;

    if (memory && memory->place && memory->n_others > 0)
        pga_lint_report_at(run, memory->place, "CREATE INDEX CONCURRENTLY",
                           "%u other statements of the file change something.", memory->n_others);
    g_clear_pointer(&run->memory, memory_free);
}

const PgaRule pga_rule_concurrent_index_several_statements = {
    .id = "concurrent-index-several-statements",
    .title = "CREATE INDEX CONCURRENTLY with other statements in its file",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Nothing holds the statements together: when the index fails, the others have been "
           "applied, and a second run fails on what is there already.",
    .when_not = "Every statement of the file can be run again.",
    .condition = "A file without a transaction that has a CREATE INDEX CONCURRENTLY and other "
                 "statements that change something; DROP INDEX IF EXISTS, which clears up after a "
                 "failed build, does not count.",
    .example = "CREATE INDEX CONCURRENTLY orders_customer_id ON orders (customer_id);\n"
               "ALTER TABLE orders ADD COLUMN note text;",
    .fix = "Proposes a migration of its own for each index.",
    .docs = "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    .docs_title = "CREATE INDEX: Building Indexes Concurrently",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = finish, .forget = (GDestroyNotify)memory_free},
};
