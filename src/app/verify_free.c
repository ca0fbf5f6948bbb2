/* Views with patterns or ranges of texts in them, and routines of the database: what a statement
 * hands to one may be compared with anything. */
#include <parse/workload.h>
#include <string.h>

#include "verify_internal.h"
#include "verify_words.h"

struct PgaFreeNames {
    PgaWords *routines; /* as far as a parenthesis follows */
    PgaWords *views;
};

/** A view, parsed as a statement. */
typedef struct {
    const char *name;
    PgaWorkloadStatement *statement;
    gboolean is_free;
} View;

static void
add_routines(PgaFreeNames *names, const PgaObjects *objects)
{
    for (guint i = 0; i < objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects->objects, i);

        if (PGA_OBJECT_CLASS(object->id) == PGA_CLASS_ROUTINE && object->objname)
            pga_words_add(names->routines, object->objname);
    }
}

/* (nullable): the query of CREATE VIEW. Borrowed. */
static const char *
query_of(const PgaObject *object)
{
    const char *as = object->definition ? strstr(object->definition, " AS") : NULL;

    return PGA_OBJECT_CLASS(object->id) == PGA_CLASS_RELATION && object->objname && as &&
                   g_str_has_prefix(object->definition, "CREATE VIEW")
               ? as + strlen(" AS")
               : NULL;
}

/* (transfer full): of View */
static GArray *
read_views(const PgaObjects *objects, PgaWorkload *workload)
{
    GArray *views = g_array_new(FALSE, FALSE, sizeof(View));

    for (guint i = 0; i < objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects->objects, i);
        const char *query = query_of(object);
        View view = {.name = object->objname};

        if (!query)
            continue;
        view.statement = pga_record_add(workload->statements, &pga_workload_statement_type);
        view.statement->query = g_strdup(query);
        g_array_append_val(views, view);
    }
    return views;
}

/* A view of such a view is one, too. TRUE when there are more than before. */
static gboolean
find_more(PgaFreeNames *names, const PgaSnapshot *snapshot, GArray *views)
{
    gboolean any = FALSE;

    for (guint i = 0; i < views->len; i++) {
        View *view = &g_array_index(views, View, i);

        if (view->is_free || (pga_probe_is_promised(snapshot, view->statement) &&
                              !pga_free_names_are_in(names, view->statement->query)))
            continue;
        view->is_free = any = TRUE;
        pga_words_add(names->views, view->name);
    }
    return any;
}

PgaFreeNames *
pga_free_names_new(const PgaSnapshot *snapshot)
{
    PgaFreeNames *names = g_new0(PgaFreeNames, 1);
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    g_autoptr(GArray) views = read_views(snapshot->objects, workload);

    names->routines = pga_words_new();
    names->views = pga_words_new();
    add_routines(names, snapshot->objects);
    /* when interrupted, whoever goes on is told */
    if (!pga_workload_parse(snapshot->catalog, workload, NULL))
        return names;
    while (find_more(names, snapshot, views))
        continue;
    return names;
}

void
pga_free_names_free(PgaFreeNames *names)
{
    if (!names)
        return;
    pga_words_free(names->routines);
    pga_words_free(names->views);
    g_free(names);
}

static void
note_call(gpointer data, const PgaWord *word)
{
    const char *at = word->text + word->length;

    at += strspn(at, " \n\t\"");
    *(gboolean *)data |= *at == '(';
}

static void
note_view(gpointer data, const PgaWord *word)
{
    *(gboolean *)data |= word->length > 0;
}

gboolean
pga_free_names_are_in(const PgaFreeNames *names, const char *sql)
{
    gboolean found = FALSE;

    pga_words_find(names->routines, sql, note_call, &found);
    pga_words_find(names->views, sql, note_view, &found);
    return found;
}
