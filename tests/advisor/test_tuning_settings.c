/* Each formula, by values worked out by hand, and what holds for all of them. */
#include <math.h>
#include <string.h>

#include "server_settings_internal.h"
#include "tuning.h"

#define OLTP PGA_WORKLOAD_OLTP
#define OLAP PGA_WORKLOAD_OLAP
#define HTAP PGA_WORKLOAD_HTAP
#define TS   PGA_WORKLOAD_TIME_SERIES

/* 64GB and 16 cores unless the case says otherwise (in GB). */
typedef struct {
    const char *setting;
    PgaWorkloadClass workload;
    PgaStorage storage;
    guint major;
    int ram_gb, cores;
    const char *value;
} Case;

static const Case cases[] = {
    {"max_connections", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "100"},
    {"max_connections", OLAP, PGA_STORAGE_SSD, 17, 64, 8, "32"},
    {"max_connections", OLAP, PGA_STORAGE_SSD, 17, 64, 64, "60"},
    {"max_connections", OLAP, PGA_STORAGE_SSD, 17, 64, 2, "20"},
    {"max_connections", TS, PGA_STORAGE_SSD, 17, 64, 64, "100"},
    {"max_connections", OLTP, PGA_STORAGE_SSD, 17, 2, 2, "64"},
    {"superuser_reserved_connections", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "3"},
    {"reserved_connections", OLTP, PGA_STORAGE_SSD, 16, 64, 16, "0"},
    {"shared_buffers", OLTP, PGA_STORAGE_SSD, 14, 64, 16, "16GB"},
    {"shared_buffers", OLAP, PGA_STORAGE_HDD, 18, 1024, 128, "256GB"},
    {"effective_cache_size", HTAP, PGA_STORAGE_SSD, 15, 64, 16, "48GB"},
    {"work_mem", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "64MB"},
    {"work_mem", HTAP, PGA_STORAGE_SSD, 17, 1024, 8, "256MB"},
    {"work_mem", OLAP, PGA_STORAGE_SSD, 17, 1024, 8, "2GB"},
    {"hash_mem_multiplier", OLTP, PGA_STORAGE_SSD, 14, 64, 16, "2"},
    {"maintenance_work_mem", OLTP, PGA_STORAGE_SSD, 17, 8, 4, "512MB"},
    {"maintenance_work_mem", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "1GB"},
    {"maintenance_work_mem", OLAP, PGA_STORAGE_SSD, 16, 256, 16, "1GB"},
    {"maintenance_work_mem", OLAP, PGA_STORAGE_SSD, 17, 256, 16, "8GB"},
    {"maintenance_work_mem", TS, PGA_STORAGE_SSD, 16, 256, 16, "2GB"},
    {"autovacuum_work_mem", OLAP, PGA_STORAGE_SSD, 17, 256, 16, "2GB"},
    {"autovacuum_work_mem", HTAP, PGA_STORAGE_SSD, 16, 256, 16, "1GB"},
    {"autovacuum_work_mem", OLTP, PGA_STORAGE_SSD, 17, 8, 4, "273MB"},
    {"huge_pages", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "try"},
    {"huge_pages", OLTP, PGA_STORAGE_SSD, 17, 4, 16, "try"},
    {"vacuum_buffer_usage_limit", OLTP, PGA_STORAGE_SSD, 16, 64, 16, "2MB"},
    {"vacuum_buffer_usage_limit", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "16MB"},
    {"vacuum_buffer_usage_limit", TS, PGA_STORAGE_SSD, 18, 64, 16, "4MB"},
    {"max_worker_processes", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "20"},
    {"max_worker_processes", OLTP, PGA_STORAGE_SSD, 17, 64, 2, "8"},
    {"max_parallel_workers", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "8"},
    {"max_parallel_workers", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "16"},
    {"max_parallel_workers", OLTP, PGA_STORAGE_SSD, 17, 64, 1, "2"},
    {"max_parallel_workers_per_gather", OLTP, PGA_STORAGE_SSD, 17, 64, 2, "1"},
    {"max_parallel_workers_per_gather", OLTP, PGA_STORAGE_SSD, 17, 64, 64, "2"},
    {"max_parallel_workers_per_gather", OLAP, PGA_STORAGE_SSD, 17, 64, 64, "8"},
    {"max_parallel_workers_per_gather", OLAP, PGA_STORAGE_SSD, 17, 64, 6, "4"},
    {"max_parallel_workers_per_gather", HTAP, PGA_STORAGE_SSD, 17, 64, 64, "4"},
    {"max_parallel_workers_per_gather", TS, PGA_STORAGE_SSD, 17, 64, 12, "3"},
    {"max_parallel_maintenance_workers", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "4"},
    {"max_parallel_maintenance_workers", OLAP, PGA_STORAGE_SSD, 17, 64, 2, "2"},
    {"effective_io_concurrency", OLTP, PGA_STORAGE_HDD, 17, 64, 16, "2"},
    {"effective_io_concurrency", OLTP, PGA_STORAGE_HDD, 18, 64, 16, "16"},
    {"effective_io_concurrency", OLAP, PGA_STORAGE_HDD, 17, 64, 16, "4"},
    {"effective_io_concurrency", OLAP, PGA_STORAGE_NVME, 17, 64, 16, "512"},
    {"effective_io_concurrency", HTAP, PGA_STORAGE_NVME, 17, 64, 16, "200"},
    {"effective_io_concurrency", OLTP, PGA_STORAGE_NETWORK, 17, 64, 16, "100"},
    {"maintenance_io_concurrency", OLTP, PGA_STORAGE_HDD, 17, 64, 16, "10"},
    {"maintenance_io_concurrency", OLTP, PGA_STORAGE_HDD, 18, 64, 16, "16"},
    {"io_combine_limit", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "128kB"},
    {"io_combine_limit", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "256kB"},
    {"io_max_combine_limit", OLAP, PGA_STORAGE_SSD, 18, 64, 16, "1MB"},
    {"io_max_combine_limit", TS, PGA_STORAGE_SSD, 18, 64, 16, "256kB"},
    {"io_method", OLTP, PGA_STORAGE_NVME, 18, 64, 16, "worker"},
    {"io_workers", OLTP, PGA_STORAGE_SSD, 18, 64, 2, "3"},
    {"io_workers", OLTP, PGA_STORAGE_SSD, 18, 64, 17, "5"},
    {"io_workers", OLAP, PGA_STORAGE_SSD, 18, 64, 64, "32"},
    {"random_page_cost", OLTP, PGA_STORAGE_HDD, 17, 64, 16, "4"},
    {"random_page_cost", OLAP, PGA_STORAGE_NETWORK, 17, 64, 16, "1.1"},
    {"default_statistics_target", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "500"},
    {"default_statistics_target", HTAP, PGA_STORAGE_SSD, 17, 64, 16, "200"},
    {"jit", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "off"},
    {"jit", HTAP, PGA_STORAGE_SSD, 17, 64, 16, "on"},
    {"jit_above_cost", HTAP, PGA_STORAGE_SSD, 17, 64, 16, "500000"},
    {"jit_above_cost", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "100000"},
    {"enable_partitionwise_aggregate", TS, PGA_STORAGE_SSD, 17, 64, 16, "on"},
    {"enable_partitionwise_aggregate", HTAP, PGA_STORAGE_SSD, 17, 64, 16, "off"},
    {"enable_partitionwise_join", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "off"},
    {"default_toast_compression", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "pglz"},
    {"wal_level", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "replica"},
    {"max_wal_size", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "4GB"},
    {"max_wal_size", HTAP, PGA_STORAGE_SSD, 17, 64, 16, "8GB"},
    {"max_wal_size", TS, PGA_STORAGE_SSD, 17, 64, 16, "16GB"},
    {"min_wal_size", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "4GB"},
    {"checkpoint_timeout", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "15min"},
    {"checkpoint_completion_target", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "0.9"},
    {"wal_buffers", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "-1"},
    {"wal_compression", OLTP, PGA_STORAGE_SSD, 14, 64, 16, "on"},
    {"wal_compression", OLTP, PGA_STORAGE_SSD, 15, 64, 16, "pglz"},
    {"wal_compression", OLTP, PGA_STORAGE_SSD, 15, 64, 8, "pglz"},
    {"wal_compression", OLTP, PGA_STORAGE_SSD, 15, 64, 7, "off"},
    {"wal_compression", OLTP, PGA_STORAGE_SSD, 14, 64, 2, "off"},
    {"recovery_prefetch", OLTP, PGA_STORAGE_SSD, 15, 64, 16, "try"},
    {"autovacuum_max_workers", OLTP, PGA_STORAGE_SSD, 17, 64, 15, "3"},
    {"autovacuum_max_workers", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "4"},
    {"autovacuum_max_workers", OLTP, PGA_STORAGE_SSD, 17, 64, 32, "5"},
    {"autovacuum_worker_slots", OLTP, PGA_STORAGE_SSD, 18, 64, 32, "16"},
    {"autovacuum_vacuum_cost_limit", OLTP, PGA_STORAGE_HDD, 17, 64, 16, "-1"},
    {"autovacuum_vacuum_cost_limit", OLTP, PGA_STORAGE_SSD, 17, 64, 4, "1500"},
    {"autovacuum_vacuum_cost_limit", OLTP, PGA_STORAGE_NVME, 17, 64, 4, "4000"},
    {"autovacuum_vacuum_cost_limit", OLTP, PGA_STORAGE_NVME, 17, 64, 32, "6666"},
    {"autovacuum_vacuum_cost_delay", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "2ms"},
    {"autovacuum_vacuum_scale_factor", HTAP, PGA_STORAGE_SSD, 17, 64, 16, "0.05"},
    {"autovacuum_analyze_scale_factor", TS, PGA_STORAGE_SSD, 17, 64, 16, "0.02"},
    {"autovacuum_vacuum_insert_scale_factor", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "0.2"},
    {"autovacuum_vacuum_insert_scale_factor", TS, PGA_STORAGE_SSD, 17, 64, 16, "0.05"},
    {"autovacuum_vacuum_max_threshold", OLTP, PGA_STORAGE_SSD, 18, 64, 16, "100000000"},
    {"max_locks_per_transaction", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "64"},
    {"max_locks_per_transaction", TS, PGA_STORAGE_SSD, 17, 64, 16, "256"},
    {"idle_in_transaction_session_timeout", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "5min"},
    {"idle_in_transaction_session_timeout", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "30min"},
    {"shared_preload_libraries", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "pg_stat_statements"},
    {"track_activity_query_size", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "4kB"},
    {"log_min_duration_statement", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "500ms"},
    {"log_min_duration_statement", OLAP, PGA_STORAGE_SSD, 17, 64, 16, "10s"},
    {"log_temp_files", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "64MB"},
    {"log_autovacuum_min_duration", OLTP, PGA_STORAGE_SSD, 14, 64, 16, "1s"},
    {"password_encryption", OLTP, PGA_STORAGE_SSD, 13, 64, 16, "scram-sha-256"},
    {"ssl", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "off"},
    {"max_wal_senders", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "10"},
    {"autovacuum_freeze_max_age", OLTP, PGA_STORAGE_SSD, 17, 64, 16, "200000000"},
};

static void
test_values(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        PgaTuningInput *in = test_machine(c->ram_gb * GB, c->cores, c->workload, c->major);
        g_autoptr(PgaTuning) tuning = NULL;

        pga_fact_set(&in->storage, c->storage, PGA_ORIGIN_STATED, NULL);
        tuning = pga_tune(in);
        g_test_message("%s, %d GB, %d cores", c->setting, c->ram_gb, c->cores);
        g_assert_cmpstr(test_value(tuning, c->setting), ==, c->value);
    }
}

static void
test_majors(void)
{
    static const struct {
        guint major, n; /* 92 of settings.def, less what is newer or gone */
    } counts[] = {{14, 79}, {15, 80}, {16, 82}, {17, 85}, {18, 92}, {10, 62}, {19, 92}};

    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(PgaTuning) tuning = pga_tune(test_machine(16 * GB, 4, OLTP, counts[i].major));

        g_test_message("%u", counts[i].major);
        g_assert_cmpuint(tuning->settings->len, ==, counts[i].n);
        g_assert_cmpuint(tuning->notes->len, ==, counts[i].major < 14 || counts[i].major > 18);
    }
}

/* A word that the server knows. Those of lz4 depend on the build. */
static gboolean
is_known_word(const PgaServerSetting *fact, const char *value)
{
    g_auto(GStrv) words = fact->enumvals ? g_strsplit(fact->enumvals, ",", -1) : NULL;

    return g_str_equal(value, "lz4") || !words ||
           g_strv_contains((const char *const *)words, value);
}

static void
check_setting(const PgaTunedSetting *s, guint major)
{
    const PgaServerSetting *fact = pga_known_setting(s->name, major);
    g_autofree char *docs =
        g_strdup_printf("https://www.postgresql.org/docs/%u/runtime-config-", major);

    g_test_message("%s = %s", s->name, s->value);
    g_assert_nonnull(fact);
    g_assert_true(g_str_has_prefix(s->docs_url, docs));
    g_assert_true(strstr(s->docs_url, ".html#GUC-") != NULL);
    g_assert_cmpuint(strlen(s->formula), >, 3);
    g_assert_cmpuint(strlen(s->why), >, 10);
    g_assert_nonnull(s->bounds);
    g_assert_nonnull(s->default_value);
    g_assert_null(s->current);
    if (isnan(s->number)) {
        g_assert_true(is_known_word(fact, s->value));
    } else {
        g_assert_cmpfloat(s->number, >=, g_ascii_strtod(fact->min, NULL));
        g_assert_cmpfloat(s->number, <=, g_ascii_strtod(fact->max, NULL));
        if (g_str_equal(s->vartype, "integer"))
            g_assert_cmpfloat(s->number, ==, round(s->number));
    }
    g_assert_true(s->alter[0] == '\'');
}

static void
test_every_setting(void)
{
    for (guint major = 10; major <= 18; major++) {
        for (int workload = OLTP; workload <= TS; workload++) {
            PgaTuningInput *in =
                test_machine(12 * GB + 345 * MB, 6, (PgaWorkloadClass)workload, major);
            g_autoptr(PgaTuning) tuning = NULL;

            pga_fact_set(&in->storage, (gint64)(major + (guint)workload) % 4, PGA_ORIGIN_STATED,
                         NULL);
            tuning = pga_tune(in);
            for (guint i = 0; i < tuning->settings->len; i++)
                check_setting(g_ptr_array_index(tuning->settings, i), major);
        }
    }
}

static void
test_documentation(void)
{
    static const struct {
        const char *setting;
        guint major;
        const char *url;
    } pages[] = {
        {"autovacuum", 17, "17/runtime-config-autovacuum.html#GUC-AUTOVACUUM"},
        {"autovacuum", 18, "18/runtime-config-vacuum.html#GUC-AUTOVACUUM"},
        {"vacuum_failsafe_age", 14, "14/runtime-config-client.html#GUC-VACUUM-FAILSAFE-AGE"},
        {"vacuum_failsafe_age", 18, "18/runtime-config-vacuum.html#GUC-VACUUM-FAILSAFE-AGE"},
        {"plan_cache_mode", 15, "15/runtime-config-query.html#GUC-PLAN-CACHE_MODE"},
        {"plan_cache_mode", 16, "16/runtime-config-query.html#GUC-PLAN-CACHE-MODE"},
        {"max_slot_wal_keep_size", 16,
         "16/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_autoptr(PgaTuning) tuning = pga_tune(test_machine(16 * GB, 4, OLTP, pages[i].major));
        const char *url = pga_tuning_setting(tuning, pages[i].setting)->docs_url;

        g_assert_true(g_str_has_suffix(url, pages[i].url));
    }
}

static void
test_apply(void)
{
    g_autoptr(PgaTuning) old = pga_tune(test_machine(16 * GB, 4, OLTP, 17));
    g_autoptr(PgaTuning) new = pga_tune(test_machine(16 * GB, 4, OLTP, 18));

    g_assert_cmpint(pga_tuning_setting(old, "autovacuum_max_workers")->apply, ==,
                    PGA_APPLY_RESTART);
    g_assert_cmpint(pga_tuning_setting(new, "autovacuum_max_workers")->apply, ==, PGA_APPLY_RELOAD);
    g_assert_cmpint(pga_tuning_setting(new, "work_mem")->apply, ==, PGA_APPLY_SESSION);
    g_assert_cmpint(pga_tuning_setting(new, "track_io_timing")->apply, ==, PGA_APPLY_RELOAD);
}

/* "a,b" for ALTER SYSTEM would be one library of that name. */
static void
test_written_forms(void)
{
    PgaTuningInput *in = test_machine(16 * GB, 4, OLTP, 17);
    g_autoptr(PgaCatalog) settings G_GNUC_UNUSED =
        test_settings(in, "shared_preload_libraries", "timescaledb, auto_explain", NULL);
    g_autoptr(PgaTuning) tuning = pga_tune(in);
    const PgaTunedSetting *s = pga_tuning_setting(tuning, "shared_preload_libraries");

    g_assert_cmpstr(s->conf, ==, "'timescaledb, auto_explain, pg_stat_statements'");
    g_assert_cmpstr(s->alter, ==, "'timescaledb', 'auto_explain', 'pg_stat_statements'");
    g_assert_false(s->is_kept);
    s = pga_tuning_setting(tuning, "shared_buffers");
    g_assert_cmpstr(s->conf, ==, "4GB");
    g_assert_cmpstr(s->alter, ==, "'4GB'");
    g_assert_cmpstr(s->managed_value, ==, "524288");
    g_assert_cmpstr(pga_tuning_setting(tuning, "password_encryption")->conf, ==, "'scram-sha-256'");
    g_assert_cmpstr(pga_tuning_setting(tuning, "wal_buffers")->conf, ==, "-1");
}

static void
test_defaults(void)
{
    g_autoptr(PgaTuning) tuning = pga_tune(test_machine(16 * GB, 4, OLTP, 17));
    g_autoptr(PgaTuning) old = pga_tune(test_machine(16 * GB, 4, OLTP, 14));

    g_assert_true(pga_tuning_setting(tuning, "wal_buffers")->is_default);
    g_assert_true(pga_tuning_setting(tuning, "max_stack_depth")->is_default);
    g_assert_true(pga_tuning_setting(tuning, "hash_mem_multiplier")->is_default);
    g_assert_false(pga_tuning_setting(old, "hash_mem_multiplier")->is_default);
    g_assert_cmpstr(pga_tuning_setting(tuning, "shared_buffers")->default_value, ==, "128MB");
    g_assert_false(pga_tuning_setting(tuning, "shared_buffers")->is_default);
}

static void
test_managed(void)
{
    PgaTuningInput *in = test_machine(16 * GB, 4, OLTP, 16);
    g_autoptr(PgaTuning) tuning = NULL;

    pga_fact_set(&in->deployment, PGA_DEPLOYMENT_AWS_RDS, PGA_ORIGIN_STATED, NULL);
    tuning = pga_tune(in);
    g_assert_cmpint(pga_tuning_setting(tuning, "fsync")->managed, ==, PGA_MANAGED_FIXED);
    g_assert_cmpint(pga_tuning_setting(tuning, "shared_buffers")->managed, ==,
                    PGA_MANAGED_SETTABLE);
    g_assert_cmpint(pga_tuning_setting(tuning, "huge_pages")->managed, ==, PGA_MANAGED_CHECK);
    g_assert_true(
        g_str_has_prefix(pga_tuning_setting(tuning, "huge_pages")->managed_note, "check"));
    g_assert_cmpstr(test_value(tuning, "tcp_keepalives_idle"), ==, "1min");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/advisor/settings/value-of-each-formula", test_values);
    g_test_add_func("/advisor/settings/every-major-has-its-own", test_majors);
    g_test_add_func("/advisor/settings/all-are-what-a-server-accepts", test_every_setting);
    g_test_add_func("/advisor/settings/documentation-of-that-major", test_documentation);
    g_test_add_func("/advisor/settings/restart-reload-or-session", test_apply);
    g_test_add_func("/advisor/settings/written-as-file-and-as-statement", test_written_forms);
    g_test_add_func("/advisor/settings/defaults-are-those-of-a-fresh-server", test_defaults);
    g_test_add_func("/advisor/settings/managed-services-answer-for-some", test_managed);
    return g_test_run();
}
