/* Figures of a tuned configuration in words. Everything is raw: escaping is the renderer's. */
#include "tune_internal.h"

#include <base/units.h>
#include <math.h>
#include <string.h>

#include "phrases_internal.h"

char *
pga_tune_size(gint64 kilobytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double value = fabs((double)kilobytes);
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    guint unit = 0;

    while (value >= 1000 && unit + 1 < G_N_ELEMENTS(units)) {
        value /= 1024;
        unit++;
    }
    g_ascii_formatd(digits, sizeof digits,
                    value < 10    ? "%.2f"
                    : value < 100 ? "%.1f"
                                  : "%.0f",
                    value);
    if (strchr(digits, '.')) {
        gsize length = strlen(digits);

        while (digits[length - 1] == '0')
            digits[--length] = '\0';
        if (digits[length - 1] == '.')
            digits[length - 1] = '\0';
    }
    return g_strdup_printf("%s%s%s", kilobytes < 0 ? "-" : "", digits, units[unit]);
}

static char *
memory_text(gint64 value)
{
    return pga_tune_size(value / 1024);
}

static char *
number_text(gint64 value)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, value);
}

static char *
storage_text(gint64 value)
{
    return g_strdup(pga_storage_name((PgaStorage)value));
}

static char *
workload_text(gint64 value)
{
    return g_strdup(pga_workload_class_name((PgaWorkloadClass)value));
}

static char *
deployment_text(gint64 value)
{
    return g_strdup(pga_deployment_name((PgaDeployment)value));
}

static char *
pool_text(gint64 value)
{
    return value == 0 ? g_strdup("none") : number_text(value);
}

void
pga_tune_facts(const PgaTuningInput *input, PgaTuneFactText *facts)
{
    const PgaTuneFactText all[PGA_TUNE_N_FACTS] = {
        {"RAM", "ram", &input->ram, memory_text, TRUE, FALSE},
        {"cores", "cores", &input->cores, number_text, FALSE, FALSE},
        {"storage", "storage", &input->storage, storage_text, FALSE, TRUE},
        {"workload", "workload_type", &input->workload, workload_text, FALSE, TRUE},
        {"connections", "connections", &input->connections, number_text, FALSE, FALSE},
        {"database size", "db_size", &input->database_bytes, pga_bytes_format_storage, TRUE, FALSE},
        {"deployment", "deployment", &input->deployment, deployment_text, FALSE, TRUE},
        {"pool of a pooler", "pool_size", &input->pool_size, pool_text, FALSE, FALSE},
        {"disk of the WAL", "wal_disk", &input->wal_disk_bytes, pga_bytes_format_storage, TRUE,
         FALSE},
    };

    memcpy(facts, all, sizeof all);
}

char *
pga_tune_machine(const PgaTuningInput *input)
{
    PgaTuneFactText facts[PGA_TUNE_N_FACTS];
    GString *text = g_string_new(NULL);

    pga_tune_facts(input, facts);
    g_string_append_printf(text, "PostgreSQL %u", input->stated_major);
    for (guint i = 0; i < 4; i++) { /* the first four say what machine it is */
        g_autofree char *value =
            facts[i].fact->value < 0 ? g_strdup("unknown") : facts[i].text(facts[i].fact->value);
        const char *name = facts[i].is_word ? "" : facts[i].name;

        if (facts[i].fact == &input->cores && input->cores.value == 1)
            name = "core";
        g_string_append_printf(text, ", %s%s%s", value, *name ? " " : "", name);
    }
    return g_string_free(text, FALSE);
}

const char *
pga_tune_now(const PgaTunedSetting *setting)
{
    const char *now = setting->current ? setting->current : setting->default_value;

    if (setting->is_hidden)
        return "hidden";
    return !now ? "?" : *now ? now : "''";
}

char *
pga_tune_count(const PgaTuneReport *report)
{
    guint n = 0, restarts = 0;
    g_autofree char *settings = NULL;

    for (guint i = 0; i < report->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (!pga_tune_writes(setting))
            continue;
        n++;
        restarts += setting->apply == PGA_APPLY_RESTART;
    }
    settings = pga_phrase_count(n, "setting");
    return g_strdup_printf("%s to set, %u of them with a restart", settings, restarts);
}

/* What the terms besides shared_buffers and connections come to; "" where nothing does. */
static char *
shared_rest(const PgaMemorySettings *memory)
{
    const gint64 wal_kb = memory->wal_buffers_kb - 16384,
                 others_kb = pga_memory_processes_kb(memory);
    g_autofree char *wal = wal_kb > 0 ? pga_tune_size(wal_kb) : NULL;
    g_autofree char *others = pga_tune_size(others_kb);
    GString *out = g_string_new(NULL);

    if (wal)
        g_string_append_printf(out, " + %s of wal_buffers beyond 16MB", wal);
    if (others_kb > 0)
        g_string_append_printf(out,
                               " + %s for %" G_GINT64_FORMAT " other processes, statement texts%s",
                               others, memory->max_worker_processes + memory->other_processes,
                               memory->io_max_concurrency > 0 ? " and I/O handles" : "");
    return g_string_free(out, FALSE);
}

static char *
shared_formula(const PgaMemorySettings *memory)
{
    g_autofree char *buffers = pga_tune_size(memory->shared_buffers_kb);
    g_autofree char *rest = shared_rest(memory);
    const gint64 holders = memory->max_connections + memory->max_prepared_transactions + 50;

    if (memory->shared_memory_kb >= 0)
        return g_strdup("shared_memory_size, as the server computes it");
    return g_strdup_printf(
        "shared_buffers %s + 2.4 %% of it + 64MB + %" G_GINT64_FORMAT
        " connections x 21kB + %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT " locks x 400 B%s",
        buffers, memory->max_connections, memory->max_locks_per_transaction, holders, rest);
}

static char *
work_formula(const PgaMemorySettings *memory)
{
    const gboolean pooled = memory->pool_size > 0 && memory->pool_size < memory->max_connections;
    const gint64 sessions = pooled ? memory->pool_size : memory->max_connections;
    g_autofree char *work = pga_tune_size(memory->work_mem_kb);

    return g_strdup_printf("(%" G_GINT64_FORMAT " %s + %" G_GINT64_FORMAT
                           " parallel workers) x %" G_GINT64_FORMAT
                           " sort or hash at once x work_mem %s x %.3g (half of them hash tables, "
                           "hash_mem_multiplier %.3g)",
                           sessions, pooled ? "pooled sessions" : "sessions",
                           memory->max_parallel_workers, pga_memory_nodes(memory->workload), work,
                           (100 + (double)memory->hash_mem_multiplier_x100) / 200,
                           (double)memory->hash_mem_multiplier_x100 / 100);
}

static void
append_times(GString *text, gint64 n, const char *what, gint64 kilobytes)
{
    g_autofree char *size = pga_tune_size(kilobytes);

    if (n > 0)
        g_string_append_printf(text, " + %" G_GINT64_FORMAT " x %s %s", n, what, size);
}

static char *
maintenance_formula(const PgaMemorySettings *memory)
{
    const gboolean own = memory->autovacuum_work_mem_kb >= 0;
    gint64 worker = own ? memory->autovacuum_work_mem_kb : memory->maintenance_work_mem_kb;
    g_autofree char *maintenance = pga_tune_size(memory->maintenance_work_mem_kb);
    GString *text = g_string_new(NULL);

    if (memory->major < 17) /* vacuum used no more */
        worker = MIN(worker, G_GINT64_CONSTANT(1024) * 1024);
    g_string_append_printf(text, "maintenance_work_mem %s", maintenance);
    append_times(text, memory->autovacuum_max_workers,
                 own ? "autovacuum_work_mem" : "maintenance_work_mem of autovacuum", worker);
    append_times(text, memory->logical_walsenders, "logical_decoding_work_mem",
                 memory->logical_decoding_work_mem_kb);
    append_times(text, memory->temp_sessions, "temp_buffers", memory->temp_buffers_kb);
    return g_string_free(text, FALSE);
}

static char *
fixed_formula(const PgaMemorySettings *memory)
{
    g_autofree char *tables =
        memory->huge_pages ? NULL : pga_tune_size(memory->shared_buffers_kb / 4 * 8 / 1024 / 10);

    return g_strdup_printf("%" G_GINT64_FORMAT " connections x (5MB%s%s%s)",
                           memory->max_connections, tables ? " + " : "", tables ? tables : "",
                           tables ? " of page tables" : ", huge pages");
}

void
pga_tune_terms(const PgaTuning *tuning, PgaTuneTerm *terms)
{
    const PgaMemorySettings *memory = &tuning->memory;
    const PgaMemorySum *worst = &tuning->worst, *expected = &tuning->expected;
    g_autofree char *ram = pga_tune_size(memory->ram_kb);

    terms[0] = (PgaTuneTerm){"shared memory", "shared", worst->shared, expected->shared,
                             shared_formula(memory)};
    terms[1] = (PgaTuneTerm){"work_mem", "work", worst->work, expected->work, work_formula(memory)};
    terms[2] = (PgaTuneTerm){"maintenance", "maintenance", worst->maintenance,
                             expected->maintenance, maintenance_formula(memory)};
    terms[3] =
        (PgaTuneTerm){"connections", "fixed", worst->fixed, expected->fixed, fixed_formula(memory)};
    terms[4] = (PgaTuneTerm){"operating system", "os", worst->os, expected->os,
                             g_strdup_printf("the larger of 512MB and 5 %% of %s", ram)};
}

void
pga_tune_terms_clear(PgaTuneTerm *terms)
{
    for (guint i = 0; i < PGA_TUNE_N_TERMS; i++)
        g_clear_pointer(&terms[i].formula, g_free);
}

/* What had to give so that it fits; "" when nothing had. */
static char *
given_up(const PgaTuning *tuning)
{
    const PgaFact *asked = &tuning->input->connections;

    if (!tuning->safe || asked->origin < PGA_ORIGIN_MEASURED ||
        tuning->input->pool_size.value > 0 || tuning->memory.max_connections >= asked->value)
        return g_strdup("");
    return g_strdup_printf(" with %" G_GINT64_FORMAT " connections instead of %" G_GINT64_FORMAT,
                           tuning->memory.max_connections, asked->value);
}

char *
pga_tune_verdict(const PgaTuning *tuning)
{
    g_autofree char *sum = pga_tune_size(tuning->worst.total);
    g_autofree char *ram = pga_tune_size(tuning->memory.ram_kb);
    g_autofree char *less = given_up(tuning);
    g_autofree char *missing = pga_tune_size(tuning->worst.total - tuning->memory.ram_kb);

    if (tuning->safe && tuning->margin < 0.005)
        return g_strdup_printf("Everything at once needs %s of %s: it just fits%s.", sum, ram,
                               less);
    if (tuning->safe)
        return g_strdup_printf("Everything at once needs %s of %s: it fits%s, %.0f %% are left.",
                               sum, ram, less, 100 * tuning->margin);
    return g_strdup_printf("Everything at once needs %s of %s: %s too much.", sum, ram, missing);
}

const char *
pga_tune_improvement_method(const PgaTuning *tuning)
{
    if (tuning->improvement_method)
        return tuning->improvement_method;
    return "this workload was not run with and without these settings; bench/tune compares them "
           "with other tools' on a machine of one's own";
}
