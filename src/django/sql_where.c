/* Conditions: what stands in WHERE and HAVING, and which joins they need.
 * Source: Query.build_filter(), _add_q(), split_exclude(), JoinPromoter in Django 3.2 to 5.2
 * django/db/models/sql/query.py; WhereNode in where.py. */
#include <string.h>

#include "sql_internal.h"

/* --- nodes --- */

static void
node_free(gpointer node)
{
    pga_sql_node_free(node);
}

SqlNode *
pga_sql_node_new(gboolean is_or, gboolean is_negated)
{
    SqlNode *node = g_new0(SqlNode, 1);

    node->is_or = is_or;
    node->is_negated = is_negated;
    node->children = g_ptr_array_new_with_free_func(node_free);
    return node;
}

SqlNode *
pga_sql_leaf(char *text, gboolean has_aggregate)
{
    SqlNode *node = g_new0(SqlNode, 1);

    node->leaf = text;
    node->has_aggregate = has_aggregate;
    return node;
}

/* NOLINTBEGIN(misc-no-recursion): conditions are of bounded depth, subqueries of bounded levels */

void
pga_sql_node_free(SqlNode *node)
{
    if (!node)
        return;
    g_free(node->leaf);
    g_clear_pointer(&node->children, g_ptr_array_unref);
    g_free(node);
}

/* One of the same kind, or of one child, is taken apart. */
void
pga_sql_node_add(SqlNode *node, SqlNode *child, gboolean is_or)
{
    if (!child)
        return;
    node->has_aggregate |= child->has_aggregate;
    if (child->children && !child->is_negated &&
        (child->is_or == is_or || child->children->len <= 1)) {
        g_ptr_array_extend_and_steal(node->children, g_steal_pointer(&child->children));
        pga_sql_node_free(child);
    } else {
        g_ptr_array_add(node->children, child);
    }
}

char *
pga_sql_node_text(const SqlNode *node)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = 0;

    if (node->leaf)
        return g_strdup(node->leaf);
    for (guint i = 0; node->children && i < node->children->len; i++) {
        g_autofree char *child = pga_sql_node_text(g_ptr_array_index(node->children, i));

        if (child)
            g_string_append_printf(text, "%s%s", n++ ? node->is_or ? " OR " : " AND " : "", child);
    }
    if (n == 0)
        return NULL;
    if (node->is_negated)
        return g_strdup_printf("NOT (%s)", text->str);
    return n > 1 ? g_strdup_printf("(%s)", text->str)
                 : g_string_free(g_steal_pointer(&text), FALSE);
}

SqlNode *
pga_sql_take_having(SqlNode *node)
{
    SqlNode *having;

    if (!node->has_aggregate)
        return NULL;
    having = pga_sql_node_new(FALSE, FALSE);
    for (guint i = 0; i < node->children->len;) {
        SqlNode *child = g_ptr_array_index(node->children, i);

        if (child->has_aggregate)
            g_ptr_array_add(having->children, g_ptr_array_steal_index(node->children, i));
        else
            i++;
    }
    return having;
}

/* --- one lookup --- */

/** Where a condition stands. */
typedef struct {
    SqlQuery *query;
    gboolean branch_negated, current_negated;
    gboolean is_split; /* exclude() over many rows is a subquery */
} Where;

static void
add_place(GArray *places, guint place)
{
    for (guint i = 0; i < places->len; i++)
        if (g_array_index(places, guint, i) == place)
            return;
    if (place > 0)
        g_array_append_val(places, place);
}

static gboolean
is_isnull(const PgaDjangoLookup *lookup, gboolean *truth)
{
    const gboolean is_none = lookup->value && lookup->value->kind == PGA_PY_NONE;

    *truth =
        is_none || !lookup->value || lookup->value->kind != PGA_PY_BOOL || lookup->value->truth;
    return g_str_equal(lookup->path.lookup, "isnull") ||
           (is_none && g_str_equal(lookup->path.lookup, "exact"));
}

static SqlNode *
left_out(const SqlQuery *query, const PgaDjangoLookup *lookup)
{
    pga_sql_leave_out(query->run, "condition %s", lookup->path.text);
    query->run->is_other |= !lookup->path.model && !lookup->path.annotation && !query->outer &&
                            query->model && !query->model->is_partial;
    return NULL;
}

/* The column of the right side: it must not be NULL where the condition is negated. */
static void
add_right_not_null(SqlQuery *query, const PgaDjangoLookup *lookup, SqlNode *clause)
{
    g_auto(SqlTerm) term = {0};
    SqlNode *leaf;

    if (!lookup->value_is_expression || !g_str_equal(pga_py_last_name(lookup->value), "F"))
        return;
    pga_sql_expression(query, lookup->value, FALSE, &term);
    if (!term.field || !term.field->is_null)
        return;
    leaf = pga_sql_leaf(g_strdup_printf("%s IS NOT NULL", term.sql), FALSE);
    pga_sql_node_add(clause, leaf, FALSE);
}

static SqlNode *
annotation_lookup(const Where *where, const PgaDjangoLookup *lookup)
{
    PgaDjangoPath plain = lookup->path;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_auto(SqlTerm) term = {0};
    char *sql;

    plain.transforms = none;
    pga_sql_path_term(where->query, &plain, &term);
    sql = term.sql && !term.is_window ? pga_sql_lookup(where->query, lookup, &term) : NULL;
    return sql ? pga_sql_leaf(sql, term.is_aggregate) : left_out(where->query, lookup);
}

/* Relations of the right side's F() join too: these count as used. */
static void
take_new_joins(const SqlQuery *query, guint before, GArray *used)
{
    for (guint i = before; i < query->joins->len; i++)
        add_place(used, i);
}

static SqlNode *split_lookup(const Where *where, const PgaDjangoLookup *lookup);

static SqlNode *
column_lookup(const Where *where, const PgaDjangoLookup *lookup, const SqlRoute *route,
              GArray *needed)
{
    SqlQuery *query = where->query;
    SqlNode *clause = pga_sql_node_new(FALSE, FALSE);
    g_auto(SqlTerm) term = {.sql = pga_sql_column(query, route->alias, route->column),
                            .type = pga_sql_field_type(lookup->path.model, lookup->path.field)};
    g_autofree char *column = g_strdup(term.sql);
    const guint before = query->joins->len;
    gboolean truth;
    const gboolean is_null = is_isnull(lookup, &truth);
    const gboolean is_left = pga_sql_join(query, route->alias)->is_left;
    char *sql = pga_sql_lookup(query, lookup, &term);

    if (!sql) {
        pga_sql_node_free(clause);
        return left_out(query, lookup);
    }
    take_new_joins(query, before, needed);
    pga_sql_node_add(clause, pga_sql_leaf(sql, term.is_aggregate), FALSE);
    if (is_null && truth && !where->current_negated)
        g_array_set_size(needed, 0);
    if (!where->current_negated || (is_null && truth))
        return clause;
    g_array_set_size(needed, 0);
    if (is_null)
        return clause;
    if (lookup->path.field->is_null || is_left ||
        (route->alias > 0 && pga_sql_join(query, route->alias)->is_left))
        pga_sql_node_add(clause, pga_sql_leaf(g_strdup_printf("%s IS NOT NULL", column), FALSE),
                         FALSE);
    add_right_not_null(query, lookup, clause);
    return clause;
}

static SqlNode *
lookup_node(const Where *where, const PgaDjangoLookup *lookup, GArray *needed)
{
    SqlQuery *query = where->query;
    g_auto(SqlRoute) route = {0};
    guint n_before;

    if (lookup->path.annotation)
        return annotation_lookup(where, lookup);
    if (!lookup->path.model)
        return left_out(query, lookup);
    if (where->branch_negated && where->is_split && pga_sql_path_is_many(&lookup->path, &n_before))
        return split_lookup(where, lookup);
    if (!pga_sql_route(query, 0, &lookup->path, TRUE, &route))
        return left_out(query, lookup);
    for (guint i = 0; i < route.joins->len; i++)
        add_place(needed, g_array_index(route.joins, guint, i));
    pga_sql_trim(query, &route);
    return column_lookup(where, lookup, &route, needed);
}

/* --- exclude() over many rows --- */

/* The inner query's first table: what leads there is the outer query's. */
static void
trim_start(SqlQuery *inner, const SqlRoute *route)
{
    const guint first = route->n_many;
    const SqlJoin *join = pga_sql_join(inner, g_array_index(route->joins, guint, first));

    for (guint i = 0; i + 1 < first; i++)
        pga_sql_join(inner, g_array_index(route->joins, guint, i))->n_refs = 0;
    if (!join->is_left)
        pga_sql_join(inner, g_array_index(route->joins, guint, first - 1))->n_refs = 0;
}

/* The outer query's column that the inner one is about. (transfer full) (nullable) */
static char *
outer_column(SqlQuery *query, const PgaDjangoLookup *lookup, guint n_hops, const char *column,
             gboolean *is_left)
{
    g_autoptr(GArray) hops = g_array_new(FALSE, FALSE, sizeof(PgaDjangoHop));
    g_auto(SqlRoute) route = {0};
    PgaDjangoPath path = lookup->path;

    g_array_append_vals(hops, lookup->path.hops->data, n_hops);
    path.hops = hops;
    if (!pga_sql_route(query, 0, &path, TRUE, &route))
        return NULL;
    g_free(route.column);
    route.column = g_strdup(column);
    pga_sql_trim(query, &route);
    *is_left = pga_sql_join(query, route.alias)->is_left;
    return pga_sql_column(query, route.alias, route.column);
}

static SqlNode *
split_lookup(const Where *where, const PgaDjangoLookup *lookup)
{
    SqlQuery *query = where->query;
    g_autoptr(SqlQuery) inner = pga_sql_query_new(query->run, query, query->model, query->queryset);
    const Where within = {inner, FALSE, FALSE, FALSE};
    g_autoptr(GArray) needed = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GString) sql = g_string_new("SELECT 1 AS \"a\" FROM ");
    g_autofree char *outer = NULL, *own = NULL, *text = NULL;
    g_auto(SqlRoute) route = {0};
    const SqlJoin *join;
    gboolean is_left = FALSE;
    guint n_hops = 0;
    SqlNode *node;

    if (query->level >= PGA_DJANGO_MAX_LEVEL)
        return left_out(query, lookup);
    node = lookup_node(&within, lookup, needed);
    pga_sql_demote(inner, needed);
    pga_sql_path_is_many(&lookup->path, &n_hops);
    if (!node || !pga_sql_route(inner, 0, &lookup->path, TRUE, &route)) {
        pga_sql_node_free(node);
        return left_out(query, lookup);
    }
    for (guint i = 1; i < route.joins->len; i++) /* it was gone again */
        pga_sql_join(inner, g_array_index(route.joins, guint, i))->n_refs--;
    join = pga_sql_join(inner, g_array_index(route.joins, guint, route.n_many));
    trim_start(inner, &route);
    own = join->is_left
              ? pga_sql_column(inner, join->parent, join->left)
              : pga_sql_column(inner, g_array_index(route.joins, guint, route.n_many), join->right);
    outer = outer_column(query, lookup, n_hops, join->left, &is_left);
    pga_sql_node_add(inner->where, node, FALSE);
    if (outer)
        pga_sql_node_add(inner->where, pga_sql_leaf(g_strdup_printf("%s = %s", own, outer), FALSE),
                         FALSE);
    if (!join->is_left && join->extra)
        pga_sql_node_add(inner->where, pga_sql_leaf(g_strdup(join->extra), FALSE), FALSE);
    pga_sql_append_from(sql, inner);
    text = pga_sql_node_text(inner->where);
    return pga_sql_leaf(g_strdup_printf("EXISTS(%s WHERE %s LIMIT 1)", sql->str, text), FALSE);
}

/* --- AND, OR, NOT --- */

static void
count_votes(GArray *votes, const GArray *needed)
{
    for (guint i = 0; i < needed->len; i++) {
        const guint place = g_array_index(needed, guint, i);

        if (place >= votes->len)
            g_array_set_size(votes, place + 1);
        g_array_index(votes, guint, place)++;
    }
}

/* Joins that only some of the alternatives need are outer ones. */
static void
settle_joins(SqlQuery *query, const GArray *votes, gboolean is_or, guint n_children, GArray *needed)
{
    g_autoptr(GArray) promoted = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 1; i < votes->len; i++) {
        const guint n = g_array_index(votes, guint, i);

        if (n == 0)
            continue;
        if (is_or && n < n_children)
            g_array_append_val(promoted, i);
        else
            add_place(needed, i);
    }
    pga_sql_promote(query, promoted);
    pga_sql_demote(query, needed);
}

static SqlNode *condition_node(const Where *where, const PgaDjangoCondition *condition,
                               GArray *needed);

/* @items: of PgaDjangoCondition *. */
static SqlNode *
joined_node(const Where *given, const GPtrArray *items, gboolean is_or, gboolean is_negated,
            GArray *needed)
{
    Where where = *given;
    SqlNode *node = pga_sql_node_new(is_or, is_negated);
    g_autoptr(GArray) votes = g_array_new(FALSE, TRUE, sizeof(guint));

    where.current_negated ^= is_negated;
    where.branch_negated |= is_negated;
    for (guint i = 0; i < items->len; i++) {
        g_autoptr(GArray) used = g_array_new(FALSE, FALSE, sizeof(guint));
        SqlNode *child = condition_node(&where, g_ptr_array_index(items, i), used);

        count_votes(votes, used);
        pga_sql_node_add(node, child, is_or);
    }
    settle_joins(where.query, votes, is_or != where.current_negated, items->len, needed);
    return node;
}

static SqlNode *
exists_node(const Where *where, const PgaDjangoCondition *condition, gboolean is_negated)
{
    g_autofree char *sql =
        pga_sql_select(where->query->run, where->query, condition->subquery, SQL_EXISTS, -1);

    if (sql)
        return pga_sql_leaf(g_strdup_printf("%sEXISTS(%s)", is_negated ? "NOT " : "", sql), FALSE);
    pga_sql_leave_out(where->query->run, "condition Exists()");
    return NULL;
}

/* NOT of an AND is one node. */
static SqlNode *
negated_node(const Where *where, const PgaDjangoCondition *condition, GArray *needed)
{
    const PgaDjangoCondition *only = g_ptr_array_index(condition->items, 0);

    if (only->kind == PGA_DJANGO_EXISTS && !condition->is_exclude)
        return exists_node(where, only, TRUE);
    return only->kind == PGA_DJANGO_AND ? joined_node(where, only->items, FALSE, TRUE, needed)
                                        : joined_node(where, condition->items, FALSE, TRUE, needed);
}

static SqlNode *
condition_node(const Where *where, const PgaDjangoCondition *condition, GArray *needed)
{
    if (condition->is_optional) /* the path without it is one that is taken too */
        return NULL;
    switch (condition->kind) {
    case PGA_DJANGO_AND:
    case PGA_DJANGO_OR:
        return joined_node(where, condition->items, condition->kind == PGA_DJANGO_OR, FALSE,
                           needed);
    case PGA_DJANGO_NOT:
        return condition->items->len > 0 ? negated_node(where, condition, needed) : NULL;
    case PGA_DJANGO_LOOKUP:
        return lookup_node(where, condition->lookup, needed);
    case PGA_DJANGO_EXISTS:
        return exists_node(where, condition, FALSE);
    case PGA_DJANGO_OPAQUE:
    default:
        pga_sql_leave_out(where->query->run, "a condition that the source does not tell");
        return NULL;
    }
}

static void
forget_reusable(const SqlQuery *query)
{
    for (guint i = 0; i < query->joins->len; i++)
        pga_sql_join(query, i)->is_reusable = FALSE;
}

void
pga_sql_add_condition(SqlQuery *query, const PgaDjangoCondition *condition)
{
    const Where where = {query, FALSE, FALSE, TRUE};
    g_autoptr(GArray) inner = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) needed = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GPtrArray) only = g_ptr_array_new();
    const gboolean is_list = condition->kind == PGA_DJANGO_AND && !condition->is_optional;

    for (guint i = 0; i < (is_list ? condition->items->len : 1); i++) {
        const PgaDjangoCondition *item =
            is_list ? g_ptr_array_index(condition->items, i) : condition;

        if (!pga_sql_take_qualify(query, item))
            g_ptr_array_add(only, (gpointer)item);
    }
    for (guint i = 1; i < query->joins->len; i++)
        if (!pga_sql_join(query, i)->is_left)
            g_array_append_val(inner, i);
    forget_reusable(query);
    pga_sql_node_add(query->where, joined_node(&where, only, FALSE, FALSE, needed), FALSE);
    pga_sql_demote(query, inner);
}

char *
pga_sql_condition_text(SqlQuery *query, const PgaDjangoCondition *condition)
{
    const Where where = {query, FALSE, FALSE, FALSE};
    g_autoptr(GArray) needed = g_array_new(FALSE, FALSE, sizeof(guint));
    SqlNode *node = condition_node(&where, condition, needed);
    char *text = node ? pga_sql_node_text(node) : NULL;

    pga_sql_node_free(node);
    return text;
}

/* NOLINTEND(misc-no-recursion) */
