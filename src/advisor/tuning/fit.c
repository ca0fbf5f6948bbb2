/* Makes the memory settings fit into RAM by the inequality (model/memory.h). What is lowered, in
 * which order, and how far is the table below: first what costs least, connections last, since a
 * pooler can stand in for them only where there is one. Each step gives up no more than is needed.
 */
#include "tune_internal.h"

#define MB_IN_KB G_GINT64_CONSTANT(1024)

/* How far each is lowered before the next round goes further. */
typedef struct {
    gint64 parallel_workers, maintenance_kb, autovacuum_workers, autovacuum_kb, decoding_kb,
        buffers_kb, connections;
} Floors;

static gboolean
fits(const PgaMemorySettings *memory)
{
    PgaMemorySettings trial = *memory;

    trial.work_mem_kb = PGA_WORK_MEM_FLOOR_KB;
    return pga_memory_fits(&trial);
}

/* Lowers *@value, which is part of @memory, to the largest of @floor, @floor + @step, … that fits;
 * to @floor when none does. Never raises it. */
static void
lower(PgaMemorySettings *memory, gint64 *value, gint64 floor, gint64 step)
{
    gint64 low = 0, high = (*value - floor) / step;

    if (*value <= floor || fits(memory))
        return;
    while (low < high) {
        const gint64 middle = low + (high - low + 1) / 2;

        *value = floor + middle * step;
        if (fits(memory))
            low = middle;
        else
            high = middle - 1;
    }
    *value = floor + low * step;
}

static void
lower_all(PgaMemorySettings *m, const Floors *floors)
{
    lower(m, &m->max_parallel_workers, floors->parallel_workers, 1);
    lower(m, &m->max_worker_processes, 8, 1);
    lower(m, &m->maintenance_work_mem_kb, floors->maintenance_kb, MB_IN_KB);
    lower(m, &m->autovacuum_max_workers, floors->autovacuum_workers, 1);
    lower(m, &m->autovacuum_work_mem_kb, floors->autovacuum_kb, MB_IN_KB);
    if (m->logical_walsenders > 0)
        lower(m, &m->logical_decoding_work_mem_kb, floors->decoding_kb, MB_IN_KB);
    lower(m, &m->shared_buffers_kb, floors->buffers_kb, 8 * MB_IN_KB);
    lower(m, &m->max_connections, floors->connections, 1);
}

/* More than work_mem should be for such a workload; the largest spill that was seen raises it. */
gint64
pga_tune_work_mem_cap_kb(const PgaTune *t)
{
    const gint64 most = t->workload == PGA_WORKLOAD_OLAP ? 2 * PGA_GB / PGA_KB : 256 * MB_IN_KB;
    gint64 cap = t->workload == PGA_WORKLOAD_OLTP ? 64 * MB_IN_KB : most;

    if (t->seen->temp_files_per_hour >= 1 && t->seen->temp_bytes_per_hour > 0) {
        const double file = t->seen->temp_bytes_per_hour / t->seen->temp_files_per_hour;
        const double wanted =
            MIN(2 * file / 1024, (double)most); /* in memory it takes about twice */

        cap = MAX(cap, (gint64)wanted / 64 * 64);
    }
    return cap;
}

void
pga_tune_fit_memory(PgaTune *t)
{
    const PgaDeployment deployment = (PgaDeployment)t->input->deployment.value;
    const gint64 sessions = pga_tune_managed_least(deployment, "max_connections", 10);
    const Floors rounds[] = {
        {2, MIN(64 * MB_IN_KB, t->ram / PGA_KB / 8), 2, 16 * MB_IN_KB, 64 * MB_IN_KB,
         MAX(128 * MB_IN_KB, t->ram / PGA_KB / 8), sessions},
        {0, 16 * MB_IN_KB, 1, 8 * MB_IN_KB, 16 * MB_IN_KB, 64 * MB_IN_KB, sessions},
        {0, MB_IN_KB, 1, MB_IN_KB, MB_IN_KB, 16 * MB_IN_KB, sessions == 10 ? 5 : sessions},
    };
    PgaMemorySettings *m = &t->memory;

    *m = t->wanted;
    for (guint i = 0; i < G_N_ELEMENTS(rounds) && !fits(m); i++)
        lower_all(m, &rounds[i]);
    m->autovacuum_work_mem_kb = MIN(m->autovacuum_work_mem_kb, m->maintenance_work_mem_kb);
    m->work_mem_kb =
        CLAMP(pga_memory_max_work_mem_kb(m), PGA_WORK_MEM_FLOOR_KB, pga_tune_work_mem_cap_kb(t));
}
