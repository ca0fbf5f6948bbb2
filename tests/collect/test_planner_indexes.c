/* Ends of B-trees and numbers of metapages, on every server version that is installed. */
#include <string.h>

#include "planner_source.h"

#define MAJOR GPOINTER_TO_UINT(data)

static const struct {
    const char *index, *minimum, *maximum;
} ends[] = {
    {"plan.kinds_pkey", "1", "3000"},
    {"plan.kinds_at", "2024-02-29 23:00:00.5+00", "2024-07-03 22:00:00.5+00"},
    {"plan.kinds_name", "N1", "Often, \"quoted\" {and} \\"},
    {"plan.kinds_name_again", "N1", "Often, \"quoted\" {and} \\"},
    {"plan.kinds_pattern", "N1", "Often, \"quoted\" {and} \\"},
    {"plan.kinds_posix", "N1", "Often, \"quoted\" {and} \\"},
    {"plan.kinds_lower", "n1", "often, \"quoted\" {and} \\"},
    {"plan.kinds_lower_posix", "n1", "often, \"quoted\" {and} \\"},
    {"plan.kinds_price", "0.14285714285714285714", "428.5714285714285714"},
    {"plan.kinds_state", "sad", "happy"},
    {"plan.kinds_amount", "0.00", "49.00"},
    {"plan.kinds_nothing", NULL, NULL},
    {"plan.kinds_took", "00:01:00", "50:00:00"},
    {"plan.kinds_pair", "(0,x)", "(4,)"},
    {"plan.kinds_span", "empty", "[3000,3003)"},
    {"plan.kinds_fee", "$1.00", "$3,000.00"},
    {"plan.kinds_sum", "2", "3001"},
    {"plan.empty_pkey", NULL, NULL},
    {"plan.ruled_pkey", "1", "100"},
    {"plan.\"od'd\"", "1", "500"},
    {"plan.\"od\"\"der\"", "C1", "C99"},
};

static void
test_ends(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_auto(Planned) got = {0};
    const PgaExtremes *extremes;

    planner_source_collect(dsn, NULL, NULL, &got);
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_test_message("%s", ends[i].index);
        extremes = planner_source_extremes(&got, planner_source_oid(dsn, ends[i].index));
        g_assert_nonnull(extremes);
        g_assert_cmpstr(extremes->minimum, ==, ends[i].minimum);
        g_assert_cmpstr(extremes->maximum, ==, ends[i].maximum);
    }
    extremes = planner_source_extremes(&got, planner_source_oid(dsn, "plan.kinds_short"));
    g_assert_true(g_str_has_prefix(extremes->minimum, "0.3333333"));
    extremes = planner_source_extremes(&got, planner_source_oid(dsn, "plan.kinds_bytes"));
    g_assert_true(g_str_has_prefix(extremes->minimum, "\\x00"));
    extremes = planner_source_extremes(&got, planner_source_oid(dsn, "plan.kinds_key"));
    g_assert_true(g_str_has_prefix(extremes->maximum, "ff"));
}

/* Of partial indexes, of other access methods, and where planning would call a user's function. */
static void
test_left_out(gconstpointer data)
{
    static const char *const none[] = {"plan.kinds_partial", "plan.kinds_hash", "plan.kinds_brin",
                                       "plan.kinds_tags",    "plan.own_a",      "plan.own_twice"};
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_auto(Planned) got = {0};
    const PgaNotChecked *note;

    planner_source_collect(dsn, NULL, NULL, &got);
    for (guint i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_null(planner_source_extremes(&got, planner_source_oid(dsn, none[i])));
    note = planner_source_note(&got, "ends of B-trees of 2 relations, plan.own_a the first");
    g_assert_nonnull(note);
    g_assert_nonnull(strstr(note->why, "function"));
}

/* Whatever the index' order and collation: one entry is read at each end, nothing is sorted. What a
 * superuser reads is not counted, so the table's owner looks. */
static void
test_quick(gconstpointer data)
{
    PgaTestCluster *cluster = pga_test_cluster(MAJOR);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "quick");
    g_auto(Planned) got = {0};
    g_autofree char *before = NULL, *after = NULL;
    const char *read = "SELECT sum(idx_tup_read) + pg_stat_get_tuples_returned('t'::regclass) FROM "
                       "pg_stat_user_indexes";

    pga_test_sql(dsn, "CREATE TABLE t (a int, b text, c varchar(9), d char(5), e name, f bool, g "
                      "int[], h varchar(9) COLLATE \"POSIX\");"
                      "INSERT INTO t SELECT i, i, i, i, i::text, i % 2 = 0, ARRAY[i], i FROM "
                      "generate_series(1, 20000) i;"
                      "INSERT INTO t SELECT FROM generate_series(1, 20000) i;"
                      "CREATE INDEX ON t (a NULLS FIRST); CREATE INDEX ON t (b DESC NULLS LAST);"
                      "CREATE INDEX ON t (c varchar_pattern_ops DESC);"
                      "CREATE INDEX ON t (d bpchar_pattern_ops NULLS FIRST);"
                      "CREATE INDEX ON t (e); CREATE INDEX ON t (f); CREATE INDEX ON t (g DESC);"
                      "CREATE INDEX ON t (h); CREATE INDEX ON t (c); CREATE INDEX ON t (d);"
                      "CREATE INDEX ON t ((c || 'x')); CREATE INDEX ON t ((a + 1) DESC)");
    pga_test_sql(dsn,
                 "ANALYZE t; CREATE ROLE quick_owner LOGIN; ALTER TABLE t OWNER TO quick_owner");
    before = pga_test_value(dsn, read);
    planner_source_collect(dsn, "quick_owner", NULL, &got);
    g_usleep(G_USEC_PER_SEC); /* before 15 a process of its own writes the counters */
    after = pga_test_value(dsn, read);
    g_assert_cmpuint(got.data->extremes->len, ==, 12);
    g_assert_nonnull(planner_source_note(&got, "heights of B-trees"));
    g_assert_cmpint(g_ascii_strtoll(after, NULL, 10) - g_ascii_strtoll(before, NULL, 10), >, 0);
    g_assert_cmpint(g_ascii_strtoll(after, NULL, 10) - g_ascii_strtoll(before, NULL, 10), <, 100);
}

static void
test_metapages(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR), *level = NULL, *total = NULL;
    g_auto(Planned) got = {0}, without = {0};
    const PgaMetapage *btree, *gin, *brin;

    planner_source_collect(dsn, NULL, NULL, &without);
    g_assert_cmpuint(without.data->metapages->len, ==, 0);
    g_assert_nonnull(planner_source_note(&without, "GIN metapages of plan.kinds_tags"));
    pga_test_sql(dsn, "CREATE SCHEMA \"o\"\"dd\"; CREATE EXTENSION pageinspect SCHEMA \"o\"\"dd\";"
                      "CREATE FUNCTION \"o\"\"dd\".bt_metap(name) RETURNS int LANGUAGE sql AS "
                      "'SELECT 1 / 0'");
    planner_source_collect(dsn, NULL, NULL, &got);
    level =
        pga_test_value(dsn, "SELECT fastlevel FROM \"o\"\"dd\".bt_metap('plan.kinds_at'::text)");
    total = pga_test_value(dsn, "SELECT n_total_pages FROM \"o\"\"dd\".gin_metapage_info("
                                "\"o\"\"dd\".get_raw_page('plan.kinds_tags', 0))");
    pga_test_sql(dsn, "DROP EXTENSION pageinspect; DROP SCHEMA \"o\"\"dd\" CASCADE");
    btree = planner_source_metapage(&got, planner_source_oid(dsn, "plan.kinds_at"));
    gin = planner_source_metapage(&got, planner_source_oid(dsn, "plan.kinds_tags"));
    brin = planner_source_metapage(&got, planner_source_oid(dsn, "plan.kinds_brin"));
    g_assert_cmpint(btree->tree_height, ==, g_ascii_strtoll(level, NULL, 10));
    g_assert_cmpint(btree->tree_height, ==, 1);
    g_assert_cmpint(btree->gin[1], ==, -1);
    g_assert_cmpint(btree->brin_revmap_pages, ==, -1);
    g_assert_cmpint(gin->gin[1], ==, g_ascii_strtoll(total, NULL, 10));
    g_assert_cmpint(gin->gin[4], ==, 16);
    g_assert_cmpint(gin->tree_height, ==, -1);
    g_assert_cmpint(brin->brin_revmap_pages, ==, 1);
    g_assert_null(planner_source_metapage(&got, planner_source_oid(dsn, "plan.kinds_hash")));
    g_assert_nonnull(planner_source_metapage(&got, planner_source_oid(dsn, "plan.\"od\"\"der\"")));
    g_assert_null(planner_source_note(&got, "metapage"));
}

/* A superuser's function that fails: what it spoils is named, the rest of the statement is read. */
static void
test_refused(gconstpointer data)
{
    PgaTestCluster *cluster = pga_test_cluster(MAJOR);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "refused");
    g_auto(Planned) got = {0};
    const PgaExtremes *extremes;

    pga_test_sql(dsn, "CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN "
                      "IF current_setting('transaction_read_only') = 'on' THEN RAISE 'refused'; "
                      "END IF; RETURN a; END$$;"
                      "CREATE TABLE bad (a int, b int); CREATE TABLE good (a int);"
                      "INSERT INTO bad VALUES (1, 1); INSERT INTO good VALUES (7), (9);"
                      "CREATE INDEX bad_a ON bad (a); CREATE INDEX bad_f ON bad ((b + f(1)));"
                      "CREATE INDEX good_a ON good (a)");
    planner_source_collect(dsn, NULL, NULL, &got);
    g_assert_nonnull(planner_source_note(&got, "ends of B-tree public.bad_a: the server said: "
                                               "refused"));
    g_assert_null(planner_source_extremes(&got, planner_source_oid(dsn, "bad_a")));
    extremes = planner_source_extremes(&got, planner_source_oid(dsn, "good_a"));
    g_assert_cmpstr(extremes->minimum, ==, "7");
    g_assert_cmpstr(extremes->maximum, ==, "9");
}

/* What every relation is refused for is said of some of them. */
static void
test_given_up(gconstpointer data)
{
    PgaTestCluster *cluster = pga_test_cluster(MAJOR);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "given_up");
    g_autofree char *grants = pga_collect_grants_sql("reader");
    g_auto(Planned) got = {0};

    if (MAJOR < 14) {
        g_test_skip("the functions are for PostgreSQL 14 and later");
        return;
    }
    pga_test_sql(dsn, "CREATE TYPE mood AS ENUM ('sad', 'happy');"
                      "DO $$BEGIN FOR i IN 1..30 LOOP EXECUTE format('CREATE TABLE t%s AS SELECT "
                      "''sad''::mood AS m FROM generate_series(1, 9)', i); END LOOP; END$$");
    pga_test_sql(dsn, "ANALYZE; DELETE FROM pg_enum WHERE enumlabel = 'sad'");
    planner_source_role(dsn, "reader", "");
    pga_test_sql(dsn, grants);
    planner_source_collect(dsn, "reader", NULL, &got);
    g_assert_cmpuint(got.data->columns->len, ==, 20); /* without values */
    g_assert_cmpuint(got.data->sizes->len, ==, 30);
    g_assert_nonnull(planner_source_note(&got, "statistics of columns of public.t1: "));
    g_assert_nonnull(
        planner_source_note(&got, "statistics of columns of further relations: given up after 20"));
}

static const struct {
    const char *name;
    GTestDataFunc run;
} tests[] = {
    {"extremes/every-type-and-order", test_ends},
    {"extremes/left-out", test_left_out},
    {"extremes/no-table-is-read", test_quick},
    {"extremes/refused-is-named-others-are-read", test_refused},
    {"metapages/btree-gin-brin", test_metapages},
    {"statistics/given-up", test_given_up},
};

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path =
                g_strdup_printf("/collect/planner/%u/%s", server->major, tests[j].name);

            g_test_add_data_func(path, GUINT_TO_POINTER(server->major), tests[j].run);
        }
    }
    if (servers->len == 0)
        g_test_add_func("/collect/planner/no-server", (GTestFunc)pga_test_have_server);
    return g_test_run();
}
