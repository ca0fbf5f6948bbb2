/* Instances of models: attributes read and set, relations followed, rows saved. */
#include <string.h>

#include "code_internal.h"

/** A relation that was read or set. */
typedef struct {
    DjangoValue *value;
    guint block;
} Known;

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

/* "customer", "customer__country" are begun by "customer". */
static gboolean
begins(const GPtrArray *paths, const char *path)
{
    const gsize length = strlen(path);

    for (guint i = 0; paths && i < paths->len; i++) {
        const char *at = g_ptr_array_index(paths, i);

        if (strncmp(at, path, length) == 0 && (!at[length] || strncmp(at + length, "__", 2) == 0))
            return TRUE;
    }
    return FALSE;
}

static gboolean
rows_bring(const DjangoValue *rows, const char *path)
{
    const PgaDjangoQuerySet *queryset = rows->queryset;

    return rows->joins_are_unknown || queryset->incomplete != NULL ||
           (queryset->select_related_all && !strstr(path, "__")) ||
           begins(queryset->select_related, path) || begins(queryset->prefetch_related, path) ||
           begins(rows->joined, path);
}

static void
known_free(gpointer data)
{
    Known *known = data;

    pga_django_value_unref(known->value);
    g_free(known);
}

/* What is known of a relation holds in the block where it was read, and in those in there. */
static const Known *
known_at(const DjangoFlow *flow, guint object, const char *name)
{
    const DjangoState *state = pga_django_object_state(flow, object);
    const Known *known = state->known ? g_hash_table_lookup(state->known, name) : NULL;

    return known && pga_django_is_around(flow, known->block) ? known : NULL;
}

gboolean
pga_django_came_with(const DjangoFlow *flow, guint object, const char *name)
{
    const DjangoState *state = pga_django_object_state(flow, object);
    g_autofree char *path = NULL;

    if (state->is_either || known_at(flow, object, name)) /* of two rows: nothing is claimed */
        return TRUE;
    if (state->rows && rows_bring(state->rows, name))
        return TRUE;
    path = g_strdup(name);
    for (guint i = 0; state->root && i < 16; i++) {
        g_autofree char *inner = path;

        path = g_strconcat(state->path, "__", inner, NULL);
        state = pga_django_object_state(flow, state->root);
        if (state->rows && rows_bring(state->rows, path))
            return TRUE;
    }
    return FALSE;
}

static void
remember(DjangoFlow *flow, guint object, const char *name, DjangoValue *value)
{
    DjangoState *state = pga_django_object_state(flow, object);
    Known *known;

    if (flow->muted || known_at(flow, object, name))
        return;
    known = g_new0(Known, 1);
    known->value = pga_django_value_ref(value);
    known->block = flow->block;
    if (!state->known)
        state->known = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, known_free);
    g_hash_table_replace(state->known, (gpointer)pga_django_kept(flow->index, name), known);
}

void
pga_django_remember(DjangoFlow *flow, guint object, const char *name, DjangoValue *value)
{
    remember(flow, object, name, value);
}

/* filter(name=text) on all rows of the model. */
static DjangoValue *
rows_where(DjangoFlow *flow, const PgaDjangoModel *model, const char *manager, const char *name,
           const char *text)
{
    DjangoValue *rows = pga_django_manager_value(flow, model, manager);
    g_autoptr(PgaPyValue) call = g_new0(PgaPyValue, 1);
    PgaPyValue *key = pga_django_string(name), *value = pga_django_string(text);

    if (!rows)
        rows = pga_django_queryset_value(flow, pga_django_queryset_new(model), NULL);
    call->kind = PGA_PY_CALL;
    call->text = g_strdup("filter");
    call->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
    call->keys = g_ptr_array_new_with_free_func((GDestroyNotify)pga_py_value_free);
    value->kind = PGA_PY_NAME;
    g_ptr_array_add(call->items, value);
    g_ptr_array_add(call->keys, key);
    pga_django_queryset_apply(rows->queryset, flow->index->project, call, NULL);
    return rows;
}

static void
place(const DjangoFlow *flow, PgaDjangoEvent *event, TSNode node)
{
    PgaDjangoQuerySet *queryset = event->queryset;

    queryset->file = flow->place.module ? flow->place.module->file : NULL;
    queryset->line = event->line;
    queryset->column = event->column;
    queryset->last_line = event->last_line;
    g_free(queryset->text);
    queryset->text = pga_django_squeezed(flow, node);
}

/* --- relations --- */

/* order.customer: a query of its own unless it came with the order. */
static DjangoValue *
read_relation(DjangoFlow *flow, DjangoValue *value, const char *name, const PgaDjangoField *field,
              const PgaDjangoModel *target, TSNode node)
{
    const gboolean is_reverse = !pga_django_index_field(flow->index, value->model, name);
    const gboolean came = pga_django_came_with(flow, value->object, name);
    const Known *before = known_at(flow, value->object, name);
    DjangoValue *known = pga_django_value_ref(before ? before->value : NULL);
    PgaDjangoEvent *event = pga_django_event_emit(flow, PGA_DJANGO_RELATED_READ, node);
    const char *to = pga_py_argument_text(field->call, G_MAXUINT, "to_field");
    DjangoState *state;
    guint number;

    if (event) {
        g_autofree char *text = pga_django_dotted(flow, node);
        g_autoptr(DjangoValue) rows = rows_where(flow, target, "_base_manager",
                                                 is_reverse ? field->name
                                                 : to       ? to
                                                            : "pk",
                                                 text ? text : name);

        event->queryset = g_steal_pointer(&rows->queryset);
        event->object = value->object;
        event->field = field;
        event->name = g_ref_string_new_intern(name);
        event->is_prefetched = came;
        place(flow, event, node);
    }
    if (known) {
        if (event && known->is == DJANGO_IS_INSTANCE)
            event->result = known->object;
        return known;
    }
    number = pga_django_object_add(flow, target, PGA_DJANGO_OBJECT_RELATED, event);
    state = pga_django_object_state(flow, number);
    if (came) {
        state->root = value->object;
        state->path = g_strdup(name);
    }
    if (event)
        event->result = number;
    known = pga_django_instance(flow, number);
    remember(flow, value->object, name, known);
    return known;
}

/* order.lines, order.tags */
static DjangoValue *
related_manager(DjangoFlow *flow, const DjangoValue *value, const char *name,
                const PgaDjangoField *field, const PgaDjangoModel *target, const char *query)
{
    const PgaDjangoObject *object = pga_django_object(flow, value->object);
    DjangoValue *rows =
        rows_where(flow, target, "_default_manager", query, object->name ? object->name : "self");

    rows->accessor = pga_django_kept(flow->index, name);
    rows->object = value->object;
    rows->field = field;
    rows->is_whole = TRUE;
    rows->is_manager = TRUE;
    rows->queryset->file = flow->place.module ? flow->place.module->file : NULL;
    return rows;
}

static char *
query_name(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const char *text = pga_py_argument_text(field->call, G_MAXUINT, "related_query_name");

    if (!text)
        text = pga_py_argument_text(field->call, G_MAXUINT, "related_name");
    return text && !strchr(text, '%') ? g_strdup(text) : g_ascii_strdown(model->name, -1);
}

static DjangoValue *
plain_read(DjangoFlow *flow, const DjangoValue *value, const char *name,
           const PgaDjangoField *field, TSNode node)
{
    DjangoValue *read = pga_django_value_new(DJANGO_IS_UNKNOWN);
    const DjangoSource source = {value->object, field};
    PgaDjangoEvent *event = pga_django_event_emit(flow, PGA_DJANGO_GET_ATTRIBUTE, node);

    read->origins = g_array_new(FALSE, FALSE, sizeof(DjangoSource));
    g_array_append_val(read->origins, source);
    read->is_alias = pga_django_is_container(field);
    if (event) {
        event->object = value->object;
        event->field = field;
        event->name = g_ref_string_new_intern(name);
        event->is_only_id = !g_str_equal(name, field->name) && !g_str_equal(name, "pk");
    }
    return read;
}

static DjangoValue *
field_read(DjangoFlow *flow, DjangoValue *value, const char *name, const PgaDjangoField *field,
           TSNode node)
{
    const PgaDjangoModel *target =
        field->target ? pga_django_index_model(flow->index, field->target) : NULL;
    g_autofree char *query = NULL;

    switch ((int)field->kind) {
    case PGA_DJANGO_FOREIGN_KEY:
    case PGA_DJANGO_ONE_TO_ONE:
        return target ? read_relation(flow, value, name, field, target, node) : NULL;
    case PGA_DJANGO_MANY_TO_MANY:
        query = query_name(value->model, field);
        return target ? related_manager(flow, value, name, field, target, query) : NULL;
    case PGA_DJANGO_PLAIN:
        return plain_read(flow, value, name, field, node);
    default:
        return NULL;
    }
}

/* "customer_id" of the field customer. (nullable) */
static const PgaDjangoField *
field_of_id(DjangoFlow *flow, const PgaDjangoModel *model, const char *name)
{
    g_autofree char *stem =
        g_str_has_suffix(name, "_id") ? g_strndup(name, strlen(name) - 3) : NULL;
    const PgaDjangoField *field = stem ? pga_django_index_field(flow->index, model, stem) : NULL;

    return field && (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE)
               ? field
               : NULL;
}

/* (nullable) */
static PgaDjangoEvent *
emit_property(DjangoFlow *flow, const char *name, TSNode node)
{
    PgaDjangoEvent *event = pga_django_event_emit(flow, PGA_DJANGO_PROPERTY, node);

    if (event)
        event->name = g_ref_string_new_intern(name);
    return event;
}

/* A property that gives rows or an instance. */
static DjangoValue *
read_property(DjangoFlow *flow, const DjangoValue *value, const char *name, TSNode node)
{
    const DjangoClass *class = g_hash_table_lookup(flow->index->model_classes, value->model);
    const DjangoFunction *function =
        class ? pga_django_index_method(flow->index, class, name) : NULL;

    PgaDjangoEvent *event;

    if (!function || !function->is_property)
        return NULL;
    event = emit_property(flow, name, node);
    if (event)
        pga_django_note_method(flow, event, value->object);
    return pga_django_imported_value(flow, pga_django_result(flow, function, class));
}

DjangoValue *
pga_django_instance_attribute(DjangoFlow *flow, DjangoValue *value, const char *name, TSNode node)
{
    const PgaDjangoField *field = pga_django_index_field(flow->index, value->model, name);
    const DjangoReverse *reverse;

    if (!field)
        field = field_of_id(flow, value->model, name);
    if (field && !g_str_equal(name, field->name) && !g_str_equal(name, "pk"))
        return plain_read(flow, value, name, field, node);
    if (field)
        return field_read(flow, value, name, field, node);
    reverse = pga_django_index_reverse(flow->index, value->model, name);
    if (reverse && reverse->field->kind == PGA_DJANGO_ONE_TO_ONE)
        return read_relation(flow, value, name, reverse->field, reverse->model, node);
    if (reverse)
        return related_manager(flow, value, name, reverse->field, reverse->model,
                               reverse->field->name);
    if (g_str_equal(name, "objects"))
        return NULL;
    return read_property(flow, value, name, node);
}

/* --- writing --- */

static gboolean
comes_of(const DjangoValue *value, guint object, const PgaDjangoField *field)
{
    for (guint i = 0; value && value->origins && i < value->origins->len; i++) {
        const DjangoSource *source = &g_array_index(value->origins, DjangoSource, i);

        if (source->object == object && source->field == field)
            return TRUE;
    }
    return FALSE;
}

static PgaDjangoEvent *
emit_set(DjangoFlow *flow, const DjangoValue *object, const char *name, TSNode target, TSNode right)
{
    const PgaDjangoField *field = pga_django_index_field(flow->index, object->model, name);
    PgaDjangoEvent *event;

    if (!field)
        field = field_of_id(flow, object->model, name);
    if (!field)
        return NULL;
    event = pga_django_event_emit(flow, PGA_DJANGO_SET_ATTRIBUTE, target);
    if (!event)
        return NULL;
    event->object = object->object;
    event->field = field;
    event->name = g_ref_string_new_intern(name);
    event->value = pga_django_small_value(flow, right);
    event->is_only_id = !g_str_equal(name, field->name);
    return event;
}

void
pga_django_set_attribute(DjangoFlow *flow, DjangoValue *object, const char *name,
                         DjangoValue *value, TSNode target, TSNode right)
{
    PgaDjangoEvent *event = emit_set(flow, object, name, target, right);

    if (event) {
        event->reads_itself = comes_of(value, object->object, event->field);
        event->is_expression = value && value->is_expression;
    }
    if (pga_django_value_is(value, DJANGO_IS_INSTANCE)) {
        DjangoState *state = pga_django_object_state(flow, object->object);

        if (state->known)
            g_hash_table_remove(state->known, name);
        remember(flow, object->object, name, value);
    } else if (event && event->field->target && !event->is_only_id) {
        remember(flow, object->object, name, NULL); /* whatever it is: it is not asked for */
    }
}

/* obj.f += 1, obj.data["key"] = 1, obj.list.append(1) */
void
pga_django_change_attribute(DjangoFlow *flow, DjangoValue *object, const char *name,
                            const char *sign, TSNode target, TSNode right)
{
    g_autoptr(DjangoValue) value =
        ts_node_is_null(right) || g_str_equal(sign, "[]=") ? NULL : pga_django_eval(flow, right);
    PgaDjangoEvent *event = emit_set(flow, object, name, target, right);

    if (!event)
        return;
    event->operator= g_strdup(sign);
    event->reads_itself = TRUE;
    event->is_expression = value && value->is_expression;
}

static void
take_update_fields(PgaDjangoEvent *event, const PgaPyValue *call)
{
    const PgaPyValue *fields = call ? pga_py_argument(call, 3, "update_fields") : NULL;

    if (!fields || fields->kind != PGA_PY_LIST)
        return;
    event->written = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < fields->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(fields->items, i);

        if (item->kind == PGA_PY_STRING)
            g_ptr_array_add(event->written, g_strdup(item->text));
    }
}

static void
save(DjangoFlow *flow, const DjangoValue *value, TSNode node)
{
    PgaDjangoObject *object = pga_django_object(flow, value->object);
    const gboolean is_new = object->origin == PGA_DJANGO_OBJECT_NEW;
    PgaDjangoEvent *event =
        pga_django_event_emit(flow, is_new ? PGA_DJANGO_CREATE : PGA_DJANGO_SAVE, node);

    if (!event)
        return;
    event->object = value->object;
    event->value = pga_django_small_text(flow, node);
    take_update_fields(event, event->value);
    if (!is_new)
        return;
    object->origin = PGA_DJANGO_OBJECT_CREATED;
    object->event = event->number + 1;
    event->result = value->object;
    event->queryset = pga_django_queryset_new(value->model);
    place(flow, event, node);
}

static DjangoValue *
call_method(DjangoFlow *flow, const DjangoValue *value, const char *method, TSNode node)
{
    const DjangoClass *class = g_hash_table_lookup(flow->index->model_classes, value->model);
    const DjangoFunction *function =
        class ? pga_django_index_method(flow->index, class, method) : NULL;
    DjangoValue *result =
        function ? pga_django_imported_value(flow, pga_django_result(flow, function, class)) : NULL;
    PgaDjangoEvent *event;
    guint before;

    if (function)
        pga_django_note_callee(flow, function);
    before = flow->function->events->len;
    pga_django_note_call(flow, node, result);
    event = flow->function->events->len > before ? g_ptr_array_index(flow->function->events, before)
            : function                           ? emit_property(flow, method, node)
                                                 : NULL;
    if (function && event)
        pga_django_note_method(flow, event, value->object);
    return result;
}

DjangoValue *
pga_django_call_instance(DjangoFlow *flow, DjangoValue *value, const char *method, TSNode node)
{
    static const struct {
        const char *method;
        PgaDjangoAct act;
    } acts[] = {
        {"delete", PGA_DJANGO_DELETE_OBJECT},
        {"adelete", PGA_DJANGO_DELETE_OBJECT},
        {"refresh_from_db", PGA_DJANGO_REFRESH},
        {"arefresh_from_db", PGA_DJANGO_REFRESH},
    };
    g_autoptr(GPtrArray) arguments G_GNUC_UNUSED =
        pga_django_eval_arguments(flow, node, PGA_DJANGO_UNEVALUATED); /* for the events in them */
    PgaDjangoEvent *event;

    if (g_str_equal(method, "save") || g_str_equal(method, "asave")) {
        save(flow, value, node);
        return NULL;
    }
    for (guint i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (!g_str_equal(acts[i].method, method))
            continue;
        event = pga_django_event_emit(flow, acts[i].act, node);
        if (event) {
            event->object = value->object;
            event->value = pga_django_small_value(flow, node);
        }
        return NULL;
    }
    return call_method(flow, value, method, node);
}

/* NOLINTEND(misc-no-recursion) */
