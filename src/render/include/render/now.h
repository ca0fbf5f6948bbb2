/* The moment of a server as a page or a document. */
#pragma once
#include <glib.h>
#include <model/now.h>
#include <render/render.h>

G_BEGIN_DECLS

/* (transfer full): ends in a newline. SARIF and GitHub's commands are about findings only: as text
 * here. */
char *pga_render_now(const PgaNow *now, const PgaRenderOptions *options);

G_END_DECLS
