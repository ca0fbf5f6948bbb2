/* What room is worth where no budget says so: indexes that are nearly alike, INCLUDE lists as large
 * as the table, keys that a LIMIT asks for, B-trees where a BRIN would do. */
#include <cluster.h>
#include <string.h>

#include "planned_design.h"

static const char spec[] =
    "name: t\nworkload_type: time-series\nqueries_per_second: 100\n"
    "deployment: {platform: self-hosted, pg_version: 17, ram: 32GB, cores: 8, storage: ssd}\n"
    "entities:\n"
    "  devices:\n    rows: 20k\n    attributes: {id: identity, model: text-short}\n"
    "  readings:\n    rows: 1000M\n    append_only: true\n    key: [device, measured_at]\n"
    "    attributes: {device: {references: devices, on_delete: restrict}, measured_at: timestamp, "
    "temperature: {type: real, nullable: true}, power: {type: double precision, nullable: true}, "
    "quality: {one_of: [good, bad], distribution: {good: 99%, bad: 1%}}}\n"
    "  people:\n    rows: 5M\n    attributes: {id: identity, name: text-short}\n"
    "  orders:\n    rows: 50M\n    attributes: {id: identity, customer: {references: people}, "
    "courier: {references: people}, placed_at: timestamp, sum: money, note: text-long, place: "
    "text-long}\n"
    "  events:\n    rows: 400M\n    append_only: true\n    attributes: {id: identity, created_at: "
    "timestamp, bytes: integer, kind: {one_of: [a, b], distribution: {a: 50%, b: 50%}}}\n"
    "  states:\n    rows: 400M\n    attributes: {id: identity, updated_at: timestamp, bytes: "
    "integer}\n"
    "thresholds: {partition_min_rows: 100000M, partition_min_size: 1000TB}\naccess_patterns:\n"
    "  - {name: latest, find: readings, where: [device = ?], order_by: measured_at desc, limit: 1, "
    "per_second: 50}\n"
    "  - {name: curve, find: readings, where: [device = ?, measured_at >= ?, measured_at < ?], "
    "order_by: measured_at, per_second: 20}\n"
    "  - {name: hourly, sql: \"SELECT date_trunc('hour', measured_at), avg(temperature), "
    "max(power) FROM readings WHERE device = $1 AND measured_at >= $2 GROUP BY 1 ORDER BY 1\", "
    "per_second: 10}\n"
    "  - {name: history, find: orders, where: [customer = ?], order_by: placed_at desc, limit: 20, "
    "per_second: 500}\n"
    "  - {name: tours, find: orders, where: [courier = ?], order_by: placed_at, per_second: 500}\n"
    "  - {name: sums, aggregate: orders, compute: [sum(sum)], where: [courier = ?], per_second: "
    "5}\n"
    "  - {name: month, aggregate: events, compute: [sum(bytes)], where: [created_at >= ?, "
    "created_at < ?], group_by: [kind], per_second: 0.01}\n"
    "  - {name: changed, aggregate: states, compute: [sum(bytes)], where: [updated_at >= ?, "
    "updated_at < ?], per_second: 0.01}\n";

/* Those of @table whose first column is @column; *last: the last of them. */
static guint
count(const PgaArchitecture *architecture, const char *table, const char *column,
      const PgaIndexAdvice **last)
{
    guint n = 0;

    for (guint i = 0; i < architecture->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(architecture->index->advice, i);

        if (!g_str_has_suffix(advice->table, table) ||
            !g_str_equal(g_ptr_array_index(advice->columns, 0), column))
            continue;
        *last = advice;
        n++;
    }
    return n;
}

/* Two that hold nearly the same would be cheapest; the one stays that does for both, which is worth
 * its room by far. */
static void
test_nearly_alike(const PgaArchitecture *architecture)
{
    const PgaIndexAdvice *wide = NULL;

    g_assert_cmpuint(count(architecture, "readings", "device", &wide), ==, 1);
    g_assert_cmpuint(wide->include->len, ==, 3);
    g_assert_cmpuint(wide->effects->len, ==, 3);
}

/* Ten rows of a customer are sorted in no time, but some customers have thousands. What is wanted
 * whole is sorted anyway, and an INCLUDE list for a statement among hundreds is not worth it. */
static void
test_order_of_limit(const PgaArchitecture *architecture)
{
    const PgaIndexAdvice *history = NULL, *tours = NULL;

    g_assert_cmpuint(count(architecture, "orders", "customer", &history), ==, 1);
    g_assert_cmpuint(history->columns->len, ==, 2);
    g_assert_true(g_str_has_prefix(g_ptr_array_index(history->columns, 1), "placed_at"));
    g_assert_cmpuint(count(architecture, "orders", "courier", &tours), ==, 1);
    g_assert_cmpuint(tours->columns->len, ==, 1);
    g_assert_cmpuint(tours->include->len, ==, 0);
}

static const PgaDesignQuery *
query(const PgaArchitecture *architecture, const char *name)
{
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *one = g_ptr_array_index(architecture->queries, i);

        if (g_str_equal(one->name, name))
            return one;
    }
    g_assert_not_reached();
}

/* Rows are appended in the order of time: a range of it is on as many pages as its rows, and a BRIN
 * that takes next to no room finds them. Where values do not follow the order of the rows none is
 * made. */
static void
test_brin(const PgaArchitecture *architecture)
{
    const PgaDesignQuery *month = query(architecture, "month");
    const PgaIndexAdvice *ordered = NULL, *changed = NULL;

    g_assert_cmpuint(count(architecture, "events", "created_at", &ordered), ==, 1);
    g_assert_cmpstr(ordered->type, ==, "brin");
    g_assert_cmpfloat((double)ordered->bytes, <, 10e6);
    g_assert_cmpfloat(month->cost_after * 10, <, month->cost_before);
    g_assert_cmpfloat(month->cost_tenfold, >, 5 * month->cost_after);
    g_assert_cmpfloat(month->cost_tenfold, <, 20 * month->cost_after);
    if (count(architecture, "states", "updated_at", &changed) > 0)
        g_assert_cmpstr(changed->type, ==, "btree");
    g_assert_cmpfloat(query(architecture, "changed")->ordered_io, ==, 0);
}

static void
test_server(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_autoptr(PgaArchitecture) architecture = pga_test_planned_design(server->bindir, spec);

    for (guint i = 0; i < architecture->index->advice->len; i++)
        g_test_message(
            "%s",
            ((const PgaIndexAdvice *)g_ptr_array_index(architecture->index->advice, i))->create);
    for (guint i = 0; i < architecture->queries->len; i++)
        g_test_message(
            "%s",
            ((const PgaDesignQuery *)g_ptr_array_index(architecture->queries, i))->planned_sql);
    test_nearly_alike(architecture);
    test_order_of_limit(architecture);
    test_brin(architecture);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        if (server->major == 17)
            g_test_add_data_func("/app/design-room/worth", server, test_server);
    }
    return g_test_run();
}
