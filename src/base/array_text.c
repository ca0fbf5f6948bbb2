/* PostgreSQL's output of a one-dimensional array: {a,"b, \"c\"",NULL}. Strict: what array_out()
 * never writes is refused. Source: array_out() in PostgreSQL 17 src/backend/utils/adt/arrayfuncs.c
 */
#include "base/array_text.h"

#include <string.h>

/* After the opening quote; the end is the closing one. NULL when there is none. */
static const char *
read_quoted(const char *c, GString *out)
{
    for (; *c && *c != '"'; c++) {
        if (*c == '\\' && *++c == '\0')
            return NULL;
        g_string_append_c(out, *c);
    }
    return *c == '"' ? c + 1 : NULL;
}

static gboolean
is_special(char c)
{
    return strchr("{},\"\\", c) != NULL || g_ascii_isspace(c);
}

/* NULL when there is nothing, or what array_out() would have quoted. */
static const char *
read_bare(const char *c, GString *out)
{
    const char *start = c;

    while (*c && *c != ',' && *c != '}') {
        if (is_special(*c))
            return NULL;
        c++;
    }
    g_string_append_len(out, start, c - start);
    return c > start ? c : NULL;
}

static const char *
read_element(const char *c, GPtrArray *elements)
{
    g_autoptr(GString) element = g_string_new(NULL);
    const gboolean quoted = *c == '"';

    c = quoted ? read_quoted(c + 1, element) : read_bare(c, element);
    if (!c)
        return NULL;
    if (!quoted && g_ascii_strcasecmp(element->str, "NULL") == 0)
        g_ptr_array_add(elements, NULL);
    else
        g_ptr_array_add(elements, g_string_free(g_steal_pointer(&element), FALSE));
    return c;
}

GPtrArray *
pga_array_text_parse(const char *text)
{
    g_autoptr(GPtrArray) elements = g_ptr_array_new_with_free_func(g_free);
    const char *c = text;

    if (*c++ != '{')
        return NULL;
    if (strcmp(c, "}") == 0)
        return g_steal_pointer(&elements);
    for (;;) {
        c = read_element(c, elements);
        if (!c)
            return NULL;
        if (*c == '}')
            return c[1] == '\0' ? g_steal_pointer(&elements) : NULL;
        if (*c++ != ',')
            return NULL;
    }
}

GArray *
pga_array_text_numbers(const char *text)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(double));
    const char *c = text;

    while (*(c += strspn(c, "{}, "))) {
        char *end;
        const double number = g_ascii_strtod(c, &end);

        if (end == c)
            break;
        g_array_append_val(numbers, number);
        c = end;
    }
    return numbers;
}

/* array_out() quotes these, and what would be read as no element or as NULL. */
static gboolean
needs_quotes(const char *element)
{
    if (!*element || g_ascii_strcasecmp(element, "NULL") == 0)
        return TRUE;
    for (const char *c = element; *c; c++)
        if (is_special(*c) || *c == '\v')
            return TRUE;
    return FALSE;
}

static void
append_quoted(GString *out, const char *element)
{
    g_string_append_c(out, '"');
    for (const char *c = element; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

char *
pga_array_text_format(const GPtrArray *elements)
{
    GString *out = g_string_new("{");

    for (guint i = 0; i < elements->len; i++) {
        const char *element = g_ptr_array_index(elements, i);

        if (i > 0)
            g_string_append_c(out, ',');
        if (element && needs_quotes(element))
            append_quoted(out, element);
        else
            g_string_append(out, element ? element : "NULL");
    }
    g_string_append_c(out, '}');
    return g_string_free(out, FALSE);
}
