/* The lexical rules of PostgreSQL 18 src/backend/parser/scan.l, with standard_conforming_strings
 * on. */
#include "sql_tokens_internal.h"

#include <string.h>

#define OPERATOR_SIGNS "+-*/<>=~!@#%^&|`?"

/** Reading a text. */
typedef struct {
    const char *at, *end, *begin;
} Reader;

static gboolean
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static gboolean
is_word_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static gboolean
is_word_part(char c)
{
    return is_word_start(c) || g_ascii_isdigit(c) || c == '$';
}

static gboolean
looks_at(const Reader *reader, const char *sign)
{
    const gsize n = strlen(sign);

    return (gsize)(reader->end - reader->at) >= n && memcmp(reader->at, sign, n) == 0;
}

/* FALSE when the text ends inside the comment. */
static gboolean
skip_block_comment(Reader *reader)
{
    guint depth = 0;

    while (reader->at < reader->end) {
        if (looks_at(reader, "/*")) {
            depth++;
            reader->at += 2;
        } else if (looks_at(reader, "*/")) {
            depth--;
            reader->at += 2;
        } else {
            reader->at++;
        }
        if (depth == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
skip_blanks(Reader *reader)
{
    for (;;) {
        while (reader->at < reader->end && is_blank(*reader->at))
            reader->at++;
        if (looks_at(reader, "--")) {
            const char *newline = memchr(reader->at, '\n', (gsize)(reader->end - reader->at));

            reader->at = newline ? newline : reader->end;
        } else if (!looks_at(reader, "/*")) {
            return TRUE;
        } else if (!skip_block_comment(reader)) {
            return FALSE;
        }
    }
}

/* From the opening quote to behind the closing one. A doubled one stands for itself. */
static gboolean
skip_quoted(Reader *reader, char quote, gboolean escapes)
{
    reader->at++;
    while (reader->at < reader->end) {
        const char c = *reader->at++;

        if (c == quote && (reader->at == reader->end || *reader->at != quote))
            return TRUE;
        if ((c == quote || (escapes && c == '\\')) && reader->at < reader->end)
            reader->at++;
    }
    return FALSE;
}

/* Behind a string: whether it goes on after a newline; the reader is then at its next quote. */
static gboolean
goes_on(Reader *reader)
{
    const char *p = reader->at;
    gboolean newline = FALSE;

    for (; p < reader->end && is_blank(*p); p++)
        newline |= *p == '\n' || *p == '\r';
    if (!newline || p == reader->end || *p != '\'')
        return FALSE;
    reader->at = p;
    return TRUE;
}

static gboolean
skip_string(Reader *reader, gboolean escapes)
{
    do {
        if (!skip_quoted(reader, '\'', escapes))
            return FALSE;
    } while (goes_on(reader));
    return TRUE;
}

static SqlTokenKind
closed(gboolean is_closed, SqlTokenKind kind)
{
    return is_closed ? kind : SQL_CUT;
}

/* A letter that says what the quotes behind it hold; the reader is at the letter. */
static gboolean
read_prefixed(Reader *reader, SqlTokenKind *kind)
{
    const char letter = g_ascii_tolower(*reader->at);
    const gsize left = (gsize)(reader->end - reader->at);

    if (letter == 'u' && left > 2 && reader->at[1] == '&' &&
        (reader->at[2] == '\'' || reader->at[2] == '"')) {
        const gboolean is_string = reader->at[2] == '\'';

        reader->at += 2;
        *kind = is_string ? closed(skip_string(reader, FALSE), SQL_STRING)
                          : closed(skip_quoted(reader, '"', FALSE), SQL_QUOTED);
        return TRUE;
    }
    if (left < 2 || reader->at[1] != '\'' || !strchr("ebxn", letter))
        return FALSE;
    reader->at++;
    *kind = closed(skip_string(reader, letter == 'e'),
                   letter == 'b' || letter == 'x' ? SQL_BITS : SQL_STRING);
    return TRUE;
}

static SqlTokenKind
read_word(Reader *reader)
{
    SqlTokenKind kind;

    if (read_prefixed(reader, &kind))
        return kind;
    while (reader->at < reader->end && is_word_part(*reader->at))
        reader->at++;
    return SQL_WORD;
}

static void
skip_digits(Reader *reader)
{
    while (reader->at < reader->end && (g_ascii_isalnum(*reader->at) || *reader->at == '_'))
        reader->at++;
}

/* "1e-5" goes on behind its sign, "1..10" ends before the dots. */
static SqlTokenKind
read_number(Reader *reader)
{
    const char *start = reader->at;

    skip_digits(reader);
    if (looks_at(reader, ".") && !looks_at(reader, "..")) {
        reader->at++;
        skip_digits(reader);
    }
    if (reader->at < reader->end && (*reader->at == '-' || *reader->at == '+') &&
        g_ascii_tolower(reader->at[-1]) == 'e' && g_ascii_tolower(start[1]) != 'x' &&
        reader->at - start > 1 && reader->end - reader->at > 1 && g_ascii_isdigit(reader->at[1])) {
        reader->at++;
        skip_digits(reader);
    }
    return SQL_NUMBER;
}

static SqlTokenKind
read_dollar(Reader *reader)
{
    const char *start = reader->at++, *close;
    const char *p = reader->at;
    gsize n;

    if (p < reader->end && g_ascii_isdigit(*p)) {
        while (reader->at < reader->end && g_ascii_isdigit(*reader->at))
            reader->at++;
        return SQL_PARAM;
    }
    while (p < reader->end && is_word_part(*p) && *p != '$')
        p++;
    if (p == reader->end || *p != '$')
        return SQL_OPERATOR;
    n = (gsize)(++p - start);
    close = memmem(p, (gsize)(reader->end - p), start, n);
    reader->at = close ? close + n : reader->end;
    return closed(close != NULL, SQL_DOLLAR);
}

/* A comment ends it; it ends in + or - only when it has a sign that no operator of SQL's own has.
 */
static SqlTokenKind
read_operator(Reader *reader)
{
    const char *start = reader->at;
    gboolean is_special = FALSE;

    while (reader->at < reader->end && strchr(OPERATOR_SIGNS, *reader->at) && *reader->at &&
           !looks_at(reader, "--") && !looks_at(reader, "/*")) {
        is_special |= strchr("~!@#%^&|`?", *reader->at) != NULL;
        reader->at++;
    }
    while (!is_special && reader->at - start > 1 &&
           (reader->at[-1] == '+' || reader->at[-1] == '-'))
        reader->at--;
    if (reader->at == start)
        reader->at++;
    return SQL_OPERATOR;
}

static SqlTokenKind
read_colon(Reader *reader)
{
    reader->at += looks_at(reader, "::") || looks_at(reader, ":=") ? 2 : 1;
    return SQL_OPERATOR;
}

static SqlTokenKind
read_token(Reader *reader)
{
    const char c = *reader->at;

    if (is_word_start(c))
        return read_word(reader);
    if (g_ascii_isdigit(c) ||
        (c == '.' && reader->end - reader->at > 1 && g_ascii_isdigit(reader->at[1]) &&
         (reader->at == reader->begin || reader->at[-1] != '.')))
        return read_number(reader);
    if (c == '\'')
        return closed(skip_string(reader, FALSE), SQL_STRING);
    if (c == '"')
        return closed(skip_quoted(reader, '"', FALSE), SQL_QUOTED);
    if (c == '$')
        return read_dollar(reader);
    if (c == ':')
        return read_colon(reader);
    if (strchr(OPERATOR_SIGNS, c))
        return read_operator(reader);
    reader->at++;
    return SQL_OTHER;
}

static void
clear_token(gpointer data)
{
    SqlToken *token = data;

    g_free(token->text);
    g_free(token->before);
    g_free(token->after);
}

static void
add_token(SqlText *text, const Reader *reader, const char *start, SqlTokenKind kind)
{
    const SqlToken token = {
        .kind = kind, .start = (guint)(start - text->sql), .end = (guint)(reader->at - text->sql)};

    g_array_append_val(text->tokens, token);
}

SqlText *
pga_sql_text_new(const char *sql)
{
    SqlText *text = g_new0(SqlText, 1);
    Reader reader = {sql, sql + strlen(sql), sql};

    text->sql = sql;
    text->tokens = g_array_new(FALSE, FALSE, sizeof(SqlToken));
    g_array_set_clear_func(text->tokens, clear_token);
    for (;;) {
        const char *start;

        if (!skip_blanks(&reader)) {
            add_token(text, &reader, reader.at, SQL_CUT);
            break;
        }
        if (reader.at == reader.end)
            break;
        start = reader.at;
        add_token(text, &reader, start, read_token(&reader));
    }
    return text;
}

void
pga_sql_text_free(SqlText *text)
{
    g_array_unref(text->tokens);
    g_free(text);
}

SqlToken *
pga_sql_text_token(const SqlText *text, guint i)
{
    return &g_array_index(text->tokens, SqlToken, i);
}

SqlToken *
pga_sql_text_at(const SqlText *text, guint start, guint *i)
{
    guint low = 0, high = text->tokens->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;

        if (pga_sql_text_token(text, middle)->start < start)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == text->tokens->len || pga_sql_text_token(text, low)->start != start)
        return NULL;
    *i = low;
    return pga_sql_text_token(text, low);
}

gboolean
pga_sql_text_is(const SqlText *text, guint i, const char *word)
{
    const SqlToken *token;

    if (i >= text->tokens->len)
        return FALSE;
    token = pga_sql_text_token(text, i);
    return (token->kind == SQL_WORD || token->kind == SQL_OPERATOR || token->kind == SQL_OTHER) &&
           strlen(word) == token->end - token->start &&
           g_ascii_strncasecmp(text->sql + token->start, word, token->end - token->start) == 0;
}

void
pga_sql_text_replace(SqlText *text, guint i, char *replacement)
{
    SqlToken *token = pga_sql_text_token(text, i);

    g_free(token->text);
    token->text = replacement;
}

/* Blanks without the comments among them. */
static void
write_gap(GString *out, const char *gap, gsize n)
{
    gboolean has_comment = FALSE, has_newline = FALSE;

    for (gsize i = 0; i < n; i++) {
        has_comment |= !is_blank(gap[i]);
        has_newline |= gap[i] == '\n';
    }
    if (!has_comment)
        g_string_append_len(out, gap, (gssize)n);
    else
        g_string_append_c(out, has_newline ? '\n' : ' ');
}

/* What stood without a blank beside a quote needs one beside a word. */
static void
write_part(GString *out, const char *part, gsize n)
{
    if (n > 0 && out->len > 0 && is_word_part(out->str[out->len - 1]) && is_word_part(*part))
        g_string_append_c(out, ' ');
    g_string_append_len(out, part, (gssize)n);
}

static void
write_token(GString *out, const SqlText *text, const SqlToken *token)
{
    const char *whole = token->text ? token->text : text->sql + token->start;
    const gsize n = token->text ? strlen(token->text) : token->end - token->start;

    if (token->before)
        write_part(out, token->before, strlen(token->before));
    if (token->text || token->kind != SQL_CUT)
        write_part(out, whole, n);
    if (token->after)
        write_part(out, token->after, strlen(token->after));
}

char *
pga_sql_text_write(const SqlText *text)
{
    GString *out = g_string_sized_new(strlen(text->sql) + 64);
    guint at = 0;

    for (guint i = 0; i < text->tokens->len; i++) {
        const SqlToken *token = pga_sql_text_token(text, i);

        write_gap(out, text->sql + at, token->start - at);
        write_token(out, text, token);
        at = token->end;
    }
    write_gap(out, text->sql + at, strlen(text->sql + at));
    return g_string_free(out, FALSE);
}
