/* Counters of the whole server: archiver, checkpoints, WAL, I/O; prepared transactions. */
#include "server_internal.h"

static void
add_checkpoints(PgaServer *server, PgaRows *rows)
{
    server->checkpoints_timed = pga_rows_int64(rows, "checkpoints_timed", -1);
    server->checkpoints_req = pga_rows_int64(rows, "checkpoints_req", -1);
    server->buffers_checkpoint = pga_rows_int64(rows, "buffers_checkpoint", -1);
    server->buffers_clean = pga_rows_int64(rows, "buffers_clean", -1);
    server->buffers_backend = pga_rows_int64(rows, "buffers_backend", -1);
    server->buffers_backend_fsync = pga_rows_int64(rows, "buffers_backend_fsync", -1);
    server->checkpointer_stats_age = pga_rows_double(rows, "checkpointer_stats_age", -1);
}

static void
add_counters(PgaServer *server, PgaRows *rows)
{
    server->start_age = pga_rows_double(rows, "start_age", -1);
    server->archived_count = pga_rows_int64(rows, "archived_count", -1);
    server->failed_count = pga_rows_int64(rows, "failed_count", -1);
    server->last_archived_age = pga_rows_double(rows, "last_archived_age", -1);
    server->last_failed_age = pga_rows_double(rows, "last_failed_age", -1);
    add_checkpoints(server, rows);
    server->wal_records = pga_rows_int64(rows, "wal_records", -1);
    server->wal_fpi = pga_rows_int64(rows, "wal_fpi", -1);
    server->wal_bytes = pga_rows_int64(rows, "wal_bytes", -1);
    server->wal_buffers_full = pga_rows_int64(rows, "wal_buffers_full", -1);
    server->wal_stats_age = pga_rows_double(rows, "wal_stats_age", -1);
}

gboolean
pga_server_read_counters(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_counters",
                                            .what = "counters of checkpoints, archiver and WAL"},
                          &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (pga_rows_next(&rows))
        add_counters(server, &rows);
    return TRUE;
}

/* That the role may not see it was said with the sessions. */
gboolean
pga_server_read_wal_directory(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!server->sessions_known)
        return TRUE;
    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_wal_directory",
                                            .what = "the size of pg_wal",
                                            .grant = "pg_monitor"},
                          &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (pga_rows_next(&rows))
        server->wal_dir_bytes = pga_rows_int64(&rows, "bytes", -1);
    return TRUE;
}

static void
add_io(PgaServer *server, PgaRows *rows)
{
    PgaIoStatistics *io = pga_record_add(server->io, &pga_io_statistics_type);

    io->backend_type = pga_rows_dup(rows, "backend_type");
    io->context = pga_rows_dup(rows, "context");
    io->reads = pga_rows_int64(rows, "reads", -1);
    io->writes = pga_rows_int64(rows, "writes", -1);
    io->extends = pga_rows_int64(rows, "extends", -1);
    io->fsyncs = pga_rows_int64(rows, "fsyncs", -1);
    io->hits = pga_rows_int64(rows, "hits", -1);
}

gboolean
pga_server_read_io(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_io", .what = "counters of I/O"},
                          &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_io(server, &rows);
    return TRUE;
}

gboolean
pga_server_read_prepared(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(
            collector,
            &(PgaServerQuery){.name = "server_prepared", .what = "prepared transactions"}, &result,
            error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        PgaPreparedTransaction *prepared =
            pga_record_add(server->prepared, &pga_prepared_transaction_type);

        prepared->gid = pga_rows_dup(&rows, "gid");
        prepared->owner = pga_rows_dup(&rows, "owner");
        prepared->datname = pga_rows_dup(&rows, "datname");
        prepared->age = pga_rows_double(&rows, "age", -1);
        prepared->xid_age = pga_rows_int64(&rows, "xid_age", -1);
    }
    return TRUE;
}
