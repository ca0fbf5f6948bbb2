/* A chain that a class states: queryset = Order.objects.filter(…). */
#include <string.h>

#include "class_internal.h"

#define MAX_CHAIN 60 /* methods, and QuerySets in QuerySets */

typedef struct {
    const DjangoPlace *place;
    const PgaPythonSource *source;
    guint depth;
} Chain;

const PgaDjangoModel *
pga_django_model_meant(const DjangoPlace *place, const PgaPyValue *value)
{
    static const PgaDjangoModel nobody = {.app = (char *)"", .name = (char *)""};
    g_autofree char *name = pga_django_model_named(place, value, &nobody);

    return name ? pga_django_project_model(place->project, name) : NULL;
}

/* Order.objects, shop.models.Order.objects: all rows. */
static PgaDjangoQuerySet *
all_rows(const Chain *chain, TSNode node)
{
    g_autofree char *text = pga_python_text(chain->source, node);
    const PgaPyValue name = {.kind = PGA_PY_NAME, .text = text};
    char *dot = strrchr(text, '.');
    const PgaDjangoModel *model;

    if (!dot)
        return NULL;
    *dot = '\0';
    model = pga_django_model_meant(chain->place, &name);
    return model ? pga_django_queryset_new(model) : NULL;
}

/* NOLINTBEGIN(misc-no-recursion): depth ends it */

static PgaDjangoQuerySet *follow(Chain *chain, TSNode node);

static PgaDjangoQuerySet *
queryset_of(gpointer data, const PgaPyValue *value)
{
    const Chain *outer = data;
    Chain chain = {outer->place, outer->source, outer->depth + 1};

    return value->kind == PGA_PY_CALL && value->end > value->start
               ? follow(&chain, ts_node_descendant_for_byte_range(pga_python_root(chain.source),
                                                                  value->start, value->end))
               : NULL;
}

static PgaPyValue *
value_of(gpointer data, const char *name)
{
    const Chain *chain = data;
    const PgaPyValue value = {.kind = PGA_PY_NAME, .text = (char *)name};
    PgaPyValue *settled = pga_django_settled(chain->place, &value);

    if (settled->kind != PGA_PY_NAME)
        return settled;
    pga_py_value_free(settled);
    return NULL;
}

static PgaDjangoQuerySet *
follow(Chain *chain, TSNode node)
{
    const PgaDjangoResolver resolver = {queryset_of, value_of, chain};
    const gboolean is_call = g_str_equal(ts_node_type(node), "call");
    const TSNode function = is_call ? ts_node_child_by_field_name(node, "function", 8) : node;
    PgaDjangoQuerySet *queryset;

    if (chain->depth++ > MAX_CHAIN)
        return NULL;
    if (!g_str_equal(ts_node_type(function), "attribute"))
        return NULL;
    if (!is_call)
        return all_rows(chain, node);
    queryset = follow(chain, ts_node_child_by_field_name(function, "object", 6));
    if (queryset) {
        g_autoptr(PgaPyValue) call = pga_py_value_new(chain->source, node);

        pga_django_queryset_apply(queryset, chain->place->project, call, &resolver);
    }
    return queryset;
}

/* NOLINTEND(misc-no-recursion) */

PgaDjangoQuerySet *
pga_django_chain_at(const DjangoPlace *place, const PgaPythonSource *source, guint start, guint end)
{
    Chain chain = {place, source, 0};
    const TSNode node = ts_node_descendant_for_byte_range(pga_python_root(source), start, end);
    PgaDjangoQuerySet *queryset = follow(&chain, node);

    if (!queryset)
        return NULL;
    queryset->file = place->module->file;
    queryset->text = pga_python_text(source, node);
    queryset->line = ts_node_start_point(node).row + 1;
    queryset->column = ts_node_start_point(node).column + 1;
    queryset->last_line = ts_node_end_point(node).row + 1;
    {
        g_auto(GStrv) words = g_strsplit_set(queryset->text, " \t\r\n", -1);
        g_autoptr(GString) text = g_string_new(NULL);

        for (guint i = 0; words[i]; i++)
            if (*words[i])
                g_string_append_printf(text, "%s%s", text->len ? " " : "", words[i]);
        while (text->len > 200) {
            const char *last = g_utf8_find_prev_char(text->str, text->str + text->len);

            g_string_truncate(text, last ? MIN((gsize)(last - text->str), 200) : 0);
        }
        g_free(queryset->text);
        queryset->text = g_utf8_make_valid(text->str, -1);
    }
    return queryset;
}

/* --- admin.register --- */

/* NOLINTBEGIN(misc-no-recursion): lists in lists are passed over */

static void
take_models(GHashTable *into, const DjangoPlace *place, const char *class, const PgaPyValue *value)
{
    GPtrArray *models = g_hash_table_lookup(into, class);
    const PgaDjangoModel *model;

    if (value->kind == PGA_PY_LIST) {
        for (guint i = 0; i < value->items->len; i++) {
            const PgaPyValue *item = g_ptr_array_index(value->items, i);

            if (item->kind != PGA_PY_LIST)
                take_models(into, place, class, item);
        }
        return;
    }
    model = pga_django_model_meant(place, value);
    if (!model)
        return;
    if (!models) {
        models = g_ptr_array_new();
        g_hash_table_replace(into, g_strdup(class), models);
    }
    if (models->len < 20)
        g_ptr_array_add(models, (gpointer)model);
}

/* NOLINTEND(misc-no-recursion) */

/* admin.site.register([Order, Line], OrderAdmin) */
static void
take_call(GHashTable *into, const DjangoPlace *place, const PgaPythonSource *source, TSNode node)
{
    g_autoptr(PgaPyValue) call = pga_py_value_new(source, node);
    const PgaPyValue *models = pga_py_argument(call, 0, "model_or_iterable");
    const PgaPyValue *class = pga_py_argument(call, 1, "admin_class");

    if (call->kind == PGA_PY_CALL && g_str_equal(pga_py_last_name(call), "register") && models &&
        class && class->kind == PGA_PY_NAME)
        take_models(into, place, pga_py_last_name(class), models);
}

static void
take_decorators(GHashTable *into, const DjangoPlace *place, const PgaPythonSource *source,
                TSNode node)
{
    const TSNode definition = ts_node_child_by_field_name(node, "definition", 10);
    const TSNode name = ts_node_is_null(definition)
                            ? definition
                            : ts_node_child_by_field_name(definition, "name", 4);
    g_autofree char *class = NULL;

    if (ts_node_is_null(name) || !g_str_equal(ts_node_type(definition), "class_definition"))
        return;
    class = pga_python_text(source, name);
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode decorator = ts_node_named_child(node, i);
        g_autoptr(PgaPyValue) call = NULL;

        if (!g_str_equal(ts_node_type(decorator), "decorator"))
            continue;
        call = pga_py_value_new(source, pga_python_part(decorator, 0));
        if (call->kind != PGA_PY_CALL || !g_str_equal(pga_py_last_name(call), "register"))
            continue;
        for (guint j = 0; j < call->items->len; j++)
            if (!g_ptr_array_index(call->keys, j))
                take_models(into, place, class, g_ptr_array_index(call->items, j));
    }
}

GHashTable *
pga_django_registered(const PgaDjangoProject *project, const DjangoModule *module,
                      const PgaPythonSource *source)
{
    const DjangoPlace place = {project, module, NULL};
    GHashTable *into =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    const TSNode root = pga_python_root(source);
    const guint n = ts_node_named_child_count(root);

    for (guint i = 0; i < n; i++) {
        const TSNode node = ts_node_named_child(root, i);
        const TSNode inner = pga_python_part(node, 0);

        if (g_str_equal(ts_node_type(node), "decorated_definition"))
            take_decorators(into, &place, source, node);
        else if (g_str_equal(ts_node_type(node), "expression_statement") &&
                 !ts_node_is_null(inner) && g_str_equal(ts_node_type(inner), "call"))
            take_call(into, &place, source, inner);
    }
    return into;
}
