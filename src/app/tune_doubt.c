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

static PgaFinding *
config_finding(const char *rule, PgaSeverity severity)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->severity = severity;
    finding->category = "config";
    finding->object = g_strdup("server");
    finding->confidence = PGA_CONFIDENCE_CERTAIN;
    finding->fingerprint = pga_finding_fingerprint(finding->rule, finding->object);
    finding->requirements = "T1-3 Q-3";
    return finding;
}

static void
cite(PgaFinding *finding, const char *title, const char *page, guint major)
{
    g_autofree char *url = g_strdup_printf("https://www.postgresql.org/docs/%u/%s", major, page);

    finding->docs_title = title;
    finding->docs_url = g_intern_string(url);
}

/* (transfer full): three figures are enough to be alarmed. */
static char *
round_size(gint64 kilobytes)
{
    const gint64 gigabyte = G_GINT64_CONSTANT(1024) * 1024;
    const gint64 unit = kilobytes >= 100 * gigabyte ? gigabyte : 1024;

    return pga_bytes_format_memory(kilobytes / unit * unit * 1024);
}

/* First of all: it can happen tonight. */
static void
warn_of_now(const PgaMemorySettings *memory, gint64 worst_kb, PgaTuning *tuning)
{
    PgaMemorySum expected;
    g_autofree char *most = round_size(worst_kb), *usual = NULL;
    g_autofree char *ram = round_size(memory->ram_kb);
    g_autofree char *work = pga_bytes_format_memory(memory->work_mem_kb * 1024);
    g_autofree char *buffers = pga_bytes_format_memory(memory->shared_buffers_kb * 1024);
    PgaFinding *finding;

    pga_memory_sum(memory, tuning->active_percent, &expected);
    if (worst_kb <= memory->ram_kb)
        return;
    usual = round_size(expected.total);
    finding =
        config_finding("tune-memory-now",
                       expected.total > memory->ram_kb ? PGA_SEVERITY_ERROR : PGA_SEVERITY_WARNING);
    finding->title = g_strdup("The settings as they are can use more memory than there is");
    finding->evidence = g_strdup_printf(
        "shared_buffers %s, max_connections %" G_GINT64_FORMAT
        ", work_mem %s: up to %s with every session at work, %s with %u %% of them; RAM %s",
        buffers, memory->max_connections, work, most, usual, tuning->active_percent, ram);
    finding->fix.note =
        g_strdup("The system then kills a server process, and all sessions end with it. work_mem "
                 "is the quickest to lower: a reload is enough; shared_buffers and max_connections "
                 "take a restart. The proposed values fit.");
    cite(finding, "Linux Memory Overcommit", "kernel-resources.html#LINUX-MEMORY-OVERCOMMIT",
         tuning->input->major);
    g_ptr_array_insert(tuning->findings, 0, finding);
}

gint64
pga_tune_memory_now(const PgaSource *source, PgaTuning *tuning)
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
    if (tuning->safe) /* else that is said already */
        warn_of_now(&memory, sum.total, tuning);
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
    finding = config_finding("tune-ram", PGA_SEVERITY_WARNING);
    finding->title = g_strdup("The server may use less RAM than was stated");
    finding->evidence =
        g_strdup_printf("--ram %s, but %s has %s.", said, source->environment->ram_method, had);
    finding->fix.note = g_strdup("Unless the server is to move to another machine, or its control "
                                 "group's limit is to be raised, leave out --ram: beyond the limit "
                                 "it is killed.");
    cite(finding, "Linux Memory Overcommit", "kernel-resources.html#LINUX-MEMORY-OVERCOMMIT",
         tuning->input->major);
    g_ptr_array_add(tuning->findings, finding);
}
