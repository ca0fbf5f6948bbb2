/* Where a verb's document goes, in parts: --output, whole or not at all, or standard output. */
#pragma once
#include <base/file.h>
#include <glib.h>

/** Caller's storage. */
typedef struct {
    PgaFileDraft *draft; /* (nullable): standard output */
    GError **error;
} PgaCliOutput;

/* A PgaRenderSink; @data: PgaCliOutput *. FALSE with its error set: PGA_ERROR_INPUT. */
gboolean pga_cli_output_take(const char *text, gsize length, gpointer data);
