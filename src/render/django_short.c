/* A statement of a race as a person reads it: what it is about, without its lists of columns. */
#include "django_internal.h"

#include <string.h>

#define N_SHOWN 2 /* assignments and values of a list */
#define WAITS   "waits; "

/* (nullable): where @word begins outside of quotes and brackets. */
static const char *
find(const char *sql, const char *word)
{
    const gsize length = strlen(word);
    char quote = '\0';
    guint depth = 0;

    for (const char *at = sql; *at; at++) {
        if (!quote && depth == 0 && strncmp(at, word, length) == 0)
            return at;
        if (quote)
            quote = (char)(*at == quote ? '\0' : quote);
        else if (*at == '\'' || *at == '"')
            quote = *at;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && depth > 0)
            depth--;
    }
    return NULL;
}

/* (transfer full): of char *: what commas part from @from to @to. */
static GPtrArray *
split(const char *from, const char *to)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *list = g_strndup(from, (gsize)(to - from));
    const char *at = list;

    for (const char *comma = find(at, ", "); comma; comma = find(at, ", ")) {
        g_ptr_array_add(parts, g_strndup(at, (gsize)(comma - at)));
        at = comma + 2;
    }
    g_ptr_array_add(parts, g_strdup(at));
    return parts;
}

static void
append_first(GString *out, const GPtrArray *parts, guint most)
{
    for (guint i = 0; i < MIN(parts->len, most); i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(parts, i));
    if (parts->len > most)
        g_string_append(out, ", …");
}

/* (nullable): behind the tables: WHERE, or what comes without one. */
static const char *
find_rest(const char *sql)
{
    static const char *const words[] = {" WHERE ", " ORDER BY ", " LIMIT ", " FOR "};
    const char *rest = NULL;

    for (guint i = 0; !rest && i < G_N_ELEMENTS(words); i++)
        rest = find(sql, words[i]);
    return rest;
}

/* A column, not something that is computed. */
static gboolean
is_column(const char *text)
{
    return !strpbrk(text, "(*' ") && !g_ascii_isdigit(*text);
}

static gboolean
has_columns(const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++)
        if (!is_column(g_ptr_array_index(list, i)))
            return FALSE;
    return TRUE;
}

/* (transfer full) (nullable): of char *: what the query asks for. NULL: it is none of a table. */
static GPtrArray *
asked(const char *sql)
{
    const char *from = g_str_has_prefix(sql, "SELECT ") ? find(sql, " FROM ") : NULL;

    return from ? split(sql + strlen("SELECT "), from) : NULL;
}

static char *
shorten_query(const char *sql, const GPtrArray *list)
{
    const char *rest = find_rest(sql);
    GString *out = g_string_new("SELECT ");

    if (has_columns(list)) {
        g_string_append(out, "…");
    } else {
        append_first(out, list, N_SHOWN);
        g_string_append(out, " …");
    }
    g_string_append(out, rest ? rest : "");
    return g_string_free(out, FALSE);
}

static char *
shorten_update(const char *sql)
{
    const char *set = find(sql, " SET "), *rest = find(sql, " WHERE ");
    g_autoptr(GPtrArray) list = NULL;
    GString *out;

    if (!set)
        return g_strdup(sql);
    list = split(set + strlen(" SET "), rest ? rest : sql + strlen(sql));
    out = g_string_new("UPDATE … SET ");
    append_first(out, list, N_SHOWN);
    g_string_append(out, rest ? rest : "");
    return g_string_free(out, FALSE);
}

/* Up to the bracket that closes the one at @open. */
static char *
shorten_insert(const char *sql)
{
    static const char word[] = " VALUES (";
    const char *values = find(sql, word), *at = values ? values + strlen(word) : NULL;
    const char *end = at ? find(at, ")") : NULL;
    g_autoptr(GPtrArray) list = NULL;
    GString *out;

    if (!end)
        return g_strdup(sql);
    list = split(at, end);
    out = g_string_new("INSERT … VALUES (");
    append_first(out, list, 2 * N_SHOWN);
    g_string_append(out, end);
    return g_string_free(out, FALSE);
}

char *
pga_django_short_sql(const char *sql)
{
    g_autoptr(GPtrArray) list = asked(sql);
    const char *where;

    if (list)
        return shorten_query(sql, list);
    if (g_str_has_prefix(sql, "UPDATE "))
        return shorten_update(sql);
    if (g_str_has_prefix(sql, "INSERT INTO "))
        return shorten_insert(sql);
    where = g_str_has_prefix(sql, "DELETE FROM ") ? find(sql, " WHERE ") : NULL;
    return where ? g_strconcat("DELETE …", where, NULL) : g_strdup(sql);
}

/* What is looked for is no news. */
static gboolean
is_compared(const char *rest, const char *column)
{
    g_autofree char *text = g_strconcat(" ", column, " = ", NULL);

    return rest && strstr(rest, text) != NULL;
}

/* (transfer full): "stock 10, name x". */
static char *
name_values(const char *sql, const GPtrArray *list, char *const *values)
{
    g_autoptr(GPtrArray) named = g_ptr_array_new_with_free_func(g_free);
    const char *rest = find_rest(sql);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const char *column = g_ptr_array_index(list, i);
        g_auto(GStrv) bare = g_strsplit(column, "\"", -1);
        g_autofree char *name = g_strjoinv("", bare);

        if (list->len == 1 || !is_compared(rest, column))
            g_ptr_array_add(named, g_strdup_printf("%s %s", name, values[i]));
    }
    append_first(out, named, 1);
    return g_string_free(out, FALSE);
}

char *
pga_django_short_answer(const char *sql, const char *saw)
{
    const char *answer = g_str_has_prefix(saw, WAITS) ? saw + strlen(WAITS) : saw;
    g_autoptr(GPtrArray) list = asked(sql);
    g_auto(GStrv) values = g_strsplit(answer, ", ", -1);
    g_autofree char *named = NULL;

    if (!list || !has_columns(list) || g_strv_length(values) != list->len ||
        g_str_equal(answer, "nothing"))
        return g_strdup(saw);
    named = name_values(sql, list, values);
    return g_strconcat(answer == saw ? "" : WAITS, *named ? named : answer, NULL);
}
