/* Mappings by their tables, and complaints. */
#include "requirements_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

enum { MAX_SHOWN = 60 }; /* characters of a value in a message */

gboolean
pga_spec_is_nothing(const PgaYamlNode *node)
{
    return node->kind == PGA_YAML_SCALAR && !node->quoted &&
           (!*node->scalar || !strcmp(node->scalar, "~") ||
            !g_ascii_strcasecmp(node->scalar, "null"));
}

PgaSpecPlace
pga_spec_place(const PgaYamlNode *node)
{
    return (PgaSpecPlace){node->line, node->column};
}

PgaSpecPlace
pga_spec_key_place(const PgaYamlNode *mapping, guint i)
{
    return (PgaSpecPlace){GPOINTER_TO_UINT(g_ptr_array_index(mapping->key_at, i)),
                          GPOINTER_TO_UINT(g_ptr_array_index(mapping->key_columns, i))};
}

static const char *
shown(const char *text, char **owned)
{
    g_autofree char *printable = pga_text_printable(text);

    if (g_utf8_strlen(printable, -1) > MAX_SHOWN) {
        g_autofree char *start = g_utf8_substring(printable, 0, MAX_SHOWN);

        return *owned = g_strconcat(start, "…", NULL);
    }
    return *owned = g_steal_pointer(&printable);
}

char *
pga_spec_path(const PgaYamlPath *at)
{
    GString *path = g_string_new(NULL);

    for (; at->above; at = at->above) {
        g_autofree char *key = NULL;

        if (path->len > 0 && path->str[0] != '[')
            g_string_prepend_c(path, '.');
        g_string_prepend(path, shown(at->key, &key));
    }
    return g_string_free(path, FALSE);
}

static const char *
file_of(const PgaYamlPath *at)
{
    while (at->above)
        at = at->above;
    return at->key;
}

static void
say(const PgaSpecValue *value, PgaSpecPlace place, const char *allowed, GError **error,
    const char *message)
{
    if (!place.line)
        place = pga_spec_place(value->node);
    pga_error_set(error, PGA_ERROR_INPUT, "%s", message);
    pga_error_detail(error, "%s, line %u, column %u.%s%s", file_of(value->at), place.line,
                     place.column, allowed ? " " : "", allowed ? allowed : "");
}

gboolean
pga_spec_fail(const PgaSpecValue *value, const char *allowed, GError **error, const char *format,
              ...)
{
    g_autofree char *path = pga_spec_path(value->at), *owned = NULL, *what = NULL, *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (value->node->kind == PGA_YAML_SCALAR)
        message = g_strdup_printf("%s%s\"%s\" %s", path, *path ? " " : "",
                                  shown(value->node->scalar, &owned), what);
    else
        message = g_strdup_printf("%s %s", *path ? path : "the file", what);
    say(value, pga_spec_place(value->node), allowed, error, message);
    return FALSE;
}

gboolean
pga_spec_fail_at(const PgaSpecValue *value, PgaSpecPlace place, const char *allowed, GError **error,
                 const char *format, ...)
{
    g_autofree char *path = pga_spec_path(value->at), *what = NULL, *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    message = g_strdup_printf("%s%s%s", path, *path ? ": " : "", what);
    say(value, place, allowed, error, message);
    return FALSE;
}

void
pga_spec_hint_closest(GError **error, const char *word, const char *const *known)
{
    const char *closest = pga_text_closest(word, known);

    if (closest)
        pga_error_hint(error, "Did you mean \"%s\"?", closest);
}

void
pga_spec_hint_closest_of(GError **error, const char *word, const GPtrArray *known)
{
    g_autofree const char **words = g_new0(const char *, known->len + 1);

    for (guint i = 0; i < known->len; i++)
        words[i] = g_ptr_array_index(known, i);
    pga_spec_hint_closest(error, word, words);
}

gboolean
pga_spec_expect(const PgaSpecValue *value, PgaYamlKind kind, GError **error)
{
    static const char *const kinds[] = {"a single value", "a list", "keys with values"};
    g_autofree char *allowed = NULL;

    if (value->node->kind == kind)
        return TRUE;
    allowed = g_strdup_printf("Allowed: %s.", kinds[kind]);
    return pga_spec_fail_at(value, (PgaSpecPlace){0}, allowed, error, "%s expected, not %s",
                            kinds[kind], kinds[value->node->kind]);
}

static const PgaSpecField *
find_field(const PgaSpecField *fields, const char *key)
{
    for (; fields->key; fields++)
        if (!strcmp(fields->key, key))
            return fields;
    return NULL;
}

/* An unquoted "integer(1,1000)" in braces is cut at its comma. */
static gboolean
is_cut_off(const PgaYamlNode *mapping, guint i)
{
    const PgaYamlNode *before = i > 0 ? g_ptr_array_index(mapping->values, i - 1) : NULL;

    return before && before->kind == PGA_YAML_SCALAR && !before->quoted &&
           strchr(before->scalar, '(') && !strchr(before->scalar, ')') &&
           strchr(g_ptr_array_index(mapping->keys, i), ')');
}

static gboolean
unknown_key(const PgaSpecValue *value, const PgaSpecField *fields, guint i, GError **error)
{
    const char *key = g_ptr_array_index(value->node->keys, i);
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    g_autofree char *all = NULL, *allowed = NULL, *owned = NULL;

    for (; fields->key; fields++)
        g_ptr_array_add(known, (gpointer)fields->key);
    g_ptr_array_add(known, NULL);
    all = g_strjoinv(", ", (char **)known->pdata);
    allowed = g_strdup_printf("Allowed: %s.", all);
    pga_spec_fail_at(value, pga_spec_key_place(value->node, i), allowed, error,
                     "key \"%s\" is not known", shown(key, &owned));
    if (is_cut_off(value->node, i))
        pga_error_hint(error, "In braces, a value with a comma must stand in quotes.");
    else
        pga_spec_hint_closest(error, key, (const char *const *)known->pdata);
    return FALSE;
}

/* Whether another spelling of the same was read already. */
static gboolean
check_said_once(const PgaSpecValue *value, const PgaSpecField *fields, const PgaSpecField *field,
                guint i, GError **error)
{
    const PgaYamlNode *mapping = value->node;

    for (guint j = 0; j < i; j++) {
        const char *key = g_ptr_array_index(mapping->keys, j);
        const PgaSpecField *other = find_field(fields, key);

        if (other && other != field && other->read == field->read && other->with == field->with &&
            other->offset == field->offset && field->read != pga_spec_later &&
            !pga_spec_is_nothing(g_ptr_array_index(mapping->values, j)))
            return pga_spec_fail_at(value, pga_spec_key_place(mapping, i), NULL, error,
                                    "\"%s\" says again what \"%s\" says", field->key, key);
    }
    return TRUE;
}

/* Key @i of the mapping. */
static gboolean
read_field(const PgaSpecValue *value, const PgaSpecField *fields, guint i, gpointer into,
           GError **error)
{
    const PgaYamlNode *mapping = value->node;
    const PgaYamlPath at = {value->at, g_ptr_array_index(mapping->keys, i)};
    const PgaSpecValue member = {value->requirements, g_ptr_array_index(mapping->values, i), &at};
    const PgaSpecField *field = find_field(fields, at.key);

    if (!field)
        return unknown_key(value, fields, i, error);
    if (pga_spec_is_nothing(member.node))
        return TRUE;
    if (field->place)
        *(PgaSpecPlace *)((char *)into + field->place) = pga_spec_place(member.node);
    return check_said_once(value, fields, field, i, error) &&
           field->read(&member, (char *)into + field->offset, field->with, error);
}

gboolean
pga_spec_fields(const PgaSpecValue *value, const PgaSpecField *fields, gpointer into,
                GError **error)
{
    const PgaYamlNode *mapping = value->node;

    gboolean good = TRUE;

    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    for (guint i = 0; i < mapping->keys->len; i++) {
        GError *refused = NULL;

        if (read_field(value, fields, i, into, &refused))
            continue;
        good = FALSE;
        pga_error_also(error, refused);
    }
    return good;
}

gboolean
pga_spec_each(const PgaSpecValue *value, PgaSpecRead read, gpointer out, GError **error)
{
    const PgaYamlNode *node = value->node;
    gboolean good = TRUE;

    if (node->kind != PGA_YAML_SEQUENCE)
        return read(value, out, NULL, error);
    for (guint i = 0; i < node->values->len; i++) {
        g_autofree char *key = g_strdup_printf("[%u]", i + 1);
        const PgaYamlPath at = {value->at, key};
        const PgaSpecValue member = {value->requirements, g_ptr_array_index(node->values, i), &at};

        GError *refused = NULL;

        if (read(&member, out, NULL, &refused))
            continue;
        good = FALSE;
        pga_error_also(error, refused);
    }
    return good;
}

gboolean
pga_spec_later(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)value;
    (void)out;
    (void)with;
    (void)error;
    return TRUE;
}
