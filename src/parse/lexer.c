/* The lexical rules of PostgreSQL 18 src/fe_utils/psqlscan.l, with standard_conforming_strings on.
 */
#include "lexer_internal.h"
#include <string.h>

static gboolean
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static gboolean
is_tag_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static gboolean
is_tag_part(char c)
{
    return is_tag_start(c) || g_ascii_isdigit(c);
}

static gboolean
starts_with(const Lexer *lexer, const char *two)
{
    return lexer->end - lexer->at >= 2 && lexer->at[0] == two[0] && lexer->at[1] == two[1];
}

/* What follows @prefix in the @length bytes at @text; NULL if they begin otherwise. */
static const char *
after_prefix(const char *text, gsize length, const char *prefix)
{
    const gsize n = strlen(prefix);

    return length >= n && memcmp(text, prefix, n) == 0 ? text + n : NULL;
}

static guint
leading_number(const char *p, const char *end)
{
    guint number = 0;

    for (; p < end && g_ascii_isdigit(*p) && number < 1000; p++)
        number = number * 10 + (guint)g_ascii_digit_value(*p);
    return number;
}

/* What pg_dump and pg_dumpall say in comments: their first and last line, the server's version. */
static void
note_comment(Lexer *lexer, const char *text, gsize length)
{
    static const char *const kinds[] = {"-- PostgreSQL database dump",
                                        "-- PostgreSQL database cluster dump"};
    const char *rest = after_prefix(text, length, "-- Dumped from database version ");

    if (rest && lexer->dumped_from == 0)
        lexer->dumped_from = leading_number(rest, text + length);
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        rest = after_prefix(text, length, kinds[i]);
        if (rest && rest == text + length)
            lexer->n_headers++;
        else if (rest && after_prefix(rest, (gsize)(text + length - rest), " complete"))
            lexer->n_footers++;
    }
}

static void
skip_line_comment(Lexer *lexer)
{
    const char *start = lexer->at;
    const char *newline = memchr(start, '\n', (gsize)(lexer->end - start));

    lexer->at = newline ? newline : lexer->end;
    note_comment(lexer, start, (gsize)(lexer->at - start));
    if (lexer->comment)
        lexer->comment(lexer->data, start, (gsize)(lexer->at - start));
}

/* FALSE when the text ends inside it. */
static gboolean
skip_block_comment(Lexer *lexer)
{
    const char *start = lexer->at;
    guint depth = 0;

    while (lexer->at < lexer->end) {
        if (starts_with(lexer, "/*")) {
            depth++;
            lexer->at += 2;
        } else if (starts_with(lexer, "*/")) {
            depth--;
            lexer->at += 2;
        } else {
            lexer->at++;
        }
        if (depth == 0)
            break;
    }
    if (depth == 0 && lexer->comment)
        lexer->comment(lexer->data, start, (gsize)(lexer->at - start));
    return depth == 0;
}

/* Moves to what is neither blank nor comment. FALSE when the text ends inside a comment, which then
 * begins at *start. */
static gboolean
skip_to_token(Lexer *lexer, const char **start)
{
    for (;;) {
        while (lexer->at < lexer->end && is_blank(*lexer->at))
            lexer->at++;
        *start = lexer->at;
        if (starts_with(lexer, "--"))
            skip_line_comment(lexer);
        else if (!starts_with(lexer, "/*"))
            return TRUE;
        else if (!skip_block_comment(lexer))
            return FALSE;
    }
}

/* From behind the opening @quote to behind the closing one; a doubled quote stands for itself. */
static gboolean
skip_quoted(Lexer *lexer, char quote)
{
    for (;;) {
        const char *close = memchr(lexer->at, quote, (gsize)(lexer->end - lexer->at));

        if (!close) {
            lexer->at = lexer->end;
            return FALSE;
        }
        lexer->at = close + 1;
        if (lexer->at == lexer->end || *lexer->at != quote)
            return TRUE;
        lexer->at++;
    }
}

/* The same for E'', where a backslash also hides a quote. */
static gboolean
skip_escaped(Lexer *lexer)
{
    while (lexer->at < lexer->end) {
        const char c = *lexer->at++;

        if (c == '\'' && (lexer->at == lexer->end || *lexer->at != '\''))
            return TRUE;
        if ((c == '\'' || c == '\\') && lexer->at < lexer->end)
            lexer->at++;
    }
    return FALSE;
}

/* After a string: whether it goes on in another pair of quotes, with blanks, line comments and at
 * least one end of line in between. Moves behind that opening quote if so. */
static gboolean
skip_continuation(Lexer *lexer)
{
    const char *p = lexer->at;
    gboolean newline = FALSE;

    while (p < lexer->end && (is_blank(*p) || *p == '-')) {
        if (*p == '-') {
            if (lexer->end - p < 2 || p[1] != '-')
                return FALSE;
            p = memchr(p, '\n', (gsize)(lexer->end - p));
            if (!p)
                return FALSE;
        }
        newline = newline || *p == '\n' || *p == '\r';
        p++;
    }
    if (!newline || p == lexer->end || *p != '\'')
        return FALSE;
    lexer->at = p + 1;
    return TRUE;
}

static gboolean
skip_escaped_string(Lexer *lexer)
{
    do {
        if (!skip_escaped(lexer))
            return FALSE;
    } while (skip_continuation(lexer));
    return TRUE;
}

/* At a dollar: skips a dollar-quoted string, or else just the dollar. */
static gboolean
skip_dollar(Lexer *lexer)
{
    const char *start = lexer->at++;
    const char *p = lexer->at;
    const char *close;
    gsize length;

    if (p < lexer->end && is_tag_start(*p))
        while (p < lexer->end && is_tag_part(*p))
            p++;
    if (p == lexer->end || *p != '$')
        return TRUE;
    length = (gsize)(++p - start);
    close = memmem(p, (gsize)(lexer->end - p), start, length);
    lexer->at = close ? close + length : lexer->end;
    return close != NULL;
}

static Token
finish(const Lexer *lexer, TokenKind kind, const char *start)
{
    const Token token = {.kind = kind, .text = start, .length = (gsize)(lexer->at - start)};

    return token;
}

static Token
finish_quoted(const Lexer *lexer, TokenKind kind, const char *start, const char *what,
              gboolean closed)
{
    Token token = finish(lexer, closed ? kind : TOKEN_UNTERMINATED, start);

    token.what = what;
    return token;
}

static Token
word(Lexer *lexer, const char *start)
{
    while (lexer->at < lexer->end && (is_tag_part(*lexer->at) || *lexer->at == '$'))
        lexer->at++;
    if (lexer->at == start + 1 && (*start == 'e' || *start == 'E') && lexer->at < lexer->end &&
        *lexer->at == '\'') {
        lexer->at++;
        return finish_quoted(lexer, TOKEN_OTHER, start, "a quoted string",
                             skip_escaped_string(lexer));
    }
    return finish(lexer, TOKEN_WORD, start);
}

static Token
number(Lexer *lexer, const char *start)
{
    while (lexer->at < lexer->end && (g_ascii_isalnum(*lexer->at) || *lexer->at == '_'))
        lexer->at++;
    return finish(lexer, TOKEN_OTHER, start);
}

/* \; and \: are the characters themselves, without their meaning. */
static Token
backslash(Lexer *lexer, const char *start)
{
    lexer->at++;
    if (lexer->at == lexer->end || (*lexer->at != ';' && *lexer->at != ':'))
        return finish(lexer, TOKEN_BACKSLASH, start);
    lexer->at++;
    return finish(lexer, TOKEN_OTHER, start);
}

static Token
single(Lexer *lexer, TokenKind kind, const char *start)
{
    lexer->at++;
    return finish(lexer, kind, start);
}

static Token
quoted(Lexer *lexer, const char *start)
{
    gboolean closed;

    lexer->at++;
    closed = skip_quoted(lexer, *start);
    if (*start == '"')
        return finish_quoted(lexer, TOKEN_QUOTED, start, "a quoted identifier", closed);
    return finish_quoted(lexer, TOKEN_OTHER, start, "a quoted string", closed);
}

static Token
dollar(Lexer *lexer, const char *start)
{
    const gboolean closed = skip_dollar(lexer);

    return finish_quoted(lexer, TOKEN_OTHER, start, "a dollar-quoted string", closed);
}

Token
pga_lexer_next(Lexer *lexer)
{
    const char *start;

    if (!skip_to_token(lexer, &start))
        return finish_quoted(lexer, TOKEN_OTHER, start, "a comment", FALSE);
    if (lexer->at == lexer->end)
        return finish(lexer, TOKEN_END, start);
    if (is_tag_start(*start))
        return word(lexer, start);
    if (g_ascii_isdigit(*start))
        return number(lexer, start);
    switch (*start) {
    case ';':
        return single(lexer, TOKEN_SEMICOLON, start);
    case '(':
        return single(lexer, TOKEN_OPEN, start);
    case ')':
        return single(lexer, TOKEN_CLOSE, start);
    case '\\':
        return backslash(lexer, start);
    case '\'':
    case '"':
        return quoted(lexer, start);
    case '$':
        return dollar(lexer, start);
    default:
        return single(lexer, TOKEN_OTHER, start);
    }
}

gboolean
pga_token_is(const Token *token, const char *keyword)
{
    return token->kind == TOKEN_WORD && strlen(keyword) == token->length &&
           g_ascii_strncasecmp(token->text, keyword, token->length) == 0;
}
