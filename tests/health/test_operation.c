/* Counters, sessions, files and disks of real servers: what is planted is counted by the server
 * itself; only what takes days is judged by lower thresholds. */
#include <string.h>
#include <unistd.h>

#include "health.h"

#define SET(dsn, ...) health_set(dsn, (const char *const[]){__VA_ARGS__, NULL})

/* Two sessions that lock two rows in opposite order; the server aborts one of them. */
static void
make_deadlock(const char *dsn)
{
    PGconn *one = pga_test_session(dsn), *other = pga_test_session(dsn);
    PGresult *result;

    PQclear(PQexec(one, "BEGIN; UPDATE item SET a = a WHERE id = 1"));
    PQclear(PQexec(other, "BEGIN; UPDATE item SET a = a WHERE id = 2"));
    g_assert_true(PQsendQuery(one, "UPDATE item SET a = a WHERE id = 2"));
    PQclear(PQexec(other, "UPDATE item SET a = a WHERE id = 1"));
    while ((result = PQgetResult(one)))
        PQclear(result);
    PQfinish(one);
    PQfinish(other);
}

static void
test_transactions(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "transactions");
    g_autoptr(PgaReport) before = NULL, after = NULL;

    pga_test_sql(dsn, "CREATE TABLE item (id int PRIMARY KEY, a int);"
                      "INSERT INTO item VALUES (1), (2)");
    SET(dsn, "ALTER SYSTEM SET deadlock_timeout = '10ms'");
    before = health_check(dsn);
    health_assert_silent(before, "deadlocks", NULL);
    health_assert_silent(before, "rollback-ratio", NULL);
    health_assert_silent(before, "conf-connection-churn", NULL);
    make_deadlock(dsn);
    make_deadlock(dsn);
    pga_test_sql(dsn, "DO $$ BEGIN FOR i IN 1..1100 LOOP PERFORM 1; ROLLBACK; END LOOP; END $$");
    health_await(dsn,
                 "SELECT deadlocks = 2 AND xact_rollback > 1050 FROM pg_stat_database WHERE "
                 "datname = current_database()",
                 "t");
    after = health_check_with(dsn, "rules: {conf-connection-churn: {min_per_day: 1}}");
    health_assert_fires(after, "deadlocks", "transactions");
    health_assert_fires(after, "rollback-ratio", "transactions");
    health_assert_fires(after, "conf-connection-churn", "transactions");
    pga_test_sql(dsn, "ALTER SYSTEM RESET ALL");
}

/* A table of twice shared_buffers, read again and again, and sorted in little memory. */
static void
test_reads(PgaTestCluster *cluster)
{
    static const char lowered[] =
        "rules: {cache-hit-low: {bytes_per_day: 10 MB}, temp-files-volume: {min_per_day: 1 MB}}";
    g_autofree char *dsn = pga_test_cluster_database(cluster, "reads");
    g_autoptr(PgaReport) before = NULL, after = NULL;

    SET(dsn, "ALTER SYSTEM SET work_mem = '8MB'");
    pga_test_sql(dsn, "CREATE TABLE item AS SELECT g AS a, repeat('x', 500) AS b "
                      "FROM generate_series(1, 60000) g");
    pga_test_sql(dsn, "VACUUM ANALYZE item");
    pga_test_sql(dsn, "SELECT pg_stat_reset()");
    before = health_check_with(dsn, lowered);
    health_assert_silent(before, "temp-files-volume", NULL);
    for (guint i = 0; i < 5; i++)
        pga_test_sql(dsn, "SELECT count(*) FROM item");
    pga_test_sql(dsn, "SET work_mem = '64kB'; SELECT * FROM item ORDER BY b, a DESC OFFSET 59999");
    health_await(dsn,
                 "SELECT temp_bytes > 10000000 AND blks_read > 10000 FROM pg_stat_database WHERE "
                 "datname = current_database()",
                 "t");
    after = health_check_with(dsn, lowered);
    health_assert_fires(after, "cache-hit-low", "reads");
    health_assert_fires(after, "temp-files-volume", "reads");
    pga_test_sql(dsn, "ALTER SYSTEM RESET ALL");
}

/* Checkpoints on demand; WAL through the smallest buffers, most of it images of pages; pages that
 * nobody but the backends writes. */
static void
test_writes(PgaTestCluster *cluster)
{
    static const char lowered[] =
        "rules: {conf-wal-buffers-full: {min_per_second: 0.001, min_share: 0.0001},"
        " conf-wal-compression-off: {bytes_per_day: 1 MB},"
        " conf-bgwriter-backend-writes: {min_per_day: 100, min_share: 0.05}}";
    g_autofree char *dsn = NULL;
    g_autoptr(PgaReport) before = NULL, after = NULL;

    pga_test_cluster_restart(cluster, "wal_buffers = 32kB\nbgwriter_lru_maxpages = 0\n");
    dsn = pga_test_cluster_database(cluster, "writes");
    pga_test_sql(dsn, "SELECT pg_stat_reset_shared('bgwriter')");
    if (pga_test_cluster_major(cluster) >= 17)
        pga_test_sql(dsn, "SELECT pg_stat_reset_shared('checkpointer')");
    before = health_check(dsn);
    health_assert_silent(before, "conf-checkpoints-requested", NULL);
    health_assert_silent(before, "conf-wal-buffers-full", NULL);
    health_assert_silent(before, "conf-wal-compression-off", NULL);
    health_assert_silent(before, "conf-bgwriter-backend-writes", NULL);
    pga_test_sql(dsn, "CREATE TABLE item WITH (fillfactor = 50) AS "
                      "SELECT g AS a, repeat('x', 900) AS b FROM generate_series(1, 20000) g");
    pga_test_sql(dsn, "CREATE INDEX ON item (a)");
    for (guint i = 0; i < 12; i++)
        pga_test_sql(dsn, "CHECKPOINT");
    pga_test_sql(dsn, "SELECT pg_stat_reset_shared('wal')");
    pga_test_sql(dsn, "SET enable_seqscan = off; SET enable_bitmapscan = off;" /* no ring buffer */
                      "UPDATE item SET b = b || 'y' WHERE a > 0 AND a % 4 = 0");
    pga_test_sql(dsn, "SELECT pg_sleep(1)");
    after = health_check_with(dsn, lowered);
    health_assert_fires(after, "conf-checkpoints-requested", "max_wal_size");
    health_assert_fires(after, "conf-wal-buffers-full", "wal_buffers");
    health_assert_fires(after, "conf-wal-compression-off", "wal_compression");
    if (pga_test_cluster_major(cluster) >= 16)
        health_assert_fires(after, "conf-bgwriter-backend-writes", "bgwriter_lru_maxpages");
    pga_test_cluster_restart(cluster, "wal_buffers = -1\nbgwriter_lru_maxpages = 100\n");
}

static void
test_connections(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "connections");
    g_autoptr(PgaReport) few = NULL, many = NULL, high = NULL;
    PGconn *sessions[21];

    few = health_check(dsn);
    health_assert_silent(few, "conf-connections-saturated", NULL);
    health_assert_silent(few, "conf-max-connections-high", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(sessions); i++)
        sessions[i] = pga_test_session(dsn);
    many = health_check(dsn);
    for (guint i = 0; i < G_N_ELEMENTS(sessions); i++)
        PQfinish(sessions[i]);
    g_assert_cmpint(
        health_assert_fires(many, "conf-connections-saturated", "max_connections")->severity, ==,
        PGA_SEVERITY_WARNING);
    pga_test_cluster_restart(cluster, "max_connections = 2000\n");
    high = health_check(dsn);
    health_assert_fires(high, "conf-max-connections-high", "max_connections");
    pga_test_cluster_restart(cluster, "max_connections = 30\n");
}

static void
test_prepared(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaReport) young = NULL, old = NULL, ended = NULL;
    const PgaFinding *finding;

    pga_test_cluster_restart(cluster, "max_prepared_transactions = 4\n");
    dsn = pga_test_cluster_database(cluster, "prepared");
    pga_test_sql(dsn, "BEGIN; CREATE TABLE item (a int); PREPARE TRANSACTION 'left behind'");
    young = health_check(dsn);
    health_assert_silent(young, "orphan-prepared-xacts", NULL);
    pga_test_sql(dsn, "SELECT pg_sleep(1.1)");
    old = health_check_with(dsn, "rules: {orphan-prepared-xacts: {max_age: 1, error_age: 1}}");
    finding = health_assert_fires(old, "orphan-prepared-xacts", "left behind");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    ended = health_check_with(dsn, "rules: {orphan-prepared-xacts: {max_age: 1}}");
    health_assert_silent(ended, "orphan-prepared-xacts", NULL);
}

/* (transfer full): of the data directory. */
static char *
data_file(const char *dsn, const char *name)
{
    g_autofree char *directory = pga_test_value(dsn, "SHOW data_directory");

    return g_build_filename(directory, name, NULL);
}

/* @line at the end of the file for the time of one check. (transfer full) */
static PgaReport *
check_with_line(const char *dsn, const char *name, const char *line)
{
    g_autofree char *path = data_file(dsn, name), *before = NULL, *after = NULL;
    PgaReport *report;

    g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
    after = g_strconcat(before, line, "\n", NULL);
    g_assert_true(g_file_set_contents(path, after, -1, NULL));
    report = health_check(dsn);
    g_assert_true(g_file_set_contents(path, before, -1, NULL));
    return report;
}

static void
test_files(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "files");
    g_autoptr(PgaReport) fine = health_check(dsn), misspelt = NULL, waiting = NULL, hba = NULL;

    health_assert_silent(fine, "conf-file-error", NULL);
    misspelt = check_with_line(dsn, "postgresql.conf", "wrok_mem = 64MB");
    g_assert_cmpuint(health_count(misspelt, "conf-file-error"), ==, 1);
    waiting = check_with_line(dsn, "postgresql.conf", "max_connections = 77");
    health_assert_silent(waiting, "conf-file-error", NULL);
    hba = check_with_line(dsn, "pg_hba.conf", "local all all believe");
    g_assert_cmpuint(health_count(hba, "conf-file-error"), ==, 1);
}

static void
test_disks(PgaTestCluster *cluster)
{
    static const char lowered[] = "rules: {disk-full-forecast: {max_used: 0.0001},"
                                  " backup-age-unknown: {min_bytes: 1 MB}}";
    g_autofree char *dsn = pga_test_cluster_database(cluster, "disks");
    g_autofree char *inside = data_file(dsn, "inside");
    g_autofree char *sql = g_strdup_printf("CREATE TABLESPACE inside LOCATION '%s'", inside);
    g_autoptr(PgaReport) fine = health_check(dsn), report = NULL, archived = NULL;

    health_assert_silent(fine, "tablespace-in-pgdata", NULL);
    health_assert_silent(fine, "backup-age-unknown", NULL);
    pga_test_sql(dsn, "COPY (SELECT 1 WHERE FALSE) TO PROGRAM 'mkdir inside'");
    pga_test_sql(dsn, sql);
    report = health_check_with(dsn, lowered);
    health_assert_fires(report, "tablespace-in-pgdata", "inside");
    health_assert_fires(report, "backup-age-unknown", "disks");
    if (geteuid() == 0) { /* others do not see the data directory's files */
        health_assert_fires(report, "disk-full-forecast", "data directory");
        g_assert_cmpuint(health_count(report, "disk-full-forecast"), ==, 1);
    }
    pga_test_sql(dsn, "DROP TABLESPACE inside");
    pga_test_sql(dsn, "SELECT pg_create_physical_replication_slot('kept')");
    archived = health_check_with(dsn, lowered);
    health_assert_silent(archived, "backup-age-unknown", NULL);
    pga_test_sql(dsn, "SELECT pg_drop_replication_slot('kept')");
}

/* Nothing of it can be changed here: the report has to say what /proc says. */
static void
test_host(PgaTestCluster *cluster)
{
    static const char lowered[] = "rules: {host-overcommit: {swappiness: 0},"
                                  " conf-huge-pages: {min_shared_buffers: 1 MB}}";
    g_autofree char *dsn = pga_test_cluster_database(cluster, "host"), *swappiness = NULL;
    g_autoptr(PgaReport) fine = health_check(dsn);
    g_autoptr(PgaReport) report = health_check_with(dsn, lowered);
    const PgaFinding *finding = health_finding(report, "host-overcommit", "host");

    health_assert_silent(fine, "conf-huge-pages", NULL);
    if (!finding) {
        g_test_skip("a control group limits this machine, or /proc is not its own");
        return;
    }
    g_assert_true(g_file_get_contents("/proc/sys/vm/swappiness", &swappiness, NULL, NULL));
    g_assert_nonnull(strstr(finding->evidence, g_strchomp(swappiness)));
    health_assert_fires(report, "conf-huge-pages", "huge_pages");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("operation/transactions", test_transactions);
    health_add("operation/reads", test_reads);
    health_add("operation/writes", test_writes);
    health_add("operation/connections", test_connections);
    health_add("operation/prepared", test_prepared);
    health_add("operation/files", test_files);
    health_add("operation/disks", test_disks);
    health_add("operation/host", test_host);
    return g_test_run();
}
