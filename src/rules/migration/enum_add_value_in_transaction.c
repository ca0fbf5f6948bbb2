/* enum-add-value-in-transaction: a value of an enum, used before it is committed. */
#include <base/text.h>

#include "../rule_internal.h"

/** Labels that the transaction added. */
typedef struct {
    guint transaction;
    GPtrArray *literals; /* of char *: 'label' */
} Memory;

static void
memory_free(Memory *memory)
{
    g_ptr_array_unref(memory->literals);
    g_free(memory);
}

static Memory *
memory_of(PgaLintRun *run)
{
    Memory *memory = run->memory;

    if (!memory) {
        memory = g_new0(Memory, 1);
        memory->literals = g_ptr_array_new_with_free_func(g_free);
        run->memory = memory;
    }
    if (memory->transaction != run->step->transaction)
        g_ptr_array_set_size(memory->literals, 0);
    memory->transaction = run->step->transaction;
    return memory;
}

static gboolean
is_of_new_type(const PgaLintRun *run, const PgQuery__AlterEnumStmt *alter)
{
    PgQuery__TypeName name = PG_QUERY__TYPE_NAME__INIT;
    const PgaStateType *type;

    name.names = alter->type_name;
    name.n_names = alter->n_type_name;
    type = pga_state_type(run->state, &name);
    return type && type->created_in == run->state->migration &&
           type->created_transaction == run->state->transaction;
}

static void
judge_added(PgaLintRun *run, const PgaAction *action)
{
    const PgQuery__AlterEnumStmt *alter = action->statement->alter_enum_stmt;

    if (alter->old_val[0] != '\0' || is_of_new_type(run, alter))
        return;
    if (run->state->version < 120000)
        pga_lint_report(run, action,
                        "Before PostgreSQL 12 it cannot run in a transaction block (25001).");
    else
        g_ptr_array_add(memory_of(run)->literals, pga_quote_literal(alter->new_val));
}

static void
judge_step(PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;
    const GPtrArray *literals;

    if (!action || !run->step->in_block)
        return;
    if (action->kind == PGA_ACTION_ALTER_ENUM) {
        judge_added(run, action);
        return;
    }
    literals = run->memory ? memory_of(run)->literals : NULL;
    for (guint i = 0; literals && i < literals->len; i++) {
        const char *literal = g_ptr_array_index(literals, i);

        if (g_strstr_len(run->step->text, (gssize)run->step->length, literal))
            pga_lint_report(run, action,
                            "%s was added in the same transaction: the server refuses to use it "
                            "before that is committed (55P04).",
                            literal);
    }
}

static void
finish(PgaLintRun *run)
{
    g_clear_pointer(&run->memory, memory_free);
}

const PgaRule pga_rule_enum_add_value_in_transaction = {
    .id = "enum-add-value-in-transaction",
    .title = "New value of an enum used in the transaction that adds it",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "A new value can be used only after the transaction that added it is committed: the "
           "statement fails, and the migration with it.",
    .when_not = "The literal is of another type and only reads the same.",
    .condition =
        "A statement that has the new value as a literal, after ALTER TYPE … ADD VALUE in the same "
        "transaction; of a type that the transaction itself created every value can be used.",
    .example = "BEGIN;\n"
               "ALTER TYPE state ADD VALUE 'held';\n"
               "UPDATE orders SET state = 'held' WHERE blocked;\n"
               "COMMIT;",
    .fix = "Proposes a migration of its own for ADD VALUE.",
    .versions = "Before 12 ADD VALUE cannot run in a transaction block at all.",
    .docs = "sql-altertype.html#SQL-ALTERTYPE-NOTES",
    .docs_title = "ALTER TYPE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = finish, .forget = (GDestroyNotify)memory_free},
};
