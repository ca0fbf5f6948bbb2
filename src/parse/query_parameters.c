/* "$1 = 'x', $2 = NULL" of a log's DETAIL. */
#include <base/text.h>
#include <string.h>

#include "query_gatherer_internal.h"

/* log_parameter_max_length leaves this at the end of a value. */
static const char cut_mark[] = "...";

/* (transfer full) (nullable): the value at *at, which moves behind it. */
static char *
take_value(const char **at, const char *end)
{
    g_autoptr(GString) value = NULL;
    g_autofree char *valid = NULL;
    gboolean closed = FALSE;

    if (end - *at >= 4 && memcmp(*at, "NULL", 4) == 0) {
        *at += 4;
        return g_strdup("NULL");
    }
    if (*at == end || **at != '\'')
        return NULL;
    value = g_string_new(NULL);
    for ((*at)++; *at < end && !closed; (*at)++) {
        if (**at == '\'' && (*at + 1 == end || (*at)[1] != '\''))
            closed = TRUE;
        else
            g_string_append_c(value, *(*at += **at == '\''));
    }
    if (!closed || g_str_has_suffix(value->str, cut_mark))
        return NULL;
    valid = g_utf8_make_valid(value->str, -1);
    return pga_quote_literal(valid);
}

/* The number behind the dollar at *at; 0 when there is none. Moves to the value. */
static guint
take_number(const char **at, const char *end)
{
    const char *dollar = memchr(*at, '$', (gsize)(end - *at));
    guint number = 0;

    if (!dollar)
        return 0;
    for (*at = dollar + 1; *at < end && g_ascii_isdigit(**at) && number <= G_MAXUINT16; (*at)++)
        number = number * 10 + (guint)g_ascii_digit_value(**at);
    while (*at < end && (**at == ' ' || **at == '='))
        (*at)++;
    return number <= G_MAXUINT16 ? number : 0;
}

GPtrArray *
pga_query_parameters_read(const char *text, gsize length)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    const char *at = text, *end = text + length;
    guint number;

    while ((number = take_number(&at, end)) > 0) {
        char *value = take_value(&at, end);

        if (number > values->len)
            g_ptr_array_set_size(values, (gint)number);
        g_free(g_ptr_array_index(values, number - 1));
        g_ptr_array_index(values, number - 1) = value;
    }
    return values;
}
