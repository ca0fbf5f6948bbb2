/* Plans name indexes as the clone has them; the report may call them better. */
#include <base/text.h>
#include <string.h>

#include "index_internal.h"

static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/* Bytes of the identifier at @at, quoted or bare; 0: there is none. */
static gsize
word_length(const char *at)
{
    gsize length = 0;

    if (*at == '"') {
        const char *end = strchr(at + 1, '"');

        return end ? (gsize)(end - at) + 1 : 0;
    }
    while (is_word(at[length]))
        length++;
    return length;
}

char *
pga_index_plan_rename(const char *plan, GHashTable *names)
{
    GString *out = g_string_new(NULL);

    for (const char *at = plan; *at;) {
        const gsize length = word_length(at), quotes = *at == '"' ? 1 : 0;
        g_autofree char *word =
            g_strndup(at + quotes, length > 2 * quotes ? length - 2 * quotes : 0);
        const char *name = length > 0 ? g_hash_table_lookup(names, word) : NULL;
        g_autofree char *quoted = name ? pga_quote_identifier(name) : NULL;

        if (quoted)
            g_string_append(out, quoted);
        else
            g_string_append_len(out, at, (gssize)MAX(length, 1));
        at += MAX(length, 1);
    }
    return g_string_free(out, FALSE);
}
