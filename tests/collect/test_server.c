/* What a server shows of itself, on every version that is installed. */
#include <collect/server.h>
#include <string.h>
#include <unistd.h>

#include "cluster.h"
#include "server_internal.h"

/** What a collection handed over. */
typedef struct {
    PgaServer *server;
    GPtrArray *not_checked; /* of PgaNotChecked * */
} Collected;

static void
server_collected_clear(Collected *collected)
{
    g_clear_pointer(&collected->server, pga_server_free);
    g_clear_pointer(&collected->not_checked, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Collected, server_collected_clear)

static void
collect(const char *dsn, const char *user, Collected *out)
{
    g_autofree char *as = g_strdup_printf("%s user='%s'", dsn, user ? user : "postgres");
    const PgaConnectionOptions to = {.dbname = as};
    const PgaCollectOptions options = {.ram_bytes = -1};
    g_autoptr(PgaConnection) connection = NULL;
    g_autoptr(GError) error = NULL;

    server_collected_clear(out);
    out->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    connection = pga_connection_open(&to, &error);
    g_assert_no_error(error);
    pga_collect_server(connection, &options, &out->server, out->not_checked, &error);
    g_assert_no_error(error);
}

static const PgaNotChecked *
not_checked(const Collected *collected, const char *what)
{
    for (guint i = 0; i < collected->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(collected->not_checked, i);

        if (g_str_equal(entry->what, what))
            return entry;
    }
    return NULL;
}

static const PgaSession *
session_named(const PgaServer *server, const char *application_name)
{
    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);

        if (g_strcmp0(session->application_name, application_name) == 0)
            return session;
    }
    return NULL;
}

static void
print(const Collected *got)
{
    for (guint i = 0; i < got->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(got->not_checked, i);

        g_test_message("not checked: %s: %s", entry->what, entry->why);
    }
}

/* (transfer full) */
static char *
data_file(const PgaTestCluster *cluster, const char *name)
{
    g_autofree char *directory =
        pga_test_value(pga_test_cluster_dsn(cluster), "SHOW data_directory");

    return g_build_filename(directory, name, NULL);
}

/* A superuser on the server's machine sees everything. */
static void
test_superuser(PgaTestCluster *cluster)
{
    const guint major = pga_test_cluster_major(cluster);
    g_auto(Collected) got = {0};
    const PgaServer *server;
    gint64 start;

    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    start = g_get_monotonic_time();
    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    g_test_message("%.1f ms", (double)(g_get_monotonic_time() - start) / 1000);
    print(&got);
    server = got.server;
    g_assert_cmpuint(got.not_checked->len, ==, 0);
    g_assert_cmpuint(server->databases->len, >=, 3);
    g_assert_nonnull(pga_server_current_database(server));
    g_assert_true(server->sessions_known);
    g_assert_true(server->subscriptions_known);
    g_assert_true(server->file_errors_known);
    g_assert_cmpint(server->hba_known, ==, major >= 10);
    g_assert_cmpuint(server->hba->len, >, 0);
    g_assert_cmpint(server->n_client_backends, >=, 0);
    g_assert_cmpint(server->archived_count, ==, 0);
    g_assert_cmpfloat(server->last_failed_age, <, 0);
    g_assert_cmpint(server->checkpoints_req, >=, 0);
    g_assert_cmpint(server->buffers_backend < 0, ==, major >= 17);
    g_assert_cmpint(server->wal_lsn, >, 0);
    g_assert_cmpint(server->wal_dir_bytes, >=, 1 << 20);
    g_assert_cmpfloat(server->start_age, >, 0);
    g_assert_cmpint(server->wal_records >= 0, ==, major >= 14);
    g_assert_cmpint(server->io->len > 0, ==, major >= 16);
}

/* One waits for a lock that another holds. */
static void
test_waiting(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "waiting"), *pid = NULL;
    g_autofree char *held = g_strconcat(dsn, " application_name=holder", NULL);
    g_autofree char *wanted = g_strconcat(dsn, " application_name=waiter", NULL);
    g_autofree char *waiting =
        g_strconcat("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waiter' AND "
                    "wait_event_type = 'Lock'",
                    NULL);
    g_auto(Collected) got = {0};
    PGconn *holder = pga_test_session(held), *waiter = pga_test_session(wanted);
    const PgaSession *session;

    pga_test_sql(dsn, "CREATE SCHEMA \"Big\"; CREATE TABLE \"Big\".item (a int);"
                      "INSERT INTO \"Big\".item VALUES (1)");
    PQclear(PQexec(holder, "BEGIN; UPDATE \"Big\".item SET a = 2"));
    g_assert_true(PQsendQuery(waiter, "CREATE INDEX ON \"Big\".item (a)"));
    for (guint i = 0; i < 250; i++) {
        g_autofree char *n = pga_test_value(dsn, waiting);

        if (g_str_equal(n, "1"))
            break;
        g_usleep(20000);
    }
    collect(dsn, NULL, &got);
    g_assert_cmpint(got.server->n_client_backends, >=, 2);
    g_assert_cmpint(got.server->n_active, ==, 1);
    g_assert_cmpint(got.server->n_idle_in_transaction, ==, 1);
    session = session_named(got.server, "waiter");
    pid = g_strdup_printf("{%d}", PQbackendPID(holder));
    g_assert_cmpstr(session->blockers, ==, pid);
    g_assert_cmpstr(session->lock_mode, ==, "ShareLock");
    g_assert_cmpstr(session->lock_relation, ==, "\"Big\".item");
    g_assert_cmpstr(session->query, ==, "CREATE INDEX ON \"Big\".item (a)");
    g_assert_cmpstr(session->wait_event_type, ==, "Lock");
    g_assert_cmpint(session->wait_age >= 0, ==, pga_test_cluster_major(cluster) >= 14);
    g_assert_true(session->is_superuser);
    g_assert_cmpint(session->ssl, ==, 0);
    session = session_named(got.server, "holder");
    g_assert_null(session->blockers);
    g_assert_cmpstr(session->state, ==, "idle in transaction");
    g_assert_cmpint(session->xid_age, >=, 0);
    g_assert_cmpfloat(session->xact_age, >=, 0);
    PQfinish(holder);
    PQfinish(waiter);
}

/* Who waits for a row waits for a transaction; the table is named all the same. */
static void
test_waiting_for_row(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "waiting");
    g_auto(Collected) got = {0};
    PGconn *holder = pga_test_session(dsn), *waiter;
    g_autofree char *wanted = g_strconcat(dsn, " application_name=waiter", NULL);
    const PgaSession *session = NULL;

    pga_test_sql(dsn, "CREATE TABLE item (a int); INSERT INTO item VALUES (1)");
    waiter = pga_test_session(wanted);
    PQclear(PQexec(holder, "BEGIN; UPDATE item SET a = 2"));
    g_assert_true(PQsendQuery(waiter, "UPDATE item SET a = 3"));
    for (guint i = 0; i < 250 && !(session && session->lock_mode); i++) {
        collect(dsn, NULL, &got);
        session = session_named(got.server, "waiter");
    }
    g_assert_cmpstr(session->lock_mode, ==, "ShareLock");
    g_assert_cmpstr(session->lock_relation, ==, "public.item");
    PQfinish(holder);
    PQfinish(waiter);
}

/* A role that may only log in learns what there is, and what would let it see the rest. */
static void
test_login_only(PgaTestCluster *cluster)
{
    g_auto(Collected) got = {0};
    PGconn *other = pga_test_session(pga_test_cluster_dsn(cluster));

    pga_test_cluster_sql(cluster, "DROP ROLE IF EXISTS \"plain Role\"; CREATE ROLE \"plain Role\" "
                                  "LOGIN");
    collect(pga_test_cluster_dsn(cluster), "plain Role", &got);
    print(&got);
    g_assert_false(got.server->sessions_known);
    g_assert_false(got.server->hba_known);
    g_assert_false(got.server->file_errors_known);
    g_assert_cmpint(got.server->wal_dir_bytes, ==, -1);
    g_assert_cmpint(got.server->n_active, ==, -1);
    g_assert_cmpint(got.server->n_client_backends, >=, 1);
    g_assert_cmpuint(got.not_checked->len, ==, 3);
    g_assert_nonnull(strstr(
        not_checked(&got, "sessions of other roles, lags of standbys, the size of pg_wal")->why,
        "GRANT pg_monitor TO \"plain Role\";"));
    g_assert_nonnull(strstr(not_checked(&got, "rules of pg_hba.conf")->why,
                            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO "
                            "\"plain Role\";"));
    g_assert_nonnull(strstr(not_checked(&got, "errors in configuration files")->why,
                            "pg_catalog.pg_show_all_file_settings()"));
    PQfinish(other);
}

static void
test_monitor(PgaTestCluster *cluster)
{
    g_auto(Collected) got = {0};

    pga_test_cluster_sql(
        cluster, "DROP ROLE IF EXISTS monitor; CREATE ROLE monitor LOGIN; "
                 "GRANT pg_monitor TO monitor;"
                 "GRANT EXECUTE ON FUNCTION pg_hba_file_rules(), pg_show_all_file_settings()"
                 " TO monitor");
    collect(pga_test_cluster_dsn(cluster), "monitor", &got);
    print(&got);
    g_assert_cmpuint(got.not_checked->len, ==, 0);
    g_assert_true(got.server->sessions_known);
    g_assert_true(got.server->hba_known);
    g_assert_true(got.server->file_errors_known);
    g_assert_cmpint(got.server->wal_dir_bytes, >, 0);
    pga_test_cluster_sql(cluster, "DROP OWNED BY monitor; DROP ROLE monitor");
}

static const PgaReplicationSlot *
slot_named(const PgaServer *server, const char *name)
{
    for (guint i = 0; i < server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);

        if (g_str_equal(slot->slot_name, name))
            return slot;
    }
    return NULL;
}

static void
test_replication(PgaTestCluster *cluster)
{
    PgaTestCluster *standby = pga_test_cluster_standby(cluster);
    g_auto(Collected) got = {0};
    const PgaWalSender *sender = NULL;

    if (!standby) {
        g_test_skip("no pg_basebackup, and too old for a copy");
        return;
    }
    pga_test_cluster_sql(cluster, "SELECT pg_create_physical_replication_slot('kept', true)");
    pga_test_cluster_sql(cluster, "CREATE TABLE written AS SELECT generate_series(1, 20000) a");
    for (guint i = 0; i < 250 && (!sender || g_strcmp0(sender->state, "streaming") != 0); i++) {
        collect(pga_test_cluster_dsn(cluster), NULL, &got);
        sender = got.server->senders->len ? g_ptr_array_index(got.server->senders, 0) : NULL;
        g_usleep(20000);
    }
    g_assert_nonnull(sender);
    g_assert_cmpstr(sender->usename, ==, "postgres");
    g_assert_cmpstr(sender->sync_state, ==, "async");
    g_assert_cmpint(sender->sent_lag_bytes, >=, 0);
    g_assert_cmpint(slot_named(got.server, "kept")->retained_bytes, >, 500000);
    g_assert_false(slot_named(got.server, "kept")->active);
    g_assert_cmpint(got.server->receive_replay_bytes, ==, -1);
    collect(pga_test_cluster_dsn(standby), NULL, &got);
    print(&got);
    g_assert_cmpuint(got.not_checked->len, ==, 0);
    g_assert_true(got.server->has_wal_receiver);
    g_assert_cmpint(got.server->receive_replay_bytes, >=, 0);
    g_assert_cmpfloat(got.server->replay_age, >=, 0);
    g_assert_cmpint(got.server->wal_lsn, >, 0);
    pga_test_cluster_sql(cluster, "SELECT pg_drop_replication_slot('kept'); DROP TABLE written");
}

static void
test_prepared(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL;
    g_auto(Collected) got = {0};
    const PgaPreparedTransaction *prepared;

    pga_test_cluster_restart(cluster, "max_prepared_transactions = 4\n");
    dsn = pga_test_cluster_database(cluster, "orphans");
    pga_test_sql(dsn, "CREATE TABLE t (a int)");
    pga_test_sql(dsn, "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'left behind'");
    collect(dsn, NULL, &got);
    g_assert_cmpuint(got.server->prepared->len, ==, 1);
    prepared = g_ptr_array_index(got.server->prepared, 0);
    g_assert_cmpstr(prepared->gid, ==, "left behind");
    g_assert_cmpstr(prepared->owner, ==, "postgres");
    g_assert_cmpstr(prepared->datname, ==, "orphans");
    g_assert_cmpfloat(prepared->age, >=, 0);
    g_assert_cmpint(prepared->xid_age, >=, 1);
    pga_test_sql(dsn, "ROLLBACK PREPARED 'left behind'");
}

static void
test_host(PgaTestCluster *cluster)
{
    g_auto(Collected) got = {0};
    const PgaHost *host;
    guint n_files = 0;

    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    host = &got.server->host;
    g_assert_true(host->known);
    g_assert_cmpint(host->cores, >=, 1);
    g_assert_cmpint(host->overcommit_memory, >=, 0);
    g_assert_cmpint(host->swappiness, >=, 0);
    g_assert_false(host->cert_known);
    if (geteuid() != 0)
        return; /* the data directory is closed to others */
    g_assert_cmpint(host->data_free_bytes, >, 0);
    g_assert_cmpint(host->data_disk_bytes, >=, host->data_free_bytes);
    g_assert_cmpint(host->wal_disk_bytes, ==, host->data_disk_bytes);
    for (guint i = 0; i < got.server->files->len; i++) {
        const PgaServerFile *file = g_ptr_array_index(got.server->files, i);

        if (!g_str_equal(file->what, "hba_file"))
            continue;
        n_files++;
        g_assert_true(g_str_has_suffix(file->path, "/pg_hba.conf"));
        g_assert_cmpint(file->mode, ==, 0644);
        g_assert_false(file->by_server_user); /* the test wrote it as root */
    }
    g_assert_cmpuint(n_files, ==, 1);
}

static void
test_tablespace(PgaTestCluster *cluster)
{
    g_autofree char *inside = data_file(cluster, "inside");
    g_autofree char *sql = g_strdup_printf("CREATE TABLESPACE inside LOCATION '%s'", inside);
    g_auto(Collected) got = {0};
    const PgaTablespaceUse *use;

    pga_test_cluster_sql(cluster, "COPY (SELECT 1 WHERE FALSE) TO PROGRAM 'mkdir inside'");
    pga_test_cluster_sql(cluster, sql);
    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    g_assert_cmpuint(got.server->tablespaces->len, ==, 3);
    use = g_ptr_array_index(got.server->tablespaces, 0);
    g_assert_cmpstr(use->spcname, ==, "inside");
    g_assert_cmpstr(use->location, ==, inside);
    g_assert_true(use->in_data_directory);
    use = g_ptr_array_index(got.server->tablespaces, 1);
    g_assert_cmpstr(use->spcname, ==, "pg_default");
    g_assert_null(use->location);
    g_assert_false(use->in_data_directory);
    pga_test_cluster_sql(cluster, "DROP TABLESPACE inside");
}

static void
test_configuration(PgaTestCluster *cluster)
{
    g_autofree char *path = data_file(cluster, "postgresql.conf");
    g_autofree char *before = NULL, *after = NULL;
    g_auto(Collected) got = {0};
    const PgaFileError *entry;

    g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
    after = g_strconcat(before, "no_such_setting = 1\n", NULL);
    g_assert_true(g_file_set_contents(path, after, -1, NULL));
    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    g_assert_true(g_file_set_contents(path, before, -1, NULL));
    g_assert_cmpuint(got.server->file_errors->len, ==, 1);
    entry = g_ptr_array_index(got.server->file_errors, 0);
    g_assert_cmpstr(entry->name, ==, "no_such_setting");
    g_assert_cmpstr(entry->sourcefile, ==, path);
    g_assert_cmpint(entry->sourceline, >, 600);
    g_assert_nonnull(strstr(entry->error, "unrecognized configuration parameter"));
}

static void
test_hba(PgaTestCluster *cluster)
{
    g_autofree char *path = data_file(cluster, "pg_hba.conf");
    g_autofree char *before = NULL, *after = NULL;
    g_auto(Collected) got = {0};
    const PgaHbaRule *rule;

    if (pga_test_cluster_major(cluster) < 10) {
        g_test_skip("pg_hba_file_rules came with 10");
        return;
    }
    g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
    after = g_strconcat(
        before, "host a,b \"the role\" 10.0.0.0/8 ldap ldapserver=x ldapbindpasswd=hidden\n", NULL);
    g_assert_true(g_file_set_contents(path, after, -1, NULL));
    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    g_assert_true(g_file_set_contents(path, before, -1, NULL));
    rule = g_ptr_array_index(got.server->hba, got.server->hba->len - 1);
    if (rule->error) { /* built without LDAP: it says so, and repeats no option */
        g_assert_null(strstr(rule->error, "hidden"));
        return;
    }
    g_assert_cmpstr(rule->type, ==, "host");
    g_assert_cmpstr(rule->databases, ==, "a,b");
    g_assert_cmpstr(rule->users, ==, "the role");
    g_assert_cmpstr(rule->address, ==, "10.0.0.0");
    g_assert_cmpstr(rule->netmask, ==, "255.0.0.0");
    g_assert_cmpstr(rule->auth_method, ==, "ldap");
    g_assert_nonnull(strstr(rule->options, "ldapbindpasswd=***"));
    g_assert_null(strstr(rule->options, "hidden"));
}

/* A VACUUM that sleeps after each page. */
static void
test_progress(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "progress"), *oid = NULL;
    g_auto(Collected) got = {0};
    const PgaProgressEntry *entry = NULL;
    PGconn *vacuum;

    pga_test_sql(dsn, "CREATE TABLE item AS SELECT g AS a, repeat('x', 1000) AS b "
                      "FROM generate_series(1, 4000) g");
    oid = pga_test_value(dsn, "SELECT 'item'::regclass::oid");
    vacuum = pga_test_session(dsn);
    PQclear(PQexec(vacuum, "SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1"));
    g_assert_true(PQsendQuery(vacuum, "VACUUM (FREEZE) item"));
    for (guint i = 0; i < 250 && !(entry && entry->done > 0); i++) {
        g_usleep(20000);
        collect(dsn, NULL, &got);
        entry = got.server->progress->len ? g_ptr_array_index(got.server->progress, 0) : NULL;
    }
    g_assert_cmpstr(entry->command, ==, "VACUUM");
    g_assert_cmpint(entry->pid, ==, PQbackendPID(vacuum));
    g_assert_cmpstr(entry->datname, ==, "progress");
    g_assert_cmpuint(entry->relid, ==, (guint)g_ascii_strtoull(oid, NULL, 10));
    g_assert_cmpstr(entry->phase, ==, "scanning heap");
    g_assert_cmpfloat(entry->done, <, 1);
    g_assert_cmpint(entry->index_vacuum_count, ==, 0);
    g_assert_false(entry->is_autovacuum);
    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    entry = g_ptr_array_index(got.server->progress, 0);
    g_assert_cmpuint(entry->relid, ==, 0); /* of another database */
    PQrequestCancel(vacuum);
    PQfinish(vacuum);
}

static const PgaDatabase *
database_named(const PgaServer *server, const char *name)
{
    for (guint i = 0; i < server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(server->databases, i);

        if (g_str_equal(database->datname, name))
            return database;
    }
    return NULL;
}

/* The one collation library that every server of 17 and later has. */
static void
test_collation(PgaTestCluster *cluster)
{
    g_auto(Collected) got = {0};
    const PgaDatabase *database;

    if (pga_test_cluster_major(cluster) < 17) {
        g_test_skip("the builtin provider came with 17");
        return;
    }
    pga_test_cluster_sql(cluster, "CREATE DATABASE sorted TEMPLATE template0 LOCALE_PROVIDER "
                                  "builtin BUILTIN_LOCALE 'C.UTF-8'");
    collect(pga_test_cluster_dsn(cluster), NULL, &got);
    database = database_named(got.server, "sorted");
    g_assert_true(database->provider == 'b');
    g_assert_cmpstr(database->collversion, ==, "1");
    g_assert_cmpstr(database->actual_collversion, ==, "1");
    g_assert_null(database_named(got.server, "template1")->actual_collversion);
    pga_test_cluster_sql(cluster, "DROP DATABASE sorted");
}

typedef struct {
    void (*test)(PgaTestCluster *cluster);
    guint major;
} Case;

static void
run_case(gconstpointer data)
{
    const Case *c = data;

    c->test(pga_test_cluster(c->major));
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(PgaTestCluster *cluster);
    } tests[] = {
        {"superuser", test_superuser},
        {"waiting", test_waiting},
        {"waiting-for-row", test_waiting_for_row},
        {"login-only", test_login_only},
        {"monitor", test_monitor},
        {"host", test_host},
        {"progress", test_progress},
        {"collation", test_collation},
        {"tablespace", test_tablespace},
        {"configuration", test_configuration},
        {"hba", test_hba},
        {"prepared", test_prepared},
        {"replication", test_replication},
    };
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path =
                g_strdup_printf("/collect/server/%u/%s", server->major, tests[j].name);
            Case *c = g_new(Case, 1);

            *c = (Case){tests[j].test, server->major};
            g_test_add_data_func_full(path, c, run_case, g_free);
        }
    }
    return g_test_run();
}
