/* A comparison of two databases as text, Markdown or JSON. Pure functions: same report, same bytes.
 */
#pragma once
#include <glib.h>
#include <model/diff_report.h>
#include <render/render.h>

G_BEGIN_DECLS

/* (transfer full): ends in a newline. Text, Markdown (each group as a block that is highlighted as
 * a diff) or JSON (schemas/diff.schema.json). */
char *pga_render_diff(const PgaDiffReport *report, PgaFormat format);

G_END_DECLS
