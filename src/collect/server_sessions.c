/* Who is connected, who waits for whom, what is under way. */
#include <string.h>

#include "server_internal.h"

gboolean
pga_server_read_privileges(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(
            collector,
            &(PgaServerQuery){.name = "server_privileges", .what = "the role's privileges"},
            &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (!pga_rows_next(&rows))
        return TRUE;
    server->sessions_known = pga_rows_bool(&rows, "reads_statistics");
    if (!server->sessions_known)
        pga_collector_note(
            collector, g_strdup("sessions of other roles, lags of standbys, the size of pg_wal"),
            g_strdup_printf("this role may not see them (GRANT pg_monitor TO %s; would let it)",
                            pga_rows_text(&rows, "role")));
    return TRUE;
}

static void
add_ages(PgaSession *session, PgaRows *rows)
{
    session->backend_age = pga_rows_double(rows, "backend_age", -1);
    session->xact_age = pga_rows_double(rows, "xact_age", -1);
    session->query_age = pga_rows_double(rows, "query_age", -1);
    session->state_age = pga_rows_double(rows, "state_age", -1);
    session->xid_age = pga_rows_int64(rows, "xid_age", -1);
    session->xmin_age = pga_rows_int64(rows, "xmin_age", -1);
}

static const PgaSession *
add_session(PgaServer *server, PgaRows *rows)
{
    PgaSession *session = pga_record_add(server->sessions, &pga_session_type);

    session->pid = (gint32)pga_rows_int64(rows, "pid", 0);
    session->leader_pid = (gint32)pga_rows_int64(rows, "leader_pid", 0);
    session->datname = pga_rows_dup(rows, "datname");
    session->usename = pga_rows_dup(rows, "usename");
    session->application_name = pga_rows_dup(rows, "application_name");
    session->client_addr = pga_rows_dup(rows, "client_addr");
    session->backend_type = pga_rows_dup(rows, "backend_type");
    session->state = pga_rows_dup(rows, "state");
    session->wait_event_type = pga_rows_dup(rows, "wait_event_type");
    session->wait_event = pga_rows_dup(rows, "wait_event");
    session->query = pga_rows_dup(rows, "query");
    add_ages(session, rows);
    session->is_superuser = pga_rows_bool(rows, "is_superuser");
    session->ssl = (gint32)pga_rows_int64(rows, "ssl", -1);
    session->blockers = pga_rows_dup(rows, "blockers");
    session->prepared_blocker = pga_rows_dup(rows, "prepared_blocker");
    session->wait_age = pga_rows_double(rows, "wait_age", -1);
    session->lock_mode = pga_rows_dup(rows, "lock_mode");
    session->lock_relation = pga_rows_dup(rows, "lock_relation");
    session->lock_type = pga_rows_dup(rows, "lock_type");
    session->lock_key = pga_rows_dup(rows, "lock_key");
    return session;
}

/* States of sessions that the role may not see are not counted as any. */
static void
count_session(PgaServer *server, const PgaSession *session)
{
    const char *state = session->state ? session->state : "";

    if (strcmp(session->backend_type, "client backend") != 0)
        return;
    server->n_client_backends++;
    if (!server->sessions_known)
        return;
    server->n_active += strcmp(state, "active") == 0;
    server->n_idle_in_transaction += g_str_has_prefix(state, "idle in transaction");
}

static gboolean
read_as(PgaCollector *collector, PgaServer *server, const char *name, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector, &(PgaServerQuery){.name = name, .what = "sessions"}, &result,
                          error))
        return FALSE;
    if (!result) {
        server->sessions_known = FALSE;
        return TRUE;
    }
    server->n_client_backends = 0;
    server->n_active = server->n_idle_in_transaction = server->sessions_known ? 0 : -1;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        count_session(server, add_session(server, &rows));
    return TRUE;
}

gboolean
pga_server_read_sessions(PgaCollector *collector, PgaServer *server, GError **error)
{
    return read_as(collector, server, "server_sessions", error);
}

gboolean
pga_server_read_sessions_bare(PgaCollector *collector, PgaServer *server, GError **error)
{
    return read_as(collector, server, "sessions_bare", error);
}

static void
add_progress(PgaServer *server, PgaRows *rows)
{
    PgaProgressEntry *entry = pga_record_add(server->progress, &pga_progress_entry_type);

    entry->pid = (gint32)pga_rows_int64(rows, "pid", 0);
    entry->command = pga_rows_dup(rows, "command");
    entry->datname = pga_rows_dup(rows, "datname");
    entry->relid = pga_rows_oid(rows, "relid");
    entry->relation = pga_rows_dup(rows, "relation");
    entry->phase = pga_rows_dup(rows, "phase");
    entry->index_vacuum_count = pga_rows_int64(rows, "index_vacuum_count", -1);
    entry->done = pga_rows_double(rows, "done", -1);
    entry->is_autovacuum = pga_rows_bool(rows, "is_autovacuum");
}

gboolean
pga_server_read_progress(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(
            collector,
            &(PgaServerQuery){.name = "server_progress", .what = "progress of running operations"},
            &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_progress(server, &rows);
    return TRUE;
}
