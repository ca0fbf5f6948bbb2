/* What of a statement is quoted, and what inside the quotes a terminal would act on.
 * Source: PostgreSQL 18, 4.1.2.3 "String Constants with Unicode Escapes" and 4.1.1 for identifiers.
 */
#include "statement_internal.h"

#include <base/text.h>
#include <string.h>

/* One definition of harmless: what pga_text_printable() leaves alone. */
static gboolean
is_harmless(const char *text, gsize length)
{
    g_autofree char *copy = g_strndup(text, length);
    g_autofree char *printable = pga_text_printable(copy);

    return g_str_equal(copy, printable);
}

static gboolean
follows_word(const char *sql, const char *at)
{
    return at > sql && (g_ascii_isalnum(at[-1]) || at[-1] == '_' || at[-1] == '&');
}

/* Past the closing quote of the token at @open, or NULL. */
static const char *
quoted_end(const char *sql, const char *open)
{
    const gboolean escapes = *open == '\'' && open > sql && g_ascii_toupper(open[-1]) == 'E';

    for (const char *at = open + 1; *at; at++) {
        if ((escapes && *at == '\\' && at[1]) || (*at == *open && at[1] == *open))
            at++;
        else if (*at == *open)
            return at + 1;
    }
    return NULL;
}

static void
append_unicode_escaped(GString *out, const char *start, const char *end)
{
    g_string_append(out, "U&");
    for (const char *at = start; at < end; at = g_utf8_next_char(at)) {
        const gsize length = (gsize)(g_utf8_next_char(at) - at);
        const gunichar c = g_utf8_get_char(at);

        if (c == '\\')
            g_string_append(out, "\\\\");
        else if (is_harmless(at, length))
            g_string_append_len(out, at, (gssize)length);
        else
            g_string_append_printf(out, c > 0xffff ? "\\+%06X" : "\\%04X", c);
    }
}

/* FALSE when the token cannot be shown as the same token: E'', B'' and the like. */
static gboolean
append_quoted(GString *out, const char *sql, const char *start, const char *end)
{
    if (is_harmless(start, (gsize)(end - start))) {
        g_string_append_len(out, start, end - start);
        return TRUE;
    }
    if (follows_word(sql, start))
        return FALSE;
    append_unicode_escaped(out, start, end);
    return TRUE;
}

/* Appends the run at @start that holds neither quotes nor the end of a comment, and returns its
 * end; NULL when it would not be harmless. */
static const char *
append_plain(GString *out, const char *start)
{
    const gboolean comment = g_str_has_prefix(start, "--");
    const char *end = start;

    while (*end && *end != '\n' && *end != '\t' &&
           (comment ||
            (*end != '"' && *end != '\'' && (end == start || !g_str_has_prefix(end, "--")))))
        end++;
    if (!is_harmless(start, (gsize)(end - start)))
        return NULL;
    g_string_append_len(out, start, end - start);
    return end;
}

/* NULL when @sql has no harmless form that is the same statement. */
static char *
display_exactly(const char *sql, const char *indent)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *at = sql;

    while (at && *at) {
        if (*at == '"' || *at == '\'') {
            const char *end = quoted_end(sql, at);

            at = end && append_quoted(out, sql, at, end) ? end : NULL;
        } else if (*at == '\n') {
            g_string_append_printf(out, "\n%s", indent);
            at++;
        } else if (*at == '\t') {
            g_string_append_c(out, ' ');
            at++;
        } else {
            at = append_plain(out, at);
        }
    }
    return at ? g_strdup(out->str) : NULL;
}

char *
pga_statement_display(const char *sql, const char *indent, gboolean *pasteable)
{
    char *shown = NULL;

    if (g_utf8_validate(sql, -1, NULL))
        shown = is_harmless(sql, strlen(sql)) ? g_strdup(sql) : display_exactly(sql, indent);
    *pasteable = shown != NULL;
    return shown ? shown : pga_text_printable(sql);
}
