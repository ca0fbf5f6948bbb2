/* A source against what is said of its machine: more memory than it has, and what its settings as
 * they are would take. */
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "tune_internal.h"

#define TOLERANCE 1.02 /* 16GB of a machine are less to its kernel */

static gint64
kilobytes(const PgaCatalog *settings, const char *name)
{
    const gint64 bytes = pga_catalog_setting_int64(settings, name);

    return bytes < 0 ? -1 : bytes / 1024;
}

static gint64
multiplier_x100(const PgaCatalog *settings, guint major)
{
    const PgaSetting *setting = pga_catalog_setting(settings, "hash_mem_multiplier");

    if (!setting)
        return major >= 15 ? 200 : 100;
    return (gint64)lround(g_ascii_strtod(setting->setting, NULL) * 100);
}

/* FALSE where one of them is not visible. */
static gboolean
read_memory(const PgaCatalog *settings, PgaMemorySettings *memory)
{
    const gint64 processes = pga_catalog_setting_int64(settings, "max_worker_processes");
    const gint64 *needed[] = {&memory->shared_buffers_kb,
                              &memory->max_connections,
                              &memory->max_locks_per_transaction,
                              &memory->max_parallel_workers,
                              &memory->work_mem_kb,
                              &memory->maintenance_work_mem_kb,
                              &memory->autovacuum_max_workers};

    memory->shared_buffers_kb = kilobytes(settings, "shared_buffers");
    memory->shared_memory_kb = kilobytes(settings, "shared_memory_size");
    memory->wal_buffers_kb = kilobytes(settings, "wal_buffers");
    memory->work_mem_kb = kilobytes(settings, "work_mem");
    memory->maintenance_work_mem_kb = kilobytes(settings, "maintenance_work_mem");
    memory->autovacuum_work_mem_kb = kilobytes(settings, "autovacuum_work_mem");
    memory->logical_decoding_work_mem_kb = MAX(kilobytes(settings, "logical_decoding_work_mem"), 0);
    memory->max_connections = pga_catalog_setting_int64(settings, "max_connections");
    memory->max_locks_per_transaction =
        pga_catalog_setting_int64(settings, "max_locks_per_transaction");
    memory->max_prepared_transactions =
        MAX(pga_catalog_setting_int64(settings, "max_prepared_transactions"), 0);
    memory->autovacuum_max_workers = pga_catalog_setting_int64(settings, "autovacuum_max_workers");
    memory->max_parallel_workers = pga_catalog_setting_int64(settings, "max_parallel_workers");
    if (processes >= 0) /* more than that many never run */
        memory->max_parallel_workers = MIN(memory->max_parallel_workers, processes);
    for (guint i = 0; i < G_N_ELEMENTS(needed); i++)
        if (*needed[i] < 0)
            return FALSE;
    return TRUE;
}

gint64
pga_tune_memory_now(const PgaSource *source, const PgaTuning *tuning)
{
    PgaMemorySettings memory = {.major = tuning->input->major,
                                .workload = tuning->memory.workload,
                                .ram_kb = tuning->memory.ram_kb,
                                .pool_size = tuning->memory.pool_size,
                                .logical_walsenders = tuning->memory.logical_walsenders,
                                .huge_pages = tuning->memory.huge_pages};
    PgaMemorySum sum;

    if (!source->catalog || source->environment->source_kind == PGA_SOURCE_DDL ||
        !read_memory(source->catalog, &memory))
        return -1;
    memory.hash_mem_multiplier_x100 = multiplier_x100(source->catalog, memory.major);
    pga_memory_sum(&memory, 100, &sum);
    return sum.total;
}

void
pga_tune_doubt(const PgaSource *source, PgaTuning *tuning)
{
    const gint64 stated = tuning->input->ram.value;
    const gint64 measured = source->environment ? source->environment->ram_bytes : -1;
    g_autofree char *said = pga_bytes_format_memory(stated), *had = NULL;
    PgaFinding *finding;

    if (measured <= 0 || (double)stated <= (double)measured * TOLERANCE)
        return;
    had = pga_bytes_format_memory(measured - measured % (1 << 20));
    finding = pga_finding_new("tune-ram");
    finding->severity = PGA_SEVERITY_WARNING;
    finding->category = "config";
    finding->object = g_strdup("server");
    finding->title = g_strdup("The server may use less RAM than was stated");
    finding->evidence =
        g_strdup_printf("--ram %s, but %s has %s.", said, source->environment->ram_method, had);
    finding->fix.note = g_strdup("Unless the server is to move to another machine, or its control "
                                 "group's limit is to be raised, leave out --ram: beyond the limit "
                                 "it is killed.");
    finding->confidence = PGA_CONFIDENCE_CERTAIN;
    finding->fingerprint = pga_finding_fingerprint(finding->rule, finding->object);
    finding->docs_title = "Linux Memory Overcommit";
    finding->docs_url = g_strdup_printf(
        "https://www.postgresql.org/docs/%u/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT",
        tuning->input->major);
    finding->requirements = "T1-3 Q-3";
    g_ptr_array_add(tuning->findings, finding);
}
