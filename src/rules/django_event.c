/* Values that events write and read. */
#include <string.h>

#include "django_event_internal.h"

#define MAX_LEVELS 3

const PgaDjangoModel *
pga_function_model(const PgaDjangoFunction *function)
{
    for (guint i = 0; i < function->objects->len; i++) {
        const PgaDjangoObject *object = g_ptr_array_index(function->objects, i);

        if (object->origin == PGA_DJANGO_OBJECT_SELF && object->model)
            return object->model;
    }
    return function->self_model;
}

gboolean
pga_event_attribute(const PgaDjangoEvent *event, const char *dotted, PgaAttributeOf *out)
{
    const GPtrArray *objects = event->function->objects;
    const char *dot = dotted ? strchr(dotted, '.') : NULL;

    for (guint i = objects->len; dot && i-- > 0;) {
        const PgaDjangoObject *object = g_ptr_array_index(objects, i);

        if (!object->name || !object->model || strlen(object->name) != (gsize)(dot - dotted) ||
            strncmp(object->name, dotted, (gsize)(dot - dotted)) != 0)
            continue;
        out->model = object->model;
        out->field = pga_django_model_field(object->model, dot + 1);
        if (out->field)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_named(const PgaPyValue *call, const char *const *names)
{
    for (; call->text && *names; names++) {
        const gsize length = strlen(call->text), end = strlen(*names);

        if (length >= end && g_str_equal(call->text + length - end, *names) &&
            (length == end || call->text[length - end - 1] == '.'))
            return TRUE;
    }
    return FALSE;
}

static const PgaPyValue * /* NOLINTNEXTLINE(misc-no-recursion): MAX_LEVELS */
call_in(const PgaPyValue *value, const char *const *names, guint level)
{
    const PgaPyValue *found = NULL;

    if (!value || value->kind == PGA_PY_DICT)
        return NULL;
    if (value->kind == PGA_PY_CALL && is_named(value, names))
        return value;
    for (guint i = 0; level < MAX_LEVELS && value->items && i < value->items->len && !found; i++)
        found = call_in(g_ptr_array_index(value->items, i), names, level + 1);
    return found;
}

const PgaPyValue *
pga_value_call(const PgaPyValue *value, const char *const *names)
{
    return call_in(value, names, 0);
}

static const PgaDjangoModel *
written_model(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    if (event->queryset && event->queryset->model)
        return event->queryset->model;
    return object ? object->model : NULL;
}

void
pga_event_each_write(PgaDjangoRun *run, const PgaDjangoEvent *event, PgaWriteVisit visit)
{
    PgaAttributeOf what = {written_model(event), event->field};
    const PgaPyValue *call = event->value;

    if (event->act == PGA_DJANGO_SET_ATTRIBUTE && what.model && what.field && event->value)
        visit(run, event, &what, event->value);
    if ((event->act != PGA_DJANGO_CREATE && event->act != PGA_DJANGO_UPDATE) || !what.model ||
        !call || call->kind != PGA_PY_CALL)
        return;
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        what.field = key ? pga_django_model_field(what.model, key->text) : NULL;
        if (what.field)
            visit(run, event, &what, g_ptr_array_index(call->items, i));
    }
}
