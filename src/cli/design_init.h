/* The questions of design --init. */
#pragma once
#include <glib.h>

/* Asks on the terminal, writes the file to @path, or to standard output when it is NULL. Whatever
 * ends it early leaves nothing. PGA_ERROR_INPUT, PGA_ERROR_INTERRUPTED. */
gboolean pga_design_init(const char *path, gboolean force, GError **error);
