/* SQL of the commonest expressions: what the deparser would write, at a tenth of its cost. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

/** Where SQL goes. */
typedef struct {
    PgaState *state;
    GString *text;
} Writer;

static gboolean write_node(Writer *writer, const PgQuery__Node *node);

static gboolean
write_constant(Writer *writer, const PgQuery__AConst *constant)
{
    g_autofree char *literal = NULL;

    if (constant->isnull) {
        g_string_append(writer->text, "NULL");
        return TRUE;
    }
    switch ((int)constant->val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
        g_string_append_printf(writer->text, "%d", constant->ival->ival);
        return TRUE;
    case PG_QUERY__A__CONST__VAL_FVAL:
        g_string_append(writer->text, constant->fval->fval);
        return TRUE;
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
        g_string_append(writer->text, constant->boolval->boolval ? "true" : "false");
        return TRUE;
    case PG_QUERY__A__CONST__VAL_SVAL:
        literal = pga_quote_literal(constant->sval->sval);
        g_string_append(writer->text, literal);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean
write_names(Writer *writer, size_t n, PgQuery__Node **names)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *quoted = NULL;

        if (names[i]->node_case != PG_QUERY__NODE__NODE_STRING)
            return FALSE;
        quoted = pga_quote_identifier(names[i]->string->sval);
        g_string_append_printf(writer->text, "%s%s", i ? "." : "", quoted);
    }
    return TRUE;
}

static gboolean
write_list(Writer *writer, const char *open, size_t n, PgQuery__Node **nodes, const char *close)
{
    g_string_append(writer->text, open);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            g_string_append(writer->text, ", ");
        if (!write_node(writer, nodes[i]))
            return FALSE;
    }
    g_string_append(writer->text, close);
    return TRUE;
}

static gboolean
write_call(Writer *writer, const PgQuery__FuncCall *call)
{
    gboolean plain = !call->agg_star && !call->over && !call->agg_filter &&
                     call->n_agg_order == 0 && !call->agg_distinct && !call->func_variadic &&
                     call->funcformat != PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX;

    return plain && write_names(writer, call->n_funcname, call->funcname) &&
           write_list(writer, "(", call->n_args, call->args, ")");
}

static gboolean
needs_parentheses(const PgQuery__Node *node)
{
    return node->node_case == PG_QUERY__NODE__NODE_A_EXPR ||
           node->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR ||
           node->node_case == PG_QUERY__NODE__NODE_NULL_TEST;
}

static gboolean
write_operand(Writer *writer, const PgQuery__Node *node)
{
    if (!node || !needs_parentheses(node))
        return node && write_node(writer, node);
    g_string_append_c(writer->text, '(');
    if (!write_node(writer, node))
        return FALSE;
    g_string_append_c(writer->text, ')');
    return TRUE;
}

static gboolean
write_in(Writer *writer, const PgQuery__AExpr *expression, const char *operator_)
{
    const PgQuery__Node *list = expression->rexpr;

    if (!list || list->node_case != PG_QUERY__NODE__NODE_LIST ||
        !write_operand(writer, expression->lexpr))
        return FALSE;
    return write_list(writer, g_str_equal(operator_, "=") ? " IN (" : " NOT IN (",
                      list->list->n_items, list->list->items, ")");
}

static gboolean
write_operator(Writer *writer, const PgQuery__AExpr *expression)
{
    const char *operator_ = expression->n_name == 1 ? pga_state_string(expression->name[0]) : "";

    if (expression->kind == PG_QUERY__A__EXPR__KIND__AEXPR_IN)
        return write_in(writer, expression, operator_);
    if (expression->kind != PG_QUERY__A__EXPR__KIND__AEXPR_OP || !*operator_)
        return FALSE;
    if (expression->lexpr) {
        if (!write_operand(writer, expression->lexpr))
            return FALSE;
        g_string_append_c(writer->text, ' ');
    }
    g_string_append_printf(writer->text, "%s ", operator_);
    return write_operand(writer, expression->rexpr);
}

static gboolean
write_boolean(Writer *writer, const PgQuery__BoolExpr *expression)
{
    const char *word = expression->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR ? " AND " : " OR ";

    if (expression->boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) {
        g_string_append(writer->text, "NOT ");
        word = "";
    }
    for (size_t i = 0; i < expression->n_args; i++) {
        gboolean nested = expression->args[i]->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR;

        if (i > 0)
            g_string_append(writer->text, word);
        if (!(nested || !*word ? write_operand(writer, expression->args[i])
                               : write_node(writer, expression->args[i])))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_null_test(Writer *writer, const PgQuery__NullTest *test)
{
    if (!write_operand(writer, test->arg))
        return FALSE;
    g_string_append(writer->text, test->nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL
                                      ? " IS NULL"
                                      : " IS NOT NULL");
    return TRUE;
}

/* "-1::integer" would be something else */
static gboolean
is_negative(const PgQuery__Node *node)
{
    if (node->node_case != PG_QUERY__NODE__NODE_A_CONST)
        return FALSE;
    return (node->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL &&
            node->a_const->ival->ival < 0) ||
           (node->a_const->val_case == PG_QUERY__A__CONST__VAL_FVAL &&
            node->a_const->fval->fval[0] == '-');
}

static gboolean
write_cast(Writer *writer, const PgQuery__TypeCast *cast)
{
    PgaStateTypeName type;

    if (!cast->arg || is_negative(cast->arg) || !write_operand(writer, cast->arg))
        return FALSE;
    pga_state_type_name(writer->state, cast->type_name, &type);
    g_string_append_printf(writer->text, "::%s", type.type);
    return *type.type != '\0';
}

static gboolean
write_node(Writer *writer, const PgQuery__Node *node)
{
    switch ((int)node->node_case) {
    case PG_QUERY__NODE__NODE_A_CONST:
        return write_constant(writer, node->a_const);
    case PG_QUERY__NODE__NODE_COLUMN_REF:
        return write_names(writer, node->column_ref->n_fields, node->column_ref->fields);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
        return write_call(writer, node->func_call);
    case PG_QUERY__NODE__NODE_A_EXPR:
        return write_operator(writer, node->a_expr);
    case PG_QUERY__NODE__NODE_BOOL_EXPR:
        return write_boolean(writer, node->bool_expr);
    case PG_QUERY__NODE__NODE_NULL_TEST:
        return write_null_test(writer, node->null_test);
    case PG_QUERY__NODE__NODE_TYPE_CAST:
        return write_cast(writer, node->type_cast);
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
        return write_list(writer, "COALESCE(", node->coalesce_expr->n_args,
                          node->coalesce_expr->args, ")");
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
        return write_list(writer, "ARRAY[", node->a_array_expr->n_elements,
                          node->a_array_expr->elements, "]");
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
        g_string_append(writer->text, "CURRENT_TIMESTAMP");
        return node->sqlvalue_function->op ==
               PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_TIMESTAMP;
    default:
        return FALSE;
    }
}

char *
pga_state_simple_expression(PgaState *state, const PgQuery__Node *expression)
{
    Writer writer = {state, g_string_new(NULL)};
    gboolean written = write_node(&writer, expression);

    return g_string_free(writer.text, !written);
}

/* NOLINTEND(misc-no-recursion) */
