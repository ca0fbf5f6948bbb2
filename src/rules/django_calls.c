/* Changes and saves in methods of a model: what they do to the object that they are called on. */
#include "django_calls_internal.h"

#include <string.h>

#include "django_own_internal.h"

#define MAX_DEPTH   3  /* of methods in methods */
#define MAX_CALLERS 50 /* of one method that are looked at */
#define MAX_EVENTS  12 /* of a short function */

static void
note_caller(PgaCalls *calls, const PgaDjangoFunction *callee, const PgaDjangoEvent *call)
{
    GPtrArray *callers = callee ? g_hash_table_lookup(calls->callers, callee) : NULL;

    if (!callee)
        return;
    if (!callers) {
        callers = g_ptr_array_new();
        g_hash_table_insert(calls->callers, (gpointer)callee, callers);
    }
    g_ptr_array_add(callers, (gpointer)call);
}

PgaCalls *
pga_calls_new(const PgaDjangoCode *code)
{
    PgaCalls *calls = g_new0(PgaCalls, 1);

    calls->names = pga_django_names_new(code);
    calls->callers = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(code->functions, i);

        for (guint j = 0; !function->file->is_test && j < function->events->len; j++) {
            const PgaDjangoEvent *event = g_ptr_array_index(function->events, j);

            note_caller(
                calls, event->called ? pga_django_event_method(calls->names, event) : event->callee,
                event);
        }
    }
    return calls;
}

void
pga_calls_free(gpointer data)
{
    PgaCalls *calls = data;

    pga_django_names_free(calls->names);
    g_hash_table_unref(calls->callers);
    g_free(calls);
}

static gboolean
is_of_self(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    return object && object->origin == PGA_DJANGO_OBJECT_SELF;
}

/* --- changes --- */

/* The call, as if it were the assignment. */
static PgaDjangoEvent
as_set(const PgaDjangoEvent *call, const PgaDjangoEvent *set)
{
    PgaDjangoEvent event = *call;

    event.act = PGA_DJANGO_SET_ATTRIBUTE;
    event.object = call->called;
    event.field = set->field;
    event.value = set->value;
    event.operator= set->operator;
    event.reads_itself = TRUE;
    event.is_expression = set->is_expression;
    return event;
}

static gboolean
is_left_unsaved(const PgaDjangoEvent *set)
{
    return set->act == PGA_DJANGO_SET_ATTRIBUTE && set->field && is_of_self(set) &&
           !set->is_expression && pga_flow_reads_itself(set) && !pga_flow_is_fresh(set) &&
           !pga_flow_save(set) && !pga_flow_is_guarded(set);
}

GArray *
pga_calls_sets(const PgaCalls *calls, const PgaDjangoEvent *call)
{
    const PgaDjangoFunction *method = pga_django_event_method(calls->names, call);
    GArray *sets = g_array_new(FALSE, FALSE, sizeof(PgaCalledSet));

    for (guint i = 0; method && i < method->events->len && sets->len < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *set = g_ptr_array_index(method->events, i);

        if (is_left_unsaved(set)) {
            const PgaCalledSet called = {as_set(call, set), set};

            g_array_append_val(sets, called);
        }
    }
    return sets;
}

/* --- saves --- */

/* NOLINTBEGIN(misc-no-recursion): @depth ends it */

/* The field's value is another one from here on. */
static gboolean
replaces(const PgaDjangoEvent *event, const char *field)
{
    return event->act == PGA_DJANGO_REFRESH ||
           (event->act == PGA_DJANGO_SET_ATTRIBUTE && event->field &&
            g_str_equal(event->field->name, field) && !pga_flow_reads_itself(event));
}

/* The method saves the field of its object as it is in memory. */
static gboolean
saves(const PgaCalls *calls, const PgaDjangoFunction *method, const char *field, guint depth)
{
    for (guint i = 0; depth > 0 && method && i < method->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(method->events, i);
        const PgaDjangoObject *object = NULL;

        if (is_of_self(event) && replaces(event, field))
            return FALSE;
        if (is_of_self(event) && event->act == PGA_DJANGO_SAVE && pga_flow_writes(event, field))
            return TRUE;
        object = event->called ? g_ptr_array_index(method->objects, event->called - 1) : NULL;
        if (object && object->origin == PGA_DJANGO_OBJECT_SELF &&
            saves(calls, pga_django_event_method(calls->names, event), field, depth - 1))
            return TRUE;
    }
    return FALSE;
}

/* NOLINTEND(misc-no-recursion) */

const PgaDjangoEvent *
pga_calls_save(const PgaCalls *calls, const PgaDjangoEvent *set)
{
    const PgaDjangoEvent *save = pga_flow_save(set);
    const GPtrArray *events = set->function->events;
    const guint end = save ? save->number : events->len;

    for (guint i = set->number + 1; i < end; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);

        if (event->object == set->object && event->act == PGA_DJANGO_REFRESH &&
            pga_django_event_precedes(set, event))
            return NULL;
        if (event->called == set->object && pga_django_event_precedes(set, event) &&
            saves(calls, pga_django_event_method(calls->names, event), set->field->name, MAX_DEPTH))
            return event;
    }
    return save;
}

/* --- functions --- */

static gboolean
is_short(const PgaDjangoFunction *function)
{
    return function && !function->file->is_test && function->events->len <= MAX_EVENTS;
}

const PgaDjangoEvent *
pga_called_return(const PgaDjangoEvent *call)
{
    const PgaDjangoFunction *function = call->callee;
    const PgaDjangoEvent *found = NULL;

    for (guint i = 0; is_short(function) && i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->act == PGA_DJANGO_RETURN && event->block != 0)
            return NULL; /* or something else is returned */
        if (event->queryset && event->text && g_str_has_prefix(event->text, "return "))
            found = event;
    }
    return found;
}

const PgaDjangoEvent *
pga_called_create(const PgaDjangoEvent *call, const PgaDjangoModel *model)
{
    const PgaDjangoFunction *function = call->callee;

    for (guint i = 0; is_short(function) && i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);
        const PgaDjangoBlock *block = g_ptr_array_index(function->blocks, event->block);

        if (pga_flow_created_model(event) == model && !pga_flow_is_guarded(event) &&
            (event->block == 0 || block->kind == PGA_DJANGO_BLOCK_ATOMIC))
            return event;
    }
    return NULL;
}

/* --- locks --- */

/* NOLINTBEGIN(misc-no-recursion): @depth ends it */

/* All who call it lock something before. */
static gboolean
is_called_locked(const PgaCalls *calls, const PgaDjangoFunction *function, guint depth)
{
    const GPtrArray *callers = depth > 0 ? g_hash_table_lookup(calls->callers, function) : NULL;

    for (guint i = 0; callers && i < callers->len && i < MAX_CALLERS; i++) {
        const PgaDjangoEvent *call = g_ptr_array_index(callers, i);

        if (!pga_flow_is_guarded(call) && !is_called_locked(calls, call->function, depth - 1))
            return FALSE;
    }
    return callers != NULL;
}

static gboolean
is_guarded(const PgaCalls *calls, const PgaDjangoEvent *event, guint depth)
{
    const PgaDjangoObject *object = pga_django_event_object(event);
    const GPtrArray *callers;

    if (pga_flow_is_guarded(event))
        return TRUE;
    if (object && object->origin == PGA_DJANGO_OBJECT_PARAMETER)
        return is_called_locked(calls, event->function, depth);
    callers = depth > 0 && is_of_self(event) ? g_hash_table_lookup(calls->callers, event->function)
                                             : NULL;
    for (guint i = 0; callers && i < callers->len && i < MAX_CALLERS; i++) {
        const PgaDjangoEvent *call = g_ptr_array_index(callers, i);
        const PgaDjangoEvent seen = as_set(call, event);

        if (pga_flow_shared_object(&seen) && !is_guarded(calls, &seen, depth - 1))
            return FALSE;
    }
    return callers != NULL;
}

/* NOLINTEND(misc-no-recursion) */

gboolean
pga_calls_is_guarded(const PgaCalls *calls, const PgaDjangoEvent *event)
{
    return is_guarded(calls, event, MAX_DEPTH);
}
