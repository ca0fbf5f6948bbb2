/* The source's own settings: what is as good stays, what harms is set right. */
#include <string.h>

#include "tuning.h"

/* Somebody's settings that are as good stay as they are. */
static const char *const good[] = {
    "shared_buffers",
    "2621440" /* 20GB, 31 % */,
    "effective_cache_size",
    "5242880" /* 40GB */,
    "huge_pages",
    "on",
    "io_method",
    "io_uring",
    "synchronous_commit",
    "remote_apply",
    "random_page_cost",
    "1.5",
    "checkpoint_timeout",
    "1200",
    "max_wal_size",
    "65536",
    "min_wal_size",
    "32768",
    "wal_keep_size",
    "2048",
    "max_slot_wal_keep_size",
    "8192",
    "archive_mode",
    "always",
    "hot_standby_feedback",
    "on",
    "wal_log_hints",
    "on",
    "summarize_wal",
    "on",
    "wal_compression",
    "zstd",
    "max_wal_senders",
    "20",
    "max_replication_slots",
    "30",
    "max_worker_processes",
    "40",
    "hash_mem_multiplier",
    "4",
    "logical_decoding_work_mem",
    "131072",
    "track_io_timing",
    "on",
    "track_activity_query_size",
    "16384",
    "idle_in_transaction_session_timeout",
    "60000",
    "autovacuum_vacuum_cost_delay",
    "1",
    "autovacuum_freeze_max_age",
    "500000000",
    "max_locks_per_transaction",
    "128",
    "reserved_connections",
    "5",
    "superuser_reserved_connections",
    "6",
    "log_min_duration_statement",
    "250",
    "statement_timeout",
    "60000",
    "lock_timeout",
    "2000",
    "join_collapse_limit",
    "12",
    "jit",
    "off",
    "ssl",
    "on",
    "shared_preload_libraries",
    "pg_stat_statements,pg_cron",
    "enable_partitionwise_join",
    "on",
    "max_connections",
    "150",
    "password_encryption",
    "scram-sha-256",
};

static void
test_good_source(void)
{
    PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 18);
    g_autoptr(PgaCatalog) settings = pga_catalog_new();
    g_autoptr(PgaTuning) tuning = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(good); i += 2)
        pga_catalog_add_setting(settings, good[i])->setting = g_strdup(good[i + 1]);
    pga_catalog_finish(settings);
    in->evidence.settings = settings;
    tuning = pga_tune(in);
    for (guint i = 0; i < G_N_ELEMENTS(good); i += 2) {
        const PgaTunedSetting *s = pga_tuning_setting(tuning, good[i]);

        g_test_message("%s: %s now, %s proposed: %s", s->name, s->current, s->value, s->formula);
        g_assert_true(s->is_kept);
        g_assert_cmpstr(s->current, ==, s->value);
    }
    g_assert_true(tuning->safe);
}

/* What was set to harm is set right, whatever it was. */
static const struct {
    const char *name, *now, *proposed;
} planted[] = {
    {"fsync", "off", "on"},
    {"full_page_writes", "off", "on"},
    {"autovacuum", "off", "on"},
    {"synchronous_commit", "off", "on"},
    {"work_mem", "4194304", "64MB"},
    {"maintenance_work_mem", "33554432", "1GB"},
    {"random_page_cost", "40", "1.1"},
    {"seq_page_cost", "10", "1"},
    {"effective_cache_size", "1024", "48GB"},
    {"max_wal_size", "64", "4GB"},
    {"checkpoint_timeout", "30", "15min"},
    {"checkpoint_completion_target", "0.1", "0.9"},
    {"autovacuum_vacuum_scale_factor", "0.9", "0.1"},
    {"autovacuum_naptime", "86400", "1min"},
    {"autovacuum_freeze_max_age", "2000000000", "200000000"},
    {"autovacuum_vacuum_cost_delay", "100", "2ms"},
    {"join_collapse_limit", "1", "8"},
    {"statement_timeout", "10", "0"},
    {"commit_delay", "100000", "0"},
    {"temp_buffers", "1048576", "8MB"},
    {"max_stack_depth", "100", "2MB"},
    {"wal_level", "minimal", "replica"},
    {"password_encryption", "md5", "scram-sha-256"},
    {"log_lock_waits", "off", "on"},
    {"plan_cache_mode", "force_generic_plan", "auto"},
    {"max_parallel_workers_per_gather", "64", "2"},
    {"max_parallel_workers", "512", "8"},
    {"autovacuum_max_workers", "60", "4"},
    {"shared_buffers", "16", "16GB"},
};

static void
test_bad_source(void)
{
    PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 17);
    g_autoptr(PgaCatalog) settings = pga_catalog_new();
    g_autoptr(PgaTuning) tuning = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(planted); i++)
        pga_catalog_add_setting(settings, planted[i].name)->setting = g_strdup(planted[i].now);
    pga_catalog_finish(settings);
    in->evidence.settings = settings;
    tuning = pga_tune(in);
    for (guint i = 0; i < G_N_ELEMENTS(planted); i++) {
        g_test_message("%s", planted[i].name);
        g_assert_cmpstr(test_value(tuning, planted[i].name), ==, planted[i].proposed);
        g_assert_false(pga_tuning_setting(tuning, planted[i].name)->is_kept);
    }
}

/* The server derives it: what it shows is no choice. */
static void
test_derived(void)
{
    PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 17);
    g_autoptr(PgaCatalog) settings = pga_catalog_new();
    g_autoptr(PgaTuning) tuning = NULL;
    PgaSetting *buffers = pga_catalog_add_setting(settings, "wal_buffers");

    buffers->setting = g_strdup("2048");
    buffers->source = g_strdup("override");
    pga_catalog_finish(settings);
    in->evidence.settings = settings;
    tuning = pga_tune(in);
    g_assert_true(pga_tuning_setting(tuning, "wal_buffers")->is_kept);
    g_assert_cmpstr(pga_tuning_setting(tuning, "wal_buffers")->current, ==, "16MB");
}

/* What protects the data is on, or it is an error. */
static void
test_durability(void)
{
    static const struct {
        const char *setting, *value, *rule;
    } cases[] = {{"fsync", "off", "tune-durability"},
                 {"full_page_writes", "off", "tune-durability"},
                 {"autovacuum", "off", "tune-autovacuum"},
                 {"fsync", "on", NULL},
                 {"autovacuum", "on", NULL}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 17);
        g_autoptr(PgaCatalog) settings G_GNUC_UNUSED =
            test_settings(in, cases[i].setting, cases[i].value, NULL);
        g_autoptr(PgaTuning) tuning = NULL;
        const PgaFinding *finding;

        in->evidence.dead_per_s = 70;
        tuning = pga_tune(in);
        finding = test_finding(tuning, cases[i].rule ? cases[i].rule : "tune-durability");
        g_assert_true((finding != NULL) == (cases[i].rule != NULL));
        if (!finding) {
            g_assert_null(test_finding(tuning, "tune-autovacuum"));
            continue;
        }
        g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
        g_assert_nonnull(strstr(finding->evidence, cases[i].setting));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/advisor/present/good-settings-stay", test_good_source);
    g_test_add_func("/advisor/present/planted-settings-are-found", test_bad_source);
    g_test_add_func("/advisor/present/derived-values-are-no-choice", test_derived);
    g_test_add_func("/advisor/present/what-protects-the-data-is-on", test_durability);
    return g_test_run();
}
