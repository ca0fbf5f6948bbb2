/* What the parts of a page about a Django project share. */
#pragma once
#include <model/django_report.h>
#include <render/django.h>

#include "page_internal.h"

/** A page about a project. */
typedef struct {
    PgaPage page;
    const PgaDjangoReport *report;
    gboolean markdown;
    GHashTable *rules; /* of ids to PgaRuleText *, borrowed */
    GHashTable *told;  /* set of rules of which all was said */
} PgaDjangoPage;

/* {"tool", "command", …}: schemas/django.schema.json. Whether @sink took all of it. */
gboolean pga_django_render_json(const PgaDjangoReport *report, PgaRenderSink sink, gpointer data);

/* django_code.c: lines of @language ("python", "sql", "mermaid") under @label, which may be "";
 * made harmless. */
void pga_django_page_code(PgaDjangoPage *page, const char *label, const char *language,
                          const char *code);
/* An empty line, unless there is one. */
void pga_django_page_gap(PgaDjangoPage *page);
/* A line that begins a part of a section. */
void pga_django_page_part(PgaDjangoPage *page, const char *title);
/* Nothing without @text. */
void pga_django_page_label(PgaDjangoPage *page, const char *label, const char *text);

/* django_findings.c */
void pga_django_page_findings(PgaDjangoPage *page);

/* django_interleaving.c */
void pga_django_page_interleaving(PgaDjangoPage *page, const PgaInterleaving *interleaving);

/* django_short.c: (transfer full). A statement without its lists of columns; what it brought, with
 * the columns' names: "stock 10". */
char *pga_django_short_sql(const char *sql);
char *pga_django_short_answer(const char *sql, const char *saw);

/* django_decisions.c */
void pga_django_page_decisions(PgaDjangoPage *page);

/* django_map.c: tables whose indexes change, not more than @most; with --all every one. Returns:
 * how many are left out. */
guint pga_django_page_map(PgaDjangoPage *page, guint most);

/* django_answer.c: the four parts. */
void pga_django_page_answer(PgaDjangoPage *page);

/* django_phrases.c: (transfer full). */
char *pga_django_phrase_summary(const PgaDjangoReport *report);
