/* What the planner knows of columns, in pseudonyms. */
#pragma once
#include <glib.h>

#include "value_internal.h"

G_BEGIN_DECLS

/** Statistics that are left out because nobody knows how to map their values. */
typedef struct {
    char *type;      /* of the values, as SQL writes it; "" where it is not known */
    PgaOid relation; /* of the first of them */
    char *attname;
    guint n;
} PgaLeftOut;

/**
 * pga_statistics_map:
 * @snapshot: linked, with its original names
 *
 * Maps every value in it: of columns, of index expressions, of extended statistics, ends of
 * B-trees. Samples of rows are dropped.
 *
 * Returns: (transfer full): of PgaLeftOut *, by type
 */
GPtrArray *pga_statistics_map(PgaSnapshot *snapshot, PgaValueMap *map);

G_END_DECLS
