/* requests(): what statements ask of each relation, in the planner's own view of them. A line for
 * the relation with the columns that it has to give, then its clauses, [as a predicate], and
 * orders. */
#include "cluster.h"
#include "fixture.h"
#include "request_text.h"

typedef struct {
    const char *statement, *text;
} Case;

static const Case restrictions[] = {
    {"SELECT id FROM person WHERE a = 1 AND 2 > b AND born BETWEEN '2000-01-01' AND $1",
     "person needs 1 4 14 15\n"
     "  range b [(2 > b)]\n"
     "  range born [(born >= '2000-01-01'::date)]\n"
     "  range born\n"
     "  equal a [(a = 1)]\n"},
    {"SELECT id FROM person WHERE id IN (1, 2) AND code = ANY ($1) AND a <> ALL ('{1,2}') AND a <> "
     "3",
     "person needs 1 12 14\n"
     "  in id [(id = ANY ('{1,2}'::bigint[]))]\n"
     "  in code\n"
     "  filter [(a <> ALL ('{1,2}'::integer[]))]\n"
     "  filter a [(a <> 3)]\n"},
    {"SELECT id FROM person WHERE boss IS NULL AND a IS NOT NULL AND active",
     "person needs 1 5 13 14\n"
     "  null boss [(boss IS NULL)]\n"
     "  not null a [(a IS NOT NULL)]\n"
     "  boolean active [active]\n"},
    {"SELECT id FROM person WHERE NOT active", "person needs 1 5\n"
                                               "  boolean active [(NOT active)]\n"},
    {"SELECT id FROM person WHERE active IS FALSE AND active IS NOT TRUE AND a < b AND id = $1",
     "person needs 1 5 14 15\n"
     "  boolean active [(active IS FALSE)]\n"
     "  filter [(active IS NOT TRUE)]\n"
     "  filter [(a < b)]\n"
     "  equal id\n"},
    {"SELECT id FROM person WHERE at > now() - interval '1 day' AND born = current_date AND "
     "random() < 0.5 AND a = random()",
     "person needs 1 4 11 14\n"
     "  range at\n"
     "  filter\n"
     "  filter\n"
     "  equal born\n"},
    {"SELECT id FROM person WHERE lower(email) = 'x' AND (doc ->> 'k') = 'y' AND (doc ->> "
     "'n')::int > 5 AND born + 1 = '2000-01-01'",
     "person needs 1 2 4 6\n"
     "  range (((doc ->> 'n'::text))::integer) [(((doc ->> 'n'::text))::integer > 5)]\n"
     "  equal lower((email)::text) [(lower((email)::text) = 'x'::text)]\n"
     "  equal ((doc ->> 'k'::text)) [((doc ->> 'k'::text) = 'y'::text)]\n"
     "  equal ((born + 1)) [((born + 1) = '2000-01-01'::date)]\n"},
    {"SELECT id FROM person WHERE date_trunc('day', at) = '2020-01-01' AND at::date = '2020-01-01' "
     "AND date_trunc('month', born::timestamp) = '2020-01-01'",
     "person needs 1 4 11\n"
     "  filter\n"
     "  filter\n"
     "  equal date_trunc('month'::text, (born)::timestamp without time zone) "
     "[(date_trunc('month'::text, (born)::timestamp without time zone) = '2020-01-01 "
     "00:00:00'::timestamp without time zone)]\n"},
    {"SELECT id FROM person WHERE email COLLATE \"C\" = 'x' AND lower(name COLLATE \"C\") = 'x' "
     "AND name COLLATE \"C\" LIKE 'x%'",
     "person needs 1 2 3\n"
     "  like prefix (name COLLATE \"C\") hidden 3 by collation: \"default\", \"C\"\n"
     "  equal (email COLLATE \"C\") hidden 2 by collation: \"default\", \"C\"\n"
     "  filter\n"},
    {"SELECT \"a b\" FROM \"Odd\" WHERE \"Key\" = 1 AND \"a b\" = 'It''s' AND \"a b\" || 'x' = "
     "'yx'",
     "\"Odd\" needs 1 2\n"
     "  equal \"Key\" [(\"Key\" = 1)]\n"
     "  equal \"a b\" [(\"a b\" = 'It''s'::text)]\n"
     "  equal ((\"a b\" || 'x'::text)) [((\"a b\" || 'x'::text) = 'yx'::text)]\n"},
    {"SELECT id FROM person WHERE person IS NOT NULL AND ctid = '(0,1)'", "person whole\n"
                                                                          "  filter\n"
                                                                          "  filter\n"},
    {"SELECT id FROM person WHERE (a, id) > (1, 2) AND (5, 6) >= (b, id)",
     "person needs 1 14 15\n"
     "  range a [(ROW(a, id) > ROW(1, 2))]\n"
     "  range b [(ROW(5, 6) >= ROW(b, id))]\n"},
    {"SELECT count(*) FROM person", "person needs\n"},
    {"SELECT id FROM person WHERE a = 1 AND a = $1", "person needs 1 14\n"
                                                     "  equal a [(a = 1)]\n"},
};

static const Case operators[] = {
    {"SELECT id FROM person WHERE doc @> '{\"k\": 1}' AND doc ? 'k' AND tags && '{x}' AND fts @@ "
     "'a & b' AND during && '[1,3)' AND 5 <@ during",
     "person needs 1 6 7 8 10\n"
     "  operator doc [(doc @> '{\"k\": 1}'::jsonb)]\n"
     "  operator doc [(doc ? 'k'::text)]\n"
     "  operator tags [(tags && '{x}'::text[])]\n"
     "  operator fts [(fts @@ '''a'' & ''b'''::tsquery)]\n"
     "  operator during [(during && '[1,3)'::int4range)]\n"
     "  operator during [(5 <@ during)]\n"},
    {"SELECT id FROM person WHERE name LIKE 'abc%' AND email LIKE 'x%' AND code LIKE 'x%' AND name "
     "~ '^abc' AND starts_with(name, 'x')",
     "person needs 1 2 3 12\n"
     "  like prefix name [(name ~~ 'abc%'::text)]\n"
     "  like prefix email [((email)::text ~~ 'x%'::text)]\n"
     "  like prefix code [(code ~~ 'x%'::text)]\n"
     "  like prefix name [(name ~ '^abc'::text)]\n"
     "  like prefix name [starts_with(name, 'x'::text)]\n"},
    {"SELECT id FROM person WHERE name LIKE '%abc%' AND name ILIKE 'x%' AND name NOT LIKE 'x%' AND "
     "email LIKE $1 AND name LIKE 'abc'",
     "person needs 1 2 3\n"
     "  filter name [(name ~~ '%abc%'::text)]\n"
     "  filter name [(name ~~* 'x%'::text)]\n"
     "  filter name [(name !~~ 'x%'::text)]\n"
     "  filter email\n"
     "  equal name [(name ~~ 'abc'::text)]\n"},
    {"SELECT id FROM person WHERE net << '10.0.0.0/8' AND place <@ box '((0,0),(1,1))' AND 'x' = "
     "ANY (tags) AND tags[1] = 'y'",
     "person needs 1 7 9 16\n"
     "  range net [(net << '10.0.0.0/8'::inet)]\n"
     "  operator net [(net << '10.0.0.0/8'::inet)]\n"
     "  operator place [(place <@ '(1,1),(0,0)'::box)]\n"
     "  filter [('x'::text = ANY (tags))]\n"
     "  equal (tags[1]) [(tags[1] = 'y'::text)]\n"},
};

static const Case disjunctions[] = {
    {"SELECT id FROM person WHERE a = 1 OR b = 2", "person needs 1 14 15\n"
                                                   "  or 1.1 equal a [(a = 1)]\n"
                                                   "  or 1.2 equal b [(b = 2)]\n"
                                                   "  filter [((a = 1) OR (b = 2))]\n"},
    {"SELECT id FROM person WHERE (a = 1 AND name LIKE 'x%' AND a < b) OR (b = 2 AND a < b) OR id "
     "IN (3, 4)",
     "person needs 1 3 14 15\n"
     "  or 1.1 equal a [(a = 1)]\n"
     "  or 1.1 like prefix name [(name ~~ 'x%'::text)]\n"
     "  or 1.2 equal b [(b = 2)]\n"
     "  or 1.3 in id [(id = ANY ('{3,4}'::bigint[]))]\n"
     "  filter [(((a = 1) AND (name ~~ 'x%'::text) AND (a < b)) OR ((b = 2) AND (a < b)) OR (id = "
     "ANY ('{3,4}'::bigint[])))]\n"},
    {"SELECT id FROM person WHERE a = 1 OR a < b", "person needs 1 14 15\n"
                                                   "  filter [((a = 1) OR (a < b))]\n"},
    {"SELECT p.id FROM person p JOIN orders o ON o.person_id = p.id OR o.id = p.boss",
     "person needs 1 13\n"
     "  or 1.1 join id joined\n"
     "  or 1.2 join boss joined\n"
     "orders needs 1 2\n"
     "  or 1.1 join person_id joined\n"
     "  or 1.2 join id joined\n"},
    {"SELECT p.id FROM person p, orders o WHERE (p.a = 1 AND o.status = 'new') OR (p.b = 2 AND "
     "o.status = 'paid')",
     "person needs 1 14 15\n"
     "  or 1.1 equal a [(a = 1)]\n"
     "  or 1.2 equal b [(b = 2)]\n"
     "  filter [((a = 1) OR (b = 2))]\n"
     "orders needs 3\n"
     "  or 1.1 equal status [(status = 'new'::text)]\n"
     "  or 1.2 equal status [(status = 'paid'::text)]\n"
     "  filter [((status = 'new'::text) OR (status = 'paid'::text))]\n"},
};

static const Case joins[] = {
    {"SELECT p.email FROM person p JOIN orders o ON o.person_id = p.id WHERE o.status = 'new' AND "
     "p.id > 7",
     "person needs 1 2\n"
     "  range id [(id > 7)]\n"
     "  join id joined\n"
     "  any id\n"
     "orders needs 2 3\n"
     "  equal status [(status = 'new'::text)]\n"
     "  join person_id joined\n"
     "  any person_id\n"},
    {"SELECT p.id FROM person p LEFT JOIN orders o ON o.person_id = p.id AND o.amount > p.a",
     "person needs 1 14\n"
     "orders needs 2 5\n"
     "  range amount joined\n"
     "  join person_id joined\n"
     "  any person_id\n"},
    {"SELECT p.id FROM person p WHERE EXISTS (SELECT FROM orders o WHERE o.person_id = p.id AND "
     "o.status = 'new')",
     "person needs 1\n"
     "  join id joined\n"
     "  any id\n"
     "orders needs 2 3\n"
     "  equal status [(status = 'new'::text)]\n"
     "  join person_id joined\n"
     "  any person_id\n"},
    {"SELECT p.id FROM person p WHERE NOT EXISTS (SELECT FROM orders o WHERE o.person_id = p.id)",
     "person needs 1\n"
     "orders needs 2\n"
     "  join person_id joined\n"
     "  any person_id\n"},
    {"SELECT p.id FROM person p WHERE p.a = 1 OR EXISTS (SELECT FROM orders o WHERE o.person_id = "
     "p.id)",
     "orders needs 2\n"
     "  equal person_id\n"
     "orders needs 2\n"
     "person needs 1 14\n"
     "  filter\n"},
    {"SELECT p.id, (SELECT max(amount) FROM orders o WHERE o.person_id = p.id) FROM person p WHERE "
     "p.a = 5",
     "orders needs 2 5 limit 1\n"
     "  not null amount [(amount IS NOT NULL)]\n"
     "  equal person_id\n"
     "  order amount desc nulls first\n"
     "orders needs 2 5 limit 1\n"
     "  not null amount [(amount IS NOT NULL)]\n"
     "  equal person_id\n"
     "  order amount desc\n"
     "orders needs 2 5\n"
     "  equal person_id\n"
     "person needs 1 14\n"
     "  equal a [(a = 5)]\n"},
    {"SELECT p.id, x.id FROM person p, LATERAL (SELECT * FROM orders o WHERE o.person_id = p.id "
     "ORDER BY created DESC LIMIT 3) x",
     "orders needs 1 2 4 limit 3\n"
     "  equal person_id\n"
     "  order created desc nulls first\n"
     "person needs 1\n"},
    {"SELECT p.id FROM person p JOIN orders o ON lower(p.email) = lower(o.status) AND p.tags @> "
     "ARRAY[o.status] AND p.name LIKE o.status",
     "person needs 1 2 3 7\n"
     "  join lower((email)::text) joined\n"
     "  operator tags joined\n"
     "  any lower((email)::text)\n"
     "orders needs 3\n"
     "  join lower(status) joined\n"
     "  any lower(status)\n"},
    {"SELECT p.id FROM person p JOIN orders o ON o.person_id = p.id WHERE p.id = 7",
     "person needs 1\n"
     "  equal id [(id = 7)]\n"
     "orders needs 2\n"
     "  equal person_id [(person_id = 7)]\n"},
    {"SELECT p.id FROM person p JOIN person q USING (boss, a)", "person needs 1 13 14\n"
                                                                "  join boss joined\n"
                                                                "  join a joined\n"
                                                                "  any boss\n"
                                                                "  any a\n"
                                                                "person needs 13 14\n"
                                                                "  join boss joined\n"
                                                                "  join a joined\n"
                                                                "  any boss\n"
                                                                "  any a\n"},
};

static const Case orders[] = {
    {"SELECT id FROM person ORDER BY born DESC NULLS LAST, a LIMIT 10",
     "person needs 1 4 14 limit 10\n"
     "  order born desc, a\n"},
    {"SELECT id FROM person WHERE a = 1 ORDER BY a, lower(name) DESC, b LIMIT 5 OFFSET 5",
     "person needs 1 3 14 15 limit 10\n"
     "  equal a [(a = 1)]\n"
     "  order lower(name) desc nulls first, b\n"},
    {"SELECT id FROM person ORDER BY place <-> '(1,2)' LIMIT 5", "person needs 1 9 limit 5\n"
                                                                 "  distance place\n"},
    {"SELECT id FROM person ORDER BY '(1,2)' <-> place, id", "person needs 1 9\n"
                                                             "  distance place\n"},
    {"SELECT id FROM person ORDER BY name COLLATE \"C\", random()",
     "person needs 1 3\n"
     "  order (name COLLATE \"C\")\n"},
    {"SELECT boss, born, count(*) FROM person GROUP BY boss, born ORDER BY born",
     "person needs 4 13\n"
     "  any born, boss\n"
     "  order born\n"},
    {"SELECT DISTINCT a, b FROM person", "person needs 14 15\n"
                                         "  any a, b\n"},
    {"SELECT DISTINCT ON (person_id) person_id, amount FROM orders ORDER BY person_id, created "
     "DESC",
     "orders needs 2 4 5\n"
     "  any person_id\n"
     "  order person_id, created desc nulls first\n"},
    {"SELECT id, row_number() OVER (PARTITION BY person_id ORDER BY created DESC) FROM orders",
     "orders needs 1 2 4\n"
     "  order person_id, created desc nulls first\n"},
    {"SELECT min(born), max(a) FROM person WHERE b = 5", "person needs 4 15 limit 1\n"
                                                         "  not null born [(born IS NOT NULL)]\n"
                                                         "  equal b [(b = 5)]\n"
                                                         "  order born\n"
                                                         "person needs 4 15 limit 1\n"
                                                         "  not null born [(born IS NOT NULL)]\n"
                                                         "  equal b [(b = 5)]\n"
                                                         "  order born nulls first\n"
                                                         "person needs 4 14 15\n"
                                                         "  equal b [(b = 5)]\n"},
    {"SELECT o.id FROM orders o JOIN person p ON p.id = o.person_id ORDER BY o.created LIMIT 3",
     "orders needs 1 2 4 limit 3\n"
     "  join person_id joined\n"
     "  order created\n"
     "  any person_id\n"
     "person needs 1\n"
     "  join id joined\n"
     "  any id\n"},
    {"SELECT o.id FROM orders o JOIN person p ON p.id = o.person_id ORDER BY o.created, p.a LIMIT "
     "3",
     "orders needs 1 2 4\n"
     "  join person_id joined\n"
     "  order created\n"
     "  any person_id\n"
     "person needs 1 14\n"
     "  join id joined\n"
     "  any id\n"},
    {"SELECT p.a, o.status, count(*) FROM orders o, person p GROUP BY p.a, o.status, p.b",
     "orders needs 3\n"
     "  any status\n"
     "person needs 14 15\n"
     "  any a, b\n"},
    {"SELECT id FROM person LIMIT 5", "person needs 1 limit 5\n"},
    {"SELECT id FROM person ORDER BY a LIMIT $1", "person needs 1 14\n"
                                                  "  order a\n"},
    {"SELECT id FROM person ORDER BY name USING ~<~", "person needs 1 3\n"},
};

/* What the text does not show. */
static const Case hidden[] = {
    {"SELECT 1 FROM person WHERE a = 1.5 AND 2::int8 = b AND id = 7::numeric",
     "person needs 1 14 15\n"
     "  equal ((a)::numeric) hidden 14 by cast: integer, numeric [((a)::numeric = 1.5)]\n"
     "  equal b [('2'::bigint = b)]\n"
     "  equal ((id)::numeric) hidden 1 by cast: bigint, numeric [((id)::numeric = "
     "'7'::numeric)]\n"},
    {"SELECT 1 FROM person WHERE a <> 1.5 AND a = ANY ('{1.5,2}'::numeric[])",
     "person needs 14\n"
     "  filter ((a)::numeric) [((a)::numeric <> 1.5)]\n"
     "  in ((a)::numeric) hidden 14 by cast: integer, numeric [((a)::numeric = ANY "
     "('{1.5,2}'::numeric[]))]\n"},
    {"SELECT 1 FROM person WHERE code = 'x'::text",
     "person needs 12\n"
     "  equal ((code)::text) hidden 12 by cast: character, text [((code)::text = 'x'::text)]\n"},
    {"SELECT 1 FROM person WHERE at > '2020-01-01'::date AND born = '2020-01-01 10:00'::timestamp"
     " AND email = 'x'::text AND a::numeric = 3",
     "person needs 2 4 11 14\n"
     "  range at\n"
     "  equal born [(born = '2020-01-01 10:00:00'::timestamp without time zone)]\n"
     "  equal email [((email)::text = 'x'::text)]\n"
     "  equal ((a)::numeric) [((a)::numeric = '3'::numeric)]\n"},
    {"SELECT 1 FROM person WHERE name = 'x'::name",
     "person needs 3\n"
     "  equal (name COLLATE \"C\") hidden 3 by collation: \"default\", \"C\" [(name = "
     "'x'::name)]\n"},
    {"SELECT 1 FROM person p JOIN orders o ON o.amount = p.a",
     "person needs 14\n"
     "  join ((a)::numeric) joined hidden 14 by cast: integer, numeric\n"
     "  any ((a)::numeric)\n"
     "orders needs 5\n"
     "  join amount joined\n"
     "  any amount\n"},
};

static const Case relations[] = {
    {"SELECT id FROM ev WHERE at > '2021-05-01' AND kind = 'x' ORDER BY at LIMIT 1",
     "ev needs 1 2 3 limit 1\n"
     "  range at [(at > '2021-05-01 00:00:00'::timestamp without time zone)]\n"
     "  equal kind [(kind = 'x'::text)]\n"
     "  order at\n"},
    {"SELECT x FROM base WHERE y = 1", "base needs 1 2\n"
                                       "  equal y [(y = 1)]\n"},
    {"SELECT id FROM new_orders WHERE person_id = 5", "orders needs 1 2 3\n"
                                                      "  equal status [(status = 'new'::text)]\n"
                                                      "  equal person_id [(person_id = 5)]\n"},
    {"WITH x AS (SELECT * FROM orders WHERE status = 'new') SELECT id FROM x WHERE person_id = 5",
     "orders needs 1 2 3\n"
     "  equal status [(status = 'new'::text)]\n"
     "  equal person_id [(person_id = 5)]\n"},
    {"WITH x AS MATERIALIZED (SELECT * FROM orders WHERE status = 'new') SELECT id FROM x WHERE "
     "person_id = 5",
     "orders needs 1 2 3 4 5 6\n"
     "  equal status [(status = 'new'::text)]\n"},
    {"WITH RECURSIVE r AS (SELECT id, boss FROM person WHERE id = 1 UNION ALL SELECT p.id, p.boss "
     "FROM person p JOIN r ON p.boss = r.id) SELECT id FROM r",
     "person needs 1 13\n"
     "  equal id [(id = 1)]\n"
     "person needs 1 13\n"
     "  join boss joined\n"
     "  any boss\n"},
    {"SELECT id FROM (SELECT id, status FROM orders UNION ALL SELECT id, name FROM person) u WHERE "
     "status = 'x' ORDER BY id LIMIT 3",
     "orders needs 1 3 limit 3\n"
     "  equal status [(status = 'x'::text)]\n"
     "  order id\n"
     "person needs 1 3 limit 3\n"
     "  equal name [(name = 'x'::text)]\n"
     "  order id\n"},
    {"SELECT id FROM orders WHERE status = 'x' UNION ALL SELECT id FROM person WHERE a = 1",
     "orders needs 1 3\n"
     "  equal status [(status = 'x'::text)]\n"
     "person needs 1 14\n"
     "  equal a [(a = 1)]\n"},
    {"SELECT relname FROM pg_class WHERE relname = 'x'", ""},
    {"SELECT id FROM orders WHERE false", "orders needs 1\n"},
    {"SELECT id FROM orders TABLESAMPLE SYSTEM (10) WHERE person_id = 1", ""},
    {"SELECT id FROM orders WHERE person_id = 1 FOR UPDATE",
     "orders whole\n"
     "  equal person_id [(person_id = 1)]\n"},
    {"SELECT id FROM person WHERE a = counts(5)", "person needs 1 14\n"
                                                  "  equal a [(a = 5)]\n"},
    {"SELECT id FROM orders WHERE id = 1 UNION ALL SELECT id FROM orders WHERE id = 1",
     "orders needs 1\n"
     "  equal id [(id = 1)]\n"},
};

static void
check(guint major, const Case *cases, gsize n)
{
    PGconn *session = request_test_open(major);

    for (gsize i = 0; i < n; i++) {
        g_autoptr(PgaIndexRequests) requests = request_test_ask(session, cases[i].statement);
        g_autofree char *text = request_test_text(session, requests);

        g_test_message("%s", cases[i].statement);
        g_assert_cmpstr(text, ==, cases[i].text);
        g_assert_true(requests->command == 's');
        g_assert_cmpuint(requests->target, ==, 0);
    }
    PQfinish(session);
}

static void
test_restrictions(guint major)
{
    check(major, restrictions, G_N_ELEMENTS(restrictions));
}

static void
test_operators(guint major)
{
    check(major, operators, G_N_ELEMENTS(operators));
}

static void
test_disjunctions(guint major)
{
    check(major, disjunctions, G_N_ELEMENTS(disjunctions));
}

static void
test_joins(guint major)
{
    check(major, joins, G_N_ELEMENTS(joins));
}

static void
test_orders(guint major)
{
    check(major, orders, G_N_ELEMENTS(orders));
}

static void
test_hidden(guint major)
{
    check(major, hidden, G_N_ELEMENTS(hidden));
}

static void
test_relations(guint major)
{
    check(major, relations, G_N_ELEMENTS(relations));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/requests/restrictions", test_restrictions);
    whatif_test_add("/whatif/requests/operators", test_operators);
    whatif_test_add("/whatif/requests/disjunctions", test_disjunctions);
    whatif_test_add("/whatif/requests/joins", test_joins);
    whatif_test_add("/whatif/requests/orders", test_orders);
    whatif_test_add("/whatif/requests/hidden-columns", test_hidden);
    whatif_test_add("/whatif/requests/relations", test_relations);
    return g_test_run();
}
