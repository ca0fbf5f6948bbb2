/* Backslash commands of psql in a script. */
#pragma once
#include <glib.h>

/* The end of the backslash command at @start: the line's, or a "\\" outside of quotes, behind which
 * SQL goes on. */
const char *pga_psql_command_end(const char *start, const char *end);

/* \g, \gx, \gset and the like, \crosstabview, \watch: they send what stands before them. */
gboolean pga_psql_command_sends(const char *command, gsize length);
