/* Real statistics with a few characters changed, thousands of times: each is taken or refused, and
 * the planner raises no error over what was taken. */
#include "cluster.h"
#include "transfer.h"

static const char source[] =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
    "CREATE TABLE t (i int, m mood, s text, a int[], v tsvector, r int4range, n numeric(9,2));"
    "INSERT INTO t SELECT g % 900, CASE WHEN g % 3 = 0 THEN 'sad'::mood ELSE 'ok' END,"
    " 'a\"b' || g % 60, ARRAY[g % 9, g % 5], to_tsvector('simple', 'w' || g % 40 || ' x' || g % 7),"
    " int4range(g % 50, g % 50 + g % 13), g / 7.0 FROM generate_series(1, 3000) g;"
    "CREATE STATISTICS e ON i, s, (i % 10) FROM t;"
    "ANALYZE t;";

static const char mutate[] =
    "CREATE FUNCTION mutate(s text) RETURNS text LANGUAGE plpgsql AS $$"
    " DECLARE p int; c text;"
    " BEGIN"
    " IF s IS NULL OR random() < 0.6 THEN RETURN s; END IF;"
    " FOR n IN 1 .. 1 + floor(random() * 3)::int LOOP"
    "  p := 1 + floor(random() * length(s))::int;"
    "  c := substr('{},\"0123456789-.eNaNx\\ ff=>:[]()NULL', 1 + floor(random() * 36)::int, 1);"
    "  s := CASE floor(random() * 5)::int"
    "   WHEN 0 THEN overlay(s placing c from p for 1)"
    "   WHEN 1 THEN overlay(s placing '' from p for 1 + floor(random() * 4)::int)"
    "   WHEN 2 THEN overlay(s placing c from p for 0)"
    "   WHEN 3 THEN substr(s, 1, p)"
    "   ELSE overlay(s placing substr(s, 1 + floor(random() * length(s))::int, 6) from p for 0)"
    "  END;"
    " END LOOP;"
    " RETURN s; END $$;";

/* The planner reads all that there is; an error ends the statement. */
static const char plan[] =
    "CREATE FUNCTION plan() RETURNS void LANGUAGE plpgsql AS $$"
    " DECLARE condition text;"
    " BEGIN"
    " FOREACH condition IN ARRAY ARRAY['i > 590', 'm > ''sad''', 's LIKE ''a%''', 'a @> ''{3}''',"
    "  '3 = ANY (a)', 'a <@ ''{1,2,3}''', 'v @@ ''w3 & x1''', 'v @@ ''w:*''', 'r @> 17',"
    "  'r && int4range(3, 9)', 'r << int4range(3, 8)', 'r <@ int4range(3, 80)', 'n < 7',"
    "  'i = 7 AND s = ''a\"b7''', 'i % 10 = 7 AND i = 17'] LOOP"
    "  EXECUTE 'EXPLAIN SELECT * FROM t WHERE ' || condition;"
    " END LOOP;"
    " EXECUTE 'EXPLAIN SELECT i, s, i % 10 FROM t GROUP BY 1, 2, 3';"
    " EXECUTE 'EXPLAIN SELECT * FROM t x JOIN t y ON x.i = y.i AND x.s = y.s'; END $$;";

/* Good ones, bad ones. */
static const char columns[] =
    "CREATE FUNCTION try_columns(times int, OUT good int, OUT bad int) LANGUAGE plpgsql AS $$"
    " DECLARE r record; answer text;"
    " BEGIN good := 0; bad := 0;"
    " CREATE TEMP TABLE seed AS SELECT staattnum, stanullfrac, stawidth, stadistinct,"
    "  ARRAY[stakind1, stakind2, stakind3, stakind4, stakind5] AS kinds,"
    "  ARRAY[stanumbers1::text, stanumbers2::text, stanumbers3::text, stanumbers4::text,"
    "   stanumbers5::text] AS numbers,"
    "  ARRAY[stavalues1::text, stavalues2::text, stavalues3::text, stavalues4::text,"
    "   stavalues5::text] AS texts"
    "  FROM pg_statistic WHERE starelid = 't'::regclass;"
    " FOR i IN 1 .. times LOOP"
    "  SELECT * INTO r FROM seed ORDER BY random() LIMIT 1;"
    "  answer := pgarchitect_whatif.put_statistics('t'::regclass, r.staattnum, false,"
    "   r.stanullfrac, r.stawidth, r.stadistinct,"
    "   CASE WHEN i % 5 = 0 THEN (SELECT array_agg((random() * 8)::int2) FROM unnest(r.kinds))"
    "    ELSE r.kinds END,"
    "   (SELECT array_agg(mutate(x)) FROM unnest(r.numbers) x),"
    "   (SELECT array_agg(mutate(x)) FROM unnest(r.texts) x));"
    "  IF answer IS NULL THEN good := good + 1; ELSE bad := bad + 1; END IF;"
    "  IF i % 10 = 0 THEN PERFORM plan(); END IF;"
    " END LOOP; END $$;";

static const char extended[] =
    "CREATE FUNCTION try_extended(times int, OUT good int, OUT bad int) LANGUAGE plpgsql AS $$"
    " DECLARE r record; answer text;"
    " BEGIN good := 0; bad := 0;"
    " SELECT e.oid, e.stxkeys::int2[] AS attnums, v.*,"
    "  '\\x' || encode(pg_dependencies_send(dependencies), 'hex') AS bytes INTO r"
    "  FROM pg_statistic_ext e JOIN pg_stats_ext v ON statistics_name = stxname;"
    " FOR i IN 1 .. times LOOP"
    "  answer := pgarchitect_whatif.put_extended_statistics(r.oid, false, r.attnums, '{i,s}',"
    "   mutate(r.n_distinct::text),"
    "   mutate(CASE WHEN i % 2 = 0 THEN r.dependencies::text ELSE r.bytes END),"
    "   mutate(r.most_common_vals[1:4]::text), mutate(r.most_common_val_nulls[1:4]::text),"
    "   mutate(r.most_common_freqs[1:4]::text), mutate(r.most_common_base_freqs[1:4]::text),"
    "   ARRAY[mutate('{\"null_frac\": \"0.1\", \"width\": 4, \"n_distinct\": \"-1\","
    "    \"kinds\": [1], \"numbers\": [\"{0.5}\"], \"values\": [\"{7}\"]}')]);"
    "  IF answer IS NULL THEN good := good + 1; ELSE bad := bad + 1; END IF;"
    "  IF i % 10 = 0 THEN PERFORM plan(); END IF;"
    " END LOOP; END $$;";

static void
test_mutations(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "mutations");
    PGconn *session;

    pga_test_sql(conninfo, source);
    pga_test_sql(conninfo, mutate);
    pga_test_sql(conninfo, plan);
    pga_test_sql(conninfo, columns);
    pga_test_sql(conninfo, extended);
    session = whatif_test_session(conninfo);
    whatif_execute(session, "SELECT setseed(0.25)");
    whatif_assert_rows(session, "SELECT good > 100, bad > 100 FROM try_columns(2000)", "t|t\n");
    whatif_assert_rows(session, "SELECT good > 50, bad > 100 FROM try_extended(2000)", "t|t\n");
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/mutations/the-planner-lives-with-what-is-taken", test_mutations);
    return g_test_run();
}
