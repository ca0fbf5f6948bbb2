/* What templates are given: by render(), by generic views, by their get_context_data(). */
#include <string.h>

#include "code_internal.h"

#define MAX_CONTEXTS 20000

void
pga_django_context_free(gpointer data)
{
    PgaDjangoContext *context = data;

    g_free(context->template);
    g_free(context->class);
    g_free(context->name);
    g_free(context->where);
    pga_django_queryset_free(context->queryset);
    g_free(context);
}

/* The QuerySet that a value's rows come of, if what comes with them is known: (nullable). */
static const DjangoValue *
rows_of(const DjangoFlow *flow, const DjangoValue *value)
{
    const DjangoValue *rows = NULL;

    if (pga_django_value_is(value, DJANGO_IS_QUERYSET))
        rows = value;
    else if (pga_django_value_is(value, DJANGO_IS_ROWS) && !value->is_dict)
        rows = value->rows_of;
    else if (pga_django_value_is(value, DJANGO_IS_INSTANCE) &&
             !pga_django_object_state(flow, value->object)->is_either)
        rows = pga_django_object_state(flow, value->object)->rows;
    return rows && rows->queryset && !rows->joins_are_unknown && !rows->queryset->incomplete ? rows
                                                                                             : NULL;
}

static void
take_texts(GPtrArray *into, const GPtrArray *texts)
{
    for (guint i = 0; texts && i < texts->len; i++)
        g_ptr_array_add(into, g_strdup(g_ptr_array_index(texts, i)));
}

/* Takes nothing. */
static PgaDjangoContext *
add(DjangoFlow *flow, const DjangoValue *value, const char *name)
{
    GPtrArray *contexts = flow->index->code->contexts;
    const DjangoValue *rows = rows_of(flow, value);
    PgaDjangoContext *context;

    if (!rows || contexts->len >= MAX_CONTEXTS)
        return NULL;
    context = g_new0(PgaDjangoContext, 1);
    context->name = g_strdup(name);
    context->queryset = pga_django_queryset_copy(rows->queryset);
    take_texts(context->queryset->prefetch_related, rows->joined);
    context->is_rows = value->is != DJANGO_IS_INSTANCE;
    g_ptr_array_add(contexts, context);
    return context;
}

static void
place(const DjangoFlow *flow, PgaDjangoContext *context, TSNode node)
{
    context->file = flow->function->file;
    context->where = g_strdup(flow->function->qualified);
    context->line = flow->first_line + ts_node_start_point(node).row + 1;
}

static gboolean
is_followed(const DjangoFlow *flow)
{
    return !flow->muted && !flow->is_rough && flow->function->file &&
           !flow->function->file->is_test;
}

/* render(request, "shop/orders.html", {"orders": orders}), get_template("…").render({…}) */
void
pga_django_note_render(DjangoFlow *flow, const GPtrArray *values, TSNode node)
{
    const char *template = flow->rendered;
    const DjangoValue *given = NULL;

    for (guint i = 0; is_followed(flow) && i < values->len; i++) {
        const DjangoValue *value = g_ptr_array_index(values, i);

        if (!template && pga_django_value_is(value, DJANGO_IS_PYTHON) && value->py &&
            value->py->kind == PGA_PY_STRING)
            template = value->py->text;
        else if (!given && pga_django_value_is(value, DJANGO_IS_TUPLE) && value->keys)
            given = value;
    }
    for (guint i = 0; template && given && i < given->keys->len; i++) {
        PgaDjangoContext *context =
            add(flow, g_ptr_array_index(given->shown, i), g_ptr_array_index(given->keys, i));

        if (!context)
            continue;
        context->template = g_strdup(template);
        place(flow, context, node);
    }
}

/* context["orders"] = orders in get_context_data() */
void
pga_django_note_context(DjangoFlow *flow, TSNode target, const DjangoValue *value)
{
    g_autoptr(PgaPyValue) key = NULL;
    PgaDjangoContext *context;

    if (!is_followed(flow) || !flow->class || !value ||
        g_strcmp0(flow->function->name, "get_context_data") != 0)
        return;
    key = pga_django_small_text(flow, pga_python_child(target, "subscript"));
    if (!key || key->kind != PGA_PY_STRING)
        return;
    context = add(flow, value, key->text);
    if (!context)
        return;
    context->class = g_strconcat(flow->function->file->module, ".", flow->class->name, NULL);
    place(flow, context, target);
}

/* A ListView's rows, a DetailView's object. */
void
pga_django_note_generic(DjangoIndex *index, const DjangoClass *class)
{
    static const char *const ones[] = {"DetailView", "UpdateView", "DeleteView"};
    const DjangoPlace place = {index->project, class->module, NULL};
    gboolean is_one = FALSE, is_rows = pga_django_class_is(index, class, "ListView");
    g_autoptr(DjangoValue) rows = NULL;
    PgaDjangoContext *context;
    DjangoFlow flow = {0};

    for (guint i = 0; i < G_N_ELEMENTS(ones); i++)
        is_one |= pga_django_class_is(index, class, ones[i]);
    if (!is_rows && !is_one)
        return;
    pga_django_flow_init(&flow, index, &place);
    flow.class = class;
    rows = pga_django_view_rows(&flow, class);
    context = pga_django_value_is(rows, DJANGO_IS_QUERYSET) ? add(&flow, rows, "object") : NULL;
    if (context) {
        context->is_rows = is_rows;
        context->class = g_strconcat(class->module->file->module, ".", class->name, NULL);
        context->where = g_strdup(context->class);
        context->file = class->module->file;
        context->line = class->line;
    }
    pga_django_function_free(flow.function);
    pga_django_flow_clear(&flow);
}
