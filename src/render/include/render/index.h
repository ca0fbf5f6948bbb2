/* A set of indexes with its proof as a page, a document, or a script for psql. Pure functions: same
 * report, same bytes. */
#pragma once
#include <glib.h>
#include <model/index_report.h>
#include <render/render.h>

G_BEGIN_DECLS

typedef enum {
    PGA_INDEX_TEXT,
    PGA_INDEX_JSON, /* schemas/index.schema.json */
    PGA_INDEX_MARKDOWN,
    PGA_INDEX_SQL, /* the statements, for psql */
} PgaIndexFormat;

typedef struct {
    PgaIndexFormat format;
    gboolean all;    /* every index with all that is known of it, every statement */
    gboolean colour; /* text only */
    guint width;     /* columns, of text; 0: 80 */
    gint top;        /* indexes that are told about in detail unless `all`; 0: 5; below 0: none. Of
                        what gets worse statements; 0: 20 */
} PgaIndexRenderOptions;

/* (transfer full): ends in a newline. */
char *pga_render_index(const PgaIndexReport *report, const PgaIndexRenderOptions *options);

/* PGA_ERROR_INPUT naming the formats. */
gboolean pga_index_format_parse(const char *text, PgaIndexFormat *out, GError **error);

G_END_DECLS
