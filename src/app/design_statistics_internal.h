/* Statistics of a column: what they are made for. */
#pragma once
#include "design_plan_internal.h"

G_BEGIN_DECLS

/** A table, or a part of one. */
typedef struct {
    const PgaDesignStatistics *statistics;
    const PgaDesignTable *table;
    const PgaPartitionPart *part;
    double rows;
} PgaDesignSubject;

/** A common value on its way into the slot. */
typedef struct {
    const char *value;
    double share;
    guint place;
} PgaDesignCommon;

/* design_common.c: (transfer full): of PgaDesignCommon, most common first; of a partition by list
 * its own. */
GArray *pga_design_common(const PgaDesignSubject *subject, const PgaDesignColumn *column);

G_END_DECLS
