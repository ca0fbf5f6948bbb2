/* Rights and row security on real servers. */
#include "health.h"

static const char planted[] =
    "CREATE TABLE orders (id bigint PRIMARY KEY, tenant integer, owner name);"
    "CREATE TABLE healthy (id bigint PRIMARY KEY, tenant integer);"
    "INSERT INTO orders SELECT g, g % 10 FROM generate_series(1, 20000) g;"
    "INSERT INTO healthy SELECT g, g % 10 FROM generate_series(1, 20000) g;"
    "CREATE FUNCTION open_path() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
    "AS 'SELECT count(*) FROM public.orders';"
    "CREATE FUNCTION fixed_path() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
    "SET search_path = pg_catalog, pg_temp AS 'SELECT count(*) FROM public.orders';"
    "CREATE FUNCTION resolved() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
    "BEGIN ATOMIC SELECT count(*) FROM public.orders; END;"
    "REVOKE EXECUTE ON FUNCTION fixed_path() FROM PUBLIC;"
    "CREATE SCHEMA open; GRANT CREATE ON SCHEMA open TO PUBLIC; CREATE SCHEMA closed;"
    "CREATE TABLE closed.written (a integer PRIMARY KEY); GRANT ALL ON closed.written TO PUBLIC;"
    "CREATE TABLE open.shown (a integer PRIMARY KEY); GRANT SELECT ON open.shown TO PUBLIC;"
    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE healthy ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY slow ON orders USING (tenant = current_setting('app.tenant')::integer);"
    "CREATE POLICY fast ON healthy USING (tenant = (SELECT "
    "current_setting('app.tenant')::integer));"
    "CREATE TABLE waiting (id bigint PRIMARY KEY, owner name);"
    "CREATE POLICY own ON waiting USING (owner = current_user);"
    "CREATE TABLE open_writes (id bigint PRIMARY KEY);"
    "ALTER TABLE open_writes ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY anything ON open_writes FOR INSERT WITH CHECK (true);"
    "CREATE VIEW all_orders AS SELECT * FROM orders; GRANT SELECT ON all_orders TO PUBLIC;"
    "CREATE VIEW own_orders AS SELECT * FROM orders;"
    "ANALYZE orders, healthy";

static void
test_rights(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "rights");
    g_autoptr(PgaReport) report = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, planted);
    report = health_check(dsn);
    finding = health_assert_fires(report, "sec-definer-search-path", "public.open_path()");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    finding = health_assert_fires(report, "sec-definer-search-path", "public.resolved()");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    health_assert_silent(report, "sec-definer-search-path", "public.fixed_path()");
    health_assert_fires(report, "sec-definer-public-execute", "public.open_path()");
    health_assert_silent(report, "sec-definer-public-execute", "public.fixed_path()");
    health_assert_fires(report, "sec-public-schema-create", "open");
    health_assert_silent(report, "sec-public-schema-create", "closed");
    g_assert_true((health_finding(report, "sec-public-schema-create", "public") != NULL) ==
                  (pga_test_cluster_major(cluster) < 15));
    health_assert_fires(report, "sec-grants-wide", "closed");
    health_assert_silent(report, "sec-grants-wide", "open");
}

static void
test_row_security(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "rights");
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, planted);
    report = health_check(dsn);
    finding = health_assert_fires(report, "sec-rls-inconsistent", "public.waiting");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    health_assert_fires(report, "sec-rls-inconsistent", "public.open_writes");
    health_assert_silent(report, "sec-rls-inconsistent", "public.healthy");
    finding = health_assert_fires(report, "sec-rls-initplan", "public.orders.slow");
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    health_assert_silent(report, "sec-rls-initplan", "public.healthy.fast");
    finding = health_assert_fires(report, "sec-definer-view", "public.all_orders");
    health_assert_silent(report, "sec-definer-view", "public.own_orders");
    if (finding->fix.sql->len > 0)
        pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));

    after = health_check(dsn);
    health_assert_silent(after, "sec-rls-inconsistent", "public.waiting");
    health_assert_silent(after, "sec-rls-initplan", NULL);
    if (pga_test_cluster_major(cluster) >= 15)
        health_assert_silent(after, "sec-definer-view", NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("security/rights", test_rights);
    health_add("security/row-security", test_row_security);
    return g_test_run();
}
