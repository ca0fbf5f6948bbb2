/* A statement that must not run in a block commits in between, so nobody can look at its locks
 * afterwards. Two blockers make it wait where they show: the first holds every table, so that the
 * statement's first request is seen; the second then is a writer of that table, whom the statement
 * waits for if it has phases; meanwhile the first becomes a reader of all others, to stop what
 * wants one of these alone. Whatever is held at such a moment, or seen by chance while it runs, is
 * what it takes. */
#include "base/error.h"
#include "base/interrupt.h"
#include "trace_internal.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { POLL_MS = 1, PATIENCE_US = 500000 };

static const char watch_query[] =
    "SELECT COALESCE(relation, 0), mode, granted FROM pg_catalog.pg_locks WHERE pid = $1::int AND"
    " (locktype = 'virtualxid' OR (locktype = 'relation' AND database = (SELECT oid FROM"
    " pg_catalog.pg_database WHERE datname = pg_catalog.current_database())))";

/** What was seen so far. */
typedef struct {
    PgaTracer *tracer;
    char pid[16];
    PgaOid waits_for; /* a relation; 0 */
    gboolean waits;   /* for whatever */
    gboolean done;
} Watch;

static gboolean
open_blockers(PgaTracer *tracer, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(tracer->blockers); i++) {
        if (!tracer->blockers[i])
            tracer->blockers[i] =
                pga_session_open(tracer->lab, tracer->clone->dbname, PGA_ROLE_SUPERUSER, error);
        if (!tracer->blockers[i])
            return FALSE;
    }
    return TRUE;
}

/* (nullable) (transfer full): LOCK of all tables but @but; NULL when there is none */
static char *
lock_all(const PgaTracer *tracer, PgaOid but, const char *mode)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, tracer->relations);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const PgaTraced *traced = value;

        if ((traced->kind == 'r' || traced->kind == 'p') && traced->oid != but)
            g_string_append_printf(sql, "%s%s", sql->len > 0 ? ", ONLY " : "LOCK TABLE ONLY ",
                                   traced->qualified);
    }
    if (sql->len == 0)
        return NULL;
    g_string_append_printf(sql, " IN %s", mode);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static gboolean
block_all(PgaTracer *tracer, GError **error)
{
    g_autofree char *sql = lock_all(tracer, 0, "ACCESS EXCLUSIVE MODE");

    return pga_session_do(tracer->blockers[0], error, "BEGIN") &&
           (!sql || pga_session_do(tracer->blockers[0], error, "%s", sql));
}

static gboolean
look(Watch *watch, GError **error)
{
    const char *const params[] = {watch->pid};
    g_autoptr(PGresult) rows =
        pga_session_exec(watch->tracer->clone->admin, watch_query, params, 1, TRUE, error);

    watch->waits = FALSE;
    if (!rows)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++) {
        const PgaOid oid = (PgaOid)strtoul(PQgetvalue(rows, i, 0), NULL, 10);
        PgaTraced *traced = g_hash_table_lookup(watch->tracer->relations, GUINT_TO_POINTER(oid));

        if (traced)
            traced->modes |= pga_lock_bit(PQgetvalue(rows, i, 1));
        if (*PQgetvalue(rows, i, 2) != 'f')
            continue;
        watch->waits = TRUE;
        watch->waits_for = traced ? oid : 0;
    }
    return TRUE;
}

/* Looks until the statement waits or is done, or for as long as patience lasts. */
static gboolean
watch_until(Watch *watch, gboolean waits, gint64 patience, GError **error)
{
    PGconn *conn = watch->tracer->session->conn;
    const gint64 deadline = g_get_monotonic_time() + patience;

    do {
        struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};

        if (pga_interrupt_check(error) || !look(watch, error))
            return FALSE;
        if (poll(&fd, 1, POLL_MS) > 0 && !PQconsumeInput(conn))
            watch->done = TRUE;
        if (!PQisBusy(conn))
            watch->done = TRUE;
    } while (!watch->done && !(waits && watch->waits) && g_get_monotonic_time() < deadline);
    return TRUE;
}

/* What stops the statement once more: a writer, whom it waits for between its phases; after a first
 * look in a weak mode, as VACUUM takes it, whatever conflicts with the real one. */
static const char *
second_mode(const PgaTraced *traced)
{
    return traced->modes > pga_lock_bit("AccessShareLock") ? "ROW EXCLUSIVE"
                                                           : "SHARE ROW EXCLUSIVE";
}

/* Whether @session waits for a lock by now. */
static gboolean
is_queued(Watch *watch, const PgaSession *session, gboolean *queued, GError **error)
{
    char pid[16];
    const char *const params[] = {pid};
    g_autoptr(PGresult) rows = NULL;

    g_snprintf(pid, sizeof pid, "%d", PQbackendPID(session->conn));
    rows = pga_session_exec(watch->tracer->clone->admin,
                            "SELECT FROM pg_catalog.pg_locks WHERE pid = $1::int AND NOT granted",
                            params, 1, TRUE, error);
    *queued = rows && PQntuples(rows) > 0;
    return rows != NULL;
}

static gboolean
wait_until_queued(Watch *watch, const PgaSession *session, GError **error)
{
    const gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
    gboolean queued = FALSE;

    while (!queued && g_get_monotonic_time() < deadline)
        if (!is_queued(watch, session, &queued, error))
            return FALSE;
    return TRUE;
}

/* The second blocker queues behind the statement before the first one lets both go. */
static gboolean
swap_blockers(Watch *watch, GError **error)
{
    PgaTracer *tracer = watch->tracer;
    const PgaTraced *traced =
        g_hash_table_lookup(tracer->relations, GUINT_TO_POINTER(watch->waits_for));
    g_autofree char *sql = NULL;

    if (traced && (traced->kind == 'r' || traced->kind == 'p')) {
        sql = g_strdup_printf("LOCK TABLE ONLY %s IN %s MODE", traced->qualified,
                              second_mode(traced));
        if (!pga_session_do(tracer->blockers[1], error, "BEGIN") ||
            !PQsendQuery(tracer->blockers[1]->conn, sql))
            return FALSE;
        PQflush(tracer->blockers[1]->conn);
        if (!wait_until_queued(watch, tracer->blockers[1], error))
            return FALSE;
    }
    return pga_session_do(tracer->blockers[0], error, "ROLLBACK");
}

static gboolean
release_writer(PgaTracer *tracer, GError **error)
{
    PGconn *conn = tracer->blockers[1]->conn;
    PGresult *result;

    while ((result = PQgetResult(conn)))
        PQclear(result);
    return PQtransactionStatus(conn) == PQTRANS_IDLE ||
           pga_session_do(tracer->blockers[1], error, "ROLLBACK");
}

/* The first blocker reads all other tables, if it may at once. */
static gboolean
read_others(const Watch *watch, PgaOid but, GError **error)
{
    PgaTracer *tracer = watch->tracer;
    PgaSession *reader = tracer->blockers[0];
    g_autofree char *sql = lock_all(tracer, but, "ACCESS SHARE MODE NOWAIT");
    g_autoptr(PGresult) result = NULL;

    if (!pga_session_do(reader, error, "BEGIN"))
        return FALSE;
    if (sql)
        result = pga_session_exec(reader, sql, NULL, 0, FALSE, error);
    return !sql || result;
}

/* While the writer waits in its turn for the statement, there is nothing to release. */
static gboolean
watch_phases(Watch *watch, PgaOid first, GError **error)
{
    PgaTracer *tracer = watch->tracer;

    return read_others(watch, first, error) && release_writer(tracer, error) &&
           watch_until(watch, TRUE, PATIENCE_US, error) &&
           pga_session_do(tracer->blockers[0], error, "ROLLBACK");
}

static gboolean
watch_statement(Watch *watch, GError **error)
{
    PgaTracer *tracer = watch->tracer;
    const gint64 limit = (gint64)tracer->lab->statement_limit_ms * 1000;
    PgaOid first;

    if (!watch_until(watch, TRUE, PATIENCE_US, error))
        return FALSE;
    first = watch->waits_for;
    return swap_blockers(watch, error) && watch_until(watch, TRUE, PATIENCE_US, error) &&
           (watch->done || watch_phases(watch, first, error)) &&
           watch_until(watch, FALSE, limit, error) && release_writer(tracer, error);
}

/* (nullable): the last result. */
static PGresult *
take_result(PGconn *conn)
{
    PGresult *last = NULL, *result;

    while ((result = PQgetResult(conn))) {
        PQclear(last);
        last = result;
    }
    return last;
}

static void
set_lost(PgaLintTrace *trace, const char *why)
{
    g_free(trace->error);
    trace->executed = FALSE;
    trace->error = g_strdup(why);
}

static gboolean
finish(Watch *watch, PgaLintTrace *trace, GError **error)
{
    PgaSession *session = watch->tracer->session;
    g_autoptr(PGresult) result = watch->done ? take_result(session->conn) : NULL;

    if (!result || PQstatus(session->conn) != CONNECTION_OK) {
        set_lost(trace, watch->done ? "a statement ended its own session"
                                    : "a statement exceeded the lab's limit of time");
        return pga_session_reopen(session, error);
    }
    pga_tracer_take_error(trace, result);
    return PQtransactionStatus(session->conn) == PQTRANS_IDLE ||
           pga_session_do(session, error, "ROLLBACK");
}

/* Whatever has another file than before. */
static void
compare_files(GHashTable *before, GHashTable *after, PgaLintTrace *trace)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, before);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const PgaTraced *old = value, *new = g_hash_table_lookup(after, key);

        if (!new || new->filenode == old->filenode)
            continue;
        if (pga_traced_is_index(old))
            g_ptr_array_add(trace->rebuilt, g_strdup(old->name));
        else if (pga_traced_is_table(old))
            g_ptr_array_add(trace->rewritten, g_strdup(old->name));
    }
}

/* REINDEX CONCURRENTLY makes a new index of the old name. */
static void
compare_names(GHashTable *before, GHashTable *after, PgaLintTrace *trace)
{
    g_autoptr(GHashTable) made = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, after);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (pga_traced_is_index(value) && !g_hash_table_contains(before, key))
            g_hash_table_add(made, ((PgaTraced *)value)->qualified);
    g_hash_table_iter_init(&iter, before);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (!g_hash_table_contains(after, key) &&
            g_hash_table_contains(made, ((PgaTraced *)value)->qualified))
            g_ptr_array_add(trace->rebuilt, g_strdup(((PgaTraced *)value)->name));
}

static gint
compare_traced(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const PgaTraced *const *)a)->qualified,
                  (*(const PgaTraced *const *)b)->qualified);
}

/* By name: hash order is nobody's. */
static void
take_locks(GHashTable *relations, GHashTable *scanned, PgaLintTrace *trace)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, relations);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(all, value);
    g_ptr_array_sort(all, compare_traced);
    for (guint i = 0; i < all->len; i++) {
        const PgaTraced *old = g_ptr_array_index(all, i), *new;

        pga_locks_add(trace->locks, old, old->modes, FALSE);
        pga_locks_add(trace->held, old, old->modes, TRUE);
        trace->blocked_reads |= pga_locks_block_reads(old->modes) && !pga_traced_is_index(old);
        trace->blocked_writes |= pga_locks_block_writes(old->modes) && !pga_traced_is_index(old);
        key = GUINT_TO_POINTER(old->oid);
        new = g_hash_table_lookup(scanned, key);
        if (new &&pga_traced_is_table(old) && new->scans > old->scans)
            g_ptr_array_add(trace->scanned, g_strdup(old->name));
    }
}

/* Counters of a session are sent away when it is idle, but not again within half a second: sending
 * those of a query before makes sure that ours stay. */
static gboolean
count_before(PgaTracer *tracer, GError **error)
{
    return pga_session_do(tracer->session, error, "SELECT FROM pg_catalog.pg_class") &&
           pga_tracer_count_scans(tracer, TRUE, error);
}

static gboolean
compare(PgaTracer *tracer, PgaLintTrace *trace, GError **error)
{
    g_autoptr(GHashTable) before = g_hash_table_ref(tracer->relations);

    if (!pga_tracer_load(tracer, FALSE, error) || !pga_tracer_count_scans(tracer, TRUE, error))
        return FALSE;
    if (!trace->executed)
        return TRUE;
    take_locks(before, tracer->relations, trace);
    compare_files(before, tracer->relations, trace);
    compare_names(before, tracer->relations, trace);
    pga_trace_sort(trace);
    return TRUE;
}

gboolean
pga_tracer_run_alone(PgaTracer *tracer, const char *sql, PgaLintTrace *trace, GError **error)
{
    Watch watch = {.tracer = tracer};

    trace->sampled = TRUE;
    g_snprintf(watch.pid, sizeof watch.pid, "%d", PQbackendPID(tracer->session->conn));
    if (!open_blockers(tracer, error) || !count_before(tracer, error) || !block_all(tracer, error))
        return FALSE;
    if (!PQsendQueryParams(tracer->session->conn, sql, 0, NULL, NULL, NULL, NULL, 0)) {
        pga_error_set(error, PGA_ERROR_LAB, "a statement could not be sent to the lab's server");
        return FALSE;
    }
    return watch_statement(&watch, error) && finish(&watch, trace, error) &&
           compare(tracer, trace, error);
}
