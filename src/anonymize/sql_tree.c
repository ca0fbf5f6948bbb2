/* Every node of a tree: constants get what their place wants, the rest goes on downwards. */
#include <string.h>

#include "sql_tree_internal.h"

gboolean
pga_sql_token_of(const SqlWalk *walk, const json_t *fields, guint *i)
{
    const json_int_t location = json_integer_value(json_object_get(fields, "location"));

    return walk->text && location >= (json_int_t)walk->offset &&
           pga_sql_text_at(walk->text, (guint)(location - (json_int_t)walk->offset), i) &&
           !pga_sql_text_token(walk->text, *i)->text;
}

static gboolean
is_string(const SqlWalk *walk, guint i)
{
    const SqlTokenKind kind = pga_sql_text_token(walk->text, i)->kind;

    return kind == SQL_STRING || kind == SQL_DOLLAR;
}

static void
replace_number(SqlWalk *walk, guint i, const PgaValueType *want)
{
    const gboolean is_negative = pga_sql_text_is(walk->text, i, "-");
    const guint at = is_negative ? i + 1 : i;
    g_autofree char *digits = NULL, *number = NULL;
    char *mapped;

    if (at >= walk->text->tokens->len || pga_sql_text_token(walk->text, at)->kind != SQL_NUMBER)
        return;
    digits = pga_sql_text_value(walk->text, at);
    number = g_strconcat(is_negative ? "-" : "", digits, NULL);
    mapped = pga_sql_number(walk->map, number, want);
    if (!mapped)
        return;
    if (is_negative)
        pga_sql_text_replace(walk->text, i, g_strdup(""));
    if (*mapped == '-') {
        g_autofree char *negative = mapped;

        mapped = g_strdup_printf("(%s)", negative);
    }
    pga_sql_text_replace(walk->text, at, mapped);
}

void
pga_sql_constant(SqlWalk *walk, const json_t *constant, const PgaValueType *want)
{
    guint i;

    if (!pga_sql_token_of(walk, constant, &i))
        return;
    if (is_string(walk, i)) {
        g_autofree char *value = pga_sql_text_value(walk->text, i);

        pga_sql_text_replace(walk->text, i, pga_sql_string(walk->map, value, SQL_USE_VALUE, want));
    } else if (want) {
        replace_number(walk, i, want);
    }
}

void
pga_sql_constant_as(SqlWalk *walk, const json_t *constant, SqlStringUse use)
{
    g_autofree char *value = NULL;
    guint i;

    if (!pga_sql_token_of(walk, constant, &i) || !is_string(walk, i))
        return;
    value = pga_sql_text_value(walk->text, i);
    pga_sql_text_replace(walk->text, i, pga_sql_string(walk->map, value, use, NULL));
}

/* Numbers are written as texts of what they are cast to: '-5'::integer. */
static gboolean
holds_numbers(const PgaValueType *type)
{
    for (; type; type = type->element)
        if (pga_value_type_is_number(type))
            return TRUE;
    return FALSE;
}

static gboolean
is_number(const PgaValueType *type)
{
    return type && pga_value_type_is_number(type);
}

static void
keep_constant(SqlWalk *walk, const json_t *constant)
{
    guint i;

    if (pga_sql_token_of(walk, constant, &i) && is_string(walk, i)) {
        const SqlToken *token = pga_sql_text_token(walk->text, i);

        pga_sql_text_replace(walk->text, i,
                             g_strndup(walk->text->sql + token->start, token->end - token->start));
    }
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

static void
walk_cast(SqlWalk *walk, const SqlScope *scope, const json_t *cast, const PgaValueType *want)
{
    g_autofree char *typname = NULL;
    const PgaValueType *type = pga_sql_type(walk, json_object_get(cast, "typeName"), &typname);
    const json_t *argument = json_object_get(cast, "arg");
    const json_t *constant = pga_node_as(argument, "A_Const");
    const SqlStringUse use = pga_sql_use_of_type(typname);

    if (use != SQL_USE_VALUE && constant)
        pga_sql_constant_as(walk, constant, use);
    else if (constant && holds_numbers(type) && !want)
        keep_constant(walk, constant);
    else if (constant)
        pga_sql_constant(walk, constant, is_number(want) && is_number(type) ? want : type);
    else
        pga_sql_walk(walk, scope, argument,
                     is_number(want) && is_number(type) ? want
                     : want                             ? type
                                                        : NULL);
}

static void
walk_case(SqlWalk *walk, const SqlScope *scope, const json_t *fields, const PgaValueType *want)
{
    const json_t *argument = json_object_get(fields, "arg");
    const PgaValueType *type = argument ? pga_sql_classify(walk, scope, argument) : NULL;
    size_t i;
    json_t *node;

    pga_sql_walk(walk, scope, argument, NULL);
    json_array_foreach(json_object_get(fields, "args"), i, node)
    {
        const json_t *when = pga_node_as(node, "CaseWhen");

        pga_sql_walk(walk, scope, json_object_get(when, "expr"), type);
        pga_sql_walk(walk, scope, json_object_get(when, "result"), want);
    }
    pga_sql_walk(walk, scope, json_object_get(fields, "defresult"), want);
}

/* One of COALESCE's arguments is a value like another. */
static void
walk_alike(SqlWalk *walk, const SqlScope *scope, const json_t *node, const json_t *fields,
           const PgaValueType *want)
{
    const PgaValueType *type = pga_sql_classify(walk, scope, node);

    pga_sql_walk_each(walk, scope, json_object_get(fields, "args"), type ? type : want);
}

static void
walk_array(SqlWalk *walk, const SqlScope *scope, const json_t *fields, const PgaValueType *want)
{
    if (want && want->kind == PGA_VALUE_ARRAY)
        want = want->element;
    pga_sql_walk_each(walk, scope, json_object_get(fields, "elements"), want);
}

static void
walk_sublink(SqlWalk *walk, const SqlScope *scope, const json_t *fields)
{
    const json_t *select = pga_node_as(json_object_get(fields, "subselect"), "SelectStmt");

    pga_sql_walk(walk, scope, json_object_get(fields, "testexpr"), NULL);
    if (select)
        pga_sql_query(walk, scope, select);
}

static void
walk_members(SqlWalk *walk, const SqlScope *scope, const json_t *node)
{
    const char *key;
    json_t *value;
    size_t i;

    json_array_foreach(node, i, value)
    {
        pga_sql_walk(walk, scope, value, NULL);
    }
    json_object_foreach((json_t *)node, key, value)
    {
        if (json_is_array(value) ||
            (json_is_object(value) && !pga_sql_statement(walk, scope, key, value)))
            pga_sql_walk(walk, scope, value, NULL);
    }
}

/* TRUE when it was a node whose constants are like one another. */
static gboolean
walk_values(SqlWalk *walk, const SqlScope *scope, const json_t *node, const PgaValueType *want)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    if (strcmp(kind, "CaseExpr") == 0)
        walk_case(walk, scope, fields, want);
    else if (strcmp(kind, "CoalesceExpr") == 0 || strcmp(kind, "MinMaxExpr") == 0)
        walk_alike(walk, scope, node, fields, want);
    else if (strcmp(kind, "A_ArrayExpr") == 0)
        walk_array(walk, scope, fields, want);
    else if (strcmp(kind, "CollateClause") == 0)
        pga_sql_walk(walk, scope, json_object_get(fields, "arg"), want);
    else if (strcmp(kind, "RowExpr") == 0)
        pga_sql_walk_each(walk, scope, json_object_get(fields, "args"), want);
    else if (strcmp(kind, "List") == 0)
        pga_sql_walk_each(walk, scope, json_object_get(fields, "items"), want);
    else
        return FALSE;
    return TRUE;
}

void
pga_sql_walk(SqlWalk *walk, const SqlScope *scope, const json_t *node, const PgaValueType *want)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    if (!kind || !json_is_object(fields))
        kind = "";
    if (strcmp(kind, "A_Const") == 0)
        pga_sql_constant(walk, fields, want);
    else if (strcmp(kind, "TypeCast") == 0)
        walk_cast(walk, scope, fields, want);
    else if (strcmp(kind, "A_Expr") == 0)
        pga_sql_compare(walk, scope, fields);
    else if (strcmp(kind, "FuncCall") == 0)
        pga_sql_call(walk, scope, fields);
    else if (strcmp(kind, "SubLink") == 0)
        walk_sublink(walk, scope, fields);
    else if (!*kind || !walk_values(walk, scope, node, want))
        walk_members(walk, scope, node);
}

void
pga_sql_walk_each(SqlWalk *walk, const SqlScope *scope, const json_t *list,
                  const PgaValueType *want)
{
    size_t i;
    json_t *node;

    if (!json_is_array(list)) {
        pga_sql_walk(walk, scope, list, want);
        return;
    }
    json_array_foreach(list, i, node)
    {
        pga_sql_walk(walk, scope, node, want);
    }
}

/* NOLINTEND(misc-no-recursion) */
