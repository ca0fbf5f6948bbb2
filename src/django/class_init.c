/* __init__ of a class of the project's: what it gives to its base. */
#include <string.h>

#include "project_internal.h"

#define MAX_NESTING 40

static void
value_free(gpointer value)
{
    pga_py_value_free(value);
}

static void
set_keyword(const PgaPythonSource *source, GHashTable *keywords, const char *name, TSNode value)
{
    g_hash_table_replace(keywords, g_strdup(name), pga_py_value_new(source, value));
}

/* kwargs["max_length"] = 104 */
static void
take_subscript(const PgaPythonSource *source, GHashTable *keywords, TSNode assignment)
{
    const TSNode left = pga_python_child(assignment, "left"),
                 right = pga_python_child(assignment, "right");
    g_autoptr(PgaPyValue) key = NULL;

    if (!pga_python_is(left, "subscript") || ts_node_is_null(right))
        return;
    key = pga_py_value_new(source, pga_python_child(left, "subscript"));
    if (key->kind == PGA_PY_STRING)
        set_keyword(source, keywords, key->text, right);
}

/* kwargs.setdefault("max_length", 104), super().__init__(max_length=104) */
static void
take_call(const PgaPythonSource *source, GHashTable *keywords, TSNode call)
{
    g_autoptr(PgaPyValue) value = pga_py_value_new(source, call);

    if (!value->text || !value->items)
        return;
    if (g_str_has_suffix(value->text, ".setdefault") && value->items->len == 2) {
        const PgaPyValue *key = g_ptr_array_index(value->items, 0);

        if (key->kind == PGA_PY_STRING)
            g_hash_table_replace(keywords, g_strdup(key->text),
                                 pga_py_value_copy(g_ptr_array_index(value->items, 1)));
    } else if (g_str_has_suffix(value->text, ".__init__")) {
        for (guint i = 0; i < value->items->len; i++) {
            const PgaPyValue *key = g_ptr_array_index(value->keys, i);
            const PgaPyValue *item = g_ptr_array_index(value->items, i);

            if (key && item->kind != PGA_PY_NAME && item->kind != PGA_PY_OPAQUE)
                g_hash_table_replace(keywords, g_strdup(key->text), pga_py_value_copy(item));
        }
    }
}

static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
take_body(const PgaPythonSource *source, GHashTable *keywords, TSNode node, guint depth)
{
    if (depth > MAX_NESTING)
        return;
    if (pga_python_is(node, "assignment"))
        take_subscript(source, keywords, node);
    if (pga_python_is(node, "call"))
        take_call(source, keywords, node);
    for (guint i = 0; i < ts_node_named_child_count(node); i++)
        take_body(source, keywords, ts_node_named_child(node, i), depth + 1);
}

/* def __init__(self, max_digits=10, …) */
static void
take_parameters(const PgaPythonSource *source, GHashTable *keywords, TSNode parameters)
{
    for (guint i = 0; i < ts_node_named_child_count(parameters); i++) {
        const TSNode parameter = ts_node_named_child(parameters, i);

        if (pga_python_is(parameter, "default_parameter")) {
            g_autofree char *name = pga_python_text(source, pga_python_child(parameter, "name"));

            set_keyword(source, keywords, name, pga_python_child(parameter, "value"));
        }
    }
}

GHashTable *
pga_django_init_keywords(const PgaPythonSource *source, TSNode function)
{
    GHashTable *keywords = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, value_free);

    take_parameters(source, keywords, pga_python_child(function, "parameters"));
    take_body(source, keywords, pga_python_child(function, "body"), 0);
    return keywords;
}
