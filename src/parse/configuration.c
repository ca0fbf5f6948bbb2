/* The configuration file, checked key by key: what is misspelt must not be silently without effect.
 */
#include "parse/configuration.h"
#include "configuration_internal.h"
#include <base/error.h>
#include <base/units.h>
#include <string.h>

const PgaConfigurationTerm *
pga_configuration_term(const PgaConfigurationReader *reader, const char *rule)
{
    for (guint i = 0; i < reader->n_terms; i++)
        if (!strcmp(reader->terms[i].rule, rule))
            return &reader->terms[i];
    return NULL;
}

/* The place of the threshold @key, PGA_CONFIGURATION_MAX_KEYS when there is none. */
static guint
find_threshold(const PgaConfigurationTerm *term, const char *key)
{
    for (guint i = 0; i < PGA_CONFIGURATION_MAX_KEYS && term->keys[i]; i++)
        if (!strcmp(term->keys[i], key))
            return i;
    return PGA_CONFIGURATION_MAX_KEYS;
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

/* "0.9" or "90 %", @whole being 1 or 100. A share of more than all there is would never be reached,
 * or always: the rule would be off without a word. */
static gboolean
parse_share(const char *text, double whole, const char *key, double *share, GError **error)
{
    g_autofree char *number = g_strchomp(g_strdup(text));
    const gsize length = strlen(number);
    const gboolean percent = length > 1 && number[length - 1] == '%';

    if (percent) {
        number[length - 1] = '\0';
        g_strchomp(number);
    }
    if (!pga_count_parse(number, share, error))
        return FALSE;
    if (percent)
        *share *= whole / 100;
    if (*share <= whole || g_str_has_suffix(key, "_per_day"))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "share \"%s\" is more than the whole", text);
    pga_error_hint(error, "Nine tenths are %g, or 90 %%.", 0.9 * whole);
    return FALSE;
}

/* A size where the threshold's unit is bytes, a share, else a count or a fraction. */
static gboolean
parse_threshold(const char *text, const char *unit, const char *key, double *number, GError **error)
{
    gint64 bytes = 0;

    if (g_strcmp0(unit, "share") == 0)
        return parse_share(text, 1, key, number, error);
    if (g_strcmp0(unit, "%") == 0)
        return parse_share(text, 100, key, number, error);
    if (g_strcmp0(unit, "bytes") != 0)
        return pga_count_parse(text, number, error);
    if (!pga_bytes_parse(text, PGA_BYTES_STORAGE, &bytes, error))
        return FALSE;
    *number = (double)bytes;
    return TRUE;
}

static gboolean
read_threshold(const PgaYamlNode *value, const char *unit, PgaRuleSetting *setting,
               const PgaYamlPath *at, GError **error)
{
    double number = 0;

    if (!pga_yaml_field_expect(value, PGA_YAML_SCALAR, at, error))
        return FALSE;
    if (!parse_threshold(value->scalar, unit, at->key, &number, error)) {
        pga_yaml_field_place(at, value->line, value->column, error);
        return FALSE;
    }
    pga_rule_setting_set_threshold(setting, at->key, number);
    return TRUE;
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

static void
remember_line(PgaRuleSetting *setting, const char *key, const PgaYamlNode *mapping, guint i)
{
    g_hash_table_replace(setting->lines, g_strdup(key), g_ptr_array_index(mapping->key_at, i));
}

static gboolean
read_rule_keys(const PgaConfigurationTerm *term, const PgaYamlNode *mapping,
               PgaRuleSetting *setting, const PgaYamlPath *at, GError **error)
{
    gboolean done = TRUE;

    for (guint i = 0; done && i < mapping->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(mapping->keys, i)};
        const PgaYamlNode *value = g_ptr_array_index(mapping->values, i);
        const guint place = find_threshold(term, path.key);

        remember_line(setting, path.key, mapping, i);
        if (!strcmp(path.key, "severity")) {
            done = read_severity(value, setting, &path, error);
        } else if (place < PGA_CONFIGURATION_MAX_KEYS) {
            done = read_threshold(value, term->units[place], setting, &path, error);
        } else {
            unknown_rule_key(term, mapping, i, at, error);
            done = FALSE;
        }
    }
    return done;
}

static gboolean
read_rule(const PgaConfigurationTerm *term, const PgaYamlNode *value, PgaRuleSetting *setting,
          const PgaYamlPath *at, GError **error)
{
    static const char *const off[] = {"off", "false", "no", NULL};
    static const char *const on[] = {"on", "true", "yes", NULL};

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
unknown_rule(const PgaConfigurationReader *reader, const PgaYamlNode *mapping, guint i,
             const PgaYamlPath *at, GError **error)
{
    g_autofree const char **known = g_new0(const char *, reader->n_terms + 1);

    for (guint j = 0; j < reader->n_terms; j++)
        known[j] = reader->terms[j].rule;
    pga_yaml_field_unknown(mapping, i, "rule", known, at, error);
}

static gboolean
read_rules(const PgaConfigurationReader *reader, const PgaYamlNode *mapping, const PgaYamlPath *at,
           GError **error)
{
    if (!pga_yaml_field_expect(mapping, PGA_YAML_MAPPING, at, error))
        return FALSE;
    for (guint i = 0; i < mapping->keys->len; i++) {
        const PgaYamlPath path = {at, g_ptr_array_index(mapping->keys, i)};
        const PgaConfigurationTerm *term = pga_configuration_term(reader, path.key);
        PgaRuleSetting *setting;

        if (!term) {
            unknown_rule(reader, mapping, i, at, error);
            return FALSE;
        }
        setting = pga_configuration_set_rule(reader->configuration, term->rule);
        remember_line(setting, "off", mapping, i);
        if (!read_rule(term, g_ptr_array_index(mapping->values, i), setting, &path, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_ignore_schemas(const PgaConfigurationReader *reader, const PgaYamlNode *list,
                    const PgaYamlPath *at, GError **error)
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
read_sections(const PgaConfigurationReader *reader, const PgaYamlNode *root, const PgaYamlPath *at,
              GError **error)
{
    static const char *const names[] = {"rules",          "accept", "ignore",
                                        "ignore_schemas", "lint",   NULL};
    static gboolean (*const readers[])(const PgaConfigurationReader *, const PgaYamlNode *,
                                       const PgaYamlPath *, GError **) = {
        read_rules, pga_configuration_read_accept, pga_configuration_read_ignore,
        read_ignore_schemas, pga_configuration_read_lint};

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
    PgaConfigurationReader reader = {.terms = terms, .n_terms = n_terms};

    if (!root)
        return NULL;
    configuration = pga_configuration_new();
    configuration->path = g_strdup(path);
    reader.configuration = configuration;
    if (!read_sections(&reader, root, &at, error))
        return NULL;
    return g_steal_pointer(&configuration);
}
