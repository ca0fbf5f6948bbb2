/* index_size() where the number of keys decides, against indexes really built. B-trees on columns
 * whose rows fall on their values in many ways: evenly, by chance, by a power law, some values
 * common and most alone. ANALYZE's n_distinct is low for most of them. */
#include <string.h>

#include "cluster.h"
#include "fixture.h"

static const char rows[] =
    "DO $$ BEGIN PERFORM setseed(0.3); END $$;"
    "CREATE TABLE parent (ref uuid PRIMARY KEY);"
    "INSERT INTO parent SELECT md5(i::text)::uuid FROM generate_series(1, 30000) i;"
    "CREATE TABLE spread (skewed int, word text, customer text, wide_range int, evenly int,"
    "  evenly_text text, law int, law_text text, law_hash text, hot int, squares int, hours"
    "  timestamptz, half text, alone text, parent uuid REFERENCES parent, email text, in_order int,"
    "  about_order int, every_100 int, mixed text, seldom text, small smallint);"
    "INSERT INTO spread SELECT CASE WHEN random() < 0.5 THEN 1 ELSE"
    "    (1 / power(random() + 1e-9, 1.5))::bigint % 2000000000 END::int,"
    "  'some text ' || (random() * 37500)::int, 'cust-' || (power(random(), 2) * 18000)::int,"
    "  (random() * 40000)::int, i * 7919::bigint % 40000, 'item-' || i * 7919::bigint % 40000,"
    "  floor(50000 ^ random())::int, 'k' || floor(300000 ^ random())::int,"
    "  md5(floor(60000 ^ random())::text),"
    "  CASE WHEN random() < 0.3 THEN random() * 10 ELSE 1000 + random() * 120000 END::int,"
    "  (power(random(), 0.5) * 60000)::int,"
    "  date_trunc('hour', '2020-01-01'::timestamptz + random() * interval '3 years'),"
    "  CASE WHEN random() < 0.5 THEN 'same' ELSE md5(random()::text) END, md5(i::text),"
    "  md5((1 + floor(random() * 30000))::text)::uuid,"
    "  'u' || floor(random() * 60000)::int || '@example.com', i / 4, i / 3 + random() * 1000,"
    "  floor(random() * 30000)::int * 100, CASE WHEN random() < 0.5 THEN"
    "    md5(floor(random() * 25000)::text) ELSE md5(i::text) END,"
    "  CASE WHEN random() < 0.02 THEN md5(random()::text) END, floor(random() * 30000)::int"
    "  FROM generate_series(1, 150000) i;"
    "ANALYZE parent; ANALYZE spread";

/** An index and the class that its estimate has at worst: ANALYZE takes other rows each time. */
typedef struct {
    const char *definition;
    double allowed; /* percent */
} Case;

static const Case cases[] = {
    {"spread (skewed)", 10},
    {"spread (word)", 10},
    {"spread (customer)", 10},
    {"spread (wide_range)", 10},
    {"spread (evenly)", 10},
    {"spread (evenly_text)", 10},
    {"spread (law)", 10},
    {"spread (law_text)", 30},
    {"spread (hot)", 10},
    {"spread (squares)", 10},
    {"spread (hours)", 10},
    {"spread (half)", 10},
    {"spread (alone)", 10},
    {"spread (parent)", 10},
    {"spread (email)", 30},
    {"spread (lower(email))", 30},
    {"spread (in_order)", 10},
    {"spread (about_order)", 10},
    {"spread (every_100)", 10},
    {"spread (seldom)", 10},
    {"spread (small)", 10},
    {"spread (wide_range) WHERE wide_range < 10000", 10},
    {"spread (law_hash)", 30},
    {"spread (mixed)", 30},
    {"spread (alone) WHERE wide_range % 10 = 3", 100},
    {"spread (wide_range) WHERE length(alone) > 3", 100},
};

static const char documents[] =
    "DO $$ BEGIN PERFORM setseed(0.2); END $$; SET maintenance_work_mem = '64MB';"
    "CREATE TABLE doc (one_each tsvector, pairs tsvector, orders tsvector, numbers int[],"
    "  hashes text[], nested jsonb, shop jsonb, stock jsonb, wide jsonb);"
    "INSERT INTO doc SELECT to_tsvector('simple', 'common word' || i % 50 || ' ' || md5(i::text)),"
    "  to_tsvector('simple', 'alpha w' || floor(random() * 16000)::int || ' v' ||"
    "    floor(random() * 16000)::int),"
    "  to_tsvector('simple', 'order ' || i || ' by ' || floor(random() * 2000)::int),"
    "  ARRAY(SELECT floor(random() * 80000 + i * 0)::int FROM generate_series(1, 5)),"
    "  ARRAY['x' || i % 20, md5(i::text)],"
    "  jsonb_build_object('a', i % 10, 'b', jsonb_build_object('c', md5((i % 2000)::text))),"
    "  jsonb_build_object('id', i, 'name', 'user' || floor(random() * 3000), 'zip',"
    "    floor(random() * 9000)), jsonb_build_object('sku', md5(i::text), 'n', i % 9),"
    "  jsonb_build_object('body', repeat(md5(i::text), 40), 'k', i % 100)"
    "  FROM generate_series(1, 40000) i;"
    "ANALYZE doc";

/** An index and the factor that its class names at worst; 0: a guess. */
static const Case document_cases[] = {
    {"doc USING gin (one_each)", 10},
    {"doc USING gin (pairs)", 10},
    {"doc USING gin (orders)", 10},
    {"doc USING gin (numbers)", 1.5},
    {"doc USING gin (hashes)", 10},
    {"doc USING gin (nested)", 2},
    {"doc USING gin (nested jsonb_path_ops)", 2},
    {"doc USING gin ((nested -> 'b'))", 2},
    {"doc USING gin (shop)", 2},
    {"doc USING gin (shop jsonb_path_ops)", 2},
    {"doc USING gin (stock)", 10},
    {"doc USING gin (wide)", 0},
    {"doc ((nested #>> '{b,c}'))", 3},
    {"doc ((stock ->> 'sku'))", 5},
    {"doc ((shop ->> 'id'))", 1.1},
    {"doc ((shop ->> 'zip'))", 1.3},
};

/* The factor that a class allows; 0: none. */
static double
factor_of(const char *accuracy)
{
    const char *factor = strstr(accuracy, "factor of ");

    if (factor)
        return g_ascii_strtod(factor + strlen("factor of "), NULL);
    if (!g_str_has_prefix(accuracy, "within "))
        return 0;
    return 1 + g_ascii_strtod(accuracy + strlen("within "), NULL) / 100;
}

static void
check_document_case(PGconn *session, const Case *c)
{
    g_autofree char *sql =
        g_strdup_printf("DROP INDEX IF EXISTS probe; CREATE INDEX probe ON %s;"
                        "SELECT s.pages * 8192.0 / pg_relation_size('probe'), accuracy"
                        "  FROM pgarchitect_whatif.index_size('probe') s",
                        c->definition);
    g_autofree char *answer = whatif_test_rows(session, sql);
    g_auto(GStrv) fields = g_strsplit(g_strstrip(answer), "|", -1);
    double ratio = g_ascii_strtod(fields[0], NULL), factor = factor_of(fields[1]);

    g_test_message("%s: %.3f, %s", c->definition, ratio, fields[1]);
    if (c->allowed == 0) {
        g_assert_cmpstr(fields[1], ==, "a guess");
        return;
    }
    g_assert_cmpfloat(factor, >, 1);
    g_assert_cmpfloat(factor, <=, c->allowed + 1e-9);
    if (ratio > factor || ratio < 1 / factor)
        g_error("%s: %.3f of what was built", c->definition, ratio);
}

static void
test_documents(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "size_documents");
    PGconn *session = whatif_test_session(conninfo);

    g_free(whatif_test_rows(session, documents));
    for (gsize i = 0; i < G_N_ELEMENTS(document_cases); i++)
        check_document_case(session, &document_cases[i]);
    PQfinish(session);
}

static void
check_case(PGconn *session, const Case *c)
{
    g_autofree char *sql = g_strdup_printf(
        "DROP INDEX IF EXISTS probe; CREATE INDEX probe ON %s;"
        "SELECT round(100 * (s.pages * 8192.0 / pg_relation_size('probe') - 1), 1), accuracy"
        "  FROM pgarchitect_whatif.index_size('probe') s",
        c->definition);
    g_autofree char *answer = whatif_test_rows(session, sql);
    g_auto(GStrv) fields = g_strsplit(g_strstrip(answer), "|", -1);
    double printed;

    g_test_message("%s: %s %% off, %s", c->definition, fields[0], fields[1]);
    g_assert_true(g_str_has_prefix(fields[1], "within "));
    printed = 100 * (factor_of(fields[1]) - 1) + 1e-6;
    g_assert_cmpfloat(printed, <=, c->allowed + 1e-3);
    if (ABS(g_ascii_strtod(fields[0], NULL)) > printed)
        g_error("%s: %s %% off", c->definition, fields[0]);
}

static void
test_spreads(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "size_spreads");
    PGconn *session = whatif_test_session(conninfo);

    g_free(whatif_test_rows(session, rows));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(session, &cases[i]);
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/size-spreads/are-within-their-class", test_spreads);
    whatif_test_add("/whatif/size-spreads/documents-are-within-the-factor-printed", test_documents);
    return g_test_run();
}
