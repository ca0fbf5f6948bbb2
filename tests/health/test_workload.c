/* Rules about statements, on what pg_stat_statements of real servers recorded of real ones. Times
 * and sizes that a test would wait for are lowered in the configuration. */
#include "health.h"

#include <app/snapshot.h>
#include <string.h>
#include <unistd.h>

#define LOADED                                                                                     \
    "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_planning = on\n"    \
    "max_parallel_workers_per_gather = 0\njit = off\n"

#define SMALL                                                                                      \
    "rules:\n"                                                                                     \
    "  query-top-total-time:\n    min_time: 1\n"                                                   \
    "  query-low-cache-hit:\n    min_bytes: 100000000\n"                                           \
    "  query-stddev-unstable:\n    min_max: 100\n"                                                 \
    "  query-planning-dominates:\n    min_time: 10\n    min_calls: 100\n    share: 0.00001\n"

static void
load_library(PgaTestCluster *cluster)
{
    g_autofree char *loaded =
        pga_test_value(pga_test_cluster_dsn(cluster), "SHOW shared_preload_libraries");

    if (!*loaded)
        pga_test_cluster_restart(cluster, LOADED);
}

/* A collation that does not sort by bytes, on every machine. */
static char *
database(const PgaTestCluster *cluster, const char *name)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, name);
    g_autofree char *drop = g_strdup_printf("DROP DATABASE %s", name);
    g_autofree char *create = g_strdup_printf(
        "CREATE DATABASE %s TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'", name);

    pga_test_cluster_sql(cluster, drop);
    pga_test_cluster_sql(cluster, create);
    return g_steal_pointer(&dsn);
}

static void
plant_tables(const char *dsn)
{
    pga_test_sql(
        dsn, "CREATE EXTENSION pg_stat_statements;"
             "CREATE TABLE customers (id int PRIMARY KEY, name text);"
             "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, "
             "filler text);"
             "CREATE INDEX ON orders (customer_id);"
             "CREATE TABLE tickets (id int PRIMARY KEY, state text, password text);"
             "CREATE TABLE docs (id int PRIMARY KEY, title text, body text);"
             "CREATE TABLE people (id int PRIMARY KEY, name text, code varchar(20), title text, "
             "nick text, email text);"
             "CREATE INDEX ON people (name); CREATE INDEX ON people (code varchar_pattern_ops);"
             "CREATE INDEX ON people (email text_pattern_ops);"
             "CREATE TABLE parts (at int, v int) PARTITION BY RANGE (at);"
             "CREATE TABLE events (at timestamptz, account int, kind int);"
             "CREATE INDEX events_at_account ON events (at, account);"
             "CREATE TABLE visits (at timestamptz, account int);"
             "CREATE INDEX visits_account_at ON visits (account, at);"
             "CREATE INDEX visits_at_account ON visits (at, account);");
    pga_test_sql(
        dsn,
        "INSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, 2000) i;"
        "INSERT INTO orders SELECT i, i % 2000 + 1, md5(i::text) || repeat('x', 100) "
        "FROM generate_series(1, 20000) i;"
        "INSERT INTO tickets SELECT i, 'open' FROM generate_series(1, 2000) i;"
        "INSERT INTO docs SELECT i, 't', repeat(md5(i::text), 30) FROM generate_series(1, 500) i;"
        "INSERT INTO people SELECT i, md5(i::text), 'c' || i, md5((i + 1)::text), md5(i::text), "
        "md5(i::text) FROM generate_series(1, 100000) i;"
        "INSERT INTO events SELECT now() - i * interval '1 minute', i % 100, 1 "
        "FROM generate_series(1, 20000) i;"
        "INSERT INTO visits SELECT at, account FROM events;");
    pga_test_sql(dsn,
                 "DO $$ BEGIN FOR i IN 1..60 LOOP EXECUTE format('CREATE TABLE part_%s PARTITION "
                 "OF parts FOR VALUES FROM (%s) TO (%s)', i, i, i + 1); END LOOP; END $$");
    pga_test_sql(dsn, "VACUUM ANALYZE");
    pga_test_sql(dsn, "SELECT pg_stat_statements_reset()");
}

static void
repeat(PGconn *conn, guint n, const char *format)
{
    g_auto(GStrv) parts = g_strsplit(format, "#", -1);

    for (guint i = 1; i <= n; i++) {
        g_autofree char *number = g_strdup_printf("%u", i);
        g_autofree char *sql = g_strjoinv(number, parts);
        PGresult *result = PQexec(conn, sql);

        if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
            g_error("%s\n%s", PQerrorMessage(conn), sql);
        PQclear(result);
    }
}

/* What a program does that asks for each row's parent by itself, and one that asks by key. */
static void
run_lookups(PGconn *conn)
{
    repeat(conn, 100, "SELECT id, customer_id FROM orders ORDER BY id OFFSET # LIMIT 12");
    repeat(conn, 1200, "SELECT name FROM customers WHERE id = #");
    repeat(conn, 1200, "SELECT state FROM tickets WHERE id = #");
    repeat(conn, 1000, "SELECT * FROM docs WHERE id = #");
    repeat(conn, 1000, "SELECT * FROM tickets WHERE id = # AND state = 'open'");
    repeat(conn, 1000, "SELECT title FROM docs WHERE id = #");
}

static void
run_heavy(PGconn *conn)
{
    repeat(conn, 1, "SET work_mem = '64kB'");
    repeat(conn, 10, "SELECT count(*) FROM (SELECT filler FROM orders ORDER BY filler, id) s");
    repeat(conn, 10,
           "SELECT count(*) FROM (SELECT id FROM tickets WHERE id < 50 ORDER BY state) s");
    repeat(conn, 1, "RESET work_mem");
    repeat(conn, 100, "SELECT id FROM orders");
    repeat(conn, 100, "SELECT id FROM orders LIMIT 15000");
    repeat(conn, 12, "SELECT sum(length(nick)) FROM people WHERE id <> #");
    repeat(conn, 100,
           "SELECT g FROM tickets, generate_series(1, 20000) g WHERE password = '#' OR id = #");
    repeat(conn, 1000, "SELECT pg_sleep(0) FROM tickets WHERE id = #");
    repeat(conn, 3, "SELECT pg_sleep(0.2) FROM tickets WHERE id = #");
    repeat(conn, 1000, "SELECT 1, pg_sleep(0) FROM tickets WHERE id = #");
    repeat(conn, 1, "SELECT 1, pg_sleep(0.2) FROM tickets WHERE id = #");
    repeat(conn, 120, "SELECT v FROM parts WHERE v = #");
}

static void
run_searches(PGconn *conn)
{
    repeat(conn, 3, "SELECT id FROM people WHERE name LIKE 'abc#%'");
    repeat(conn, 3, "SELECT id FROM people WHERE code LIKE 'c99#%'");
    repeat(conn, 3, "SELECT id FROM people WHERE email LIKE '%abc#%'");
    repeat(conn, 3, "SELECT id FROM people WHERE title ILIKE 'abc#%'");
    repeat(conn, 3, "SELECT id FROM people WHERE id = # AND nick ILIKE 'abc#%'");
    repeat(conn, 3, "SELECT kind FROM events WHERE at > now() - interval '1 day' AND account = #");
    repeat(conn, 3, "SELECT 1 FROM visits WHERE at > now() - interval '1 day' AND account = #");
}

/* (nullable): the finding whose evidence has @part. */
static const PgaFinding *
finding_about(const PgaReport *report, const char *rule, const char *part)
{
    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        if (g_str_equal(finding->rule, rule) && strstr(finding->evidence, part))
            return finding;
    }
    return NULL;
}

static const PgaFinding *
assert_about(const PgaReport *report, const char *rule, const char *part)
{
    const PgaFinding *finding = finding_about(report, rule, part);

    if (!finding)
        finding = health_assert_fires(report, rule, "(see the messages)");
    g_assert_true(g_str_has_prefix(finding->object, "query "));
    g_assert_cmpstr(finding->impact_unit, ==, PGA_IMPACT_WORKLOAD);
    g_test_message("%s: %s", rule, finding->evidence);
    return finding;
}

static void
assert_not_about(const PgaReport *report, const char *rule, const char *part)
{
    const PgaFinding *finding = finding_about(report, rule, part);

    if (finding)
        g_error("%s: %s", rule, finding->evidence);
}

static void
assert_queries(const PgaReport *report)
{
    const PgaFinding *finding;

    finding = assert_about(report, "query-n-plus-one", "Query: SELECT name FROM customers");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    assert_not_about(report, "query-n-plus-one", "Query: SELECT state");
    assert_not_about(report, "query-n-plus-one", "Query: SELECT title");
    finding = assert_about(report, "query-temp-spill", "FROM orders ORDER BY filler");
    g_assert_true(g_str_has_prefix(g_ptr_array_index(finding->fix.sql, 0), "SET work_mem = '"));
    assert_not_about(report, "query-temp-spill", "tickets");
    assert_about(report, "query-rows-explosion", "Query: SELECT id FROM orders");
    assert_about(report, "query-rows-explosion", "WHERE password = $");
    assert_not_about(report, "query-rows-explosion", "LIMIT $");
    health_assert_fires(report, "query-select-star", "public.docs");
    health_assert_silent(report, "query-select-star", "public.tickets");
    assert_about(report, "query-low-cache-hit", "people");
    assert_not_about(report, "query-low-cache-hit", "tickets");
    assert_about(report, "query-stddev-unstable", "Query: SELECT pg_sleep($1)");
    g_assert_cmpuint(health_count(report, "query-stddev-unstable"), ==, 1);
    assert_about(report, "query-planning-dominates", "public.parts is partitioned");
    assert_not_about(report, "query-planning-dominates", "FROM people");
    finding = assert_about(report, "query-top-total-time", " of the time of all statements");
    g_assert_cmpfloat(finding->impact, >, 0.1);
    assert_not_about(report, "query-top-total-time", "FROM visits");
}

static void
assert_indexes(const PgaReport *report)
{
    const PgaFinding *finding;

    finding = health_assert_fires(report, "text-pattern-no-opclass", "public.people.name");
    g_test_message("%s", finding->evidence);
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==,
                    "CREATE INDEX CONCURRENTLY people_name_pattern_idx ON public.people (name "
                    "text_pattern_ops);");
    g_assert_cmpuint(health_count(report, "text-pattern-no-opclass"), ==, 1);
    health_assert_fires(report, "trigram-index-missing", "public.people.title");
    health_assert_fires(report, "trigram-index-missing", "public.people.email");
    g_assert_cmpuint(health_count(report, "trigram-index-missing"), ==, 2);
    health_assert_fires(report, "index-timestamp-not-last", "public.events_at_account");
    health_assert_silent(report, "index-timestamp-not-last", "public.visits_at_account");
}

static char *
list_fingerprints(const PgaReport *report)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        if (strstr(finding->rule, "query-") && !strstr(finding->rule, "top-total"))
            g_string_append_printf(list, "%s %s\n", finding->rule, finding->object);
    }
    return g_string_free(list, FALSE);
}

static void
assert_snapshot_says_the_same(const PgaTestCluster *cluster, const char *dsn, const char *expected)
{
    g_autofree char *path = g_build_filename(pga_test_cluster_directory(cluster), "work.pga", NULL);
    const PgaSnapshotRequest request = {.from = {.source = dsn}, .output = path};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSnapshotSummary) summary = pga_app_snapshot(&request, &error);
    g_autoptr(PgaReport) report = NULL;
    g_autofree char *got = NULL;

    g_assert_no_error(error);
    g_assert_nonnull(summary);
    report = health_check_with(path, SMALL);
    got = list_fingerprints(report);
    g_assert_cmpstr(got, ==, expected);
    assert_indexes(report);
    unlink(path);
}

static void
test_faults(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL, *before = NULL, *after = NULL;
    g_autoptr(PgaReport) report = NULL, again = NULL;
    PGconn *conn;

    load_library(cluster);
    dsn = database(cluster, "work");
    plant_tables(dsn);
    conn = pga_test_session(dsn);
    run_lookups(conn);
    run_heavy(conn);
    run_searches(conn);
    PQfinish(conn);
    report = health_check_with(dsn, SMALL);
    assert_queries(report);
    assert_indexes(report);
    again = health_check_with(dsn, SMALL); /* our own queries are recorded by now */
    before = list_fingerprints(report);
    after = list_fingerprints(again);
    g_assert_cmpstr(before, ==, after);
    assert_snapshot_says_the_same(cluster, dsn, before);
}

/* What the workload serves with indexes, and a short time, is no fault. */
static void
test_served(PgaTestCluster *cluster)
{
    g_autofree char *dsn = NULL;
    g_autoptr(PgaReport) report = NULL;
    PGconn *conn;

    load_library(cluster);
    dsn = database(cluster, "served");
    pga_test_sql(dsn, "CREATE EXTENSION pg_trgm;");
    plant_tables(dsn);
    pga_test_sql(dsn, "CREATE INDEX ON people USING gin (title gin_trgm_ops);"
                      "CREATE INDEX ON people USING gin (email gin_trgm_ops);"
                      "CREATE INDEX ON people (name COLLATE \"C\");"
                      "CREATE INDEX ON events (account, at)");
    conn = pga_test_session(dsn);
    run_searches(conn);
    PQfinish(conn);
    report = health_check_with(dsn, SMALL);
    health_assert_silent(report, "trigram-index-missing", NULL);
    health_assert_silent(report, "text-pattern-no-opclass", "public.people.code");
    health_assert_silent(report, "index-timestamp-not-last", NULL);
}

static void
test_nothing_recorded(PgaTestCluster *cluster)
{
    g_autofree char *dsn = database(cluster, "bare");
    g_autoptr(PgaReport) report = health_check(dsn);

    health_assert_not_evaluated(report, "query-top-total-time");
    health_assert_not_evaluated(report, "trigram-index-missing");
    health_assert_not_evaluated(report, "query-select-star");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("workload/faults", test_faults);
    health_add("workload/served", test_served);
    health_add("workload/nothing-recorded", test_nothing_recorded);
    return g_test_run();
}
