/* Dead rows, ages and statistics that nobody cares for, on real servers. */
#include <string.h>

#include "health.h"

/* Uses up so many transaction ids. */
static void
burn(const char *dsn, guint n)
{
    g_autofree char *sql = g_strdup_printf(
        "CREATE TEMP TABLE burnt (i int); DO $$BEGIN FOR i IN 1..%u LOOP BEGIN INSERT INTO burnt "
        "VALUES (1); EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END$$",
        n);

    pga_test_sql(dsn, sql);
}

static void
switch_autovacuum(const char *dsn, gboolean on)
{
    pga_test_sql(dsn, on ? "ALTER SYSTEM SET autovacuum = on" : "ALTER SYSTEM RESET autovacuum");
    pga_test_sql(dsn, "SELECT pg_reload_conf()");
    health_wait_until(dsn, on ? "current_setting('autovacuum') = 'on'"
                              : "current_setting('autovacuum') = 'off'");
}

static void
test_disabled(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "disabled");
    g_autoptr(PgaReport) tables = NULL, server = NULL;

    pga_test_sql(dsn, "CREATE TABLE off (id int PRIMARY KEY) WITH (autovacuum_enabled = false);"
                      "CREATE TABLE toast_off (id int PRIMARY KEY, t text) "
                      "WITH (toast.autovacuum_enabled = off);"
                      "CREATE TABLE kept (id int PRIMARY KEY) WITH (autovacuum_enabled = on);"
                      "CREATE TABLE plain (id int PRIMARY KEY);");
    server = health_check(dsn); /* as the servers of these tests are */
    g_assert_cmpint(health_assert_fires(server, "autovacuum-disabled", "autovacuum")->severity, ==,
                    PGA_SEVERITY_ERROR);
    switch_autovacuum(dsn, TRUE);
    tables = health_check(dsn);
    switch_autovacuum(dsn, FALSE);
    health_assert_fires(tables, "autovacuum-disabled", "public.off");
    health_assert_fires(tables, "autovacuum-disabled", "public.toast_off");
    g_assert_cmpuint(health_count(tables, "autovacuum-disabled"), ==, 2);
}

/* A transaction that stays open keeps the dead rows; the finding names it. */
static void
test_behind(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "behind");
    g_autoptr(PgaReport) report = NULL;
    PGconn *holder = pga_test_session(dsn);
    g_autofree char *pid = g_strdup_printf("process id %d", PQbackendPID(holder));
    const PgaFinding *finding;

    pga_test_sql(dsn, "CREATE TABLE queue (id int PRIMARY KEY);"
                      "CREATE TABLE kept (id int PRIMARY KEY);"
                      "INSERT INTO queue SELECT generate_series(1, 60000);"
                      "INSERT INTO kept SELECT generate_series(1, 60000);");
    PQclear(PQexec(holder, "BEGIN"));
    PQclear(PQexec(holder, "SELECT txid_current()"));
    burn(dsn, 101000);
    pga_test_sql(dsn, "DELETE FROM queue WHERE id % 4 <> 0; DELETE FROM kept WHERE id < 100;");
    health_wait_until(
        dsn, "(SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'queue') > 40000");
    switch_autovacuum(dsn, TRUE);
    /* it may have come already, in vain */
    report = health_check_with(dsn, "rules:\n  autovacuum-behind: {min_age: 0}\n");
    switch_autovacuum(dsn, FALSE);
    finding = health_assert_fires(report, "autovacuum-behind", "public.queue");
    g_assert_nonnull(strstr(finding->fix.note, pid));
    health_assert_silent(report, "autovacuum-behind", "public.kept");
    PQfinish(holder);
}

static void
test_scale(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "scale");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn, "CREATE TABLE busy (id int PRIMARY KEY);"
                      "CREATE TABLE tuned (id int PRIMARY KEY) WITH "
                      "(autovacuum_vacuum_scale_factor = 0.01);"
                      "CREATE TABLE appended (id int PRIMARY KEY);"
                      "INSERT INTO busy SELECT generate_series(1, 5000);"
                      "INSERT INTO tuned SELECT generate_series(1, 5000);"
                      "INSERT INTO appended SELECT generate_series(1, 5000);"
                      "UPDATE busy SET id = id + 10000; UPDATE tuned SET id = id + 10000;"
                      "ANALYZE");
    health_wait_until(dsn, "(SELECT count(*) FROM pg_stat_user_tables WHERE n_tup_upd = 5000) = 2");
    report = health_check_with(dsn, "rules:\n  autovacuum-scale-large-table: {min_rows: 5000}\n");
    health_assert_fires(report, "autovacuum-scale-large-table", "public.busy");
    g_assert_cmpuint(health_count(report, "autovacuum-scale-large-table"), ==, 1);
}

/* Ages are real, the thresholds are lowered: a server of a billion transactions takes too long. */
static void
test_ages(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "ages");
    g_autoptr(PgaReport) old = NULL, sound = NULL;
    const PgaFinding *finding;
    const char *lowered = "rules:\n"
                          "  xid-wraparound: {warning_age: 100000, error_age: 1500000000}\n"
                          "  freeze-storm-ahead: {age_share: 0.0005, min_bytes: 8192}\n";

    pga_test_sql(dsn, "CREATE TABLE neglected (id int PRIMARY KEY);"
                      "CREATE TABLE frozen (id int PRIMARY KEY);"
                      "INSERT INTO neglected SELECT generate_series(1, 5000);"
                      "INSERT INTO frozen SELECT generate_series(1, 5000);");
    burn(dsn, 110000);
    pga_test_sql(dsn, "VACUUM (FREEZE) frozen");
    sound = health_check(dsn);
    health_assert_silent(sound, "xid-wraparound", NULL);
    health_assert_silent(sound, "mxid-wraparound", NULL);
    health_assert_silent(sound, "freeze-storm-ahead", NULL);
    old = health_check_with(dsn, lowered);
    finding = health_assert_fires(old, "xid-wraparound", "ages");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==,
                    "VACUUM (VERBOSE) public.neglected;");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    health_assert_fires(old, "freeze-storm-ahead", "public.neglected");
    health_assert_silent(old, "freeze-storm-ahead", "public.frozen");
}

/* Each subtransaction that shares a row lock with another transaction makes a multixact. */
static void
test_multixacts(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "multixacts");
    g_autoptr(PgaReport) report = NULL;
    PGconn *sharer = pga_test_session(dsn);

    pga_test_sql(dsn, "CREATE TABLE shared (id int PRIMARY KEY);"
                      "INSERT INTO shared SELECT generate_series(1, 50);");
    PQclear(PQexec(sharer, "BEGIN"));
    PQclear(PQexec(sharer, "SELECT * FROM shared FOR KEY SHARE"));
    pga_test_sql(dsn, "DO $$BEGIN FOR i IN 1..50 LOOP BEGIN PERFORM * FROM shared WHERE id = i FOR "
                      "KEY SHARE; EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END$$");
    PQfinish(sharer);
    report = health_check_with(dsn, "rules:\n  mxid-wraparound: {warning_age: 40}\n");
    health_assert_fires(report, "mxid-wraparound", "multixacts");
    health_assert_silent(report, "xid-wraparound", NULL);
}

static void
test_toast(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "toast");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn,
                 "CREATE TABLE docs (id int PRIMARY KEY, body text);"
                 "CREATE TABLE external (id int PRIMARY KEY, body text);"
                 "CREATE TABLE still (id int PRIMARY KEY, body text);"
                 "ALTER TABLE external ALTER body SET STORAGE EXTERNAL;"
                 "CREATE FUNCTION large(int) RETURNS text LANGUAGE sql AS "
                 "'SELECT string_agg(md5(($1 * i)::text), '''') FROM generate_series(1, 300) i';"
                 "INSERT INTO docs SELECT i, large(i) FROM generate_series(1, 300) i;"
                 "INSERT INTO external SELECT i, large(i) FROM generate_series(1, 300) i;"
                 "INSERT INTO still SELECT i, large(i) FROM generate_series(1, 300) i;"
                 "UPDATE docs SET body = large(id + 1); UPDATE external SET body = large(id + 1);"
                 "ANALYZE");
    health_wait_until(dsn, "(SELECT count(*) FROM pg_stat_user_tables WHERE n_tup_upd = 300) = 2");
    report = health_check_with(dsn, "rules:\n  toast-heavy: {min_bytes: 1000000}\n");
    health_assert_fires(report, "toast-heavy", "public.docs");
    g_assert_cmpuint(health_count(report, "toast-heavy"), ==, 1);
}

/* At its end VACUUM waits up to five seconds for the lock to truncate the table: somebody reads
 * it. */
static void
test_index_passes(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "passes");
    g_autoptr(PgaReport) report = NULL;
    PGconn *reader = pga_test_session(dsn), *vacuum = pga_test_session(dsn);

    pga_test_sql(dsn, "CREATE TABLE large (id int PRIMARY KEY) WITH (autovacuum_enabled = off);"
                      "INSERT INTO large SELECT generate_series(1, 700000); DELETE FROM large;");
    PQclear(PQexec(vacuum, pga_test_cluster_major(cluster) >= 17
                               ? "SET maintenance_work_mem = '64kB'"
                               : "SET maintenance_work_mem = '1MB'"));
    PQclear(PQexec(reader, "BEGIN"));
    PQclear(PQexec(reader, "LOCK TABLE large IN ACCESS SHARE MODE"));
    g_assert_true(PQsendQuery(vacuum, "VACUUM large"));
    health_wait_until(dsn,
                      "EXISTS (SELECT FROM pg_stat_progress_vacuum WHERE index_vacuum_count > 1)");
    report = health_check(dsn);
    health_assert_fires(report, "vacuum-index-passes", "public.large");
    PQfinish(reader);
    PQclear(PQgetResult(vacuum));
    PQfinish(vacuum);
    g_clear_pointer(&report, pga_report_free);
    report = health_check(dsn);
    health_assert_silent(report, "vacuum-index-passes", NULL);
}

static void
test_statistics(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "statistics");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn, "CREATE TABLE never (id int PRIMARY KEY) WITH (autovacuum_enabled = off);"
                      "CREATE TABLE stale (id int PRIMARY KEY) WITH (autovacuum_enabled = off);"
                      "CREATE TABLE fresh (id int PRIMARY KEY) WITH (autovacuum_enabled = off);"
                      "CREATE TABLE parts (id int, day int) PARTITION BY RANGE (day);"
                      "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);"
                      "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);"
                      "CREATE TABLE whole (id int, day int) PARTITION BY RANGE (day);"
                      "CREATE TABLE whole_1 PARTITION OF whole FOR VALUES FROM (0) TO (10);"
                      "CREATE TABLE whole_2 PARTITION OF whole FOR VALUES FROM (10) TO (20);"
                      "INSERT INTO stale SELECT generate_series(1, 2000);"
                      "INSERT INTO fresh SELECT generate_series(1, 2000);"
                      "INSERT INTO parts SELECT i, i % 20 FROM generate_series(1, 4000) i;"
                      "INSERT INTO whole SELECT i, i % 20 FROM generate_series(1, 4000) i;"
                      "SELECT 1");
    /* counters that arrive after ANALYZE would count as changes since */
    health_wait_until(dsn, "(SELECT count(*) FROM pg_stat_user_tables WHERE n_tup_ins = 2000) = 6");
    pga_test_sql(dsn, "ANALYZE stale, fresh, parts_1, parts_2, whole");
    pga_test_sql(dsn, "INSERT INTO never SELECT generate_series(1, 2000);"
                      "INSERT INTO stale SELECT generate_series(2001, 6000);");
    health_wait_until(
        dsn, "(SELECT n_mod_since_analyze FROM pg_stat_user_tables WHERE relname = 'stale') "
             "= 4000 AND (SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = "
             "'never') = 2000");
    report = health_check_with(dsn, "rules:\n  stats-stale: {min_age: 0}\n");
    health_assert_fires(report, "stats-missing", "public.never");
    g_assert_cmpuint(health_count(report, "stats-missing"), ==, 1);
    health_assert_fires(report, "stats-stale", "public.stale");
    g_assert_cmpuint(health_count(report, "stats-stale"), ==, 1);
    health_assert_fires(report, "stats-partitioned-parent", "public.parts");
    g_assert_cmpuint(health_count(report, "stats-partitioned-parent"), ==, 1);
}

/* Columns that depend on each other, and one whose common values do not fit into the list: as
 * pg_stat_statements tells of the statements that compare them. */
static void
test_workload(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaReport) report = NULL;
    const PgaFinding *finding;

    pga_test_cluster_restart(cluster, "shared_preload_libraries = 'pg_stat_statements'\n");
    dsn = pga_test_cluster_database(cluster, "compared");
    pga_test_sql(
        dsn, "CREATE EXTENSION pg_stat_statements;"
             "CREATE TABLE address (id int PRIMARY KEY, city int, zip int, street int, tag int);"
             "INSERT INTO address SELECT i, i % 500, (i % 500) * 10, i % 37, CASE WHEN i % 2 = "
             "0 THEN i % 200 ELSE i END FROM generate_series(1, 100000) i;");
    pga_test_sql(dsn, "ANALYZE address");
    for (guint i = 0; i < 20; i++)
        pga_test_sql(dsn, "SELECT * FROM address WHERE city = 7 AND zip = 70");
    for (guint i = 0; i < 20; i++)
        pga_test_sql(dsn, "SELECT * FROM address WHERE city = 7 AND street = 7");
    pga_test_sql(dsn, "SELECT * FROM address WHERE tag = 8");
    report = health_check(dsn);
    finding = health_assert_fires(report, "stats-extended-missing", "public.address (city, zip)");
    g_assert_cmpuint(health_count(report, "stats-extended-missing"), ==, 1);
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    health_assert_silent(report, "stats-target-low", "public.address.city");
    g_clear_pointer(&report, pga_report_free);
    report = health_check_with(dsn, "rules:\n  stats-target-low: {times: 5}\n");
    health_assert_silent(report, "stats-extended-missing", NULL);
    pga_test_sql(dsn, "ALTER TABLE address ALTER tag SET STATISTICS 50; ANALYZE address");
    health_assert_fires(report, "stats-target-low", "public.address.tag");
    g_clear_pointer(&report, pga_report_free);
    report = health_check_with(dsn, "rules:\n  stats-target-low: {times: 5}\n");
    health_assert_silent(report, "stats-target-low", NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("vacuum/disabled", test_disabled);
    health_add("vacuum/behind", test_behind);
    health_add("vacuum/scale", test_scale);
    health_add("vacuum/ages", test_ages);
    health_add("vacuum/multixacts", test_multixacts);
    health_add("vacuum/toast", test_toast);
    health_add("vacuum/index-passes", test_index_passes);
    health_add("vacuum/statistics", test_statistics);
    health_add("vacuum/workload", test_workload);
    return g_test_run();
}
