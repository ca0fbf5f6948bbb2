/* The class of a workload, from its counters. */
#include <string.h>

#include "workload_internal.h"

typedef struct {
    const char *name;
    gint64 commits, returned, inserted, updated;
    double correlation; /* of a timestamp column; 0: the table has none */
    PgaWorkloadClass want;
} Case;

static const Case cases[] = {
    {"few-transactions-say-nothing", 999, 900000000, 5000000, 0, 1, PGA_WORKLOAD_OLTP},
    {"look-ups-are-oltp", 100000, 600000, 100000, 300000, 0, PGA_WORKLOAD_OLTP},
    {"scans-are-olap", 5000, 500000000, 100, 0, 0, PGA_WORKLOAD_OLAP},
    {"scans-and-writes-are-htap", 5000, 500000000, 50000, 50000, 0, PGA_WORKLOAD_HTAP},
    {"growth-along-time-is-time-series", 50000, 500000, 5000000, 10, 0.99,
     PGA_WORKLOAD_TIME_SERIES},
    {"updates-are-not-time-series", 50000, 500000, 5000000, 500000, 0.99, PGA_WORKLOAD_OLTP},
    {"no-time-order-is-not-time-series", 50000, 500000, 5000000, 0, 0.3, PGA_WORKLOAD_OLTP},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    g_autoptr(PgaEnvironment) environment = pga_environment_new();
    PgaRelation *relation = pga_catalog_add_relation(catalog, 1, "public", "t");

    relation->table_bytes = 1 << 20;
    relation->has_counters = TRUE;
    relation->counters.n_tup_ins = c->inserted;
    relation->counters.n_tup_upd = c->updated;
    if (c->correlation != 0) {
        PgaAttribute *attribute = pga_relation_add_attribute(relation, 1, "at");

        attribute->typcategory = 'D';
        pga_attribute_add_stats(attribute)->correlation = c->correlation;
    }
    environment->xact_commit = c->commits;
    environment->tup_returned = c->returned;
    pga_catalog_finish(catalog);
    pga_workload_detect(catalog, environment);
    g_assert_cmpint(environment->workload, ==, c->want);
    g_assert_nonnull(environment->workload_method);
    g_assert_null(strstr(environment->workload_method, "e+"));
}

static void
test_ddl(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    g_autoptr(PgaEnvironment) environment = pga_environment_new();

    environment->source_kind = PGA_SOURCE_DDL;
    pga_workload_detect(catalog, environment);
    g_assert_cmpint(environment->workload, ==, PGA_WORKLOAD_OLTP);
    g_assert_true(g_str_has_prefix(environment->workload_method, "assumed"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/app/workload/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/app/workload/ddl-is-assumed", test_ddl);
    return g_test_run();
}
