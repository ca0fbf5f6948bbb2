/* self: of views, admins, forms, serializers, managers; what their classes say they are about. */
#include <string.h>

#include "code_internal.h"

/* NOLINTBEGIN(misc-no-recursion): index->depth and flow->nesting end it */

static void
unref(DjangoValue *value)
{
    pga_django_value_unref(value);
}

/* What the class declares, as far as its file is read. (nullable) */
static const PgaDjangoClass *
declared(const DjangoFlow *flow, const DjangoClass *class)
{
    const GPtrArray *classes = flow->index->code->classes;

    for (guint i = classes->len; i-- > 0;) {
        const PgaDjangoClass *at = g_ptr_array_index(classes, i);

        if (at->file == class->module->file && at->line == class->line)
            return at;
        if (at->file != class->module->file && class->module == flow->place.module)
            return NULL;
    }
    return NULL;
}

static const PgaDjangoModel *
model_in(DjangoFlow *flow, const DjangoClass *class, const char *name)
{
    g_autoptr(DjangoValue) value = pga_django_class_value(flow, class, name);

    return pga_django_value_is(value, DJANGO_IS_MODEL) ? value->model : NULL;
}

const PgaDjangoModel *
pga_django_class_about(DjangoFlow *flow, const DjangoClass *class)
{
    const PgaDjangoClass *known = declared(flow, class);
    const PgaDjangoModel *model = known ? known->model : NULL;
    const DjangoClass *within = NULL;
    const DjangoName *meta;

    if (!model)
        model = model_in(flow, class, "model");
    if (model)
        return model;
    meta = pga_django_code_attribute(flow->index, class, "Meta", &within);
    return meta && meta->class ? model_in(flow, meta->class, "model") : NULL;
}

/* The QuerySet that a generic view begins with. */
static DjangoValue *
base_queryset(DjangoFlow *flow, const DjangoClass *class)
{
    DjangoValue *value = pga_django_class_value(flow, class, "queryset");
    const PgaDjangoModel *model;

    if (pga_django_value_is(value, DJANGO_IS_QUERYSET))
        return pga_django_imported_value(flow, value);
    unref(value);
    model = pga_django_class_about(flow, class);
    return model ? pga_django_manager_value(flow, model, "_default_manager") : NULL;
}

DjangoValue *
pga_django_view_rows(DjangoFlow *flow, const DjangoClass *class)
{
    const DjangoFunction *function = pga_django_index_method(flow->index, class, "get_queryset");

    return function ? pga_django_imported_value(flow, pga_django_result(flow, function, class))
                    : base_queryset(flow, class);
}

/* The method as super() finds it: behind the class. */
static const DjangoFunction *
inherited(const DjangoFlow *flow, const DjangoClass *class, const char *name)
{
    const DjangoClass *whole = flow->class ? flow->class : class;
    const GPtrArray *classes = pga_django_lineage(flow->index, whole);
    gboolean is_behind = FALSE;

    for (guint i = 0; i < classes->len; i++) {
        const DjangoClass *at = g_ptr_array_index(classes, i);
        const DjangoFunction *function =
            is_behind ? g_hash_table_lookup(at->scope->functions, name) : NULL;

        if (function)
            return function;
        is_behind |= at == class;
    }
    return NULL;
}

static DjangoValue *
view_object(DjangoFlow *flow, const DjangoClass *class, TSNode node, gboolean asks)
{
    g_autoptr(DjangoValue) rows = pga_django_view_rows(flow, class);
    PgaDjangoEvent *event = NULL;
    DjangoValue *row;

    if (!pga_django_value_is(rows, DJANGO_IS_QUERYSET))
        return NULL;
    if (asks)
        event = pga_django_event_emit_rows(flow, PGA_DJANGO_GET, node, rows);
    row = pga_django_row(flow, rows, PGA_DJANGO_OBJECT_VIEW, event);
    if (event && row)
        event->result = row->object;
    return row;
}

static DjangoValue *
returned(DjangoFlow *flow, const PgaDjangoModel *model)
{
    return model ? pga_django_instance(
                       flow, pga_django_object_add(flow, model, PGA_DJANGO_OBJECT_RETURNED, NULL))
                 : NULL;
}

static gboolean
is_one_of(const DjangoFlow *flow, const DjangoClass *class, const char *const *ends)
{
    for (guint i = 0; ends[i]; i++)
        if (pga_django_class_is(flow->index, class, ends[i]))
            return TRUE;
    return FALSE;
}

static const char *const savers[] = {"Form", "Serializer", NULL};
static const char *const views[] = {"View", "ViewSet", "Mixin", "Admin", NULL};

/* One and the same from here on, if it is a row. */
static DjangoValue *
kept(DjangoFlow *flow, DjangoValue *found, TSNode node)
{
    g_autofree char *dotted = NULL;

    if (!pga_django_value_is(found, DJANGO_IS_INSTANCE))
        return found;
    dotted = pga_django_dotted(flow, node);
    if (dotted)
        pga_django_bind(flow, dotted, pga_django_value_ref(found));
    return found;
}

/* The same object wherever the function names it. */
static DjangoValue *
kept_attribute(DjangoFlow *flow, const DjangoValue *value, const char *name, TSNode node)
{
    return kept(flow, pga_django_given(flow, value->class, name), node);
}

/* What the class says, what __init__ keeps, and what the annotation says, the surest first. */
static DjangoValue *
held(DjangoFlow *flow, const DjangoValue *value, const char *name, TSNode node)
{
    DjangoValue *found = pga_django_class_value(flow, value->class, name), *other;

    if (found && found->is != DJANGO_IS_PYTHON)
        return found;
    other = kept_attribute(flow, value, name, node);
    if (!other && !value->is_made && value->is == DJANGO_IS_OBJECT)
        other = kept(flow, pga_django_attribute_annotated(flow, value->class, name), node);
    if (other)
        unref(found);
    return other ? other : found;
}

/* self.request and the like: nothing. */
DjangoValue *
pga_django_object_attribute(DjangoFlow *flow, DjangoValue *value, const char *name, TSNode node)
{
    const DjangoClass *class = value->class;
    const DjangoFunction *function;
    DjangoValue *found;

    if (g_str_equal(name, "object") && is_one_of(flow, class, views)) {
        found = view_object(flow, class, node, FALSE);
        if (found && pga_django_value_is(value, DJANGO_IS_OBJECT) && !flow->muted)
            pga_django_bind(flow, "self.object", pga_django_value_ref(found));
        return found;
    }
    if (g_str_equal(name, "instance") && is_one_of(flow, class, savers))
        return returned(flow, pga_django_class_about(flow, class));
    if (g_str_equal(name, "queryset"))
        return base_queryset(flow, class);
    if (g_str_equal(name, "model"))
        return pga_django_model_value(pga_django_class_about(flow, class));
    function = pga_django_index_method(flow->index, class, name);
    if (function && function->is_property)
        return kept(flow, pga_django_imported_value(flow, pga_django_result(flow, function, class)),
                    node);
    if (function) {
        found = pga_django_value_new(DJANGO_IS_FUNCTION);
        found->function = function;
        found->class = class;
        return found;
    }
    return held(flow, value, name, node);
}

/* super() of a manager or a QuerySet: the manager itself. */
static DjangoValue *
call_super_manager(DjangoFlow *flow, const char *method, TSNode node, gboolean *is_known)
{
    gboolean is_bound;
    DjangoValue *self = pga_django_local(flow, "self", &is_bound);

    *is_known =
        pga_django_value_is(self, DJANGO_IS_STEPS) || pga_django_value_is(self, DJANGO_IS_QUERYSET);
    return *is_known ? pga_django_call_queryset(flow, self, method, node) : NULL;
}

/* super().save() of a model. */
static DjangoValue *
call_super_model(DjangoFlow *flow, const char *method, TSNode node, gboolean *is_known)
{
    gboolean is_bound;
    DjangoValue *self = pga_django_local(flow, "self", &is_bound);

    *is_known = pga_django_value_is(self, DJANGO_IS_INSTANCE);
    return *is_known ? pga_django_call_instance(flow, self, method, node) : NULL;
}

static DjangoValue *
paginated(DjangoFlow *flow, TSNode node, gboolean is_fetched)
{
    g_autoptr(GPtrArray) values = pga_django_eval_arguments(flow, node, PGA_DJANGO_RETURN);
    DjangoValue *first = values->len ? g_ptr_array_index(values, 0) : NULL;
    const PgaDjangoEvent *event;

    if (!pga_django_value_is(first, DJANGO_IS_QUERYSET) || !is_fetched)
        return pga_django_value_ref(first);
    event = pga_django_event_emit_rows(flow, PGA_DJANGO_FETCH, node, first);
    return pga_django_rows_value(first, event);
}

/* What Django and DRF give a class; *is_known: FALSE: none of these. */
static DjangoValue *
call_given(DjangoFlow *flow, const DjangoClass *class, const char *method, TSNode node,
           gboolean *is_known)
{
    DjangoValue *result = NULL;

    *is_known = TRUE;
    if (g_str_equal(method, "get_queryset"))
        result = base_queryset(flow, class);
    else if (g_str_equal(method, "get_object"))
        result = view_object(flow, class, node, TRUE);
    else if (g_str_equal(method, "filter_queryset"))
        return paginated(flow, node, FALSE);
    else if (g_str_equal(method, "paginate_queryset"))
        return paginated(flow, node, TRUE);
    else if (g_str_equal(method, "save") && is_one_of(flow, class, savers))
        result = returned(flow, pga_django_class_about(flow, class));
    else
        *is_known = FALSE;
    if (*is_known) {
        g_ptr_array_unref(pga_django_eval_arguments(flow, node, PGA_DJANGO_UNEVALUATED));
        if (g_str_equal(method, "save"))
            pga_django_note_call(flow, node, result);
    }
    return result;
}

DjangoValue *
pga_django_call_object(DjangoFlow *flow, DjangoValue *value, const char *method, TSNode node,
                       gboolean *is_known)
{
    const gboolean is_super = value->is == DJANGO_IS_SUPER;
    const DjangoClass *class = is_super && flow->class ? flow->class : value->class;
    const DjangoFunction *function;
    DjangoValue *result;

    if (is_super) {
        result = call_super_manager(flow, method, node, is_known);
        if (!*is_known)
            result = call_super_model(flow, method, node, is_known);
        if (*is_known)
            return result;
    }
    function = is_super ? inherited(flow, value->class, method)
                        : pga_django_index_method(flow->index, class, method);
    if (!function)
        return call_given(flow, class, method, node, is_known);
    *is_known = TRUE;
    g_ptr_array_unref(pga_django_eval_arguments(flow, node, PGA_DJANGO_UNEVALUATED));
    pga_django_note_callee(flow, function);
    result = pga_django_imported_value(flow, pga_django_result(flow, function, class));
    pga_django_note_call(flow, node, result);
    return result;
}

/* What self is in a method of the class. */
DjangoValue *
pga_django_self(DjangoFlow *flow, const DjangoClass *class)
{
    const PgaDjangoModel *model = pga_django_index_class_model(flow->index, class);
    DjangoValue *value;

    if (model)
        return pga_django_instance(
            flow, pga_django_object_add(flow, model, PGA_DJANGO_OBJECT_SELF, NULL));
    if (pga_django_class_is(flow->index, class, "Manager") ||
        pga_django_class_is(flow->index, class, "QuerySet")) {
        model = flow->is_rough ? NULL : g_hash_table_lookup(flow->index->manager_models, class);
        if (model) {
            value = pga_django_queryset_value(flow, pga_django_queryset_new(model), NULL);
            value->is_manager = TRUE;
            value->manager = pga_django_index_manager(flow->index, model, "_default_manager");
            return value;
        }
        value = pga_django_value_new(DJANGO_IS_STEPS);
        value->steps = g_ptr_array_new_with_free_func(pga_django_step_free);
        return value;
    }
    value = pga_django_value_new(DJANGO_IS_OBJECT);
    value->class = class;
    return value;
}

/* NOLINTEND(misc-no-recursion) */
