/* A statement's parse tree: which relations it reads and writes, what it returns, and where its
 * conditions stand. */
#include "statement_tree_internal.h"

#include <pg_query.h>
#include <string.h>

#define MAX_LIST     16 /* parameters of a list that are kept */
#define MAX_PARAMS   9  /* digits of "$n" */
#define IS_OUTERMOST NULL

static const char *
text_of(const json_t *fields, const char *name)
{
    return json_string_value(json_object_get(fields, name));
}

static void
add_oid(GArray *oids, PgaOid oid)
{
    for (guint i = 0; i < oids->len; i++)
        if (g_array_index(oids, PgaOid, i) == oid)
            return;
    g_array_append_val(oids, oid);
}

static gboolean
is_cte(const PgaTreeReader *reader, const char *name)
{
    for (guint i = 0; i < reader->ctes->len; i++)
        if (strcmp(g_ptr_array_index(reader->ctes, i), name) == 0)
            return TRUE;
    return FALSE;
}

/* @range: fields of a RangeVar. */
static void
add_relation(PgaTreeReader *reader, PgaScope *scope, const json_t *range)
{
    const char *relname = text_of(range, "relname"), *nspname = text_of(range, "schemaname");
    const char *alias = text_of(json_object_get(range, "alias"), "aliasname");
    PgaFromItem item = {alias ? alias : relname, NULL};

    if (!relname)
        return;
    if (nspname || !is_cte(reader, relname))
        item.relation =
            pga_names_relation(reader->names, nspname, relname, reader->statement->usename);
    if (item.relation)
        add_oid(reader->statement->relations, item.relation->oid);
    g_array_append_val(scope->items, item);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as jansson reads */

static void read_from(PgaTreeReader *reader, PgaScope *scope, const json_t *node);

static void
add_other(PgaTreeReader *reader, PgaScope *scope, const json_t *fields)
{
    const PgaFromItem item = {text_of(json_object_get(fields, "alias"), "aliasname"), NULL};
    const json_t *select = pga_node_as(json_object_get(fields, "subquery"), "SelectStmt");

    if (select)
        pga_tree_read_select(reader, scope, select);
    else
        pga_tree_read_sublinks(reader, scope, fields);
    g_array_append_val(scope->items, item);
}

static void
read_from(PgaTreeReader *reader, PgaScope *scope, const json_t *node)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    if (!kind)
        return;
    if (strcmp(kind, "RangeVar") == 0) {
        add_relation(reader, scope, fields);
    } else if (strcmp(kind, "JoinExpr") == 0) {
        read_from(reader, scope, json_object_get(fields, "larg"));
        read_from(reader, scope, json_object_get(fields, "rarg"));
    } else if (strcmp(kind, "RangeTableSample") == 0) {
        read_from(reader, scope, json_object_get(fields, "relation"));
    } else {
        add_other(reader, scope, fields);
    }
}

/* Conditions of joins, when all their relations are known. */
static void
read_join_conditions(PgaTreeReader *reader, const PgaScope *scope, const json_t *node)
{
    const json_t *join = pga_node_as(node, "JoinExpr");

    if (!join)
        return;
    read_join_conditions(reader, scope, json_object_get(join, "larg"));
    read_join_conditions(reader, scope, json_object_get(join, "rarg"));
    pga_tree_read_condition(reader, scope, json_object_get(join, "quals"));
}

static void
read_from_list(PgaTreeReader *reader, PgaScope *scope, const json_t *list)
{
    size_t i;
    json_t *node;

    json_array_foreach(list, i, node)
    {
        read_from(reader, scope, node);
    }
    json_array_foreach(list, i, node)
    {
        read_join_conditions(reader, scope, node);
    }
}

static void read_statement(PgaTreeReader *reader, const PgaScope *outer, const char *kind,
                           const json_t *fields);

static void
read_ctes(PgaTreeReader *reader, const PgaScope *scope, const json_t *with)
{
    size_t i;
    json_t *node;

    json_array_foreach(json_object_get(with, "ctes"), i, node)
    {
        const json_t *cte = pga_node_as(node, "CommonTableExpr"), *fields;
        const char *name = text_of(cte, "ctename");
        const char *kind = pga_node_kind(json_object_get(cte, "ctequery"), &fields);

        if (name)
            g_ptr_array_add(reader->ctes, (gpointer)name);
        if (kind)
            read_statement(reader, scope, kind, fields);
    }
}

/* "*" is of every item, "alias.*" of one. */
static void
read_star(PgaTreeReader *reader, const PgaScope *scope, const json_t *fields)
{
    const size_t n = json_array_size(fields);
    const char *alias = n > 1 ? pga_node_string(json_array_get(fields, n - 2)) : NULL;
    const PgaFromItem *one = alias ? pga_scope_item(scope, alias) : NULL;

    for (guint i = 0; i < scope->items->len; i++) {
        const PgaFromItem *item = &g_array_index(scope->items, PgaFromItem, i);

        if (item->relation && (n == 1 || item == one)) {
            reader->statement->selects_star = TRUE;
            add_oid(reader->statement->star_relations, item->relation->oid);
        }
    }
}

static gboolean
is_aggregate(const json_t *node)
{
    static const char *const names[] = {"count",
                                        "sum",
                                        "avg",
                                        "min",
                                        "max",
                                        "array_agg",
                                        "string_agg",
                                        "json_agg",
                                        "jsonb_agg",
                                        "json_object_agg",
                                        "jsonb_object_agg",
                                        "bool_and",
                                        "bool_or",
                                        "every",
                                        "stddev",
                                        "stddev_pop",
                                        "stddev_samp",
                                        "variance",
                                        "var_pop",
                                        "var_samp",
                                        NULL};
    const json_t *call = pga_node_as(node, "FuncCall");
    const json_t *names_of_call = json_object_get(call, "funcname");
    const size_t n = json_array_size(names_of_call);
    const char *name = n ? pga_node_string(json_array_get(names_of_call, n - 1)) : NULL;

    return name && !json_object_get(call, "over") && g_strv_contains(names, name);
}

static gboolean
holds_aggregate(const json_t *node)
{
    const char *key;
    json_t *value;
    size_t i;

    if (is_aggregate(node))
        return TRUE;
    json_array_foreach(node, i, value)
    {
        if (holds_aggregate(value))
            return TRUE;
    }
    json_object_foreach((json_t *)node, key, value)
    {
        if (strcmp(key, "SubLink") != 0 && holds_aggregate(value))
            return TRUE;
    }
    return FALSE;
}

static void
read_targets(PgaTreeReader *reader, const PgaScope *scope, const json_t *targets)
{
    size_t i;
    json_t *node;

    json_array_foreach(targets, i, node)
    {
        const json_t *value = json_object_get(pga_node_as(node, "ResTarget"), "val");
        const json_t *fields = json_object_get(pga_node_as(value, "ColumnRef"), "fields");
        const size_t n = json_array_size(fields);

        if (n && pga_node_as(json_array_get(fields, n - 1), "A_Star"))
            read_star(reader, scope, fields);
        reader->statement->has_aggregate |= holds_aggregate(value);
    }
}

/* What the whole statement returns: of the outermost query only. */
static void
read_outermost(PgaTreeReader *reader, const PgaScope *scope, const json_t *select)
{
    PgaWorkloadStatement *statement = reader->statement;
    const json_t *limit = json_object_get(select, "limitCount");

    statement->has_limit = limit != NULL;
    statement->has_order = json_array_size(json_object_get(select, "sortClause")) > 0;
    statement->has_aggregate = json_array_size(json_object_get(select, "groupClause")) > 0;
    read_targets(reader, scope, json_object_get(select, "targetList"));
}

static void
read_clauses(PgaTreeReader *reader, const PgaScope *scope, const json_t *fields)
{
    static const char *const clauses[] = {"targetList",    "havingClause",    "groupClause",
                                          "sortClause",    "limitCount",      "valuesLists",
                                          "windowClause",  "limitOffset",     "onConflictClause",
                                          "returningList", "mergeWhenClauses"};

    pga_tree_read_condition(reader, scope, json_object_get(fields, "whereClause"));
    for (guint i = 0; i < G_N_ELEMENTS(clauses); i++)
        pga_tree_read_sublinks(reader, scope, json_object_get(fields, clauses[i]));
}

static void
read_query(PgaTreeReader *reader, const PgaScope *outer, const json_t *select, gboolean outermost)
{
    PgaScope scope = {g_array_new(FALSE, FALSE, sizeof(PgaFromItem)), outer};
    const json_t *left = json_object_get(select, "larg"), *right = json_object_get(select, "rarg");

    read_ctes(reader, &scope, json_object_get(select, "withClause"));
    if (left)
        read_query(reader, outer, left, FALSE);
    if (right)
        read_query(reader, outer, right, FALSE);
    read_from_list(reader, &scope, json_object_get(select, "fromClause"));
    read_clauses(reader, &scope, select);
    if (outermost)
        read_outermost(reader, &scope, select);
    g_array_unref(scope.items);
}

void
pga_tree_read_select(PgaTreeReader *reader, const PgaScope *outer, const json_t *select)
{
    read_query(reader, outer, select, FALSE);
}

/* INSERT, UPDATE, DELETE, MERGE: the relation comes first in their scope. */
static void
read_change(PgaTreeReader *reader, const PgaScope *outer, const json_t *fields)
{
    PgaScope scope = {g_array_new(FALSE, FALSE, sizeof(PgaFromItem)), outer};
    const json_t *select = pga_node_as(json_object_get(fields, "selectStmt"), "SelectStmt");

    read_ctes(reader, &scope, json_object_get(fields, "withClause"));
    if (select)
        read_query(reader, outer, select, FALSE);
    add_relation(reader, &scope, json_object_get(fields, "relation"));
    read_from_list(reader, &scope, json_object_get(fields, "fromClause"));
    read_from_list(reader, &scope, json_object_get(fields, "usingClause"));
    read_from(reader, &scope, json_object_get(fields, "sourceRelation"));
    pga_tree_read_condition(reader, &scope, json_object_get(fields, "joinCondition"));
    read_clauses(reader, &scope, fields);
    g_array_unref(scope.items);
}

/** Statements that hold a query. */
static const struct {
    const char *kind;
    char command;
} statements[] = {
    {"SelectStmt", 's'}, {"InsertStmt", 'i'}, {"UpdateStmt", 'u'},
    {"DeleteStmt", 'd'}, {"MergeStmt", 'm'},
};

static char
command_of(const char *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
        if (strcmp(statements[i].kind, kind) == 0)
            return statements[i].command;
    return 'x';
}

/* The rest, such as COPY (query) and CREATE TABLE AS, has its query in "query". */
static void
read_statement(PgaTreeReader *reader, const PgaScope *outer, const char *kind, const json_t *fields)
{
    const char command = command_of(kind);
    const json_t *inner;
    const char *inner_kind;

    if (command == 's') {
        read_query(reader, outer, fields, FALSE);
    } else if (command != 'x') {
        read_change(reader, outer, fields);
    } else {
        inner_kind = pga_node_kind(json_object_get(fields, "query"), &inner);
        if (inner_kind && command_of(inner_kind) != 'x')
            read_statement(reader, outer, inner_kind, inner);
    }
}

/* NOLINTEND(misc-no-recursion) */

static void
read_whole(PgaTreeReader *reader, const json_t *node)
{
    const json_t *fields;
    const char *kind = pga_node_kind(node, &fields);

    if (!kind)
        return;
    reader->statement->parsed = TRUE;
    reader->statement->command = command_of(kind);
    if (reader->statement->command == 's')
        read_query(reader, IS_OUTERMOST, fields, TRUE);
    else
        read_statement(reader, IS_OUTERMOST, kind, fields);
}

/* The end of "$n", or NULL. */
static const char *
skip_parameter(const char *at)
{
    const gsize n = *at == '$' ? strspn(at + 1, "0123456789") : 0;

    return n > 0 && n <= MAX_PARAMS ? at + 1 + n : NULL;
}

/* The end of ", $n", or NULL. */
static const char *
skip_next(const char *at)
{
    at += strspn(at, " \t\n\r");
    if (*at != ',')
        return NULL;
    at++;
    return skip_parameter(at + strspn(at, " \t\n\r"));
}

/* (transfer full): lists of parameters cut short. A list of ten thousand says no more than one of
 * sixteen. */
static char *
shorten_lists(const char *query)
{
    GString *text = g_string_sized_new(256);

    for (const char *at = query, *next; *at;) {
        guint n = 1;

        next = skip_parameter(at);
        if (!next) {
            g_string_append_c(text, *at++);
            continue;
        }
        g_string_append_len(text, at, next - at);
        for (at = next; (next = skip_next(at)); at = next)
            if (++n <= MAX_LIST)
                g_string_append_len(text, at, next - at);
    }
    return g_string_free(text, FALSE);
}

static void
read_tree(PgaTreeReader *reader, const json_t *tree)
{
    const json_t *list = json_object_get(tree, "stmts");

    if (json_array_size(list) == 1)
        read_whole(reader, json_object_get(json_array_get(list, 0), "stmt"));
}

void
pga_statement_tree_compared(const PgaNames *names, const json_t *tree, const char *usename,
                            PgaTakeCompared take_compared, gpointer taker)
{
    PgaWorkloadStatement *statement = pga_record_new(&pga_workload_statement_type);
    g_autoptr(GPtrArray) ctes = g_ptr_array_new();
    PgaTreeReader reader = {names, statement, ctes, take_compared, taker};

    statement->usename = g_strdup(usename);
    statement->relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    statement->star_relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    read_tree(&reader, tree);
    pga_record_free(&pga_workload_statement_type, statement);
}

static void
take_fingerprint(PgaWorkloadStatement *statement, const char *text)
{
    PgQueryFingerprintResult result = pg_query_fingerprint(text);

    if (!result.error)
        statement->fingerprint = g_strdup(result.fingerprint_str);
    pg_query_free_fingerprint_result(result);
}

gboolean
pga_statement_tree_read(const PgaNames *names, PgaWorkloadStatement *statement)
{
    g_autofree char *text = shorten_lists(statement->query);
    g_autoptr(GPtrArray) ctes = g_ptr_array_new();
    PgaTreeReader reader = {names, statement, ctes, NULL, NULL};
    json_t *tree = pga_node_parse(text);

    read_tree(&reader, tree);
    json_decref(tree);
    if (!statement->parsed)
        return FALSE;
    take_fingerprint(statement, text);
    return TRUE;
}
