/* Parameters as a parse tree has them. */
#include "query_uses_internal.h"

#include <string.h>

/** What is compared with a column, while it is walked through. */
typedef struct {
    GArray *uses;
    QueryUse use;
} Walk;

/* The first use of a parameter is the one that counts. */
static void
add(GArray *uses, const QueryUse *use)
{
    for (guint i = 0; i < uses->len; i++)
        if (g_array_index(uses, QueryUse, i).number == use->number)
            return;
    g_array_append_val(uses, *use);
}

static guint
number_of(const json_t *node)
{
    const json_t *parameter = pga_node_as(node, "ParamRef");

    return parameter ? (guint)json_integer_value(json_object_get(parameter, "number")) : 0;
}

static const char *
last_name(const json_t *names)
{
    const size_t n = json_array_size(names);
    const char *name = n ? pga_node_string(json_array_get(names, n - 1)) : NULL;

    return name ? name : "";
}

static const char *
type_of(const json_t *cast)
{
    return last_name(json_object_get(json_object_get(cast, "typeName"), "names"));
}

static gboolean
is_time(const char *type)
{
    return strcmp(type, "date") == 0 || g_str_has_prefix(type, "timestamp");
}

static void
add_interval(GArray *uses, guint number, const json_t *cast)
{
    const json_t *modifiers = json_object_get(json_object_get(cast, "typeName"), "typmods");
    const QueryUse use = {
        .number = number, .kind = QUERY_USE_INTERVAL, .has_fields = json_array_size(modifiers) > 0};

    add(uses, &use);
}

/* "$1::integer + $2", as repaired. FALSE: it is something else. */
static gboolean
take_sum(Walk *walk, const json_t *node)
{
    const json_t *sum = pga_node_as(node, "A_Expr");
    const json_t *cast = pga_node_as(json_object_get(sum, "lexpr"), "TypeCast");
    const guint number = number_of(json_object_get(cast, "arg"));
    const guint delta = number_of(json_object_get(sum, "rexpr"));
    const char *operator_ = last_name(json_object_get(sum, "name"));

    if ((strcmp(operator_, "+") != 0 && strcmp(operator_, "-") != 0) || number == 0 || delta == 0 ||
        strcmp(type_of(cast), "int4") != 0)
        return FALSE;
    walk->use.kind = QUERY_USE_NUMBER;
    walk->use.number = number;
    add(walk->uses, &walk->use);
    walk->use.kind = QUERY_USE_DELTA;
    walk->use.number = delta;
    add(walk->uses, &walk->use);
    return TRUE;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

static void walk_derived(Walk *walk, const json_t *node);

static void
walk_members(Walk *walk, const json_t *node)
{
    const char *key;
    json_t *value;
    size_t i;

    json_array_foreach(node, i, value)
    {
        walk_derived(walk, value);
    }
    json_object_foreach((json_t *)node, key, value)
    {
        walk_derived(walk, value);
    }
}

/* Dates in an expression. What stands in a subquery is compared there, if it is. */
static void
walk_derived(Walk *walk, const json_t *node)
{
    const json_t *cast = pga_node_as(node, "TypeCast");
    const guint number = number_of(json_object_get(cast, "arg"));

    if (number > 0 && is_time(type_of(cast))) {
        walk->use.kind = QUERY_USE_DERIVED;
        walk->use.number = number;
        add(walk->uses, &walk->use);
    } else if (!pga_node_as(node, "SubLink") && !take_sum(walk, node)) {
        walk_members(walk, node);
    }
}

/* A parameter by itself; @node else is an expression, or a list of them. */
static void
walk_compared(Walk *walk, const json_t *node)
{
    const json_t *cast = pga_node_as(node, "TypeCast"), *value;
    const json_t *list = json_object_get(pga_node_as(node, "List"), "items");
    const json_t *array = json_object_get(pga_node_as(node, "A_ArrayExpr"), "elements");
    size_t i;

    if (!list)
        list = json_is_array(node) ? node : array;
    if (array)
        walk->use.in_array = TRUE;
    json_array_foreach(list, i, value)
    {
        walk->use.item = (guint)i;
        walk_compared(walk, value);
    }
    walk->use.kind = QUERY_USE_COMPARED;
    walk->use.number = number_of(cast ? json_object_get(cast, "arg") : node);
    if (walk->use.number > 0)
        add(walk->uses, &walk->use);
    else if (!list)
        walk_derived(walk, node);
}

static void
take_limit(GArray *uses, const json_t *limit, QueryUseKind kind)
{
    const QueryUse use = {.number = number_of(limit), .kind = kind};

    if (use.number > 0)
        add(uses, &use);
}

/* Those that no comparison tells of. */
static void
walk_rest(GArray *uses, const json_t *node)
{
    const json_t *cast = pga_node_as(node, "TypeCast");
    const guint number = number_of(json_object_get(cast, "arg"));
    const char *key;
    json_t *value;
    size_t i;

    if (number > 0 && strcmp(type_of(cast), "interval") == 0)
        add_interval(uses, number, cast);
    take_limit(uses, json_object_get(node, "limitCount"), QUERY_USE_LIMIT);
    take_limit(uses, json_object_get(node, "limitOffset"), QUERY_USE_OFFSET);
    json_array_foreach(node, i, value)
    {
        walk_rest(uses, value);
    }
    json_object_foreach((json_t *)node, key, value)
    {
        walk_rest(uses, value);
    }
}

/* NOLINTEND(misc-no-recursion) */

static void
take_compared(gpointer self, const PgaColumn *column, const char *operator_, const json_t *other)
{
    Walk walk = {
        self,
        {.relation = column->relation, .attribute = column->attribute, .operator_ = operator_}};

    walk_compared(&walk, other);
}

GArray *
pga_query_uses(const PgaNames *names, const json_t *tree, const char *usename)
{
    GArray *uses = g_array_new(FALSE, TRUE, sizeof(QueryUse));

    walk_rest(uses, tree);
    pga_statement_tree_compared(names, tree, usename, take_compared, uses);
    return uses;
}
