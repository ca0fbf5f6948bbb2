/* put_extended_statistics(): what ANALYZE wrote for an object describes the same rows of a twin
 * whose columns have another order and other numbers. */
#include "cluster.h"
#include "transfer.h"

static const char mood[] = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
                           "CREATE DOMAIN price AS numeric(10,2)";

static const char source_table[] =
    "CREATE TABLE t (gone int, b int, a int, gone2 int, m mood, s text, d price, ts timestamp);"
    "ALTER TABLE t DROP COLUMN gone;"
    "INSERT INTO t (b, a, m, s, d, ts) SELECT g % 50 / 2, g % 50,"
    " (enum_range(NULL::mood))[1 + (g % 50) % 3],"
    " CASE WHEN g % 50 >= 4 THEN 'x,\"{' || g % 25 || '}' END, g % 10 / 3.0,"
    " '2020-1-1'::timestamp + g % 700 * interval '1 day' FROM generate_series(1, 20000) g;"
    "ALTER TABLE t DROP COLUMN gone2";

static const char clone_table[] =
    "CREATE TABLE t (ts timestamp, s text, x int, d price, a int, m mood, b int);"
    "ALTER TABLE t DROP COLUMN x";

static const char objects[] = "CREATE STATISTICS plain ON a, b, m, s, d FROM t;"
                              "CREATE STATISTICS mixed (ndistinct, dependencies, mcv)"
                              " ON s, (a + b), b, (date_trunc('month', ts)), (lower(s)) FROM t;"
                              "CREATE STATISTICS single ON (a % 7) FROM t;"
                              "CREATE STATISTICS three (mcv) ON (a % 7), (b % 3), (a * b) FROM t";

/* Statistics of a whole family: stxdinherit from 15 on. */
static const char family[] =
    "CREATE TABLE pt (a int, b int) PARTITION BY RANGE (a);"
    "CREATE TABLE pt_1 PARTITION OF pt FOR VALUES FROM (0) TO (10);"
    "CREATE TABLE pt_2 (b int, a int); ALTER TABLE pt ATTACH PARTITION pt_2 FOR VALUES FROM (10)"
    " TO (99); CREATE STATISTICS whole ON a, b FROM pt; CREATE STATISTICS leaf ON a, b FROM pt_2";

static const char *const queries[] = {
    "SELECT 1 FROM pt WHERE a = 11 AND b = 5",
    "SELECT a, b FROM pt GROUP BY a, b",
    "SELECT a, b FROM pt_2 WHERE a = 12 AND b = 6 GROUP BY a, b",
    "SELECT 1 FROM t WHERE a = 1 AND b = 0",
    "SELECT 1 FROM t WHERE a = 10 AND m = 'ok'",
    "SELECT 1 FROM t WHERE s IS NULL AND a = 1",
    "SELECT 1 FROM t WHERE s = 'x,\"{7}' AND b IN (3, 4) AND m < 'happy'",
    "SELECT 1 FROM t WHERE d = 1.33 AND a IN (4, 14)",
    "SELECT 1 FROM t WHERE a + b = 3 AND lower(s) = 'x,\"{2}'",
    "SELECT 1 FROM t WHERE a % 7 = 3",
    "SELECT 1 FROM t WHERE a % 7 = 3 AND b % 3 = 1",
    "SELECT 1 FROM t WHERE a * b = 0 AND a % 7 = 1",
    "SELECT 1 FROM t WHERE date_trunc('month', ts) = '2020-3-1' AND b = 4",
    "SELECT 1 FROM t WHERE m = 'sad' AND s = 'x,\"{5}' AND b = 2",
    "SELECT a, b FROM t GROUP BY a, b",
    "SELECT a, b, m FROM t GROUP BY a, b, m",
    "SELECT s, d FROM t GROUP BY s, d",
    "SELECT s, a + b FROM t GROUP BY s, a + b",
    "SELECT b FROM t GROUP BY b, date_trunc('month', ts)",
    "SELECT b FROM t GROUP BY lower(s), b",
    "SELECT a % 7 FROM t GROUP BY a % 7",
};

static void
test_plans(guint major)
{
    g_autofree char *from = whatif_test_source(major, "extended_source");
    g_autofree char *to = whatif_test_database(major, "extended_clone");
    PGconn *source = whatif_test_session(from), *clone = whatif_test_session(to);

    whatif_execute(source, mood);
    whatif_execute(source, source_table);
    whatif_execute(source, objects);
    whatif_execute(source, family);
    whatif_execute(source,
                   "INSERT INTO pt SELECT i % 20, i % 20 / 2 FROM generate_series(1, 9000) i;"
                   "CREATE EXTENSION pageinspect; VACUUM ANALYZE t; VACUUM ANALYZE pt");
    whatif_execute(clone, mood);
    whatif_execute(clone, clone_table);
    whatif_execute(clone, objects);
    whatif_execute(clone, family);
    whatif_transfer_sizes(source, clone);
    whatif_transfer_statistics(source, clone);
    for (int bytes = 0; bytes <= 1; bytes++) {
        whatif_transfer_extended(source, clone, bytes);
        for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
            whatif_assert_same_plan(source, clone, queries[i]);
    }
    PQfinish(source);
    PQfinish(clone);
}

/* All columns of the objects' data, as bytes: same column order, same database. */
static void
test_bytes(guint major)
{
    static const char data[] =
        "SELECT v.n_distinct, pg_dependencies_send(v.dependencies), most_common_vals,"
        " most_common_val_nulls, most_common_freqs, most_common_base_freqs,"
        " md5(pg_mcv_list_send(stxdmcv)), stxdexpr, array_send(stxdexpr) FROM pg_stats_ext v"
        " JOIN pg_statistic_ext e ON stxname = statistics_name"
        " JOIN pg_statistic_ext_data d ON stxoid = e.oid ORDER BY statistics_name";
    g_autofree char *conninfo = whatif_test_database(major, "extended_bytes");
    PGconn *session = whatif_test_session(conninfo);
    g_autofree char *expected = NULL;

    whatif_execute(session, mood);
    whatif_execute(session, source_table);
    whatif_execute(session, objects);
    whatif_execute(session, "ANALYZE t");
    expected = whatif_test_rows(session, data);
    g_assert_cmpstr(expected, !=, "");
    whatif_transfer_extended(session, session, TRUE);
    whatif_assert_rows(session, data, expected);
    whatif_transfer_extended(session, session, TRUE); /* replaced again, nothing added */
    whatif_assert_rows(session, data, expected);
    PQfinish(session);
}

/* Arguments from the attnums on; the object has the columns a, b and one expression. */
#define FREQS  "'{0.5,0.25}', '{0.4,0.2}'"
#define MANY   "'{0' || repeat(',0', 10000) || '}'"
#define BOTH   "'{1,2}', '{a,b}', "
#define ITEMS  "'{\"1, 2\": 3, \"1, -1\": 4, \"2, -1\": 5, \"1, 2, -1\": 6}', '{\"1 => 2\": 0.5}'"
#define VALUES "'{{1,x,3},{2,NULL,4}}', '{{f,f,f},{f,t,f}}'"

static const struct {
    const char *arguments, *answer;
} answers[] = {
    {BOTH ITEMS ", " VALUES ", " FREQS ", NULL", ""},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, NULL", ""},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, ARRAY[NULL::text]", ""},
    {BOTH "'{\"1, 2\": 3}', NULL, NULL, NULL, NULL, NULL, NULL",
     "ndistinct: not every combination, or one twice"},
    {BOTH "'{\"1, 2\": NaN}', NULL, NULL, NULL, NULL, NULL, NULL",
     "ndistinct: combinations that cannot be read, or of other columns"},
    {BOTH "'{\"1, 3\": 3}', '{\"1 => -2\": 0.5}', NULL, NULL, NULL, NULL, NULL",
     "ndistinct: combinations that cannot be read, or of other columns; "
     "dependencies: dependencies that cannot be read, or of other columns"},
    {BOTH "'{\"1, 1\": 3}', '{\"1 => 2\": 1.5}', NULL, NULL, NULL, NULL, NULL",
     "ndistinct: combinations that cannot be read, or of other columns; "
     "dependencies: a degree above 1"},
    {BOTH "'{', '', NULL, NULL, NULL, NULL, NULL",
     "ndistinct: combinations that cannot be read, or of other columns; "
     "dependencies: dependencies that cannot be read, or of other columns"},
    {BOTH "NULL, '\\x2c9a54b4010000', NULL, NULL, NULL, NULL, NULL",
     "dependencies: dependencies that cannot be read, or of other columns"},
    {BOTH "NULL, '\\x2c9a54b401000000ffffff00', NULL, NULL, NULL, NULL, NULL",
     "dependencies: dependencies that cannot be read, or of other columns"},
    {BOTH "NULL, '\\x2c9a54b40100000001000000000000000000e03f020001000200', NULL, NULL, NULL, NULL,"
          " NULL",
     ""},
    {BOTH "NULL, '\\x2c9a54b40100000001000000000000000000f87f020001000200', NULL, NULL, NULL, NULL,"
          " NULL",
     "dependencies: dependencies that cannot be read, or of other columns"},
    {BOTH "NULL, '\\xzz', NULL, NULL, NULL, NULL, NULL",
     "dependencies: dependencies that cannot be read, or of other columns"},
    {BOTH "NULL, NULL, " VALUES ", '{0.5}', '{0.4,0.2}', NULL",
     "mcv: frequencies that cannot be read"},
    {BOTH "NULL, NULL, " VALUES ", '{0.5,NaN}', '{0.4,0.2}', NULL",
     "mcv: frequencies that cannot be read"},
    {BOTH "NULL, NULL, " VALUES ", '{0.5,7}', '{0.4,0.2}', NULL",
     "mcv: a frequency is not within 0 and 1"},
    {BOTH "NULL, NULL, '{}', '{}', " MANY ", " MANY ", NULL",
     "mcv: frequencies that cannot be read"},
    {BOTH "NULL, NULL, '{{1,x},{2,y}}', '{{f,f},{f,f}}', " FREQS ", NULL",
     "mcv: values of another shape"},
    {BOTH "NULL, NULL, '{{1,x,3},{2,y,4}}', '{{f,f,f},{f,t,f}}', " FREQS ", NULL",
     "mcv: values and nulls do not match"},
    {BOTH "NULL, NULL, '{{one,x,3},{2,NULL,4}}', '{{f,f,f},{f,t,f}}', " FREQS ", NULL",
     "mcv: invalid input syntax for type integer: \"one\""},
    {BOTH "NULL, NULL, 'garbage', '{{f}}', " FREQS ", NULL",
     "mcv: malformed array literal: \"garbage\""},
    {BOTH "NULL, NULL, '{{1,x,3}}', NULL, NULL, NULL, NULL",
     "mcv: values without nulls or frequencies"},
    {"'{1,9}', '{a,nobody}', NULL, NULL, NULL, NULL, NULL, NULL, NULL",
     "the columns are not those of the statistics object"},
    {"'{1}', '{a}', NULL, NULL, NULL, NULL, NULL, NULL, NULL",
     "the columns are not those of the statistics object"},
    {"'{1,1}', '{a,b}', NULL, NULL, NULL, NULL, NULL, NULL, NULL",
     "the columns are not those of the statistics object"},
    {"NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
     "the columns are not those of the statistics object"},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, '{}'", ""},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, '{1,2}'", "2 expressions, not 1"},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, '{1}'", "expression 1: not an object of statistics"},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, ARRAY['{\"null_frac\": {}, \"width\": 4}']",
     "expression 1: not an object of statistics"},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, ARRAY['{\"null_frac\": \"NaN\", \"width\": 4,"
          " \"n_distinct\": 1}']",
     "expression 1: not an object of statistics"},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, ARRAY['{\"null_frac\": 0, \"width\": 1e300,"
          " \"n_distinct\": 1}']",
     "expression 1: width is out of range"},
    {BOTH "NULL, NULL, NULL, NULL, NULL, NULL, ARRAY['{\"null_frac\": 0, \"width\": 4,"
          " \"n_distinct\": 1, \"kinds\": [1], \"numbers\": [\"{1}\"], \"values\": [\"{x}\"]}']",
     "expression 1: most common values (1): invalid input syntax for type integer: \"x\""},
};

static void
test_refusals(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "extended_bad");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, "CREATE TABLE t (a int, b text, c int);"
                            "CREATE STATISTICS o ON a, b, (a + c) FROM t");
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *sql = g_strdup_printf("SELECT pgarchitect_whatif.put_extended_statistics("
                                               "(SELECT oid FROM pg_statistic_ext), false, %s)",
                                               answers[i].arguments);
        g_autofree char *expected = g_strconcat(answers[i].answer, "\n", NULL);

        whatif_assert_rows(session, sql, expected);
        g_free(whatif_test_rows(session,
                                "EXPLAIN SELECT a, b, a + c FROM t"
                                " WHERE a = 1 AND b = 'x' AND a + c = 3 GROUP BY 1, 2, 3"));
    }
    whatif_assert_rows(session,
                       "SELECT pgarchitect_whatif.put_extended_statistics(1, false, '{}', '{}',"
                       " NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
                       "no such statistics object\n");
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/extended/plans-are-those-of-the-source", test_plans);
    whatif_test_add("/whatif/extended/data-are-those-of-analyze", test_bytes);
    whatif_test_add("/whatif/extended/bad-input-is-named", test_refusals);
    return g_test_run();
}
