/* Who keeps VACUUM from removing dead rows and from freezing. */
#pragma once
#include <model/horizon.h>

#include "rule_internal.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): one sentence: the oldest session, prepared transaction, replication
 * slot or standby whose snapshot is @min_age transactions old or older, and how to end it; NULL
 * when there is none, or none can be seen. */
char *pga_horizon_holder(const PgaRuleRun *run, gint64 min_age);

G_END_DECLS
