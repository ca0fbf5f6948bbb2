/* stderr logs: an entry is a line with a severity, what follows with a tab, and lines of the same
 * session with DETAIL, STATEMENT and the like. */
#include "log_internal.h"
#include <string.h>

enum { MAX_DETECTIONS = 100 };

/** A part of the entry, as offsets from its first byte: the buffer moves. */
typedef struct {
    gsize at, end; /* 0, 0: not there */
} Part;

typedef struct {
    LogReader *reader;
    LogInput *input;
    LogPrefix **prefix;
    guint n_detections;  /* of another prefix */
    gboolean open, late; /* an entry; one of lines whose entry is not the one before */
    gboolean crlf;
    gboolean loose; /* something took the tabs away */
    LogLabel label;
    guint64 session, line;
    Part user, database, message, detail, statement, other;
    Part *growing; /* which of them the last line belongs to */
    gsize at;      /* of the next line */
} Stderr;

static Part
part_of(const Stderr *log, LogSpan span)
{
    const char *begun = log->input->text + log->input->start;

    if (!span.text)
        return (Part){0};
    return (Part){(gsize)(span.text - begun), (gsize)(span.text - begun) + span.length};
}

static LogSpan
span_of(const Stderr *log, Part part)
{
    if (part.end == 0)
        return (LogSpan){0};
    return (LogSpan){log->input->text + log->input->start + part.at, part.end - part.at};
}

/* The same without what stderr put between its lines. */
static LogSpan
unwrapped(const Stderr *log, Part part)
{
    LogSpan span = span_of(log, part);

    if (span.text && memchr(span.text, '\n', span.length))
        span.length = pga_log_remove_tabs(span.text, span.length, log->crlf);
    return span;
}

static gboolean
finish_entry(Stderr *log, GError **error)
{
    LogEntry entry = {.label = log->label, .session = log->session, .line = log->line};

    if (!log->open)
        return TRUE;
    log->open = FALSE;
    log->reader->summary->n_entries += !log->late;
    entry.in_parts = log->session != 0;
    entry.user = span_of(log, log->user);
    entry.database = span_of(log, log->database);
    if (entry.label == LOG_LOG || log->late) {
        entry.message = unwrapped(log, log->message);
        entry.detail = unwrapped(log, log->detail);
    }
    if (entry.label == LOG_ERROR || log->late)
        entry.statement = unwrapped(log, log->statement);
    return log->late ? pga_log_sessions_take_late(log->reader, &entry, error)
                     : pga_log_sessions_take(log->reader, &entry, error);
}

/* The line's text, from @offset in it, becomes a part. */
static void
grow(Stderr *log, Part *part, const LogSpan *line, gsize offset)
{
    const LogSpan text = {line->text + offset, line->length - offset};

    *part = part_of(log, text);
    log->growing = part;
}

/* log_error_verbosity = verbose: "00000: " stands before a message. */
static gsize
sqlstate_length(const LogSpan *line, gsize offset)
{
    static const char success[] = "00000: ";
    const gsize n = strlen(success);

    return line->length - offset >= n && memcmp(line->text + offset, success, n) == 0 ? n : 0;
}

static void
add_part(Stderr *log, const LogHead *head, const LogSpan *line)
{
    if (head->label == LOG_DETAIL)
        grow(log, &log->detail, line, head->message);
    else if (head->label == LOG_STATEMENT)
        grow(log, &log->statement, line, head->message);
    else if (head->label == LOG_MORE)
        grow(log, &log->other, line, head->message);
    else
        grow(log, &log->message, line, head->message + sqlstate_length(line, head->message));
}

/* A line with a label that does not go on with the entry before: it is looked at again as the
 * first one, so that the entry is handed out while its bytes are still where they were. */
static void
begin_entry(Stderr *log, const LogHead *head, const LogSpan *line)
{
    log->at -= (gsize)(line->text - (log->input->text + log->input->start));
    log->input->start = (gsize)(line->text - log->input->text);
    log->open = TRUE;
    log->late = head->label >= LOG_DETAIL;
    log->label = head->label;
    log->session = head->session;
    log->line = log->reader->summary->n_lines;
    log->user = part_of(log, head->user);
    log->database = part_of(log, head->database);
    log->message = log->detail = log->statement = log->other = (Part){0};
    add_part(log, head, line);
}

static gboolean
take_head(Stderr *log, const LogHead *head, const LogSpan *line, GError **error)
{
    if (head->label >= LOG_DETAIL && log->open && head->session == log->session) {
        add_part(log, head, line);
        return TRUE;
    }
    if (!finish_entry(log, error))
        return FALSE;
    begin_entry(log, head, line);
    return TRUE;
}

/* A line with a label behind another prefix: the first lines may have been of processes that have
 * no user, or the setting was changed. FALSE: it is the same as before, or was given. */
static gboolean
change_prefix(Stderr *log, LogSpan line)
{
    PgaLogSummary *summary = log->reader->summary;
    const char *end = log->input->text + log->input->end;
    g_autofree char *found = NULL;
    g_autoptr(LogPrefix) prefix = NULL;
    LogHead head;

    if (log->reader->options->prefix || log->n_detections >= MAX_DETECTIONS ||
        !pga_log_has_label(line.text, line.length))
        return FALSE;
    log->n_detections++;
    found = pga_log_detect_prefix(line.text, (gsize)(end - line.text));
    if (!found || strcmp(found, summary->prefix) == 0)
        return FALSE;
    prefix = pga_log_prefix_compile(found, NULL);
    if (!prefix || !pga_log_prefix_match(prefix, line.text, line.length, TRUE, &head))
        return FALSE;
    g_free(summary->prefix);
    summary->prefix = g_steal_pointer(&found);
    pga_log_prefix_free(*log->prefix);
    *log->prefix = g_steal_pointer(&prefix);
    return TRUE;
}

/* Names without blanks are likelier, where both can be. */
static gboolean
match_line(Stderr *log, LogSpan line, LogHead *head)
{
    return pga_log_prefix_match(*log->prefix, line.text, line.length, TRUE, head) ||
           pga_log_prefix_match(*log->prefix, line.text, line.length, FALSE, head) ||
           (line.length > 0 && change_prefix(log, line) &&
            pga_log_prefix_match(*log->prefix, line.text, line.length, FALSE, head));
}

static gboolean
take_line(Stderr *log, LogSpan line, GError **error)
{
    const gboolean indented = line.length > 0 && line.text[0] == '\t';
    LogHead head;

    log->crlf = line.length > 0 && line.text[line.length - 1] == '\r';
    if (log->crlf)
        line.length--;
    if (!indented && match_line(log, line, &head))
        return take_head(log, &head, &line, error);
    if (log->open && (indented || log->loose || line.length == 0))
        log->growing->end = part_of(log, line).end;
    else if (line.length > 0)
        log->reader->summary->n_unreadable++;
    return TRUE;
}

/* What the file ends with in the middle of a line: its entry is worth nothing if it was cut, but
 * for one whose message is whole. */
static gboolean
take_cut_line(Stderr *log, LogSpan line, GError **error)
{
    LogHead head;

    log->reader->summary->n_unreadable++;
    if (line.text[0] == '\t')
        log->open = log->open && log->growing != &log->message && log->growing != &log->statement;
    else if (pga_log_prefix_match(*log->prefix, line.text, line.length, FALSE, &head) &&
             head.label == LOG_STATEMENT)
        log->open = FALSE;
    return finish_entry(log, error);
}

/* Past a line that does not fit: up to its end. If it goes on with an entry, that is too long, and
 * lines that follow are nobody's. */
static gboolean
skip_long(Stderr *log, const char *line, GError **error)
{
    LogInput *input = log->input;
    gboolean ended = FALSE;

    log->reader->summary->n_unreadable++;
    log->open = log->open && *line != '\t';
    if (!finish_entry(log, error))
        return FALSE;
    input->start = (gsize)(line - input->text);
    while (!ended) {
        const char *newline = memchr(input->text + input->start, '\n', input->end - input->start);

        ended = newline || input->at_end;
        input->start = newline ? (gsize)(newline + 1 - input->text) : input->end;
        if (!ended && !pga_log_input_more(input, error))
            return FALSE;
    }
    log->reader->summary->n_lines++;
    log->at = 0;
    input->full = FALSE;
    return TRUE;
}

/* Whether the line begins an entry with a statement, which may go on. */
static gboolean
begins_statement(LogPrefix *prefix, char *line, gsize length, gboolean *begins)
{
    LogHead head;
    LogMessage message;

    if (!pga_log_prefix_match(prefix, line, length, FALSE, &head))
        return FALSE;
    pga_log_message_read((LogSpan){line + head.message, length - head.message}, &message);
    *begins = message.kind == MESSAGE_STATEMENT;
    return TRUE;
}

/* Whether lines of statements lost the tab that they began with on the way. */
static gboolean
is_loose(LogInput *input, LogPrefix *prefix)
{
    enum { MAX_LINES = 2000 };
    const char *end = input->text + input->end;
    char *at = input->text + input->start;
    gboolean in_statement = FALSE;
    guint n_plain = 0;

    for (guint i = 0; i < MAX_LINES && at < end; i++) {
        char *newline = memchr(at, '\n', (gsize)(end - at));
        const gsize length = (gsize)((newline ? newline : end) - at);

        if (length > 0 && *at == '\t')
            return FALSE;
        if (!begins_statement(prefix, at, length, &in_statement))
            n_plain += in_statement && length > 0;
        at += length + 1;
    }
    return n_plain > 1;
}

static gboolean
take_next(Stderr *log, gboolean *more, GError **error)
{
    gboolean ended;
    LogSpan line;

    if (!log->open) {
        log->input->start += log->at;
        log->at = 0;
    }
    if (!pga_log_input_line(log->input, &log->at, &line, &ended, error))
        return FALSE;
    *more = line.text != NULL;
    if (!*more)
        return finish_entry(log, error);
    if (!ended && !log->input->at_end)
        return skip_long(log, line.text, error);
    log->reader->summary->n_lines++;
    return ended ? take_line(log, line, error) : take_cut_line(log, line, error);
}

gboolean
pga_log_read_stderr(LogReader *reader, LogPrefix **prefix, GError **error)
{
    Stderr log = {.reader = reader, .input = reader->input, .prefix = prefix};
    gboolean more = TRUE;

    log.loose = is_loose(reader->input, *prefix);
    while (more)
        if (!take_next(&log, &more, error))
            return FALSE;
    return TRUE;
}
