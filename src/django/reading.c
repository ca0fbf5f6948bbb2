/* All files of a project read by all processors: a file's tree and what its module defines depend
 * on no other file. */
#include <string.h>

#include "project_internal.h"

#define MAX_DEPTH  400
#define MAX_PLACES 20 /* of one file that are told */

/** A file that is read. */
typedef struct {
    PgaDjangoFile *file;
    guint error_line; /* 1-based, of what is no Python; 0: all is */
    GArray *broken;   /* (nullable): of PgaDjangoLines: what was left out for it */
    GError *error;    /* (nullable): it has no tree */
} Reading;

static void
reading_clear(gpointer data)
{
    g_clear_error(&((Reading *)data)->error);
    g_clear_pointer(&((Reading *)data)->broken, g_array_unref);
}

static guint
line_of_error(const PgaPythonSource *source)
{
    TSNode node = pga_python_root(source);

    for (guint depth = 0; depth < MAX_DEPTH && strcmp(ts_node_type(node), "ERROR") != 0; depth++) {
        guint i = 0;

        while (i < ts_node_child_count(node) && !ts_node_has_error(ts_node_child(node, i)))
            i++;
        if (i == ts_node_child_count(node))
            break;
        node = ts_node_child(node, i);
    }
    return ts_node_start_point(node).row + 1;
}

/* In a thread of the pool. */
static void
read_module(gpointer data, G_GNUC_UNUSED gpointer nothing)
{
    Reading *reading = data;
    PgaDjangoFile *file = reading->file;
    g_autoptr(PgaPythonSource) source = pga_django_file_parse(file, &reading->error);

    if (!source)
        return;
    if (source->has_errors) {
        reading->error_line = line_of_error(source);
        reading->broken = pga_django_repair(file);
    }
    if (reading->broken) {
        pga_python_source_free(g_steal_pointer(&source));
        source = pga_django_file_parse(file, &reading->error);
    }
    file->names = pga_django_module_read(file, source);
}

/* Migrations repeat what models say; a test that defines no model has nothing that models take. */
static gboolean
is_of_use(const PgaDjangoFile *file)
{
    return !file->is_migration &&
           (!file->is_test || strstr(file->text, "Model)") || strstr(file->text, "Model,"));
}

/* (transfer full): of Reading */
static GArray *
readings_of(const PgaDjangoProject *project)
{
    GArray *readings = g_array_new(FALSE, TRUE, sizeof(Reading));

    g_array_set_clear_func(readings, reading_clear);
    for (guint i = 0; i < project->files->len; i++) {
        Reading reading = {.file = g_ptr_array_index(project->files, i)};

        if (is_of_use(reading.file))
            g_array_append_val(readings, reading);
    }
    return readings;
}

static void
tell_broken(PgaDjangoProject *project, const Reading *reading)
{
    for (guint i = 0; i < reading->broken->len && i < MAX_PLACES; i++) {
        const PgaDjangoLines *lines = &g_array_index(reading->broken, PgaDjangoLines, i);

        if (i + 1 == MAX_PLACES && i + 1 < reading->broken->len)
            pga_django_unread(project, reading->file->path,
                              "line %u and %u later places: not Python", lines->first,
                              reading->broken->len - i - 1);
        else if (lines->first == lines->last)
            pga_django_unread(project, reading->file->path, "line %u: not Python", lines->first);
        else
            pga_django_unread(project, reading->file->path, "lines %u to %u: not Python",
                              lines->first, lines->last);
    }
}

void
pga_django_read_modules(PgaDjangoProject *project)
{
    g_autoptr(GArray) readings = readings_of(project);
    GThreadPool *pool =
        g_thread_pool_new(read_module, NULL, (gint)g_get_num_processors(), FALSE, NULL);

    for (guint i = 0; i < readings->len; i++)
        g_thread_pool_push(pool, &g_array_index(readings, Reading, i), NULL);
    g_thread_pool_free(pool, FALSE, TRUE);
    for (guint i = 0; i < readings->len; i++) {
        const Reading *reading = &g_array_index(readings, Reading, i);

        if (reading->error)
            pga_django_unread(project, reading->file->path, "%s", reading->error->message);
        else if (reading->broken)
            tell_broken(project, reading);
        else if (reading->error_line > 0)
            pga_django_unread(project, reading->file->path, "line %u: not Python",
                              reading->error_line);
    }
}
