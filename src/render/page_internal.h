/* A page being written, and what a format must know to write one. layout.c decides what stands on
 * the page and in which order; a style decides how it looks. Every text given to a style is raw,
 * perhaps hostile: the style makes it harmless, so that no caller can forget to. */
#pragma once
#include <glib.h>
#include <model/group.h>
#include <model/report.h>
#include <render/render.h>

typedef struct PgaPage PgaPage;

/** Rows of cells under titles; the last column may be long. */
typedef struct {
    const char *const *titles;
    guint n_columns;
    GPtrArray *rows; /* of char ** */
} PgaGrid;

typedef struct {
    void (*title)(PgaPage *page, const char *title, const char *facts);
    void (*paragraph)(PgaPage *page, const char *text);
    void (*heading)(PgaPage *page, guint number, const PgaFinding *finding);
    void (*entry)(PgaPage *page, guint number, const char *title); /* heading of no finding */
    void (*labelled)(PgaPage *page, const char *label, const char *text);
    void (*statements)(PgaPage *page, const char *label, const GPtrArray *statements);
    void (*link)(PgaPage *page, const char *label, const char *title, const char *url);
    void (*section)(PgaPage *page, const char *title);
    void (*item)(PgaPage *page, const char *text);
    void (*lines)(PgaPage *page, const GPtrArray *lines); /* as they stand; cut to the width */
    void (*table)(PgaPage *page, const GPtrArray *findings);
    void (*grid)(PgaPage *page, const PgaGrid *grid);
} PgaPageStyle;

struct PgaPage {
    const PgaPageStyle *style;
    GString *out;
    gboolean all;
    gboolean colour;
    guint width;  /* columns */
    guint budget; /* tokens */
    const PgaGroups *groups;
};

extern const PgaPageStyle pga_page_text, pga_page_markdown;

/* (transfer full) */
char *pga_page_render(const PgaReport *report, const PgaRenderOptions *options,
                      const PgaPageStyle *style);

/* Columns of a page for which @wanted were asked, 0: none in particular. */
guint pga_page_width(guint wanted);

/* One finding with all it says. */
void pga_page_finding(PgaPage *page, guint number, const PgaFinding *finding);

/* Takes back what was written since the page was @mark long, unless it fits into the budget. */
gboolean pga_page_keep_if_fits(PgaPage *page, gsize mark);

/* @text (transfer full). */
void pga_page_item(PgaPage *page, char *text);

/* A section of @texts (of char *); none without any. */
void pga_page_texts(PgaPage *page, const char *title, const GPtrArray *texts);

/* A section of @entries (of PgaNotChecked *), at most @limit of them; none without any. */
void pga_page_not_checked(PgaPage *page, const char *title, const GPtrArray *entries, guint limit);

/* The same of a report: what matters of it, as far as it fits. */
void pga_page_write_not_checked(PgaPage *page, const PgaReport *report);

/* A grid of at most @width columns; as a table of Markdown. */
void pga_grid_text(GString *out, const PgaGrid *grid, guint width);
void pga_grid_markdown(GString *out, const PgaGrid *grid);

/* (transfer full): "error", or "error (likely)" unless the finding is certain. */
char *pga_page_severity(const PgaFinding *finding);

/* (transfer full): @text printable and without markup. */
char *pga_page_escape_markdown(const char *text);

/* (transfer full): " (+39)" for the first of a group of 40, else "". */
char *pga_page_others(const PgaGroups *groups, const PgaFinding *finding);

/* (transfer full): the findings as aligned columns of at most @width, one line each, printable. */
char *pga_table_render(const GPtrArray *findings, const PgaGroups *groups, guint width);
