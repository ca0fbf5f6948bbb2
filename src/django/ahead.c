/* Files parsed by a thread of its own, some ahead of the one that is read. */
#include "project_internal.h"

#define AHEAD 8 /* files */

typedef struct {
    const PgaDjangoProject *project;
    PgaDjangoFileTest is_wanted;
    guint next;          /* of the project's files: to be given to the thread */
    GThreadPool *pool;   /* of one: they come as they went */
    GAsyncQueue *parsed; /* of Parsed * */
} Ahead;

typedef struct {
    const PgaDjangoFile *file;
    PgaPythonSource *source; /* (nullable) */
} Parsed;

static void
parse(gpointer file, gpointer self)
{
    Parsed *parsed = g_new(Parsed, 1);

    parsed->file = file;
    parsed->source = pga_django_file_parse(file, NULL);
    g_async_queue_push(((Ahead *)self)->parsed, parsed);
}

static gboolean
send_next(Ahead *ahead)
{
    while (ahead->next < ahead->project->files->len) {
        PgaDjangoFile *file = g_ptr_array_index(ahead->project->files, ahead->next++);

        if (ahead->is_wanted(file)) {
            g_thread_pool_push(ahead->pool, file, NULL);
            return TRUE;
        }
    }
    return FALSE;
}

void
pga_django_each_source(const PgaDjangoProject *project, PgaDjangoFileTest is_wanted,
                       PgaDjangoSourceVisit visit, gpointer data)
{
    Ahead ahead = {.project = project, .is_wanted = is_wanted, .parsed = g_async_queue_new()};
    guint n_sent = 0;

    ahead.pool = g_thread_pool_new(parse, &ahead, 1, FALSE, NULL);
    while (n_sent < AHEAD && send_next(&ahead))
        n_sent++;
    for (; n_sent > 0; n_sent--) {
        Parsed *parsed = g_async_queue_pop(ahead.parsed);

        n_sent += send_next(&ahead);
        visit(parsed->file, parsed->source, data);
        pga_python_source_free(parsed->source);
        g_free(parsed);
    }
    g_thread_pool_free(ahead.pool, FALSE, TRUE);
    g_async_queue_unref(ahead.parsed);
}
