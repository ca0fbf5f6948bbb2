/* The class of a workload follows from a few shares that any server counts: rows read and written
 * by each transaction, and how much of the data only ever grows. The bounds are round figures
 * between what pgbench's TPC-B (about 6 rows read, 3 written a transaction) and TPC-H queries (10^5
 * and more) show. */
#include "workload_internal.h"

#include <math.h>

#define MIN_TRANSACTIONS 1000.0  /* fewer say nothing: a restore or a fresh copy */
#define SCAN_ROWS        10000.0 /* rows read a transaction: queries aggregate rather than look up */
#define WRITE_ROWS       0.1     /* rows written a transaction: below it, the database is read */
#define APPEND_SHARE     0.5 /* of all table bytes in relations that only grow along a time column */
#define APPEND_CHANGES   0.01 /* rows changed or deleted for each inserted one in such a relation */
#define TIME_CORRELATION 0.95 /* physical order follows the time column */

static gboolean
has_time_order(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->typcategory == 'D' && attribute->stats &&
            !isnan(attribute->stats->correlation) &&
            attribute->stats->correlation >= TIME_CORRELATION)
            return TRUE;
    }
    return FALSE;
}

static gboolean
only_grows(const PgaRelation *relation)
{
    const PgaRelationCounters *counters = &relation->counters;

    return relation->has_counters && counters->n_tup_ins >= 1000 &&
           (double)(counters->n_tup_upd + counters->n_tup_del) <
               APPEND_CHANGES * (double)counters->n_tup_ins &&
           has_time_order(relation);
}

typedef struct {
    double bytes, append_bytes, rows_written;
} Totals;

static Totals
add_up(const PgaCatalog *catalog)
{
    Totals totals = {0};

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);
        const PgaRelationCounters *counters = &relation->counters;

        if (relation->relkind != 'r' || relation->table_bytes < 0)
            continue;
        totals.bytes += (double)relation->table_bytes;
        if (only_grows(relation))
            totals.append_bytes += (double)relation->table_bytes;
        if (relation->has_counters)
            totals.rows_written +=
                (double)(counters->n_tup_ins + counters->n_tup_upd + counters->n_tup_del);
    }
    return totals;
}

static void
set_workload(PgaEnvironment *environment, PgaWorkloadClass workload, char *method)
{
    environment->workload = workload;
    g_free(environment->workload_method);
    environment->workload_method = method;
}

/* (transfer full): fractions matter below ten. */
static char *
by_rows(double rows_read, double rows_written)
{
    return g_strdup_printf(rows_written < 10
                               ? "detected: %.0f rows read, %.2g written per transaction"
                               : "detected: %.0f rows read, %.0f written per transaction",
                           rows_read, rows_written);
}

void
pga_workload_detect(const PgaCatalog *catalog, PgaEnvironment *environment)
{
    const Totals totals = add_up(catalog);
    const double transactions = (double)environment->xact_commit;
    double rows_read, rows_written;

    if (environment->source_kind == PGA_SOURCE_DDL) {
        set_workload(environment, PGA_WORKLOAD_OLTP, g_strdup("assumed: DDL has no counters"));
        return;
    }
    if (transactions < MIN_TRANSACTIONS) {
        set_workload(environment, PGA_WORKLOAD_OLTP,
                     g_strdup("assumed: too few transactions counted yet"));
        return;
    }
    rows_read = (double)MAX(environment->tup_returned, 0) / transactions;
    rows_written = totals.rows_written / transactions;
    if (totals.bytes > 0 && totals.append_bytes / totals.bytes >= APPEND_SHARE)
        set_workload(environment, PGA_WORKLOAD_TIME_SERIES,
                     g_strdup_printf(
                         "detected: %.0f %% of the data only grows, in the order of a time column",
                         100 * totals.append_bytes / totals.bytes));
    else if (rows_read < SCAN_ROWS)
        set_workload(environment, PGA_WORKLOAD_OLTP, by_rows(rows_read, rows_written));
    else
        set_workload(environment, rows_written < WRITE_ROWS ? PGA_WORKLOAD_OLAP : PGA_WORKLOAD_HTAP,
                     by_rows(rows_read, rows_written));
}
