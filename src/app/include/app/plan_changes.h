/* `index` without a search: the same statements planned in two states of a database, or in one and
 * kept in a file for later. Prints nothing. */
#pragma once
#include <app/index.h>
#include <model/plan_changes.h>

G_BEGIN_DECLS

/** Arguments as they were written; NULL: not given. One of the three, and no more, is. */
typedef struct {
    PgaIndexAsk index;       /* the state that is judged, workload, least change that counts */
    const char *against;     /* a source: the state before */
    const char *write_plans; /* a file to write */
    const char *check_plans; /* a file that was written so; it has the statements, too */
} PgaPlanChangesAsk;

/* Whether @ask is for this at all. */
gboolean pga_app_plan_changes_asked(const PgaPlanChangesAsk *ask);

/* (nullable): NULL with any PgaError. */
PgaPlanReport *pga_app_plan_changes(const PgaPlanChangesAsk *ask, GError **error);

G_END_DECLS
