/* Statements besides queries: definitions, each with what names mean in it. */
#include <string.h>

#include "sql_tree_internal.h"

typedef void (*Handler)(SqlWalk *walk, const SqlScope *outer, const json_t *fields);

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

static void
take_select(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    pga_sql_query(walk, outer, fields);
}

static void
take_change(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    pga_sql_change(walk, outer, fields);
}

static void
take_members(SqlWalk *walk, const SqlScope *scope, const json_t *fields, const char *const *members)
{
    for (guint i = 0; members[i]; i++)
        pga_sql_walk_each(walk, scope, json_object_get(fields, members[i]), NULL);
}

/* Of one relation, whose rows conditions call old and new where there are such. */
static void
take_of_relation(SqlWalk *walk, const json_t *fields, const char *member,
                 const char *const *members)
{
    g_auto(SqlScope) scope;
    const SqlColumns *columns;

    pga_sql_scope_init(&scope, NULL);
    columns = pga_sql_scope_relation(walk, &scope, json_object_get(fields, member));
    pga_sql_scope_add(&scope, "old", columns);
    pga_sql_scope_add(&scope, "new", columns);
    take_members(walk, &scope, fields, members);
}

static void
take_policy(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    static const char *const members[] = {"qual", "with_check", NULL};

    (void)outer;
    take_of_relation(walk, fields, "table", members);
}

static void
take_rule(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    static const char *const members[] = {"whereClause", "actions", NULL};

    (void)outer;
    take_of_relation(walk, fields, "relation", members);
}

static void
take_trigger(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    static const char *const members[] = {"whenClause", NULL};

    (void)outer;
    take_of_relation(walk, fields, "relation", members);
}

static void
take_index(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    static const char *const members[] = {"indexParams", "whereClause", NULL};

    (void)outer;
    take_of_relation(walk, fields, "relation", members);
}

static void
take_statistics(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    static const char *const members[] = {"exprs", NULL};
    const json_t *relation =
        pga_node_as(json_array_get(json_object_get(fields, "relations"), 0), "RangeVar");
    g_auto(SqlScope) scope;

    (void)outer;
    pga_sql_scope_init(&scope, NULL);
    pga_sql_scope_relation(walk, &scope, relation);
    take_members(walk, &scope, fields, members);
}

/* DEFAULT and CHECK: @type of the column that it is of. */
static void
take_constraint(SqlWalk *walk, const SqlScope *scope, const json_t *constraint,
                const PgaValueType *type)
{
    static const char *const members[] = {"raw_expr", "where_clause", "exclusions", NULL};
    const char *kind = json_string_value(json_object_get(constraint, "contype"));

    if (g_strcmp0(kind, "CONSTR_DEFAULT") == 0)
        pga_sql_walk(walk, scope, json_object_get(constraint, "raw_expr"), type);
    else
        take_members(walk, scope, constraint, members);
}

static void
take_column(SqlWalk *walk, const SqlScope *scope, const json_t *column)
{
    const PgaValueType *type = pga_sql_type(walk, json_object_get(column, "typeName"), NULL);
    size_t i;
    json_t *node;

    json_array_foreach(json_object_get(column, "constraints"), i, node)
    {
        take_constraint(walk, scope, pga_node_as(node, "Constraint"), type);
    }
    pga_sql_walk(walk, scope, json_object_get(column, "raw_default"), type);
}

static void
take_element(SqlWalk *walk, const SqlScope *scope, const json_t *node)
{
    const json_t *column = pga_node_as(node, "ColumnDef");
    const json_t *constraint = pga_node_as(node, "Constraint");

    if (column)
        take_column(walk, scope, column);
    else if (constraint)
        take_constraint(walk, scope, constraint, NULL);
    else
        pga_sql_walk(walk, scope, node, NULL);
}

/* FROM (1, '2024-01-01') or IN (…): by the columns of the parent's partition key. */
static void
take_bound(SqlWalk *walk, const json_t *bound, const SqlColumns *key)
{
    static const char *const lists[] = {"listdatums", "lowerdatums", "upperdatums"};
    const gboolean is_list =
        g_strcmp0(json_string_value(json_object_get(bound, "strategy")), "l") == 0;
    size_t j;
    json_t *node;

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        json_array_foreach(json_object_get(bound, lists[i]), j, node)
        {
            const guint column = is_list ? 0 : (guint)j;

            pga_sql_bound(walk, node, key, column, !is_list);
        }
    }
}

static void
take_table(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    const json_t *bound = json_object_get(fields, "partbound");
    SqlColumns *columns = pga_sql_columns_new();
    g_auto(SqlScope) scope;
    size_t i;
    json_t *node;

    g_ptr_array_add(walk->made, columns);
    pga_sql_scope_init(&scope, outer);
    json_array_foreach(json_object_get(fields, "tableElts"), i, node)
    {
        const json_t *column = pga_node_as(node, "ColumnDef");
        const char *name = json_string_value(json_object_get(column, "colname"));

        if (name)
            pga_sql_columns_add(columns, name,
                                pga_sql_type(walk, json_object_get(column, "typeName"), NULL));
    }
    pga_sql_scope_add(&scope, NULL, columns);
    json_array_foreach(json_object_get(fields, "tableElts"), i, node)
    {
        take_element(walk, &scope, node);
    }
    if (bound)
        take_bound(walk, bound,
                   pga_sql_key(
                       walk, pga_node_as(json_array_get(json_object_get(fields, "inhRelations"), 0),
                                         "RangeVar")));
}

static void
take_alter(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    g_auto(SqlScope) scope;
    const SqlColumns *columns;
    size_t i;
    json_t *node;

    pga_sql_scope_init(&scope, outer);
    columns = pga_sql_scope_relation(walk, &scope, json_object_get(fields, "relation"));
    json_array_foreach(json_object_get(fields, "cmds"), i, node)
    {
        const json_t *command = pga_node_as(node, "AlterTableCmd");
        const json_t *definition = json_object_get(command, "def");
        const char *name = json_string_value(json_object_get(command, "name"));
        const PgaValueType *type = NULL;

        if (g_strcmp0(json_string_value(json_object_get(command, "subtype")), "AT_ColumnDefault") ==
            0) {
            if (name && columns)
                pga_sql_columns_find(columns, name, &type);
            pga_sql_walk(walk, &scope, definition, type);
        } else {
            take_element(walk, outer ? outer : &scope, definition);
        }
    }
}

/* VALUE is what the domain is over. */
static void
take_domain(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    const PgaValueType *type = pga_sql_type(walk, json_object_get(fields, "typeName"), NULL);
    SqlColumns *columns = pga_sql_columns_new();
    g_auto(SqlScope) scope;
    size_t i;
    json_t *node;

    g_ptr_array_add(walk->made, columns);
    pga_sql_columns_add(columns, "value", type);
    pga_sql_scope_init(&scope, outer);
    pga_sql_scope_add(&scope, NULL, columns);
    json_array_foreach(json_object_get(fields, "constraints"), i, node)
    {
        take_constraint(walk, &scope, pga_node_as(node, "Constraint"), type);
    }
}

static void
take_routine(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    SqlColumns *columns = pga_sql_columns_new();
    g_auto(SqlScope) scope;
    size_t i;
    json_t *node;

    g_clear_pointer(&walk->map->parameters, pga_sql_columns_free);
    walk->map->parameters = columns; /* for a body that is a string */
    pga_sql_scope_init(&scope, outer);
    pga_sql_scope_add(&scope, NULL, columns);
    json_array_foreach(json_object_get(fields, "parameters"), i, node)
    {
        const json_t *parameter = pga_node_as(node, "FunctionParameter");
        const char *name = json_string_value(json_object_get(parameter, "name"));
        const PgaValueType *type = pga_sql_type(walk, json_object_get(parameter, "argType"), NULL);

        pga_sql_walk(walk, &scope, json_object_get(parameter, "defexpr"), type);
        pga_sql_columns_add(columns, name ? name : "", type);
    }
    pga_sql_walk(walk, &scope, json_object_get(fields, "sql_body"), NULL);
}

/* What the walk over words does: their strings are no values. */
static void
take_nothing(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    (void)walk;
    (void)outer;
    (void)fields;
}

static const struct {
    const char *kind;
    Handler take;
} statements[] = {
    {"SelectStmt", take_select},          {"InsertStmt", take_change},
    {"UpdateStmt", take_change},          {"DeleteStmt", take_change},
    {"MergeStmt", take_change},           {"CreatePolicyStmt", take_policy},
    {"AlterPolicyStmt", take_policy},     {"RuleStmt", take_rule},
    {"CreateTrigStmt", take_trigger},     {"IndexStmt", take_index},
    {"CreateStatsStmt", take_statistics}, {"CreateStmt", take_table},
    {"AlterTableStmt", take_alter},       {"CreateDomainStmt", take_domain},
    {"CreateFunctionStmt", take_routine}, {"DefineStmt", take_nothing},
    {"CreateSeqStmt", take_nothing},      {"VariableSetStmt", take_nothing},
    {"CommentStmt", take_nothing},        {"CreateEnumStmt", take_nothing},
};

gboolean
pga_sql_statement(SqlWalk *walk, const SqlScope *scope, const char *kind, const json_t *fields)
{
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
        if (strcmp(kind, statements[i].kind) == 0) {
            statements[i].take(walk, scope, fields);
            return TRUE;
        }
    return FALSE;
}

/* NOLINTEND(misc-no-recursion) */
