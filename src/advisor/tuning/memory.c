/* The memory settings: what each wants, before they are made to fit together (fit.c), and how both
 * came about. */
#include <base/units.h>
#include <math.h>

#include "tune_internal.h"

#define MB_IN_KB G_GINT64_CONSTANT(1024)
#define GB_IN_KB (1024 * MB_IN_KB)

/* Aurora's storage is not cached by the operating system: shared_buffers is all the cache there is,
 * two thirds of the memory by the service's own default. */
static gboolean
is_aurora(const PgaTune *t)
{
    return t->input->deployment.value == PGA_DEPLOYMENT_AURORA;
}

static gint64
aurora_buffers(const PgaTune *t)
{
    return MAX(t->ram / 12038 - 50003, t->ram / 4 / 8192) * 8192 / (8 * PGA_MB) * (8 * PGA_MB);
}

/* shared_buffers of the source, when it is a share of RAM that nothing speaks against; 0 else. */
static gint64
kept_buffers(const PgaTune *t)
{
    const gint64 current = pga_tune_current_bytes(t, "shared_buffers");
    const gint64 least = is_aurora(t) ? t->ram / 2 : t->ram / 4;
    const gint64 most = is_aurora(t) ? t->ram / 4 * 3 : t->ram / 5 * 2;

    return current >= least && current <= most ? current : 0;
}

/* A database that fits into less needs no more: its size, rounded up to a power of two of 128MB. */
static gint64
buffers_for_database(const PgaTune *t)
{
    gint64 bytes = 128 * PGA_MB;

    while (bytes < t->input->database_bytes.value && bytes < PGA_GB * PGA_MB)
        bytes *= 2;
    return bytes;
}

/* As the operator wants it, whatever the database's size. */
static gint64
stated_buffers(const PgaTune *t)
{
    const double bytes = t->input->shared_buffers_share * (double)t->ram;

    return MAX(pga_int64(bytes) / (8 * PGA_MB) * (8 * PGA_MB), 16 * PGA_MB);
}

static gint64
want_shared_buffers(const PgaTune *t)
{
    gint64 bytes = kept_buffers(t);

    if (bytes > 0)
        return bytes;
    if (t->input->shared_buffers_share > 0)
        return stated_buffers(t);
    if (is_aurora(t))
        return MAX(aurora_buffers(t), 16 * PGA_MB);
    bytes = t->ram / 4 / (8 * PGA_MB) * (8 * PGA_MB);
    if (t->input->database_bytes.value >= 0)
        bytes = MIN(bytes, buffers_for_database(t));
    return MAX(bytes, 16 * PGA_MB);
}

static gint64
maintenance_cap(const PgaTune *t)
{
    switch (t->workload) {
    case PGA_WORKLOAD_OLAP:
        return t->major >= 17 ? 8 * PGA_GB : PGA_GB;
    case PGA_WORKLOAD_HTAP:
    case PGA_WORKLOAD_TIME_SERIES:
        return 2 * PGA_GB;
    case PGA_WORKLOAD_OLTP:
    case PGA_WORKLOAD_UNKNOWN:
    default:
        return PGA_GB;
    }
}

static gint64
want_maintenance(const PgaTune *t)
{
    const gint64 least = MIN(64 * PGA_MB, t->ram / 8);
    const gint64 bytes = MAX(t->ram / 16, least);

    return MIN(bytes, maintenance_cap(t)) / PGA_MB * PGA_MB;
}

static gint64
want_autovacuum_workers(const PgaTune *t)
{
    return t->cores >= 32 ? 5 : t->cores >= 16 ? 4 : 3;
}

static gint64
autovacuum_cap(const PgaTune *t)
{
    return t->major >= 17 ? 2 * PGA_GB : PGA_GB;
}

static gint64
want_autovacuum_mem(const PgaTune *t)
{
    const gint64 share = t->ram / 10 / want_autovacuum_workers(t);
    const gint64 bytes = MIN(MIN(want_maintenance(t), autovacuum_cap(t)), share);

    return MAX(bytes / PGA_MB * PGA_MB, PGA_MB);
}

static gint64
power_of_two_from(double number)
{
    gint64 power = 1;

    while ((double)power < number && power < 8192)
        power *= 2;
    return power;
}

/* The lock table takes about 400 bytes for each lock of each connection: no more than a 64th of
 * RAM. */
static gint64
want_locks(const PgaTune *t)
{
    const gint64 partitions = t->seen->partitions;
    const double current = pga_tune_current(t, "max_locks_per_transaction");
    gint64 locks = t->workload == PGA_WORKLOAD_TIME_SERIES ? 256 : 64;

    if (t->workload == PGA_WORKLOAD_TIME_SERIES && partitions > 0)
        locks = MAX(64, power_of_two_from(2.4 * (double)partitions));
    else if (partitions > 500)
        locks = MAX(256, locks);
    if (isfinite(current) && current > 64) /* somebody had a reason */
        locks = MAX(locks, MIN(pga_int64(current), 8192));
    while (locks > 64 && locks * 400 * t->wanted.max_connections > t->ram / 64)
        locks /= 2;
    return MAX(locks, 64);
}

static gboolean
wants_wal_buffers(const PgaTune *t)
{
    return t->seen->wal_buffers_full_per_hour >= 1 && t->wanted.shared_buffers_kb >= 2 * GB_IN_KB;
}

static gint64
want_parallel_workers(const PgaTune *t)
{
    return MIN(MAX(2, t->workload == PGA_WORKLOAD_OLTP ? t->cores / 2 : t->cores), 1024);
}

/* 13 brought it; more than 2 is somebody's choice. */
static gint64
want_hash_mem(const PgaTune *t)
{
    const double current = pga_tune_current(t, "hash_mem_multiplier");

    if (t->server_major < 13)
        return 100;
    return isfinite(current) && current > 2 && current <= 8 ? (gint64)(current * 100 + 0.5) : 200;
}

static gint64
want_decoding(const PgaTune *t)
{
    return CLAMP(pga_tune_current_bytes(t, "logical_decoding_work_mem"), 64 * PGA_MB, 256 * PGA_MB);
}

/* Fewer than the source has would keep an extension from starting its own. */
static gint64
want_worker_processes(const PgaTune *t)
{
    const double current = pga_tune_current(t, "max_worker_processes");

    return MAX(MAX(8, MIN(t->cores, 1024) + 4), isfinite(current) ? (gint64)MIN(current, 256) : 0);
}

/* Autovacuum, WAL senders, and the server's own: 8, from 18 on 38 with the I/O workers. */
static gint64
other_processes(const PgaTune *t)
{
    const gint64 vacuum =
        t->major >= 18 ? MAX(16, 2 * want_autovacuum_workers(t)) : want_autovacuum_workers(t);

    return vacuum + MAX(10, 2 * MAX(t->seen->standbys, 0) + 2) + (t->major >= 18 ? 38 : 8);
}

void
pga_tune_want_memory(PgaTune *t)
{
    PgaMemorySettings *m = &t->wanted;

    *m = (PgaMemorySettings){
        .major = t->major,
        .workload = t->workload,
        .ram_kb = t->ram / PGA_KB,
        .shared_memory_kb = -1,
        .max_prepared_transactions = MAX(t->seen->prepared_transactions, 0),
        .hash_mem_multiplier_x100 = want_hash_mem(t),
        .max_parallel_workers = want_parallel_workers(t),
        .maintenance_work_mem_kb = want_maintenance(t) / PGA_KB,
        .autovacuum_max_workers = want_autovacuum_workers(t),
        .autovacuum_work_mem_kb = want_autovacuum_mem(t) / PGA_KB,
        .logical_walsenders = pga_tune_is_logical(t) ? MAX(t->seen->logical_slots, 1) : 0,
        .logical_decoding_work_mem_kb = want_decoding(t) / PGA_KB,
        .temp_buffers_kb = 8 * MB_IN_KB,
        .work_mem_kb = PGA_WORK_MEM_FLOOR_KB,
        .huge_pages = FALSE, /* try promises none: page tables are counted */
        .max_worker_processes = want_worker_processes(t),
        .other_processes = other_processes(t),
        .track_activity_query_size = pga_tune_query_size(t),
        .io_max_concurrency = t->major >= 18 ? 64 : 0,
        .io_max_combine_blocks = t->major >= 18 ? pga_tune_io_max_combine_bytes(t) / 8192 : 0,
    };
    m->max_connections = pga_tune_want_connections(t);
    m->shared_buffers_kb = want_shared_buffers(t) / PGA_KB;
    m->wal_buffers_kb = wants_wal_buffers(t) ? 64 * MB_IN_KB : -1;
    m->max_locks_per_transaction = want_locks(t);
}

/* What was given up so that the sum fits. */
static void
explain_lowered(const PgaTune *t, PgaTunedSetting *s, gint64 wanted_kb, gint64 have_kb)
{
    g_autofree char *wanted = pga_size_text(wanted_kb * PGA_KB);
    g_autofree char *ram = pga_size_text(t->ram);

    if (have_kb < wanted_kb)
        pga_tuned_also(s, " = %s, lowered until the worst case fits into %s", wanted, ram);
    if (have_kb < wanted_kb || !g_str_has_prefix(s->formula, "kept"))
        pga_tuned_also(s, " =");
}

static void
explain_database(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 bytes = t->input->database_bytes.value;
    g_autofree char *size = NULL, *enough = NULL;

    if (bytes < 0 || buffers_for_database(t) >= t->ram / 4 / (8 * PGA_MB) * (8 * PGA_MB))
        return;
    size = pga_size_text(bytes);
    enough = pga_size_text(buffers_for_database(t));
    pga_tuned_also(s, ", not above %s for a database of %s", enough, size);
}

void
pga_tune_shared_buffers(const PgaTune *t, PgaTunedSetting *s)
{
    g_autofree char *ram = pga_size_text(t->ram), *kept = pga_size_text(kept_buffers(t));

    pga_tuned_bytes(s, t->memory.shared_buffers_kb * PGA_KB);
    if (kept_buffers(t) > 0) {
        pga_tuned_explain(s, "kept: %s is %.0f %% of %s, within %s", kept,
                          100.0 * (double)kept_buffers(t) / (double)t->ram, ram,
                          is_aurora(t) ? "50 to 75 %" : "25 to 40 %");
    } else if (t->input->shared_buffers_share > 0) {
        pga_tuned_explain(s, "%g %% of %s as stated, whole 8MB",
                          100 * t->input->shared_buffers_share, ram);
    } else if (is_aurora(t)) {
        pga_tuned_explain(s,
                          "Aurora's own default, %s / 12038 - 50003 blocks of 8kB, since nothing "
                          "else caches there, whole 8MB",
                          ram);
    } else {
        pga_tuned_explain(s, "25 %% of %s, whole 8MB", ram);
        explain_database(t, s);
    }
    explain_lowered(t, s, t->wanted.shared_buffers_kb, t->memory.shared_buffers_kb);
}

void
pga_tune_effective_cache_size(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 current = pga_tune_current_bytes(t, "effective_cache_size");
    const gint64 buffers = t->memory.shared_buffers_kb * PGA_KB;
    const gint64 share = t->input->dedicated ? 75 : 50;
    g_autofree char *ram = pga_size_text(t->ram), *kept = NULL;

    if (is_aurora(t)) {
        pga_tuned_bytes(s, buffers);
        pga_tuned_explain(s, "shared_buffers: on Aurora nothing else caches");
        return;
    }
    if (current >= MAX(t->ram / 2, buffers) && current <= t->ram / 100 * share + PGA_MB) {
        kept = pga_size_text(current);
        pga_tuned_bytes(s, current);
        pga_tuned_explain(s, "kept: %s is %.0f %% of %s, within 50 to %d %%", kept,
                          100.0 * (double)current / (double)t->ram, ram, (int)share);
        return;
    }
    pga_tuned_bytes(s, MAX(t->ram / 4 * (share / 25) / PGA_MB * PGA_MB, buffers));
    pga_tuned_explain(s, "%d %% of %s, %s host, whole MB, not below shared_buffers =", (int)share,
                      ram, t->input->dedicated ? "a dedicated" : "a shared");
}

/* What is left for work_mem, as the inequality has it. */
static void
explain_work_mem(const PgaTune *t, PgaTunedSetting *s)
{
    const PgaMemorySettings *m = &t->memory;
    const PgaMemorySum *sum = &t->tuning->worst;
    g_autofree char *ram = pga_size_text(t->ram), *shared = pga_size_text(sum->shared * PGA_KB);
    g_autofree char *maintenance = pga_size_text(sum->maintenance * PGA_KB);
    g_autofree char *fixed = pga_size_text(sum->fixed * PGA_KB),
                    *os = pga_size_text(sum->os * PGA_KB);

    pga_tuned_explain(s,
                      "(%s - %s shared - %s maintenance - %s connections - %s operating system) / "
                      "((%" G_GINT64_FORMAT " sessions + %" G_GINT64_FORMAT
                      " parallel workers) x %" G_GINT64_FORMAT
                      " sorts or hashes x %.3g for hash_mem_multiplier), whole 64kB",
                      ram, shared, maintenance, fixed, os, m->max_connections,
                      m->max_parallel_workers, pga_memory_nodes(m->workload),
                      (100 + (double)m->hash_mem_multiplier_x100) / 200);
}

void
pga_tune_work_mem(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 fits = pga_memory_max_work_mem_kb(&t->memory);
    const gint64 cap = pga_tune_work_mem_cap_kb(t);
    g_autofree char *cap_text = pga_size_text(cap * PGA_KB), *all = pga_size_text(fits * PGA_KB);
    g_autofree char *spilled = pga_size_text(pga_int64(MAX(t->seen->temp_bytes_per_hour, 0)));

    pga_tuned_bytes(s, t->memory.work_mem_kb * PGA_KB);
    explain_work_mem(t, s);
    if (!t->tuning->safe)
        pga_tuned_also(s, ": nothing is left, 4MB is the least that sorts need");
    else if (fits > cap)
        pga_tuned_also(s, " = %s, at most %s for %s", all, cap_text,
                       pga_workload_class_name(t->workload));
    if (t->seen->temp_files_per_hour >= 1)
        pga_tuned_also(s, " (%.0f temporary files of %s an hour were written)",
                       t->seen->temp_files_per_hour, spilled);
    pga_tuned_also(s, " =");
}

void
pga_tune_hash_mem_multiplier(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, (double)t->memory.hash_mem_multiplier_x100 / 100);
    pga_tuned_explain(s, t->memory.hash_mem_multiplier_x100 > 200
                             ? "kept as the source has it; the sum counts it for half of the nodes"
                             : "2, which the sum counts for half of the nodes");
}

void
pga_tune_logical_decoding_work_mem(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_bytes(s, t->memory.logical_decoding_work_mem_kb * PGA_KB);
    pga_tuned_explain(s, "64MB, up to 256MB where the source has more, counted for %d decoders",
                      (int)t->memory.logical_walsenders);
    explain_lowered(t, s, t->wanted.logical_decoding_work_mem_kb,
                    t->memory.logical_decoding_work_mem_kb);
}

void
pga_tune_maintenance_work_mem(const PgaTune *t, PgaTunedSetting *s)
{
    g_autofree char *ram = pga_size_text(t->ram), *sixteenth = pga_size_text(t->ram / 16);
    g_autofree char *least = pga_size_text(MIN(64 * PGA_MB, t->ram / 8));
    g_autofree char *most = pga_size_text(maintenance_cap(t));

    pga_tuned_bytes(s, t->memory.maintenance_work_mem_kb * PGA_KB);
    pga_tuned_explain(s, "%s / 16 = %s, within %s to %s for %s, whole MB", ram, sixteenth, least,
                      most, pga_workload_class_name(t->workload));
    explain_lowered(t, s, t->wanted.maintenance_work_mem_kb, t->memory.maintenance_work_mem_kb);
}

void
pga_tune_autovacuum_work_mem(const PgaTune *t, PgaTunedSetting *s)
{
    g_autofree char *share = pga_size_text(t->ram / 10 / want_autovacuum_workers(t));
    g_autofree char *cap = pga_size_text(autovacuum_cap(t));
    g_autofree char *maintenance = pga_size_text(want_maintenance(t));

    pga_tuned_bytes(s, t->memory.autovacuum_work_mem_kb * PGA_KB);
    pga_tuned_explain(s,
                      "the least of maintenance_work_mem (%s), %s in PostgreSQL %u, and a tenth of "
                      "RAM for %d workers (%s each), whole MB",
                      maintenance, cap, t->major, (int)want_autovacuum_workers(t), share);
    explain_lowered(t, s, t->wanted.autovacuum_work_mem_kb, t->memory.autovacuum_work_mem_kb);
}

void
pga_tune_huge_pages(const PgaTune *t, PgaTunedSetting *s)
{
    g_autofree char *buffers = pga_size_text(t->memory.shared_buffers_kb * PGA_KB);

    pga_tuned_word(s, pga_tune_current_is(t, "huge_pages", "on") ? "on" : "try");
    if (pga_tune_current_is(t, "huge_pages", "on"))
        pga_tuned_explain(s, "kept: the source runs with on");
    else if (t->memory.shared_buffers_kb >= 2 * GB_IN_KB)
        pga_tuned_explain(s, "try, with vm.nr_hugepages for shared_buffers of %s", buffers);
    else
        pga_tuned_explain(s, "try: shared_buffers of %s gains little, and it harms nobody",
                          buffers);
}

void
pga_tune_vacuum_buffer_usage_limit(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 most = t->workload == PGA_WORKLOAD_OLTP   ? 2 * PGA_MB
                        : t->workload == PGA_WORKLOAD_OLAP ? 16 * PGA_MB
                                                           : 4 * PGA_MB;
    const gint64 eighth = t->memory.shared_buffers_kb * PGA_KB / 8;
    g_autofree char *most_text = pga_size_text(most), *eighth_text = pga_size_text(eighth);

    pga_tuned_bytes(s, MAX(MIN(most, eighth), 128 * PGA_KB));
    pga_tuned_explain(s, "%s for %s, at most shared_buffers / 8 = %s", most_text,
                      pga_workload_class_name(t->workload), eighth_text);
}

/* The rest of what the inequality counts. */
void
pga_tune_autovacuum_max_workers(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, (double)t->memory.autovacuum_max_workers);
    pga_tuned_explain(s, "3, 4 from 16 cores, 5 from 32, for %" G_GINT64_FORMAT, t->cores);
    if (t->memory.autovacuum_max_workers < t->wanted.autovacuum_max_workers)
        pga_tuned_also(s, ", lowered from %" G_GINT64_FORMAT " until the worst case fits",
                       t->wanted.autovacuum_max_workers);
}

void
pga_tune_max_parallel_workers(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, (double)t->memory.max_parallel_workers);
    pga_tuned_explain(s, "%s %" G_GINT64_FORMAT " cores, at least 2",
                      t->workload == PGA_WORKLOAD_OLTP ? "half of" : "all", t->cores);
    if (t->memory.max_parallel_workers < t->wanted.max_parallel_workers)
        pga_tuned_also(s, " = %" G_GINT64_FORMAT ", lowered until the worst case fits",
                       t->wanted.max_parallel_workers);
    pga_tuned_also(s, " =");
}

void
pga_tune_max_locks_per_transaction(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, (double)t->memory.max_locks_per_transaction);
    if (t->seen->partitions > 0)
        pga_tuned_explain(s,
                          "%" G_GINT64_FORMAT
                          " partitions of one table for %s; the lock table within a 64th of RAM",
                          t->seen->partitions, pga_workload_class_name(t->workload));
    else
        pga_tuned_explain(s, "the usual for %s; more with more than 500 partitions or chunks",
                          pga_workload_class_name(t->workload));
}

void
pga_tune_wal_buffers(const PgaTune *t, PgaTunedSetting *s)
{
    if (t->memory.wal_buffers_kb > 0) {
        pga_tuned_bytes(s, t->memory.wal_buffers_kb * PGA_KB);
        pga_tuned_explain(s, "64MB: wal_buffers_full grew by %.0f per hour",
                          t->seen->wal_buffers_full_per_hour);
        return;
    }
    pga_tuned_number(s, -1);
    pga_tuned_explain(s, "-1: a 32nd of shared_buffers up to 16MB, which the server computes");
    if (t->seen->wal_buffers_full_per_hour >= 1)
        pga_tuned_also(s, "; wal_buffers_full grew by %.0f per hour",
                       t->seen->wal_buffers_full_per_hour);
}
