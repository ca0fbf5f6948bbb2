/* Which columns there are at one place of a statement. */
#include <string.h>

#include "sql_tree_internal.h"

void
pga_sql_scope_init(SqlScope *scope, const SqlScope *outer)
{
    scope->items = g_array_new(FALSE, FALSE, sizeof(SqlItem));
    scope->outer = outer;
}

void
pga_sql_scope_clear(SqlScope *scope)
{
    g_array_unref(scope->items);
}

void
pga_sql_scope_add(SqlScope *scope, const char *alias, const SqlColumns *columns)
{
    const SqlItem item = {alias, columns};

    g_array_append_val(scope->items, item);
}

static const SqlItem *
item_of(const SqlScope *scope, const char *alias)
{
    for (; scope; scope = scope->outer)
        for (guint i = 0; i < scope->items->len; i++) {
            const SqlItem *item = &g_array_index(scope->items, SqlItem, i);

            if (item->alias && strcmp(item->alias, alias) == 0)
                return item;
        }
    return NULL;
}

/* What is in none of the columns known may be of something whose columns are not. */
static const PgaValueType *
bare_column(const SqlWalk *walk, const SqlScope *scope, const char *attname)
{
    const PgaValueType *type = NULL;
    gboolean open = !scope;

    for (; scope; scope = scope->outer) {
        for (guint i = 0; i < scope->items->len; i++) {
            const SqlColumns *columns = g_array_index(scope->items, SqlItem, i).columns;

            if (columns && pga_sql_columns_find(columns, attname, &type))
                return type;
            open |= !columns || columns->open;
        }
        open |= scope->items->len == 0;
    }
    return open ? pga_sql_catalog_column(walk->map->catalog, attname) : NULL;
}

const PgaValueType *
pga_sql_scope_column(const SqlWalk *walk, const SqlScope *scope, const json_t *ref)
{
    const json_t *fields = json_object_get(ref, "fields");
    const size_t n = json_array_size(fields);
    const char *attname = n ? pga_node_string(json_array_get(fields, n - 1)) : NULL;
    const char *alias = n > 1 ? pga_node_string(json_array_get(fields, n - 2)) : NULL;
    const PgaValueType *type = NULL;
    const SqlItem *item;

    if (!attname)
        return NULL;
    if (!alias)
        return bare_column(walk, scope, attname);
    item = item_of(scope, alias);
    if (item && item->columns && pga_sql_columns_find(item->columns, attname, &type))
        return type;
    if (item && item->columns && !item->columns->open)
        return NULL;
    return pga_sql_catalog_column(walk->map->catalog, attname);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads; a view is read once at a time */

/* (transfer full): columns that are called otherwise, as "AS s (a, b)" says. */
static const SqlColumns *
renamed(SqlWalk *walk, const SqlColumns *columns, const json_t *names)
{
    SqlColumns *made;

    if (!columns || json_array_size(names) == 0)
        return columns;
    made = pga_sql_columns_new();
    g_ptr_array_add(walk->made, made);
    made->open = columns->open;
    for (guint i = 0; i < columns->names->len; i++) {
        const char *name = pga_node_string(json_array_get(names, i));

        pga_sql_columns_add(made, name ? name : g_ptr_array_index(columns->names, i),
                            g_ptr_array_index(columns->types, i));
    }
    return made;
}

const SqlColumns *
pga_sql_relation_columns(SqlWalk *walk, SqlRelation *relation)
{
    SqlWalk inner = {.map = walk->map};
    json_t *tree;
    const json_t *view;

    if (relation->columns || !relation->definition || relation->being_read)
        return relation->columns;
    relation->being_read = TRUE;
    inner.names = g_ptr_array_new();
    inner.outputs = g_ptr_array_new();
    inner.made = g_ptr_array_new_with_free_func((GDestroyNotify)pga_sql_columns_free);
    tree = pga_node_parse(relation->definition);
    view = json_object_get(json_array_get(json_object_get(tree, "stmts"), 0), "stmt");
    view = pga_node_as(view, "ViewStmt") ? pga_node_as(view, "ViewStmt")
                                         : pga_node_as(view, "CreateTableAsStmt");
    if (view) {
        const json_t *select = pga_node_as(json_object_get(view, "query"), "SelectStmt");
        const SqlColumns *found =
            renamed(&inner, pga_sql_query(&inner, NULL, select), json_object_get(view, "aliases"));

        relation->columns = pga_sql_columns_new();
        relation->columns->open = found->open;
        for (guint i = 0; i < found->names->len; i++)
            pga_sql_columns_add(relation->columns, g_ptr_array_index(found->names, i),
                                g_ptr_array_index(found->types, i));
    }
    json_decref(tree);
    g_ptr_array_unref(inner.names);
    g_ptr_array_unref(inner.outputs);
    g_ptr_array_unref(inner.made);
    relation->being_read = FALSE;
    return relation->columns;
}

const SqlColumns *
pga_sql_scope_relation(SqlWalk *walk, SqlScope *scope, const json_t *range)
{
    const char *relname = json_string_value(json_object_get(range, "relname"));
    const char *nspname = json_string_value(json_object_get(range, "schemaname"));
    const json_t *alias = json_object_get(range, "alias");
    const char *aliasname = json_string_value(json_object_get(alias, "aliasname"));
    const SqlColumns *columns = NULL;
    SqlRelation *relation;

    if (!relname)
        return NULL;
    for (guint i = walk->names->len; !nspname && !columns && i > 0; i--)
        if (strcmp(g_ptr_array_index(walk->names, i - 1), relname) == 0)
            columns = g_ptr_array_index(walk->outputs, i - 1);
    relation = columns ? NULL : pga_sql_catalog_named(walk->map->catalog, nspname, relname);
    if (relation)
        columns = pga_sql_relation_columns(walk, relation);
    columns = renamed(walk, columns, json_object_get(alias, "colnames"));
    pga_sql_scope_add(scope, aliasname ? aliasname : relname, columns);
    return columns;
}

static void
read_from(SqlWalk *walk, SqlScope *scope, const json_t *node)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);
    const json_t *alias = json_object_get(fields, "alias");
    const char *aliasname = json_string_value(json_object_get(alias, "aliasname"));
    const SqlColumns *columns = NULL;

    if (!kind)
        return;
    if (strcmp(kind, "RangeVar") == 0) {
        pga_sql_scope_relation(walk, scope, fields);
    } else if (strcmp(kind, "JoinExpr") == 0) {
        read_from(walk, scope, json_object_get(fields, "larg"));
        read_from(walk, scope, json_object_get(fields, "rarg"));
    } else if (strcmp(kind, "RangeTableSample") == 0) {
        read_from(walk, scope, json_object_get(fields, "relation"));
    } else {
        const json_t *select = pga_node_as(json_object_get(fields, "subquery"), "SelectStmt");

        if (select)
            columns = renamed(walk, pga_sql_query(walk, scope, select),
                              json_object_get(alias, "colnames"));
        else
            pga_sql_walk(walk, scope, fields, NULL);
        pga_sql_scope_add(scope, aliasname, columns);
    }
}

static void
walk_join(SqlWalk *walk, const SqlScope *scope, const json_t *node)
{
    const json_t *join = pga_node_as(node, "JoinExpr");

    if (!join)
        return;
    walk_join(walk, scope, json_object_get(join, "larg"));
    walk_join(walk, scope, json_object_get(join, "rarg"));
    pga_sql_walk(walk, scope, json_object_get(join, "quals"), NULL);
}

static void
read_from_list(SqlWalk *walk, SqlScope *scope, const json_t *list)
{
    size_t i;
    json_t *node;

    json_array_foreach(list, i, node)
    {
        read_from(walk, scope, node);
    }
    json_array_foreach(list, i, node)
    {
        walk_join(walk, scope, node);
    }
}

static void
read_ctes(SqlWalk *walk, const SqlScope *scope, const json_t *with)
{
    size_t i;
    json_t *node;

    json_array_foreach(json_object_get(with, "ctes"), i, node)
    {
        const json_t *cte = pga_node_as(node, "CommonTableExpr"), *query;
        const char *kind = pga_node_kind(json_object_get(cte, "ctequery"), &query);
        const char *name = json_string_value(json_object_get(cte, "ctename"));
        const SqlColumns *columns;

        if (!kind || !name)
            continue;
        columns = strcmp(kind, "SelectStmt") == 0 ? pga_sql_query(walk, scope, query)
                                                  : pga_sql_change(walk, scope, query);
        columns = renamed(walk, columns, json_object_get(cte, "aliascolnames"));
        g_ptr_array_add(walk->names, (gpointer)name);
        g_ptr_array_add(walk->outputs, (gpointer)columns);
    }
}

static void
add_star(SqlColumns *made, const SqlScope *scope, const char *alias)
{
    for (guint i = 0; i < scope->items->len; i++) {
        const SqlItem *item = &g_array_index(scope->items, SqlItem, i);

        if (alias && g_strcmp0(item->alias, alias) != 0)
            continue;
        made->open |= !item->columns || item->columns->open;
        for (guint j = 0; item->columns && j < item->columns->names->len; j++)
            pga_sql_columns_add(made, g_ptr_array_index(item->columns->names, j),
                                g_ptr_array_index(item->columns->types, j));
    }
}

/* What a column without a name of its own is called. */
static const char *
natural_name(const json_t *value)
{
    const json_t *fields;
    const char *kind = pga_node_kind(value, &fields);

    if (!kind)
        return "?column?";
    if (strcmp(kind, "ColumnRef") == 0)
        return pga_sql_last_name(json_object_get(fields, "fields"));
    if (strcmp(kind, "FuncCall") == 0)
        return pga_sql_last_name(json_object_get(fields, "funcname"));
    if (strcmp(kind, "TypeCast") == 0)
        return natural_name(json_object_get(fields, "arg"));
    return "?column?";
}

static void
add_output(SqlWalk *walk, const SqlScope *scope, const json_t *target, SqlColumns *made)
{
    const json_t *result = pga_node_as(target, "ResTarget");
    const json_t *value = json_object_get(result, "val");
    const json_t *fields = json_object_get(pga_node_as(value, "ColumnRef"), "fields");
    const size_t n = json_array_size(fields);
    const char *name = json_string_value(json_object_get(result, "name"));

    if (n && pga_node_as(json_array_get(fields, n - 1), "A_Star")) {
        add_star(made, scope, n > 1 ? pga_node_string(json_array_get(fields, n - 2)) : NULL);
        return;
    }
    name = name ? name : natural_name(value);
    pga_sql_columns_add(made, name ? name : "?column?", pga_sql_classify(walk, scope, value));
}

static const SqlColumns *
outputs_of(SqlWalk *walk, const SqlScope *scope, const json_t *targets)
{
    SqlColumns *made = pga_sql_columns_new();
    size_t i;
    json_t *target;

    g_ptr_array_add(walk->made, made);
    json_array_foreach(targets, i, target)
    {
        add_output(walk, scope, target, made);
    }
    return made;
}

static void
walk_clauses(SqlWalk *walk, const SqlScope *scope, const json_t *fields)
{
    static const char *const clauses[] = {"targetList",  "whereClause",  "havingClause",
                                          "groupClause", "sortClause",   "limitCount",
                                          "limitOffset", "windowClause", "distinctClause"};

    for (guint i = 0; i < G_N_ELEMENTS(clauses); i++)
        pga_sql_walk_each(walk, scope, json_object_get(fields, clauses[i]), NULL);
    pga_sql_walk_each(walk, scope, json_object_get(fields, "valuesLists"), NULL);
}

const SqlColumns *
pga_sql_query(SqlWalk *walk, const SqlScope *outer, const json_t *select)
{
    const guint n_ctes = walk->names->len;
    const json_t *left = json_object_get(select, "larg"), *right = json_object_get(select, "rarg");
    const SqlColumns *columns = NULL;
    g_auto(SqlScope) scope;

    pga_sql_scope_init(&scope, outer);
    read_ctes(walk, outer, json_object_get(select, "withClause"));
    if (left && right) {
        columns = pga_sql_query(walk, outer, left);
        pga_sql_query(walk, outer, right);
    }
    read_from_list(walk, &scope, json_object_get(select, "fromClause"));
    walk_clauses(walk, &scope, select);
    if (!columns)
        columns = outputs_of(walk, &scope, json_object_get(select, "targetList"));
    g_ptr_array_set_size(walk->names, (gint)n_ctes);
    g_ptr_array_set_size(walk->outputs, (gint)n_ctes);
    return columns;
}

/* SET a = 1; the columns by name. */
static void
walk_assignments(SqlWalk *walk, const SqlScope *scope, const json_t *targets,
                 const SqlColumns *columns)
{
    size_t i;
    json_t *node;

    json_array_foreach(targets, i, node)
    {
        const json_t *target = pga_node_as(node, "ResTarget");
        const char *name = json_string_value(json_object_get(target, "name"));
        const PgaValueType *type = NULL;

        if (columns && name)
            pga_sql_columns_find(columns, name, &type);
        pga_sql_walk(walk, scope, json_object_get(target, "val"), type);
    }
}

/* A row of VALUES: the columns by their place among @targets, or in the relation. */
static void
walk_row(SqlWalk *walk, const SqlScope *scope, const json_t *row, const json_t *targets,
         const SqlColumns *columns)
{
    const json_t *items =
        json_is_array(row) ? row : json_object_get(pga_node_as(row, "List"), "items");
    size_t i;
    json_t *value;

    json_array_foreach(items, i, value)
    {
        const json_t *target = pga_node_as(json_array_get(targets, i), "ResTarget");
        const char *name = json_string_value(json_object_get(target, "name"));
        const PgaValueType *type = NULL;

        if (columns && name)
            pga_sql_columns_find(columns, name, &type);
        else if (columns && !targets && i < columns->types->len)
            type = g_ptr_array_index(columns->types, i);
        pga_sql_walk(walk, scope, value, type);
    }
}

static void
walk_source(SqlWalk *walk, const SqlScope *scope, const json_t *fields, const SqlColumns *columns)
{
    const json_t *select = pga_node_as(json_object_get(fields, "selectStmt"), "SelectStmt");
    const json_t *rows = json_object_get(select, "valuesLists");
    size_t i;
    json_t *row;

    json_array_foreach(rows, i, row)
    {
        walk_row(walk, scope, row, json_object_get(fields, "cols"), columns);
    }
    if (select && json_array_size(rows) == 0)
        pga_sql_query(walk, scope, select);
}

static void
walk_merge(SqlWalk *walk, const SqlScope *scope, const json_t *clauses, const SqlColumns *columns)
{
    size_t i;
    json_t *node;

    json_array_foreach(clauses, i, node)
    {
        const json_t *clause = pga_node_as(node, "MergeWhenClause");
        const json_t *targets = json_object_get(clause, "targetList");
        const json_t *values = json_object_get(clause, "values");

        pga_sql_walk(walk, scope, json_object_get(clause, "condition"), NULL);
        if (values)
            walk_row(walk, scope, values, targets, columns);
        else
            walk_assignments(walk, scope, targets, columns);
    }
}

const SqlColumns *
pga_sql_change(SqlWalk *walk, const SqlScope *outer, const json_t *fields)
{
    const guint n_ctes = walk->names->len;
    const json_t *conflict = json_object_get(fields, "onConflictClause");
    const SqlColumns *columns, *outputs;
    g_auto(SqlScope) scope;

    pga_sql_scope_init(&scope, outer);
    read_ctes(walk, outer, json_object_get(fields, "withClause"));
    columns = pga_sql_scope_relation(walk, &scope, json_object_get(fields, "relation"));
    walk_source(walk, outer, fields, columns);
    if (conflict)
        pga_sql_scope_add(&scope, "excluded", columns);
    read_from_list(walk, &scope, json_object_get(fields, "fromClause"));
    read_from_list(walk, &scope, json_object_get(fields, "usingClause"));
    read_from(walk, &scope, json_object_get(fields, "sourceRelation"));
    pga_sql_walk(walk, &scope, json_object_get(fields, "joinCondition"), NULL);
    pga_sql_walk(walk, &scope, json_object_get(fields, "whereClause"), NULL);
    walk_assignments(walk, &scope, json_object_get(fields, "targetList"), columns);
    walk_assignments(walk, &scope, json_object_get(conflict, "targetList"), columns);
    pga_sql_walk(walk, &scope, json_object_get(conflict, "whereClause"), NULL);
    pga_sql_walk(walk, &scope, json_object_get(conflict, "infer"), NULL);
    walk_merge(walk, &scope, json_object_get(fields, "mergeWhenClauses"), columns);
    pga_sql_walk_each(walk, &scope, json_object_get(fields, "returningList"), NULL);
    outputs = outputs_of(walk, &scope, json_object_get(fields, "returningList"));
    g_ptr_array_set_size(walk->names, (gint)n_ctes);
    g_ptr_array_set_size(walk->outputs, (gint)n_ctes);
    return outputs;
}

/* NOLINTEND(misc-no-recursion) */
