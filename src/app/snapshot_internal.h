/* What a snapshot gets besides what its source says of itself. */
#pragma once
#include <model/snapshot.h>

G_BEGIN_DECLS

/**
 * pga_snapshot_add_workload:
 * @paths: (nullable) NULL-terminated: scripts of SQL
 * @not_read: of PgaNotChecked *: appended: commands of psql
 *
 * Adds their statements to the workload, as if each had run once.
 *
 * Returns: %FALSE with PGA_ERROR_INPUT, PGA_ERROR_INTERRUPTED
 */
gboolean pga_snapshot_add_workload(PgaSnapshot *snapshot, const char *const *paths,
                                   GPtrArray *not_read, GError **error);

G_END_DECLS
