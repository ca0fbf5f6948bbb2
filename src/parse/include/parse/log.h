/* Server logs: stderr with any log_line_prefix, csvlog, jsonlog; plain, gzip or zstd. Read as a
 * stream: memory does not grow with the file. Lines come from strangers. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum { PGA_LOG_STDERR, PGA_LOG_CSV, PGA_LOG_JSON } PgaLogFormat;

/** A statement that a log tells of. Texts are the reader's, valid during the call only. */
typedef struct {
    const char *text;
    gsize length;
    double duration_ms;     /* below 0: not logged (log_statement alone) */
    const char *parameters; /* (nullable): behind "parameters: ": $1 = 'x', $2 = NULL */
    gsize parameters_length;
    const char *preparation; /* (nullable): of an EXECUTE: the PREPARE that it executes */
    gsize preparation_length;
    const char *user, *database; /* (nullable) */
    guint64 line;                /* where it begins, from 1 */
    gboolean failed;             /* the STATEMENT of an error */
    gboolean is_plan;            /* auto_explain: the text is its "Query Text" */
} PgaLogStatement;

typedef struct {
    const char *path;     /* "-": standard input */
    const char *prefix;   /* (nullable): log_line_prefix; NULL: detected from the first lines */
    const char *database; /* (nullable): statements of others are left out where the log tells */
} PgaLogOptions;

/** What was read. */
typedef struct {
    PgaLogFormat format;
    char *prefix;    /* (nullable): stderr: the log_line_prefix that was used */
    guint64 n_bytes; /* unpacked */
    guint64 n_lines;
    guint64 n_entries;    /* messages of all sorts */
    guint64 n_statements; /* handed out */
    guint64 n_elsewhere;  /* statements of other databases, left out */
    guint64 n_unreadable; /* lines that belong to no entry, entries cut short */
} PgaLogSummary;

typedef gboolean (*PgaLogTake)(gpointer self, const PgaLogStatement *statement, GError **error);

/* Whether the file is named or begins like a server log, not like SQL, or is empty; gzip and zstd
 * are looked into. What is
 * in a pipe or on standard input ("-") stays there; a FIFO in a folder is not looked at. FALSE with
 * PGA_ERROR_INPUT in @error when it cannot be read. */
gboolean pga_log_looks_like_one(const char *path, GError **error);

/**
 * pga_log_read:
 *
 * Calls @take for each statement, in the log's order. Duration and statement that stand in two
 * entries (log_statement with log_duration) are one call.
 *
 * Returns: %FALSE with PGA_ERROR_INPUT (unreadable; a prefix that no line has: the hint names
 * --log-line-prefix), PGA_ERROR_INTERRUPTED, or @take's error
 */
gboolean pga_log_read(const PgaLogOptions *options, PgaLogTake take, gpointer self,
                      PgaLogSummary *summary, GError **error);
void pga_log_summary_clear(PgaLogSummary *summary);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaLogSummary, pga_log_summary_clear)

G_END_DECLS
