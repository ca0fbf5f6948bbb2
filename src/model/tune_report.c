/* A tuning's report owns what it holds; which of its settings are written. */
#include "model/tune_report.h"

PgaTuneReport *
pga_tune_report_new(void)
{
    PgaTuneReport *report = g_new0(PgaTuneReport, 1);

    report->complete = TRUE;
    report->now_worst_kb = -1;
    return report;
}

void
pga_tune_report_free(PgaTuneReport *report)
{
    if (!report)
        return;
    pga_tuning_free(report->tuning);
    pga_environment_free(report->environment);
    g_free(report->version_method);
    g_free(report);
}

gboolean
pga_tune_writes(const PgaTunedSetting *setting)
{
    if (setting->is_hidden)
        return FALSE;
    if (setting->current)
        return !setting->is_kept;
    return !setting->is_default;
}

gboolean
pga_tune_proof_counts_on(const PgaTunedSetting *setting)
{
    static const char *const names[] = {"max_connections",
                                        "shared_buffers",
                                        "effective_cache_size",
                                        "work_mem",
                                        "hash_mem_multiplier",
                                        "maintenance_work_mem",
                                        "autovacuum_work_mem",
                                        "autovacuum_max_workers",
                                        "max_parallel_workers",
                                        "max_locks_per_transaction",
                                        "logical_decoding_work_mem",
                                        "temp_buffers",
                                        NULL};

    return g_strv_contains(names, setting->name);
}
