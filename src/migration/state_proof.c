/* What follows from a CHECK: NotNullImpliedByRelConstraints() in src/backend/commands/tablecmds.c.
 */
#include <string.h>

#include "state_internal.h"

#define CASE(name) PG_QUERY__NODE__NODE_##name

static gboolean
is_test(const PgQuery__Node *node, const char *column, PgQuery__NullTestType type)
{
    const PgQuery__ColumnRef *reference;

    if (node->node_case != CASE(NULL_TEST) || node->null_test->nulltesttype != type ||
        node->null_test->arg->node_case != CASE(COLUMN_REF))
        return FALSE;
    reference = node->null_test->arg->column_ref;
    return reference->n_fields > 0 &&
           strcmp(pga_state_string(reference->fields[reference->n_fields - 1]), column) == 0;
}

/* column IS NOT NULL, NOT (column IS NULL), or either as a part of AND. */
static gboolean
implies(const PgQuery__Node *expression, const char *column)
{
    g_autoptr(GPtrArray) rest = g_ptr_array_new();

    g_ptr_array_add(rest, (gpointer)expression);
    while (rest->len > 0) {
        const PgQuery__Node *node = g_ptr_array_remove_index_fast(rest, rest->len - 1);
        const PgQuery__BoolExpr *boolean =
            node->node_case == CASE(BOOL_EXPR) ? node->bool_expr : NULL;

        if (is_test(node, column, PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL))
            return TRUE;
        if (boolean && boolean->boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR &&
            is_test(boolean->args[0], column, PG_QUERY__NULL_TEST_TYPE__IS_NULL))
            return TRUE;
        for (size_t i = 0; boolean && boolean->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR &&
                           i < boolean->n_args;
             i++)
            g_ptr_array_add(rest, boolean->args[i]);
    }
    return FALSE;
}

gboolean
pga_state_expression_proves(const char *expression, const char *column)
{
    g_autofree char *sql = g_strconcat("SELECT ", expression, NULL);
    PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(sql);
    PgQuery__ParseResult *tree =
        parsed.error ? NULL
                     : pg_query__parse_result__unpack(NULL, parsed.parse_tree.len,
                                                      (uint8_t *)parsed.parse_tree.data);
    const PgQuery__Node *statement = tree && tree->n_stmts == 1 ? tree->stmts[0]->stmt : NULL;
    gboolean proves = statement && statement->node_case == CASE(SELECT_STMT) &&
                      statement->select_stmt->n_target_list == 1 &&
                      implies(statement->select_stmt->target_list[0]->res_target->val, column);

    if (tree)
        pg_query__parse_result__free_unpacked(tree, NULL);
    pg_query_free_protobuf_parse_result(parsed);
    return proves;
}
