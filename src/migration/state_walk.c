/* What expressions and queries name: columns, relations. */
#include "migration/action.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

static void
add_name(GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return;
    g_ptr_array_add(names, (gpointer)name);
}

/* Of a ColumnRef: its last name; "*"; NULL. */
static const char *
column_name(const PgQuery__ColumnRef *ref)
{
    const PgQuery__Node *last = ref->n_fields ? ref->fields[ref->n_fields - 1] : NULL;

    if (last && last->node_case == PG_QUERY__NODE__NODE_A_STAR)
        return "*";
    return last && last->node_case == PG_QUERY__NODE__NODE_STRING ? last->string->sval : NULL;
}

typedef struct {
    PgaState *state;
    GPtrArray *columns;
} ColumnVisit;

static gboolean
visit_column(const ProtobufCMessage *message, gpointer data)
{
    ColumnVisit *visit = data;
    const char *name;

    if (message->descriptor != &pg_query__column_ref__descriptor)
        return TRUE;
    name = column_name((const PgQuery__ColumnRef *)message);
    if (name && *name != '*')
        add_name(visit->columns, pga_state_keep(visit->state, name));
    return FALSE;
}

void
pga_state_columns_of(PgaState *state, const PgQuery__Node *expression, GPtrArray *columns)
{
    ColumnVisit visit = {state, columns};

    pga_tree_walk(expression, visit_column, &visit);
}

gboolean
pga_state_is_not_null_test(const PgQuery__Node *expression, GPtrArray *columns)
{
    const PgQuery__NullTest *test;
    const char *name;

    if (!expression)
        return FALSE;
    if (expression->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR) {
        const PgQuery__BoolExpr *both = expression->bool_expr;
        gboolean all = both->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR;

        for (size_t i = 0; all && i < both->n_args; i++)
            all = pga_state_is_not_null_test(both->args[i], columns);
        return all;
    }
    if (expression->node_case != PG_QUERY__NODE__NODE_NULL_TEST)
        return FALSE;
    test = expression->null_test;
    if (test->nulltesttype != PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL ||
        test->arg->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
        return FALSE;
    name = column_name(test->arg->column_ref);
    if (!name || *name == '*')
        return FALSE;
    add_name(columns, name);
    return TRUE;
}

typedef struct {
    GPtrArray *ranges;
    GHashTable *words, *ctes;
} QueryVisit;

static gboolean
visit_query(const ProtobufCMessage *message, gpointer data)
{
    QueryVisit *visit = data;
    const char *name;

    if (message->descriptor == &pg_query__range_var__descriptor) {
        g_ptr_array_add(visit->ranges, (gpointer)message);
    } else if (message->descriptor == &pg_query__common_table_expr__descriptor) {
        g_hash_table_add(visit->ctes, ((const PgQuery__CommonTableExpr *)message)->ctename);
    } else if (message->descriptor == &pg_query__column_ref__descriptor) {
        name = column_name((const PgQuery__ColumnRef *)message);
        if (name)
            g_hash_table_add(visit->words, (gpointer)name);
    }
    return TRUE;
}

static gboolean
is_cte(const QueryVisit *visit, const PgQuery__RangeVar *range)
{
    return !*range->schemaname && g_hash_table_contains(visit->ctes, range->relname);
}

void
pga_state_query_parts(const PgQuery__Node *query, PgaStateQueryParts *out)
{
    QueryVisit visit = {g_ptr_array_new(), g_hash_table_new(g_str_hash, g_str_equal),
                        g_hash_table_new(g_str_hash, g_str_equal)};

    pga_tree_walk(query, visit_query, &visit);
    for (guint i = visit.ranges->len; i-- > 0;)
        if (is_cte(&visit, g_ptr_array_index(visit.ranges, i)))
            g_ptr_array_remove_index(visit.ranges, i);
    g_hash_table_unref(visit.ctes);
    out->ranges = visit.ranges;
    out->words = visit.words;
}

void
pga_state_query_parts_clear(PgaStateQueryParts *parts)
{
    g_ptr_array_unref(parts->ranges);
    g_hash_table_unref(parts->words);
}

/* NOLINTEND(misc-no-recursion) */
