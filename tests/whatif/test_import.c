/* put_statistics(): what ANALYZE wrote for a table comes out the same for its empty twin, whatever
 * the types, and the planner estimates the same from it. */
#include "cluster.h"
#include "transfer.h"

static const char types[] = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
                            "CREATE DOMAIN price AS numeric(10,2) CHECK (VALUE >= 0);"
                            "CREATE DOMAIN tags AS text[];"
                            "CREATE DOMAIN span AS int4range;"
                            "CREATE TYPE pair AS (a int, b text);"
                            "CREATE COLLATION plain (provider = libc, locale = 'C')";

static const char table[] =
    "CREATE TABLE rich (gone int, i int, t text COLLATE plain, v varchar(12), n numeric(10,2),"
    " f float8, b bool, m mood, d price, ts timestamptz, dt date, u uuid, ia int[], ta text[],"
    " ma mood[], da price[], va varchar(5)[], dtag tags, tsv tsvector, r int4range,"
    " mr int4multirange, sp span, p pair, pt point, js json, jb jsonb, x xml, by bytea, ch char(4),"
    " nm name, ip inet, iv interval, cl regclass, nothing text, bx box, c1 \"char\", bt bit(5),"
    " pa pair[], rr daterange)";

static const char rows[] =
    "INSERT INTO rich SELECT g, g, 'te\"xt, {' || (g * 7919 % 300), 'v' || g % 50,"
    " (g * 31 % 1000) / 7.0, sqrt(g), g % 3 = 0, (enum_range(NULL::mood))[1 + g % 3],"
    " (g % 400) / 3.0, '2026-01-01'::timestamptz - g * interval '1 min', date '2020-1-1' + g % 900,"
    " md5((g % 700)::text)::uuid, ARRAY[g % 10, g % 7], ARRAY['a' || g % 20, 'b,\"' || g % 30],"
    " ARRAY['sad', 'ok']::mood[], ARRAY[g % 9, 1.5]::price[], ARRAY['v' || g % 9]::varchar(5)[],"
    " ARRAY['t' || g % 8, 'z'], to_tsvector('simple', 'word' || g % 40 || ' common w' || g % 9),"
    " int4range(g % 100, g % 100 + g % 13),"
    " int4multirange(int4range(g % 50, g % 50 + 5), int4range(g % 90 + 100, g % 80 + 200)),"
    " int4range(g % 30, NULL), (g % 12, 'q \"' || g % 5)::pair, point(g, g), '{}',"
    " jsonb_build_object('a', g % 30), NULL, decode(md5((g % 90)::text), 'hex'), 'c' || g % 8,"
    " 'n' || g % 60, ('10.0.0.' || g % 200)::inet, g % 99 * interval '1 hour',"
    " CASE WHEN g % 2 = 0 THEN 'pg_class'::regclass ELSE 'pg_type' END, NULL,"
    " box(point(g, g), point(1, 1)), 'x', (g % 32)::bit(5), ARRAY[(g % 5, 'z')::pair],"
    " daterange('2020-1-1'::date + g % 60, NULL) FROM generate_series(1, 6000) g";

static const char indexes[] =
    "CREATE INDEX %s_e ON %s (i, lower(t), (t || 'x') COLLATE \"C\", (ia || 3), (d + 1),"
    " (js ->> 'a')) INCLUDE (v);"
    "CREATE INDEX %s_p ON %s (upper(v)) WHERE i > 100";

/* Of rich: what is stored of a column, element types of the values included (array_send()). */
static const char fingerprint[] =
    "SELECT attname, pg_catalog.to_jsonb(s) - 'starelid' - 'staattnum',"
    " pg_catalog.array_send(stavalues1), pg_catalog.array_send(stavalues2),"
    " pg_catalog.array_send(stavalues3), pg_catalog.array_send(stavalues4),"
    " pg_catalog.array_send(stavalues5) FROM pg_statistic s"
    " JOIN pg_attribute ON attrelid = starelid AND attnum = staattnum"
    " WHERE starelid = '%s'::regclass ORDER BY attname";

static char *
stored(PGconn *session, const char *relation)
{
    g_autofree char *sql = g_strdup_printf(fingerprint, relation);

    return whatif_test_rows(session, sql);
}

static void
create_indexes(PGconn *session, const char *name)
{
    g_autofree char *sql = g_strdup_printf(indexes, name, name, name, name);

    whatif_execute(session, sql);
}

/* The same database, so that types have the same OIDs: the original is renamed and replaced. */
static void
test_rows(guint major)
{
    static const char *const relations[] = {"rich", "rich_e", "rich_p"};
    g_autofree char *conninfo = whatif_test_database(major, "import_rows");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, types);
    whatif_execute(session, table);
    whatif_execute(session, rows);
    whatif_execute(session, "ALTER TABLE rich DROP COLUMN gone");
    create_indexes(session, "rich");
    whatif_execute(session, "ANALYZE rich; CREATE TABLE twin (LIKE rich)");
    create_indexes(session, "twin");
    for (gsize i = 0; i < G_N_ELEMENTS(relations); i++) {
        g_autofree char *twin = g_strconcat("twin", relations[i] + 4, NULL);
        g_autofree char *expected = stored(session, relations[i]), *got = NULL;
        g_autofree char *copy = g_strdup_printf(
            "SELECT count(pgarchitect_whatif.put_statistics('%s'::regclass, t.attnum, stainherit,"
            " stanullfrac, stawidth, stadistinct, ARRAY[stakind1, stakind2, stakind3, stakind4,"
            " stakind5], ARRAY[stanumbers1::text, stanumbers2::text, stanumbers3::text,"
            " stanumbers4::text, stanumbers5::text], ARRAY[stavalues1::text, stavalues2::text,"
            " stavalues3::text, stavalues4::text, stavalues5::text])) FROM pg_statistic"
            " JOIN pg_attribute s ON s.attrelid = starelid AND s.attnum = staattnum"
            " JOIN pg_attribute t ON t.attrelid = '%s'::regclass AND t.attname = s.attname,"
            " generate_series(1, 2) WHERE starelid = '%s'::regclass",
            twin, twin, relations[i]);

        whatif_assert_rows(session, copy, "0\n"); /* twice each, in one statement */
        got = stored(session, twin);
        g_assert_cmpstr(expected, !=, "");
        g_assert_cmpstr(got, ==, expected);
    }
    PQfinish(session);
}

static const char *const queries[] = {
    "SELECT * FROM rich WHERE i > 5900",
    "SELECT * FROM rich WHERE i > 5990 ORDER BY i",
    "SELECT * FROM rich WHERE t LIKE 'te\"xt, {1%'",
    "SELECT * FROM rich WHERE lower(t) = 'te\"xt, {17'",
    "SELECT * FROM rich WHERE upper(v) = 'V7' AND i > 200",
    "SELECT * FROM rich WHERE d < 20 AND m = 'ok'",
    "SELECT * FROM rich WHERE m > 'sad'",
    "SELECT * FROM rich WHERE ts > '2025-12-30' AND dt < '2020-3-1'",
    "SELECT * FROM rich WHERE ia @> '{3}' AND ta && '{a7,a8}'",
    "SELECT * FROM rich WHERE 3 = ANY (ia) OR dtag @> '{t5}'",
    "SELECT * FROM rich WHERE tsv @@ 'common & word7'",
    "SELECT * FROM rich WHERE r @> 17",
    "SELECT * FROM rich WHERE r && int4range(3, 9) AND sp >> int4range(1, 4)",
    "SELECT * FROM rich WHERE mr && int4range(30, 40)",
    "SELECT * FROM rich WHERE p = (7, 'q \"2')::pair",
    "SELECT * FROM rich WHERE jb = '{\"a\": 3}' OR jb @> '{\"a\": 4}'",
    "SELECT * FROM rich WHERE ip << '10.0.0.0/28'",
    "SELECT ch, count(*) FROM rich GROUP BY ch",
    "SELECT u, nm, count(*) FROM rich GROUP BY u, nm",
    "SELECT * FROM rich a JOIN rich b ON a.u = b.u AND a.n < b.n",
    "SELECT * FROM rich a JOIN rich b USING (by) ORDER BY a.f",
    "SELECT * FROM rich WHERE nothing IS NULL AND x IS NOT NULL",
    "SELECT * FROM parted WHERE b = 3",
    "SELECT b, count(*) FROM parted GROUP BY b",
    "SELECT * FROM parent WHERE b = 3",
    "SELECT * FROM ONLY parent WHERE b = 3",
};

static const char families[] =
    "CREATE TABLE parted (a int, b int) PARTITION BY RANGE (a);"
    "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (2000);"
    "CREATE TABLE parted_2 (b int, a int);"
    "ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (2000) TO (9000);"
    "CREATE TABLE parent (a int, b int); CREATE TABLE child (c int) INHERITS (parent)";

static const char family_rows[] =
    "INSERT INTO parted SELECT i, i % 7 FROM generate_series(0, 5000) i;"
    "INSERT INTO parent SELECT i, i % 5 FROM generate_series(0, 500) i;"
    "INSERT INTO child SELECT i, i % 90, i FROM generate_series(0, 5000) i;"
    "VACUUM ANALYZE parted; VACUUM ANALYZE parent; VACUUM ANALYZE child; VACUUM ANALYZE rich";

/* The clone never had the column that the source dropped. */
static void
define(PGconn *session, gboolean dropped)
{
    g_autoptr(GString) text = g_string_new(table);

    if (!dropped)
        g_string_replace(text, "gone int, ", "", 1);
    whatif_execute(session, types);
    whatif_execute(session, text->str);
    whatif_execute(session, families);
}

static void
test_plans(guint major)
{
    g_autofree char *from = whatif_test_source(major, "import_source");
    g_autofree char *to = whatif_test_database(major, "import_clone");
    PGconn *source = whatif_test_session(from), *clone = whatif_test_session(to);

    define(source, TRUE);
    whatif_execute(source, rows);
    whatif_execute(source, "ALTER TABLE rich DROP COLUMN gone; CREATE EXTENSION pageinspect");
    create_indexes(source, "rich");
    whatif_execute(source, family_rows);
    define(clone, FALSE);
    create_indexes(clone, "rich");
    whatif_transfer_sizes(source, clone);
    whatif_transfer_statistics(source, clone);
    whatif_transfer_ends(source, clone, "rich_e", "rich", "i");
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
        whatif_assert_same_plan(source, clone, queries[i]);
    PQfinish(source);
    PQfinish(clone);
}

/* A clone asks as superuser: the source's functions must not run as one. */
static void
test_owner(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "import_owner");
    PGconn *session;

    pga_test_sql(
        conninfo,
        "DROP ROLE IF EXISTS owner; CREATE ROLE owner; GRANT ALL ON SCHEMA public TO owner;"
        "SET ROLE owner; CREATE FUNCTION who(int) RETURNS bool LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'run by %', current_user; END $$;"
        "CREATE DOMAIN watched AS int CHECK (who(VALUE));"
        "CREATE TYPE holder AS (w watched);"
        "CREATE TABLE t (h holder, plain watched)");
    session = whatif_test_session(conninfo);
    whatif_assert_rows(session,
                       "SELECT pgarchitect_whatif.put_statistics('t'::regclass, 1::int2, false, 0,"
                       " 4, -1, '{1}', '{\"{0.5}\"}', ARRAY['{(1)}']), current_user",
                       "most common values (1): run by owner|postgres\n");
    /* the domain's own column: its CHECK is not asked, as its rows were let in once */
    whatif_assert_rows(session,
                       "SELECT pgarchitect_whatif.put_statistics('t'::regclass, 2::int2, false, 0,"
                       " 4, -1, '{1}', '{\"{0.5}\"}', '{\"{1}\"}')",
                       "\n");
    PQfinish(session);
    pga_test_sql(conninfo, "DROP OWNED BY owner; DROP ROLE owner");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/import/rows-are-those-of-analyze", test_rows);
    whatif_test_add("/whatif/import/plans-are-those-of-the-source", test_plans);
    whatif_test_add("/whatif/import/functions-of-the-source-run-as-the-owner", test_owner);
    return g_test_run();
}
