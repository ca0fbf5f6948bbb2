/* Keys on real servers. */
#include "health.h"

static void
test_no_primary_key(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "keys");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn, "CREATE TABLE keyless (a int, b text);"
                      "CREATE TABLE keyed (a int PRIMARY KEY, b text)");
    report = health_check(dsn);
    health_assert_fires(report, "table-no-primary-key", "public.keyless");
    health_assert_silent(report, "table-no-primary-key", "public.keyed");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("keys/no-primary-key", test_no_primary_key);
    return g_test_run();
}
