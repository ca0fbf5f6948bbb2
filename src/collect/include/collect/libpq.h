/* libpq's view of a connection: for this layer and the lab, the only ones that may include it. */
#pragma once
#include <collect/connection.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/* Borrowed. */
PGconn *pga_connection_libpq(const PgaConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/**
 * pga_libpq_exec:
 * @params: (nullable) (array length=n_params): text parameters
 * @deadline: g_get_monotonic_time() after which the statement is cancelled; 0: none
 *
 * One statement by the extended protocol, waiting so that Ctrl-C and @deadline cancel it.
 *
 * Returns: (transfer full) (nullable): also results with an SQL error (PQresultStatus tells); NULL
 * with PGA_ERROR_INTERRUPTED, or PGA_ERROR_SOURCE when the connection is lost or the deadline has
 * passed
 */
PGresult *pga_libpq_exec(PGconn *conn, const char *sql, const char *const *params, int n_params,
                         gint64 deadline, GError **error);

/* (transfer full): what the server said to it, without its SQLSTATE, detail and hint. */
char *pga_libpq_message(const PGresult *result);

G_END_DECLS
