/* Designed queries on a clone that was told what the tables will hold: row estimates, indexes,
 * plans, ten times the data. */
#include <cluster.h>
#include <math.h>
#include <string.h>

#include "planned_design.h"

static const char spec[] =
    "name: t\nworkload_type: oltp\nqueries_per_second: 1000\n"
    "deployment: {platform: self-hosted, pg_version: 17, ram: 64GB, cores: 16, storage: nvme}\n"
    "entities:\n"
    "  users:\n    rows: 5M\n    attributes: {id: {identity: true}, email: {type: email, unique: "
    "true}, country: country}\n"
    "  regions:\n    rows: 50\n    attributes: {id: {identity: true}, name: text-short}\n"
    "  orders:\n    rows: 20M\n    attributes: {id: {identity: true}, user: {references: users, "
    "on_delete: cascade}, region: {references: regions}, placed_at: timestamp, status: {one_of: "
    "[new, paid, shipped, completed], distribution: {completed: 94%, new: 1%, paid: 2%, shipped: "
    "3%}}, total: money, closed_at: {type: timestamp, nullable: true, null_share: 0.25}}\n"
    "thresholds: {partition_min_rows: 1000M, partition_min_size: 100TB}\n"
    "access_patterns:\n"
    "  - {name: login, sql: \"SELECT id FROM users WHERE email = $1\", per_second: 800, target: "
    "5ms}\n"
    "  - {name: history, find: orders, where: [user = ?], order_by: placed_at desc, limit: 20, "
    "per_second: 500}\n"
    "  - {name: open_orders, find: orders, columns: [id], where: [\"status <> 'completed'\"], "
    "per_second: 50}\n"
    "  - {name: completed, find: orders, where: [\"status = 'completed'\"], per_second: 0.001}\n"
    "  - {name: unclosed, find: orders, where: [\"closed_at IS NULL\"], per_second: 0.001}\n"
    "  - {name: recent, aggregate: orders, compute: [sum(total)], where: [placed_at >= ?], "
    "per_second: 0.1, target: 1s}\n"
    "  - {name: place, insert: orders, per_second: 100}\n"
    "  - {name: pay, update: orders, set: [status], where: [id = ?], per_second: 100}\n"
    "  - {name: regions, find: regions, where: [id = ?], per_second: 10}\n";

static const PgaDesignQuery *
query(const PgaArchitecture *architecture, const char *name)
{
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *one = g_ptr_array_index(architecture->queries, i);

        if (g_str_equal(one->name, name)) {
            g_test_message("%s: %g -> %g -> %g, rows %g\n%s\n%s\n%s", name, one->cost_before,
                           one->cost_after, one->cost_tenfold, one->rows, one->plan, one->latency,
                           one->tenfold);
            g_assert_null(one->failure);
            return one;
        }
    }
    g_assert_not_reached();
}

static gboolean
uses(const PgaDesignQuery *one, const char *index)
{
    return g_ptr_array_find_with_equal_func(one->indexes, index, g_str_equal, NULL);
}

static void
assert_near(double value, double wanted)
{
    g_assert_cmpfloat(fabs(value - wanted), <=, 0.05 * wanted);
}

static void
test_rows(const PgaArchitecture *architecture)
{
    assert_near(query(architecture, "open_orders")->rows, 1.2e6);
    assert_near(query(architecture, "completed")->rows, 18.8e6);
    assert_near(query(architecture, "unclosed")->rows, 5e6);
    g_assert_cmpfloat(query(architecture, "login")->rows, ==, 1);
}

static void
test_indexes(const PgaArchitecture *architecture)
{
    const PgaDesignQuery *history = query(architecture, "history");
    gboolean partial = FALSE;

    g_assert_true(uses(query(architecture, "login"), "users_email_key"));
    g_assert_cmpfloat(history->cost_after * 1000, <, history->cost_before);
    for (guint i = 0; i < architecture->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(architecture->index->advice, i);

        g_test_message("%s", advice->create);
        partial |= advice->predicate && strstr(advice->predicate, "status <> 'completed'") &&
                   uses(query(architecture, "open_orders"), advice->name);
    }
    g_assert_true(partial);
}

/* Those of the clone are younger than the report. */
static void
test_tenfold(const PgaArchitecture *architecture)
{
    const PgaDesignQuery *open = query(architecture, "open_orders");
    const PgaDesignQuery *regions = query(architecture, "regions");

    assert_near(open->cost_tenfold, 10 * open->cost_after);
    g_assert_cmpfloat(regions->cost_tenfold, ==, regions->cost_after); /* it does not grow */
    g_assert_nonnull(architecture->breaks_first);
    g_assert_true(g_str_has_prefix(architecture->breaks_first, "recent: "));
}

static void
test_latency(const PgaArchitecture *architecture)
{
    const PgaDesignQuery *login = query(architecture, "login");
    const PgaDesignQuery *pay = query(architecture, "pay");

    g_assert_cmpint(login->verdict, ==, PGA_LATENCY_PLAUSIBLE);
    g_assert_cmpfloat(login->low_ms, >, 0);
    g_assert_cmpfloat(login->high_ms, >, login->low_ms);
    g_assert_nonnull(strstr(pay->latency, "no HOT update"));
    g_assert_nonnull(strstr(query(architecture, "place")->latency, "each row is entered into"));
}

/* The same input, the same words. */
static void
test_again(const PgaArchitecture *architecture, const char *bindir)
{
    g_autoptr(PgaArchitecture) again = pga_test_planned_design(bindir, spec);

    g_assert_cmpuint(again->index->advice->len, ==, architecture->index->advice->len);
    for (guint i = 0; i < again->queries->len; i++) {
        const PgaDesignQuery *one = g_ptr_array_index(architecture->queries, i);
        const PgaDesignQuery *other = g_ptr_array_index(again->queries, i);

        g_assert_cmpstr(one->plan, ==, other->plan);
        g_assert_cmpstr(one->latency, ==, other->latency);
        g_assert_cmpstr(one->tenfold, ==, other->tenfold);
    }
}

static void
test_server(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_autoptr(PgaArchitecture) architecture = pga_test_planned_design(server->bindir, spec);

    test_rows(architecture);
    test_indexes(architecture);
    test_tenfold(architecture);
    test_latency(architecture);
    if (server->major == 17)
        test_again(architecture, server->bindir);
}

int
main(int argc, char **argv)
{
    static const guint majors[] = {15, 17, 18}; /* there is a planner module for these */
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *name = g_strdup_printf("/app/design-plan/postgresql-%u", server->major);

        for (guint j = 0; j < G_N_ELEMENTS(majors); j++)
            if (majors[j] == server->major)
                g_test_add_data_func(name, server, test_server);
    }
    return g_test_run();
}
