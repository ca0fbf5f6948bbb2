/* One finding for one place of the source; who waits for a query. */
#include <string.h>

#include "django_flow_internal.h"
#include "django_once_internal.h"

void
pga_django_once_begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
pga_django_once_free(gpointer memory)
{
    g_hash_table_unref(memory);
}

gboolean
pga_django_once(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;
    const PgaDjangoFile *file = queryset && queryset->file ? queryset->file : event->function->file;
    const guint line = queryset && queryset->line ? queryset->line : event->line;
    const guint column = queryset && queryset->line ? queryset->column : event->column;

    return g_hash_table_add(run->memory, g_strdup_printf("%s:%u:%u", file->path, line, column));
}

gboolean
pga_django_event_asks(const PgaDjangoEvent *event)
{
    return event->queryset && event->queryset->model && !event->queryset->is_none &&
           event->act != PGA_DJANGO_UNEVALUATED && !event->is_cached;
}

/* Somebody else's, or how much of it: nobody in particular waits for the answer. */
static gboolean
is_of_clock(const char *parameter)
{
    static const char *const names[] = {"self",  "cls",  "interval",  "days",    "hours", "limit",
                                        "batch", "size", "threshold", "dry_run", "cutoff"};

    if (!*parameter || *parameter == '*' || *parameter == '/' || strchr(parameter, '='))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (strstr(parameter, names[i]))
            return TRUE;
    return FALSE;
}

gboolean
pga_django_is_periodic(const PgaDjangoFunction *function)
{
    g_autofree char *head = NULL, *between = NULL;
    g_auto(GStrv) parameters = NULL;
    const char *open, *close;

    if (!function->is_task)
        return FALSE;
    head = pga_flow_lines(function->file, function->line, function->last_line);
    open = strstr(head, "def ");
    open = open ? strchr(open, '(') : NULL;
    close = open ? strchr(open, ')') : NULL;
    if (!close)
        return FALSE;
    between = g_strndup(open + 1, (gsize)(close - open) - 1);
    parameters = g_strsplit(between, ",", -1);
    for (guint i = 0; parameters[i]; i++)
        if (!is_of_clock(g_strstrip(parameters[i])))
            return FALSE;
    return TRUE;
}

gboolean
pga_django_is_batch(const PgaDjangoFunction *function)
{
    static const char *const folders[] = {"management/", "/jobs/", "/scripts/", "/cron/",
                                          "/checks.py"};

    if (function->is_command || function->is_task || g_str_equal(function->name, "<module>"))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(folders); i++)
        if (strstr(function->file->path, folders[i]))
            return !function->is_view;
    return FALSE;
}
