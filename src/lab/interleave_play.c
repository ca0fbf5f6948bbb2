/* Statements sent without waiting for them: one that waits is told by the server's own list of who
 * blocks whom, not by a clock, and goes on when the other process has let it. */
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "interleave_internal.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_MS = 2, /* between two looks at a statement that is under way */
    INT8 = 20,   /* type oids: server's pg_type.dat */
    INT2 = 21,
    INT4 = 23,
    OID = 26,
    FLOAT4 = 700,
    FLOAT8 = 701,
    NUMERIC = 1700,
    BOOLEAN = 16,
};

/** One run of some steps. */
typedef struct {
    PgaInterleavingProcess *processes;
    gint64 deadline; /* g_get_monotonic_time() */
    char *failure;   /* (nullable) */
} Play;

/* (transfer full): a value of a row as SQL. */
static char *
literal(const PGresult *result, int column)
{
    const char *text = PQgetvalue(result, 0, column);

    if (PQgetisnull(result, 0, column))
        return g_strdup("NULL");
    switch (PQftype(result, column)) {
    case BOOLEAN:
        return g_strdup(*text == 't' ? "TRUE" : "FALSE");
    case INT8:
    case INT2:
    case INT4:
    case OID:
    case FLOAT4:
    case FLOAT8:
    case NUMERIC:
        if (g_ascii_isdigit(*text))
            return g_strdup(text);
        if (*text == '-' && g_ascii_isdigit(text[1]))
            return g_strdup_printf("(%s)", text);
        return pga_quote_literal(text);
    default:
        return pga_quote_literal(text);
    }
}

static gboolean
is_name(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* (nullable): the value that a name at @colon stands for; @end: behind it. */
static const char *
value_at(const char *sql, const char *colon, GHashTable *values, const char **end)
{
    g_autofree char *name = NULL;

    *end = colon + 1;
    if (*colon != ':' || (colon > sql && colon[-1] == ':'))
        return NULL;
    while (is_name(**end))
        (*end)++;
    name = g_strndup(colon + 1, (gsize)(*end - colon - 1));
    return g_hash_table_lookup(values, name);
}

/* (transfer full): @sql with values in the place of names; those in strings and quoted identifiers
 * are none, nor is what follows "::". */
static char *
expand(const char *sql, GHashTable *values)
{
    GString *text = g_string_new(NULL);
    char quote = '\0';

    for (const char *c = sql, *end; *c; c = end) {
        const char *value = NULL;

        end = c + 1;
        if (quote != '\0')
            quote = (char)(*c == quote ? '\0' : quote);
        else if (*c == '\'' || *c == '"')
            quote = *c;
        else
            value = value_at(sql, c, values, &end);
        if (value)
            g_string_append(text, value);
        else
            g_string_append_len(text, c, end - c);
    }
    return g_string_free(text, FALSE);
}

/* Adds to what the step saw. */
static void
note(PgaInterleavingStep *step, const char *what)
{
    char *before = step->saw;

    step->saw = before ? g_strdup_printf("%s; %s", before, what) : g_strdup(what);
    g_free(before);
}

static void
note_rows(PgaInterleavingStep *step, const char *n_rows)
{
    g_autofree char *text =
        g_strdup_printf("%s %s", n_rows, strcmp(n_rows, "1") == 0 ? "row" : "rows");

    note(step, text);
}

static void
note_answer(PgaInterleavingStep *step, const PGresult *result)
{
    g_autoptr(GString) row = g_string_new(NULL);

    if (PQntuples(result) == 0) {
        note(step, "nothing");
        return;
    }
    for (int i = 0; i < PQnfields(result); i++)
        g_string_append_printf(row, "%s%s", i ? ", " : "",
                               PQgetisnull(result, 0, i) ? "NULL" : PQgetvalue(result, 0, i));
    note(step, row->str);
}

static void
take_values(PgaInterleavingProcess *process, PgaInterleavingStep *step, PGresult *result)
{
    const gboolean is_query = PQresultStatus(result) == PGRES_TUPLES_OK;
    const char *n_rows = PQcmdTuples(result);

    for (int i = 0; is_query && PQntuples(result) > 0 && i < PQnfields(result); i++)
        g_hash_table_replace(process->values, g_strdup(PQfname(result, i)), literal(result, i));
    if (!*n_rows)
        return;
    g_hash_table_replace(process->values, g_strdup("rows"), g_strdup(n_rows));
    if (is_query)
        note_answer(step, result);
    else
        note_rows(step, n_rows);
}

static gboolean
end_transaction(PgaInterleavingProcess *process, GError **error)
{
    return PQtransactionStatus(process->session->conn) == PQTRANS_IDLE ||
           pga_session_do(process->session, error, "ROLLBACK");
}

/* What a statement that has ended brought. */
static gboolean
take_result(PgaInterleavingProcess *process, PgaInterleavingStep *step, GError **error)
{
    g_autoptr(PGresult) result = PQgetResult(process->session->conn);
    g_autofree char *message = NULL;
    PGresult *more;

    process->waiting = NULL;
    while ((more = PQgetResult(process->session->conn)))
        PQclear(more);
    if (!result || PQstatus(process->session->conn) != CONNECTION_OK) {
        pga_error_set(error, PGA_ERROR_LAB, "a session of the lab was lost");
        return FALSE;
    }
    if (!pga_result_failed(result)) {
        take_values(process, step, result);
        return TRUE;
    }
    message = pga_result_message(result);
    note(step, message);
    process->has_ended = TRUE;
    return end_transaction(process, error);
}

static gboolean
is_blocked(const PgaInterleavingProcess *process, const PgaInterleavingProcess *other,
           gboolean *blocked, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT %d = ANY (pg_catalog.pg_blocking_pids(%d))",
                        PQbackendPID(other->session->conn), PQbackendPID(process->session->conn));
    g_autoptr(PGresult) row =
        pga_session_exec(process->session->lab->admin, sql, NULL, 0, TRUE, error);

    if (!row)
        return FALSE;
    *blocked = PQntuples(row) == 1 && *PQgetvalue(row, 0, 0) == 't';
    return TRUE;
}

/* Lets some time pass, or until there is something to read. */
static gboolean
wait_a_moment(Play *play, PgaInterleavingProcess *process, GError **error)
{
    struct pollfd fds[] = {
        {.fd = PQsocket(process->session->conn), .events = POLLIN},
        {.fd = pga_interrupt_fd(), .events = POLLIN},
    };

    poll(fds, G_N_ELEMENTS(fds), LOOK_MS);
    if (pga_interrupt_check(error))
        return FALSE;
    if (g_get_monotonic_time() < play->deadline)
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "two sessions of the lab took too long");
    return FALSE;
}

/* Until the statement under way has ended, or waits for the other process. */
static gboolean
follow(Play *play, PgaInterleavingProcess *process, PgaInterleavingStep *step, GError **error)
{
    const PgaInterleavingProcess *other = &play->processes[process == &play->processes[0] ? 1 : 0];
    gboolean blocked = FALSE;

    for (;;) {
        if (!PQconsumeInput(process->session->conn) || !PQisBusy(process->session->conn))
            return take_result(process, step, error);
        if (!wait_a_moment(play, process, error))
            return FALSE;
        if (!PQisBusy(process->session->conn))
            continue;
        if (!is_blocked(process, other, &blocked, error))
            return FALSE;
        if (blocked)
            break;
    }
    if (!process->waiting)
        note(step, "waits");
    process->waiting = step;
    return TRUE;
}

/* Whether the code comes to the step at all. */
static gboolean
is_taken(Play *play, PgaInterleavingProcess *process, const PgaInterleavingStep *step,
         gboolean *taken, GError **error)
{
    g_autofree char *condition = step->when ? expand(step->when, process->values) : NULL;
    g_autofree char *sql = condition ? g_strdup_printf("SELECT (%s) IS TRUE", condition) : NULL;
    g_autoptr(PGresult) row = NULL;

    *taken = !process->has_ended;
    if (!*taken || !sql)
        return TRUE;
    row = pga_session_exec(process->session, sql, NULL, 0, TRUE, error);
    if (!row)
        return FALSE;
    if (pga_result_failed(row))
        play->failure = pga_result_message(row);
    *taken = !play->failure && *PQgetvalue(row, 0, 0) == 't';
    return TRUE;
}

static gboolean
take_step(Play *play, PgaInterleavingStep *step, GError **error)
{
    PgaInterleavingProcess *process = &play->processes[step->process == 2 ? 1 : 0];
    gboolean taken = FALSE;
    char *sql;

    if (!is_taken(play, process, step, &taken, error))
        return FALSE;
    if (!taken) {
        note(step, "not done");
        g_hash_table_replace(process->values, g_strdup("rows"), g_strdup("0"));
        return TRUE;
    }
    sql = expand(step->sql, process->values);
    g_free(step->sql);
    step->sql = sql;
    if (!PQsendQueryParams(process->session->conn, sql, 0, NULL, NULL, NULL, NULL, 0)) {
        pga_error_set(error, PGA_ERROR_LAB, "a session of the lab was lost");
        return FALSE;
    }
    return follow(play, process, step, error);
}

/* Those that waited for what has just been let go. */
static gboolean
look_at_waiting(Play *play, GError **error)
{
    for (guint i = 0; i < 2; i++)
        if (play->processes[i].waiting &&
            !follow(play, &play->processes[i], play->processes[i].waiting, error))
            return FALSE;
    return TRUE;
}

/* (transfer none) (nullable): out of @left, the first that no waiting process stands in the way of.
 */
static PgaInterleavingStep *
next_step(const Play *play, GPtrArray *left)
{
    for (guint i = 0; i < left->len; i++) {
        PgaInterleavingStep *step = g_ptr_array_index(left, i);

        if (!play->processes[step->process == 2 ? 1 : 0].waiting)
            return g_ptr_array_remove_index(left, i);
    }
    return NULL;
}

/* Nothing more can be sent: the process that does not wait is at its end; where both wait the
 * server ends one of them. */
static gboolean
let_go(Play *play, GError **error)
{
    for (guint i = 0; i < 2; i++) {
        PgaInterleavingProcess *process = &play->processes[i];

        if (process->waiting ? !wait_a_moment(play, process, error)
                             : !end_transaction(process, error))
            return FALSE;
    }
    return look_at_waiting(play, error);
}

gboolean
pga_interleaving_play(PgaInterleavingProcess *processes, const GPtrArray *steps, char **failure,
                      GError **error)
{
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    Play play = {
        .processes = processes,
        .deadline =
            g_get_monotonic_time() + (gint64)processes[0].session->lab->statement_limit_ms * 1000,
    };
    gboolean good = TRUE;

    for (guint i = 0; i < steps->len; i++)
        g_ptr_array_add(left, g_ptr_array_index(steps, i));
    while (good && !play.failure &&
           (left->len > 0 || processes[0].waiting || processes[1].waiting)) {
        PgaInterleavingStep *step = next_step(&play, left);

        good = step ? take_step(&play, step, error) && look_at_waiting(&play, error)
                    : let_go(&play, error);
    }
    *failure = play.failure;
    return good && (play.failure || (end_transaction(&processes[0], error) &&
                                     end_transaction(&processes[1], error)));
}
