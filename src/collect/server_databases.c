/* The cluster's databases with their counters. */
#include "server_internal.h"

static void
add_counters(PgaDatabase *database, PgaRows *rows)
{
    database->numbackends = pga_rows_int64(rows, "numbackends", -1);
    database->xact_commit = pga_rows_int64(rows, "xact_commit", -1);
    database->xact_rollback = pga_rows_int64(rows, "xact_rollback", -1);
    database->blks_read = pga_rows_int64(rows, "blks_read", -1);
    database->blks_hit = pga_rows_int64(rows, "blks_hit", -1);
    database->temp_files = pga_rows_int64(rows, "temp_files", -1);
    database->temp_bytes = pga_rows_int64(rows, "temp_bytes", -1);
    database->deadlocks = pga_rows_int64(rows, "deadlocks", -1);
    database->checksum_failures = pga_rows_int64(rows, "checksum_failures", -1);
    database->sessions = pga_rows_int64(rows, "sessions", -1);
    database->sessions_abandoned = pga_rows_int64(rows, "sessions_abandoned", -1);
    database->sessions_fatal = pga_rows_int64(rows, "sessions_fatal", -1);
    database->sessions_killed = pga_rows_int64(rows, "sessions_killed", -1);
    database->session_time = pga_rows_double(rows, "session_time", -1);
    database->active_time = pga_rows_double(rows, "active_time", -1);
    database->idle_in_transaction_time = pga_rows_double(rows, "idle_in_transaction_time", -1);
    database->stats_age = pga_rows_double(rows, "stats_age", -1);
}

static void
add_conflicts(PgaDatabase *database, PgaRows *rows)
{
    database->confl_tablespace = pga_rows_int64(rows, "confl_tablespace", -1);
    database->confl_lock = pga_rows_int64(rows, "confl_lock", -1);
    database->confl_snapshot = pga_rows_int64(rows, "confl_snapshot", -1);
    database->confl_bufferpin = pga_rows_int64(rows, "confl_bufferpin", -1);
    database->confl_deadlock = pga_rows_int64(rows, "confl_deadlock", -1);
    database->confl_active_logicalslot = pga_rows_int64(rows, "confl_active_logicalslot", -1);
}

static void
add_database(PgaServer *server, PgaRows *rows)
{
    PgaDatabase *database = pga_record_add(server->databases, &pga_database_type);

    database->oid = pga_rows_oid(rows, "oid");
    database->datname = pga_rows_dup(rows, "datname");
    database->datallowconn = pga_rows_bool(rows, "datallowconn");
    database->datistemplate = pga_rows_bool(rows, "datistemplate");
    database->is_current = pga_rows_bool(rows, "is_current");
    database->datconnlimit = (gint32)pga_rows_int64(rows, "datconnlimit", -1);
    database->owner = pga_rows_dup(rows, "owner");
    database->collversion = pga_rows_dup(rows, "collversion");
    database->provider = pga_rows_char(rows, "provider");
    database->collate = pga_rows_dup(rows, "collate");
    database->bytes = pga_rows_int64(rows, "bytes", -1);
    database->frozenxid_age = pga_rows_int64(rows, "frozenxid_age", -1);
    database->minmxid_age = pga_rows_int64(rows, "minmxid_age", -1);
    add_counters(database, rows);
    add_conflicts(database, rows);
}

static PgaDatabase *
find_database(const PgaServer *server, PgaOid oid)
{
    for (guint i = 0; i < server->databases->len; i++) {
        PgaDatabase *database = g_ptr_array_index(server->databases, i);

        if (database->oid == oid)
            return database;
    }
    return NULL;
}

static gboolean
read_collations(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_collations",
                                            .what = "versions of the databases' collations"},
                          &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        PgaDatabase *database = find_database(server, pga_rows_oid(&rows, "oid"));

        if (database)
            database->actual_collversion = pga_rows_dup(&rows, "version");
    }
    return TRUE;
}

static gboolean
read_sizes(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!collector->options->database_sizes)
        return TRUE;
    if (!pga_server_query(
            collector,
            &(PgaServerQuery){.name = "server_sizes", .what = "sizes of the other databases"},
            &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        PgaDatabase *database = find_database(server, pga_rows_oid(&rows, "oid"));

        if (database)
            database->bytes = pga_rows_int64(&rows, "bytes", -1);
    }
    return TRUE;
}

gboolean
pga_server_read_databases(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(
            collector,
            &(PgaServerQuery){.name = "server_databases", .what = "databases of the server"},
            &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_database(server, &rows);
    return read_collations(collector, server, error) && read_sizes(collector, server, error);
}
