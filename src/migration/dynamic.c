/* SQL expressions of string literals: '…' || '…', format('…') with literals. Anything else depends
 * on what the server finds. */
#include "body_internal.h"
#include "depth_internal.h"
#include <base/text.h>
#include <pg_query.h>
#include <string.h>

enum { MAX_TEXT = 1 << 15, MAX_LEVELS = 100 };

const char pga_migration_dynamic[] = "cannot be read: dynamic SQL";

/* NOLINTBEGIN(misc-no-recursion): as deep as MAX_LEVELS */
static char *fold(const PgQuery__Node *node, guint level);

static char *
fold_concatenation(const PgQuery__AExpr *expression, guint level)
{
    g_autofree char *left = NULL, *right = NULL;

    if (expression->n_name != 1 || expression->name[0]->node_case != PG_QUERY__NODE__NODE_STRING ||
        strcmp(expression->name[0]->string->sval, "||") != 0)
        return NULL;
    left = fold(expression->lexpr, level);
    right = fold(expression->rexpr, level);
    return left && right ? g_strconcat(left, right, NULL) : NULL;
}

static char *
convert(char conversion, const char *value)
{
    if (conversion == 'I')
        return pga_quote_identifier(value);
    if (conversion == 'L')
        return pga_quote_literal(value);
    return conversion == 's' ? g_strdup(value) : NULL;
}

/* format() without widths and places. */
static char *
fold_format(const PgQuery__FuncCall *call, guint level)
{
    g_autofree char *format = fold(call->args[0], level);
    g_autoptr(GString) out = g_string_new(NULL);
    size_t next = 1;

    for (const char *p = format; p && *p; p++) {
        g_autofree char *value = NULL, *converted = NULL;

        if (*p != '%' || *++p == '%') {
            g_string_append_c(out, *p);
            continue;
        }
        value = next < call->n_args ? fold(call->args[next++], level) : NULL;
        converted = value ? convert(*p, value) : NULL;
        if (!converted)
            return NULL;
        g_string_append(out, converted);
    }
    return format ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static char *
fold_call(const PgQuery__FuncCall *call, guint level)
{
    const PgQuery__Node *name = call->n_funcname > 0 ? call->funcname[call->n_funcname - 1] : NULL;

    if (!name || name->node_case != PG_QUERY__NODE__NODE_STRING || call->n_args == 0)
        return NULL;
    if (strcmp(name->string->sval, "format") == 0)
        return fold_format(call, level);
    if (strcmp(name->string->sval, "quote_ident") == 0 && call->n_args == 1) {
        g_autofree char *value = fold(call->args[0], level);

        return value ? pga_quote_identifier(value) : NULL;
    }
    return NULL;
}

/* (nullable) */
static char *
fold(const PgQuery__Node *node, guint level)
{
    if (!node || level > MAX_LEVELS)
        return NULL;
    if (node->node_case == PG_QUERY__NODE__NODE_A_CONST)
        return node->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL
                   ? g_strdup(node->a_const->sval->sval)
                   : NULL;
    if (node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
        return fold(node->type_cast->arg, level + 1);
    if (node->node_case == PG_QUERY__NODE__NODE_A_EXPR)
        return fold_concatenation(node->a_expr, level + 1);
    if (node->node_case == PG_QUERY__NODE__NODE_FUNC_CALL)
        return fold_call(node->func_call, level + 1);
    return NULL;
}

/* NOLINTEND(misc-no-recursion) */

static char *
fold_result(const PgQuery__ParseResult *parsed)
{
    const PgQuery__Node *statement = parsed->n_stmts == 1 ? parsed->stmts[0]->stmt : NULL;

    if (!statement || statement->node_case != PG_QUERY__NODE__NODE_SELECT_STMT ||
        statement->select_stmt->n_target_list != 1)
        return NULL;
    return fold(statement->select_stmt->target_list[0]->res_target->val, 0);
}

char *
pga_migration_constant(const char *expression)
{
    g_autofree char *select = g_strconcat("SELECT ", expression, NULL);
    PgQueryProtobufParseResult result;
    PgQuery__ParseResult *parsed = NULL;
    char *text = NULL;

    if (strlen(expression) > MAX_TEXT ||
        pga_migration_depth_of(expression, strlen(expression)) > MIGRATION_PLAIN_DEPTH)
        return NULL;
    result = pg_query_parse_protobuf(select);
    if (!result.error)
        parsed = pg_query__parse_result__unpack(NULL, result.parse_tree.len,
                                                (const uint8_t *)result.parse_tree.data);
    if (parsed) {
        text = fold_result(parsed);
        pg_query__parse_result__free_unpacked(parsed, NULL);
    }
    pg_query_free_protobuf_parse_result(result);
    return text;
}
