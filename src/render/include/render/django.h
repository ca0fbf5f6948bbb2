/* What `django` answers, as a page or a document. Pure functions: same report, same bytes. */
#pragma once
#include <glib.h>
#include <model/django_report.h>
#include <render/render.h>

G_BEGIN_DECLS

/* (transfer full): ends in a newline. JSON: schemas/django.schema.json. */
char *pga_render_django(const PgaDjangoReport *report, const PgaRenderOptions *options);

/* The same in parts: a document of many findings is not in memory as a whole. Whether @sink took
 * all of it. */
gboolean pga_render_django_to(const PgaDjangoReport *report, const PgaRenderOptions *options,
                              PgaRenderSink sink, gpointer data);

/* (transfer full): as pga_render_baseline(). */
char *pga_render_django_baseline(const PgaDjangoReport *report);

G_END_DECLS
