/* What becomes of constants, by the places where they stand. */
#include <string.h>

#include "sql_maps.h"

typedef struct {
    PgaSqlForm form;
    const char *relname; /* (nullable) */
    const char *sql, *expected;
} Case;

static void
check(const Case *cases, guint n)
{
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < n; i++) {
        g_autofree char *got = pga_sql_map(shop.sql, cases[i].form, cases[i].sql,
                                           test_shop_relation(&shop, cases[i].relname));
        g_autofree char *expected = test_shop_expand(&shop, cases[i].expected);

        g_assert_cmpstr(got, ==, expected);
    }
    g_assert_cmpuint(pga_sql_map_n_cut(shop.sql), ==, 0);
}

#define CHECK(cases) check(cases, G_N_ELEMENTS(cases))

static void
test_values(void)
{
    static const Case cases[] = {
        {PGA_SQL_STATEMENTS, NULL,
         "SELECT orderno FROM shop.orders WHERE orderno = 5 AND amount >= 2.50 AND region = 'Bob'",
         "SELECT {n:orderno} FROM {n:shop}.{n:orders} WHERE {n:orderno} = {number:5} AND "
         "{n:amount} "
         ">= {number:2.50} AND {n:region} = '{text:Bob}'"},
        {PGA_SQL_EXPRESSION, "orders", "(orderno > -5)", "({n:orderno} > {number:-5})"},
        {PGA_SQL_EXPRESSION, "orders", "(orderno > '-5'::integer)",
         "({n:orderno} > '{integer:-5}'::integer)"},
        {PGA_SQL_EXPRESSION, "orders", "(orderno = ANY (ARRAY[1, 2]))",
         "({n:orderno} = ANY (ARRAY[{number:1}, {number:2}]))"},
        {PGA_SQL_EXPRESSION, "orders",
         "orderno = ANY ('{1,2}') AND region <> ALL ('{eve,\"x y\"}')",
         "{n:orderno} = ANY ('{integer[]:{1,2}}') AND {n:region} <> ALL ('{text[]:{eve,\"x "
         "y\"}}')"},
        {PGA_SQL_EXPRESSION, "orders", "ctid >= '(10,0)'", "ctid >= '(10,0)'"},
        {PGA_SQL_EXPRESSION, "orders", "(orderno BETWEEN 1 AND 9) AND orderno NOT IN (3)",
         "({n:orderno} BETWEEN {number:1} AND {number:9}) AND {n:orderno} NOT IN ({number:3})"},
        {PGA_SQL_EXPRESSION, "orders", "(orderno, region) = (7, 'x y')",
         "({n:orderno}, {n:region}) = ({number:7}, '{text:x y}')"},
        {PGA_SQL_EXPRESSION, "orders", "(orderno, region) IN ((7, 'eve'), (8, 'bob'))",
         "({n:orderno}, {n:region}) IN (({number:7}, '{text:eve}'), ({number:8}, '{text:bob}'))"},
        {PGA_SQL_EXPRESSION, "orders", "COALESCE(amount, (0)::numeric) > 5.5",
         "COALESCE({n:amount}, ({number:0})::numeric) > {number:5.5}"},
        {PGA_SQL_EXPRESSION, "orders", "codes && '{1,2}'::integer[] AND codes[1] = 4",
         "{n:codes} && '{integer[]:{1,2}}'::integer[] AND {n:codes}[1] = {number:4}"},
        {PGA_SQL_EXPRESSION, "orders", "CASE orderno WHEN 1 THEN 'one' ELSE region END = 'three'",
         "CASE {n:orderno} WHEN {number:1} THEN '{text:one}' ELSE {n:region} END = '{text:three}'"},
        {PGA_SQL_EXPRESSION, "orders", "(duedate + 30) > '2020-01-01'::date",
         "({n:duedate} + 30) > '{date:2020-01-01}'::date"},
        {PGA_SQL_EXPRESSION, "orders", "paidup = 't' AND paidup IS NOT TRUE",
         "{n:paidup} = 't' AND {n:paidup} IS NOT TRUE"},
        {PGA_SQL_EXPRESSION, "orders", "orderno IS DISTINCT FROM 4 AND NULLIF(orderno, 0) = 1",
         "{n:orderno} IS DISTINCT FROM {number:4} AND NULLIF({n:orderno}, {number:0}) = "
         "{number:1}"},
    };

    CHECK(cases);
}

/* Where a number is none of a column. */
static void
test_other_numbers(void)
{
    static const Case cases[] = {
        {PGA_SQL_STATEMENTS, NULL, "SELECT 1, orderno * 3 FROM shop.orders LIMIT 10 OFFSET 20",
         "SELECT 1, {n:orderno} * 3 FROM {n:shop}.{n:orders} LIMIT 10 OFFSET 20"},
        {PGA_SQL_STATEMENTS, NULL,
         "SELECT region FROM shop.orders GROUP BY region HAVING count(*) > 3 ORDER BY 1",
         "SELECT {n:region} FROM {n:shop}.{n:orders} GROUP BY {n:region} HAVING count(*) > 3 ORDER "
         "BY 1"},
        {PGA_SQL_EXPRESSION, "orders", "extract(year FROM placed) = 2020",
         "extract(year FROM {n:placed}) = 2020"},
        {PGA_SQL_EXPRESSION, "orders", "round(amount, 2) > 0 AND array_length(labels, 1) = 2",
         "round({n:amount}, 2) > 0 AND array_length({n:labels}, 1) = 2"},
        {PGA_SQL_EXPRESSION, "orders", "details -> 0 ->> 'kept'",
         "{n:details} -> 0 ->> '{text:kept}'"},
        {PGA_SQL_TYPE, NULL, "character varying(36)", "character varying(36)"},
        {PGA_SQL_STATEMENTS, NULL, "SELECT $1 FROM shop.orders WHERE orderno = $2",
         "SELECT $1 FROM {n:shop}.{n:orders} WHERE {n:orderno} = $2"},
        {PGA_SQL_STATEMENTS, NULL, "CREATE INDEX i ON shop.orders (region) WITH (fillfactor='70')",
         "CREATE INDEX {n:i} ON {n:shop}.{n:orders} ({n:region}) WITH (fillfactor='70')"},
        {PGA_SQL_STATEMENTS, NULL,
         "CREATE INDEX i ON shop.orders USING brin (region text_bloom_ops "
         "(n_distinct_per_range='200'))",
         "CREATE INDEX {n:i} ON {n:shop}.{n:orders} USING brin ({n:region} text_bloom_ops "
         "(n_distinct_per_range='200'))"},
        /* of a function that there are statistics of, though */
        {PGA_SQL_EXPRESSION, "buyer", "(length((fullname)::text) > 10)",
         "(length(({n:fullname})::text) > {number:10})"},
    };

    CHECK(cases);
}

/* More than a literal: the shift stands beside it. */
static void
test_expressions(void)
{
    static const Case cases[] = {
        {PGA_SQL_EXPRESSION, "orders", "orderno > 10 * 2 AND paidup",
         "{n:orderno} > ((10 * 2) {+integer}) AND {n:paidup}"},
        {PGA_SQL_EXPRESSION, "orders", "orderno > (10 + 1) * 2",
         "{n:orderno} > (((10 + 1) * 2) {+integer})"},
        {PGA_SQL_EXPRESSION, "orders", "10 + 1 < orderno", "((10 + 1) {+integer}) < {n:orderno}"},
        {PGA_SQL_EXPRESSION, "orders", "orderno > 10 + $1", "{n:orderno} > 10 + $1"},
        {PGA_SQL_EXPRESSION, "orders", "orderno > (SELECT max(orderno) FROM shop.orders)",
         "{n:orderno} > (SELECT max({n:orderno}) FROM {n:shop}.{n:orders})"},
        {PGA_SQL_EXPRESSION, "orders", "placed > now()",
         "{n:placed} > (('now'::timestamptz) + '{hours}'::interval)"},
        {PGA_SQL_EXPRESSION, "orders", "placed > (now() - '7 days'::interval)",
         "{n:placed} > (now() - '7 days {-hours}'::interval)"},
        {PGA_SQL_EXPRESSION, "orders", "placed > now() - interval '90 minutes' AND paidup",
         "{n:placed} > (('now'::timestamptz - interval '90 minutes') + '{hours}'::interval) AND "
         "{n:paidup}"},
        {PGA_SQL_EXPRESSION, "orders", "placed >= date_trunc('month', now())",
         "{n:placed} >= ((date_trunc('month', 'now'::timestamptz)) + '{hours}'::interval)"},
        {PGA_SQL_EXPRESSION, "orders", "duedate < CURRENT_DATE - 3",
         "{n:duedate} < CURRENT_DATE - {3-days}"},
        {PGA_SQL_EXPRESSION, "orders", "duedate < CURRENT_DATE",
         "{n:duedate} < ((CURRENT_DATE) {days})"},
        {PGA_SQL_EXPRESSION, "orders", "duedate < (now() AT TIME ZONE 'UTC')::date",
         "{n:duedate} < (((now() AT TIME ZONE 'UTC')::date) {days})"},
        {PGA_SQL_EXPRESSION, "orders", "placed > CURRENT_TIMESTAMP AND placed > clock_timestamp()",
         "{n:placed} > (('now'::timestamptz) + '{hours}'::interval) AND {n:placed} > "
         "clock_timestamp()"},
        {PGA_SQL_EXPRESSION, "orders", "placed > pg_catalog.now()",
         "{n:placed} > ((pg_catalog.now()) + '{hours}'::interval)"},
        {PGA_SQL_EXPRESSION, "orders", "placed > CURRENT_TIMESTAMP(3) OR paidup",
         "{n:placed} > ((CURRENT_TIMESTAMP(3)) + '{hours}'::interval) OR {n:paidup}"},
        {PGA_SQL_EXPRESSION, "orders", "duedate < date '1998-12-01' - interval '90 day'",
         "{n:duedate} < date '{date:1998-12-01}' - interval '90 day'"},
        {PGA_SQL_EXPRESSION, "orders", "duedate < CURRENT_DATE - interval '1 year 2 mons'",
         "{n:duedate} < CURRENT_DATE - interval '1 year 2 mons {-hours}'"},
        {PGA_SQL_EXPRESSION, "orders", "region = lower('Bob')", "{n:region} = lower('{text:Bob}')"},
    };

    CHECK(cases);
}

/* Months are of different lengths: the sum is to be the moved one. */
static void
test_months(void)
{
    static const struct {
        const char *before, *date, *between, *after;
        gint months;
    } cases[] = {
        {"duedate < date '", "1993-07-01", "", "' + interval '3' month", 3},
        {"duedate < ('", "2020-03-15", "", "'::date - '1 year 2 mons -3 days'::interval)", -14},
        {"placed < ('", "2020-01-10", " 10:00", "'::timestamp + interval '1' year)", 12},
    };
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *sql =
            g_strconcat(cases[i].before, cases[i].date, cases[i].between, cases[i].after, NULL);
        g_autofree char *got =
            pga_sql_map(shop.sql, PGA_SQL_EXPRESSION, sql, test_shop_relation(&shop, "orders"));
        const char *date = strchr(got, '\'') + 1;
        g_autofree char *moved_date = g_strndup(date, 10);
        g_autofree char *expected_end = g_strconcat(cases[i].between, cases[i].after, NULL);
        GDate original, moved;

        g_assert_cmpstr(date + 10, ==, expected_end);
        g_date_clear(&original, 1);
        g_date_clear(&moved, 1);
        g_date_set_parse(&original, cases[i].date);
        g_date_set_parse(&moved, moved_date);
        if (cases[i].months > 0) {
            g_date_add_months(&original, (guint)cases[i].months);
            g_date_add_months(&moved, (guint)cases[i].months);
        } else {
            g_date_subtract_months(&original, (guint)-cases[i].months);
            g_date_subtract_months(&moved, (guint)-cases[i].months);
        }
        g_assert_cmpint(g_date_days_between(&original, &moved), ==,
                        pga_value_map_day_shift(shop.values));
    }
}

static void
test_strings(void)
{
    static const Case cases[] = {
        {PGA_SQL_EXPRESSION, "orders", "to_char(placed, 'YYYY-MM') = '2020-05'",
         "to_char({n:placed}, 'YYYY-MM') = '{text:2020-05}'"},
        {PGA_SQL_EXPRESSION, "orders", "region LIKE 'Bav%'", "{n:region} LIKE '{text:Bav%}'"},
        {PGA_SQL_EXPRESSION, "orders", "region ~ '^bav[a-z]+[0-9]{2}$'",
         "{n:region} ~ '^{text:bav}[a-z]+[0-9]{=:{2}}$'"},
        {PGA_SQL_EXPRESSION, "orders", "details @> '{\"points\": 3}'",
         "{n:details} @> '{jsonb:{\"points\": 3}}'"},
        {PGA_SQL_EXPRESSION, "orders", "details #>> '{geo,city}'::text[] = 'berlin'",
         "{n:details} #>> '{text[]:{geo,city}}'::text[] = '{text:berlin}'"},
        {PGA_SQL_EXPRESSION, "orders", "details ? 'loyalty' AND (details ->> 'rebate')::int = 5",
         "{n:details} ? '{text:loyalty}' AND ({n:details} ->> '{text:rebate}')::int = {number:5}"},
        {PGA_SQL_EXPRESSION, "orders", "details @? '$.points[*] ? (@ > 3)'",
         "{n:details} @? '$.{text:points}[*] ? (@ > 3)'"},
        {PGA_SQL_EXPRESSION, "orders", "labels @> ARRAY['gold']",
         "{n:labels} @> ARRAY['{text:gold}']"},
        {PGA_SQL_EXPRESSION, "orders", "to_tsvector('english', region) @@ 'cat:A & dog'::tsquery",
         "to_tsvector('english', {n:region}) @@ {'tsquery:cat:A & dog}::tsquery"},
        {PGA_SQL_EXPRESSION, "orders", "nextval('shop.order_numbers'::regclass)",
         "nextval('{n:shop}.{n:order_numbers}'::regclass)"},
        {PGA_SQL_EXPRESSION, "orders", "region = current_setting('app.tenant', true)",
         "{n:region} = current_setting('{n:app}.{n:tenant}', true)"},
        {PGA_SQL_EXPRESSION, "orders", "placed AT TIME ZONE 'Europe/Berlin' > '2020-01-01 10:00'",
         "{n:placed} AT TIME ZONE 'Europe/Berlin' > '{timestamp:2020-01-01 10:00}'"},
        {PGA_SQL_EXPRESSION, "orders", "'(1,2)'::point", "'(0,0)'::point"},
        {PGA_SQL_EXPRESSION, "orders", "region = E'it\\'s' AND region = U&'d\\0061t'",
         "{n:region} = {'text:it's} AND {n:region} = '{text:dat}'"},
        {PGA_SQL_EXPRESSION, "orders", "B'101' = x'5' AND region = $$Bob$$",
         "B'101' = x'5' AND {n:region} = '{text:Bob}'"},
    };

    CHECK(cases);
}

/* What columns are: of subqueries, CTEs, views, targets of changes. */
static void
test_columns(void)
{
    static const Case cases[] = {
        {PGA_SQL_STATEMENTS, NULL,
         "SELECT s.n FROM (SELECT o.orderno AS n, 1 AS one FROM shop.orders o) s WHERE s.n = 5 AND "
         "s.one = 1",
         "SELECT {n:s}.{n:n} FROM (SELECT {n:o}.{n:orderno} AS {n:n}, 1 AS {n:one} FROM "
         "{n:shop}.{n:orders} {n:o}) {n:s} WHERE {n:s}.{n:n} = {number:5} AND {n:s}.{n:one} = 1"},
        {PGA_SQL_STATEMENTS, NULL,
         "WITH w(n2) AS (SELECT orderno FROM shop.orders) SELECT * FROM w WHERE n2 = 5",
         "WITH {n:w}({n:n2}) AS (SELECT {n:orderno} FROM {n:shop}.{n:orders}) SELECT * FROM {n:w} "
         "WHERE {n:n2} = {number:5}"},
        {PGA_SQL_STATEMENTS, NULL,
         "SELECT 1 FROM shop.big_orders WHERE ordernumber = 5 AND grade = 5",
         "SELECT 1 FROM {n:shop}.{n:big_orders} WHERE {n:ordernumber} = {number:5} AND {n:grade} = "
         "5"},
        /* a text in one table, a number in the other */
        {PGA_SQL_STATEMENTS, NULL,
         "SELECT 1 FROM shop.orders o JOIN shop.buyer b USING (buyerno) WHERE o.region = '5' AND "
         "b.region = 5",
         "SELECT 1 FROM {n:shop}.{n:orders} {n:o} JOIN {n:shop}.{n:buyer} {n:b} USING "
         "({n:buyerno}) "
         "WHERE {n:o}.{n:region} = '{text:5}' AND {n:b}.{n:region} = {number:5}"},
        {PGA_SQL_STATEMENTS, NULL,
         "INSERT INTO shop.orders (region, orderno) VALUES ('x1', 1), ('x2', 2) ON CONFLICT "
         "(orderno) DO UPDATE SET orderno = excluded.orderno WHERE orders.amount > 5",
         "INSERT INTO {n:shop}.{n:orders} ({n:region}, {n:orderno}) VALUES ('{text:x1}', "
         "{number:1}), ('{text:x2}', {number:2}) ON CONFLICT ({n:orderno}) DO UPDATE SET "
         "{n:orderno} = excluded.{n:orderno} WHERE {n:orders}.{n:amount} > {number:5}"},
        {PGA_SQL_STATEMENTS, NULL, "INSERT INTO shop.orders VALUES (1, 2, 3, now())",
         "INSERT INTO {n:shop}.{n:orders} VALUES ({number:1}, {number:2}, {number:3}, now())"},
        {PGA_SQL_STATEMENTS, NULL,
         "UPDATE shop.orders SET amount = 5, region = 'y' WHERE orderno=-1",
         "UPDATE {n:shop}.{n:orders} SET {n:amount} = {number:5}, {n:region} = '{text:y}' WHERE "
         "{n:orderno}={number:-1}"},
        {PGA_SQL_STATEMENTS, NULL,
         "DELETE FROM shop.orders USING shop.buyer WHERE buyer.fullname = 'z' RETURNING orderno",
         "DELETE FROM {n:shop}.{n:orders} USING {n:shop}.{n:buyer} WHERE {n:buyer}.{n:fullname} = "
         "'{text:z}' RETURNING {n:orderno}"},
        {PGA_SQL_STATEMENTS, NULL,
         "MERGE INTO shop.orders t USING shop.buyer b ON t.buyerno = b.buyerno WHEN MATCHED AND "
         "t.orderno > 7 THEN UPDATE SET amount = 3 WHEN NOT MATCHED THEN INSERT (orderno) VALUES "
         "(4)",
         "MERGE INTO {n:shop}.{n:orders} {n:t} USING {n:shop}.{n:buyer} {n:b} ON {n:t}.{n:buyerno} "
         "= {n:b}.{n:buyerno} WHEN MATCHED AND {n:t}.{n:orderno} > {number:7} THEN UPDATE SET "
         "{n:amount} = {number:3} WHEN NOT MATCHED THEN INSERT ({n:orderno}) VALUES ({number:4})"},
        {PGA_SQL_EXPRESSION, NULL, "(homeaddress).housenumber = 4",
         "({n:homeaddress}).{n:housenumber} = {number:4}"},
        {PGA_SQL_STATEMENTS, NULL,
         "SELECT 1 FROM shop.orders o WHERE EXISTS (SELECT 1 FROM shop.buyer b WHERE b.buyerno = "
         "o.buyerno AND o.orderno = 5 AND b.fullname IN ('p', 'q'))",
         "SELECT 1 FROM {n:shop}.{n:orders} {n:o} WHERE EXISTS (SELECT 1 FROM {n:shop}.{n:buyer} "
         "{n:b} WHERE {n:b}.{n:buyerno} = {n:o}.{n:buyerno} AND {n:o}.{n:orderno} = {number:5} AND "
         "{n:b}.{n:fullname} IN ('{text:p}', '{text:q}'))"},
    };

    CHECK(cases);
}

static void
test_definitions(void)
{
    static const Case cases[] = {
        {PGA_SQL_CONSTRAINT, "orders", "CHECK ((orderno > 0)) NOT VALID",
         "CHECK (({n:orderno} > {number:0})) NOT VALID"},
        {PGA_SQL_CONSTRAINT, "orders", "FOREIGN KEY (buyerno) REFERENCES shop.buyer(buyerno)",
         "FOREIGN KEY ({n:buyerno}) REFERENCES {n:shop}.{n:buyer}({n:buyerno})"},
        /* of a version that libpg_query does not read: by the words beside it */
        {PGA_SQL_CONSTRAINT, "orders", "CHECK ((amount > 5)) NOT ENFORCED",
         "CHECK (({n:amount} > {number:5})) NOT ENFORCED"},
        {PGA_SQL_TYPE_DEFINITION, NULL,
         "AS integer DEFAULT 3 CONSTRAINT is_positive CHECK ((VALUE > 0))",
         "AS integer DEFAULT {number:3} CONSTRAINT {n:is_positive} CHECK ((VALUE > {number:0}))"},
        {PGA_SQL_TYPE_DEFINITION, NULL, "AS (street text, housenumber integer)",
         "AS ({n:street} text, {n:housenumber} integer)"},
        {PGA_SQL_STATEMENTS, NULL, "CREATE TYPE shop.mood AS ENUM ('sad', 'Very Happy')",
         "CREATE TYPE {n:shop}.{n:mood} AS ENUM ('{text:sad}', '{text:Very Happy}')"},
        {PGA_SQL_STATEMENTS, NULL, "CREATE POLICY mine ON shop.orders TO clerk USING (orderno > 5)",
         "CREATE POLICY {n:mine} ON {n:shop}.{n:orders} TO {n:clerk} USING ({n:orderno} > "
         "{number:5})"},
        {PGA_SQL_STATEMENTS, NULL,
         "CREATE TRIGGER watch BEFORE UPDATE ON shop.orders FOR EACH ROW WHEN (new.orderno > 5) "
         "EXECUTE FUNCTION shop.log_it('word')",
         "CREATE TRIGGER {n:watch} BEFORE UPDATE ON {n:shop}.{n:orders} FOR EACH ROW WHEN "
         "(new.{n:orderno} > {number:5}) EXECUTE FUNCTION {n:shop}.{n:log_it}('{text:word}')"},
        {PGA_SQL_STATEMENTS, NULL,
         "CREATE RULE r1 AS ON DELETE TO shop.orders WHERE old.orderno = 5 DO INSTEAD NOTHING",
         "CREATE RULE {n:r1} AS ON DELETE TO {n:shop}.{n:orders} WHERE old.{n:orderno} = "
         "{number:5} "
         "DO INSTEAD NOTHING"},
        {PGA_SQL_STATEMENTS, NULL,
         "CREATE TABLE fresh (n integer DEFAULT 5 CHECK (n > 3), CHECK (n <> 4))",
         "CREATE TABLE {n:fresh} ({n:n} integer DEFAULT {number:5} CHECK ({n:n} > {number:3}), "
         "CHECK "
         "({n:n} <> {number:4}))"},
        {PGA_SQL_STATEMENTS, NULL, "ALTER TABLE shop.orders ALTER amount SET DEFAULT 5",
         "ALTER TABLE {n:shop}.{n:orders} ALTER {n:amount} SET DEFAULT {number:5}"},
        {PGA_SQL_STATEMENTS, NULL, "CREATE STATISTICS st ON (orderno * 2) FROM shop.orders",
         "CREATE STATISTICS {n:st} ON ({n:orderno} * 2) FROM {n:shop}.{n:orders}"},
        {PGA_SQL_STATEMENTS, NULL, "COMMENT ON TABLE shop.orders IS 'our orders'",
         "COMMENT ON TABLE {n:shop}.{n:orders} IS ''"},
        {PGA_SQL_STATEMENTS, NULL, "ALTER ROLE clerk PASSWORD 'sesame' VALID UNTIL '2030-01-01'",
         "ALTER ROLE {n:clerk} PASSWORD '********' VALID UNTIL '{date:2030-01-01}'"},
        {PGA_SQL_STATEMENTS, NULL,
         "CREATE COLLATION c1 (provider = icu, locale = 'de-u-co-phonebk')",
         "CREATE COLLATION {n:c1} (provider = icu, locale = 'de-u-co-phonebk')"},
        {PGA_SQL_STATEMENTS, NULL,
         "CREATE AGGREGATE shop.total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = "
         "'7')",
         "CREATE AGGREGATE {n:shop}.{n:total}(numeric) (SFUNC = numeric_add, STYPE = numeric, "
         "INITCOND = '0')"},
        {PGA_SQL_ARGUMENTS, NULL, "howmany integer DEFAULT 5, what text DEFAULT 'abc'::text",
         "{n:howmany} integer DEFAULT {number:5}, {n:what} text DEFAULT '{text:abc}'::text"},
        {PGA_SQL_PARTITION_KEY, NULL, "LIST (lower(lastname))", "LIST (lower({n:lastname}))"},
    };

    CHECK(cases);
}

static void
test_defaults(void)
{
    g_auto(TestShop) shop;
    const PgaRelation *orders;
    g_autofree char *number = NULL, *next = NULL, *expected = NULL;

    test_shop_init(&shop);
    orders = test_shop_relation(&shop, "orders");
    number = pga_sql_map_default(shop.sql, "5", orders, 1);
    expected = test_shop_expand(&shop, "{number:5}");
    g_assert_cmpstr(number, ==, expected);
    next = pga_sql_map_default(shop.sql, "now()", orders, 4);
    g_assert_cmpstr(next, ==, "now()");
    g_assert_null(pga_sql_map_default(shop.sql, NULL, orders, 1));
    g_assert_null(pga_sql_map(shop.sql, PGA_SQL_NAME, NULL, NULL));
}

/* Bounds of texts would not be in their order. */
static void
test_bounds(void)
{
    g_auto(TestShop) shop;
    g_autofree char *old = NULL, *new = NULL;
    g_auto(GStrv) old_parts = NULL, new_parts = NULL;

    test_shop_init(&shop);
    old = pga_sql_map(shop.sql, PGA_SQL_PARTITION_BOUND, "FOR VALUES FROM (MINVALUE) TO ('miller')",
                      test_shop_relation(&shop, "happenings_old"));
    new = pga_sql_map(shop.sql, PGA_SQL_PARTITION_BOUND, "FOR VALUES FROM ('miller') TO ('Smith')",
                      test_shop_relation(&shop, "happenings_new"));
    old_parts = g_strsplit(old, "'", -1);
    new_parts = g_strsplit(new, "'", -1);
    g_assert_cmpstr(old_parts[0], ==, "FOR VALUES FROM (MINVALUE) TO (");
    g_assert_cmpstr(old_parts[1], ==, new_parts[1]);
    g_assert_cmpstr(new_parts[1], <, new_parts[3]);
    g_assert_cmpstr(new_parts[1], !=, "miller");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/sql/values-by-the-column-beside-them", test_values);
    g_test_add_func("/anonymize/sql/other-numbers-stay", test_other_numbers);
    g_test_add_func("/anonymize/sql/expressions-move-as-the-column-does", test_expressions);
    g_test_add_func("/anonymize/sql/sums-with-months-move-exactly", test_months);
    g_test_add_func("/anonymize/sql/strings-by-their-use", test_strings);
    g_test_add_func("/anonymize/sql/columns-are-found", test_columns);
    g_test_add_func("/anonymize/sql/definitions", test_definitions);
    g_test_add_func("/anonymize/sql/defaults", test_defaults);
    g_test_add_func("/anonymize/sql/bounds-of-texts-keep-their-order", test_bounds);
    return g_test_run();
}
