/* requirements_json FILE...: of each file one line of JSON: the document that its YAML is, and what
 * the reader of requirements says of it (null: it is accepted). */
#include <base/error.h>
#include <base/file.h>
#include <base/yaml.h>
#include <jansson.h>
#include <parse/requirements.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 4 << 20 };

static json_t *
json_of_plain(const char *text)
{
    json_t *value;

    if (!*text || !strcmp(text, "~") || !strcmp(text, "null"))
        return json_null();
    value = json_loads(text, JSON_DECODE_ANY, NULL);
    return value ? value : json_string(text);
}

/* NOLINTBEGIN(misc-no-recursion): YAML is read 64 levels deep */
static json_t *
json_of(const PgaYamlNode *node)
{
    json_t *value;

    if (node->kind == PGA_YAML_SCALAR)
        return node->quoted ? json_string(node->scalar) : json_of_plain(node->scalar);
    value = node->kind == PGA_YAML_MAPPING ? json_object() : json_array();
    for (guint i = 0; i < node->values->len; i++) {
        json_t *member = json_of(g_ptr_array_index(node->values, i));

        if (node->kind == PGA_YAML_MAPPING)
            json_object_set_new(value, g_ptr_array_index(node->keys, i), member);
        else
            json_array_append_new(value, member);
    }
    return value;
}
/* NOLINTEND(misc-no-recursion) */

static gboolean
show(const char *path, GError **error)
{
    gsize length = 0;
    g_autofree char *text = pga_file_read(path, MAX_BYTES, &length, error), *line = NULL;
    g_autoptr(PgaYamlNode) root = text ? pga_yaml_parse(text, length, path, error) : NULL;
    g_autoptr(PgaRequirements) read = NULL;
    g_autoptr(GError) refused = NULL;
    json_t *shown;

    if (!root)
        return FALSE;
    read = pga_requirements_parse(text, length, path, &refused);
    shown = json_pack("{s:o, s:s?}", "document", json_of(root), "refused",
                      read ? NULL : refused->message);
    line = json_dumps(shown, JSON_COMPACT);
    g_print("%s\n", line);
    json_decref(shown);
    return TRUE;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    for (int i = 1; i < argc; i++)
        if (!show(argv[i], &error)) {
            g_printerr("%s: %s\n", argv[i], error->message);
            return EXIT_FAILURE;
        }
    return EXIT_SUCCESS;
}
