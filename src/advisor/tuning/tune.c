/* From what is known of a machine to its configuration. */
#include "advisor/tuning.h"

#include <base/units.h>
#include <math.h>

#include "tune_internal.h"

/* Beyond these no machine is, and no sum overflows. */
#define MOST_RAM   (G_GINT64_CONSTANT(1024) * 1024 * PGA_GB)
#define MOST_CORES 65536

static const PgaSettingEntry entries[] = {
#define SETTING(name, group, page, formula, why, ours, difference)                                 \
    {#name, group, page, pga_tune_##formula, why, ours, difference},
#include "settings.def"
#undef SETTING
};

static void
assume(PgaFact *fact, gint64 value, const char *method)
{
    if (fact->value < 0)
        pga_fact_set(fact, value, PGA_ORIGIN_DEFAULT, method);
}

static void
complete_input(PgaTuningInput *input)
{
    const double connections =
        input->evidence.settings
            ? (double)pga_catalog_setting_int64(input->evidence.settings, "max_connections")
            : -1;

    assume(&input->ram, 4 * PGA_GB, "assumed");
    assume(&input->cores, 2, "assumed");
    assume(&input->storage, PGA_STORAGE_SSD, "assumed");
    if (input->workload.value <= PGA_WORKLOAD_UNKNOWN) {
        input->workload.value = -1;
        assume(&input->workload, PGA_WORKLOAD_OLTP, "assumed");
    }
    assume(&input->deployment, PGA_DEPLOYMENT_SELF_HOSTED, "assumed");
    if (input->connections.value < 1 && connections > 0)
        pga_fact_set(&input->connections, pga_int64(connections), PGA_ORIGIN_MEASURED,
                     "max_connections");
    if (input->stated_major == 0)
        input->stated_major = input->major ? input->major : PGA_TUNING_MAX_MAJOR;
    input->major = CLAMP(input->stated_major, PGA_TUNING_MIN_MAJOR, PGA_TUNING_MAX_MAJOR);
}

static guint
active_percent(const PgaTune *t)
{
    if (t->input->pool_size.value > 0)
        return 100;
    return t->workload == PGA_WORKLOAD_OLTP ? 25 : 50;
}

static void
sum_memory(const PgaTune *t)
{
    PgaTuning *tuning = t->tuning;

    tuning->memory = t->memory;
    tuning->active_percent = active_percent(t);
    pga_memory_sum(&t->memory, 100, &tuning->worst);
    pga_memory_sum(&t->memory, tuning->active_percent, &tuning->expected);
    tuning->safe = tuning->worst.total <= t->memory.ram_kb;
    tuning->margin = (double)(t->memory.ram_kb - tuning->worst.total) / (double)t->memory.ram_kb;
}

static void
note_version(const PgaTuning *tuning)
{
    const guint stated = tuning->input->stated_major;

    if (stated < PGA_TUNING_MIN_MAJOR)
        g_ptr_array_add(
            tuning->notes,
            g_strdup_printf("PostgreSQL %u is out of support: the formulas are those of "
                            "%u, without the settings that %u lacks.",
                            stated, PGA_TUNING_MIN_MAJOR, stated));
    else if (stated > PGA_TUNING_MAX_MAJOR)
        g_ptr_array_add(
            tuning->notes,
            g_strdup_printf("PostgreSQL %u is newer than this program: the formulas and "
                            "settings are those of %u.",
                            stated, PGA_TUNING_MAX_MAJOR));
}

PgaTuning *
pga_tune(PgaTuningInput *input)
{
    PgaTuning *tuning = pga_tuning_new();
    PgaTune t = {.tuning = tuning, .input = input, .seen = &input->evidence};

    complete_input(input);
    tuning->input = input;
    t.major = input->major;
    t.server_major =
        CLAMP(input->stated_major, PGA_SERVER_SETTINGS_MIN_MAJOR, PGA_SERVER_SETTINGS_MAX_MAJOR);
    t.ram = CLAMP(input->ram.value, PGA_MB, MOST_RAM);
    t.cores = CLAMP(input->cores.value, 1, MOST_CORES);
    t.storage = (PgaStorage)input->storage.value;
    t.workload = (PgaWorkloadClass)input->workload.value;
    t.max_wal_size = pga_tune_max_wal_bytes(&t);
    pga_tune_want_memory(&t);
    pga_tune_fit_memory(&t);
    sum_memory(&t);
    for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
        PgaTunedSetting *setting = pga_tune_setting(&t, &entries[i]);

        if (setting)
            g_ptr_array_add(tuning->settings, setting);
    }
    note_version(tuning);
    pga_tune_findings(&t);
    pga_tune_proposals(&t);
    pga_tune_pooler(&t);
    pga_tune_not_checked(&t);
    g_free(t.connections_why);
    return tuning;
}
