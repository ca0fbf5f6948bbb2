/* The file of --config, checked key by key: what is misspelt must not be silently without effect.
 */
#include "parse/configuration.h"
#include "yaml_field_internal.h"
#include <base/error.h>
#include <base/units.h>
#include <string.h>

enum { FINGERPRINT_LENGTH = 16 };

typedef struct {
    PgaConfiguration *configuration;
    const PgaConfigurationTerm *terms;
    guint n_terms;
} Reader;

static const PgaConfigurationTerm *
find_term(const Reader *reader, const char *rule)
{
    for (guint i = 0; i < reader->n_terms; i++)
        if (!strcmp(reader->terms[i].rule, rule))
            return &reader->terms[i];
    return NULL;
}

static gboolean
is_threshold(const PgaConfigurationTerm *term, const char *key)
{
    for (guint i = 0; i < PGA_CONFIGURATION_MAX_KEYS && term->keys[i]; i++)
        if (!strcmp(term->keys[i], key))
            return TRUE;
    return FALSE;
}

static gboolean
is_plain(const PgaYamlNode *node, const char *const *words)
{
    for (guint i = 0; !node->quoted && words[i]; i++)
        if (!g_ascii_strcasecmp(node->scalar, words[i]))
            return TRUE;
    return FALSE;
}

static gboolean
read_severity(const PgaYamlNode *value, PgaRuleSetting *setting, const PgaYamlPath *at,
              GError **error)
{
    if (!pga_yaml_field_expect(value, PGA_YAML_SCALAR, at, error))
        return FALSE;
    if (!pga_severity_parse(value->scalar, &setting->severity, error)) {
        pga_yaml_field_place(at, value->line, value->column, error);
        return FALSE;
    }
    setting->has_severity = TRUE;
    return TRUE;
}

/* A size where the key says bytes, else a count or a fraction. */
static gboolean
read_threshold(const PgaYamlNode *value, const char *key, PgaRuleSetting *setting,
               const PgaYamlPath *at, GError **error)
{
    gboolean done;
    double number = 0;

    if (!pga_yaml_field_expect(value, PGA_YAML_SCALAR, at, error))
        return FALSE;
    if (strstr(key, "bytes")) {
        gint64 bytes = 0;

        done = pga_bytes_parse(value->scalar, PGA_BYTES_STORAGE, &bytes, error);
        number = (double)bytes;
    } else {
        done = pga_count_parse(value->scalar, &number, error);
    }
    if (done)
        pga_rule_setting_set_threshold(setting, key, number);
    else
        pga_yaml_field_place(at, value->line, value->column, error);
    return done;
}

static void
unknown_rule_key(const PgaConfigurationTerm *term, const PgaYamlNode *mapping, guint i,
                 const PgaYamlPath *at, GError **error)
{
    const char *known[PGA_CONFIGURATION_MAX_KEYS + 2] = {NULL};
    guint n = 0;

    for (; n < PGA_CONFIGURATION_MAX_KEYS && term->keys[n]; n++)
        known[n] = term->keys[n];
    known[n] = "severity";
    pga_yaml_field_unknown(mapping, i, "key", known, at, error);
}

static gboolean
read_rule_keys(const PgaConfigurationTerm *term, const PgaYamlNode *mapping,
               PgaRuleSetting *setting, const PgaYamlPath *at, GError **error)
{
    gboolean done = TRUE;

    for (guint i = 0; done && i < mapping->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(mapping->keys, i)};
        const PgaYamlNode *value = g_ptr_array_index(mapping->values, i);

        if (!strcmp(path.key, "severity")) {
            done = read_severity(value, setting, &path, error);
        } else if (is_threshold(term, path.key)) {
            done = read_threshold(value, path.key, setting, &path, error);
        } else {
            unknown_rule_key(term, mapping, i, at, error);
            done = FALSE;
        }
    }
    return done;
}

static gboolean
read_rule(const Reader *reader, const PgaConfigurationTerm *term, const PgaYamlNode *value,
          const PgaYamlPath *at, GError **error)
{
    static const char *const off[] = {"off", "false", "no", NULL};
    static const char *const on[] = {"on", "true", "yes", NULL};
    PgaRuleSetting *setting = pga_configuration_set_rule(reader->configuration, term->rule);

    if (value->kind == PGA_YAML_MAPPING)
        return read_rule_keys(term, value, setting, at, error);
    if (value->kind == PGA_YAML_SCALAR && (is_plain(value, off) || is_plain(value, on))) {
        setting->off = is_plain(value, off);
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "a rule is on, off, or has keys of its own");
    pga_yaml_field_place(at, value->line, value->column, error);
    return FALSE;
}

static void
unknown_rule(const Reader *reader, const PgaYamlNode *mapping, guint i, const PgaYamlPath *at,
             GError **error)
{
    g_autofree const char **known = g_new0(const char *, reader->n_terms + 1);

    for (guint j = 0; j < reader->n_terms; j++)
        known[j] = reader->terms[j].rule;
    pga_yaml_field_unknown(mapping, i, "rule", known, at, error);
}

static gboolean
read_rules(const Reader *reader, const PgaYamlNode *mapping, const PgaYamlPath *at, GError **error)
{
    if (!pga_yaml_field_expect(mapping, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < mapping->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(mapping->keys, i)};
        const PgaConfigurationTerm *term = find_term(reader, path.key);

        if (!term) {
            unknown_rule(reader, mapping, i, at, error);
            return FALSE;
        }
        if (!read_rule(reader, term, g_ptr_array_index(mapping->values, i), &path, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_fingerprint(const char *text)
{
    gsize n = 0;

    while (g_ascii_isxdigit(text[n]))
        n++;
    return n == FINGERPRINT_LENGTH && text[n] == '\0';
}

static gboolean
check_acceptance(const PgaYamlNode *entry, const PgaYamlPath *at, GError **error)
{
    static const char *const known[] = {"fingerprint", "reason", NULL};

    if (!pga_yaml_field_expect(entry, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < entry->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(entry->keys, i)};

        if (!g_strv_contains(known, path.key)) {
            pga_yaml_field_unknown(entry, i, "key", known, at, error);
            return FALSE;
        }
        if (!pga_yaml_field_expect(g_ptr_array_index(entry->values, i), PGA_YAML_SCALAR, &path,
                                   error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_acceptance(const Reader *reader, const PgaYamlNode *entry, const PgaYamlPath *at,
                GError **error)
{
    const PgaYamlNode *fingerprint, *reason;

    if (!check_acceptance(entry, at, error))
        return FALSE;
    fingerprint = pga_yaml_get(entry, "fingerprint");
    reason = pga_yaml_get(entry, "reason");
    if (!fingerprint || !is_fingerprint(fingerprint->scalar)) {
        pga_error_set(error, PGA_ERROR_INPUT, "an accepted finding needs its fingerprint");
        pga_error_hint(error, "It is the finding's \"fingerprint\" in the JSON output, 16 digits "
                              "and letters from a to f.");
    } else if (!reason || *reason->scalar == '\0') {
        pga_error_set(error, PGA_ERROR_INPUT, "an accepted finding needs a reason");
    } else {
        g_hash_table_replace(reader->configuration->accepted,
                             g_ascii_strdown(fingerprint->scalar, -1), g_strdup(reason->scalar));
        return TRUE;
    }
    pga_yaml_field_place(at, entry->line, entry->column, error);
    return FALSE;
}

static gboolean
read_accept(const Reader *reader, const PgaYamlNode *list, const PgaYamlPath *at, GError **error)
{
    if (!pga_yaml_field_expect(list, PGA_YAML_SEQUENCE, at, error))
        return FALSE;
    for (guint i = 0; i < list->values->len; i++)
        if (!read_acceptance(reader, g_ptr_array_index(list->values, i), at, error))
            return FALSE;
    return TRUE;
}

static gboolean
read_ignore_schemas(const Reader *reader, const PgaYamlNode *list, const PgaYamlPath *at,
                    GError **error)
{
    if (!pga_yaml_field_expect(list, PGA_YAML_SEQUENCE, at, error))
        return FALSE;
    for (guint i = 0; i < list->values->len; i++) {
        const PgaYamlNode *schema = g_ptr_array_index(list->values, i);

        if (!pga_yaml_field_expect(schema, PGA_YAML_SCALAR, at, error))
            return FALSE;
        g_ptr_array_add(reader->configuration->ignored_schemas, g_strdup(schema->scalar));
    }
    return TRUE;
}

static gboolean
read_sections(const Reader *reader, const PgaYamlNode *root, const PgaYamlPath *at, GError **error)
{
    static const char *const names[] = {"rules", "accept", "ignore_schemas", NULL};
    static gboolean (*const readers[])(const Reader *, const PgaYamlNode *, const PgaYamlPath *,
                                       GError **) = {read_rules, read_accept, read_ignore_schemas};

    if (!pga_yaml_field_expect(root, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < root->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(root->keys, i)};
        const PgaYamlNode *value = g_ptr_array_index(root->values, i);
        guint section = 0;

        while (names[section] && strcmp(names[section], path.key) != 0)
            section++;
        if (!names[section]) {
            pga_yaml_field_unknown(root, i, "key", names, at, error);
            return FALSE;
        }
        if (!pga_yaml_field_is_empty(value) && !readers[section](reader, value, &path, error))
            return FALSE;
    }
    return TRUE;
}

PgaConfiguration *
pga_configuration_read(const char *path, const PgaConfigurationTerm *terms, guint n_terms,
                       GError **error)
{
    const PgaYamlPath at = {NULL, path};
    g_autoptr(PgaYamlNode) root = pga_yaml_field_read(path, error);
    g_autoptr(PgaConfiguration) configuration = NULL;
    Reader reader = {.terms = terms, .n_terms = n_terms};

    if (!root)
        return NULL;
    configuration = pga_configuration_new();
    reader.configuration = configuration;
    if (!read_sections(&reader, root, &at, error))
        return NULL;
    return g_steal_pointer(&configuration);
}
