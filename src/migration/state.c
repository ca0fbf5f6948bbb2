/* The state: made, asked, and changed by one statement after the other. */
#include "migration/schema.h"

#include <string.h>

#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

static struct PgaStateMemory *
memory_new(void)
{
    struct PgaStateMemory *memory = g_new0(struct PgaStateMemory, 1);

    memory->journal = pga_state_journal_new();
    memory->strings = g_string_chunk_new(4096);
    memory->structs = g_ptr_array_new_with_free_func(g_free);
    memory->arrays = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    memory->tables = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    memory->constraint_names = g_hash_table_new(g_str_hash, g_str_equal);
    memory->settings = g_hash_table_new(g_str_hash, g_str_equal);
    memory->savepoints = g_ptr_array_new();
    memory->fresh_types = g_ptr_array_new();
    memory->at_commit = g_ptr_array_new();
    return memory;
}

static void
memory_free(struct PgaStateMemory *memory)
{
    g_ptr_array_unref(memory->at_commit);
    g_ptr_array_unref(memory->fresh_types);
    g_ptr_array_unref(memory->savepoints);
    g_hash_table_unref(memory->settings);
    g_hash_table_unref(memory->constraint_names);
    g_ptr_array_unref(memory->tables);
    g_ptr_array_unref(memory->arrays);
    g_ptr_array_unref(memory->structs);
    g_string_chunk_free(memory->strings);
    pga_state_journal_free(memory->journal);
    g_free(memory->refusal);
    g_free(memory);
}

PgaState *
pga_state_new(guint version)
{
    PgaState *state = g_new0(PgaState, 1);
    GHashTable **tables[] = {&state->relations, &state->indexes,    &state->types,
                             &state->functions, &state->extensions, &state->schemas,
                             &state->statistics};

    state->version = version;
    state->memory = memory_new();
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        *tables[i] = g_hash_table_new(g_str_hash, g_str_equal);
    state->search_path = g_ptr_array_new();
    g_hash_table_add(state->schemas, pga_state_keep(state, "public"));
    pga_state_refresh_path(state);
    return state;
}

void
pga_state_free(PgaState *state)
{
    if (!state)
        return;
    g_ptr_array_unref(state->search_path);
    g_hash_table_unref(state->relations);
    g_hash_table_unref(state->indexes);
    g_hash_table_unref(state->types);
    g_hash_table_unref(state->functions);
    g_hash_table_unref(state->extensions);
    g_hash_table_unref(state->schemas);
    g_hash_table_unref(state->statistics);
    memory_free(state->memory);
    g_free(state);
}

gboolean
pga_state_set_rows(PgaState *state, const char *name, double rows)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", 2);
    PgaStateRelation *relation;

    if (!parts[0])
        return FALSE;
    relation = parts[1] ? pga_state_assume(state, parts[0], parts[1])
                        : pga_state_assume(state, NULL, parts[0]);
    if (relation)
        relation->rows = rows;
    return relation != NULL;
}

static void
forget_session(PgaState *state)
{
    GHashTableIter all;
    gpointer value;
    g_autoptr(GPtrArray) temporary = g_ptr_array_new();

    g_hash_table_remove_all(state->memory->settings);
    g_hash_table_iter_init(&all, state->relations);
    while (g_hash_table_iter_next(&all, NULL, &value))
        if (((const PgaStateRelation *)value)->persistence == 't')
            g_ptr_array_add(temporary, value);
    for (guint i = 0; i < temporary->len; i++)
        pga_state_drop_relation(state, g_ptr_array_index(temporary, i), TRUE);
    pga_state_forget_undo(state);
}

/* Each runs in a session of its own. */
void
pga_state_begin_migration(PgaState *state)
{
    pga_state_end_transaction(state, FALSE);
    forget_session(state);
    pga_state_refresh_path(state);
    state->migration++;
    state->transaction = 0;
}

static gboolean
apply_table(PgaState *state, const PgQuery__Node *tree, gboolean *known)
{
    *known = TRUE;
    switch ((int)tree->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        return pga_state_apply_create(state, tree->create_stmt, 'r');
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
        return !tree->create_foreign_table_stmt->base_stmt ||
               pga_state_apply_create(state, tree->create_foreign_table_stmt->base_stmt, 'f');
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
        return pga_state_apply_create_as(state, tree->create_table_as_stmt);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        return pga_state_apply_alter(state, tree->alter_table_stmt);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        return pga_state_create_index(state, tree->index_stmt);
    case PG_QUERY__NODE__NODE_DROP_STMT:
        return pga_state_apply_drop(state, tree->drop_stmt);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
        return pga_state_apply_rename(state, tree->rename_stmt);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
        return pga_state_apply_set_schema(state, tree->alter_object_schema_stmt);
    case PG_QUERY__NODE__NODE_VIEW_STMT:
        return pga_state_apply_view(state, tree->view_stmt);
    default:
        *known = FALSE;
        return TRUE;
    }
}

static gboolean
apply_session(PgaState *state, const PgQuery__Node *tree, gboolean *known)
{
    *known = TRUE;
    switch ((int)tree->node_case) {
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
        return pga_state_apply_set(state, tree->variable_set_stmt);
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        return pga_state_apply_select(state, tree->select_stmt);
    case PG_QUERY__NODE__NODE_DISCARD_STMT:
        if (tree->discard_stmt->target == PG_QUERY__DISCARD_MODE__DISCARD_ALL)
            forget_session(state);
        return TRUE;
    default:
        *known = FALSE;
        return TRUE;
    }
}

gboolean
pga_state_apply_tree(PgaState *state, const PgQuery__Node *tree)
{
    static gboolean (*const sorts[])(PgaState *, const PgQuery__Node *, gboolean *) = {
        apply_table, pga_state_apply_object, pga_state_apply_type, apply_session};
    gboolean known = FALSE, done = TRUE;

    for (guint i = 0; !known && i < G_N_ELEMENTS(sorts); i++)
        done = sorts[i](state, tree, &known);
    return done;
}

/* A statement that nobody can read may have made anything. */
static void
doubt(PgaState *state, const PgaStep *step)
{
    if (step->kind == PGA_STEP_SQL || step->kind == PGA_STEP_OPAQUE)
        if (state->complete)
            pga_state_put(state, state->complete, FALSE);
}

static char *
apply_step(PgaState *state, const PgaStep *step)
{
    struct PgaStateMemory *memory = state->memory;
    guint mark = pga_state_mark(state);
    char *refusal;

    memory->step = step;
    if (!step->tree)
        doubt(state, step);
    else if (step->tree->node_case == PG_QUERY__NODE__NODE_TRANSACTION_STMT)
        pga_state_apply_transaction(state, step->tree->transaction_stmt);
    else
        pga_state_apply_tree(state, step->tree);
    memory->step = NULL;
    refusal = g_steal_pointer(&memory->refusal);
    if (refusal)
        pga_state_undo_to(state, mark);
    pga_state_refresh_path(state);
    return refusal;
}

char *
pga_state_apply(PgaState *state, const PgaStep *step)
{
    g_autofree char *refusal = NULL;

    if (!step->executed)
        return NULL;
    if (step->transaction != state->transaction) {
        pga_state_end_transaction(state, FALSE);
        state->transaction = step->transaction;
    }
    refusal = apply_step(state, step);
    if (!step->in_block && !state->memory->in_block)
        pga_state_end_transaction(state, FALSE);
    /* what stands behind IF may not run at all */
    return step->conditional ? NULL : g_steal_pointer(&refusal);
}

gboolean
pga_state_is_new(const PgaState *state, const PgaStateRelation *relation)
{
    if (relation->persistence == 't')
        return TRUE;
    if (relation->assumed || relation->created_in == 0 || relation->created_in != state->migration)
        return FALSE;
    return !relation->filled || relation->created_transaction == state->transaction;
}

static gboolean
proves(const PgaStateConstraint *constraint, const char *column)
{
    for (guint i = 0; i < constraint->columns->len; i++)
        if (g_str_equal(g_ptr_array_index(constraint->columns, i), column))
            return constraint->valid &&
                   (constraint->proves_not_null ||
                    (constraint->type == 'c' && constraint->enforced && constraint->expression &&
                     strstr(constraint->expression, "NULL") &&
                     pga_state_expression_proves(constraint->expression, column)));
    return FALSE;
}

gboolean
pga_state_proves_not_null(const PgaStateRelation *relation, const char *column)
{
    for (guint i = 0; i < relation->constraints->len; i++)
        if (proves(g_ptr_array_index(relation->constraints, i), column))
            return TRUE;
    return FALSE;
}

/* NOLINTEND(misc-no-recursion) */
