/* A report as text, Markdown, JSON, SARIF or GitHub's workflow commands. Pure functions: same
 * report, same bytes. */
#pragma once
#include <glib.h>
#include <model/many.h>
#include <model/report.h>

G_BEGIN_DECLS

typedef enum {
    PGA_FORMAT_TEXT,
    PGA_FORMAT_JSON,
    PGA_FORMAT_MARKDOWN,
    PGA_FORMAT_SARIF,  /* SARIF 2.1.0, for code scanning */
    PGA_FORMAT_GITHUB, /* workflow commands of GitHub Actions */
} PgaFormat;

typedef struct {
    PgaFormat format;
    gboolean all;       /* every finding, no token budget */
    gboolean colour;    /* ANSI colours (text only) */
    guint width;        /* columns, 40 or more (text only); 0: 80 */
    guint token_budget; /* text and Markdown unless `all`; 0: 2000 */
    const char *folder; /* (nullable): the working folder, that files are relative to; absolute */
    const char *root;   /* (nullable): of the repository: SARIF and GitHub name files from there */
} PgaRenderOptions;

/** Takes a document in parts; FALSE: no more is wanted. */
typedef gboolean (*PgaRenderSink)(const char *text, gsize length, gpointer data);

/* (transfer full): ends in a newline. */
char *pga_render_report(const PgaReport *report, const PgaRenderOptions *options);

/* (transfer full): a summary by cluster, database and rule; JSON holds every report, SARIF a run
 * for each database. */
char *pga_render_many(const PgaCheckedMany *many, const PgaRenderOptions *options);

/* (transfer full): {"tool", "command", "complete": false, "error": {message, detail, hint}, …}:
 * what --format json prints when there is no report. */
char *pga_render_error_json(const char *command, const GError *error);

/* (transfer full): the file of --write-baseline (parse/baseline.h): every finding that is present,
 * also those that are in a baseline already, by rule and object. */
char *pga_render_baseline(const PgaReport *report);

/* PGA_ERROR_INPUT naming the formats. */
gboolean pga_format_parse(const char *text, PgaFormat *out, GError **error);

/* The same for what is no report of findings: only text, JSON and Markdown. */
gboolean pga_format_parse_page(const char *text, PgaFormat *out, GError **error);

G_END_DECLS
