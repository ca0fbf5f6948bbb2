/* Texts that are looked at word by word: bodies of routines, names, access lists, prose; and what
 * cannot be read to the end. */
#include <string.h>

#include "sql_maps.h"
#include "sql_tokens_internal.h"

typedef struct {
    PgaSqlForm form;
    const char *sql, *expected;
} Case;

static void
check(const Case *cases, guint n)
{
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < n; i++) {
        g_autofree char *expected = test_shop_expand(&shop, cases[i].expected);
        g_autofree char *got = pga_sql_map(shop.sql, cases[i].form, cases[i].sql, NULL);

        g_assert_cmpstr(got, ==, expected);
    }
}

#define CHECK(cases) check(cases, G_N_ELEMENTS(cases))

static void
test_identifiers(void)
{
    static const Case cases[] = {
        {PGA_SQL_NAME, "shop.\"Order Lines\"", "{n:shop}.{n:Order Lines}"},
        {PGA_SQL_NAME, "ORDERS, \"ORDERS\", \"select\", \"or\"\"ders\"",
         "{n:orders}, {n:ORDERS}, \"select\", {n:or\"ders}"},
        {PGA_SQL_NAME, "function shop.discount(integer, text)",
         "function {n:shop}.{n:discount}(integer, text)"},
        {PGA_SQL_NAME, "U&\"d\\0061t\\+000078\"", "{n:datx}"},
        {PGA_SQL_NAME, "größe", "{n:größe}"},
        {PGA_SQL_OPTIONS, "fillfactor=70, autovacuum_enabled=off",
         "fillfactor=70, autovacuum_enabled=off"},
        {PGA_SQL_OPTIONS, "search_path=shop,public, work_mem=64MB",
         "search_path={n:shop},public, work_mem=64MB"},
        {PGA_SQL_OPTIONS, "x=7up", "x={n:7up}"},
    };
    CHECK(cases);
}

static void
test_access_lists(void)
{
    static const Case cases[] = {
        {PGA_SQL_ACL, "{=UC/postgres}", "{=:{=UC/postgres}}"},
        {PGA_SQL_ACL, "{clerk=arw*/chief,pg_monitor=r/chief}",
         "<{n:clerk}=arw*/{n:chief},pg_monitor=r/{n:chief}>"},
        {PGA_SQL_ACL, "{\"\\\"Sales=Team\\\"=r/chief\"}", "<{n:Sales=Team}=r/{n:chief}>"},
        {PGA_SQL_ACL, "{nonsense}", "{=:{=/postgres}}"},
        {PGA_SQL_ACL, "no array", "{=:{}}"},
    };
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = pga_sql_map(shop.sql, cases[i].form, cases[i].sql, NULL);
        g_autofree char *expected = test_shop_expand(&shop, cases[i].expected);

        g_strdelimit(expected, "<", '{');
        g_strdelimit(expected, ">", '}');
        g_assert_cmpstr(got, ==, expected);
    }
}

static void
test_prose(void)
{
    static const Case cases[] = {
        {PGA_SQL_PROSE, "view shop.big_orders uses it, 2 others",
         "view {n:shop}.{n:big_orders} uses it, 2 others"},
        {PGA_SQL_PROSE, "function \"Odd Schema\".f(integer)",
         "function {n:Odd Schema}.{n:f}(integer)"},
        {PGA_SQL_PROSE, "permission denied for table \"secrets\"",
         "permission denied for table \"{n:secrets}\""},
        {PGA_SQL_PROSE, "policy mine on table shop.orders",
         "policy {n:mine} on table {n:shop}.{n:orders}"},
        {PGA_SQL_PROSE, "a lonely \" quote", "a {n:lonely} \" quote"},
    };

    CHECK(cases);
}

static void
test_bodies(void)
{
    static const Case cases[] = {
        {PGA_SQL_STATEMENTS,
         "CREATE FUNCTION shop.f() RETURNS trigger LANGUAGE plpgsql SET search_path TO 'shop', "
         "'pg_temp' AS $f$DECLARE v_n int := 3; -- remark\nBEGIN IF NEW.orderno > 5 THEN RAISE "
         "EXCEPTION 'too much %', NEW.region; END IF; PERFORM 1 FROM shop.orders o WHERE o.region "
         "= "
         "'bavaria' AND o.amount = 5 AND placed > '2020-01-01'; EXECUTE 'DELETE FROM shop.orders "
         "WHERE region = ''x1'''; EXECUTE format('SELECT %I FROM shop.orders', 'secret'); END$f$",
         "CREATE FUNCTION {n:shop}.{n:f}() RETURNS trigger LANGUAGE plpgsql SET search_path TO "
         "'{n:shop}', 'pg_temp' AS $function$DECLARE {n:v_n} int := 3;\nBEGIN IF NEW.{n:orderno} > "
         "{number:5} THEN RAISE EXCEPTION '{text:too much %}', NEW.{n:region}; END IF; PERFORM 1 "
         "FROM {n:shop}.{n:orders} {n:o} WHERE {n:o}.{n:region} = '{text:bavaria}' AND "
         "{n:o}.{n:amount} = {number:5} AND {n:placed} > '{date:2020-01-01}'; EXECUTE 'DELETE FROM "
         "{n:shop}.{n:orders} WHERE {n:region} = ''{text:x1}'''; EXECUTE format('SELECT %I FROM "
         "{n:shop}.{n:orders}', '{text:secret}'); END$function$"},
        {PGA_SQL_STATEMENTS,
         "CREATE FUNCTION shop.g(x1 text DEFAULT 'abc') RETURNS int LANGUAGE sql AS 'SELECT "
         "orderno "
         "FROM shop.orders WHERE orderno = 5 AND region = ''Bob'''",
         "CREATE FUNCTION {n:shop}.{n:g}({n:x1} text DEFAULT '{text:abc}') RETURNS int LANGUAGE "
         "sql "
         "AS $function$SELECT {n:orderno} FROM {n:shop}.{n:orders} WHERE {n:orderno} = {number:5} "
         "AND "
         "{n:region} = '{text:Bob}'$function$"},
        {PGA_SQL_STATEMENTS,
         "CREATE FUNCTION shop.h(n1 int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT orderno FROM "
         "shop.orders WHERE orderno > 5; END",
         "CREATE FUNCTION {n:shop}.{n:h}({n:n1} int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT "
         "{n:orderno} FROM {n:shop}.{n:orders} WHERE {n:orderno} > {number:5}; END"},
        {PGA_SQL_STATEMENTS,
         "CREATE FUNCTION shop.i(numeric, howmuch int) RETURNS bool LANGUAGE sql AS 'SELECT $1 < "
         "10 "
         "AND howmuch > 3 AND $3 > 5'",
         "CREATE FUNCTION {n:shop}.{n:i}(numeric, {n:howmuch} int) RETURNS bool LANGUAGE sql AS "
         "$function$SELECT $1 < {number:10} AND {n:howmuch} > {number:3} AND $3 > 5$function$"},
        {PGA_SQL_STATEMENTS, "SELECT \"A b\"c1 FROM x1 WHERE y1='z1'OR y1=E'a\\\\b'",
         "SELECT {n:A b} {n:c1} FROM {n:x1} WHERE {n:y1}='{text:z1}'OR {n:y1}={'text:a\\b}"},
        {PGA_SQL_STATEMENTS, "CREATE FUNCTION f1() RETURNS int LANGUAGE sql AS'SELECT 1'",
         "CREATE FUNCTION {n:f1}() RETURNS int LANGUAGE sql AS $function$SELECT 1$function$"},
        {PGA_SQL_STATEMENTS, "DO $$BEGIN PERFORM shop.f('y1'); END$$",
         "DO $function$BEGIN PERFORM {n:shop}.{n:f}('{text:y1}'); END$function$"},
        {PGA_SQL_STATEMENTS,
         "CREATE FUNCTION shop.p() RETURNS int LANGUAGE plpython3u AS $$return secrets$$",
         "CREATE FUNCTION {n:shop}.{n:p}() RETURNS int LANGUAGE {n:plpython3u} AS "
         "$function$$function$"},
    };
    g_auto(TestShop) shop;
    g_autofree char *body = NULL, *none = NULL;

    CHECK(cases);
    test_shop_init(&shop);
    body = pga_sql_map_body(shop.sql, "import secrets", "plpython3u");
    none = pga_sql_map_body(shop.sql, NULL, "sql");
    g_assert_cmpstr(body, ==, "");
    g_assert_null(none);
    g_assert_cmpuint(pga_sql_map_n_emptied(shop.sql), ==, 1);
}

/* In PL/pgSQL, where no tree tells what a string is. */
static void
test_strings(void)
{
    static const struct {
        const char *body, *expected;
    } cases[] = {
        {"x1 := 'abc'::text; y1 := '5'::int; z1 := '[1,2]'::jsonb",
         "{n:x1} := '{text:abc}'::text; {n:y1} := '5'::int; {n:z1} := '{jsonb:[1,2]}'::jsonb"},
        {"IF orderno = '5'::bigint AND region = 'q1' THEN",
         "IF {n:orderno} = '{integer:5}'::bigint AND {n:region} = '{text:q1}' THEN"},
        {"d1 := date '2020-01-01' + interval '3 days'",
         "{n:d1} := date '{date:2020-01-01}' + interval '3 days'"},
        {"d1 := timestamp with time zone '2020-01-01 10:00:00+00'",
         "{n:d1} := timestamp with time zone '{timestamptz:2020-01-01 10:00:00+00}'"},
        {"d1 := '2020-01-01 10:00:00'", "{n:d1} := '{timestamptz:2020-01-01 10:00:00}'"},
        {"x1 := y1 -> 'key1' #>> '{a1,b1}'",
         "{n:x1} := {n:y1} -> '{text:key1}' #>> '{text[]:{a1,b1}}'"},
        {"x1 := '{\"key1\": 1}'; y1 := '{a1,b1}'; z1 := '5 days'; u1 := '08:30'",
         "{n:x1} := '{json:{\"key1\": 1}}'; {n:y1} := '{text[]:{a1,b1}}'; {n:z1} := '5 days'; "
         "{n:u1} := '08:30'"},
        {"IF x1 ~ '^ab' OR x1 SIMILAR TO 'ab%' THEN",
         "IF {n:x1} ~ '^{text:ab}' OR {n:x1} SIMILAR TO '{text:ab}%' THEN"},
        {"x1 := y1 AT TIME ZONE 'Europe/Berlin'", "{n:x1} := {n:y1} AT TIME ZONE 'Europe/Berlin'"},
        {"x1 := to_char(y1, 'YYYY \"week of\" IW')",
         "{n:x1} := to_char({n:y1}, 'YYYY \"{text:week of}\" IW')"},
        {"x1 := format('so %s and %1$I: 5%%', y1)",
         "{n:x1} := format('{text:so }%s{text: and }%1$I{text:: 5}%%', {n:y1})"},
        {"x1 := 'circle secretive 12'::shapes1",
         "{n:x1} := 'circle {text:secretive} 00'::{n:shapes1}"},
        {"x1 := 'trueish'::boolean; y1 := 'f'::boolean; z1 := '3 hours'::interval",
         "{n:x1} := '{text:trueish}'::boolean; {n:y1} := 'f'::boolean; {n:z1} := '3 "
         "hours'::interval"},
        {"SET work_mem = '64MB'; SET app.tenant1 = 'acme1'; SET LOCAL search_path = 'shop'",
         "SET work_mem = '64MB'; SET {n:app}.{n:tenant1} = '{text:acme1}'; SET LOCAL search_path = "
         "'{n:shop}'"},
        {"b1 := X'0F'; c1 := B'zz'", "{n:b1} := X'0F'; {n:c1} := B''"},
        {"x1 := U&'d!0061t' UESCAPE '!'", "{n:x1} := '{text:d!0061t}'  "},
        {"LOOP y1 := 12 * 3; EXIT WHEN amount > 5; END LOOP",
         "LOOP {n:y1} := 12 * 3; EXIT WHEN {n:amount} > {number:5}; END LOOP"},
    };
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = pga_sql_map_body(shop.sql, cases[i].body, "plpgsql");
        g_autofree char *expected = test_shop_expand(&shop, cases[i].expected);

        g_assert_cmpstr(got, ==, expected);
    }
}

/* A pattern stays one that the server takes. */
static void
test_patterns(void)
{
    static const Case cases[] = {
        {PGA_SQL_STATEMENTS, "SELECT x1 ~ '***:ab[c'", "SELECT {n:x1} ~ '***:{text:ab}[c'"},
        {PGA_SQL_STATEMENTS, "SELECT x1 ~ '(?i)^[[:alpha:]][]a-z^][^x](?:ab|cd)+'",
         "SELECT {n:x1} ~ '(?i)^[[:alpha:]][]a-z^][^x](?:{text:ab}|{text:cd})+'"},
        {PGA_SQL_STATEMENTS, "SELECT x1 ~ 'ab[[:foo'", "SELECT {n:x1} ~ '{text:ab}[[:foo'"},
        {PGA_SQL_STATEMENTS,
         "SELECT jsonb_path_exists(x1, 'strict $.items[*].price1 ? (@.name1 == \"bob\" && @ > 5)')",
         "SELECT jsonb_path_exists({n:x1}, 'strict $.{text:items}[*].{text:price1} ? "
         "(@.{text:name1} == "
         "\"{text:bob}\" && @ > 5)')"},
    };

    CHECK(cases);
}

/* Comments say what code does not. */
static void
test_comments(void)
{
    static const Case cases[] = {
        {PGA_SQL_STATEMENTS, "-- secret\nSELECT /* nested /* deep */ */ 1", "\nSELECT 1"},
        {PGA_SQL_STATEMENTS, "SELECT 1 -- no newline", "SELECT 1 "},
    };

    CHECK(cases);
}

/* Of what has no end, nothing is kept. */
static void
test_cut(void)
{
    static const char *const texts[] = {"SELECT 'no end secret",    "SELECT \"no end secret",
                                        "SELECT $x$ no end secret", "SELECT E'secret \\'",
                                        "SELECT /* secret",         "SELECT U&'secret"};
    g_auto(TestShop) shop;

    test_shop_init(&shop);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *got = pga_sql_map(shop.sql, PGA_SQL_STATEMENTS, texts[i], NULL);

        g_assert_cmpstr(got, ==, "SELECT ");
        g_assert_cmpuint(pga_sql_map_n_cut(shop.sql), ==, i + 1);
    }
}

static void
test_tokens(void)
{
    static const char sql[] = "a.b>=-1.5e-3 ||'x''y'\n 'z' $1::int4[] <@>1..2 .5 @-1 0x1F";
    static const char *const expected[] = {
        "a", ".", "b",   ">=", "-", "1.5e-3", "||", "'x''y'\n 'z'", "$1", "::", "int4",
        "[", "]", "<@>", "1",  ".", ".",      "2",  ".5",           "@-", "1",  "0x1F"};
    g_autoptr(SqlText) text = pga_sql_text_new(sql);
    g_autofree char *written = pga_sql_text_write(text), *value = pga_sql_text_value(text, 7);
    guint at;

    g_assert_cmpuint(text->tokens->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < text->tokens->len; i++) {
        const SqlToken *token = pga_sql_text_token(text, i);
        g_autofree char *got = g_strndup(sql + token->start, token->end - token->start);

        g_assert_cmpstr(got, ==, expected[i]);
        g_assert_true(pga_sql_text_at(text, token->start, &at) == token);
        g_assert_cmpuint(at, ==, i);
    }
    g_assert_cmpstr(written, ==, sql);
    g_assert_cmpstr(value, ==, "x'yz");
    g_assert_null(pga_sql_text_at(text, 1000, &at));
    g_assert_false(pga_sql_text_is(text, 1000, "a"));
}

static void
test_escapes(void)
{
    static const struct {
        const char *sql, *value;
    } cases[] = {
        {"E'a\\tb\\n\\x41\\101\\u0042\\U00000043\\'\\q'", "a\tb\nAABC'q"},
        {"U&'d\\0061t\\+000061\\\\'", "data\\"},
        {"N'x'", "x"},
        {"$t$a'b$$t$", "a'b$"},
        {"'it''s'", "it's"},
        {"E'\\xff'", "\357\277\275"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SqlText) text = pga_sql_text_new(cases[i].sql);
        g_autofree char *value = pga_sql_text_value(text, 0);

        g_assert_cmpuint(text->tokens->len, ==, 1);
        g_assert_cmpstr(value, ==, cases[i].value);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/sql-words/identifiers", test_identifiers);
    g_test_add_func("/anonymize/sql-words/access-lists", test_access_lists);
    g_test_add_func("/anonymize/sql-words/prose", test_prose);
    g_test_add_func("/anonymize/sql-words/bodies-of-routines", test_bodies);
    g_test_add_func("/anonymize/sql-words/strings-by-the-words-beside-them", test_strings);
    g_test_add_func("/anonymize/sql-words/patterns-stay-patterns", test_patterns);
    g_test_add_func("/anonymize/sql-words/comments-go", test_comments);
    g_test_add_func("/anonymize/sql-words/what-has-no-end-goes", test_cut);
    g_test_add_func("/anonymize/sql-tokens/as-the-server-reads-them", test_tokens);
    g_test_add_func("/anonymize/sql-tokens/escapes", test_escapes);
    return g_test_run();
}
