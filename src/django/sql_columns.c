/* The columns that a query brings: a model's, those of select_related().
 * Source: SQLCompiler.get_default_columns(), get_related_selections() in Django 3.2 to 5.2
 * django/db/models/sql/compiler.py. */
#include <string.h>

#include "sql_internal.h"

#define MAX_DEPTH   5 /* of select_related() without arguments, as Django has it */
#define MAX_COLUMNS 2000

static gboolean
has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; names && i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return TRUE;
    return FALSE;
}

static gboolean
is_wanted(const PgaDjangoField *field, const GPtrArray *only, const GPtrArray *deferred)
{
    g_autofree char *attribute = g_strconcat(field->name, "_id", NULL);

    if (field->is_primary_key)
        return TRUE;
    if (has_name(deferred, field->name) || has_name(deferred, attribute))
        return FALSE;
    return !only || only->len == 0 || has_name(only, field->name) || has_name(only, attribute);
}

static gint
compare_lines(gconstpointer one, gconstpointer other)
{
    const PgaDjangoField *a = *(PgaDjangoField *const *)one, *b = *(PgaDjangoField *const *)other;

    return a->line < b->line ? -1 : a->line > b->line;
}

/* As the class states them, where that is one class. (transfer container) */
static GPtrArray *
fields_in_order(const PgaDjangoModel *model)
{
    GPtrArray *fields = g_ptr_array_new();

    g_ptr_array_extend(fields, model->fields, NULL, NULL);
    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        if (field->file && field->file != model->file)
            return fields;
    }
    g_ptr_array_sort(fields, compare_lines);
    return fields;
}

/* NOLINTBEGIN(misc-no-recursion): parents and relations end by depth */

static void
model_columns(SqlQuery *query, const PgaDjangoModel *model, guint alias, const GPtrArray *names[2],
              GPtrArray *columns, guint depth)
{
    g_autoptr(GPtrArray) fields = fields_in_order(model);

    for (guint i = 0; depth < MAX_DEPTH && i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const PgaDjangoModel *parent =
            pga_django_is_parent_link(field) ? pga_django_field_target(model, field) : NULL;
        const PgaDjangoHop hop = {field, parent, FALSE};
        const guint before = query->joins->len, n = columns->len;
        guint place;

        if (!parent)
            continue;
        place = pga_sql_join_hop(query, alias, model, &hop);
        model_columns(query, parent, place, names, columns, depth + 1);
        if (columns->len == n + 1 && query->joins->len > before) { /* nothing but its key */
            pga_sql_join(query, place)->n_refs = 0;
            g_ptr_array_set_size(columns, (gint)n);
        }
    }
    for (guint i = 0; i < fields->len && columns->len < MAX_COLUMNS; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        if (field->column && is_wanted(field, names[0], names[1]))
            g_ptr_array_add(columns, pga_sql_column(query, alias, field->column));
    }
}

void
pga_sql_model_columns(SqlQuery *query, const PgaDjangoModel *model, guint alias,
                      const GPtrArray *only, const GPtrArray *deferred, GPtrArray *columns)
{
    const GPtrArray *names[2] = {only, deferred};

    model_columns(query, pga_django_concrete(model), alias, names, columns, 0);
}

/* Names behind "customer__" of a list. (transfer full) */
static GPtrArray *
names_behind(const GPtrArray *names, const char *path)
{
    GPtrArray *behind = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *prefix = g_strconcat(path, "__", NULL);

    for (guint i = 0; i < names->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(names, i), prefix))
            g_ptr_array_add(behind, g_strdup((char *)g_ptr_array_index(names, i) + strlen(prefix)));
    return behind;
}

static void
add_related(SqlQuery *query, const char *path_text, GHashTable *seen, GPtrArray *columns)
{
    const PgaDjangoQuerySet *queryset = query->queryset;
    g_autoptr(GPtrArray) only = names_behind(queryset->only, path_text);
    g_autoptr(GPtrArray) deferred = names_behind(queryset->deferred, path_text);
    g_auto(PgaDjangoPath) path = {0};
    g_auto(SqlRoute) route = {0};
    g_autofree char *whole = g_strconcat(path_text, "__pk", NULL);
    guint n_before;

    if (g_hash_table_contains(seen, path_text))
        return;
    g_hash_table_add(seen, g_strdup(path_text));
    pga_django_path_init(&path, NULL, query->model, NULL, whole);
    if (!path.model || path.hops->len == 0 || pga_sql_path_is_many(&path, &n_before) ||
        !pga_sql_route(query, 0, &path, FALSE, &route)) {
        pga_sql_leave_out(query->run, "select_related %s", path_text);
        return;
    }
    pga_sql_model_columns(query, g_array_index(path.hops, PgaDjangoHop, path.hops->len - 1).model,
                          route.alias, only, deferred, columns);
}

/* "customer", then "customer__shop". */
static void
add_related_path(SqlQuery *query, const char *text, GHashTable *seen, GPtrArray *columns)
{
    const char *at = text;

    while ((at = strstr(at, "__"))) {
        g_autofree char *prefix = g_strndup(text, (gsize)(at - text));

        add_related(query, prefix, seen, columns);
        at += 2;
    }
    add_related(query, text, seen, columns);
}

/* select_related() without arguments: keys that are not null. */
static void
add_all_related(SqlQuery *query, const PgaDjangoModel *model, const char *prefix, guint depth,
                GPtrArray *columns)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < model->fields->len && query->joins->len < 60; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const PgaDjangoModel *target = pga_django_field_target(model, field);
        g_autofree char *path = g_strconcat(prefix, field->name, NULL);
        g_autofree char *inner = g_strconcat(path, "__", NULL);

        if (!target || field->is_null || !field->column || pga_django_is_parent_link(field))
            continue;
        add_related(query, path, seen, columns);
        if (depth < MAX_DEPTH)
            add_all_related(query, target, inner, depth + 1, columns);
    }
}

/* NOLINTEND(misc-no-recursion) */

void
pga_sql_related_columns(SqlQuery *query, GPtrArray *columns)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const PgaDjangoQuerySet *queryset = query->queryset;

    for (guint i = 0; i < queryset->select_related->len; i++)
        add_related_path(query, g_ptr_array_index(queryset->select_related, i), seen, columns);
    if (queryset->select_related_all)
        add_all_related(query, query->model, "", 1, columns);
}
