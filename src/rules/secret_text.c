/* Passwords in text. Placeholders, and words without a digit, are taken for prose. */
#include <string.h>

#include "secret_text_internal.h"

#define SHORTEST_VALUE 6
#define LONGEST_VALUE  256
#define PLACEHOLDERS   "$%<{*(|#"

/* What begins at @value and ends before one of @ends. Nothing is looked at twice beyond
 * LONGEST_VALUE bytes: the text may be a stranger's. */
static gboolean
is_value(const char *value, const char *ends)
{
    gboolean has_digit = FALSE;
    guint length = 0;

    for (; value[length] && !strchr(ends, value[length]); length++) {
        if (length == LONGEST_VALUE || strchr(PLACEHOLDERS, value[length]))
            return FALSE;
        has_digit |= g_ascii_isdigit(value[length]);
    }
    return length >= SHORTEST_VALUE && has_digit;
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

/* What stands behind a word such as "password". @may_be_bare: so does "=value" without quotes. */
static gboolean
is_followed_by_value(const char *at, gboolean may_be_bare)
{
    at += strspn(at, " ");
    if (*at == '=' && may_be_bare)
        return is_value(at + 1 + strspn(at + 1, " '\""), " '\"\t\n;,&)");
    return *at == '\'' && is_value(at + strspn(at, "'"), "'");
}

static gboolean
has_word(const char *text, const char *lower, const char *word, gboolean is_code)
{
    const char *seen = text;
    gboolean in_quotes = FALSE;

    for (const char *at = strstr(lower, word); at; at = strstr(at + 1, word)) {
        const char *end = text + (at - lower) + strlen(word);

        for (; seen < end; seen++)
            in_quotes ^= *seen == '\'';
        if ((at == lower || !g_ascii_isalnum(at[-1])) &&
            is_followed_by_value(end, !is_code || in_quotes))
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
