/* One string or number, by what it is used for. */
#include <base/text.h>
#include <jansson.h>
#include <string.h>

#include "sql_map_internal.h"

/** Types whose strings are no values. */
static const struct {
    const char *typname;
    SqlStringUse use;
} types[] = {
    {"regclass", SQL_USE_NAME},
    {"regtype", SQL_USE_NAME},
    {"regproc", SQL_USE_NAME},
    {"regprocedure", SQL_USE_NAME},
    {"regoper", SQL_USE_NAME},
    {"regoperator", SQL_USE_NAME},
    {"regrole", SQL_USE_NAME},
    {"regnamespace", SQL_USE_NAME},
    {"regconfig", SQL_USE_NAME},
    {"regdictionary", SQL_USE_NAME},
    {"regcollation", SQL_USE_NAME},
    {"jsonpath", SQL_USE_JSONPATH},
    {"tsquery", SQL_USE_TSQUERY},
    {"interval", SQL_USE_PLAIN},
    {"boolean", SQL_USE_PLAIN},
    {"bit varying", SQL_USE_PLAIN},
    {"time with time zone", SQL_USE_PLAIN},
    {"time without time zone", SQL_USE_PLAIN},
    {"bool", SQL_USE_PLAIN},
    {"time", SQL_USE_PLAIN},
    {"timetz", SQL_USE_PLAIN},
    {"bit", SQL_USE_PLAIN},
    {"varbit", SQL_USE_PLAIN},
};

SqlStringUse
pga_sql_use_of_type(const char *typname)
{
    for (guint i = 0; typname && i < G_N_ELEMENTS(types); i++)
        if (strcmp(typname, types[i].typname) == 0)
            return types[i].use;
    return SQL_USE_VALUE;
}

static gboolean
is_iso_date(const char *value)
{
    return strlen(value) >= 10 && strspn(value, "0123456789") == 4 && value[4] == '-' &&
           strspn(value + 5, "0123456789") == 2 && value[7] == '-' &&
           strspn(value + 8, "0123456789") == 2 &&
           strspn(value + 10, "0123456789 :.T+-Z") == strlen(value + 10);
}

/* "7 days", "1 mon -02:00:00", "08:30": numbers, and of words only units of time. */
static gboolean
is_duration(const char *value)
{
    static const char *const units[] = {
        "year", "years", "mon",    "mons",    "month", "months",      "week",         "weeks",
        "day",  "days",  "hour",   "hours",   "min",   "mins",        "minute",       "minutes",
        "sec",  "secs",  "second", "seconds", "ago",   "millisecond", "milliseconds", NULL};
    g_auto(GStrv) words = NULL;
    gboolean has_unit = FALSE;

    if (strspn(value, "0123456789:.+- ") == strlen(value)) {
        value += *value == '-' || *value == '+';
        return value[strspn(value, "0123456789")] == ':';
    }
    words = g_strsplit_set(value, "0123456789:.+- ", -1);
    for (guint i = 0; words[i]; i++)
        if (*words[i]) {
            if (!g_strv_contains(units, words[i]))
                return FALSE;
            has_unit = TRUE;
        }
    return has_unit && strchr("0123456789+-.", *value) != NULL;
}

static gboolean
is_json(const char *value)
{
    json_t *tree = NULL;

    if (*value == '{' || *value == '[')
        tree = json_loads(value, JSON_DECODE_ANY, NULL);
    if (!tree)
        return FALSE;
    json_decref(tree);
    return TRUE;
}

/* A string of which nobody knows what it is compared with. */
static char *
guess(PgaSqlMap *map, const char *value)
{
    const gsize n = strlen(value);
    const PgaValueType *type = map->text;
    char *mapped;

    if (is_duration(value))
        return g_strdup(value);
    if (is_iso_date(value))
        type = n > 10 ? map->timestamp : map->date;
    else if (is_json(value))
        type = map->json;
    else if (n > 1 && *value == '{' && value[n - 1] == '}')
        type = map->texts;
    mapped = pga_value_map(map->values, type, value);
    return mapped ? mapped : pga_sql_text_map(map, value);
}

/* A name as SQL writes it; '"Order Lines"' and 'a.b(integer)' among them. */
static char *
map_name(PgaSqlMap *map, const char *value)
{
    g_autoptr(SqlText) text = pga_sql_text_new(value);

    pga_sql_words(map, text, FALSE);
    return pga_sql_text_write(text);
}

/* Lexemes, and not what stands behind their colons. */
static char *
map_tsquery(PgaSqlMap *map, const char *value)
{
    char *mapped = pga_value_map(map->values, map->tsquery, value);

    return mapped ? mapped : pga_sql_text_map(map, value);
}

/* "%s", "%1$I" and "%%" stay. */
static char *
map_format(PgaSqlMap *map, const char *value)
{
    GString *out = g_string_new(NULL);

    while (*value) {
        const gsize n = strcspn(value, "%");
        g_autofree char *part = g_strndup(value, n);
        g_autofree char *mapped = n ? pga_sql_text_map(map, part) : g_strdup("");

        g_string_append(out, mapped);
        value += n;
        if (*value == '%') {
            const gsize width = 1 + strspn(value + 1, "0123456789$-*");
            const gsize whole = width + (value[width] && strchr("sIL%", value[width]) ? 1 : 0);

            g_string_append_len(out, value, (gssize)whole);
            value += whole;
        }
    }
    return g_string_free(out, FALSE);
}

/* "true", "08:30+02", "7 days": a value of a type whose values say nothing. */
static char *
map_plain(PgaSqlMap *map, const char *value)
{
    g_autofree char *folded = g_ascii_strdown(value, -1);

    if (strspn(value, "0123456789:.+- ") == strlen(value) || is_duration(value) ||
        strlen(value) == 1 || pga_name_is_own(map->names, folded))
        return g_strdup(value);
    return pga_sql_opaque(map, value);
}

/* "YYYY \"week\" IW", "Europe/Berlin": what is quoted in a format is not PostgreSQL's. */
static char *
map_kept(PgaSqlMap *map, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, "\"", -1);

    for (guint i = 1; parts[0] && parts[i]; i += 2) {
        char *mapped = pga_sql_text_map(map, parts[i]);

        g_free(parts[i]);
        parts[i] = mapped;
        if (!parts[i + 1])
            break;
    }
    return g_strjoinv("\"", parts);
}

static char *
map_value(PgaSqlMap *map, const char *value, const PgaValueType *want)
{
    g_autofree char *folded = g_ascii_strdown(value, -1);
    char *mapped;

    if (!want)
        return guess(map, value);
    if (want->kind == PGA_VALUE_UNKNOWN)
        return pga_sql_opaque(map, value);
    mapped = pga_value_map(map->values, want, value);
    if (mapped)
        return mapped;
    return pga_name_is_own(map->names, folded) ? g_strdup(value) : guess(map, value);
}

static char *
map_by_use(PgaSqlMap *map, const char *value, SqlStringUse use, const PgaValueType *want)
{
    switch (use) {
    case SQL_USE_KEPT:
        return map_kept(map, value);
    case SQL_USE_PLAIN:
        return map_plain(map, value);
    case SQL_USE_NAME:
        return map_name(map, value);
    case SQL_USE_REGEX:
        return pga_sql_regex(map, value);
    case SQL_USE_TSQUERY:
        return map_tsquery(map, value);
    case SQL_USE_JSONPATH:
        return pga_sql_jsonpath(map, value);
    case SQL_USE_FORMAT:
        return map_format(map, value);
    case SQL_USE_OPAQUE:
        return pga_sql_opaque(map, value);
    case SQL_USE_VALUE:
    default:
        return map_value(map, value, want);
    }
}

char *
pga_sql_string(PgaSqlMap *map, const char *value, SqlStringUse use, const PgaValueType *want)
{
    g_autofree char *mapped = map_by_use(map, value, use, want);

    return pga_quote_literal(mapped);
}

char *
pga_sql_number(PgaSqlMap *map, const char *number, const PgaValueType *want)
{
    char *mapped = NULL;

    if (want->kind == PGA_VALUE_RANGE || want->kind == PGA_VALUE_MULTIRANGE ||
        want->kind == PGA_VALUE_ARRAY)
        want = want->element;
    if (!want || !pga_value_type_is_number(want))
        return NULL;
    mapped = pga_value_map(map->values, want, number);
    return mapped ? mapped : pga_value_map(map->values, map->numeric, number);
}
