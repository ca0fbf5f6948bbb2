/* A verification as text or JSON. Pure functions: same report, same bytes. */
#pragma once
#include <glib.h>
#include <model/verification.h>
#include <render/render.h>

G_BEGIN_DECLS

/* (transfer full): ends in a newline. Text, or JSON (schemas/verify.schema.json); @all: every
 * difference, not the first ones of each kind (text only). */
char *pga_render_verification(const PgaVerification *verification, PgaFormat format, gboolean all);

G_END_DECLS
