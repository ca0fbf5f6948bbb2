/* put_size() and what the planner makes of it: an empty clone's EXPLAIN is that of the source, byte
 * for byte, whatever state the source's table is in. Neither side has column statistics here. */
#include <string.h>

#include "cluster.h"
#include "fixture.h"

/* Rows that fill pages differently from what pg_class remembers. */
static const char *const definitions[] = {
    "CREATE TABLE analysed (a int, b text, c int)",
    "CREATE INDEX analysed_a ON analysed (a)",
    "CREATE INDEX analysed_b ON analysed (b) WHERE c > 10",
    "CREATE TABLE grown (a int PRIMARY KEY, b text)",
    "CREATE INDEX grown_part ON grown (b) WHERE a % 2 = 0",
    "CREATE TABLE never (a int, b text, c numeric(10,2)) WITH (fillfactor = 40)",
    "CREATE INDEX never_part ON never (c) WHERE a > 0",
    "CREATE TABLE nothing (a int PRIMARY KEY, b text)",
    "CREATE TABLE few (a int, b text)",
    "CREATE TABLE half_visible (a int PRIMARY KEY, b int)",
    "CREATE TABLE parent (a int, b text)",
    "CREATE TABLE child (c int) INHERITS (parent)",
    "CREATE INDEX parent_a ON parent (a)",
    "CREATE INDEX child_a ON child (a)",
    "CREATE TABLE parted (a int, b int, PRIMARY KEY (a)) PARTITION BY RANGE (a)",
    "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (20000)",
    "CREATE TABLE parted_2 (b int, a int NOT NULL)",
    "ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (20000) TO (90000)",
    "CREATE MATERIALIZED VIEW view AS SELECT a, b FROM analysed WITH NO DATA",
};

static const char rows[] =
    "ALTER TABLE analysed SET (autovacuum_enabled = off);"
    "INSERT INTO analysed SELECT i, md5(i::text), i % 100 FROM generate_series(1, 30000) i;"
    "INSERT INTO grown SELECT i, repeat('x', i % 50) FROM generate_series(1, 10000) i;"
    "VACUUM ANALYZE grown;"
    "INSERT INTO grown SELECT i, repeat('x', i % 50) FROM generate_series(10001, 40000) i;"
    "INSERT INTO never SELECT i, 'x', i FROM generate_series(1, 20000) i;"
    "INSERT INTO few SELECT i, 'x' FROM generate_series(1, 20) i;"
    "INSERT INTO half_visible SELECT i, i FROM generate_series(1, 20000) i;"
    "VACUUM ANALYZE half_visible;"
    "UPDATE half_visible SET b = 0 WHERE a < 10000;"
    "VACUUM half_visible; UPDATE half_visible SET b = 1 WHERE a > 15000;"
    "INSERT INTO parent SELECT i, 'p' FROM generate_series(1, 300) i;"
    "INSERT INTO child SELECT i, 'c', i FROM generate_series(1, 30000) i;"
    "INSERT INTO parted SELECT i, i FROM generate_series(0, 50000) i;"
    "VACUUM ANALYZE analysed; VACUUM ANALYZE nothing; VACUUM ANALYZE child; ANALYZE parted;"
    "REFRESH MATERIALIZED VIEW view; DELETE FROM pg_statistic WHERE starelid >= 16384";

static const char *const queries[] = {
    "SELECT * FROM analysed",
    "SELECT * FROM analysed WHERE a = 5",
    "SELECT a FROM analysed WHERE a < 5 ORDER BY a",
    "SELECT * FROM analysed WHERE b = 'x' AND c > 10",
    "SELECT * FROM grown WHERE b = 'x' AND a % 2 = 0",
    "SELECT a FROM grown ORDER BY a LIMIT 5",
    "SELECT * FROM never WHERE c > 100 AND a > 0",
    "SELECT count(*) FROM never",
    "SELECT * FROM nothing WHERE a = 1",
    "SELECT * FROM few, nothing WHERE few.a = nothing.a",
    "SELECT a FROM half_visible WHERE a BETWEEN 5 AND 700",
    "SELECT a FROM half_visible ORDER BY a",
    "SELECT * FROM parent WHERE a = 7",
    "SELECT * FROM ONLY parent",
    "SELECT * FROM parted WHERE a = 25000",
    "SELECT p.a FROM parted p LEFT JOIN analysed x USING (a) LEFT JOIN parted q ON q.a = x.c",
    "SELECT * FROM view WHERE a = 7",
    "SELECT * FROM analysed JOIN grown USING (a) JOIN never USING (a)",
    "DELETE FROM grown WHERE a = 7",
};

/* Each row: what tells the clone's pg_class, and what tells the module. */
static const char list_sizes[] =
    "SELECT pg_catalog.format('UPDATE pg_class SET relpages = %s, reltuples = %L, relallvisible = "
    "%s"
    " WHERE oid = %L::regclass', relpages, reltuples, relallvisible, oid::regclass),"
    " pg_catalog.format('SELECT pgarchitect_whatif.put_size(%L::regclass, %s, %s)', oid::regclass,"
    " pg_relation_size(oid) / 8192, CASE WHEN relkind = 'i' THEN"
    " (bt_metap(oid::regclass::text)).fastlevel ELSE -1 END) FROM pg_class"
    " WHERE relkind IN ('r', 'i', 'm') AND relnamespace = 'public'::regnamespace ORDER BY oid";

static void
define(const char *conninfo)
{
    for (gsize i = 0; i < G_N_ELEMENTS(definitions); i++)
        pga_test_sql(conninfo, definitions[i]);
}

static void
copy_sizes(PGconn *source, PGconn *clone)
{
    PGresult *sizes = PQexec(source, list_sizes);

    g_assert_cmpint(PQntuples(sizes), >, 20);
    for (int row = 0; row < PQntuples(sizes); row++) {
        g_free(whatif_test_rows(clone, PQgetvalue(sizes, row, 0)));
        whatif_assert_rows(clone, PQgetvalue(sizes, row, 1), "\n");
    }
    PQclear(sizes);
}

static void
assert_same_plans(PGconn *source, PGconn *clone)
{
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autofree char *explain = g_strconcat("EXPLAIN ", queries[i], NULL);
        g_autofree char *expected = whatif_test_rows(source, explain);

        g_test_message("%s", queries[i]);
        whatif_assert_rows(clone, explain, expected);
    }
}

static void
execute(PGconn *session, const char *sql)
{
    g_auto(GStrv) statements = g_strsplit(sql, ";", -1); /* VACUUM wants to be alone */

    for (char **statement = statements; *statement; statement++)
        g_free(whatif_test_rows(session, *statement));
}

static void
test_plans(guint major)
{
    g_autofree char *from = whatif_test_source(major, "sizes_source");
    g_autofree char *to = whatif_test_database(major, "sizes_clone");
    PGconn *source, *clone;

    define(from);
    define(to);
    source = whatif_test_session(from);
    clone = whatif_test_session(to);
    execute(source, rows);
    execute(source, "CREATE EXTENSION pageinspect");
    copy_sizes(source, clone);
    assert_same_plans(source, clone);

    /* Making an index on the clone makes pg_class forget the table's numbers before 18. */
    execute(clone, "CREATE INDEX scratch ON analysed (c); DROP INDEX scratch");
    assert_same_plans(source, clone);
    PQfinish(source);
    PQfinish(clone);
}

static void
test_refusals(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "sizes_bad");
    PGconn *session = whatif_test_session(conninfo);

    execute(session, "CREATE TABLE t (a int); CREATE VIEW v AS SELECT 1");
    whatif_assert_rows(session, "SELECT pgarchitect_whatif.put_size('t'::regclass, -1, -1)",
                       "pages are out of range\n");
    whatif_assert_rows(session, "SELECT pgarchitect_whatif.put_size('t'::regclass, 4294967295, -1)",
                       "pages are out of range\n");
    whatif_assert_rows(session, "SELECT pgarchitect_whatif.put_size('t'::regclass, 1, 99)",
                       "tree_height is out of range\n");
    whatif_assert_rows(session, "SELECT pgarchitect_whatif.put_size('v'::regclass, 1, -1)",
                       "the relation has no blocks\n");
    whatif_assert_rows(session, "SELECT pgarchitect_whatif.put_size(1, 1, -1)",
                       "relation 1 does not exist\n");
    PQfinish(session);
}

/* (transfer full): the rows that the planner sees in t. */
static char *
seen_rows(PGconn *session)
{
    g_autofree char *plan = whatif_test_rows(session, "EXPLAIN SELECT * FROM t");
    const char *found = strstr(plan, "rows=");

    return g_strndup(found, strcspn(found, " "));
}

static void
assert_seen(PGconn *session, const char *expected)
{
    g_autofree char *seen = seen_rows(session);

    g_assert_cmpstr(seen, ==, expected);
}

/* Sizes change under sessions that know them already, also by a transaction that fails. */
static void
test_changes(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "sizes_changes");
    PGconn *one = whatif_test_session(conninfo);
    PGconn *two = whatif_test_session(conninfo);

    execute(one, "CREATE TABLE t (a int); UPDATE pg_class SET relpages = 10, reltuples = 1000"
                 " WHERE oid = 't'::regclass");
    assert_seen(two, "rows=1");
    execute(one, "SELECT pgarchitect_whatif.put_size('t'::regclass, 10, -1)");
    assert_seen(two, "rows=1000");
    execute(one, "BEGIN; SELECT pgarchitect_whatif.put_size('t'::regclass, 20, -1)");
    assert_seen(one, "rows=2000");
    assert_seen(two, "rows=1000");
    execute(one, "ROLLBACK");
    assert_seen(one, "rows=1000");
    execute(one, "SELECT pgarchitect_whatif.put_size('t'::regclass, 30, -1)");
    assert_seen(two, "rows=3000");
    execute(two, "SET pgarchitect_whatif.enabled = off");
    assert_seen(two, "rows=1");
    execute(one, "DROP SCHEMA pgarchitect_whatif CASCADE");
    assert_seen(one, "rows=1");
    PQfinish(one);
    PQfinish(two);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/sizes/plans-are-those-of-the-source", test_plans);
    whatif_test_add("/whatif/sizes/bad-input-is-named", test_refusals);
    whatif_test_add("/whatif/sizes/changes-reach-every-session", test_changes);
    return g_test_run();
}
