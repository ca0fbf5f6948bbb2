/* Relations that code reads row by row. */
#include <string.h>

#include "django_lookups_internal.h"
#include "django_loop_internal.h"
#include "django_own_internal.h"

/* Rounds that are no matter. */
#define FEW_ROUNDS 10

void
pga_loop_read_free(PgaLoopRead *read)
{
    g_free(read->path);
    g_free(read);
}

static void
free_read(gpointer data)
{
    pga_loop_read_free(data);
}

gboolean
pga_django_paths_cover(const GPtrArray *paths, const char *path)
{
    const gsize length = strlen(path);

    for (guint i = 0; paths && i < paths->len; i++) {
        const char *one = g_ptr_array_index(paths, i);

        if (strncmp(one, path, length) == 0 &&
            (one[length] == '\0' || g_str_has_prefix(one + length, "__")))
            return TRUE;
    }
    return FALSE;
}

const PgaDjangoEvent *
pga_django_loop_fetch(const PgaDjangoFunction *function, const PgaDjangoBlock *loop)
{
    return loop->iterated > 0 && loop->iterated <= function->events->len
               ? g_ptr_array_index(function->events, loop->iterated - 1)
               : NULL;
}

gboolean
pga_django_is_few(const PgaDjangoQuerySet *queryset)
{
    return queryset->limit >= 0 && queryset->limit <= FEW_ROUNDS;
}

gboolean
pga_django_loop_is_long(const PgaDjangoFunction *function, const PgaDjangoBlock *loop)
{
    const PgaDjangoEvent *fetch = pga_django_loop_fetch(function, loop);
    const PgaDjangoQuerySet *queryset = fetch ? fetch->queryset : NULL;

    if (loop->n_rounds >= 0 && loop->n_rounds <= FEW_ROUNDS)
        return FALSE;
    return !queryset || !pga_django_is_few(queryset);
}

/* The loop around @event whose variable is the object with that number + 1. (nullable) */
static const PgaDjangoBlock *
loop_of(const PgaDjangoEvent *event, guint object)
{
    const GPtrArray *blocks = event->function->blocks;
    guint at = event->block;

    while (TRUE) {
        const PgaDjangoBlock *block = g_ptr_array_index(blocks, at);

        if ((block->kind == PGA_DJANGO_BLOCK_LOOP ||
             block->kind == PGA_DJANGO_BLOCK_COMPREHENSION) &&
            block->loop_object == object)
            return block;
        if (block->parent == at)
            return NULL;
        at = block->parent;
    }
}

/* No if, except or inner loop between the loop and the event. */
static gboolean
is_plain(const PgaDjangoEvent *event, const PgaDjangoBlock *loop)
{
    const GPtrArray *blocks = event->function->blocks;
    guint at = event->block;

    while (g_ptr_array_index(blocks, at) != loop) {
        const PgaDjangoBlock *block = g_ptr_array_index(blocks, at);

        if (block->kind == PGA_DJANGO_BLOCK_IF || block->kind == PGA_DJANGO_BLOCK_ELSE ||
            block->kind == PGA_DJANGO_BLOCK_EXCEPT || block->kind == PGA_DJANGO_BLOCK_LAMBDA)
            return FALSE;
        at = block->parent;
    }
    return TRUE;
}

/* customer.orders.all(): the rows know their customer. */
gboolean
pga_django_is_given(const PgaDjangoQuerySet *queryset, const PgaDjangoField *field)
{
    g_autoptr(GArray) lookups = pga_django_used_lookups(queryset);

    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);

        if (used->role == PGA_LOOKUP_REQUIRED && used->lookup->path.field == field &&
            g_str_equal(used->lookup->path.lookup, "exact"))
            return TRUE;
    }
    return FALSE;
}

/* One way goes on where the other ends. */
static gboolean
goes_on(const char *one, const char *other)
{
    const gsize length = strlen(one);

    return strncmp(one, other, length) == 0 &&
           (other[length] == '\0' || g_str_has_prefix(other + length, "__"));
}

/* Same loop, same relation: one finding, of the longest path. (nullable) */
static PgaLoopRead *
known_read(const GPtrArray *reads, const PgaDjangoBlock *loop, const char *path)
{
    for (guint i = reads->len; i-- > 0;) {
        PgaLoopRead *read = g_ptr_array_index(reads, i);

        if (read->loop != loop || read->is_query)
            continue;
        if (goes_on(read->path, path) || goes_on(path, read->path))
            return read;
    }
    return NULL;
}

/* (nullable) */
static PgaLoopRead *
known_query(const GPtrArray *reads, const PgaDjangoBlock *loop, const PgaDjangoEvent *inner)
{
    for (guint i = 0; i < reads->len; i++) {
        PgaLoopRead *read = g_ptr_array_index(reads, i);

        if (read->loop == loop && read->inner == inner && read->is_query)
            return read;
    }
    return NULL;
}

/** A relation or a query of a loop's rows. */
typedef struct {
    const PgaDjangoEvent *event;
    const PgaDjangoBlock *loop;
    const PgaOwnRead *own; /* (nullable): in a method that the event runs */
    gboolean is_to_one;
} Seen;

static gboolean
is_certain(const Seen *seen, const PgaDjangoEvent *fetch)
{
    return is_plain(seen->event, seen->loop) && !fetch->queryset->incomplete;
}

/* Takes @path. */
static void
add_read(GPtrArray *reads, const Seen *seen, char *path)
{
    const gboolean is_query = seen->own && seen->own->is_query;
    PgaLoopRead *read = is_query ? known_query(reads, seen->loop, seen->own->event)
                                 : known_read(reads, seen->loop, path);
    g_autofree char *shorter = NULL;

    if (!read) {
        read = g_new0(PgaLoopRead, 1);
        read->event = seen->event;
        read->inner = seen->own ? seen->own->event : NULL;
        read->loop = seen->loop;
        read->fetch = pga_django_loop_fetch(seen->event->function, seen->loop);
        read->is_query = is_query;
        read->is_maybe = TRUE;
        read->is_to_one = TRUE;
        g_ptr_array_add(reads, read);
    }
    shorter = read->path && strlen(read->path) >= strlen(path) ? path : read->path;
    read->path = shorter == path ? read->path : path;
    read->is_to_one &= seen->is_to_one;
    read->is_maybe &= seen->own && seen->own->is_conditional;
    read->is_certain |= !seen->own && is_certain(seen, read->fetch);
}

/* The loop around @event whose rows @root begins with, if they are many: (nullable). */
static const PgaDjangoBlock *
long_loop(const PgaDjangoEvent *event, const PgaRoot *root)
{
    const PgaDjangoBlock *loop = root->object ? loop_of(event, root->object) : NULL;
    const PgaDjangoEvent *fetch = loop ? pga_django_loop_fetch(event->function, loop) : NULL;

    return fetch && fetch->queryset && fetch->queryset->model && !fetch->queryset->is_raw &&
                   fetch->act != PGA_DJANGO_BULK_CREATE && /* gives the objects it was given */
                   pga_django_loop_is_long(event->function, loop) && !pga_loop_ends(event, loop)
               ? loop
               : NULL;
}

static gboolean
is_covered(const PgaDjangoQuerySet *queryset, const char *path)
{
    return pga_django_paths_cover(queryset->select_related, path) ||
           pga_django_paths_cover(queryset->prefetch_related, path);
}

/* customer.orders.all(): all rows have the same customer, asked once for what lies behind it. */
static gboolean
is_behind_given(const PgaDjangoQuerySet *queryset, const char *path)
{
    const char *end = strstr(path, "__");
    g_autofree char *first = g_strndup(path, end ? (gsize)(end - path) : strlen(path));
    const PgaDjangoField *field = pga_django_model_field(queryset->model, first);

    return field && pga_django_is_given(queryset, field);
}

/* "if order.event_id != event_id:", "if order.event_id not in events:": once for each event. */
static gboolean
is_once_for_each(const PgaDjangoEvent *event, const PgaDjangoBlock *loop, const char *path)
{
    const GPtrArray *blocks = event->function->blocks;
    const char *end = strstr(path, "__");
    g_autofree char *first = g_strndup(path, end ? (gsize)(end - path) : strlen(path));
    g_autofree char *key = g_strconcat(".", first, "_id", NULL);

    for (const PgaDjangoBlock *at = g_ptr_array_index(blocks, event->block); at != loop;
         at = g_ptr_array_index(blocks, at->parent)) {
        const PgaPyValue *tested = at->kind == PGA_DJANGO_BLOCK_IF ? at->condition : NULL;
        const char *text = tested && tested->source ? tested->source : tested ? tested->text : NULL;

        if (text && strstr(text, key) && (strstr(text, "!=") || strstr(text, " not in ")))
            return TRUE;
    }
    return FALSE;
}

/* variant.units.remove(unit) in the same round: what was fetched before would be out of date. */
static gboolean
is_changed_in(const PgaDjangoEvent *event, const PgaDjangoBlock *loop)
{
    const GPtrArray *events = event->function->events;
    const guint end = MIN(loop->first_event + loop->n_events, events->len);

    for (guint i = loop->first_event; event->name && i < end; i++) {
        const PgaDjangoEvent *other = g_ptr_array_index(events, i);

        if (other->act == PGA_DJANGO_RELATED_SET && other->object == event->object &&
            g_strcmp0(other->name, event->name) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_loop_asks_anyway(const PgaDjangoEvent *event)
{
    return event->name && event->queryset && event->queryset->has_values;
}

static void
see(GPtrArray *reads, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset;
    g_autofree char *path = NULL;
    Seen seen = {.event = event};
    PgaRoot root;

    if (!pga_django_event_reads_relation(event) || event->is_prefetched ||
        pga_django_is_kept(event->field))
        return;
    root = pga_django_root_of(event);
    path = root.path;
    seen.loop = long_loop(event, &root);
    seen.is_to_one = root.is_to_one;
    if (!seen.loop)
        return;
    queryset = pga_django_loop_fetch(event->function, seen.loop)->queryset;
    if (!pga_django_is_given(queryset, event->field) && !is_behind_given(queryset, path) &&
        (!is_covered(queryset, path) || pga_loop_asks_anyway(event)) &&
        !is_once_for_each(event, seen.loop, path) && !is_changed_in(event, seen.loop))
        add_read(reads, &seen, g_steal_pointer(&path));
}

/* --- methods of the rows --- */

/* Whether the row has what the method reads. */
static gboolean
has_own(const PgaDjangoEvent *event, const PgaDjangoQuerySet *queryset, const PgaOwnRead *own,
        const char *path)
{
    gboolean has = is_covered(queryset, path) || pga_django_is_given(queryset, own->event->field) ||
                   is_behind_given(queryset, path) ||
                   (queryset->select_related_all && own->is_to_one);

    for (guint i = 0; !has && event->brought && i < event->brought->len; i++) {
        const char *brought = g_ptr_array_index(event->brought, i);

        has = goes_on(own->path, brought) || g_str_equal(brought, own->path);
    }
    return has;
}

static void
see_method(GPtrArray *reads, PgaDjangoNames *names, const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *method = event->is_prefetched || !pga_django_event_loop(event)
                                          ? NULL
                                          : pga_django_event_method(names, event);
    const GPtrArray *own = method ? pga_django_own_reads(names, method) : NULL;
    g_autofree char *way = NULL;
    Seen seen = {.event = event};
    PgaRoot root;

    if (!own || own->len == 0)
        return;
    root = pga_django_root_of(event);
    way = root.path;
    seen.loop = long_loop(event, &root);
    for (guint i = 0; seen.loop && i < own->len; i++) {
        const PgaDjangoEvent *fetch = pga_django_loop_fetch(event->function, seen.loop);
        g_autofree char *path = NULL;

        seen.own = g_ptr_array_index(own, i);
        seen.is_to_one = root.is_to_one && seen.own->is_to_one;
        path = pga_django_path_join(way ? way : "", seen.own->path);
        if (seen.own->is_query || !has_own(event, fetch->queryset, seen.own, path))
            add_read(reads, &seen, g_steal_pointer(&path));
    }
}

GPtrArray *
pga_django_loop_reads(PgaDjangoNames *names, const PgaDjangoFunction *function)
{
    GPtrArray *reads = g_ptr_array_new_with_free_func(free_read);

    for (guint i = 0; i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->called)
            see_method(reads, names, event);
        else
            see(reads, event);
    }
    return reads;
}
