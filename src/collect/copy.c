/* Statements on a copy: each of the workload's in a READ ONLY transaction that is rolled back, or,
 * where all that speaks against that is that it locks rows, in one that may; each index noted as
 * soon as it may be there. */
#include "collect/copy.h"

#include <base/error.h>
#include <base/text.h>
#include <string.h>

#include "copy_internal.h"
#include "rows_internal.h"
#include "sql_internal.h"

#define GRACE_MS           5000 /* beyond the server's own timeout */
#define SQLSTATE_CANCELLED "57014"
#define SQLSTATE_HAVE      "42P07" /* duplicate_table: of another's index */
#define SQLSTATE_READ_ONLY "25006"

static void
object_free(PgaCopyObject *object)
{
    g_free(object->name);
    g_free(object);
}

void
pga_copy_free(PgaCopy *copy)
{
    if (!copy)
        return;
    pga_connection_close(copy->connection);
    pga_database_identity_clear(&copy->identity);
    pga_hypopg_clear(&copy->hypopg);
    g_ptr_array_unref(copy->made);
    g_free(copy);
}

/** What the server said to EXPLAIN. */
typedef struct {
    char *plan;            /* (nullable): JSON */
    char *failure;         /* (nullable) */
    gboolean is_read_only; /* the failure is that the transaction is READ ONLY */
} Answer;

static void
answer_clear(Answer *answer)
{
    g_clear_pointer(&answer->plan, g_free);
    g_clear_pointer(&answer->failure, g_free);
    answer->is_read_only = FALSE;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static gint64
deadline_in(guint ms)
{
    return ms == 0 ? 0 : g_get_monotonic_time() + (gint64)ms * 1000;
}

static gboolean
is_fine(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* With @failure set where the server refuses; *result is there in any case but of an error. */
static gboolean
ask(PgaCopy *copy, const char *sql, const char *argument, PGresult **result, char **failure,
    GError **error)
{
    *result = pga_libpq_exec(copy->conn, sql, &argument, argument ? 1 : 0, 0, error);
    if (!*result)
        return FALSE;
    if (!is_fine(*result))
        *failure = pga_libpq_message(*result);
    return TRUE;
}

PgaCopy *
pga_copy_new(PgaConnection *connection, GError **error)
{
    g_autoptr(PgaCopy) copy = g_new0(PgaCopy, 1);
    g_autofree char *failure = NULL;

    copy->connection = connection;
    copy->conn = pga_connection_libpq(connection);
    copy->made = g_ptr_array_new_with_free_func((GDestroyNotify)object_free);
    /* a limit of the role is not meant for the making of indexes */
    if (!pga_database_identify(connection, &copy->identity, error) ||
        !pga_copy_execute(copy, "SET statement_timeout = 0", &failure, error))
        return NULL;
    return g_steal_pointer(&copy);
}

char *
pga_copy_name(const PgaCopy *copy)
{
    return g_strdup_printf("%s on PostgreSQL %s", pga_connection_dbname(copy->connection),
                           pga_connection_version(copy->connection));
}

gboolean
pga_copy_execute(PgaCopy *copy, const char *sql, char **failure, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    return ask(copy, sql, NULL, &result, failure, error);
}

static gboolean
begin(PgaCopy *copy, const char *sql, const PgaCopyStatement *statement, char **failure,
      GError **error)
{
    g_autofree char *timeout = g_strdup_printf("%u", statement->timeout_ms);
    g_autoptr(PGresult) began = NULL, path = NULL, limit = NULL;

    return ask(copy, sql, NULL, &began, failure, error) &&
           (!statement->search_path ||
            ask(copy, "SELECT pg_catalog.set_config('search_path', $1, TRUE)",
                statement->search_path, &path, failure, error)) &&
           ask(copy, "SELECT pg_catalog.set_config('statement_timeout', $1, TRUE)", timeout, &limit,
               failure, error);
}

static gboolean
explain(PgaCopy *copy, PgaCopyStatement *statement, Answer *answer, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("EXPLAIN (%sFORMAT JSON) %s",
                        statement->executes ? "ANALYZE, TIMING OFF, " : "", statement->text);
    g_autoptr(PGresult) result = NULL;
    const char *state;

    result = pga_libpq_exec(copy->conn, sql, NULL, 0, deadline_in(statement->timeout_ms + GRACE_MS),
                            error);
    if (!result)
        return FALSE;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        answer->plan = g_utf8_make_valid(PQgetvalue(result, 0, 0), -1);
    else
        answer->failure = pga_libpq_message(result);
    state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    statement->timed_out = g_strcmp0(state, SQLSTATE_CANCELLED) == 0;
    answer->is_read_only = g_strcmp0(state, SQLSTATE_READ_ONLY) == 0;
    return TRUE;
}

/* In a transaction that @sql begins, and that is rolled back. */
static gboolean
explain_in(PgaCopy *copy, const char *sql, PgaCopyStatement *statement, Answer *answer,
           GError **error)
{
    g_autoptr(PGresult) ended = NULL;
    g_autofree char *ignored = NULL;

    return begin(copy, sql, statement, &answer->failure, error) &&
           (answer->failure || explain(copy, statement, answer, error)) &&
           ask(copy, "ROLLBACK", NULL, &ended, &ignored, error);
}

/* Whether the plan locks rows and changes none: the server's own word, by the nodes' names. */
static gboolean
only_locks(const char *plan)
{
    return plan && strstr(plan, "\"Node Type\": \"LockRows\"") &&
           !strstr(plan, "\"Node Type\": \"ModifyTable\"");
}

/* SELECT ... FOR UPDATE is refused as if it changed rows: it is asked for again where it may lock
 * them. What a function of it changes is rolled back as well. */
static gboolean
explain_locking(PgaCopy *copy, PgaCopyStatement *statement, Answer *answer, GError **error)
{
    PgaCopyStatement planned = *statement;
    g_auto(Answer) plan = {0};

    planned.executes = FALSE;
    if (!explain_in(copy, "BEGIN READ ONLY", &planned, &plan, error))
        return FALSE;
    if (!only_locks(plan.plan))
        return TRUE;
    answer_clear(answer);
    return explain_in(copy, "BEGIN READ WRITE", statement, answer, error);
}

/* Begun, explained and rolled back; a session that ended is a failure of the statement. */
gboolean
pga_copy_explain(PgaCopy *copy, PgaCopyStatement *statement, char **plan, char **failure,
                 GError **error)
{
    g_autoptr(GError) lost = NULL;
    g_auto(Answer) answer = {0};
    gboolean done;

    *plan = *failure = NULL;
    done = explain_in(copy, "BEGIN READ ONLY", statement, &answer, &lost);
    if (done && answer.is_read_only)
        done = explain_locking(copy, statement, &answer, &lost);
    if (done) {
        *plan = g_steal_pointer(&answer.plan);
        *failure = g_steal_pointer(&answer.failure);
        return TRUE;
    }
    if (!g_error_matches(lost, PGA_ERROR, PGA_ERROR_SOURCE) || !pga_copy_reconnect(copy)) {
        g_propagate_error(error, g_steal_pointer(&lost));
        return FALSE;
    }
    *failure = g_strdup(lost->message);
    return TRUE;
}

static void
note(PgaCopy *copy, PgaOid oid, const char *name, gboolean is_extension)
{
    PgaCopyObject *object = g_new0(PgaCopyObject, 1);

    object->oid = oid;
    object->name = g_strdup(name);
    object->is_extension = is_extension;
    g_ptr_array_add(copy->made, object);
}

gboolean
pga_copy_look_at(PgaCopy *copy, const char *table, gint64 *bytes, gboolean *analysed,
                 GError **error)
{
    g_autofree char *failure = NULL;
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    *bytes = -1;
    *analysed = TRUE;
    if (!ask(copy, pga_sql_text("copy_table", PGA_SQL_NEWEST_MAJOR), table, &result, &failure,
             error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (!failure && pga_rows_next(&rows)) {
        *bytes = pga_rows_int64(&rows, "bytes", -1);
        *analysed = pga_rows_bool(&rows, "is_analysed");
    }
    return TRUE;
}

/* 0: nothing of that name. */
static gboolean
find(PgaCopy *copy, const char *sql, const char *name, PgaOid *oid, GError **error)
{
    g_autofree char *failure = NULL;
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    *oid = 0;
    if (!ask(copy, sql, name, &result, &failure, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (!failure && pga_rows_next(&rows))
        *oid = pga_rows_oid(&rows, "oid");
    return TRUE;
}

gboolean
pga_copy_create_extension(PgaCopy *copy, const char *name, char **failure, GError **error)
{
    static const char lookup[] = "SELECT oid FROM pg_catalog.pg_extension WHERE extname = $1";
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *sql = g_strdup_printf("CREATE EXTENSION %s", quoted);
    PgaOid oid;

    if (!find(copy, lookup, name, &oid, error))
        return FALSE;
    if (oid)
        return TRUE;
    if (!pga_copy_execute(copy, sql, failure, error) || !find(copy, lookup, name, &oid, error))
        return FALSE;
    if (oid && !*failure)
        note(copy, oid, quoted, TRUE);
    return TRUE;
}

#define INDEX_LOOKUP "SELECT pg_catalog.to_regclass($1)::pg_catalog.oid AS oid"

gboolean
pga_copy_create_index(PgaCopy *copy, const char *sql, const char *name, double *seconds,
                      char **failure, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaCopyObject *object;
    PgaOid oid;
    gint64 start;
    gboolean done;

    if (!find(copy, INDEX_LOOKUP, name, &oid, error))
        return FALSE;
    if (oid) {
        *failure = g_strdup_printf("%s is there already", name);
        return TRUE;
    }
    note(copy, 0, name, FALSE); /* whatever comes now: it may be there */
    object = g_ptr_array_index(copy->made, copy->made->len - 1);
    start = g_get_monotonic_time();
    done = ask(copy, sql, NULL, &result, failure, error);
    *seconds += (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    if (!done)
        return FALSE;
    if (!*failure)
        return find(copy, INDEX_LOOKUP, name, &object->oid, error);
    if (g_strcmp0(PQresultErrorField(result, PG_DIAG_SQLSTATE), SQLSTATE_HAVE) == 0)
        g_ptr_array_set_size(copy->made, (int)copy->made->len - 1);
    return TRUE;
}

guint
pga_copy_n_made(const PgaCopy *copy)
{
    return copy->made->len;
}

gboolean
pga_copy_size(PgaCopy *copy, guint first, gint64 *bytes, gboolean *valid, GError **error)
{
    *bytes = 0;
    *valid = TRUE;
    for (guint i = first; i < copy->made->len; i++) {
        const PgaCopyObject *object = g_ptr_array_index(copy->made, i);
        g_autofree char *oid = g_strdup_printf("%u", object->oid), *failure = NULL;
        g_autoptr(PGresult) result = NULL;
        PgaRows rows;

        if (object->is_extension)
            continue;
        if (!ask(copy, pga_sql_text("copy_index", PGA_SQL_NEWEST_MAJOR), oid, &result, &failure,
                 error))
            return FALSE;
        rows = (PgaRows)PGA_ROWS_INIT(result);
        if (failure || !pga_rows_next(&rows)) {
            *valid = FALSE;
            continue;
        }
        *bytes += pga_rows_int64(&rows, "bytes", 0);
        *valid = *valid && pga_rows_bool(&rows, "is_valid");
    }
    return TRUE;
}

gboolean
pga_copy_check_hypopg(PgaCopy *copy, GError **error)
{
    pga_hypopg_clear(&copy->hypopg);
    if (!pga_hypopg_find(copy->conn, &copy->hypopg, error))
        return FALSE;
    if (copy->hypopg.schema)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "the copy has no HypoPG");
    pga_error_hint(error,
                   "CREATE EXTENSION hypopg there (package postgresql-%u-hypopg), or leave "
                   "out --hypopg, so that real indexes are made.",
                   pga_connection_version_num(copy->connection) / 10000);
    return FALSE;
}

gboolean
pga_copy_hypothesize(PgaCopy *copy, const char *sql, gint64 *bytes, char **name, char **failure,
                     GError **error)
{
    g_auto(PgaHypotheticalIndex) index = {0};

    if ((!copy->hypopg.schema && !pga_copy_check_hypopg(copy, error)) ||
        !pga_hypopg_create(copy->conn, &copy->hypopg, sql, &index, error))
        return FALSE;
    *bytes = index.bytes;
    *name = g_steal_pointer(&index.name);
    *failure = g_steal_pointer(&index.failure);
    return TRUE;
}
