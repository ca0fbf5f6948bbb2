/* csvlog: one record an entry, which goes on behind newlines in quotes. A record that is broken is
 * left at the next line that begins with a timestamp.
 * Source: write_csvlog() in PostgreSQL 18 src/backend/utils/error/csvlog.c */
#include "log_internal.h"
#include <string.h>

enum {
    COLUMN_USER = 1,
    COLUMN_DATABASE = 2,
    COLUMN_PROCESS = 3,
    COLUMN_SEVERITY = 11,
    COLUMN_MESSAGE = 13,
    COLUMN_DETAIL = 14,
    COLUMN_STATEMENT = 19,
    N_COLUMNS = 23, /* at least; 24 in 13, 26 from 14 on */
    MAX_COLUMNS = 40,
};

/** A record cut into its fields. */
typedef struct {
    LogSpan fields[MAX_COLUMNS];
    gboolean escaped[MAX_COLUMNS];
    guint n;
    char *end; /* behind its newline */
} Record;

typedef enum { RECORD_WHOLE, RECORD_BROKEN, RECORD_UNFINISHED } RecordState;

/* From the byte behind the opening quote to the closing one; NULL: it is not there. */
static char *
end_of_quoted(char *at, const char *end, gboolean *escaped)
{
    while ((at = memchr(at, '"', (gsize)(end - at)))) {
        if (at + 1 == end || at[1] != '"')
            return at;
        *escaped = TRUE;
        at += 2;
    }
    return NULL;
}

/* The field at *at, which is moved to what ended it. */
static RecordState
cut_field(Record *record, char **at, const char *end)
{
    LogSpan *field = &record->fields[record->n];
    char *close;

    record->escaped[record->n] = FALSE;
    record->n++;
    if (*at < end && **at == '"') {
        field->text = *at + 1;
        close = end_of_quoted(field->text, end, &record->escaped[record->n - 1]);
        if (!close || close + 1 == end)
            return RECORD_UNFINISHED;
        *at = close + 1;
    } else {
        field->text = *at;
        for (close = *at; close < end && *close != ',' && *close != '\n' && *close != '\r';)
            close++;
        *at = close;
    }
    field->length = (gsize)(close - field->text);
    return *at < end ? RECORD_WHOLE : RECORD_UNFINISHED;
}

static RecordState
cut_record(Record *record, char *at, const char *end)
{
    record->n = 0;
    for (;;) {
        RecordState state = cut_field(record, &at, end);

        if (state != RECORD_WHOLE)
            return state;
        if (*at == ',' && record->n < MAX_COLUMNS) {
            at++;
            continue;
        }
        if (*at == '\r')
            at++;
        if (at == end)
            return RECORD_UNFINISHED;
        record->end = at + 1;
        return *at == '\n' && record->n >= N_COLUMNS ? RECORD_WHOLE : RECORD_BROKEN;
    }
}

static LogSpan
field(const Record *record, guint column)
{
    LogSpan span = record->fields[column];

    if (span.length == 0)
        return (LogSpan){0};
    if (record->escaped[column])
        span.length = pga_log_unescape_csv(span.text, span.length);
    return span;
}

static LogLabel
severity(LogSpan word)
{
    char with_colon[32];
    gsize length;

    if (word.length == 3 && memcmp(word.text, "LOG", 3) == 0)
        return LOG_LOG;
    if (word.length + 2 > sizeof(with_colon))
        return LOG_NONE;
    memcpy(with_colon, word.text, word.length);
    with_colon[word.length] = ':';
    return pga_log_label(with_colon, word.length + 1, &length);
}

gboolean
pga_log_begins_as_csv(const char *text, const char *end_of_text)
{
    Record record;

    switch (cut_record(&record, (char *)text, end_of_text)) {
    case RECORD_WHOLE:
        return TRUE;
    case RECORD_UNFINISHED: /* a message of megabytes */
        return record.n > COLUMN_MESSAGE && severity(record.fields[COLUMN_SEVERITY]) != LOG_NONE;
    case RECORD_BROKEN:
    default:
        return FALSE;
    }
}

static gboolean
take_record(LogReader *reader, const Record *record, guint64 line, GError **error)
{
    LogEntry entry = {.label = severity(record->fields[COLUMN_SEVERITY]), .line = line};
    const LogSpan process = record->fields[COLUMN_PROCESS];

    reader->summary->n_entries++;
    if (entry.label != LOG_LOG && entry.label != LOG_ERROR)
        return TRUE;
    for (gsize i = 0; i < process.length; i++)
        entry.session = entry.session * 10 + (guchar)process.text[i] - '0';
    entry.session++;
    entry.user = field(record, COLUMN_USER);
    entry.database = field(record, COLUMN_DATABASE);
    if (entry.label == LOG_LOG) {
        entry.message = field(record, COLUMN_MESSAGE);
        entry.detail = field(record, COLUMN_DETAIL);
    } else {
        entry.statement = field(record, COLUMN_STATEMENT);
    }
    return pga_log_sessions_take(reader, &entry, error);
}

static guint64
count_lines(const char *at, const char *end)
{
    guint64 n = 0;

    while ((at = memchr(at, '\n', (gsize)(end - at)))) {
        at++;
        n++;
    }
    return n;
}

/* Behind the line at start, and further to one that begins as a record does; what is left then is
 * at start. FALSE: an error. */
static gboolean
resynchronise(LogReader *reader, GError **error)
{
    enum { TIMESTAMP = 40 };
    LogInput *input = reader->input;

    reader->summary->n_unreadable++;
    for (;;) {
        const char *newline = memchr(input->text + input->start, '\n', input->end - input->start);

        if (newline) {
            input->start = (gsize)(newline + 1 - input->text);
            reader->summary->n_lines++;
        } else {
            input->start = input->end;
        }
        if (input->end - input->start < TIMESTAMP && !input->at_end &&
            !pga_log_input_more(input, error))
            return FALSE;
        if ((newline &&
             pga_log_timestamp(input->text + input->start, input->end - input->start) > 0) ||
            (input->at_end && input->start == input->end))
            return TRUE;
    }
}

/* A record that does not end in what is there. */
static gboolean
take_unfinished(LogReader *reader, const Record *record, gboolean *more, GError **error)
{
    LogInput *input = reader->input;
    const gsize length = input->end - input->start;
    const guint64 line = reader->summary->n_lines + 1;

    if (input->full)
        return resynchronise(reader, error);
    if (!input->at_end)
        return pga_log_input_more(input, error);
    *more = FALSE;
    reader->summary->n_lines += count_lines(input->text + input->start, input->text + input->end);
    if (length == 0)
        return TRUE;
    reader->summary->n_lines++;
    if (record->n < N_COLUMNS) {
        reader->summary->n_unreadable++;
        return TRUE;
    }
    return take_record(reader, record, line, error);
}

gboolean
pga_log_read_csv(LogReader *reader, GError **error)
{
    LogInput *input = reader->input;
    gboolean more = TRUE, done = TRUE;
    Record record;

    while (more && done) {
        char *text = input->text + input->start;
        const gsize left = input->end - input->start;
        RecordState state = cut_record(&record, text, text + left);

        if (state != RECORD_UNFINISHED && pga_log_timestamp(text, left) == 0)
            state = RECORD_BROKEN;
        if (state == RECORD_WHOLE) {
            const guint64 line = reader->summary->n_lines + 1;

            reader->summary->n_lines += count_lines(text, record.end);
            done = take_record(reader, &record, line, error);
            input->start += (gsize)(record.end - text);
        } else if (state == RECORD_BROKEN) {
            done = resynchronise(reader, error);
        } else {
            done = take_unfinished(reader, &record, &more, error);
        }
    }
    return done;
}
