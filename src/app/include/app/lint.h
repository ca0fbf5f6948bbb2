/* `lint`: migrations in, what each statement does to others out. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/lint_report.h>

G_BEGIN_DECLS

/** Arguments as they were written; NULL: not given. */
typedef struct {
    PgaSourceRequest from;    /* its source: the schema before; rows of tables, of either kind */
    gboolean has_source;      /* FALSE: nothing is connected to */
    const char *const *paths; /* NULL-terminated: files, folders, "-" */
    const char *diff;         /* a range of git: only what it changes is judged */
    const char *pg_version;   /* "14", "14.3" */
    const char *tool;
    gboolean single_transaction;
    gboolean all;               /* every statement, also those that lock nothing */
    gboolean trace;             /* execute them in the lab */
    const char *trace_versions; /* "all", "14,17" */
    guint trace_rows;           /* made up in each table */
    const char *const
        *workloads;    /* (nullable) NULL-terminated: statements to plan before and after */
    gboolean excerpts; /* keep the lines that findings stand on */
    gboolean fix;      /* work out what --fix writes */
    const char *config_path, *baseline_path;
    gint64 now; /* seconds since the epoch, for what expires; 0: nothing does */
} PgaLintRequest;

/* (nullable): NULL with any PgaError. */
PgaLintReport *pga_app_lint(const PgaLintRequest *request, GError **error);

/* Writes report->fixes over their files, or below @folder (nullable), each whole or not at all.
 * PGA_ERROR_INPUT. */
gboolean pga_app_lint_write(const PgaLintReport *report, const char *folder, GError **error);

G_END_DECLS
