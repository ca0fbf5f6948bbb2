/* What a session remembers: settings, the search path, the transaction with its savepoints. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

#define DEFAULT_PATH "\"$user\", public"

/* (nullable) */
static char *
argument_text(const PgQuery__Node *node)
{
    const PgQuery__AConst *constant;

    if (node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST && node->type_cast->arg)
        return argument_text(node->type_cast->arg); /* SET TIME ZONE INTERVAL … */
    if (node->node_case != PG_QUERY__NODE__NODE_A_CONST)
        return NULL;
    constant = node->a_const;
    switch ((int)constant->val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
        return g_strdup_printf("%d", constant->ival->ival);
    case PG_QUERY__A__CONST__VAL_FVAL:
        return g_strdup(constant->fval->fval);
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
        return g_strdup(constant->boolval->boolval ? "true" : "false");
    case PG_QUERY__A__CONST__VAL_SVAL:
        return g_strdup(constant->sval->sval);
    default:
        return g_strdup("0");
    }
}

static char *
value_text(const PgQuery__VariableSetStmt *statement, gboolean path)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < statement->n_args; i++) {
        g_autofree char *one = argument_text(statement->args[i]);
        g_autofree char *quoted = path && one ? pga_quote_identifier(one) : NULL;

        g_string_append_printf(text, "%s%s", i ? ", " : "", quoted ? quoted : one ? one : "");
    }
    return g_string_free(text, FALSE);
}

static void
put_setting(PgaState *state, const char *name, const char *value, gboolean local)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    PgaStateSetting *setting = g_hash_table_lookup(state->memory->settings, lower);

    if (!setting) {
        setting = pga_state_alloc(state, sizeof(*setting));
        pga_state_hash_put(state, state->memory->settings, pga_state_keep(state, lower), setting);
    }
    if (local) {
        pga_state_put(state, setting->local, value);
        state->memory->has_local = TRUE;
        return;
    }
    pga_state_put(state, setting->session, value);
    pga_state_put(state, setting->local, NULL);
}

static void
set_text(PgaState *state, const char *name, const char *text, gboolean local)
{
    gboolean path = g_ascii_strcasecmp(name, "search_path") == 0;
    g_autofree char *value = path ? g_strdup(text) : g_ascii_strdown(text, -1);

    put_setting(state, name, g_string_chunk_insert_const(state->memory->strings, value), local);
    if (path)
        pga_state_refresh_path(state);
}

static void
reset_all(PgaState *state)
{
    GHashTableIter all;
    gpointer value;

    g_hash_table_iter_init(&all, state->memory->settings);
    while (g_hash_table_iter_next(&all, NULL, &value)) {
        PgaStateSetting *setting = value;

        pga_state_put(state, setting->session, NULL);
        pga_state_put(state, setting->local, NULL);
    }
    pga_state_refresh_path(state);
}

gboolean
pga_state_apply_set(PgaState *state, const PgQuery__VariableSetStmt *statement)
{
    g_autofree char *text = NULL;

    switch ((int)statement->kind) {
    case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE:
        text = value_text(statement, g_ascii_strcasecmp(statement->name, "search_path") == 0);
        set_text(state, statement->name, text, statement->is_local);
        break;
    case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_DEFAULT:
    case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET:
        put_setting(state, statement->name, NULL, FALSE);
        pga_state_refresh_path(state);
        break;
    case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL:
        reset_all(state);
        break;
    default:
        break;
    }
    return TRUE;
}

const char *
pga_state_setting(const PgaState *state, const char *name, gboolean *local)
{
    const PgaStateSetting *setting = g_hash_table_lookup(state->memory->settings, name);

    if (local)
        *local = setting && setting->local;
    if (!setting)
        return NULL;
    return setting->local ? setting->local : setting->session;
}

static void
add_schema(PgaState *state, const char *from, const char *to)
{
    g_autofree char *word = g_strndup(from, (gsize)(to - from));
    gboolean quoted;

    g_strstrip(word);
    quoted = word[0] == '"' && strlen(word) >= 2;
    if (quoted) {
        memmove(word, word + 1, strlen(word) - 2);
        word[strlen(word) - 2] = '\0';
    }
    if (*word)
        g_ptr_array_add(state->search_path, pga_state_keep(state, word));
}

/* The path of the setting as it is now. */
void
pga_state_refresh_path(PgaState *state)
{
    const char *path = pga_state_setting(state, "search_path", NULL);
    const char *from;
    gboolean quoted = FALSE;

    path = path ? path : DEFAULT_PATH;
    if (path == state->memory->path)
        return;
    state->memory->path = path;
    g_ptr_array_set_size(state->search_path, 0);
    from = path;
    for (const char *p = path;; p++) {
        quoted ^= *p == '"';
        if (*p && (quoted || *p != ','))
            continue;
        add_schema(state, from, p);
        if (!*p)
            break;
        from = p + 1;
    }
}

static void
clear_local(PgaState *state)
{
    GHashTableIter all;
    gpointer value;

    if (!state->memory->has_local)
        return;
    state->memory->has_local = FALSE;
    g_hash_table_iter_init(&all, state->memory->settings);
    while (g_hash_table_iter_next(&all, NULL, &value))
        ((PgaStateSetting *)value)->local = NULL;
}

static void
drop_at_commit(PgaState *state)
{
    GPtrArray *at_commit = state->memory->at_commit;

    for (guint i = 0; i < at_commit->len; i++)
        pga_state_drop_relation(state, g_ptr_array_index(at_commit, i), TRUE);
    g_ptr_array_set_size(at_commit, 0);
}

void
pga_state_end_transaction(PgaState *state, gboolean rolled_back)
{
    struct PgaStateMemory *memory = state->memory;

    if (rolled_back)
        pga_state_undo_to(state, 0);
    else
        drop_at_commit(state);
    pga_state_forget_undo(state);
    clear_local(state);
    for (guint i = 0; i < memory->fresh_types->len; i++)
        g_ptr_array_set_size(((PgaStateType *)g_ptr_array_index(memory->fresh_types, i))->added, 0);
    g_ptr_array_set_size(memory->fresh_types, 0);
    g_ptr_array_set_size(memory->savepoints, 0);
    memory->in_block = FALSE;
    pga_state_refresh_path(state);
}

static PgaStateSavepoint *
find_savepoint(const PgaState *state, const char *name, guint *at)
{
    const GPtrArray *savepoints = state->memory->savepoints;

    for (guint i = savepoints->len; i-- > 0;) {
        PgaStateSavepoint *savepoint = g_ptr_array_index(savepoints, i);

        *at = i;
        if (g_str_equal(savepoint->name, name))
            return savepoint;
    }
    return NULL;
}

static gboolean
set_savepoint(PgaState *state, const char *name)
{
    PgaStateSavepoint *savepoint = pga_state_alloc(state, sizeof(*savepoint));

    savepoint->name = g_string_chunk_insert_const(state->memory->strings, name);
    savepoint->mark = pga_state_mark(state);
    g_ptr_array_add(state->memory->savepoints, savepoint);
    return TRUE;
}

static gboolean
to_savepoint(PgaState *state, const char *name, gboolean rollback)
{
    guint at;
    const PgaStateSavepoint *savepoint = find_savepoint(state, name, &at);

    if (!savepoint)
        return pga_state_refuse(state, "savepoint \"%s\" does not exist", name);
    if (rollback)
        pga_state_undo_to(state, savepoint->mark);
    g_ptr_array_set_size(state->memory->savepoints, (gint)(at + (rollback ? 1 : 0)));
    pga_state_refresh_path(state);
    return TRUE;
}

gboolean
pga_state_apply_transaction(PgaState *state, const PgQuery__TransactionStmt *statement)
{
    switch ((int)statement->kind) {
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN:
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
        state->memory->in_block = TRUE;
        return TRUE;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE:
        pga_state_end_transaction(state, FALSE);
        state->memory->in_block = statement->chain;
        return TRUE;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK:
        pga_state_end_transaction(state, TRUE);
        state->memory->in_block = statement->chain;
        return TRUE;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_SAVEPOINT:
        return set_savepoint(state, statement->savepoint_name);
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_RELEASE:
        return to_savepoint(state, statement->savepoint_name, FALSE);
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_TO:
        return to_savepoint(state, statement->savepoint_name, TRUE);
    default:
        return TRUE;
    }
}

/* pg_catalog.set_config('search_path', '', false), as dumps write it */
static void
apply_set_config(PgaState *state, const PgQuery__FuncCall *call)
{
    g_autofree char *name = NULL, *value = NULL, *local = NULL;

    if (!g_str_equal(pga_state_names(call->n_funcname, call->funcname, NULL), "set_config") ||
        call->n_args != 3)
        return;
    name = argument_text(call->args[0]);
    value = argument_text(call->args[1]);
    local = argument_text(call->args[2]);
    if (name && value && local)
        set_text(state, name, value, g_str_has_prefix(local, "t"));
}

gboolean
pga_state_apply_select(PgaState *state, const PgQuery__SelectStmt *statement)
{
    PgQuery__Node query = PG_QUERY__NODE__INIT;

    for (size_t i = 0; i < statement->n_target_list; i++) {
        const PgQuery__Node *target = statement->target_list[i];

        if (target->node_case == PG_QUERY__NODE__NODE_RES_TARGET && target->res_target->val &&
            target->res_target->val->node_case == PG_QUERY__NODE__NODE_FUNC_CALL)
            apply_set_config(state, target->res_target->val->func_call);
    }
    if (!statement->into_clause)
        return TRUE;
    query.node_case = PG_QUERY__NODE__NODE_SELECT_STMT;
    query.select_stmt = (PgQuery__SelectStmt *)statement;
    return pga_state_create_from_query(state, statement->into_clause, &query, 'r', FALSE);
}

/* NOLINTEND(misc-no-recursion) */
