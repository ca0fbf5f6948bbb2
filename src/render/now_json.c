/* The moment as JSON: schemas/now.schema.json. */
#include "json_internal.h"
#include "now_internal.h"

static json_t *
integer(gint64 number)
{
    return number >= 0 ? json_integer(number) : json_null();
}

static json_t *
real(double number)
{
    return number >= 0 ? pga_json_real(number) : json_null();
}

static void
set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void
set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, pga_json_string(text));
}

static json_t *
session(const PgaSession *from)
{
    json_t *object = json_object();

    if (!from) {
        json_decref(object);
        return json_null();
    }
    set(object, "pid", json_integer(from->pid));
    set_text(object, "user", from->usename);
    set_text(object, "database", from->datname);
    set_text(object, "application", from->application_name);
    set_text(object, "client", from->client_addr);
    set_text(object, "backend_type", from->backend_type);
    set_text(object, "state", from->state);
    set(object, "state_seconds", real(from->state_age));
    set(object, "transaction_seconds", real(from->xact_age));
    set(object, "has_written", json_boolean(from->xid_age >= 0));
    set_text(object, "query", from->query);
    return object;
}

static json_t *
wanted(const PgaSession *from)
{
    json_t *object = json_object();

    set(object, "seconds", real(pga_session_wait(from)));
    set_text(object, "type", from->lock_type);
    set_text(object, "mode", from->lock_mode);
    set_text(object, "relation", from->lock_relation);
    set_text(object, "advisory_key", from->lock_key);
    set_text(object, "blockers", from->blockers);
    return object;
}

static json_t *
/* NOLINTNEXTLINE(misc-no-recursion): as deep as queues are chained */
block(const PgaBlock *from)
{
    json_t *object = json_object(), *waiters = json_array();

    set(object, "pid", json_integer(from->pid));
    set(object, "session", session(from->session));
    set_text(object, "prepared_transaction", from->prepared ? from->prepared->gid : NULL);
    set(object, "waits_for",
        from->session && from->session->blockers ? wanted(from->session) : json_null());
    set(object, "behind", json_integer(from->n_behind));
    set(object, "longest_wait_seconds", real(from->longest_wait));
    set(object, "deadlock", json_boolean(from->in_ring));
    for (guint i = 0; i < from->waiters->len; i++)
        json_array_append_new(waiters, block(g_ptr_array_index(from->waiters, i)));
    set(object, "waiters", waiters);
    return object;
}

static json_t *
blocking(const PgaBlocking *from)
{
    json_t *object = json_object(), *roots = json_array();

    for (guint i = 0; i < from->roots->len; i++)
        json_array_append_new(roots, block(g_ptr_array_index(from->roots, i)));
    set(object, "waiting", json_integer(from->n_waiting));
    set(object, "roots", roots);
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

        set_text(object, "kind", kinds[action->kind]);
        set(object, "pid", action->pid ? json_integer(action->pid) : json_null());
        set_text(object, "what", action->what);
        set_text(object, "sql", action->statement);
        set_text(object, "loses", action->loses);
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
    set_text(object, "kind", kinds[oldest->kind]);
    set_text(object, "owner", name);
    set(object, "pid", oldest->session ? json_integer(oldest->session->pid) : json_null());
    set(object, "transactions", json_integer(oldest->xid_age));
    set(object, "seconds", real(oldest->age));
    return object;
}

static json_t *
connections(const PgaNow *now)
{
    const PgaServer *server = now->server;
    json_t *object = json_object();

    set(object, "used",
        integer(server->n_client_backends < 0 ? -1 : server->n_client_backends + 1));
    set(object, "active", integer(server->n_active));
    set(object, "idle_in_transaction", integer(server->n_idle_in_transaction));
    set(object, "max", integer((gint64)pga_now_setting(now, "max_connections", -1)));
    set(object, "reserved",
        integer((gint64)(pga_now_setting(now, "superuser_reserved_connections", 0) +
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

        set_text(object, "name", database->datname);
        set(object, "transaction_id_age", integer(database->frozenxid_age));
        set(object, "multixact_age", integer(database->minmxid_age));
        set(object, "transaction_ids_left", real(pga_now_xids_left(database)));
        set(object, "seconds_left",
            now->xids_per_second > 0 ? real(pga_now_xids_left(database) / now->xids_per_second)
                                     : json_null());
        set(object, "commits", integer(database->xact_commit));
        set(object, "rollbacks", integer(database->xact_rollback));
        set(object, "deadlocks", integer(database->deadlocks));
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

        set_text(object, "name", slot->slot_name);
        set_text(object, "type", slot->slot_type);
        set(object, "active", json_boolean(slot->active));
        set_text(object, "wal_status", slot->wal_status);
        set(object, "retained_bytes", integer(slot->retained_bytes));
        set(object, "safe_wal_size", integer(slot->safe_wal_size));
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

        set(object, "pid", json_integer(sender->pid));
        set_text(object, "application", sender->application_name);
        set_text(object, "state", sender->state);
        set_text(object, "sync_state", sender->sync_state);
        set(object, "replay_lag_bytes", integer(sender->replay_lag_bytes));
        set(object, "replay_lag_seconds", real(sender->replay_lag));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
storage(const PgaNow *now)
{
    const PgaServer *server = now->server;
    json_t *object = json_object();

    set(object, "wal_bytes_per_second", real(now->wal_per_second));
    set(object, "wal_bytes", integer(server->wal_dir_bytes));
    set(object, "wal_free_bytes", integer(server->host.wal_free_bytes));
    set(object, "data_free_bytes", integer(server->host.data_free_bytes));
    set(object, "archive_failures", integer(server->failed_count));
    set(object, "last_archive_seconds", real(server->last_archived_age));
    set(object, "last_archive_failure_seconds", real(server->last_failed_age));
    return object;
}

static json_t *
running(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; i < from->len; i++) {
        const PgaProgressEntry *entry = g_ptr_array_index(from, i);
        json_t *object = json_object();

        set(object, "pid", json_integer(entry->pid));
        set_text(object, "command", entry->command);
        set_text(object, "database", entry->datname);
        set_text(object, "relation", entry->relation);
        set_text(object, "phase", entry->phase);
        set(object, "done", real(entry->done));
        set(object, "autovacuum", json_boolean(entry->is_autovacuum));
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

        set_text(event, "type", wait->wait_event_type);
        set_text(event, "event", wait->wait_event);
        set(event, "sessions", json_integer(wait->n));
        json_array_append_new(array, event);
    }
    set(object, "samples", json_integer(now->n_samples));
    set(object, "events", array);
    return object;
}

char *
pga_render_now_json(const PgaNow *now)
{
    json_t *root = json_object();

    set(root, "tool", pga_json_tool());
    set_text(root, "command", now->report->command);
    set(root, "complete", json_boolean(now->report->complete));
    set(root, "source", pga_json_source(now->report->environment));
    set(root, "findings", pga_json_findings(now->report->findings));
    set(root, "not_checked", pga_json_not_checked(now->report->not_checked));
    set(root, "actions", actions(now->actions));
    set(root, "blocking", blocking(now->blocking));
    set(root, "oldest_snapshot", oldest_snapshot(now->server));
    set(root, "connections", connections(now));
    set(root, "databases", databases(now));
    set(root, "transaction_ids_per_second", real(now->xids_per_second));
    set(root, "storage", storage(now));
    set(root, "slots", slots(now->server->slots));
    set(root, "standbys", standbys(now->server->senders));
    set(root, "running", running(now->server->progress));
    set(root, "waits", waits(now));
    return pga_json_dump(root);
}
