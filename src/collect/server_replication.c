/* Replication: who keeps WAL, who receives it, and this server's own part as a standby. */
#include "server_internal.h"

static void
add_slot(PgaServer *server, PgaRows *rows)
{
    PgaReplicationSlot *slot = pga_record_add(server->slots, &pga_replication_slot_type);

    slot->slot_name = pga_rows_dup(rows, "slot_name");
    slot->plugin = pga_rows_dup(rows, "plugin");
    slot->slot_type = pga_rows_dup(rows, "slot_type");
    slot->datname = pga_rows_dup(rows, "datname");
    slot->temporary = pga_rows_bool(rows, "temporary");
    slot->active = pga_rows_bool(rows, "active");
    slot->synced = pga_rows_bool(rows, "synced");
    slot->conflicting = pga_rows_bool(rows, "conflicting");
    slot->wal_status = pga_rows_dup(rows, "wal_status");
    slot->invalidation_reason = pga_rows_dup(rows, "invalidation_reason");
    slot->retained_bytes = pga_rows_int64(rows, "retained_bytes", -1);
    slot->safe_wal_size = pga_rows_int64(rows, "safe_wal_size", -1);
    slot->xmin_age = pga_rows_int64(rows, "xmin_age", -1);
    slot->catalog_xmin_age = pga_rows_int64(rows, "catalog_xmin_age", -1);
    slot->inactive_age = pga_rows_double(rows, "inactive_age", -1);
}

gboolean
pga_server_read_slots(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_slots", .what = "replication slots"},
                          &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_slot(server, &rows);
    return TRUE;
}

static void
add_sender(PgaServer *server, PgaRows *rows)
{
    PgaWalSender *sender = pga_record_add(server->senders, &pga_wal_sender_type);

    sender->pid = (gint32)pga_rows_int64(rows, "pid", 0);
    sender->usename = pga_rows_dup(rows, "usename");
    sender->application_name = pga_rows_dup(rows, "application_name");
    sender->client_addr = pga_rows_dup(rows, "client_addr");
    sender->state = pga_rows_dup(rows, "state");
    sender->sync_state = pga_rows_dup(rows, "sync_state");
    sender->sent_lag_bytes = pga_rows_int64(rows, "sent_lag_bytes", -1);
    sender->replay_lag_bytes = pga_rows_int64(rows, "replay_lag_bytes", -1);
    sender->write_lag = pga_rows_double(rows, "write_lag", -1);
    sender->flush_lag = pga_rows_double(rows, "flush_lag", -1);
    sender->replay_lag = pga_rows_double(rows, "replay_lag", -1);
    sender->xmin_age = pga_rows_int64(rows, "xmin_age", -1);
    sender->ssl = (gint32)pga_rows_int64(rows, "ssl", -1);
}

gboolean
pga_server_read_senders(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(collector,
                          &(PgaServerQuery){.name = "server_senders", .what = "receivers of WAL"},
                          &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_sender(server, &rows);
    return TRUE;
}

static void
add_subscription(PgaServer *server, PgaRows *rows)
{
    PgaSubscription *subscription = pga_record_add(server->subscriptions, &pga_subscription_type);

    subscription->subname = pga_rows_dup(rows, "subname");
    subscription->datname = pga_rows_dup(rows, "datname");
    subscription->enabled = pga_rows_bool(rows, "enabled");
    subscription->apply_error_count = pga_rows_int64(rows, "apply_error_count", -1);
    subscription->sync_error_count = pga_rows_int64(rows, "sync_error_count", -1);
    subscription->has_worker = pga_rows_bool(rows, "has_worker");
}

gboolean
pga_server_read_subscriptions(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(
            collector, &(PgaServerQuery){.name = "server_subscriptions", .what = "subscriptions"},
            &result, error))
        return FALSE;
    server->subscriptions_known = result != NULL;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows))
        add_subscription(server, &rows);
    return TRUE;
}

gboolean
pga_server_read_wal(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_server_query(
            collector, &(PgaServerQuery){.name = "server_wal", .what = "the position in the WAL"},
            &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (!pga_rows_next(&rows))
        return TRUE;
    server->wal_lsn = pga_rows_int64(&rows, "wal_lsn", -1);
    server->receive_replay_bytes = pga_rows_int64(&rows, "receive_replay_bytes", -1);
    server->replay_age = pga_rows_double(&rows, "replay_age", -1);
    server->has_wal_receiver = pga_rows_bool(&rows, "has_wal_receiver");
    return TRUE;
}
