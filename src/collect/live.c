/* One READ ONLY transaction in which the source's planner is asked. READ COMMITTED: no snapshot is
 * kept between statements; each locks its tables until it is rolled back to before it. */
#include "collect/live.h"

#include <base/error.h>

#include "hypopg_internal.h"
#include "sql_internal.h"

#define GRACE_MS   5000 /* beyond the server's own timeout */
#define BEGIN      "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
#define SAFE_PATH  "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', TRUE)"
#define SAVEPOINT  "SAVEPOINT pgarchitect"
#define BACK       "ROLLBACK TO SAVEPOINT pgarchitect"
#define PRIVILEGED "42501"

struct PgaLive {
    PgaConnection *connection;
    PGconn *conn;
    PgaLiveLimits limits;
    PgaHypopg hypopg;
};

void
pga_reached_name_free(PgaReachedName *name)
{
    g_free(name->name);
    g_free(name);
}

/* *failure: (transfer full) (nullable): what the server said; *result is there unless with an
 * error. */
static gboolean
ask(PgaLive *live, const char *sql, const char *argument, PGresult **result, char **failure,
    GError **error)
{
    const gint64 deadline =
        g_get_monotonic_time() + (gint64)(live->limits.statement_timeout + GRACE_MS) * 1000;
    ExecStatusType status;

    *result = pga_libpq_exec(live->conn, sql, &argument, argument ? 1 : 0, deadline, error);
    if (!*result)
        return FALSE;
    status = PQresultStatus(*result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        *failure = pga_libpq_message(*result);
    return TRUE;
}

/* For what cannot fail but with the connection. */
static gboolean
run(PgaLive *live, const char *sql, const char *argument, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    g_autofree char *failure = NULL;

    if (!ask(live, sql, argument, &result, &failure, error))
        return FALSE;
    if (!failure)
        return TRUE;
    pga_error_set(error, PGA_ERROR_SOURCE, "%s", failure);
    return FALSE;
}

static void
forget(PgaLive *live, const char *function)
{
    g_autofree char *sql = g_strdup_printf("SELECT %s.%s()", live->hypopg.schema, function);

    run(live, sql, NULL, NULL);
}

/* Behind a pooler the session goes on without us. A transaction that cannot be ended so ends with
 * the connection. */
static void
end(PgaLive *live)
{
    if (PQtransactionStatus(live->conn) == PQTRANS_INERROR)
        run(live, BACK, NULL, NULL);
    if (live->hypopg.may_be_used)
        forget(live, "hypopg_reset");
    if (live->hypopg.may_be_used && live->hypopg.hides)
        forget(live, "hypopg_unhide_all_indexes");
    run(live, "ROLLBACK", NULL, NULL);
}

void
pga_live_free(PgaLive *live)
{
    if (!live)
        return;
    if (PQtransactionStatus(live->conn) == PQTRANS_INERROR ||
        PQtransactionStatus(live->conn) == PQTRANS_INTRANS)
        end(live);
    pga_connection_close(live->connection);
    pga_hypopg_clear(&live->hypopg);
    g_free(live);
}

char *
pga_live_name(const PgaLive *live)
{
    return g_strdup_printf("%s on PostgreSQL %s", pga_connection_dbname(live->connection),
                           pga_connection_version(live->connection));
}

const char *
pga_live_hypopg_version(const PgaLive *live)
{
    return live->hypopg.version;
}

gboolean
pga_live_hides(const PgaLive *live)
{
    return live->hypopg.hides;
}

/* (transfer full) (nullable) */
static char *
obstacle_of(const PgaHypopg *hypopg, const PgaConnection *connection)
{
    if (hypopg->schema && hypopg->may_be_used)
        return NULL;
    if (hypopg->schema)
        return g_strdup_printf("the role may not use HypoPG: GRANT USAGE ON SCHEMA %s to it",
                               hypopg->schema);
    return g_strdup_printf("the database has no HypoPG: CREATE EXTENSION hypopg there (package "
                           "postgresql-%u-hypopg), or measure on a copy, --measure CONNINFO",
                           pga_connection_version_num(connection) / 10000);
}

static gboolean
find_hypopg(PgaLive *live, char **obstacle, GError **error)
{
    if (!run(live, SAFE_PATH, NULL, error) || !pga_hypopg_find(live->conn, &live->hypopg, error) ||
        !run(live, BACK, NULL, error))
        return FALSE;
    *obstacle = obstacle_of(&live->hypopg, live->connection);
    return TRUE;
}

static gboolean
set_limit(PgaLive *live, const char *name, guint ms, GError **error)
{
    g_autofree char *sql = g_strdup_printf("SET LOCAL %s = %u", name, ms);

    return run(live, sql, NULL, error);
}

/* In the transaction's own settings: behind a pooler they would outlive it otherwise. */
static gboolean
begin(PgaLive *live, GError **error)
{
    return run(live, BEGIN, NULL, error) &&
           set_limit(live, "statement_timeout", live->limits.statement_timeout, error) &&
           set_limit(live, "lock_timeout", live->limits.lock_timeout, error) &&
           set_limit(live, "idle_in_transaction_session_timeout", 60000, error) &&
           run(live, "SET LOCAL hypopg.enabled = on", NULL, error) &&
           run(live, SAVEPOINT, NULL, error);
}

PgaLive *
pga_live_begin(PgaConnection *connection, const PgaLiveLimits *limits, char **obstacle,
               GError **error)
{
    g_autoptr(PgaLive) live = g_new0(PgaLive, 1);

    live->connection = connection;
    live->conn = pga_connection_libpq(connection);
    live->limits = *limits;
    if (!begin(live, error) || !find_hypopg(live, obstacle, error) || *obstacle)
        return NULL;
    return g_steal_pointer(&live);
}

gboolean
pga_live_check(PgaConnection *connection, char **obstacle, GError **error)
{
    g_auto(PgaHypopg) hypopg = {0};

    if (!pga_hypopg_find(pga_connection_libpq(connection), &hypopg, error))
        return FALSE;
    *obstacle = obstacle_of(&hypopg, connection);
    return TRUE;
}

static void
add_reached(PgaRows *rows, GPtrArray *names)
{
    PgaReachedName *name = g_new0(PgaReachedName, 1);

    name->name = pga_rows_dup(rows, "name");
    name->is_foreign = pga_rows_char(rows, "kind") == 'r';
    name->on_writes = pga_rows_bool(rows, "on_writes");
    name->is_called = pga_rows_bool(rows, "is_called");
    g_ptr_array_add(names, name);
}

gboolean
pga_live_reached_names(PgaLive *live, GPtrArray *names, char **failure, GError **error)
{
    const guint major = pga_connection_version_num(live->connection) / 10000;
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!run(live, SAFE_PATH, NULL, error) ||
        !ask(live, pga_sql_text("own_code", major), NULL, &result, failure, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(*failure ? NULL : result);
    while (pga_rows_next(&rows))
        add_reached(&rows, names);
    return run(live, BACK, NULL, error);
}

gboolean
pga_live_create(PgaLive *live, const char *sql, char **name, gint64 *bytes, char **failure,
                GError **error)
{
    g_auto(PgaHypotheticalIndex) index = {0};

    if (!pga_hypopg_create(live->conn, &live->hypopg, sql, &index, error))
        return FALSE;
    *name = g_steal_pointer(&index.name);
    *bytes = index.bytes;
    *failure = g_steal_pointer(&index.failure);
    return run(live, BACK, NULL, error);
}

gboolean
pga_live_hide(PgaLive *live, PgaOid index, char **failure, GError **error)
{
    g_autofree char *oid = g_strdup_printf("%u", index);
    g_autofree char *sql =
        g_strdup_printf("SELECT %s.hypopg_hide_index($1::pg_catalog.oid)", live->hypopg.schema);
    g_autoptr(PGresult) result = NULL;

    return ask(live, sql, oid, &result, failure, error) && run(live, BACK, NULL, error);
}

/* (transfer full): with what to do about it where that is known. */
static char *
explained(const PGresult *result, char *message)
{
    g_autofree char *said = message;

    if (g_strcmp0(PQresultErrorField(result, PG_DIAG_SQLSTATE), PRIVILEGED) != 0)
        return g_steal_pointer(&said);
    return g_strdup_printf("%s: EXPLAIN wants the privileges that the statement does", said);
}

gboolean
pga_live_explain(PgaLive *live, const char *text, const char *search_path, char **plan,
                 char **failure, GError **error)
{
    g_autofree char *sql = g_strconcat("EXPLAIN (FORMAT JSON) ", text, NULL);
    g_autoptr(PGresult) result = NULL;
    char *message = NULL;

    *plan = *failure = NULL;
    if ((search_path &&
         !run(live, "SELECT pg_catalog.set_config('search_path', $1, TRUE)", search_path, error)) ||
        !ask(live, sql, NULL, &result, &message, error))
        return FALSE;
    if (message)
        *failure = explained(result, message);
    else if (PQntuples(result) == 1)
        *plan = g_utf8_make_valid(PQgetvalue(result, 0, 0), -1);
    else
        *failure = g_strdup("the server gave no plan");
    return run(live, BACK, NULL, error);
}
