/* Texts that name things without being SQL. */
#include <base/array_text.h>
#include <base/text.h>
#include <string.h>

#include "sql_map_internal.h"
#include "vocabulary_internal.h"

char *
pga_sql_identifier(PgaSqlMap *map, const char *word)
{
    g_autoptr(SqlText) text = pga_sql_text_new(word);

    pga_sql_words(map, text, FALSE);
    return pga_sql_text_write(text);
}

/* "role=arw/owner", either of them quoted or empty. */
static char *
map_item(PgaSqlMap *map, const char *item)
{
    const char *slash = strrchr(item, '/');
    const char *equals = *item == '"' ? strstr(item + 1, "\"=") : strchr(item, '=');
    g_autofree char *grantee = NULL, *rights = NULL, *grantor = NULL;
    g_autofree char *mapped_grantee = NULL, *mapped_grantor = NULL;

    if (equals && *item == '"')
        equals++;
    if (!slash || !equals || slash < equals)
        return g_strdup("=/postgres");
    grantee = g_strndup(item, (gsize)(equals - item));
    rights = g_strndup(equals, 1 + strspn(equals + 1, "rawdDxtXUCTcsAm*"));
    grantor = g_strdup(slash + 1);
    mapped_grantee = pga_sql_identifier(map, grantee);
    mapped_grantor = pga_sql_identifier(map, grantor);
    return g_strdup_printf("%s%s/%s", mapped_grantee, rights, mapped_grantor);
}

char *
pga_sql_acl(PgaSqlMap *map, const char *acl)
{
    g_autoptr(GPtrArray) items = pga_array_text_parse(acl);
    g_autoptr(GPtrArray) mapped = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; items && i < items->len; i++) {
        const char *item = g_ptr_array_index(items, i);

        g_ptr_array_add(mapped, item ? map_item(map, item) : NULL);
    }
    return pga_array_text_format(mapped);
}

static gboolean
is_part(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/* A word of ours stays, one that names something is known already: names come first. */
static void
append_word(PgaSqlMap *map, GString *out, const char *start, gsize length)
{
    g_autofree char *raw = g_strndup(start, length);
    g_autofree char *word = g_utf8_make_valid(raw, -1);
    const char *known = pga_name_known(map->names, word);
    g_autofree char *name = NULL;

    if (known)
        g_string_append(out, known);
    else if (pga_vocabulary_has_prose(word) || strspn(word, "0123456789") == strlen(word))
        g_string_append(out, word);
    else {
        name = pga_name_map(map->names, PGA_NAME_OTHER, word);
        g_string_append(out, name);
    }
}

/* From an opening double quote: an identifier, or what a message names. Quotes that only the name
 * needed go. */
static const char *
append_quoted(PgaSqlMap *map, GString *out, const char *start)
{
    const char *end = start + 1;
    g_autoptr(SqlText) text = NULL;
    g_autofree char *whole = NULL, *word = NULL, *name = NULL;
    gboolean needs_quotes;

    while (*end && (*end != '"' || end[1] == '"'))
        end += *end == '"' ? 2 : 1;
    if (*end != '"' || end == start + 1) {
        g_string_append_c(out, '"');
        return start + 1;
    }
    whole = g_strndup(start, (gsize)(end + 1 - start));
    text = pga_sql_text_new(whole);
    word = pga_sql_text_value(text, 0);
    name = pga_quote_identifier(word);
    needs_quotes = *name == '"';
    g_free(name);
    name = pga_name_map(map->names, PGA_NAME_OTHER, word);
    g_string_append_printf(out, needs_quotes && strcmp(name, word) != 0 ? "%s" : "\"%s\"", name);
    return end + 1;
}

char *
pga_sql_prose(PgaSqlMap *map, const char *prose)
{
    GString *out = g_string_new(NULL);

    while (*prose) {
        const char *start = prose;

        while (is_part(*prose))
            prose++;
        if (*prose == '"' && prose == start)
            prose = append_quoted(map, out, prose);
        else if (prose > start)
            append_word(map, out, start, (gsize)(prose - start));
        else
            g_string_append_c(out, *prose++);
    }
    return g_string_free(out, FALSE);
}
