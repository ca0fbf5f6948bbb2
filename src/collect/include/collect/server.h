/* What rules need besides the Catalog: the server's own state, and the workload it recorded. Reads
 * only, as pga_collect() does. */
#pragma once
#include <collect/collect.h>
#include <model/server.h>
#include <model/workload.h>

G_BEGIN_DECLS

/**
 * pga_collect_server:
 * @server: (out)
 * @not_checked: of PgaNotChecked *: appended: what the role may not see, naming the privilege
 *
 * Databases, replication, sessions, counters of the cluster; the host's facts when the server runs
 * on this machine. PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED.
 */
gboolean pga_collect_server(PgaConnection *connection, const PgaCollectOptions *options,
                            PgaServer **server, GPtrArray *not_checked, GError **error);

/**
 * pga_collect_workload:
 *
 * pg_stat_statements of this database, if the role may read it; `known` says so. PGA_ERROR_SOURCE,
 * PGA_ERROR_INTERRUPTED.
 */
gboolean pga_collect_workload(PgaConnection *connection, const PgaCollectOptions *options,
                              PgaWorkload **workload, GPtrArray *not_checked, GError **error);

G_END_DECLS
