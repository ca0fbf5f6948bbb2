/* A connection to the lab on which nothing can take for ever, fill the disk or flood us with rows.
 */
#pragma once
#include "lab_internal.h"
#include <collect/libpq.h>

G_BEGIN_DECLS

typedef struct PgaSession {
    PgaLab *lab;
    PGconn *conn;
    char *conninfo;
    char *settings;           /* (nullable): statements of pga_session_set() */
    gint64 deadline;          /* g_get_monotonic_time() of all statements together; 0: none */
    guint statement_limit_ms; /* of each; 0: the lab's own statements, which have none */
    gboolean limit_hit; /* the last failure of pga_session_exec() was one of these or the disk's */
} PgaSession;

/* (transfer full): for libpq; says everything, so that neither PG* nor a service file adds to it.
 */
char *pga_session_conninfo(const PgaLab *lab, const char *dbname, const char *role);

/* @role's session in @dbname with search_path = pg_catalog, whatever the database or role says.
 * PGA_ERROR_LAB. */
PgaSession *pga_session_open(PgaLab *lab, const char *dbname, const char *role, GError **error);
void pga_session_close(PgaSession *session);

/* Another connection of the same role to the same database, with the settings that
 * pga_session_set() made, for one that a statement ended. */
gboolean pga_session_reopen(PgaSession *session, GError **error);

/* Executes @sql (the lab's own: SET …) now and whenever the session is opened again. */
gboolean pga_session_set(PgaSession *session, const char *sql, GError **error);

/**
 * pga_session_exec:
 * @params: (nullable) (array length=n_params)
 * @keep_rows: FALSE: rows are thrown away as they come
 *
 * One statement by the extended protocol.
 *
 * Returns: (nullable): also a result with an SQL error. NULL with PGA_ERROR_INTERRUPTED;
 * PGA_ERROR_LAB when the server died or its disk is full; PGA_ERROR_INPUT when the statement hit a
 * limit (limit_hit) or ended its own session: the session is of no use then
 */
PGresult *pga_session_exec(PgaSession *session, const char *sql, const char *const *params,
                           int n_params, gboolean keep_rows, GError **error);

/* The lab's own statement without rows: an SQL error is PGA_ERROR_LAB. */
gboolean pga_session_do(PgaSession *session, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Whether @result is an error; its SQLSTATE ("" when it has none); its message made printable, of
 * 500 characters at most, (transfer full). */
gboolean pga_result_failed(const PGresult *result);
const char *pga_result_sqlstate(const PGresult *result);
char *pga_result_message(const PGresult *result);
/* "(NULL, NULL)": what EXECUTE of a statement with @n parameters takes; of none nothing. */
void pga_append_nulls(GString *sql, guint n);
/* (transfer full): the first column, a row a line. */
char *pga_result_lines(const PGresult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSession, pga_session_close)

G_END_DECLS
