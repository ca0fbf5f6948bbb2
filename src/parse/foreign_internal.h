/* Files that are no SQL text, recognised by their first bytes. */
#pragma once
#include <glib.h>

/* FALSE with PGA_ERROR_INPUT, whose hint says how to make SQL of it. */
gboolean pga_foreign_refuse(const char *text, gsize length, const char *name, GError **error);

/* PGA_ERROR_INPUT for the directory @path, which may be a dump. */
void pga_foreign_refuse_directory(const char *path, GError **error);
