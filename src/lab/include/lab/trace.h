/* Statements of strangers, executed one after the other in a database of the lab to see what each
 * does to others: locks, rewritten files, scans. In the transactions that the caller states; as a
 * role that is no superuser; rows of COPY, other databases, files and programs are left out. */
#pragma once
#include <glib.h>
#include <lab/clone.h>
#include <lab/lab.h>
#include <model/lint_report.h>
#include <model/object.h>

G_BEGIN_DECLS

typedef struct PgaTracer PgaTracer;

typedef struct {
    const PgaCatalog *catalog;     /* (nullable): of the source; NULL: the database is empty */
    const PgaObjects *objects;     /* (nullable) */
    const char *const *extensions; /* (nullable) NULL-terminated: that the statements are going to
                                      create: nobody can once one of them has run */
    guint rows;      /* made up in each table, of the source and as they are created; 0: none */
    PgaClone *clone; /* (nullable): made for fixes, with all brought in: then nothing else is made,
                        and it stays; borrowed */
} PgaTracerOptions;

/** One statement, as PgaStep has it. */
typedef struct {
    const char *text; /* not NUL-terminated, without the semicolon */
    gsize length;
    guint transaction; /* number of the transaction in its file */
    gboolean in_block; /* inside a block, its own or the tool's: the tracer opens and ends the
                          tool's */
} PgaTraceStatement;

/* A new database in @lab, with what the source has. What is borrowed must outlive the tracer.
 * PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
PgaTracer *pga_tracer_open(PgaLab *lab, const PgaTracerOptions *options, GError **error);
/* Its database goes with it. */
void pga_tracer_free(PgaTracer *tracer);

/**
 * pga_tracer_run:
 *
 * Executes one statement. One that fails is taken back alone and says so in its trace; the rest of
 * its transaction and file goes on, because what fails here may fail for what a lab lacks.
 *
 * Returns: (transfer full): neither executed nor with an error: nothing for a lab to do; NULL with
 * PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED
 */
PgaLintTrace *pga_tracer_run(PgaTracer *tracer, const PgaTraceStatement *statement, GError **error);

/* The end of a file: the tool's block is committed, one that the file left open is not. */
gboolean pga_tracer_end_file(PgaTracer *tracer, GError **error);

/* (transfer none): of PgaNotChecked *: what the database lacks of the source, tables without rows,
 * transactions whose end failed. */
const GPtrArray *pga_tracer_notes(const PgaTracer *tracer);

/* (transfer full): the server's statement @sql as one of the lab's own, its first value; for tests.
 */
char *pga_tracer_ask(PgaTracer *tracer, const char *sql, GError **error);

/** Two ways to one schema. */
typedef struct {
    const GPtrArray *setup;    /* (nullable): of char *: executed before either */
    const GPtrArray *original; /* of char *: each a transaction of its own unless they open one */
    const GPtrArray *other;    /* of PgaFixStep *: the same change in steps */
} PgaTwoWays;

/**
 * pga_lab_catalog_difference:
 * @start: the state from which both begin
 * @failures: of char *: appended: statements that failed, and why
 *
 * Executes both from the same state, each in a database of its own, and compares the catalogs:
 * columns, types, defaults, constraints and their validity, indexes, owners, comments
 * (model/difference.h).
 *
 * Returns: (transfer full): of PgaDifference *; empty: the same; NULL with PGA_ERROR_LAB,
 * PGA_ERROR_INTERRUPTED
 */
GPtrArray *pga_lab_catalog_difference(PgaLab *lab, const PgaTracerOptions *start,
                                      const PgaTwoWays *ways, GPtrArray *failures, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTracer, pga_tracer_free)

G_END_DECLS
