/* Bloat on real servers: tables and B-trees of many shapes, as loaded and after deletions; the
 * estimate, and what pgstattuple measures. */
#include <app/check.h>
#include <stdio.h>
#include <string.h>

#include "health.h"

/* Low enough for tables of a test. */
#define SMALL                                                                                      \
    "rules:\n"                                                                                     \
    "  table-bloat: {min_bytes: 200000, min_share: 0.15}\n"                                        \
    "  index-bloat: {min_bytes: 100000, min_share: 0.15}\n"

/* Loaded in order, so that B-trees are as full as they get. */
static const char *const tables[] = {
    "numbers (id bigint, a int, b int) : SELECT i, i, i %% 1000",
    "mixed (flag boolean, id bigint, small smallint, at timestamptz, note text) : "
    "SELECT i %% 2 = 0, i, 1, timestamptz '2024-01-01 00:00+00' + i * interval '1 second', "
    "'note number ' || i",
    "sparse (id int, a text, b text, c text) : "
    "SELECT i, NULL, CASE WHEN i %% 3 = 0 THEN 'x' || i END, CASE WHEN i %% 10 = 0 THEN "
    "repeat('y', 50) END",
    "wide (id uuid, body text) : SELECT md5(i::text)::uuid, repeat('word ', 100) || i",
    "money (id int, price numeric(10,2), tag varchar(20)) : SELECT i, i * 1.11, 'tag' || i %% 50",
    "filled (id bigint, note text) WITH (fillfactor = 70) : SELECT i, 'number ' || i",
};

/* (transfer full): the table's name. */
static char *
load(const char *dsn, const char *shape)
{
    g_auto(GStrv) parts = g_strsplit(shape, " : ", 2);
    char *name = g_strndup(shape, strcspn(shape, " "));
    g_auto(GStrv) query = g_strsplit(parts[1], "%%", -1);
    g_autofree char *select = g_strjoinv("%", query);
    g_autofree char *options =
        g_strdup(strstr(parts[0], ") WITH") ? ", autovacuum_enabled = off)"
                                            : " WITH (autovacuum_enabled = off)");
    g_autofree char *head =
        g_strndup(parts[0], strlen(parts[0]) - (strstr(parts[0], ") WITH") ? 1 : 0));
    g_autofree char *sql =
        g_strdup_printf("CREATE TABLE %s%s; INSERT INTO %s %s FROM generate_series(1, 60000) i;",
                        head, options, name, select);

    pga_test_sql(dsn, sql);
    return name;
}

static void
add_indexes(const char *dsn)
{
    pga_test_sql(dsn, "CREATE INDEX numbers_id ON numbers (id);"
                      "CREATE INDEX numbers_a_b ON numbers (a, b);"
                      "CREATE INDEX numbers_b ON numbers (b);"
                      "CREATE UNIQUE INDEX numbers_key ON numbers (id, a);"
                      "CREATE INDEX mixed_flag ON mixed (flag);"
                      "CREATE INDEX mixed_at ON mixed (at);"
                      "CREATE INDEX mixed_note ON mixed (note);"
                      "CREATE INDEX sparse_a ON sparse (a);"
                      "CREATE INDEX sparse_b ON sparse (b);"
                      "CREATE INDEX wide_id ON wide (id);"
                      "CREATE INDEX money_price ON money (price);"
                      "CREATE INDEX money_tag ON money (tag);"
                      "CREATE INDEX money_loose ON money (id) WITH (fillfactor = 50);"
                      "CREATE INDEX money_include ON money (tag) INCLUDE (price);"
                      "CREATE INDEX money_plain ON money (tag) WITH (deduplicate_items = off);"
                      "CREATE INDEX money_part ON money (id) WHERE id > 30000;"
                      "CREATE INDEX money_lower ON money (lower(tag));");
}

/* Nothing is bloated that was just loaded: the estimate is not above the truth by an eighth. And
 * what was deleted is found: it is not below it by much either. */
static void
vacuum_analyze(const char *dsn)
{
    pga_test_sql(dsn, "VACUUM ANALYZE");
    health_await(dsn,
                 "SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NULL"
                 " OR n_mod_since_analyze > 0",
                 "0");
}

static void
test_estimate(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "bloat");
    g_autoptr(PgaReport) fresh = NULL, deleted = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        g_free(load(dsn, tables[i]));
    add_indexes(dsn);
    vacuum_analyze(dsn);
    fresh = health_check_with(dsn, SMALL);
    health_assert_silent(fresh, "table-bloat", NULL);
    health_assert_silent(fresh, "index-bloat", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *name = g_strndup(tables[i], strcspn(tables[i], " "));
        g_autofree char *sql =
            g_strdup_printf("DELETE FROM %s WHERE (ctid::text::point)[1]::int %% 10 > 2", name);

        pga_test_sql(dsn, sql);
    }
    vacuum_analyze(dsn);
    deleted = health_check_with(dsn, SMALL);
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *name = g_strndup(tables[i], strcspn(tables[i], " "));
        g_autofree char *object = g_strconcat("public.", name, NULL);
        const PgaFinding *finding = health_assert_fires(deleted, "table-bloat", object);

        g_test_message("%s", finding->evidence);
        g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    }
    health_assert_fires(deleted, "index-bloat", "public.numbers_id");
    health_assert_fires(deleted, "index-bloat", "public.numbers_b");
    health_assert_fires(deleted, "index-bloat", "public.numbers_key");
    health_assert_fires(deleted, "index-bloat", "public.mixed_note");
    health_assert_fires(deleted, "index-bloat", "public.money_price");
    health_assert_fires(deleted, "index-bloat", "public.money_loose");
    health_assert_silent(deleted, "index-bloat", "public.money_lower");
}

static PgaReport *
check(const char *dsn, gboolean exact, gboolean deep)
{
    const PgaCheckRequest request = {
        .from = {.source = dsn}, .no_lab = TRUE, .exact = exact, .deep = deep};
    g_autoptr(GError) error = NULL;
    PgaReport *report = pga_app_check(&request, &error);

    g_assert_no_error(error);
    return report;
}

static guint
count_not_checked(const PgaReport *report, const char *what, const char *why)
{
    guint n = 0;

    for (guint i = 0; i < report->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i);

        n += strstr(entry->what, what) && strstr(entry->why, why);
    }
    return n;
}

/* An index whose size nothing but a measurement tells: of an expression; and a table that was
 * emptied since it was analyzed. */
static void
test_exact(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "exact");
    g_autofree char *as_plain = g_strdup_printf("%s user=plain", dsn);
    g_autoptr(PgaReport) before = NULL, without = NULL, measured = NULL, plain = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, "DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN;"
                      "CREATE TABLE big (id bigint, note text) WITH (autovacuum_enabled = off);"
                      "INSERT INTO big SELECT i, repeat('x', 700) || i "
                      "FROM generate_series(1, 200000) i;"
                      "CREATE INDEX big_note ON big ((id % 1000000), (id + 1), note);"
                      "CREATE TABLE full_one (id bigint) WITH (autovacuum_enabled = off);"
                      "INSERT INTO full_one SELECT generate_series(1, 500000);"
                      "CREATE INDEX full_one_id ON full_one ((id + 1));"
                      "ANALYZE; DELETE FROM big WHERE id % 10 <> 0;");
    pga_test_sql(dsn, "VACUUM big");
    before = check(dsn, FALSE, FALSE);
    health_assert_silent(before, "index-bloat", NULL);
    without = check(dsn, TRUE, FALSE);
    g_assert_cmpuint(count_not_checked(without, "exact bloat of index",
                                       "the extension pgstattuple is not installed"),
                     ==, 1);
    pga_test_sql(dsn, "CREATE SCHEMA \"Tools\"; CREATE EXTENSION pgstattuple SCHEMA \"Tools\"");
    measured = check(dsn, TRUE, FALSE);
    finding = health_assert_fires(measured, "table-bloat", "public.big");
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_CERTAIN);
    g_assert_nonnull(strstr(finding->evidence, "by pgstattuple"));
    finding = health_assert_fires(measured, "index-bloat", "public.big_note");
    g_assert_nonnull(strstr(finding->evidence, "by pgstatindex"));
    health_assert_silent(measured, "index-bloat", "public.full_one_id");
    g_assert_cmpuint(count_not_checked(measured, "exact bloat", ""), ==, 0);
    plain = check(as_plain, TRUE, FALSE);
    g_assert_cmpuint(count_not_checked(plain, "exact bloat of index", "permission denied"), ==, 1);
}

/* A function that is not as immutable as it says corrupts the index on it. */
static void
test_corruption(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "corrupt");
    g_autoptr(PgaReport) shallow = NULL, without = NULL, deep = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, "CREATE FUNCTION code(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';"
                      "CREATE TABLE item (id int PRIMARY KEY);"
                      "INSERT INTO item SELECT generate_series(1, 1000);"
                      "CREATE INDEX item_code ON item (code(id));"
                      "CREATE OR REPLACE FUNCTION code(int) RETURNS int LANGUAGE sql IMMUTABLE AS "
                      "'SELECT -$1';");
    shallow = check(dsn, FALSE, FALSE);
    health_assert_silent(shallow, "index-corruption-check", NULL);
    health_assert_not_evaluated(shallow, "index-corruption-check");
    without = check(dsn, FALSE, TRUE);
    g_assert_cmpuint(count_not_checked(without, "verification of index: 2 of them",
                                       "the extension amcheck is not installed"),
                     ==, 1);
    pga_test_sql(dsn, "CREATE EXTENSION amcheck");
    deep = check(dsn, FALSE, TRUE);
    finding = health_assert_fires(deep, "index-corruption-check", "public.item_code");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_nonnull(strstr(finding->evidence, "lacks matching index tuple"));
    health_assert_silent(deep, "index-corruption-check", "public.item_pkey");
    g_assert_cmpuint(count_not_checked(deep, "verification", ""), ==, 0);
}

/* A file of DDL has nothing to measure. */
static void
test_ddl(PgaTestCluster *cluster G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pga-health-bloat.sql", NULL);
    g_autoptr(PgaReport) report = NULL;

    g_assert_true(g_file_set_contents(path, "CREATE TABLE a (id int PRIMARY KEY);", -1, NULL));
    report = check(path, TRUE, TRUE);
    g_assert_cmpuint(count_not_checked(report, "what --exact asks for", "a running server"), ==, 1);
    g_assert_cmpuint(count_not_checked(report, "what --deep asks for", "a running server"), ==, 1);
    g_assert_cmpint(remove(path), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("bloat/estimate", test_estimate);
    health_add("bloat/exact", test_exact);
    health_add("bloat/corruption", test_corruption);
    health_add("bloat/of-ddl", test_ddl);
    return g_test_run();
}
