/* `rules`: the table of rules as a document. */
#pragma once
#include <glib.h>
#include <render/render.h>

G_BEGIN_DECLS

/* @id: (nullable): NULL for all. (transfer full) (nullable): NULL with
 * PGA_ERROR_INPUT when there is no such rule. */
char *pga_app_rules(const char *id, PgaFormat format, GError **error);

G_END_DECLS
