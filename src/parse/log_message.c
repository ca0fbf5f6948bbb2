/* What a LOG message tells of a statement: "duration: 12.3 ms  statement: …", "execute name: …",
 * "statement: …", "duration: 12.3 ms", auto_explain's "duration: 12.3 ms  plan:".
 * Source: exec_simple_query(), exec_execute_message() in PostgreSQL 18
 * src/backend/tcop/postgres.c; contrib/auto_explain */
#include "log_internal.h"
#include <string.h>

/** A text being taken apart. */
typedef struct {
    char *at, *end;
} Cursor;

static gboolean
skip(Cursor *cursor, const char *word)
{
    const gsize n = strlen(word);

    if ((gsize)(cursor->end - cursor->at) < n || memcmp(cursor->at, word, n) != 0)
        return FALSE;
    cursor->at += n;
    return TRUE;
}

static void
skip_blanks(Cursor *cursor)
{
    while (cursor->at < cursor->end && *cursor->at == ' ')
        cursor->at++;
}

static LogSpan
rest(const Cursor *cursor)
{
    return (LogSpan){cursor->at, (gsize)(cursor->end - cursor->at)};
}

/* ":" with blanks around it. */
static gboolean
skip_colon(Cursor *cursor)
{
    skip_blanks(cursor);
    if (!skip(cursor, ":"))
        return FALSE;
    skip_blanks(cursor);
    return TRUE;
}

/* "12.345", as snprintf("%ld.%03d") writes it. FALSE: no number, or one that no server writes. */
static gboolean
read_number(Cursor *cursor, double *number)
{
    enum { MAX_DIGITS = 17 };
    const char *begun = cursor->at;
    guint64 digits = 0;
    double scale = 1;
    gboolean fraction = FALSE;

    for (; cursor->at < cursor->end; cursor->at++) {
        if (*cursor->at == '.' && !fraction) {
            fraction = TRUE;
            continue;
        }
        if (!g_ascii_isdigit(*cursor->at))
            break;
        digits = digits * 10 + (guint64)(*cursor->at - '0');
        if (fraction)
            scale *= 10;
        if (cursor->at - begun > MAX_DIGITS)
            return FALSE;
    }
    *number = (double)digits / scale;
    return cursor->at > begun && g_ascii_isdigit(*begun);
}

/* The unit, up to the blank, the comma or the end behind it. */
static void
skip_unit(Cursor *cursor)
{
    while (cursor->at < cursor->end && *cursor->at != ' ' && *cursor->at != ',')
        cursor->at++;
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == ','))
        cursor->at++;
}

static LogSpan
until(char *text, const char *end)
{
    return (LogSpan){text, (gsize)(end - text)};
}

/* Whether a plan's first node, or what stands before it, is on the line. */
static gboolean
begins_plan(const char *line, gsize length, const char *parameters)
{
    return memmem(line, length, "  (cost=", 8) ||
           (parameters && length > strlen(parameters) &&
            memcmp(line, parameters, strlen(parameters)) == 0);
}

/* The lines up to such a one, which the cursor is moved to. */
static LogSpan
lines_before_plan(Cursor *cursor, const char *parameters)
{
    LogSpan lines = {cursor->at, 0};

    while (cursor->at < cursor->end) {
        char *newline = memchr(cursor->at, '\n', (gsize)(cursor->end - cursor->at));
        char *line_end = newline ? newline : cursor->end;

        if (begins_plan(cursor->at, (gsize)(line_end - cursor->at), parameters))
            break;
        lines = until(lines.text, line_end);
        cursor->at = newline ? newline + 1 : cursor->end;
    }
    return lines;
}

/* format text: "Query Text: …", in 16 and later perhaps "Query Parameters: …", the plan. */
static void
read_text_plan(Cursor *cursor, LogMessage *out)
{
    static const char parameters[] = "Query Parameters: ";

    out->text = lines_before_plan(cursor, parameters);
    if (skip(cursor, parameters))
        out->parameters = lines_before_plan(cursor, NULL);
}

/* The string in double quotes behind @key, unescaped. */
static LogSpan
read_json_value(const Cursor *cursor, const char *key)
{
    char *found = memmem(cursor->at, (gsize)(cursor->end - cursor->at), key, strlen(key));
    const char *end;
    LogSpan value = {0};

    if (!found)
        return value;
    found += strlen(key);
    end = pga_log_json_string_end(found, cursor->end);
    if (end) {
        value = until(found, end);
        value.length = pga_log_unescape_json(value.text, value.length);
    }
    return value;
}

static LogSpan
read_xml_value(const Cursor *cursor, const char *open, const char *close)
{
    char *found = memmem(cursor->at, (gsize)(cursor->end - cursor->at), open, strlen(open));
    const char *end;
    LogSpan value = {0};

    if (!found)
        return value;
    found += strlen(open);
    end = memmem(found, (gsize)(cursor->end - found), close, strlen(close));
    if (end) {
        value = until(found, end);
        value.length = pga_log_unescape_xml(value.text, value.length);
    }
    return value;
}

/* The values that stand last are taken first: unescaping leaves bytes behind that are no text. */
static void
read_plan(Cursor cursor, LogMessage *out)
{
    while (cursor.at < cursor.end && g_ascii_isspace(*cursor.at))
        cursor.at++;
    if (cursor.at < cursor.end && *cursor.at == '{') {
        out->parameters = read_json_value(&cursor, "\n  \"Query Parameters\": \"");
        out->text = read_json_value(&cursor, "\"Query Text\": \"");
    } else if (cursor.at < cursor.end && *cursor.at == '<') {
        out->parameters = read_xml_value(&cursor, "<Query-Parameters>", "</Query-Parameters>");
        out->text = read_xml_value(&cursor, "<Query-Text>", "</Query-Text>");
    } else if (skip(&cursor, "Query Text: \"")) { /* YAML: no statement begins with a quote */
        cursor.at--;
        out->parameters = read_json_value(&cursor, "\nQuery Parameters: \"");
        out->text = read_json_value(&cursor, "\"");
    } else if (skip(&cursor, "Query Text: ")) {
        read_text_plan(&cursor, out);
    }
    if (out->text.text)
        out->kind = MESSAGE_PLAN;
}

/* "execute <unnamed>: …", "execute name/portal: …". To fetch more of a portal is no new call. */
static void
read_execute(Cursor cursor, LogMessage *out)
{
    static const char fetch[] = " fetch from ";
    char *colon;

    if (skip(&cursor, fetch))
        return;
    colon = memmem(cursor.at, (gsize)(cursor.end - cursor.at), ": ", 2);
    if (!colon)
        return;
    cursor.at = colon + 2;
    out->kind = MESSAGE_STATEMENT;
    out->text = rest(&cursor);
}

/* What stands behind the duration, or all of it. */
static void
read_statement(Cursor cursor, const LogWords *words, LogMessage *out)
{
    Cursor after = cursor;

    if (skip(&after, words->statement) && skip_colon(&after)) {
        out->kind = MESSAGE_STATEMENT;
        out->text = rest(&after);
        return;
    }
    after = cursor;
    if (skip(&after, words->execute) && after.at < after.end && *after.at == ' ')
        read_execute(after, out);
    else if (out->duration_ms >= 0 && skip(&cursor, "plan:"))
        read_plan(cursor, out);
}

static void
read_with(LogSpan message, const LogWords *words, LogMessage *out)
{
    Cursor cursor = {message.text, message.text + message.length};

    *out = (LogMessage){.duration_ms = -1};
    if (skip(&cursor, words->duration)) {
        skip_colon(&cursor);
        if (!read_number(&cursor, &out->duration_ms)) {
            out->duration_ms = -1;
            return;
        }
        skip_blanks(&cursor);
        skip_unit(&cursor);
        if (cursor.at == cursor.end) {
            out->kind = MESSAGE_DURATION;
            return;
        }
    }
    read_statement(cursor, words, out);
}

void
pga_log_message_read(LogSpan message, LogMessage *out)
{
    const LogWords *words;

    *out = (LogMessage){.duration_ms = -1};
    if (!message.text || message.length == 0)
        return;
    for (guint i = 0; (words = pga_log_words(i)) && out->kind == MESSAGE_OTHER; i++) {
        const char first = message.text[0];

        if (first == words->duration[0] || first == words->statement[0] ||
            first == words->execute[0])
            read_with(message, words, out);
    }
}

/* What follows a word and a colon. */
static LogSpan
behind_word(LogSpan detail)
{
    enum { LONGEST_WORD = 64 };
    const char *colon =
        detail.text ? memmem(detail.text, MIN(detail.length, LONGEST_WORD), ": ", 2) : NULL;
    gsize skipped;

    if (!colon)
        return (LogSpan){0};
    skipped = (gsize)(colon + 2 - detail.text);
    return (LogSpan){detail.text + skipped, detail.length - skipped};
}

LogSpan
pga_log_parameters(LogSpan detail)
{
    const LogSpan behind = behind_word(detail);

    if (behind.length < 5 || memcmp(behind.text, "$1 = ", 5) != 0)
        return (LogSpan){0};
    return behind;
}

LogSpan
pga_log_preparation(LogSpan detail)
{
    static const char word[] = "prepare";
    const LogSpan behind = behind_word(detail);

    if (behind.length <= strlen(word) || g_ascii_strncasecmp(behind.text, word, strlen(word)) != 0)
        return (LogSpan){0};
    return behind;
}
