/* Dropping what was made: also after Ctrl-C, which stops everything else, and over a new connection
 * where the old one is gone. */
#include <base/text.h>
#include <poll.h>

#include "copy_internal.h"
#include "sql_internal.h"

#define RECONNECT_US (10 * G_TIME_SPAN_SECOND)
#define UNDO_US      (60 * G_TIME_SPAN_SECOND)
#define LOCK_WAIT    "SET lock_timeout = '30s'"
#define POLL_MS      100

/* The result of one statement; NULL when the time is up or the connection lost. */
static PGresult *
run(PGconn *conn, const char *sql, const char *argument)
{
    const gint64 deadline = g_get_monotonic_time() + UNDO_US;
    PGresult *last = NULL, *result;

    PQsetnonblocking(conn, 0);
    if (!PQsendQueryParams(conn, sql, argument ? 1 : 0, NULL, &argument, NULL, NULL, 0))
        return NULL;
    for (;;) {
        struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};

        while (!PQisBusy(conn)) {
            result = PQgetResult(conn);
            if (!result)
                return last;
            PQclear(last);
            last = result;
        }
        if (g_get_monotonic_time() >= deadline || PQstatus(conn) != CONNECTION_OK)
            break;
        if (poll(&fd, 1, POLL_MS) > 0 && !PQconsumeInput(conn))
            break;
    }
    PQclear(last);
    return NULL;
}

static gboolean
is_done(PGresult *result)
{
    const ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;

    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* *out: (transfer full) (nullable): the first value, if there is a row. FALSE: it was refused, or
 * there is no connection. */
static gboolean
ask(PGconn *conn, const char *sql, const char *argument, char **out)
{
    g_autoptr(PGresult) result = run(conn, sql, argument);

    *out = NULL;
    if (!result || PQresultStatus(result) != PGRES_TUPLES_OK)
        return FALSE;
    if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
        *out = g_utf8_make_valid(PQgetvalue(result, 0, 0), -1);
    return TRUE;
}

/* The same database of the same cluster, as far as the role may know. */
static gboolean
is_the_same(const PgaCopy *copy)
{
    const guint major = pga_connection_version_num(copy->connection) / 10000;
    g_autofree char *expected = g_strdup_printf("%u", copy->identity.database);
    g_autofree char *database = NULL, *cluster = NULL;

    return ask(copy->conn, pga_sql_text("database_identity", major), NULL, &database) &&
           g_strcmp0(database, expected) == 0 &&
           ask(copy->conn, pga_sql_text("system_identifier", major), NULL, &cluster) ==
               (copy->identity.system_identifier != NULL) &&
           g_strcmp0(cluster, copy->identity.system_identifier) == 0;
}

gboolean
pga_copy_reconnect(PgaCopy *copy)
{
    const gint64 deadline = g_get_monotonic_time() + RECONNECT_US;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;

    if (!PQresetStart(copy->conn))
        return FALSE;
    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED &&
           g_get_monotonic_time() < deadline) {
        struct pollfd fd = {PQsocket(copy->conn),
                            status == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};

        if (poll(&fd, 1, POLL_MS) > 0)
            status = PQresetPoll(copy->conn);
    }
    return status == PGRES_POLLING_OK && is_the_same(copy);
}

/* *name: (transfer full) (nullable): what the object is called now; NULL: it is gone. An index
 * whose making was cut short is known by its name only, which nothing had before. */
static gboolean
present_name(const PgaCopy *copy, const PgaCopyObject *object, char **name)
{
    g_autofree char *oid = object->oid ? g_strdup_printf("%u", object->oid) : NULL;

    *name = NULL;
    if (object->is_extension)
        return ask(copy->conn,
                   "SELECT pg_catalog.quote_ident(extname) FROM pg_catalog.pg_extension "
                   "WHERE oid = $1::pg_catalog.oid",
                   oid, name);
    if (!oid &&
        !ask(copy->conn, "SELECT pg_catalog.to_regclass($1)::pg_catalog.oid", object->name, &oid))
        return FALSE;
    return !oid || ask(copy->conn, pga_sql_text("copy_index", PGA_SQL_NEWEST_MAJOR), oid, name);
}

static gboolean
drop(const PgaCopy *copy, const PgaCopyObject *object)
{
    g_autofree char *name = NULL, *sql = NULL;

    if (!present_name(copy, object, &name))
        return FALSE;
    if (!name)
        return TRUE;
    sql = g_strdup_printf("DROP %s %s", object->is_extension ? "EXTENSION" : "INDEX", name);
    return is_done(run(copy->conn, sql, NULL));
}

/* Once more over a new connection where the old one was lost. */
static gboolean
drop_surely(PgaCopy *copy, const PgaCopyObject *object)
{
    return drop(copy, object) || (PQstatus(copy->conn) != CONNECTION_OK &&
                                  pga_copy_reconnect(copy) && drop(copy, object));
}

/* A session that is still busy with what was cancelled is left to itself. */
static void
make_ready(PgaCopy *copy)
{
    if (PQstatus(copy->conn) != CONNECTION_OK || PQtransactionStatus(copy->conn) == PQTRANS_ACTIVE)
        pga_copy_reconnect(copy);
    PQclear(run(copy->conn, "ROLLBACK", NULL));
    PQclear(run(copy->conn, LOCK_WAIT, NULL));
}

/* In the order of their making: with a partitioned table's index go its parts. Extensions last,
 * when nothing needs them any more. */
void
pga_copy_undo(PgaCopy *copy, guint first, GPtrArray *remaining)
{
    if (first >= copy->made->len)
        return;
    make_ready(copy);
    for (guint pass = 0; pass < 2; pass++)
        for (guint i = first; i < copy->made->len; i++) {
            const PgaCopyObject *object = g_ptr_array_index(copy->made, i);

            if (object->is_extension == (pass == 1) && !drop_surely(copy, object))
                g_ptr_array_add(remaining, g_strdup(object->name));
        }
    g_ptr_array_set_size(copy->made, (int)first);
}
