/* Which tables are worth an index or a warning. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* Reading all of it costs nothing: stated small, or by its name or shape one of the tables that
 * hold a list of kinds, countries, settings. */
gboolean pga_django_is_small(const PgaDjangoRun *run, const PgaDjangoModel *model, double min_rows);

/* By name or shape alone. */
gboolean pga_django_looks_small(const PgaDjangoModel *model);

/* Rows are added by what the project does, one for each event: it has a time of making, or points
 * to several others. */
gboolean pga_django_looks_growing(const PgaDjangoModel *model);

/* Neither times nor relations are in it: nothing says that rows come with what happens. */
gboolean pga_django_is_plain(const PgaDjangoModel *model);

/* By what the project does with it: a request reads it whole. */
gboolean pga_django_is_listed(const PgaDjangoRun *run, const PgaDjangoModel *model);

/* (transfer full): "about 2.0 M rows", "nobody states how many rows it has". */
char *pga_django_rows_text(const PgaDjangoRun *run, const PgaDjangoModel *model);

G_END_DECLS
