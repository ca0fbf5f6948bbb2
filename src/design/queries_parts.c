/* Access patterns as statements: find, aggregate, insert, update, delete. */
#include <base/text.h>
#include <parse/requirements.h>
#include <string.h>

#include "queries_internal.h"

#define NEAR_LIMIT 10.0 /* rows, where none are stated */

/* Column or expression; FALSE with a failure. */
static gboolean
add_term(PgaQueryDraft *draft, GString *sql, const char *term)
{
    g_auto(PgaQueryColumn) column = {0};
    g_autoptr(GError) cause = NULL;
    g_autofree char *failure = NULL;

    if (pga_query_find_column(draft, term, &column)) {
        g_string_append(sql, column.sql);
        return TRUE;
    }
    failure = g_steal_pointer(&draft->failure);
    if (strpbrk(term, "(+-*/:|") && pga_expression_check(term, NULL, &cause)) {
        g_string_append(sql, term);
        return TRUE;
    }
    draft->failure = g_steal_pointer(&failure);
    return FALSE;
}

static gboolean
add_terms(PgaQueryDraft *draft, GString *sql, const GPtrArray *terms)
{
    for (guint i = 0; i < terms->len; i++) {
        if (i > 0)
            g_string_append(sql, ", ");
        if (!add_term(draft, sql, g_ptr_array_index(terms, i)))
            return FALSE;
    }
    return TRUE;
}

/* "sum(total)", "count": the argument is an attribute, or the whole an expression. */
static gboolean
add_computed(PgaQueryDraft *draft, GString *sql, const char *text)
{
    const char *open = strchr(text, '(');
    const gsize length = strlen(text);
    g_auto(PgaQueryColumn) column = {0};
    g_autofree char *argument = NULL;

    if (g_ascii_strcasecmp(text, "count") == 0) {
        g_string_append(sql, "count(*)");
        return TRUE;
    }
    if (open && text[length - 1] == ')')
        argument = g_strndup(open + 1, length - (gsize)(open - text) - 2);
    if (argument && pga_query_find_column(draft, g_strstrip(argument), &column)) {
        g_string_append_printf(sql, "%.*s(%s)", (int)(open - text), text, column.sql);
        return TRUE;
    }
    g_clear_pointer(&draft->failure, g_free);
    return add_term(draft, sql, text);
}

static gboolean
add_all_computed(PgaQueryDraft *draft, GString *sql, gboolean follows)
{
    const GPtrArray *compute = draft->pattern->compute;

    for (guint i = 0; i < compute->len; i++) {
        g_string_append(sql, i > 0 || follows ? ", " : "");
        if (!add_computed(draft, sql, g_ptr_array_index(compute, i)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_selected(PgaQueryDraft *draft, GString *sql)
{
    const PgaSpecPattern *pattern = draft->pattern;
    g_autofree char *name = NULL;

    if (pattern->group_by->len > 0 || pattern->compute->len > 0)
        return add_terms(draft, sql, pattern->group_by) &&
               add_all_computed(draft, sql, pattern->group_by->len > 0);
    if (pattern->columns->len > 0)
        return add_terms(draft, sql, pattern->columns);
    if (pattern->kind == PGA_PATTERN_AGGREGATE) {
        g_string_append(sql, "count(*)");
        return TRUE;
    }
    name = pga_quote_identifier(draft->table->name);
    if (draft->qualifies)
        g_string_append_printf(sql, "%s.", name);
    g_string_append_c(sql, '*');
    return TRUE;
}

/* "placed_at desc nulls last": the attribute, and the rest. */
static gboolean
add_order_term(PgaQueryDraft *draft, GString *sql, const char *term)
{
    static const char *const ends[] = {
        " desc nulls last", " desc nulls first", " asc nulls last", " asc nulls first",
        " nulls last",      " nulls first",      " desc",           " asc"};
    g_autofree char *text = g_strstrip(g_strdup(term));
    g_autofree char *lower = g_ascii_strdown(text, -1);

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *direction = NULL;

        if (!g_str_has_suffix(lower, ends[i]))
            continue;
        text[strlen(text) - strlen(ends[i])] = '\0';
        direction = g_ascii_strup(ends[i], -1);
        if (!add_term(draft, sql, g_strstrip(text)))
            return FALSE;
        g_string_append(sql, g_str_equal(direction, " ASC") ? "" : direction);
        return TRUE;
    }
    return add_term(draft, sql, text);
}

/* At the commas that stand in no parentheses. (transfer full) */
static GPtrArray *
split(const char *text)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    const char *from = text;
    gint depth = 0;

    for (const char *at = text;; at++) {
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (*at && (*at != ',' || depth > 0))
            continue;
        g_ptr_array_add(parts, g_strndup(from, (gsize)(at - from)));
        from = at + 1;
        if (!*at)
            return parts;
    }
}

static gboolean
add_order(PgaQueryDraft *draft, GString *sql)
{
    const char *order_by = draft->pattern->order_by;
    g_autoptr(GPtrArray) terms = order_by ? split(order_by) : g_ptr_array_new();
    const char *lead = " ORDER BY ";

    if (draft->order->len > 0) {
        g_string_append_printf(sql, "%s%s", lead, draft->order->str);
        lead = ", ";
    }
    for (guint i = 0; i < terms->len; i++) {
        g_string_append(sql, lead);
        if (!add_order_term(draft, sql, g_ptr_array_index(terms, i)))
            return FALSE;
        lead = ", ";
    }
    return TRUE;
}

static void
add_joins(const PgaQueryDraft *draft, GString *sql)
{
    for (guint i = 0; i < draft->joins->len; i++) {
        const PgaQueryJoin *join = g_ptr_array_index(draft->joins, i);
        g_autofree char *relation = pga_query_relation(join->table);
        g_autofree char *alias = pga_quote_identifier(join->alias);

        g_string_append_printf(sql, " JOIN %s", relation);
        if (!g_str_equal(join->alias, join->table->name))
            g_string_append_printf(sql, " AS %s", alias);
        g_string_append_printf(sql, " ON %s", join->on);
    }
}

/* What is selected may lead to tables that FROM has to name. */
static gboolean
write_find(PgaQueryDraft *draft, GString *sql)
{
    const PgaSpecPattern *pattern = draft->pattern;
    g_autoptr(GString) selected = g_string_new(NULL), where = g_string_new(NULL);
    g_autoptr(GString) rest = g_string_new(NULL);
    g_autofree char *relation = pga_query_relation(draft->table);
    const double limit = pattern->limit < 0 && draft->order->len > 0 ? NEAR_LIMIT : pattern->limit;

    if (!add_selected(draft, selected) || !pga_query_add_where(draft, where))
        return FALSE;
    if (pattern->group_by->len > 0) {
        g_string_append(rest, " GROUP BY ");
        if (!add_terms(draft, rest, pattern->group_by))
            return FALSE;
    }
    if (!add_order(draft, rest))
        return FALSE;
    if (limit >= 0 || draft->order->len > 0)
        g_string_append_printf(rest, " LIMIT %.0f", limit >= 0 ? limit : NEAR_LIMIT);
    g_string_append_printf(sql, "SELECT %s FROM %s", selected->str, relation);
    add_joins(draft, sql);
    if (where->len > 0)
        g_string_append_printf(sql, " WHERE %s", where->str);
    g_string_append(sql, rest->str);
    return TRUE;
}

static gboolean
write_insert(PgaQueryDraft *draft, GString *sql)
{
    g_autoptr(GString) names = g_string_new(NULL), values = g_string_new(NULL);
    g_autofree char *relation = pga_query_relation(draft->table);

    for (guint i = 0; i < draft->table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(draft->table->columns, i);
        g_autofree char *name = pga_quote_identifier(column->name);

        if (column->generated || column->identity)
            continue;
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
        g_string_append(values, values->len > 0 ? ", " : "");
        pga_query_add_set(draft, values, column);
    }
    if (names->len > 0)
        g_string_append_printf(sql, "INSERT INTO %s (%s) VALUES (%s)", relation, names->str,
                               values->str);
    else
        g_string_append_printf(sql, "INSERT INTO %s DEFAULT VALUES", relation);
    return TRUE;
}

/* The joined tables, their conditions and the pattern's own. */
static void
add_joined(const PgaQueryDraft *draft, GString *sql, const char *word, const GString *where)
{
    const char *lead = " WHERE ";
    g_autoptr(GString) on = g_string_new(NULL);

    for (guint i = 0; i < draft->joins->len; i++) {
        const PgaQueryJoin *join = g_ptr_array_index(draft->joins, i);
        g_autofree char *relation = pga_query_relation(join->table);
        g_autofree char *alias = pga_quote_identifier(join->alias);

        g_string_append_printf(sql, "%s%s", i == 0 ? word : ", ", relation);
        if (!g_str_equal(join->alias, join->table->name))
            g_string_append_printf(sql, " AS %s", alias);
        g_string_append_printf(on, "%s%s", lead, join->on);
        lead = " AND ";
    }
    g_string_append(sql, on->str);
    if (where->len > 0)
        g_string_append_printf(sql, "%s%s", lead, where->str);
}

static gboolean
write_delete(PgaQueryDraft *draft, GString *sql)
{
    g_autoptr(GString) where = g_string_new(NULL);
    g_autofree char *relation = pga_query_relation(draft->table);

    if (!pga_query_add_where(draft, where))
        return FALSE;
    g_string_append_printf(sql, "DELETE FROM %s", relation);
    add_joined(draft, sql, " USING ", where);
    return TRUE;
}

static gboolean
add_sets(PgaQueryDraft *draft, GString *sql)
{
    const GPtrArray *set = draft->pattern->set;

    for (guint i = 0; i < set->len; i++) {
        const char *written = g_ptr_array_index(set, i);
        const char *equals = strchr(written, '=');
        g_autofree char *attribute =
            g_strstrip(equals ? g_strndup(written, (gsize)(equals - written)) : g_strdup(written));
        g_auto(PgaQueryColumn) column = {0};
        g_autofree char *name = NULL, *value = equals ? g_strstrip(g_strdup(equals + 1)) : NULL;

        if (!pga_query_find_column(draft, attribute, &column))
            return FALSE;
        if (column.table != draft->table) {
            draft->failure = g_strdup_printf("%s is a column of %s, which this does not update",
                                             attribute, column.table->name);
            return FALSE;
        }
        name = pga_quote_identifier(column.column->name);
        g_string_append_printf(sql, "%s%s = ", i > 0 ? ", " : " SET ", name);
        if (value && !strchr(value, '?'))
            g_string_append(sql, value);
        else
            pga_query_add_set(draft, sql, column.column);
    }
    return TRUE;
}

static gboolean
write_update(PgaQueryDraft *draft, GString *sql)
{
    g_autoptr(GString) where = g_string_new(NULL);
    g_autofree char *relation = pga_query_relation(draft->table);

    if (draft->pattern->set->len == 0) {
        draft->failure = g_strdup("nothing is set: \"set\" names the attributes");
        return FALSE;
    }
    g_string_append_printf(sql, "UPDATE %s", relation);
    if (!add_sets(draft, sql) || !pga_query_add_where(draft, where))
        return FALSE;
    add_joined(draft, sql, " FROM ", where);
    return TRUE;
}

gboolean
pga_query_write(PgaQueryDraft *draft, GString *sql)
{
    for (guint i = 0; i < draft->pattern->join->len; i++)
        if (!pga_query_join_entity(draft, g_ptr_array_index(draft->pattern->join, i)))
            return FALSE;
    switch (draft->pattern->kind) {
    case PGA_PATTERN_INSERT:
        return write_insert(draft, sql);
    case PGA_PATTERN_UPDATE:
        return write_update(draft, sql);
    case PGA_PATTERN_DELETE:
        return write_delete(draft, sql);
    case PGA_PATTERN_FIND:
    case PGA_PATTERN_AGGREGATE:
    case PGA_PATTERN_SQL:
    default:
        return write_find(draft, sql);
    }
}
