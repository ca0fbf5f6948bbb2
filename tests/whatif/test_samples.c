/* index_size() of GIN and GiST indexes where the clone was given rows of the source, against
 * indexes really built on 200,000 rows. */
#include <string.h>

#include "cluster.h"
#include "fixture.h"

static const char rows[] =
    "SET maintenance_work_mem = '64MB';"
    "DO $$ BEGIN PERFORM setseed(0.5); END $$;"
    "CREATE FUNCTION word() RETURNS text LANGUAGE plpgsql AS $$"
    "DECLARE k int := floor(20000 ^ random())::int;"
    "BEGIN RETURN substr(translate(md5(k::text), '0123456789abcdef', 'etaoinshrdlucmpw'), 1, 3 + k "
    "% 8); END $$;"
    "CREATE TABLE item (gone int, id int, title text, data jsonb, spot point, span int4range,"
    "  stay tstzrange);"
    "ALTER TABLE item DROP COLUMN gone;"
    "INSERT INTO item SELECT i,"
    "  CASE WHEN i % 9 > 0 THEN word() || ' ' || word() || ' ' || word() || ' \"' || word() END,"
    "  jsonb_build_object('id', i, 'kind', 'k' || i % 7, 'user', 'u' || floor(random() * 20000),"
    "    'amount', (random() * 1000)::numeric(10,2), 'place', jsonb_build_object('city', word())),"
    "  point(random() * 90, 50 + 20 * random() ^ 3), int4range(i, i + 1000 + (random() * "
    "999)::int),"
    "  tstzrange(at, at + random() * interval '3 days')"
    "  FROM (SELECT i, timestamptz '2024-01-01' + random() * interval '400 days' AS at"
    "          FROM generate_series(1, 200000) i) x;"
    "ANALYZE item";

static const char give[] =
    "INSERT INTO pgarchitect_whatif.sample SELECT 'item'::regclass, t::text FROM item t"
    " WHERE hashtext(t.ctid::text) % 50 = 0 LIMIT 4000";

static const char *const cases[] = {
    "item USING gin (data)",
    "item USING gin (data jsonb_path_ops)",
    "item USING gin ((data -> 'place') jsonb_path_ops)",
    "item USING gin (title gin_trgm_ops)",
    "item USING gin (title gin_trgm_ops) WHERE id % 4 = 0",
    "item USING gist (title gist_trgm_ops)",
    "item USING gist (spot)",
    "item USING gist (span)",
    "item USING gist (stay)",
};

static gboolean
has_trigrams(PGconn *session)
{
    g_autofree char *there = whatif_test_rows(
        session, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'");

    if (!g_str_equal(there, "1\n"))
        return FALSE;
    g_free(whatif_test_rows(session, "CREATE EXTENSION pg_trgm"));
    return TRUE;
}

static void
check_case(PGconn *session, const char *definition)
{
    g_autofree char *make = g_strdup_printf("DROP INDEX IF EXISTS probe;"
                                            "CREATE INDEX probe ON %s",
                                            definition);
    g_autofree char *answer = NULL;
    g_auto(GStrv) fields = NULL;
    double ratio;

    g_free(whatif_test_rows(session, make));
    answer =
        whatif_test_rows(session, "SELECT s.pages * 8192.0 / pg_relation_size('probe'), accuracy"
                                  "  FROM pgarchitect_whatif.index_size('probe') s");
    fields = g_strsplit(g_strstrip(answer), "|", -1);
    ratio = g_ascii_strtod(fields[0], NULL);
    g_test_message("%s: %.3f, %s", definition, ratio, fields[1]);
    g_assert_cmpstr(fields[1], ==, "within 30 %");
    if (ABS(ratio - 1) > 0.3)
        g_error("%s: estimated %.3f of what was built", definition, ratio);
}

static void
assert_accuracy(PGconn *session, const char *expected)
{
    whatif_assert_rows(session, "SELECT accuracy FROM pgarchitect_whatif.index_size('probe')",
                       expected);
}

/* Of rows that are none, and of fewer than a histogram has values, nothing is believed. */
static void
check_without(PGconn *session)
{
    g_free(whatif_test_rows(
        session, "DROP INDEX IF EXISTS probe; CREATE INDEX probe ON item USING gin (data);"
                 "INSERT INTO pgarchitect_whatif.sample SELECT 'item'::regclass, bad.line"
                 "  FROM generate_series(1, 200), (VALUES (''), ('(1'), ('(x,a,{},,,)'),"
                 "  ('(1,a,\"{\"\"a\",,,)'), ('(1,a,b,c,d,e,f,g)')) bad (line)"));
    assert_accuracy(session, "within 30 %\n");
    g_free(whatif_test_rows(session, "DELETE FROM pgarchitect_whatif.sample WHERE line LIKE '(%,%)'"
                                     "  AND line LIKE '%kind%'"));
    assert_accuracy(session, "within a factor of 2\n");
}

static void
test_sampled(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "index_samples");
    PGconn *session = whatif_test_session(conninfo);
    gboolean trigrams;

    g_free(whatif_test_rows(session, rows));
    g_free(whatif_test_rows(session, give));
    trigrams = has_trigrams(session);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (trigrams || !strstr(cases[i], "trgm"))
            check_case(session, cases[i]);
    check_without(session);
    PQfinish(session);
}

/* A role that may plan queries does not see the rows; an estimate for it looks at them. */
static void
test_rights(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "sample_rights");
    PGconn *session = whatif_test_session(conninfo);
    g_autofree char *refused = NULL;

    g_free(whatif_test_rows(
        session,
        "DO $$ BEGIN IF to_regrole('sample_reader') IS NULL THEN CREATE ROLE sample_reader; END IF;"
        "END $$; CREATE TABLE doc (id int, data jsonb);"
        "INSERT INTO doc SELECT i, jsonb_build_object('a', i) FROM generate_series(1, 1000) i;"
        "ANALYZE doc; CREATE INDEX probe ON doc USING gin (data); GRANT SELECT ON doc TO "
        "sample_reader; INSERT INTO pgarchitect_whatif.sample SELECT 'doc'::regclass, d::text FROM "
        "doc d; SET ROLE sample_reader"));
    refused = whatif_test_error(session, "SELECT * FROM pgarchitect_whatif.sample");

    g_assert_cmpstr(refused, ==, "permission denied for table sample");
    assert_accuracy(session, "within 30 %\n");
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/samples/within-30-percent-of-what-is-built", test_sampled);
    whatif_test_add("/whatif/samples/are-not-shown-to-the-role", test_rights);
    return g_test_run();
}
