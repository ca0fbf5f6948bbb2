/* Where a verb's document goes, in parts: --output, whole or not at all, or standard output. */
#pragma once
#include <base/file.h>
#include <glib.h>
#include <render/render.h>

/** Caller's storage. */
typedef struct {
    PgaFileDraft *draft; /* (nullable): standard output */
    GError **error;
} PgaCliOutput;

/* A PgaRenderSink; @data: PgaCliOutput *. FALSE with its error set: PGA_ERROR_INPUT. */
gboolean pga_cli_output_take(const char *text, gsize length, gpointer data);

/* With @is_json and without --output (@path, nullable) a failure of @verb is a document too; the
 * message on standard error stays. */
void pga_cli_output_failure(const char *verb, gboolean is_json, const char *path,
                            const GError *failure);

/** Options of a verb that judges files, as given; NULL: not given. */
typedef struct {
    const char *format, *fail_on, *color, *output;
    gboolean all;
} PgaCliLintOptions;

/** What they say. Caller's storage; render.folder and render.root are the caller's. */
typedef struct {
    PgaRenderOptions render;
    gboolean fails; /* findings from fail_on on */
    PgaSeverity fail_on;
} PgaCliLintOutput;

/* Checked before any work is done. Unless --fail-on says otherwise errors fail. PGA_ERROR_INPUT. */
gboolean pga_cli_lint_output_parse(const PgaCliLintOptions *options, PgaCliLintOutput *output,
                                   GError **error);
