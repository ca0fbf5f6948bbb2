/* Sessions that hold each other up on real servers: locks, forgotten transactions, long statements,
 * old snapshots. */
#include "health.h"

#include <string.h>

#define QUICK                                                                                      \
    "rules:\n"                                                                                     \
    "  lock-waits: {wait_s: 0.1}\n"                                                                \
    "  txn-idle-in-transaction: {idle_s: 0.1, horizon_xids: 3}\n"                                  \
    "  query-long-running: {oltp_s: 0.1, olap_s: 0.1}\n"                                           \
    "  xmin-horizon-held: {xids: 3}\n"

static PGconn *
begin(const char *dsn, const char *sql)
{
    PGconn *conn = pga_test_session(dsn);
    PGresult *result = PQexec(conn, sql);

    g_assert_cmpstr(PQresultErrorMessage(result), ==, "");
    PQclear(result);
    return conn;
}

static PGconn *
send(const char *dsn, const char *sql)
{
    PGconn *conn = pga_test_session(dsn);

    g_assert_cmpint(PQsendQuery(conn, sql), ==, 1);
    return conn;
}

/* Until so many sessions wait for a lock. */
static void
await_waiters(const char *dsn, guint n)
{
    g_autofree char *sql = g_strdup_printf(
        "DO $$BEGIN FOR i IN 1..500 LOOP PERFORM pg_stat_clear_snapshot(); EXIT WHEN (SELECT "
        "count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock') >= %u; PERFORM "
        "pg_sleep(0.02); END LOOP; PERFORM pg_sleep(0.2); END$$",
        n);

    pga_test_sql(dsn, sql);
}

static PgaReport *
check(const char *dsn)
{
    return health_check_with(dsn, QUICK);
}

static void
test_locks(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "locks");
    PGconn *root, *first, *second;
    g_autoptr(PgaReport) report = NULL, after = NULL;
    g_autofree char *fix = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, "CREATE TABLE orders (id int PRIMARY KEY, n int);"
                      "INSERT INTO orders VALUES (1, 1)");
    root = begin(dsn, "BEGIN; UPDATE orders SET n = 2");
    fix = g_strdup_printf("SELECT pg_terminate_backend(%d);", PQbackendPID(root));
    first = send(dsn, "ALTER TABLE orders ADD COLUMN x int");
    await_waiters(dsn, 1);
    second = send(dsn, "SELECT n FROM orders");
    await_waiters(dsn, 2);
    report = check(dsn);
    finding = health_assert_fires(report, "lock-waits", "role postgres in database locks");
    g_assert_nonnull(strstr(finding->evidence, "holds up 2 sessions"));
    g_assert_nonnull(strstr(finding->evidence, "idle in transaction"));
    g_assert_nonnull(strstr(finding->evidence, "public.orders"));
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==, fix);
    finding =
        health_assert_fires(report, "txn-idle-in-transaction", "role postgres in database locks");
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==, fix);
    health_assert_silent(report, "query-long-running", NULL);
    PQfinish(root);
    PQfinish(first);
    PQfinish(second);
    await_waiters(dsn, 0);
    after = check(dsn);
    health_assert_silent(after, "lock-waits", NULL);
    health_assert_silent(after, "txn-idle-in-transaction", NULL);
}

static void
test_prepared(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaReport) report = NULL;
    const PgaFinding *finding;
    PGconn *waiter;

    pga_test_cluster_restart(cluster, "max_prepared_transactions = 5\n");
    dsn = pga_test_cluster_database(cluster, "prepared");
    pga_test_sql(dsn, "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)");
    pga_test_sql(dsn, "BEGIN; UPDATE orders SET id = 2; PREPARE TRANSACTION 'forgotten'");
    for (guint i = 0; i < 5; i++)
        pga_test_sql(dsn, "SELECT txid_current()");
    waiter = send(dsn, "UPDATE orders SET id = 3");
    await_waiters(dsn, 1);
    report = check(dsn);
    PQfinish(waiter);
    pga_test_sql(dsn, "ROLLBACK PREPARED 'forgotten'");
    finding = health_assert_fires(report, "lock-waits", "prepared transaction forgotten");
    g_assert_nonnull(strstr(finding->fix.note, "ROLLBACK PREPARED 'forgotten'"));
    health_assert_fires(report, "xmin-horizon-held", "prepared transaction forgotten");
}

static void
test_long(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "long");
    PGconn *sleeper = send(dsn, "SELECT pg_sleep(60)"), *reader;
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;
    g_autofree char *fix = g_strdup_printf("SELECT pg_cancel_backend(%d);", PQbackendPID(sleeper));

    reader = begin(dsn, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    for (guint i = 0; i < 5; i++)
        pga_test_sql(dsn, "SELECT txid_current()");
    pga_test_sql(dsn, "SELECT pg_sleep(0.3)");
    report = check(dsn);
    pga_test_sql(dsn, fix);
    PQfinish(sleeper);
    finding = health_assert_fires(report, "query-long-running", "role postgres in database long");
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==, fix);
    health_assert_fires(report, "txn-idle-in-transaction", "role postgres in database long");
    health_assert_fires(report, "xmin-horizon-held", "role postgres in database long");
    PQfinish(reader);
    await_waiters(dsn, 0);
    after = check(dsn);
    health_assert_silent(after, "query-long-running", NULL);
    health_assert_silent(after, "xmin-horizon-held", NULL);
}

static void
test_workers(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "workers");
    g_autoptr(PgaReport) before = health_check(dsn), report = NULL;

    health_assert_silent(before, "autovacuum-workers-saturated", NULL);
    pga_test_cluster_restart(cluster, "autovacuum = on\nautovacuum_max_workers = 1\n"
                                      "autovacuum_naptime = 1\nautovacuum_vacuum_cost_delay = "
                                      "100\nautovacuum_vacuum_cost_limit = 1\n");
    pga_test_sql(dsn, "CREATE TABLE a AS SELECT g FROM generate_series(1, 60000) g;"
                      "CREATE TABLE b AS TABLE a; CREATE TABLE c AS TABLE a;"
                      "CREATE TABLE d AS TABLE a");
    pga_test_sql(dsn, "DELETE FROM a; DELETE FROM b; DELETE FROM c; DELETE FROM d");
    pga_test_sql(
        dsn, "DO $$BEGIN FOR i IN 1..600 LOOP PERFORM pg_stat_clear_snapshot(); EXIT WHEN EXISTS "
             "(SELECT FROM pg_stat_progress_vacuum WHERE heap_blks_total > 100) AND (SELECT "
             "count(*) FROM pg_stat_user_tables WHERE n_dead_tup > 50000) = 4; PERFORM "
             "pg_sleep(0.05); END LOOP; END$$");
    report = health_check(dsn);
    health_assert_fires(report, "autovacuum-workers-saturated", "autovacuum_max_workers");
    pga_test_cluster_restart(
        cluster, "autovacuum = off\nautovacuum_max_workers = 3\n"
                 "autovacuum_vacuum_cost_delay = 2\nautovacuum_vacuum_cost_limit = -1\n");
}

/* Nobody but a member of pg_monitor sees what others do; that they wait can be seen. */
static void
test_unprivileged(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "unprivileged");
    g_autofree char *plain = g_strconcat(dsn, " user=nosy", NULL);
    g_autoptr(PgaReport) report = NULL;
    PGconn *root, *waiter;
    const PgaFinding *finding;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS nosy; CREATE ROLE nosy LOGIN; CREATE TABLE t (a int)");
    root = begin(dsn, "BEGIN; LOCK TABLE t");
    waiter = send(dsn, "TABLE t");
    await_waiters(dsn, 1);
    report = check(plain);
    PQfinish(root);
    PQfinish(waiter);
    finding = health_assert_fires(report, "lock-waits", NULL);
    g_assert_cmpuint(finding->fix.sql->len, ==, 0);
    health_assert_not_evaluated(report, "txn-idle-in-transaction");
    health_assert_not_evaluated(report, "query-long-running");
    health_assert_not_evaluated(report, "autovacuum-workers-saturated");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("sessions/locks", test_locks);
    health_add("sessions/prepared-transaction", test_prepared);
    health_add("sessions/long-statement", test_long);
    health_add("sessions/workers", test_workers);
    health_add("sessions/unprivileged", test_unprivileged);
    return g_test_run();
}
