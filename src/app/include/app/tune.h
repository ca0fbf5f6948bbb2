/* `tune`: a machine, and perhaps a source, in; a configuration with its proof out. Prints nothing.
 */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/tune_report.h>

G_BEGIN_DECLS

/** Arguments as they were written; NULL: not given. */
typedef struct {
    PgaSourceRequest from; /* its ram, too; rows and pg_version are not used */
    gboolean has_source; /* FALSE: nothing is connected to; what is not stated is this machine's */
    const char *since;   /* an earlier snapshot of the source */
    const char *cores, *storage, *workload_type, *connections, *database_size, *pg_version,
        *deployment, *pool_size, *wal_disk, *recovery_time;
    const char *const *with; /* NULL-terminated: "archiving", "standby", … */
    gboolean shared_host;
    gboolean no_lab; /* start no server with the settings */
    gint64 now;      /* seconds since the epoch */
} PgaTuneRequest;

/* (nullable): NULL with any PgaError. */
PgaTuneReport *pga_app_tune(const PgaTuneRequest *request, GError **error);

G_END_DECLS
