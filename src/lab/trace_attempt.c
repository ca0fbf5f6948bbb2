/* One attempt after the other to execute a statement, until nothing that a lab can supply is
 * missing.
 */
#include "base/error.h"
#include "base/text.h"
#include "trace_internal.h"
#include <string.h>

gboolean
pga_tracer_take_error(PgaLintTrace *trace, const PGresult *result)
{
    g_autofree char *message = NULL;

    trace->executed = !pga_result_failed(result);
    if (trace->executed)
        return FALSE;
    message = pga_result_message(result);
    g_free(trace->error);
    trace->error = g_strdup_printf("%s: %s", pga_result_sqlstate(result), message);
    return TRUE;
}

gboolean
pga_tracer_in_block(const PgaTracer *tracer)
{
    return PQtransactionStatus(tracer->session->conn) != PQTRANS_IDLE;
}

/* A session that a limit or the statement itself ended takes its transaction with it. */
static gboolean
revive(PgaTracer *tracer, PgaLintTrace *trace, GError *cause, GError **error)
{
    if (!g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
        g_propagate_error(error, g_error_copy(cause));
        return FALSE;
    }
    g_free(trace->error);
    trace->error = g_strdup_printf("%s; its transaction is lost", cause->message);
    trace->executed = FALSE;
    tracer->opened = FALSE;
    return pga_session_reopen(tracer->session, error) && pga_tracer_load(tracer, FALSE, error);
}

/* A new lock makes the session hear of roles that others made since its transaction began. */
static gboolean
set_savepoint(PgaTracer *tracer, gboolean hear, GError **error)
{
    g_autoptr(PGresult) heard = NULL;

    if (!pga_session_do(tracer->session, error, "SAVEPOINT " PGA_TRACE_SAVEPOINT))
        return FALSE;
    if (hear)
        heard = pga_tracer_query(tracer, "SELECT FROM pg_catalog.pg_roles LIMIT 0", error);
    return !hear || heard;
}

/* The role of OWNER TO must be allowed to make things in the schema, which belongs to ours. */
static gboolean
supply_owner(PgaTracer *tracer, const PgaHead *head, const PGresult *result, gboolean *supplied,
             GError **error)
{
    const char *const prefix = "permission denied for schema ";
    g_autofree char *message = pga_result_message(result);
    g_autofree char *schema = NULL, *role = NULL, *sql = NULL;
    g_autoptr(PGresult) granted = NULL;

    if (strcmp(pga_result_sqlstate(result), "42501") != 0 || !g_str_has_prefix(message, prefix) ||
        strcmp(head->tail[0], "owner") != 0)
        return TRUE;
    schema = pga_quote_identifier(message + strlen(prefix));
    role = pga_quote_identifier(head->tail[2]);
    sql = g_strdup_printf("GRANT CREATE ON SCHEMA %s TO %s", schema, role);
    granted = pga_session_exec(tracer->session, sql, NULL, 0, FALSE, error);
    *supplied = granted && !pga_result_failed(granted);
    return granted && (*supplied || pga_session_do(tracer->session, error,
                                                   "ROLLBACK TO SAVEPOINT " PGA_TRACE_SAVEPOINT));
}

static gboolean
supply(PgaTracer *tracer, const PgaHead *head, const PGresult *result, gboolean *supplied,
       GError **error)
{
    return pga_loader_supply(&tracer->loader, result, supplied, error) &&
           (*supplied || !pga_tracer_in_block(tracer) ||
            supply_owner(tracer, head, result, supplied, error));
}

/* Once. Of an error, whether it is worth another attempt; of a failure in a block it is as before.
 */
static PGresult *
attempt(PgaTracer *tracer, const char *sql, const PgaHead *head, gboolean *again, GError **error)
{
    const gboolean block = pga_tracer_in_block(tracer);
    g_autoptr(PGresult) result = NULL;

    if (block && !set_savepoint(tracer, *again, error))
        return NULL;
    *again = FALSE;
    result = pga_session_exec(tracer->session, sql, NULL, 0, FALSE, error);
    if (!result || !pga_result_failed(result))
        return g_steal_pointer(&result);
    if ((block &&
         !pga_session_do(tracer->session, error, "ROLLBACK TO SAVEPOINT " PGA_TRACE_SAVEPOINT)) ||
        !supply(tracer, head, result, again, error))
        return NULL;
    return g_steal_pointer(&result);
}

PGresult *
pga_tracer_attempt(PgaTracer *tracer, const char *sql, const PgaHead *head, PgaLintTrace *trace,
                   GError **error)
{
    enum { MAX_ATTEMPTS = 64 };
    g_autoptr(PGresult) result = NULL;
    gboolean again = FALSE;
    guint n = 0;

    do {
        g_autoptr(GError) cause = NULL;

        g_clear_pointer(&result, PQclear);
        result = attempt(tracer, sql, head, &again, &cause);
        if (!result) {
            revive(tracer, trace, cause, error);
            return NULL;
        }
    } while (again && ++n < MAX_ATTEMPTS);
    return g_steal_pointer(&result);
}
