#include "measure_shop.h"

static const char shop[] =
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, note text);"
    "INSERT INTO orders SELECT g, g % 5000, repeat('x', 100) FROM generate_series(1, 50000) g;"
    "CREATE TABLE event (tenant int NOT NULL, at int NOT NULL) PARTITION BY RANGE (at);"
    "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (30000);"
    "CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (30000) TO (60000);"
    "INSERT INTO event SELECT g % 700, g FROM generate_series(0, 59999) g;"
    "CREATE TABLE person (id int PRIMARY KEY, email text);"
    "INSERT INTO person SELECT g, 'P' || g || '@example.com' FROM generate_series(1, 30000) g;"
    "ANALYZE;";

const char pga_measure_workload[] =
    "SELECT * FROM orders WHERE customer_id = 42;\n"
    "SELECT count(*) FROM event WHERE tenant = 7;\n"
    "SELECT id FROM person WHERE lower(email) = 'p77@example.com';\n"
    "DELETE FROM orders WHERE customer_id = 4711;\n"
    "WITH gone AS (DELETE FROM orders WHERE customer_id = 4712 "
    "RETURNING id) SELECT count(*) FROM gone;\n"
    "SELECT id FROM orders WHERE customer_id = 43 FOR UPDATE;\n";

char *
pga_measure_file(const char *name, const char *text)
{
    char *path = g_build_filename(g_get_tmp_dir(), name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

void
pga_measure_shop(const PgaTestCluster *cluster, char **source, char **copy)
{
    *source = pga_test_cluster_database(cluster, PGA_MEASURE_SOURCE);
    pga_test_sql(*source, shop);
    pga_test_cluster_sql(cluster, "DROP DATABASE IF EXISTS " PGA_MEASURE_COPY);
    pga_test_cluster_sql(cluster,
                         "CREATE DATABASE " PGA_MEASURE_COPY " TEMPLATE " PGA_MEASURE_SOURCE);
    *copy = g_strdup_printf("host=%s port=%d user=postgres dbname=" PGA_MEASURE_COPY,
                            pga_test_cluster_directory(cluster), pga_test_cluster_port(cluster));
}

char *
pga_measure_indexes(const char *dsn)
{
    return pga_test_value(dsn, "SELECT pg_catalog.string_agg(indexname, ' ' ORDER BY indexname) "
                               "FROM pg_catalog.pg_indexes WHERE schemaname = 'public'");
}

PgaProgramRun *
pga_measure_run(const char *source, const char *path, const char *copy, const char *const *more)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    const char *const first[] = {"index", source, "--workload", path, "-q", "--measure", copy};

    for (guint i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(all, (gpointer)first[i]);
    for (guint i = 0; more && more[i]; i++)
        g_ptr_array_add(all, (gpointer)more[i]);
    g_ptr_array_add(all, NULL);
    return pga_program_run((const char *const *)all->pdata, NULL);
}
