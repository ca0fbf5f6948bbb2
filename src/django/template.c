/* The parts of a Django template that name something. */
#include <django/template.h>
#include <string.h>

#define MAX_TOKENS 20000
#define MAX_TEXT   2000

static void
token_free(gpointer data)
{
    PgaTemplateToken *token = data;

    g_free(token->text);
    g_free(token);
}

/* The place of @what in what is left, on the same line or not: (nullable). */
static const char *
find(const char *at, const char *end, const char *what)
{
    return g_strstr_len(at, end - at, what);
}

static guint
count_lines(const char *from, const char *until)
{
    guint n = 0;

    for (; from < until; from++)
        n += *from == '\n';
    return n;
}

static gboolean
begins_with(const PgaTemplateToken *token, const char *word)
{
    const gsize length = strlen(word);

    return token->is_tag && strncmp(token->text, word, length) == 0 &&
           (!token->text[length] || g_ascii_isspace(token->text[length]));
}

static const char *const raw[] = {"comment", "verbatim"};

/* Behind a comment or something verbatim: its end; else @at. @lacks: there is none behind. */
static const char *
passed_over(const PgaTemplateToken *token, const char *at, const char *end, gboolean *lacks)
{
    for (guint i = 0; i < G_N_ELEMENTS(raw); i++) {
        g_autofree char *closing = g_strconcat("end", raw[i], NULL);
        const char *found = !lacks[i] && begins_with(token, raw[i]) ? find(at, end, closing) : NULL;

        if (found)
            return found + strlen(closing);
        lacks[i] |= begins_with(token, raw[i]);
    }
    return at;
}

/* (transfer full) */
static PgaTemplateToken *
token_at(const char *open, const char *close, guint line)
{
    PgaTemplateToken *token = g_new0(PgaTemplateToken, 1);
    token->is_tag = open[1] == '%';
    token->text = g_strstrip(g_strndup(open + 2, (gsize)(close - open - 2)));
    token->line = line;
    return token;
}

/* The end of what begins at @at, at most MAX_TEXT bytes behind it: (nullable). */
static const char *
closing_of(const char *at, const char *end)
{
    const char *last = end - at - 2 > MAX_TEXT ? at + 2 + MAX_TEXT : end;

    switch (at[1]) {
    case '%':
        return find(at + 2, last, "%}");
    case '{':
        return find(at + 2, last, "}}");
    case '#':
        return find(at + 2, last, "#}");
    default:
        return NULL;
    }
}

GPtrArray *
pga_template_tokens(const char *text, gsize length)
{
    GPtrArray *tokens = g_ptr_array_new_with_free_func(token_free);
    const char *at = text, *counted = text, *end = text + length;
    gboolean lacks[G_N_ELEMENTS(raw)] = {FALSE};
    guint line = 1;

    while (tokens->len < MAX_TOKENS && (at = memchr(at, '{', (gsize)(end - at))) && end - at > 3) {
        const char *open = at, *close = closing_of(at, end);

        at = close ? close + 2 : at + 1;
        if (!close || open[1] == '#')
            continue;
        line += count_lines(counted, open);
        counted = open;
        g_ptr_array_add(tokens, token_at(open, close, line));
        at = passed_over(g_ptr_array_index(tokens, tokens->len - 1), at, end, lacks);
    }
    return tokens;
}
