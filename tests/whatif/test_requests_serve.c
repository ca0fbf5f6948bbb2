/* What requests() says is true: each operator class that it names serves the clause, each constant
 * clause is a predicate that the planner recognises. */
#include <string.h>

#include "cluster.h"
#include "fixture.h"
#include "request_text.h"

/* Extensions bring operator classes of their own, where the server has them. */
static const char extensions[] =
    "DO $$DECLARE e text; BEGIN FOR e IN SELECT name FROM pg_available_extensions WHERE name IN"
    " ('pg_trgm', 'btree_gin', 'btree_gist', 'intarray', 'hstore', 'citext') LOOP"
    " EXECUTE 'CREATE EXTENSION ' || e; END LOOP; END$$;"
    "ALTER TABLE person DROP CONSTRAINT person_pkey; CREATE SCHEMA elsewhere;"
    "ALTER TABLE person SET SCHEMA elsewhere; ALTER TABLE \"Odd\" SET SCHEMA elsewhere;"
    "DO $$BEGIN IF (SELECT count(*) FROM pg_extension WHERE extname IN"
    " ('hstore', 'citext', 'intarray')) = 3 THEN"
    " CREATE TABLE elsewhere.extended (h hstore, c citext, i int[]); END IF; END$$;"
    "SET search_path = elsewhere, public; SET enable_seqscan = off";

static const char *const statements[] = {
    "SELECT 1 FROM extended WHERE h ? 'k' AND h @> 'a=>1' AND c = 'x' AND c LIKE 'x%'",
    "SELECT 1 FROM extended WHERE i && '{1}' AND i @@ '1&2' AND i @> '{2}'",
    "SELECT 1 FROM person WHERE a = 1",
    "SELECT 1 FROM person WHERE 1 > a AND id = 5",
    "SELECT 1 FROM person WHERE id IN (1, 2) AND code IN ('a', 'b') AND born < '2000-01-01'",
    "SELECT 1 FROM person WHERE email = 'x' AND name > 'y' AND at = '2000-01-01 00:00+00'",
    "SELECT 1 FROM person WHERE name LIKE 'abc%' AND email LIKE 'abc%' AND code LIKE 'abc%'",
    "SELECT 1 FROM person WHERE name LIKE '%abc%' AND email ILIKE '%abc%' AND name ~ '^abc'",
    "SELECT 1 FROM person WHERE name LIKE 'abc' AND starts_with(name, 'x')",
    "SELECT 1 FROM person WHERE name ^@ 'x' AND email ~* 'abcd'",
    "SELECT 1 FROM person WHERE name LIKE ANY ('{%abc%,%bcd%}')",
    "SELECT 1 FROM person WHERE boss IS NULL AND a IS NOT NULL",
    "SELECT 1 FROM person WHERE active",
    "SELECT 1 FROM person WHERE NOT active",
    "SELECT 1 FROM person WHERE active IS FALSE",
    "SELECT 1 FROM person WHERE doc @> '{\"k\": 1}' AND doc @? '$.k' AND doc = '{}'",
    "SELECT 1 FROM person WHERE doc ? 'k' AND doc ?| '{a,b}'",
    "SELECT 1 FROM person WHERE tags && '{x}' AND tags @> '{y}' AND tags = '{z}'",
    "SELECT 1 FROM person WHERE fts @@ 'a & b' AND 'c'::tsquery @@ fts",
    "SELECT 1 FROM person WHERE during && '[1,3)' AND 5 <@ during AND during = '[5,6)'",
    "SELECT 1 FROM person WHERE place <@ box '((0,0),(1,1))' AND place ~= '(1,2)'",
    "SELECT 1 FROM person WHERE net << '10.0.0.0/8' AND net = '10.0.0.1'",
    "SELECT 1 FROM person WHERE lower(email) = 'x' AND (doc ->> 'k') LIKE 'a%'",
    "SELECT 1 FROM person WHERE (doc ->> 'n')::int > 5 AND (doc -> 'a') @> '[1]'",
    "SELECT 1 FROM person WHERE date_trunc('month', born::timestamp) = '2020-01-01'",
    "SELECT 1 FROM person WHERE tags[1] = 'y' AND a + b = 3 AND coalesce(a, b) = 5",
    "SELECT 1 FROM person WHERE extract(year FROM born) = 2020 AND upper(name) || 'x' = 'Yx'",
    "SELECT 1 FROM person WHERE CASE WHEN a > 1 THEN b END = 5 AND greatest(a, b) < 7",
    "SELECT 1 FROM person WHERE email COLLATE \"C\" = 'x' AND name COLLATE \"C\" LIKE 'x%'",
    "SELECT 1 FROM person WHERE a = 1 OR b = 2",
    "SELECT 1 FROM person WHERE a < b AND name NOT LIKE 'x%' AND a <> 5 AND active IS NOT TRUE",
    "SELECT 1 FROM person WHERE (a, b) > (1, 2)",
    "SELECT 1 FROM person WHERE a NOT IN (1, 2) AND 'x' = ANY (tags) AND born - '2000-01-01' > 5",
    "SELECT 1 FROM \"Odd\" WHERE \"Key\" = 1 AND \"a b\" = 'It''s \\ it' AND \"a b\" || 'x' < 'y'",
    "SELECT 1 FROM \"Odd\" WHERE plain LIKE 'x%' AND plain = 'y' AND plain > 'z'",
    "SELECT 1 FROM person ORDER BY place <-> '(1,2)'",
    "SELECT 1 FROM person ORDER BY '(1,2)'::point <-> place",
    "SELECT 1 FROM person ORDER BY name DESC NULLS LAST, lower(email), a + b",
    "SELECT 1 FROM person ORDER BY name COLLATE \"C\"",
    "SELECT a, lower(name) FROM person GROUP BY a, lower(name)",
};

/** What is being tried. */
typedef struct {
    PGconn *session;
    const char *statement;
    char *relation;
} Trial;

/* Other than an index scan of the whole. */
static void
expect(const Trial *trial, const char *definition, const char *wanted)
{
    g_autofree char *create = g_strdup_printf("CREATE INDEX tried ON %s", definition);
    g_autofree char *explain = g_strdup_printf("EXPLAIN (COSTS OFF) %s", trial->statement);
    g_autofree char *plan = NULL;

    g_free(whatif_test_rows(trial->session, create));
    plan = whatif_test_rows(trial->session, explain);
    if (!strstr(plan, "tried") || !strstr(plan, wanted))
        g_error("%s\n%s\n%s", trial->statement, create, plan);
    g_free(whatif_test_rows(trial->session, "DROP INDEX tried"));
}

static void
expect_opclasses(const Trial *trial, const PgaRequestClause *clause)
{
    for (guint i = 0; i < clause->opclasses->len; i++) {
        const PgaClauseOpclass *opclass = g_ptr_array_index(clause->opclasses, i);
        g_autofree char *definition =
            g_strdup_printf("%s USING %s (%s %s)", trial->relation, opclass->amname,
                            clause->expression, opclass->is_default ? "" : opclass->opcname);

        expect(trial, definition, "Index Cond");
    }
}

/* An index of the whole order gives it. */
static void
expect_order(const Trial *trial, const PgaRequestOrder *order)
{
    g_autoptr(GString) keys = g_string_new(NULL);

    for (guint i = 0; i < order->keys->len; i++) {
        const PgaRequestKey *key = g_ptr_array_index(order->keys, i);

        g_string_append_printf(keys, "%s%s%s%s", i > 0 ? ", " : "", key->expression,
                               key->descending ? " DESC" : "",
                               order->is_distance ? ""
                               : key->nulls_first ? " NULLS FIRST"
                                                  : " NULLS LAST");
    }
    for (guint i = 0; i < order->opclasses->len; i++) {
        const PgaClauseOpclass *opclass = g_ptr_array_index(order->opclasses, i);
        g_autofree char *definition = g_strdup_printf("%s USING %s (%s %s)", trial->relation,
                                                      opclass->amname, keys->str, opclass->opcname);

        expect(trial, definition, "Order By");
    }
    if (!order->is_distance) {
        g_autofree char *definition = g_strdup_printf("%s (%s)", trial->relation, keys->str);

        g_free(whatif_test_rows(trial->session, "SET enable_sort = off; SET enable_hashagg = off"));
        expect(trial, definition, "Scan using tried");
        g_free(whatif_test_rows(trial->session, "RESET enable_sort; RESET enable_hashagg"));
    }
}

static void
expect_request(Trial *trial, const PgaIndexRequest *request)
{
    g_autofree char *sql = g_strdup_printf("SELECT %u::regclass", request->relation);

    trial->relation = g_strchomp(whatif_test_rows(trial->session, sql));
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);
        g_autofree char *definition =
            g_strdup_printf("%s ((1)) WHERE %s", trial->relation, clause->clause);

        if (clause->or_group == 0) {
            expect_opclasses(trial, clause);
            if (clause->is_constant)
                expect(trial, definition, "");
        }
    }
    for (guint i = 0; i < request->orders->len; i++)
        expect_order(trial, g_ptr_array_index(request->orders, i));
    g_free(trial->relation);
}

static gboolean
has_extensions(PGconn *session)
{
    g_autofree char *row = whatif_test_rows(session, "SELECT to_regclass('extended') IS NOT NULL");

    return *row == 't';
}

static void
test_serve(guint major)
{
    PGconn *session = request_test_open(major);
    gboolean extended;

    g_free(whatif_test_rows(session, extensions));
    extended = has_extensions(session);
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_autoptr(PgaIndexRequests) requests = NULL;
        Trial trial = {session, statements[i], NULL};

        if (strstr(statements[i], "extended") && !extended)
            continue;
        requests = request_test_ask(session, statements[i]);
        g_test_message("%s", statements[i]);
        g_assert_cmpuint(requests->requests->len, ==, 1);
        expect_request(&trial, g_ptr_array_index(requests->requests, 0));
    }
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/requests/what-is-named-serves", test_serve);
    return g_test_run();
}
