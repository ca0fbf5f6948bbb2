/* What a source shows changes what is proposed: rates, spills, present settings. */
#include <string.h>

#include "tuning.h"

static PgaTuningInput *
machine(void)
{
    return test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 17);
}

static void
test_wal_rate(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.wal_bytes_per_s = 10.0 * MB;
    tuning = pga_tune(in);
    /* 2.2 x 10MB/s x 900s */
    g_assert_cmpstr(test_value(tuning, "max_wal_size"), ==, "19800MB");
    g_assert_nonnull(strstr(test_formula(tuning, "max_wal_size"), "10MB/s"));
}

static void
test_wal_disk(void)
{
    static const struct {
        gint64 disk;
        const char *max_wal_size;
        gboolean finding;
    } cases[] = {{100 * GB, "4GB", FALSE},
                 {6 * GB, "3GB", FALSE},
                 {2 * GB, "1GB", FALSE},
                 {1 * GB, "819MB", TRUE},
                 {64 * MB, "80MB", TRUE}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgaTuningInput *in = machine();
        g_autoptr(PgaTuning) tuning = NULL;

        pga_fact_set(&in->wal_disk_bytes, cases[i].disk, PGA_ORIGIN_STATED, NULL);
        tuning = pga_tune(in);
        g_assert_cmpstr(test_value(tuning, "max_wal_size"), ==, cases[i].max_wal_size);
        g_assert_true((test_finding(tuning, "tune-wal-disk") != NULL) == cases[i].finding);
    }
}

static void
test_requested_checkpoints(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaCatalog) settings G_GNUC_UNUSED = test_settings(in, "max_wal_size", "6144", NULL);
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.checkpoints_requested_per_hour = 9;
    in->evidence.checkpoints_timed_per_hour = 3;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "max_wal_size"), ==, "12GB");
}

static void
test_small_wal_buffers(void)
{
    PgaTuningInput *in = test_machine(4 * GB, 2, PGA_WORKLOAD_OLTP, 17);
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.wal_buffers_full_per_hour = 42417;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "wal_buffers"), ==, "-1");
    g_assert_nonnull(strstr(test_formula(tuning, "wal_buffers"), "42417"));
}

static void
test_recovery(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->recovery_seconds = 30;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "checkpoint_timeout"), ==, "5min");
}

static void
test_wal_buffers(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.wal_buffers_full_per_hour = 40;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "wal_buffers"), ==, "64MB");
}

static void
test_spills(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.temp_files_per_hour = 100;
    in->evidence.temp_bytes_per_hour = 100.0 * 50 * MB;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "work_mem"), ==, "100MB");
    g_assert_nonnull(test_proposal(tuning, "ALTER ROLE reporting SET work_mem"));
}

static void
test_background_writer(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.backend_write_share = 0.5;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "bgwriter_delay"), ==, "50ms");
    g_assert_cmpstr(test_value(tuning, "bgwriter_lru_maxpages"), ==, "400");
}

static void
test_autovacuum(void)
{
    PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 18);
    PgaTuningTable *table = pga_tuning_add_table(&in->evidence, "public.events");
    g_autoptr(PgaTuning) tuning = NULL;
    const PgaTuningProposal *proposal;

    table->rows = 3e8;
    table->reloptions = g_strdup("autovacuum_analyze_scale_factor=0.001");
    pga_tuning_add_table(&in->evidence, "public.parent")->partitioned = TRUE;
    pga_tuning_add_table(&in->evidence, "public.small")->rows = 1000;
    in->evidence.dead_per_s = 2000;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "autovacuum_naptime"), ==, "15s");
    g_assert_cmpstr(test_value(tuning, "autovacuum_vacuum_max_threshold"), ==, "10000000");
    proposal = test_proposal(tuning, "ALTER TABLE");
    g_assert_nonnull(proposal);
    g_assert_cmpstr(proposal->sql, ==,
                    "ALTER TABLE public.events SET (autovacuum_vacuum_scale_factor = 0.01);");
    g_assert_cmpstr(proposal->undo, ==,
                    "ALTER TABLE public.events RESET (autovacuum_vacuum_scale_factor);");
    g_assert_cmpstr(proposal->lock, ==, "SHARE UPDATE EXCLUSIVE");
    g_assert_null(test_proposal(tuning, "analyze_scale"));
    g_assert_null(test_proposal(tuning, "small"));
    g_assert_null(test_proposal(tuning, "parent"));
}

static void
test_partitions(void)
{
    static const struct {
        PgaWorkloadClass workload;
        gint64 partitions;
        const char *locks, *join;
    } cases[] = {{PGA_WORKLOAD_OLTP, 400, "64", "off"},
                 {PGA_WORKLOAD_OLTP, 600, "256", "off"},
                 {PGA_WORKLOAD_OLAP, 12, "64", "on"},
                 {PGA_WORKLOAD_TIME_SERIES, 12, "64", "on"},
                 {PGA_WORKLOAD_TIME_SERIES, 500, "2048", "on"},
                 {PGA_WORKLOAD_TIME_SERIES, 1000000, "8192", "on"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgaTuningInput *in = test_machine(64 * GB, 16, cases[i].workload, 17);
        g_autoptr(PgaTuning) tuning = NULL;

        in->evidence.partitions = cases[i].partitions;
        tuning = pga_tune(in);
        g_assert_cmpstr(test_value(tuning, "max_locks_per_transaction"), ==, cases[i].locks);
        g_assert_cmpstr(test_value(tuning, "enable_partitionwise_join"), ==, cases[i].join);
    }
}

static void
test_replication(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.standbys = 6;
    in->evidence.slots = 0;
    in->evidence.checksums = 0;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "max_wal_senders"), ==, "14");
    g_assert_cmpstr(test_value(tuning, "hot_standby_feedback"), ==, "on");
    g_assert_cmpstr(test_value(tuning, "wal_log_hints"), ==, "on");
    g_assert_cmpstr(test_value(tuning, "wal_keep_size"), ==, "1GB");
    g_assert_cmpstr(test_value(tuning, "reserved_connections"), ==, "3");
    g_assert_cmpstr(test_value(tuning, "max_slot_wal_keep_size"), ==, "-1");
}

static void
test_slots(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->evidence.slots = 8;
    in->evidence.logical_slots = 2;
    in->evidence.standbys = 1;
    pga_fact_set(&in->wal_disk_bytes, 100 * GB, PGA_ORIGIN_MEASURED, NULL);
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "wal_level"), ==, "logical");
    g_assert_cmpstr(test_value(tuning, "max_replication_slots"), ==, "16");
    g_assert_cmpstr(test_value(tuning, "max_slot_wal_keep_size"), ==, "30GB");
    g_assert_cmpstr(test_value(tuning, "wal_keep_size"), ==, "0");
    g_assert_cmpint(tuning->memory.logical_walsenders, ==, 2);
}

static void
test_wishes(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->archiving = in->incremental_backup = in->logical_replication = in->standby = 1;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "archive_mode"), ==, "on");
    g_assert_cmpstr(test_value(tuning, "summarize_wal"), ==, "on");
    g_assert_cmpstr(test_value(tuning, "wal_level"), ==, "logical");
    g_assert_cmpstr(test_value(tuning, "hot_standby_feedback"), ==, "on");
}

static void
test_build(void)
{
    static const struct {
        gint64 lz4;
        const char *compression;
    } cases[] = {{1, "lz4"}, {0, "pglz"}, {-1, "pglz"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgaTuningInput *in = machine();
        g_autoptr(PgaTuning) tuning = NULL;

        in->evidence.lz4 = cases[i].lz4;
        tuning = pga_tune(in);
        g_assert_cmpstr(test_value(tuning, "wal_compression"), ==, cases[i].compression);
        g_assert_cmpstr(test_value(tuning, "default_toast_compression"), ==, cases[i].compression);
    }
}

static void
test_io_uring(void)
{
    for (gint64 allowed = -1; allowed <= 1; allowed++) {
        PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 18);
        g_autoptr(PgaTuning) tuning = NULL;

        in->evidence.io_uring = allowed;
        tuning = pga_tune(in);
        g_assert_cmpstr(test_value(tuning, "io_method"), ==, "worker");
    }
}

static void
test_clock(void)
{
    static const struct {
        double ns;
        const char *value;
    } cases[] = {{25, "on"}, {800, "off"}, {-1, "off"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgaTuningInput *in = machine();
        g_autoptr(PgaTuning) tuning = NULL;

        in->evidence.clock_ns = cases[i].ns;
        tuning = pga_tune(in);
        g_assert_cmpstr(test_value(tuning, "track_io_timing"), ==, cases[i].value);
    }
}

static void
test_database_size(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    pga_fact_set(&in->storage, PGA_STORAGE_HDD, PGA_ORIGIN_STATED, NULL);
    pga_fact_set(&in->database_bytes, 3 * GB, PGA_ORIGIN_MEASURED, NULL);
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "shared_buffers"), ==, "4GB");
    g_assert_cmpstr(test_value(tuning, "random_page_cost"), ==, "1.1");
}

static void
test_shared_host(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    in->dedicated = FALSE;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "effective_cache_size"), ==, "32GB");
}

static void
test_buffers_above_ram(void)
{
    PgaTuningInput *in = test_machine(4 * GB, 2, PGA_WORKLOAD_OLTP, 17);
    g_autoptr(PgaCatalog) settings G_GNUC_UNUSED =
        test_settings(in, "shared_buffers", "1048576", NULL); /* 8GB */
    g_autoptr(PgaTuning) tuning = pga_tune(in);
    const PgaFinding *finding = test_finding(tuning, "tune-shared-buffers");

    g_assert_nonnull(finding);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
}

static void
test_too_many_connections(void)
{
    PgaTuningInput *in = test_machine(768 * MB, 4, PGA_WORKLOAD_OLTP, 18);
    g_autoptr(PgaTuning) tuning = NULL;
    const PgaFinding *finding;

    pga_fact_set(&in->connections, 5000, PGA_ORIGIN_STATED, "--connections");
    tuning = pga_tune(in);
    finding = test_finding(tuning, "tune-connections");
    g_assert_nonnull(finding);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_nonnull(strstr(finding->fix.note, "pooler"));
    g_assert_true(tuning->safe);
    g_assert_cmpint(tuning->memory.max_connections, <, 20);
}

static void
test_nothing_fits(void)
{
    g_autoptr(PgaTuning) tuning = pga_tune(test_machine(400 * MB, 1, PGA_WORKLOAD_OLAP, 16));
    const PgaFinding *finding = test_finding(tuning, "tune-memory");

    g_assert_false(tuning->safe);
    g_assert_nonnull(finding);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_null(test_finding(tuning, "tune-connections"));
    g_assert_cmpfloat(tuning->margin, <, 0);
}

static void
test_pooler(void)
{
    PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 17);
    g_autoptr(PgaTuning) tuning = NULL;

    pga_fact_set(&in->connections, 5000, PGA_ORIGIN_STATED, NULL);
    pga_fact_set(&in->pool_size, 50, PGA_ORIGIN_STATED, NULL);
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "max_connections"), ==, "83");
    g_assert_cmpuint(tuning->active_percent, ==, 100);
    g_assert_cmpint(tuning->expected.total, ==, tuning->worst.total);
}

static void
test_many_connections(void)
{
    PgaTuningInput *in = test_machine(256 * GB, 16, PGA_WORKLOAD_OLTP, 17);
    g_autoptr(PgaTuning) tuning = NULL;

    pga_fact_set(&in->connections, 900, PGA_ORIGIN_STATED, NULL);
    in->evidence.connection_peak = 120;
    tuning = pga_tune(in);
    g_assert_cmpstr(test_value(tuning, "max_connections"), ==, "900");
    g_assert_cmpstr(test_value(tuning, "superuser_reserved_connections"), ==, "5");
    g_assert_nonnull(strstr(test_finding(tuning, "tune-pooler")->evidence, "120"));
}

static void
test_unused_connections(void)
{
    static const struct {
        const char *now;
        gint64 peak;
        const char *proposed;
    } cases[] = {{"2000", 3, "100"},
                 {"2000", 100, "400"},
                 {"2000", 600, "2000"},
                 {"400", 3, "400"},
                 {"2000", -1, "2000"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 17);
        g_autoptr(PgaCatalog) settings G_GNUC_UNUSED =
            test_settings(in, "max_connections", cases[i].now, NULL);
        g_autoptr(PgaTuning) tuning = NULL;

        in->evidence.connection_peak = cases[i].peak;
        tuning = pga_tune(in);
        g_assert_cmpstr(test_value(tuning, "max_connections"), ==, cases[i].proposed);
        g_assert_true((test_finding(tuning, "tune-connections-unused") != NULL) ==
                      !g_str_equal(cases[i].now, cases[i].proposed));
    }
}

/* The operating system caches nothing there. */
static void
test_aurora(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) tuning = NULL;

    pga_fact_set(&in->deployment, PGA_DEPLOYMENT_AURORA, PGA_ORIGIN_STATED, NULL);
    tuning = pga_tune(in);
    /* 64GB / 12038 - 50003 = 5658542 blocks */
    g_assert_cmpstr(test_value(tuning, "shared_buffers"), ==, "44200MB");
    g_assert_cmpstr(test_value(tuning, "effective_cache_size"), ==, "44200MB");
    g_assert_true(tuning->safe);
}

static void
test_roles(void)
{
    PgaTuningInput *in = machine();
    g_autoptr(PgaTuning) named = NULL;
    g_autoptr(PgaTuning) unnamed = pga_tune(machine());

    in->evidence.application_role = g_strdup("Shop");
    named = pga_tune(in);
    g_assert_nonnull(test_proposal(named, "ALTER ROLE \"Shop\" SET statement_timeout = '30s';"));
    g_assert_nonnull(test_proposal(named, "ALTER ROLE \"Shop\" SET transaction_timeout"));
    g_assert_nonnull(test_proposal(unnamed, "ALTER ROLE application SET statement_timeout"));
}

static void
test_not_checked(void)
{
    g_autoptr(PgaTuning) unknown = pga_tune(test_machine(64 * GB, 16, PGA_WORKLOAD_OLAP, 17));
    PgaTuningInput *in = test_machine(64 * GB, 16, PGA_WORKLOAD_OLTP, 17);
    g_autoptr(PgaCatalog) settings G_GNUC_UNUSED =
        test_settings(in, "shared_preload_libraries", "pg_stat_statements", NULL);
    g_autoptr(PgaTuning) known = NULL;

    pga_fact_set(&in->wal_disk_bytes, 100 * GB, PGA_ORIGIN_MEASURED, NULL);
    in->evidence.lz4 = 1;
    known = pga_tune(in);
    g_assert_cmpuint(unknown->not_checked->len, ==, 4);
    g_assert_cmpuint(known->not_checked->len, ==, 0);
}

static void
test_assumptions(void)
{
    g_autoptr(PgaTuning) tuning = pga_tune(pga_tuning_input_new());

    g_assert_cmpint(tuning->input->ram.origin, ==, PGA_ORIGIN_DEFAULT);
    g_assert_cmpint(tuning->input->workload.value, ==, PGA_WORKLOAD_OLTP);
    g_assert_cmpuint(tuning->input->major, ==, 18);
    g_assert_true(tuning->safe);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(void);
    } tests[] = {
        {"wal-rate-sets-max-wal-size", test_wal_rate},
        {"wal-disk-bounds-it", test_wal_disk},
        {"requested-checkpoints-double-it", test_requested_checkpoints},
        {"recovery-time-shortens-checkpoints", test_recovery},
        {"full-wal-buffers-grow", test_wal_buffers},
        {"full-wal-buffers-are-said", test_small_wal_buffers},
        {"spills-raise-work-mem", test_spills},
        {"writing-backends-hurry-the-background-writer", test_background_writer},
        {"large-tables-get-their-own-autovacuum", test_autovacuum},
        {"partitions-set-locks", test_partitions},
        {"replicas-without-slots", test_replication},
        {"slots-are-bounded", test_slots},
        {"wishes-are-followed", test_wishes},
        {"lz4-only-when-built-in", test_build},
        {"io-uring-is-never-assumed", test_io_uring},
        {"slow-clock-times-nothing", test_clock},
        {"small-database-needs-less", test_database_size},
        {"shared-host-caches-less", test_shared_host},
        {"more-buffers-than-ram-is-an-error", test_buffers_above_ram},
        {"too-many-connections-ask-for-a-pooler", test_too_many_connections},
        {"nothing-fits-is-said", test_nothing_fits},
        {"pool-decides-the-connections", test_pooler},
        {"many-connections-are-warned-about", test_many_connections},
        {"unused-connections-are-doubted", test_unused_connections},
        {"aurora-has-no-other-cache", test_aurora},
        {"the-application's-role-gets-timeouts", test_roles},
        {"what-is-not-known-is-said", test_not_checked},
        {"unknown-takes-defaults", test_assumptions},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/advisor/source/", tests[i].name, NULL);

        g_test_add_func(path, tests[i].test);
    }
    return g_test_run();
}
