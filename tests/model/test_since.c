/* Two looks at a database: counters as differences, resets, ages. */
#include "model/since.h"

#include <string.h>

#define HOUR 3600

typedef struct {
    PgaSnapshot *earlier, *later;
} Fixture;

static PgaRelation *
add_table(PgaSnapshot *snapshot, PgaOid oid, const char *name, gint64 seq_scan, gint64 inserted)
{
    PgaRelation *relation = pga_catalog_add_relation(snapshot->catalog, oid, "public", name);

    relation->has_counters = TRUE;
    relation->counters.seq_scan = seq_scan;
    relation->counters.n_tup_ins = inserted;
    return relation;
}

static void
add_statement(PgaSnapshot *snapshot, gint64 queryid, gint64 calls, double ms)
{
    PgaWorkloadStatement *statement =
        pga_record_add(snapshot->workload->statements, &pga_workload_statement_type);

    statement->queryid = queryid;
    statement->usename = g_strdup("app");
    statement->query = g_strdup("SELECT");
    statement->calls = calls;
    statement->total_exec_time = ms;
    statement->mean_exec_time = ms / (double)calls;
    snapshot->workload->total_time += ms;
    snapshot->workload->known = TRUE;
}

static PgaSnapshot *
look(gint64 taken_at, double stats_age, gint64 commits)
{
    PgaSnapshot *snapshot = pga_snapshot_new();

    snapshot->taken_at = taken_at;
    snapshot->environment->stats_age = stats_age;
    snapshot->environment->xact_commit = commits;
    snapshot->workload->stats_age = stats_age;
    return snapshot;
}

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->earlier = look(1000, 100 * HOUR, 500);
    fixture->later = look(1000 + HOUR, 101 * HOUR, 620);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    pga_snapshot_free(fixture->earlier);
    pga_snapshot_free(fixture->later);
}

static PgaSinceNotes
subtract(const Fixture *fixture)
{
    PgaLater later = {fixture->later->environment, fixture->later->catalog, fixture->later->server,
                      fixture->later->workload, fixture->later->taken_at};

    pga_catalog_finish(fixture->earlier->catalog);
    pga_catalog_finish(fixture->later->catalog);
    return pga_since(fixture->earlier, &later);
}

static const PgaRelationCounters *
counters(const Fixture *fixture, const char *name)
{
    return &pga_catalog_relation_by_name(fixture->later->catalog, "public", name)->counters;
}

static void
test_differences(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaSinceNotes notes;

    add_table(fixture->earlier, 10, "a", 5, 100)->counters.n_live_tup = 7;
    add_table(fixture->later, 99, "a", 8, 100)->counters.n_live_tup = 4; /* restored: another oid */
    add_table(fixture->later, 11, "b", 3, 30);
    pga_catalog_add_index(fixture->earlier->catalog, 20, 10)->idx_scan = 50;
    pga_catalog_add_index(fixture->later->catalog, 21, 99)->idx_scan = 80;
    notes = subtract(fixture);
    g_assert_cmpint(counters(fixture, "a")->seq_scan, ==, 3);
    g_assert_cmpint(counters(fixture, "a")->n_tup_ins, ==, 0);
    g_assert_cmpint(counters(fixture, "a")->n_live_tup, ==, 4); /* a state, no counter */
    g_assert_cmpint(counters(fixture, "b")->seq_scan, ==, 3);
    g_assert_cmpint(pga_catalog_index(fixture->later->catalog, 21)->idx_scan, ==, 30);
    g_assert_cmpint(fixture->later->environment->xact_commit, ==, 120);
    g_assert_cmpfloat(fixture->later->environment->stats_age, ==, HOUR);
    g_assert_cmpuint(notes.n_reset, ==, 0);
    g_assert_cmpuint(notes.n_new, ==, 1);
}

static void
test_unknown(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_table(fixture->earlier, 10, "a", 5, 100)->counters.n_tup_newpage_upd = -1;
    add_table(fixture->later, 10, "a", 8, 100)->counters.n_tup_newpage_upd = 40;
    fixture->later->environment->xact_commit = -1;
    g_assert_cmpuint(subtract(fixture).n_reset, ==, 0);
    g_assert_cmpint(counters(fixture, "a")->n_tup_newpage_upd, ==, 40);
    g_assert_cmpint(fixture->later->environment->xact_commit, ==, -1);
}

static void
test_one_reset(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_table(fixture->earlier, 10, "a", 5, 100);
    add_table(fixture->later, 10, "a", 2, 150);
    g_assert_cmpuint(subtract(fixture).n_reset, ==, 1);
    g_assert_cmpint(counters(fixture, "a")->seq_scan, ==, 2);
    g_assert_cmpint(counters(fixture, "a")->n_tup_ins, ==, 150);
}

static void
test_all_reset(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaSinceNotes notes;

    add_table(fixture->earlier, 10, "a", 5, 100);
    add_table(fixture->later, 10, "a", 8, 200);
    fixture->later->environment->stats_age = HOUR / 2.0;
    notes = subtract(fixture);
    g_assert_true(notes.database_reset);
    g_assert_cmpint(counters(fixture, "a")->seq_scan, ==, 8);
    g_assert_cmpfloat(fixture->later->environment->stats_age, ==, HOUR / 2.0);
}

static void
test_partitions(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaSnapshot *const looks[] = {fixture->earlier, fixture->later};

    for (guint i = 0; i < G_N_ELEMENTS(looks); i++) {
        PgaRelation *root = pga_catalog_add_relation(looks[i]->catalog, 1, "public", "root");
        PgaRelation *leaf = add_table(looks[i], 2, "leaf", i == 0 ? 10 : 30, 0);

        root->relkind = 'p';
        leaf->parent = 1;
        leaf->relispartition = TRUE;
    }
    subtract(fixture);
    g_assert_cmpint(counters(fixture, "root")->seq_scan, ==, 20);
}

static void
test_workload(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const GPtrArray *statements = fixture->later->workload->statements;
    const PgaWorkloadStatement *first, *second;

    add_statement(fixture->earlier, 1, 100, 5000);
    add_statement(fixture->earlier, 2, 10, 10);
    add_statement(fixture->earlier, 3, 4, 40);
    add_statement(fixture->later, 1, 110, 5020);
    add_statement(fixture->later, 2, 20, 210);
    add_statement(fixture->later, 3, 4, 40);
    subtract(fixture);
    g_assert_cmpuint(statements->len, ==, 2); /* the third did not run */
    first = g_ptr_array_index(statements, 0);
    second = g_ptr_array_index(statements, 1);
    g_assert_cmpint(first->queryid, ==, 2);
    g_assert_cmpfloat(first->mean_exec_time, ==, 20);
    g_assert_cmpint(second->calls, ==, 10);
    g_assert_cmpfloat(fixture->later->workload->total_time, ==, 220);
    g_assert_cmpfloat(fixture->later->workload->stats_age, ==, HOUR);
}

static void
test_workload_reset(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add_statement(fixture->earlier, 1, 100, 5000);
    add_statement(fixture->later, 1, 110, 5020);
    fixture->later->workload->stats_age = 60;
    g_assert_true(subtract(fixture).workload_reset);
    g_assert_cmpfloat(fixture->later->workload->total_time, ==, 5020);
}

static void
test_databases(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaDatabase *before = pga_record_add(fixture->earlier->server->databases, &pga_database_type);
    PgaDatabase *after = pga_record_add(fixture->later->server->databases, &pga_database_type);

    before->datname = g_strdup("shop");
    after->datname = g_strdup("shop");
    before->temp_bytes = 100;
    after->temp_bytes = 1100;
    after->stats_age = 101 * HOUR;
    fixture->earlier->server->wal_bytes = 5;
    fixture->later->server->wal_bytes = 8;
    subtract(fixture);
    g_assert_cmpint(after->temp_bytes, ==, 1000);
    g_assert_cmpfloat(after->stats_age, ==, HOUR);
    g_assert_cmpint(fixture->later->server->wal_bytes, ==, 3);
}

/* Counters that were reset may have come further than before: their time tells. */
static void
test_server_reset(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaDatabase *before = pga_record_add(fixture->earlier->server->databases, &pga_database_type);
    PgaDatabase *after = pga_record_add(fixture->later->server->databases, &pga_database_type);

    before->datname = g_strdup("shop");
    after->datname = g_strdup("shop");
    before->temp_bytes = 100;
    after->temp_bytes = 1100;
    after->stats_age = 60;
    fixture->earlier->server->wal_bytes = 5;
    fixture->later->server->wal_bytes = 8;
    fixture->later->server->wal_stats_age = 60;
    fixture->later->server->checkpointer_stats_age = 101 * HOUR;
    g_assert_cmpuint(subtract(fixture).n_reset, ==, 2);
    g_assert_cmpint(after->temp_bytes, ==, 1100);
    g_assert_cmpfloat(after->stats_age, ==, 60);
    g_assert_cmpint(fixture->later->server->wal_bytes, ==, 8);
    g_assert_cmpfloat(fixture->later->server->wal_stats_age, ==, 60);
    g_assert_cmpfloat(fixture->later->server->checkpointer_stats_age, ==, 101 * HOUR);
}

static PgaSinceServer
server_of(Fixture *fixture, gint64 now, double uptime)
{
    fixture->earlier->environment->now = 1000000;
    fixture->earlier->environment->uptime = 5000;
    fixture->later->environment->now = now;
    fixture->later->environment->uptime = uptime;
    return pga_since_server(fixture->earlier->environment, fixture->later->environment);
}

static void
test_server(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpint(server_of(fixture, 1003600, 8600), ==, PGA_SINCE_SAME_SERVER);
    g_assert_cmpint(server_of(fixture, 1003600, 8630), ==, PGA_SINCE_SAME_SERVER);
    g_assert_cmpint(server_of(fixture, 1003600, 3500), ==, PGA_SINCE_RESTARTED);
    g_assert_cmpint(server_of(fixture, 1003600, 90000), ==, PGA_SINCE_OTHER_SERVER);
    g_assert_cmpint(server_of(fixture, 1003600, 4000), ==, PGA_SINCE_OTHER_SERVER);
    g_assert_cmpint(server_of(fixture, 1003600, -1), ==, PGA_SINCE_UNKNOWN);
    g_assert_cmpint(server_of(fixture, 0, 5), ==, PGA_SINCE_UNKNOWN);
}

static void
set_disks(PgaSnapshot *snapshot, gint64 disk, gint64 data_free, gint64 wal_free)
{
    PgaHost *host = &snapshot->server->host;

    host->data_disk_bytes = host->wal_disk_bytes = disk;
    host->data_free_bytes = data_free;
    host->wal_free_bytes = wal_free;
}

static void
test_disks(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    set_disks(fixture->earlier, 1000, 500, 300);
    set_disks(fixture->later, 1000, 400, 350);
    subtract(fixture);
    g_assert_cmpint(fixture->later->server->host.data_growth_bytes, ==, 100);
    g_assert_cmpint(fixture->later->server->host.wal_growth_bytes, ==, -50);
    g_assert_cmpfloat(fixture->later->server->host.growth_age, ==, HOUR);
}

static void
test_other_disk(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    set_disks(fixture->earlier, 1000, 500, 300);
    set_disks(fixture->later, 2000, 400, 350);
    subtract(fixture);
    g_assert_cmpfloat(fixture->later->server->host.growth_age, <, 0);
}

static void
test_disks_unknown(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    subtract(fixture);
    g_assert_cmpfloat(fixture->later->server->host.growth_age, <, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
    g_test_add("/model/since/" name, Fixture, NULL, set_up, function, tear_down)
    ADD("counters-are-differences", test_differences);
    ADD("what-was-unknown-stays", test_unknown);
    ADD("a-table-that-was-reset-keeps-its-own", test_one_reset);
    ADD("a-database-that-was-reset-keeps-its-own", test_all_reset);
    ADD("partitions-are-summed-anew", test_partitions);
    ADD("statements-that-did-not-run-are-gone", test_workload);
    ADD("a-workload-that-was-reset-keeps-its-own", test_workload_reset);
    ADD("the-cluster-too", test_databases);
    ADD("a-server-that-was-reset-keeps-its-own", test_server_reset);
    ADD("a-server-is-known-by-its-start", test_server);
    ADD("disks-fill", test_disks);
    ADD("another-disk-does-not-fill", test_other_disk);
    ADD("unknown-disks-do-not-fill", test_disks_unknown);
#undef ADD
    return g_test_run();
}
