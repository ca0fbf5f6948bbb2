/* The results of many checks, made and freed. */
#include "model/many.h"

#include <base/error.h>

static void
checked_free(gpointer data)
{
    PgaCheckedDatabase *checked = data;

    g_free(checked->cluster);
    g_free(checked->database);
    g_clear_pointer(&checked->report, pga_report_free);
    g_free(checked->message);
    g_free(checked->detail);
    g_free(checked->hint);
    g_free(checked);
}

PgaCheckedMany *
pga_checked_many_new(void)
{
    PgaCheckedMany *many = g_new0(PgaCheckedMany, 1);

    many->databases = g_ptr_array_new_with_free_func(checked_free);
    many->ranked = g_ptr_array_new();
    many->top = g_ptr_array_new();
    return many;
}

void
pga_checked_many_free(PgaCheckedMany *many)
{
    if (!many)
        return;
    g_ptr_array_unref(many->ranked);
    g_ptr_array_unref(many->top);
    g_ptr_array_unref(many->databases);
    g_free(many);
}

PgaCheckedDatabase *
pga_checked_many_add(PgaCheckedMany *many, const char *cluster, const char *database)
{
    PgaCheckedDatabase *checked = g_new0(PgaCheckedDatabase, 1);

    checked->cluster = g_strdup(cluster);
    checked->database = g_strdup(database);
    g_ptr_array_add(many->databases, checked);
    return checked;
}

void
pga_checked_database_fail(PgaCheckedDatabase *checked, GError *error)
{
    checked->message = g_strdup(error->message);
    checked->detail = g_strdup(pga_error_get_detail(error));
    checked->hint = g_strdup(pga_error_get_hint(error));
    g_error_free(error);
}

const PgaCheckedDatabase *
pga_checked_many_of(const PgaCheckedMany *many, const PgaFinding *finding)
{
    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        if (checked->report && g_ptr_array_find(checked->report->findings, finding, NULL))
            return checked;
    }
    return NULL;
}

guint
pga_checked_many_failed(const PgaCheckedMany *many)
{
    guint n = 0;

    for (guint i = 0; i < many->databases->len; i++)
        n += ((const PgaCheckedDatabase *)g_ptr_array_index(many->databases, i))->report == NULL;
    return n;
}
