/* Cutting a whole text into the statements of a PgaScript. */
#pragma once
#include "parse/script.h"

/* Fills script->statements and script->dumped_from; @text must outlive them. */
gboolean pga_reader_read(PgaScript *script, const char *text, gsize length, GError **error);
