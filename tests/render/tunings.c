#include "tunings.h"

#include <math.h>

#define GB (G_GINT64_CONSTANT(1) << 30)

/** What differs between two settings. */
typedef struct {
    const char *name, *group, *value, *unit, *vartype, *current, *fresh, *formula;
    double number;
    PgaApply apply;
    PgaManaged managed;
    const char *level, *note;
} Line;

static const Line lines[] = {
    {"max_connections", "connections", "100", NULL, "integer", "100", "100", "as the source has it",
     100, PGA_APPLY_RESTART, PGA_MANAGED_SETTABLE, "instance", NULL},
    {"shared_buffers", "memory", "4GB", "8kB", "integer", "128MB", "128MB",
     "25 % of 16GB, whole 8MB = 4GB", 524288, PGA_APPLY_RESTART, PGA_MANAGED_SETTABLE, "instance",
     "the default is {DBInstanceClassMemory/32768}"},
    {"effective_cache_size", "memory", "12GB", "8kB", "integer", "4GB", "4GB",
     "75 % of 16GB = 12GB", 1572864, PGA_APPLY_SESSION, PGA_MANAGED_SETTABLE, "instance", NULL},
    {"maintenance_work_mem", "memory", "1GB", "kB", "integer", "1GB", "64MB", "16GB / 16 = 1GB",
     1048576, PGA_APPLY_SESSION, PGA_MANAGED_SETTABLE, "instance", NULL},
    {"work_mem", "memory", "4MB", "kB", "integer", "512MB", "4MB", "the sum allows no more = 4MB",
     4096, PGA_APPLY_SESSION, PGA_MANAGED_SETTABLE, "instance", NULL},
    {"random_page_cost", "planner", "1.1", NULL, "real", "4", "4", "ssd: no arm = 1.1", 1.1,
     PGA_APPLY_SESSION, PGA_MANAGED_CHECK, NULL, "check whether the service lets it be set"},
    {"fsync", "wal", "on", NULL, "bool", "off", "on", NULL, NAN, PGA_APPLY_RELOAD,
     PGA_MANAGED_FIXED, NULL, "the service sets it itself"},
    {"autovacuum_max_workers", "vacuum", "4", NULL, "integer", "3", "3", "4 from 16 cores", 4,
     PGA_APPLY_RESTART, PGA_MANAGED_SETTABLE, "cluster", NULL},
    {"jit", "planner", "on", NULL, "bool", "on", "on", "olap: queries are long", NAN,
     PGA_APPLY_SESSION, PGA_MANAGED_CHECK, NULL, NULL},
    {"shared_preload_libraries", "observability", "pg_stat_statements, x|\nfsync = off", NULL,
     "string", "x|\nfsync = off", "", "kept: x|\nfsync = off; pg_stat_statements besides", NAN,
     PGA_APPLY_RESTART, PGA_MANAGED_SETTABLE, "instance", NULL},
};

static void
add_setting(PgaTuning *tuning, const Line *line, gboolean of_source)
{
    PgaTunedSetting *setting = pga_tuned_setting_new(line->name);

    setting->group = line->group;
    setting->value = g_strdup(line->value);
    setting->conf = isnan(line->number) && !g_str_equal(line->vartype, "bool")
                        ? g_strdup("'pg_stat_statements'")
                        : g_strdup(line->value);
    setting->alter = g_strdup_printf(
        "'%s'", isnan(line->number) && !g_str_equal(line->vartype, "bool") ? "pg_stat_statements"
                                                                           : line->value);
    setting->number = line->number;
    setting->unit = line->unit;
    setting->vartype = line->vartype;
    setting->current = of_source ? g_strdup(line->current) : NULL;
    setting->formula = g_strdup(line->formula);
    setting->why = "It is good for something.";
    setting->bounds = g_strdup("1 to 9");
    setting->apply = line->apply;
    setting->docs_title = line->name;
    setting->docs_url = g_strdup_printf("https://www.postgresql.org/docs/17/%s.html", line->name);
    setting->difference = "pgtune has another.";
    setting->default_value = g_strdup(line->fresh);
    setting->is_default = g_str_equal(line->value, line->fresh);
    setting->is_kept = of_source && g_str_equal(line->value, line->current);
    setting->managed = line->managed;
    setting->managed_level = line->level;
    setting->managed_note = g_strdup(line->note);
    setting->managed_value =
        isnan(line->number) ? g_strdup(g_str_equal(line->vartype, "bool") ? line->value : "x, it's")
                            : g_strdup_printf("%.15g", line->number);
    g_ptr_array_add(tuning->settings, setting);
}

static void
add_finding(PgaTuning *tuning)
{
    PgaFinding *finding = pga_finding_new("tune-connections");

    finding->severity = PGA_SEVERITY_ERROR;
    finding->category = "config";
    finding->object = g_strdup("server");
    finding->title = g_strdup("The connections do not fit into RAM");
    finding->evidence = g_strdup("5000 connections need 54.8GB; RAM 768MB");
    finding->fix.note = g_strdup("Put a pooler in front.");
    finding->confidence = PGA_CONFIDENCE_CERTAIN;
    finding->fingerprint = pga_finding_fingerprint(finding->rule, finding->object);
    finding->docs_title = "max_connections";
    finding->docs_url = "https://www.postgresql.org/docs/17/";
    finding->requirements = "Q-3";
    g_ptr_array_add(tuning->findings, finding);
}

static void
add_surroundings(PgaTuning *tuning)
{
    PgaTuningProposal *proposal = pga_tuning_add_proposal(tuning);
    PgaTuningProof *proof = pga_tuning_add_proof(tuning);
    PgaTuningPooler *pooler = &tuning->pooler;

    proposal->object = g_strdup("table public.orders");
    proposal->sql =
        g_strdup("ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.01);");
    proposal->undo = g_strdup("ALTER TABLE public.orders RESET (autovacuum_vacuum_scale_factor);");
    proposal->why = g_strdup("30 M rows: a tenth of them are 3 M dead rows");
    proposal->safety = PGA_SAFETY_SAFE;
    proposal->lock = "SHARE UPDATE EXCLUSIVE";
    proposal->docs_title = "autovacuum_vacuum_scale_factor";
    proposal->docs_url = g_strdup("https://www.postgresql.org/docs/17/");
    pooler->recommended = TRUE;
    pooler->reason = g_strdup("5000 clients share 100 connections.");
    pooler->pool_size = 20;
    pooler->reserve_pool_size = 4;
    pooler->max_client_conn = 5000;
    pooler->max_db_connections = 24;
    (void)pga_tuning_add_line(pooler->ini, "pool_mode", "transaction", "many clients share one");
    (void)pga_tuning_add_line(pooler->ini, "default_pool_size", "20", NULL);
    (void)pga_tuning_add_line(pooler->breaks, "LISTEN", "a pool of its own in session mode", NULL);
    pooler->pgpool = g_strdup("pgpool-II does more, and costs more.");
    (void)pga_tuning_add_line(tuning->kernel.sysctl, "vm.nr_hugepages", "2150", "4.2GB in 2MB");
    (void)pga_tuning_add_line(tuning->kernel.limits, "LimitNOFILE", "8192", NULL);
    tuning->kernel.huge_pages = 2150;
    proof->version = g_strdup("17.10");
    proof->started = proof->as_set = TRUE;
    proof->scaling = g_strdup("memory divided by 16");
    proof->outcome = g_strdup("started, 5 values as they were set");
    proof->n_settings = 5;
    proof->shared_memory_kb = 270000;
    proof->inequality_kb = 280000;
    proof->huge_pages = 133;
}

static void
add_memory(PgaTuning *tuning, gint64 ram_kb)
{
    tuning->memory = (PgaMemorySettings){.major = 17,
                                         .workload = PGA_WORKLOAD_OLTP,
                                         .ram_kb = ram_kb,
                                         .shared_memory_kb = -1,
                                         .shared_buffers_kb = 4194304,
                                         .wal_buffers_kb = 16384,
                                         .max_locks_per_transaction = 64,
                                         .max_connections = 100,
                                         .max_parallel_workers = 4,
                                         .hash_mem_multiplier_x100 = 200,
                                         .work_mem_kb = 4096,
                                         .maintenance_work_mem_kb = 1048576,
                                         .autovacuum_work_mem_kb = 524288,
                                         .autovacuum_max_workers = 4,
                                         .logical_walsenders = 1,
                                         .logical_decoding_work_mem_kb = 65536};
    tuning->active_percent = 25;
    pga_memory_sum(&tuning->memory, 100, &tuning->worst);
    pga_memory_sum(&tuning->memory, 25, &tuning->expected);
    tuning->safe = tuning->worst.total <= ram_kb;
    tuning->margin = (double)(ram_kb - tuning->worst.total) / (double)ram_kb;
}

static PgaTuneReport *
make(gint64 ram, gboolean of_source)
{
    PgaTuneReport *report = pga_tune_report_new();
    PgaTuning *tuning = pga_tuning_new();

    report->tuning = tuning;
    report->version_method = g_strdup(of_source ? "the source's server_version" : "--pg-version");
    tuning->input = pga_tuning_input_new();
    tuning->input->major = tuning->input->stated_major = 17;
    pga_fact_set(&tuning->input->ram, ram, PGA_ORIGIN_STATED, "--ram");
    pga_fact_set(&tuning->input->cores, 16, PGA_ORIGIN_DETECTED, "processors of this machine");
    pga_fact_set(&tuning->input->storage, PGA_STORAGE_SSD, PGA_ORIGIN_DEFAULT, "assumed");
    pga_fact_set(&tuning->input->workload, PGA_WORKLOAD_OLTP, PGA_ORIGIN_MEASURED,
                 "detected: 6 rows read, 3 written per transaction");
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        add_setting(tuning, &lines[i], of_source);
    add_memory(tuning, ram / 1024);
    tuning->improvement_method = g_strdup("nothing was measured here");
    return report;
}

PgaTuneReport *
pga_tuning_of_shop(PgaDeployment deployment)
{
    PgaTuneReport *report = make(16 * GB, TRUE);
    PgaTuning *tuning = report->tuning;

    report->environment = pga_environment_new();
    report->environment->source_kind = PGA_SOURCE_LIVE;
    report->environment->source_name = g_strdup("shop\033[31m");
    report->environment->version = g_strdup("17.10");
    report->environment->version_num = 170010;
    report->complete = FALSE;
    report->now_worst_kb = 80000000;
    pga_fact_set(&tuning->input->deployment, deployment, PGA_ORIGIN_STATED, "--deployment");
    pga_fact_set(&tuning->input->database_bytes, 120000000000, PGA_ORIGIN_MEASURED,
                 "pg_database_size() of the server's databases");
    add_finding(tuning);
    add_surroundings(tuning);
    g_ptr_array_add(tuning->notes, g_strdup("Counters are of the 7 days since then."));
    g_ptr_array_add(tuning->not_checked, pga_not_checked_new(NULL, g_strdup("the size of pg_wal"),
                                                             g_strdup("this role may not see it")));
    return report;
}

PgaTuneReport *
pga_tuning_of_nothing(void)
{
    PgaTuneReport *report = make(4 * GB, FALSE);

    pga_fact_set(&report->tuning->input->pool_size, 50, PGA_ORIGIN_STATED, "--pool-size");
    report->tuning->memory.pool_size = 50;
    report->tuning->memory.huge_pages = TRUE;
    report->tuning->memory.major = 15;
    report->tuning->memory.autovacuum_work_mem_kb = -1;
    return report;
}
