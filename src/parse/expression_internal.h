/* Changing expressions token by token. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): what stands in place of *taken tokens from @i on; NULL: they stay. */
typedef char *(*PgaExpressionEdit)(const GArray *tokens, guint i, guint *taken, gpointer data);

/* (transfer full) */
char *pga_expression_edit(const char *text, PgaExpressionEdit edit, gpointer data);

G_END_DECLS
