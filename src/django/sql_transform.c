/* Columns of paths and what transforms make of them: dates, keys of JSON, lower().
 * Source: Django 3.2 to 5.2 django/db/models/functions/datetime.py, fields/json.py,
 * contrib/postgres/fields, db/backends/postgresql/operations.py. */
#include <string.h>

#include "sql_internal.h"

void
pga_sql_term_clear(SqlTerm *term)
{
    g_clear_pointer(&term->sql, g_free);
    g_clear_pointer(&term->type, g_free);
}

static void G_GNUC_PRINTF(3, 4) rewrite(SqlTerm *term, const char *type, const char *format, ...)
{
    char *sql;
    va_list arguments;

    va_start(arguments, format);
    sql = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_free(term->sql);
    term->sql = sql;
    if (type) {
        g_free(term->type);
        term->type = g_strdup(type);
    }
    term->field = NULL;
}

static gboolean
is_timestamp(const SqlTerm *term)
{
    return term->type && g_str_has_prefix(term->type, "timestamp");
}

/* The moment as the project's time zone shows it; others than UTC are as costly. */
static void
localize(const SqlQuery *query, SqlTerm *term)
{
    if (is_timestamp(term) && query->run->use_tz)
        rewrite(term, NULL, "%s AT TIME ZONE 'UTC'", term->sql);
}

static gboolean
is_integer(const char *text)
{
    return *text && strlen(text) < 10 && strspn(text, "0123456789") == strlen(text);
}

/* '{a,"b c"}' (transfer full) */
static char *
path_literal(const GPtrArray *names)
{
    g_autoptr(GString) keys = g_string_new("{");

    for (guint i = 0; i < names->len; i++) {
        const char *key = g_ptr_array_index(names, i);
        const char *quote = strpbrk(key, "{}\", \\") ? "\"" : "";

        g_string_append_printf(keys, "%s%s%s%s", i ? "," : "", quote, key, quote);
    }
    g_string_append_c(keys, '}');
    return pga_sql_quoted(keys->str);
}

/* (data -> 'a'), (data #> '{a,b}') */
static void
json_keys(const PgaDjangoPath *path, gboolean as_text, SqlTerm *term)
{
    const char *only = g_ptr_array_index(path->transforms, 0);
    g_autofree char *quoted = NULL;

    quoted = path->transforms->len > 1 ? path_literal(path->transforms)
             : is_integer(only)        ? g_strdup(only)
                                       : pga_sql_quoted(only);
    rewrite(term, as_text ? "text" : "jsonb", "(%s %s%s %s)", term->sql,
            path->transforms->len > 1 ? "#>" : "->", as_text ? ">" : "", quoted);
    term->is_json_key = TRUE;
    term->is_nullable = TRUE;
}

static void
array_part(SqlTerm *term, const char *part)
{
    g_auto(GStrv) ends = g_strsplit(part, "_", 3);
    g_autofree char *element = NULL;

    if (g_str_equal(part, "len")) {
        rewrite(term, "integer",
                "CASE WHEN %s IS NULL THEN NULL ELSE coalesce(array_length(%s, 1), 0) END",
                term->sql, term->sql);
        return;
    }
    if (!is_integer(ends[0]) || (ends[1] && !is_integer(ends[1]))) {
        g_clear_pointer(&term->sql, g_free);
        return;
    }
    if (ends[1]) {
        rewrite(term, NULL, "%s[%d:%s]", term->sql, (int)g_ascii_strtoll(ends[0], NULL, 10) + 1,
                ends[1]);
        return;
    }
    element = g_strndup(term->type, strlen(term->type) - 2);
    rewrite(term, element, "%s[%d]", term->sql, (int)g_ascii_strtoll(ends[0], NULL, 10) + 1);
}

static const struct {
    const char *name, *format, *type;
} simple[] = {
    {"lower", "LOWER(%s)", NULL},
    {"upper", "UPPER(%s)", NULL},
    {"length", "LENGTH(%s)", "integer"},
    {"trim", "TRIM(%s)", NULL},
    {"abs", "ABS(%s)", NULL},
    {"unaccent", "UNACCENT(%s)", "text"},
    {"isempty", "isempty(%s)", "boolean"},
    {"lower_inc", "LOWER_INC(%s)", "boolean"},
    {"lower_inf", "LOWER_INF(%s)", "boolean"},
    {"upper_inc", "UPPER_INC(%s)", "boolean"},
    {"upper_inf", "UPPER_INF(%s)", "boolean"},
    {"keys", "akeys(%s)", "text[]"},
    {"values", "avals(%s)", "text[]"},
};

static void
date_part(const SqlQuery *query, const char *name, SqlTerm *term)
{
    static const struct {
        const char *name, *part;
    } parts[] = {{"week_day", "dow"}, {"iso_week_day", "isodow"}, {"iso_year", "isoyear"}};
    const char *part = name;

    localize(query, term);
    if (g_str_equal(name, "date") || g_str_equal(name, "time")) {
        rewrite(term, name, "(%s)::%s", term->sql, name);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (g_str_equal(name, parts[i].name))
            part = parts[i].part;
    rewrite(term, "numeric", "EXTRACT('%s' FROM %s)%s", part, term->sql,
            g_str_equal(name, "week_day") ? " + 1" : "");
}

static void
apply(const SqlQuery *query, const char *name, SqlTerm *term)
{
    if (term->type && g_str_has_suffix(term->type, "[]") &&
        (g_str_equal(name, "len") || g_ascii_isdigit(*name))) {
        array_part(term, name);
        return;
    }
    if (g_strcmp0(term->type, "hstore") == 0 && !g_str_equal(name, "keys") &&
        !g_str_equal(name, "values")) {
        g_autofree char *key = pga_sql_quoted(name);

        rewrite(term, "text", "(%s -> %s)", term->sql, key);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(simple); i++) {
        g_auto(GStrv) parts = NULL;

        if (!g_str_equal(name, simple[i].name))
            continue;
        parts = g_strsplit(simple[i].format, "%s", 2);
        rewrite(term, simple[i].type, "%s%s%s", parts[0], term->sql, parts[1]);
        return;
    }
    date_part(query, name, term);
}

/* All transforms of the path, but a year that a comparison makes a range of. */
void
pga_sql_transform(SqlQuery *query, const PgaDjangoPath *path, gboolean as_text, SqlTerm *term)
{
    if (path->is_json_key && path->transforms->len > 0) {
        json_keys(path, as_text, term);
        return;
    }
    for (guint i = 0; term->sql && i < path->transforms->len; i++)
        apply(query, g_ptr_array_index(path->transforms, i), term);
}

static void
annotation_term(const SqlQuery *query, const PgaDjangoPath *path, SqlTerm *out)
{
    const SqlAnnotation *annotation = pga_sql_annotation(query, path->annotation);

    if (!annotation || !annotation->sql)
        return;
    out->sql = g_strdup(annotation->sql);
    out->type = g_strdup(annotation->type);
    out->is_aggregate = annotation->is_aggregate;
    out->is_window = annotation->is_window;
    out->is_nullable = TRUE;
}

void
pga_sql_path_term(SqlQuery *query, const PgaDjangoPath *path, SqlTerm *out)
{
    g_auto(SqlRoute) route = {0};

    *out = (SqlTerm){0};
    if (path->annotation) {
        annotation_term(query, path, out);
    } else if (path->model && pga_sql_route(query, 0, path, FALSE, &route)) {
        pga_sql_trim(query, &route);
        out->sql = pga_sql_column(query, route.alias, route.column);
        out->type = pga_sql_field_type(path->model, path->field);
        out->field = path->field;
        out->alias = route.alias;
        out->is_nullable = path->field->is_null || pga_sql_join(query, route.alias)->is_left;
    }
    if (out->sql)
        pga_sql_transform(query, path, FALSE, out);
}
