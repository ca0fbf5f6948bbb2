/* Indexes of the wrong kind, and tables that are read whole or not at all, on real servers. */
#include <string.h>

#include "health.h"

/* Thresholds that fit tables of a test. */
#define SMALL                                                                                      \
    "rules:\n"                                                                                     \
    "  index-low-cardinality: {min_bytes: 8192}\n"                                                 \
    "  index-mostly-null: {min_bytes: 8192}\n"                                                     \
    "  index-brin-candidate: {min_bytes: 8192}\n"                                                  \
    "  index-blocks-hot: {min_updates: 1000}\n"                                                    \
    "  index-too-many: {max_indexes: 4}\n"                                                         \
    "  table-missing-index: {scans_per_hour: 0, idx_share: 0.95}\n"                                \
    "  table-unused: {min_days: 0, min_bytes: 8192}\n"                                             \
    "  table-empty-or-single-column: {min_days: 0}\n"

static void
test_columns(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "columns");
    g_autoptr(PgaReport) report = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn,
                 "CREATE TABLE jobs (id bigint PRIMARY KEY, done boolean NOT NULL, state text NOT "
                 "NULL, parent bigint, tags text[], payload jsonb, code text NOT NULL);"
                 "CREATE INDEX jobs_done ON jobs (done);"
                 "CREATE INDEX jobs_todo ON jobs (id) WHERE NOT done;"
                 "CREATE INDEX jobs_state ON jobs (state);"
                 "CREATE INDEX jobs_parent ON jobs (parent);"
                 "CREATE INDEX jobs_tags ON jobs (tags);"
                 "CREATE INDEX jobs_tags_gin ON jobs USING gin (tags);"
                 "CREATE INDEX jobs_payload ON jobs (payload);"
                 "CREATE INDEX jobs_code ON jobs (code) WHERE code IS NOT NULL;"
                 "CREATE INDEX jobs_code_btree ON jobs (code);"
                 "CREATE INDEX jobs_code_hash ON jobs USING hash (code);"
                 "INSERT INTO jobs SELECT i, i % 50 <> 0, CASE WHEN i % 10 = 0 THEN 'new' ELSE "
                 "'done' END, CASE WHEN i % 9 = 0 THEN i END, ARRAY['a'], '{}', 'c' || i "
                 "FROM generate_series(1, 5000) i;"
                 "SET enable_seqscan = off; SELECT count(*) FROM jobs WHERE state = 'new';");
    pga_test_sql(dsn, "VACUUM ANALYZE jobs");
    health_wait_until(dsn, "(SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = "
                           "'jobs_state') > 0");
    report = health_check_with(dsn, SMALL);
    finding = health_assert_fires(report, "index-on-boolean", "public.jobs_done");
    g_assert_nonnull(strstr(g_ptr_array_index(finding->fix.sql, 0), "WHERE NOT done"));
    g_assert_cmpuint(health_count(report, "index-on-boolean"), ==, 1);
    health_assert_fires(report, "index-low-cardinality", "public.jobs_state");
    g_assert_cmpuint(health_count(report, "index-low-cardinality"), ==, 1);
    finding = health_assert_fires(report, "index-mostly-null", "public.jobs_parent");
    g_assert_nonnull(strstr(g_ptr_array_index(finding->fix.sql, 0), "(parent IS NOT NULL)"));
    g_assert_cmpuint(health_count(report, "index-mostly-null"), ==, 1);
    health_assert_fires(report, "index-btree-on-array", "public.jobs_tags");
    g_assert_cmpuint(health_count(report, "index-btree-on-array"), ==, 1);
    health_assert_fires(report, "index-btree-on-jsonb", "public.jobs_payload");
    g_assert_cmpuint(health_count(report, "index-btree-on-jsonb"), ==, 1);
    health_assert_fires(report, "index-needless-predicate", "public.jobs_code");
    g_assert_cmpuint(health_count(report, "index-needless-predicate"), ==, 1);
    health_assert_fires(report, "index-hash-beside-btree", "public.jobs_code_hash");
    health_assert_fires(report, "index-too-many", "public.jobs");
}

/* Updates of an indexed column, of another one without room, of another one with room. */
static void
test_hot(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "hot");
    g_autoptr(PgaReport) report = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, "CREATE TABLE indexed (id int PRIMARY KEY, at int, n int);"
                      "CREATE INDEX indexed_at ON indexed (at);"
                      "CREATE TABLE full_pages (id int PRIMARY KEY, n int);"
                      "CREATE TABLE roomy (id int PRIMARY KEY, n int) WITH (fillfactor = 40);"
                      "INSERT INTO indexed SELECT i, i, i FROM generate_series(1, 2000) i;"
                      "INSERT INTO full_pages SELECT i, i FROM generate_series(1, 2000) i;"
                      "INSERT INTO roomy SELECT i, i FROM generate_series(1, 2000) i;");
    pga_test_sql(dsn, "VACUUM indexed");
    pga_test_sql(dsn, "UPDATE indexed SET at = at + 1; UPDATE full_pages SET n = n + 1; UPDATE "
                      "roomy SET n = n + 1;");
    health_wait_until(dsn, "(SELECT count(*) FROM pg_stat_user_tables WHERE n_tup_upd = 2000) = 3");
    report = health_check_with(dsn, SMALL);
    health_assert_fires(report, "index-blocks-hot", "public.indexed");
    finding = health_assert_fires(report, "index-blocks-hot", "public.full_pages");
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==,
                    "ALTER TABLE public.full_pages SET (fillfactor = 90);");
    health_assert_silent(report, "index-blocks-hot", "public.roomy");
}

static void
test_brin(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "brin");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn,
                 "CREATE TABLE log (id int PRIMARY KEY, at timestamptz, shuffled timestamptz);"
                 "CREATE INDEX log_at ON log (at);"
                 "CREATE INDEX log_shuffled ON log (shuffled);"
                 "INSERT INTO log SELECT i, timestamptz '2024-01-01 00:00+00' + i * interval '1 "
                 "minute', timestamptz '2024-01-01 00:00+00' + (i * 7919 % 10007) * interval '1 "
                 "minute' FROM generate_series(1, 10000) i; ANALYZE log;");
    health_wait_until(dsn, "(SELECT n_tup_ins FROM pg_stat_user_tables) > 0");
    report = health_check_with(dsn, SMALL);
    health_assert_fires(report, "index-brin-candidate", "public.log_at");
    g_assert_cmpuint(health_count(report, "index-brin-candidate"), ==, 1);
}

static void
test_tables(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "tables");
    g_autoptr(PgaReport) report = NULL, sound = NULL;

    pga_test_sql(dsn, "CREATE TABLE scanned (id int PRIMARY KEY, a int);"
                      "CREATE TABLE searched (id int PRIMARY KEY, a int);"
                      "CREATE TABLE unused (id int PRIMARY KEY, a int);"
                      "CREATE TABLE waiting (id int PRIMARY KEY, a int);"
                      "CREATE TABLE note (note text);"
                      "CREATE TABLE bare ();"
                      "CREATE TABLE codes (code text PRIMARY KEY);"
                      "INSERT INTO scanned SELECT i, i FROM generate_series(1, 20000) i;"
                      "INSERT INTO searched SELECT i, i FROM generate_series(1, 20000) i;"
                      "INSERT INTO unused SELECT i, i FROM generate_series(1, 2000) i;"
                      "INSERT INTO codes VALUES ('a'); INSERT INTO note VALUES ('n');");
    pga_test_sql(dsn, "ANALYZE");
    pga_test_sql(dsn, "SELECT pg_stat_reset()");
    pga_test_sql(dsn, "DO $$BEGIN FOR i IN 1..20 LOOP PERFORM * FROM scanned WHERE a = i; PERFORM "
                      "* FROM searched WHERE id = i; END LOOP; END$$; "
                      "INSERT INTO scanned VALUES (0, 0); INSERT INTO searched VALUES (0, 0);"
                      "DELETE FROM scanned WHERE id % 2 = 0;");
    health_wait_until(dsn,
                      "(SELECT n_tup_del FROM pg_stat_user_tables WHERE relname = 'scanned') > 0");
    pga_test_sql(dsn, "ANALYZE scanned, searched");
    health_wait_until(dsn, "(SELECT min(n_live_tup) FROM pg_stat_user_tables WHERE relname IN "
                           "('scanned', 'searched')) >= 10000");
    report = health_check_with(dsn, SMALL);
    health_assert_fires(report, "table-missing-index", "public.scanned");
    health_assert_silent(report, "table-missing-index", "public.searched");
    health_assert_fires(report, "table-unused", "public.unused");
    health_assert_silent(report, "table-unused", "public.scanned");
    health_assert_fires(report, "table-empty-or-single-column", "public.note.note");
    health_assert_fires(report, "table-empty-or-single-column", "public.bare");
    health_assert_fires(report, "table-empty-or-single-column", "public");
    g_assert_cmpuint(health_count(report, "table-empty-or-single-column"), ==, 3);
    sound = health_check(dsn); /* counters of a moment say nothing */
    health_assert_silent(sound, "table-unused", NULL);
    health_assert_not_evaluated(sound, "table-unused");
    health_assert_silent(sound, "table-empty-or-single-column", "public");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("index-shape/columns", test_columns);
    health_add("index-shape/hot", test_hot);
    health_add("index-shape/brin", test_brin);
    health_add("index-shape/tables", test_tables);
    return g_test_run();
}
