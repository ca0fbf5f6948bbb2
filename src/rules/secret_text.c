/* Passwords in text. Placeholders, and words without a digit, are taken for prose. */
#include <string.h>

#include "secret_text_internal.h"

#define SHORTEST_VALUE 6
#define PLACEHOLDERS   "$%<{*(|#"

/* What begins at @value and ends before one of @ends. */
static gboolean
is_value(const char *value, const char *ends)
{
    const gsize length = strcspn(value, ends);

    return length >= SHORTEST_VALUE && strcspn(value, PLACEHOLDERS) >= length &&
           strcspn(value, "0123456789") < length;
}

/* scheme://user:password@host */
static gboolean
has_url(const char *text)
{
    for (const char *at = strstr(text, "://"); at; at = strstr(at, "://")) {
        const char *user = at += strlen("://");
        const char *colon = user + strcspn(user, ":/@'\" \t\n");
        gsize length;

        if (*colon != ':')
            continue;
        length = strcspn(colon + 1, "@/'\" \t\n");
        if (colon[1 + length] == '@' && is_value(colon + 1, "@"))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_in_quotes(const char *text, const char *at)
{
    gboolean in = FALSE;

    for (; text < at; text++)
        in ^= *text == '\'';
    return in;
}

/* What stands behind a word such as "password". */
static gboolean
is_followed_by_value(const char *text, const char *at, gboolean is_code)
{
    const gboolean is_value_here = !is_code || is_in_quotes(text, at);

    at += strspn(at, " ");
    if (*at == '=' && is_value_here)
        return is_value(at + 1 + strspn(at + 1, " '\""), " '\"\t\n;,&)");
    return *at == '\'' && is_value(at + strspn(at, "'"), "'");
}

static gboolean
has_word(const char *text, const char *lower, const char *word, gboolean is_code)
{
    for (const char *at = strstr(lower, word); at; at = strstr(at + 1, word)) {
        const char *end = text + (at - lower) + strlen(word);

        if ((at == lower || !g_ascii_isalnum(at[-1])) && is_followed_by_value(text, end, is_code))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_text_holds_secret(const char *text, gboolean is_code)
{
    static const char *const words[] = {"password", "passwd", "pwd",    "passphrase",
                                        "secret",   "token",  "api_key"};
    g_autofree char *lower = g_ascii_strdown(text, -1);

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (has_word(text, lower, words[i], is_code))
            return TRUE;
    return has_url(text);
}
