/* cost(): many statements under many configurations in one call. */
#include <string.h>

#include "cluster.h"
#include "fixture.h"

static const char relations[] =
    "CREATE TABLE t (a int, b int, c int);"
    "CREATE INDEX t_a ON t (a);"
    "UPDATE pg_class SET relpages = 1000, reltuples = 100000 WHERE relname = 't';"
    "UPDATE pg_class SET relpages = 300, reltuples = 100000 WHERE relname = 't_a';"
    "SELECT pgarchitect_whatif.put_size('t'::regclass, 1000, -1);"
    "SELECT pgarchitect_whatif.put_size('t_a'::regclass, 300, 1);"
    "CREATE INDEX t_b ON t (b);"
    /* Oids of indexes by their names, as an argument of cost(). */
    "CREATE FUNCTION names(variadic text[]) RETURNS text LANGUAGE sql AS"
    " $$SELECT '\"' || coalesce(string_agg(x::regclass::oid::text, ' '), '') || '\"'"
    " FROM unnest($1) x WHERE x <> ''$$;"
    "CREATE FUNCTION used(oidvector) RETURNS text LANGUAGE sql AS"
    " $$SELECT coalesce(string_agg(x::regclass::text, ' ' ORDER BY x), '') FROM unnest($1) x$$";

static PGconn *
open_clone(guint major, char **conninfo)
{
    g_autofree char *made = whatif_test_database(major, "cost");
    PGconn *session = whatif_test_session(made);

    g_free(whatif_test_rows(session, relations));
    if (conninfo)
        *conninfo = g_steal_pointer(&made);
    return session;
}

static void
prepare(PGconn *session, const char *statement)
{
    g_autofree char *quoted = PQescapeLiteral(session, statement, strlen(statement));
    g_autofree char *sql = g_strdup_printf("SELECT pgarchitect_whatif.prepare(%s)", quoted);

    g_free(whatif_test_rows(session, sql));
}

/* What EXPLAIN says, to two decimals, is what cost() says. */
static void
test_explain(guint major)
{
    static const char *const statements[] = {
        "SELECT * FROM t WHERE a = 5",
        "SELECT * FROM t x JOIN t y ON x.a = y.b WHERE x.b < 100 ORDER BY y.c LIMIT 10",
        "SELECT count(*) FROM t GROUP BY c",
        "INSERT INTO t SELECT * FROM t WHERE b = 7",
        "UPDATE t SET c = 1 WHERE a = 5",
        "DELETE FROM t USING t y WHERE t.a = y.b AND y.c = 1",
        "WITH x AS MATERIALIZED (SELECT * FROM t WHERE b = 1) SELECT * FROM x, x y",
    };
    PGconn *session = open_clone(major, NULL);

    g_free(whatif_test_rows(session, "SET max_parallel_workers_per_gather = 2;"
                                     "SET min_parallel_table_scan_size = 0"));
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_autofree char *explain = g_strconcat("EXPLAIN ", statements[i], NULL);
        g_autofree char *plan = whatif_test_rows(session, explain);
        g_autofree char *sql =
            g_strdup_printf("SELECT format('cost=%%s..%%s rows=%%s', startup_cost::numeric(20,2),"
                            " total_cost::numeric(20,2), plan_rows) FROM pgarchitect_whatif.cost("
                            "'{%zu}', ('{' || names('t_b') || '}')::oidvector[])",
                            i + 1);
        g_autofree char *said = NULL;

        prepare(session, statements[i]);
        said = whatif_test_rows(session, sql);
        if (!strstr(plan, g_strchomp(said)))
            g_error("%s is not in\n%s", said, plan);
    }
    PQfinish(session);
}

static void
test_configurations(guint major)
{
    PGconn *session = open_clone(major, NULL);

    prepare(session, "SELECT * FROM t WHERE a = 5");
    prepare(session, "SELECT * FROM t WHERE b = 5");
    whatif_assert_rows(
        session,
        "SELECT statement, configuration, used(indexes), message IS NULL"
        " FROM pgarchitect_whatif.cost('{2,1}', ('{' || names('') || ',' || names('t_b') || ','"
        " || names('t_a') || ',' || names('t_a', 't_b') || '}')::oidvector[])",
        "2|1||t\n1|1|t_a|t\n2|2|t_b|t\n1|2|t_a|t\n2|3||t\n1|3||t\n2|4|t_b|t\n1|4||t\n");

    /* Outside of it, every index is there again. */
    whatif_assert_rows(session, "EXPLAIN (COSTS OFF) SELECT b FROM t WHERE b = 5",
                       "Bitmap Heap Scan on t\n  Recheck Cond: (b = 5)\n"
                       "  ->  Bitmap Index Scan on t_b\n        Index Cond: (b = 5)\n");
    PQfinish(session);
}

static void
test_pairs(guint major)
{
    PGconn *session = open_clone(major, NULL);
    g_autofree char *message = NULL;

    prepare(session, "SELECT * FROM t WHERE a = 5");
    prepare(session, "SELECT * FROM t WHERE b = 5");
    whatif_assert_rows(
        session,
        "SELECT statement, configuration, used(indexes), message IS NULL, milliseconds > 0"
        " FROM pgarchitect_whatif.cost_pairs('{1,1,2,2,1}', ('{' || names('t_b') || ',' ||"
        " names('t_a') || ',' || names('t_a') || ',' || names('t_b') || ',' || names('')"
        " || '}')::oidvector[])",
        "1|1|t_a|t|t\n1|2||t|t\n2|3||t|t\n2|4|t_b|t|t\n1|5|t_a|t|t\n");
    message = whatif_test_error(session,
                                "SELECT * FROM pgarchitect_whatif.cost_pairs('{1,2}', '{\"\"}')");
    g_assert_nonnull(strstr(message, "2 statements and 1 configurations make no pairs"));
    PQfinish(session);
}

/* Wherever a plan can hide a scan. */
static void
test_used_indexes(guint major)
{
    static const char *const both[] = {
        "SELECT * FROM t WHERE a = 5 OR b = 5",
        "SELECT * FROM t WHERE a = 5 AND b = 5",
        "SELECT * FROM t WHERE a = 5 UNION ALL SELECT * FROM t WHERE b = 5",
        "SELECT (SELECT max(b) FROM t), a FROM t WHERE a = 5",
        "SELECT *, (SELECT c FROM t WHERE a = 1 LIMIT 1) FROM t WHERE b = 5",
        "WITH x AS MATERIALIZED (SELECT * FROM t WHERE b = 5) SELECT * FROM x WHERE EXISTS"
        " (SELECT 1 FROM t WHERE a = 6)",
        "DELETE FROM t WHERE a = (SELECT min(b) FROM t)",
        "SELECT * FROM (SELECT a FROM t ORDER BY a LIMIT 3) x, LATERAL"
        " (SELECT * FROM t WHERE b = x.a OFFSET 0) y",
        "(SELECT a FROM t ORDER BY a LIMIT 9) UNION ALL (SELECT b FROM t ORDER BY b LIMIT 9)"
        " ORDER BY 1 LIMIT 1",
    };
    PGconn *session = open_clone(major, NULL);

    g_free(whatif_test_rows(session, "SET enable_seqscan = off"));
    for (gsize i = 0; i < G_N_ELEMENTS(both); i++) {
        g_autofree char *sql =
            g_strdup_printf("SELECT used(indexes) FROM pgarchitect_whatif.cost('{%zu}',"
                            " ('{' || names('t_b') || '}')::oidvector[])",
                            i + 1);

        g_test_message("%s", both[i]);
        prepare(session, both[i]);
        whatif_assert_rows(session, sql, "t_a t_b\n");
    }
    PQfinish(session);
}

static void
test_refused(guint major)
{
    static const struct {
        const char *statement, *message;
    } cases[] = {
        {"SELECT 1; SELECT 2", "one statement is expected, not 2"},
        {"", "one statement is expected, not 0"},
        {"CREATE TABLE x ()", "CREATE TABLE has no plan"},
        {"EXPLAIN SELECT 1", "EXPLAIN has no plan"},
        {"SELECT 1 INTO x", "SELECT INTO has no plan"},
        {"SELECT * FROM nowhere", "relation \"nowhere\" does not exist"},
        {"SELECT * FROM t WHERE a =", "syntax error at end of input"},
        {"INSERT INTO silent VALUES (1)", "the statement does nothing"},
    };
    static const char *const no_indexes[] = {
        "SELECT * FROM pgarchitect_whatif.cost('{}', '{1}')",
        "SELECT * FROM pgarchitect_whatif.cost('{}', ARRAY['t'::regclass::oid::text]::oidvector[])",
    };
    PGconn *session = open_clone(major, NULL);

    g_free(whatif_test_rows(session, "CREATE TABLE silent (a int); CREATE RULE r AS ON INSERT TO"
                                     " silent DO INSTEAD NOTHING"));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql =
            g_strdup_printf("SELECT pgarchitect_whatif.prepare('%s')", cases[i].statement);
        g_autofree char *message = whatif_test_error(session, sql);

        g_assert_cmpstr(message, ==, cases[i].message);
    }
    g_free(whatif_test_error(session, "SELECT * FROM pgarchitect_whatif.cost('{1}', '{\"\"}')"));
    g_free(whatif_test_error(session, "SELECT * FROM pgarchitect_whatif.cost('{NULL}', '{\"\"}')"));
    whatif_assert_rows(session, "SELECT * FROM pgarchitect_whatif.cost('{}', '{\"\"}')", "");
    for (gsize i = 0; i < G_N_ELEMENTS(no_indexes); i++) {
        g_autofree char *message = whatif_test_error(session, no_indexes[i]);

        g_assert_true(g_str_has_prefix(message, "index "));
        g_assert_true(g_str_has_suffix(message, " does not exist"));
    }
    PQfinish(session);
}

static const char say[] = "SELECT statement, total_cost IS NULL, coalesce(message, '')"
                          " FROM pgarchitect_whatif.cost('{1,2,3}', '{\"\"}')";

/* What a statement depends on changes: analysed again, and named when that fails. */
static void
test_changes(guint major)
{
    PGconn *session = open_clone(major, NULL);

    prepare(session, "SELECT c FROM t WHERE a = $1");
    prepare(session, "SELECT a FROM t WHERE b = $1");
    prepare(session, "UPDATE t SET c = $1 WHERE a = $2");
    whatif_assert_rows(session, say, "1|f|\n2|f|\n3|f|\n");
    g_free(whatif_test_rows(session, "ALTER TABLE t DROP c"));
    whatif_assert_rows(session, say,
                       "1|t|column \"c\" does not exist\n2|f|\n"
                       "3|t|column \"c\" of relation \"t\" does not exist\n");
    g_free(whatif_test_rows(session, "ALTER TABLE t ADD c int"));
    whatif_assert_rows(session, say, "1|f|\n2|f|\n3|f|\n");
    g_free(whatif_test_rows(session, "DROP TABLE t"));
    whatif_assert_rows(session, say,
                       "1|t|relation \"t\" does not exist\n2|t|relation \"t\" does not exist\n"
                       "3|t|relation \"t\" does not exist\n");
    g_free(whatif_test_rows(session, "SELECT pgarchitect_whatif.forget()"));
    g_free(whatif_test_error(session, say));
    PQfinish(session);
}

static void
test_rights(guint major)
{
    PGconn *session = open_clone(major, NULL);

    g_free(whatif_test_rows(session,
                            "DROP ROLE IF EXISTS poor; CREATE ROLE poor; GRANT SELECT (a) ON t TO"
                            " poor; CREATE VIEW v AS SELECT * FROM t; GRANT SELECT ON v TO poor"));
    prepare(session, "SELECT b FROM t");
    prepare(session, "SELECT * FROM v WHERE a IN (SELECT a FROM t)");
    prepare(session, "DELETE FROM t");
    g_free(whatif_test_rows(session, "SET ROLE poor"));
    whatif_assert_rows(session, say,
                       "1|t|permission denied for table t\n2|f|\n"
                       "3|t|permission denied for table t\n");
    whatif_assert_rows(session,
                       "SELECT has_function_privilege('pgarchitect_whatif."
                       "put_size(oid,bigint,integer)', 'EXECUTE')",
                       "f\n");
    g_free(whatif_test_rows(session, "RESET ROLE; DROP OWNED BY poor; DROP ROLE poor"));
    PQfinish(session);
}

/* Functions that the planner evaluates belong to whoever wrote the statement. */
static void
test_hostile(guint major)
{
    PGconn *session = open_clone(major, NULL);

    g_free(whatif_test_rows(
        session, "CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
                 " 'BEGIN PERFORM pgarchitect_whatif.forget(); RETURN 1; END';"
                 "CREATE FUNCTION g() RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
                 " 'BEGIN RETURN 1 / 0; END';"
                 "CREATE FUNCTION h() RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
                 " $$BEGIN RETURN count(*) FROM pgarchitect_whatif.cost('{1}', '{\"\"}'); END$$"));
    prepare(session, "SELECT * FROM t WHERE a = f()");
    prepare(session, "SELECT * FROM t WHERE a = g()");
    prepare(session, "SELECT * FROM t WHERE a = h()");
    whatif_assert_rows(session, say,
                       "1|t|statements are being planned in this session\n2|t|division by zero\n"
                       "3|t|statements are being planned in this session\n");
    whatif_assert_rows(session, say,
                       "1|t|statements are being planned in this session\n2|t|division by zero\n"
                       "3|t|statements are being planned in this session\n");
    PQfinish(session);
}

static void
test_cancel(guint major)
{
    PGconn *session = open_clone(major, NULL);
    g_autofree char *message = NULL;
    gint64 start = g_get_monotonic_time();

    prepare(session, "SELECT * FROM t x, t y, t z WHERE x.a = y.a AND y.a = z.b");
    g_free(whatif_test_rows(session, "SET statement_timeout = 300"));
    message = whatif_test_error(
        session, "SELECT count(*) FROM pgarchitect_whatif.cost((SELECT array_agg(1) FROM"
                 " generate_series(1, 1000000)), '{\"\"}')");
    g_assert_cmpstr(message, ==, "canceling statement due to statement timeout");
    g_assert_cmpint(g_get_monotonic_time() - start, <, (gint64)20 * G_USEC_PER_SEC);
    g_free(whatif_test_rows(session, "RESET statement_timeout"));
    whatif_assert_rows(session,
                       "SELECT count(message) FROM pgarchitect_whatif.cost('{1}',"
                       " '{\"\"}')",
                       "0\n");
    PQfinish(session);
}

/* Bytes that the session's memory contexts take. */
static gint64
memory(PGconn *session)
{
    g_autofree char *text =
        whatif_test_rows(session, "SELECT sum(total_bytes) FROM pg_backend_memory_contexts");

    return g_ascii_strtoll(text, NULL, 10);
}

static void
test_memory(guint major)
{
    static const char many[] = "DO $$BEGIN FOR i IN 1..5000 LOOP PERFORM count(*) FROM"
                               " pgarchitect_whatif.cost('{1,2}', '{\"\"}'); END LOOP; END$$";
    PGconn *session = open_clone(major, NULL);
    gint64 before, after;

    prepare(session, "SELECT * FROM t WHERE a = 5 OR b = 5");
    prepare(session, "SELECT 1 / 0");
    g_free(whatif_test_rows(session, "SELECT 1 FROM pgarchitect_whatif.cost('{1,2}', '{\"\"}')"));
    g_free(whatif_test_rows(session, many));
    before = memory(session);
    g_free(whatif_test_rows(session, many));
    after = memory(session);
    g_assert_cmpint(after - before, <, 100000);
    PQfinish(session);
}

/* However cost() hid them, indexes are maintained and enforced when it is over. */
static void
test_afterwards(guint major)
{
    PGconn *session = open_clone(major, NULL);
    g_autofree char *message = NULL, *again = NULL;

    g_free(whatif_test_rows(session, "CREATE UNIQUE INDEX t_u ON t (c)"));
    prepare(session, "SELECT * FROM t WHERE c = 5");
    prepare(session, "SELECT * FROM t WHERE b = 5 AND a = 3");
    whatif_assert_rows(session,
                       "SELECT used(indexes) FROM pgarchitect_whatif.cost('{1,2,1}',"
                       " ('{\"\",' || names('t_b', 't_u', 't_a') || '}')::oidvector[])",
                       "\nt_a\n\nt_u\nt_b\nt_u\n");
    g_free(whatif_test_rows(session, "INSERT INTO t VALUES (1, 1, 1)"));
    message = whatif_test_error(session, "INSERT INTO t VALUES (2, 2, 1)");
    g_assert_nonnull(strstr(message, "t_u"));

    g_free(whatif_test_rows(session, "SET statement_timeout = 100"));
    g_free(whatif_test_error(session, "SELECT count(*) FROM pgarchitect_whatif.cost((SELECT"
                                      " array_agg(1) FROM generate_series(1, 500000)), '{\"\"}')"));
    g_free(whatif_test_rows(session, "RESET statement_timeout"));
    again = whatif_test_error(session, "INSERT INTO t VALUES (2, 2, 1)");
    g_assert_nonnull(strstr(again, "t_u"));
    PQfinish(session);
}

/* What cost() remembers of a table's indexes from call to call is no older than they are. */
static void
test_indexes_come_and_go(guint major)
{
    static const char ask[] = "SELECT used(indexes) FROM pgarchitect_whatif.cost_pairs('{1,1,1}',"
                              " ('{\"\",' || names('t_b') || ',' || names(to_regclass('t_new')"
                              "::text) || '}')::oidvector[])";
    g_autofree char *conninfo = NULL;
    PGconn *session = open_clone(major, &conninfo);
    PGconn *other = whatif_test_session(conninfo);

    prepare(session, "SELECT * FROM t WHERE b = 5 AND c = 5");
    whatif_assert_rows(session, ask, "\nt_b\n\n");
    whatif_assert_rows(session, ask, "\nt_b\n\n");
    g_free(whatif_test_rows(other, "CREATE INDEX t_new ON t (b, c)"));
    whatif_assert_rows(session, ask, "\nt_b\nt_new\n");
    g_free(whatif_test_rows(other, "DROP INDEX t_b; CREATE INDEX t_b ON t (b)"));
    whatif_assert_rows(session, ask, "\nt_b\nt_new\n");
    g_free(whatif_test_rows(other, "SELECT pgarchitect_whatif.put_size('t_b'::regclass, 300, 1)"));
    whatif_assert_rows(session, ask, "t_b\n\nt_new\n");
    g_free(whatif_test_rows(other, "DROP INDEX t_new"));
    whatif_assert_rows(session, ask, "t_b\n\nt_b\n");
    g_free(whatif_test_rows(session, "SET enable_seqscan = off"));
    whatif_assert_rows(session, "EXPLAIN (COSTS OFF) SELECT a FROM t WHERE b = 5",
                       "Bitmap Heap Scan on t\n  Recheck Cond: (b = 5)\n"
                       "  ->  Bitmap Index Scan on t_b\n        Index Cond: (b = 5)\n");
    PQfinish(other);
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/cost/is-what-explain-says", test_explain);
    whatif_test_add("/whatif/cost/pairs", test_pairs);
    whatif_test_add("/whatif/cost/configurations-choose-indexes", test_configurations);
    whatif_test_add("/whatif/cost/used-indexes-are-found-anywhere", test_used_indexes);
    whatif_test_add("/whatif/cost/what-has-no-plan-is-refused", test_refused);
    whatif_test_add("/whatif/cost/changes-are-followed", test_changes);
    whatif_test_add("/whatif/cost/rights-are-checked", test_rights);
    whatif_test_add("/whatif/cost/functions-in-statements-do-no-harm", test_hostile);
    whatif_test_add("/whatif/cost/can-be-cancelled", test_cancel);
    whatif_test_add("/whatif/cost/indexes-come-and-go", test_indexes_come_and_go);
    whatif_test_add("/whatif/cost/indexes-are-whole-afterwards", test_afterwards);
    whatif_test_add("/whatif/cost/memory-does-not-grow", test_memory);
    return g_test_run();
}
