/* What stands around a server, and what happens to it while it is read. */
#include <base/error.h>
#include <base/interrupt.h>
#include <collect/libpq.h>
#include <signal.h>
#include <string.h>

#include "collector_internal.h"
#include "connection_internal.h"
#include "shop.h"

/** Does something to the server when a collection comes to a subject. */
typedef struct {
    const char *at; /* a step's message */
    const char *sql;
    PGconn *session;
    guint n; /* how often the step came */
} Meddler;

static void
meddle(gpointer data, PgaProgressKind kind, const char *message)
{
    Meddler *meddler = data;

    if (kind != PGA_PROGRESS_STEP || strcmp(message, meddler->at) != 0)
        return;
    if (meddler->n++ == 0) {
        PGresult *result = PQexec(meddler->session, meddler->sql);

        g_assert_cmpint(PQresultStatus(result), ==, PGRES_COMMAND_OK);
        PQclear(result);
    }
}

static void
collect_meddled(const char *dsn, Meddler *meddler, Collected *got)
{
    const PgaProgress progress = {.receive = meddle, .data = meddler};
    const PgaCollectOptions options = {.ram_bytes = -1, .lock_timeout = 50, .progress = &progress};

    meddler->session = pga_test_session(dsn);
    shop_collect(dsn, NULL, &options, got);
    PQfinish(meddler->session);
}

/* Somebody locks a table when its indexes are about to be read: it is left out with all that is
 * its. */
static void
test_locked_meanwhile(void)
{
    g_autofree char *dsn = NULL;
    Meddler meddler = {.at = "reading columns",
                       .sql = "BEGIN; LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE"};
    g_auto(Collected) got = {0};

    if (!pga_test_have_server())
        return;
    dsn = shop_create(pga_test_cluster(0), "meanwhile");
    collect_meddled(dsn, &meddler, &got);
    g_assert_cmpuint(meddler.n, ==, 1);
    g_assert_nonnull(shop_not_checked(&got, "table shop.orders"));
    g_assert_null(pga_catalog_relation_by_name(got.catalog, "shop", "orders"));
    g_assert_null(shop_index(got.catalog, "orders_note_idx"));
    g_assert_nonnull(pga_catalog_relation_by_name(got.catalog, "shop", "customers"));
}

/* Nobody's lock is waited for longer than lock_timeout, and a size that cannot be read is said to
 * be so. */
static void
test_catalog_locked(void)
{
    g_autofree char *dsn = NULL;
    Meddler meddler = {.at = "reading publications",
                       .sql =
                           "BEGIN; LOCK TABLE pg_catalog.pg_publication IN ACCESS EXCLUSIVE MODE"};
    g_auto(Collected) got = {0};

    if (!pga_test_have_server())
        return;
    dsn = shop_create(pga_test_cluster(0), "meanwhile");
    collect_meddled(dsn, &meddler, &got);
    g_assert_nonnull(strstr(shop_not_checked(&got, "publications")->why, "lock timeout"));
    g_assert_nonnull(pga_catalog_relation_by_name(got.catalog, "shop", "orders"));
}

static void
test_essential_locked(void)
{
    g_autofree char *dsn = NULL;
    Meddler meddler = {.at = "reading indexes",
                       .sql = "BEGIN; LOCK TABLE pg_catalog.pg_index IN ACCESS EXCLUSIVE MODE"};
    const PgaProgress progress = {.receive = meddle, .data = &meddler};
    const PgaCollectOptions options = {.ram_bytes = -1, .lock_timeout = 50, .progress = &progress};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GPtrArray) not_checked = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    PgaConnectionOptions where = {0};
    PgaCatalog *catalog = NULL;
    PgaEnvironment *environment = NULL;

    if (!pga_test_have_server())
        return;
    dsn = shop_create(pga_test_cluster(0), "meanwhile");
    meddler.session = pga_test_session(dsn);
    where.dbname = dsn;
    connection = pga_connection_open(&where, NULL);
    g_assert_false(pga_collect(connection, &options, &catalog, &environment, not_checked, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(strstr(pga_error_get_hint(error), "ACCESS EXCLUSIVE"));
    g_assert_null(catalog);
    g_assert_cmpint(PQtransactionStatus(pga_connection_libpq(connection)), ==, PQTRANS_IDLE);
    PQfinish(meddler.session);
}

/* A table dropped under the snapshot: the second attempt reads what there is then. */
static void
test_dropped_meanwhile(void)
{
    g_autofree char *dsn = NULL;
    Meddler meddler = {.at = "reading constraints", .sql = "DROP TABLE shop.orders"};
    g_auto(Collected) got = {0};

    if (!pga_test_have_server())
        return;
    dsn = shop_create(pga_test_cluster(0), "meanwhile");
    collect_meddled(dsn, &meddler, &got);
    g_assert_cmpuint(meddler.n, ==, 2);
    g_assert_null(pga_catalog_relation_by_name(got.catalog, "shop", "orders"));
    g_assert_nonnull(pga_catalog_relation_by_name(got.catalog, "shop", "customers"));
}

/* Functions and operators that somebody put before PostgreSQL's are not called. */
static void
test_hostile_search_path(void)
{
    g_autofree char *dsn = NULL;
    g_auto(Collected) got = {0};

    if (!pga_test_have_server())
        return;
    dsn = shop_create(pga_test_cluster(0), "hostile");
    pga_test_sql(
        dsn, "CREATE SCHEMA evil;"
             "CREATE FUNCTION evil.trap(text, text) RETURNS bool LANGUAGE plpgsql AS "
             "'BEGIN RAISE EXCEPTION ''trapped''; END';"
             "CREATE FUNCTION evil.trap(name, text) RETURNS bool LANGUAGE plpgsql AS "
             "'BEGIN RAISE EXCEPTION ''trapped''; END';"
             "CREATE FUNCTION evil.trap(oid, oid) RETURNS bool LANGUAGE plpgsql AS "
             "'BEGIN RAISE EXCEPTION ''trapped''; END';"
             "CREATE FUNCTION evil.trap(int, int) RETURNS bool LANGUAGE plpgsql AS "
             "'BEGIN RAISE EXCEPTION ''trapped''; END';"
             "CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.trap);"
             "CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.trap);"
             "CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.trap);"
             "CREATE OPERATOR evil.< (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.trap);"
             "CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS 'SELECT (1 / 0)::text';"
             "CREATE TABLE evil.pg_class (oid oid);"
             "CREATE TYPE evil.oid AS (a int);"
             "ALTER DATABASE hostile SET search_path = evil, pg_catalog");
    shop_collect(dsn, NULL, NULL, &got);
    g_assert_nonnull(pga_catalog_relation_by_name(got.catalog, "shop", "orders"));
    g_assert_cmpstr(pga_catalog_setting(got.catalog, "search_path")->setting, ==,
                    "evil, pg_catalog");
    g_assert_cmpstr(pga_catalog_setting(got.catalog, "search_path")->source, ==, "database");
    g_assert_cmpuint(got.not_checked->len, ==, 0);
}

/* SQL_ASCII: the server passes any byte through. */
static void
test_invalid_utf8(void)
{
    PgaTestCluster *cluster;
    g_autofree char *dsn = NULL;
    g_auto(Collected) got = {0};
    const PgaRelation *relation;

    if (!pga_test_have_server())
        return;
    cluster = pga_test_cluster(0);
    pga_test_cluster_sql(cluster, "CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 "
                                  "LC_COLLATE 'C' LC_CTYPE 'C'");
    dsn = g_strdup_printf("host=%s port=%d user=postgres dbname=bytes client_encoding=SQL_ASCII",
                          pga_test_cluster_directory(cluster), pga_test_cluster_port(cluster));
    pga_test_sql(dsn, "CREATE TABLE \"t\xff\" AS SELECT E'\xe4\xf6'::text AS a FROM "
                      "generate_series(1, 100); ANALYZE");
    shop_collect(dsn, NULL, NULL, &got);
    g_assert_cmpuint(got.catalog->relations->len, ==, 1);
    relation = g_ptr_array_index(got.catalog->relations, 0);
    g_assert_true(g_utf8_validate(relation->relname, -1, NULL));
    g_assert_true(g_utf8_validate(
        g_ptr_array_index(pga_relation_attribute(relation, 1)->stats->mcv, 0), -1, NULL));
}

static void
test_tcp(void)
{
    PgaTestCluster *cluster;
    g_autofree char *dsn = NULL;
    g_auto(Collected) got = {0};

    if (!pga_test_have_server())
        return;
    cluster = pga_test_cluster(0);
    dsn = g_strdup_printf("host=127.0.0.1 port=%d user=postgres dbname=postgres",
                          pga_test_cluster_listen(cluster));
    shop_collect(dsn, NULL, NULL, &got);
    g_assert_cmpint(got.environment->ram_bytes, >, 16 << 20);
    g_assert_true(got.environment->ram_shared);
}

/* The newest major whose package has what a standby takes. */
static PgaTestCluster *
cluster_with_standby(PgaTestCluster **standby)
{
    const GPtrArray *servers = pga_test_servers();

    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *program = g_build_filename(server->bindir, "pg_basebackup", NULL);
        PgaTestCluster *primary;

        if (server->major < 12 || !g_file_test(program, G_FILE_TEST_IS_EXECUTABLE))
            continue;
        primary = pga_test_cluster(server->major);
        *standby = pga_test_cluster_standby(primary);
        return primary;
    }
    return NULL;
}

static void
await_value(const char *dsn, const char *sql, const char *want)
{
    for (guint i = 0; i < 500; i++) {
        g_autofree char *value = pga_test_value(dsn, sql);

        if (g_strcmp0(value, want) == 0)
            return;
        g_usleep(20000);
    }
    g_error("%s is never %s", sql, want);
}

static void
test_standby(void)
{
    PgaTestCluster *standby = NULL, *primary = cluster_with_standby(&standby);
    g_autofree char *dsn = NULL, *copy = NULL, *lsn = NULL, *sql = NULL;
    g_auto(Collected) got = {0};

    if (!primary) {
        g_test_skip("no server package with pg_basebackup");
        return;
    }
    dsn = shop_create(primary, "shop");
    pga_test_sql(dsn, "CREATE TABLE shop.later (a serial)");
    if (pga_test_cluster_major(primary) >= 15)
        pga_test_sql(dsn,
                     "CREATE UNLOGGED SEQUENCE shop.fleeting; SELECT nextval('shop.fleeting')");
    lsn = pga_test_value(dsn, "SELECT pg_current_wal_flush_lsn()");
    sql = g_strdup_printf("SELECT pg_last_wal_replay_lsn() >= '%s'", lsn);
    await_value(pga_test_cluster_dsn(standby), sql, "t");
    copy = g_strdup_printf("host=%s port=%d dbname=shop", pga_test_cluster_directory(standby),
                           pga_test_cluster_port(standby));
    shop_collect(copy, NULL, NULL, &got);
    g_assert_true(got.environment->is_standby);
    g_assert_nonnull(pga_catalog_relation_by_name(got.catalog, "shop", "later"));
    g_assert_nonnull(shop_not_checked(&got, "usage on the primary and on other standbys"));
    /* the primary logs a sequence some values ahead */
    g_assert_cmpint(shop_sequence(got.catalog, "tickets")->last_value, >=, 15);
}

static void
test_pool(void)
{
    g_autofree char *dsn = NULL, *pooled = NULL, *console = NULL;
    g_auto(Collected) got = {0};
    g_autoptr(GError) error = NULL;
    PgaConnectionOptions options = {0};

    if (!pga_test_have_server())
        return;
    dsn = shop_create(pga_test_cluster(0), "shop");
    g_assert_nonnull(dsn);
    pooled = pga_test_cluster_pool(pga_test_cluster(0), "shop");
    if (!pooled) {
        g_test_skip("PgBouncer is not installed");
        return;
    }
    shop_collect(pooled, NULL, NULL, &got);
    g_assert_true(got.environment->is_pooled);
    g_assert_cmpint(got.environment->ram_bytes, ==, -1);
    g_assert_nonnull(pga_catalog_relation_by_name(got.catalog, "shop", "orders"));
    g_assert_nonnull(shop_not_checked(&got, "memory and settings of a direct connection"));

    console = g_strdup_printf("%s dbname=pgbouncer", pooled);
    options.dbname = console;
    g_assert_null(pga_connection_open(&options, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(strstr(pga_error_get_hint(error), "behind the pool"));
    g_clear_error(&error);

    g_free(console);
    console = g_strdup_printf("%s options='-c geqo=off'", pooled);
    options.dbname = console;
    g_assert_null(pga_connection_open(&options, &error));
    g_assert_nonnull(strstr(pga_error_get_hint(error), "PGOPTIONS"));
}

/* The queries for 9.6 use nothing that 10 lacks, but for what sequences hold, which is not read
 * here. */
static void
test_queries_of_9_6(void)
{
    g_autofree char *dsn = NULL, *as_plain = NULL;
    const PgaCollectOptions options = {.ram_bytes = -1};
    g_auto(Collected) got = {0};
    PgaConnectionOptions where = {0};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GError) error = NULL;

    if (!pga_test_cluster(10)) {
        g_test_skip("PostgreSQL 10 is not installed");
        return;
    }
    dsn = shop_create(pga_test_cluster(10), "shop");
    pga_test_sql(dsn, "CREATE ROLE plain LOGIN");
    as_plain = g_strdup_printf("%s user=plain", dsn);
    where.dbname = as_plain;
    connection = pga_connection_open(&where, NULL);
    connection->version_num = 90624;
    got.not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    pga_collect(connection, &options, &got.catalog, &got.environment, got.not_checked, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(got.not_checked->len, ==,
                     3 + (shop_not_checked(&got, "available versions of extensions") != NULL));
    g_assert_nonnull(
        strstr(shop_not_checked(&got, "features of newer versions")->why, "not tested"));
    g_assert_false(shop_sequence(got.catalog, "tickets")->readable);
    g_assert_cmpstr(shop_index(got.catalog, "orders_note_idx")->exprs, ==, "lower((note)::text)");
    g_assert_cmpuint(pga_catalog_relation_by_name(got.catalog, "shop", "orders")->attributes->len,
                     ==, 7);
}

/* A table with the columns that a sequence of 9.6 has. Source: FormData_pg_sequence in
 * PostgreSQL 9.6 src/include/commands/sequence.h */
static void
test_sequences_of_9_6(void)
{
    g_autofree char *dsn = NULL, *sql = NULL, *value = NULL;
    g_autoptr(GPtrArray) sequences = g_ptr_array_new();
    char schema[] = "public", table[] = "Ti cket", other[] = "hidden";
    PgaSequence ticket = {.oid = 7, .nspname = schema, .relname = table, .readable = TRUE};
    PgaSequence hidden = {.oid = 8, .nspname = schema, .relname = other};
    const PgaSequenceRange range = {sequences, 0, 3, 9};

    if (!pga_test_have_server())
        return;
    g_ptr_array_add(sequences, &ticket);
    g_ptr_array_add(sequences, &hidden);
    g_ptr_array_add(sequences, &ticket);
    dsn = pga_test_cluster_database(pga_test_cluster(0), "sequences");
    pga_test_sql(dsn,
                 "CREATE TABLE \"Ti cket\" AS SELECT name 'x' AS sequence_name, 15::int8 AS "
                 "last_value, 10::int8 AS start_value, 5::int8 AS increment_by, 20::int8 AS "
                 "max_value, 5::int8 AS min_value, 1::int8 AS cache_value, 0::int8 AS log_cnt, "
                 "TRUE AS is_cycled, TRUE AS is_called");
    sql = pga_sequence_values_sql(NULL, &range);
    value = pga_test_value(dsn, sql);
    g_assert_cmpstr(value, ==, "7");
}

static void
interrupt(gpointer data G_GNUC_UNUSED, PgaProgressKind kind G_GNUC_UNUSED, const char *message)
{
    if (strcmp(message, "reading columns") == 0)
        g_assert_cmpint(raise(SIGTERM), ==, 0);
}

/* In a process of its own: the flag stays set. */
static void
test_interrupted(void)
{
    const PgaProgress progress = {.receive = interrupt};
    const PgaCollectOptions options = {.ram_bytes = -1, .progress = &progress};
    const PgaConnectionOptions where = {.dbname = g_getenv("PGATEST_DSN")};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GPtrArray) not_checked = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    PgaCatalog *catalog = NULL;
    PgaEnvironment *environment = NULL;

    if (!g_test_subprocess()) {
        if (!pga_test_have_server())
            return;
        g_setenv("PGATEST_DSN", pga_test_cluster_dsn(pga_test_cluster(0)), TRUE);
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        return;
    }
    pga_interrupt_install();
    connection = pga_connection_open(&where, &error);
    g_assert_no_error(error);
    g_assert_false(pga_collect(connection, &options, &catalog, &environment, not_checked, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERRUPTED);
    g_clear_error(&error);
    g_assert_null(pga_connection_open(&where, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERRUPTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/collect/meanwhile/locked-table-is-left-out-whole", test_locked_meanwhile);
    g_test_add_func("/collect/meanwhile/locked-catalog-is-given-up", test_catalog_locked);
    g_test_add_func("/collect/meanwhile/nothing-without-indexes", test_essential_locked);
    g_test_add_func("/collect/meanwhile/dropped-table-is-read-anew", test_dropped_meanwhile);
    g_test_add_func("/collect/search-path/hostile-operators-are-not-called",
                    test_hostile_search_path);
    g_test_add_func("/collect/encoding/invalid-bytes-become-valid", test_invalid_utf8);
    g_test_add_func("/collect/standby/reads-and-says-so", test_standby);
    g_test_add_func("/collect/pool/reads-through-pgbouncer", test_pool);
    g_test_add_func("/collect/versions/queries-of-9.6-run-on-10", test_queries_of_9_6);
    g_test_add_func("/collect/versions/sequences-of-9.6-are-rows", test_sequences_of_9_6);
    g_test_add_func("/collect/interrupt/ends-the-collection", test_interrupted);
    g_test_add_func("/collect/memory/of-a-server-on-loopback", test_tcp);
    return g_test_run();
}
