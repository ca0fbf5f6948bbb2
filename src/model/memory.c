/* The memory inequality. Nobody can say how much a server will use; this is an upper bound on what
 * its settings allow it to use, with the assumptions written beside each constant. */
#include "model/memory.h"

#define KB_PER_MB G_GINT64_CONSTANT(1024)
#define GB_IN_KB  (G_GINT64_CONSTANT(1024) * 1024)

/* What the fit below leaves out, from shared_memory_size of 15, 17 and 18 with up to 10,000
 * processes: 24 kB and its locks for each process that is no connection, 4 kB more and the text of
 * its statement for each process, and from 18 on its I/O handles (128 bytes, 24 more for each
 * block). */
gint64
pga_memory_processes_kb(const PgaMemorySettings *s)
{
    const gint64 others = s->max_worker_processes + s->other_processes;
    const gint64 handle = s->io_max_combine_blocks * 24 + 128;
    const gint64 each = 4096 + MAX(0, s->track_activity_query_size - 1024) +
                        (s->io_max_concurrency > 0 ? s->io_max_concurrency * handle : 0);

    if (others == 0)
        return 0;
    return others * 24 + others * s->max_locks_per_transaction * 400 / 1024 +
           (s->max_connections + others) * each / 1024;
}

/* Shared memory beside shared_buffers, fitted to shared_memory_size of PostgreSQL 17 over 20
 * combinations (128MB to 128GB, 100 and 1000 connections, 64 and 1024 locks): never below it, at
 * most 0.3 % + 80 MB above. */
static gint64
shared_kb(const PgaMemorySettings *s)
{
    const gint64 locks =
        s->max_locks_per_transaction * (s->max_connections + s->max_prepared_transactions + 50);

    if (s->shared_memory_kb >= 0)
        return s->shared_memory_kb;
    return s->shared_buffers_kb + s->shared_buffers_kb * 24 / 1000 + 65536 +
           MAX(0, s->wal_buffers_kb - 16384) + 21 * s->max_connections +
           (400 * locks + 1023) / 1024 + pga_memory_processes_kb(s);
}

gint64
pga_memory_nodes(PgaWorkloadClass workload)
{
    switch (workload) {
    case PGA_WORKLOAD_OLAP:
        return 3;
    case PGA_WORKLOAD_HTAP:
    case PGA_WORKLOAD_TIME_SERIES:
        return 2;
    case PGA_WORKLOAD_OLTP:
    case PGA_WORKLOAD_UNKNOWN:
    default:
        return 1;
    }
}

static gint64
work_kb(const PgaMemorySettings *s, guint active_percent)
{
    gint64 sessions = s->max_connections;
    /* half of the nodes are taken to be hash tables, which may use hash_mem_multiplier times
     * work_mem */
    const gint64 node = s->work_mem_kb * (100 + s->hash_mem_multiplier_x100) / 200;

    if (s->pool_size > 0)
        sessions = MIN(sessions, s->pool_size);
    return (sessions * active_percent / 100 + s->max_parallel_workers) *
           pga_memory_nodes(s->workload) * node;
}

/* A parallel index build shares one maintenance_work_mem; before 17 vacuum used at most 1 GB. */
static gint64
maintenance_kb(const PgaMemorySettings *s)
{
    gint64 worker =
        s->autovacuum_work_mem_kb < 0 ? s->maintenance_work_mem_kb : s->autovacuum_work_mem_kb;

    if (s->major < 17)
        worker = MIN(worker, GB_IN_KB);
    return s->autovacuum_max_workers * worker + s->maintenance_work_mem_kb +
           s->logical_walsenders * s->logical_decoding_work_mem_kb +
           s->temp_sessions * s->temp_buffers_kb;
}

/* 5 MB for each backend (measured on 17: 5.3 MB private when idle); without huge pages also the
 * page tables of a tenth of shared_buffers: 8 bytes for each 4 kB. */
static gint64
fixed_kb(const PgaMemorySettings *s)
{
    const gint64 page_tables = s->huge_pages ? 0 : s->shared_buffers_kb / 4 * 8 / 1024 / 10;

    return s->max_connections * (5 * KB_PER_MB + page_tables);
}

void
pga_memory_sum(const PgaMemorySettings *settings, guint active_percent, PgaMemorySum *sum)
{
    sum->shared = shared_kb(settings);
    sum->work = work_kb(settings, active_percent);
    sum->maintenance = maintenance_kb(settings);
    sum->fixed = fixed_kb(settings);
    sum->os = MAX(512 * KB_PER_MB, settings->ram_kb / 20);
    sum->total = sum->shared + sum->work + sum->maintenance + sum->fixed + sum->os;
}

gboolean
pga_memory_fits(const PgaMemorySettings *settings)
{
    PgaMemorySum sum;

    pga_memory_sum(settings, 100, &sum);
    return sum.total <= settings->ram_kb;
}

gint64
pga_memory_max_work_mem_kb(const PgaMemorySettings *settings)
{
    PgaMemorySettings trial = *settings;
    gint64 low = 0, high = settings->ram_kb / 64; /* in units of 64 kB */

    while (low < high) {
        const gint64 middle = low + (high - low + 1) / 2;

        trial.work_mem_kb = middle * 64;
        if (pga_memory_fits(&trial))
            low = middle;
        else
            high = middle - 1;
    }
    return low * 64;
}

gint64
pga_memory_max_connections(const PgaMemorySettings *settings)
{
    PgaMemorySettings trial = *settings;
    gint64 low = 0, high = settings->max_connections;

    while (low < high) {
        trial.max_connections = low + (high - low + 1) / 2;
        if (pga_memory_fits(&trial))
            low = trial.max_connections;
        else
            high = trial.max_connections - 1;
    }
    return low;
}
