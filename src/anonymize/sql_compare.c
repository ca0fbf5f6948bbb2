/* Operators, and which kind of constant stands beside them. */
#include <string.h>

#include "sql_tree_internal.h"

/** One comparison. */
typedef struct {
    SqlWalk *walk;
    const SqlScope *scope;
    const json_t *left, *right;
    const PgaValueType *left_type, *right_type;
} Comparison;

static gboolean
is_one_of(const char *name, const char *const *names)
{
    return name && g_strv_contains(names, name);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

/* A single value is compared with what an array or a range holds. */
static const PgaValueType *
wanted_of(const json_t *node, const PgaValueType *want)
{
    const json_t *constant = pga_node_as(node, "A_Const");

    if (want && constant && !json_object_get(constant, "sval") &&
        (want->kind == PGA_VALUE_ARRAY || want->kind == PGA_VALUE_RANGE ||
         want->kind == PGA_VALUE_MULTIRANGE))
        return want->element;
    return want;
}

static gboolean
is_plain(const json_t *node)
{
    static const char *const plain[] = {"A_Const",      "A_ArrayExpr", "RowExpr",       "List",
                                        "CoalesceExpr", "MinMaxExpr",  "CollateClause", NULL};
    const json_t *fields, *cast;

    while ((cast = pga_node_as(node, "TypeCast")))
        node = json_object_get(cast, "arg");
    return is_one_of(pga_node_kind(node, &fields), plain);
}

void
pga_sql_operand(SqlWalk *walk, const SqlScope *scope, const json_t *node, const PgaValueType *want)
{
    const json_t *items = json_object_get(pga_node_as(node, "List"), "items");
    size_t i;
    json_t *item;

    json_array_foreach(items, i, item)
    {
        pga_sql_operand(walk, scope, item, want);
    }
    if (items)
        return;
    if (is_plain(node)) {
        pga_sql_walk(walk, scope, node, wanted_of(node, want));
        return;
    }
    if (want && walk->text && pga_sql_is_constant(node))
        pga_sql_shift(walk, node, want);
    pga_sql_walk(walk, scope, node, NULL);
}

/* (a, b) = (1, 2): each with its own. */
static gboolean
compare_rows(const Comparison *comparison)
{
    const json_t *left = json_object_get(pga_node_as(comparison->left, "RowExpr"), "args");
    const json_t *right = json_object_get(pga_node_as(comparison->right, "RowExpr"), "args");
    size_t i;
    json_t *node;

    if (!left || !right)
        return FALSE;
    json_array_foreach(left, i, node)
    {
        const json_t *other = json_array_get(right, i);

        pga_sql_operand(comparison->walk, comparison->scope, node,
                        pga_sql_classify(comparison->walk, comparison->scope, other));
        pga_sql_operand(comparison->walk, comparison->scope, other,
                        pga_sql_classify(comparison->walk, comparison->scope, node));
    }
    return TRUE;
}

/* "(a, b) IN ((1, 2), (3, 4))" */
static gboolean
compare_row_list(const Comparison *comparison)
{
    const json_t *items = json_object_get(pga_node_as(comparison->right, "List"), "items");
    size_t i;
    json_t *item;

    if (!pga_node_as(comparison->left, "RowExpr") || !items)
        return FALSE;
    json_array_foreach(items, i, item)
    {
        Comparison one = *comparison;

        one.right = item;
        compare_rows(&one);
    }
    return TRUE;
}

static void
compare_values(const Comparison *comparison)
{
    if (compare_rows(comparison) || compare_row_list(comparison))
        return;
    pga_sql_operand(comparison->walk, comparison->scope, comparison->left, comparison->right_type);
    pga_sql_operand(comparison->walk, comparison->scope, comparison->right, comparison->left_type);
}

static const json_t *
constant_in(const json_t *node)
{
    const json_t *cast = pga_node_as(node, "TypeCast");

    return pga_node_as(cast ? json_object_get(cast, "arg") : node, "A_Const");
}

/* The right side is a pattern, a key, a query. */
static void
take_right(const Comparison *comparison, SqlStringUse use, const PgaValueType *want)
{
    const json_t *constant = constant_in(comparison->right);

    pga_sql_walk(comparison->walk, comparison->scope, comparison->left, NULL);
    if (!constant || use == SQL_USE_VALUE)
        pga_sql_walk(comparison->walk, comparison->scope, comparison->right,
                     constant && !json_object_get(constant, "sval") ? NULL : want);
    else
        pga_sql_constant_as(comparison->walk, constant, use);
}

static gboolean
is_json(const PgaValueType *type)
{
    return type && (type->kind == PGA_VALUE_JSON || type->kind == PGA_VALUE_JSONB);
}

static gboolean
take_by_operator(const Comparison *comparison, const char *name)
{
    static const char *const regexes[] = {"~", "~*", "!~", "!~*", NULL};
    static const char *const keys[] = {"->", "->>", "?", "~~", "~~*", "!~~", "!~~*", "||", NULL};
    static const char *const paths[] = {"#>", "#>>", "#-", "?|", "?&", NULL};
    static const char *const values[] = {"=",  "<>", "!=", "<",  ">",  "<=", ">=",  "@>",
                                         "<@", "&&", "<<", ">>", "&<", "&>", "-|-", NULL};
    const PgaSqlMap *map = comparison->walk->map;

    if (is_one_of(name, values))
        compare_values(comparison);
    else if (is_one_of(name, regexes))
        take_right(comparison, SQL_USE_REGEX, NULL);
    else if (is_one_of(name, keys))
        take_right(comparison, SQL_USE_VALUE, map->text);
    else if (is_one_of(name, paths))
        take_right(comparison, SQL_USE_VALUE, map->texts);
    else if (g_strcmp0(name, "@@") == 0 || g_strcmp0(name, "@?") == 0)
        take_right(comparison, is_json(comparison->left_type) ? SQL_USE_JSONPATH : SQL_USE_TSQUERY,
                   NULL);
    else
        return FALSE;
    return TRUE;
}

static gboolean
compares_values(const char *kind)
{
    static const char *const kinds[] = {"AEXPR_OP_ANY",
                                        "AEXPR_OP_ALL",
                                        "AEXPR_DISTINCT",
                                        "AEXPR_NOT_DISTINCT",
                                        "AEXPR_NULLIF",
                                        "AEXPR_IN",
                                        "AEXPR_BETWEEN",
                                        "AEXPR_NOT_BETWEEN",
                                        "AEXPR_BETWEEN_SYM",
                                        "AEXPR_NOT_BETWEEN_SYM",
                                        NULL};

    return is_one_of(kind, kinds);
}

static const PgaValueType *
array_of(const PgaSqlMap *map, const PgaValueType *type)
{
    g_autofree char *name = g_strconcat(type->name, "[]", NULL);

    return type->kind == PGA_VALUE_TEXT ? map->texts : pga_value_type_of(map->values, name);
}

/* "= ANY ('{1,2}')": a string there is an array of what the other side is. */
static gboolean
is_list(const char *kind, const json_t *right)
{
    const json_t *constant = constant_in(right);

    return (g_strcmp0(kind, "AEXPR_OP_ANY") == 0 || g_strcmp0(kind, "AEXPR_OP_ALL") == 0) &&
           constant && json_object_get(constant, "sval");
}

void
pga_sql_compare(SqlWalk *walk, const SqlScope *scope, const json_t *expression)
{
    const char *kind = json_string_value(json_object_get(expression, "kind"));
    const char *name = pga_sql_last_name(json_object_get(expression, "name"));
    Comparison comparison = {
        walk, scope, json_object_get(expression, "lexpr"), json_object_get(expression, "rexpr"),
        NULL, NULL};

    comparison.left_type = pga_sql_classify(walk, scope, comparison.left);
    comparison.right_type = pga_sql_classify(walk, scope, comparison.right);
    if (comparison.left_type && comparison.left_type->kind != PGA_VALUE_ARRAY &&
        is_list(kind, comparison.right))
        comparison.left_type = array_of(walk->map, comparison.left_type);
    if (g_strcmp0(kind, "AEXPR_OP_ANY") == 0 && take_by_operator(&comparison, name))
        return;
    if (compares_values(kind))
        compare_values(&comparison);
    else if (g_strcmp0(kind, "AEXPR_SIMILAR") == 0)
        take_right(&comparison, SQL_USE_REGEX, NULL);
    else if (!take_by_operator(&comparison, name)) {
        pga_sql_walk(walk, scope, comparison.left, NULL);
        pga_sql_walk(walk, scope, comparison.right, NULL);
    }
}

/* NOLINTEND(misc-no-recursion) */
