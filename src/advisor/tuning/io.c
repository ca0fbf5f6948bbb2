/* Reading and writing data files. */
#include "tune_internal.h"

/* Share of the buffers written that sessions write themselves, above which the background writer is
 * too slow. */
#define BACKEND_WRITES 0.2

static gint64
io_concurrency(const PgaTune *t)
{
    static const gint64 usual[] = {[PGA_STORAGE_HDD] = 2,
                                   [PGA_STORAGE_SSD] = 200,
                                   [PGA_STORAGE_NVME] = 200,
                                   [PGA_STORAGE_NETWORK] = 100};
    static const gint64 olap[] = {[PGA_STORAGE_HDD] = 4,
                                  [PGA_STORAGE_SSD] = 200,
                                  [PGA_STORAGE_NVME] = 512,
                                  [PGA_STORAGE_NETWORK] = 200};
    const gint64 n = t->workload == PGA_WORKLOAD_OLAP ? olap[t->storage] : usual[t->storage];

    return t->major >= 18 ? MAX(n, 16) : n;
}

void
pga_tune_effective_io_concurrency(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, (double)io_concurrency(t));
    pga_tuned_explain(s, "%s, %s%s", pga_storage_name(t->storage),
                      pga_workload_class_name(t->workload),
                      t->major >= 18 ? ", not below the default of 16" : "");
}

void
pga_tune_maintenance_io_concurrency(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 least = t->major >= 18 ? 16 : 10;

    pga_tuned_number(s, (double)MAX(least, io_concurrency(t)));
    pga_tuned_explain(s, "effective_io_concurrency, not below the default of %d", (int)least);
}

void
pga_tune_io_combine_limit(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean large = t->workload == PGA_WORKLOAD_OLAP;

    pga_tuned_bytes(s, (large ? 256 : 128) * PGA_KB);
    pga_tuned_explain(s, large ? "256kB for the sequential scans of olap" : "128kB for %s",
                      pga_workload_class_name(t->workload));
}

gint64
pga_tune_io_max_combine_bytes(const PgaTune *t)
{
    return t->workload == PGA_WORKLOAD_OLAP   ? PGA_MB
           : t->workload == PGA_WORKLOAD_OLTP ? 128 * PGA_KB
                                              : 256 * PGA_KB;
}

void
pga_tune_io_max_combine_limit(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_bytes(s, pga_tune_io_max_combine_bytes(t));
    pga_tuned_explain(s, "for %s", pga_workload_class_name(t->workload));
}

/* Only a server that runs with it proves that it may. */
void
pga_tune_io_method(const PgaTune *t, PgaTunedSetting *s)
{
    if (pga_tune_current_is(t, "io_method", "io_uring")) {
        pga_tuned_word(s, "io_uring");
        pga_tuned_explain(s, "kept: the source runs with it");
        return;
    }
    pga_tuned_word(s, "worker");
    pga_tuned_explain(s, "worker starts everywhere; io_uring %s",
                      t->seen->io_uring == 1   ? "is possible there: try it on a copy"
                      : t->seen->io_uring == 0 ? "is not possible there"
                                               : "needs the build, the kernel and the container to "
                                                 "allow it");
}

void
pga_tune_io_workers(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 part = t->workload == PGA_WORKLOAD_OLAP ? 2 : 4;

    pga_tuned_number(s, (double)CLAMP((t->cores + part - 1) / part, 3, 32));
    pga_tuned_explain(s, "%" G_GINT64_FORMAT " cores / %d for %s, rounded up, within 3 to 32 =",
                      t->cores, (int)part, pga_workload_class_name(t->workload));
}

static gboolean
backends_write(const PgaTune *t)
{
    return t->seen->backend_write_share > BACKEND_WRITES;
}

static void
explain_writes(const PgaTune *t, PgaTunedSetting *s)
{
    if (backends_write(t))
        pga_tuned_explain(s, "sessions wrote %.0f %% of the buffers themselves",
                          100 * t->seen->backend_write_share);
    else
        pga_tuned_explain(s, "the default, unless sessions write more than 20 %% of the buffers");
}

void
pga_tune_bgwriter_delay(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_seconds(s, backends_write(t) ? 0.05 : 0.2);
    explain_writes(t, s);
}

void
pga_tune_bgwriter_lru_maxpages(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, backends_write(t) ? 400 : 100);
    explain_writes(t, s);
}
