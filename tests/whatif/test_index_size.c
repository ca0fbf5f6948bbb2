/* index_size() against indexes really built on real rows: the ratio is within the class that it
 * prints; and what it says where there is little or nothing to go by. */
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "fixture.h"

static const char rows[] =
    "SET maintenance_work_mem = '64MB';"
    "DO $$ BEGIN PERFORM setseed(0.5); END $$;"
    "CREATE TABLE owner (id int PRIMARY KEY);"
    "INSERT INTO owner SELECT generate_series(1, 4000);"
    "CREATE TABLE item (id bigint, owner_id int REFERENCES owner, batch int, state text, at "
    "timestamptz, price numeric(10,2), name varchar(40), code char(8), seldom int, tags text[], "
    "words tsvector, data jsonb, spot point, span int4range);"
    "INSERT INTO item SELECT i, 1 + floor(4000 * random()), i / 5,"
    "  (ARRAY['open', 'done', 'waiting for payment'])[1 + floor(3 * random() ^ 4)::int],"
    "  '2024-01-01'::timestamptz + i * interval '7 minutes', (random() * 9000)::numeric(10,2),"
    "  initcap(substr(md5((i %% 9000)::text), 1, 6 + i %% 9)), 'C' || i %% 700,"
    "  CASE WHEN random() < 0.05 THEN i %% 40 END,"
    "  ARRAY(SELECT 't' || floor(900 ^ random() + i * 0)::int FROM generate_series(1, i %% 6)),"
    "  to_tsvector('simple', (SELECT string_agg('w' || floor(5000 ^ random() + g * 0)::int, ' ')"
    "              FROM generate_series(1, 12 + i %% 9) g)),"
    "  jsonb_build_object('id', i, 'kind', 'k' || i %% 7, 'user', 'u' || floor(random() * 3000)),"
    "  point(random() * 90, random() * 90), int4range(i, i + 1000 + (random() * 1000)::int)"
    "  FROM generate_series(1, %d) i;"
    "ANALYZE owner; ANALYZE item";

/** An index and the class that its estimate has. */
typedef struct {
    const char *definition;
    const char *accuracy;
} Case;

static const Case cases[] = {
    {"item (id)", "within 10 %"},
    {"item (owner_id)", "within 10 %"},
    {"item (batch)", "within 10 %"},
    {"item (state)", "within 10 %"},
    {"item (at DESC)", "within 10 %"},
    {"item (price)", "within 10 %"},
    {"item (name)", "within 10 %"},
    {"item (code)", "within 10 %"},
    {"item (seldom)", "within 10 %"},
    {"item (state, owner_id)", "within 10 %"},
    {"item (owner_id) INCLUDE (price, name)", "within 10 %"},
    {"item (at) WHERE state = 'done'", "within 10 %"},
    {"item (seldom) WHERE seldom IS NOT NULL", "within 10 %"},
    {"item (lower(name))", "within 10 %"},
    {"item (date_trunc('day', at AT TIME ZONE 'UTC'))", "within 10 %"},
    {"item ((data ->> 'kind'))", "within 10 %"},
    {"item (owner_id) WITH (fillfactor = 60)", "within 10 %"},
    {"item (state) WITH (deduplicate_items = off)", "within 10 %"},
    {"item USING hash (name)", "within 30 %"},
    {"item USING hash (state)", "within 30 %"},
    {"item USING brin (at) WITH (pages_per_range = 1)", "within 30 %"},
    {"item USING brin (at timestamptz_minmax_multi_ops) WITH (pages_per_range = 1)", "within 30 %"},
    {"item USING gin (tags)", "within 50 %"},
    {"item USING gin (words)", "within 50 %"},
    {"item USING gin (data)", "within a factor of 2"},
    {"item USING gin (data jsonb_path_ops)", "within a factor of 2"},
    {"item USING gin (name gin_trgm_ops)", "within a factor of 2"},
    {"item USING gist (spot)", "within a factor of 2"},
    {"item USING gist (span)", "within a factor of 2"},
    {"item USING gist (name gist_trgm_ops)", "within a factor of 2"},
    {"item USING spgist (spot)", "within a factor of 2"},
    {"item USING spgist (name)", "within a factor of 2"},
    {"item USING bloom (owner_id)", "within 10 %"},
};

static PGconn *
session_on(guint major, const char *name, int n)
{
    g_autofree char *conninfo = whatif_test_database(major, name);
    PGconn *session = whatif_test_session(conninfo);
    g_autofree char *sql = g_strdup_printf(rows, n);
    g_free(whatif_test_rows(session, sql));

    return session;
}

/* Not every server package brings the contributed modules. */
static gboolean
has_opclass_of(PGconn *session, const char *extension)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT count(*) FROM pg_available_extensions WHERE name = '%s'", extension);
    g_autofree char *there = whatif_test_rows(session, sql);
    g_autofree char *make = g_strdup_printf("CREATE EXTENSION IF NOT EXISTS %s", extension);

    if (!g_str_equal(there, "1\n"))
        return FALSE;
    g_free(whatif_test_rows(session, make));
    return TRUE;
}

static gboolean
is_met(double ratio, const char *accuracy)
{
    const char *share = strstr(accuracy, "within ");

    if (g_str_equal(accuracy, "within a factor of 2"))
        return ratio >= 0.5 && ratio <= 2;
    g_assert_nonnull(share);
    return ABS(ratio - 1) * 100 <= g_ascii_strtod(share + strlen("within "), NULL);
}

static void
check_case(PGconn *session, const Case *c)
{
    g_autofree char *sql = g_strdup_printf(
        "DROP INDEX IF EXISTS probe; CREATE INDEX probe ON %s;"
        "SELECT s.pages * 8192.0 / pg_relation_size('probe'), accuracy, bytes = pages * 8192"
        "  FROM pgarchitect_whatif.index_size('probe') s",
        c->definition);
    g_autofree char *answer = whatif_test_rows(session, sql);
    g_auto(GStrv) fields = g_strsplit(g_strstrip(answer), "|", -1);
    double ratio = g_ascii_strtod(fields[0], NULL);

    g_test_message("%s: %.3f, %s", c->definition, ratio, fields[1]);
    g_assert_cmpstr(fields[1], ==, c->accuracy);
    g_assert_cmpstr(fields[2], ==, "t");
    if (!is_met(ratio, fields[1]))
        g_error("%s: estimated %.3f of what was built, %s", c->definition, ratio, fields[1]);
}

static void
test_classes(guint major)
{
    PGconn *session = session_on(major, "index_size", 40000);
    const gboolean trigrams = has_opclass_of(session, "pg_trgm");
    const gboolean bloom = has_opclass_of(session, "bloom");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if ((trigrams || !strstr(cases[i].definition, "trgm")) &&
            (bloom || !strstr(cases[i].definition, "USING bloom")))
            check_case(session, &cases[i]);
    PQfinish(session);
}

/* The rows, the height and the reasons, beside the pages. */
static void
test_particulars(guint major)
{
    PGconn *session = session_on(major, "index_particulars", 10000);

    whatif_assert_rows(session,
                       "CREATE INDEX wide ON item (id, name);"
                       "SELECT tree_height, tuples FROM pgarchitect_whatif.index_size('wide')",
                       "1|10000\n");
    whatif_assert_rows(session,
                       "CREATE INDEX part ON item (id) WHERE seldom = -1;"
                       "SELECT tree_height, tuples < 100, pages < 4"
                       "  FROM pgarchitect_whatif.index_size('part')",
                       "0|t|t\n");
    whatif_assert_rows(
        session,
        "CREATE TABLE nothing (a int); ANALYZE nothing; CREATE INDEX nothing_a ON nothing (a);"
        "SELECT pages, tuples, tree_height"
        "  FROM pgarchitect_whatif.index_size('nothing_a')",
        "1|0|0\n");
    whatif_assert_rows(
        session,
        "CREATE TABLE parted (a int) PARTITION BY LIST (a); CREATE INDEX parted_a ON parted (a);"
        "SELECT pages, accuracy FROM pgarchitect_whatif.index_size('parted_a')",
        "0|a guess\n");
    PQfinish(session);
}

static void
test_without_statistics(guint major)
{
    PGconn *session = session_on(major, "index_guess", 10000);

    whatif_assert_rows(session,
                       "CREATE TABLE unknown (id bigint, name text);"
                       "CREATE UNIQUE INDEX unknown_id ON unknown (id);"
                       "INSERT INTO unknown SELECT id, name FROM item ORDER BY id;"
                       "SELECT accuracy, pages > 1, method LIKE '%never analysed%'"
                       "  FROM pgarchitect_whatif.index_size('unknown_id')",
                       "a guess|t|t\n");
    g_free(whatif_test_rows(session, "VACUUM unknown"));
    whatif_assert_rows(session,
                       "CREATE INDEX unknown_name ON unknown (name);"
                       "SELECT accuracy, pages > 1, method LIKE '%column 1 has no statistics%'"
                       "  FROM pgarchitect_whatif.index_size('unknown_name')",
                       "a guess|t|t\n");
    whatif_assert_rows(session,
                       "SELECT accuracy, pages * 8192 = pg_relation_size('unknown_id')"
                       "  FROM pgarchitect_whatif.index_size('unknown_id')",
                       "within 10 %|t\n");
    PQfinish(session);
}

/* An expression that fails on what it is given: the index has a size all the same. */
static void
test_failing_expression(guint major)
{
    PGconn *session = session_on(major, "index_fails", 10000);

    whatif_assert_rows(
        session,
        "CREATE FUNCTION fussy(text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$"
        "BEGIN IF current_setting('test.fussy', true) = 'on' THEN RAISE 'no'; END IF; RETURN 1; "
        "END $$;"
        "CREATE INDEX fails ON item (fussy(name)); SET test.fussy = 'on';"
        "SELECT pages > 10, method LIKE '%could not be evaluated%'"
        "  FROM pgarchitect_whatif.index_size('fails')",
        "t|t\n");
    PQfinish(session);
}

/* What no ANALYZE writes ends in a number. */
static void
test_absurd_statistics(guint major)
{
    static const char *const changes[] = {
        "stanullfrac = 'NaN'",   "stanullfrac = -5",
        "stadistinct = 'NaN'",   "stadistinct = '-1e30'",
        "stadistinct = '1e30'",  "stawidth = 2147483647",
        "stawidth = -1",         "stanumbers1 = '{NaN,Infinity,-1}'",
        "stanumbers3 = '{NaN}'", "stanumbers5 = '{Infinity}'",
        "stakind1 = 99",
    };
    PGconn *session = session_on(major, "index_absurd", 10000);

    g_free(whatif_test_rows(session,
                            "SET allow_system_table_mods = on;"
                            "CREATE INDEX absurd_1 ON item (state, owner_id);"
                            "CREATE INDEX absurd_2 ON item USING gin (tags);"
                            "CREATE INDEX absurd_3 ON item USING gin (data);"
                            "CREATE INDEX absurd_4 ON item USING hash (name);"
                            "CREATE INDEX absurd_5 ON item USING gist (span);"
                            "CREATE INDEX absurd_6 ON item (lower(name)) WHERE owner_id > 7;"
                            "CREATE INDEX absurd_7 ON item USING brin (name, state);"
                            "CREATE INDEX absurd_8 ON item USING gin (words)"));

    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *sql = g_strdup_printf(
            "BEGIN; UPDATE pg_statistic SET %s WHERE starelid = 'item'::regclass;"
            "CREATE TEMP TABLE answer ON COMMIT DROP AS SELECT s.* FROM generate_series(1, 8) i,"
            "  pgarchitect_whatif.index_size(('absurd_' || i)::regclass) s;"
            "SELECT count(*) FROM answer WHERE pages > 0 AND tuples BETWEEN 0 AND 10000",
            changes[i]);

        whatif_assert_rows(session, sql, "8\n");
        g_free(whatif_test_rows(session, "ROLLBACK"));
    }
    PQfinish(session);
}

/* Estimates have columns and rows drawn in common: each is as if it were the session's first, and
 * what has changed in between is seen. */
static void
test_in_common(guint major)
{
    static const char *const names[] = {"common_1", "common_2", "common_3", "common_4"};
    PGconn *session = session_on(major, "index_common", 10000);

    g_free(whatif_test_rows(
        session, "SET allow_system_table_mods = on;"
                 "CREATE INDEX common_1 ON item (owner_id) WHERE state = 'done';"
                 "CREATE INDEX common_2 ON item (owner_id, at) WHERE state = 'done';"
                 "CREATE INDEX common_3 ON item (name, state) INCLUDE (at) WHERE state = 'done';"
                 "CREATE INDEX common_4 ON item (state, owner_id) WHERE owner_id > 7"));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *sql = g_strdup_printf(
            "SELECT pages, tuples, method FROM pgarchitect_whatif.index_size('%s')", names[i]);
        g_autofree char *later = whatif_test_rows(session, sql);
        g_autofree char *conninfo =
            g_strdup_printf("host=%s port=%s dbname=%s user=%s", PQhost(session), PQport(session),
                            PQdb(session), PQuser(session));
        PGconn *fresh = whatif_test_session(conninfo);
        g_autofree char *first = whatif_test_rows(fresh, sql);

        g_assert_cmpstr(later, ==, first);
        PQfinish(fresh);
    }
    whatif_assert_rows(session,
                       "CREATE TEMP TABLE answer AS"
                       " SELECT * FROM pgarchitect_whatif.index_size('common_1');"
                       "UPDATE pg_statistic SET stanullfrac = 0.5"
                       " WHERE starelid = 'item'::regclass;"
                       "SELECT s.pages < a.pages"
                       " FROM pgarchitect_whatif.index_size('common_1') s, answer a",
                       "t\n");
    PQfinish(session);
}

/* Sizes tell of statistics, which the role may not see. */
static void
test_rights(guint major)
{
    PGconn *session = session_on(major, "index_rights", 10000);
    g_autofree char *message = NULL;

    g_free(whatif_test_rows(
        session,
        "CREATE INDEX item_id ON item (id); CREATE ROLE nobody_at_all; GRANT USAGE ON SCHEMA "
        "public TO nobody_at_all; SET ROLE nobody_at_all"));
    message = whatif_test_error(session, "SELECT * FROM pgarchitect_whatif.index_size('item_id')");

    g_assert_nonnull(strstr(message, "permission denied for table item"));
    g_free(whatif_test_rows(session,
                            "RESET ROLE; DROP OWNED BY nobody_at_all; DROP ROLE nobody_at_all"));
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/index-size/is-within-its-class", test_classes);
    whatif_test_add("/whatif/index-size/tells-rows-and-height", test_particulars);
    whatif_test_add("/whatif/index-size/is-a-guess-without-statistics", test_without_statistics);
    whatif_test_add("/whatif/index-size/survives-a-failing-expression", test_failing_expression);
    whatif_test_add("/whatif/index-size/survives-absurd-statistics", test_absurd_statistics);
    whatif_test_add("/whatif/index-size/has-nothing-of-the-one-before", test_in_common);
    whatif_test_add("/whatif/index-size/needs-rights-on-the-table", test_rights);
    return g_test_run();
}
