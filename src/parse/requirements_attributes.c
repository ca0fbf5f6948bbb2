/* Attributes: a word that says the meaning, or keys. */
#include "requirements_internal.h"

#include "parse/requirements.h"

#include <base/error.h>
#include <base/text.h>
#include <math.h>
#include <string.h>

const PgaSpecWord pga_spec_delete_actions[] = {
    {"restrict", PGA_DELETE_RESTRICT},       {"no-action", PGA_DELETE_NO_ACTION},
    {"cascade", PGA_DELETE_CASCADE},         {"set-null", PGA_DELETE_SET_NULL},
    {"set-default", PGA_DELETE_SET_DEFAULT}, {NULL, 0},
};

static gboolean
read_type(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return pga_spec_expect(value, PGA_YAML_SCALAR, error) &&
           pga_spec_meaning(value, value->node->scalar, out, error);
}

static gboolean
read_identity(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    gboolean flag = FALSE;

    (void)with;
    if (!pga_spec_flag(value, &flag, NULL, error))
        return FALSE;
    if (flag)
        pga_spec_take_meaning(out, PGA_MEANING_IDENTITY);
    return TRUE;
}

static gboolean
read_references(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    PgaSpecAttribute *attribute = out;

    (void)with;
    pga_spec_take_meaning(attribute, PGA_MEANING_REFERENCE);
    return pga_spec_text(value, &attribute->references, NULL, error);
}

static gboolean
read_json(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const PgaSpecWord words[] = {{"stable", 0}, {"varying", 1}, {"true", 0}, {NULL, 0}};
    PgaSpecAttribute *attribute = out;
    gint64 varies = 0;

    (void)with;
    if (!pga_spec_word64(value, &varies, words, error))
        return FALSE;
    attribute->json_varies = varies == 1;
    pga_spec_take_meaning(attribute, PGA_MEANING_JSON);
    return TRUE;
}

static gboolean
read_separator(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    PgaSpecAttribute *attribute = out;

    (void)with;
    if (!pga_spec_text(value, &attribute->separator, NULL, error))
        return FALSE;
    if (!*attribute->separator)
        return pga_spec_fail(value, "Allowed: a text between values, as in \",\".", error,
                             "separates nothing");
    if (attribute->many < 0)
        attribute->many = 1;
    return TRUE;
}

static gboolean
is_text(PgaMeaning meaning)
{
    static const PgaMeaning texts[] = {
        PGA_MEANING_NONE,    PGA_MEANING_EMAIL, PGA_MEANING_PHONE,      PGA_MEANING_URL,
        PGA_MEANING_COUNTRY, PGA_MEANING_SLUG,  PGA_MEANING_TEXT_SHORT, PGA_MEANING_TEXT_LONG};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i] == meaning)
            return TRUE;
    return FALSE;
}

/* One of its values, a literal, or an SQL expression without columns. */
static gboolean
read_default(const PgaSpecValue *value, PgaSpecAttribute *attribute, GError **error)
{
    g_autoptr(GPtrArray) columns = NULL;
    g_autoptr(GError) refused = NULL;
    const char *text = value->node->scalar;

    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (attribute->meaning == PGA_MEANING_ONE_OF) {
        attribute->default_ = pga_quote_literal(text);
        for (guint i = 0; i < attribute->values->len; i++)
            if (!strcmp(((PgaSpecShare *)g_ptr_array_index(attribute->values, i))->value, text))
                return TRUE;
        return pga_spec_fail(value, "Allowed: one of its values.", error, "is not one of them");
    }
    if (pga_expression_check(text, &columns, &refused) && columns->len == 0) {
        attribute->default_ = g_strdup(text);
        return TRUE;
    }
    if (is_text(attribute->meaning)) {
        attribute->default_ = pga_quote_literal(text);
        return TRUE;
    }
    return pga_spec_fail(value, "Allowed: a literal or an SQL expression without columns.", error,
                         "is no default: %s", refused ? refused->message : "it names a column");
}

static PgaSpecShare *
find_share(const PgaSpecAttribute *attribute, const char *text)
{
    for (guint i = 0; i < attribute->values->len; i++) {
        PgaSpecShare *share = g_ptr_array_index(attribute->values, i);

        if (!strcmp(share->value, text))
            return share;
    }
    return NULL;
}

static gboolean
add_value(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    PgaSpecAttribute *attribute = out;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (find_share(attribute, value->node->scalar))
        return pga_spec_fail(value, NULL, error, "is there twice");
    pga_spec_add_share(attribute->values, value->node->scalar, -1);
    return TRUE;
}

static gboolean
unknown_value(const PgaSpecValue *value, guint i, const PgaSpecAttribute *attribute, GError **error)
{
    const char *text = g_ptr_array_index(value->node->keys, i);
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (guint j = 0; j < attribute->values->len; j++)
        g_ptr_array_add(known, ((PgaSpecShare *)g_ptr_array_index(attribute->values, j))->value);
    pga_spec_fail_at(value, pga_spec_key_place(value->node, i), "Allowed: the values of one_of.",
                     error, "\"%.60s\" is none of the values", text);
    pga_spec_hint_closest_of(error, text, known);
    return FALSE;
}

/* {active: 97%, deleted: 2%}; @closed: only of the values there. */
static gboolean
read_shares(const PgaSpecValue *value, PgaSpecAttribute *attribute, gboolean closed, GError **error)
{
    double sum = 0;

    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    for (guint i = 0; i < value->node->keys->len; i++) {
        const PgaYamlPath at = {value->at, g_ptr_array_index(value->node->keys, i)};
        const PgaSpecValue member = {value->requirements, g_ptr_array_index(value->node->values, i),
                                     &at};
        PgaSpecShare *share = find_share(attribute, at.key);

        if (!share && closed)
            return unknown_value(value, i, attribute, error);
        if (!share)
            share = pga_spec_add_share(attribute->values, at.key, -1);
        if (pga_spec_is_nothing(member.node))
            continue;
        if (!pga_spec_share_of_one(&member, &share->share, NULL, error))
            return FALSE;
        sum += share->share;
    }
    if (sum > 1 + 1e-9)
        return pga_spec_fail(value, "Allowed: shares that add up to 100% at most.", error,
                             "adds up to %.6g%%", 100 * sum);
    return TRUE;
}

#define OF(field) G_STRUCT_OFFSET(PgaSpecAttribute, field)

static const PgaSpecField fields[] = {
    {"name", pga_spec_later, 0, NULL, 0},
    {"type", pga_spec_later, 0, NULL, 0},
    {"identity", read_identity, 0, NULL, 0},
    {"references", read_references, 0, NULL, 0},
    {"on_delete", pga_spec_word, OF(on_delete), pga_spec_delete_actions, 0},
    {"one_of", pga_spec_later, 0, NULL, 0},
    {"distribution", pga_spec_later, 0, NULL, 0},
    {"unique", pga_spec_flag, OF(unique), NULL, 0},
    {"personal", pga_spec_flag, OF(personal), NULL, 0},
    {"nullable", pga_spec_flag, OF(nullable), NULL, 0},
    {"optional", pga_spec_flag, OF(nullable), NULL, 0},
    {"required", pga_spec_no_flag, OF(nullable), NULL, 0},
    {"json", read_json, 0, NULL, 0},
    {"keys", pga_spec_names, OF(json_keys), NULL, 0},
    {"min", pga_spec_signed, OF(min), NULL, 0},
    {"max", pga_spec_signed, OF(max), NULL, 0},
    {"length", pga_spec_integer, OF(length), GUINT_TO_POINTER(10485760), 0},
    {"max_length", pga_spec_integer, OF(length), GUINT_TO_POINTER(10485760), 0},
    {"average_length", pga_spec_rows, OF(average_length), GUINT_TO_POINTER(PGA_SPEC_POSITIVE), 0},
    {"distinct", pga_spec_rows, OF(distinct), GUINT_TO_POINTER(PGA_SPEC_POSITIVE), 0},
    {"null_share", pga_spec_share_of_one, OF(null_share), NULL, 0},
    {"many", pga_spec_three, OF(many), NULL, 0},
    {"separator", read_separator, 0, NULL, 0},
    {"elsewhere", pga_spec_flag, OF(elsewhere), NULL, 0},
    {"default", pga_spec_later, 0, NULL, 0},
    {"comment", pga_spec_text, OF(comment), NULL, 0},
    {"description", pga_spec_text, OF(comment), NULL, 0},
    {NULL, NULL, 0, NULL, 0},
};

static gboolean
read_one_of(const PgaSpecValue *value, gpointer out, GError **error)
{
    PgaSpecAttribute *attribute = out;

    pga_spec_take_meaning(attribute, PGA_MEANING_ONE_OF);
    if (value->node->kind == PGA_YAML_MAPPING)
        return read_shares(value, attribute, FALSE, error);
    if (!pga_spec_each(value, add_value, attribute, error))
        return FALSE;
    return attribute->values->len > 0 ||
           pga_spec_fail_at(value, (PgaSpecPlace){0}, "Allowed: a list of values.", error,
                            "no value is there");
}

static gboolean
read_distribution(const PgaSpecValue *value, gpointer out, GError **error)
{
    PgaSpecAttribute *attribute = out;

    return read_shares(value, attribute, attribute->values->len > 0, error);
}

static gboolean
read_default_of(const PgaSpecValue *value, gpointer out, GError **error)
{
    return read_default(value, out, error);
}

static gboolean
read_type_of(const PgaSpecValue *value, gpointer out, GError **error)
{
    return read_type(value, out, NULL, error);
}

/* Reads one key of the mapping at its turn. */
static gboolean
read_at_turn(const PgaSpecValue *value, const char *key, PgaSpecAttribute *attribute,
             gboolean (*read)(const PgaSpecValue *, gpointer, GError **), GError **error)
{
    const PgaYamlNode *node = pga_yaml_get(value->node, key);
    const PgaYamlPath at = {value->at, key};
    const PgaSpecValue member = {value->requirements, node, &at};

    return !node || pga_spec_is_nothing(node) || read(&member, attribute, error);
}

static gboolean
check_range(const PgaSpecValue *value, const PgaSpecAttribute *attribute, GError **error)
{
    if (attribute->min > attribute->max)
        return pga_spec_fail_at(value, (PgaSpecPlace){0}, NULL, error,
                                "min %.17g is above max %.17g", attribute->min, attribute->max);
    return TRUE;
}

static gboolean
read_keys(const PgaSpecValue *value, PgaSpecAttribute *attribute, GError **error)
{
    return read_at_turn(value, "type", attribute, read_type_of, error) &&
           pga_spec_fields(value, fields, attribute, error) &&
           read_at_turn(value, "one_of", attribute, read_one_of, error) &&
           read_at_turn(value, "distribution", attribute, read_distribution, error) &&
           read_at_turn(value, "default", attribute, read_default_of, error) &&
           check_range(value, attribute, error);
}

static gboolean
read_attribute(const PgaSpecValue *value, GPtrArray *attributes, const char *name,
               PgaSpecPlace place, GError **error)
{
    PgaSpecAttribute *attribute = pga_spec_attribute(attributes, name);

    if (!pga_spec_check_name(value, name, place, error))
        return FALSE;
    if (attribute)
        return pga_spec_fail_at(value, place, NULL, error,
                                "attribute \"%s\" is there twice, first in line %u", name,
                                attribute->at.line);
    attribute = pga_spec_add_attribute(attributes, name);
    attribute->at = place;
    if (pga_spec_is_nothing(value->node))
        return TRUE;
    if (value->node->kind == PGA_YAML_SEQUENCE)
        return read_one_of(value, attribute, error);
    if (value->node->kind == PGA_YAML_SCALAR)
        return read_type(value, attribute, NULL, error) && check_range(value, attribute, error);
    return read_keys(value, attribute, error);
}

static gboolean
read_member(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const PgaYamlNode *name = pga_yaml_get(value->node, "name");
    PgaSpecAttribute *attribute;

    (void)with;
    if (name && name->kind == PGA_YAML_SCALAR)
        return read_attribute(value, out, name->scalar, pga_spec_place(name), error);
    if (value->node->kind != PGA_YAML_SCALAR)
        return pga_spec_fail_at(value, pga_spec_place(value->node),
                                "Allowed: {name: email, type: email, …}, or just a name.", error,
                                "name is missing");
    if (!pga_spec_check_name(value, value->node->scalar, pga_spec_place(value->node), error))
        return FALSE;
    if (pga_spec_attribute(out, value->node->scalar))
        return pga_spec_fail(value, NULL, error, "is there twice");
    attribute = pga_spec_add_attribute(out, value->node->scalar);
    attribute->at = pga_spec_place(value->node);
    return TRUE;
}

gboolean
pga_spec_attributes(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const PgaYamlNode *node = value->node;
    GPtrArray *attributes = *(GPtrArray **)out;
    gboolean good = TRUE;

    (void)with;
    if (node->kind == PGA_YAML_SEQUENCE)
        return pga_spec_each(value, read_member, attributes, error);
    if (!pga_spec_expect(value, PGA_YAML_MAPPING, error))
        return FALSE;
    for (guint i = 0; i < node->keys->len; i++) {
        const PgaYamlPath at = {value->at, g_ptr_array_index(node->keys, i)};
        const PgaSpecValue member = {value->requirements, g_ptr_array_index(node->values, i), &at};

        GError *refused = NULL;

        if (read_attribute(&member, attributes, at.key, pga_spec_key_place(node, i), &refused))
            continue;
        good = FALSE;
        pga_error_also(error, refused);
    }
    return good;
}
