/* One finding for one place of the source, however often a rule comes by. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* Into run->memory; forget with pga_django_once_free(). */
void pga_django_once_begin(PgaDjangoRun *run);
void pga_django_once_free(gpointer memory);

/* TRUE the first time that this chain of the event's function is asked about. */
gboolean pga_django_once(PgaDjangoRun *run, const PgaDjangoEvent *event);

/* The event asks the database for rows or does something with them: its queryset is there, and it
 * is not asked in vain. */
gboolean pga_django_event_asks(const PgaDjangoEvent *event);

/* A command of manage.py, a background task, a check at the start: nobody waits. */
gboolean pga_django_is_batch(const PgaDjangoFunction *function);

/* A task that is given nothing to work on: the clock starts it. */
gboolean pga_django_is_periodic(const PgaDjangoFunction *function);

G_END_DECLS
