/* `index`: a source and a workload in, the best set of indexes with its proof out. Prints nothing.
 */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/index_report.h>

G_BEGIN_DECLS

/** Arguments as they were written; NULL: not given. */
typedef struct {
    PgaSourceRequest from;
    const char *const *workloads; /* (nullable) NULL-terminated: files; "pg_stat_statements"; none:
                                     what the source recorded */
    const char *log_line_prefix;
    const char *storage_budget, *max_indexes, *max_width, *time_limit, *min_improvement, *gap;
    gboolean no_drops;   /* existing indexes stay as they are */
    const char *measure; /* (nullable): conninfo of a copy of the source */
    const char *measure_runs, *measure_timeout;
    gboolean keep_indexes; /* on the copy */
    gboolean hypopg;       /* on the copy: hypothetical indexes, nothing is executed */
    gboolean verify;       /* the source's own planner is asked, with HypoPG */
    const char *verify_limit;
    gint64 now; /* seconds since the epoch */
} PgaIndexAsk;

/* (nullable): NULL with any PgaError. */
PgaIndexReport *pga_app_index(const PgaIndexAsk *ask, GError **error);

G_END_DECLS
