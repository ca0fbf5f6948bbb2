/* Connecting: who gets in, what is said to who does not, and that no message holds a password. */
#include <base/error.h>
#include <collect/connection.h>
#include <collect/libpq.h>
#include <gio/gio.h>
#include <string.h>

#include "cluster.h"

#define SECRET "s3cret"

typedef struct {
    const char *name, *dbname, *message;
} Refused;

/* The word "sesame" stands for the password, or for a piece of it. */
static const Refused refused[] = {
    {"misspelt-keyword", "hots=localhost password=sesame",
     "connection string has an unknown keyword \"hots\""},
    {"blank-in-password", "host=localhost password=open sesame",
     "connection string cannot be read"},
    {"keyword-after-blank-in-password", "host=localhost password=open sesame=1",
     "connection string cannot be read"},
    {"missing-value", "host", NULL},
    {"dangling-quote", "password='sesame host=x", "connection string cannot be read"},
    {"port-of-letters", "host=localhost password=x port=sesame",
     "connection string cannot be read"},
    {"at-in-password", "postgresql://joe:open@sesame@localhost/db",
     "connection URI cannot be read"},
    {"slash-in-password", "postgres://joe:open/sesame@localhost/db",
     "connection URI cannot be read"},
    {"percent-in-password", "postgres://joe:open%sesame@localhost/db",
     "connection URI cannot be read"},
    {"unknown-parameter", "postgres://joe:open@localhost/db?sesame=x",
     "connection URI cannot be read"},
    {"no-scheme", "joe:sesame@localhost/db", "connection URI cannot be read"},
    {"no-scheme-with-parameter", "joe:sesame@localhost/db?sslmode=disable",
     "connection string cannot be read"},
    {"misspelt-scheme", "postgre://joe:sesame@localhost/db", "connection URI cannot be read"},
    {"port-in-uri", "postgres://joe:sesame/@localhost/db", "connection URI cannot be read"},
};

static void
test_refused(gconstpointer data)
{
    const Refused *c = data;
    const PgaConnectionOptions options = {.dbname = c->dbname, .host = "/nonexistent"};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_connection_open(&options, &error);

    g_assert_null(connection);
    g_assert_nonnull(error);
    if (!c->message) {
        g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
        return;
    }
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, c->message);
    g_assert_nonnull(pga_error_get_hint(error));
    g_assert_null(strstr(error->message, "sesame"));
    if (pga_error_get_detail(error))
        g_assert_null(strstr(pga_error_get_detail(error), "sesame"));
    g_assert_null(strstr(pga_error_get_hint(error), "sesame"));
}

static void
test_suggests(void)
{
    const PgaConnectionOptions options = {.dbname = "hots=localhost"};
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_connection_open(&options, &error));
    g_assert_cmpstr(pga_error_get_hint(error), ==, "Did you mean host?");
}

static void
test_no_socket(void)
{
    const PgaConnectionOptions options = {.dbname = "x", .host = "/nonexistent", .port = "5999"};
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_connection_open(&options, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(strstr(error->message, "/nonexistent"));
    g_assert_nonnull(strstr(pga_error_get_hint(error), "Unix socket"));
}

static void
test_connection_refused(void)
{
    const PgaConnectionOptions options = {.dbname = "host=127.0.0.1 port=1 dbname=x"};
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_connection_open(&options, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(strstr(pga_error_get_hint(error), "listen_addresses"));
}

static void
test_unknown_host(void)
{
    const PgaConnectionOptions options = {.dbname = "host=no-such-host.invalid dbname=x"};
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_connection_open(&options, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(pga_error_get_hint(error));
}

/* A server that accepts and never answers. */
static void
test_timeout(void)
{
    g_autoptr(GSocketListener) listener = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *dsn = NULL;
    PgaConnectionOptions options = {.connect_timeout = 2};
    gint64 start;

    listener = g_socket_listener_new();
    dsn = g_strdup_printf("host=127.0.0.1 port=%d dbname=x sslmode=disable",
                          g_socket_listener_add_any_inet_port(listener, NULL, &error));
    g_assert_no_error(error);
    options.dbname = dsn;
    start = g_get_monotonic_time();
    g_assert_null(pga_connection_open(&options, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(strstr(error->message, "timed out"));
    g_assert_cmpint(g_get_monotonic_time() - start, <, 10 * G_TIME_SPAN_SECOND);
}

static char *
dsn_of(const char *user, const char *dbname, const char *more)
{
    PgaTestCluster *cluster = pga_test_cluster(0);

    return g_strdup_printf("host=%s port=%d user=%s dbname=%s %s",
                           pga_test_cluster_directory(cluster), pga_test_cluster_port(cluster),
                           user, dbname, more);
}

static void
test_opens(void)
{
    PgaConnectionOptions options = {0};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GError) error = NULL;

    if (!pga_test_have_server())
        return;
    options.dbname = pga_test_cluster_dsn(pga_test_cluster(0));
    connection = pga_connection_open(&options, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(pga_connection_version_num(connection) / 10000, ==,
                     pga_test_cluster_major(pga_test_cluster(0)));
    g_assert_cmpstr(pga_connection_dbname(connection), ==, "postgres");
    g_assert_null(strchr(pga_connection_version(connection), ' '));
}

static void
test_absent_database(void)
{
    g_autofree char *dsn = NULL;
    PgaConnectionOptions options = {0};
    g_autoptr(GError) error = NULL;

    if (!pga_test_have_server())
        return;
    dsn = dsn_of("postgres", "absent", "");
    options.dbname = dsn;
    g_assert_null(pga_connection_open(&options, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_true(g_str_has_suffix(error->message, "database \"absent\" does not exist"));
    g_assert_null(strstr(error->message, "3D000"));
    g_assert_null(pga_error_get_detail(error));
    g_assert_nonnull(strstr(pga_error_get_hint(error), "psql -l"));
}

static void
test_wrong_password(void)
{
    g_autofree char *dsn = NULL;
    PgaConnectionOptions options = {0};
    g_autoptr(GError) error = NULL;

    if (!pga_test_have_server())
        return;
    dsn = dsn_of("secretive", "postgres", "password=sesame");
    options.dbname = dsn;
    g_assert_null(pga_connection_open(&options, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_nonnull(strstr(error->message, "password authentication failed"));
    g_assert_null(strstr(error->message, "sesame"));
    g_assert_nonnull(strstr(pga_error_get_hint(error), "PGPASSWORD"));
}

static char *
answer(gpointer data, const char *user)
{
    g_assert_cmpstr(user, ==, "secretive");
    return g_strdup(data);
}

static void
test_asks_password(void)
{
    g_autofree char *dsn = NULL;
    PgaConnectionOptions options = {.ask_password = answer, .ask_data = (gpointer)SECRET};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GError) error = NULL;

    if (!pga_test_have_server())
        return;
    dsn = dsn_of("secretive", "postgres", "passfile=/nonexistent");
    options.dbname = dsn;
    connection = pga_connection_open(&options, &error);
    g_assert_no_error(error);
    g_assert_nonnull(connection);
}

static void
test_asks_once(void)
{
    g_autofree char *dsn = NULL;
    PgaConnectionOptions options = {.ask_password = answer, .ask_data = (gpointer) "wrong"};
    g_autoptr(GError) error = NULL;

    if (!pga_test_have_server())
        return;
    dsn = dsn_of("secretive", "postgres", "passfile=/nonexistent");
    options.dbname = dsn;
    g_assert_null(pga_connection_open(&options, &error));
    g_assert_nonnull(strstr(error->message, "password authentication failed"));
    g_clear_error(&error);

    options.ask_data = NULL;
    g_assert_null(pga_connection_open(&options, &error));
    g_assert_nonnull(strstr(error->message, "no password supplied"));
    g_assert_nonnull(pga_error_get_hint(error));
}

static void
test_executes(void)
{
    PgaConnectionOptions options = {0};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(PGresult) result = NULL, failed = NULL, two = NULL, copied = NULL, after = NULL;
    const char *params[] = {"41"};
    PGconn *conn;

    if (!pga_test_have_server())
        return;
    options.dbname = pga_test_cluster_dsn(pga_test_cluster(0));
    connection = pga_connection_open(&options, NULL);
    conn = pga_connection_libpq(connection);
    result = pga_libpq_exec(conn, "SELECT $1::int + 1", params, 1, 0, NULL);
    g_assert_cmpstr(PQgetvalue(result, 0, 0), ==, "42");
    failed = pga_libpq_exec(conn, "SELECT 1 / 0", NULL, 0, 0, NULL);
    g_assert_cmpstr(PQresultErrorField(failed, PG_DIAG_SQLSTATE), ==, "22012");
    two = pga_libpq_exec(conn, "SELECT 1; SELECT 2", NULL, 0, 0, NULL);
    g_assert_cmpstr(PQresultErrorField(two, PG_DIAG_SQLSTATE), ==, "42601");
    copied = pga_libpq_exec(conn, "COPY pg_am TO STDOUT", NULL, 0, 0, NULL);
    g_assert_cmpint(PQresultStatus(copied), ==, PGRES_COMMAND_OK);
    after = pga_libpq_exec(conn, "SELECT 'still here'", NULL, 0, 0, NULL);
    g_assert_cmpstr(PQgetvalue(after, 0, 0), ==, "still here");
}

static void
test_deadline(void)
{
    PgaConnectionOptions options = {0};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PGresult) result = NULL;
    const gint64 start = g_get_monotonic_time();

    if (!pga_test_have_server())
        return;
    options.dbname = pga_test_cluster_dsn(pga_test_cluster(0));
    connection = pga_connection_open(&options, NULL);
    g_assert_null(pga_libpq_exec(pga_connection_libpq(connection), "SELECT pg_sleep(60)", NULL, 0,
                                 start + 300 * G_TIME_SPAN_MILLISECOND, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_TIME_SPAN_SECOND);
    result = pga_libpq_exec(pga_connection_libpq(connection), "SELECT 1", NULL, 0, 0, NULL);
    g_assert_cmpint(PQresultStatus(result), ==, PGRES_TUPLES_OK);
}

static void
test_lost(void)
{
    PgaConnectionOptions options = {0};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = NULL;

    if (!pga_test_have_server())
        return;
    options.dbname = pga_test_cluster_dsn(pga_test_cluster(0));
    connection = pga_connection_open(&options, NULL);
    sql = g_strdup_printf("SELECT pg_terminate_backend(%d)",
                          PQbackendPID(pga_connection_libpq(connection)));
    pga_test_cluster_sql(pga_test_cluster(0), sql);
    g_assert_null(pga_libpq_exec(pga_connection_libpq(connection), "SELECT 1", NULL, 0, 0, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_SOURCE);
    g_assert_cmpstr(error->message, ==, "connection to the server was lost");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path =
            g_strdup_printf("/collect/conninfo/%s-is-not-echoed", refused[i].name);

        g_test_add_data_func(path, &refused[i], test_refused);
    }
    g_test_add_func("/collect/conninfo/suggests-the-keyword-meant", test_suggests);
    g_test_add_func("/collect/connection/absent-socket-has-hint", test_no_socket);
    g_test_add_func("/collect/connection/refused-has-hint", test_connection_refused);
    g_test_add_func("/collect/connection/unknown-host-has-hint", test_unknown_host);
    g_test_add_func("/collect/connection/silent-server-times-out", test_timeout);
    g_test_add_func("/collect/connection/knows-version-and-database", test_opens);
    g_test_add_func("/collect/connection/absent-database-has-hint", test_absent_database);
    g_test_add_func("/collect/connection/wrong-password-is-not-echoed", test_wrong_password);
    g_test_add_func("/collect/connection/asks-for-a-password", test_asks_password);
    g_test_add_func("/collect/connection/asks-only-once", test_asks_once);
    g_test_add_func("/collect/libpq/one-statement-with-parameters", test_executes);
    g_test_add_func("/collect/libpq/deadline-cancels", test_deadline);
    g_test_add_func("/collect/libpq/lost-connection-is-an-error", test_lost);
    return g_test_run();
}
