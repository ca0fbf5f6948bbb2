/* Asking many things of several sessions at once, pipelined: whoever is idle takes what waits. A
 * question that ends its session or goes past the limit of time costs that question only; the
 * session is opened again, and statements are prepared there again as they are needed. */
#include "base/error.h"
#include "base/interrupt.h"
#include "whatif_internal.h"
#include <poll.h>
#include <string.h>

enum {
    POLL_MS = 100,
    MAX_LINES = 8,
    MAX_ENDED = 2,           /* sessions that a task may end: the first time it may be innocent */
    GRACE_US = 2000000,      /* beyond the server's own limit of time */
    PREPARES_IN_FLIGHT = 32, /* in a session */
};

typedef enum { MESSAGE_PATH, MESSAGE_PREPARE, MESSAGE_TASK } MessageKind;

/** What was sent to a session and has not come back. */
typedef struct {
    MessageKind kind;
    gint32 statement; /* MESSAGE_PREPARE */
    PgaWhatifTask *task;
} Message;

/** A session at work. */
typedef struct {
    PgaWhatifRun *run;
    PgaWhatifLine *line;
    GQueue sent;         /* of Message *, the one that is worked on first */
    PgaWhatifTask *held; /* (nullable): waits until its statements are prepared */
    PGresult *result;    /* (nullable): of the first message */
    gint64 since;        /* g_get_monotonic_time(): the first message is worked on */
} Worker;

PgaWhatifTask *
pga_whatif_task_new(guint subject, const char *path)
{
    PgaWhatifTask *task = g_new0(PgaWhatifTask, 1);

    task->subject = subject;
    task->path = path;
    return task;
}

void
pga_whatif_task_free(PgaWhatifTask *task)
{
    if (!task)
        return;
    g_clear_pointer(&task->statements, g_array_unref);
    g_clear_pointer(&task->places, g_array_unref);
    g_free(task);
}

void
pga_whatif_run_clear(PgaWhatifRun *run)
{
    g_queue_clear_full(&run->waiting, (GDestroyNotify)pga_whatif_task_free);
}

static double
limit_seconds(const Worker *worker)
{
    return worker->line->session->lab->statement_limit_ms / 1000.0;
}

/* FALSE when the connection is lost. */
static gboolean
push(Worker *worker, MessageKind kind, gint32 statement, PgaWhatifTask *task)
{
    Message *message = g_new0(Message, 1);

    message->kind = kind;
    message->statement = statement;
    message->task = task;
    if (g_queue_is_empty(&worker->sent))
        worker->since = g_get_monotonic_time();
    g_queue_push_tail(&worker->sent, message);
    return PQpipelineSync(worker->line->session->conn) == 1;
}

static gboolean
send_path(Worker *worker, const char *path)
{
    const char *const params[] = {path};

    if (!path || worker->line->path == path)
        return TRUE;
    worker->line->path = path;
    return PQsendQueryParams(worker->line->session->conn,
                             "SELECT pg_catalog.set_config('search_path', $1, false)", 1, NULL,
                             params, NULL, NULL, 0) &&
           push(worker, MESSAGE_PATH, 0, NULL);
}

static gboolean
send_prepare(Worker *worker, gint32 statement)
{
    const PgaWhatifKept *kept = pga_whatif_kept(worker->run->whatif, statement);
    const char *const params[] = {kept->text};

    return send_path(worker, kept->path) &&
           PQsendQueryParams(worker->line->session->conn, "SELECT pgarchitect_whatif.prepare($1)",
                             1, NULL, params, NULL, NULL, 0) &&
           push(worker, MESSAGE_PREPARE, statement, NULL);
}

static gboolean
is_missing(const Worker *worker, gint32 statement)
{
    const PgaWhatifKept *kept = pga_whatif_kept(worker->run->whatif, statement);

    return kept && !kept->failure && pga_whatif_line_number(worker->line, statement) == 0;
}

/* Prepares what @task takes and the session lacks. Not again what is under way already: nothing is
 * sent before all of it has come back. */
static gboolean
send_missing(Worker *worker, const PgaWhatifTask *task)
{
    for (guint i = 0; task->statements && i < task->statements->len &&
                      g_queue_get_length(&worker->sent) < PREPARES_IN_FLIGHT;
         i++) {
        const gint32 statement = g_array_index(task->statements, gint32, i);

        if (is_missing(worker, statement) && !send_prepare(worker, statement))
            return FALSE;
    }
    return TRUE;
}

static gboolean
lacks_any(const Worker *worker, const PgaWhatifTask *task)
{
    for (guint i = 0; task->statements && i < task->statements->len; i++)
        if (is_missing(worker, g_array_index(task->statements, gint32, i)))
            return TRUE;
    return FALSE;
}

static gboolean
send_task(Worker *worker, PgaWhatifTask *task)
{
    if (!send_path(worker, task->path)) {
        g_queue_push_head(&worker->run->waiting, task);
        return FALSE;
    }
    switch (worker->run->send(worker->run, worker->line, task)) {
    case PGA_SENT:
        return push(worker, MESSAGE_TASK, 0, task);
    case PGA_NOTHING:
        pga_whatif_task_free(task);
        return TRUE;
    case PGA_LOST:
        break;
    }
    g_queue_push_head(&worker->run->waiting, task);
    return FALSE;
}

/* The task that waits for its statements, which needs the session's whole attention. FALSE when the
 * connection is lost. */
static gboolean
send_held(Worker *worker)
{
    if (lacks_any(worker, worker->held))
        return send_missing(worker, worker->held);
    return send_task(worker, g_steal_pointer(&worker->held));
}

static gboolean
send_next(Worker *worker)
{
    PgaWhatifTask *task = g_queue_pop_head(&worker->run->waiting);

    if (!lacks_any(worker, task))
        return send_task(worker, task);
    worker->held = task;
    return TRUE;
}

static gboolean
can_send(const Worker *worker)
{
    return worker->held
               ? worker->sent.length == 0
               : worker->sent.length < worker->run->depth && worker->run->waiting.length > 0;
}

static gboolean
send_some(Worker *worker)
{
    while (can_send(worker))
        if (!(worker->held ? send_held(worker) : send_next(worker)))
            return FALSE;
    return PQflush(worker->line->session->conn) >= 0;
}

static void
fail_statement(const Worker *worker, gint32 statement, char *why)
{
    PgaWhatifKept *kept = pga_whatif_kept(worker->run->whatif, statement);

    if (kept->failure)
        g_free(why);
    else
        kept->failure = why;
}

/* Strangers' functions can cancel as well as the server's clock: to us it is the same. */
static gboolean
was_cancelled(const PGresult *result)
{
    return result && strcmp(pga_result_sqlstate(result), "57014") == 0;
}

static void
finish_prepare(Worker *worker, gint32 statement, const PGresult *result)
{
    if (was_cancelled(result))
        fail_statement(worker, statement, g_strdup_printf(PGA_WHATIF_LIMIT, limit_seconds(worker)));
    else if (!result || pga_result_failed(result) || PQntuples(result) != 1)
        fail_statement(worker, statement, result ? pga_result_message(result) : g_strdup(""));
    else
        pga_whatif_line_set_number(worker->line, statement,
                                   (gint32)g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10));
}

static void
finish_task(Worker *worker, PgaWhatifTask *task, const PGresult *result)
{
    if (was_cancelled(result) || !result) {
        g_autofree char *why = g_strdup_printf(PGA_WHATIF_LIMIT, limit_seconds(worker));

        worker->run->lost(worker->run, task, why);
    } else {
        worker->run->answer(worker->run, task, result);
    }
    pga_whatif_task_free(task);
}

/* The first message's Sync has come back. */
static void
finish_message(Worker *worker)
{
    g_autofree Message *message = g_queue_pop_head(&worker->sent);
    g_autoptr(PGresult) result = g_steal_pointer(&worker->result);

    worker->since = g_get_monotonic_time();
    switch (message->kind) {
    case MESSAGE_PATH:
        break;
    case MESSAGE_PREPARE:
        finish_prepare(worker, message->statement, result);
        break;
    case MESSAGE_TASK:
        finish_task(worker, message->task, result);
        break;
    }
}

/* A session that came here in single row mode is still in it for the first statement: its one row,
 * then a result without rows, which says nothing. */
static void
keep_result(Worker *worker, PGresult *result)
{
    const gboolean is_end = worker->result &&
                            PQresultStatus(worker->result) == PGRES_SINGLE_TUPLE &&
                            PQresultStatus(result) == PGRES_TUPLES_OK;

    PQclear(is_end ? result : worker->result);
    if (!is_end)
        worker->result = result;
}

/* Takes whatever has arrived; FALSE when the connection is lost. */
static gboolean
receive(Worker *worker)
{
    PGconn *conn = worker->line->session->conn;

    if (!PQconsumeInput(conn))
        return FALSE;
    while (!g_queue_is_empty(&worker->sent) && !PQisBusy(conn)) {
        PGresult *result = PQgetResult(conn);

        if (!result) {
            if (PQstatus(conn) != CONNECTION_OK)
                return FALSE;
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            finish_message(worker);
        } else {
            keep_result(worker, result);
        }
    }
    return PQstatus(conn) == CONNECTION_OK;
}

static gboolean
enter(Worker *worker, GError **error)
{
    PGconn *conn = worker->line->session->conn;

    if (PQenterPipelineMode(conn) && PQsetnonblocking(conn, 1) == 0)
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "could not connect to the lab's server");
    pga_error_detail(error, "%s", PQerrorMessage(conn));
    return FALSE;
}

/* The session ended while it worked on @message; (nullable) @why: we ended it. */
static void
blame(Worker *worker, const Message *message, const char *why)
{
    const char *const reason = why ? why : "it ended its own session";

    if (message->kind == MESSAGE_PREPARE) {
        PgaWhatifKept *kept = pga_whatif_kept(worker->run->whatif, message->statement);

        if (++kept->n_ended >= MAX_ENDED || why)
            fail_statement(worker, message->statement, g_strdup(reason));
    } else if (message->kind == MESSAGE_TASK) {
        if (++message->task->n_ended < MAX_ENDED && !why) {
            g_queue_push_head(&worker->run->waiting, message->task);
        } else {
            worker->run->lost(worker->run, message->task, reason);
            pga_whatif_task_free(message->task);
        }
    }
}

/* What was sent waits again, in its order. */
static void
take_back(Worker *worker)
{
    Message *message;

    while ((message = g_queue_pop_tail(&worker->sent))) {
        if (message->kind == MESSAGE_TASK)
            g_queue_push_head(&worker->run->waiting, message->task);
        g_free(message);
    }
    g_clear_pointer(&worker->result, PQclear);
}

static gboolean
recover(Worker *worker, const char *why, GError **error)
{
    g_autofree Message *first = g_queue_pop_head(&worker->sent);

    take_back(worker);
    if (first)
        blame(worker, first, why);
    return pga_lab_alive(worker->line->session->lab, error) &&
           pga_whatif_line_reopen(worker->line, error) && enter(worker, error);
}

/* The server's own clock ends a statement unless that keeps it from doing so: a function may catch
 * the error. */
static gboolean
check_time(Worker *worker, GError **error)
{
    const PgaLab *lab = worker->line->session->lab;
    const gint64 limit = (gint64)lab->statement_limit_ms * 1000 + GRACE_US;
    g_autofree char *why = NULL;

    if (g_queue_is_empty(&worker->sent) || g_get_monotonic_time() - worker->since < limit)
        return TRUE;
    why = g_strdup_printf(PGA_WHATIF_LIMIT, limit_seconds(worker));
    return pga_session_do(lab->admin, error, "SELECT pg_catalog.pg_terminate_backend(%d)",
                          PQbackendPID(worker->line->session->conn)) &&
           recover(worker, why, error);
}

static gboolean
step(Worker *worker, gboolean readable, GError **error)
{
    if ((!readable || receive(worker)) && send_some(worker))
        return check_time(worker, error);
    return recover(worker, NULL, error);
}

static gboolean
all_finished(const PgaWhatifRun *run, const Worker *workers, guint n)
{
    for (guint i = 0; i < n; i++)
        if (workers[i].sent.length > 0 || workers[i].held)
            return FALSE;
    return run->waiting.length == 0;
}

static struct pollfd
wanted(Worker *worker)
{
    return (struct pollfd){
        .fd = g_queue_is_empty(&worker->sent) ? -1 : PQsocket(worker->line->session->conn),
        .events = POLLIN | (PQflush(worker->line->session->conn) > 0 ? POLLOUT : 0),
    };
}

static gboolean
work(PgaWhatifRun *run, Worker *workers, guint n, GError **error)
{
    struct pollfd fds[MAX_LINES + 1] = {0};

    for (;;) {
        for (guint i = 0; i < n; i++)
            if (!step(&workers[i], fds[i].revents != 0, error))
                return FALSE;
        if (all_finished(run, workers, n))
            return TRUE;
        for (guint i = 0; i < n; i++)
            fds[i] = wanted(&workers[i]);
        fds[n] = (struct pollfd){.fd = pga_interrupt_fd(), .events = POLLIN};
        poll(fds, n + 1, POLL_MS); /* whatever it says, the next round looks */
        if (pga_interrupt_check(error))
            return FALSE;
    }
}

static void
cancel(const Worker *worker)
{
    char reason[256];
    PGcancel *request = PQgetCancel(worker->line->session->conn);

    if (request)
        PQcancel(request, reason, sizeof reason);
    PQfreeCancel(request);
}

static void
leave(Worker *worker)
{
    if (!g_queue_is_empty(&worker->sent)) {
        cancel(worker);
        take_back(worker);
        worker->line->spoilt = TRUE;
    }
    g_clear_pointer(&worker->held, pga_whatif_task_free);
    PQsetnonblocking(worker->line->session->conn, 0);
    PQexitPipelineMode(worker->line->session->conn);
}

static gboolean
start(Worker *worker, GError **error)
{
    return (!worker->line->spoilt || pga_whatif_line_reopen(worker->line, error)) &&
           enter(worker, error);
}

gboolean
pga_whatif_run(PgaWhatifRun *run, GError **error)
{
    const guint n = MIN(run->lines->len, MAX_LINES);
    Worker workers[MAX_LINES] = {0};
    gboolean ok = !pga_interrupt_check(error);

    for (guint i = 0; i < n; i++) {
        workers[i].run = run;
        workers[i].line = g_ptr_array_index(run->lines, i);
        g_queue_init(&workers[i].sent);
        ok = ok && start(&workers[i], error);
    }
    ok = ok && work(run, workers, n, error);
    for (guint i = 0; i < n; i++)
        leave(&workers[i]);
    return ok;
}
