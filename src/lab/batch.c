/* libpq's pipeline mode with a Sync behind each statement: no round trip is waited for, and an
 * error stays with its statement. */
#include "base/error.h"
#include "base/interrupt.h"
#include "batch_internal.h"
#include <poll.h>
#include <string.h>

enum { IN_FLIGHT = 64, POLL_MS = 100, MAX_SESSIONS = 8, GRACE_US = 2000000 };

typedef struct {
    char *sql;
    char **answer, **failure;
} Job;

struct PgaBatch {
    GArray *jobs;    /* of Job, as they were added */
    GArray *lane_of; /* of guint, parallel */
};

/** One session and what it has to do. */
typedef struct {
    PgaSession *session;
    GArray *jobs; /* of Job, borrowed */
    guint sent;   /* jobs[0 .. sent) are on their way or done */
    guint done;   /* their Sync has come back */
    gint64 since; /* g_get_monotonic_time(): the last time that one came */
} Worker;

static void
job_clear(gpointer data)
{
    g_free(((Job *)data)->sql);
}

PgaBatch *
pga_batch_new(void)
{
    PgaBatch *batch = g_new0(PgaBatch, 1);

    batch->jobs = g_array_new(FALSE, FALSE, sizeof(Job));
    g_array_set_clear_func(batch->jobs, job_clear);
    batch->lane_of = g_array_new(FALSE, FALSE, sizeof(guint));
    return batch;
}

void
pga_batch_free(PgaBatch *batch)
{
    if (!batch)
        return;
    g_array_unref(batch->jobs);
    g_array_unref(batch->lane_of);
    g_free(batch);
}

void
pga_batch_add(PgaBatch *batch, guint lane, char *sql, char **failure)
{
    pga_batch_ask(batch, lane, sql, NULL, failure);
}

void
pga_batch_ask(PgaBatch *batch, guint lane, char *sql, char **answer, char **failure)
{
    Job job = {0};

    job.sql = sql;
    job.answer = answer;
    job.failure = failure;
    if (answer)
        g_clear_pointer(answer, g_free);
    if (failure)
        g_clear_pointer(failure, g_free);
    g_array_append_val(batch->jobs, job);
    g_array_append_val(batch->lane_of, lane);
}

static void
fail(const Job *job, char *message)
{
    if (job->failure && !*job->failure)
        *job->failure = message;
    else
        g_free(message);
}

/* Sends what fits; FALSE when the connection is lost. */
static gboolean
send_some(Worker *worker)
{
    PGconn *conn = worker->session->conn;

    while (worker->sent < worker->jobs->len && worker->sent - worker->done < IN_FLIGHT) {
        const Job *job = &g_array_index(worker->jobs, Job, worker->sent);

        if (!PQsendQueryParams(conn, job->sql, 0, NULL, NULL, NULL, NULL, 0) ||
            !PQpipelineSync(conn))
            return FALSE;
        worker->sent++;
    }
    return PQflush(conn) >= 0;
}

/* A session that came here in single row mode is still in it for the first statement. */
static void
take(Worker *worker, PGresult *result)
{
    const Job *job = &g_array_index(worker->jobs, Job, worker->done);
    const ExecStatusType status = PQresultStatus(result);

    worker->since = g_get_monotonic_time();
    if (status == PGRES_PIPELINE_SYNC)
        worker->done++;
    else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)
        fail(job, pga_result_message(result));
    else if (job->answer && !*job->answer && PQntuples(result) > 0)
        *job->answer = pga_result_lines(result);
    PQclear(result);
}

/* Takes whatever has arrived; FALSE when the connection is lost. */
static gboolean
receive(Worker *worker)
{
    PGconn *conn = worker->session->conn;

    if (!PQconsumeInput(conn))
        return FALSE;
    while (worker->done < worker->sent && !PQisBusy(conn)) {
        PGresult *result = PQgetResult(conn);

        if (result)
            take(worker, result);
        else if (PQstatus(conn) != CONNECTION_OK)
            return FALSE;
    }
    return PQstatus(conn) == CONNECTION_OK;
}

static gboolean
is_finished(const Worker *worker)
{
    return worker->done == worker->jobs->len;
}

static gboolean
enter(Worker *worker, GError **error)
{
    if (PQenterPipelineMode(worker->session->conn) &&
        PQsetnonblocking(worker->session->conn, 1) == 0)
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "could not connect to the lab's server");
    pga_error_detail(error, "%s", PQerrorMessage(worker->session->conn));
    return FALSE;
}

/* After a statement that ended its own session, or had to be ended: the rest goes to a new one. */
static gboolean
recover(Worker *worker, const char *why, GError **error)
{
    fail(&g_array_index(worker->jobs, Job, worker->done), g_strdup(why));
    worker->done++;
    worker->sent = worker->done;
    worker->since = g_get_monotonic_time();
    return pga_lab_alive(worker->session->lab, error) &&
           pga_session_reopen(worker->session, error) && enter(worker, error);
}

/* The server's own clock ends a statement unless that keeps it from doing so: a function may catch
 * the error. */
static gboolean
check_time(Worker *worker, GError **error)
{
    const PgaSession *session = worker->session;
    const gint64 limit = (gint64)session->statement_limit_ms * 1000;

    if (limit == 0 || g_get_monotonic_time() - worker->since < limit + GRACE_US)
        return TRUE;
    return pga_session_do(session->lab->admin, error, "SELECT pg_catalog.pg_terminate_backend(%d)",
                          PQbackendPID(session->conn)) &&
           recover(worker, "it exceeded the lab's limit of time", error);
}

static gboolean
step(Worker *worker, gboolean readable, GError **error)
{
    if (is_finished(worker))
        return TRUE;
    if ((!readable || receive(worker)) && (is_finished(worker) || send_some(worker)))
        return is_finished(worker) || check_time(worker, error);
    return recover(worker, "the statement ended its own session", error);
}

static gboolean
all_finished(const Worker *workers, guint n)
{
    for (guint i = 0; i < n; i++)
        if (!is_finished(&workers[i]))
            return FALSE;
    return TRUE;
}

static struct pollfd
wanted(const Worker *worker)
{
    return (struct pollfd){
        .fd = is_finished(worker) ? -1 : PQsocket(worker->session->conn),
        .events = POLLIN | (PQflush(worker->session->conn) > 0 ? POLLOUT : 0),
    };
}

static gboolean
run(Worker *workers, guint n, GError **error)
{
    struct pollfd fds[MAX_SESSIONS + 1] = {0};

    for (;;) {
        for (guint i = 0; i < n; i++)
            if (!step(&workers[i], fds[i].revents != 0, error))
                return FALSE;
        if (all_finished(workers, n))
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
leave(Worker *worker)
{
    PQsetnonblocking(worker->session->conn, 0);
    PQexitPipelineMode(worker->session->conn);
}

gboolean
pga_batch_run(PgaBatch *batch, GPtrArray *sessions, GError **error)
{
    const guint n = CLAMP(sessions->len, 1, MAX_SESSIONS);
    Worker workers[MAX_SESSIONS] = {0};
    gboolean ok = TRUE;

    for (guint i = 0; i < n; i++) {
        workers[i].session = g_ptr_array_index(sessions, i);
        workers[i].since = g_get_monotonic_time();
        workers[i].jobs = g_array_new(FALSE, FALSE, sizeof(Job));
        ok = ok && enter(&workers[i], error);
    }
    for (guint i = 0; i < batch->jobs->len; i++)
        g_array_append_val(workers[g_array_index(batch->lane_of, guint, i) % n].jobs,
                           g_array_index(batch->jobs, Job, i));
    ok = ok && run(workers, n, error);
    for (guint i = 0; i < n; i++) {
        leave(&workers[i]);
        g_array_unref(workers[i].jobs);
    }
    g_array_set_size(batch->jobs, 0);
    g_array_set_size(batch->lane_of, 0);
    return ok;
}
