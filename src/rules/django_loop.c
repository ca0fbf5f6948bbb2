/* Relations that code reads row by row. */
#include <string.h>

#include "django_lookups_internal.h"
#include "django_loop_internal.h"

/* Rounds that are no matter. */
#define FEW_ROUNDS 10
/* a.b.c.d.e.f */
#define MAX_STEPS 16

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
pga_django_loop_is_long(const PgaDjangoFunction *function, const PgaDjangoBlock *loop)
{
    const PgaDjangoEvent *fetch = pga_django_loop_fetch(function, loop);
    const PgaDjangoQuerySet *queryset = fetch ? fetch->queryset : NULL;

    if (loop->n_rounds >= 0 && loop->n_rounds <= FEW_ROUNDS)
        return FALSE;
    return !queryset || queryset->limit < 0 || queryset->limit > FEW_ROUNDS;
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

/** From the event back to the object that the loop holds. */
typedef struct {
    guint object; /* number + 1; 0: it is another's */
    char *path;
    gboolean is_to_one;
} Root;

static gboolean
is_to_one(const PgaDjangoEvent *event)
{
    /* backwards it has another name */
    return event->field && (!event->name || g_str_equal(event->name, event->field->name)) &&
           (event->field->kind == PGA_DJANGO_FOREIGN_KEY ||
            event->field->kind == PGA_DJANGO_ONE_TO_ONE);
}

static void
prepend(Root *root, const char *step)
{
    char *path = root->path ? g_strdup_printf("%s__%s", step, root->path) : g_strdup(step);

    g_free(root->path);
    root->path = path;
}

/* (transfer full) of path */
static Root
root_of(const PgaDjangoEvent *event)
{
    Root root = {.object = 0, .path = NULL, .is_to_one = TRUE};

    for (guint i = 0; event && i < MAX_STEPS; i++) {
        const PgaDjangoObject *object = pga_django_event_object(event);
        const char *step = event->name ? event->name : event->field ? event->field->name : NULL;

        if (!object || !step)
            break;
        prepend(&root, step);
        root.is_to_one &= is_to_one(event);
        if (object->origin == PGA_DJANGO_OBJECT_LOOP) {
            root.object = event->object;
            break;
        }
        event = object->origin == PGA_DJANGO_OBJECT_RELATED
                    ? pga_django_object_event(event->function, object)
                    : NULL;
    }
    return root;
}

/* What Django keeps for the whole process, or nearly. */
static gboolean
is_kept(const PgaDjangoField *field)
{
    return field && field->target &&
           (g_ascii_strcasecmp(field->target, "contenttypes.ContentType") == 0 ||
            g_ascii_strcasecmp(field->target, "sites.Site") == 0);
}

/* customer.orders.all(): the rows know their customer. */
static gboolean
is_given(const PgaDjangoQuerySet *queryset, const PgaDjangoField *field)
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

/* The related rows as they are: what prefetch_related() can have. */
static gboolean
is_whole(const PgaDjangoQuerySet *queryset)
{
    g_autoptr(GArray) lookups = pga_django_used_lookups(queryset);

    return lookups->len <= 1 && !queryset->is_sliced && queryset->annotations->len == 0;
}

gboolean
pga_django_event_reads_relation(const PgaDjangoEvent *event)
{
    static const PgaDjangoAct acts[] = {PGA_DJANGO_FETCH, PGA_DJANGO_LEN, PGA_DJANGO_TRUTH,
                                        PGA_DJANGO_EXISTS_CALL, PGA_DJANGO_COUNT};

    if (event->act == PGA_DJANGO_RELATED_READ)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (event->act == acts[i])
            return event->queryset && event->name && event->object && is_whole(event->queryset);
    return FALSE;
}

/* "raise …", "return …": the last round. */
static gboolean
ends_loop(const PgaDjangoEvent *event, const PgaDjangoBlock *loop)
{
    return loop->kind == PGA_DJANGO_BLOCK_LOOP && event->text &&
           (g_str_has_prefix(event->text, "raise ") || g_str_has_prefix(event->text, "return "));
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

        if (read->loop != loop)
            continue;
        if (goes_on(read->path, path) || goes_on(path, read->path))
            return read;
    }
    return NULL;
}

/* Takes @path. */
static void
add_read(GPtrArray *reads, const PgaDjangoEvent *event, const PgaDjangoBlock *loop, char *path,
         gboolean to_one)
{
    PgaLoopRead *read = known_read(reads, loop, path);
    g_autofree char *shorter = NULL;

    if (!read) {
        read = g_new0(PgaLoopRead, 1);
        read->event = event;
        read->loop = loop;
        read->fetch = pga_django_loop_fetch(event->function, loop);
        read->is_to_one = TRUE;
        g_ptr_array_add(reads, read);
    }
    shorter = read->path && strlen(read->path) >= strlen(path) ? path : read->path;
    read->path = shorter == path ? read->path : path;
    read->is_to_one &= to_one;
    read->is_certain |= is_plain(event, loop) && !read->fetch->queryset->incomplete;
}

static void
see(GPtrArray *reads, const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;
    const PgaDjangoBlock *loop;
    const PgaDjangoEvent *fetch;
    g_autofree char *path = NULL;
    Root root;

    if (!pga_django_event_reads_relation(event) || event->is_prefetched || is_kept(event->field))
        return;
    root = root_of(event);
    path = root.path;
    loop = root.object ? loop_of(event, root.object) : NULL;
    fetch = loop ? pga_django_loop_fetch(function, loop) : NULL;
    if (!fetch || !fetch->queryset || !fetch->queryset->model || fetch->queryset->is_raw ||
        !pga_django_loop_is_long(function, loop) || ends_loop(event, loop) ||
        is_given(fetch->queryset, event->field) ||
        pga_django_paths_cover(fetch->queryset->select_related, path) ||
        pga_django_paths_cover(fetch->queryset->prefetch_related, path))
        return;
    add_read(reads, event, loop, g_steal_pointer(&path), root.is_to_one);
}

GPtrArray *
pga_django_loop_reads(const PgaDjangoFunction *function)
{
    GPtrArray *reads = g_ptr_array_new_with_free_func(free_read);

    for (guint i = 0; i < function->events->len; i++)
        see(reads, g_ptr_array_index(function->events, i));
    return reads;
}

GPtrArray *
pga_django_own_reads(const PgaDjangoFunction *method)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < method->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(method->events, i);
        const PgaDjangoObject *object = pga_django_event_object(event);

        if (event->act == PGA_DJANGO_RELATED_READ && is_to_one(event) && object &&
            (object->origin == PGA_DJANGO_OBJECT_SELF ||
             object->origin == PGA_DJANGO_OBJECT_PARAMETER) &&
            !is_kept(event->field) &&
            !g_ptr_array_find_with_equal_func(names, event->field->name, g_str_equal, NULL))
            g_ptr_array_add(names, g_strdup(event->field->name));
    }
    return names;
}
