/* The moment as JSON: schemas/now.schema.json. */
#include "json_internal.h"
#include "now_internal.h"

static json_t *
real(double number)
{
    return number >= 0 ? pga_json_real(number) : json_null();
}

static json_t *
session(const PgaSession *from)
{
    json_t *object = json_object();

    if (!from) {
        json_decref(object);
        return json_null();
    }
    json_object_set_new(object, "pid", json_integer(from->pid));
    pga_json_set_text(object, "user", from->usename);
    pga_json_set_text(object, "database", from->datname);
    pga_json_set_text(object, "application", from->application_name);
    pga_json_set_text(object, "client", from->client_addr);
    pga_json_set_text(object, "backend_type", from->backend_type);
    pga_json_set_text(object, "state", from->state);
    json_object_set_new(object, "state_seconds", real(from->state_age));
    json_object_set_new(object, "transaction_seconds", real(from->xact_age));
    json_object_set_new(object, "has_written", json_boolean(from->xid_age >= 0));
    pga_json_set_text(object, "query", from->query);
    return object;
}

static json_t *
wanted(const PgaSession *from)
{
    json_t *object = json_object();

    json_object_set_new(object, "seconds", real(pga_session_wait(from)));
    pga_json_set_text(object, "type", from->lock_type);
    pga_json_set_text(object, "mode", from->lock_mode);
    pga_json_set_text(object, "relation", from->lock_relation);
    pga_json_set_text(object, "advisory_key", from->lock_key);
    pga_json_set_text(object, "blockers", from->blockers);
    return object;
}

static json_t *
/* NOLINTNEXTLINE(misc-no-recursion): as deep as queues are chained */
block(const PgaBlock *from)
{
    json_t *object = json_object(), *waiters = json_array();

    json_object_set_new(object, "pid", json_integer(from->pid));
    json_object_set_new(object, "session", session(from->session));
    pga_json_set_text(object, "prepared_transaction", from->prepared ? from->prepared->gid : NULL);
    json_object_set_new(object, "waits_for",
                        from->session && from->session->blockers ? wanted(from->session)
                                                                 : json_null());
    json_object_set_new(object, "behind", json_integer(from->n_behind));
    json_object_set_new(object, "longest_wait_seconds", real(from->longest_wait));
    json_object_set_new(object, "deadlock", json_boolean(from->in_ring));
    for (guint i = 0; i < from->waiters->len; i++)
        json_array_append_new(waiters, block(g_ptr_array_index(from->waiters, i)));
    json_object_set_new(object, "waiters", waiters);
    return object;
}

static json_t *
blocking(const PgaBlocking *from)
{
    json_t *object = json_object(), *roots = json_array();

    for (guint i = 0; i < from->roots->len; i++)
        json_array_append_new(roots, block(g_ptr_array_index(from->roots, i)));
    json_object_set_new(object, "waiting", json_integer(from->n_waiting));
    json_object_set_new(object, "roots", roots);
    return object;
}

static json_t *
actions(const GPtrArray *from)
{
    static const char *const kinds[] = {[PGA_NOW_CANCEL] = "cancel",
                                        [PGA_NOW_TERMINATE] = "terminate",
                                        [PGA_NOW_DECIDE] = "decide"};
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaNowAction *action = g_ptr_array_index(from, i);
        json_t *object = json_object();

        pga_json_set_text(object, "kind", kinds[action->kind]);
        json_object_set_new(object, "pid", action->pid ? json_integer(action->pid) : json_null());
        pga_json_set_text(object, "what", action->what);
        pga_json_set_text(object, "sql", action->statement);
        pga_json_set_text(object, "loses", action->loses);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
oldest_snapshot(const PgaServer *server)
{
    static const char *const kinds[] = {[PGA_HOLDER_SESSION] = "session",
                                        [PGA_HOLDER_PREPARED] = "prepared transaction",
                                        [PGA_HOLDER_SLOT] = "replication slot",
                                        [PGA_HOLDER_STANDBY] = "standby"};
    g_autoptr(GArray) holders = pga_horizon_holders(server);
    const PgaHolder *oldest = holders->len ? &g_array_index(holders, PgaHolder, 0) : NULL;
    g_autofree char *name = oldest ? pga_now_holder_name(oldest) : NULL;
    json_t *object;

    if (!oldest)
        return json_null();
    object = json_object();
    pga_json_set_text(object, "kind", kinds[oldest->kind]);
    pga_json_set_text(object, "owner", name);
    json_object_set_new(object, "pid",
                        oldest->session ? json_integer(oldest->session->pid) : json_null());
    json_object_set_new(object, "transactions", json_integer(oldest->xid_age));
    json_object_set_new(object, "seconds", real(oldest->age));
    return object;
}

static json_t *
connections(const PgaNow *now)
{
    const PgaServer *server = now->server;
    json_t *object = json_object();

    json_object_set_new(
        object, "used",
        pga_json_count(server->n_client_backends < 0 ? -1 : server->n_client_backends + 1));
    json_object_set_new(object, "active", pga_json_count(server->n_active));
    json_object_set_new(object, "idle_in_transaction",
                        pga_json_count(server->n_idle_in_transaction));
    json_object_set_new(object, "max",
                        pga_json_count((gint64)pga_now_setting(now, "max_connections", -1)));
    json_object_set_new(
        object, "reserved",
        pga_json_count((gint64)(pga_now_setting(now, "superuser_reserved_connections", 0) +
                                pga_now_setting(now, "reserved_connections", 0))));
    return object;
}

static json_t *
databases(const PgaNow *now)
{
    json_t *array = json_array();

    for (guint i = 0; i < now->server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(now->server->databases, i);
        json_t *object = json_object();

        pga_json_set_text(object, "name", database->datname);
        json_object_set_new(object, "transaction_id_age", pga_json_count(database->frozenxid_age));
        json_object_set_new(object, "multixact_age", pga_json_count(database->minmxid_age));
        json_object_set_new(object, "transaction_ids_left", real(pga_now_xids_left(database)));
        json_object_set_new(object, "seconds_left",
                            now->xids_per_second > 0
                                ? real(pga_now_xids_left(database) / now->xids_per_second)
                                : json_null());
        json_object_set_new(object, "commits", pga_json_count(database->xact_commit));
        json_object_set_new(object, "rollbacks", pga_json_count(database->xact_rollback));
        json_object_set_new(object, "deadlocks", pga_json_count(database->deadlocks));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
slots(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(from, i);
        json_t *object = json_object();

        pga_json_set_text(object, "name", slot->slot_name);
        pga_json_set_text(object, "type", slot->slot_type);
        json_object_set_new(object, "active", json_boolean(slot->active));
        pga_json_set_text(object, "wal_status", slot->wal_status);
        json_object_set_new(object, "retained_bytes", pga_json_count(slot->retained_bytes));
        json_object_set_new(object, "safe_wal_size", pga_json_count(slot->safe_wal_size));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
standbys(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaWalSender *sender = g_ptr_array_index(from, i);
        json_t *object = json_object();

        json_object_set_new(object, "pid", json_integer(sender->pid));
        pga_json_set_text(object, "application", sender->application_name);
        pga_json_set_text(object, "state", sender->state);
        pga_json_set_text(object, "sync_state", sender->sync_state);
        json_object_set_new(object, "replay_lag_bytes", pga_json_count(sender->replay_lag_bytes));
        json_object_set_new(object, "replay_lag_seconds", real(sender->replay_lag));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
storage(const PgaNow *now)
{
    const PgaServer *server = now->server;
    json_t *object = json_object();

    json_object_set_new(object, "wal_bytes_per_second", real(now->wal_per_second));
    json_object_set_new(object, "wal_bytes", pga_json_count(server->wal_dir_bytes));
    json_object_set_new(object, "wal_free_bytes", pga_json_count(server->host.wal_free_bytes));
    json_object_set_new(object, "data_free_bytes", pga_json_count(server->host.data_free_bytes));
    json_object_set_new(object, "archive_failures", pga_json_count(server->failed_count));
    json_object_set_new(object, "last_archive_seconds", real(server->last_archived_age));
    json_object_set_new(object, "last_archive_failure_seconds", real(server->last_failed_age));
    return object;
}

static json_t *
running(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaProgressEntry *entry = g_ptr_array_index(from, i);
        json_t *object = json_object();

        json_object_set_new(object, "pid", json_integer(entry->pid));
        pga_json_set_text(object, "command", entry->command);
        pga_json_set_text(object, "database", entry->datname);
        pga_json_set_text(object, "relation", entry->relation);
        pga_json_set_text(object, "phase", entry->phase);
        json_object_set_new(object, "done", real(entry->done));
        json_object_set_new(object, "autovacuum", json_boolean(entry->is_autovacuum));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
waits(const PgaNow *now)
{
    json_t *object = json_object(), *array = json_array();

    for (guint i = 0; i < now->waits->len; i++) {
        const PgaWaitSample *wait = g_ptr_array_index(now->waits, i);
        json_t *event = json_object();

        pga_json_set_text(event, "type", wait->wait_event_type);
        pga_json_set_text(event, "event", wait->wait_event);
        json_object_set_new(event, "sessions", json_integer(wait->n));
        json_array_append_new(array, event);
    }
    json_object_set_new(object, "samples", json_integer(now->n_samples));
    json_object_set_new(object, "events", array);
    return object;
}

char *
pga_render_now_json(const PgaNow *now)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    pga_json_set_text(root, "command", now->report->command);
    json_object_set_new(root, "complete", json_boolean(now->report->complete));
    json_object_set_new(root, "source", pga_json_source(now->report->environment));
    json_object_set_new(root, "findings", pga_json_findings(now->report->findings));
    json_object_set_new(root, "not_checked", pga_json_not_checked(now->report->not_checked));
    json_object_set_new(root, "actions", actions(now->actions));
    json_object_set_new(root, "blocking", blocking(now->blocking));
    json_object_set_new(root, "oldest_snapshot", oldest_snapshot(now->server));
    json_object_set_new(root, "connections", connections(now));
    json_object_set_new(root, "databases", databases(now));
    json_object_set_new(root, "transaction_ids_per_second", real(now->xids_per_second));
    json_object_set_new(root, "storage", storage(now));
    json_object_set_new(root, "slots", slots(now->server->slots));
    json_object_set_new(root, "standbys", standbys(now->server->senders));
    json_object_set_new(root, "running", running(now->server->progress));
    json_object_set_new(root, "waits", waits(now));
    return pga_json_dump(root);
}
