/* Names are folded, blanks and comments left out, constants and parameters are one token; a list of
 * them, and rows of such lists, count once. Two texts of one shape are one statement to PostgreSQL,
 * but for its constants. The reverse need not hold. */
#include "query_shape_internal.h"

#include <string.h>

#define PRIME    G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)
#define OFFSET   G_GUINT64_CONSTANT(0xcbf29ce484222325)
#define CONSTANT G_GUINT64_CONSTANT(0x2545f4914f6cdd1d)

typedef enum {
    BYTE_SIGN,
    BYTE_BLANK,
    BYTE_WORD, /* begins a word */
    BYTE_DIGIT,
    BYTE_QUOTE,
    BYTE_DOUBLE_QUOTE,
    BYTE_DOLLAR,
    BYTE_DASH,
    BYTE_SLASH,
    BYTE_DOT,
} ByteKind;

static const guint8 kinds[256] = {
    ['\t'] = BYTE_BLANK,         ['\n'] = BYTE_BLANK,        ['\v'] = BYTE_BLANK,
    ['\f'] = BYTE_BLANK,         ['\r'] = BYTE_BLANK,        [' '] = BYTE_BLANK,
    ['a' ... 'z'] = BYTE_WORD,   ['A' ... 'Z'] = BYTE_WORD,  ['_'] = BYTE_WORD,
    [0x80 ... 0xff] = BYTE_WORD, ['0' ... '9'] = BYTE_DIGIT, ['\''] = BYTE_QUOTE,
    ['"'] = BYTE_DOUBLE_QUOTE,   ['$'] = BYTE_DOLLAR,        ['-'] = BYTE_DASH,
    ['/'] = BYTE_SLASH,          ['.'] = BYTE_DOT,
};

/** What the last tokens were, as far as lists ask for it. */
typedef enum {
    AFTER_ANYTHING,
    AFTER_OPENING,   /* "(" or ",": NULL here is a constant */
    AFTER_CONSTANT,  /* of a list */
    AFTER_COMMA,     /* behind a constant */
    AFTER_ROW,       /* "(constants)" */
    AFTER_ROW_COMMA, /* behind a row */
} Place;

typedef struct {
    const guchar *at, *end;
    guint64 hash, constants;
    guint64 before_row;     /* the hash after a row, to which another row goes back */
    guint64 after_constant; /* the same of a constant */
    Place place;
    gboolean in_row; /* an opening parenthesis and constants so far */
    gboolean again;  /* that row follows another */
} Scan;

guint64
pga_query_shape_mix(guint64 number)
{
    number ^= number >> 32;
    number *= PRIME;
    number ^= number >> 29;
    number *= PRIME;
    return number ^ (number >> 32);
}

static inline guint64
step(guint64 hash, guint64 with)
{
    hash = (hash ^ with) * PRIME;
    return hash ^ (hash >> 29);
}

guint64
pga_query_shape_add(guint64 hash, const char *bytes, gsize length)
{
    for (; length >= 8; length -= 8, bytes += 8) {
        guint64 word;

        memcpy(&word, bytes, sizeof(word));
        hash = step(hash, word);
    }
    for (gsize i = 0; i < length; i++)
        hash = step(hash, (guchar)bytes[i]);
    return step(hash, length);
}

static inline gboolean
is_word_byte(guchar c)
{
    return kinds[c] == BYTE_WORD || kinds[c] == BYTE_DIGIT || c == '$';
}

/* Behind the quote that closes what @quote opened before @at. */
static const guchar *
behind_quoted(const guchar *at, const guchar *end, guchar quote, gboolean escapes)
{
    while (at < end) {
        if (escapes && *at == '\\' && end - at > 1)
            at += 2;
        else if (*at++ != quote)
            continue;
        else if (at == end || *at != quote)
            return at;
        else
            at++;
    }
    return end;
}

static void
take_constant(Scan *scan, const guchar *start)
{
    scan->constants =
        pga_query_shape_add(scan->constants, (const char *)start, (gsize)(scan->at - start));
    if (scan->place == AFTER_COMMA) {
        scan->hash = scan->after_constant;
    } else {
        scan->in_row &= scan->place == AFTER_OPENING;
        scan->hash = scan->after_constant = step(scan->hash, CONSTANT);
    }
    scan->place = AFTER_CONSTANT;
}

static void
close_row(Scan *scan)
{
    const gboolean is_row = scan->in_row && scan->place == AFTER_CONSTANT;

    scan->hash = step(scan->hash, ')');
    if (is_row && scan->again)
        scan->hash = scan->before_row;
    scan->before_row = scan->hash;
    scan->place = is_row ? AFTER_ROW : AFTER_ANYTHING;
    scan->in_row = FALSE;
}

static void
take_sign(Scan *scan, guchar c)
{
    const Place place = scan->place;

    scan->at++;
    if (c == ')') {
        close_row(scan);
        return;
    }
    scan->hash = step(scan->hash, c);
    if (c == '(') {
        scan->again = place == AFTER_ROW_COMMA;
        scan->in_row = TRUE;
        scan->place = AFTER_OPENING;
        return;
    }
    if (c == ',') {
        scan->place = place == AFTER_CONSTANT ? AFTER_COMMA
                      : place == AFTER_ROW    ? AFTER_ROW_COMMA
                                              : AFTER_OPENING;
        scan->in_row &= place == AFTER_CONSTANT;
        return;
    }
    scan->in_row = FALSE;
    scan->place = c == '[' || c == '=' ? AFTER_OPENING : AFTER_ANYTHING;
}

/* NULL, TRUE and FALSE are constants where they are no part of IS NULL. */
static gboolean
is_constant_word(const guchar *start, gsize length)
{
    static const char *const words[] = {"null", "true", "false"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i]) == length &&
            g_ascii_strncasecmp((const char *)start, words[i], length) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_string_prefix(const guchar *start, gsize length)
{
    return length == 1 && strchr("eEbBxXnN", *start);
}

static void
take_word(Scan *scan, const guchar *start)
{
    const gboolean in_list = scan->place == AFTER_OPENING || scan->place == AFTER_COMMA;
    guint64 hash = OFFSET;
    gsize length;

    while (scan->at < scan->end && is_word_byte(*scan->at))
        hash = step(hash, (guchar)g_ascii_tolower((char)*scan->at++));
    length = (gsize)(scan->at - start);
    if (scan->at < scan->end && *scan->at == '\'' && is_string_prefix(start, length)) {
        scan->at = behind_quoted(scan->at + 1, scan->end, '\'', (*start | 0x20) == 'e');
        take_constant(scan, start);
    } else if (in_list && length < 6 && is_constant_word(start, length)) {
        take_constant(scan, start);
    } else {
        scan->hash = step(scan->hash, hash);
        scan->place = AFTER_ANYTHING;
        scan->in_row = FALSE;
    }
}

static void
take_number(Scan *scan, const guchar *start)
{
    while (scan->at < scan->end &&
           (kinds[*scan->at] == BYTE_DIGIT || kinds[*scan->at] == BYTE_WORD || *scan->at == '.' ||
            ((*scan->at == '-' || *scan->at == '+') && (scan->at[-1] | 0x20) == 'e' &&
             scan->at - start > 1)))
        scan->at++;
    take_constant(scan, start);
}

/* Behind the string that the tag from @start up to, not with, scan->at opens. */
static void
take_dollar_quoted(Scan *scan, const guchar *start)
{
    const gsize n = (gsize)(scan->at - start);
    const guchar *close = memmem(scan->at, (gsize)(scan->end - scan->at), start, n);

    scan->at = close ? close + n : scan->end;
    take_constant(scan, start);
}

static void
take_dollar(Scan *scan, const guchar *start)
{
    scan->at++;
    if (scan->at < scan->end && kinds[*scan->at] == BYTE_DIGIT) {
        while (scan->at < scan->end && kinds[*scan->at] == BYTE_DIGIT)
            scan->at++;
        take_constant(scan, start);
        return;
    }
    while (scan->at < scan->end && *scan->at != '$' && is_word_byte(*scan->at))
        scan->at++;
    if (scan->at < scan->end && *scan->at == '$') {
        scan->at++;
        take_dollar_quoted(scan, start);
        return;
    }
    scan->at = start + 1;
    scan->hash = step(scan->hash, '$');
    scan->place = AFTER_ANYTHING;
}

static const guchar *
behind_comment(const guchar *at, const guchar *end)
{
    guint depth = 0;

    while (end - at > 1) {
        if (at[0] == '/' && at[1] == '*')
            depth++;
        else if (at[0] == '*' && at[1] == '/')
            depth--;
        else {
            at++;
            continue;
        }
        at += 2;
        if (depth == 0)
            return at;
    }
    return end;
}

static void
take_dash_or_slash(Scan *scan, guchar c)
{
    const guchar *newline;

    if (scan->end - scan->at > 1 && c == '-' && scan->at[1] == '-') {
        newline = memchr(scan->at, '\n', (gsize)(scan->end - scan->at));
        scan->at = newline ? newline : scan->end;
    } else if (scan->end - scan->at > 1 && c == '/' && scan->at[1] == '*') {
        scan->at = behind_comment(scan->at, scan->end);
    } else {
        take_sign(scan, c);
    }
}

static void
take_name(Scan *scan, const guchar *start)
{
    scan->at = behind_quoted(scan->at + 1, scan->end, '"', FALSE);
    scan->hash = pga_query_shape_add(scan->hash, (const char *)start, (gsize)(scan->at - start));
    scan->place = AFTER_ANYTHING;
    scan->in_row = FALSE;
}

static void
take_token(Scan *scan)
{
    const guchar *start = scan->at;

    switch ((ByteKind)kinds[*start]) {
    case BYTE_BLANK:
        scan->at++;
        break;
    case BYTE_WORD:
        take_word(scan, start);
        break;
    case BYTE_DIGIT:
        take_number(scan, start);
        break;
    case BYTE_QUOTE:
        scan->at = behind_quoted(scan->at + 1, scan->end, '\'', FALSE);
        take_constant(scan, start);
        break;
    case BYTE_DOUBLE_QUOTE:
        take_name(scan, start);
        break;
    case BYTE_DOLLAR:
        take_dollar(scan, start);
        break;
    case BYTE_DASH:
    case BYTE_SLASH:
        take_dash_or_slash(scan, *start);
        break;
    case BYTE_DOT:
        if (scan->end - start > 1 && kinds[start[1]] == BYTE_DIGIT)
            take_number(scan, start);
        else
            take_sign(scan, *start);
        break;
    case BYTE_SIGN:
    default:
        take_sign(scan, *start);
        break;
    }
}

QueryShape
pga_query_shape(const char *text, gsize length)
{
    Scan scan = {.at = (const guchar *)text,
                 .end = (const guchar *)text + length,
                 .hash = OFFSET,
                 .constants = OFFSET};

    while (scan.at < scan.end)
        take_token(&scan);
    return (QueryShape){pga_query_shape_mix(scan.hash), scan.constants};
}
