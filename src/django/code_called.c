/* Methods and properties of models that are called on instances: which object, what it has with it.
 */
#include <string.h>

#include "code_internal.h"

/* a.b.c.d */
#define MAX_STEPS 16

static void
take(PgaDjangoEvent *event, const char *path)
{
    if (!event->brought)
        event->brought = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(event->brought, g_strdup(path));
}

/* Those of @paths that go on from @prefix. */
static void
take_paths(PgaDjangoEvent *event, const GPtrArray *paths, const char *prefix)
{
    const gsize length = strlen(prefix);

    for (guint i = 0; paths && i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);

        if (length == 0)
            take(event, path);
        else if (strncmp(path, prefix, length) == 0 && strncmp(path + length, "__", 2) == 0)
            take(event, path + length + 2);
    }
}

/* What comes with rows; @prefix: over which relations the object came with them. */
static void
take_rows(PgaDjangoEvent *event, const DjangoValue *rows, const char *prefix)
{
    event->is_prefetched |= rows->joins_are_unknown || rows->queryset->incomplete != NULL;
    take_paths(event, rows->joined, prefix);
    if (*prefix) { /* the rules see those of the object's own query */
        take_paths(event, rows->queryset->select_related, prefix);
        take_paths(event, rows->queryset->prefetch_related, prefix);
    }
}

void
pga_django_note_method(DjangoFlow *flow, PgaDjangoEvent *event, guint object)
{
    const DjangoState *state = pga_django_object_state(flow, object);
    g_autofree char *prefix = g_strdup("");
    GHashTableIter iter;
    gpointer name;

    event->called = object;
    if (state->known) {
        g_hash_table_iter_init(&iter, state->known);
        while (g_hash_table_iter_next(&iter, &name, NULL))
            take(event, name);
    }
    for (guint i = 0; i < MAX_STEPS; i++) {
        g_autofree char *inner = prefix;

        event->is_prefetched |= state->is_either;
        if (state->rows)
            take_rows(event, state->rows, inner);
        prefix = NULL;
        if (!state->root)
            break;
        prefix = *inner ? g_strconcat(state->path, "__", inner, NULL) : g_strdup(state->path);
        state = pga_django_object_state(flow, state->root);
    }
}

void
pga_django_note_text(DjangoFlow *flow, const DjangoValue *value, TSNode node)
{
    const DjangoClass *class;
    PgaDjangoEvent *event;

    if (!pga_django_value_is(value, DJANGO_IS_INSTANCE))
        return;
    class = g_hash_table_lookup(flow->index->model_classes, value->model);
    if (!class || !pga_django_index_method(flow->index, class, "__str__"))
        return;
    event = pga_django_event_emit(flow, PGA_DJANGO_PROPERTY, node);
    if (!event)
        return;
    event->name = g_ref_string_new_intern("__str__");
    pga_django_note_method(flow, event, value->object);
}
