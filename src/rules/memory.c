/* What the memory inequality needs to know of the server that is looked at. */
#include <string.h>

#include "memory_internal.h"
#include "setting_fix_internal.h"

/* hash_mem_multiplier is the one setting here with a fraction; 2.0 since 15, 1.0 before. */
static gint64
hash_mem_multiplier_x100(const PgaRuleRun *run, guint major)
{
    const PgaSetting *setting = pga_catalog_setting(run->catalog, "hash_mem_multiplier");

    if (!setting)
        return major >= 15 ? 200 : 100;
    return (gint64)(g_ascii_strtod(setting->setting, NULL) * 100 + 0.5);
}

static gboolean
huge_pages_are_on(const PgaCatalog *catalog)
{
    const PgaSetting *status = pga_catalog_setting(catalog, "huge_pages_status"); /* since 17 */

    if (!status)
        status = pga_catalog_setting(catalog, "huge_pages");
    return status && g_strcmp0(status->setting, "on") == 0;
}

gboolean
pga_memory_settings_known(const PgaRuleRun *run, PgaMemorySettings *settings)
{
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    PgaRuleRun quiet = *run;

    quiet.not_checked = ignored;
    return pga_memory_settings_read(&quiet, settings);
}

gboolean
pga_memory_settings_read(PgaRuleRun *run, PgaMemorySettings *s)
{
    const struct {
        const char *name;
        gint64 *value;
        gint64 divisor;
    } needed[] = {
        {"shared_buffers", &s->shared_buffers_kb, 1024},
        {"max_connections", &s->max_connections, 1},
        {"max_locks_per_transaction", &s->max_locks_per_transaction, 1},
        {"max_prepared_transactions", &s->max_prepared_transactions, 1},
        {"max_parallel_workers", &s->max_parallel_workers, 1},
        {"work_mem", &s->work_mem_kb, 1024},
        {"maintenance_work_mem", &s->maintenance_work_mem_kb, 1024},
        {"autovacuum_max_workers", &s->autovacuum_max_workers, 1},
    };
    gint64 ram = 0, bytes;

    memset(s, 0, sizeof(*s));
    if (!pga_rule_ram(run, &ram))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(needed); i++) {
        bytes = pga_rule_setting(run, needed[i].name);
        if (bytes < 0)
            return FALSE;
        *needed[i].value = bytes / needed[i].divisor;
    }
    bytes = pga_catalog_setting_int64(run->catalog, "max_worker_processes");
    if (bytes >= 0) /* more than that many never run */
        s->max_parallel_workers = MIN(s->max_parallel_workers, bytes);
    s->major = run->environment->version_num / 10000;
    s->workload = run->environment->workload;
    s->ram_kb = ram / 1024;
    bytes = pga_catalog_setting_int64(run->catalog, "shared_memory_size");
    s->shared_memory_kb = bytes < 0 ? -1 : bytes / 1024;
    s->wal_buffers_kb = pga_catalog_setting_int64(run->catalog, "wal_buffers") / 1024;
    bytes = pga_catalog_setting_int64(run->catalog, "autovacuum_work_mem");
    s->autovacuum_work_mem_kb = bytes < 0 ? -1 : bytes / 1024;
    s->hash_mem_multiplier_x100 = hash_mem_multiplier_x100(run, s->major);
    s->huge_pages = huge_pages_are_on(run->catalog);
    return TRUE;
}
