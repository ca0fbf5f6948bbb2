/* Where events stand to each other: blocks, arms, objects. */
#include <django/code.h>

const PgaDjangoObject *
pga_django_event_object(const PgaDjangoEvent *event)
{
    return event->object ? g_ptr_array_index(event->function->objects, event->object - 1) : NULL;
}

const PgaDjangoEvent *
pga_django_object_event(const PgaDjangoFunction *function, const PgaDjangoObject *object)
{
    return object && object->event ? g_ptr_array_index(function->events, object->event - 1) : NULL;
}

static const PgaDjangoBlock *
block_at(const PgaDjangoFunction *function, guint place)
{
    return g_ptr_array_index(function->blocks, place);
}

/* The next one that is around it: G_MAXUINT of the function. */
static guint
around(const PgaDjangoFunction *function, guint place)
{
    const PgaDjangoBlock *block = block_at(function, place);

    return block->parent == place ? G_MAXUINT : block->parent;
}

const PgaDjangoBlock *
pga_django_event_block(const PgaDjangoEvent *event, PgaDjangoBlockKind kind)
{
    for (guint at = event->block; at != G_MAXUINT; at = around(event->function, at))
        if (block_at(event->function, at)->kind == kind)
            return block_at(event->function, at);
    return NULL;
}

const PgaDjangoBlock *
pga_django_event_loop(const PgaDjangoEvent *event)
{
    for (guint at = event->block; at != G_MAXUINT; at = around(event->function, at)) {
        const PgaDjangoBlock *block = block_at(event->function, at);

        if (block->kind == PGA_DJANGO_BLOCK_LOOP || block->kind == PGA_DJANGO_BLOCK_COMPREHENSION)
            return block;
    }
    return NULL;
}

/* ATOMIC_REQUESTS of any database. */
static gboolean
requests_are_atomic(const PgaDjangoProject *project)
{
    const PgaDjangoSettings *settings = pga_django_project_settings(project);

    for (guint i = 0; settings && i < settings->databases->len; i++) {
        const PgaDjangoDatabase *database = g_ptr_array_index(settings->databases, i);

        if (database->atomic_requests == PGA_DJANGO_TRUE)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_django_event_is_atomic(const PgaDjangoCode *code, const PgaDjangoEvent *event)
{
    return event->function->is_atomic ||
           pga_django_event_block(event, PGA_DJANGO_BLOCK_ATOMIC) != NULL ||
           (event->function->is_view && requests_are_atomic(code->project));
}

static gboolean
is_within(const PgaDjangoFunction *function, guint place, guint block)
{
    while (place != G_MAXUINT && place != block)
        place = around(function, place);
    return place == block;
}

/* Only one of both runs. */
static gboolean
is_alternative(const PgaDjangoBlock *block)
{
    return block->kind == PGA_DJANGO_BLOCK_IF || block->kind == PGA_DJANGO_BLOCK_ELSE ||
           block->kind == PGA_DJANGO_BLOCK_EXCEPT;
}

/* An arm around @place of the statement that @arm is one of. */
static gboolean
is_in_other_arm(const PgaDjangoFunction *function, guint place, guint arm)
{
    for (; place != G_MAXUINT; place = around(function, place)) {
        const PgaDjangoBlock *block = block_at(function, place);

        if (place != arm && is_alternative(block) &&
            block->first_arm == block_at(function, arm)->first_arm)
            return TRUE;
    }
    return FALSE;
}

/* The arm ends in return or raise behind the event. */
static gboolean
leaves(const PgaDjangoFunction *function, guint arm, const PgaDjangoEvent *event)
{
    const PgaDjangoBlock *block = block_at(function, arm);

    for (guint i = block->first_event + block->n_events; i-- > event->number;) {
        const PgaDjangoEvent *last = g_ptr_array_index(function->events, i);

        if (last->block == arm && (last->act == PGA_DJANGO_RETURN || last->act == PGA_DJANGO_RAISE))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_django_event_precedes(const PgaDjangoEvent *first, const PgaDjangoEvent *second)
{
    const PgaDjangoFunction *function = first->function;

    if (second->function != function || second->number <= first->number)
        return FALSE;
    for (guint at = first->block; at != G_MAXUINT; at = around(function, at)) {
        if (is_within(function, second->block, at))
            return TRUE;
        if (is_alternative(block_at(function, at)) &&
            (is_in_other_arm(function, second->block, at) || leaves(function, at, first)))
            return FALSE;
    }
    return TRUE;
}
