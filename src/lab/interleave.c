/* A database with an application's tables, and copies of them for each run of an interleaving. The
 * statements come from a stranger's models: they are executed by a role that is no superuser. */
#include "lab/interleave.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "extensions_internal.h"
#include "interleave_internal.h"
#include "load_internal.h"
#include <string.h>

/* A copy's statements. Of NOT NULL the primary key's stays: rows hold only what the interleaving is
 * about. */
static const char copy_sql[] = "CREATE TABLE %s.%s (LIKE public.%s INCLUDING ALL"
                               " EXCLUDING CONSTRAINTS EXCLUDING COMMENTS)";
static const char nullable_sql[] =
    "SELECT pg_catalog.string_agg(pg_catalog.format('ALTER COLUMN %I DROP NOT NULL', a.attname), "
    "', ')"
    " FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::pg_catalog.regclass AND a.attnotnull"
    " AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND NOT EXISTS ("
    "SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary"
    " AND a.attnum = ANY (i.indkey))";

struct PgaInterleaver {
    PgaLab *lab;
    char *dbname;
    PgaInterleavingProcess processes[2];
    GPtrArray *refused;  /* of char *: statements */
    GPtrArray *messages; /* of char *: why, of each */
    guint n_runs;
};

void
pga_interleaver_free(PgaInterleaver *interleaver)
{
    if (!interleaver)
        return;
    for (guint i = 0; i < 2; i++) {
        pga_session_close(interleaver->processes[i].session);
        g_hash_table_unref(interleaver->processes[i].values);
    }
    g_ptr_array_unref(interleaver->refused);
    g_ptr_array_unref(interleaver->messages);
    g_free(interleaver->dbname);
    g_free(interleaver);
}

static PgaInterleaver *
interleaver_new(PgaLab *lab)
{
    PgaInterleaver *self = g_new0(PgaInterleaver, 1);

    self->lab = lab;
    self->dbname = pga_lab_next_database(lab, "interleave");
    self->refused = g_ptr_array_new_with_free_func(g_free);
    self->messages = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < 2; i++)
        self->processes[i].values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

/* Takes @message. */
static void
refuse(PgaInterleaver *self, const char *sql, char *message)
{
    g_ptr_array_add(self->refused, g_strdup(sql));
    g_ptr_array_add(self->messages, message);
}

static gboolean
create_extensions(PgaInterleaver *self, PgaSession *admin, const GPtrArray *statements,
                  GError **error)
{
    for (guint i = 0; i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        g_autoptr(PgaHead) head = pga_head_read(sql, strlen(sql));
        const char *nspname = NULL;
        char *refusal = NULL;

        if (pga_head_act(head) != PGA_ACT_EXTENSION)
            continue;
        if (!pga_extension_create(admin, pga_loader_extension(head, &nspname), "public", &refusal,
                                  error))
            return FALSE;
        if (refusal)
            refuse(self, sql, refusal);
    }
    return TRUE;
}

/* A deadlock is found as soon as there can be one. */
static gboolean
create_database(PgaInterleaver *self, const GPtrArray *statements, GError **error)
{
    PgaSession *admin = self->lab->admin;
    g_autoptr(PgaSession) inside = NULL;

    if (!pga_session_do(admin, error, "CREATE DATABASE %s %s OWNER " PGA_ROLE_PROVER, self->dbname,
                        pga_lab_empty_database(self->lab)) ||
        !pga_session_do(admin, error, "ALTER DATABASE %s SET deadlock_timeout = '1ms'",
                        self->dbname))
        return FALSE;
    inside = pga_session_open(self->lab, self->dbname, PGA_ROLE_SUPERUSER, error);
    return inside && create_extensions(self, inside, statements, error) &&
           pga_session_do(inside, error, "ALTER SCHEMA public OWNER TO " PGA_ROLE_PROVER) &&
           pga_extensions_seal(inside, error);
}

static gboolean
open_sessions(PgaInterleaver *self, GError **error)
{
    for (guint i = 0; i < 2; i++) {
        PgaSession **session = &self->processes[i].session;

        g_clear_pointer(session, pga_session_close);
        *session = pga_session_open(self->lab, self->dbname, PGA_ROLE_PROVER, error);
        if (!*session || !pga_session_set(*session, "SET search_path = public", error))
            return FALSE;
        (*session)->statement_limit_ms = self->lab->statement_limit_ms;
    }
    return TRUE;
}

static gboolean
create_tables(PgaInterleaver *self, const GPtrArray *statements, GError **error)
{
    PgaSession *session = self->processes[0].session;

    for (guint i = 0; i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        g_autoptr(PgaHead) head = pga_head_read(sql, strlen(sql));
        g_autoptr(PGresult) result = NULL;

        if (head->words->len == 0 || pga_head_act(head) == PGA_ACT_EXTENSION)
            continue;
        if (pga_interrupt_check(error))
            return FALSE;
        result = pga_session_exec(session, sql, NULL, 0, FALSE, error);
        if (!result)
            return FALSE;
        if (pga_result_failed(result))
            refuse(self, sql, pga_result_message(result));
    }
    return TRUE;
}

PgaInterleaver *
pga_interleaver_open(PgaLab *lab, const GPtrArray *statements, GError **error)
{
    g_autoptr(PgaInterleaver) self = interleaver_new(lab);

    return create_database(self, statements, error) && open_sessions(self, error) &&
                   create_tables(self, statements, error)
               ? g_steal_pointer(&self)
               : NULL;
}

/* Executes @sql in the first session. (nullable) its first value in @answer. An SQL error is a
 * @failure, unless there is one already. */
static gboolean
execute(PgaInterleaver *self, const char *sql, const char *param, char **answer, char **failure,
        GError **error)
{
    const char *const params[] = {param};
    g_autoptr(PGresult) result =
        pga_session_exec(self->processes[0].session, sql, params, param ? 1 : 0, TRUE, error);

    if (!result)
        return FALSE;
    if (pga_result_failed(result))
        *failure = pga_result_message(result);
    else if (answer && PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
        *answer = g_strdup(PQgetvalue(result, 0, 0));
    return TRUE;
}

/* Why the table is not there, rather than that it is not. Takes @message. (transfer full) */
static char *
explain(const PgaInterleaver *self, const char *table, char *message)
{
    for (guint i = 0; i < self->refused->len; i++)
        if (strstr(g_ptr_array_index(self->refused, i), table)) {
            g_free(message);
            message = g_strdup(g_ptr_array_index(self->messages, i));
            break;
        }
    return message;
}

static gboolean
copy_table(PgaInterleaver *self, const char *schema, const char *table, char **failure,
           GError **error)
{
    g_autofree char *name = pga_quote_identifier(table);
    g_autofree char *copy = g_strdup_printf("%s.%s", schema, name);
    g_autofree char *create = g_strdup_printf(copy_sql, schema, name, name);
    g_autofree char *columns = NULL, *alter = NULL;

    if (!execute(self, create, NULL, NULL, failure, error))
        return FALSE;
    if (*failure) {
        *failure = explain(self, table, *failure);
        return TRUE;
    }
    if (!execute(self, nullable_sql, copy, &columns, failure, error))
        return FALSE;
    if (!columns)
        return TRUE;
    alter = g_strdup_printf("ALTER TABLE %s %s", copy, columns);
    return execute(self, alter, NULL, NULL, failure, error);
}

static gboolean
prepare(PgaInterleaver *self, const PgaInterleaving *interleaving, const char *schema,
        char **failure, GError **error)
{
    if (!pga_session_do(self->processes[0].session, error, "CREATE SCHEMA %s", schema))
        return FALSE;
    for (guint i = 0; i < interleaving->tables->len && !*failure; i++)
        if (!copy_table(self, schema, g_ptr_array_index(interleaving->tables, i), failure, error))
            return FALSE;
    for (guint i = 0; i < 2; i++) {
        PgaInterleavingProcess *process = &self->processes[i];

        g_hash_table_remove_all(process->values);
        process->waiting = NULL;
        process->has_ended = FALSE;
        if (!pga_session_do(process->session, error, "SET search_path = %s, public", schema))
            return FALSE;
    }
    for (guint i = 0; i < interleaving->setup->len && !*failure; i++)
        if (!execute(self, g_ptr_array_index(interleaving->setup, i), NULL, NULL, failure, error))
            return FALSE;
    return TRUE;
}

/* Plays @steps from the beginning. (nullable) @result: what is there at the end. */
static gboolean
run(PgaInterleaver *self, const PgaInterleaving *interleaving, const GPtrArray *steps,
    char **result, char **failure, GError **error)
{
    g_autofree char *schema = g_strdup_printf("run_%u", ++self->n_runs);

    if (!prepare(self, interleaving, schema, failure, error))
        return FALSE;
    if (!*failure && !pga_interleaving_play(self->processes, steps, failure, error))
        return FALSE;
    if (*failure)
        return open_sessions(self, error);
    return execute(self, interleaving->observe, NULL, result, failure, error) &&
           pga_session_do(self->processes[0].session, error, "DROP SCHEMA %s CASCADE", schema);
}

/* (transfer full): the same steps, one process after the other. */
static GPtrArray *
in_turn(const PgaInterleaving *interleaving)
{
    PgaInterleaving *copy = pga_interleaving_new();
    GPtrArray *steps = g_ptr_array_ref(copy->steps);

    for (guint process = 1; process <= 2; process++)
        for (guint i = 0; i < interleaving->steps->len; i++) {
            const PgaInterleavingStep *step = g_ptr_array_index(interleaving->steps, i);

            if (step->process == process)
                pga_interleaving_add_when(steps, process, step->does, g_strdup(step->when),
                                          g_strdup(step->sql));
        }
    pga_interleaving_free(copy);
    return steps;
}

/* Takes @text. */
static void
set_outcome(PgaInterleaving *interleaving, char *text)
{
    g_free(interleaving->outcome);
    interleaving->outcome = text;
}

static void
judge(const PgaInterleaver *self, PgaInterleaving *interleaving)
{
    const char *version = pga_lab_version(self->lab);
    const char *result = interleaving->result ? interleaving->result : "nothing";
    const char *fixed = interleaving->fixed_result ? interleaving->fixed_result : "nothing";

    interleaving->done = TRUE;
    if (interleaving->fixed->len == 0)
        set_outcome(interleaving, g_strdup_printf("%s expected, %s found on PostgreSQL %s (lab)",
                                                  interleaving->expected, result, version));
    else
        set_outcome(
            interleaving,
            g_strdup_printf("%s expected, %s found on PostgreSQL %s (lab); after the fix %s",
                            interleaving->expected, result, version, fixed));
}

/* (nullable) @failure: the three runs, until one of them cannot be judged. */
static gboolean
run_all(PgaInterleaver *self, PgaInterleaving *interleaving, char **failure, GError **error)
{
    g_autoptr(GPtrArray) turns = in_turn(interleaving);
    g_autofree char *alone = NULL;

    if (!run(self, interleaving, turns, &alone, failure, error))
        return FALSE;
    if (!*failure && g_strcmp0(alone, interleaving->expected) != 0)
        *failure = g_strdup_printf("one process after the other ends in %s, not %s",
                                   alone ? alone : "nothing", interleaving->expected);
    if (!*failure &&
        !run(self, interleaving, interleaving->steps, &interleaving->result, failure, error))
        return FALSE;
    return *failure || interleaving->fixed->len == 0 ||
           run(self, interleaving, interleaving->fixed, &interleaving->fixed_result, failure,
               error);
}

gboolean
pga_interleaver_run(PgaInterleaver *interleaver, PgaInterleaving *interleaving, GError **error)
{
    g_autofree char *failure = NULL;

    if (!run_all(interleaver, interleaving, &failure, error))
        return FALSE;
    if (failure)
        set_outcome(interleaving, g_strdup_printf("not run on PostgreSQL %s (lab): %s",
                                                  pga_lab_version(interleaver->lab), failure));
    else
        judge(interleaver, interleaving);
    return TRUE;
}
