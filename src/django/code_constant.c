/* Text that is known although it is put together: f"{field}__gte", "%s__in" % field, PREFIX + "x".
 */
#include <string.h>

#include "code_internal.h"

#define MAX_LENGTH 400 /* bytes */

/* NOLINTBEGIN(misc-no-recursion): flow->nesting ends it */

static gboolean append_constant(DjangoFlow *flow, TSNode node, GString *text);

/* {field} without a format of its own. */
static gboolean
append_interpolation(DjangoFlow *flow, TSNode node, GString *text)
{
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const char *type = ts_node_type(ts_node_named_child(node, i));

        if (strcmp(type, "format_specifier") == 0 || strcmp(type, "type_conversion") == 0)
            return FALSE;
    }
    return append_constant(flow, pga_python_child(node, "expression"), text);
}

/* f"a{b}c": its parts. */
static gboolean
append_parts(DjangoFlow *flow, TSNode node, GString *text)
{
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode part = ts_node_named_child(node, i);
        const char *type = ts_node_type(part);

        if (strcmp(type, "interpolation") == 0) {
            if (!append_interpolation(flow, part, text))
                return FALSE;
        } else if (strcmp(type, "string") == 0) {
            if (!append_constant(flow, part, text))
                return FALSE;
        } else if (strcmp(type, "string_content") == 0) {
            g_autofree char *content = pga_django_text(flow, part);

            if (strpbrk(content, "\\{}"))
                return FALSE;
            g_string_append(text, content);
        }
    }
    return TRUE;
}

static gboolean
append_string(DjangoFlow *flow, TSNode node, GString *text)
{
    g_autoptr(PgaPyValue) value = pga_py_value_new(flow->source, node);

    if (value->kind != PGA_PY_STRING)
        return append_parts(flow, node, text);
    g_string_append(text, value->text);
    return TRUE;
}

static gboolean
append_named(DjangoFlow *flow, TSNode node, GString *text)
{
    g_autofree char *dotted = pga_django_dotted(flow, node);
    g_autoptr(PgaPyValue) value = dotted ? pga_django_constant(flow, dotted) : NULL;

    if (!value || value->kind != PGA_PY_STRING)
        return FALSE;
    g_string_append(text, value->text);
    return TRUE;
}

/* "%s__in" % field */
static gboolean
append_formatted(DjangoFlow *flow, TSNode node, GString *text)
{
    g_autoptr(GString) format = g_string_new(NULL), given = g_string_new(NULL);
    const char *at;

    if (!append_constant(flow, pga_python_child(node, "left"), format) ||
        !append_constant(flow, pga_python_child(node, "right"), given))
        return FALSE;
    at = strstr(format->str, "%s");
    if (!at || strchr(at + 1, '%') || strchr(format->str, '%') != at)
        return FALSE;
    g_string_append_len(text, format->str, at - format->str);
    g_string_append(text, given->str);
    g_string_append(text, at + strlen("%s"));
    return TRUE;
}

static gboolean
append_binary(DjangoFlow *flow, TSNode node, GString *text)
{
    const TSNode sign = pga_python_child(node, "operator");

    if (pga_django_text_is(flow, sign, "%"))
        return append_formatted(flow, node, text);
    return pga_django_text_is(flow, sign, "+") &&
           append_constant(flow, pga_python_child(node, "left"), text) &&
           append_constant(flow, pga_python_child(node, "right"), text);
}

static gboolean
append_kind(DjangoFlow *flow, TSNode node, GString *text)
{
    switch ((int)pga_django_node(flow, node)) {
    case NODE_STRING:
        return append_string(flow, node, text);
    case NODE_IDENTIFIER:
    case NODE_ATTRIBUTE:
        return append_named(flow, node, text);
    case NODE_BINARY:
        return append_binary(flow, node, text);
    case NODE_WRAPPER:
        return append_constant(flow, pga_python_part(node, 0), text);
    default:
        return FALSE;
    }
}

static gboolean
append_constant(DjangoFlow *flow, TSNode node, GString *text)
{
    gboolean is_known = FALSE;

    if (ts_node_is_null(node))
        return FALSE;
    if (++flow->nesting <= PGA_DJANGO_MAX_NESTING && text->len <= MAX_LENGTH)
        is_known = append_kind(flow, node, text);
    flow->nesting--;
    return is_known && text->len <= MAX_LENGTH;
}

/* NOLINTEND(misc-no-recursion) */

char *
pga_django_constant_text(DjangoFlow *flow, TSNode node)
{
    g_autoptr(GString) text = g_string_new(NULL);

    return append_constant(flow, node, text) ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}
