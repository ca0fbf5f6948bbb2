/* A tuned configuration as a page, a document, or what a server or a service takes. */
#pragma once
#include <glib.h>
#include <model/tune_report.h>
#include <render/render.h>

G_BEGIN_DECLS

typedef enum {
    PGA_TUNE_TEXT,
    PGA_TUNE_JSON, /* schemas/tune.schema.json */
    PGA_TUNE_MARKDOWN,
    PGA_TUNE_CONF,         /* a part of postgresql.conf */
    PGA_TUNE_ALTER_SYSTEM, /* SQL */
    PGA_TUNE_PROVIDER,     /* commands of a managed service's own program */
    PGA_TUNE_PGBOUNCER,    /* pgbouncer.ini */
} PgaTuneFormat;

/* (transfer full): ends in a newline. Of @options `all`, `colour` and `width` count: `all` adds the
 * settings that stay as they are, bounds, citations, and what differs from other tools. */
char *pga_render_tune(const PgaTuneReport *report, PgaTuneFormat format,
                      const PgaRenderOptions *options);

/* PGA_ERROR_INPUT naming the formats. */
gboolean pga_tune_format_parse(const char *text, PgaTuneFormat *out, GError **error);

G_END_DECLS
