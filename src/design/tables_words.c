/* Names: English plurals as table names have them, and names that PostgreSQL would give. */
#include <string.h>

#include "tables_internal.h"

#define MAX_NAME 63 /* NAMEDATALEN - 1, PostgreSQL 18 src/include/pg_config_manual.h */

/* Endings in the order that they are tried; plurals that no ending tells stand first. */
static const struct {
    const char *plural, *singular;
} endings[] = {
    {"people", "person"},   {"children", "child"},
    {"movies", "movie"},    {"cookies", "cookie"},
    {"indices", "index"},   {"news", "news"},
    {"series", "series"},   {"analyses", "analysis"},
    {"media", "media"},     {"data", "data"},
    {"ies", "y"},           {"sses", "ss"},
    {"statuses", "status"}, {"buses", "bus"},
    {"aliases", "alias"},   {"xes", "x"},
    {"ches", "ch"},         {"shes", "sh"},
    {"ss", "ss"},           {"us", "us"},
    {"is", "is"},           {"s", ""},
};

char *
pga_word_singular(const char *word)
{
    for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(word, endings[i].plural) && strlen(word) > strlen(endings[i].plural))
            return g_strdup_printf("%.*s%s", (int)(strlen(word) - strlen(endings[i].plural)), word,
                                   endings[i].singular);
        else if (g_str_equal(word, endings[i].plural) && strlen(endings[i].plural) > 3)
            return g_strdup(endings[i].singular);
    return g_strdup(word);
}

char *
pga_word_plural(const char *word)
{
    g_autofree char *singular = pga_word_singular(word);
    size_t length = strlen(word);

    if (!g_str_equal(singular, word))
        return g_strdup(word);
    if (g_str_has_suffix(word, "y") && length > 1 && !strchr("aeiou", word[length - 2]))
        return g_strdup_printf("%.*sies", (int)(length - 1), word);
    if (g_str_has_suffix(word, "s") || g_str_has_suffix(word, "x") ||
        g_str_has_suffix(word, "ch") || g_str_has_suffix(word, "sh"))
        return g_strconcat(word, "es", NULL);
    return g_strconcat(word, "s", NULL);
}

gboolean
pga_word_in(const char *word, const char *words)
{
    size_t length = strlen(word);

    for (const char *at = words; length > 0 && (at = strstr(at, word)); at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return TRUE;
    return FALSE;
}

/* The first @length bytes of @text or less, so that no character is cut. */
static char *
shortened(const char *text, size_t length)
{
    if (strlen(text) <= length)
        return g_strdup(text);
    while (length > 0 && ((guchar)text[length] & 0xC0) == 0x80)
        length--;
    return g_strndup(text, length);
}

char *
pga_column_name(const char *wanted)
{
    return shortened(wanted, MAX_NAME);
}

/* Source: makeObjectName() in PostgreSQL 18 src/backend/commands/indexcmds.c */
static char *
object_name(const char *table, const char *columns, const char *suffix)
{
    size_t room = MAX_NAME - (suffix ? strlen(suffix) + 1 : 0) - (columns ? 1 : 0);
    size_t first = strlen(table), second = columns ? strlen(columns) : 0;
    g_autofree char *start = NULL, *middle = NULL;

    while (first + second > room)
        if (first > second)
            first--;
        else
            second--;
    start = shortened(table, first);
    middle = shortened(columns ? columns : "", second);
    return g_strconcat(start, columns ? "_" : "", middle, suffix ? "_" : "", suffix, NULL);
}

char *
pga_design_name(GHashTable *taken, const char *table, const char *columns, const char *suffix)
{
    char *name = object_name(table, columns, suffix);

    for (guint i = 1; g_hash_table_contains(taken, name); i++) {
        g_autofree char *numbered = g_strdup_printf("%s%u", suffix ? suffix : "", i);

        g_free(name);
        name = object_name(table, columns, numbered);
    }
    g_hash_table_add(taken, g_strdup(name));
    return name;
}

gboolean
pga_list_has(const GPtrArray *list, const char *text)
{
    for (guint i = 0; i < list->len; i++)
        if (g_str_equal(g_ptr_array_index(list, i), text))
            return TRUE;
    return FALSE;
}

char *
pga_list_text(const GPtrArray *list)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(list, i));
    return g_string_free(text, FALSE);
}
