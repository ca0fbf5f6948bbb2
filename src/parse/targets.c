/* Reading the list of clusters. */
#include "parse/targets.h"

#include <base/error.h>
#include <string.h>

#include "yaml_field_internal.h"

static void
target_free(gpointer data)
{
    PgaTarget *target = data;

    g_free(target->name);
    g_free(target->source);
    g_ptr_array_unref(target->databases);
    g_ptr_array_unref(target->exclude);
    g_free(target);
}

static PgaTarget *
target_new(void)
{
    PgaTarget *target = g_new0(PgaTarget, 1);

    target->databases = g_ptr_array_new_with_free_func(g_free);
    target->exclude = g_ptr_array_new_with_free_func(g_free);
    return target;
}

static gboolean
read_text(const PgaYamlNode *value, const PgaYamlPath *at, char **out, GError **error)
{
    if (!pga_yaml_field_expect(value, PGA_YAML_SCALAR, at, error))
        return FALSE;
    if (*value->scalar == '\0') {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is empty", at->key);
        pga_yaml_field_place(at, value->line, value->column, error);
        return FALSE;
    }
    *out = g_strdup(value->scalar);
    return TRUE;
}

static gboolean
read_list(const PgaYamlNode *value, const PgaYamlPath *at, GPtrArray *out, GError **error)
{
    if (!pga_yaml_field_expect(value, PGA_YAML_SEQUENCE, at, error))
        return FALSE;
    for (guint i = 0; i < value->values->len; i++) {
        char *text = NULL;

        if (!read_text(g_ptr_array_index(value->values, i), at, &text, error))
            return FALSE;
        g_ptr_array_add(out, text);
    }
    return TRUE;
}

static gboolean
read_databases(const PgaYamlNode *value, const PgaYamlPath *at, PgaTarget *target, GError **error)
{
    if (value->kind == PGA_YAML_SCALAR && g_str_equal(value->scalar, "all")) {
        target->all = TRUE;
        return TRUE;
    }
    if (value->kind == PGA_YAML_SCALAR) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is neither \"all\" nor a list",
                      value->scalar);
        pga_yaml_field_place(at, value->line, value->column, error);
        pga_error_hint(error, "Write databases: all, or databases: [%s].", value->scalar);
        return FALSE;
    }
    return read_list(value, at, target->databases, error);
}

static gboolean
read_field(const PgaYamlNode *mapping, guint i, const PgaYamlPath *above, PgaTarget *target,
           GError **error)
{
    static const char *const known[] = {"name", "source", "databases", "exclude", NULL};
    const char *key = g_ptr_array_index(mapping->keys, i);
    const PgaYamlNode *value = g_ptr_array_index(mapping->values, i);
    const PgaYamlPath at = {above, key};

    if (g_str_equal(key, "name"))
        return read_text(value, &at, &target->name, error);
    if (g_str_equal(key, "source"))
        return read_text(value, &at, &target->source, error);
    if (g_str_equal(key, "databases"))
        return read_databases(value, &at, target, error);
    if (g_str_equal(key, "exclude"))
        return read_list(value, &at, target->exclude, error);
    pga_yaml_field_unknown(mapping, i, "key", known, above, error);
    return FALSE;
}

static gboolean
is_complete(const PgaTarget *target, const PgaYamlNode *mapping, const PgaYamlPath *at,
            GError **error)
{
    const char *missing = !target->name ? "name" : !target->source ? "source" : NULL;

    if (!missing)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "a target has no \"%s\"", missing);
    pga_yaml_field_place(at, mapping->line, mapping->column, error);
    return FALSE;
}

static gboolean
is_new(const GPtrArray *targets, const PgaTarget *target, const PgaYamlNode *mapping,
       const PgaYamlPath *at, GError **error)
{
    for (guint i = 0; i < targets->len; i++) {
        const PgaTarget *other = g_ptr_array_index(targets, i);

        if (other == target || !g_str_equal(other->name, target->name))
            continue;
        pga_error_set(error, PGA_ERROR_INPUT, "two targets are named \"%s\"", target->name);
        pga_yaml_field_place(at, mapping->line, mapping->column, error);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_target(const PgaYamlNode *mapping, const PgaYamlPath *at, GPtrArray *targets, GError **error)
{
    PgaTarget *target = target_new();

    g_ptr_array_add(targets, target);
    if (!pga_yaml_field_expect(mapping, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < mapping->keys->len; i++)
        if (!read_field(mapping, i, at, target, error))
            return FALSE;
    return is_complete(target, mapping, at, error) && is_new(targets, target, mapping, at, error);
}

static gboolean
read_root(const PgaYamlNode *root, const PgaYamlPath *at, GPtrArray *targets, GError **error)
{
    static const char *const known[] = {"targets", NULL};
    const PgaYamlPath below = {at, "targets"};
    const PgaYamlNode *list;

    if (!pga_yaml_field_expect(root, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < root->keys->len; i++) {
        if (!g_str_equal(g_ptr_array_index(root->keys, i), "targets")) {
            pga_yaml_field_unknown(root, i, "key", known, at, error);
            return FALSE;
        }
        list = g_ptr_array_index(root->values, i);
        if (!pga_yaml_field_expect(list, PGA_YAML_SEQUENCE, &below, error))
            return FALSE;
        for (guint j = 0; j < list->values->len; j++)
            if (!read_target(g_ptr_array_index(list->values, j), &below, targets, error))
                return FALSE;
    }
    return TRUE;
}

GPtrArray *
pga_targets_read(const char *path, GError **error)
{
    const PgaYamlPath at = {NULL, path};
    g_autoptr(PgaYamlNode) root = pga_yaml_field_read(path, error);
    g_autoptr(GPtrArray) targets = g_ptr_array_new_with_free_func(target_free);

    if (!root || !read_root(root, &at, targets, error))
        return NULL;
    if (targets->len > 0)
        return g_steal_pointer(&targets);
    pga_error_set(error, PGA_ERROR_INPUT, "%s lists no targets", path);
    pga_error_hint(error, "Write \"targets:\" and below it a list of \"- name: …\" with "
                          "\"source: …\".");
    return NULL;
}

GPtrArray *
pga_targets_all_of(const char *name, const char *source)
{
    GPtrArray *targets = g_ptr_array_new_with_free_func(target_free);
    PgaTarget *target = target_new();

    target->name = g_strdup(name);
    target->source = g_strdup(source);
    target->all = TRUE;
    g_ptr_array_add(targets, target);
    return targets;
}

gboolean
pga_target_excludes(const PgaTarget *target, const char *database)
{
    for (guint i = 0; i < target->exclude->len; i++)
        if (g_pattern_match_simple(g_ptr_array_index(target->exclude, i), database))
            return TRUE;
    return FALSE;
}
