/* Arrays as a server sends them: any bytes are read or refused, and what is read can be written so
 * that it is read again as the same. */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../../src/collect/array_text_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As array_out() would, with every element quoted. */
static char *
write_array(const GPtrArray *elements)
{
    GString *text = g_string_new("{");

    for (guint i = 0; i < elements->len; i++) {
        const char *element = g_ptr_array_index(elements, i);

        g_string_append(text, i ? "," : "");
        if (!element) {
            g_string_append(text, "NULL");
            continue;
        }
        g_string_append_c(text, '"');
        for (; *element; element++) {
            if (*element == '"' || *element == '\\')
                g_string_append_c(text, '\\');
            g_string_append_c(text, *element);
        }
        g_string_append_c(text, '"');
    }
    return g_string_free(g_string_append_c(text, '}'), FALSE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size), *written = NULL;
    g_autoptr(GPtrArray) elements = pga_array_text_parse(text), again = NULL;

    if (!elements)
        return 0;
    written = write_array(elements);
    again = pga_array_text_parse(written);
    g_assert_nonnull(again);
    g_assert_cmpuint(again->len, ==, elements->len);
    for (guint i = 0; i < elements->len; i++)
        g_assert_cmpstr(g_ptr_array_index(again, i), ==, g_ptr_array_index(elements, i));
    return 0;
}
