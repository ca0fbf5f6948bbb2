/* What a clone needs besides the Catalog, from a live server. Reads only, as pga_collect() does:
 * own READ ONLY transactions, timeouts, savepoint per query, locked relations left out and noted.
 */
#pragma once
#include <collect/collect.h>
#include <model/object.h>
#include <model/planner.h>

G_BEGIN_DECLS

/**
 * pga_collect_objects:
 * @objects: (out): finished
 * @not_checked: of PgaNotChecked *: appended
 *
 * Definitions, owners, dependencies, roles: no row of a user's table. PGA_ERROR_SOURCE,
 * PGA_ERROR_INTERRUPTED, PGA_ERROR_INPUT as pga_collect().
 */
gboolean pga_collect_objects(PgaConnection *connection, const PgaCollectOptions *options,
                             PgaObjects **objects, GPtrArray *not_checked, GError **error);

/**
 * pga_collect_planner:
 * @catalog: (nullable): with @relations: what is gone is then not named
 * @relations: of PgaOid: tables and materialized views (their indexes come along); NULL: all of
 * the Catalog
 * @data: appended to
 *
 * Sizes, statistics, extended statistics, ends of B-trees, metapages. With no_values: no values, no
 * histograms, no ends, no sample. With sample: also some rows of tables whose indexes' sizes
 * statistics cannot tell. What the role may not read is one entry of @not_checked for each
 * privilege, with how many relations it concerns and the first of them.
 */
gboolean pga_collect_planner(PgaConnection *connection, const PgaCollectOptions *options,
                             const PgaCatalog *catalog, const GArray *relations,
                             PgaPlannerData *data, GPtrArray *not_checked, GError **error);

/* The SQL that a DBA runs once so that pg_monitor alone suffices: two SECURITY DEFINER functions in
 * schema pgarchitect, and the grant of them to @role. Static text with %s replaced; (transfer
 * full).
 */
char *pga_collect_grants_sql(const char *role);

G_END_DECLS
