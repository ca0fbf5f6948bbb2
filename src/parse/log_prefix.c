/* log_line_prefix, compiled to the pieces that a line begins with. Names may hold what separates
 * them, so a line that does not fit with the shortest names is tried with longer ones.
 * Source: log_status_format() in PostgreSQL 18 src/backend/utils/error/elog.c */
#include "log_internal.h"
#include <base/error.h>
#include <string.h>

enum { MAX_PIECES = 64, MAX_HEAD = 2048, MAX_STEPS = 1000 };

typedef struct {
    char what; /* the escape's letter; 'L' + literal: text that stands there as it is */
    gboolean padded;
    char *literal;
    gsize length; /* of literal */
} Piece;

struct LogPrefix {
    guint n_pieces;
    Piece pieces[MAX_PIECES];
};

/** A line being matched. */
typedef struct {
    const LogPrefix *prefix;
    char *line, *end; /* of what may belong to the prefix */
    const char *line_end;
    gboolean strict;
    char *begun[MAX_PIECES], *ended[MAX_PIECES];
    guint choices[MAX_PIECES]; /* pieces that could have ended later */
    guint n_choices;
    guint stopped_at; /* n_pieces, or that of %q */
    gsize label_length;
    LogLabel label;
    char *label_at;
} Match;

/* "2026-11-21 16:45:49.333 "; 0: it is not there. */
static gsize
date_and_time(const char *text, gsize length)
{
    static const char shape[] = "0000-00-00 00:00:00";
    gsize n;

    if (length < strlen(shape) + 2)
        return 0;
    for (n = 0; n < strlen(shape); n++)
        if (shape[n] == '0' ? !g_ascii_isdigit(text[n]) : text[n] != shape[n])
            return 0;
    if (text[n] == '.')
        for (n++; n < length && g_ascii_isdigit(text[n]);)
            n++;
    return n + 1 < length && text[n] == ' ' ? n + 1 : 0;
}

/* "UTC", "+03", "+05:30" */
static gsize
time_zone(const char *text, gsize length)
{
    gsize n = 0;

    while (n < length && g_ascii_isalpha(text[n]))
        n++;
    if (n > 0 || length == 0 || (text[0] != '+' && text[0] != '-'))
        return n;
    for (n = 1; n < length && g_ascii_isdigit(text[n]);)
        n++;
    if (n + 2 < length && text[n] == ':' && g_ascii_isdigit(text[n + 1]) &&
        g_ascii_isdigit(text[n + 2]))
        n += 3;
    return n;
}

gsize
pga_log_timestamp(const char *text, gsize length)
{
    const gsize n = date_and_time(text, length);
    const gsize zone = n > 0 ? time_zone(text + n, length - n) : 0;

    return zone > 0 ? n + zone : 0;
}

static Piece *
add_piece(LogPrefix *prefix, char what)
{
    Piece *piece = &prefix->pieces[prefix->n_pieces++];

    piece->what = what;
    return piece;
}

static void
add_literal(LogPrefix *prefix, GString *literal)
{
    if (literal->len > 0) {
        Piece *piece = add_piece(prefix, '\0');

        piece->length = literal->len;
        piece->literal = g_strndup(literal->str, literal->len);
        g_string_truncate(literal, 0);
    }
}

/* The escape behind the "%" at @at; returns its letter. */
static const char *
read_escape(const char *at, gboolean *padded)
{
    const char *letter = at + 1;

    letter += *letter == '-';
    while (g_ascii_isdigit(*letter))
        letter++;
    *padded = letter != at + 1;
    return letter;
}

static gboolean
compile(LogPrefix *prefix, const char *text, GString *literal, GError **error)
{
    for (const char *at = text; *at != '\0'; at++) {
        gboolean padded;

        if (*at != '%') {
            g_string_append_c(literal, *at);
            continue;
        }
        at = read_escape(at, &padded);
        if (*at == '%') {
            g_string_append_c(literal, '%');
            continue;
        }
        if (*at == '\0' || !strchr("audrhLbpPtmnsicleqvxQ", *at)) {
            pga_error_set(error, PGA_ERROR_INPUT, "log_line_prefix \"%s\" is not valid", text);
            pga_error_detail(error, "It has an escape that PostgreSQL does not know: \"%%%c\".",
                             *at == '\0' ? ' ' : *at);
            return FALSE;
        }
        add_literal(prefix, literal);
        if (prefix->n_pieces + 2 >= MAX_PIECES) {
            pga_error_set(error, PGA_ERROR_INPUT, "log_line_prefix \"%s\" is too long", text);
            return FALSE;
        }
        add_piece(prefix, *at)->padded = padded;
    }
    add_literal(prefix, literal);
    return TRUE;
}

LogPrefix *
pga_log_prefix_compile(const char *text, GError **error)
{
    g_autoptr(LogPrefix) prefix = g_new0(LogPrefix, 1);
    g_autoptr(GString) literal = g_string_new(NULL);

    return compile(prefix, text, literal, error) ? g_steal_pointer(&prefix) : NULL;
}

void
pga_log_prefix_free(LogPrefix *prefix)
{
    for (guint i = 0; i < prefix->n_pieces; i++)
        g_free(prefix->pieces[i].literal);
    g_free(prefix);
}

/* What an escape with few characters takes, NULL: not there. */
static char *
take_run(char *at, const char *end, gboolean (*has)(char), gboolean may_be_empty)
{
    char *begun = at;

    while (at < end && has(*at))
        at++;
    return at > begun || may_be_empty ? at : NULL;
}

static gboolean
is_digit(char c)
{
    return g_ascii_isdigit(c);
}

static gboolean
is_number(char c)
{
    return g_ascii_isdigit(c) || c == '-';
}

static gboolean
is_decimal(char c)
{
    return g_ascii_isdigit(c) || c == '.';
}

static gboolean
is_session(char c)
{
    return g_ascii_isxdigit(c) || c == '.';
}

static gboolean
is_virtual(char c)
{
    return g_ascii_isdigit(c) || c == '/';
}

/* "@…" of an escape that has an end of its own; NULL: it does not stand there. */
static char *
take_bounded(char what, char *at, const char *end)
{
    gsize n;

    switch (what) {
    case 't':
    case 'm':
    case 's':
        n = pga_log_timestamp(at, (gsize)(end - at));
        return n > 0 ? at + n : NULL;
    case 'p':
    case 'l':
    case 'x':
        return take_run(at, end, is_digit, FALSE);
    case 'n':
        return take_run(at, end, is_decimal, FALSE);
    case 'P':
    case 'Q':
        return take_run(at, end, is_number, TRUE);
    case 'c':
        return take_run(at, end, is_session, FALSE);
    case 'v':
        return take_run(at, end, is_virtual, TRUE);
    case 'e':
        for (n = 0; n < 5; n++)
            if (at + n >= end || !g_ascii_isalnum(at[n]))
                return NULL;
        return at + n;
    default:
        return NULL;
    }
}

static gboolean
is_free(char what)
{
    return what != '\0' && strchr("audrhLbi", what) != NULL;
}

/* Names are short, so that memmem() would prepare for longer than it searches. */
static char *
find_literal(char *at, const char *end, const Piece *literal)
{
    for (; (gsize)(end - at) >= literal->length; at++) {
        at = memchr(at, literal->literal[0], (gsize)(end - at) - literal->length + 1);
        if (!at || memcmp(at, literal->literal, literal->length) == 0)
            return at;
    }
    return NULL;
}

/* The end of the text of escape @i that begins at begun[i], not before @from. */
static char *
free_end(const Match *match, guint i, char *from)
{
    const Piece *next = i + 1 < match->prefix->n_pieces ? &match->prefix->pieces[i + 1] : NULL;
    char *at = from;

    if (next && next->literal) {
        at = from <= match->end ? find_literal(from, match->end, next) : NULL;
    } else if (from > match->end) {
        at = NULL;
    }
    if (at && match->strict && strchr("udrhL", match->prefix->pieces[i].what))
        for (const char *c = match->begun[i]; c < at; c++)
            if (strchr(" ,=/@", *c))
                return NULL;
    return at;
}

/* The label must follow what was matched. */
static gboolean
match_label(Match *match, char *at, guint piece)
{
    while (at < match->end && *at == ' ')
        at++;
    match->label = pga_log_label(at, (gsize)(match->line_end - at), &match->label_length);
    match->label_at = at;
    match->stopped_at = piece;
    return match->label != LOG_NONE;
}

/* Piece @i at @at; returns where it ends, NULL: it does not stand there. */
static char *
take_piece(Match *match, guint i, char *at)
{
    const Piece *piece = &match->prefix->pieces[i];
    const gboolean may_pad = piece->padded || (i > 0 && match->prefix->pieces[i - 1].padded);

    if (piece->literal) {
        while (may_pad && at < match->end && *at == ' ' && *piece->literal != ' ')
            at++;
        if ((gsize)(match->end - at) < piece->length ||
            memcmp(at, piece->literal, piece->length) != 0)
            return NULL;
        return at + piece->length;
    }
    while (may_pad && at < match->end && *at == ' ')
        at++;
    match->begun[i] = at;
    if (piece->what == 'q') {
        match->choices[match->n_choices++] = i;
        return at;
    }
    if (!is_free(piece->what))
        return match->ended[i] = take_bounded(piece->what, at, match->end);
    match->ended[i] = free_end(match, i, at);
    if (match->ended[i])
        match->choices[match->n_choices++] = i;
    return match->ended[i];
}

/* Goes back to the last piece that could end later. NULL: there is none; *i and the place where
 * matching goes on otherwise. */
static char *
try_other(Match *match, guint *i)
{
    while (match->n_choices > 0) {
        const guint last = match->choices[match->n_choices - 1];

        if (match->prefix->pieces[last].what == 'q') {
            match->n_choices--;
            if (match_label(match, match->begun[last], last)) {
                *i = match->prefix->n_pieces;
                return match->begun[last];
            }
            continue;
        }
        match->ended[last] = free_end(match, last, match->ended[last] + 1);
        if (match->ended[last]) {
            *i = last + 1;
            return match->ended[last];
        }
        match->n_choices--;
    }
    return NULL;
}

static gboolean
match_pieces(Match *match)
{
    const guint n = match->prefix->n_pieces;
    char *at = match->line;
    guint i = 0;

    match->stopped_at = n + 1; /* no label yet */
    for (guint steps = 0; steps < MAX_STEPS; steps++) {
        if (i < n) {
            at = take_piece(match, i, at);
            i++;
        } else if (!match_label(match, at, n)) {
            at = NULL;
        } else {
            return TRUE;
        }
        if (!at && !(at = try_other(match, &i)))
            return FALSE;
        if (match->label != LOG_NONE && match->stopped_at < n)
            return TRUE;
    }
    return FALSE;
}

static LogSpan
name_at(const Match *match, guint i)
{
    static const char unknown[] = "[unknown]";
    LogSpan span = {match->begun[i], (gsize)(match->ended[i] - match->begun[i])};

    while (span.length > 0 && span.text[span.length - 1] == ' ')
        span.length--;
    if (span.length == 0 ||
        (span.length == strlen(unknown) && memcmp(span.text, unknown, span.length) == 0))
        span.text = NULL;
    return span;
}

/* Never 0. */
static guint64
session_at(const Match *match, guint i)
{
    guint64 number = 0;

    for (const char *c = match->begun[i]; c < match->ended[i]; c++)
        number = number * 31 + (guchar)*c - '0';
    return number + 1;
}

static void
fill_head(const Match *match, LogHead *head)
{
    *head = (LogHead){.label = match->label,
                      .message = (gsize)(match->label_at - match->line) + match->label_length};
    for (guint i = 0; i < match->stopped_at; i++) {
        const char what = match->prefix->pieces[i].what;

        if (what == 'u')
            head->user = name_at(match, i);
        else if (what == 'd')
            head->database = name_at(match, i);
        else if (what == 'p' || (what == 'c' && head->session == 0))
            head->session = session_at(match, i);
    }
}

gboolean
pga_log_prefix_match(LogPrefix *prefix, char *line, gsize length, gboolean strict, LogHead *head)
{
    Match match; /* not set to zero: what is read was written before */

    match.prefix = prefix;
    match.line = line;
    match.end = line + MIN(length, MAX_HEAD);
    match.line_end = line + length;
    match.strict = strict;
    match.n_choices = 0;
    match.label = LOG_NONE;
    if (!match_pieces(&match))
        return FALSE;
    fill_head(&match, head);
    return TRUE;
}
