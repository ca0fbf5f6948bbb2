/* The tables that the models make, as a script for the lab: loaded by a thread of its own while the
 * code is read. Foreign keys are left out there, which takes a third of the time: what refers to
 * what is told by the statistics. */
#include <string.h>

#include <base/error.h>
#include <django/migration.h>
#include <django/model.h>

#include "django_plan_internal.h"

/* (transfer full): what stands between the first two quotes from @at on; *end: behind them. */
static char *
quoted_at(const char *at, const char **end)
{
    const char *open = at ? strchr(at, '"') : NULL;
    const char *close = open ? strchr(open + 1, '"') : NULL;

    if (end)
        *end = close ? close + 1 : NULL;
    return close ? g_strndup(open + 1, (gsize)(close - open) - 1) : NULL;
}

/* 'ALTER TABLE "line" ADD CONSTRAINT "c" FOREIGN KEY ("order_id") REFERENCES "order" ("id") …' */
static gboolean
take_reference(GHashTable *references, const char *sql)
{
    const char *key = strstr(sql, " FOREIGN KEY (");
    const char *to = key ? strstr(key, " REFERENCES ") : NULL;
    g_autofree char *table = to ? quoted_at(sql, NULL) : NULL;
    g_autofree char *column = to ? quoted_at(key, NULL) : NULL;
    char *parent = to ? quoted_at(to, NULL) : NULL;

    if (!g_str_has_prefix(sql, "ALTER TABLE ") || !table || !column || !parent) {
        g_free(parent);
        return FALSE;
    }
    g_hash_table_replace(references, g_strconcat(table, ".", column, NULL), parent);
    return TRUE;
}

/* (transfer full) */
static char *
tables_sql(const PgaDjangoWork *work, GHashTable *references)
{
    g_autoptr(GPtrArray) statements = pga_django_project_statements(work->project);
    g_autoptr(GString) script = g_string_new(NULL);

    for (guint i = 0; i < statements->len; i++) {
        const char *sql = ((const PgaDjangoStatement *)g_ptr_array_index(statements, i))->sql;

        if (sql && !take_reference(references, sql))
            g_string_append_printf(script, "%s;\n", sql);
    }
    return g_string_free(g_steal_pointer(&script), FALSE);
}

struct PgaDjangoLoading {
    GThread *thread;
    GAsyncQueue *done;    /* of this, once it is loaded: till then the thread has all below */
    GAsyncQueue *release; /* of this, once its server is not needed any more */
    gboolean is_taken;
    PgaSourceRequest from;
    PgaScript *script;
    PgaSource source;
    GPtrArray *not_checked; /* of PgaNotChecked *: the queries that need it say so */
    GHashTable *references; /* of "table.column" to the table that it refers to */
    GError *error;          /* (nullable) */
};

/* A server ends with the thread that started it. */
static gpointer
load(gpointer data)
{
    PgaDjangoLoading *loading = data;

    (void)pga_source_open_script(&loading->from, loading->script, &loading->source,
                                 loading->not_checked, &loading->error);
    g_async_queue_push(loading->done, loading);
    g_async_queue_pop(loading->release);
    return NULL;
}

gboolean
pga_django_load(PgaDjangoWork *work, GError **error)
{
    PgaDjangoLoading *loading;
    g_autofree char *text = NULL;
    g_autoptr(GHashTable) references =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    if (work->request->no_lab || work->request->has_source)
        return TRUE;
    text = tables_sql(work, references);
    if (!*text)
        return TRUE;
    work->loading = loading = g_new0(PgaDjangoLoading, 1);
    loading->done = g_async_queue_new();
    loading->release = g_async_queue_new();
    loading->from = work->request->from;
    loading->from.rows = NULL;
    loading->from.want_whatif = TRUE;
    loading->from.source = "the models";
    loading->from.pg_version = work->report->version / 10000;
    loading->references = g_steal_pointer(&references);
    loading->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    loading->script = pga_script_parse(text, strlen(text), "the models", error);
    if (!loading->script)
        return FALSE;
    loading->thread = g_thread_new("loading", load, loading);
    return TRUE;
}

gboolean
pga_django_loaded(PgaDjangoLoading *loading, PgaSource *source, GHashTable **references,
                  GError **error)
{
    if (!loading || loading->is_taken) {
        pga_error_set(error, PGA_ERROR_LAB, "the models make no tables");
        return FALSE;
    }
    g_async_queue_pop(loading->done);
    loading->is_taken = TRUE;
    *references = g_steal_pointer(&loading->references);
    *source = loading->source;
    loading->source = (PgaSource){0};
    if (!loading->error)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&loading->error));
    return FALSE;
}

void
pga_django_loading_free(PgaDjangoLoading *loading)
{
    if (!loading)
        return;
    if (loading->thread && !loading->is_taken)
        g_async_queue_pop(loading->done);
    pga_source_clear(&loading->source);
    g_async_queue_push(loading->release, loading);
    if (loading->thread)
        g_thread_join(loading->thread);
    g_async_queue_unref(loading->done);
    g_async_queue_unref(loading->release);
    g_clear_pointer(&loading->script, pga_script_free);
    g_clear_pointer(&loading->references, g_hash_table_unref);
    g_ptr_array_unref(loading->not_checked);
    g_clear_error(&loading->error);
    g_free(loading);
}
