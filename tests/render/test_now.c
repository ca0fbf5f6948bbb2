/* The moment of a server as text, Markdown and JSON, of a fixed model. */
#include "golden.h"

#include <render/now.h>
#include <string.h>

static PgaSession *
session(PgaNow *now, gint32 pid, const char *application, const char *state, const char *query)
{
    PgaSession *added = pga_record_add(now->server->sessions, &pga_session_type);

    added->pid = pid;
    added->usename = g_strdup("app");
    added->datname = g_strdup("shop");
    added->application_name = g_strdup(application);
    added->backend_type = g_strdup("client backend");
    added->state = g_strdup(state);
    added->query = g_strdup(query);
    added->state_age = added->query_age = added->xact_age = 720;
    added->backend_age = 900;
    added->wait_age = -1;
    added->xid_age = added->xmin_age = -1;
    added->ssl = -1;
    return added;
}

static PgaSession *
waiter(PgaNow *now, gint32 pid, const char *blockers, const char *query)
{
    PgaSession *added = session(now, pid, "web", "active", query);

    added->blockers = g_strdup(blockers);
    added->wait_age = 300;
    added->lock_mode = g_strdup("AccessShareLock");
    added->lock_type = g_strdup("relation");
    added->lock_relation = g_strdup("public.orders");
    return added;
}

static void
add_server(PgaNow *now)
{
    PgaServer *server = now->server;
    PgaDatabase *database = pga_record_add(server->databases, &pga_database_type);
    PgaReplicationSlot *slot = pga_record_add(server->slots, &pga_replication_slot_type);
    PgaWalSender *sender = pga_record_add(server->senders, &pga_wal_sender_type);
    PgaProgressEntry *progress = pga_record_add(server->progress, &pga_progress_entry_type);

    database->datname = g_strdup("shop");
    database->frozenxid_age = 1500000000;
    database->minmxid_age = 3;
    database->xact_commit = 6000;
    database->xact_rollback = 4000;
    database->deadlocks = 41;
    slot->slot_name = g_strdup("cdc");
    slot->slot_type = g_strdup("logical");
    slot->wal_status = g_strdup("extended");
    slot->retained_bytes = 120000000000;
    slot->safe_wal_size = 4000000000;
    slot->xmin_age = slot->catalog_xmin_age = -1;
    sender->pid = 90;
    sender->application_name = g_strdup("standby1");
    sender->state = g_strdup("streaming");
    sender->sync_state = g_strdup("async");
    sender->replay_lag_bytes = 52000000;
    sender->replay_lag = 2.5;
    sender->xmin_age = -1;
    progress->pid = 77;
    progress->command = g_strdup("VACUUM");
    progress->relation = g_strdup("public.orders");
    progress->phase = g_strdup("scanning heap");
    progress->done = 0.42;
    progress->is_autovacuum = TRUE;
    server->host.known = TRUE;
    server->host.wal_free_bytes = server->host.data_free_bytes = 36000000000;
    server->last_archived_age = 4000;
    server->last_failed_age = 12;
    server->failed_count = 300;
}

static PgaNow *
new_now(void)
{
    PgaNow *now = pga_now_new();
    PgaEnvironment *environment = now->report->environment;
    static const char *const settings[][2] = {{"max_connections", "100"},
                                              {"superuser_reserved_connections", "3"},
                                              {"autovacuum_freeze_max_age", "200000000"}};

    environment->source_name = g_strdup("shop");
    environment->version = g_strdup("17.10");
    environment->version_num = 170010;
    now->report->complete = TRUE;
    now->server->sessions_known = TRUE;
    now->server->n_client_backends = 96;
    now->server->n_active = 90;
    now->server->n_idle_in_transaction = 2;
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
        pga_catalog_add_setting(now->catalog, settings[i][0])->setting = g_strdup(settings[i][1]);
    pga_catalog_finish(now->catalog);
    return now;
}

static PgaNow *
new_trouble(void)
{
    PgaNow *now = new_now();
    PgaPreparedTransaction *prepared =
        pga_record_add(now->server->prepared, &pga_prepared_transaction_type);
    PgaFinding *finding = pga_finding_new("lock-waits");
    PgaSession *vacuum;

    session(now, 6331, "worker", "idle in transaction",
            "UPDATE orders\n   SET paid = true\n WHERE id = 4711")
        ->xid_age = 1200000;
    g_free(waiter(now, 7501, "{6331}", "ALTER TABLE orders ADD COLUMN note text")->lock_mode);
    ((PgaSession *)g_ptr_array_index(now->server->sessions, 1))->lock_mode =
        g_strdup("AccessExclusiveLock");
    waiter(now, 7520, "{7501}",
           "SELECT * FROM orders WHERE customer = 'Z\xc3\xbcrich' AND note IS "
           "NOT NULL ORDER BY id DESC LIMIT 20");
    waiter(now, 7521, "{7501,7520}", "\033[31mred");
    prepared->gid = g_strdup("it's");
    prepared->owner = g_strdup("xa");
    prepared->datname = g_strdup("shop");
    prepared->age = 86400;
    prepared->xid_age = 900;
    waiter(now, 7600, "{0}", "DELETE FROM stock")->prepared_blocker = g_strdup("it's");
    vacuum =
        session(now, 77, "", "active", "autovacuum: VACUUM public.stock (to prevent wraparound)");
    g_free(vacuum->backend_type);
    g_free(vacuum->usename);
    vacuum->usename = NULL;
    vacuum->backend_type = g_strdup("autovacuum worker");
    waiter(now, 7700, "{77}", "ALTER TABLE stock SET (fillfactor = 70)");
    waiter(now, 7801, "{7802}", "SELECT pg_advisory_lock(42)")->lock_key = g_strdup("42");
    waiter(now, 7802, "{7801}", NULL);
    waiter(now, 7803, "{9999}", "TABLE x");
    add_server(now);
    pga_now_add_wait(now, "Lock", "relation", 15);
    pga_now_add_wait(now, NULL, NULL, 3);
    pga_now_add_wait(now, "IO", "DataFileRead", 1);
    pga_now_add_wait(now, "IO", "DataFileRead", 1);
    now->n_samples = 5;
    now->xids_per_second = 5000;
    now->wal_per_second = 20000000;
    finding->severity = PGA_SEVERITY_ERROR;
    finding->category = "query";
    finding->object = g_strdup("role app in database shop");
    finding->title = g_strdup("Sessions wait for a lock");
    finding->evidence = g_strdup("process 6331 holds up 3 sessions.");
    finding->fingerprint = g_strdup("0123456789abcdef");
    finding->when_not = "In an agreed window.";
    finding->requirements = "T3-4";
    g_ptr_array_add(now->report->findings, finding);
    g_ptr_array_add(now->report->not_checked,
                    pga_not_checked_new(NULL, g_strdup("replication slots"),
                                        g_strdup("canceling statement due to lock timeout")));
    now->report->complete = FALSE;
    pga_now_finish(now);
    return now;
}

static PgaNow *
new_quiet(void)
{
    PgaNow *now = new_now();

    now->server->n_client_backends = 0;
    now->server->n_active = now->server->n_idle_in_transaction = 0;
    now->server->last_archived_age = now->server->last_failed_age = -1;
    now->server->host.wal_free_bytes = now->server->host.data_free_bytes = -1;
    pga_now_finish(now);
    return now;
}

static const struct {
    const char *name;
    PgaNow *(*build)(void);
    PgaRenderOptions options;
} cases[] = {
    {"now-trouble.txt", new_trouble, {.format = PGA_FORMAT_TEXT}},
    {"now-trouble-colour.txt", new_trouble, {.format = PGA_FORMAT_TEXT, .colour = TRUE}},
    {"now-trouble-narrow.txt", new_trouble, {.format = PGA_FORMAT_TEXT, .width = 40}},
    {"now-trouble.md", new_trouble, {.format = PGA_FORMAT_MARKDOWN}},
    {"now-trouble.json", new_trouble, {.format = PGA_FORMAT_JSON}},
    {"now-quiet.txt", new_quiet, {.format = PGA_FORMAT_TEXT}},
    {"now-quiet.json", new_quiet, {.format = PGA_FORMAT_JSON}},
};

static void
test_golden(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaNow) now = cases[i].build();
    g_autofree char *text = pga_render_now(now, &cases[i].options);

    pga_assert_golden(text, cases[i].name);
}

/* A queue of hundreds is cut, and says so. */
static void
test_long_queue(void)
{
    g_autoptr(PgaNow) now = new_now();
    g_autofree char *text = NULL;

    session(now, 1, "x", "active", "UPDATE t");
    for (gint32 i = 2; i < 300; i++)
        waiter(now, i, "{1}", NULL);
    pga_now_finish(now);
    text = pga_render_now(now, &(PgaRenderOptions){.format = PGA_FORMAT_TEXT});
    g_assert_nonnull(strstr(text, "298 behind it"));
    g_assert_nonnull(strstr(text, "more sessions: see --format json"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/render/now/%s", cases[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_golden);
    }
    g_test_add_func("/render/now/long-queue", test_long_queue);
    return g_test_run();
}
