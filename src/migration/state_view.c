/* Views, materialised views and CREATE TABLE AS: what they read, and their columns as far as a
 * query tells them. */
#include <string.h>

#include "migration/action.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

static void
add_once(PgaState *state, GPtrArray *array, gpointer element)
{
    if (!g_ptr_array_find(array, element, NULL))
        pga_state_array_add(state, array, element);
}

static gboolean
view_reads(PgaState *state, PgaStateRelation *view, const PgaStateQueryParts *parts)
{
    for (guint i = 0; i < parts->ranges->len; i++) {
        PgaStateRelation *read = pga_state_need(state, g_ptr_array_index(parts->ranges, i), FALSE);

        if (!read && state->memory->refusal)
            return FALSE;
        if (!read || read == view || read->depth >= PGA_STATE_MAX_DEPTH)
            continue;
        view->depth = MAX(view->depth, read->depth + 1);
        add_once(state, view->reads, read);
        add_once(state, read->dependents, view);
    }
    return TRUE;
}

static void
keep_words(PgaState *state, PgaStateRelation *view, GHashTable *words)
{
    GHashTableIter all;
    gpointer word;

    view->query_words = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(state->memory->tables, view->query_words);
    g_hash_table_iter_init(&all, words);
    while (g_hash_table_iter_next(&all, &word, NULL))
        g_hash_table_add(view->query_words, pga_state_keep(state, word));
}

void
pga_state_view_words(PgaState *state, PgaStateRelation *view, const PgQuery__Node *query)
{
    PgaStateQueryParts parts;

    pga_state_query_parts(query, &parts);
    keep_words(state, view, parts.words);
    pga_state_query_parts_clear(&parts);
}

/* @query of what is created now: nothing of it is remembered for ROLLBACK but the links. */
gboolean
pga_state_view_reads(PgaState *state, PgaStateRelation *view, const PgQuery__Node *query)
{
    PgaStateQueryParts parts;
    gboolean found;

    pga_state_query_parts(query, &parts);
    found = view_reads(state, view, &parts);
    keep_words(state, view, parts.words);
    pga_state_query_parts_clear(&parts);
    return found;
}

typedef struct {
    PgaState *state;
    PgaStateRelation *view;
    const PgQuery__SelectStmt *select;
    GPtrArray *sources; /* of PgaStateRelation *: of the FROM list, NULL not known */
    GPtrArray *aliases; /* of const char * */
} Columns;

static void
add_source(Columns *columns, const PgQuery__Node *item)
{
    if (item->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
        if (item->join_expr->larg)
            add_source(columns, item->join_expr->larg);
        if (item->join_expr->rarg)
            add_source(columns, item->join_expr->rarg);
    } else if (item->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) {
        const PgQuery__RangeVar *range = item->range_var;

        g_ptr_array_add(columns->sources, pga_state_find(columns->state, range));
        g_ptr_array_add(columns->aliases, range->alias ? range->alias->aliasname : range->relname);
    } else {
        g_ptr_array_add(columns->sources, NULL);
        g_ptr_array_add(columns->aliases, (gpointer) "");
    }
}

static PgaStateColumn *
add_column(Columns *columns, const char *name)
{
    PgaStateColumn *column = pga_state_column_new(columns->state, name);

    pga_state_array_add(columns->state, columns->view->columns, column);
    return column;
}

static void
take_type(PgaStateColumn *column, const PgaStateColumn *of)
{
    column->type = of->type;
    column->typname = of->typname;
    column->domain = of->domain;
    column->typmod[0] = of->typmod[0];
    column->typmod[1] = of->typmod[1];
    column->collation = of->collation;
}

/* "*" and "t.*" */
static void
add_star(Columns *columns, const char *alias)
{
    for (guint i = 0; i < columns->sources->len; i++) {
        const PgaStateRelation *source = g_ptr_array_index(columns->sources, i);

        if (alias && !g_str_equal(g_ptr_array_index(columns->aliases, i), alias))
            continue;
        if (!source || source->open)
            columns->view->open = TRUE;
        for (guint k = 0; source && k < source->columns->len; k++) {
            const PgaStateColumn *of = g_ptr_array_index(source->columns, k);

            take_type(add_column(columns, of->name), of);
        }
    }
}

/* (nullable): the column of one source that is meant */
static const PgaStateColumn *
referenced(const Columns *columns, const PgQuery__ColumnRef *ref)
{
    const char *name = pga_state_names(ref->n_fields, ref->fields, NULL);
    const char *alias = ref->n_fields > 1 ? pga_state_string(ref->fields[ref->n_fields - 2]) : NULL;
    const PgaStateColumn *found = NULL;

    for (guint i = 0; !found && i < columns->sources->len; i++) {
        const PgaStateRelation *source = g_ptr_array_index(columns->sources, i);

        if (source && (!alias || g_str_equal(g_ptr_array_index(columns->aliases, i), alias)))
            found = pga_state_column(source, name);
    }
    return found;
}

static void
set_plain_type(PgaState *state, PgaStateColumn *column, const char *formatted)
{
    PgaStateTypeName type;

    pga_state_type_of_text(state, formatted, &type);
    column->type = (char *)type.type;
    column->typname = (char *)type.typname;
}

static const char *
constant_type(const PgQuery__AConst *constant)
{
    switch ((int)constant->val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
        return "integer";
    case PG_QUERY__A__CONST__VAL_FVAL:
        return "numeric";
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
        return "boolean";
    default:
        return "text";
    }
}

static void
set_type(Columns *columns, PgaStateColumn *column, const PgQuery__Node *value)
{
    const PgaStateColumn *of;
    PgaStateTypeName type;

    if (value->node_case == PG_QUERY__NODE__NODE_COLUMN_REF && value->column_ref) {
        of = referenced(columns, value->column_ref);
        if (of)
            take_type(column, of);
    } else if (value->node_case == PG_QUERY__NODE__NODE_TYPE_CAST) {
        pga_state_type_name(columns->state, value->type_cast->type_name, &type);
        pga_state_column_set_type(columns->state, column, &type);
    } else if (value->node_case == PG_QUERY__NODE__NODE_A_CONST) {
        set_plain_type(columns->state, column, constant_type(value->a_const));
    } else if (value->node_case == PG_QUERY__NODE__NODE_FUNC_CALL &&
               g_str_equal(
                   pga_state_names(value->func_call->n_funcname, value->func_call->funcname, NULL),
                   "count")) {
        set_plain_type(columns->state, column, "bigint");
    }
}

static void
add_target(Columns *columns, const PgQuery__ResTarget *target)
{
    const PgQuery__Node *value = target->val;
    const PgQuery__ColumnRef *ref =
        value && value->node_case == PG_QUERY__NODE__NODE_COLUMN_REF ? value->column_ref : NULL;
    g_autofree char *figured = NULL;

    if (!value)
        return;
    if (ref && ref->n_fields > 0 &&
        ref->fields[ref->n_fields - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR) {
        add_star(columns,
                 ref->n_fields > 1 ? pga_state_string(ref->fields[ref->n_fields - 2]) : NULL);
        return;
    }
    if (!*target->name)
        figured = pga_state_figure_name(value);
    set_type(columns,
             add_column(columns, *target->name ? target->name
                                 : figured     ? figured
                                               : "?column?"),
             value);
}

static const PgQuery__SelectStmt *
leftmost(const PgQuery__SelectStmt *select)
{
    while (select->larg)
        select = select->larg;
    return select;
}

static void
rename_columns(PgaState *state, PgaStateRelation *view, size_t n, PgQuery__Node **names)
{
    for (size_t i = 0; i < n && i < view->columns->len; i++) {
        PgaStateColumn *column = g_ptr_array_index(view->columns, i);

        column->name = pga_state_keep(state, pga_state_string(names[i]));
    }
}

static void
query_columns(PgaState *state, PgaStateRelation *view, const PgQuery__Node *query, size_t n_names,
              PgQuery__Node **names)
{
    g_autoptr(GPtrArray) sources = g_ptr_array_new(), aliases = g_ptr_array_new();
    Columns columns = {state, view, NULL, sources, aliases};

    if (!query || query->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
        view->open = TRUE;
        return;
    }
    columns.select = leftmost(query->select_stmt);
    for (size_t i = 0; i < columns.select->n_from_clause; i++)
        add_source(&columns, columns.select->from_clause[i]);
    for (size_t i = 0; i < columns.select->n_target_list; i++)
        if (columns.select->target_list[i]->node_case == PG_QUERY__NODE__NODE_RES_TARGET)
            add_target(&columns, columns.select->target_list[i]->res_target);
    if (columns.select->n_values_lists > 0)
        view->open = TRUE;
    rename_columns(state, view, n_names, names);
}

/* What depended on the view depends on what takes its place. */
static void
replace(PgaState *state, PgaStateRelation *old, PgaStateRelation *view)
{
    for (guint i = 0; i < old->reads->len; i++)
        pga_state_array_remove(
            state, ((PgaStateRelation *)g_ptr_array_index(old->reads, i))->dependents, old);
    for (guint i = 0; i < old->dependents->len; i++) {
        PgaStateRelation *dependent = g_ptr_array_index(old->dependents, i);

        pga_state_array_add(state, view->dependents, dependent);
        pga_state_array_remove(state, dependent->reads, old);
        pga_state_array_add(state, dependent->reads, view);
    }
    view->created_in = old->created_in;
    view->created_transaction = old->created_transaction;
}

gboolean
pga_state_apply_view(PgaState *state, const PgQuery__ViewStmt *statement)
{
    PgaStateRelation *old = NULL, *view;
    const char *nspname;

    if (statement->replace) {
        nspname = pga_state_creation_schema(state, statement->view);
        old = nspname ? pga_state_relation(state, nspname, statement->view->relname) : NULL;
    }
    if (old && old->kind != 'v' && !old->assumed)
        return pga_state_refuse(state, "\"%s\" is not a view", old->relname);
    if (!old && !pga_state_may_create(state, statement->view, FALSE, &nspname))
        return FALSE;
    view = pga_state_create_relation(state, statement->view, nspname, 'v');
    query_columns(state, view, statement->query, statement->n_aliases, statement->aliases);
    if (old)
        replace(state, old, view);
    pga_state_relation_register(state, view);
    view->query = pga_state_statement(state, statement->query);
    return pga_state_view_reads(state, view, statement->query);
}

gboolean
pga_state_create_from_query(PgaState *state, const PgQuery__IntoClause *into,
                            const PgQuery__Node *query, char kind, gboolean if_not_exists)
{
    PgaStateRelation *relation;
    const char *nspname;

    if (!into || !into->rel)
        return TRUE;
    if (!pga_state_may_create(state, into->rel, if_not_exists, &nspname))
        return !state->memory->refusal;
    relation = pga_state_create_relation(state, into->rel, nspname, kind);
    relation->filled = !into->skip_data;
    query_columns(state, relation, query, into->n_col_names, into->col_names);
    pga_state_relation_register(state, relation);
    if (kind != 'm')
        return TRUE;
    relation->query = pga_state_statement(state, query);
    return pga_state_view_reads(state, relation, query);
}

gboolean
pga_state_apply_create_as(PgaState *state, const PgQuery__CreateTableAsStmt *statement)
{
    gboolean view = statement->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;

    return pga_state_create_from_query(state, statement->into, statement->query, view ? 'm' : 'r',
                                       statement->if_not_exists);
}

/* NOLINTEND(misc-no-recursion) */
