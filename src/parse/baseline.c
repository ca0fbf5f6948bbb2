/* Reading a baseline. Strict: an entry that is misspelt would silently be without effect. */
#include "parse/baseline.h"
#include "yaml_field_internal.h"
#include <base/error.h>
#include <base/file.h>
#include <stdlib.h>
#include <string.h>

enum { FINGERPRINT_LENGTH = 16, MAX_BYTES = 64 << 20, MAX_NODES = 2000000 };

static const char *const entry_keys[] = {"fingerprint", "rule", "object", NULL};

static gboolean
check_keys(const PgaYamlNode *mapping, const char *const *known, const PgaYamlPath *at,
           GError **error)
{
    if (!pga_yaml_field_expect(mapping, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < mapping->keys->len; i++) {
        if (!g_strv_contains(known, g_ptr_array_index(mapping->keys, i))) {
            pga_yaml_field_unknown(mapping, i, "key", known, at, error);
            return FALSE;
        }
    }
    return TRUE;
}

/* (nullable): the text behind @key; NULL with an error when it is missing or no text. */
static const char *
required(const PgaYamlNode *mapping, const char *key, const PgaYamlPath *at, GError **error)
{
    const PgaYamlPath path = {at, key};
    const PgaYamlNode *value = pga_yaml_get(mapping, key);

    if (value)
        return pga_yaml_field_expect(value, PGA_YAML_SCALAR, &path, error) ? value->scalar : NULL;
    pga_error_set(error, PGA_ERROR_INPUT, "key \"%s\" is missing", key);
    pga_yaml_field_place(at, mapping->line, mapping->column, error);
    return NULL;
}

static gboolean
is_fingerprint(const char *text)
{
    return strspn(text, "0123456789abcdef") == FINGERPRINT_LENGTH &&
           text[FINGERPRINT_LENGTH] == '\0';
}

static gboolean
read_entry(PgaBaseline *baseline, const PgaYamlNode *entry, const PgaYamlPath *at, GError **error)
{
    const PgaYamlNode *object;
    const char *fingerprint, *rule;

    if (!check_keys(entry, entry_keys, at, error))
        return FALSE;
    object = pga_yaml_get(entry, "object");
    fingerprint = required(entry, "fingerprint", at, error);
    rule = fingerprint ? required(entry, "rule", at, error) : NULL;
    if (!rule || (object && !pga_yaml_field_expect(object, PGA_YAML_SCALAR, at, error)))
        return FALSE;
    if (!is_fingerprint(fingerprint)) {
        pga_error_set(error, PGA_ERROR_INPUT, "fingerprint \"%s\" is none", fingerprint);
        pga_yaml_field_place(at, entry->line, entry->column, error);
        pga_error_hint(error, "It has 16 digits and letters from a to f.");
        return FALSE;
    }
    pga_baseline_add(baseline, fingerprint, rule, object ? object->scalar : NULL);
    return TRUE;
}

static gboolean
check_version(const PgaYamlNode *root, const PgaYamlPath *at, GError **error)
{
    const PgaYamlPath path = {at, "baseline"};
    const char *text = required(root, "baseline", at, error);
    const PgaYamlNode *version = pga_yaml_get(root, "baseline");

    if (!text)
        return FALSE;
    if (g_str_equal(text, G_STRINGIFY(PGA_BASELINE_VERSION)))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "baseline of version \"%s\" cannot be read", text);
    pga_yaml_field_place(&path, version->line, version->column, error);
    pga_error_hint(error, "This program reads version " G_STRINGIFY(PGA_BASELINE_VERSION) ".");
    return FALSE;
}

static gboolean
read_entries(PgaBaseline *baseline, const PgaYamlNode *root, const PgaYamlPath *at, GError **error)
{
    const PgaYamlPath path = {at, "findings"};
    const PgaYamlNode *list = pga_yaml_get(root, "findings");

    if (!list) {
        pga_error_set(error, PGA_ERROR_INPUT, "key \"findings\" is missing");
        pga_yaml_field_place(at, root->line, root->column, error);
        return FALSE;
    }
    if (!pga_yaml_field_expect(list, PGA_YAML_SEQUENCE, &path, error))
        return FALSE;
    for (guint i = 0; i < list->values->len; i++)
        if (!read_entry(baseline, g_ptr_array_index(list->values, i), &path, error))
            return FALSE;
    return TRUE;
}

PgaBaseline *
pga_baseline_read(const char *path, GError **error)
{
    static const char *const known[] = {"baseline", "findings", NULL};
    static const PgaYamlLimits limits = {.max_bytes = MAX_BYTES, .max_nodes = MAX_NODES};
    const PgaYamlPath at = {NULL, path};
    gsize length;
    g_autofree char *text = pga_file_read(path, MAX_BYTES, &length, error);
    g_autoptr(PgaYamlNode) root =
        text ? pga_yaml_parse_limited(text, length, path, &limits, error) : NULL;
    g_autoptr(PgaBaseline) baseline = pga_baseline_new(path);

    if (!root || !check_keys(root, known, &at, error) || !check_version(root, &at, error) ||
        !read_entries(baseline, root, &at, error))
        return NULL;
    return g_steal_pointer(&baseline);
}
