/* What the verbs that judge files, `lint` and `django`, show alike. */
#pragma once
#include <model/report.h>

#include "page_internal.h"

/** What their reports hold alike. */
typedef struct {
    const char *command;
    GPtrArray *findings, *not_checked, *set_aside, *baseline, *notes, *rules;
    gboolean complete;
    const char *source_name, *version;
    guint version_num;
} PgaLinted;

/* A page of that format without a word on it yet. Its out is the caller's. */
PgaPage pga_linted_page(const PgaRenderOptions *options);
/* (transfer full): what stands on it, without an empty line at its beginning. */
char *pga_linted_page_end(PgaPage *page);

/* With --all what was set aside; @columns: their places with columns. */
void pga_linted_set_aside(PgaPage *page, const GPtrArray *findings, gboolean columns);

/* (transfer full): for what takes a report of `check`. */
PgaReport *pga_linted_report(const PgaLinted *linted);
/* A PgaRenderSink; @out: GString *. */
gboolean pga_linted_append(const char *text, gsize length, gpointer out);
