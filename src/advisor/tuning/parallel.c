/* Parallel workers. */
#include "tune_internal.h"

void
pga_tune_max_worker_processes(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, (double)t->memory.max_worker_processes);
    pga_tuned_explain(
        s, "%" G_GINT64_FORMAT " cores + 4 for extensions and replication, at least 8", t->cores);
    if (t->wanted.max_worker_processes > MAX(8, MIN(t->cores, 1024) + 4))
        pga_tuned_also(s, ", not fewer than the source has");
    if (t->memory.max_worker_processes < t->wanted.max_worker_processes)
        pga_tuned_also(s, ", lowered until the worst case fits");
    pga_tuned_also(s, " =");
}

void
pga_tune_max_parallel_workers_per_gather(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 all = t->memory.max_parallel_workers;
    gint64 most;

    switch (t->workload) {
    case PGA_WORKLOAD_OLAP:
        most = CLAMP(t->cores / 2, 4, 8);
        break;
    case PGA_WORKLOAD_HTAP:
    case PGA_WORKLOAD_TIME_SERIES:
        most = CLAMP(t->cores / 4, 2, 4);
        break;
    case PGA_WORKLOAD_OLTP:
    case PGA_WORKLOAD_UNKNOWN:
    default:
        most = t->cores < 4 ? 1 : 2;
        break;
    }
    pga_tuned_number(s, (double)MIN(all, most));
    pga_tuned_explain(s,
                      "%" G_GINT64_FORMAT " for %s on %" G_GINT64_FORMAT
                      " cores, at most max_parallel_workers (%" G_GINT64_FORMAT ")",
                      most, pga_workload_class_name(t->workload), t->cores, all);
}

void
pga_tune_max_parallel_maintenance_workers(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 half = CLAMP(t->cores / 2, 2, 4), all = t->memory.max_parallel_workers;

    pga_tuned_number(s, (double)MIN(half, all));
    pga_tuned_explain(s,
                      "half of %" G_GINT64_FORMAT
                      " cores, within 2 to 4, at most max_parallel_workers (%" G_GINT64_FORMAT
                      ") =",
                      t->cores, all);
}
