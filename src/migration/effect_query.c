/* Queries: which relations they open how, and which of them they read whole. Locks are those that
 * the statement takes for certain; what triggers and functions do is not known. Source:
 * parserOpenTable(), get_relation_info() in src/backend/optimizer/util/plancat.c, ri_triggers.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name
/* Rows below which reading a table whole is cheaper than two pages of an index at random. */
#define FEW_ROWS 300

typedef struct {
    PgaEffectRun *run;
    GHashTable *own_names; /* (nullable): set of names of CTEs */
    gboolean planned;      /* FALSE: only looked at, as CREATE VIEW does */
    gboolean rewritten;    /* of those not planned: views are replaced by what they read */
} Query;

/* Columns that a WHERE compares with constants. */
static void
add_compared(GPtrArray *columns, const PgQuery__AExpr *expression)
{
    const PgQuery__Node *left = expression->lexpr;
    const PgQuery__ColumnRef *reference =
        left && left->node_case == CASE(COLUMN_REF) ? left->column_ref : NULL;
    const PgQuery__Node *last =
        reference && reference->n_fields > 0 ? reference->fields[reference->n_fields - 1] : NULL;
    const char *operator= expression->n_name> 0 && expression->name[expression->n_name - 1]->node_case ==
        CASE(STRING)
        ? expression->name[expression->n_name - 1]->string->sval
        : "";

    if (last && last->node_case == CASE(STRING) && strcmp(operator, "=") == 0 &&
        !(expression->rexpr && expression->rexpr->node_case == CASE(COLUMN_REF)))
        g_ptr_array_add(columns, last->string->sval);
}

/* (nullable) (transfer container) */
static GPtrArray *
compared_columns(const PgQuery__Node *where)
{
    GPtrArray *columns;
    g_autoptr(GPtrArray) rest = NULL;

    if (!where)
        return NULL;
    columns = g_ptr_array_new();
    rest = g_ptr_array_new();
    g_ptr_array_add(rest, (gpointer)where);
    while (rest->len > 0) {
        const PgQuery__Node *node = g_ptr_array_remove_index_fast(rest, rest->len - 1);

        if (node->node_case == CASE(A_EXPR))
            add_compared(columns, node->a_expr);
        else if (node->node_case == CASE(BOOL_EXPR) &&
                 node->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR)
            for (size_t i = 0; i < node->bool_expr->n_args; i++)
                g_ptr_array_add(rest, node->bool_expr->args[i]);
    }
    return columns;
}

/* An index leads to the rows, and the table is too large for reading it to be cheaper. */
static gboolean
is_found_by_index(const PgaStateRelation *relation, const GPtrArray *columns)
{
    if (!columns || (relation->rows >= 0 && relation->rows < FEW_ROWS))
        return FALSE;
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = relation->indexes->pdata[i];

        if (index->valid && !index->predicate && index->columns->len > 0 &&
            pga_effect_names_column(columns, index->columns->pdata[0]))
            return TRUE;
    }
    return FALSE;
}

/* Every column of a unique index is compared: one row, or none. */
static gboolean
is_one_row(const PgaStateRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; columns && i < relation->indexes->len; i++) {
        const PgaStateIndex *index = relation->indexes->pdata[i];
        gboolean all = index->unique && !index->predicate;

        for (guint k = 0; k < index->columns->len; k++)
            all = all && pga_effect_names_column(columns, index->columns->pdata[k]);
        if (all)
            return TRUE;
    }
    return FALSE;
}

/** How a relation is opened. */
typedef struct {
    PgaLockMode mode;
    gboolean only;
    const GPtrArray *columns; /* (nullable): compared with constants */
} Reading;

/* A table with its partitions or children. */
static void
read_table(const Query *query, PgaStateRelation *relation, const Reading *reading)
{
    g_autoptr(GPtrArray) family = pga_effect_family(relation, reading->only);

    for (guint i = 0; i < family->len; i++) {
        pga_effect_plan(query->run, family->pdata[i], reading->mode);
        if (!is_found_by_index(family->pdata[i], reading->columns))
            pga_effect_scan(query->run, family->pdata[i]);
    }
}

/* What a view reads, and what the views that it reads do, each once. */
static void
read_view(const Query *query, PgaStateRelation *view, PgaLockMode mode)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) views = g_ptr_array_new();
    const Reading reading = {.mode = mode};

    g_ptr_array_add(views, view);
    for (guint i = 0; i < views->len; i++) {
        const PgaStateRelation *present = views->pdata[i];

        for (guint k = 0; present->reads && k < present->reads->len; k++) {
            PgaStateRelation *below = present->reads->pdata[k];

            if (!g_hash_table_add(seen, below))
                continue;
            if (below->kind == 'v' || !query->planned)
                pga_effect_lock_relation(query->run, below, mode);
            if (below->kind == 'v')
                g_ptr_array_add(views, below);
            else if (query->planned)
                read_table(query, below, &reading);
        }
    }
}

static void
read_relation(const Query *query, PgaStateRelation *relation, const Reading *reading)
{
    if (!relation)
        return;
    if (query->planned && relation->kind != 'v') {
        read_table(query, relation, reading);
        return;
    }
    pga_effect_lock_relation(query->run, relation, reading->mode);
    if (query->planned || query->rewritten)
        read_view(query, relation, reading->mode);
}

static void
read_range(const Query *query, const PgQuery__RangeVar *range, PgaLockMode mode,
           const GPtrArray *columns)
{
    const char *schema = *range->schemaname ? range->schemaname : NULL;
    const Reading reading = {mode, !range->inh, columns};

    if (!schema && query->own_names && g_hash_table_contains(query->own_names, range->relname))
        return;
    if (schema && (strcmp(schema, "pg_catalog") == 0 || strcmp(schema, "information_schema") == 0))
        return;
    read_relation(query, pga_state_assume(query->run->state, schema, range->relname), &reading);
}

typedef struct {
    const Query *query;
    PgaLockMode mode;
    const GPtrArray *columns;
} Items;

static gboolean
read_item(const ProtobufCMessage *message, gpointer data)
{
    const Items *items = data;

    if (message->descriptor == &pg_query__range_var__descriptor)
        read_range(items->query, (const PgQuery__RangeVar *)message, items->mode, items->columns);
    return message->descriptor == &pg_query__join_expr__descriptor;
}

static void
read_items(const Query *query, PgQuery__Node *const *nodes, size_t n, PgaLockMode mode,
           const PgQuery__Node *where)
{
    g_autoptr(GPtrArray) columns = compared_columns(where);
    Items items = {query, mode, columns};

    for (size_t i = 0; i < n; i++)
        pga_tree_walk(nodes[i], read_item, &items);
}

/* Rows that are written to @relation look for theirs in the tables it references. @columns
 * (nullable): those that are written. */
static void
check_references(const Query *query, const PgaStateRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *key = relation->constraints->pdata[i];
        gboolean written = !columns;

        if (key->type != 'f' || !key->referenced || !key->enforced)
            continue;
        for (guint k = 0; columns && k < key->columns->len; k++)
            written = written || pga_effect_names_column(columns, key->columns->pdata[k]);
        if (!written)
            continue;
        pga_effect_plan(query->run, key->referenced, PGA_LOCK_ROW_SHARE);
        if (key->referenced->rows >= 0 && key->referenced->rows < FEW_ROWS)
            pga_effect_scan(query->run, key->referenced);
    }
}

/* Rows that go, or change their key, are looked for in the tables that reference them. */
static void
check_referencing(const Query *query, const PgaStateRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < relation->referenced_by->len; i++) {
        const PgaStateConstraint *key = relation->referenced_by->pdata[i];
        const int action = columns ? key->on_update : key->on_delete;
        const gboolean writes = action == 'c' || action == 'n' || action == 'd';
        gboolean concerned = !columns;

        for (guint k = 0; columns && k < key->referenced_columns->len; k++)
            concerned =
                concerned || pga_effect_names_column(columns, key->referenced_columns->pdata[k]);
        if (!concerned || !key->enforced)
            continue;
        pga_effect_plan(query->run, key->relation,
                        writes ? PGA_LOCK_ROW_EXCLUSIVE : PGA_LOCK_ROW_SHARE);
        if (!is_found_by_index(key->relation, key->columns))
            pga_effect_scan(query->run, key->relation);
    }
}

static PgaStateRelation *
target_of(const Query *query, const PgQuery__RangeVar *range)
{
    return range ? pga_state_assume(query->run->state,
                                    *range->schemaname ? range->schemaname : NULL, range->relname)
                 : NULL;
}

/* Sequences of the columns that get no value. */
static void
take_numbers(const Query *query, const PgaStateRelation *relation, const GPtrArray *written)
{
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgaStateColumn *column = relation->columns->pdata[i];
        g_autofree char *name = NULL;

        if (written ? pga_effect_names_column(written, column->name) : !column->identity)
            continue;
        if (column->identity) {
            name = g_strdup_printf("%s_%s_seq", relation->relname, column->name);
            pga_effect_lock_relation(query->run,
                                     pga_state_relation(query->run->state, relation->nspname, name),
                                     PGA_LOCK_ROW_EXCLUSIVE);
        } else if (column->default_text && strstr(column->default_text, "nextval('")) {
            name = g_strdup(strstr(column->default_text, "nextval('") + strlen("nextval('"));
            *strchrnul(name, '\'') = '\0';
            pga_effect_lock_sequence(query->run, name);
        }
    }
}

/* Columns that an INSERT names; NULL: it names none, and gives as many as it has values. */
static GPtrArray *
written_columns(const PgQuery__InsertStmt *insert, const PgaStateRelation *relation)
{
    const PgQuery__SelectStmt *source =
        insert->select_stmt ? insert->select_stmt->select_stmt : NULL;
    GPtrArray *columns;
    size_t n = 0;

    if (insert->n_cols == 0 && source && source->n_values_lists > 0)
        n = source->values_lists[0]->list->n_items;
    if (insert->n_cols == 0 && source && n == 0)
        return NULL;
    columns = g_ptr_array_new();
    for (size_t i = 0; i < insert->n_cols; i++)
        g_ptr_array_add(columns, insert->cols[i]->res_target->name);
    for (size_t i = 0; i < n && i < relation->columns->len; i++)
        g_ptr_array_add(columns, ((PgaStateColumn *)relation->columns->pdata[i])->name);
    return columns;
}

static void
insert_into(const Query *query, const PgQuery__InsertStmt *insert)
{
    PgaStateRelation *relation = target_of(query, insert->relation);
    g_autoptr(GPtrArray) written = NULL;

    if (!relation)
        return;
    written = written_columns(insert, relation);
    pga_effect_lock_relation(query->run, relation, PGA_LOCK_ROW_EXCLUSIVE);
    if (!query->planned)
        return;
    if (insert->on_conflict_clause) /* infer_arbiter_indexes() */
        pga_effect_lock_indexes(query->run, relation, PGA_LOCK_ROW_EXCLUSIVE);
    check_references(query, relation, written);
    take_numbers(query, relation, written);
}

static void
write_target(const Query *query, const PgQuery__RangeVar *range, const PgQuery__Node *where)
{
    g_autoptr(GPtrArray) columns = compared_columns(where);

    if (range)
        read_range(query, range, PGA_LOCK_ROW_EXCLUSIVE, columns);
}

static void
update(const Query *query, const PgQuery__UpdateStmt *update_stmt)
{
    PgaStateRelation *relation = target_of(query, update_stmt->relation);
    g_autoptr(GPtrArray) written = g_ptr_array_new();
    g_autoptr(GPtrArray) compared = compared_columns(update_stmt->where_clause);

    write_target(query, update_stmt->relation, update_stmt->where_clause);
    read_items(query, update_stmt->from_clause, update_stmt->n_from_clause, PGA_LOCK_ACCESS_SHARE,
               NULL);
    for (size_t i = 0; i < update_stmt->n_target_list; i++)
        if (update_stmt->target_list[i]->node_case == CASE(RES_TARGET))
            g_ptr_array_add(written, update_stmt->target_list[i]->res_target->name);
    if (!query->planned || !relation || relation->rows == 0 || is_one_row(relation, compared))
        return;
    check_references(query, relation, written);
    check_referencing(query, relation, written);
}

static void
delete_from(const Query *query, const PgQuery__DeleteStmt *delete_stmt)
{
    PgaStateRelation *relation = target_of(query, delete_stmt->relation);
    g_autoptr(GPtrArray) compared = compared_columns(delete_stmt->where_clause);

    write_target(query, delete_stmt->relation, delete_stmt->where_clause);
    read_items(query, delete_stmt->using_clause, delete_stmt->n_using_clause, PGA_LOCK_ACCESS_SHARE,
               NULL);
    if (query->planned && relation && relation->rows != 0 && !is_one_row(relation, compared))
        check_referencing(query, relation, NULL);
}

/* nextval() and its sisters take their sequence's lock. */
static void
call(const Query *query, const PgQuery__FuncCall *function)
{
    const char *name =
        function->n_funcname > 0 ? function->funcname[function->n_funcname - 1]->string->sval : "";
    const PgQuery__Node *argument = function->n_args > 0 ? function->args[0] : NULL;

    if (strcmp(name, "nextval") != 0 && strcmp(name, "setval") != 0 && strcmp(name, "currval") != 0)
        return;
    while (argument && argument->node_case == CASE(TYPE_CAST))
        argument = argument->type_cast->arg;
    if (query->planned && argument && argument->node_case == CASE(A_CONST) &&
        argument->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL)
        pga_effect_lock_sequence(query->run, argument->a_const->sval->sval);
}

static void
select_from(const Query *query, const PgQuery__SelectStmt *select)
{
    read_items(query, select->from_clause, select->n_from_clause,
               select->n_locking_clause > 0 ? PGA_LOCK_ROW_SHARE : PGA_LOCK_ACCESS_SHARE,
               select->where_clause);
}

static gboolean
read_message(const ProtobufCMessage *message, gpointer data)
{
    const Query *query = data;

    if (message->descriptor == &pg_query__select_stmt__descriptor)
        select_from(query, (const PgQuery__SelectStmt *)message);
    else if (message->descriptor == &pg_query__insert_stmt__descriptor)
        insert_into(query, (const PgQuery__InsertStmt *)message);
    else if (message->descriptor == &pg_query__update_stmt__descriptor)
        update(query, (const PgQuery__UpdateStmt *)message);
    else if (message->descriptor == &pg_query__delete_stmt__descriptor)
        delete_from(query, (const PgQuery__DeleteStmt *)message);
    else if (message->descriptor == &pg_query__func_call__descriptor)
        call(query, (const PgQuery__FuncCall *)message);
    else if (message->descriptor == &pg_query__merge_stmt__descriptor) {
        const PgQuery__MergeStmt *merge = (const PgQuery__MergeStmt *)message;

        write_target(query, merge->relation, NULL);
        read_items(query, &merge->source_relation, 1, PGA_LOCK_ACCESS_SHARE, NULL);
    }
    return TRUE;
}

static gboolean
add_own_name(const ProtobufCMessage *message, gpointer data)
{
    Query *query = data;

    if (message->descriptor != &pg_query__common_table_expr__descriptor)
        return TRUE;
    if (!query->own_names)
        query->own_names = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_add(query->own_names, ((const PgQuery__CommonTableExpr *)message)->ctename);
    return TRUE;
}

void
pga_effect_read(PgaEffectRun *run, const PgQuery__Node *node, PgaEffectReading reading)
{
    Query query = {.run = run,
                   .planned = reading == PGA_READING_PLANNED,
                   .rewritten = reading == PGA_READING_REWRITTEN};

    pga_tree_walk(node, add_own_name, &query);
    pga_tree_walk(node, read_message, &query);
    g_clear_pointer(&query.own_names, g_hash_table_unref);
}

/* RefreshMatViewByRel(): CONCURRENTLY compares the old rows with the new. */
static void
refresh(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__RefreshMatViewStmt *statement = action->statement->refresh_mat_view_stmt;
    const Query query = {.run = run, .planned = TRUE};

    if (!action->relation)
        return;
    pga_effect_lock_relation(run, action->relation,
                             statement->concurrent ? PGA_LOCK_EXCLUSIVE
                                                   : PGA_LOCK_ACCESS_EXCLUSIVE);
    if (statement->skip_data) {
        pga_effect_lock_indexes(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    } else if (!statement->concurrent) {
        pga_effect_rewrite(run, action->relation);
    } else {
        pga_effect_lock_indexes(run, action->relation, PGA_LOCK_ROW_EXCLUSIVE);
        pga_effect_scan(run, action->relation);
    }
    if (!statement->skip_data)
        read_view(&query, action->relation, PGA_LOCK_ACCESS_SHARE);
}

/* CREATE VIEW only looks; a view that is replaced is locked against its readers. */
static void
create_view(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__Node *statement = action->statement;

    if (statement->node_case == CASE(CREATE_TABLE_AS_STMT)) {
        const PgQuery__CreateTableAsStmt *create = statement->create_table_as_stmt;

        if (!(create->if_not_exists && action->relation))
            pga_effect_read(run, create->query,
                            create->into && create->into->skip_data ? PGA_READING_LOOKED_AT
                                                                    : PGA_READING_PLANNED);
        return;
    }
    pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_EXCLUSIVE);
    pga_effect_read(run, statement->view_stmt->query, PGA_READING_LOOKED_AT);
}

static void
copy(PgaEffectRun *run, const PgaAction *action)
{
    const PgQuery__CopyStmt *statement = action->statement->copy_stmt;
    const Query query = {.run = run, .planned = TRUE};

    if (statement->query) {
        pga_effect_read(run, statement->query, PGA_READING_PLANNED);
    } else if (!statement->is_from) {
        pga_effect_lock_relation(run, action->relation, PGA_LOCK_ACCESS_SHARE);
        pga_effect_scan(run, action->relation);
    } else if (action->relation) {
        pga_effect_lock_relation(run, action->relation, PGA_LOCK_ROW_EXCLUSIVE);
        check_references(&query, action->relation, NULL);
    }
}

void
pga_effect_query(PgaEffectRun *run, const PgaAction *action)
{
    if (action->statement->node_case == CASE(MERGE_STMT) && run->major < 15)
        run->effect->refused = TRUE;
    if (action->kind == PGA_ACTION_REFRESH)
        refresh(run, action);
    else if (action->kind == PGA_ACTION_CREATE_VIEW ||
             action->statement->node_case == CASE(CREATE_TABLE_AS_STMT))
        create_view(run, action);
    else if (action->statement->node_case == CASE(COPY_STMT))
        copy(run, action);
    else
        pga_effect_read(run, action->statement, PGA_READING_PLANNED);
}
