/* QuerySets as they grow: managers, methods, slices, methods of the project's own. */
#include <string.h>

#include "code_internal.h"

#define MAX_CHAIN 200 /* methods */
#define MAX_STEPS 60

/* NOLINTBEGIN(misc-no-recursion): index->depth and flow->nesting end it */

DjangoValue *
pga_django_queryset_value(DjangoFlow *flow, PgaDjangoQuerySet *queryset, DjangoValue *before)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_QUERYSET);

    value->queryset = queryset;
    value->model = queryset->model;
    value->before = pga_django_value_ref(before);
    value->chain = ++flow->index->n_chains;
    return value;
}

/* What the manager's own get_queryset() does, first of all. */
static DjangoValue *
with_get_queryset(DjangoFlow *flow, DjangoValue *value)
{
    const DjangoFunction *function =
        pga_django_manager_method(flow->index, value->manager, "get_queryset");
    g_autoptr(DjangoValue) result = NULL;
    DjangoValue *whole;

    if (!function)
        return value;
    result = pga_django_result(flow, function, function->class);
    if (pga_django_value_is(result, DJANGO_IS_STEPS)) {
        whole = pga_django_apply_steps(flow, value, result->steps);
        if (whole) {
            whole->is_manager = TRUE;
            pga_django_value_unref(value);
            return whole;
        }
    }
    if (!value->queryset->incomplete)
        value->queryset->incomplete = g_strdup("get_queryset() of the manager");
    value->joins_are_unknown = TRUE;
    return value;
}

static void
place_chain(const DjangoFlow *flow, PgaDjangoQuerySet *queryset, TSNode node)
{
    if (!queryset->file && flow->place.module)
        queryset->file = flow->place.module->file;
    if (ts_node_is_null(node))
        return;
    queryset->line = flow->first_line + ts_node_start_point(node).row + 1;
    queryset->column = ts_node_start_point(node).column + 1;
    queryset->last_line = flow->first_line + ts_node_end_point(node).row + 1;
    g_free(queryset->text);
    queryset->text = pga_django_squeezed(flow, node);
}

DjangoValue *
pga_django_manager_value(DjangoFlow *flow, const PgaDjangoModel *model, const char *name)
{
    const DjangoManager *manager = pga_django_index_manager(flow->index, model, name);
    DjangoValue *value;

    if (!manager)
        return NULL;
    value = pga_django_queryset_value(flow, pga_django_queryset_new(model), NULL);
    value->manager = manager;
    value->is_manager = TRUE;
    place_chain(flow, value->queryset, (TSNode){0});
    return with_get_queryset(flow, value);
}

/* --- methods --- */

static gboolean
is_alias_of_all(const char *method)
{
    static const char *const names[] = {"all",        "get_queryset", "get_query_set",
                                        "db_manager", "_chain",       "_clone"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(names[i], method))
            return TRUE;
    return FALSE;
}

/* The same with a copy to change. */
static DjangoValue *
grown(DjangoFlow *flow, DjangoValue *value, TSNode node)
{
    DjangoValue *next =
        pga_django_queryset_value(flow, pga_django_queryset_copy(value->queryset), value);

    next->manager = value->manager;
    next->accessor = value->accessor;
    next->object = value->object;
    next->field = value->field;
    next->joins_are_unknown = value->joins_are_unknown;
    next->joined = value->joined ? g_ptr_array_ref(value->joined) : NULL;
    place_chain(flow, next->queryset, node);
    return next;
}

static DjangoValue *
add_step(DjangoValue *value, const PgaPyValue *call, gint64 from, gint64 until,
         gboolean is_optional)
{
    DjangoValue *next;
    DjangoStep *step;

    if (value->steps->len > MAX_STEPS)
        return NULL;
    next = pga_django_value_new(DJANGO_IS_STEPS);
    next->steps = g_ptr_array_new_with_free_func(pga_django_step_free);
    for (guint i = 0; i < value->steps->len; i++) {
        const DjangoStep *old = g_ptr_array_index(value->steps, i);

        step = g_new(DjangoStep, 1);
        *step = *old;
        step->call = pga_py_value_copy(old->call);
        g_ptr_array_add(next->steps, step);
    }
    step = g_new0(DjangoStep, 1);
    step->call = pga_py_value_copy(call);
    step->from = from;
    step->until = until;
    step->is_optional = is_optional;
    g_ptr_array_add(next->steps, step);
    return next;
}

static void
make_optional(DjangoValue *value, guint from)
{
    for (guint i = from; i < pga_django_n_conditions(value->queryset); i++) {
        PgaDjangoCondition *condition = g_ptr_array_index(value->queryset->where->items, i);

        condition->is_optional = TRUE;
    }
}

DjangoValue *
pga_django_apply_steps(DjangoFlow *flow, DjangoValue *value, const GPtrArray *steps)
{
    DjangoValue *at = pga_django_value_ref(value);

    flow->index->depth++;
    for (guint i = 0; at && i < steps->len; i++) {
        const DjangoStep *step = g_ptr_array_index(steps, i);
        const guint n = pga_django_n_conditions(at->queryset);
        DjangoValue *next;

        if (step->call) {
            next = pga_django_chain(flow, at, step->call, (TSNode){0});
        } else {
            next = grown(flow, at, (TSNode){0});
            pga_django_queryset_slice(next->queryset, step->from, step->until);
        }
        if (next && next->is == DJANGO_IS_QUERYSET && step->is_optional)
            make_optional(next, n);
        pga_django_value_unref(at);
        at = pga_django_value_is(next, DJANGO_IS_QUERYSET) ? next
                                                           : (pga_django_value_unref(next), NULL);
    }
    flow->index->depth--;
    return at;
}

/* A method that the project's manager or QuerySet class has. */
static DjangoValue *
custom(DjangoFlow *flow, DjangoValue *value, const char *method, gboolean *is_custom)
{
    const DjangoFunction *function = pga_django_manager_method(flow->index, value->manager, method);
    g_autoptr(DjangoValue) result = NULL;
    DjangoValue *whole;

    *is_custom = function != NULL;
    if (!function)
        return NULL;
    result = pga_django_result(flow, function, function->class);
    if (!pga_django_value_is(result, DJANGO_IS_STEPS))
        return pga_django_imported_value(flow, g_steal_pointer(&result));
    g_ptr_array_add(flow->index->applied, (gpointer)function);
    whole = pga_django_apply_steps(flow, value, result->steps);
    g_ptr_array_set_size(flow->index->applied, (gint)flow->index->applied->len - 1);
    return whole;
}

/* The QuerySet that an argument is; found by where it stands in the call. */
static PgaDjangoQuerySet *
resolve_queryset(gpointer self, const PgaPyValue *value)
{
    DjangoFlow *flow = self;
    g_autoptr(DjangoValue) found = NULL;

    if (value->kind == PGA_PY_NAME)
        found = pga_django_eval_dotted(flow, value->text);
    else if ((value->kind == PGA_PY_CALL || value->kind == PGA_PY_OPAQUE) &&
             !ts_node_is_null(flow->expression))
        found = pga_django_eval_call_at(flow, value);
    if (pga_django_value_is(found, DJANGO_IS_ROWS) && found->rows_of)
        return NULL;
    return pga_django_value_is(found, DJANGO_IS_QUERYSET)
               ? pga_django_queryset_copy(found->queryset)
               : NULL;
}

static PgaPyValue *
resolve_value(gpointer self, const char *name)
{
    g_autoptr(DjangoValue) found = pga_django_eval_dotted(self, name);

    ((DjangoFlow *)self)->has_maybe |= found && found->is_maybe;
    return found && found->py ? pga_py_value_copy(found->py) : NULL;
}

static void
take_joined(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call)
{
    const gboolean is_prefetch = g_str_equal(pga_py_last_name(call), "prefetch_related");

    if (!is_prefetch && !g_str_equal(pga_py_last_name(call), "select_related"))
        return;
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(call->items, i);

        if (item->kind == PGA_PY_CALL)
            pga_django_take_prefetch(flow, value, item);
        else if (item->kind != PGA_PY_STRING && item->kind != PGA_PY_NONE)
            value->joins_are_unknown = TRUE;
    }
}

/* filter(**filters) where some keys are put in on some ways only: those by themselves; @sure: the
 * others. (transfer full) (nullable): all are sure */
static PgaPyValue *
optional_part(DjangoFlow *flow, const PgaPyValue *call, PgaPyValue **sure)
{
    const char *method = pga_py_last_name(call);
    const guint n = MIN(flow->n_optional, call->items->len), n_sure = call->items->len - n;
    PgaPyValue *rest;

    if (n == 0)
        return NULL;
    rest = pga_py_value_copy(call);
    if (!g_str_equal(method, "exclude")) {
        g_free(rest->text);
        rest->text = g_strdup("filter");
    }
    g_ptr_array_remove_range(rest->items, 0, n_sure);
    g_ptr_array_remove_range(rest->keys, 0, n_sure);
    *sure = pga_py_value_copy(call);
    g_ptr_array_set_size((*sure)->items, (gint)n_sure);
    g_ptr_array_set_size((*sure)->keys, (gint)n_sure);
    return rest;
}

DjangoValue *
pga_django_chain(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call, TSNode node)
{
    const char *method = pga_py_last_name(call);
    const PgaDjangoResolver resolver = {resolve_queryset, resolve_value, flow};
    const TSNode was = flow->expression;
    g_autoptr(PgaPyValue) sure = NULL, rest = NULL;
    gboolean is_custom = FALSE;
    DjangoValue *next;
    guint n;

    if (value->is == DJANGO_IS_STEPS)
        return is_alias_of_all(method)
                   ? pga_django_value_ref(value)
                   : add_step(value, call, -1, -1, flow->has_maybe || flow->n_optional > 0);
    if (is_alias_of_all(method)) {
        next = grown(flow, value, node);
        next->is_whole = value->is_whole;
        return next;
    }
    next = pga_django_is_method(method) ? NULL : custom(flow, value, method, &is_custom);
    if (is_custom) {
        if (pga_django_value_is(next, DJANGO_IS_QUERYSET))
            place_chain(flow, next->queryset, node);
        return next;
    }
    next = grown(flow, value, node);
    flow->expression = node;
    rest = optional_part(flow, call, &sure);
    pga_django_queryset_apply(next->queryset, flow->index->project, sure ? sure : call, &resolver);
    take_joined(flow, next, call);
    if (flow->has_maybe)
        make_optional(next, pga_django_n_conditions(value->queryset));
    if (rest) {
        n = pga_django_n_conditions(next->queryset);
        pga_django_queryset_apply(next->queryset, flow->index->project, rest, &resolver);
        make_optional(next, n);
    }
    flow->has_maybe = FALSE;
    flow->n_optional = 0;
    flow->expression = was;
    next->joins_are_unknown |= next->queryset->incomplete != NULL;
    return next;
}

/* qs1 | qs2, qs1 & qs2 */
DjangoValue *
pga_django_combine(DjangoFlow *flow, DjangoValue *one, DjangoValue *other, const char *sign)
{
    DjangoValue *next;

    if (one->queryset->model != other->queryset->model)
        return NULL;
    if (one->queryset->is_none)
        return pga_django_value_ref(other);
    next = grown(flow, one, (TSNode){0});
    if (!next->queryset->incomplete)
        next->queryset->incomplete = g_strdup_printf("QuerySet %s QuerySet", sign);
    next->joins_are_unknown = TRUE;
    return next;
}

/* --- slices --- */

static gint64
bound(const DjangoFlow *flow, TSNode node, gint64 none)
{
    g_autoptr(PgaPyValue) value = NULL;

    if (ts_node_is_null(node))
        return none;
    value = pga_py_value_new(flow->source, node);
    return value->kind == PGA_PY_NUMBER && value->text[0] != '-'
               ? g_ascii_strtoll(value->text, NULL, 10)
               : -2;
}

static void
bounds(const DjangoFlow *flow, TSNode slice, gint64 *from, gint64 *until)
{
    TSNode parts[2] = {0};
    guint at = 0;

    for (guint i = 0; i < ts_node_child_count(slice) && at < 2; i++) {
        const TSNode part = ts_node_child(slice, i);

        if (strcmp(ts_node_type(part), ":") == 0)
            at++;
        else
            parts[at] = part;
    }
    *from = bound(flow, parts[0], -1);
    *until = bound(flow, parts[1], -1);
}

DjangoValue *
pga_django_page(DjangoFlow *flow, DjangoValue *value, gint64 n)
{
    DjangoValue *page = grown(flow, value, (TSNode){0});

    pga_django_queryset_slice(page->queryset, -1, n);
    return page;
}

DjangoValue *
pga_django_slice(DjangoFlow *flow, DjangoValue *value, TSNode node)
{
    const TSNode place = pga_python_child(node, "subscript");
    g_autoptr(DjangoValue) cut = NULL;
    PgaDjangoEvent *event;
    gint64 from = -1, until = -1;

    if (!ts_node_is_null(place) && strcmp(ts_node_type(place), "slice") == 0) {
        for (guint i = 0; i < ts_node_named_child_count(place); i++)
            pga_django_value_unref(pga_django_eval(flow, ts_node_named_child(place, i)));
        bounds(flow, place, &from, &until);
        if (value->is == DJANGO_IS_STEPS)
            return add_step(value, NULL, from, until, FALSE);
        cut = grown(flow, value, node);
        pga_django_queryset_slice(cut->queryset, from, until);
        return g_steal_pointer(&cut);
    }
    pga_django_value_unref(pga_django_eval(flow, place));
    if (value->is == DJANGO_IS_STEPS)
        return NULL;
    from = bound(flow, place, -2);
    cut = grown(flow, value, node);
    pga_django_queryset_slice(cut->queryset, from, from >= 0 ? from + 1 : -2);
    event = pga_django_event_emit_rows(flow, PGA_DJANGO_FIRST, node, cut);
    {
        DjangoValue *row = pga_django_row(flow, cut, PGA_DJANGO_OBJECT_QUERIED, event);

        if (event && row)
            event->result = row->object;
        return row;
    }
}

/* NOLINTEND(misc-no-recursion) */
