/* What `lint` answers: each statement with what it costs others, the findings, what was observed.
 * Plain data, owned by the report. */
#pragma once
#include <glib.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/plan_changes.h>
#include <model/rule_text.h>

G_BEGIN_DECLS

typedef struct {
    char *relation;
    const char *mode; /* "ACCESS EXCLUSIVE"; static */
    gboolean is_index, is_sequence;
} PgaLintLock;

/** What a statement was seen to do on one server (--trace). */
typedef struct {
    guint version;     /* server_version_num */
    gboolean executed; /* FALSE: @error says why */
    char *error;       /* (nullable): SQLSTATE and message */
    GArray *locks;     /* of PgaLintLock: on relations that existed before; what it took anew, the
                          strongest of each */
    GArray *held;      /* of PgaLintLock: every mode that its transaction then holds on these */
    gboolean sampled;  /* watched from outside while it ran: locks may be missing */
    GPtrArray *rewritten, *scanned, *rebuilt; /* of char * */
    gboolean blocked_reads, blocked_writes;   /* a probe of another session had to wait */
    GPtrArray *disagreements; /* of char *: where it differs from what was told statically */
} PgaLintTrace;

/** One statement. */
typedef struct {
    char *file;
    guint line, column, last_line, last_column;
    char *text;        /* its beginning, on one line */
    guint transaction; /* number in its file */
    gboolean in_block;
    gboolean known;                                   /* FALSE: what follows is not known */
    GArray *locks;                                    /* of PgaLintLock, the strongest first */
    GPtrArray *rewritten, *scanned, *rebuilt, *built; /* of char * */
    gboolean blocks_reads, blocks_writes;
    double seconds;    /* estimate by size and throughput; NAN: no size */
    char *refusal;     /* (nullable) */
    GPtrArray *traces; /* of PgaLintTrace * */
} PgaLintStatement;

/** Bytes of the text before that became bytes of the text after; the ends are exclusive. */
typedef struct {
    gsize before, before_end, after, after_end;
} PgaLintEdit;

/** A file that the safe way changes. */
typedef struct {
    char *file;
    char *before, *after; /* its whole text */
    GArray *edits;        /* of PgaLintEdit, in order */
} PgaLintFix;

typedef struct {
    PgaEnvironment *environment; /* (nullable) */
    char *source;                /* (nullable): what the schema before was read from */
    char *complete;              /* (nullable): why the answer is incomplete */
    guint version;               /* server_version_num that was judged for */
    gboolean version_stated;
    guint n_files, n_statements, n_not_parsed;
    double bytes_per_second; /* assumed of scans and rewrites */
    GPtrArray *statements;   /* of PgaLintStatement *: those that lock what others use, fail, or
                                have findings; all with --all */
    GPtrArray *findings;     /* of PgaFinding * */
    GPtrArray *set_aside;    /* of PgaFinding *: suppressed, accepted, ignored */
    GPtrArray *not_checked;  /* of PgaNotChecked * */
    GPtrArray *notes;        /* of char * */
    GPtrArray *baseline;     /* of PgaFinding *: not news */
    GPtrArray *rules;        /* of PgaRuleText *: those that were run */
    GPtrArray *fixes;        /* of PgaLintFix *: with --fix */
    PgaPlanReport *plans;    /* (nullable): of a workload, before and after all of it */
    GHashTable *excerpts;    /* of "file:line" to the line of a finding, as it stands in the file */
    char *configuration;     /* (nullable): the file that was read */
    double small_table_rows; /* below: info */
} PgaLintReport;

PgaLintReport *pga_lint_report_new(void);
void pga_lint_report_free(PgaLintReport *report);
PgaLintStatement *pga_lint_statement_new(void);
void pga_lint_statement_free(PgaLintStatement *statement);
PgaLintTrace *pga_lint_trace_new(guint version);
void pga_lint_trace_free(PgaLintTrace *trace);
PgaLintFix *pga_lint_fix_new(const char *file);
void pga_lint_fix_free(PgaLintFix *fix);

/* (transfer full): the key of an excerpt. */
char *pga_lint_excerpt_key(const char *file, guint line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLintReport, pga_lint_report_free)

G_END_DECLS
