/* Which names statements must not have if planning them is to call nothing of the database's own:
 * on every server. */
#include <collect/live.h>

#include <cluster.h>

#include "sql_internal.h"

static const char schema[] =
    "CREATE SCHEMA app;"
    "CREATE TABLE orders (id int PRIMARY KEY, customer int);"
    "CREATE FUNCTION app.plain(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';"
    "CREATE FUNCTION app.part_of(orders) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION app.same(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT $1 = $2';"
    "CREATE OPERATOR app.=== (PROCEDURE = app.same, LEFTARG = int, RIGHTARG = int);"
    "CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE TRIGGER touched BEFORE INSERT ON orders FOR EACH ROW EXECUTE PROCEDURE touched();"
    "CREATE TABLE policed (id int PRIMARY KEY, tenant int);"
    "CREATE POLICY own ON policed USING (tenant = app.plain(1));"
    "CREATE VIEW over_policed AS SELECT * FROM policed;"
    "CREATE TABLE refers (id int REFERENCES policed);"
    "CREATE TABLE checked (id int CHECK (app.plain(id) > 0));"
    "CREATE TABLE indexed (id int); CREATE INDEX ON indexed (app.plain(id));"
    "CREATE TABLE filled (id int DEFAULT app.plain(3), n int);"
    "CREATE VIEW over_filled AS SELECT * FROM filled;"
    "CREATE DOMAIN positive AS int CHECK (app.plain(VALUE) > 0);"
    "CREATE TABLE positives (n positive);"
    "CREATE TYPE pair AS (a positive, b int); CREATE TABLE pairs (p pair[]);"
    "CREATE MATERIALIZED VIEW kept AS SELECT app.plain(1) AS n;"
    "CREATE TABLE parent (n int); CREATE TABLE child () INHERITS (parent);"
    "CREATE POLICY own ON child USING (n = app.plain(1));"
    "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE moods (m mood);"
    "CREATE FUNCTION app.as_mood(int) RETURNS mood IMMUTABLE LANGUAGE sql AS 'SELECT mood ''ok''';"
    "CREATE CAST (int AS mood) WITH FUNCTION app.as_mood(int);"
    "CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER other FOREIGN DATA WRAPPER nothing;"
    "CREATE FOREIGN TABLE remote (id int) SERVER other;"
    "CREATE VIEW over_remote AS SELECT * FROM remote;";

/* What is not there on every server. */
static const char since_12[] =
    "CREATE TABLE made (id int, n int GENERATED ALWAYS AS (app.plain(4) + id) STORED);"
    "CREATE TABLE parts (k int) PARTITION BY RANGE (app.plain(k));"
    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);";

/* (transfer full): "name(kind)" of each, a comma between them; w: on writes only, c: in calls only.
 */
static char *
reached(const char *dsn, guint major)
{
    g_autofree char *query = g_strdup_printf(
        "SELECT string_agg(name || '(' || kind || CASE WHEN on_writes THEN 'w' ELSE '' END || "
        "CASE WHEN is_called THEN 'c' ELSE '' END || ')', ' ' ORDER BY name, kind, "
        "on_writes) FROM (%s\n) names",
        pga_sql_text("own_code", major));

    return pga_test_value(dsn, query);
}

static void
test_reached(gconstpointer data)
{
    const PgaTestCluster *cluster = data;
    const guint major = pga_test_cluster_major(cluster);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "own_code"), *none = NULL;
    g_autofree char *names = NULL, *expected = NULL;

    none = reached(dsn, major);
    g_assert_cmpstr(none, ==, "");
    pga_test_sql(dsn, schema);
    if (major >= 12)
        pga_test_sql(dsn, since_12);
    names = reached(dsn, major);
    expected = g_strdup_printf(
        "===(f) _mood(f) _pair(f) %sas_mood(fc) checked(f) child(f) filled(fw) "
        "indexed(f) %smood(f) moods(f) over_filled(fw) over_policed(f) over_remote(r) pair(f) "
        "pairs(f) parent(f) part_of(f) %splain(fc) policed(f) positive(f) positives(f) remote(r) "
        "same(fc)",
        major >= 11 ? "_positive(f) " : "", major >= 12 ? "made(f) " : "",
        major >= 12 ? "parts(f) parts_1(f) " : "");
    g_assert_cmpstr(names, ==, expected);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers = pga_test_servers();

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *name = g_strdup_printf("/collect/live/reached-names/%u", server->major);

        g_test_add_data_func(name, pga_test_cluster(server->major), test_reached);
    }
    return g_test_run();
}
