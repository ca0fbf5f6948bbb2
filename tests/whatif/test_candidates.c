/* Indexes made in the clone: the planner believes that they are filled, and sees those it is to
 * see. */
#include <string.h>

#include "cluster.h"
#include "fixture.h"

/* 100,000 rows that are not there; b has no statistics, so "=" selects 0.5 % of them. */
static const char relation[] =
    "CREATE TABLE t (a int, b int, c text, d int[]);"
    "UPDATE pg_class SET relpages = 1000, reltuples = 100000 WHERE oid = 't'::regclass;"
    "SELECT pgarchitect_whatif.put_size('t'::regclass, 1000, -1)";

static PGconn *
open_clone(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "candidates");
    PGconn *session = whatif_test_session(conninfo);

    g_free(whatif_test_rows(session, relation));
    return session;
}

static void
assert_plan(PGconn *session, const char *query, const char *node, gboolean expected)
{
    g_autofree char *explain = g_strconcat("EXPLAIN (COSTS OFF) ", query, NULL);
    g_autofree char *plan = whatif_test_rows(session, explain);

    if ((strstr(plan, node) != NULL) != expected)
        g_error("%s in the plan of %s:\n%s", node, query, plan);
}

static void
test_seen(guint major)
{
    PGconn *session = open_clone(major);

    g_free(whatif_test_rows(session, "CREATE INDEX t_b ON t (b)"));
    assert_plan(session, "SELECT * FROM t WHERE b = 5", "t_b", TRUE);
    g_free(whatif_test_rows(session, "DROP INDEX t_b; CREATE INDEX t_part ON t (b) WHERE a > 10"));
    assert_plan(session, "SELECT * FROM t WHERE b = 5 AND a > 10", "t_part", TRUE);
    g_free(whatif_test_rows(session, "CREATE INDEX t_lower ON t (lower(c))"));
    assert_plan(session, "SELECT * FROM t WHERE lower(c) = 'x'", "t_lower", TRUE);
    g_free(whatif_test_rows(session, "CREATE INDEX t_gin ON t USING gin (d)"));
    assert_plan(session, "SELECT * FROM t WHERE d @> '{5}'", "t_gin", TRUE);
    g_free(whatif_test_rows(session, "CREATE INDEX t_hash ON t USING hash (a)"));
    assert_plan(session, "SELECT * FROM t WHERE a = 5", "t_hash", TRUE);
    PQfinish(session);
}

/* The source's index knows that b goes on beyond its histogram. A newer candidate stands before it
 * in the planner's list and must not answer in its place. */
static void
test_not_probed(guint major)
{
    static const char query[] = "EXPLAIN SELECT * FROM t WHERE b > 990";
    PGconn *session = open_clone(major);
    g_autofree char *unprobed = NULL, *probed = NULL, *with_candidate = NULL;

    g_free(whatif_test_rows(
        session, "SELECT pgarchitect_whatif.put_statistics('t'::regclass, 2::int2, false, 0, 4,"
                 " 1000, array[2]::int2[], array[null]::text[],"
                 " array['{1,100,200,300,400,500,600,700,800,900,1000}']);"
                 "CREATE INDEX t_b ON t (b);"
                 "SELECT pgarchitect_whatif.put_size('t_b'::regclass, 200, 1);"
                 "SET enable_indexscan = off; SET enable_bitmapscan = off"));
    unprobed = whatif_test_rows(session, query);
    whatif_assert_rows(session,
                       "SELECT pgarchitect_whatif.put_extremes('t_b'::regclass, '1',"
                       " '5000')",
                       "\n");
    probed = whatif_test_rows(session, query);
    g_assert_cmpstr(unprobed, !=, probed);
    g_free(whatif_test_rows(session, "CREATE INDEX t_ba ON t (b, a)"));
    with_candidate = whatif_test_rows(session, query);
    g_assert_cmpstr(probed, ==, with_candidate);
    PQfinish(session);
}

/* What a session is told of a candidate holds until its table changes; of what is none it is
 * nothing. */
static void
test_known(guint major)
{
    static const char query[] = "EXPLAIN SELECT * FROM t WHERE b = 5";
    PGconn *session = open_clone(major);
    g_autofree char *estimated = NULL, *known = NULL, *told = NULL, *changed = NULL,
                    *refused = NULL;

    g_free(whatif_test_rows(session, "CREATE INDEX t_b ON t (b)"));
    estimated = whatif_test_rows(session, query);
    g_free(whatif_test_rows(
        session, "SELECT pgarchitect_whatif.know(array[s.i, 4294967295::oid], array[s.pages, 1],"
                 " array[s.tuples, 1], array[s.tree_height, 1])"
                 " FROM (SELECT 't_b'::regclass::oid AS i, x.*"
                 " FROM pgarchitect_whatif.index_size('t_b'::regclass) x) s"));
    known = whatif_test_rows(session, query);
    g_assert_cmpstr(known, ==, estimated);
    g_free(whatif_test_rows(session, "SELECT pgarchitect_whatif.know(array['t_b'::regclass::oid],"
                                     " '{1000}', '{100000}', '{9}')"));
    told = whatif_test_rows(session, query);
    g_assert_cmpstr(told, !=, estimated);
    g_free(whatif_test_rows(session, "CREATE INDEX t_a ON t (a)"));
    changed = whatif_test_rows(session, query);
    g_assert_cmpstr(changed, ==, estimated);
    refused =
        whatif_test_error(session, "SELECT pgarchitect_whatif.know('{NULL}', '{1}', '{1}', '{1}')");
    g_assert_nonnull(strstr(refused, "no element is NULL"));
    PQfinish(session);
}

static void
test_hide(guint major)
{
    static const char *const ways[] = {"t_b", "public.t_b", "other, \"public\".\"t_b\" ,", "T_B"};
    PGconn *session = open_clone(major);
    g_autofree char *oid = NULL, *set_oid = NULL;

    g_free(whatif_test_rows(session, "CREATE INDEX t_b ON t (b)"));
    g_free(whatif_test_rows(session, "PREPARE p AS SELECT * FROM t WHERE b = 5"));
    assert_plan(session, "EXECUTE p", "t_b", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *set = g_strdup_printf("SET pgarchitect_whatif.hide = '%s'", ways[i]);

        g_free(whatif_test_rows(session, set));
        assert_plan(session, "SELECT * FROM t WHERE b = 5", "t_b", FALSE);
        assert_plan(session, "EXECUTE p", "t_b", FALSE);
        g_free(whatif_test_rows(session, "RESET pgarchitect_whatif.hide"));
        assert_plan(session, "EXECUTE p", "t_b", TRUE);
    }
    oid = whatif_test_rows(session, "SELECT 't_b'::regclass::oid");
    set_oid = g_strdup_printf("SET pgarchitect_whatif.hide = '%s'", g_strchomp(oid));
    g_free(whatif_test_rows(session, set_oid));
    assert_plan(session, "SELECT * FROM t WHERE b = 5", "t_b", FALSE);
    PQfinish(session);
}

static void
keep_warning(void *data, const char *message)
{
    g_string_append(data, message);
}

/* A name that is none, or not yet: told when it is set, looked for whenever names change. */
static void
test_hide_unknown(guint major)
{
    PGconn *session = open_clone(major);
    g_autoptr(GString) warnings = g_string_new(NULL);

    PQsetNoticeProcessor(session, keep_warning, warnings);
    g_free(whatif_test_rows(session, "SET pgarchitect_whatif.hide = 't_b, \"a, b\", x.y.z, t'"));
    g_assert_cmpstr(warnings->str, ==,
                    "WARNING:  index t_b does not exist\n"
                    "WARNING:  index \"a, b\" does not exist\n"
                    "WARNING:  index x.y.z does not exist\n"
                    "WARNING:  index t does not exist\n");
    assert_plan(session, "SELECT * FROM t WHERE b = 5", "Seq Scan", TRUE);
    g_free(whatif_test_rows(session, "CREATE INDEX t_b ON t (b)"));
    assert_plan(session, "SELECT * FROM t WHERE b = 5", "t_b", FALSE);
    g_free(whatif_test_rows(session, "ALTER INDEX t_b RENAME TO t_c"));
    assert_plan(session, "SELECT * FROM t WHERE b = 5", "t_c", TRUE);
    PQfinish(session);
}

/* Hiding the index of a partitioned table hides those of its partitions. */
static void
test_hide_partitioned(guint major)
{
    PGconn *session = open_clone(major);

    g_free(whatif_test_rows(
        session, "CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);"
                 "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
                 "UPDATE pg_class SET relpages = 1000, reltuples = 100000 WHERE relname = 'p1';"
                 "SELECT pgarchitect_whatif.put_size('p1'::regclass, 1000, -1);"
                 "CREATE INDEX p_b ON p (b)"));
    assert_plan(session, "SELECT * FROM p WHERE b = 5", "p1_b_idx", TRUE);
    g_free(whatif_test_rows(session, "SET pgarchitect_whatif.hide = 'p_b'"));
    assert_plan(session, "SELECT * FROM p WHERE b = 5", "p1_b_idx", FALSE);
    PQfinish(session);
}

/* A relation that no size is known of is as it is, and so are its indexes. */
static void
test_unsized(guint major)
{
    PGconn *session = open_clone(major);
    g_autofree char *on = NULL, *off = NULL;

    g_free(whatif_test_rows(session, "CREATE TABLE own AS SELECT generate_series(1, 9999) AS a;"
                                     "CREATE INDEX own_a ON own (a); ANALYZE own"));
    on = whatif_test_rows(session, "EXPLAIN SELECT * FROM own WHERE a = 5");
    g_free(whatif_test_rows(session, "SET pgarchitect_whatif.enabled = off"));
    off = whatif_test_rows(session, "EXPLAIN SELECT * FROM own WHERE a = 5");
    g_assert_cmpstr(on, ==, off);
    g_assert_nonnull(strstr(on, "own_a"));
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/candidates/planner-uses-them", test_seen);
    whatif_test_add("/whatif/candidates/told-of-until-their-table-changes", test_known);
    whatif_test_add("/whatif/candidates/ends-are-not-probed", test_not_probed);
    whatif_test_add("/whatif/candidates/hidden-by-name-or-oid", test_hide);
    whatif_test_add("/whatif/candidates/unknown-names-are-told", test_hide_unknown);
    whatif_test_add("/whatif/candidates/partitioned-index-hides-its-members",
                    test_hide_partitioned);
    whatif_test_add("/whatif/candidates/unsized-relations-are-left-alone", test_unsized);
    return g_test_run();
}
