/* What identifiers and strings stand for. */
#include <string.h>

#include "sql_tokens_internal.h"

/** Behind an opening quote. */
typedef struct {
    const char *at, *end; /* end: of the token */
    char quote;
    gboolean escapes; /* of E'' */
    gboolean unicode; /* of U&'' and U&"" */
} Literal;

static guint32
number_of(const char **at, const char *end, guint n_max, guint base)
{
    guint32 number = 0;

    for (guint n = 0; n < n_max && *at < end; n++, (*at)++) {
        const int digit = g_ascii_xdigit_value(**at);

        if (digit < 0 || (guint)digit >= base)
            break;
        number = number * base + (guint32)digit;
    }
    return number;
}

static void
append_char(GString *value, guint32 c)
{
    if (c > 0 && c <= 0x10ffff)
        g_string_append_unichar(value, c);
}

/* Behind a backslash of U&''. */
static void
read_unicode(Literal *literal, GString *value)
{
    if (literal->at < literal->end && *literal->at == '+') {
        literal->at++;
        append_char(value, number_of(&literal->at, literal->end, 6, 16));
    } else if (literal->at < literal->end && *literal->at == '\\') {
        literal->at++;
        g_string_append_c(value, '\\');
    } else {
        append_char(value, number_of(&literal->at, literal->end, 4, 16));
    }
}

static char
control(char c)
{
    static const char letters[] = "bfnrtv", controls[] = "\b\f\n\r\t\v";
    const char *found = strchr(letters, c);

    if (found && c)
        return controls[found - letters];
    return c;
}

/* Behind a backslash of E''. */
static void
read_escape(Literal *literal, GString *value)
{
    char c = '\0';
    guint32 byte;

    if (literal->at < literal->end)
        c = *literal->at;

    if (c == 'u' || c == 'U') {
        literal->at++;
        append_char(value, number_of(&literal->at, literal->end, c == 'u' ? 4 : 8, 16));
    } else if (c == 'x' || (c >= '0' && c <= '7')) {
        literal->at += c == 'x';
        byte = number_of(&literal->at, literal->end, c == 'x' ? 2 : 3, c == 'x' ? 16 : 8) & 0xff;
        if (byte)
            g_string_append_c(value, (char)byte);
    } else if (c) {
        literal->at++;
        g_string_append_c(value, control(c));
    }
}

/* At a quote: behind a doubled one, or at what follows in another pair; FALSE at the end. */
static gboolean
pass_quote(Literal *literal, GString *value)
{
    literal->at++;
    if (literal->at < literal->end && *literal->at == literal->quote) {
        g_string_append_c(value, literal->quote);
        literal->at++;
        return TRUE;
    }
    while (literal->at < literal->end && *literal->at != literal->quote)
        literal->at++;
    if (literal->at == literal->end)
        return FALSE;
    literal->at++;
    return TRUE;
}

static char *
read_literal(Literal *literal)
{
    g_autoptr(GString) value = g_string_new(NULL);

    while (literal->at < literal->end) {
        const char c = *literal->at;

        if (c == literal->quote) {
            if (!pass_quote(literal, value))
                break;
        } else if (c == '\\' && (literal->escapes || literal->unicode)) {
            literal->at++;
            if (literal->escapes)
                read_escape(literal, value);
            else
                read_unicode(literal, value);
        } else {
            g_string_append_c(value, c);
            literal->at++;
        }
    }
    return g_utf8_make_valid(value->str, (gssize)value->len);
}

static char *
quoted_value(const char *start, const char *end)
{
    Literal literal = {.end = end, .quote = '\''};

    literal.escapes = (*start == 'e' || *start == 'E');
    literal.unicode = (*start == 'u' || *start == 'U');
    while (start < end && *start != '\'' && *start != '"')
        start++;
    if (start == end)
        return g_strdup("");
    literal.quote = *start;
    literal.at = start + 1;
    return read_literal(&literal);
}

static char *
dollar_value(const char *start, const char *end)
{
    const char *open = memchr(start + 1, '$', (gsize)(end - start - 1));
    const gsize tag = (gsize)(open + 1 - start);
    g_autofree char *body = g_strndup(open + 1, (gsize)(end - start) - 2 * tag);

    return g_utf8_make_valid(body, -1);
}

char *
pga_sql_text_value(const SqlText *text, guint i)
{
    const SqlToken *token = pga_sql_text_token(text, i);
    const char *start = text->sql + token->start, *end = text->sql + token->end;
    g_autofree char *word = NULL;

    if (token->kind == SQL_DOLLAR)
        return dollar_value(start, end);
    if (token->kind == SQL_QUOTED || token->kind == SQL_STRING || token->kind == SQL_BITS)
        return quoted_value(start, end);
    word = g_utf8_make_valid(start, end - start);
    return token->kind == SQL_WORD ? g_ascii_strdown(word, -1) : g_steal_pointer(&word);
}
