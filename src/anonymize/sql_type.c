/* What kind of value an expression is. */
#include <string.h>

#include "sql_tree_internal.h"

const char *
pga_sql_last_name(const json_t *names)
{
    const size_t n = json_array_size(names);

    return n ? pga_node_string(json_array_get(names, n - 1)) : NULL;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

gboolean
pga_sql_is_constant(const json_t *node)
{
    static const char *const columns[] = {"ColumnRef", "ParamRef", "SubLink", "SetToDefault", NULL};
    const char *key;
    json_t *value;
    size_t i;

    json_array_foreach(node, i, value)
    {
        if (!pga_sql_is_constant(value))
            return FALSE;
    }
    json_object_foreach((json_t *)node, key, value)
    {
        if (g_strv_contains(columns, key) || !pga_sql_is_constant(value))
            return FALSE;
    }
    return TRUE;
}

const PgaValueType *
pga_sql_type(const SqlWalk *walk, const json_t *type, char **name)
{
    const json_t *names = json_object_get(type, "names");
    const size_t n = json_array_size(names);
    const char *nspname = n > 1 ? pga_node_string(json_array_get(names, n - 2)) : NULL;
    const char *typname = pga_sql_last_name(names);
    const gboolean is_array = json_array_size(json_object_get(type, "arrayBounds")) > 0;
    g_autofree char *full = NULL;

    if (name)
        *name = g_strdup(typname && !is_array ? typname : "");
    if (!typname)
        return NULL;
    full = g_strdup_printf("%s%s%s%s", nspname && strcmp(nspname, "pg_catalog") != 0 ? nspname : "",
                           nspname && strcmp(nspname, "pg_catalog") != 0 ? "." : "", typname,
                           is_array ? "[]" : "");
    return pga_sql_catalog_type(walk->map->catalog, full);
}

static const PgaValueType *
first_of(const SqlWalk *walk, const SqlScope *scope, const json_t *list)
{
    const PgaValueType *type = NULL;
    size_t i;
    json_t *node;

    json_array_foreach(list, i, node)
    {
        type = type ? type : pga_sql_classify(walk, scope, node);
    }
    return type;
}

static gboolean
is_time(const PgaValueType *type)
{
    return type && (type->kind == PGA_VALUE_DATE || type->kind == PGA_VALUE_TIMESTAMP);
}

static const PgaValueType *
of_arithmetic(const PgaValueType *left, const PgaValueType *right)
{
    if (is_time(left) && is_time(right)) /* how long */
        return NULL;
    if (is_time(right))
        return right;
    return left ? left : right;
}

static const PgaValueType *
of_operation(const SqlWalk *walk, const SqlScope *scope, const json_t *expression)
{
    static const char *const arithmetic[] = {"+", "-", "*", "/", "%", "&", "|", "#", NULL};
    static const char *const texts[] = {"->>", "#>>", NULL};
    static const char *const like_left[] = {"->", "#>", "#-", NULL};
    const char *name = pga_sql_last_name(json_object_get(expression, "name"));
    const char *kind = json_string_value(json_object_get(expression, "kind"));
    const PgaValueType *left = pga_sql_classify(walk, scope, json_object_get(expression, "lexpr"));
    const PgaValueType *right = pga_sql_classify(walk, scope, json_object_get(expression, "rexpr"));

    if (!name || !kind || (!left && !right))
        return NULL;
    if (strcmp(kind, "AEXPR_NULLIF") == 0)
        return left;
    if (strcmp(kind, "AEXPR_OP") != 0)
        return NULL;
    if (g_strv_contains(texts, name))
        return walk->map->text;
    if (strcmp(name, "||") == 0)
        return left ? left : walk->map->text;
    if (g_strv_contains(like_left, name))
        return left;
    return g_strv_contains(arithmetic, name) ? of_arithmetic(left, right) : NULL;
}

/** Functions whose result is a value like one of their arguments. */
static const struct {
    const char *name;
    guint argument;
} alike[] = {
    {"min", 0},      {"max", 0},         {"lower", 0},      {"upper", 0},    {"initcap", 0},
    {"trim", 0},     {"btrim", 0},       {"ltrim", 0},      {"rtrim", 0},    {"substring", 0},
    {"left", 0},     {"right", 0},       {"substr", 0},     {"replace", 0},  {"concat", 0},
    {"md5", 0},      {"split_part", 0},  {"date_trunc", 1}, {"timezone", 1}, {"any_value", 0},
    {"unnest", 0},   {"first_value", 0}, {"last_value", 0}, {"lag", 0},      {"lead", 0},
    {"unaccent", 0}, {"date", 0},        {"mode", 0},       {"reverse", 0},  {"array_agg", 0},
};

/** Functions of which an index may have statistics, and those hold shifted results. */
static const struct {
    const char *name, *type;
} results[] = {
    {"extract", "numeric"},   {"date_part", "float8"},        {"length", "int4"},
    {"char_length", "int4"},  {"octet_length", "int4"},       {"cardinality", "int4"},
    {"array_length", "int4"}, {"jsonb_array_length", "int4"}, {"abs", "numeric"},
    {"round", "numeric"},     {"floor", "numeric"},           {"ceil", "numeric"},
    {"ceiling", "numeric"},   {"trunc", "numeric"},           {"mod", "numeric"},
    {"hashtext", "int4"},     {"date_part", "float8"},        {"position", "int4"},
    {"strpos", "int4"},
};

static const PgaValueType *
of_call(const SqlWalk *walk, const SqlScope *scope, const json_t *call)
{
    const char *name = pga_sql_last_name(json_object_get(call, "funcname"));
    const json_t *arguments = json_object_get(call, "args");
    const SqlCatalog *catalog = walk->map->catalog;
    const char *result;

    if (!name || json_array_size(arguments) == 0)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(alike); i++)
        if (strcmp(name, alike[i].name) == 0) {
            const size_t n = MIN(alike[i].argument, json_array_size(arguments) - 1);

            return pga_sql_classify(walk, scope, json_array_get(arguments, n));
        }
    if (!g_hash_table_contains(catalog->measured, name))
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(results); i++)
        if (strcmp(name, results[i].name) == 0)
            return pga_sql_catalog_type(catalog, results[i].type);
    result = g_hash_table_lookup(catalog->routines, name);
    if (g_strcmp0(result, "anyelement") == 0 || g_strcmp0(result, "anycompatible") == 0)
        return pga_sql_classify(walk, scope, json_array_get(arguments, 0));
    return result ? pga_sql_catalog_type(catalog, result) : NULL;
}

static const PgaValueType *
of_parameter(const SqlWalk *walk, const json_t *fields)
{
    const json_int_t number = json_integer_value(json_object_get(fields, "number"));

    return walk->parameters && number > 0 && number <= walk->parameters->types->len
               ? g_ptr_array_index(walk->parameters->types, number - 1)
               : NULL;
}

static const PgaValueType *
of_indirection(const SqlWalk *walk, const SqlScope *scope, const json_t *fields)
{
    const json_t *steps = json_object_get(fields, "indirection");
    const PgaValueType *type = pga_sql_classify(walk, scope, json_object_get(fields, "arg"));
    size_t i;
    json_t *step;

    json_array_foreach(steps, i, step)
    {
        const char *field = pga_node_string(step);
        const json_t *indices = pga_node_as(step, "A_Indices");

        if (field)
            type = pga_sql_catalog_column(walk->map->catalog, field);
        else if (type && type->kind == PGA_VALUE_ARRAY && indices &&
                 !json_is_true(json_object_get(indices, "is_slice")))
            type = type->element;
    }
    return type;
}

static const PgaValueType *
of_case(const SqlWalk *walk, const SqlScope *scope, const json_t *fields)
{
    const PgaValueType *type = NULL;
    size_t i;
    json_t *when;

    json_array_foreach(json_object_get(fields, "args"), i, when)
    {
        if (!type)
            type = pga_sql_classify(walk, scope,
                                    json_object_get(pga_node_as(when, "CaseWhen"), "result"));
    }
    return type ? type : pga_sql_classify(walk, scope, json_object_get(fields, "defresult"));
}

/* Of a function whose result is no value, none comes by a cast. */
static const PgaValueType *
of_cast(const SqlWalk *walk, const SqlScope *scope, const json_t *cast)
{
    const json_t *argument = json_object_get(cast, "arg");

    if (pga_sql_is_constant(argument) ||
        (pga_node_as(argument, "FuncCall") && !pga_sql_classify(walk, scope, argument)))
        return NULL;
    return pga_sql_type(walk, json_object_get(cast, "typeName"), NULL);
}

const PgaValueType *
pga_sql_classify(const SqlWalk *walk, const SqlScope *scope, const json_t *node)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    if (!kind)
        return NULL;
    if (strcmp(kind, "ColumnRef") == 0)
        return pga_sql_scope_column(walk, scope, fields);
    if (strcmp(kind, "ParamRef") == 0)
        return of_parameter(walk, fields);
    if (strcmp(kind, "TypeCast") == 0)
        return of_cast(walk, scope, fields);
    if (strcmp(kind, "A_Expr") == 0)
        return of_operation(walk, scope, fields);
    if (strcmp(kind, "FuncCall") == 0)
        return of_call(walk, scope, fields);
    if (strcmp(kind, "CoalesceExpr") == 0 || strcmp(kind, "MinMaxExpr") == 0)
        return first_of(walk, scope, json_object_get(fields, "args"));
    if (strcmp(kind, "A_Indirection") == 0)
        return of_indirection(walk, scope, fields);
    if (strcmp(kind, "CaseExpr") == 0)
        return of_case(walk, scope, fields);
    if (strcmp(kind, "CollateClause") == 0)
        return pga_sql_classify(walk, scope, json_object_get(fields, "arg"));
    return NULL;
}

/* NOLINTEND(misc-no-recursion) */
