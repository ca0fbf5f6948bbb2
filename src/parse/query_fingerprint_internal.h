/* Which statements are the same query. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): 16 hex digits; NULL when @text is not in libpg_query's grammar. */
char *pga_query_fingerprint(const char *text);

G_END_DECLS
