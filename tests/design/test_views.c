/* Materialized views: only where a sum's target is missed; and what is asked of them answers as the
 * tables do. */
#include <cluster.h>
#include <design/design.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *sql;
    double rows; /* that come out */
    PgaLatencyVerdict verdict;
    const char *query;         /* of the view; NULL: there is none */
    const char *note;          /* in the notes; NULL: nothing is said */
    const char *parameters[3]; /* to ask both with; NULL: not executed */
} Case;

static const Case cases[] = {
    {"by-day",
     "SELECT date_trunc('day', placed_at) d, sum(total), count(*) AS n FROM orders WHERE placed_at "
     ">= $1 GROUP BY 1 ORDER BY d DESC LIMIT 5",
     730,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT d AS d, sum AS sum, n AS n FROM by_day_mv WHERE d >= date_trunc('day', "
     "($1)::timestamptz) ORDER BY 1 DESC LIMIT 5",
     NULL,
     {"'2025-01-03 00:00:00+00'"}},
    {"by hour and status",
     "SELECT date_trunc('hour', placed_at) AS h, status, max(total) FROM orders GROUP BY h, status "
     "ORDER BY h DESC, max",
     900000,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT h AS h, status AS status, max AS max FROM by_hour_and_status_mv ORDER BY 1 DESC, 3",
     NULL,
     {"", NULL}},
    {"target met",
     "SELECT status, count(*) FROM orders GROUP BY status",
     4,
     PGA_LATENCY_PLAUSIBLE,
     NULL,
     NULL,
     {NULL}},
    {"depends",
     "SELECT status, count(*) FROM orders GROUP BY status",
     4,
     PGA_LATENCY_DOUBTFUL,
     NULL,
     NULL,
     {NULL}},
    {"by-status",
     "SELECT status, count(*), avg(total)::numeric(12,4) FROM orders GROUP BY status ORDER BY "
     "status",
     4,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT status AS status, count AS count, avg AS avg FROM by_status_mv ORDER BY 1",
     NULL,
     {"", NULL}},
    {"one-customer",
     "SELECT status, sum(total) FROM orders WHERE country = $1 GROUP BY status ORDER BY 1",
     4,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT status AS status, sum AS sum FROM one_customer_mv WHERE country = $1 ORDER BY 1",
     NULL,
     {"'DE'"}},
    {"some-countries",
     "SELECT status, sum(total) AS s, max(placed_at) AS last FROM orders WHERE country IN ($1, $2) "
     "AND total > 5 GROUP BY status ORDER BY s, 1",
     4,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT status AS status, sum(s) AS s, max(last) AS last FROM some_countries_mv WHERE country "
     "in ($1, $2) GROUP BY 1 ORDER BY 2, 1",
     NULL,
     {"'DE'", "'FR'"}},
    {"grand total",
     "SELECT count(*), sum(total) FROM orders",
     1,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT count AS count, sum AS sum FROM grand_total_mv",
     NULL,
     {"", NULL}},
    {"range of days",
     "SELECT status, count(*) AS n FROM orders WHERE placed_at BETWEEN $1 AND $2 GROUP BY status "
     "ORDER BY status",
     4,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT status AS status, coalesce(sum(n), 0)::bigint AS n FROM range_of_days_mv WHERE "
     "placed_at_day >= "
     "date_trunc('day', ($1)::timestamptz) AND placed_at_day <= $2 GROUP BY 1 ORDER BY 1",
     NULL,
     {"'2025-01-03 00:00:00+00'", "'2025-01-05 23:59:59+00'"}},
    {"none of them",
     "SELECT count(*), max(total) FROM orders WHERE status = $1",
     1,
     PGA_LATENCY_IMPLAUSIBLE,
     "SELECT coalesce(sum(count), 0)::bigint AS count, max(max) AS max FROM none_of_them_mv WHERE "
     "status = $1",
     NULL,
     {"'lost'"}},
    {"average of a range",
     "SELECT avg(total) FROM orders WHERE placed_at >= $1",
     1,
     PGA_LATENCY_IMPLAUSIBLE,
     NULL,
     "cannot be summed up from parts",
     {NULL}},
    {"as many rows",
     "SELECT id, sum(total) FROM orders GROUP BY id",
     1000000,
     PGA_LATENCY_IMPLAUSIBLE,
     NULL,
     "it would have about 1000000 rows for 1000000",
     {NULL}},
    {"range of amounts",
     "SELECT count(*) FROM orders WHERE total > $1",
     1,
     PGA_LATENCY_IMPLAUSIBLE,
     NULL,
     "a range of total",
     {NULL}},
    {"search",
     "SELECT count(*) FROM orders WHERE note LIKE '%' || $1 || '%'",
     1,
     PGA_LATENCY_IMPLAUSIBLE,
     NULL,
     "cannot be asked of sums",
     {NULL}},
    {"no sum",
     "SELECT * FROM orders WHERE note = $1",
     1,
     PGA_LATENCY_IMPLAUSIBLE,
     NULL,
     NULL,
     {NULL}},
    {"union",
     "SELECT status, count(*) FROM orders GROUP BY 1 UNION SELECT 'x', 1",
     5,
     PGA_LATENCY_IMPLAUSIBLE,
     NULL,
     "not a plain SELECT",
     {NULL}},
    {"or",
     "SELECT count(*) FROM orders WHERE status = $1 OR country = $2 GROUP BY status",
     5,
     PGA_LATENCY_IMPLAUSIBLE,
     NULL,
     "not a plain SELECT",
     {NULL}},
};

static PgaDesignTable *
add_orders(PgaArchitecture *architecture)
{
    static const struct {
        const char *name, *type;
        double distinct;
    } columns[] = {{"id", "bigint", -1},    {"placed_at", "timestamptz", -1}, {"status", "text", 4},
                   {"country", "text", 60}, {"total", "numeric(12,2)", 1000}, {"note", "text", -1}};
    PgaDesignTable *table = pga_architecture_add_table(architecture, "orders");

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        PgaDesignColumn *column =
            pga_design_table_add_column(table, columns[i].name, columns[i].type);

        column->shape.distinct = columns[i].distinct;
    }
    table->rows = 1000000;
    table->retention_days = 365;
    return table;
}

static PgaArchitecture *
design(const Case *c)
{
    PgaRequirements *requirements = pga_requirements_new();
    PgaArchitecture *architecture = NULL;
    PgaSpecPattern *pattern = pga_requirements_add_pattern(requirements, c->name);
    PgaDesignQuery *query = NULL;

    requirements->name = g_strdup("shop");
    pattern->target_ms = 50;
    architecture = pga_architecture_new(requirements);
    architecture->major = 14;
    add_orders(architecture);
    query = pga_architecture_add_query(architecture, pattern);
    g_free(query->name);
    query->name = g_strdup(c->name);
    query->sql = g_strdup(c->sql);
    query->command = 's';
    query->verdict = c->verdict;
    query->rows = c->rows;
    query->low_ms = 900;
    query->high_ms = 4000;
    g_assert_true(pga_design_views(architecture, NULL));
    pga_design_ddl(architecture);
    return architecture;
}

/* (transfer full): @sql with parameters put in, as one text. */
static char *
answer(const char *dsn, const char *sql, const Case *c)
{
    g_autoptr(GString) text = g_string_new(sql);
    g_autofree char *whole = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(c->parameters) && c->parameters[i]; i++) {
        g_autofree char *parameter = g_strdup_printf("$%u", i + 1);

        g_string_replace(text, parameter, c->parameters[i], 0);
    }
    whole = g_strdup_printf("SELECT string_agg(q::text, ' ') FROM (%s) q", text->str);
    return pga_test_value(dsn, whole);
}

/* The view is made, filled, refreshed while it is read, and answers as the tables do. */
static void
check_on_server(const PgaArchitecture *architecture, const Case *c)
{
    const PgaDesignView *view = g_ptr_array_index(architecture->views, 0);
    g_autofree char *refresh =
        g_strdup_printf("REFRESH MATERIALIZED VIEW CONCURRENTLY %s", view->name);
    g_autofree char *dsn = pga_test_cluster_database(pga_test_cluster(0), "views");
    g_autofree char *expected = NULL, *got = NULL;

    pga_test_sql(dsn, "ALTER DATABASE views SET timezone = 'UTC'");
    pga_test_sql(dsn, pga_architecture_file(architecture, "schema.sql")->text);
    pga_test_sql(dsn, "INSERT INTO orders SELECT i, timestamptz '2025-01-01 00:00:00+00' + i * "
                      "interval '7 minutes', (ARRAY['new','paid','done'])[1 + i % 3], "
                      "(ARRAY['DE','FR','US','GB'])[1 + i % 4], i % 100, 'x' FROM "
                      "generate_series(1, 2000) i");
    pga_test_sql(dsn, refresh);
    expected = answer(dsn, c->sql, c);
    got = answer(dsn, view->query, c);
    g_assert_cmpstr(got, ==, expected);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = design(c);
    g_autoptr(GString) notes = g_string_new(NULL);

    for (guint i = 0; i < architecture->notes->len; i++)
        g_string_append_printf(notes, "%s\n", (char *)g_ptr_array_index(architecture->notes, i));
    if (notes->len > 0)
        g_test_message("%s", notes->str);
    g_assert_cmpuint(architecture->views->len, ==, c->query ? 1 : 0);
    if (c->note)
        g_assert_nonnull(strstr(notes->str, c->note));
    else
        g_assert_cmpuint(notes->len, ==, 0);
    if (c->query) {
        const PgaDesignView *view = g_ptr_array_index(architecture->views, 0);

        g_test_message("%s %s %s. %s. Stale %s.", view->sql, view->unique_sql, view->refresh,
                       view->why, view->staleness);
        g_assert_cmpstr(view->query, ==, c->query);
        g_assert_null(strstr(view->why, "about 0 rows"));
        g_assert_true((strstr(view->why, "whole units of time") != NULL) ==
                      (strstr(c->query, "date_trunc(") != NULL));
        if (pga_test_have_server())
            check_on_server(architecture, c);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/design/views/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
