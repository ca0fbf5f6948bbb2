/* jsonlog: a line holds an object of strings and numbers.
 * Source: write_jsonlog() in PostgreSQL 18 src/backend/utils/error/jsonlog.c */
#include "log_internal.h"
#include <string.h>

/* What is wanted of an object. */
typedef enum {
    KEY_USER,
    KEY_DATABASE,
    KEY_PROCESS,
    KEY_SEVERITY,
    KEY_MESSAGE,
    KEY_DETAIL,
    KEY_STATEMENT,
    N_KEYS,
} Key;

static const struct {
    const char *name;
    gsize length;
} keys[N_KEYS] = {
    [KEY_USER] = {"user", 4},           [KEY_DATABASE] = {"dbname", 6},
    [KEY_PROCESS] = {"pid", 3},         [KEY_SEVERITY] = {"error_severity", 14},
    [KEY_MESSAGE] = {"message", 7},     [KEY_DETAIL] = {"detail", 6},
    [KEY_STATEMENT] = {"statement", 9},
};

typedef struct {
    LogSpan values[N_KEYS];
} Object;

static Key
find_key(const char *name, gsize length)
{
    Key key;

    for (key = 0; key < N_KEYS; key++)
        if (keys[key].length == length && memcmp(keys[key].name, name, length) == 0)
            break;
    return key;
}

/* The value at *at, which is moved behind it. FALSE: it is none, or nested. */
static gboolean
cut_value(char **at, const char *end, LogSpan *value)
{
    char *begun = *at;
    const char *close;

    if (begun < end && *begun == '"') {
        close = pga_log_json_string_end(begun + 1, end);
        if (!close)
            return FALSE;
        *value = (LogSpan){begun + 1, (gsize)(close - begun) - 1};
        *at = begun + 2 + value->length;
        return TRUE;
    }
    while (*at < end && (g_ascii_isalnum(**at) || **at == '-' || **at == '+' || **at == '.'))
        (*at)++;
    *value = (LogSpan){begun, (gsize)(*at - begun)};
    return value->length > 0;
}

static void
skip_blanks(char **at, const char *end)
{
    while (*at < end && g_ascii_isspace(**at))
        (*at)++;
}

/* "name": value */
static gboolean
cut_pair(char **at, const char *end, Object *object)
{
    LogSpan name, value;
    Key key;

    skip_blanks(at, end);
    if (*at == end || **at != '"' || !cut_value(at, end, &name))
        return FALSE;
    skip_blanks(at, end);
    if (*at == end || **at != ':')
        return FALSE;
    (*at)++;
    skip_blanks(at, end);
    if (!cut_value(at, end, &value))
        return FALSE;
    key = find_key(name.text, name.length);
    if (key != N_KEYS)
        object->values[key] = value;
    skip_blanks(at, end);
    return TRUE;
}

static gboolean
cut_object(LogSpan line, Object *object)
{
    char *at = line.text;
    const char *end = line.text + line.length;

    memset(object, 0, sizeof(*object));
    if (line.length < 2 || *at != '{')
        return FALSE;
    do {
        at++;
        if (!cut_pair(&at, end, object))
            return FALSE;
    } while (at < end && *at == ',');
    return at < end && *at == '}';
}

static LogSpan
value(const Object *object, Key key)
{
    LogSpan span = object->values[key];

    if (span.text && span.length == 0)
        return (LogSpan){0};
    if (span.text)
        span.length = pga_log_unescape_json(span.text, span.length);
    return span;
}

static LogLabel
severity(LogSpan word)
{
    gsize length;
    LogLabel label;

    if (!word.text)
        return LOG_NONE;
    word.text[word.length] = ':'; /* in place of the quote */
    label = pga_log_label(word.text, word.length + 1, &length);
    word.text[word.length] = '"';
    return label;
}

static gboolean
take_object(LogReader *reader, const Object *object, GError **error)
{
    LogEntry entry = {.line = reader->summary->n_lines};
    const LogSpan process = object->values[KEY_PROCESS];

    entry.label = severity(object->values[KEY_SEVERITY]);
    reader->summary->n_entries++;
    if (entry.label != LOG_LOG && entry.label != LOG_ERROR)
        return TRUE;
    for (gsize i = 0; i < process.length; i++)
        entry.session = entry.session * 10 + (guchar)process.text[i] - '0';
    entry.session++;
    entry.user = value(object, KEY_USER);
    entry.database = value(object, KEY_DATABASE);
    if (entry.label == LOG_LOG) {
        entry.message = value(object, KEY_MESSAGE);
        entry.detail = value(object, KEY_DETAIL);
    } else {
        entry.statement = value(object, KEY_STATEMENT);
    }
    return pga_log_sessions_take(reader, &entry, error);
}

static gboolean
take_line(LogReader *reader, LogSpan line, GError **error)
{
    Object object;

    reader->summary->n_lines++;
    while (line.length > 0 && g_ascii_isspace(line.text[line.length - 1]))
        line.length--;
    if (line.length == 0)
        return TRUE;
    if (cut_object(line, &object))
        return take_object(reader, &object, error);
    reader->summary->n_unreadable++;
    return TRUE;
}

gboolean
pga_log_read_json(LogReader *reader, GError **error)
{
    LogInput *input = reader->input;
    gboolean in_long = FALSE; /* the rest of a line that is too long */

    for (;;) {
        gsize at = 0;
        gboolean ended;
        LogSpan line;

        if (!pga_log_input_line(input, &at, &line, &ended, error))
            return FALSE;
        if (!line.text)
            return TRUE;
        if (!ended && !input->at_end) {
            reader->summary->n_unreadable += !in_long;
            in_long = TRUE;
            input->full = FALSE;
        } else if (in_long) {
            reader->summary->n_lines++;
            in_long = FALSE;
        } else if (!take_line(reader, line, error)) {
            return FALSE;
        }
        input->start += at;
    }
}
