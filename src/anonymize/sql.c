/* A text of SQL, by its form: what has to stand around it to be a statement, which columns its
 * names are. */
#include <string.h>

#include "sql_tree_internal.h"

PgaSqlMap *
pga_sql_map_new(PgaNameMap *names, PgaValueMap *values, const PgaSnapshot *snapshot)
{
    PgaSqlMap *map = g_new0(PgaSqlMap, 1);

    map->names = names;
    map->values = values;
    map->text = pga_value_type_of(values, "text");
    map->texts = pga_value_type_of(values, "text[]");
    map->numeric = pga_value_type_of(values, "numeric");
    map->date = pga_value_type_of(values, "date");
    map->timestamp = pga_value_type_of(values, "timestamp with time zone");
    map->json = pga_value_type_of(values, "json");
    map->tsquery = pga_value_type_of(values, "tsquery");
    map->catalog = pga_sql_catalog_new(values, snapshot);
    return map;
}

void
pga_sql_map_free(PgaSqlMap *map)
{
    pga_sql_catalog_free(map->catalog);
    g_free(map);
}

/** One text. */
typedef struct {
    PgaSqlForm form;
    const char *sql;
    const SqlRelation *relation;  /* (nullable) */
    const PgaValueType *type;     /* (nullable): of the column whose default it is */
    const SqlColumns *parameters; /* (nullable): of the routine whose body it is */
} Task;

static gboolean
makes_type(const char *sql)
{
    sql += g_str_has_prefix(sql, "AS ") ? strlen("AS ") : 0;
    return *sql == '(' || g_str_has_prefix(sql, "ENUM") || g_str_has_prefix(sql, "RANGE");
}

/* (nullable): what stands before the text; NULL: it is looked at word by word. */
static const char *
prefix_of(const Task *task)
{
    switch (task->form) {
    case PGA_SQL_STATEMENTS:
        return "";
    case PGA_SQL_EXPRESSION:
    case PGA_SQL_EXPRESSION_LIST:
        return "SELECT ";
    case PGA_SQL_CONSTRAINT:
        return "ALTER TABLE x ADD ";
    case PGA_SQL_TYPE_DEFINITION:
        return makes_type(task->sql) ? "CREATE TYPE x " : "CREATE DOMAIN x ";
    case PGA_SQL_PARTITION_BOUND:
        return "CREATE TABLE x PARTITION OF y ";
    case PGA_SQL_ARGUMENTS:
        return "CREATE FUNCTION f(";
    case PGA_SQL_PARTITION_KEY:
    case PGA_SQL_TYPE:
    case PGA_SQL_NAME:
    case PGA_SQL_OPTIONS:
    case PGA_SQL_ACL:
    case PGA_SQL_PROSE:
    default:
        return NULL;
    }
}

static const char *
suffix_of(const Task *task)
{
    return task->form == PGA_SQL_ARGUMENTS ? ") RETURNS int4 LANGUAGE sql AS ''" : "";
}

static void
walk_targets(SqlWalk *walk, const SqlScope *scope, const json_t *statement,
             const PgaValueType *type)
{
    const json_t *targets = json_object_get(pga_node_as(statement, "SelectStmt"), "targetList");
    size_t i;
    json_t *node;

    json_array_foreach(targets, i, node)
    {
        pga_sql_walk(walk, scope, json_object_get(pga_node_as(node, "ResTarget"), "val"), type);
    }
}

static void
walk_statements(SqlWalk *walk, const Task *task, const json_t *tree)
{
    g_auto(SqlScope) scope;
    size_t i;
    json_t *node;

    pga_sql_scope_init(&scope, NULL);
    if (task->relation && task->relation->columns)
        pga_sql_scope_add(&scope, NULL, task->relation->columns);
    if (task->parameters)
        pga_sql_scope_add(&scope, NULL, task->parameters);
    json_array_foreach(json_object_get(tree, "stmts"), i, node)
    {
        const json_t *statement = json_object_get(node, "stmt");

        if (task->form == PGA_SQL_EXPRESSION || task->form == PGA_SQL_EXPRESSION_LIST)
            walk_targets(walk, &scope, statement, task->type);
        else
            pga_sql_walk(walk, scope.items->len ? &scope : NULL, statement, NULL);
    }
}

/* FALSE when it is no SQL that libpg_query reads. */
static gboolean
walk_tree(PgaSqlMap *map, SqlText *text, const Task *task)
{
    const char *prefix = prefix_of(task);
    g_autofree char *whole = prefix ? g_strconcat(prefix, task->sql, suffix_of(task), NULL) : NULL;
    json_t *tree = whole ? pga_node_parse(whole) : NULL;
    SqlWalk walk = {
        .map = map, .text = text, .relation = task->relation, .parameters = task->parameters};

    if (!tree)
        return FALSE;
    walk.offset = (guint)strlen(prefix);
    walk.names = g_ptr_array_new();
    walk.outputs = g_ptr_array_new();
    walk.made = g_ptr_array_new_with_free_func((GDestroyNotify)pga_sql_columns_free);
    walk_statements(&walk, task, tree);
    g_ptr_array_unref(walk.names);
    g_ptr_array_unref(walk.outputs);
    g_ptr_array_unref(walk.made);
    json_decref(tree);
    return TRUE;
}

/* NOLINTBEGIN(misc-no-recursion): a body is shorter than what it is in */

static char *
map_task(PgaSqlMap *map, const Task *task)
{
    g_autofree char *sql = g_utf8_make_valid(task->sql, -1);
    g_autoptr(SqlText) text = pga_sql_text_new(sql);
    SqlColumns *outer = g_steal_pointer(&map->parameters);
    Task valid = *task;

    valid.sql = sql;
    pga_sql_words(map, text, walk_tree(map, text, &valid));
    pga_sql_columns_free(map->parameters);
    map->parameters = outer;
    return pga_sql_text_write(text);
}

char *
pga_sql_map(PgaSqlMap *map, PgaSqlForm form, const char *sql, const PgaRelation *relation)
{
    const SqlRelation *known =
        relation ? pga_sql_catalog_relation(map->catalog, relation->oid) : NULL;

    g_autofree char *valid = sql ? g_utf8_make_valid(sql, -1) : NULL;

    if (!sql)
        return NULL;
    if (form == PGA_SQL_ACL)
        return pga_sql_acl(map, valid);
    if (form == PGA_SQL_PROSE)
        return pga_sql_prose(map, valid);
    return map_task(map, &(Task){.form = form, .sql = sql, .relation = known});
}

char *
pga_sql_map_default(PgaSqlMap *map, const char *sql, const PgaRelation *relation, gint16 attnum)
{
    const SqlRelation *known =
        relation ? pga_sql_catalog_relation(map->catalog, relation->oid) : NULL;
    const PgaValueType *type = NULL;

    if (known && known->columns)
        type = pga_sql_columns_numbered(known->columns, attnum);
    return sql ? map_task(map, &(Task){.form = PGA_SQL_EXPRESSION,
                                       .sql = sql,
                                       .relation = known,
                                       .type = type})
               : NULL;
}

char *
pga_sql_map_body(PgaSqlMap *map, const char *body, const char *language)
{
    if (!body)
        return NULL;
    if (g_strcmp0(language, "sql") == 0)
        return map_task(
            map, &(Task){.form = PGA_SQL_STATEMENTS, .sql = body, .parameters = map->parameters});
    if (g_strcmp0(language, "plpgsql") == 0) {
        g_autofree char *valid = g_utf8_make_valid(body, -1);
        g_autoptr(SqlText) text = pga_sql_text_new(valid);

        pga_sql_words(map, text, FALSE);
        return pga_sql_text_write(text);
    }
    map->n_emptied++;
    return g_strdup("");
}

/* NOLINTEND(misc-no-recursion) */

guint
pga_sql_map_n_emptied(const PgaSqlMap *map)
{
    return map->n_emptied;
}

guint
pga_sql_map_n_cut(const PgaSqlMap *map)
{
    return map->n_cut;
}
