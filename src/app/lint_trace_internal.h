/* `lint --trace`: the history executed in the lab, on one server or on several, beside what is told
 * of it without one. */
#pragma once
#include <app/source.h>
#include <lab/trace.h>
#include <migration/effect.h>
#include <model/lint_report.h>

G_BEGIN_DECLS

typedef struct PgaLintTracing PgaLintTracing;

typedef struct {
    const PgaSourceRequest *from; /* for where servers are, and for progress */
    const PgaCatalog *catalog;    /* (nullable): the schema before; NULL: none */
    const PgaObjects *objects;    /* (nullable) */
    const GPtrArray *files;       /* of PgaMigrationFile *: those that will be executed */
    guint version;                /* server_version_num that the migrations are judged for */
    const char *versions;         /* (nullable): "all", "14,17": --pg-versions; NULL: @version's */
    guint rows;                   /* made up in each table; 0: none */
} PgaLintTraceRequest;

/* PGA_ERROR_INPUT: a version that is no number or not installed; PGA_ERROR_LAB: no server;
 * PGA_ERROR_INTERRUPTED. What is borrowed must outlive it. */
PgaLintTracing *pga_lint_tracing_open(const PgaLintTraceRequest *request, GError **error);
void pga_lint_tracing_free(PgaLintTracing *tracing);

/**
 * pga_lint_tracing_step:
 * @effect: (nullable): what is told of it, for the version that the migrations are judged for
 * @refusal: (nullable): why the server would refuse it, as is told
 * @traces: of PgaLintTrace *: appended: one for each server, the oldest first; none for a step that
 * is not executed (rows, psql's commands, bodies, what cannot be read)
 */
gboolean pga_lint_tracing_step(PgaLintTracing *tracing, const PgaStep *step,
                               const PgaEffect *effect, const char *refusal, GPtrArray *traces,
                               GError **error);
gboolean pga_lint_tracing_end_file(PgaLintTracing *tracing, GError **error);

/* Appends to @not_checked, of PgaNotChecked *: what the lab lacks. */
void pga_lint_tracing_take_notes(const PgaLintTracing *tracing, GPtrArray *not_checked);

/* (transfer full) NULL-terminated: those that @files (of PgaMigrationFile *) create: they can be
 * made before the first of a stranger's statements only. */
char **pga_lint_trace_extensions(const GPtrArray *files);

/* Whether there is anything to execute in @step: not psql's commands, bodies, rows. */
gboolean pga_lint_trace_executes(const PgaStep *step);

/** What of a statement hangs on the rows that a table has. */
typedef enum {
    PGA_TRACE_ROWS = 1 << 0,  /* it changes rows: triggers do what nobody can tell, too */
    PGA_TRACE_SCANS = 1 << 1, /* how much it reads */
} PgaTraceVaries;

/* lint_trace_compare.c. Appends to trace->disagreements. @varies: of PgaTraceVaries. @target:
 * (nullable): the table that the statement names: what a foreign key of an empty one references
 * is not read, nor is what it has no rows for. */
void pga_lint_trace_compare(PgaLintTrace *trace, const PgaEffect *effect, guint varies,
                            const char *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLintTracing, pga_lint_tracing_free)

G_END_DECLS
