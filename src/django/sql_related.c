/* What is written beside the rows of a model themselves: tables between, rows that are there
 * already.
 * Source: create_forward_many_to_many_manager(), create_reverse_many_to_one_manager() in Django 3.2
 * to 5.2 django/db/models/fields/related_descriptors.py; QuerySet.bulk_create(). */
#include <string.h>

#include "models_internal.h"
#include "sql_internal.h"

/* --- tables between --- */

/** One write of a related manager. */
typedef struct {
    SqlLink link;
    char *own_type, *other_type; /* (nullable) */
    const PgaDjangoModel *model; /* of the rows at the end */
} Related;

static void
related_clear(Related *related)
{
    pga_sql_link_clear(&related->link);
    g_free(related->own_type);
    g_free(related->other_type);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Related, related_clear)

static char *
key_type(const PgaDjangoModel *model)
{
    const PgaDjangoField *key = model ? pga_django_model_key(model) : NULL;

    return key ? pga_sql_field_type(model, key) : NULL;
}

static gboolean
find_related(const PgaDjangoEvent *event, Related *related)
{
    const PgaDjangoObject *object = pga_django_event_object(event);
    g_autoptr(GArray) hops =
        object && event->name ? pga_django_model_accessor(object->model, event->name) : NULL;
    const PgaDjangoHop *last =
        hops && hops->len > 0 ? &g_array_index(hops, PgaDjangoHop, hops->len - 1) : NULL;
    const PgaDjangoModel *from;

    if (!last || object->model->is_abstract)
        return FALSE;
    from = hops->len > 1 ? g_array_index(hops, PgaDjangoHop, hops->len - 2).model : object->model;
    related->model = pga_django_concrete(last->model);
    if (!from || !related->model || !pga_sql_link(from, last, &related->link))
        return FALSE;
    related->own_type = key_type(pga_django_concrete(from));
    related->other_type = key_type(related->model);
    return TRUE;
}

/* "IN ($1, $2, $3)": some rows. */
static void
append_some(SqlRun *run, GString *sql, const char *type)
{
    enum { SOME = 3 };

    g_string_append(sql, " IN (");
    for (guint i = 0; i < SOME; i++) {
        g_autofree char *parameter = pga_sql_parameter(run, type);

        g_string_append_printf(sql, "%s%s", i ? ", " : "", parameter);
    }
    g_string_append_c(sql, ')');
}

static char *
insert_between(SqlRun *run, const Related *related)
{
    g_autofree char *table = pga_django_quote(related->link.table);
    g_autofree char *own = pga_django_quote(related->link.own);
    g_autofree char *other = pga_django_quote(related->link.other);
    g_autofree char *first = pga_sql_parameter(run, related->own_type);
    g_autofree char *second = pga_sql_parameter(run, related->other_type);

    return g_strdup_printf("INSERT INTO %s (%s, %s) VALUES (%s, %s) ON CONFLICT DO NOTHING", table,
                           own, other, first, second);
}

static char *
delete_between(SqlRun *run, const Related *related, gboolean all)
{
    g_autofree char *table = pga_django_quote(related->link.table);
    g_autofree char *own = pga_django_quote(related->link.own);
    g_autofree char *other = pga_django_quote(related->link.other);
    g_autofree char *first = pga_sql_parameter(run, related->own_type);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_printf(sql, "DELETE FROM %s WHERE %s%s.%s = %s", table, all ? "" : "(", table, own,
                    first);
    if (!all) {
        g_string_append_printf(sql, " AND %s.%s", table, other);
        append_some(run, sql, related->other_type);
        g_string_append_c(sql, ')');
    }
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* --- keys of the rows themselves --- */

static char *
take_rows(SqlRun *run, const Related *related)
{
    g_autofree char *table = pga_django_quote(related->link.table);
    g_autofree char *own = pga_django_quote(related->link.own);
    g_autofree char *key = pga_django_quote(pga_sql_key_column(related->model));
    g_autofree char *first = pga_sql_parameter(run, related->own_type);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_printf(sql, "UPDATE %s SET %s = %s WHERE %s.%s", table, own, first, table, key);
    append_some(run, sql, related->other_type);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static char *
leave_rows(SqlRun *run, const Related *related, gboolean all)
{
    g_autofree char *table = pga_django_quote(related->link.table);
    g_autofree char *own = pga_django_quote(related->link.own);
    g_autofree char *key = pga_django_quote(pga_sql_key_column(related->model));
    g_autofree char *first = pga_sql_parameter(run, related->own_type);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_printf(sql, "UPDATE %s SET %s = NULL WHERE %s%s.%s = %s", table, own, all ? "" : "(",
                    table, own, first);
    if (!all) {
        g_string_append_printf(sql, " AND %s.%s", table, key);
        append_some(run, sql, related->other_type);
        g_string_append_c(sql, ')');
    }
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

char *
pga_sql_related_write(SqlRun *run, const PgaDjangoEvent *event, PgaDjangoAct act)
{
    const char *method = event->value ? pga_py_last_name(event->value) : "";
    const gboolean all = g_str_has_suffix(method, "clear");
    const gboolean is_add = g_str_equal(method, "add") || g_str_equal(method, "aadd");
    const gboolean is_set = g_str_equal(method, "set") || g_str_equal(method, "aset");
    g_auto(Related) related = {0};

    if ((act == PGA_DJANGO_CREATE && !is_add && !is_set) || (act == PGA_DJANGO_DELETE && is_add) ||
        !*method || !find_related(event, &related))
        return NULL;
    if (act == PGA_DJANGO_CREATE)
        return related.link.other ? insert_between(run, &related) : take_rows(run, &related);
    return related.link.other ? delete_between(run, &related, all) : leave_rows(run, &related, all);
}

/* --- rows that are there already --- */

/* Columns of fields=[…]: (transfer full) (nullable): not all are told. */
static char *
columns_of(const PgaDjangoModel *model, const PgaPyValue *fields, gboolean is_update)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; fields && fields->kind == PGA_PY_LIST && i < fields->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(fields->items, i);
        const PgaDjangoField *field = item->kind == PGA_PY_STRING
                                          ? pga_django_model_attribute(model, item->text, NULL)
                                          : NULL;
        g_autofree char *column = field && field->column ? pga_django_quote(field->column) : NULL;

        if (!column)
            return NULL;
        g_string_append_printf(text, is_update ? "%s%s = EXCLUDED.%s" : "%s%s", i ? ", " : "",
                               column, column);
    }
    return text->len ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

char *
pga_sql_conflict(SqlRun *run, const PgaDjangoModel *model, const PgaPyValue *call)
{
    g_autofree char *sets = NULL, *keys = NULL;

    if (call->kind == PGA_PY_CALL && pga_py_argument_is_true(call, "ignore_conflicts"))
        return g_strdup(" ON CONFLICT DO NOTHING");
    if (call->kind != PGA_PY_CALL || !pga_py_argument_is_true(call, "update_conflicts"))
        return g_strdup("");
    sets = columns_of(model, pga_py_argument(call, G_MAXUINT, "update_fields"), TRUE);
    keys = columns_of(model, pga_py_argument(call, G_MAXUINT, "unique_fields"), FALSE);
    if (sets && keys)
        return g_strdup_printf(" ON CONFLICT(%s) DO UPDATE SET %s", keys, sets);
    pga_sql_leave_out(run, "its ON CONFLICT");
    return g_strdup("");
}
