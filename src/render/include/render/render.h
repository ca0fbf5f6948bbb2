/* A report as text, Markdown or JSON. Pure functions: same report, same bytes. */
#pragma once
#include <glib.h>
#include <model/report.h>

G_BEGIN_DECLS

typedef enum { PGA_FORMAT_TEXT, PGA_FORMAT_JSON, PGA_FORMAT_MARKDOWN } PgaFormat;

typedef struct {
    PgaFormat format;
    gboolean all;       /* every finding, no token budget */
    gboolean colour;    /* ANSI colours (text only) */
    guint width;        /* columns, 40 or more (text only); 0: 80 */
    guint token_budget; /* text and Markdown unless `all`; 0: 2000 */
} PgaRenderOptions;

/* (transfer full): ends in a newline. */
char *pga_render_report(const PgaReport *report, const PgaRenderOptions *options);

/* (transfer full): {"tool", "command", "complete": false, "error": {message, detail, hint}, …}:
 * what --format json prints when there is no report. */
char *pga_render_error_json(const char *command, const GError *error);

/* (transfer full): the file of --write-baseline (parse/baseline.h): every finding that is present,
 * also those that are in a baseline already, by rule and object. */
char *pga_render_baseline(const PgaReport *report);

/* PGA_ERROR_INPUT naming the formats. */
gboolean pga_format_parse(const char *text, PgaFormat *out, GError **error);

G_END_DECLS
