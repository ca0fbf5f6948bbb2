/* requests(): what is written to, sizes, rights, versions' own ways, and calls that fail. */
#include <string.h>

#include "cluster.h"
#include "fixture.h"
#include "request_text.h"

static const struct {
    const char *statement, *target, *changed;
    guint major; /* from which on */
    char command;
} targets[] = {
    {"SELECT 1 FROM orders", NULL, "", 14, 's'},
    {"UPDATE person SET name = 'x', email = 'y' WHERE id = 1", "person", "2 3 ", 14, 'u'},
    {"UPDATE orders SET amount = 5", "orders", "5 6 ", 14, 'u'}, /* total is made of it */
    {"UPDATE orders SET status = $1 WHERE id = $2", "orders", "3 ", 14, 'u'},
    {"UPDATE new_orders SET person_id = 5", "orders", "2 ", 14, 'u'},
    {"UPDATE ev SET kind = 'x'", "ev", "3 ", 14, 'u'},
    {"DELETE FROM orders USING person p WHERE p.id = person_id", "orders", "", 14, 'd'},
    {"INSERT INTO ev VALUES (1, now(), 'x')", "ev", "", 14, 'i'},
    {"INSERT INTO person (id, email, active) VALUES (1, 'x', true)"
     " ON CONFLICT (id) DO UPDATE SET a = excluded.a, name = 'x'",
     "person", "3 14 ", 14, 'i'},
    {"INSERT INTO person (id, email, active) VALUES (1, 'x', true) ON CONFLICT DO NOTHING",
     "person", "", 14, 'i'},
    {"MERGE INTO orders o USING person p ON p.id = o.person_id"
     " WHEN MATCHED AND p.a = 1 THEN UPDATE SET status = 'x' WHEN MATCHED AND p.a = 2 THEN DELETE"
     " WHEN MATCHED THEN UPDATE SET created = now() WHEN NOT MATCHED THEN INSERT (id, person_id)"
     " VALUES (1, p.id)",
     "orders", "3 4 ", 15, 'm'},
    {"WITH x AS (UPDATE orders SET status = 'x' RETURNING id) SELECT * FROM x", "orders", "3 ", 14,
     'u'},
    {"WITH x AS (DELETE FROM orders RETURNING id) INSERT INTO ev (id, at) SELECT id, now() FROM x",
     "ev", "", 14, 'i'},
};

static char *
columns(const GArray *attnums)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < attnums->len; i++)
        g_string_append_printf(text, "%d ", g_array_index(attnums, gint16, i));
    return g_string_free(text, FALSE);
}

static void
test_targets(guint major)
{
    PGconn *session = request_test_open(major);

    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_autoptr(PgaIndexRequests) requests = NULL;
        g_autofree char *sql = NULL, *name = NULL, *changed = NULL;

        if (major < targets[i].major)
            continue;
        g_test_message("%s", targets[i].statement);
        requests = request_test_ask(session, targets[i].statement);
        changed = columns(requests->changed);
        g_assert_true(requests->command == targets[i].command);
        g_assert_cmpstr(changed, ==, targets[i].changed);
        if (!targets[i].target) {
            g_assert_cmpuint(requests->target, ==, 0);
            continue;
        }
        sql = g_strdup_printf("SELECT %u::regclass", requests->target);
        name = whatif_test_rows(session, sql);
        g_assert_cmpstr(g_strchomp(name), ==, targets[i].target);
    }
    PQfinish(session);
}

static void
expect(PGconn *session, const char *statement, const char *expected)
{
    g_autoptr(PgaIndexRequests) requests = request_test_ask(session, statement);
    g_autofree char *text = request_test_text(session, requests);

    g_assert_cmpstr(text, ==, expected);
}

static const PgaIndexRequest *
first(const PgaIndexRequests *requests)
{
    g_assert_cmpuint(requests->requests->len, >, 0);
    return g_ptr_array_index(requests->requests, 0);
}

/* As the source's tables are, not the empty ones of the clone. */
static void
test_sizes(guint major)
{
    PGconn *session = request_test_open(major);
    g_autoptr(PgaIndexRequests) one = NULL, partitions = NULL;

    g_free(whatif_test_rows(session,
                            "UPDATE pg_class SET relpages = 1000, reltuples = 100000"
                            " WHERE relname IN ('orders', 'ev1', 'ev2');"
                            "SELECT pgarchitect_whatif.put_size(oid, 1000, -1) FROM pg_class"
                            " WHERE relname IN ('orders', 'ev1', 'ev2')"));
    one = request_test_ask(session, "SELECT id FROM orders WHERE person_id = 5");
    g_assert_cmpfloat(first(one)->tuples, ==, 100000);
    g_assert_cmpfloat(first(one)->pages, ==, 1000);
    g_assert_cmpfloat(first(one)->rows, ==, 500);
    partitions = request_test_ask(session, "SELECT id FROM ev WHERE kind = 'x'");
    g_assert_cmpuint(partitions->requests->len, ==, 1);
    g_assert_cmpfloat(first(partitions)->tuples, ==, 200000);
    g_assert_cmpfloat(first(partitions)->pages, ==, 2000);
    g_assert_cmpfloat(first(partitions)->rows, ==, 1000);
    PQfinish(session);
}

static const struct {
    const char *statement;
    guint major;
    double rows;
} written[] = {
    {"SELECT 1 FROM orders", 14, 0},
    {"INSERT INTO ev VALUES (1, now(), 'x'), (2, now(), 'y')", 14, 2},
    {"INSERT INTO ev SELECT id, created, 'x' FROM orders", 14, 100000},
    {"UPDATE orders SET amount = 5 WHERE person_id = 7", 14, 500},
    /* Of the orders of one person, not of all that no clause of their own leaves out. */
    {"DELETE FROM orders o USING person p WHERE o.person_id = p.id AND p.id = 5", 14, 500},
    {"MERGE INTO orders o USING (VALUES (5)) v (id) ON v.id = o.person_id"
     " WHEN MATCHED THEN UPDATE SET status = 'x'",
     15, 500},
    {"WITH x AS (DELETE FROM orders WHERE person_id = 3 RETURNING id) SELECT 1 FROM x, orders", 14,
     500},
};

static void
test_written(guint major)
{
    PGconn *session = request_test_open(major);

    g_free(whatif_test_rows(
        session, "UPDATE pg_class SET relpages = 1000, reltuples = 100000 WHERE relname = 'orders';"
                 "SELECT pgarchitect_whatif.put_size(oid, 1000, -1) FROM pg_class"
                 " WHERE relname = 'orders'"));
    for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
        g_autoptr(PgaIndexRequests) requests = NULL;

        if (major < written[i].major)
            continue;
        g_test_message("%s", written[i].statement);
        requests = request_test_ask(session, written[i].statement);
        g_assert_cmpfloat(requests->written, ==, written[i].rows);
    }
    PQfinish(session);
}

/* The planner leaves a parent with the rows that are found in its partitions as all that it has: of
 * those nearly each would be found by a column without repeated values. */
static void
test_parent_selectivity(guint major)
{
    PGconn *session = request_test_open(major);
    g_autoptr(PgaIndexRequests) partitions = NULL;
    const PgaRequestClause *clause;

    g_free(whatif_test_rows(session,
                            "UPDATE pg_class SET relpages = 100, reltuples = 5000"
                            " WHERE relname IN ('ev1', 'ev2');"
                            "SELECT pgarchitect_whatif.put_size(oid, 100, -1) FROM pg_class"
                            " WHERE relname IN ('ev1', 'ev2')"));
    partitions = request_test_ask(session, "SELECT id FROM ev WHERE kind = 'x'");
    clause = g_ptr_array_index(first(partitions)->clauses, 0);
    g_assert_cmpfloat(first(partitions)->rows, ==, 50);
    g_assert_cmpfloat(clause->selectivity, ==, 0.005);
    PQfinish(session);
}

/* The policy's own clause comes first; a clause that could leak rows cannot use an index, but <
 * and = of the usual types cannot leak. */
static void
test_row_security(guint major)
{
    PGconn *session = request_test_open(major);

    g_free(whatif_test_rows(
        session, "DROP ROLE IF EXISTS reader; CREATE ROLE reader;"
                 "GRANT SELECT ON orders TO reader;"
                 "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;"
                 "CREATE POLICY own ON orders USING (person_id = current_setting('x.id')::int8);"
                 "SET x.id = 5; SET ROLE reader"));
    expect(session, "SELECT id FROM orders WHERE status = 'new' AND status LIKE 'n%'",
           "orders needs 1 2 3\n"
           "  filter [(status ~~ 'n%'::text)]\n"
           "  equal person_id\n"
           "  equal status [(status = 'new'::text)]\n");
    g_free(whatif_test_rows(session, "RESET ROLE"));
    expect(session, "SELECT id FROM orders WHERE status LIKE 'n%'",
           "orders needs 1 3\n"
           "  like prefix status [(status ~~ 'n%'::text)]\n");
    g_free(whatif_test_rows(session, "DROP POLICY own ON orders; DROP OWNED BY reader;"
                                     "DROP ROLE reader"));
    PQfinish(session);
}

static void
test_versions(guint major)
{
    PGconn *session = request_test_open(major);

    if (major >= 16)
        expect(session, "SELECT status, array_agg(id ORDER BY created) FROM orders GROUP BY status",
               "orders needs 1 3 4\n"
               "  order status, created\n"
               "  any status\n");
    if (major >= 17)
        expect(session, "SELECT id FROM orders UNION SELECT boss FROM person",
               "orders needs 1\n"
               "  any id\n"
               "person needs 13\n"
               "  any boss\n");
    PQfinish(session);
}

/* Whoever reads them may look for names elsewhere, and see dates in another way. */
static void
test_names_and_constants(guint major)
{
    PGconn *session = request_test_open(major);

    g_free(whatif_test_rows(
        session, "CREATE SCHEMA app; SET search_path = app, public;"
                 "CREATE TYPE app.mood AS ENUM ('good', 'bad');"
                 "CREATE FUNCTION app.twice(float8) RETURNS float8 LANGUAGE sql IMMUTABLE"
                 " RETURN random() * $1;"
                 "CREATE TABLE app.t (m app.mood, d date, i interval, f float8);"
                 "SET datestyle = 'German'; SET intervalstyle = 'iso_8601';"
                 "SET extra_float_digits = -10"));
    expect(session,
           "SELECT 1 FROM t WHERE m = 'good' AND d = '2.1.2020' AND i = 'P1D' AND f = 0.1234567891"
           " AND twice(f) = 1",
           "t needs 1 2 3 4\n"
           "  equal m [(m = 'good'::app.mood)]\n"
           "  equal d [(d = '2020-01-02'::date)]\n"
           "  equal i [(i = '1 day'::interval)]\n"
           "  equal f [(f = '0.1234567891'::double precision)]\n"
           "  equal app.twice(f) [(app.twice(f) = '1'::double precision)]\n");
    whatif_assert_rows(session, "SHOW search_path", "app, public\n");
    whatif_assert_rows(session, "SHOW datestyle", "German, DMY\n");
    PQfinish(session);
}

static void
expect_prefix(PGconn *session, const char *column, const char *opcname, gboolean is_default)
{
    g_autofree char *sql = g_strdup_printf("SELECT 1 FROM \"Odd\" WHERE %s LIKE 'x%%'", column);
    g_autoptr(PgaIndexRequests) requests = request_test_ask(session, sql);
    const PgaRequestClause *clause = g_ptr_array_index(first(requests)->clauses, 0);
    const PgaClauseOpclass *opclass = g_ptr_array_index(clause->opclasses, 0);

    g_assert_cmpint(clause->kind, ==, PGA_CLAUSE_LIKE_PREFIX);
    g_assert_cmpstr(opclass->amname, ==, "btree");
    g_assert_cmpstr(opclass->opcname, ==, opcname);
    g_assert_cmpint(opclass->is_default, ==, is_default);
}

/* The default class sorts as LIKE 'x%' needs it in the C collation only. */
static void
test_collations(guint major)
{
    PGconn *session = request_test_open(major);
    g_autofree char *other = whatif_test_rows(
        session, "SELECT quote_ident(collname) FROM pg_collation WHERE collname ILIKE 'C.utf%8'"
                 " AND collprovider = 'c' LIMIT 1");
    g_autofree char *column = g_strdup_printf("\"a b\" COLLATE %s", g_strchomp(other));

    expect_prefix(session, "plain", "text_ops", TRUE);
    if (*other != '\0')
        expect_prefix(session, column, "text_pattern_ops", FALSE);
    PQfinish(session);
}

/* Planned under the source's indexes alone, and nothing else is seen of it afterwards. */
static void
test_failures(guint major)
{
    static const struct {
        const char *statement, *message;
    } cases[] = {
        {"SELECT 1 FROM person WHERE a = fails(1)", "no 1"},
        {"SELECT 1 FROM person WHERE a = asks(1)", "statements are being planned in this session"},
        {"SELECT 1 FROM person WHERE a = 1 / 0", "division by zero"},
    };
    PGconn *session = request_test_open(major);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *prepare =
            g_strdup_printf("SELECT pgarchitect_whatif.prepare('%s')", cases[i].statement);
        g_autofree char *number = whatif_test_rows(session, prepare);
        g_autofree char *ask =
            g_strdup_printf("SELECT pgarchitect_whatif.requests(%s)", g_strchomp(number));
        g_autofree char *message = whatif_test_error(session, ask);

        g_assert_cmpstr(message, ==, cases[i].message);
        expect(session, "SELECT id FROM orders WHERE id = 1",
               "orders needs 1\n  equal id [(id = 1)]\n");
    }
    {
        g_autofree char *message =
            whatif_test_error(session, "SELECT pgarchitect_whatif.requests(99)");

        g_assert_cmpstr(message, ==, "statement 99 has not been prepared");
    }
    PQfinish(session);
}

static char *
repeated(const char *before, const char *first_text, const char *again, guint n, const char *after)
{
    GString *text = g_string_new(before);

    g_string_append(text, first_text);
    for (guint i = 0; i < n; i++)
        g_string_append(text, again);
    g_string_append(text, after);
    return g_string_free(text, FALSE);
}

/* Statements that no person writes. */
static void
test_excess(guint major)
{
    PGconn *session = request_test_open(major);
    g_autofree char *arms =
        repeated("SELECT id FROM person WHERE ", "a < b", " OR a = 1", 5000, "");
    g_autofree char *clauses =
        repeated("SELECT id FROM person WHERE ", "a < b", " AND a + b = random()", 3000, "");
    g_autofree char *list = repeated("SELECT id FROM person WHERE a IN (1", "", ",1", 20000, ")");
    g_autoptr(PgaIndexRequests) many_arms = request_test_ask(session, arms);
    g_autoptr(PgaIndexRequests) many_clauses = request_test_ask(session, clauses);
    g_autoptr(PgaIndexRequests) long_list = request_test_ask(session, list);
    const PgaRequestClause *clause;

    g_assert_cmpuint(first(many_arms)->clauses->len, ==, 1); /* the whole, and no arms */
    g_assert_cmpuint(first(many_clauses)->clauses->len, ==, 500);
    clause = g_ptr_array_index(first(long_list)->clauses, 0);
    g_assert_cmpint(clause->kind, ==, PGA_CLAUSE_IN);
    g_assert_cmpuint(strlen(clause->clause), <=, 8192);
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/requests/targets", test_targets);
    whatif_test_add("/whatif/requests/sizes", test_sizes);
    whatif_test_add("/whatif/requests/rows-written", test_written);
    whatif_test_add("/whatif/requests/selectivity-of-a-parent", test_parent_selectivity);
    whatif_test_add("/whatif/requests/row-security", test_row_security);
    whatif_test_add("/whatif/requests/versions", test_versions);
    whatif_test_add("/whatif/requests/names-and-constants", test_names_and_constants);
    whatif_test_add("/whatif/requests/collations", test_collations);
    whatif_test_add("/whatif/requests/failures", test_failures);
    whatif_test_add("/whatif/requests/excess", test_excess);
    return g_test_run();
}
