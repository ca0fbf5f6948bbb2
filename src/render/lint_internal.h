/* What lint's formats share. */
#pragma once
#include <model/lint_report.h>
#include <render/lint.h>

#include "page_internal.h"

/* {"tool", "command", …}: schemas/lint.schema.json. Whether @sink took all of it. */
gboolean pga_lint_render_json(const PgaLintReport *report, PgaRenderSink sink, gpointer data);

/* lint_places.c: (nullable): the statement of @report that @finding stands in; @at: where to look
 * from, moved on: findings and statements are in the same order. */
const PgaLintStatement *pga_lint_statement_of(const PgaLintReport *report,
                                              const PgaFinding *finding, guint *at);

/* lint_phrases.c: (transfer full). */
char *pga_lint_phrase_lock(const PgaLintLock *lock);
/* (nullable): "rewrites public.orders; about 12 min at 100 MB/s". */
char *pga_lint_phrase_cost(const PgaLintReport *report, const PgaLintStatement *statement);
char *pga_lint_phrase_version(const PgaLintReport *report);
char *pga_lint_phrase_summary(const PgaLintReport *report);
/* Of the trace at *at and those behind it that say the same on other servers; *at is moved behind
 * them. */
char *pga_lint_phrase_traces(const GPtrArray *traces, guint *at);
