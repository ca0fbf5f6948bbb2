/* Complaints about YAML of a known shape. */
#include "yaml_field_internal.h"
#include <base/error.h>
#include <base/file.h>
#include <base/text.h>

enum { MAX_BYTES = 4 << 20 };

PgaYamlNode *
pga_yaml_field_read(const char *path, GError **error)
{
    gsize length;
    g_autofree char *text = pga_file_read(path, MAX_BYTES, &length, error);

    return text ? pga_yaml_parse(text, length, path, error) : NULL;
}

void
pga_yaml_field_place(const PgaYamlPath *at, guint line, guint column, GError **error)
{
    GString *keys = g_string_new(NULL);

    for (; at->above; at = at->above) {
        if (keys->len > 0)
            g_string_prepend_c(keys, '.');
        g_string_prepend(keys, at->key);
    }
    if (keys->len > 0)
        g_string_prepend(keys, ", key ");
    pga_error_detail(error, "%s, line %u, column %u%s.", at->key, line, column, keys->str);
    g_string_free(keys, TRUE);
}

gboolean
pga_yaml_field_is_empty(const PgaYamlNode *node)
{
    return node->kind == PGA_YAML_SCALAR && !node->quoted && *node->scalar == '\0';
}

gboolean
pga_yaml_field_expect(const PgaYamlNode *node, PgaYamlKind kind, const PgaYamlPath *at,
                      GError **error)
{
    static const char *const kinds[] = {"a single value", "a list", "keys with values"};

    if (node->kind == kind)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "%s expected, not %s", kinds[kind], kinds[node->kind]);
    pga_yaml_field_place(at, node->line, node->column, error);
    return FALSE;
}

void
pga_yaml_field_unknown(const PgaYamlNode *mapping, guint i, const char *what,
                       const char *const *known, const PgaYamlPath *at, GError **error)
{
    const char *key = g_ptr_array_index(mapping->keys, i);
    const char *closest = pga_text_closest(key, known);
    g_autofree char *all = NULL;

    pga_error_set(error, PGA_ERROR_INPUT, "%s \"%s\" is not known", what, key);
    pga_yaml_field_place(at, GPOINTER_TO_UINT(g_ptr_array_index(mapping->key_at, i)),
                         GPOINTER_TO_UINT(g_ptr_array_index(mapping->key_columns, i)), error);
    all = g_strjoinv(", ", (char **)known);
    if (closest)
        pga_error_hint(error, "Did you mean \"%s\"?", closest);
    else if (*all)
        pga_error_hint(error, "Allowed: %s.", all);
}
