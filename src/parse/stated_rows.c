/* What --rows says: sizes of relations that a file of DDL cannot tell. */
#include "parse/configuration.h"
#include "yaml_field_internal.h"
#include <base/error.h>
#include <base/units.h>
#include <string.h>

void
pga_stated_rows_clear(PgaStatedRows *rows)
{
    g_clear_pointer(&rows->relation, g_free);
}

static void
append(GArray *rows, const char *relation, double n)
{
    const PgaStatedRows entry = {.relation = g_strdup(relation), .rows = n};

    g_array_append_val(rows, entry);
}

/* "orders=5M"; a quoted name may hold "=" itself, the number never does. */
static gboolean
read_assignment(const char *argument, GArray *rows, GError **error)
{
    const char *equals = strrchr(argument, '=');
    g_autofree char *relation = g_strstrip(g_strndup(argument, (gsize)(equals - argument)));
    double n = 0;

    if (*relation == '\0') {
        pga_error_set(error, PGA_ERROR_INPUT, "--rows \"%s\" names no relation", argument);
        pga_error_hint(error, "Write a relation and its rows, as in orders=5M, or a file's name.");
        return FALSE;
    }
    if (!pga_count_parse(equals + 1, &n, error)) {
        pga_error_detail(error, "It stands in --rows \"%s\".", argument);
        return FALSE;
    }
    append(rows, relation, n);
    return TRUE;
}

static gboolean
read_relations(const PgaYamlNode *mapping, const PgaYamlPath *at, GArray *rows, GError **error)
{
    if (!pga_yaml_field_expect(mapping, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < mapping->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(mapping->keys, i)};
        const PgaYamlNode *value = g_ptr_array_index(mapping->values, i);
        double n = 0;

        if (!pga_yaml_field_expect(value, PGA_YAML_SCALAR, &path, error))
            return FALSE;
        if (!pga_count_parse(value->scalar, &n, error)) {
            pga_yaml_field_place(&path, value->line, value->column, error);
            return FALSE;
        }
        append(rows, path.key, n);
    }
    return TRUE;
}

static gboolean
read_file(const char *name, GArray *rows, GError **error)
{
    static const char *const known[] = {"rows", NULL};
    const PgaYamlPath at = {NULL, name};
    const PgaYamlPath below = {&at, "rows"};
    g_autoptr(PgaYamlNode) root = pga_yaml_field_read(name, error);
    const PgaYamlNode *value;

    if (!root || !pga_yaml_field_expect(root, PGA_YAML_MAPPING, &at, error))
        return FALSE;
    for (guint i = 0; i < root->keys->len; i++) {
        if (strcmp(g_ptr_array_index(root->keys, i), "rows") != 0) {
            pga_yaml_field_unknown(root, i, "key", known, &at, error);
            return FALSE;
        }
        value = g_ptr_array_index(root->values, i);
        if (!pga_yaml_field_is_empty(value) && !read_relations(value, &below, rows, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_stated_rows_read(const char *argument, GArray *rows, GError **error)
{
    if (strchr(argument, '=') && !g_file_test(argument, G_FILE_TEST_EXISTS))
        return read_assignment(argument, rows, error);
    if (!strpbrk(argument, "=/") && !g_file_test(argument, G_FILE_TEST_EXISTS)) {
        pga_error_set(error, PGA_ERROR_INPUT, "--rows \"%s\" is no file and says no number",
                      argument);
        pga_error_hint(error, "Write a relation and its rows, as in orders=5M, or a file's name.");
        return FALSE;
    }
    return read_file(argument, rows, error);
}
