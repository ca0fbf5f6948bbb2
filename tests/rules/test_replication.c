/* Rules about replication, archives and WAL, case by case. */
#include "state.h"

static PgaReplicationSlot *
add_slot(Model *model, gint64 retained_bytes)
{
    PgaReplicationSlot *slot = pga_record_add(model->server->slots, &pga_replication_slot_type);

    slot->slot_name = g_strdup("standby's");
    slot->slot_type = g_strdup("physical");
    slot->wal_status = g_strdup("reserved");
    slot->retained_bytes = retained_bytes;
    slot->safe_wal_size = -1;
    return slot;
}

static void
slot_kept(Model *model)
{
    add_slot(model, 2 * GB);
}

static void
slot_kept_little(Model *model)
{
    add_slot(model, GB);
}

static void
slot_extended(Model *model)
{
    PgaReplicationSlot *slot = add_slot(model, 500 * MB);

    g_free(slot->wal_status);
    slot->wal_status = g_strdup("extended");
    slot->plugin = g_strdup("pgoutput");
    g_free(slot->slot_type);
    slot->slot_type = g_strdup("logical");
}

static void
slot_bounded(Model *model)
{
    PgaReplicationSlot *slot = add_slot(model, 500 * MB);

    g_free(slot->wal_status);
    slot->wal_status = g_strdup("unreserved");
    slot->safe_wal_size = 100 * MB;
}

static void
slot_lost(Model *model)
{
    PgaReplicationSlot *slot = add_slot(model, -1);

    slot->invalidation_reason = g_strdup("wal_removed");
}

static void
slot_lost_before_17(Model *model)
{
    PgaReplicationSlot *slot = add_slot(model, -1);

    g_free(slot->wal_status);
    slot->wal_status = g_strdup("lost");
}

static void
slot_status_unknown(Model *model)
{
    PgaReplicationSlot *slot = add_slot(model, 2 * GB);

    g_clear_pointer(&slot->wal_status, g_free);
}

static void
slots_in_order(Model *model)
{
    add_slot(model, 2 * GB)->active = TRUE;
    add_slot(model, 2 * GB)->temporary = TRUE;
    add_slot(model, 2 * GB)->synced = TRUE;
}

static void
disk_of_100_gb(Model *model)
{
    add_slot(model, GB);
    model->server->host.wal_free_bytes = 99 * GB;
    model->server->wal_dir_bytes = GB;
}

static void
disk_of_1_gb(Model *model)
{
    add_slot(model, 0);
    model->server->host.wal_free_bytes = GB;
}

static void
slot_far_behind(Model *model)
{
    add_slot(model, 40 * GB);
}

static void
slot_temporary(Model *model)
{
    add_slot(model, 0)->temporary = TRUE;
}

static void
two_slots(Model *model)
{
    add_slot(model, 0);
    add_slot(model, 0);
}

static PgaWalSender *
add_sender(Model *model, const char *state, gint64 lag_bytes, double lag)
{
    PgaWalSender *sender = pga_record_add(model->server->senders, &pga_wal_sender_type);

    sender->application_name = g_strdup("walreceiver");
    sender->client_addr = g_strdup("10.0.0.5");
    sender->state = g_strdup(state);
    sender->replay_lag_bytes = lag_bytes;
    sender->replay_lag = lag;
    return sender;
}

static void
sender_far(Model *model)
{
    add_sender(model, "streaming", 200 * MB, 3);
}

static void
sender_unsent(Model *model)
{
    PgaWalSender *sender = add_sender(model, "streaming", 200 * MB, -1);

    sender->sent_lag_bytes = 150 * MB;
    g_clear_pointer(&sender->client_addr, g_free);
}

static void
sender_slow(Model *model)
{
    add_sender(model, "streaming", 1000, 31);
}

static void
sender_idle(Model *model)
{
    add_sender(model, "streaming", 0, 3600);
}

static void
sender_catches_up(Model *model)
{
    add_sender(model, "catchup", 200 * MB, 3);
}

static void
sender_of_backup(Model *model)
{
    add_sender(model, "backup", 200 * MB, 3);
}

static void
sender_hidden(Model *model)
{
    add_sender(model, NULL, -1, -1);
}

static void
make_standby(Model *model)
{
    model->environment->is_standby = TRUE;
    model->server->wal_lsn = 1;
    model->server->has_wal_receiver = TRUE;
    model->server->replay_age = 60;
    model->server->receive_replay_bytes = 0;
}

static void
standby_behind(Model *model)
{
    make_standby(model);
    model->server->receive_replay_bytes = 1000;
}

static void
standby_cut_off(Model *model)
{
    make_standby(model);
    model->server->has_wal_receiver = FALSE;
}

static void
one_synchronous(Model *model)
{
    add_sender(model, "streaming", 0, 0)->sync_state = g_strdup("sync");
    add_sender(model, "streaming", 0, 0)->sync_state = g_strdup("async");
}

static void
two_synchronous(Model *model)
{
    add_sender(model, "streaming", 0, 0)->sync_state = g_strdup("sync");
    add_sender(model, "streaming", 0, 0)->sync_state = g_strdup("potential");
}

static void
conflicts(Model *model, gint64 snapshot, gint64 lock)
{
    PgaDatabase *database = state_database(model, 2);

    model->environment->is_standby = TRUE;
    database->confl_snapshot = snapshot;
    database->confl_lock = lock;
    database->confl_active_logicalslot = -1;
}

static void
conflicts_of_snapshots(Model *model)
{
    conflicts(model, 30, 0);
}

static void
conflicts_of_locks(Model *model)
{
    conflicts(model, 1, 30);
}

static void
conflicts_few(Model *model)
{
    conflicts(model, 20, 0);
}

static void
conflicts_on_primary(Model *model)
{
    conflicts(model, 30, 0);
    model->environment->is_standby = FALSE;
}

static void
conflicts_unknown(Model *model)
{
    model->environment->is_standby = TRUE;
}

static PgaSubscription *
add_subscription(Model *model, gboolean enabled, gint64 n_errors, gboolean has_worker)
{
    PgaSubscription *subscription =
        pga_record_add(model->server->subscriptions, &pga_subscription_type);

    subscription->subname = g_strdup("Orders");
    subscription->datname = g_strdup("shop");
    subscription->enabled = enabled;
    subscription->apply_error_count = n_errors;
    subscription->sync_error_count = -1;
    subscription->has_worker = has_worker;
    return subscription;
}

static void
subscription_disabled(Model *model)
{
    PgaSubscription *subscription = add_subscription(model, FALSE, -1, FALSE);

    g_clear_pointer(&subscription->datname, g_free);
}

static void
subscription_failing(Model *model)
{
    add_subscription(model, TRUE, 7, FALSE);
}

static void
subscription_of_primary(Model *model)
{
    subscription_failing(model);
    model->environment->is_standby = TRUE;
}

static void
subscription_failed(Model *model)
{
    add_subscription(model, TRUE, 7, TRUE);
}

static void
subscription_fine(Model *model)
{
    add_subscription(model, TRUE, 0, TRUE);
}

static void
archiver(Model *model, double archived_age, double failed_age)
{
    model->server->archived_count = archived_age >= 0;
    model->server->last_archived_age = archived_age;
    model->server->failed_count = failed_age >= 0;
    model->server->last_failed_age = failed_age;
}

static void
archiver_failing(Model *model)
{
    archiver(model, 7200, 30);
    model->server->wal_dir_bytes = 5 * GB;
}

static void
archiver_never(Model *model)
{
    archiver(model, -1, 30);
}

static void
archiver_recovered(Model *model)
{
    archiver(model, 30, 7200);
}

static void
archiver_fails_on_standby(Model *model)
{
    archiver_failing(model);
    model->environment->is_standby = TRUE;
}

static void
archiver_managed(Model *model)
{
    archiver_failing(model);
    model->environment->provider = g_strdup("aws-rds");
}

static void
wal_of_3_gb(Model *model)
{
    model->server->wal_dir_bytes = 3 * GB;
}

static void
wal_kept_by_slot(Model *model)
{
    add_slot(model, GB);
    add_slot(model, 2 * GB);
    model->server->wal_dir_bytes = 3 * GB;
}

static void
wal_kept_by_archiver(Model *model)
{
    archiver_failing(model);
}

static void
receiver_there(Model *model)
{
    add_sender(model, "streaming", 0, 0);
}

static void
small_database(Model *model)
{
    model->environment->database_bytes = GB - 1;
}

static void
size_unknown(Model *model)
{
    model->environment->database_bytes = -1;
}

#define LIMIT_OFF "max_slot_wal_keep_size=-1; max_wal_size=1024 MB"

static const StateCase cases[] = {
    {"keeps-much", "repl-slot-inactive", NULL, slot_kept, FIRES, PGA_SEVERITY_ERROR,
     "keeps 2 GB of WAL (wal_status reserved); nothing limits it but the disk",
     "SELECT pg_catalog.pg_drop_replication_slot('standby''s');", "start that"},
    {"keeps-little", "repl-slot-inactive", NULL, slot_kept_little, SILENT, 0, NULL, NULL, NULL},
    {"beyond-max-wal-size", "repl-slot-inactive", NULL, slot_extended, FIRES, PGA_SEVERITY_ERROR,
     "Nobody reads the logical slot", NULL, NULL},
    {"about-to-be-given-up", "repl-slot-inactive", NULL, slot_bounded, FIRES, PGA_SEVERITY_WARNING,
     "max_slot_wal_keep_size gives it up after another 100 MB", NULL, NULL},
    {"lost", "repl-slot-inactive", NULL, slot_lost, FIRES, PGA_SEVERITY_WARNING,
     "was invalidated, reason wal_removed", NULL, "build it anew"},
    {"lost-before-17", "repl-slot-inactive", NULL, slot_lost_before_17, FIRES, PGA_SEVERITY_WARNING,
     "was invalidated: WAL", NULL, NULL},
    {"status-unknown", "repl-slot-inactive", NULL, slot_status_unknown, FIRES, PGA_SEVERITY_ERROR,
     "wal_status unknown", NULL, NULL},
    {"active-temporary-synced", "repl-slot-inactive", NULL, slots_in_order, SILENT, 0, NULL, NULL,
     NULL},

    {"unlimited", "repl-no-slot-limit", LIMIT_OFF, slot_kept_little, FIRES, PGA_SEVERITY_INFO,
     "There is 1 replication slot,", "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB';",
     "not known here"},
    {"half-of-the-disk", "repl-no-slot-limit", LIMIT_OFF, disk_of_100_gb, FIRES, PGA_SEVERITY_INFO,
     NULL, "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB';", "It is half"},
    {"no-space", "repl-no-slot-limit", LIMIT_OFF, disk_of_1_gb, FIRES, PGA_SEVERITY_INFO, NULL, "",
     "less than 2 GB"},
    {"more-than-a-slot-keeps", "repl-no-slot-limit", LIMIT_OFF, slot_far_behind, FIRES,
     PGA_SEVERITY_INFO, NULL, "ALTER SYSTEM SET max_slot_wal_keep_size = '80GB';", NULL},
    {"two-slots", "repl-no-slot-limit", LIMIT_OFF, two_slots, FIRES, PGA_SEVERITY_INFO,
     "There are 2 replication slots,", NULL, NULL},
    {"temporary-slot", "repl-no-slot-limit", LIMIT_OFF, slot_temporary, SILENT, 0, NULL, NULL,
     NULL},
    {"no-slot", "repl-no-slot-limit", LIMIT_OFF, NULL, SILENT, 0, NULL, NULL, NULL},
    {"limited", "repl-no-slot-limit", "max_slot_wal_keep_size=10240 MB", two_slots, SILENT, 0, NULL,
     NULL, NULL},

    {"bytes", "repl-lag", NULL, sender_far, FIRES, PGA_SEVERITY_WARNING,
     "all but 200 MB of WAL, 3 s behind", "", "Most of it was sent"},
    {"not-sent", "repl-lag", NULL, sender_unsent, FIRES, PGA_SEVERITY_WARNING,
     "unknown time behind (pg_stat_replication, state streaming); 150 MB", "", "waits here"},
    {"seconds", "repl-lag", NULL, sender_slow, FIRES, PGA_SEVERITY_WARNING, NULL, "", NULL},
    {"idle-primary", "repl-lag", NULL, sender_idle, SILENT, 0, NULL, NULL, NULL},
    {"catches-up", "repl-lag", NULL, sender_catches_up, FIRES, PGA_SEVERITY_INFO, NULL, "", NULL},
    {"base-backup", "repl-lag", NULL, sender_of_backup, SILENT, 0, NULL, NULL, NULL},
    {"hidden", "repl-lag", NULL, sender_hidden, NOT_EVALUATED, 0, NULL, NULL, NULL},
    {"standby-replayed-all", "repl-lag", NULL, make_standby, SILENT, 0, NULL, NULL, NULL},
    {"standby-behind", "repl-lag", NULL, standby_behind, FIRES, PGA_SEVERITY_WARNING,
     "1000 B of WAL were received and not replayed", "", NULL},
    {"standby-delayed", "repl-lag", "recovery_min_apply_delay=3600000 ms", standby_behind, SILENT,
     0, NULL, NULL, NULL},
    {"standby-cut-off", "repl-lag", "restore_command=", standby_cut_off, FIRES, PGA_SEVERITY_ERROR,
     "No WAL receiver runs", "", NULL},
    {"standby-of-an-archive", "repl-lag", "restore_command=cp", standby_cut_off, SILENT, 0, NULL,
     NULL, NULL},

    {"one", "repl-sync-single", "synchronous_standby_names=a", one_synchronous, FIRES,
     PGA_SEVERITY_WARNING, "waits for 1 standby of a, and 1 is connected.", "", "ANY 1 (a, b)"},
    {"none", "repl-sync-single", "synchronous_standby_names=*", NULL, FIRES, PGA_SEVERITY_ERROR,
     "and 0 are connected: commits wait now", "", NULL},
    {"as-many-as-wanted", "repl-sync-single", "synchronous_standby_names=2(a,b)", two_synchronous,
     FIRES, PGA_SEVERITY_WARNING, "waits for 2 standbys of", "", NULL},
    {"a-spare", "repl-sync-single", "synchronous_standby_names=1(a,b)", two_synchronous, SILENT, 0,
     NULL, NULL, NULL},
    {"digit-in-name", "repl-sync-single", "synchronous_standby_names=s2", two_synchronous, SILENT,
     0, NULL, NULL, NULL},
    {"asynchronous", "repl-sync-single", "synchronous_standby_names=", one_synchronous, SILENT, 0,
     NULL, NULL, NULL},
    {"commits-do-not-wait", "repl-sync-single",
     "synchronous_standby_names=a; synchronous_commit=local", one_synchronous, SILENT, 0, NULL,
     NULL, NULL},
    {"standby", "repl-sync-single", "synchronous_standby_names=a", make_standby, SILENT, 0, NULL,
     NULL, NULL},
    {"hidden", "repl-sync-single", "synchronous_standby_names=a", sender_hidden, NOT_EVALUATED, 0,
     NULL, NULL, NULL},

    {"old-rows", "repl-conflicts", "hot_standby_feedback=off", conflicts_of_snapshots, FIRES,
     PGA_SEVERITY_INFO, "30 for old row versions", "ALTER SYSTEM SET hot_standby_feedback = 'on';",
     NULL},
    {"feedback-is-on", "repl-conflicts", "hot_standby_feedback=on", conflicts_of_snapshots, FIRES,
     PGA_SEVERITY_INFO, NULL, "", "max_standby_streaming_delay"},
    {"locks", "repl-conflicts", "hot_standby_feedback=off", conflicts_of_locks, FIRES,
     PGA_SEVERITY_INFO, NULL, "", NULL},
    {"few", "repl-conflicts", NULL, conflicts_few, SILENT, 0, NULL, NULL, NULL},
    {"primary", "repl-conflicts", NULL, conflicts_on_primary, SILENT, 0, NULL, NULL, NULL},
    {"unknown", "repl-conflicts", NULL, conflicts_unknown, NOT_EVALUATED, 0, NULL, NULL, NULL},

    {"disabled", "subscription-errors", NULL, subscription_disabled, FIRES, PGA_SEVERITY_WARNING,
     "It is disabled.", "ALTER SUBSCRIPTION \"Orders\" ENABLE;", "disable_on_error"},
    {"no-worker", "subscription-errors", NULL, subscription_failing, FIRES, PGA_SEVERITY_ERROR,
     "no worker runs, with 7 errors of applying changes and 0 of copying", "", "SKIP"},
    {"worker-again", "subscription-errors", NULL, subscription_failed, FIRES, PGA_SEVERITY_WARNING,
     "Its worker runs", "", NULL},
    {"standby", "subscription-errors", NULL, subscription_of_primary, SILENT, 0, NULL, NULL, NULL},
    {"fine", "subscription-errors", NULL, subscription_fine, SILENT, 0, NULL, NULL, NULL},

    {"fails", "archiver-failing", "archive_mode=on; archive_command=false", archiver_failing, FIRES,
     PGA_SEVERITY_ERROR, "succeeded was 2 h ago (pg_stat_archiver); pg_wal has 5 GB", "", NULL},
    {"never-succeeded", "archiver-failing", "archive_mode=on; archive_command=false",
     archiver_never, FIRES, PGA_SEVERITY_ERROR, "succeeded was never (pg_stat_archiver).", "",
     NULL},
    {"recovered", "archiver-failing", "archive_mode=on; archive_command=true", archiver_recovered,
     SILENT, 0, NULL, NULL, NULL},
    {"off", "archiver-failing", "archive_mode=off", archiver_failing, SILENT, 0, NULL, NULL, NULL},
    {"standby", "archiver-failing", "archive_mode=on; archive_command=false",
     archiver_fails_on_standby, SILENT, 0, NULL, NULL, NULL},
    {"standby-archives", "archiver-failing", "archive_mode=always; archive_command=false",
     archiver_fails_on_standby, FIRES, PGA_SEVERITY_ERROR, NULL, "", NULL},
    {"managed", "archiver-failing", "archive_mode=on; archive_command=false", archiver_managed,
     SILENT, 0, NULL, NULL, NULL},
    {"nothing-to-archive-with", "archiver-failing",
     "archive_mode=on; archive_command=; archive_library=", NULL, FIRES, PGA_SEVERITY_ERROR,
     "neither archive_command nor archive_library", "", NULL},
    {"library", "archiver-failing", "archive_mode=on; archive_command=; archive_library=basic",
     NULL, SILENT, 0, NULL, NULL, NULL},

    {"no-reason-known", "wal-dir-growth", "max_wal_size=1024 MB", wal_of_3_gb, FIRES,
     PGA_SEVERITY_WARNING, "pg_wal has 3 GB, with max_wal_size at 1 GB. No inactive slot and", "",
     NULL},
    {"slot", "wal-dir-growth", "max_wal_size=1024 MB", wal_kept_by_slot, FIRES,
     PGA_SEVERITY_WARNING, "Slot standby's, which nobody reads, keeps 2 GB", "", NULL},
    {"archiver", "wal-dir-growth", "max_wal_size=1024 MB; archive_mode=on", wal_kept_by_archiver,
     FIRES, PGA_SEVERITY_WARNING, "The archiver fails", "", NULL},
    {"slow-archiver", "wal-dir-growth", "max_wal_size=1024 MB; archive_mode=on", wal_of_3_gb, FIRES,
     PGA_SEVERITY_WARNING, "slower than the WAL", "", NULL},
    {"kept-on-purpose", "wal-dir-growth", "max_wal_size=1024 MB; wal_keep_size=2048 MB",
     wal_of_3_gb, SILENT, 0, NULL, NULL, NULL},
    {"within", "wal-dir-growth", "max_wal_size=2048 MB", wal_of_3_gb, SILENT, 0, NULL, NULL, NULL},
    {"unknown", "wal-dir-growth", "max_wal_size=1024 MB", NULL, SILENT, 0, NULL, NULL, NULL},

    {"no-trace", "backup-age-unknown", "archive_mode=off", NULL, FIRES, PGA_SEVERITY_INFO,
     "archive_mode is off", "", "try a restore"},
    {"archive", "backup-age-unknown", "archive_mode=on", NULL, SILENT, 0, NULL, NULL, NULL},
    {"standby", "backup-age-unknown", "archive_mode=off", make_standby, SILENT, 0, NULL, NULL,
     NULL},
    {"receiver", "backup-age-unknown", "archive_mode=off", receiver_there, SILENT, 0, NULL, NULL,
     NULL},
    {"slot", "backup-age-unknown", "archive_mode=off", slot_kept, SILENT, 0, NULL, NULL, NULL},
    {"small", "backup-age-unknown", "archive_mode=off", small_database, SILENT, 0, NULL, NULL,
     NULL},
    {"size-unknown", "backup-age-unknown", "archive_mode=off", size_unknown, SILENT, 0, NULL, NULL,
     NULL},
    {"managed", "backup-age-unknown", "archive_mode=off", archiver_managed, SILENT, 0, NULL, NULL,
     NULL},
};

/* A published table without identity, and its way to one. */
static PgaRelation *
published(Model *model, const char *relname, char relreplident)
{
    PgaRelation *relation = model_table(model, relname, 100);

    model_column(relation, "id", "bigint")->attnotnull = TRUE;
    model_column(relation, "note", "text");
    relation->published_updates = TRUE;
    relation->relreplident = relreplident;
    return relation;
}

static void
test_identity_nothing(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *relation = published(model, "log", 'n');

    model_primary_key(model, relation, "id");
    g_assert_cmpint(model_run(model, "repl-identity-missing"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.log");
    assert_contains(model_finding(model)->evidence, "and it has relreplident 'n': every");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.log REPLICA IDENTITY DEFAULT;");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.log REPLICA IDENTITY NOTHING;");
    g_assert_cmpint(model_finding(model)->proof.kind, ==, PGA_PROOF_EXECUTE);
    g_assert_null(model_finding(model)->fix.note);
}

static void
test_identity_index(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *relation = published(model, "log", 'i');

    model_index(model, relation, "log_note_key", "note")->indisunique = TRUE;
    model_index(model, relation, "log_id_key", "id")->indisunique = TRUE;
    g_assert_cmpint(model_run(model, "repl-identity-missing"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.log REPLICA IDENTITY USING INDEX log_id_key;");
}

static void
test_identity_full(void)
{
    g_autoptr(Model) model = model_new();

    published(model, "log", 'd');
    g_assert_cmpint(model_run(model, "repl-identity-missing"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "'d' and no primary key");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.log REPLICA IDENTITY FULL;");
    assert_contains(model_finding(model)->fix.note, "a primary key is better");
}

/* table-no-primary-key says it, where it is on. */
static void
test_identity_told_elsewhere(void)
{
    g_autoptr(Model) model = model_new();

    published(model, "log", 'd');
    model_run_all(model);
    g_assert_cmpuint(model_count(model, "repl-identity-missing"), ==, 0);
    g_assert_cmpuint(model_count(model, "table-no-primary-key"), ==, 1);
}

static void
test_identity_there(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *by_key = published(model, "a", 'd'), *by_index = published(model, "b", 'i');
    PgaRelation *unpublished = published(model, "d", 'n');
    PgaIndex *index;

    model_primary_key(model, by_key, "id");
    model_primary_key(model, by_index, "id");
    index = model_index(model, by_index, "b_note_key", "note");
    index->indisunique = index->indisreplident = TRUE;
    published(model, "c", 'f');
    unpublished->published_updates = FALSE;
    g_assert_cmpint(model_run(model, "repl-identity-missing"), ==, SILENT);
}

static void
check_partitions(guint n, guint n_statements)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *parent = published(model, "log", 'd');

    parent->relkind = 'p';
    model_primary_key(model, parent, "id");
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("log_%02u", i);
        PgaRelation *partition = model_partition(model, parent, name, 100);

        partition->published_updates = TRUE;
        partition->relreplident = 'n';
        model_primary_key(model, partition, "id");
    }
    g_assert_cmpint(model_run(model, "repl-identity-missing"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "public.log");
    assert_contains(model_finding(model)->evidence, "its partition public.log_00 has");
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, n_statements);
    assert_contains(model_finding(model)->fix.note, "partitions are without one");
}

static void
test_identity_partitions(void)
{
    check_partitions(3, 3);
    check_partitions(21, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    state_add_cases("replication", cases, G_N_ELEMENTS(cases));
    g_test_add_func("/rules/replication/identity/nothing", test_identity_nothing);
    g_test_add_func("/rules/replication/identity/index", test_identity_index);
    g_test_add_func("/rules/replication/identity/full", test_identity_full);
    g_test_add_func("/rules/replication/identity/told-elsewhere", test_identity_told_elsewhere);
    g_test_add_func("/rules/replication/identity/there", test_identity_there);
    g_test_add_func("/rules/replication/identity/partitions", test_identity_partitions);
    return g_test_run();
}
