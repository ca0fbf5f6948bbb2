/* A stranger's script, statement by statement, each a transaction of its own: what fails stays out,
 * the rest goes on. */
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "load_internal.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_ATTEMPTS = 64 }; /* a statement can name that many missing roles */

void
pga_lab_load_free(PgaLabLoad *load)
{
    if (!load)
        return;
    g_ptr_array_unref(load->not_checked);
    g_hash_table_unref(load->locations);
    g_hash_table_unref(load->rows);
    g_free(load);
}

static PgaLabLoad *
load_new(void)
{
    PgaLabLoad *load = g_new0(PgaLabLoad, 1);

    load->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    load->locations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    load->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return load;
}

static void
loader_clear(PgaLoader *loader)
{
    pga_session_close(loader->session);
    pga_lab_load_free(loader->load);
    g_hash_table_unref(loader->failed);
    g_hash_table_unref(loader->extensions);
    g_hash_table_unref(loader->given_schemas);
    g_hash_table_unref(loader->roles);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaLoader, loader_clear)

/* INSERT … SELECT brings a number of rows that nobody knows. */
static void
count_rows(PgaLoader *loader, const PgaStatement *statement)
{
    double *rows;

    if (!statement->relation ||
        (statement->n_rows == 0 && g_ascii_strncasecmp(statement->text, "insert", 6) == 0))
        return;
    rows = g_hash_table_lookup(loader->load->rows, statement->relation);
    if (!rows) {
        rows = g_new0(double, 1);
        g_hash_table_insert(loader->load->rows, g_strdup(statement->relation), rows);
    }
    *rows += (double)statement->n_rows;
}

static gboolean
is_syntax_error(const PGresult *result)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    return strcmp(pga_result_sqlstate(result), "42601") == 0 &&
           PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION) &&
           !PQresultErrorField(result, PG_DIAG_CONTEXT) && message &&
           g_str_has_prefix(message, "syntax error");
}

static void
set_syntax_error(const PgaLoader *loader, const PgaStep *step, const PGresult *result,
                 GError **error)
{
    g_autofree char *message = pga_result_message(result);
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    guint line = 0, column = 0;

    pga_statement_position(step->statement, (guint)strtoul(position, NULL, 10), &line, &column);
    pga_error_set(error, PGA_ERROR_INPUT, "%s", message);
    pga_error_detail(error, "%s, line %u, column %u.", loader->script->name, line, column);
    pga_error_hint(error,
                   "It was read by PostgreSQL %s; what only a newer version understands needs that "
                   "version's server programs.",
                   pga_lab_version(loader->lab));
}

/* What a stranger did to the server is told with the place. */
static void
locate_error(const PgaLoader *loader, const PgaStep *step, GError **error)
{
    g_autofree char *excerpt = NULL;

    if (!error || !g_error_matches(*error, PGA_ERROR, PGA_ERROR_INPUT))
        return;
    excerpt = pga_head_excerpt(step->head, step->statement->text, step->statement->length);
    pga_error_detail(error, "%s, line %u, column %u: %s.", loader->script->name,
                     step->statement->line, step->statement->column, excerpt);
    pga_error_hint(error,
                   "A check needs definitions only: leave out statements that compute or wait.");
}

static gboolean
is_harmless(const PgaStep *step, PgaAct act, const char *sqlstate)
{
    if (act == PGA_ACT_SOFT)
        return TRUE;
    if (act == PGA_ACT_DROP) /* undefined table, object, function, schema; not the owner */
        return strcmp(sqlstate, "42P01") == 0 || strcmp(sqlstate, "42704") == 0 ||
               strcmp(sqlstate, "42883") == 0 || strcmp(sqlstate, "3F000") == 0;
    return step->made->kind && strcmp(step->made->kind, "schema") == 0 &&
           strcmp(sqlstate, "42P06") == 0;
}

/* Executes, making up what roles and tablespaces are missing. */
static PGresult *
attempt(PgaLoader *loader, const PgaStep *step, GError **error)
{
    g_autofree char *sql = g_strndup(step->statement->text, step->statement->length);

    for (guint n = 0;; n++) {
        g_autoptr(PGresult) result = pga_session_exec(loader->session, sql, NULL, 0, FALSE, error);
        gboolean supplied = FALSE;

        if (result && pga_result_failed(result) && n < MAX_ATTEMPTS &&
            !pga_loader_supply(loader, result, &supplied, error))
            return NULL;
        if (!supplied)
            return g_steal_pointer(&result);
    }
}

/* A procedure or a statement that act.c does not know may have left a transaction open. */
static gboolean
leave_transaction(PgaLoader *loader, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    if (PQtransactionStatus(loader->session->conn) == PQTRANS_IDLE)
        return TRUE;
    result = pga_session_exec(loader->session, "ROLLBACK", NULL, 0, FALSE, error);
    return result != NULL;
}

static gboolean
execute(PgaLoader *loader, const PgaStep *step, PgaAct act, GError **error)
{
    g_autoptr(PGresult) result = attempt(loader, step, error);

    if (!result) {
        locate_error(loader, step, error);
        return FALSE;
    }
    if (!leave_transaction(loader, error))
        return FALSE;
    if (!pga_result_failed(result)) {
        loader->load->n_executed++;
        return pga_loader_locate(loader, step, error);
    }
    if (is_syntax_error(result) &&
        loader->script->dumped_from <= loader->lab->binaries->version_num / 10000) {
        set_syntax_error(loader, step, result, error);
        return FALSE;
    }
    if (!is_harmless(step, act, pga_result_sqlstate(result)))
        pga_loader_note_failure(loader, step, result);
    return TRUE;
}

static void
judge_extension(PgaLoader *loader, const PgaStep *step)
{
    const char *nspname = NULL;
    const char *refusal =
        g_hash_table_lookup(loader->extensions, pga_loader_extension(step->head, &nspname));

    if (!refusal || *refusal)
        pga_loader_note(loader, step, g_strdup(refusal ? refusal : "it names no extension"));
    else
        loader->load->n_executed++;
}

static gboolean
make_named_role(PgaLoader *loader, const PgaStep *step, GError **error)
{
    gboolean made = FALSE;

    if (!pga_loader_make_role(loader, pga_head_name(step->head, 2), &made, error))
        return FALSE;
    loader->load->n_executed += made ? 1 : 0;
    return TRUE;
}

/* DROP SCHEMA public CASCADE, with which some scripts begin, would take the extensions with it. */
static gboolean
drops_given_schema(const PgaLoader *loader, const PgaHead *head)
{
    if (!pga_head_is(head, 0, "drop schema"))
        return FALSE;
    for (guint i = 2; i < head->words->len; i++)
        if (g_hash_table_contains(loader->given_schemas, pga_head_name(head, i)))
            return TRUE;
    return FALSE;
}

/* Transactions are not kept: a statement that fails must not take the others along. */
static void
note_rollback(PgaLoader *loader, const PgaStep *step)
{
    if (pga_head_is(step->head, 0, "rollback") || pga_head_is(step->head, 0, "abort"))
        pga_loader_note(loader, step,
                        g_strdup("ignored: what stands before it was executed and stays"));
}

static gboolean
act_on(PgaLoader *loader, const PgaStep *step, GError **error)
{
    const PgaAct act = pga_head_act(step->head);

    switch (act) {
    case PGA_ACT_SKIP:
        note_rollback(loader, step);
        return TRUE;
    case PGA_ACT_ROLE:
        return make_named_role(loader, step, error);
    case PGA_ACT_EXTENSION:
        judge_extension(loader, step);
        return TRUE;
    case PGA_ACT_DATABASE:
        pga_loader_note(loader, step,
                        g_strdup("ignored: the script is read into one database of the lab"));
        return TRUE;
    case PGA_ACT_FILE:
        pga_loader_note(loader, step, g_strdup("refused: COPY with a file or a program"));
        return TRUE;
    case PGA_ACT_DROP:
        if (drops_given_schema(loader, step->head))
            return TRUE;
        return execute(loader, step, act, error);
    case PGA_ACT_EXECUTE:
    case PGA_ACT_SOFT:
        break;
    }
    return execute(loader, step, act, error);
}

/* Backslash commands that would have brought statements or another database. */
static void
note_meta(PgaLoader *loader, const PgaStep *step)
{
    static const struct {
        const char *command, *why;
    } notes[] = {
        {"\\connect", "ignored: what follows was read into the same database"},
        {"\\c", "ignored: what follows was read into the same database"},
        {"\\i", "the included file was not read"},
        {"\\ir", "the included file was not read"},
        {"\\include", "the included file was not read"},
        {"\\include_relative", "the included file was not read"},
        {"\\if", "psql's conditions were not evaluated: every branch was read"},
        {"\\gexec", "the statements that it would make were not read"},
    };
    /* these change nothing but what psql shows; the first two are pg_dump's, for psql alone */
    static const char *const display[] = {
        "\\restrict", "\\unrestrict", "\\echo",     "\\qecho", "\\warn", "\\set", "\\unset",
        "\\pset",     "\\timing",     "\\encoding", "\\a",     "\\t",    "\\x"};
    const PgaStatement *statement = step->statement;
    const gsize end = MIN(statement->length, 64);
    g_autofree char *text = g_strndup(statement->text, end);
    const char *why = "ignored: a command of psql's own";

    text[strcspn(text, " \t\n")] = '\0';
    for (guint i = 0; i < G_N_ELEMENTS(display); i++)
        if (strcmp(display[i], text) == 0)
            return;
    for (guint i = 0; i < G_N_ELEMENTS(notes); i++)
        if (strcmp(notes[i].command, text) == 0)
            why = notes[i].why;
    pga_loader_note(loader, step, g_strdup(why));
}

static gboolean
take_step(PgaLoader *loader, const PgaStatement *statement, GError **error)
{
    g_autoptr(PgaHead) head = NULL;
    g_auto(PgaMade) made = {0};
    PgaStep step = {statement, NULL, &made};

    if (statement->kind == PGA_STATEMENT_ROWS) {
        count_rows(loader, statement);
        return TRUE;
    }
    head = pga_head_read(statement->text, statement->length);
    step.head = head;
    if (statement->kind == PGA_STATEMENT_META) {
        note_meta(loader, &step);
        return TRUE;
    }
    pga_head_made(head, &made);
    return act_on(loader, &step, error);
}

static gboolean
take_steps(PgaLoader *loader, GError **error)
{
    const GArray *statements = loader->script->statements;

    for (guint i = 0; i < statements->len; i++)
        if (pga_interrupt_check(error) ||
            !take_step(loader, &g_array_index(statements, PgaStatement, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
something_succeeded(const PgaLoader *loader, GError **error)
{
    const GPtrArray *notes = loader->load->not_checked;
    const PgaNotChecked *first = notes->len > 0 ? g_ptr_array_index(notes, 0) : NULL;

    if (loader->load->n_executed > 0)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "nothing in \"%s\" could be executed",
                  loader->script->name);
    if (first)
        pga_error_detail(error, "%s, %s: %s.", loader->script->name, first->what, first->why);
    else
        pga_error_detail(error, "It holds no statement that defines anything.");
    return FALSE;
}

PgaLabLoad *
pga_lab_load(PgaLab *lab, const PgaScript *script, GError **error)
{
    g_auto(PgaLoader) loader = {
        .lab = lab,
        .script = script,
        .load = load_new(),
        .failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .extensions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .given_schemas = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .roles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    g_autofree char *dbname = pga_loader_prepare(&loader, error);

    loader.session = dbname ? pga_session_open(lab, dbname, PGA_ROLE_STRANGER, error) : NULL;
    if (!loader.session)
        return NULL;
    loader.session->statement_limit_ms = lab->statement_limit_ms;
    loader.session->deadline = g_get_monotonic_time() + (gint64)lab->load_limit_ms * 1000;
    pga_progress_step(lab->progress, "executing %s in the lab", script->name);
    if (!pga_session_do(loader.session, error, "SET search_path = public") ||
        !take_steps(&loader, error) || !something_succeeded(&loader, error))
        return NULL;
    g_free(lab->loaded);
    lab->loaded = g_steal_pointer(&dbname);
    return g_steal_pointer(&loader.load);
}

PgaConnection *
pga_lab_connect(PgaLab *lab, GError **error)
{
    g_autofree char *conninfo = NULL;
    PgaConnectionOptions options = {0};

    if (!lab->loaded) {
        pga_error_set(error, PGA_ERROR_LAB, "nothing was loaded into the lab");
        return NULL;
    }
    conninfo = pga_session_conninfo(lab, lab->loaded, PGA_ROLE_READER);
    options.dbname = conninfo;
    return pga_connection_open(&options, error);
}
