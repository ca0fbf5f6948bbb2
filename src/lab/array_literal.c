/* Every element quoted: so that none is taken for NULL, a number or a brace. */
#include "array_literal_internal.h"

GString *
pga_array_literal_new(void)
{
    return g_string_new("{");
}

void
pga_array_literal_add(GString *array, const char *value)
{
    if (array->len > 1)
        g_string_append_c(array, ',');
    if (!value) {
        g_string_append(array, "NULL");
        return;
    }
    g_string_append_c(array, '"');
    for (const char *p = value; *p; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(array, '\\');
        g_string_append_c(array, *p);
    }
    g_string_append_c(array, '"');
}

void
pga_array_literal_end(GString *array)
{
    g_string_append_c(array, '}');
}
