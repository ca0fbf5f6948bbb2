/* An architecture as text, Markdown, JSON (OUT-1) and a directory of files. */
#pragma once
#include <glib.h>
#include <model/architecture.h>
#include <model/bundle.h>
#include <render/render.h>

G_BEGIN_DECLS

typedef enum { PGA_DESIGN_TEXT, PGA_DESIGN_MARKDOWN, PGA_DESIGN_JSON } PgaDesignFormat;

/* PGA_ERROR_INPUT naming the allowed values. */
gboolean pga_design_format_parse(const char *text, PgaDesignFormat *out, GError **error);

/* (transfer full). Text and Markdown within the tier's tokens (2,000, 6,000, 12,000): what is left
 * out is named. */
char *pga_render_design(const PgaArchitecture *architecture, PgaDesignFormat format, guint tier,
                        const PgaRenderOptions *options);

/* bundle_verification.c: (transfer full): what --verify found. */
char *pga_render_bundle_verification(const PgaBundleVerification *verification,
                                     PgaDesignFormat format, const PgaRenderOptions *options);

/* bundle.c: adds README.md, architecture.json and MANIFEST to the architecture's files and writes
 * them all to @directory: whole or not at all. One that is there is refused without @force, and
 * then must be a bundle (or empty). PGA_ERROR_INPUT. */
gboolean pga_bundle_write(PgaArchitecture *architecture, const char *directory, gboolean force,
                          GError **error);

/* The same refusals, before any work is done. */
gboolean pga_bundle_check_place(const char *directory, gboolean force, GError **error);

G_END_DECLS
