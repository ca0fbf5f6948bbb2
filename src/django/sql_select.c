/* SELECT: columns, conditions, groups, order, slices and locks put together.
 * Source: SQLCompiler.as_sql(), get_group_by(), collapse_group_by() in Django 3.2 to 5.2
 * django/db/models/sql/compiler.py. */
#include <string.h>

#include "models_internal.h"
#include "sql_internal.h"

void
pga_sql_leave_out(SqlRun *run, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list arguments;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (!run->why)
        run->why = g_strdup_printf("without %s", what);
}

/* --- columns --- */

static void
add_named(SqlQuery *query, const char *name, GPtrArray *columns)
{
    const SqlAnnotation *annotation = pga_sql_annotation(query, name);
    g_auto(PgaDjangoPath) path = {0};
    g_auto(SqlTerm) term = {0};

    if (annotation && annotation->sql) {
        g_autofree char *quoted = pga_django_quote(name);

        g_ptr_array_add(columns, g_strdup_printf("%s AS %s", annotation->sql, quoted));
        return;
    }
    if (annotation)
        return;
    pga_django_path_init(&path, NULL, query->model, NULL, name);
    pga_sql_path_term(query, &path, &term);
    if (term.sql)
        g_ptr_array_add(columns, g_steal_pointer(&term.sql));
    else
        pga_sql_leave_out(query->run, "column %s", name);
}

static void
add_annotation_columns(SqlQuery *query, GPtrArray *columns)
{
    const GPtrArray *stated = query->queryset->annotations;

    for (guint i = 0; i < stated->len; i++) {
        const PgaDjangoAnnotation *annotation = g_ptr_array_index(stated, i);

        if (!annotation->is_alias)
            add_named(query, annotation->name, columns);
    }
}

/* Exactly one: what a subquery compares with. */
static void
add_compared_column(SqlQuery *query, GPtrArray *columns)
{
    const PgaDjangoQuerySet *queryset = query->queryset;

    for (guint i = 0; i < queryset->values->len && columns->len == 0; i++)
        add_named(query, g_ptr_array_index(queryset->values, i), columns);
    if (columns->len == 0)
        g_ptr_array_add(columns, pga_sql_column(query, 0, pga_sql_key_column(query->model)));
}

static void
add_columns(SqlQuery *query, SqlPurpose purpose, GPtrArray *columns)
{
    const PgaDjangoQuerySet *queryset = query->queryset;

    if (purpose == SQL_EXISTS) {
        g_ptr_array_add(columns, g_strdup("1 AS \"a\""));
        return;
    }
    if (purpose == SQL_IN) {
        add_compared_column(query, columns);
        return;
    }
    for (guint i = 0; i < queryset->values->len; i++)
        add_named(query, g_ptr_array_index(queryset->values, i), columns);
    if (queryset->values->len > 0)
        return;
    if (purpose == SQL_COUNT && query->is_grouped)
        g_ptr_array_set_size(columns, 0); /* the annotations alone */
    else if (purpose == SQL_COUNT && !queryset->is_distinct)
        g_ptr_array_add(columns, pga_sql_column(query, 0, pga_sql_key_column(query->model)));
    else
        pga_sql_model_columns(query, query->model, 0, queryset->has_values ? NULL : queryset->only,
                              queryset->has_values ? NULL : queryset->deferred, columns);
    if (!queryset->has_values && purpose == SQL_ROWS)
        pga_sql_related_columns(query, columns);
    add_annotation_columns(query, columns);
}

/* --- groups --- */

static void
add_group(GPtrArray *groups, const char *sql)
{
    for (guint i = 0; i < groups->len; i++)
        if (g_str_equal(g_ptr_array_index(groups, i), sql))
            return;
    g_ptr_array_add(groups, g_strdup(sql));
}

static void
add_named_groups(SqlQuery *query, GPtrArray *groups)
{
    const GPtrArray *names = query->queryset->group_by;

    for (guint i = 0; i < names->len; i++) {
        const SqlAnnotation *annotation = pga_sql_annotation(query, g_ptr_array_index(names, i));
        g_auto(PgaDjangoPath) path = {0};
        g_auto(SqlTerm) term = {0};

        if (annotation) {
            if (annotation->sql && !annotation->is_aggregate)
                add_group(groups, annotation->sql);
            continue;
        }
        pga_django_path_init(&path, NULL, query->model, NULL, g_ptr_array_index(names, i));
        pga_sql_path_term(query, &path, &term);
        if (term.sql)
            add_group(groups, term.sql);
    }
}

/* Columns of a table whose key is among the groups depend on it. */
static gboolean
is_of_alias(const char *sql, const char *alias)
{
    const gsize length = strlen(alias);

    return g_str_has_prefix(sql, alias) && sql[length] == '.' && !strchr(sql + length + 1, '.') &&
           !strpbrk(sql, " (");
}

static void
add_column_groups(const SqlQuery *query, const GPtrArray *columns, GPtrArray *groups)
{
    for (guint i = 0; i < columns->len; i++) {
        const char *sql = g_ptr_array_index(columns, i);

        if (!is_of_alias(sql, pga_sql_join(query, 0)->alias) && !strstr(sql, " AS "))
            add_group(groups, sql);
    }
}

/* @columns: what is selected. */
static void
add_groups(SqlQuery *query, const GPtrArray *columns, GPtrArray *groups)
{
    const PgaDjangoQuerySet *queryset = query->queryset;
    g_autofree char *key = pga_sql_column(query, 0, pga_sql_key_column(query->model));

    if (queryset->group_by && queryset->group_by->len > 0) {
        add_named_groups(query, groups);
    } else {
        add_group(groups, key);
        add_column_groups(query, columns, groups);
    }
    for (guint i = 0; i < query->annotations->len; i++) {
        const SqlAnnotation *annotation = g_ptr_array_index(query->annotations, i);

        if (annotation->sql && !annotation->is_aggregate && !annotation->is_subquery &&
            !(queryset->group_by && queryset->group_by->len > 0))
            add_group(groups, annotation->sql);
    }
    for (guint i = 0; !queryset->order_is_meta && i < query->order_parts->len; i++) {
        const char *part = g_ptr_array_index(query->order_parts, i);

        if (*part == '"' && strchr(part, '.') && /* a name alone is what is selected */
            !(is_of_alias(part, pga_sql_join(query, 0)->alias) &&
              g_str_equal(g_ptr_array_index(groups, 0), key)))
            add_group(groups, part);
    }
}

/* --- the whole --- */

static void
append_list(GString *sql, const char *before, const GPtrArray *items)
{
    for (guint i = 0; i < items->len; i++)
        g_string_append_printf(sql, "%s%s", i ? ", " : before, (char *)g_ptr_array_index(items, i));
}

/* Conditions and annotations in the order in which the chain has them. */
SqlQuery *
pga_sql_build(SqlRun *run, SqlQuery *outer, const PgaDjangoQuerySet *queryset)
{
    SqlQuery *query = pga_sql_query_new(run, outer, queryset->model, queryset);
    const guint n = queryset->where ? queryset->where->items->len : 0;
    guint next = 0;

    for (guint i = 0; i <= n; i++) {
        g_autoptr(GPtrArray) annotations = g_ptr_array_new();

        while (next < queryset->annotations->len) {
            PgaDjangoAnnotation *annotation = g_ptr_array_index(queryset->annotations, next);

            if (i < n && annotation->n_before > i)
                break;
            g_ptr_array_add(annotations, annotation);
            next++;
        }
        pga_sql_add_annotations(query, annotations);
        if (i < n)
            pga_sql_add_condition(query, g_ptr_array_index(queryset->where->items, i));
    }
    return query;
}

void
pga_sql_append_where(GString *sql, SqlQuery *query, GString *having)
{
    SqlNode *later = pga_sql_take_having(query->where);
    g_autofree char *where = pga_sql_node_text(query->where);
    g_autofree char *after = later ? pga_sql_node_text(later) : NULL;

    if (where)
        g_string_append_printf(sql, " WHERE %s", where);
    if (after && having)
        g_string_append_printf(having, " HAVING %s", after);
    pga_sql_node_free(later);
}

static void
append_number(GString *sql, SqlRun *run, const char *word, gint64 number)
{
    if (number == -2) {
        g_autofree char *parameter = pga_sql_parameter(run, "bigint");

        g_string_append_printf(sql, " %s %s", word, parameter);
    } else if (number >= 0) {
        g_string_append_printf(sql, " %s %" G_GINT64_FORMAT, word, number);
    }
}

static void
append_lock(GString *sql, SqlQuery *query)
{
    const PgaDjangoQuerySet *queryset = query->queryset;
    guint n = 0;

    g_string_append(sql, " FOR UPDATE");
    for (guint i = 0; i < queryset->lock_of->len; i++) {
        const char *name = g_ptr_array_index(queryset->lock_of, i);
        g_autofree char *whole = g_strconcat(name, "__pk", NULL);
        g_auto(PgaDjangoPath) path = {0};
        g_auto(SqlRoute) route = {0};
        guint place = 0;

        pga_django_path_init(&path, NULL, query->model, NULL, whole);
        if (!g_str_equal(name, "self")) {
            if (!path.model || !pga_sql_route(query, 0, &path, FALSE, &route))
                continue;
            place = route.alias;
        }
        g_string_append_printf(sql, "%s%s", n++ ? ", " : " OF ", pga_sql_join(query, place)->alias);
    }
    g_string_append(sql, queryset->nowait         ? " NOWAIT"
                         : queryset->skips_locked ? " SKIP LOCKED"
                                                  : "");
}

static void
append_distinct(GString *sql, SqlQuery *query)
{
    const PgaDjangoQuerySet *queryset = query->queryset;
    g_autoptr(GPtrArray) on = g_ptr_array_new_with_free_func(g_free);

    if (!queryset->is_distinct)
        return;
    for (guint i = 0; i < queryset->distinct_on->len; i++)
        add_named(query, g_ptr_array_index(queryset->distinct_on, i), on);
    g_string_append(sql, "DISTINCT ");
    if (on->len > 0) {
        append_list(sql, "ON (", on);
        g_string_append(sql, ") ");
    }
}

/* DISTINCT wants what it is ordered by among the columns. */
static void
add_order_columns(const SqlQuery *query, GPtrArray *columns)
{
    const PgaDjangoQuerySet *queryset = query->queryset;

    for (guint i = 0;
         queryset->is_distinct && queryset->distinct_on->len == 0 && i < query->order_parts->len;
         i++) {
        const char *part = g_ptr_array_index(query->order_parts, i);
        const gboolean is_name = *part == '"' && !strchr(part, '.');

        if (!is_name)
            add_group(columns, part);
    }
}

static gboolean
keeps_order(const PgaDjangoQuerySet *queryset, SqlPurpose purpose)
{
    if (purpose == SQL_EXISTS)
        return FALSE;
    return purpose == SQL_ROWS || queryset->is_sliced || queryset->distinct_on->len > 0;
}

/* Without slice and lock. */
static char *
select_text(SqlQuery *query, SqlPurpose purpose)
{
    const PgaDjangoQuerySet *queryset = query->queryset;
    g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) sql = g_string_new("SELECT "), having = g_string_new(NULL);

    add_columns(query, purpose, columns);
    if (keeps_order(queryset, purpose) && !(query->is_grouped && queryset->order_is_meta))
        pga_sql_add_order(query);
    add_order_columns(query, columns);
    if (query->is_grouped)
        add_groups(query, columns, groups);
    if (purpose != SQL_EXISTS)
        append_distinct(sql, query);
    append_list(sql, "", columns);
    g_string_append(sql, " FROM ");
    pga_sql_append_from(sql, query);
    pga_sql_append_where(sql, query, having);
    append_list(sql, " GROUP BY ", groups);
    g_string_append(sql, having->str);
    append_list(sql, " ORDER BY ", query->order);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* --- unions --- */

/* The column's number among what each part selects; 0: not among it. */
static guint
number_of(const PgaDjangoQuerySet *queryset, const PgaDjangoPath *path)
{
    const PgaDjangoModel *model = pga_django_concrete(queryset->model);
    guint n = 0;

    for (guint i = 0; i < queryset->values->len; i++)
        if (g_str_equal(g_ptr_array_index(queryset->values, i), path->text))
            return i + 1;
    for (guint i = 0; queryset->values->len == 0 && i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        n += field->column != NULL;
        if (field == path->field)
            return n;
    }
    return 0;
}

/* Orders of a union are by the number of a column. */
static void
append_union_order(GString *sql, const PgaDjangoQuerySet *queryset)
{
    guint n_added = 0;

    for (guint i = 0; i < queryset->order->len; i++) {
        const PgaDjangoOrder *order = g_ptr_array_index(queryset->order, i);
        const guint place = number_of(queryset, &order->path);

        if (place)
            g_string_append_printf(sql, "%s%u %s", n_added++ ? ", " : " ORDER BY ", place,
                                   order->is_descending != queryset->is_reversed ? "DESC" : "ASC");
    }
}

/* NOLINTBEGIN(misc-no-recursion): subqueries are of bounded levels, a chain's parts are bounded */

/* difference() is EXCEPT. */
static const char *
combining_word(const char *method)
{
    if (g_str_equal(method, "difference"))
        return "EXCEPT";
    return g_str_equal(method, "intersection") ? "INTERSECT" : "UNION";
}

static char *
combined_text(SqlRun *run, SqlQuery *outer, const PgaDjangoQuerySet *queryset)
{
    PgaDjangoQuerySet own = *queryset;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    const char *word = combining_word(queryset->combinator);
    g_autofree char *first = NULL;
    g_autoptr(GString) sql = g_string_new(NULL);
    guint n = 1;

    own.combinator = NULL;
    own.is_sliced = FALSE;
    own.offset = own.limit = -1;
    own.order = none;
    first = pga_sql_select(run, outer, &own, SQL_ROWS, -1);
    if (!first)
        return NULL;
    g_string_append_printf(sql, "(%s)", first);
    for (guint i = 0; i < queryset->combined->len; i++) {
        g_autofree char *other =
            pga_sql_select(run, outer, g_ptr_array_index(queryset->combined, i), SQL_ROWS, -1);

        if (other) {
            g_string_append_printf(sql, " %s%s (%s)", word, queryset->combines_all ? " ALL" : "",
                                   other);
            n++;
        }
    }
    if (n == 1)
        g_string_assign(sql, first);
    append_union_order(sql, queryset);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* What windows compute is among the columns. */
static gboolean
has_windows(const PgaDjangoQuerySet *queryset, SqlPurpose purpose)
{
    for (guint i = 0; i < queryset->annotations->len; i++)
        if (((const PgaDjangoAnnotation *)g_ptr_array_index(queryset->annotations, i))->is_alias)
            return FALSE;
    return purpose == SQL_ROWS && !queryset->has_values;
}

static char *
qualified_text(SqlQuery *query, SqlPurpose purpose)
{
    char *text = select_text(query, purpose);

    if (query->qualify->len > 0 && !has_windows(query->queryset, purpose)) {
        pga_sql_leave_out(query->run, "a condition on a window");
        g_ptr_array_set_size(query->qualify, 0);
    }
    return text ? pga_sql_qualified(query, text) : NULL;
}

char *
pga_sql_select(SqlRun *run, SqlQuery *outer, const PgaDjangoQuerySet *queryset, SqlPurpose purpose,
               gint64 limit)
{
    g_autoptr(GString) sql = g_string_new(NULL), lock = g_string_new(NULL);
    g_autofree char *text = NULL;
    gint64 rows = queryset->limit != -1 ? queryset->limit : limit;

    if (!queryset->model || queryset->is_none || queryset->is_raw ||
        (outer && outer->level >= PGA_DJANGO_MAX_LEVEL))
        return NULL;
    if (queryset->combinator) {
        text = combined_text(run, outer, queryset);
    } else {
        g_autoptr(SqlQuery) query = pga_sql_build(run, outer, queryset);

        text = qualified_text(query, purpose);
        if (purpose == SQL_ROWS && queryset->is_for_update)
            append_lock(lock, query);
    }
    if (!text)
        return NULL;
    g_string_append(sql, text);
    if (purpose == SQL_EXISTS)
        rows = 1;
    append_number(sql, run, "LIMIT", rows);
    if (queryset->offset != 0 && purpose != SQL_EXISTS)
        append_number(sql, run, "OFFSET", queryset->offset);
    g_string_append(sql, lock->str);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* NOLINTEND(misc-no-recursion) */
