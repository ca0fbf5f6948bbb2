/* What reads whole tables and indexes, and is done on request only. Each relation in a transaction
 * of its own, so that no snapshot grows old; an extension is used where it is installed and the
 * role may execute it, never created. What was left out is appended to @not_checked. */
#pragma once
#include <collect/collect.h>

G_BEGIN_DECLS

typedef struct {
    PgaConnection *connection;
    const PgaCollectOptions *options;
    PgaCatalog *catalog;
    GPtrArray *not_checked;
} PgaMeasureSource;

/* Fills in measured_free_bytes of @tables and @indexes (of PgaOid, B-trees), by pgstattuple.
 * PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED. */
gboolean pga_measure_bloat(const PgaMeasureSource *source, const GArray *tables,
                           const GArray *indexes, GError **error);

/* Fills in verified and corruption of @indexes (of PgaOid, B-trees), by amcheck: each against all
 * rows of its table. The same errors. */
gboolean pga_verify_indexes(const PgaMeasureSource *source, const GArray *indexes, GError **error);

G_END_DECLS
