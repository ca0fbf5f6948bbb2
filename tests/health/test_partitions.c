/* Partitions on real servers. */
#include "health.h"

static const char planted[] =
    "CREATE TABLE filling (at date NOT NULL, a int) PARTITION BY RANGE (at);"
    "CREATE TABLE filling_2020 PARTITION OF filling FOR VALUES FROM ('2020-01-01') TO "
    "('2021-01-01');"
    "CREATE TABLE filling_top PARTITION OF filling FOR VALUES FROM ('2021-01-01') TO (MAXVALUE);"
    "CREATE TABLE filling_rest PARTITION OF filling DEFAULT;"
    "INSERT INTO filling SELECT '2019-05-05', g FROM generate_series(1, 1000) g;"
    "CREATE TABLE tidy (at date NOT NULL, a int) PARTITION BY RANGE (at);"
    "CREATE TABLE tidy_past PARTITION OF tidy FOR VALUES FROM (MINVALUE) TO ('2021-01-01');"
    "CREATE TABLE tidy_rest PARTITION OF tidy DEFAULT;"
    "CREATE TABLE ended (at timestamptz NOT NULL, a int) PARTITION BY RANGE (at);"
    "CREATE TABLE ended_1 PARTITION OF ended FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');"
    "INSERT INTO ended VALUES ('2025-01-05', 1);"
    "CREATE TABLE many (a int) PARTITION BY LIST (a);"
    "CREATE TABLE few (a int) PARTITION BY LIST (a);"
    "DO $$ BEGIN FOR i IN 1..60 LOOP EXECUTE format('CREATE TABLE many_%s PARTITION OF many FOR "
    "VALUES IN (%s)', i, i); END LOOP; FOR i IN 1..20 LOOP EXECUTE format('CREATE TABLE few_%s "
    "PARTITION OF few FOR VALUES IN (%s)', i, i); END LOOP; END $$;"
    /* today's rows are in the default partition already */
    "CREATE TABLE late (at date NOT NULL) PARTITION BY RANGE (at);"
    "CREATE TABLE late_1 PARTITION OF late FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');"
    "CREATE TABLE late_rest PARTITION OF late DEFAULT; INSERT INTO late VALUES (now());"
    /* up to next year, month by month */
    "CREATE TABLE kept (at date NOT NULL) PARTITION BY RANGE (at);"
    "DO $$ DECLARE d date := date_trunc('month', now()); BEGIN FOR i IN 0..12 LOOP EXECUTE "
    "format('CREATE TABLE kept_%s PARTITION OF kept FOR VALUES FROM (%L) TO (%L)', i, d + i * "
    "interval '1 month', d + (i + 1) * interval '1 month'); END LOOP; END $$;"
    "ANALYZE";

static void
test_partitions(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "parts");
    g_autoptr(PgaReport) report = NULL;
    const PgaFinding *finding;

    pga_test_sql(dsn, planted);
    report = health_check(dsn);
    finding = health_assert_fires(report, "partition-default-filling", "public.filling");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpuint(health_count(report, "partition-default-filling"), ==, 2);
    finding = health_assert_fires(report, "partition-future-missing", "public.ended");
    /* a partition that takes what is inserted today */
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    pga_test_sql(dsn, "INSERT INTO ended VALUES (now(), 1); DELETE FROM ended WHERE a = 1");
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.undo, 0));
    finding = health_assert_fires(report, "partition-future-missing", "public.late");
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.sql, 0));
    pga_test_sql(dsn, g_ptr_array_index(finding->fix.undo, 0));
    health_assert_silent(report, "partition-future-missing", "public.filling");
    health_assert_silent(report, "partition-future-missing", "public.kept");
    health_assert_fires(report, "partition-too-many", "public.many");
    g_assert_cmpuint(health_count(report, "partition-too-many"), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("partitions/kinds", test_partitions);
    return g_test_run();
}
