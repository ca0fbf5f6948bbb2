/* `check`: any source in, a complete report out. Prints nothing. */
#pragma once
#include <app/source.h>
#include <glib.h>
#include <model/report.h>

G_BEGIN_DECLS

typedef struct {
    PgaSourceRequest from;
    const char *config_path;   /* (nullable): pga_app_configuration_find() finds one */
    const char *baseline_path; /* (nullable) */
    gint64 now;                /* seconds since the epoch, for what expires; 0: nothing does */
    const char *workload_type; /* (nullable) */
    gboolean exact;            /* measure bloat with pgstattuple */
    gboolean deep;             /* verify B-trees with amcheck */
    const char *since;         /* (nullable): an earlier snapshot, whose counters are taken off */
    gboolean no_lab;           /* do not prove fixes (live sources) */
    gboolean one_of_many;      /* that fixes are not executed is said for all of them together */
    guint prove_limit;         /* at most so many fixes executed; 0: 200 */
    guint top;                 /* fixes to show first; 0: 3 */
} PgaCheckRequest;

/* (nullable): NULL with any PgaError. */
PgaReport *pga_app_check(const PgaCheckRequest *request, GError **error);

G_END_DECLS
