/* Opening a connection as psql does, without blocking: Ctrl-C and a time limit end the attempt. */
#include "collect/connection.h"
#include "collect/libpq.h"

#include <base/error.h>
#include <base/interrupt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "connection_internal.h"
#include "wait_internal.h"

#define DEFAULT_TIMEOUT_SECONDS 10
#define OLDEST_VERSION          90600

typedef struct {
    const char *keywords[12];
    const char *values[12];
    guint n;
} Parameters;

static void
add(Parameters *parameters, const char *keyword, const char *value)
{
    if (!value || !*value)
        return;
    parameters->keywords[parameters->n] = keyword;
    parameters->values[parameters->n++] = value;
}

static void
ignore_notice(void *arg G_GNUC_UNUSED, const PGresult *result G_GNUC_UNUSED)
{
}

/* In psql's order: what stands in a conninfo string wins over the options before dbname. No
 * `options` parameter is sent, because PgBouncer refuses it. */
static PGconn *
start(const PgaConnectionOptions *options, const char *password)
{
    Parameters parameters = {0};
    PGconn *conn;

    add(&parameters, "host", options->host);
    add(&parameters, "port", options->port);
    add(&parameters, "user", options->user);
    add(&parameters, "service", options->service);
    add(&parameters, "password", password);
    add(&parameters, "dbname", options->dbname);
    add(&parameters, "dbname", options->database); /* only the first one is taken apart */
    add(&parameters, "fallback_application_name", "pgarchitect");
    add(&parameters, "client_encoding", "UTF8");
    conn = PQconnectStartParams(parameters.keywords, parameters.values, 1);
    if (!conn)
        return NULL;
    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE); /* messages then hold the SQLSTATE */
    PQsetNoticeReceiver(conn, ignore_notice, NULL);
    return conn;
}

/* (nullable): the value in use, whether from the conninfo, the environment or a service. */
static char *
option_in_use(PGconn *conn, const char *keyword)
{
    PQconninfoOption *options = PQconninfo(conn);
    char *value = NULL;

    for (const PQconninfoOption *option = options; option && option->keyword; option++)
        if (strcmp(option->keyword, keyword) == 0)
            value = g_strdup(option->val);
    PQconninfoFree(options);
    return value;
}

/* One limit for all hosts of the list together, as many times as there are hosts. */
static gint64
connect_deadline(PGconn *conn, const PgaConnectionOptions *options)
{
    g_autofree char *text = option_in_use(conn, "connect_timeout");
    g_autofree char *hosts = option_in_use(conn, "host");
    gint64 seconds = options->connect_timeout ? options->connect_timeout : DEFAULT_TIMEOUT_SECONDS;

    if (text && *text) {
        seconds = g_ascii_strtoll(text, NULL, 10);
        if (seconds <= 0)
            return 0; /* libpq: zero or negative waits for ever */
    }
    seconds = CLAMP(seconds, 2, 86400);
    for (const char *c = hosts; c && *c; c++)
        seconds += *c == ',' ? seconds : 0;
    return g_get_monotonic_time() + MIN(seconds, 86400) * G_TIME_SPAN_SECOND;
}

static gboolean
await_connection(PGconn *conn, gint64 deadline, GError **error)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;

    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;

        if (PQsocket(conn) < 0) {
            status = PQconnectPoll(conn);
            continue;
        }
        switch (pga_wait_socket(PQsocket(conn), events, deadline)) {
        case PGA_WAIT_READY:
            status = PQconnectPoll(conn);
            break;
        case PGA_WAIT_TIMEOUT:
            pga_error_set(error, PGA_ERROR_SOURCE, "connection to server at \"%s\" timed out",
                          PQhost(conn));
            pga_error_hint(error, "Check host and port and that no firewall drops the packets; "
                                  "connect_timeout in the conninfo string waits longer.");
            return FALSE;
        case PGA_WAIT_INTERRUPTED:
            pga_error_set(error, PGA_ERROR_INTERRUPTED, "interrupted");
            return FALSE;
        }
    }
    return TRUE;
}

/* PgBouncer's own console answers as "1.18.0/bouncer". */
static gboolean
check_version(const char *version, int version_num, GError **error)
{
    if (version && strstr(version, "bouncer")) {
        pga_error_set(error, PGA_ERROR_SOURCE, "this is PgBouncer's administration console");
        pga_error_hint(error, "Give the name of a database behind the pool, not \"pgbouncer\".");
        return FALSE;
    }
    if (version_num >= OLDEST_VERSION)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "PostgreSQL %s is too old to be analysed",
                  version ? version : "of an unknown version");
    pga_error_detail(error, "The oldest version whose catalogs are read is 9.6.");
    pga_error_hint(error, "Upgrade path: pg_upgrade of PostgreSQL 17 takes a data directory of 9.2 "
                          "or newer in one step; older ones are dumped with the newer pg_dump "
                          "(9.2 or newer) or upgraded to 9.6 first.");
    return FALSE;
}

/* A database in SQL_ASCII holds any bytes, which the server would refuse to hand out as UTF-8. They
 * are made valid where they are read. */
static gboolean
take_any_bytes(PGconn *conn, GError **error)
{
    const char *encoding = PQparameterStatus(conn, "server_encoding");
    g_autoptr(PGresult) result = NULL;

    if (!encoding || strcmp(encoding, "SQL_ASCII") != 0)
        return TRUE;
    result = pga_libpq_exec(conn, "SET client_encoding = 'SQL_ASCII'", NULL, 0, 0, error);
    return result != NULL;
}

static PgaConnection *
finish(PGconn *conn, GError **error)
{
    const char *version = PQparameterStatus(conn, "server_version");
    PgaConnection *connection;

    if (!check_version(version, PQserverVersion(conn), error) || !take_any_bytes(conn, error)) {
        PQfinish(conn);
        return NULL;
    }
    PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
    connection = g_new0(PgaConnection, 1);
    connection->conn = conn;
    connection->version_num = (guint)PQserverVersion(conn);
    connection->version = g_strndup(version ? version : "", version ? strcspn(version, " (") : 0);
    connection->dbname = g_utf8_make_valid(PQdb(conn), -1);
    return connection;
}

/* (transfer full) (nullable) */
static char *
ask(const PgaConnectionOptions *options, const PGconn *conn)
{
    g_autofree char *user = g_utf8_make_valid(PQuser(conn) ? PQuser(conn) : "", -1);

    return options->ask_password(options->ask_data, user);
}

static void
forget(char *password)
{
    if (password)
        explicit_bzero(password, strlen(password));
    g_free(password);
}

/* (nullable): a connection, or NULL with @needs_password TRUE and no error, or with an error. */
static PgaConnection *
attempt(const PgaConnectionOptions *options, char **password, gboolean *needs_password,
        GError **error)
{
    PGconn *conn = start(options, *password);

    *needs_password = FALSE;
    if (!conn) {
        pga_error_set(error, PGA_ERROR_INTERNAL, "out of memory");
        return NULL;
    }
    if (PQstatus(conn) != CONNECTION_BAD &&
        !await_connection(conn, connect_deadline(conn, options), error)) {
        PQfinish(conn);
        return NULL;
    }
    if (PQstatus(conn) == CONNECTION_OK)
        return finish(conn, error);
    if (PQconnectionNeedsPassword(conn) && !*password && options->ask_password) {
        *password = ask(options, conn);
        *needs_password = *password != NULL;
    }
    if (!*needs_password)
        pga_connect_error(PQerrorMessage(conn), error);
    PQfinish(conn);
    return NULL;
}

PgaConnection *
pga_connection_open(const PgaConnectionOptions *options, GError **error)
{
    char *password = NULL;
    gboolean needs_password = FALSE;
    PgaConnection *connection;

    if (pga_interrupt_check(error) || !pga_conninfo_check(options->dbname, error))
        return NULL;
    connection = attempt(options, &password, &needs_password, error);
    if (needs_password)
        connection = attempt(options, &password, &needs_password, error);
    forget(password);
    return connection;
}

void
pga_connection_close(PgaConnection *connection)
{
    if (!connection)
        return;
    PQfinish(connection->conn);
    g_free(connection->version);
    g_free(connection->dbname);
    g_free(connection);
}

guint
pga_connection_version_num(const PgaConnection *connection)
{
    return connection->version_num;
}

const char *
pga_connection_version(const PgaConnection *connection)
{
    return connection->version;
}

const char *
pga_connection_dbname(const PgaConnection *connection)
{
    return connection->dbname;
}
