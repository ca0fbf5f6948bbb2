/* What an object keeps of what it was made with: self.order = order, of __init__(self, order:
 * Order).
 */
#include "code_internal.h"

#define MAX_DEPTH   5     /* of functions that are looked into from each other */
#define MAX_INIT    20000 /* bytes of one that is looked into */
#define MAX_RESULTS 200000

/* A row that somebody else may change too, or a question; not what __init__ makes. */
static gboolean
is_shared(const DjangoFlow *flow, const DjangoValue *value)
{
    const PgaDjangoObject *object;

    if (!pga_django_value_is(value, DJANGO_IS_INSTANCE))
        return pga_django_value_is(value, DJANGO_IS_QUERYSET);
    object = value->object ? g_ptr_array_index(flow->function->objects, value->object - 1) : NULL;
    return object && (object->origin == PGA_DJANGO_OBJECT_PARAMETER ||
                      object->origin == PGA_DJANGO_OBJECT_QUERIED);
}

/* NOLINTBEGIN(misc-no-recursion): index->depth ends it */

/* All that stands as self.name when __init__ ends. */
static void
keep_all(DjangoFlow *inner, const DjangoClass *class)
{
    GHashTableIter iter;
    gpointer name, value;

    g_hash_table_iter_init(&iter, inner->locals);
    while (g_hash_table_iter_next(&iter, &name, &value))
        if (g_str_has_prefix(name, "self.") && is_shared(inner, value))
            g_hash_table_replace(inner->index->results,
                                 g_strdup_printf("%p.%s", (gconstpointer) class, (char *)name),
                                 pga_django_exported(inner, value));
}

static void
look_into(DjangoFlow *flow, const DjangoFunction *init, const DjangoClass *class)
{
    const DjangoPlace place = {flow->index->project, init->module, NULL};
    const gsize length = init->end - init->start;
    g_autoptr(PgaPythonSource) source = pga_python_source_new(
        init->module->file->path, g_strndup(init->module->file->text + init->start, length), length,
        NULL);
    DjangoFlow inner = {0};
    TSNode node;

    if (!source)
        return;
    flow->index->depth++;
    pga_django_flow_init(&inner, flow->index, &place);
    inner.source = source;
    inner.first_line = init->line - 1;
    inner.class = class;
    inner.within = init->class;
    node = pga_python_part(pga_python_root(source), 0);
    pga_django_open(&inner, PGA_DJANGO_BLOCK_FUNCTION, node);
    pga_django_bind_parameters(&inner, pga_python_child(node, "parameters"));
    pga_django_bind(&inner, "self", pga_django_self(&inner, class));
    pga_django_run_block(&inner, pga_python_child(node, "body"));
    keep_all(&inner, class);
    pga_django_function_free(inner.function);
    pga_django_flow_clear(&inner);
    flow->index->depth--;
}

/* Each class's is read once. Borrowed. (nullable) */
static DjangoValue *
given(DjangoFlow *flow, const DjangoClass *class, const char *name)
{
    const DjangoFunction *init = pga_django_index_method(flow->index, class, "__init__");
    g_autofree char *read = g_strdup_printf("%p.", (gconstpointer) class);
    g_autofree char *key = g_strdup_printf("%p.self.%s", (gconstpointer) class, name);
    GHashTable *results = flow->index->results;

    if (!init || g_hash_table_contains(results, read))
        return init ? g_hash_table_lookup(results, key) : NULL;
    if (flow->index->depth >= MAX_DEPTH || init->end <= init->start ||
        init->end - init->start > MAX_INIT || init->end > init->module->file->length ||
        g_hash_table_size(results) > MAX_RESULTS)
        return NULL;
    g_hash_table_insert(results, g_steal_pointer(&read), NULL); /* not again on the way */
    look_into(flow, init, class);
    return g_hash_table_lookup(results, key);
}

DjangoValue *
pga_django_given(DjangoFlow *flow, const DjangoClass *class, const char *name)
{
    DjangoValue *kept = given(flow, class, name);

    if (pga_django_value_is(kept, DJANGO_IS_INSTANCE))
        return pga_django_instance(
            flow, pga_django_object_add(flow, kept->model, PGA_DJANGO_OBJECT_PARAMETER, NULL));
    return kept ? pga_django_exported(flow, kept) : NULL;
}

/* NOLINTEND(misc-no-recursion) */
