/* The planner of a clone says of TPC-H what it said of the rows at scale factor 1, number by
 * number; and a statement brings in no more than it names. */
#include "tpch.h"
#include <base/error.h>
#include <string.h>

#define MEASURED_MAJOR 15 /* that expected-costs-sf1.json was measured on */

enum { EXTRA_TABLES = 2000, LAZY_MILLISECONDS = 1000 };

/* A clone, and a session of its user. */
typedef struct {
    PgaTpch *tpch;
    PgaClone *clone;
    PGconn *conn;
    gboolean exact;
} Fixture;

static void
fixture_clear(Fixture *fixture)
{
    PQfinish(fixture->conn);
    pga_clone_free(fixture->clone);
    g_clear_pointer(&fixture->tpch, pga_tpch_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static gboolean
possible(const PgaTestServer *server)
{
    const char *obstacle = pga_tpch_obstacle(server);

    if (obstacle)
        g_test_skip(obstacle);
    return !obstacle;
}

static Fixture
fixture_new(const PgaTestServer *server)
{
    Fixture fixture = {.tpch = pga_tpch_new(server, NULL),
                       .exact = server->major == MEASURED_MAJOR};

    fixture.clone = pga_tpch_clone(fixture.tpch);
    fixture.conn = pga_tpch_connect(fixture.clone);
    return fixture;
}

/* With everything. */
static Fixture
fixture_on(const PgaTestServer *server)
{
    Fixture fixture = fixture_new(server);
    g_autoptr(GError) error = NULL;

    pga_clone_bring_all(fixture.clone, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(pga_clone_not_cloned(fixture.clone)->len, ==, 0);
    return fixture;
}

/* Another major has another planner: it is only told how far they agree. */
static void
compare(const Fixture *fixture, const char *table, char *const *costs)
{
    guint identical = 0;

    for (guint i = 0; i < PGA_TPCH_QUERIES; i++) {
        g_autofree char *expected = pga_tpch_expected(fixture->tpch, table, i);

        identical += strcmp(costs[i], expected) == 0;
        if (fixture->exact && strcmp(costs[i], expected) != 0)
            g_test_message("query %u: %s, not %s", i + 1, costs[i], expected);
    }
    g_test_message("%s: %u of %d identical", table, identical, PGA_TPCH_QUERIES);
    if (fixture->exact)
        g_assert_cmpuint(identical, ==, PGA_TPCH_QUERIES);
}

/* (transfer full): NULL-terminated */
static char **
explain_all(const Fixture *fixture)
{
    char **costs = g_new0(char *, PGA_TPCH_QUERIES + 1);

    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        costs[i] = pga_tpch_explain(fixture->conn, fixture->tpch->queries[i]);
    return costs;
}

/* (transfer full): NULL-terminated: all queries under the first configuration, then the next. One
 * round trip. @configurations: text of oidvector[] */
static char **
cost_all(const Fixture *fixture, const char *configurations)
{
    g_autofree char *queries = pga_tpch_query_array(fixture->tpch);
    g_autoptr(PGresult) rows = pga_tpch_exec(
        fixture->conn,
        "SELECT c.total_cost, c.message FROM pgarchitect_whatif.cost((SELECT"
        " array_agg(pgarchitect_whatif.prepare(q) ORDER BY n) FROM unnest($1::text[]) WITH"
        " ORDINALITY u (q, n)), $2::oidvector[]) c",
        (const char *const[]){queries, configurations}, 2);
    char **costs = g_new0(char *, (gsize)PQntuples(rows) + 1);

    for (int i = 0; i < PQntuples(rows); i++) {
        g_assert_cmpstr(PQgetvalue(rows, i, 1), ==, "");
        costs[i] = g_strdup_printf("%.2f", g_ascii_strtod(PQgetvalue(rows, i, 0), NULL));
    }
    return costs;
}

static void
assert_same(char *const *costs, char *const *others)
{
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        g_assert_cmpstr(costs[i], ==, others[i]);
}

static void
test_base(gconstpointer server)
{
    g_auto(Fixture) fixture = {0};
    g_auto(GStrv) explained = NULL, costs = NULL;

    if (!possible(server))
        return;
    fixture = fixture_on(server);
    explained = explain_all(&fixture);
    compare(&fixture, "base_cost", explained);
    costs = cost_all(&fixture, "{\"\"}");
    g_assert_cmpuint(g_strv_length(costs), ==, PGA_TPCH_QUERIES);
    assert_same(costs, explained);
}

/* The source's own indexes are visible unless a configuration lists them; until they have their
 * sizes they are candidates, hidden unless listed. */
static void
test_indexes(gconstpointer server)
{
    g_auto(Fixture) fixture = {0};
    g_auto(GStrv) base = NULL, hidden = NULL, explained = NULL, costs = NULL;
    g_autofree char *indexes = NULL, *configurations = NULL;

    if (!possible(server))
        return;
    fixture = fixture_on(server);
    base = explain_all(&fixture);
    pga_tpch_make_indexes(fixture.tpch, fixture.clone);
    hidden = cost_all(&fixture, "{\"\"}");
    assert_same(hidden, base);

    pga_tpch_size_indexes(fixture.tpch, fixture.clone);
    explained = explain_all(&fixture);
    compare(&fixture, "with_indexes", explained);
    indexes = pga_tpch_indexes(fixture.tpch, fixture.conn);
    configurations = g_strdup_printf("{\"\",\"%s\"}", indexes);
    costs = cost_all(&fixture, configurations);
    g_assert_cmpuint(g_strv_length(costs + PGA_TPCH_QUERIES), ==, PGA_TPCH_QUERIES);
    assert_same(costs, explained);
    assert_same(costs + PGA_TPCH_QUERIES, base);
}

/* How many of the eight tables each query names. */
static const guint named_tables[PGA_TPCH_QUERIES] = {1, 5, 3, 2, 6, 1, 5, 7, 6, 4, 3,
                                                     2, 2, 2, 2, 3, 2, 3, 2, 5, 4, 2};

static char *
extra_tables(void)
{
    GString *sql = g_string_new("CREATE SCHEMA extra;\n");

    for (guint i = 1; i <= EXTRA_TABLES; i++)
        g_string_append_printf(sql,
                               "CREATE TABLE extra.extra_%u (id int PRIMARY KEY, before int"
                               " REFERENCES extra.extra_%u, note text UNIQUE);\n",
                               i, MAX(i - 1, 1));
    return g_string_free(sql, FALSE);
}

static guint64
count_tables(PGconn *conn, const char *nspname)
{
    g_autoptr(PGresult) count =
        pga_tpch_exec(conn,
                      "SELECT count(*) FROM pg_catalog.pg_class WHERE relkind = 'r' AND"
                      " relnamespace = $1::regnamespace",
                      (const char *const[]){nspname}, 1);

    return g_ascii_strtoull(PQgetvalue(count, 0, 0), NULL, 10);
}

/* Milliseconds. */
static double
bring_alone(PgaTpch *tpch, guint i, gboolean exact)
{
    g_autoptr(PgaClone) clone = pga_tpch_clone(tpch);
    g_autoptr(PGconn) conn = pga_tpch_connect(clone);
    g_autoptr(GError) error = NULL;
    g_autofree char *cost = NULL, *expected = pga_tpch_expected(tpch, "base_cost", i);
    const gint64 begun = g_get_monotonic_time();
    gint64 took;

    g_assert_cmpuint(count_tables(conn, "public"), ==, 0);
    pga_clone_bring_statement(clone, tpch->queries[i], &error);
    took = g_get_monotonic_time() - begun;
    g_assert_no_error(error);
    g_test_message("query %u: %.0f ms", i + 1, (double)took / 1000);
    g_assert_cmpuint(count_tables(conn, "public"), ==, named_tables[i]);
    g_assert_cmpuint(count_tables(conn, "extra"), ==, 0);
    cost = pga_tpch_explain(conn, tpch->queries[i]);
    if (exact)
        g_assert_cmpstr(cost, ==, expected);
    return (double)took / 1000;
}

static int
compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* The median: a busy machine stops any one of them for longer than they take. */
static void
test_lazy(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_autoptr(PgaTpch) tpch = NULL;
    g_autofree char *extra = extra_tables();
    double took[PGA_TPCH_QUERIES];

    if (!possible(server))
        return;
    tpch = pga_tpch_new(server, extra);
    g_assert_cmpuint(tpch->catalog->relations->len, ==, EXTRA_TABLES + 8);
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        took[i] = bring_alone(tpch, i, server->major == MEASURED_MAJOR);
    qsort(took, PGA_TPCH_QUERIES, sizeof *took, compare_doubles);
    g_test_message("%.0f to %.0f ms", took[0], took[PGA_TPCH_QUERIES - 1]);
    g_assert_cmpfloat(took[PGA_TPCH_QUERIES / 2], <, LAZY_MILLISECONDS);
}

/* Statement by statement into one clone: what is there already stays as it was told. */
static void
test_growing(gconstpointer server)
{
    g_auto(Fixture) fixture = {0};
    g_auto(GStrv) explained = NULL;
    g_autoptr(GError) error = NULL;

    if (!possible(server))
        return;
    fixture = fixture_new(server);
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++) {
        pga_clone_bring_statement(fixture.clone, fixture.tpch->queries[i], &error);
        g_assert_no_error(error);
    }
    g_assert_cmpuint(count_tables(fixture.conn, "public"), ==, 8);
    explained = explain_all(&fixture);
    compare(&fixture, "base_cost", explained);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    pga_test_add_servers("/lab/tpch/costs-are-the-sources", 14, FALSE, test_base);
    pga_test_add_servers("/lab/tpch/costs-with-indexes-are-the-sources", 14, FALSE, test_indexes);
    pga_test_add_servers("/lab/tpch/costs-of-a-growing-clone-are-the-sources", 14, TRUE,
                         test_growing);
    pga_test_add_servers("/lab/tpch/statement-brings-what-it-names", 14, TRUE, test_lazy);
    return pga_test_lab_finish(g_test_run());
}
