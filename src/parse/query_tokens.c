/* The tokens of psql's lexer put together to those of the server: parameters, prefixed strings. */
#include "query_tokens_internal.h"

#include <string.h>

#include "lexer_internal.h"

enum { MAX_DIGITS = 5 }; /* of a parameter: PostgreSQL takes 65,535 of them */

static QueryTokenKind
kind_of_sign(const Token *token)
{
    if (g_ascii_isdigit(*token->text))
        return QUERY_NUMBER;
    if (token->length > 1 && (*token->text == '$' || strpbrk("'eE", (char[]){*token->text, 0})))
        return QUERY_STRING;
    if (*token->text == '[')
        return QUERY_OPEN;
    return *token->text == ']' ? QUERY_CLOSE : QUERY_SIGN;
}

static QueryTokenKind
kind_of(const Token *token)
{
    switch (token->kind) {
    case TOKEN_OPEN:
        return QUERY_OPEN;
    case TOKEN_CLOSE:
        return QUERY_CLOSE;
    case TOKEN_SEMICOLON:
        return QUERY_SEMICOLON;
    case TOKEN_WORD:
        return QUERY_WORD;
    case TOKEN_QUOTED:
        return QUERY_QUOTED_NAME;
    case TOKEN_OTHER:
        return kind_of_sign(token);
    case TOKEN_END:
    case TOKEN_BACKSLASH:
    case TOKEN_UNTERMINATED:
    default:
        return QUERY_SIGN;
    }
}

/* "$" with digits right behind it; what follows the digits is the lexer's again. */
static void
make_parameter(QueryToken *token, Lexer *lexer)
{
    gsize n = 0;

    while (lexer->at + n < lexer->end && n <= MAX_DIGITS && g_ascii_isdigit(lexer->at[n]))
        n++;
    if (token->length != 1 || *token->text != '$' || n == 0 || n > MAX_DIGITS)
        return;
    for (gsize i = 0; i < n; i++)
        token->parameter = token->parameter * 10 + (guint)g_ascii_digit_value(lexer->at[i]);
    token->kind = QUERY_PARAMETER;
    token->length += n;
    lexer->at += n;
}

/* B'101', X'1f', N'a': the lexer has the letter as a word. U&'a': and a sign. */
static gboolean
is_prefix(const GArray *tokens, gsize n, const QueryToken *string)
{
    static const char *const letters[] = {"b", "x", "n", NULL};
    const QueryToken *last = pga_query_token(tokens, n - 1);

    return *string->text == '\'' && pga_query_tokens_touch(last, string) &&
           pga_query_token_is_any(last, letters);
}

/* "1" "." "5" */
static gboolean
is_fraction(const QueryToken *whole, const QueryToken *dot, const QueryToken *token)
{
    return token->kind == QUERY_NUMBER && pga_query_token_is_sign(dot, '.') &&
           whole->kind == QUERY_NUMBER && pga_query_tokens_touch(whole, dot) &&
           pga_query_tokens_touch(dot, token);
}

/* "U" "&" "'…'" */
static gboolean
is_escaped(const QueryToken *word, const QueryToken *sign, const QueryToken *token)
{
    return token->kind == QUERY_STRING && pga_query_token_is_sign(sign, '&') &&
           pga_query_token_is(word, "u") && pga_query_tokens_touch(sign, token) &&
           pga_query_tokens_touch(word, sign);
}

static void
add(GArray *tokens, QueryToken *token)
{
    const gsize n = tokens->len;
    const QueryToken *sign = pga_query_token(tokens, n - 1), *word = pga_query_token(tokens, n - 2);
    guint n_prefix = 0;

    if (token->kind == QUERY_STRING && is_prefix(tokens, n, token))
        n_prefix = 1;
    else if (is_escaped(word, sign, token) || is_fraction(word, sign, token))
        n_prefix = 2;
    if (n_prefix > 0) {
        const char *start = pga_query_token(tokens, n - n_prefix)->text;

        token->length += (gsize)(token->text - start);
        token->text = start;
        g_array_set_size(tokens, (guint)(n - n_prefix));
    }
    g_array_append_val(tokens, *token);
}

/* @opened: of guint: places of what is open. */
static void
pair(GArray *tokens, GArray *opened, QueryToken *token)
{
    const guint place = tokens->len;

    if (token->kind == QUERY_CLOSE && opened->len > 0) {
        token->partner = g_array_index(opened, guint, opened->len - 1);
        g_array_index(tokens, QueryToken, token->partner).partner = place;
        g_array_set_size(opened, opened->len - 1);
    }
    token->depth = opened->len;
    if (token->kind == QUERY_OPEN)
        g_array_append_val(opened, place);
}

GArray *
pga_query_tokens(const char *text, gsize length)
{
    GArray *tokens = g_array_new(FALSE, FALSE, sizeof(QueryToken));
    g_autoptr(GArray) opened = g_array_new(FALSE, FALSE, sizeof(guint));
    Lexer lexer = {.at = text, .end = text + length};

    for (;;) {
        const Token token = pga_lexer_next(&lexer);
        QueryToken made = {.text = token.text, .length = token.length};

        if (token.kind == TOKEN_END || token.kind == TOKEN_UNTERMINATED)
            return tokens;
        made.kind = kind_of(&token);
        if (made.kind == QUERY_SIGN)
            make_parameter(&made, &lexer);
        pair(tokens, opened, &made);
        add(tokens, &made);
    }
}

gboolean
pga_query_text_is_whole(const char *text, gsize length)
{
    Lexer lexer = {.at = text, .end = text + length};
    Token token;

    do {
        token = pga_lexer_next(&lexer);
    } while (token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED);
    return token.kind == TOKEN_END;
}

const QueryToken *
pga_query_token(const GArray *tokens, gsize i)
{
    static const QueryToken none = {.kind = QUERY_SIGN, .text = ""};

    return i < tokens->len ? &g_array_index(tokens, QueryToken, i) : &none;
}

gboolean
pga_query_token_is(const QueryToken *token, const char *word)
{
    return token->kind == QUERY_WORD && strlen(word) == token->length &&
           g_ascii_strncasecmp(token->text, word, token->length) == 0;
}

gboolean
pga_query_token_is_sign(const QueryToken *token, char sign)
{
    return token->kind == QUERY_SIGN && token->length == 1 && *token->text == sign;
}

gboolean
pga_query_token_is_any(const QueryToken *token, const char *const *words)
{
    for (; *words; words++)
        if (pga_query_token_is(token, *words))
            return TRUE;
    return FALSE;
}

gsize
pga_query_tokens_close(const GArray *tokens, gsize open)
{
    const QueryToken *token = pga_query_token(tokens, open);

    return token->kind == QUERY_OPEN && token->partner > 0 ? token->partner : tokens->len;
}

gboolean
pga_query_tokens_touch(const QueryToken *a, const QueryToken *b)
{
    return a->length > 0 && a->text + a->length == b->text;
}

static gboolean
is_sign_of(const QueryToken *token, const char *signs)
{
    return token->kind == QUERY_SIGN && token->length == 1 && strchr(signs, *token->text);
}

gboolean
pga_query_tokens_is_operator(const GArray *tokens, gsize i, const char *signs)
{
    static const char *const parts = "+-*/<>=~!@#%^&|`?";
    const QueryToken *token = pga_query_token(tokens, i);
    const QueryToken *last = pga_query_token(tokens, i - 1), *next = pga_query_token(tokens, i + 1);

    return is_sign_of(token, signs) &&
           !(is_sign_of(last, parts) && pga_query_tokens_touch(last, token)) &&
           !(is_sign_of(next, parts) && pga_query_tokens_touch(token, next));
}
