/* What a method asks for of the object that it is called on, or is given. */
#include "django_own_internal.h"

#include <string.h>

#include "django_lookups_internal.h"

/* a.b.c.d.e.f */
#define MAX_STEPS 16
/* Methods in methods. */
#define MAX_DEPTH 4
/* Of one method. */
#define MAX_READS  40
#define MAX_EVENTS 400

char *
pga_django_path_join(const char *path, const char *rest)
{
    return *path && *rest ? g_strconcat(path, "__", rest, NULL) : g_strdup(*path ? path : rest);
}

/* --- the way to an object --- */

static gboolean
is_to_one(const PgaDjangoEvent *event)
{
    /* backwards it has another name */
    return event->field && (!event->name || g_str_equal(event->name, event->field->name)) &&
           (event->field->kind == PGA_DJANGO_FOREIGN_KEY ||
            event->field->kind == PGA_DJANGO_ONE_TO_ONE);
}

static gboolean
is_begin(const PgaDjangoObject *object)
{
    return object->origin == PGA_DJANGO_OBJECT_LOOP || object->origin == PGA_DJANGO_OBJECT_SELF ||
           object->origin == PGA_DJANGO_OBJECT_PARAMETER;
}

static void
prepend(PgaRoot *root, const char *step)
{
    char *path = pga_django_path_join(step, root->path ? root->path : "");

    g_free(root->path);
    root->path = path;
}

/* The event that brought a related object: (nullable). */
static const PgaDjangoEvent *
before(const PgaDjangoFunction *function, const PgaDjangoObject *object)
{
    return object->origin == PGA_DJANGO_OBJECT_RELATED ? pga_django_object_event(function, object)
                                                       : NULL;
}

PgaRoot
pga_django_root_of(const PgaDjangoEvent *event)
{
    PgaRoot root = {.object = 0, .path = NULL, .is_to_one = TRUE};
    const PgaDjangoFunction *function = event->function;
    guint number = event->called;

    if (number) { /* a method: of the object itself */
        const PgaDjangoObject *object = g_ptr_array_index(function->objects, number - 1);

        root.object = is_begin(object) ? number : 0;
        event = root.object ? NULL : before(function, object);
    }
    for (guint i = 0; event && event->object && event->name && i < MAX_STEPS; i++) {
        const PgaDjangoObject *object = g_ptr_array_index(function->objects, event->object - 1);

        prepend(&root, event->name);
        root.is_to_one &= is_to_one(event);
        root.object = is_begin(object) ? event->object : 0;
        event = root.object ? NULL : before(function, object);
    }
    return root;
}

gboolean
pga_django_is_kept(const PgaDjangoField *field)
{
    return field && field->target &&
           (g_ascii_strcasecmp(field->target, "contenttypes.ContentType") == 0 ||
            g_ascii_strcasecmp(field->target, "sites.Site") == 0);
}

/* --- what an event asks for --- */

/* The related rows as they are: what prefetch_related() can have. */
static gboolean
is_whole(const PgaDjangoQuerySet *queryset)
{
    g_autoptr(GArray) lookups = pga_django_used_lookups(queryset);

    for (guint i = 0; queryset->where && queryset->where->items && i < queryset->where->items->len;
         i++)
        if (((const PgaDjangoCondition *)g_ptr_array_index(queryset->where->items, i))->kind ==
            PGA_DJANGO_OPAQUE)
            return FALSE;
    return lookups->len <= 1 && !queryset->incomplete && !queryset->is_sliced &&
           queryset->annotations->len == 0;
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

static gboolean
is_query(const PgaDjangoEvent *event)
{
    static const PgaDjangoAct acts[] = {
        PGA_DJANGO_FETCH, PGA_DJANGO_GET,         PGA_DJANGO_FIRST,     PGA_DJANGO_LEN,
        PGA_DJANGO_TRUTH, PGA_DJANGO_EXISTS_CALL, PGA_DJANGO_AGGREGATE, PGA_DJANGO_COUNT};

    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (event->act == acts[i])
            return event->queryset && !event->queryset->is_none && !event->is_cached &&
                   !event->queryset->is_for_update;
    return FALSE;
}

const PgaDjangoFunction *
pga_django_event_method(const PgaDjangoNames *names, const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object =
        event->called ? g_ptr_array_index(event->function->objects, event->called - 1) : NULL;
    const char *dot = event->name ? strrchr(event->name, '.') : NULL;

    return object && event->name
               ? pga_django_names_method(names, object->model, dot ? dot + 1 : event->name)
               : NULL;
}

/* --- on which ways --- */

static gboolean
is_in_arm(const PgaDjangoEvent *event)
{
    const GPtrArray *blocks = event->function->blocks;
    guint at = event->block;

    while (at != 0) {
        const PgaDjangoBlock *block = g_ptr_array_index(blocks, at);

        if (block->kind == PGA_DJANGO_BLOCK_IF || block->kind == PGA_DJANGO_BLOCK_ELSE ||
            block->kind == PGA_DJANGO_BLOCK_EXCEPT || block->kind == PGA_DJANGO_BLOCK_LAMBDA)
            return TRUE;
        at = block->parent;
    }
    return FALSE;
}

static gboolean
ends(PgaDjangoAct act)
{
    static const PgaDjangoAct acts[] = {
        PGA_DJANGO_RETURN,  PGA_DJANGO_SAVE,        PGA_DJANGO_CREATE,
        PGA_DJANGO_UPDATE,  PGA_DJANGO_DELETE,      PGA_DJANGO_RELATED_SET,
        PGA_DJANGO_REFRESH, PGA_DJANGO_BULK_CREATE, PGA_DJANGO_DELETE_OBJECT};

    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (act == acts[i])
            return TRUE;
    return FALSE;
}

/* A condition before it looks whether there is such an object at all, and nothing is written
 * in between. */
static gboolean
is_asked_for(const PgaDjangoEvent *event)
{
    for (guint i = 0; event->act == PGA_DJANGO_RELATED_READ && i < event->number; i++) {
        const PgaDjangoEvent *before = g_ptr_array_index(event->function->events, i);

        if (before->act != PGA_DJANGO_RETURN && ends(before->act))
            return FALSE;
        if (before->is_condition && before->field == event->field && !is_in_arm(before))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_plain(const PgaDjangoEvent *event, guint first_return)
{
    return event->number < first_return && !is_in_arm(event);
}

/* Number of the event behind which not everything runs, or what was fetched may be out of date. */
static guint
first_return(const PgaDjangoFunction *method)
{
    guint i = 0;

    while (i < method->events->len &&
           !ends(((const PgaDjangoEvent *)g_ptr_array_index(method->events, i))->act))
        i++;
    return i;
}

/* The method keeps what it found somewhere else. */
static gboolean
keeps(const PgaDjangoFunction *method)
{
    for (guint i = 0; i < method->decorators->len; i++) {
        const char *name = g_ptr_array_index(method->decorators, i);

        if (strstr(name, "cache") && !g_str_has_suffix(name, "cached_property"))
            return TRUE;
    }
    for (guint i = 0; i < method->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(method->events, i);

        if (event->act == PGA_DJANGO_CALL && event->name && strstr(event->name, "cache"))
            return TRUE;
    }
    return FALSE;
}

/* --- all of a method --- */

static void
read_free(gpointer data)
{
    PgaOwnRead *read = data;

    g_free(read->path);
    g_free(read);
}

/* Takes @path. */
static void
add_read(GPtrArray *reads, const PgaOwnRead *from, char *path)
{
    PgaOwnRead *read;

    for (guint i = 0; i < reads->len; i++) {
        read = g_ptr_array_index(reads, i);
        if (read->is_query == from->is_query && g_str_equal(read->path, path)) {
            if (read->is_conditional && !from->is_conditional)
                read->event = from->event;
            read->is_conditional &= from->is_conditional;
            g_free(path);
            return;
        }
    }
    read = g_memdup2(from, sizeof *from);
    read->path = path;
    g_ptr_array_add(reads, read);
}

/* The object is what a loop of the method goes over. */
static gboolean
is_row(const PgaDjangoEvent *event, guint object)
{
    return object &&
           ((const PgaDjangoObject *)g_ptr_array_index(event->function->objects, object - 1))
                   ->origin == PGA_DJANGO_OBJECT_LOOP;
}

static void
see(GPtrArray *reads, const PgaDjangoEvent *event, guint returns)
{
    const gboolean is_relation = pga_django_event_reads_relation(event);
    g_autofree char *path = NULL;
    PgaOwnRead read = {.event = event};
    PgaRoot root;

    if (event->is_prefetched || (!is_relation && !is_query(event)))
        return;
    root = pga_django_root_of(event);
    path = root.path;
    read.is_to_one = root.is_to_one;
    read.is_query = !is_relation;
    read.is_conditional = !is_plain(event, returns) && !is_asked_for(event);
    if (read.is_query)
        add_read(reads, &read, g_strdup(""));
    else if (root.object && !pga_django_is_kept(event->field) && !is_row(event, root.object))
        add_read(reads, &read, g_steal_pointer(&path));
}

/* NOLINTBEGIN(misc-no-recursion): names->depth ends it */

static void
see_method(GPtrArray *reads, PgaDjangoNames *names, const PgaDjangoEvent *event, guint returns)
{
    const PgaDjangoFunction *method = pga_django_event_method(names, event);
    const GPtrArray *inner = method ? pga_django_own_reads(names, method) : NULL;
    const gboolean is_conditional = inner && inner->len && !is_plain(event, returns);
    PgaRoot root = {.object = 0};

    if (!inner || inner->len == 0 || event->is_prefetched)
        return;
    root = pga_django_root_of(event);
    for (guint i = 0; root.object && i < inner->len && reads->len < MAX_READS; i++) {
        PgaOwnRead read = *(const PgaOwnRead *)g_ptr_array_index(inner, i);

        if (!read.is_query && is_row(event, root.object)) /* of another row than this one */
            continue;
        read.is_to_one &= root.is_to_one;
        read.is_conditional |= is_conditional;
        add_read(reads, &read, pga_django_path_join(root.path ? root.path : "", read.path));
    }
    g_free(root.path);
}

const GPtrArray *
pga_django_own_reads(PgaDjangoNames *names, const PgaDjangoFunction *method)
{
    GPtrArray *reads = g_hash_table_lookup(names->own, method);
    const guint returns = first_return(method);

    if (reads || names->depth >= MAX_DEPTH)
        return reads;
    reads = g_ptr_array_new_with_free_func(read_free);
    g_hash_table_insert(names->own, (gpointer)method, reads); /* a circle finds it empty */
    if (keeps(method))
        return reads;
    names->depth++;
    for (guint i = 0; i < method->events->len && i < MAX_EVENTS && reads->len < MAX_READS; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(method->events, i);

        if (event->called)
            see_method(reads, names, event, returns);
        else
            see(reads, event, returns);
    }
    names->depth--;
    return reads;
}

/* NOLINTEND(misc-no-recursion) */
