/* What the files of `lint` share. */
#pragma once
#include <app/lint.h>
#include <model/configuration.h>
#include <rules/lint.h>

#include "lint_plans_internal.h"
#include "lint_trace_internal.h"
#include "source_internal.h"

G_BEGIN_DECLS

typedef struct {
    const PgaLintRequest *request;
    PgaConfiguration *configuration;
    PgaMigrationOptions options;
    PgaRecipeOptions recipes;
    PgaSource source;
    PgaState *state;
    PgaLint *lint;
    PgaLintTracing *tracing; /* (nullable) */
    PgaLintPlans *plans;     /* (nullable) */
    GPtrArray *files;        /* of PgaMigrationFile * */
    GArray *rows;            /* of PgaStatedRows: of tables that were not seen yet */
    PgaLintReport *report;
} PgaLintWork;

/* lint_source.c: the version and the state before the first file. */
gboolean pga_lint_work_open(PgaLintWork *work, GError **error);
/* Gives the tables that are there now their stated rows. */
void pga_lint_work_state_rows(PgaLintWork *work);

/* lint_diff.c: finds the files; those that the range does not change become context. */
GPtrArray *pga_lint_diff_find(const PgaLintRequest *request, const PgaMigrationOptions *options,
                              GError **error);

/* lint_statement.c: what is told of a statement, if it is worth it. @traces: of PgaLintTrace *. */
void pga_lint_record(PgaLintWork *work, const PgaLintStep *judged, GPtrArray *traces);

/* lint_excerpt.c: the lines of the findings from @first on, which are all of @file. */
void pga_lint_excerpt(PgaLintWork *work, const PgaMigrationFile *file, guint first);

/* lint_fix.c: the safe text of a file, statement by statement. */
typedef struct PgaLintFixer PgaLintFixer;
PgaLintFixer *pga_lint_fixer_new(PgaLintWork *work, const PgaMigrationFile *file);
/* Before the step is judged. */
void pga_lint_fixer_step(PgaLintFixer *fixer, const PgaStep *step);
/* Ends the file; frees @fixer (nullable). */
void pga_lint_fixer_finish(PgaLintFixer *fixer);

G_END_DECLS
