/* What a word says of an attribute: "email", "integer(1,1000)", "list of phone", "varchar(20)". */
#include "requirements_internal.h"

#include "parse/node.h"

#include <base/error.h>
#include <base/text.h>
#include <math.h>
#include <string.h>

typedef enum { TAKES_NOTHING, TAKES_LENGTH, TAKES_RANGE, TAKES_DIGITS, TAKES_WORD } Takes;

static const struct {
    const char *word;
    PgaMeaning meaning;
    Takes takes;
} words[] = {
    {"identity", PGA_MEANING_IDENTITY, TAKES_NOTHING},
    {"serial", PGA_MEANING_IDENTITY, TAKES_NOTHING},
    {"email", PGA_MEANING_EMAIL, TAKES_LENGTH},
    {"phone", PGA_MEANING_PHONE, TAKES_LENGTH},
    {"url", PGA_MEANING_URL, TAKES_LENGTH},
    {"uuid", PGA_MEANING_UUID, TAKES_NOTHING},
    {"money", PGA_MEANING_MONEY, TAKES_DIGITS},
    {"percent", PGA_MEANING_PERCENT, TAKES_NOTHING},
    {"flag", PGA_MEANING_FLAG, TAKES_NOTHING},
    {"bool", PGA_MEANING_FLAG, TAKES_NOTHING},
    {"boolean", PGA_MEANING_FLAG, TAKES_NOTHING},
    {"json", PGA_MEANING_JSON, TAKES_WORD},
    {"tags", PGA_MEANING_TAGS, TAKES_NOTHING},
    {"text-short", PGA_MEANING_TEXT_SHORT, TAKES_LENGTH},
    {"string", PGA_MEANING_TEXT_SHORT, TAKES_LENGTH},
    {"text-long", PGA_MEANING_TEXT_LONG, TAKES_LENGTH},
    {"date", PGA_MEANING_DATE, TAKES_NOTHING},
    {"time", PGA_MEANING_TIME, TAKES_NOTHING},
    {"timestamp", PGA_MEANING_TIMESTAMP, TAKES_NOTHING},
    {"datetime", PGA_MEANING_TIMESTAMP, TAKES_NOTHING},
    {"period", PGA_MEANING_PERIOD, TAKES_WORD},
    {"integer", PGA_MEANING_INTEGER, TAKES_RANGE},
    {"int", PGA_MEANING_INTEGER, TAKES_RANGE},
    {"decimal", PGA_MEANING_DECIMAL, TAKES_DIGITS},
    {"country", PGA_MEANING_COUNTRY, TAKES_NOTHING},
    {"ip", PGA_MEANING_IP, TAKES_NOTHING},
    {"ip-address", PGA_MEANING_IP, TAKES_NOTHING},
    {"geo-point", PGA_MEANING_GEO_POINT, TAKES_NOTHING},
    {"location", PGA_MEANING_GEO_POINT, TAKES_NOTHING},
    {"image", PGA_MEANING_IMAGE, TAKES_NOTHING},
    {"file", PGA_MEANING_FILE, TAKES_NOTHING},
    {"secret", PGA_MEANING_SECRET, TAKES_LENGTH},
    {"password", PGA_MEANING_SECRET, TAKES_LENGTH},
    {"hash", PGA_MEANING_HASH, TAKES_LENGTH},
    {"version", PGA_MEANING_VERSION, TAKES_NOTHING},
    {"slug", PGA_MEANING_SLUG, TAKES_LENGTH},
};

/* As PostgreSQL's grammar names them, without and with contrib. */
static const char *const types[] = {
    "int2",
    "int4",
    "int8",
    "bigserial",
    "smallint",
    "bigint",
    "numeric",
    "float4",
    "float8",
    "real",
    "bool",
    "varchar",
    "bpchar",
    "char",
    "text",
    "name",
    "timestamp",
    "timestamptz",
    "date",
    "time",
    "timetz",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "bit",
    "varbit",
    "xml",
    "tsvector",
    "tsquery",
    "oid",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "datemultirange",
    "tsmultirange",
    "tstzmultirange",
    "citext",
    "hstore",
    "ltree",
    "cube",
    "pg_lsn",
    NULL,
};

static guint
strength(PgaMeaning meaning)
{
    switch ((int)meaning) {
    case PGA_MEANING_NONE:
        return 0;
    case PGA_MEANING_REFERENCE:
        return 5;
    case PGA_MEANING_ONE_OF:
        return 4;
    case PGA_MEANING_UUID: /* an identity may be one */
        return 3;
    case PGA_MEANING_IDENTITY:
        return 2;
    default:
        return 1;
    }
}

void
pga_spec_take_meaning(PgaSpecAttribute *attribute, PgaMeaning meaning)
{
    if (strength(meaning) >= strength(attribute->meaning))
        attribute->meaning = meaning;
}

/* Whether nothing but one type follows "SELECT NULL::"; *name: the grammar's last name of it. */
static char *
type_name(const char *text)
{
    g_autofree char *sql = g_strconcat("SELECT NULL::", text, NULL);
    json_t *tree = pga_node_parse(sql);
    const json_t *statements = json_object_get(tree, "stmts"), *select, *target, *cast, *names;
    char *name = NULL;

    select = pga_node_as(json_object_get(json_array_get(statements, 0), "stmt"), "SelectStmt");
    target = pga_node_as(json_array_get(json_object_get(select, "targetList"), 0), "ResTarget");
    cast = pga_node_as(json_object_get(target, "val"), "TypeCast");
    names = json_object_get(json_object_get(cast, "typeName"), "names");
    if (json_array_size(statements) == 1 && json_object_size(select) == 3 &&
        json_array_size(json_object_get(select, "targetList")) == 1 &&
        !json_object_get(target, "name") && json_array_size(names) > 0 &&
        pga_node_as(json_object_get(cast, "arg"), "A_Const"))
        name = g_strdup(pga_node_string(json_array_get(names, json_array_size(names) - 1)));
    json_decref(tree);
    return name;
}

static gboolean
unknown_type(const PgaSpecValue *value, const char *text, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    g_autofree char *word = g_strndup(text, strcspn(text, "( "));
    g_autoptr(GString) allowed = g_string_new("Allowed: a type of PostgreSQL, or");

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_ptr_array_add(known, (gpointer)words[i].word);
        if (i == 0 || words[i].meaning != words[i - 1].meaning)
            g_string_append_printf(allowed, "%s %s", i == 0 ? "" : ",", words[i].word);
    }
    for (guint i = 0; types[i]; i++)
        g_ptr_array_add(known, (gpointer)types[i]);
    g_string_append(allowed, ", one of a, b, list of email, references users.");
    pga_spec_fail(value, allowed->str, error, "is neither a meaning nor a type of PostgreSQL");
    pga_spec_hint_closest_of(error, word, known);
    return FALSE;
}

static gboolean
take_type(const PgaSpecValue *value, const char *text, PgaSpecAttribute *attribute, GError **error)
{
    g_autofree char *name = NULL;

    if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_ (),[]")] == '\0')
        name = type_name(text);
    if (!name || !g_strv_contains(types, name))
        return unknown_type(value, text, error);
    g_free(attribute->type);
    attribute->type = g_strdup(text);
    pga_spec_take_meaning(attribute, PGA_MEANING_TYPE);
    return TRUE;
}

static gboolean
bad_arguments(const PgaSpecValue *value, const char *allowed, GError **error)
{
    pga_spec_fail(value, allowed, error, "has wrong values in its brackets");
    if (!strchr(value->node->scalar, ')'))
        pga_error_hint(error, "In braces, a value with a comma must stand in quotes.");
    return FALSE;
}

static gboolean
signed_text(const char *text, double *number)
{
    const char *rest;
    const gboolean negative = *text == '-';

    if (!pga_spec_count_text(text + negative, number, &rest) || *rest)
        return FALSE;
    if (negative)
        *number = -*number;
    return TRUE;
}

static gboolean
take_range(const PgaSpecValue *value, char **arguments, PgaSpecAttribute *attribute, GError **error)
{
    static const char allowed[] = "Allowed: integer, or integer(1,1000) with the least and the "
                                  "greatest value.";

    if (g_strv_length(arguments) != 2 || !signed_text(arguments[0], &attribute->min) ||
        !signed_text(arguments[1], &attribute->max) || attribute->min != floor(attribute->min) ||
        attribute->max != floor(attribute->max))
        return bad_arguments(value, allowed, error);
    if (attribute->min < -9223372036854775808.0 || attribute->max > 9223372036854775807.0) {
        pga_spec_fail(value, allowed, error, "is beyond 64 bits");
        pga_error_hint(error, "A decimal holds any number: decimal(30,0).");
        return FALSE;
    }
    return TRUE;
}

static gboolean
take_digits(const PgaSpecValue *value, char **arguments, PgaSpecAttribute *attribute,
            GError **error)
{
    static const char allowed[] = "Allowed: decimal(12,2): 1 to 1000 digits, of them 0 to 12 "
                                  "behind the point.";
    const guint n = g_strv_length(arguments);
    double precision = 0, scale = 0;

    if (n < 1 || n > 2 || !signed_text(arguments[0], &precision) ||
        (n == 2 && !signed_text(arguments[1], &scale)) || precision < 1 || precision > 1000 ||
        scale < 0 || scale > precision || precision != floor(precision) || scale != floor(scale))
        return bad_arguments(value, allowed, error);
    attribute->precision = (gint64)precision;
    attribute->scale = (gint64)scale;
    return TRUE;
}

static gboolean
take_length(const PgaSpecValue *value, char **arguments, PgaSpecAttribute *attribute,
            GError **error)
{
    double length = 0;

    if (g_strv_length(arguments) != 1 || !signed_text(arguments[0], &length) || length < 1 ||
        length > 10485760 || length != floor(length))
        return bad_arguments(value, "Allowed: a length of 1 to 10485760 characters.", error);
    attribute->length = (gint64)length;
    return TRUE;
}

static gboolean
take_word(const PgaSpecValue *value, char **arguments, PgaSpecAttribute *attribute, GError **error)
{
    static const char *const periods[] = {"date", "timestamp", NULL};
    const char *word = arguments[0];

    if (attribute->meaning == PGA_MEANING_JSON && !strcmp(word, "varying")) {
        attribute->json_varies = TRUE;
        return TRUE;
    }
    if (attribute->meaning == PGA_MEANING_JSON && !strcmp(word, "stable"))
        return TRUE;
    if (attribute->meaning == PGA_MEANING_PERIOD && g_strv_contains(periods, word)) {
        g_free(attribute->type);
        attribute->type = g_strdup(word);
        return TRUE;
    }
    return bad_arguments(value,
                         attribute->meaning == PGA_MEANING_JSON
                             ? "Allowed: json(stable), json(varying)."
                             : "Allowed: period(date), period(timestamp).",
                         error);
}

/* What stands in brackets behind a meaning. */
static gboolean
take_arguments(const PgaSpecValue *value, Takes takes, const char *text,
               PgaSpecAttribute *attribute, GError **error)
{
    static gboolean (*const takers[])(const PgaSpecValue *, char **, PgaSpecAttribute *,
                                      GError **) = {
        [TAKES_LENGTH] = take_length,
        [TAKES_RANGE] = take_range,
        [TAKES_DIGITS] = take_digits,
        [TAKES_WORD] = take_word,
    };
    g_auto(GStrv) arguments = g_strsplit(text, ",", -1);

    for (guint i = 0; arguments[i]; i++)
        g_strstrip(arguments[i]);
    return takers[takes](value, arguments, attribute, error);
}

/* @text: in lower case, without what is around it */
static gboolean
take_plain(const PgaSpecValue *value, const char *text, PgaSpecAttribute *attribute, GError **error)
{
    const gsize length = strcspn(text, "(");
    g_autofree char *word = g_strdelimit(g_strchomp(g_strndup(text, length)), "_ ", '-');
    const gboolean closed = text[length] && text[strlen(text) - 1] == ')';

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *inside = NULL;

        if (strcmp(words[i].word, word) != 0)
            continue;
        if (text[length] && words[i].takes == TAKES_NOTHING)
            break;
        pga_spec_take_meaning(attribute, words[i].meaning);
        if (words[i].meaning == PGA_MEANING_PERIOD && !attribute->type)
            attribute->type = g_strdup("timestamp");
        if (!text[length])
            return TRUE;
        inside = closed ? g_strndup(text + length + 1, strlen(text) - length - 2) : g_strdup("");
        return take_arguments(value, words[i].takes, inside, attribute, error);
    }
    return take_type(value, text, attribute, error);
}

static gboolean
take_values(const PgaSpecValue *value, const char *list, PgaSpecAttribute *attribute,
            GError **error)
{
    g_auto(GStrv) values = g_strsplit(list, ",", -1);

    pga_spec_take_meaning(attribute, PGA_MEANING_ONE_OF);
    for (guint i = 0; values[i]; i++) {
        if (!*g_strstrip(values[i]))
            return pga_spec_fail(value, "Allowed: one of a, b, c.", error, "has an empty value");
        for (guint j = 0; j < i; j++)
            if (!strcmp(values[i], values[j]))
                return pga_spec_fail(value, NULL, error, "has \"%.60s\" twice", values[i]);
        pga_spec_add_share(attribute->values, values[i], -1);
    }
    return TRUE;
}

/* What may stand behind a meaning, cut off. */
static void
take_suffixes(char *text, PgaSpecAttribute *attribute)
{
    const struct {
        const char *suffix;
        gboolean *flag;
    } suffixes[] = {{" unique", &attribute->unique},
                    {" personal", &attribute->personal},
                    {" nullable", &attribute->nullable},
                    {" optional", &attribute->nullable},
                    {"?", &attribute->nullable}};

    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_str_has_suffix(text, suffixes[i].suffix)) {
            text[strlen(text) - strlen(suffixes[i].suffix)] = '\0';
            g_strchomp(text);
            *suffixes[i].flag = TRUE;
            i = (guint)-1; /* from the first again */
        }
}

gboolean
pga_spec_meaning(const PgaSpecValue *value, const char *written, PgaSpecAttribute *attribute,
                 GError **error)
{
    static const char *const lists[] = {"list of ", "set of ", "many ", NULL};
    g_autofree char *original = g_strstrip(g_strdup(written)), *lower = NULL;
    const char *text;

    take_suffixes(original, attribute);
    text = lower = g_ascii_strdown(original, -1);
    for (guint i = 0; lists[i]; i++)
        if (g_str_has_prefix(text, lists[i])) {
            attribute->many = 1;
            text += strlen(lists[i]);
        }
    if (g_str_has_prefix(text, "references ")) {
        pga_spec_take_meaning(attribute, PGA_MEANING_REFERENCE);
        g_free(attribute->references);
        attribute->references =
            g_strstrip(g_strdup(original + (text - lower) + strlen("references ")));
        return TRUE;
    }
    if (g_str_has_prefix(text, "one of "))
        return take_values(value, original + (text - lower) + strlen("one of "), attribute, error);
    if (g_str_has_suffix(text, "[]")) {
        g_autofree char *element = g_strndup(text, strlen(text) - 2);

        for (guint i = 0; i < G_N_ELEMENTS(words); i++)
            if (!strcmp(words[i].word, element)) {
                attribute->many = 1;
                return take_plain(value, element, attribute, error);
            }
    }
    return *text ? take_plain(value, text, attribute, error)
                 : pga_spec_fail(value, "Allowed: a meaning or a type.", error, "is empty");
}
