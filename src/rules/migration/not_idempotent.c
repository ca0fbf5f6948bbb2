/* not-idempotent: a statement that fails on a second run. */
#include "../rule_internal.h"

/** Of the file. */
typedef struct {
    PgaPlace *place; /* (nullable): of the first such statement */
    guint n_found, n_statements;
} Memory;

static void
memory_free(Memory *memory)
{
    pga_place_free(memory->place);
    g_free(memory);
}

/* ON COMMIT DROP leaves nothing behind. */
static gboolean
creates_table_again(const PgQuery__CreateStmt *create)
{
    return !create->if_not_exists &&
           !(g_str_equal(create->relation->relpersistence, "t") &&
             create->oncommit == PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DROP);
}

static gboolean
creates_again(const PgQuery__Node *statement)
{
    switch ((guint)statement->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        return creates_table_again(statement->create_stmt);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        return !statement->index_stmt->if_not_exists && statement->index_stmt->idxname[0] != '\0';
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
        return !statement->create_seq_stmt->if_not_exists;
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
        return !statement->create_schema_stmt->if_not_exists;
    default:
        return FALSE;
    }
}

static gboolean
fails_again(const PgaAction *action)
{
    switch ((guint)action->kind) {
    case PGA_ACTION_ADD_COLUMN:
    case PGA_ACTION_DROP_COLUMN:
    case PGA_ACTION_DROP_CONSTRAINT:
        return action->command && !action->command->missing_ok;
    case PGA_ACTION_DROP:
        return action->statement->node_case == PG_QUERY__NODE__NODE_DROP_STMT &&
               !action->statement->drop_stmt->missing_ok;
    default:
        return creates_again(action->statement);
    }
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;
    Memory *memory = run->memory;

    if (!action || action->kind == PGA_ACTION_SET || action->kind == PGA_ACTION_TRANSACTION ||
        run->step->depth > 0) /* a DO is one statement, undone as a whole */
        return;
    if (!memory)
        run->memory = memory = g_new0(Memory, 1);
    memory->n_statements++;
    if (run->step->in_block || !fails_again(action))
        return;
    memory->n_found++;
    if (!memory->place)
        memory->place = pga_place_new(run->step, action->location);
}

static void
finish(PgaLintRun *run)
{
    const Memory *memory = run->memory;

    if (memory && memory->place && memory->n_statements > 1)
        pga_lint_report_at(
            run, memory->place, "migration",
            "%u of %u statements, none of them in a transaction, fail when they have "
            "been applied.",
            memory->n_found, memory->n_statements);
    g_clear_pointer(&run->memory, memory_free);
}

const PgaRule pga_rule_not_idempotent = {
    .id = "not-idempotent",
    .title = "Statements that fail on a second run",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "When one of them fails, those before it have been applied: the file cannot be run "
           "again as it stands.",
    .when_not = "The tool keeps a record of each statement, or a person clears up after a failure.",
    .condition = "A file of several statements with CREATE TABLE, INDEX, SEQUENCE or SCHEMA, DROP, "
                 "ADD COLUMN, DROP COLUMN or DROP CONSTRAINT without IF [NOT] EXISTS outside of a "
                 "transaction; once for a file.",
    .example = "ALTER TABLE orders ADD COLUMN a int;\n"
               "DROP TABLE baskets;",
    .fix = "Proposes IF [NOT] EXISTS, or to run the file in a transaction.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = finish, .forget = (GDestroyNotify)memory_free},
};
