/* --write-baseline. */
#pragma once
#include <glib.h>

/* Writes @text (transfer full) (nullable) to @path and says so among @notes (of char *); without
 * @path nothing. PGA_ERROR_INPUT. */
gboolean pga_cli_write_baseline(const char *path, char *text, GPtrArray *notes, GError **error);
