/* The configuration's lists of accepted findings and ignored rules and objects. */
#include "configuration_internal.h"
#include <base/error.h>
#include <base/text.h>
#include <stdio.h>

enum { FINGERPRINT_LENGTH = 16 };

static gboolean
is_fingerprint(const char *text)
{
    gsize n = 0;

    while (g_ascii_isxdigit(text[n]))
        n++;
    return n == FINGERPRINT_LENGTH && text[n] == '\0';
}

/* Keys that are known, each with a single value. */
static gboolean
check_entry(const PgaYamlNode *entry, const char *const *known, const PgaYamlPath *at,
            GError **error)
{
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

/* (transfer full) (nullable): NULL where there is none, or nothing behind it. */
static char *
text_of(const PgaYamlNode *entry, const char *key)
{
    const PgaYamlNode *value = pga_yaml_get(entry, key);

    return value && *value->scalar ? g_strdup(value->scalar) : NULL;
}

/* (transfer full) (nullable): the beginning of the day after "2027-01-31", UTC. */
static GDateTime *
day_after(const char *text)
{
    int year = 0, month = 0, day = 0, length = 0;
    g_autoptr(GDateTime) first = NULL;

    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &length) != 3 || /* NOLINT(cert-err34-c):
                                                                    the date is checked below */
        length != (int)sizeof "2027-01-31" - 1 || text[length] != '\0')
        return NULL;
    first = g_date_time_new_utc(year, month, day, 0, 0, 0);
    return first ? g_date_time_add_days(first, 1) : NULL;
}

static gboolean
read_expiry(const PgaYamlNode *entry, PgaException *exception, const PgaYamlPath *at,
            GError **error)
{
    const PgaYamlPath path = {at, "expires"};
    const PgaYamlNode *value = pga_yaml_get(entry, "expires");
    g_autoptr(GDateTime) end = NULL;

    if (!value)
        return TRUE;
    end = day_after(value->scalar);
    if (!end) {
        pga_error_set(error, PGA_ERROR_INPUT, "date \"%s\" is not understood", value->scalar);
        pga_yaml_field_place(&path, value->line, value->column, error);
        pga_error_hint(error, "Write the last day on which it counts as year-month-day, as in "
                              "2027-01-31.");
        return FALSE;
    }
    exception->expires = g_strdup(value->scalar);
    exception->expires_at = g_date_time_to_unix(end);
    return TRUE;
}

static gboolean
refuse(const PgaYamlNode *entry, const PgaYamlPath *at, const char *message, const char *hint,
       GError **error)
{
    pga_error_set(error, PGA_ERROR_INPUT, "%s", message);
    pga_yaml_field_place(at, entry->line, entry->column, error);
    if (hint)
        pga_error_hint(error, "%s", hint);
    return FALSE;
}

static gboolean
read_acceptance(const PgaConfigurationReader *reader, const PgaYamlNode *entry,
                const PgaYamlPath *at, GError **error)
{
    static const char *const known[] = {"fingerprint", "reason", "expires", NULL};
    g_autoptr(PgaException) exception = pga_exception_new();
    g_autofree char *fingerprint = NULL;

    if (!check_entry(entry, known, at, error) || !read_expiry(entry, exception, at, error))
        return FALSE;
    fingerprint = text_of(entry, "fingerprint");
    exception->reason = text_of(entry, "reason");
    exception->line = entry->line;
    if (!fingerprint || !is_fingerprint(fingerprint))
        return refuse(entry, at, "an accepted finding needs its fingerprint",
                      "It is the finding's \"fingerprint\" in the JSON output, 16 digits "
                      "and letters from a to f.",
                      error);
    if (!exception->reason)
        return refuse(entry, at, "an accepted finding needs a reason", NULL, error);
    exception->fingerprint = g_ascii_strdown(fingerprint, -1);
    pga_configuration_accept(reader->configuration, g_steal_pointer(&exception));
    return TRUE;
}

static gboolean
check_rule(const PgaConfigurationReader *reader, const PgaYamlNode *entry, const PgaYamlPath *at,
           GError **error)
{
    const PgaYamlPath path = {at, "rule"};
    const PgaYamlNode *value = pga_yaml_get(entry, "rule");
    g_autofree const char **known = NULL;
    const char *nearest;

    if (!value || pga_configuration_term(reader, value->scalar))
        return TRUE;
    known = g_new0(const char *, reader->n_terms + 1);
    for (guint i = 0; i < reader->n_terms; i++)
        known[i] = reader->terms[i].rule;
    nearest = pga_text_closest(value->scalar, known);
    pga_error_set(error, PGA_ERROR_INPUT, "rule \"%s\" is not known", value->scalar);
    pga_yaml_field_place(&path, value->line, value->column, error);
    if (nearest)
        pga_error_hint(error, "Did you mean \"%s\"?", nearest);
    else
        pga_error_hint(error, "\"pgarchitect rules\" lists them.");
    return FALSE;
}

static gboolean
read_ignored(const PgaConfigurationReader *reader, const PgaYamlNode *entry, const PgaYamlPath *at,
             GError **error)
{
    static const char *const known[] = {"rule", "object", "reason", "expires", NULL};
    g_autoptr(PgaException) exception = pga_exception_new();

    if (!check_entry(entry, known, at, error) || !check_rule(reader, entry, at, error) ||
        !read_expiry(entry, exception, at, error))
        return FALSE;
    exception->rule = text_of(entry, "rule");
    exception->object = text_of(entry, "object");
    exception->reason = text_of(entry, "reason");
    exception->line = entry->line;
    if (!exception->rule && !exception->object)
        return refuse(entry, at, "what is ignored needs a rule, an object, or both",
                      "An object may hold * and ?, as in public.legacy_*.", error);
    if (!exception->reason)
        return refuse(entry, at, "what is ignored needs a reason", NULL, error);
    pga_configuration_ignore(reader->configuration, g_steal_pointer(&exception));
    return TRUE;
}

gboolean
pga_configuration_read_accept(const PgaConfigurationReader *reader, const PgaYamlNode *list,
                              const PgaYamlPath *at, GError **error)
{
    if (!pga_yaml_field_expect(list, PGA_YAML_SEQUENCE, at, error))
        return FALSE;
    for (guint i = 0; i < list->values->len; i++)
        if (!read_acceptance(reader, g_ptr_array_index(list->values, i), at, error))
            return FALSE;
    return TRUE;
}

gboolean
pga_configuration_read_ignore(const PgaConfigurationReader *reader, const PgaYamlNode *list,
                              const PgaYamlPath *at, GError **error)
{
    if (!pga_yaml_field_expect(list, PGA_YAML_SEQUENCE, at, error))
        return FALSE;
    for (guint i = 0; i < list->values->len; i++)
        if (!read_ignored(reader, g_ptr_array_index(list->values, i), at, error))
            return FALSE;
    return TRUE;
}
