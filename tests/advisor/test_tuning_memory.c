/* The memory inequality holds for whatever is asked, by a calculation of its own: it reads the
 * values as they are written into postgresql.conf and adds them up as the documentation says, with
 * nothing of the library's arithmetic. */
#include <math.h>

#include <advisor/tuning.h>

typedef __int128 Big; /* no sum of these overflows it */

static const char *
written(const PgaTuning *tuning, const char *name)
{
    const PgaTunedSetting *setting = pga_tuning_setting(tuning, name);

    return setting ? setting->conf : NULL;
}

/* kB of "16GB", "4352kB", "800" (a number without unit is one already). */
static gint64
kb(const PgaTuning *tuning, const char *name)
{
    static const struct {
        const char *unit;
        gint64 kb;
    } units[] = {{"kB", 1}, {"MB", 1024}, {"GB", 1048576}, {"TB", 1073741824}};
    const char *text = written(tuning, name);
    char *end;
    gint64 value;

    g_assert_nonnull(text);
    value = g_ascii_strtoll(text, &end, 10);
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(end, units[i].unit))
            return value * units[i].kb;
    g_assert_cmpstr(end, ==, "");
    return value;
}

/* What the sum is of. */
typedef struct {
    gint64 ram, buffers, wal_buffers, connections, locks, prepared, parallel, work_mem, maintenance,
        autovacuum, workers, decoders, decoding, least_connections;
    double hash;
    int nodes;
} Terms;

static void
read_terms(const PgaTuning *t, Terms *v)
{
    const PgaTuningInput *in = t->input;

    v->ram = MIN(in->ram.value, G_GINT64_CONSTANT(1) << 50) / 1024;
    v->buffers = kb(t, "shared_buffers");
    v->wal_buffers = MAX(kb(t, "wal_buffers"), 0);
    v->connections = kb(t, "max_connections");
    v->locks = kb(t, "max_locks_per_transaction");
    v->prepared = MAX(in->evidence.prepared_transactions, 0);
    v->parallel = kb(t, "max_parallel_workers");
    v->work_mem = kb(t, "work_mem");
    v->maintenance = kb(t, "maintenance_work_mem");
    v->autovacuum = kb(t, "autovacuum_work_mem");
    v->workers = kb(t, "autovacuum_max_workers");
    v->hash = written(t, "hash_mem_multiplier")
                  ? g_ascii_strtod(written(t, "hash_mem_multiplier"), NULL)
                  : 1;
    v->decoders =
        g_str_equal(written(t, "wal_level"), "logical") ? MAX(in->evidence.logical_slots, 1) : 0;
    v->decoding = written(t, "logical_decoding_work_mem") ? kb(t, "logical_decoding_work_mem") : 0;
    v->least_connections = in->deployment.value == PGA_DEPLOYMENT_AZURE_POSTGRES ? 25 : 5;
    v->nodes = in->workload.value == PGA_WORKLOAD_OLTP   ? 1
               : in->workload.value == PGA_WORKLOAD_OLAP ? 3
                                                         : 2;
}

static Big
total_kb(const Terms *v)
{
    const Big shared = (Big)v->buffers + (Big)v->buffers * 24 / 1000 + 65536 +
                       MAX(0, v->wal_buffers - 16384) + (Big)21 * v->connections +
                       ((Big)400 * v->locks * (v->connections + v->prepared + 50) + 1023) / 1024;
    /* half of the nodes hash, with hash_mem_multiplier times work_mem */
    const Big work = (Big)ceil((double)v->work_mem * (1 + (v->hash - 1) / 2)) * v->nodes *
                     (v->connections + v->parallel);
    const Big maintenance =
        (Big)v->workers * v->autovacuum + v->maintenance + (Big)v->decoders * v->decoding;
    const Big pages = (Big)(v->buffers / 4 * 8 / 1024) / 10; /* no huge pages */
    const Big fixed = (Big)v->connections * (5120 + pages);

    return shared + work + maintenance + fixed + MAX(524288, v->ram / 20);
}

/* The least that is ever proposed. */
static gboolean
least_fits(const Terms *v)
{
    Terms least = *v;

    least.buffers = MIN(v->buffers, 16384);
    least.connections = v->least_connections;
    least.parallel = 0;
    least.work_mem = 4096;
    least.maintenance = least.autovacuum = 1024;
    least.workers = 1;
    least.decoding = MIN(v->decoding, 1024);
    /* what the library counts besides, at the most: 8 workers and 100 others, each with its locks,
     * the text of a statement, and I/O handles for 1MB */
    return total_kb(&least) +
               (Big)(108 + v->least_connections) * (24 + 4 + 64 + 200 + v->locks * 400 / 1024) <=
           v->ram;
}

static void
check(PgaTuningInput *input)
{
    g_autoptr(PgaTuning) tuning = pga_tune(input);
    Terms terms;
    Big total;

    read_terms(tuning, &terms);
    g_assert_cmpint(terms.connections, >=, terms.least_connections);
    total = total_kb(&terms);
    if (tuning->safe ? total > terms.ram : least_fits(&terms)) {
        g_test_message("ram %" G_GINT64_FORMAT " cores %" G_GINT64_FORMAT " connections "
                       "%" G_GINT64_FORMAT " pool %" G_GINT64_FORMAT " workload %d major %u: "
                       "total %" G_GINT64_FORMAT " kB of %" G_GINT64_FORMAT ", safe %d",
                       tuning->input->ram.value, tuning->input->cores.value,
                       tuning->input->connections.value, tuning->input->pool_size.value,
                       (int)tuning->input->workload.value, tuning->input->stated_major,
                       (gint64)total, terms.ram, tuning->safe);
        g_test_fail();
    }
    g_assert_cmpint(tuning->worst.total, >=, (gint64)MIN(total, G_MAXINT64));
    g_assert_cmpint(tuning->expected.total, <=, tuning->worst.total);
    if (!tuning->safe || tuning->worst.total > tuning->memory.ram_kb) {
        const PgaFinding *finding = g_ptr_array_index(tuning->findings, 0);

        g_assert_false(tuning->safe);
        g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    }
}

/* 2^low to 2^high, evenly in the exponent. */
static gint64
logarithmic(GRand *rand, double low, double high)
{
    return (gint64)pow(2, g_rand_double_range(rand, low, high));
}

/* A source with settings of every size. Owned by the caller. */
static PgaCatalog *
add_random_settings(GRand *rand, PgaTuningInput *in)
{
    static const char *const names[] = {"shared_buffers",
                                        "work_mem",
                                        "maintenance_work_mem",
                                        "max_connections",
                                        "max_worker_processes",
                                        "max_parallel_workers",
                                        "hash_mem_multiplier",
                                        "wal_level",
                                        "logical_decoding_work_mem",
                                        "max_locks_per_transaction",
                                        "track_activity_query_size",
                                        "effective_cache_size",
                                        "autovacuum_max_workers",
                                        "max_wal_size",
                                        "temp_buffers"};
    PgaCatalog *settings = pga_catalog_new();

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        PgaSetting *setting;

        if (g_rand_boolean(rand))
            continue;
        setting = pga_catalog_add_setting(settings, names[i]);
        setting->setting = g_str_equal(names[i], "wal_level")
                               ? g_strdup("logical")
                               : g_strdup_printf("%" G_GINT64_FORMAT,
                                                 (gint64)pow(2, g_rand_double_range(rand, 0, 31)));
    }
    pga_catalog_finish(settings);
    in->evidence.settings = settings;
    return settings;
}

static PgaTuningInput *
random_input(GRand *rand)
{
    PgaTuningInput *in = pga_tuning_input_new();

    in->stated_major = (guint)g_rand_int_range(rand, 10, 20);
    in->dedicated = g_rand_boolean(rand);
    pga_fact_set(&in->deployment, g_rand_int_range(rand, 0, 5), PGA_ORIGIN_STATED, NULL);
    pga_fact_set(&in->ram, logarithmic(rand, 29.5, 40), PGA_ORIGIN_STATED, NULL);
    pga_fact_set(&in->cores, g_rand_int_range(rand, 1, 129), PGA_ORIGIN_STATED, NULL);
    pga_fact_set(&in->storage, g_rand_int_range(rand, 0, 4), PGA_ORIGIN_STATED, NULL);
    pga_fact_set(&in->workload, g_rand_int_range(rand, 1, 5), PGA_ORIGIN_STATED, NULL);
    if (g_rand_boolean(rand))
        pga_fact_set(&in->connections, logarithmic(rand, 0, 13), PGA_ORIGIN_STATED, NULL);
    if (g_rand_int_range(rand, 0, 4) == 0)
        pga_fact_set(&in->pool_size, logarithmic(rand, 0, 10), PGA_ORIGIN_STATED, NULL);
    if (g_rand_boolean(rand))
        pga_fact_set(&in->database_bytes, logarithmic(rand, 20, 44), PGA_ORIGIN_STATED, NULL);
    if (g_rand_boolean(rand))
        pga_fact_set(&in->wal_disk_bytes, logarithmic(rand, 28, 42), PGA_ORIGIN_STATED, NULL);
    if (g_rand_boolean(rand))
        in->logical_replication = 1;
    return in;
}

static void
add_random_evidence(GRand *rand, PgaTuningInput *in)
{
    PgaTuningEvidence *seen = &in->evidence;

    seen->wal_bytes_per_s = (double)logarithmic(rand, 0, 32);
    seen->wal_buffers_full_per_hour = g_rand_int_range(rand, 0, 3);
    seen->temp_bytes_per_hour = (double)logarithmic(rand, 0, 42);
    seen->temp_files_per_hour = (double)logarithmic(rand, 0, 12);
    seen->partitions = logarithmic(rand, 0, 14);
    seen->logical_slots = g_rand_int_range(rand, 0, 20);
    seen->standbys = g_rand_int_range(rand, 0, 20);
    seen->prepared_transactions = g_rand_int_range(rand, 0, 200);
    seen->backend_write_share = g_rand_double(rand);
}

static void
test_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());

    for (int i = 0; i < 100000 && !g_test_failed(); i++) {
        PgaTuningInput *in = random_input(rand);
        g_autoptr(PgaCatalog) settings G_GNUC_UNUSED =
            g_rand_int_range(rand, 0, 4) == 0 ? add_random_settings(rand, in) : NULL;

        if (g_rand_boolean(rand))
            add_random_evidence(rand, in);
        check(in);
    }
}

/* Values that no machine has, each with usual ones beside it and with the others. */
static void
test_hostile(void)
{
    static const gint64 odd[] = {0,           1,     2,         -2,         127,        4096,
                                 G_MAXINT16,  65536, 1000000,   G_MAXINT32, 1LL << 33,  1LL << 40,
                                 G_MAXUINT32, -1000, 1LL << 50, G_MAXINT64, G_MININT64, 786432000};
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());

    for (int i = 0; i < 10000 && !g_test_failed(); i++) {
        PgaTuningInput *in = random_input(rand);
        PgaFact *const facts[] = {&in->ram,       &in->cores,          &in->connections,
                                  &in->pool_size, &in->database_bytes, &in->wal_disk_bytes};
        double *const rates[] = {&in->evidence.wal_bytes_per_s, &in->evidence.temp_bytes_per_hour,
                                 &in->evidence.temp_files_per_hour};

        if (g_rand_boolean(rand))
            add_random_evidence(rand, in);
        for (int n = g_rand_int_range(rand, 1, 6); n > 0; n--)
            facts[g_rand_int_range(rand, 0, G_N_ELEMENTS(facts))]->value =
                odd[g_rand_int_range(rand, 0, G_N_ELEMENTS(odd))];
        if (g_rand_boolean(rand))
            *rates[g_rand_int_range(rand, 0, G_N_ELEMENTS(rates))] =
                (double)odd[g_rand_int_range(rand, 0, G_N_ELEMENTS(odd))] * 1e6;
        if (g_rand_boolean(rand))
            in->evidence.partitions = odd[g_rand_int_range(rand, 0, G_N_ELEMENTS(odd))];
        check(in);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/advisor/tuning/fits-into-ram-for-100000-machines", test_random);
    g_test_add_func("/advisor/tuning/fits-into-ram-for-hostile-numbers", test_hostile);
    return g_test_run();
}
