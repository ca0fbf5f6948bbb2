/* Functions: what they are, what they return, the walk through them. */
#include <string.h>

#include "code_internal.h"

#define MAX_DEPTH    5      /* of functions that are looked into from each other */
#define MAX_FUNCTION 40000  /* bytes of one that is looked into */
#define MAX_RESULTS  200000 /* functions looked into, in all */

static void
block_free(gpointer data)
{
    PgaDjangoBlock *block = data;

    g_free(block->name);
    pga_py_value_free(block->condition);
    g_free(block);
}

static void
event_free(gpointer data)
{
    PgaDjangoEvent *event = data;

    g_clear_pointer(&event->text, g_ref_string_release);
    g_clear_pointer(&event->name, g_ref_string_release);
    pga_django_queryset_free(event->queryset);
    pga_py_value_free(event->value);
    g_free(event->operator);
    g_free(event->shown_by);
    g_clear_pointer(&event->written, g_ptr_array_unref);
    g_clear_pointer(&event->lookups, g_ptr_array_unref);
    g_clear_pointer(&event->brought, g_ptr_array_unref);
    g_free(event);
}

static void
object_free(gpointer data)
{
    PgaDjangoObject *object = data;

    g_free(object->name);
    g_free(object);
}

PgaDjangoFunction *
pga_django_function_new(void)
{
    PgaDjangoFunction *function = g_new0(PgaDjangoFunction, 1);

    function->decorators = g_ptr_array_new_with_free_func(g_free);
    function->blocks = g_ptr_array_new_with_free_func(block_free);
    function->events = g_ptr_array_new_with_free_func(event_free);
    function->objects = g_ptr_array_new_with_free_func(object_free);
    return function;
}

void
pga_django_function_free(gpointer data)
{
    PgaDjangoFunction *function = data;

    if (!function)
        return;
    g_free(function->name);
    g_free(function->class);
    g_free(function->qualified);
    g_ptr_array_unref(function->decorators);
    g_ptr_array_unref(function->blocks);
    g_ptr_array_unref(function->events);
    g_ptr_array_unref(function->objects);
    g_free(function);
}

/* NOLINTBEGIN(misc-no-recursion): index->depth and flow->nesting end it */

/* --- parameters --- */

static TSNode
name_of(const DjangoFlow *flow, TSNode parameter)
{
    TSNode name;

    if (ts_node_is_null(parameter) || pga_django_node(flow, parameter) == NODE_IDENTIFIER)
        return parameter;
    name = pga_python_child(parameter, "name");
    return ts_node_is_null(name) ? pga_python_part(parameter, 0) : name;
}

void
pga_django_bind_parameters(DjangoFlow *flow, TSNode parameters)
{
    for (guint i = 0; !ts_node_is_null(parameters) && i < ts_node_named_child_count(parameters);
         i++) {
        const TSNode parameter = ts_node_named_child(parameters, i);
        const TSNode type = pga_python_child(parameter, "type");
        const TSNode name = name_of(flow, parameter);
        g_autofree char *text = NULL;

        if (pga_django_node(flow, name) != NODE_IDENTIFIER)
            continue;
        text = pga_django_text(flow, name);
        pga_django_bind(flow, text,
                        ts_node_is_null(type)
                            ? pga_django_saved_parameter(flow, parameters, i, text)
                            : pga_django_annotated(flow, type, PGA_DJANGO_OBJECT_PARAMETER));
    }
}

static void
bind_self(DjangoFlow *flow, TSNode parameters, const DjangoFunction *function)
{
    const TSNode first = name_of(flow, pga_python_part(parameters, 0));
    const PgaDjangoModel *model;
    g_autofree char *name = NULL;

    if (!flow->class || ts_node_is_null(first) || (function && function->is_static))
        return;
    name = pga_django_text(flow, first);
    if (!g_str_equal(name, "cls") && !(function && function->is_class_method)) {
        pga_django_bind(flow, name, pga_django_self(flow, flow->class));
        return;
    }
    model = pga_django_index_class_model(flow->index, flow->class);
    if (model) {
        pga_django_bind(flow, name, pga_django_model_value(model));
    } else {
        DjangoValue *value = pga_django_value_new(DJANGO_IS_CLASS);

        value->class = flow->class;
        pga_django_bind(flow, name, value);
    }
}

/* get_total() of total = SerializerMethodField(): what it is given, whatever its name; else NULL:
 * (transfer full). */
static char *
serialized(const DjangoFlow *flow, TSNode parameters)
{
    const char *name = flow->function->name;
    const DjangoClass *within = NULL;
    const TSNode given = name_of(flow, pga_python_part(parameters, 1));
    const DjangoName *field =
        name && g_str_has_prefix(name, "get_") && flow->class ? pga_django_code_attribute(
                                                                    flow->index, flow->class,
                                                                    name + strlen("get_"), &within)
                                                              : NULL;

    return field && field->value && field->value->kind == PGA_PY_CALL && field->value->text &&
                   g_str_has_suffix(field->value->text, "SerializerMethodField") &&
                   pga_django_node(flow, given) == NODE_IDENTIFIER
               ? pga_django_text(flow, given)
               : NULL;
}

/* obj of an admin's or a serializer's method, instance of a receiver. */
static void
bind_given(DjangoFlow *flow, TSNode parameters)
{
    g_autofree char *own = serialized(flow, parameters);
    const char *const names[] = {"obj", "instance", "object", own ? own : "obj"};
    const PgaDjangoModel *model = flow->sender;
    gboolean is_bound;

    if (!model && flow->class && !pga_django_index_class_model(flow->index, flow->class) &&
        (pga_django_class_is(flow->index, flow->class, "Serializer") ||
         pga_django_class_is(flow->index, flow->class, "Admin")))
        model = pga_django_class_about(flow, flow->class);
    for (guint i = 0; model && i < G_N_ELEMENTS(names); i++)
        if (!pga_django_local(flow, names[i], &is_bound) && is_bound)
            pga_django_bind(
                flow, names[i],
                pga_django_instance(
                    flow, pga_django_object_add(flow, model, PGA_DJANGO_OBJECT_PARAMETER, NULL)));
}

/* filter_search(self, queryset, name, value) of a FilterSet: rows of its model, not told which. */
static void
bind_filtered(DjangoFlow *flow, TSNode parameters)
{
    const TSNode given = name_of(flow, pga_python_part(parameters, 1));
    const PgaDjangoModel *model;
    g_autofree char *name = NULL;
    DjangoValue *value;

    if (!flow->class || ts_node_is_null(given) ||
        !pga_django_class_is(flow->index, flow->class, "FilterSet"))
        return;
    name = pga_django_text(flow, given);
    model = g_str_equal(name, "qs") || g_str_equal(name, "queryset")
                ? pga_django_class_about(flow, flow->class)
                : NULL;
    value = model ? pga_django_manager_value(flow, model, "_base_manager") : NULL;
    if (!value)
        return;
    value->is_manager = FALSE;
    if (!value->queryset->incomplete)
        value->queryset->incomplete = g_strdup("rows of the view");
    pga_django_bind(flow, name, value);
}

gboolean
pga_django_is_evaluated_later(const DjangoFlow *flow)
{
    static const char *const names[] = {"get_queryset", "get_context_data", NULL};

    return flow->function->is_view && flow->function->name &&
           g_strv_contains(names, flow->function->name);
}

void
pga_django_follow(DjangoFlow *flow, TSNode node, const DjangoFunction *function)
{
    const TSNode parameters = pga_python_child(node, "parameters");

    pga_django_open(flow, PGA_DJANGO_BLOCK_FUNCTION, node);
    pga_django_bind_parameters(flow, parameters);
    bind_self(flow, parameters, function);
    bind_given(flow, parameters);
    bind_filtered(flow, parameters);
    pga_django_run_block(flow, pga_python_child(node, "body"));
    pga_django_close(flow, 0);
}

/* --- results --- */

static DjangoValue *
look_into(DjangoFlow *flow, const DjangoFunction *function, const DjangoClass *class)
{
    const PgaDjangoFile *file = function->module->file;
    const DjangoPlace place = {flow->index->project, function->module, NULL};
    g_autofree char *text =
        g_strndup(file->text + function->start, function->end - function->start);
    g_autoptr(PgaPythonSource) source = NULL;
    DjangoFlow inner = {0};
    DjangoValue *result;

    if (!strstr(text, "return") || strstr(text, "yield"))
        return NULL;
    source = pga_python_source_new(file->path, g_steal_pointer(&text),
                                   function->end - function->start, NULL);
    if (!source)
        return NULL;
    flow->index->depth++;
    pga_django_flow_init(&inner, flow->index, &place);
    inner.source = source;
    inner.first_line = function->line - 1;
    inner.class = class ? class : function->class;
    inner.within = function->class;
    pga_django_follow(&inner, pga_python_part(pga_python_root(source), 0), function);
    result = pga_django_exported(&inner, inner.result);
    pga_django_function_free(inner.function);
    pga_django_flow_clear(&inner);
    flow->index->depth--;
    return result;
}

DjangoValue *
pga_django_result(DjangoFlow *flow, const DjangoFunction *function, const DjangoClass *class)
{
    g_autofree char *key = g_strdup_printf("%p/%p", (gconstpointer)function, (gconstpointer) class);
    gpointer found = NULL;

    if (g_hash_table_lookup_extended(flow->index->results, key, NULL, &found))
        return pga_django_value_ref(found);
    if (flow->index->depth >= MAX_DEPTH || function->end <= function->start ||
        function->end - function->start > MAX_FUNCTION ||
        function->end > function->module->file->length ||
        g_hash_table_size(flow->index->results) > MAX_RESULTS)
        return NULL;
    g_hash_table_insert(flow->index->results, g_strdup(key), NULL); /* not again on the way */
    found = look_into(flow, function, class);
    g_hash_table_replace(flow->index->results, g_steal_pointer(&key), found);
    return pga_django_value_ref(found);
}

/* NOLINTEND(misc-no-recursion) */
