/* What surrounds the parts of `django`: options, sizes, what is shown, where it stands. */
#pragma once
#include "django_internal.h"
#include "index_internal.h"

#define PGA_DJANGO_TIME_LIMIT ((gint64)120 * G_USEC_PER_SEC)

/* django_source.c. PGA_ERROR_INPUT; the last any PgaError. */
gboolean pga_django_version_parse(const char *text, guint *version, GError **error);
gboolean pga_django_check_only(const PgaDjangoRequest *request, GError **error);
gboolean pga_django_check_apps(PgaDjangoWork *work, GError **error);
/* Of the project itself. */
guint pga_django_count_files(const PgaDjangoProject *project);
/* work->source, rows, the version that is judged for. */
gboolean pga_django_source_open(PgaDjangoWork *work, GError **error);

/* django_changed.c: leaves findings in lines that are new since --changed-since. PGA_ERROR_INPUT.
 */
gboolean pga_django_only_changed(PgaDjangoWork *work, GError **error);

/* django_finish.c: leaves findings of --app. */
void pga_django_only_judged(PgaDjangoWork *work);
/* Leaves those that are certain or likely, unless --all; counts the others. */
void pga_django_hide_possible(PgaDjangoWork *work);
/* Counts, excerpts, files as they are seen from the working folder. */
void pga_django_finish(PgaDjangoWork *work);
