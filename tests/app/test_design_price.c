/* What partitions cost: planned with and without them, they stay or go, and what stays says its
 * price. */
#include <app/design.h>
#include <cluster.h>
#include <glib/gstdio.h>
#include <string.h>

#define ATTRIBUTES                                                                                 \
    "    attributes: {id: identity, customer: \"integer(1,1000000)\", placed_at: timestamp, "      \
    "total: money}\n"

/* A tenth of the statements leaves the key out: few, but each searches 29 partitions. */
static const char stated[] =
    "name: t\nworkload_type: oltp\ndata_volume: 40GB\nqueries_per_second: 2000\n"
    "deployment: {platform: self-hosted, pg_version: 17, ram: 64GB, cores: 16, storage: nvme}\n"
    "entities:\n"
    "  orders:\n    rows: 50M\n    retention: 24 months\n" ATTRIBUTES
    "  visits:\n    rows: 50M\n    retention: 24 months\n    partition_by: placed_at\n" ATTRIBUTES
    "access_patterns:\n"
    "  - {name: history, find: orders, where: [customer = ?, placed_at >= ?], order_by: placed_at "
    "desc, limit: 20, per_second: 900}\n"
    "  - {name: page, find: orders, where: [id = ?], per_second: 100}\n"
    "  - {name: visit, find: visits, where: [id = ?], per_second: 400}\n"
    "  - {name: seen, find: visits, where: [placed_at >= ?], order_by: placed_at, limit: 20, "
    "per_second: 400}\n";

static const char assumed[] =
    "workload_type: oltp\ndata_volume: \"500GB (5M users, 50M orders)\"\n"
    "queries_per_second: 5000\n"
    "deployment: {platform: self-hosted, pg_version: 17, ram: 64GB, cores: 16, storage: nvme}\n";

static PgaArchitecture *
design(const char *bindir, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    const int file = g_file_open_tmp("pga-price-XXXXXX.yaml", &path, &error);
    const PgaDesignRequest request = {.from = {.source = path, .bindir = bindir}};
    PgaArchitecture *architecture;

    g_assert_no_error(error);
    g_assert_true(g_close(file, NULL) && g_file_set_contents(path, text, -1, NULL));
    architecture = pga_app_design(&request, &error);
    g_assert_no_error(error);
    g_unlink(path);
    return architecture;
}

static const PgaDesignPartitioning *
partitioning_of(const PgaArchitecture *architecture, const char *table)
{
    for (guint i = 0; i < architecture->partitionings->len; i++) {
        const PgaDesignPartitioning *one = g_ptr_array_index(architecture->partitionings, i);

        if (g_str_equal(one->table->name, table)) {
            g_test_message("%s: %s: %s", table, one->verdict, one->price);
            return one;
        }
    }
    g_assert_not_reached();
}

/* Nobody asked for those of orders, somebody for those of visits. */
static void
test_stated(gconstpointer data)
{
    g_autoptr(PgaArchitecture) architecture = design(((const PgaTestServer *)data)->bindir, stated);
    const PgaDesignPartitioning *orders = partitioning_of(architecture, "orders");
    const PgaDesignPartitioning *visits = partitioning_of(architecture, "visits");

    g_assert_false(orders->recommended);
    g_assert_null(orders->table->partitioning);
    g_assert_true(g_str_has_prefix(orders->verdict, "P-06: planned with 29 monthly partitions"));
    g_assert_nonnull(strstr(pga_architecture_file(architecture, "schema.sql")->text,
                            "CONSTRAINT orders_pkey PRIMARY KEY (id)"));
    g_assert_true(visits->recommended);
    g_assert_true(
        g_str_has_prefix(visits->price, "visit searches 29 of 29 partitions, planner cost "));
    g_assert_cmpfloat(visits->cost_after, >, 5 * visits->cost_before);
}

/* One index by users, one of open orders, which the second statement's column is in. */
static void
assert_writes(const PgaArchitecture *architecture)
{
    gboolean told = FALSE;

    g_assert_cmpuint(architecture->index->advice->len, ==, 2);
    for (guint i = 0; i < architecture->notes->len; i++)
        told |= strstr(g_ptr_array_index(architecture->notes, i),
                       "orders_insert 2, orders_next_status 1; about") != NULL;
    g_assert_true(told);
}

/* Who looks an order up by its key has the time that is part of it. */
static void
test_assumed(gconstpointer data)
{
    g_autoptr(PgaArchitecture) architecture =
        design(((const PgaTestServer *)data)->bindir, assumed);
    const PgaDesignPartitioning *orders = partitioning_of(architecture, "orders");
    guint n_keyed = 0;

    g_assert_true(orders->recommended);
    g_assert_cmpfloat(orders->cost_after, <=, orders->cost_before);
    g_assert_nonnull(strstr(orders->price, "orders_by_key would search all 29: planner cost "));
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);

        if (!query->unkeyed_sql)
            continue;
        n_keyed++;
        g_assert_nonnull(strstr(query->sql, "WHERE id = $"));
        g_assert_nonnull(strstr(query->sql, " AND created_at = $"));
        g_assert_null(strstr(query->unkeyed_sql, "created_at ="));
        g_assert_cmpfloat(query->cost_unkeyed, >, 10 * query->cost_after);
    }
    g_assert_cmpuint(n_keyed, ==, 2);
    assert_writes(architecture);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        if (server->major != 17)
            continue;
        g_test_add_data_func("/app/design-price/stated", server, test_stated);
        g_test_add_data_func("/app/design-price/assumed", server, test_assumed);
    }
    return g_test_run();
}
