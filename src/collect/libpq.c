/* One statement at a time on a connection, cancelled by Ctrl-C or a deadline. */
#include "collect/libpq.h"

#include <base/error.h>
#include <poll.h>

#include "connection_internal.h"
#include "wait_internal.h"

/* How long a cancelled statement is waited for. */
#define CANCEL_GRACE_US (5 * G_TIME_SPAN_SECOND)

PGconn *
pga_connection_libpq(const PgaConnection *connection)
{
    return connection->conn;
}

static void
set_lost_error(PGconn *conn, GError **error)
{
    g_autofree char *message = g_utf8_make_valid(PQerrorMessage(conn), -1);

    pga_error_set(error, PGA_ERROR_SOURCE, "connection to the server was lost");
    pga_error_detail(error, "%s", g_strstrip(message));
    pga_error_hint(error, "The server's log says why; run again when it is back.");
}

static void
set_send_error(PGconn *conn, GError **error)
{
    if (PQstatus(conn) != CONNECTION_OK) {
        set_lost_error(conn, error);
        return;
    }
    pga_error_set(error, PGA_ERROR_INTERNAL, "a statement could not be sent: %s",
                  PQerrorMessage(conn));
}

/* READY when everything is with the server. */
static PgaWait
flush(PGconn *conn, gint64 deadline)
{
    for (;;) {
        PgaWait wait;

        if (PQflush(conn) <= 0)
            return PGA_WAIT_READY; /* a failure shows when the result is read */
        wait = pga_wait_socket(PQsocket(conn), POLLIN | POLLOUT, deadline);
        if (wait != PGA_WAIT_READY)
            return wait;
        if (!PQconsumeInput(conn))
            return PGA_WAIT_READY;
    }
}

/* READY when PQgetResult() would not block. */
static PgaWait
wait_until_idle(PGconn *conn, gint64 deadline)
{
    while (PQisBusy(conn)) {
        const PgaWait wait = pga_wait_socket(PQsocket(conn), POLLIN, deadline);

        if (wait != PGA_WAIT_READY)
            return wait;
        if (!PQconsumeInput(conn))
            break;
    }
    return PGA_WAIT_READY;
}

/* COPY has no place in what is executed here; ending it brings the statement's own result. */
static PgaWait
leave_copy(PGconn *conn, ExecStatusType status, gint64 deadline)
{
    char *buffer = NULL;
    int n_bytes;

    if (status != PGRES_COPY_OUT) {
        PQputCopyEnd(conn, "no rows are copied on this connection");
        return flush(conn, deadline);
    }
    while ((n_bytes = PQgetCopyData(conn, &buffer, TRUE)) >= 0) {
        g_clear_pointer(&buffer, PQfreemem);
        if (n_bytes == 0) {
            const PgaWait wait = pga_wait_socket(PQsocket(conn), POLLIN, deadline);

            if (wait != PGA_WAIT_READY)
                return wait;
            if (!PQconsumeInput(conn))
                break;
        }
    }
    return PGA_WAIT_READY;
}

/* As PQexec(): the last result, unless an earlier one is an error. */
static PgaWait
read_results(PGconn *conn, gint64 deadline, PGresult **out)
{
    PgaWait wait;

    while ((wait = wait_until_idle(conn, deadline)) == PGA_WAIT_READY) {
        PGresult *result = PQgetResult(conn);
        const ExecStatusType status = PQresultStatus(result);

        if (!result)
            break;
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
            PQclear(result);
            wait = leave_copy(conn, status, deadline);
            if (wait != PGA_WAIT_READY)
                break;
            continue;
        }
        if (*out && PQresultStatus(*out) == PGRES_FATAL_ERROR) {
            PQclear(result);
            continue;
        }
        PQclear(*out);
        *out = result;
    }
    return wait;
}

/* Drains with a deadline only, because the interrupt that brought us here stays set. */
static void
drain(PGconn *conn, gint64 deadline)
{
    while (PQstatus(conn) == CONNECTION_OK) {
        struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};

        while (!PQisBusy(conn)) {
            g_autoptr(PGresult) result = PQgetResult(conn);

            if (!result || PQresultStatus(result) == PGRES_COPY_IN)
                return;
        }
        if (g_get_monotonic_time() >= deadline)
            return;
        if (poll(&fd, 1, 100) > 0 && !PQconsumeInput(conn))
            return;
    }
}

static void
cancel(PGconn *conn)
{
    char ignored[256];
    PGcancel *handle = PQgetCancel(conn);

    if (handle && PQcancel(handle, ignored, sizeof ignored))
        drain(conn, g_get_monotonic_time() + CANCEL_GRACE_US);
    PQfreeCancel(handle);
}

static void
set_wait_error(PgaWait wait, GError **error)
{
    if (wait == PGA_WAIT_INTERRUPTED) {
        pga_error_set(error, PGA_ERROR_INTERRUPTED, "interrupted");
        return;
    }
    pga_error_set(error, PGA_ERROR_SOURCE, "a statement was cancelled: its time was up");
}

PGresult *
pga_libpq_exec(PGconn *conn, const char *sql, const char *const *params, int n_params,
               gint64 deadline, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaWait wait;

    PQsetnonblocking(conn, 1);
    if (!PQsendQueryParams(conn, sql, n_params, NULL, params, NULL, NULL, 0)) {
        set_send_error(conn, error);
        return NULL;
    }
    wait = flush(conn, deadline);
    if (wait == PGA_WAIT_READY)
        wait = read_results(conn, deadline, &result);
    if (wait != PGA_WAIT_READY) {
        cancel(conn);
        set_wait_error(wait, error);
        return NULL;
    }
    if (!result || PQstatus(conn) != CONNECTION_OK) {
        set_lost_error(conn, error);
        return NULL;
    }
    return g_steal_pointer(&result);
}

char *
pga_libpq_message(const PGresult *result)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    return g_utf8_make_valid(message ? message : "the server gave no reason", -1);
}
