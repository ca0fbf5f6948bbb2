/* put_extremes() and put_metapage(): what the planner reads from an index itself. */
#include "cluster.h"
#include "transfer.h"

static const char definitions[] =
    "CREATE TABLE log (id int NOT NULL, ts timestamptz NOT NULL, name name, word varchar(9),"
    " part int CHECK (part > 0), list int[], doc tsvector, js jsonb);"
    "CREATE UNIQUE INDEX log_id ON log (id);"
    "CREATE INDEX log_ts ON log (ts DESC, id);"
    "CREATE INDEX log_name ON log (name);"
    "CREATE INDEX log_word ON log (lower(word), part) INCLUDE (id);"
    "CREATE INDEX log_partial ON log (part) WHERE part > 5;"
    "CREATE INDEX log_hash ON log USING hash (part);"
    "CREATE INDEX log_brin ON log USING brin (ts) WITH (pages_per_range = 4);"
    "CREATE INDEX log_brin2 ON log USING brin (id) WITH (pages_per_range = 1);"
    "CREATE INDEX log_gin ON log USING gin (list);"
    "CREATE INDEX log_doc ON log USING gin (doc);"
    "CREATE INDEX log_js ON log USING gin (js jsonb_path_ops) WITH (fastupdate = on)";

/* What comes after ANALYZE lies beyond the histograms' ends, and in GIN's pending lists. */
static const char rows[] =
    "INSERT INTO log SELECT i, '2026-01-01'::timestamptz + i * interval '1 min', 'n' || i % 900,"
    " 'w' || i % 700, 1 + i % 9, ARRAY[i % 30, i % 1000],"
    " to_tsvector('simple', 'w' || i % 2000 || ' x' || i % 9), jsonb_build_object('k', i % 5000)"
    " FROM generate_series(1, 30000) i;"
    "VACUUM ANALYZE log;"
    "INSERT INTO log SELECT i, '2026-01-01'::timestamptz + i * interval '1 min', 'zz' || i,"
    " 'zz' || i, 1 + i % 9, ARRAY[i % 30], to_tsvector('simple', 'w' || i),"
    " jsonb_build_object('k', i) FROM generate_series(30001, 30700) i";

static const char *const queries[] = {
    "SELECT * FROM log WHERE id > 30500",
    "SELECT * FROM log WHERE id > 99999",
    "SELECT * FROM log WHERE ts > '2026-01-22 05:00'",
    "SELECT * FROM log WHERE ts < '2026-01-01 00:00:30'",
    "SELECT * FROM log WHERE ts > '2030-01-01'",
    "SELECT * FROM log WHERE name > 'z'",
    "SELECT * FROM log WHERE lower(word) > 'zz'",
    "SELECT * FROM log a JOIN log b ON a.id = b.id ORDER BY a.id",
    "SELECT * FROM log WHERE part > 8",
    "SELECT * FROM log WHERE list @> '{3}'",
    "SELECT * FROM log WHERE list @> '{3}' AND doc @@ 'w17 & x3'",
    "SELECT * FROM log WHERE doc @@ 'w1:*'",
    "SELECT * FROM log WHERE js @> '{\"k\": 77}'",
};

static void
test_plans(guint major)
{
    g_autofree char *from = whatif_test_source(major, "ends_source");
    g_autofree char *to = whatif_test_database(major, "ends_clone");
    PGconn *source = whatif_test_session(from), *clone = whatif_test_session(to);

    whatif_execute(source, definitions);
    whatif_execute(source, rows);
    whatif_execute(source, "CREATE EXTENSION pageinspect");
    whatif_execute(clone, definitions);
    whatif_transfer_sizes(source, clone);
    whatif_transfer_statistics(source, clone);
    whatif_transfer_metapages(source, clone);
    for (int twice = 0; twice < 2; twice++) {
        whatif_transfer_ends(source, clone, "log_id", "log", "id");
        whatif_transfer_ends(source, clone, "log_ts", "log", "ts");
        whatif_transfer_ends(source, clone, "log_name", "log", "name::text");
        whatif_transfer_ends(source, clone, "log_word", "log", "lower(word)");
        whatif_assert_rows(clone, "SELECT count(*), count(log) FROM log", "8|8\n");
    }
    for (int seqscan = 1; seqscan >= 0; seqscan--) {
        g_autofree char *set = g_strdup_printf("SET enable_seqscan = %d", seqscan);

        whatif_execute(source, set);
        whatif_execute(clone, set);
        for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
            whatif_assert_same_plan(source, clone, queries[i]);
    }
    PQfinish(source);
    PQfinish(clone);
}

/* Whoever works with the clone's indexes finds them whole. */
static void
test_indexes_work(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "ends_work");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, definitions);
    whatif_assert_rows(session,
                       "SELECT pgarchitect_whatif.put_metapage('log_js'::regclass,"
                       " '{7,1000,300,600,50000}')",
                       "\n");
    whatif_assert_rows(session,
                       "SELECT pgarchitect_whatif.put_metapage('log_brin'::regclass, '{9}')", "\n");
    whatif_assert_rows(
        session, "SELECT pgarchitect_whatif.put_extremes('log_id'::regclass, '1', '1')", "\n");
    whatif_assert_rows(session, "SELECT count(*) FROM log", "1\n");
    whatif_execute(session, "DELETE FROM log");
    whatif_execute(session, "INSERT INTO log SELECT i, '2026-01-01'::timestamptz"
                            " + i * interval '1 min', 'n', 'w', 1, '{1}', 'a',"
                            " jsonb_build_object('k', i) FROM generate_series(1, 20000) i;"
                            "SET enable_seqscan = off; ANALYZE log");
    for (int vacuumed = 0; vacuumed < 2; vacuumed++) {
        whatif_assert_rows(session, "SELECT count(*) FROM log WHERE js @> '{\"k\": 777}'", "1\n");
        whatif_assert_rows(session, "SELECT count(*) FROM log WHERE ts < '2026-01-01 00:05:30'",
                           "5\n");
        whatif_assert_rows(session, "SELECT count(*) FROM log WHERE id = 1", "1\n");
        whatif_execute(session, "VACUUM log");
    }
    whatif_execute(session, "REINDEX TABLE log");
    whatif_assert_rows(session, "SELECT count(*) FROM log WHERE js @> '{\"k\": 777}'", "1\n");
    PQfinish(session);
}

/* An aborted call leaves blocks, but no entry: the next one puts them there. */
static void
test_aborted(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "ends_aborted");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, "CREATE TABLE t (a int); CREATE INDEX t_a ON t (a); BEGIN;"
                            "SELECT pgarchitect_whatif.put_extremes('t_a'::regclass, '1', '2');"
                            "ROLLBACK");
    whatif_assert_rows(session, "SELECT count(*) FROM t", "0\n");
    whatif_execute(session, "SELECT pgarchitect_whatif.put_extremes('t_a'::regclass, '1', '2')");
    whatif_assert_rows(session, "SELECT count(*) FROM t", "2\n");
    whatif_execute(session, "SELECT pgarchitect_whatif.put_extremes('t_a'::regclass, '1', '2')");
    whatif_assert_rows(session, "SELECT count(*) FROM t", "2\n");
    PQfinish(session);
}

static const struct {
    const char *call, *answer;
} refusals[] = {
    {"put_extremes('log_partial'::regclass, '1', '2')", "an index that is partial or not valid"},
    {"put_extremes('log_hash'::regclass, '1', '2')", "not a B-tree of a table"},
    {"put_extremes('log_brin'::regclass, '1', '2')", "not a B-tree of a table"},
    {"put_extremes('parted_a'::regclass, '1', '2')", "not a B-tree of a table"},
    {"put_extremes('log'::regclass, '1', '2')", "no such index"},
    {"put_extremes('pg_class_oid_index'::regclass, '1', '2')", "not an index of a user"},
    {"put_extremes(0, '1', '2')", "not an index of a user"},
    {"put_extremes('log_id'::regclass, 'x', '2')", "invalid input syntax for type integer: \"x\""},
    {"put_extremes('log_id'::regclass, '1', '99999999999')",
     "value \"99999999999\" is out of range for type integer"},
    {"put_extremes('log_word'::regclass, 'a', (SELECT string_agg(md5(i::text), '') FROM"
     " generate_series(1, 900) i))",
     "index row requires * bytes, maximum size is 8191"},
    {"put_metapage('log_gin'::regclass, '{1,2,3,4}')", "not as many numbers as the metapage has"},
    {"put_metapage('log_gin'::regclass, '{1,2,3,4,-1}')", "a number is out of range"},
    {"put_metapage('log_gin'::regclass, '{1,2,3,4294967295,1}')", "a number is out of range"},
    {"put_metapage('log_gin'::regclass, '{1,2,3,NULL,1}')",
     "not an index of a user, or not a list of numbers"},
    {"put_metapage('log_gin'::regclass, '{{1,2,3,4,1}}')",
     "not an index of a user, or not a list of numbers"},
    {"put_metapage('log_gin'::regclass, '{}')", "not an index of a user, or not a list of numbers"},
    {"put_metapage('log_brin'::regclass, '{0}')", "a number is out of range"},
    {"put_metapage('log_id'::regclass, '{1}')", "not an index with numbers in its metapage"},
    {"put_metapage('log'::regclass, '{1}')", "not an index with numbers in its metapage"},
    {"put_metapage('parted_b'::regclass, '{1}')", "not an index with numbers in its metapage"},
    {"put_metapage(99999999, '{1}')", "no such index"},
};

static void
test_refusals(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "ends_bad");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, definitions);
    whatif_execute(session, "CREATE TABLE parted (a int, b int) PARTITION BY RANGE (a);"
                            "CREATE INDEX parted_a ON parted (a);"
                            "CREATE INDEX parted_b ON parted USING brin (b)");
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *sql = g_strconcat("SELECT pgarchitect_whatif.", refusals[i].call, NULL);
        g_autofree char *pattern = g_strconcat(refusals[i].answer, "\n", NULL);
        g_autofree char *got = whatif_test_rows(session, sql);

        if (!g_pattern_match_simple(pattern, got))
            g_assert_cmpstr(got, ==, pattern);
    }
    whatif_assert_rows(session, "SELECT count(*) FROM log", "0\n");
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/ends/plans-are-those-of-the-source", test_plans);
    whatif_test_add("/whatif/ends/indexes-work-on", test_indexes_work);
    whatif_test_add("/whatif/ends/aborted-calls-leave-nothing", test_aborted);
    whatif_test_add("/whatif/ends/bad-input-is-named", test_refusals);
    return g_test_run();
}
