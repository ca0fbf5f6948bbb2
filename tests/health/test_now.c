/* check --now on real servers: trees of waits that real sessions make, and servers in a bad state.
 */
#include "health.h"

#include <app/now.h>
#include <base/error.h>
#include <glib/gstdio.h>
#include <render/now.h>
#include <string.h>
#include <unistd.h>

static PgaNow *
look(const char *dsn)
{
    const PgaNowRequest request = {.from = {.source = dsn}};
    g_autoptr(GError) error = NULL;
    PgaNow *now = pga_app_now(&request, &error);

    g_assert_no_error(error);
    return now;
}

static void
run(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);

    g_assert_cmpstr(PQresultErrorMessage(result), ==, "");
    PQclear(result);
}

/* Once what holds somebody up has done so for more than an instant. */
static PgaNow *
look_later(const char *dsn)
{
    pga_test_sql(dsn, "SELECT pg_sleep(1.2)");
    return look(dsn);
}

static PGconn *
begin(const char *dsn, const char *sql)
{
    PGconn *conn = pga_test_session(dsn);

    run(conn, sql);
    return conn;
}

/* Returns once @n sessions wait for a lock. */
static void
await_waiters(const char *dsn, guint n)
{
    g_autofree char *sql = g_strdup_printf(
        "DO $$BEGIN FOR i IN 1..500 LOOP PERFORM pg_stat_clear_snapshot(); EXIT WHEN (SELECT "
        "count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock') >= %u; PERFORM "
        "pg_sleep(0.02); END LOOP; END$$",
        n);

    pga_test_sql(dsn, sql);
}

static PGconn *
wait_behind(const char *dsn, const char *sql, guint n)
{
    PGconn *conn = pga_test_session(dsn);

    g_assert_cmpint(PQsendQuery(conn, sql), ==, 1);
    await_waiters(dsn, n);
    return conn;
}

static const PgaBlock *
root_at(const PgaNow *now, guint i)
{
    g_assert_cmpuint(now->blocking->roots->len, >, i);
    return g_ptr_array_index(now->blocking->roots, i);
}

static const PgaBlock *
waiter_at(const PgaBlock *block, guint i)
{
    g_assert_cmpuint(block->waiters->len, >, i);
    return g_ptr_array_index(block->waiters, i);
}

static const PgaNowAction *
action_at(const PgaNow *now, guint i)
{
    g_assert_cmpuint(now->actions->len, >, i);
    return g_ptr_array_index(now->actions, i);
}

/* Every format is made of it. */
static void
assert_renders(const PgaNow *now, const char *part)
{
    static const PgaFormat formats[] = {PGA_FORMAT_TEXT, PGA_FORMAT_MARKDOWN, PGA_FORMAT_JSON};

    for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *text =
            pga_render_now(now, &(PgaRenderOptions){.format = formats[i], .width = 120});

        if (!strstr(text, part))
            g_error("\"%s\" is not in: %s", part, text);
    }
}

static void
test_quiet(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_quiet");
    g_autoptr(PgaNow) now = look(dsn);

    g_assert_true(now->report->complete);
    g_assert_cmpuint(now->blocking->n_waiting, ==, 0);
    g_assert_cmpuint(now->actions->len, ==, 0);
    g_assert_cmpint(now->server->n_client_backends, >=, 0);
    g_assert_cmpint(now->server->host.wal_free_bytes, >, 0);
    g_assert_cmpfloat(now->xids_per_second, >=, 0);
    g_assert_cmpfloat(now->wal_per_second, >=, 0);
    g_assert_cmpuint(now->n_samples, >=, 2);
    g_assert_cmpuint(now->n_samples, <=, 5);
    g_assert_cmpint(pga_now_oldest_database(now)->frozenxid_age, >, 0);
}

/* An idle one, DDL behind it, a reader behind that. */
static void
test_tree(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_tree");
    PGconn *root, *ddl, *reader;
    g_autoptr(PgaNow) now = NULL;
    g_autofree char *terminate = NULL, *cancel = NULL;

    pga_test_sql(dsn, "CREATE TABLE orders (id int PRIMARY KEY, n int);"
                      "INSERT INTO orders VALUES (1, 1)");
    root = begin(dsn, "BEGIN; UPDATE orders SET n = 2");
    ddl = wait_behind(dsn, "ALTER TABLE orders ADD COLUMN x int", 1);
    reader = wait_behind(dsn, "SELECT n FROM orders", 2);
    terminate = g_strdup_printf("SELECT pg_terminate_backend(%d);", PQbackendPID(root));
    cancel = g_strdup_printf("SELECT pg_cancel_backend(%d);", PQbackendPID(ddl));
    now = look(dsn);
    g_assert_cmpuint(now->blocking->n_waiting, ==, 2);
    g_assert_cmpuint(now->actions->len, ==, 0); /* a second ago nobody waited */
    assert_renders(now, "ALTER TABLE orders ADD COLUMN x int");
    pga_now_free(now);
    now = look_later(dsn);

    g_assert_cmpuint(now->blocking->n_waiting, ==, 2);
    g_assert_cmpint(root_at(now, 0)->pid, ==, PQbackendPID(root));
    g_assert_cmpuint(root_at(now, 0)->n_behind, ==, 2);
    g_assert_cmpint(waiter_at(root_at(now, 0), 0)->pid, ==, PQbackendPID(ddl));
    g_assert_cmpint(waiter_at(waiter_at(root_at(now, 0), 0), 0)->pid, ==, PQbackendPID(reader));
    g_assert_cmpstr(waiter_at(root_at(now, 0), 0)->session->lock_relation, ==, "public.orders");
    g_assert_cmpstr(waiter_at(root_at(now, 0), 0)->session->lock_mode, ==, "AccessExclusiveLock");
    g_assert_cmpstr(action_at(now, 0)->statement, ==, terminate);
    g_assert_nonnull(strstr(action_at(now, 0)->loses, "rolled back"));
    g_assert_cmpstr(action_at(now, 1)->statement, ==, cancel);
    assert_renders(now, "ALTER TABLE orders ADD COLUMN x int");
    assert_renders(now, terminate);
    pga_test_sql(dsn, terminate);
    PQfinish(root);
    PQfinish(ddl);
    PQfinish(reader);
}

/* Sessions of the same row; keys of advisory locks; a session that is at work holds them up. */
static void
test_rows_and_advisory_locks(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_rows");
    PGconn *root, *first, *second, *locker;
    g_autoptr(PgaNow) now = NULL;

    pga_test_sql(dsn, "CREATE TABLE stock (id int); INSERT INTO stock VALUES (1)");
    root = begin(dsn, "BEGIN; UPDATE stock SET id = 2; SELECT pg_advisory_lock(4711)");
    first = wait_behind(dsn, "UPDATE stock SET id = 3", 1);
    second = wait_behind(dsn, "UPDATE stock SET id = 4", 2);
    locker = wait_behind(dsn, "SELECT pg_advisory_lock(4711)", 3);
    g_assert_cmpint(PQsendQuery(root, "SELECT pg_sleep(60)"), ==, 1);
    now = look_later(dsn);

    g_assert_cmpuint(now->blocking->roots->len, ==, 1);
    g_assert_cmpuint(root_at(now, 0)->n_behind, ==, 3);
    g_assert_cmpint(action_at(now, 0)->kind, ==, PGA_NOW_CANCEL);
    g_assert_cmpint(action_at(now, 0)->pid, ==, PQbackendPID(root));
    assert_renders(now, "4711");
    {
        g_autofree char *text =
            pga_render_now(now, &(PgaRenderOptions){.format = PGA_FORMAT_TEXT, .width = 120});

        g_assert_nonnull(strstr(text, "for a row of public.stock"));
        g_assert_nonnull(strstr(text, "for advisory lock 4711"));
    }
    PQfinish(locker);
    PQfinish(second);
    PQfinish(first);
    PQfinish(root);
    pga_test_sql(dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE "
                      "'SELECT pg_sleep%'");
}

/* Two that wait for each other, and one behind them: no root, until the server ends it. */
static void
test_ring(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_ring");
    PGconn *left, *right, *third;
    g_autoptr(PgaNow) now = NULL;

    left = begin(dsn, "SET deadlock_timeout = '60s'; BEGIN; SELECT pg_advisory_xact_lock(1)");
    right = begin(dsn, "SET deadlock_timeout = '60s'; BEGIN; SELECT pg_advisory_xact_lock(2)");
    g_assert_cmpint(PQsendQuery(left, "SELECT pg_advisory_xact_lock(2)"), ==, 1);
    await_waiters(dsn, 1);
    g_assert_cmpint(PQsendQuery(right, "SELECT pg_advisory_xact_lock(1)"), ==, 1);
    await_waiters(dsn, 2);
    third = wait_behind(dsn, "SET deadlock_timeout = '60s'; SELECT pg_advisory_xact_lock(1)", 3);
    now = look(dsn);
    g_assert_cmpuint(now->blocking->roots->len, ==, 1);
    g_assert_true(root_at(now, 0)->in_ring);
    g_assert_cmpuint(root_at(now, 0)->n_behind, ==, 2);
    g_assert_cmpuint(now->blocking->n_waiting, ==, 3);
    assert_renders(now, "deadlock");
    PQfinish(third);
    PQfinish(left);
    PQfinish(right);
    pga_test_sql(dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = "
                      "'advisory'");
}

static void
test_prepared(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaNow) now = NULL;
    PGconn *waiter;

    pga_test_cluster_restart(cluster, "max_prepared_transactions = 5\n");
    dsn = pga_test_cluster_database(cluster, "now_prepared");
    pga_test_sql(dsn, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
    pga_test_sql(dsn, "BEGIN; SELECT 1; UPDATE t SET a = 2; PREPARE TRANSACTION 'other one'");
    pga_test_sql(dsn, "BEGIN; LOCK TABLE pg_description; PREPARE TRANSACTION 'innocent'");
    waiter = wait_behind(dsn, "UPDATE t SET a = 3", 1);
    now = look(dsn);
    pga_test_sql(dsn, "ROLLBACK PREPARED 'other one'");
    pga_test_sql(dsn, "ROLLBACK PREPARED 'innocent'");
    PQfinish(waiter);
    g_assert_cmpint(root_at(now, 0)->pid, ==, 0);
    g_assert_cmpstr(root_at(now, 0)->prepared->gid, ==, "other one");
    g_assert_cmpint(action_at(now, 0)->kind, ==, PGA_NOW_DECIDE);
    g_assert_null(action_at(now, 0)->statement);
    g_assert_nonnull(strstr(action_at(now, 0)->loses, "ROLLBACK PREPARED 'other one'"));
    assert_renders(now, "other one");
}

/* No view can be read: sessions are shown without names. */
static void
test_locked_catalog(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_locked");
    g_autoptr(PgaNow) now = NULL;
    PGconn *holder = pga_test_session(dsn), *waiter;

    pga_test_sql(dsn, "CREATE TABLE t (a int)");
    run(holder, "BEGIN; LOCK TABLE t");
    waiter = wait_behind(dsn, "SELECT FROM t", 1);
    run(holder, "LOCK TABLE pg_rewrite");
    now = look(dsn);
    g_assert_cmpint(root_at(now, 0)->pid, ==, PQbackendPID(holder));
    g_assert_nonnull(strstr(root_at(now, 0)->session->usename, "oid 10"));
    g_assert_false(now->report->complete);
    assert_renders(now, "lock timeout");
    PQfinish(holder);
    PQfinish(waiter);
}

/* Not even a function can be called: said, and soon. */
static void
test_locked_names(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_locked");
    const PgaNowRequest request = {.from = {.source = dsn}};
    PGconn *holder = begin(dsn, "BEGIN; LOCK TABLE pg_namespace");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaNow) now = pga_app_now(&request, &error);

    PQfinish(holder);
    g_assert_no_error(error);
    g_assert_false(now->report->complete);
    assert_renders(now, "lock timeout");
}

/* What others do is hidden; that they wait is not. */
static void
test_unprivileged(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_unprivileged");
    g_autofree char *plain = g_strconcat(dsn, " user=nosy", NULL);
    PGconn *root, *waiter;
    g_autoptr(PgaNow) now = NULL;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS nosy; CREATE ROLE nosy LOGIN; CREATE TABLE t (a int)");
    root = begin(dsn, "BEGIN; LOCK TABLE t");
    waiter = wait_behind(dsn, "TABLE t", 1);
    now = look(plain);
    g_assert_cmpuint(now->blocking->n_waiting, ==, 1);
    g_assert_cmpint(root_at(now, 0)->pid, ==, PQbackendPID(root));
    g_assert_cmpint(action_at(now, 0)->kind, ==, PGA_NOW_DECIDE);
    g_assert_false(now->report->complete);
    assert_renders(now, "pg_monitor");
    PQfinish(root);
    PQfinish(waiter);
}

static void
test_no_connection_left(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_full");
    g_autofree char *plain = g_strconcat(dsn, " user=nosy", NULL);
    const PgaNowRequest request = {.from = {.source = plain}};
    g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func((GDestroyNotify)PQfinish);
    g_autoptr(GError) error = NULL;
    PgaNow *now;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS nosy; CREATE ROLE nosy LOGIN");
    for (guint i = 0; i < 60; i++) {
        PGconn *conn = PQconnectdb(plain);

        g_ptr_array_add(held, conn);
        if (PQstatus(conn) != CONNECTION_OK)
            break;
    }
    now = pga_app_now(&request, &error);
    g_assert_null(now);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(strstr(pga_error_get_hint(error), "superuser_reserved_connections"));
    now = look(dsn); /* the superuser still gets in */
    g_assert_cmpint(now->server->n_client_backends, >, 20);
    pga_now_free(now);
}

/* The disk comes before whoever waits. */
static void
test_disk(PgaTestCluster *cluster)
{
    static const char text[] = "rules:\n  disk-full-forecast:\n    max_used: 0.000000001\n"
                               "    critical_used: 0.000000001\n";
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_disk");
    g_autofree char *config = g_build_filename(g_get_tmp_dir(), "now_disk_XXXXXX", NULL);
    PgaNowRequest request = {.from = {.source = dsn}, .config_path = config};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaNow) now = NULL;
    const int fd = g_mkstemp(config);

    g_assert_cmpint(write(fd, text, strlen(text)), ==, (gssize)strlen(text));
    close(fd);
    now = pga_app_now(&request, &error);
    g_unlink(config);
    g_assert_no_error(error);
    g_assert_cmpint(action_at(now, 0)->kind, ==, PGA_NOW_DECIDE);
    g_assert_true(g_str_has_prefix(action_at(now, 0)->what, "Disk, data directory: "));
    assert_renders(now, "Enlarge the file system");
}

static void
test_file(PgaTestCluster *cluster G_GNUC_UNUSED)
{
    const PgaNowRequest request = {.from = {.source = "schema.sql"}};
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_app_now(&request, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

/* Both ends of replication, and a slot that keeps WAL. */
static void
test_replication(PgaTestCluster *cluster)
{
    PgaTestCluster *standby = pga_test_cluster_standby(cluster);
    g_autoptr(PgaNow) there = NULL, here = NULL;
    const char *dsn = pga_test_cluster_dsn(cluster);

    pga_test_sql(dsn, "SELECT pg_create_physical_replication_slot('kept', true)");
    pga_test_sql(dsn, "CREATE TABLE now_wal AS SELECT g FROM generate_series(1, 10000) g");
    here = look(dsn);
    there = look(pga_test_cluster_dsn(standby));
    pga_test_sql(dsn, "SELECT pg_drop_replication_slot('kept'); DROP TABLE now_wal");
    g_assert_cmpuint(here->server->senders->len, ==, 1);
    assert_renders(here, "kept");
    assert_renders(here, "streaming");
    g_assert_true(there->report->environment->is_standby);
    g_assert_true(there->report->complete);
    g_assert_cmpint(there->server->receive_replay_bytes, >=, 0);
}

/* Servers before 14 are read too. */
static void
test_old(gconstpointer cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "now_old");
    PGconn *root, *waiter;
    g_autoptr(PgaNow) now = NULL;

    pga_test_sql(dsn, "CREATE TABLE t (a int)");
    root = begin(dsn, "BEGIN; LOCK TABLE t");
    waiter = wait_behind(dsn, "TABLE t", 1);
    now = look_later(dsn);
    g_assert_true(now->report->complete);
    g_assert_cmpint(root_at(now, 0)->pid, ==, PQbackendPID(root));
    g_assert_cmpint(action_at(now, 0)->kind, ==, PGA_NOW_TERMINATE);
    g_assert_cmpfloat(now->wal_per_second, >=, 0);
    PQfinish(root);
    PQfinish(waiter);
}

static void
add_old(void)
{
    const GPtrArray *servers = pga_test_servers();

    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *path = g_strdup_printf("/health/now/old/%u", server->major);

        if (server->major < 14)
            g_test_add_data_func(path, pga_test_cluster(server->major), test_old);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("now/quiet", test_quiet);
    health_add("now/tree", test_tree);
    health_add("now/rows-and-advisory-locks", test_rows_and_advisory_locks);
    health_add("now/ring", test_ring);
    health_add("now/prepared-transaction", test_prepared);
    health_add("now/locked-catalog", test_locked_catalog);
    health_add("now/locked-names", test_locked_names);
    health_add("now/unprivileged", test_unprivileged);
    health_add("now/no-connection-left", test_no_connection_left);
    health_add("now/replication", test_replication);
    health_add("now/disk", test_disk);
    health_add("now/file", test_file);
    add_old();
    return g_test_run();
}
