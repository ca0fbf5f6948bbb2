/* A history on its way through the lab: transactions as the caller states them, each statement
 * between two looks at the relations. A statement outside a block gets one of its own, in which its
 * locks can be seen, unless it refuses. */
#include "lab/trace.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "trace_internal.h"
#include <string.h>

typedef enum {
    TREAT_EXECUTE,
    TREAT_TRANSACTION, /* BEGIN, COMMIT … */
    TREAT_ROLE,        /* CREATE ROLE: one without rights is made up */
    TREAT_EXTENSION,   /* made before */
    TREAT_LEAVE,       /* roles, tablespaces, encodings: nothing for a lab to do */
    TREAT_DATABASE,    /* another one */
    TREAT_FILE,        /* the server's, or a program */
} Treatment;

static gboolean
starts_with_one_of(const PgaHead *head, const char *const *words)
{
    for (guint i = 0; words[i]; i++)
        if (pga_head_is(head, 0, words[i]))
            return TRUE;
    return FALSE;
}

static Treatment
treat_skipped(const PgaHead *head)
{
    static const char *const transaction[] = {"begin",     "start transaction", "commit",
                                              "end",       "rollback",          "abort",
                                              "savepoint", "release",           NULL};
    static const char *const execute[] = {"lock", "set transaction", "alter", NULL};
    static const char *const leave[] = {"alter tablespace", "alter extension", NULL};

    if (starts_with_one_of(head, transaction))
        return TREAT_TRANSACTION;
    return starts_with_one_of(head, execute) && !starts_with_one_of(head, leave) ? TREAT_EXECUTE
                                                                                 : TREAT_LEAVE;
}

static Treatment
treatment_of(const PgaHead *head)
{
    /* they are the superuser's here; and the session has settings of ours */
    static const char *const leave[] = {"comment on extension", "discard", "reset all", NULL};

    if (starts_with_one_of(head, leave))
        return TREAT_LEAVE;
    switch (pga_head_act(head)) {
    case PGA_ACT_SKIP:
        return treat_skipped(head);
    case PGA_ACT_ROLE:
        return TREAT_ROLE;
    case PGA_ACT_EXTENSION:
        return TREAT_EXTENSION;
    case PGA_ACT_DATABASE:
        return TREAT_DATABASE;
    case PGA_ACT_FILE:
        return TREAT_FILE;
    case PGA_ACT_EXECUTE:
    case PGA_ACT_SOFT:
    case PGA_ACT_DROP:
        break;
    }
    return TREAT_EXECUTE;
}

/* A database's own end: nobody may be connected. */
static void
drop_database(PgaLab *lab, const char *dbname)
{
    g_autoptr(GError) ignored = NULL;

    if (lab->admin && pga_lab_alive(lab, &ignored))
        pga_session_do(lab->admin, &ignored, "DROP DATABASE IF EXISTS %s", dbname);
}

void
pga_tracer_free(PgaTracer *tracer)
{
    g_autofree char *dbname =
        tracer && tracer->clone && !tracer->is_borrowed ? g_strdup(tracer->clone->dbname) : NULL;

    if (!tracer)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(tracer->blockers); i++)
        pga_session_close(tracer->blockers[i]);
    pga_session_close(tracer->session);
    if (!tracer->is_borrowed)
        pga_clone_free(tracer->clone);
    if (dbname)
        drop_database(tracer->lab, dbname);
    pga_catalog_free(tracer->nothing);
    g_hash_table_unref(tracer->loader.roles);
    g_hash_table_unref(tracer->extensions);
    g_clear_pointer(&tracer->relations, g_hash_table_unref);
    g_hash_table_unref(tracer->filled);
    g_ptr_array_unref(tracer->notes);
    g_free(tracer);
}

/* A foreign key is validated by a query whose plan hangs on the numbers of rows: here it reads both
 * tables, as it does with many. In UTC, which servers may have and clients often have not, a change
 * between timestamp and timestamptz rewrites nothing. */
static const char session_settings[] =
    "SELECT pg_catalog.set_config('search_path', '\"$user\", public', false),"
    " pg_catalog.set_config('TimeZone', 'Asia/Tokyo', false),"
    " pg_catalog.set_config('enable_indexscan', 'off', false),"
    " pg_catalog.set_config('enable_indexonlyscan', 'off', false),"
    " pg_catalog.set_config('enable_bitmapscan', 'off', false),"
    " pg_catalog.set_config('enable_mergejoin', 'off', false),"
    " pg_catalog.set_config('enable_nestloop', 'off', false)";

static gboolean
open_session(PgaTracer *tracer, GError **error)
{
    tracer->session = pga_session_open(tracer->lab, tracer->clone->dbname, PGA_ROLE_PROVER, error);
    if (!tracer->session)
        return FALSE;
    tracer->session->statement_limit_ms = tracer->lab->statement_limit_ms;
    return pga_session_set(tracer->session, session_settings, error);
}

static gboolean
read_extensions(PgaTracer *tracer, GError **error)
{
    g_autoptr(PGresult) rows =
        pga_tracer_query(tracer, "SELECT extname FROM pg_catalog.pg_extension", error);

    for (int i = 0; rows && i < PQntuples(rows); i++)
        g_hash_table_add(tracer->extensions, g_strdup(PQgetvalue(rows, i, 0)));
    return rows != NULL;
}

static void
copy_notes(const GPtrArray *from, GPtrArray *to)
{
    for (guint i = 0; i < from->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(from, i);

        g_ptr_array_add(to, pga_not_checked_new(NULL, g_strdup(note->what), g_strdup(note->why)));
    }
}

/* Roles that a script takes for granted are the stranger's; owners may be any of them. */
static gboolean
prepare_database(PgaTracer *tracer, GError **error)
{
    PgaSession *admin = tracer->clone->admin;

    return pga_session_do(admin, error, "GRANT " PGA_ROLE_STRANGER " TO " PGA_ROLE_PROVER) &&
           pga_session_do(admin, error, "GRANT ALL ON SCHEMA public TO PUBLIC");
}

static gboolean
open_clone(PgaTracer *tracer, const PgaTracerOptions *options, GError **error)
{
    PgaCloneOptions clone = {.catalog = options->catalog,
                             .objects = options->objects,
                             .for_fixes = TRUE,
                             .is_unplanned = TRUE,
                             .extensions = options->extensions};

    if (options->clone) {
        tracer->clone = options->clone;
        tracer->is_borrowed = TRUE;
        return TRUE;
    }
    if (!clone.catalog)
        clone.catalog = tracer->nothing = pga_catalog_new();
    tracer->clone = pga_clone_open(tracer->lab, &clone, error);
    return tracer->clone && pga_clone_bring_all(tracer->clone, error);
}

PgaTracer *
pga_tracer_open(PgaLab *lab, const PgaTracerOptions *options, GError **error)
{
    g_autoptr(PgaTracer) tracer = g_new0(PgaTracer, 1);
    tracer->lab = lab;
    tracer->rows = options->rows;
    tracer->loader.lab = lab;
    tracer->loader.roles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    tracer->extensions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    tracer->filled = g_hash_table_new(NULL, NULL);
    tracer->notes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    if (!open_clone(tracer, options, error) || !prepare_database(tracer, error) ||
        !open_session(tracer, error) || !read_extensions(tracer, error) ||
        !pga_tracer_load(tracer, FALSE, error) || !pga_tracer_fill(tracer, error))
        return NULL;
    copy_notes(pga_clone_not_cloned(tracer->clone), tracer->notes);
    return g_steal_pointer(&tracer);
}

const GPtrArray *
pga_tracer_notes(const PgaTracer *tracer)
{
    return tracer->notes;
}

char *
pga_tracer_ask(PgaTracer *tracer, const char *sql, GError **error)
{
    g_autoptr(PGresult) rows = pga_tracer_query(tracer, sql, error);

    return rows && PQntuples(rows) > 0 ? g_strdup(PQgetvalue(rows, 0, 0)) : NULL;
}

static gboolean
begin(PgaTracer *tracer, GError **error)
{
    return pga_session_do(tracer->session, error, "BEGIN") &&
           pga_tracer_count_scans(tracer, FALSE, error);
}

/* COMMIT of a block that fails, by a deferred constraint, is a rollback. */
static gboolean
commit(PgaTracer *tracer, GError **error)
{
    g_autoptr(PGresult) result = pga_session_exec(tracer->session, "COMMIT", NULL, 0, FALSE, error);

    tracer->opened = FALSE;
    if (!result)
        return FALSE;
    pga_tracer_settle(tracer);
    if (!pga_result_failed(result))
        return TRUE;
    g_ptr_array_add(tracer->notes, pga_not_checked_new(NULL, g_strdup("the end of a transaction"),
                                                       pga_result_message(result)));
    return pga_tracer_load(tracer, FALSE, error);
}

/* What a failure leaves behind, locks of sequences and counted scans, is not the next statement's.
 */
static gboolean
note_failed(PgaTracer *tracer, GError **error)
{
    PgaLintTrace *unwanted = pga_lint_trace_new(0);
    const gboolean done =
        pga_tracer_observe(tracer, FALSE, unwanted, error) &&
        pga_tracer_count_scans(tracer, FALSE, error) &&
        pga_session_do(tracer->session, error, "RELEASE SAVEPOINT " PGA_TRACE_SAVEPOINT);

    pga_lint_trace_free(unwanted);
    return done;
}

/* In the present block. */
static gboolean
run_in_block(PgaTracer *tracer, const char *sql, const PgaHead *head, PgaLintTrace *trace,
             GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result = pga_tracer_attempt(tracer, sql, head, trace, &cause);

    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!result)
        return TRUE;
    if (pga_tracer_take_error(trace, result))
        return note_failed(tracer, error);
    return pga_tracer_observe(tracer, pga_head_is(head, 0, "truncate"), trace, error) &&
           pga_session_do(tracer->session, error, "RELEASE SAVEPOINT " PGA_TRACE_SAVEPOINT) &&
           (!pga_head_is(head, 0, "alter schema") || pga_tracer_load(tracer, TRUE, error));
}

/* Outside: in a block of its own, or without one where it must be. active_sql_transaction is what
 * VACUUM and CONCURRENTLY say, invalid_transaction_termination what COMMIT in a procedure does. */
static gboolean
run_by_itself(PgaTracer *tracer, const char *sql, const PgaHead *head, PgaLintTrace *trace,
              GError **error)
{
    if (!begin(tracer, error) || !run_in_block(tracer, sql, head, trace, error))
        return FALSE;
    if (!pga_tracer_in_block(tracer))
        return TRUE;
    if (trace->executed)
        return commit(tracer, error);
    if (!pga_session_do(tracer->session, error, "ROLLBACK"))
        return FALSE;
    if (!g_str_has_prefix(trace->error, "25001:") && !g_str_has_prefix(trace->error, "2D000:"))
        return TRUE;
    g_clear_pointer(&trace->error, g_free);
    return pga_tracer_run_alone(tracer, sql, trace, error);
}

/* BEGIN, SAVEPOINT, ROLLBACK … as the file has them. */
static gboolean
run_transaction(PgaTracer *tracer, const char *sql, const PgaHead *head, PgaLintTrace *trace,
                GError **error)
{
    static const char *const back[] = {"rollback", "abort", NULL};
    const gboolean before = pga_tracer_in_block(tracer);
    g_autoptr(PGresult) result = pga_session_exec(tracer->session, sql, NULL, 0, FALSE, error);

    if (!result)
        return FALSE;
    if (pga_tracer_take_error(trace, result) && pga_tracer_in_block(tracer)) /* the block is lost */
        pga_session_do(tracer->session, NULL, "ROLLBACK");
    if (!before && pga_tracer_in_block(tracer))
        return pga_tracer_count_scans(tracer, FALSE, error);
    if (before && !pga_tracer_in_block(tracer)) {
        tracer->opened = FALSE;
        pga_tracer_settle(tracer);
    }
    return (trace->executed && !starts_with_one_of(head, back)) ||
           pga_tracer_load(tracer, FALSE, error);
}

static void
leave(PgaLintTrace *trace, const char *why)
{
    trace->executed = FALSE;
    trace->error = g_strdup_printf("not executed in the lab: %s", why);
}

static gboolean
make_role(PgaTracer *tracer, const PgaHead *head, PgaLintTrace *trace, GError **error)
{
    gboolean made = FALSE;

    trace->executed = TRUE;
    return pga_loader_make_role(&tracer->loader, pga_head_name(head, 2), &made, error);
}

static void
judge_extension(const PgaTracer *tracer, const PgaHead *head, PgaLintTrace *trace)
{
    const char *nspname = NULL;

    if (g_hash_table_contains(tracer->extensions, pga_loader_extension(head, &nspname)))
        trace->executed = TRUE;
    else
        leave(trace, "it does not make this extension");
}

static gboolean
run_executed(PgaTracer *tracer, const PgaTraceStatement *statement, const PgaHead *head,
             PgaLintTrace *trace, GError **error)
{
    g_autofree char *sql = g_strndup(statement->text, statement->length);

    if (statement->in_block && !pga_tracer_in_block(tracer)) {
        if (!begin(tracer, error))
            return FALSE;
        tracer->opened = TRUE;
        tracer->transaction = statement->transaction;
    }
    return pga_tracer_in_block(tracer) ? run_in_block(tracer, sql, head, trace, error)
                                       : run_by_itself(tracer, sql, head, trace, error);
}

static gboolean
run(PgaTracer *tracer, const PgaTraceStatement *statement, const PgaHead *head, PgaLintTrace *trace,
    GError **error)
{
    switch (treatment_of(head)) {
    case TREAT_EXECUTE:
        break;
    case TREAT_TRANSACTION: {
        g_autofree char *sql = g_strndup(statement->text, statement->length);

        return run_transaction(tracer, sql, head, trace, error);
    }
    case TREAT_ROLE:
        return make_role(tracer, head, trace, error);
    case TREAT_EXTENSION:
        judge_extension(tracer, head, trace);
        return TRUE;
    case TREAT_LEAVE:
        return TRUE;
    case TREAT_DATABASE:
        leave(trace, "it is about a database");
        return TRUE;
    case TREAT_FILE:
        leave(trace, "it reads or writes a file of the server, or a program's");
        return TRUE;
    }
    return run_executed(tracer, statement, head, trace, error);
}

PgaLintTrace *
pga_tracer_run(PgaTracer *tracer, const PgaTraceStatement *statement, GError **error)
{
    g_autoptr(PgaHead) head = pga_head_read(statement->text, statement->length);
    PgaLintTrace *trace = pga_lint_trace_new(tracer->lab->binaries->version_num);

    if (!pga_interrupt_check(error) &&
        (!tracer->opened ||
         (statement->in_block && statement->transaction == tracer->transaction) ||
         commit(tracer, error)) &&
        run(tracer, statement, head, trace, error))
        return trace;
    pga_lint_trace_free(trace);
    return NULL;
}

/* What the file set ends with its session. */
static gboolean
reset(PgaTracer *tracer, GError **error)
{
    return pga_session_do(tracer->session, error, "RESET ALL") &&
           pga_session_do(tracer->session, error, "%s", tracer->session->settings);
}

/* A block that the file opened and left open ends with its session, too, unsaved. */
gboolean
pga_tracer_end_file(PgaTracer *tracer, GError **error)
{
    if (tracer->opened
            ? !commit(tracer, error)
            : pga_tracer_in_block(tracer) && (!pga_session_do(tracer->session, error, "ROLLBACK") ||
                                              !pga_tracer_load(tracer, FALSE, error)))
        return FALSE;
    return reset(tracer, error) && pga_tracer_fill(tracer, error);
}
