/* Strings that have a grammar: what is PostgreSQL's in them stays, the rest is mapped. */
#include <string.h>

#include "sql_map_internal.h"

static gboolean
is_letter(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static gboolean
is_part(char c)
{
    return is_letter(c) || g_ascii_isdigit(c);
}

char *
pga_sql_text_map(PgaSqlMap *map, const char *value)
{
    char *mapped = pga_value_map(map->values, map->text, value);

    return mapped ? mapped : g_strdup("");
}

static void
append_mapped(PgaSqlMap *map, GString *out, const char *start, const char *end)
{
    g_autofree char *word = g_strndup(start, (gsize)(end - start));
    g_autofree char *mapped = end > start ? pga_sql_text_map(map, word) : g_strdup("");

    g_string_append(out, mapped);
}

/* From "[:", "[." or "[=" to behind what closes it. */
static const char *
behind_class(const char *p)
{
    const char close[] = {p[1], ']', '\0'};
    const char *end = strstr(p + 2, close);

    return end ? end + 2 : p + strlen(p);
}

/* From "[" to behind its "]", which may be the first one in it. */
static const char *
behind_bracket(const char *p)
{
    p++;
    p += *p == '^';
    p += *p == ']';
    while (*p && *p != ']') {
        if (p[0] == '[' && p[1] && strchr(":.=", p[1]))
            p = behind_class(p);
        else
            p += *p == '\\' && p[1] ? 2 : 1;
    }
    return *p ? p + 1 : p;
}

/* What begins at @p and is no text: an escape, a class, a quantifier, an option; @p if nothing. */
static const char *
behind_syntax(const char *p)
{
    if (*p == '\\' && p[1])
        return g_utf8_next_char(p + 1);
    if (*p == '[')
        return behind_bracket(p);
    if (*p == '{' && p[1 + strspn(p + 1, "0123456789,")] == '}')
        return strchr(p, '}') + 1;
    if (*p == '(' && p[1] == '?') {
        p += 2;
        return p + strspn(p, "bceimnpqstwx:=!<");
    }
    return p;
}

char *
pga_sql_regex(PgaSqlMap *map, const char *pattern)
{
    GString *out = g_string_new(NULL);
    const char *p = pattern;

    if (g_str_has_prefix(p, "***"))
        p += strlen("***") + (p[3] == '=' || p[3] == ':');
    g_string_append_len(out, pattern, p - pattern);
    while (*p) {
        const char *start = p;

        p = behind_syntax(p);
        g_string_append_len(out, start, p - start);
        for (start = p; is_part(*p); p++)
            ;
        if (p > start)
            append_mapped(map, out, start, p);
        else if (*p && behind_syntax(p) == p)
            g_string_append_c(out, *p++);
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_path_word(const char *word)
{
    static const char *const words[] = {
        "strict",   "lax",    "last",    "to",        "is",           "unknown", "exists",
        "true",     "false",  "null",    "flag",      "starts",       "with",    "like_regex",
        "size",     "type",   "double",  "ceiling",   "floor",        "abs",     "datetime",
        "keyvalue", "bigint", "boolean", "date",      "decimal",      "number",  "integer",
        "string",   "time",   "time_tz", "timestamp", "timestamp_tz", NULL};

    return g_strv_contains(words, word);
}

/* From a double quote to the one that closes it. */
static const char *
at_closing_quote(const char *path)
{
    for (path++; *path && *path != '"'; path++)
        path += *path == '\\' && path[1];
    return path;
}

static const char *
behind_word(const char *path)
{
    while (is_part(*path))
        path++;
    return path;
}

/* Keys and strings are texts; a method stands before a parenthesis, a variable behind a dollar. */
char *
pga_sql_jsonpath(PgaSqlMap *map, const char *path)
{
    GString *out = g_string_new(NULL);

    while (*path) {
        const char *start = path;

        if (*path == '"')
            path = at_closing_quote(path);
        else if (is_letter(*path))
            path = behind_word(path);
        if (path > start && *start != '"') {
            g_autofree char *word = g_strndup(start, (gsize)(path - start));

            if (is_path_word(word)) {
                g_string_append(out, word);
                continue;
            }
        }
        append_mapped(map, out, start, path);
        if (*path && (path == start || *start == '"'))
            g_string_append_c(out, *path++);
    }
    return g_string_free(out, FALSE);
}

/* Digits become 0, words that are not PostgreSQL's own are mapped. */
char *
pga_sql_opaque(PgaSqlMap *map, const char *value)
{
    GString *out = g_string_new(NULL);

    while (*value) {
        const char *start = value;

        while (is_letter(*value))
            value++;
        if (value > start) {
            g_autofree char *word = g_strndup(start, (gsize)(value - start));
            g_autofree char *folded = g_ascii_strdown(word, -1);

            if (pga_name_is_own(map->names, folded))
                g_string_append(out, word);
            else
                append_mapped(map, out, start, value);
        } else {
            g_string_append_c(out, g_ascii_isdigit(*value) ? '0' : *value);
            value++;
        }
    }
    return g_string_free(out, FALSE);
}
