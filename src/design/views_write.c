/* A SELECT of sums as a materialized view, and the SELECT that is left to do on it. */
#include <base/text.h>
#include <string.h>

#include "views_internal.h"

/** One being written. */
typedef struct {
    const PgaArchitecture *architecture;
    const PgaViewSelect *select;
    const char *view;
    PgaViewDraft *draft;
    GPtrArray *groups;  /* of char *: expressions the view groups by, beside draft->keys */
    GPtrArray *columns; /* of char *: of the view, for each item, unquoted */
} Writer;

static void
fail(Writer *writer, char *why)
{
    if (writer->draft->failure)
        g_free(why);
    else
        writer->draft->failure = why;
}

static gboolean
is_taken(const Writer *writer, const char *name)
{
    for (guint i = 0; i < writer->columns->len; i++)
        if (g_strcmp0(g_ptr_array_index(writer->columns, i), name) == 0)
            return TRUE;
    for (guint i = 0; i < writer->draft->keys->len; i++)
        if (g_strcmp0(g_ptr_array_index(writer->draft->keys, i), name) == 0)
            return TRUE;
    return FALSE;
}

/* (transfer full): a name for a column that no other has. */
static char *
new_name(const Writer *writer, const char *wanted)
{
    char *name = g_strndup(wanted, 50);

    for (guint n = 1; is_taken(writer, name); n++) {
        g_free(name);
        name = g_strdup_printf("%.50s_%u", wanted, n);
    }
    return name;
}

static void
add_column(Writer *writer, const char *expression, const char *name)
{
    g_autofree char *quoted = pga_quote_identifier(name);

    g_string_append_printf(writer->draft->columns, "%s%s AS %s",
                           writer->draft->columns->len > 0 ? ",\n       " : "", expression, quoted);
}

/* (nullable): the view's column for the group @expression. */
static const char *
key_of(const Writer *writer, const char *expression)
{
    for (guint i = 0; i < writer->groups->len; i++)
        if (g_ascii_strcasecmp(g_ptr_array_index(writer->groups, i), expression) == 0)
            return g_ptr_array_index(writer->draft->keys, i);
    return NULL;
}

/* @wanted: how its column is to be called. The name it gets. */
static const char *
add_group(Writer *writer, const char *expression, const char *wanted)
{
    char *name = new_name(writer, wanted);

    g_ptr_array_add(writer->groups, g_strdup(expression));
    g_ptr_array_add(writer->draft->keys, name);
    add_column(writer, expression, name);
    return name;
}

/* Behind the qualification. */
static const char *
bare_name(const char *column)
{
    const char *dot = strrchr(column, '.');

    return dot ? dot + 1 : column;
}

/* (nullable): the column that a condition names, of a table in FROM. */
static const PgaDesignColumn *
find_column(const Writer *writer, const char *column)
{
    const GPtrArray *tables = writer->architecture->tables;

    for (guint i = 0; i < tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(tables, i);
        const PgaDesignColumn *found = pga_view_has_word(writer->select->from, table->name)
                                           ? pga_design_table_column(table, bare_name(column))
                                           : NULL;

        if (found)
            return found;
    }
    return NULL;
}

/* (nullable) (transfer full): the unit of a group date_trunc('unit', column). */
static char *
unit_of(const char *group, const char *column)
{
    g_auto(GStrv) parts = g_strsplit(group, "'", 3);
    char *argument = NULL;

    if (g_strv_length(parts) != 3 || g_ascii_strncasecmp(parts[0], "date_trunc(", 11) != 0 ||
        *parts[2] != ',' || !g_str_has_suffix(parts[2], ")"))
        return NULL;
    parts[2][strlen(parts[2]) - 1] = '\0';
    argument = g_strstrip(parts[2] + 1);
    return g_ascii_strcasecmp(argument, column) == 0 ||
                   g_ascii_strcasecmp(bare_name(argument), bare_name(column)) == 0
               ? g_strdup(parts[1])
               : NULL;
}

static void
add_outer(Writer *writer, const char *key, const char *operator_, const char *value)
{
    g_autofree char *quoted = pga_quote_identifier(key);

    g_ptr_array_add(writer->draft->outer, g_strdup_printf("%s %s %s", quoted, operator_, value));
}

/* A range of points in time on a view that knows whole units only. */
static void
add_rounded(Writer *writer, const char *key, const char *unit, const char *type,
            const PgaViewCondition *condition)
{
    const gboolean is_between = strcmp(condition->operator_, "between") == 0;
    const gboolean is_lower = is_between || *condition->operator_ == '>';
    g_autoptr(GRegex) and = g_regex_new("\\s+and\\s+", G_REGEX_CASELESS, 0, NULL);
    g_auto(GStrv) ends = g_regex_split(and, condition->value, 0);
    g_autofree char *low = g_strdup_printf("date_trunc('%s', (%s)::%s)", unit, ends[0], type);

    writer->draft->rounds = TRUE;
    if (is_lower)
        add_outer(writer, key, ">=", low);
    if (is_between && g_strv_length(ends) == 2)
        add_outer(writer, key, "<=", ends[1]);
    else if (is_between)
        fail(writer, g_strdup("a range in it is not read"));
    else if (!is_lower)
        add_outer(writer, key, condition->operator_, condition->value);
}

static gboolean
is_time(const PgaDesignColumn *column)
{
    return column &&
           (g_str_has_prefix(column->type, "timestamp") || g_str_has_prefix(column->type, "date"));
}

/* A range on what the view does not group by: by days, which are summed up. */
static void
add_range(Writer *writer, const PgaViewCondition *condition)
{
    const PgaDesignColumn *column = find_column(writer, condition->column);
    g_autofree char *expression = g_strdup_printf("date_trunc('day', %s)", condition->column);
    g_autofree char *name = g_strdup_printf("%s_day", bare_name(condition->column));

    for (guint i = 0; i < writer->groups->len; i++) {
        g_autofree char *unit = unit_of(g_ptr_array_index(writer->groups, i), condition->column);

        if (!unit || !column)
            continue;
        add_rounded(writer, g_ptr_array_index(writer->draft->keys, i), unit, column->type,
                    condition);
        return;
    }
    if (!is_time(column)) {
        fail(writer, g_strdup_printf("a range of %s would keep it from summing up much",
                                     condition->column));
        return;
    }
    writer->draft->regroups = TRUE;
    g_ptr_array_add(writer->draft->added, g_strdup(condition->column));
    add_rounded(writer, add_group(writer, expression, name), "day", column->type, condition);
}

static void
add_condition(Writer *writer, const char *text)
{
    g_auto(PgaViewCondition) condition = {0};
    const char *key = NULL;

    if (!pga_view_has_parameter(text)) {
        g_ptr_array_add(writer->draft->fixed, g_strdup(text));
        return;
    }
    if (!pga_view_condition_read(text, &condition)) {
        fail(writer, g_strdup_printf("\"%s\" cannot be asked of sums", text));
        return;
    }
    key = key_of(writer, condition.column);
    if (key) {
        add_outer(writer, key, condition.operator_, condition.value);
    } else if (strcmp(condition.operator_, "=") == 0 || strcmp(condition.operator_, "in") == 0) {
        g_ptr_array_add(writer->draft->added, g_strdup(condition.column));
        writer->draft->regroups |= *condition.operator_ == 'i';
        key = add_group(writer, condition.column, bare_name(condition.column));
        add_outer(writer, key,
                  *condition.value == 'a' || *condition.value == 'A' ? "=" : condition.operator_,
                  condition.value);
    } else {
        add_range(writer, &condition);
    }
}

/* How partial results of @expression, a call of one aggregate and no more, are summed up: what
 * stands before the column, and behind it. */
static gboolean
find_summing_up(const char *expression, const char **before, const char **behind)
{
    static const struct {
        const char *call, *before, *behind;
    } ways[] = {
        {"count(", "coalesce(sum(", "), 0)::bigint"}, /* of no rows: 0, as count has it */
        {"sum(", "sum(", ")"},
        {"min(", "min(", ")"},
        {"max(", "max(", ")"},
    };
    guint depth = 0;

    for (const char *c = strchr(expression, '('); c && *c; c++) {
        depth += *c == '(';
        depth -= *c == ')';
        if (depth == 0 && c[1])
            return FALSE; /* something follows the call */
    }
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        if (g_ascii_strncasecmp(expression, ways[i].call, strlen(ways[i].call)) != 0)
            continue;
        *before = ways[i].before;
        *behind = ways[i].behind;
        return TRUE;
    }
    return FALSE;
}

/* What the query on the view selects for each item. */
static void
write_items(Writer *writer, GString *query)
{
    for (guint i = 0; i < writer->select->items->len; i++) {
        const PgaViewItem *item = g_ptr_array_index(writer->select->items, i);
        g_autofree char *column = pga_quote_identifier(g_ptr_array_index(writer->columns, i));
        g_autofree char *name = pga_quote_identifier(item->name);
        const char *before = "", *behind = "";

        if (item->is_aggregate && writer->draft->regroups &&
            !find_summing_up(item->expression, &before, &behind))
            fail(writer, g_strdup_printf("%s cannot be summed up from parts", item->expression));
        g_string_append_printf(query, "%s%s%s%s AS %s", i > 0 ? ", " : "", before, column, behind,
                               name);
    }
}

/* The number of the item, from 1, that @order sorts by; 0 none. *rest: what stands behind it. */
static guint
sorted_item(const PgaViewSelect *select, const char *order, const char **rest)
{
    const gsize first = strcspn(order, " ");
    g_autofree char *word = g_strndup(order, first);
    const guint64 number = g_ascii_strtoull(word, NULL, 10);

    *rest = order + first;
    if (number > 0)
        return (guint)MIN(number, select->items->len);
    for (guint i = 0; i < select->items->len; i++) {
        const PgaViewItem *item = g_ptr_array_index(select->items, i);
        const gsize length = strlen(item->expression);

        if (g_ascii_strncasecmp(order, item->expression, length) == 0 &&
            (order[length] == ' ' || !order[length])) {
            *rest = order + length;
            return i + 1;
        }
        if (g_ascii_strcasecmp(word, item->name) == 0)
            return i + 1;
    }
    return 0;
}

/* ORDER BY by numbers of the list's items. */
static void
write_order(Writer *writer, GString *query)
{
    for (guint i = 0; i < writer->select->orders->len; i++) {
        const char *order = g_ptr_array_index(writer->select->orders, i), *rest = "";
        const guint number = sorted_item(writer->select, order, &rest);

        if (number == 0)
            fail(writer, g_strdup_printf("it sorts by %s", order));
        g_string_append_printf(query, "%s%u%s", i > 0 ? ", " : " ORDER BY ", number, rest);
    }
}

static void
write_query(Writer *writer)
{
    GString *query = g_string_new("SELECT ");
    g_autofree char *view = pga_quote_identifier(writer->view);
    guint n = 0;

    write_items(writer, query);
    g_string_append_printf(query, " FROM %s", view);
    for (guint i = 0; i < writer->draft->outer->len; i++)
        g_string_append_printf(query, "%s%s", i > 0 ? " AND " : " WHERE ",
                               (const char *)g_ptr_array_index(writer->draft->outer, i));
    for (guint i = 0; writer->draft->regroups && i < writer->select->items->len; i++)
        if (!((const PgaViewItem *)g_ptr_array_index(writer->select->items, i))->is_aggregate)
            g_string_append_printf(query, "%s%u", n++ > 0 ? ", " : " GROUP BY ", i + 1);
    write_order(writer, query);
    if (*writer->select->tail)
        g_string_append_printf(query, " %s", writer->select->tail);
    writer->draft->query = g_string_free(query, FALSE);
}

/* Aggregates become columns; what is no aggregate is a group already. */
static void
add_items(Writer *writer)
{
    for (guint i = 0; i < writer->select->items->len; i++) {
        const PgaViewItem *item = g_ptr_array_index(writer->select->items, i);
        const char *key = item->is_aggregate ? NULL : key_of(writer, item->expression);

        if (item->is_aggregate) {
            g_autofree char *name = new_name(writer, item->name);

            add_column(writer, item->expression, name);
            g_ptr_array_add(writer->columns, g_steal_pointer(&name));
        } else if (key) {
            g_ptr_array_add(writer->columns, g_strdup(key));
        } else {
            fail(writer,
                 g_strdup_printf("%s is neither an aggregate nor grouped by", item->expression));
            return;
        }
    }
}

static void
add_groups(Writer *writer)
{
    for (guint i = 0; i < writer->select->groups->len; i++) {
        const char *group = g_ptr_array_index(writer->select->groups, i);
        const char *wanted = strchr(group, '(') ? "key" : bare_name(group);

        for (guint j = 0; j < writer->select->items->len; j++) {
            const PgaViewItem *item = g_ptr_array_index(writer->select->items, j);

            if (g_ascii_strcasecmp(item->expression, group) == 0)
                wanted = item->name;
        }
        if (!key_of(writer, group))
            add_group(writer, group, wanted);
    }
}

static void
check_having(Writer *writer)
{
    if (writer->select->having &&
        (writer->draft->regroups || pga_view_has_parameter(writer->select->having)))
        fail(writer, g_strdup("its HAVING is about sums that the view does not have"));
}

void
pga_view_write(const PgaArchitecture *architecture, const PgaViewSelect *select, const char *name,
               PgaViewDraft *draft)
{
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
    Writer writer = {architecture, select, name, draft, groups, columns};

    draft->columns = g_string_new(NULL);
    draft->keys = g_ptr_array_new_with_free_func(g_free);
    draft->outer = g_ptr_array_new_with_free_func(g_free);
    draft->fixed = g_ptr_array_new_with_free_func(g_free);
    draft->added = g_ptr_array_new_with_free_func(g_free);
    add_groups(&writer);
    for (guint i = 0; i < select->conditions->len; i++)
        add_condition(&writer, g_ptr_array_index(select->conditions, i));
    if (draft->keys->len == 0) /* REFRESH … CONCURRENTLY wants a unique column */
        add_group(&writer, "true", "only_row");
    /* without GROUP BY one row comes out, whatever is chosen */
    draft->regroups |= select->groups->len == 0 && draft->added->len > 0;
    add_items(&writer);
    check_having(&writer);
    if (!draft->failure)
        write_query(&writer);
}

void
pga_view_draft_clear(PgaViewDraft *draft)
{
    if (draft->columns)
        g_string_free(draft->columns, TRUE);
    draft->columns = NULL;
    g_clear_pointer(&draft->keys, g_ptr_array_unref);
    g_clear_pointer(&draft->outer, g_ptr_array_unref);
    g_clear_pointer(&draft->fixed, g_ptr_array_unref);
    g_clear_pointer(&draft->added, g_ptr_array_unref);
    g_clear_pointer(&draft->query, g_free);
    g_clear_pointer(&draft->failure, g_free);
}
