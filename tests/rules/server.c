/* The settings that the rules about memory read. */
#include <string.h>

#include "server.h"

static const char *const memory_settings[][3] = {
    {"shared_buffers", "524288", "8kB"},
    {"effective_cache_size", "1572864", "8kB"},
    {"work_mem", "4096", "kB"},
    {"maintenance_work_mem", "65536", "kB"},
    {"autovacuum_work_mem", "-1", "kB"},
    {"autovacuum_max_workers", "3", NULL},
    {"max_connections", "100", NULL},
    {"max_locks_per_transaction", "64", NULL},
    {"max_prepared_transactions", "0", NULL},
    {"max_parallel_workers", "8", NULL},
    {"max_worker_processes", "8", NULL},
    {"hash_mem_multiplier", "2", NULL},
    {"wal_buffers", "2048", "8kB"},
    {"huge_pages_status", "off", NULL},
};

Model *
server_new(void)
{
    return server_new_without("");
}

Model *
server_new_without(const char *left_out)
{
    Model *model = model_new();

    for (guint i = 0; i < G_N_ELEMENTS(memory_settings); i++) {
        if (!strstr(left_out, memory_settings[i][0]))
            model_setting(model, memory_settings[i][0], memory_settings[i][1],
                          memory_settings[i][2]);
    }
    model->environment->ram_bytes = 16 * GB;
    model->environment->ram_method = g_strdup("--ram");
    model->environment->database_bytes = ALL_BYTES;
    return model;
}

void
server_set(Model *model, const char *name, gint64 value)
{
    PgaSetting *setting = (PgaSetting *)pga_catalog_setting(model->catalog, name);

    g_free(setting->setting);
    setting->setting = g_strdup_printf("%" G_GINT64_FORMAT, value);
}

void
server_set_text(Model *model, const char *name, const char *value)
{
    PgaSetting *setting = (PgaSetting *)pga_catalog_setting(model->catalog, name);

    g_free(setting->setting);
    setting->setting = g_strdup(value);
}

void
server_set_source(Model *model, const char *name, const char *source)
{
    PgaSetting *setting = (PgaSetting *)pga_catalog_setting(model->catalog, name);

    g_free(setting->source);
    setting->source = g_strdup(source);
}

void
server_set_buffers(Model *model, gint64 bytes)
{
    server_set(model, "shared_buffers", bytes / 8192);
}

void
server_make_spill(Model *model, double days, gint64 bytes)
{
    model->environment->temp_age = days * DAY;
    model->environment->temp_bytes = bytes;
}
