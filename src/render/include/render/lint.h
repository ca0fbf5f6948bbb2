/* What `lint` answers, as a page or a document. Pure functions: same report, same bytes. */
#pragma once
#include <glib.h>
#include <model/lint_report.h>
#include <render/render.h>

G_BEGIN_DECLS

/* (transfer full): ends in a newline. JSON: schemas/lint.schema.json. */
char *pga_render_lint(const PgaLintReport *report, const PgaRenderOptions *options);

/* The same in parts: a document of many findings is not in memory as a whole. Whether @sink took
 * all of it. */
gboolean pga_render_lint_to(const PgaLintReport *report, const PgaRenderOptions *options,
                            PgaRenderSink sink, gpointer data);

/* (transfer full): what --fix would write, as a unified diff; empty when it would write nothing. */
char *pga_render_lint_diff(const PgaLintReport *report);

/* (transfer full): as pga_render_baseline(). */
char *pga_render_lint_baseline(const PgaLintReport *report);

G_END_DECLS
