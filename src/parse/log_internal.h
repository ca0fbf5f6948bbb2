/* What the readers of server logs share: bytes unpacked into one buffer, entries cut from it, what
 * an entry tells, and the entries that belong together. Texts point into the buffer, which is
 * written to where a text is to be unescaped. */
#pragma once
#include "parse/log.h"

/* Longer entries are counted as unreadable. */
#define PGA_LOG_MAX_ENTRY (16U << 20)

/** Text in the buffer; text is NULL where there is none. */
typedef struct {
    char *text;
    gsize length;
} LogSpan;

/** What a line of an entry is about. */
typedef enum {
    LOG_NONE,      /* no severity */
    LOG_LOG,       /* a message that may hold a statement */
    LOG_ERROR,     /* ERROR, FATAL, PANIC */
    LOG_OTHER,     /* WARNING, NOTICE … */
    LOG_DETAIL,    /* from here on: more lines of the entry before */
    LOG_STATEMENT, /* what the entry's session was running */
    LOG_MORE,      /* HINT, QUERY, CONTEXT … */
} LogLabel;

/** One entry of any format, unescaped. */
typedef struct {
    LogLabel label;
    LogSpan message, detail, statement;
    LogSpan user, database;
    guint64 session; /* process, or a hash of the session's name; 0: the log does not tell */
    guint64 line;
    gboolean in_parts; /* stderr: a DETAIL may follow behind other sessions' lines */
} LogEntry;

/* log_source.c: bytes of a file, unpacked. */
typedef struct LogSource LogSource;

/* (nullable): NULL with PGA_ERROR_INPUT. */
LogSource *pga_log_source_open(const char *path, GError **error);

/* What @path begins with, without taking it out of a pipe. */
LogSource *pga_log_source_peek(const char *path, GError **error);
void pga_log_source_close(LogSource *source);

/* At the end *n is 0. PGA_ERROR_INPUT, PGA_ERROR_INTERRUPTED. */
gboolean pga_log_source_read(LogSource *source, char *buffer, gsize size, gsize *n, GError **error);

/* Whether the packed bytes ended before they should. */
gboolean pga_log_source_cut_short(const LogSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogSource, pga_log_source_close)

/** log_input.c: what is being looked at, in one piece. */
typedef struct {
    LogSource *source;
    char *text;       /* what begins at @start is kept */
    gsize start, end; /* in text */
    gsize capacity;
    gboolean at_end; /* of the source */
    gboolean full;   /* PGA_LOG_MAX_ENTRY reached: no more until @start moves */
    guint64 n_bytes;
} LogInput;

LogInput *pga_log_input_new(LogSource *source); /* (transfer full) */
void pga_log_input_free(LogInput *input);

/* Appends more, or sets at_end or full; pointers into the text are void then. */
gboolean pga_log_input_more(LogInput *input, GError **error);

/* As much as the buffer takes at first. */
gboolean pga_log_input_fill(LogInput *input, GError **error);

/**
 * pga_log_input_line:
 * @at: in: offset from start where the line begins; out: behind it
 * @line: (out): offset from start and length, without newline; length counts "\r"
 * @ended: (out): a newline ends it; FALSE at the end of the text, or of the room
 *
 * Returns: %FALSE with @error set; at the end the line's text is NULL
 */
gboolean pga_log_input_line(LogInput *input, gsize *at, LogSpan *line, gboolean *ended,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogInput, pga_log_input_free)

/* log_words.c: the server's words, in its languages. */

/* The label at @text, and in *length its bytes up to the text that follows. */
LogLabel pga_log_label(const char *text, gsize length, gsize *label_length);

/** What a message that tells of a statement begins with. */
typedef struct {
    const char *duration, *statement, *execute;
} LogWords;

const LogWords *pga_log_words(guint i); /* (nullable): NULL behind the last */

/** log_prefix.c: a compiled log_line_prefix. */
typedef struct LogPrefix LogPrefix;

/** What stands before a line's message. */
typedef struct {
    LogLabel label;
    guint64 session;
    LogSpan user, database;
    gsize message; /* offset in the line */
} LogHead;

/* (nullable): NULL with PGA_ERROR_INPUT when there is an unknown escape. */
LogPrefix *pga_log_prefix_compile(const char *text, GError **error);
void pga_log_prefix_free(LogPrefix *prefix);

/* @strict: names of users and databases without blanks, commas and the like. */
gboolean pga_log_prefix_match(LogPrefix *prefix, char *line, gsize length, gboolean strict,
                              LogHead *head);

/* The bytes at @text that are a timestamp, "2026-11-21 16:45:49.306 UTC"; 0: none. */
gsize pga_log_timestamp(const char *text, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogPrefix, pga_log_prefix_free)

/* log_detect.c, log_derive.c: which format, which prefix. */

/* FALSE: it is none of the three, or has no complete line. */
gboolean pga_log_detect_format(const char *text, gsize length, PgaLogFormat *format);

/* Whether the line has a severity, behind whatever. */
gboolean pga_log_has_label(const char *line, gsize length);

/* (nullable) (transfer full): NULL: none fits. */
char *pga_log_detect_prefix(char *text, gsize length);

/* (transfer full): of char *: prefixes that could have made the @length bytes before a label. */
GPtrArray *pga_log_derive_prefixes(const char *head, gsize length);

/** log_message.c */
typedef enum {
    MESSAGE_OTHER,
    MESSAGE_STATEMENT, /* also execute */
    MESSAGE_DURATION,  /* of the statement that was logged before */
    MESSAGE_PLAN,
} LogMessageKind;

typedef struct {
    LogMessageKind kind;
    double duration_ms;
    LogSpan text, parameters;
} LogMessage;

/* @message is unescaped, and is written to. */
void pga_log_message_read(LogSpan message, LogMessage *out);

/* The text behind "parameters: ". */
LogSpan pga_log_parameters(LogSpan detail);

/* The text behind "prepare: ". */
LogSpan pga_log_preparation(LogSpan detail);

/* log_unescape.c: in place; each returns the new length. */
gsize pga_log_unescape_json(char *text, gsize length);
gsize pga_log_unescape_xml(char *text, gsize length);
gsize pga_log_unescape_csv(char *text, gsize length);
gsize pga_log_remove_tabs(char *text, gsize length, gboolean crlf);

/* Where the JSON string ends whose first byte behind the quote is @text; NULL: it does not. */
const char *pga_log_json_string_end(const char *text, const char *end);

/* log_sessions.c: entries of one session that are one call. */
typedef struct LogSessions LogSessions;

/** One log being read. */
typedef struct {
    const PgaLogOptions *options;
    PgaLogTake take;
    gpointer self;
    PgaLogSummary *summary;
    LogInput *input;
    LogSessions *sessions;
} LogReader;

LogSessions *pga_log_sessions_new(void);
void pga_log_sessions_free(LogSessions *sessions);

/* Takes an entry, whose session's earlier ones may be handed out now. */
gboolean pga_log_sessions_take(LogReader *reader, LogEntry *entry, GError **error);

/* A DETAIL or STATEMENT whose entry is not the one before. */
gboolean pga_log_sessions_take_late(LogReader *reader, LogEntry *entry, GError **error);
gboolean pga_log_sessions_finish(LogReader *reader, GError **error);

/* log_stderr.c, log_csv.c, log_json.c: all entries of reader->input. @prefix: replaced when another
 * one is met. */
gboolean pga_log_read_stderr(LogReader *reader, LogPrefix **prefix, GError **error);
gboolean pga_log_read_csv(LogReader *reader, GError **error);
gboolean pga_log_read_json(LogReader *reader, GError **error);

/* Whether a record of csvlog begins there, which may go on behind the buffer's end. */
gboolean pga_log_begins_as_csv(const char *text, const char *end_of_text);
