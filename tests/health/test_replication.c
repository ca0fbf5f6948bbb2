/* Slots, standbys, archives, publications and subscriptions of real servers. */
#include <string.h>

#include "health.h"

#define SET(dsn, ...) health_set(dsn, (const char *const[]){__VA_ARGS__, NULL})

/* Each fills a segment of 16 MB. */
static void
write_segments(const char *dsn, guint n)
{
    for (guint i = 0; i < n; i++)
        pga_test_sql(dsn, "CREATE TABLE filler AS SELECT 1 AS a; SELECT pg_switch_wal();"
                          "DROP TABLE filler");
}

/* A slot whose consumer never came, from its creation until the server gives it up. */
static void
test_slot(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "slots");
    g_autoptr(PgaReport) none = NULL, little = NULL, much = NULL, lost = NULL;
    const PgaFinding *finding;

    SET(dsn, "ALTER SYSTEM SET min_wal_size = '32MB'", "ALTER SYSTEM SET max_wal_size = '32MB'");
    none = health_check(dsn);
    health_assert_silent(none, "repl-no-slot-limit", NULL);
    pga_test_sql(dsn, "SELECT pg_create_physical_replication_slot('gone', true)");
    little = health_check(dsn);
    health_assert_silent(little, "repl-slot-inactive", NULL);
    health_assert_silent(little, "wal-dir-growth", NULL);
    finding = health_assert_fires(little, "repl-no-slot-limit", "max_slot_wal_keep_size");
    g_assert_nonnull(strstr(g_ptr_array_index(finding->fix.sql, 0), "max_slot_wal_keep_size"));

    write_segments(dsn, 8);
    much = health_check(dsn);
    finding = health_assert_fires(much, "repl-slot-inactive", "gone");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_nonnull(strstr(finding->evidence, "wal_status extended"));
    finding = health_assert_fires(much, "wal-dir-growth", "pg_wal");
    g_assert_nonnull(strstr(finding->evidence, "Slot gone"));

    SET(dsn, "ALTER SYSTEM SET max_slot_wal_keep_size = '16MB'");
    pga_test_sql(dsn, "CHECKPOINT");
    lost = health_check(dsn);
    finding = health_assert_fires(lost, "repl-slot-inactive", "gone");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_nonnull(strstr(finding->evidence, "was invalidated"));
    health_assert_silent(lost, "repl-no-slot-limit", NULL);
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    SET(dsn, "ALTER SYSTEM RESET ALL");
}

/* On the standby: a query that replay cancels, WAL that is not replayed, no connection. */
static void
check_standby(const char *dsn, PgaTestCluster *standby)
{
    const char *at = pga_test_cluster_dsn(standby);
    g_autofree char *there = g_strdup_printf("%s dbname=standby", at);
    g_autoptr(PgaReport) fine = NULL, cancelled = NULL, paused = NULL, cut = NULL;
    PGconn *reader;

    fine = health_check(there);
    health_assert_silent(fine, "repl-lag", NULL);
    health_assert_silent(fine, "repl-conflicts", NULL);

    SET(at, "ALTER SYSTEM SET max_standby_streaming_delay = 0");
    reader = pga_test_session(there);
    PQclear(PQexec(reader, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM item"));
    pga_test_sql(dsn, "DELETE FROM item");
    pga_test_sql(dsn, "VACUUM item");
    /* Asked from another database, whose queries replay does not cancel. */
    health_await(at,
                 "SELECT confl_snapshot > 0 FROM pg_stat_database_conflicts WHERE datname = "
                 "'standby'",
                 "t");
    SET(at, "ALTER SYSTEM RESET max_standby_streaming_delay");
    PQfinish(reader);
    cancelled = health_check_with(there, "rules: {repl-conflicts: {per_day: 0}}");
    health_assert_fires(cancelled, "repl-conflicts", "standby");

    pga_test_sql(at, "SELECT pg_wal_replay_pause()");
    pga_test_sql(dsn, "INSERT INTO item SELECT g FROM generate_series(1, 100000) g");
    health_await(at,
                 "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) > "
                 "4000000",
                 "t");
    paused = health_check_with(there, "rules: {repl-lag: {lag_bytes: 1 MB}}");
    health_assert_fires(paused, "repl-lag", "this standby");
    pga_test_sql(at, "SELECT pg_wal_replay_resume()");

    SET(at, "ALTER SYSTEM SET primary_conninfo = ''");
    health_await(at, "SELECT count(*) FROM pg_stat_wal_receiver", "0");
    cut = health_check(there);
    g_assert_cmpint(health_assert_fires(cut, "repl-lag", "this standby")->severity, ==,
                    PGA_SEVERITY_ERROR);
}

static void
test_standby(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "standby");
    PgaTestCluster *standby;
    g_autoptr(PgaReport) fine = NULL, single = NULL, lagging = NULL, hanging = NULL;
    const char *at;

    pga_test_sql(dsn, "CREATE TABLE item (a int); INSERT INTO item SELECT generate_series(1, 10)");
    standby = pga_test_cluster_standby(cluster);
    if (!standby) {
        g_test_skip("no standby can be made");
        return;
    }
    at = pga_test_cluster_dsn(standby);
    health_await(dsn, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", "1");
    pga_test_sql(dsn, "SELECT pg_create_physical_replication_slot('used')");
    SET(at, "ALTER SYSTEM SET primary_slot_name = 'used'");
    health_await(dsn, "SELECT active FROM pg_replication_slots", "t");
    fine = health_check(dsn);
    health_assert_silent(fine, "repl-lag", NULL);
    health_assert_silent(fine, "repl-sync-single", NULL);
    health_assert_silent(fine, "repl-slot-inactive", NULL);
    health_assert_silent(fine, "backup-age-unknown", NULL);

    SET(dsn, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    health_await(dsn, "SELECT sync_state FROM pg_stat_replication", "sync");
    single = health_check(dsn);
    g_assert_cmpint(
        health_assert_fires(single, "repl-sync-single", "synchronous_standby_names")->severity, ==,
        PGA_SEVERITY_WARNING);
    SET(dsn, "ALTER SYSTEM SET synchronous_standby_names = 'another'");
    health_await(dsn, "SELECT sync_state FROM pg_stat_replication", "async");
    hanging = health_check(dsn);
    g_assert_cmpint(
        health_assert_fires(hanging, "repl-sync-single", "synchronous_standby_names")->severity, ==,
        PGA_SEVERITY_ERROR);
    SET(dsn, "ALTER SYSTEM SET synchronous_standby_names = ''");

    pga_test_sql(at, "SELECT pg_wal_replay_pause()");
    pga_test_sql(dsn, "INSERT INTO item SELECT g FROM generate_series(1, 100000) g");
    lagging = health_check_with(dsn, "rules: {repl-lag: {lag_bytes: 1 MB}}");
    health_assert_fires(lagging, "repl-lag", "walreceiver");
    pga_test_sql(at, "SELECT pg_wal_replay_resume()");
    check_standby(dsn, standby);
    pga_test_sql(dsn, "ALTER SYSTEM RESET ALL");
}

static void
test_archiver(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "archive");
    g_autoptr(PgaReport) failing = NULL, empty = NULL, fine = NULL;

    pga_test_cluster_restart(cluster, "archive_mode = on\narchive_command = 'false'\n");
    write_segments(dsn, 1);
    health_await(dsn, "SELECT failed_count > 0 FROM pg_stat_archiver", "t");
    failing = health_check(dsn);
    health_assert_fires(failing, "archiver-failing", "archiver");
    SET(dsn, "ALTER SYSTEM SET archive_command = ''");
    empty = health_check(dsn);
    health_assert_fires(empty, "archiver-failing", "archive_command");
    SET(dsn, "ALTER SYSTEM SET archive_command = 'true'");
    write_segments(dsn, 1);
    health_await(dsn, "SELECT last_archived_time > last_failed_time FROM pg_stat_archiver", "t");
    fine = health_check(dsn);
    health_assert_silent(fine, "archiver-failing", NULL);
    pga_test_sql(dsn, "ALTER SYSTEM RESET ALL");
    pga_test_cluster_restart(cluster, "archive_mode = off\n");
}

static void
test_identity(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "published");
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, "CREATE TABLE nothing (id bigint PRIMARY KEY, a int);"
                      "ALTER TABLE nothing REPLICA IDENTITY NOTHING;"
                      "CREATE TABLE keyed (id bigint PRIMARY KEY, a int);"
                      "CREATE TABLE whole (id bigint); ALTER TABLE whole REPLICA IDENTITY FULL;"
                      "CREATE TABLE inserts (id bigint);"
                      "CREATE TABLE parts (id bigint PRIMARY KEY) PARTITION BY RANGE (id);"
                      "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (9);"
                      "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (9) TO (99);"
                      "ALTER TABLE parts_2 REPLICA IDENTITY NOTHING;"
                      "CREATE PUBLICATION all_changes FOR TABLE nothing, keyed, whole, parts;"
                      "CREATE PUBLICATION new_rows FOR TABLE inserts WITH (publish = 'insert')");
    report = health_check(dsn);
    finding = health_assert_fires(report, "repl-identity-missing", "public.nothing");
    health_assert_fires(report, "repl-identity-missing", "public.parts");
    g_assert_cmpuint(health_count(report, "repl-identity-missing"), ==, 2);
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    after = health_check(dsn);
    health_assert_silent(after, "repl-identity-missing", "public.nothing");
}

/* The first copy of a table fails on a row that is there already. */
static void
test_subscription(PgaTestCluster *cluster)
{
    g_autofree char *from = NULL, *dsn = NULL, *subscribe = NULL;
    g_autoptr(PgaReport) disabled = NULL, failing = NULL, fine = NULL;

    pga_test_cluster_restart(cluster, "wal_level = logical\n");
    from = pga_test_cluster_database(cluster, "publisher");
    dsn = pga_test_cluster_database(cluster, "subscriber");
    pga_test_sql(from, "CREATE TABLE item (a int PRIMARY KEY); INSERT INTO item VALUES (1);"
                       "CREATE PUBLICATION p FOR TABLE item");
    pga_test_sql(from, "SELECT pg_create_logical_replication_slot('s', 'pgoutput')");
    pga_test_sql(dsn, "CREATE TABLE item (a int PRIMARY KEY); INSERT INTO item VALUES (1)");
    subscribe = g_strdup_printf("CREATE SUBSCRIPTION s CONNECTION $c$%s$c$ PUBLICATION p WITH "
                                "(create_slot = false, enabled = false)",
                                from);
    pga_test_sql(dsn, subscribe);
    disabled = health_check(dsn);
    health_assert_fires(disabled, "subscription-errors", "subscriber.s");
    pga_test_sql(dsn, "ALTER SUBSCRIPTION s ENABLE");
    if (pga_test_cluster_major(cluster) >= 15) {
        health_await(dsn, "SELECT sync_error_count > 0 FROM pg_stat_subscription_stats", "t");
        failing = health_check(dsn);
        health_assert_fires(failing, "subscription-errors", "subscriber.s");
        pga_test_sql(dsn, "SELECT pg_stat_reset_subscription_stats(NULL)");
    }
    pga_test_sql(dsn, "DELETE FROM item");
    health_await(dsn, "SELECT srsubstate FROM pg_subscription_rel", "r");
    if (pga_test_cluster_major(cluster) >= 15)
        pga_test_sql(dsn, "SELECT pg_stat_reset_subscription_stats(NULL)");
    health_await(dsn, "SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL", "1");
    fine = health_check(dsn);
    health_assert_silent(fine, "subscription-errors", NULL);
    pga_test_sql(dsn, "DROP SUBSCRIPTION s");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("replication/slot", test_slot);
    health_add("replication/archiver", test_archiver);
    health_add("replication/identity", test_identity);
    health_add("replication/standby", test_standby);
    health_add("replication/subscription", test_subscription);
    return g_test_run();
}
