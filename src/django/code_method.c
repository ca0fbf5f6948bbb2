/* Calls of methods: by what they are called on. */
#include <string.h>

#include "code_internal.h"

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

DjangoValue *
pga_django_member_of(DjangoFlow *flow, DjangoValue *value, char *const *names)
{
    for (guint i = 0; value && names[i]; i++) {
        DjangoValue *outer = value;

        value = pga_django_attribute_of(flow, outer, names[i], (TSNode){0});
        pga_django_value_unref(outer);
    }
    return value;
}

DjangoValue *
pga_django_eval_dotted(DjangoFlow *flow, const char *dotted)
{
    g_auto(GStrv) parts = g_strsplit(dotted ? dotted : "", ".", 12);
    DjangoValue *value = NULL;
    gboolean is_bound = FALSE;

    if (!parts[0])
        return NULL;
    if (flow->has_dotted && parts[1]) {
        value = pga_django_local(flow, dotted, &is_bound);
        if (is_bound)
            return pga_django_value_ref(value);
    }
    flow->muted++;
    value = pga_django_member_of(flow, pga_django_eval_name(flow, parts[0]), parts + 1);
    flow->muted--;
    return value;
}

/* A call, or a slice of one. */
static gboolean
is_that(const DjangoFlow *flow, TSNode node, const PgaPyValue *value)
{
    if (value->kind == PGA_PY_OPAQUE)
        return pga_django_node(flow, node) == NODE_SUBSCRIPT &&
               pga_django_text_is(flow, node, value->text);
    return pga_django_node(flow, node) == NODE_CALL &&
           pga_django_text_is(flow, pga_python_child(node, "function"), value->text);
}

/* A call inside the one that is applied: by where it stands. */
DjangoValue *
pga_django_eval_call_at(DjangoFlow *flow, const PgaPyValue *value)
{
    DjangoValue *found = NULL;
    TSNode node;

    if (ts_node_is_null(flow->expression) || value->end <= value->start ||
        value->start < ts_node_start_byte(flow->expression) ||
        value->end > ts_node_end_byte(flow->expression))
        return NULL;
    node = ts_node_descendant_for_byte_range(flow->expression, value->start, value->end);
    if (ts_node_start_byte(node) != value->start || ts_node_end_byte(node) != value->end ||
        !is_that(flow, node, value))
        return NULL;
    flow->muted++;
    if (++flow->nesting <= PGA_DJANGO_MAX_NESTING && ++flow->resolving < 4)
        found = pga_django_eval(flow, node);
    flow->resolving--;
    flow->nesting--;
    flow->muted--;
    return found;
}

/* --- cursors --- */

static gboolean
runs_text(const char *method)
{
    return g_str_equal(method, "execute") || g_str_equal(method, "executemany") ||
           g_str_equal(method, "copy_expert") || g_str_equal(method, "mogrify");
}

static DjangoValue *
call_cursor(DjangoFlow *flow, const char *method, TSNode node)
{
    g_autoptr(GPtrArray) values = pga_django_eval_arguments(flow, node, PGA_DJANGO_RETURN);
    const DjangoValue *first = values->len ? g_ptr_array_index(values, 0) : NULL;
    PgaDjangoEvent *event =
        runs_text(method) ? pga_django_event_emit(flow, PGA_DJANGO_CURSOR, node) : NULL;
    const TSNode text = pga_python_part(pga_python_child(node, "arguments"), 0);
    const PgaPyValue *built = pga_django_built_text(flow, text);

    if (!event)
        return NULL;
    event->name = g_ref_string_new_intern(method);
    if (pga_django_value_is(first, DJANGO_IS_PYTHON))
        event->value = pga_py_value_copy(first->py);
    else
        event->value = built ? pga_py_value_copy(built) : pga_django_small_value(flow, text);
    return NULL;
}

/* --- rows in memory --- */

static DjangoValue *
call_rows(DjangoFlow *flow, DjangoValue *rows, const char *method, TSNode node)
{
    DjangoValue *value;

    g_ptr_array_unref(pga_django_eval_arguments(flow, node, PGA_DJANGO_UNEVALUATED));
    if (g_str_equal(method, "values") && rows->is_dict) {
        value = pga_django_value_new(DJANGO_IS_ROWS);
        value->model = rows->model;
        value->rows_of = pga_django_value_ref(rows->rows_of);
        value->event = rows->event;
        return value;
    }
    if (g_str_equal(method, "items") && rows->is_dict) {
        g_autoptr(DjangoValue) each = pga_django_value_new(DJANGO_IS_ROWS);

        each->model = rows->model;
        each->rows_of = pga_django_value_ref(rows->rows_of);
        each->event = rows->event;
        value = pga_django_value_new(DJANGO_IS_ITERATION);
        value->items = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_value_unref);
        g_ptr_array_add(value->items, NULL);
        g_ptr_array_add(value->items, g_steal_pointer(&each));
        return value;
    }
    if (g_str_equal(method, "page") || g_str_equal(method, "get_page")) /* of a Paginator */
        return pga_django_value_ref(rows);
    if (g_str_equal(method, "pop") || (rows->is_dict && g_str_equal(method, "get")))
        return pga_django_row(flow, rows->rows_of, PGA_DJANGO_OBJECT_QUERIED,
                              rows->event && rows->event <= flow->function->events->len
                                  ? g_ptr_array_index(flow->function->events, rows->event - 1)
                                  : NULL);
    return NULL;
}

/* --- all --- */

static DjangoValue *
call_unknown(DjangoFlow *flow, const DjangoValue *value, const char *method, TSNode function,
             TSNode node)
{
    g_autofree char *holder = pga_django_dotted(flow, pga_python_child(function, "object"));
    DjangoValue *result;

    if (runs_text(method) && holder && (strstr(holder, "cursor") || g_str_equal(holder, "cur")))
        return call_cursor(flow, method, node);
    if (g_str_equal(method, "render") && pga_django_value_is(value, DJANGO_IS_PYTHON) &&
        value->py->kind == PGA_PY_STRING)
        flow->rendered = value->py->text;
    result = pga_django_plain_call(flow, node);
    flow->rendered = NULL;
    return pga_django_value_made_of(result, value);
}

static DjangoValue *
call_attribute(DjangoFlow *flow, DjangoValue *value, const char *method, TSNode node)
{
    g_autoptr(DjangoValue) callee = pga_django_attribute_of(flow, value, method, node);

    return callee ? pga_django_call_value(flow, callee, node) : pga_django_plain_call(flow, node);
}

DjangoValue *
pga_django_call_method(DjangoFlow *flow, TSNode function, TSNode node)
{
    const TSNode holder = pga_python_child(function, "object");
    g_autofree char *method = pga_django_text(flow, pga_python_child(function, "attribute"));
    g_autoptr(DjangoValue) value = NULL;
    gboolean is_known = FALSE;
    DjangoValue *result;

    if (pga_django_change_by_method(flow, holder, method, node))
        return NULL;
    value = pga_django_eval(flow, holder);
    if (!value)
        return call_unknown(flow, NULL, method, function, node);
    switch ((int)value->is) {
    case DJANGO_IS_QUERYSET:
    case DJANGO_IS_STEPS:
        return pga_django_call_queryset(flow, value, method, node);
    case DJANGO_IS_INSTANCE:
        return pga_django_call_instance(flow, value, method, node);
    case DJANGO_IS_ROWS:
        return call_rows(flow, value, method, node);
    case DJANGO_IS_CURSOR:
        return call_cursor(flow, method, node);
    case DJANGO_IS_OBJECT:
    case DJANGO_IS_SUPER:
        result = pga_django_call_object(flow, value, method, node, &is_known);
        return is_known ? result : pga_django_plain_call(flow, node);
    case DJANGO_IS_MODEL:
    case DJANGO_IS_CLASS:
    case DJANGO_IS_MODULE:
    case DJANGO_IS_OUTSIDE:
        return call_attribute(flow, value, method, node);
    default:
        if (pga_django_is_change(method) || g_str_equal(method, "add"))
            pga_django_forget_item(flow, holder, method, node);
        return call_unknown(flow, value, method, function, node);
    }
}

/* NOLINTEND(misc-no-recursion) */
