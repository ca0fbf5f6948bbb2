/* Lists and documents in fields that are changed where they are: by the attribute, or by another
 * name for it. */
#include <string.h>

#include "code_internal.h"

#define MAX_PARTS 8 /* a["b"]["c"] */

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

gboolean
pga_django_is_change(const char *method)
{
    static const char *const names[] = {"append",  "extend", "insert",     "pop",
                                        "remove",  "update", "setdefault", "clear",
                                        "popitem", "sort",   NULL};

    return g_strv_contains(names, method);
}

gboolean
pga_django_is_container(const PgaDjangoField *field)
{
    return field &&
           (g_str_equal(field->base, "JSONField") || g_str_equal(field->base, "ArrayField") ||
            g_str_equal(field->base, "HStoreField") ||
            (g_str_equal(field->base, "TextField") && strstr(field->class, "JSON")));
}

TSNode
pga_django_whole(const DjangoFlow *flow, TSNode node)
{
    for (guint i = 0; i < MAX_PARTS && pga_django_node(flow, node) == NODE_SUBSCRIPT; i++)
        node = pga_python_child(node, "value");
    return node;
}

/* The object whose attribute @holder is; @name (out): the attribute: (transfer full) both
 * (nullable). @quietly: it is evaluated again. */
static DjangoValue *
object_of(DjangoFlow *flow, TSNode holder, gboolean quietly, char **name)
{
    const TSNode object = pga_python_child(holder, "object");
    DjangoValue *value =
        quietly ? pga_django_eval_target(flow, object) : pga_django_eval(flow, object);

    if (pga_django_value_is(value, DJANGO_IS_INSTANCE)) {
        *name = pga_django_text(flow, pga_python_child(holder, "attribute"));
        return value;
    }
    pga_django_value_unref(value);
    return NULL;
}

/* The same of data, where data = obj.data. */
static DjangoValue *
object_behind(DjangoFlow *flow, TSNode holder, char **name)
{
    g_autofree char *local = pga_django_text(flow, holder);
    gboolean is_bound;
    const DjangoValue *held = pga_django_local(flow, local, &is_bound);
    const DjangoSource *source;

    if (!held || !held->is_alias || held->origins->len != 1)
        return NULL;
    source = &g_array_index(held->origins, DjangoSource, 0);
    *name = g_strdup(source->field->name);
    return pga_django_instance(flow, source->object);
}

static DjangoValue *
changed_in(DjangoFlow *flow, TSNode holder, gboolean quietly, char **name)
{
    switch ((int)pga_django_node(flow, holder)) {
    case NODE_ATTRIBUTE:
        return object_of(flow, holder, quietly, name);
    case NODE_IDENTIFIER:
        return object_behind(flow, holder, name);
    default:
        return NULL;
    }
}

void
pga_django_change_item(DjangoFlow *flow, TSNode target, TSNode right)
{
    g_autofree char *name = NULL;
    g_autoptr(DjangoValue) object =
        changed_in(flow, pga_django_whole(flow, target), ts_node_is_null(right), &name);

    if (object)
        pga_django_change_attribute(flow, object, name, "[]=", target, right);
}

void
pga_django_run_delete(DjangoFlow *flow, TSNode statement)
{
    const guint n = ts_node_named_child_count(statement);

    if (++flow->nesting > PGA_DJANGO_MAX_NESTING) {
        flow->nesting--;
        return;
    }
    for (guint i = 0; i < n; i++) {
        const TSNode part = ts_node_named_child(statement, i);

        if (pga_django_node(flow, part) == NODE_SUBSCRIPT)
            pga_django_change_item(flow, part, (TSNode){0});
        else if (pga_django_node(flow, part) == NODE_SEQUENCE)
            pga_django_run_delete(flow, part);
    }
    flow->nesting--;
}

gboolean
pga_django_change_by_method(DjangoFlow *flow, TSNode holder, const char *method, TSNode node)
{
    g_autofree char *name = NULL;
    g_autoptr(DjangoValue) object = NULL;

    if (!pga_django_is_change(method))
        return FALSE;
    object = changed_in(flow, pga_django_whole(flow, holder), TRUE, &name);
    if (!object ||
        !pga_django_is_container(pga_django_index_field(flow->index, object->model, name)))
        return FALSE;
    g_ptr_array_unref(pga_django_eval_arguments(flow, node, PGA_DJANGO_UNEVALUATED));
    pga_django_change_attribute(flow, object, name, method, node, (TSNode){0});
    return TRUE;
}

/* NOLINTEND(misc-no-recursion) */
