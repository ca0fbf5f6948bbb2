/* A bundle's SQL files, executed until one statement fails. */
#include "lab/rollout.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "extensions_internal.h"
#include "load_internal.h"
#include <stdlib.h>

typedef struct {
    PgaLab *lab;
    const GArray *scripts;
    PgaRollout *rollout;
    char *dbname;
} Rollout;

void
pga_rollout_clear(PgaRollout *rollout)
{
    g_clear_pointer(&rollout->lacking, g_free);
    g_clear_pointer(&rollout->failure, g_free);
    g_clear_pointer(&rollout->statement, g_free);
    g_clear_pointer(&rollout->excerpt, g_free);
    g_clear_pointer(&rollout->file, g_free);
}

void
pga_rollout_question_clear(PgaRolloutQuestion *question)
{
    g_clear_pointer(&question->answer, g_free);
    g_clear_pointer(&question->failure, g_free);
}

/* What lets a role read files or run programs. Before PostgreSQL 16, CREATEROLE could grant itself
 * these; nobody can be a member of what is not there. */
static gboolean
remove_dangerous_roles(PgaLab *lab, GError **error)
{
    return pga_session_do(lab->admin, error,
                          "DELETE FROM pg_catalog.pg_authid WHERE rolname IN "
                          "('pg_execute_server_program', 'pg_read_server_files', "
                          "'pg_write_server_files', 'pg_create_subscription')");
}

static gboolean
create_database(Rollout *self, GError **error)
{
    PgaSession *admin = self->lab->admin;

    self->dbname = pga_lab_next_database(self->lab, "rollout");
    return remove_dangerous_roles(self->lab, error) &&
           pga_session_do(admin, error, "CREATE DATABASE %s %s OWNER " PGA_ROLE_PROVER,
                          self->dbname, pga_lab_empty_database(self->lab));
}

static gboolean
is_extension(const PgaHead *head)
{
    return pga_head_act(head) == PGA_ACT_EXTENSION;
}

static gboolean
create_extensions_of(Rollout *self, PgaSession *admin, const PgaScript *script, GError **error)
{
    for (guint i = 0; i < script->statements->len && !self->rollout->lacking; i++) {
        const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, i);
        g_autoptr(PgaHead) head = pga_head_read(statement->text, statement->length);
        const char *nspname = NULL, *extname = NULL;

        if (statement->kind != PGA_STATEMENT_SQL || !is_extension(head))
            continue;
        extname = pga_loader_extension(head, &nspname);
        if (!pga_extension_create(admin, extname, nspname, &self->rollout->lacking, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
create_extensions(Rollout *self, GError **error)
{
    g_autoptr(PgaSession) admin =
        pga_session_open(self->lab, self->dbname, PGA_ROLE_SUPERUSER, error);

    for (guint i = 0; admin && i < self->scripts->len; i++)
        if (!create_extensions_of(self, admin,
                                  g_array_index(self->scripts, PgaRolloutScript, i).script, error))
            return FALSE;
    return admin && pga_session_do(admin, error, "ALTER SCHEMA public OWNER TO " PGA_ROLE_PROVER) &&
           pga_extensions_seal(admin, error);
}

/* Takes @message. */
static void
set_failure(PgaRollout *rollout, const PgaScript *script, const PgaStatement *statement,
            char *message)
{
    g_autoptr(PgaHead) head = pga_head_read(statement->text, statement->length);

    rollout->failure = message;
    rollout->statement = g_strndup(statement->text, statement->length);
    rollout->excerpt = pga_head_excerpt(head, statement->text, statement->length);
    rollout->file = g_strdup(script->name);
    rollout->line = statement->line;
}

static void
locate(PgaRollout *rollout, const PgaStatement *statement, const PGresult *result)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    guint column = 0;

    if (!position)
        return;
    pga_statement_position(statement, (guint)strtoul(position, NULL, 10), &rollout->line, &column);
    rollout->is_located = TRUE;
}

static gboolean
execute(Rollout *self, PgaSession *session, const PgaScript *script, const PgaStatement *statement,
        GError **error)
{
    g_autofree char *sql = g_strndup(statement->text, statement->length);
    g_autoptr(PGresult) result = pga_session_exec(session, sql, NULL, 0, FALSE, error);

    if (!result)
        return FALSE;
    if (!pga_result_failed(result)) {
        self->rollout->n_executed++;
        return TRUE;
    }
    set_failure(self->rollout, script, statement, pga_result_message(result));
    locate(self->rollout, statement, result);
    return TRUE;
}

static gboolean
take_statement(Rollout *self, PgaSession *session, const PgaScript *script,
               const PgaStatement *statement, GError **error)
{
    g_autoptr(PgaHead) head = NULL;

    if (statement->kind == PGA_STATEMENT_META) {
        set_failure(self->rollout, script, statement, g_strdup("a command of psql's own"));
        return TRUE;
    }
    head = pga_head_read(statement->text, statement->length);
    if (head->words->len == 0)
        return TRUE;
    if (is_extension(head)) {
        self->rollout->n_executed++;
        return TRUE;
    }
    if (pga_head_is(head, 0, "copy")) {
        set_failure(self->rollout, script, statement, g_strdup("COPY is not executed"));
        return TRUE;
    }
    return execute(self, session, script, statement, error);
}

static gboolean
run_script(Rollout *self, const PgaScript *script, GError **error)
{
    const GArray *statements = script->statements;
    g_autoptr(PgaSession) session =
        pga_session_open(self->lab, self->dbname, PGA_ROLE_PROVER, error);

    if (!session)
        return FALSE;
    session->statement_limit_ms = self->lab->statement_limit_ms;
    session->deadline = g_get_monotonic_time() + (gint64)self->lab->load_limit_ms * 1000;
    for (guint i = 0; i < statements->len && !self->rollout->failure; i++)
        if (pga_interrupt_check(error) ||
            !take_statement(self, session, script, &g_array_index(statements, PgaStatement, i),
                            error))
            return FALSE;
    return TRUE;
}

static gboolean
let_make_roles(Rollout *self, const char *option, GError **error)
{
    return pga_session_do(self->lab->admin, error, "ALTER ROLE " PGA_ROLE_PROVER " %s", option);
}

static gboolean
run_rollout_script(Rollout *self, const PgaRolloutScript *item, GError **error)
{
    pga_progress_step(self->lab->progress, "executing %s on PostgreSQL %s", item->script->name,
                      pga_lab_version(self->lab));
    if (!item->makes_roles)
        return run_script(self, item->script, error);
    return let_make_roles(self, "CREATEROLE", error) && run_script(self, item->script, error) &&
           let_make_roles(self, "NOCREATEROLE", error);
}

static char *
first_column(const PGresult *result)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < PQntuples(result) && PQnfields(result) > 0; i++)
        g_string_append_printf(text, "%s%s", i ? "\n" : "", PQgetvalue(result, i, 0));
    return g_string_free(text, FALSE);
}

static gboolean
ask(Rollout *self, GError **error)
{
    g_autoptr(PgaSession) session =
        pga_session_open(self->lab, self->dbname, PGA_ROLE_PROVER, error);

    if (!session || !pga_session_set(session, "SET search_path = public", error))
        return FALSE;
    session->statement_limit_ms = self->lab->statement_limit_ms;
    session->deadline = g_get_monotonic_time() + (gint64)self->lab->load_limit_ms * 1000;
    for (guint i = 0; i < self->rollout->questions->len; i++) {
        PgaRolloutQuestion *question =
            &g_array_index(self->rollout->questions, PgaRolloutQuestion, i);
        g_autoptr(PGresult) result = pga_session_exec(session, question->sql, NULL, 0, TRUE, error);

        if (!result)
            return FALSE;
        if (pga_result_failed(result))
            question->failure = pga_result_message(result);
        else
            question->answer = first_column(result);
    }
    return TRUE;
}

gboolean
pga_lab_roll_out(PgaLab *lab, const GArray *scripts, PgaRollout *rollout, GError **error)
{
    Rollout self = {.lab = lab, .scripts = scripts, .rollout = rollout};
    gboolean good = create_database(&self, error) && create_extensions(&self, error);

    for (guint i = 0; good && !rollout->lacking && !rollout->failure && i < scripts->len; i++)
        good = run_rollout_script(&self, &g_array_index(scripts, PgaRolloutScript, i), error);
    if (good && !rollout->lacking && !rollout->failure && rollout->questions)
        good = ask(&self, error);
    g_free(self.dbname);
    return good;
}
