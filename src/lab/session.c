/* Executing in the lab under watch: between polls of the socket somebody looks at the clock, the
 * disk and Ctrl-C. Rows nobody wants are thrown away one by one, because a stranger's SELECT can
 * return any number. */
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "session_internal.h"
#include <errno.h>
#include <poll.h>
#include <string.h>

enum {
    CONNECT_LIMIT_S = 10,
    POLL_MS = 100,
    DISK_INTERVAL_US = 150000,
    DISK_SHARE = 20, /* at most a twentieth of the time goes into looking at the disk */
    CANCEL_GRACE_US = 500000,
    MAX_MESSAGE = 500,
};

typedef enum { WAIT_DATA, WAIT_STOP, WAIT_LOST } WaitResult;

static void
append_option(GString *conninfo, const char *keyword, const char *value)
{
    g_string_append_printf(conninfo, "%s%s='", conninfo->len > 0 ? " " : "", keyword);
    for (const char *p = value; *p; p++) {
        if (*p == '\'' || *p == '\\')
            g_string_append_c(conninfo, '\\');
        g_string_append_c(conninfo, *p);
    }
    g_string_append_c(conninfo, '\'');
}

/* (nullable): NULL for what is left to libpq's compiled-in default */
static const char *
option_value(const PgaLab *lab, const char *keyword, const char *dbname, const char *role)
{
    const struct {
        const char *keyword, *value;
    } ours[] = {
        {"host", pga_directory_get_path(lab->directory)},
        {"port", "5432"},
        {"dbname", dbname},
        {"user", role},
        {"connect_timeout", "10"},
        {"client_encoding", "UTF8"},
        {"options", "-c search_path=pg_catalog"},
        {"application_name", "pgarchitect"},
        {"password", "unused"}, /* so that nobody's password file is read */
        {"sslmode", "disable"},
        {"gssencmode", "disable"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(ours); i++)
        if (strcmp(ours[i].keyword, keyword) == 0)
            return ours[i].value;
    return NULL;
}

/* Every keyword this libpq knows is given a value: PGHOSTADDR or a service file would otherwise add
 * to ours, and what is meant for the lab would reach another server. */
char *
pga_session_conninfo(const PgaLab *lab, const char *dbname, const char *role)
{
    PQconninfoOption *known = PQconndefaults();
    GString *conninfo = g_string_new(NULL);

    for (const PQconninfoOption *option = known; option && option->keyword; option++) {
        const char *value = option_value(lab, option->keyword, dbname, role);

        if (!g_str_has_prefix(option->keyword, "service") &&
            (value || option->compiled || strcmp(option->keyword, "hostaddr") == 0))
            append_option(conninfo, option->keyword,
                          value              ? value
                          : option->compiled ? option->compiled
                                             : "");
    }
    PQconninfoFree(known);
    return g_string_free(conninfo, FALSE);
}

static void
ignore_notice(void *data G_GNUC_UNUSED, const PGresult *result G_GNUC_UNUSED)
{
}

/* PQconnectdb() would print warnings that a session begins with: of settings that the lab's version
 * does not take. */
static PGconn *
connect_quietly(const char *conninfo)
{
    const gint64 deadline = g_get_monotonic_time() + CONNECT_LIMIT_S * G_TIME_SPAN_SECOND;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    PGconn *conn = PQconnectStart(conninfo);

    PQsetNoticeReceiver(conn, ignore_notice, NULL);
    while (PQstatus(conn) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
           status != PGRES_POLLING_FAILED && g_get_monotonic_time() < deadline) {
        struct pollfd fd = {PQsocket(conn), status == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};

        if (poll(&fd, 1, POLL_MS) > 0)
            status = PQconnectPoll(conn);
    }
    return conn;
}

static gboolean
connect_to_lab(PgaSession *session, GError **error)
{
    session->conn = connect_quietly(session->conninfo);
    if (PQstatus(session->conn) == CONNECTION_OK)
        return TRUE;
    if (pga_lab_alive(session->lab, error)) {
        g_autofree char *line = pga_last_line(PQerrorMessage(session->conn));

        if (pga_server_ran_out_of_disk(session->lab, error))
            return FALSE;
        pga_error_set(error, PGA_ERROR_LAB, "could not connect to the lab's server");
        pga_error_detail(error, "%s", line ? line : "No reason was given.");
    }
    return FALSE;
}

PgaSession *
pga_session_open(PgaLab *lab, const char *dbname, const char *role, GError **error)
{
    g_autoptr(PgaSession) session = g_new0(PgaSession, 1);

    session->lab = lab;
    session->conninfo = pga_session_conninfo(lab, dbname, role);
    return connect_to_lab(session, error) ? g_steal_pointer(&session) : NULL;
}

gboolean
pga_session_reopen(PgaSession *session, GError **error)
{
    PQfinish(session->conn);
    return connect_to_lab(session, error) &&
           (!session->settings || pga_session_do(session, error, "%s", session->settings));
}

gboolean
pga_session_set(PgaSession *session, const char *sql, GError **error)
{
    g_free(session->settings);
    session->settings = g_strdup(sql);
    return pga_session_do(session, error, "%s", sql);
}

void
pga_session_close(PgaSession *session)
{
    if (!session)
        return;
    PQfinish(session->conn);
    g_free(session->conninfo);
    g_free(session->settings);
    g_free(session);
}

/* Reads what is left; TRUE when the statement has ended, or its session is of no use. */
static gboolean
drain(PGconn *conn, gint64 grace_us)
{
    const gint64 deadline = g_get_monotonic_time() + grace_us;

    while (g_get_monotonic_time() < deadline && PQstatus(conn) == CONNECTION_OK) {
        struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};

        while (!PQisBusy(conn)) {
            g_autoptr(PGresult) result = PQgetResult(conn);

            if (!result)
                return TRUE;
        }
        if (poll(&fd, 1, POLL_MS) > 0 && !PQconsumeInput(conn))
            return TRUE;
    }
    return PQstatus(conn) != CONNECTION_OK;
}

static void
cancel(PGconn *conn)
{
    char reason[256];
    PGcancel *request = PQgetCancel(conn);

    if (request)
        PQcancel(request, reason, sizeof reason);
    PQfreeCancel(request);
}

/* Ends what runs: politely, then by ending its session, then by ending the server. */
static void
stop_statement(PgaSession *session)
{
    PgaSession *admin = session->lab->admin;
    g_autofree char *terminate = NULL;

    cancel(session->conn);
    if (drain(session->conn, CANCEL_GRACE_US))
        return;
    terminate =
        g_strdup_printf("SELECT pg_catalog.pg_terminate_backend(%d)", PQbackendPID(session->conn));
    if (admin && admin != session && PQsendQuery(admin->conn, terminate) &&
        drain(admin->conn, CANCEL_GRACE_US) && drain(session->conn, CANCEL_GRACE_US))
        return;
    pga_server_stop(session->lab);
}

static gboolean
check_time(PgaSession *session, gint64 now, gint64 deadline, GError **error)
{
    if (session->deadline > 0 && now >= session->deadline) {
        session->limit_hit = TRUE;
        pga_error_set(error, PGA_ERROR_INPUT, "the script exceeded the lab's limit of %u s",
                      session->lab->load_limit_ms / 1000);
        return FALSE;
    }
    if (deadline > 0 && now >= deadline) {
        session->limit_hit = TRUE;
        pga_error_set(error, PGA_ERROR_INPUT, "a statement exceeded the lab's limit of %.3g s",
                      session->statement_limit_ms / 1000.0);
        return FALSE;
    }
    return TRUE;
}

static void
set_disk_limit_hit(PgaSession *session, GError **error)
{
    session->limit_hit = TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "the script exceeded the lab's limit of %.3g MB of disk",
                  (double)session->lab->disk_limit_bytes / 1e6);
}

gboolean
pga_lab_is_full(PgaLab *lab, gint64 now)
{
    gint64 used, spent;

    if (now < lab->next_disk_check)
        return FALSE;
    used = pga_directory_disk_usage(pga_directory_get_path(lab->directory));
    spent = g_get_monotonic_time() - now;
    lab->next_disk_check = now + MAX(DISK_INTERVAL_US, spent * DISK_SHARE);
    return used > lab->disk_limit_bytes;
}

static gboolean
check_disk(PgaSession *session, gint64 now, GError **error)
{
    if (!pga_lab_is_full(session->lab, now))
        return TRUE;
    set_disk_limit_hit(session, error);
    return FALSE;
}

static gboolean
within_limits(PgaSession *session, gint64 deadline, GError **error)
{
    const gint64 now = g_get_monotonic_time();

    return !pga_interrupt_check(error) && check_time(session, now, deadline, error) &&
           (session->statement_limit_ms == 0 || check_disk(session, now, error));
}

/* Until a result can be had without blocking. */
static WaitResult
wait_for_result(PgaSession *session, gint64 deadline, GError **error)
{
    for (;;) {
        struct pollfd fds[] = {
            {.fd = PQsocket(session->conn), .events = POLLIN},
            {.fd = pga_interrupt_fd(), .events = POLLIN},
        };

        if (!within_limits(session, deadline, error))
            return WAIT_STOP;
        if (!PQisBusy(session->conn))
            return WAIT_DATA;
        if (poll(fds, G_N_ELEMENTS(fds), POLL_MS) < 0 && errno != EINTR)
            return WAIT_LOST;
        if (fds[0].revents == 0)
            continue;
        if (!PQconsumeInput(session->conn))
            return WAIT_LOST;
    }
}

/* A statement never leads into COPY here, unless by a way we do not know: the session is given up
 * then. */
static gboolean
is_copy(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

static PGresult *
collect_results(PgaSession *session, gint64 deadline, WaitResult *how, GError **error)
{
    g_autoptr(PGresult) last = NULL;

    while ((*how = wait_for_result(session, deadline, error)) == WAIT_DATA) {
        PGresult *result = PQgetResult(session->conn);

        if (!result)
            return g_steal_pointer(&last);
        if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
            PQclear(result);
            continue;
        }
        PQclear(last);
        last = result;
        if (is_copy(result)) {
            *how = WAIT_LOST;
            return NULL;
        }
    }
    return NULL;
}

static void
set_lost(PgaSession *session, GError **error)
{
    enum { CRASH_GRACE_MS = 1000, STEP_MS = 10, STEP_US = 10000 };

    /* after a crash the connection is gone a moment before the postmaster is */
    for (guint waited = 0; waited < CRASH_GRACE_MS; waited += STEP_MS) {
        if (!pga_lab_alive(session->lab, error))
            return;
        g_usleep(STEP_US);
    }
    pga_error_set(error, PGA_ERROR_INPUT, "a statement ended its own session");
}

/* RLIMIT_FSIZE was faster than the watch. A write that it cuts short is "disk full" to mdextend().
 */
static gboolean
is_file_limit(const PGresult *result, const char *message)
{
    return g_str_has_suffix(message, "File too large") ||
           (strcmp(pga_result_sqlstate(result), "53100") == 0 && strstr(message, "wrote only"));
}

static PGresult *
judge(PgaSession *session, PGresult *result, GError **error)
{
    g_autofree char *message = NULL;

    if (!result || PQstatus(session->conn) != CONNECTION_OK) {
        PQclear(result);
        set_lost(session, error);
        return NULL;
    }
    if (!pga_result_failed(result))
        return result;
    message = pga_result_message(result);
    if (session->statement_limit_ms > 0 && is_file_limit(result, message)) {
        PQclear(result);
        set_disk_limit_hit(session, error);
        return NULL;
    }
    if (strcmp(pga_result_sqlstate(result), "53100") != 0)
        return result;
    PQclear(result);
    pga_disk_set_full(session->lab, message, error);
    return NULL;
}

PGresult *
pga_session_exec(PgaSession *session, const char *sql, const char *const *params, int n_params,
                 gboolean keep_rows, GError **error)
{
    const gint64 deadline =
        session->statement_limit_ms > 0
            ? g_get_monotonic_time() + (gint64)session->statement_limit_ms * 1000
            : 0;
    WaitResult how = WAIT_LOST;
    PGresult *result;

    session->limit_hit = FALSE;
    if (!PQsendQueryParams(session->conn, sql, n_params, NULL, params, NULL, NULL, 0)) {
        set_lost(session, error);
        return NULL;
    }
    if (!keep_rows)
        PQsetSingleRowMode(session->conn);
    result = collect_results(session, deadline, &how, error);
    if (how == WAIT_STOP) {
        stop_statement(session);
        return NULL;
    }
    return judge(session, how == WAIT_LOST ? NULL : result, error);
}

gboolean
pga_session_do(PgaSession *session, GError **error, const char *format, ...)
{
    g_autofree char *sql = NULL;
    g_autofree char *message = NULL;
    g_autoptr(PGresult) result = NULL;
    va_list args;

    va_start(args, format);
    sql = g_strdup_vprintf(format, args);
    va_end(args);
    result = pga_session_exec(session, sql, NULL, 0, FALSE, error);
    if (!result)
        return FALSE;
    if (!pga_result_failed(result))
        return TRUE;
    message = pga_result_message(result);
    pga_error_set(error, PGA_ERROR_LAB, "the lab could not be prepared");
    pga_error_detail(error, "%s: %s.", sql, message);
    return FALSE;
}

gboolean
pga_result_failed(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);

    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
           status != PGRES_SINGLE_TUPLE && status != PGRES_EMPTY_QUERY;
}

const char *
pga_result_sqlstate(const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    return sqlstate ? sqlstate : "";
}

void
pga_append_nulls(GString *sql, guint n)
{
    for (guint i = 0; i < n; i++)
        g_string_append(sql, i == 0 ? "(NULL" : ", NULL");
    if (n > 0)
        g_string_append_c(sql, ')');
}

char *
pga_result_lines(const PGresult *result)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < PQntuples(result); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", PQgetvalue(result, i, 0));
    return g_string_free(text, FALSE);
}

char *
pga_result_message(const PGresult *result)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    g_autofree char *head = g_strndup(message ? message : "no message", MAX_MESSAGE);
    g_autofree char *valid = g_utf8_make_valid(head, -1);

    return pga_text_printable(valid);
}
