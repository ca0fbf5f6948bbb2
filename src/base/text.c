/* Quoting as PostgreSQL does it, and text as a terminal shows it. */
#include "base/text.h"
#include "keywords_internal.h"
#include <string.h>

enum { MAX_SPELLING = 128 }; /* bytes; longer words are not misspelt, they are something else */

static gboolean
is_bare_identifier(const char *name)
{
    if (!g_ascii_islower(name[0]) && name[0] != '_')
        return FALSE;
    for (const char *p = name; *p; p++)
        if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && *p != '_')
            return FALSE;
    return !pga_keyword_needs_quotes(name);
}

static void
append_doubling(GString *out, const char *text, const char *doubled)
{
    for (const char *p = text; *p; p++) {
        if (strchr(doubled, *p))
            g_string_append_c(out, *p);
        g_string_append_c(out, *p);
    }
}

char *
pga_quote_identifier(const char *name)
{
    GString *out;

    if (is_bare_identifier(name))
        return g_strdup(name);
    out = g_string_new("\"");
    append_doubling(out, name, "\"");
    g_string_append_c(out, '"');
    return g_string_free(out, FALSE);
}

char *
pga_quote_qualified(const char *nspname, const char *relname)
{
    g_autofree char *relation = pga_quote_identifier(relname);
    g_autofree char *schema = NULL;

    if (!nspname)
        return g_steal_pointer(&relation);
    schema = pga_quote_identifier(nspname);
    return g_strconcat(schema, ".", relation, NULL);
}

char *
pga_quote_literal(const char *text)
{
    GString *out = g_string_new(strchr(text, '\\') ? "E'" : "'");

    append_doubling(out, text, "'\\");
    g_string_append_c(out, '\'');
    return g_string_free(out, FALSE);
}

/* Characters that move the cursor, end a line or turn the reading direction (Unicode TR 36, TR 9).
 */
static gboolean
is_unsafe(gunichar c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

static void
append_escaped(GString *out, const char *bytes, gsize length)
{
    if (*bytes == '\n')
        g_string_append(out, "\\n");
    else if (*bytes == '\t')
        g_string_append(out, "\\t");
    else
        for (gsize i = 0; i < length; i++)
            g_string_append_printf(out, "\\x%02X", (guchar)bytes[i]);
}

char *
pga_text_printable(const char *text)
{
    GString *out = g_string_new(NULL);
    const char *p = text;

    while (*p) {
        const gunichar c = g_utf8_get_char_validated(p, -1);
        const gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
        const gsize length = valid ? (gsize)(g_utf8_next_char(p) - p) : 1;

        if (valid && !is_unsafe(c))
            g_string_append_len(out, p, (gssize)length);
        else
            append_escaped(out, p, length);
        p += length;
    }
    return g_string_free(out, FALSE);
}

guint
pga_text_width(const char *text)
{
    guint width = 0;

    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);

        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

static gboolean
same_letter(char a, char b)
{
    return g_ascii_tolower(a) == g_ascii_tolower(b);
}

static guint
cheapest_step(const guint *above, const guint *here, gsize j, gboolean same)
{
    return MIN(MIN(above[j] + 1, here[j - 1] + 1), above[j - 1] + (same ? 0 : 1));
}

/* Edits that make @b of @a: insert, delete, replace or swap two neighbours (optimal string
 * alignment), regardless of case. Both shorter than MAX_SPELLING. */
static guint
edit_distance(const char *a, const char *b)
{
    const gsize n = strlen(b);
    guint rows[3][MAX_SPELLING];
    guint *before = rows[0], *above = rows[1], *here = rows[2];

    for (gsize j = 0; j <= n; j++)
        above[j] = (guint)j;
    for (gsize i = 1; a[i - 1]; i++) {
        guint *spare = before;

        here[0] = (guint)i;
        for (gsize j = 1; j <= n; j++) {
            here[j] = cheapest_step(above, here, j, same_letter(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1]))
                here[j] = MIN(here[j], before[j - 2] + 1);
        }
        before = above;
        above = here;
        here = spare;
    }
    return above[n];
}

const char *
pga_text_closest(const char *word, const char *const *candidates)
{
    const gsize length = strlen(word);
    const char *closest = NULL;
    guint least = (guint)(length / 3) + 1;

    if (length >= MAX_SPELLING)
        return NULL;
    for (guint i = 0; candidates[i]; i++) {
        guint distance;

        if (strlen(candidates[i]) >= MAX_SPELLING)
            continue;
        distance = edit_distance(word, candidates[i]);
        if (distance < least) {
            least = distance;
            closest = candidates[i];
        }
    }
    return closest;
}

char **
pga_text_split_lists(char *const *values)
{
    g_autoptr(GStrvBuilder) list = values ? g_strv_builder_new() : NULL;

    for (guint i = 0; values && values[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(values[i], ",", -1);

        for (guint j = 0; parts[j]; j++)
            if (*g_strstrip(parts[j]) || !parts[1])
                g_strv_builder_add(list, parts[j]);
        if (!parts[0])
            g_strv_builder_add(list, "");
    }
    return list ? g_strv_builder_end(list) : NULL;
}

char *
pga_text_wrap(const char *text, guint width, const char *indent)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t\n", -1);
    GString *out = g_string_new(NULL);
    const guint indent_width = pga_text_width(indent);
    guint column = 0;

    for (guint i = 0; words[i]; i++) {
        const guint word_width = pga_text_width(words[i]);

        if (!*words[i])
            continue;
        if (out->len > 0 && column + 1 + word_width > width) {
            g_string_append_printf(out, "\n%s", indent);
            column = indent_width;
        } else if (out->len > 0) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, words[i]);
        column += word_width;
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_of_name(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

gboolean
pga_text_has_word(const char *text, const char *word)
{
    const gsize length = strlen(word);

    for (const char *at = *word ? strstr(text, word) : NULL; at; at = strstr(at + 1, word))
        if ((at == text || !is_of_name(at[-1])) && !is_of_name(at[length]))
            return TRUE;
    return FALSE;
}

int
pga_compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}
