/* Strangers' SQL expressions. The text between brackets must be one expression by PostgreSQL's
 * grammar; before that its tokens must not be able to leave the brackets. */
#include "parse/requirements.h"

#include <base/error.h>
#include <string.h>

#include "expression_internal.h"
#include "parse/node.h"
#include "query_tokens_internal.h"

enum { MAX_TEXT = 8192 };

static gboolean
refuse(GError **error, const char *why)
{
    pga_error_set(error, PGA_ERROR_INPUT, "%s", why);
    return FALSE;
}

/* A comment is what the tokens do not show: two signs that begin one, touching. */
static gboolean
has_comment(const char *text, const GArray *tokens)
{
    const char *at = text;

    for (guint i = 0; i <= tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);
        const char *end = i < tokens->len ? token->text : text + strlen(text);

        for (; at < end; at++)
            if (!g_ascii_isspace(*at))
                return TRUE;
        if (i < tokens->len)
            at = token->text + token->length;
    }
    return FALSE;
}

/* Why the tokens are no expression; NULL: they may be one. */
static const char *
token_fault(const char *text)
{
    g_autoptr(GArray) tokens = NULL;
    guint depth = 0;

    if (!pga_query_text_is_whole(text, strlen(text)))
        return "it ends inside a quote or a comment";
    tokens = pga_query_tokens(text, strlen(text));
    if (tokens->len == 0)
        return "it is empty";
    if (has_comment(text, tokens))
        return "comments are not allowed in it";
    for (guint i = 0; i < tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (token->kind == QUERY_SEMICOLON)
            return "it is more than one expression";
        if (token->kind == QUERY_OPEN)
            depth++;
        if (token->kind == QUERY_CLOSE && depth-- == 0)
            return "it closes a bracket that it did not open";
    }
    return depth > 0 ? "it opens a bracket that it does not close" : NULL;
}

static void
add_column(const json_t *ref, GPtrArray *columns)
{
    const json_t *fields = json_object_get(ref, "fields");
    GString *name = g_string_new(NULL);

    for (size_t i = 0; i < json_array_size(fields); i++) {
        const char *part = pga_node_string(json_array_get(fields, i));

        g_string_append_printf(name, "%s%s", i > 0 ? "." : "", part ? part : "*");
    }
    g_ptr_array_add(columns, g_string_free(name, FALSE));
}

/* Operators of other languages that PostgreSQL's grammar takes. */
static gboolean
is_foreign_operator(const json_t *expression)
{
    static const char *const foreign[] = {"==", "===", "!==", NULL};
    const json_t *names = json_object_get(expression, "name");
    const char *name = pga_node_string(json_array_get(names, 0));

    return name && g_strv_contains(foreign, name);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */
/* Gathers columns; what is wrong at a subquery, NULL else. */
static const char *
walk(const json_t *node, GPtrArray *columns)
{
    const char *fault = NULL;
    const char *key;
    json_t *member;
    size_t i;

    if (json_is_array(node)) {
        for (i = 0; !fault && i < json_array_size(node); i++)
            fault = walk(json_array_get(node, i), columns);
        return fault;
    }
    json_object_foreach((json_t *)node, key, member)
    {
        if (!strcmp(key, "SubLink") || !strcmp(key, "SelectStmt"))
            return "subqueries are not allowed in it";
        if (!strcmp(key, "A_Expr") && is_foreign_operator(member))
            return "it compares by an operator that PostgreSQL does not have: = is meant";
        if (!strcmp(key, "ColumnRef"))
            add_column(member, columns);
        else if ((fault = walk(member, columns)))
            return fault;
    }
    return NULL;
}
/* NOLINTEND(misc-no-recursion) */

/* The only expression of "SELECT (…)"; NULL when it is more or something else. */
static const json_t *
only_expression(const json_t *tree)
{
    const json_t *statements = json_object_get(tree, "stmts"), *select, *target, *value;

    select = pga_node_as(json_object_get(json_array_get(statements, 0), "stmt"), "SelectStmt");
    target = pga_node_as(json_array_get(json_object_get(select, "targetList"), 0), "ResTarget");
    value = json_object_get(target, "val");
    if (json_array_size(statements) != 1 || json_object_size(select) != 3 ||
        json_array_size(json_object_get(select, "targetList")) != 1 ||
        json_object_get(target, "name") || json_object_get(target, "indirection") ||
        pga_node_as(value, "RowExpr"))
        return NULL;
    return value;
}

gboolean
pga_expression_check(const char *text, GPtrArray **columns, GError **error)
{
    const char *fault = strlen(text) > MAX_TEXT ? "it is too long" : token_fault(text);
    g_autofree char *sql = NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    const json_t *expression;
    json_t *tree;

    if (fault)
        return refuse(error, fault);
    sql = g_strconcat("SELECT (", text, "\n)", NULL);
    tree = pga_node_parse(sql);
    expression = tree ? only_expression(tree) : NULL;
    fault = tree ? "it is more than one expression" : "it is no SQL expression";
    fault = expression ? walk(expression, found) : fault;
    json_decref(tree);
    if (fault)
        return refuse(error, fault);
    if (columns)
        *columns = g_steal_pointer(&found);
    return TRUE;
}

char *
pga_expression_edit(const char *text, PgaExpressionEdit edit, gpointer data)
{
    g_autoptr(GArray) tokens = pga_query_tokens(text, strlen(text));
    GString *out = g_string_new(NULL);
    const char *at = text;

    for (guint i = 0; i < tokens->len;) {
        const QueryToken *token = pga_query_token(tokens, i);
        guint taken = 0;
        g_autofree char *put = edit(tokens, i, &taken, data);

        if (put) {
            const QueryToken *last = pga_query_token(tokens, i + taken - 1);

            g_string_append_len(out, at, token->text - at);
            g_string_append(out, put);
            at = last->text + last->length;
        }
        i += MAX(taken, 1);
    }
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}
