/* The workload that a server recorded. */
#include "collect/server.h"

#include "collector_internal.h"

gboolean
pga_collect_workload(PgaConnection *connection G_GNUC_UNUSED,
                     const PgaCollectOptions *options G_GNUC_UNUSED, PgaWorkload **workload,
                     GPtrArray *not_checked G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    *workload = pga_workload_new();
    return TRUE;
}
