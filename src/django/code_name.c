/* What names outside a function stand for: classes, modules, constants, expressions elsewhere. */
#include <string.h>

#include "code_internal.h"

#define MAX_DEPTH      5 /* of functions and expressions that are looked into from each other */
#define MAX_EXPRESSION 4000

/* NOLINTBEGIN(misc-no-recursion): index->depth and flow->nesting end it */

static DjangoValue *
model_value(const PgaDjangoModel *model)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_MODEL);

    value->model = model;
    return value;
}

DjangoValue *
pga_django_model_value(const PgaDjangoModel *model)
{
    return model ? model_value(model) : NULL;
}

static DjangoValue *
class_value(DjangoFlow *flow, const DjangoClass *class)
{
    const PgaDjangoModel *model = pga_django_index_class_model(flow->index, class);
    DjangoValue *value = model ? model_value(model) : pga_django_value_new(DJANGO_IS_CLASS);

    value->class = class;
    value->module = class->module;
    return value;
}

/* "django.contrib.auth.models.User" of a package that is known without being here. */
static DjangoValue *
outside_value(const char *dotted)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_OUTSIDE);

    value->text = g_strdup(dotted);
    return value;
}

static DjangoValue *
python_value(const PgaPyValue *py)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_PYTHON);

    value->py = pga_py_value_copy(py);
    return value;
}

DjangoValue *
pga_django_meaning_value(DjangoFlow *flow, const DjangoMeaning *meaning, const DjangoPlace *place)
{
    const DjangoPlace there = {place->project, meaning->module, meaning->within};
    DjangoValue *value;

    if (meaning->external)
        return outside_value(meaning->external);
    if (meaning->class)
        return class_value(flow, meaning->class);
    if (meaning->function) {
        value = pga_django_value_new(DJANGO_IS_FUNCTION);
        value->function = meaning->function;
        value->class = meaning->within;
        return value;
    }
    if (meaning->value && meaning->value->kind == PGA_PY_CALL)
        return pga_django_eval_elsewhere(flow, &there, meaning->value);
    if (meaning->value)
        return meaning->value->kind == PGA_PY_OPAQUE || meaning->value->kind == PGA_PY_NAME
                   ? NULL
                   : python_value(meaning->value);
    if (!meaning->module)
        return NULL;
    value = pga_django_value_new(DJANGO_IS_MODULE);
    value->module = meaning->module;
    return value;
}

static DjangoValue *
look_up(DjangoFlow *flow, const DjangoPlace *place, const char *name)
{
    g_auto(DjangoMeaning) meaning = {0};

    if (!place->module || !pga_django_code_meaning(place, name, &meaning))
        return NULL;
    return pga_django_meaning_value(flow, &meaning, place);
}

static void
unref(gpointer value)
{
    pga_django_value_unref(value);
}

static void
table_free(gpointer table)
{
    g_hash_table_unref(table);
}

/* Kept by module: the same names are asked for again and again. */
DjangoValue *
pga_django_global_of(DjangoFlow *flow, const DjangoModule *module, const char *name)
{
    GHashTable *names;
    gpointer found = NULL;

    if (!flow->index->globals)
        flow->index->globals = g_hash_table_new_full(NULL, NULL, NULL, table_free);
    names = g_hash_table_lookup(flow->index->globals, module);
    if (!names) {
        names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref);
        g_hash_table_insert(flow->index->globals, (gpointer)module, names);
    }
    if (!g_hash_table_lookup_extended(names, name, NULL, &found)) {
        const DjangoPlace place = {flow->index->project, module, NULL};

        g_hash_table_insert(names, g_strdup(name), NULL); /* not again on the way */
        found = look_up(flow, &place, name);
        g_hash_table_insert(names, g_strdup(name), found);
    }
    return pga_django_value_ref(found);
}

DjangoValue *
pga_django_global(DjangoFlow *flow, const char *name)
{
    if (!flow->place.module)
        return NULL;
    if (flow->place.class) /* in the body of a class */
        return look_up(flow, &flow->place, name);
    return pga_django_global_of(flow, flow->place.module, name);
}

/* --- somewhere else --- */

/* What of a value holds outside the function that made it. */
DjangoValue *
pga_django_exported(DjangoFlow *flow, DjangoValue *value)
{
    DjangoValue *out;

    if (!value)
        return NULL;
    switch ((int)value->is) {
    case DJANGO_IS_QUERYSET:
        out = pga_django_queryset_value(flow, pga_django_queryset_copy(value->queryset), NULL);
        out->manager = value->manager;
        out->is_manager = value->is_manager;
        out->joins_are_unknown = value->joins_are_unknown;
        out->joined = value->joined ? g_ptr_array_ref(value->joined) : NULL;
        return out;
    case DJANGO_IS_INSTANCE:
        out = pga_django_value_new(DJANGO_IS_INSTANCE);
        out->model = value->model;
        out->is_locked = value->object > 0 ? pga_django_object(flow, value->object)->is_locked
                                           : value->is_locked;
        return out;
    case DJANGO_IS_ROWS:
        out = pga_django_value_new(DJANGO_IS_ROWS);
        out->model = value->model;
        out->is_dict = value->is_dict;
        out->is_given = value->is_given;
        out->rows_of = pga_django_exported(flow, value->rows_of);
        return out;
    case DJANGO_IS_OBJECT:
    case DJANGO_IS_MODEL:
    case DJANGO_IS_STEPS:
    case DJANGO_IS_CLASS:
    case DJANGO_IS_MODULE:
    case DJANGO_IS_FUNCTION:
    case DJANGO_IS_OUTSIDE:
    case DJANGO_IS_PYTHON:
    case DJANGO_IS_CURSOR:
        return pga_django_value_ref(value);
    default:
        return NULL;
    }
}

/* The same in the function that got it. Takes @value. */
DjangoValue *
pga_django_imported_value(DjangoFlow *flow, DjangoValue *value)
{
    DjangoValue *own = NULL;

    if (pga_django_value_is(value, DJANGO_IS_INSTANCE) && value->object == 0) {
        const guint number =
            pga_django_object_add(flow, value->model, PGA_DJANGO_OBJECT_RETURNED, NULL);

        pga_django_object(flow, number)->is_locked = value->is_locked;
        own = pga_django_instance(flow, number);
    } else if (pga_django_value_is(value, DJANGO_IS_QUERYSET) && value->object == 0)
        own = pga_django_exported(flow, value); /* a new one with each call */
    if (!own)
        return value;
    pga_django_value_unref(value);
    return own;
}

void
pga_django_flow_init(DjangoFlow *flow, DjangoIndex *index, const DjangoPlace *place)
{
    flow->index = index;
    flow->place = *place;
    flow->is_rough = TRUE;
    flow->states = g_ptr_array_new_with_free_func(pga_django_object_state_free);
    flow->locals = pga_django_locals_copy(NULL);
    flow->function = pga_django_function_new();
    flow->function->file = place->module ? place->module->file : NULL;
}

static TSNode
only_expression(TSNode root)
{
    const TSNode statement = pga_python_part(root, 0);

    return ts_node_is_null(statement) ? statement : pga_python_part(statement, 0);
}

DjangoValue *
pga_django_eval_elsewhere(DjangoFlow *flow, const DjangoPlace *place, const PgaPyValue *value)
{
    const PgaDjangoFile *file = place->module ? place->module->file : NULL;
    g_autoptr(PgaPythonSource) source = NULL;
    g_autofree char *text = NULL;
    DjangoFlow inner = {0};
    DjangoValue *found = NULL;
    char *whole;

    if (!file || value->end <= value->start || value->end > file->length ||
        value->end - value->start > MAX_EXPRESSION || flow->index->depth >= MAX_DEPTH)
        return NULL;
    text = g_strndup(file->text + value->start, value->end - value->start);
    whole = g_strdup_printf("(%s)", text);
    source = pga_python_source_new(file->path, whole, strlen(whole), NULL);
    if (!source)
        return NULL;
    flow->index->depth++;
    pga_django_flow_init(&inner, flow->index, place);
    inner.source = source;
    inner.first_line = value->line > 0 ? value->line - 1 : 0;
    inner.class = flow->class;
    inner.nesting = flow->nesting;
    inner.muted = 1;
    pga_django_open(&inner, PGA_DJANGO_BLOCK_FUNCTION, pga_python_root(source));
    {
        g_autoptr(DjangoValue) made =
            pga_django_eval(&inner, only_expression(pga_python_root(source)));

        found = pga_django_exported(&inner, made);
    }
    pga_django_function_free(inner.function);
    pga_django_flow_clear(&inner);
    flow->index->depth--;
    return found;
}

/* --- what they have --- */

static DjangoValue *
model_attribute(DjangoFlow *flow, const DjangoValue *value, const char *name)
{
    const DjangoClass *class = g_hash_table_lookup(flow->index->model_classes, value->model);
    DjangoValue *manager = pga_django_manager_value(flow, value->model, name);
    g_auto(DjangoMeaning) meaning = {0};
    DjangoPlace place = {flow->index->project, NULL, NULL};

    if (manager || !class)
        return manager;
    place.module = class->module;
    place.class = class;
    if (!pga_django_index_field(flow->index, value->model, name) &&
        pga_django_code_meaning(&place, name, &meaning) && meaning.within)
        return pga_django_meaning_value(flow, &meaning, &place);
    return NULL;
}

static DjangoValue *
class_attribute(DjangoFlow *flow, const DjangoClass *class, const char *name)
{
    const DjangoFunction *method = pga_django_index_method(flow->index, class, name);
    const DjangoClass *within = NULL;
    const DjangoName *bound;
    DjangoMeaning meaning = {0};

    if (method) {
        DjangoValue *value = pga_django_value_new(DJANGO_IS_FUNCTION);

        value->function = method;
        value->class = class;
        return value;
    }
    bound = pga_django_code_attribute(flow->index, class, name, &within);
    if (!bound)
        return NULL;
    meaning.module = within->module;
    meaning.within = within;
    meaning.class = bound->class;
    meaning.value = bound->value;
    {
        const DjangoPlace place = {flow->index->project, within->module, within};

        if (bound->value && bound->value->kind == PGA_PY_NAME &&
            !g_str_equal(bound->value->text, name))
            return look_up(flow, &place, bound->value->text);
        return pga_django_meaning_value(flow, &meaning, &place);
    }
}

DjangoValue *
pga_django_class_value(DjangoFlow *flow, const DjangoClass *class, const char *name)
{
    return class_attribute(flow, class, name);
}

/* "models" of the package shop: a name in it, or a module of it. */
static DjangoValue *
module_attribute(DjangoFlow *flow, const DjangoModule *module, const char *name)
{
    DjangoValue *value = pga_django_global_of(flow, module, name);
    g_autofree char *dotted = NULL;
    const PgaDjangoFile *file;

    if (value)
        return value;
    dotted = g_strconcat(module->file->module, ".", name, NULL);
    file = pga_django_project_module(flow->index->project, module->file, dotted);
    if (!file || !pga_django_module_of(file))
        return NULL;
    value = pga_django_value_new(DJANGO_IS_MODULE);
    value->module = pga_django_module_of(file);
    return value;
}

DjangoValue *
pga_django_attribute_of(DjangoFlow *flow, DjangoValue *value, const char *name, TSNode node)
{
    g_autofree char *dotted = NULL;

    switch ((int)value->is) {
    case DJANGO_IS_MODEL:
        return model_attribute(flow, value, name);
    case DJANGO_IS_CLASS:
        return class_attribute(flow, value->class, name);
    case DJANGO_IS_MODULE:
        return module_attribute(flow, value->module, name);
    case DJANGO_IS_OUTSIDE:
        dotted = g_strconcat(value->text, ".", name, NULL);
        return strlen(dotted) > 200 ? NULL : outside_value(dotted);
    case DJANGO_IS_INSTANCE:
        return pga_django_instance_attribute(flow, value, name, node);
    case DJANGO_IS_OBJECT:
    case DJANGO_IS_SUPER:
        return pga_django_object_attribute(flow, value, name, node);
    case DJANGO_IS_QUERYSET:
        return g_str_equal(name, "model") ? pga_django_model_value(value->queryset->model) : NULL;
    case DJANGO_IS_UNKNOWN:
        return pga_django_value_made_of(NULL, value);
    default:
        return NULL;
    }
}

/* request.user */
static DjangoValue *
request_user(DjangoFlow *flow, TSNode object, const char *name)
{
    const PgaDjangoModel *model;

    if (!g_str_equal(name, "user") || (!pga_django_text_is(flow, object, "request") &&
                                       !pga_django_text_is(flow, object, "self.request")))
        return NULL;
    model =
        pga_django_index_model(flow->index, pga_django_project_user_model(flow->index->project));
    if (!model)
        return NULL;
    if (!flow->user)
        flow->user = pga_django_object_add(flow, model, PGA_DJANGO_OBJECT_REQUEST_USER, NULL);
    return pga_django_instance(flow, flow->user);
}

DjangoValue *
pga_django_eval_attribute(DjangoFlow *flow, TSNode node)
{
    const TSNode object = pga_python_child(node, "object");
    g_autofree char *name = pga_django_text(flow, pga_python_child(node, "attribute"));
    DjangoValue *user = request_user(flow, object, name);
    g_autoptr(DjangoValue) value = NULL;

    if (user)
        return user;
    if (flow->has_dotted) {
        g_autofree char *dotted = pga_django_dotted(flow, node);
        gboolean is_bound = FALSE;
        DjangoValue *kept = dotted ? pga_django_local(flow, dotted, &is_bound) : NULL;

        if (is_bound)
            return pga_django_value_ref(kept);
    }
    value = pga_django_eval(flow, object);
    return value ? pga_django_attribute_of(flow, value, name, node) : NULL;
}

/* NOLINTEND(misc-no-recursion) */
