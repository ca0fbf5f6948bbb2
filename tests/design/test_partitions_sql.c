/* partitions.sql and partitions_cron.sql as their users run them: by psql, on every server. */
#include <cluster.h>
#include <glib/gstdio.h>
#include <string.h>

#include "partition_model.h"

enum { OLDEST = 14 };

#define NOW "2025-01-01 00:00:00+00"

static const char order_columns[] =
    "id bigint!, user_id bigint!, placed_at timestamptz!, status text!";

/* Whether psql came to the end of @text; what it said is in @messages. */
static gboolean
psql(const char *dsn, const char *text, char **messages)
{
    g_autofree char *path = NULL;
    const int file = g_file_open_tmp("pga-partitions-XXXXXX", &path, NULL);
    const char *const argv[] = {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", dsn,
                                "-tA",  "-f", path, NULL};
    g_autofree char *errors = NULL;
    int status = 0;

    g_assert_cmpint(file, >=, 0);
    g_close(file, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, messages,
                               &errors, &status, NULL));
    if (status != 0)
        g_test_message("%s", errors);
    g_unlink(path);
    return status == 0;
}

static void
run(const char *dsn, const char *text)
{
    g_autofree char *out = NULL;

    g_assert_true(psql(dsn, text, &out));
}

/* (transfer full): @text with the calls of now() as of NOW. */
static char *
as_of_now(const char *text)
{
    static const char *const functions[] = {"partition_make", "partition_expired",
                                            "partition_check"};
    char *result = g_strdup(text);

    for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
        g_autofree char *call = g_strdup_printf("%s()", functions[i]);
        g_autofree char *fixed = g_strdup_printf("%s('" NOW "')", functions[i]);
        g_auto(GStrv) parts = g_strsplit(result, call, -1);

        g_free(result);
        result = g_strjoinv(fixed, parts);
    }
    return result;
}

static void
run_file(const char *dsn, const PgaArchitecture *architecture, const char *path)
{
    g_autofree char *text = as_of_now(pga_architecture_file(architecture, path)->text);

    run(dsn, text);
}

static void
assert_value(const char *dsn, const char *sql, const char *expected)
{
    g_autofree char *value = pga_test_value(dsn, sql);

    g_assert_cmpstr(value, ==, expected);
}

static void
for_each_server(void (*check)(const char *dsn, guint major))
{
    const GPtrArray *servers = pga_test_servers();

    if (!pga_test_have_server())
        return;
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *dsn = NULL;

        if (server->major < OLDEST)
            continue;
        dsn = pga_test_cluster_database(pga_test_cluster(server->major), "partitions");
        g_test_message("PostgreSQL %s", server->version);
        check(dsn, server->major);
    }
}

static void
design(PgaArchitecture *architecture)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_design_partitions(architecture, &error));
    pga_design_ddl(architecture);
}

/* orders by month for two years; order_lines that they own, and notes, refer to them. */
static void
add_shop(PgaArchitecture *architecture)
{
    PgaDesignTable *orders = pga_test_table(architecture, "orders", 5e7, order_columns);
    PgaDesignTable *lines = pga_test_table(architecture, "order_lines", 1.8e8,
                                           "id bigint!, order_id bigint!, quantity integer!");
    PgaDesignTable *notes =
        pga_test_table(architecture, "notes", 1e3, "id bigint!, order_id bigint, note text");

    orders->retention_days = 730.5;
    orders->storage_options = g_strdup("fillfactor = 90");
    pga_test_reference(lines, "order_id", "orders", PGA_DELETE_CASCADE);
    pga_test_reference(notes, "order_id", "orders", PGA_DELETE_SET_NULL);
}

static PgaArchitecture *
shop_of(guint major, gboolean with_lines)
{
    PgaArchitecture *architecture = pga_test_shop(major);

    add_shop(architecture);
    if (!with_lines)
        pga_test_query(architecture, "lines", 10, "SELECT * FROM order_lines WHERE order_id = $1");
    design(architecture);
    return architecture;
}

/* Rows of each month, lines and notes of each order. */
static void
fill(const char *dsn)
{
    run(dsn,
        "INSERT INTO orders (user_id, placed_at, status) SELECT 1, g, 'new' FROM "
        "generate_series('2023-01-15'::timestamptz, '2024-12-15', '1 month') g;"
        "INSERT INTO order_lines (order_id, order_placed_at, quantity) SELECT id, placed_at, 1 "
        "FROM orders; INSERT INTO notes (order_id, order_placed_at) SELECT id, placed_at FROM "
        "orders; INSERT INTO notes (note) VALUES ('of none')");
}

/* What cron runs, a year later. */
static void
run_cron_later(const char *dsn, const PgaArchitecture *architecture)
{
    g_auto(GStrv) parts =
        g_strsplit(pga_architecture_file(architecture, "partitions_cron.sql")->text,
                   "partition_expired()", -1);
    g_autofree char *later = g_strjoinv("partition_expired('2026-01-01 00:00:00+00')", parts);

    assert_value(dsn,
                 "SELECT count(*) FROM partition_expired('2026-01-01 00:00:00+00') WHERE parent = "
                 "'orders'",
                 "12");
    run(dsn, later);
    assert_value(dsn,
                 "SELECT count(*) || ' ' || (SELECT count(*) FROM order_lines) || ' ' || (SELECT "
                 "count(*) FROM notes) || ' ' || (SELECT count(*) FROM notes WHERE order_id IS "
                 "NULL AND order_placed_at IS NULL) FROM orders",
                 "12 12 25 13");
    assert_value(dsn, "SELECT min(relname) FROM pg_class WHERE relname LIKE 'orders_2%'",
                 "orders_2024_01");
}

static void
check_range(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture = shop_of(major, FALSE);

    run_file(dsn, architecture, "schema.sql");
    run_file(dsn, architecture, "partitions.sql");
    assert_value(dsn,
                 "SELECT count(*) || ' ' || min(relname) || ' ' || max(relname) FROM pg_class "
                 "WHERE relispartition AND relkind = 'r'",
                 "29 orders_2023_01 orders_2025_05");
    assert_value(dsn, "SELECT reloptions::text FROM pg_class WHERE relname = 'orders_2023_01'",
                 "{fillfactor=90}");
    run_file(dsn, architecture, "partitions.sql");
    assert_value(dsn, "SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'", "29");
    assert_value(dsn, "SELECT count(*) FROM partition_check('" NOW "')", "0");
    assert_value(dsn, "SELECT count(*) FROM partition_check('2025-05-01 00:00:00+00')", "4");
    fill(dsn);
    run_file(dsn, architecture, "partitions_cron.sql");
    assert_value(dsn, "SELECT count(*) FROM orders", "24");
    run_cron_later(dsn, architecture);
}

/* The lines are partitioned, too, and go first. */
static void
check_both(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture = shop_of(major, TRUE);

    run_file(dsn, architecture, "schema.sql");
    run_file(dsn, architecture, "partitions.sql");
    assert_value(dsn,
                 "SELECT count(*) || ' ' || min(relname) || ' ' || max(relname) FROM pg_class "
                 "WHERE relispartition AND relkind = 'r'",
                 "58 order_lines_2023_01 orders_2025_05");
    fill(dsn);
    run_cron_later(dsn, architecture);
}

static void
test_range(void)
{
    for_each_server(check_range);
}

static void
test_both(void)
{
    for_each_server(check_both);
}

/* The same shop before anybody thought of partitions, with rows. */
static void
make_existing(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) before = pga_test_shop(major);

    before->requirements->partition_min_rows = 1e18;
    before->requirements->partition_min_bytes = 1e18;
    add_shop(before);
    design(before);
    run_file(dsn, before, "schema.sql");
    run(dsn, "CREATE INDEX orders_user_idx ON orders (user_id);"
             "DO $$ BEGIN CREATE ROLE clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
             "GRANT SELECT ON orders TO clerk;"
             "INSERT INTO orders (user_id, placed_at, status) SELECT i % 100, now() - i * interval "
             "'30 min', 'new' FROM generate_series(1, 20000) i;"
             "INSERT INTO order_lines (order_id, quantity) SELECT id, 1 FROM orders;"
             "INSERT INTO notes (order_id) SELECT id FROM orders WHERE id % 10 = 0;"
             "INSERT INTO notes (note) VALUES ('of none')");
}

/* Everything is there, and goes on. */
static void
check_moved(const char *dsn, const PgaArchitecture *architecture)
{
    run(dsn, pga_architecture_file(architecture, "partitions.sql")->text);
    assert_value(dsn,
                 "SELECT count(*) || ' ' || (SELECT count(*) FROM order_lines l JOIN orders o ON "
                 "o.id = l.order_id AND o.placed_at = l.order_placed_at) || ' ' || (SELECT "
                 "count(*) FROM notes n JOIN orders o ON o.id = n.order_id AND o.placed_at = "
                 "n.order_placed_at) FROM orders",
                 "20000 20000 2000");
    assert_value(dsn, "SELECT relkind FROM pg_class WHERE relname = 'orders'", "p");
    assert_value(dsn,
                 "SELECT count(*) FROM pg_constraint WHERE confrelid = 'orders'::regclass AND "
                 "contype = 'f' AND conparentid = 0 AND convalidated",
                 "2");
    assert_value(dsn, "SELECT has_table_privilege('clerk', 'orders', 'SELECT')", "t");
    assert_value(dsn,
                 "SELECT count(*) FROM pg_index WHERE indrelid = 'orders'::regclass AND indisvalid",
                 "2");
    assert_value(dsn, "SELECT count(*) FROM partition_check()", "0");
    run(dsn, "INSERT INTO orders (user_id, placed_at, status) VALUES (1, now(), 'now'), (1, now() "
             "+ interval '100 days', 'later');"
             "INSERT INTO order_lines (order_id, order_placed_at, quantity) SELECT id, placed_at, "
             "2 FROM orders WHERE status <> 'new';"
             "UPDATE orders SET status = 'paid' WHERE status = 'now'");
    assert_value(dsn, "SELECT count(*) || ' ' || max(id) FROM orders", "20002 20002");
    assert_value(
        dsn, "SELECT count(DISTINCT tableoid) FROM orders WHERE status IN ('paid', 'later')", "2");
}

static void
check_attach(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture = shop_of(major, FALSE);

    make_existing(dsn, major);
    run(dsn, pga_architecture_file(architecture, "partitioning/orders-attach.sql")->text);
    check_moved(dsn, architecture);
    assert_value(dsn, "SELECT count(*) FROM orders_history WHERE status = 'new'", "20000");
}

static void
check_copy(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture = shop_of(major, FALSE);

    make_existing(dsn, major);
    run(dsn, pga_architecture_file(architecture, "partitioning/orders-copy.sql")->text);
    check_moved(dsn, architecture);
    /* the old table follows */
    assert_value(dsn,
                 "SELECT count(*) || ' ' || count(*) FILTER (WHERE status = 'paid') FROM "
                 "orders_old",
                 "20002 1");
}

static void
test_attach(void)
{
    for_each_server(check_attach);
}

static void
test_copy(void)
{
    for_each_server(check_copy);
}

/* One table, asked to be partitioned by a column. */
static PgaArchitecture *
one_table(guint major, const char *name, const char *columns, const char *column)
{
    PgaArchitecture *architecture = pga_test_shop(major);
    PgaDesignTable *table = pga_test_table(architecture, name, 5e9, columns);
    PgaDesignKey *key = (PgaDesignKey *)pga_design_table_primary(table);

    g_free(key->name);
    key->name = g_strdup("the_key");
    ((PgaSpecEntity *)table->entity)->partition_by = g_strdup(column);
    return architecture;
}

static void
check_hash(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture =
        one_table(major, "events", "id bigint!, user_id bigint!, payload text", "user_id");

    pga_test_query(architecture, "of user", 90, "SELECT * FROM events WHERE user_id = $1");
    design(architecture);
    run_file(dsn, architecture, "schema.sql");
    run_file(dsn, architecture, "partitions.sql");
    run_file(dsn, architecture, "partitions.sql");
    run(dsn, "INSERT INTO events (user_id) SELECT generate_series(1, 1000)");
    assert_value(dsn,
                 "SELECT count(DISTINCT tableoid) = (SELECT count(*) FROM pg_inherits WHERE "
                 "inhparent = 'events'::regclass) FROM events",
                 "t");
    run_file(dsn, architecture, "partitions_cron.sql");
}

static const char hostile[] = "Ord\"er's \\ \n; $plan$ %s :x --";

/* LIST by a value of people's own, RANGE below it; every name and value is hostile. */
static void
check_list(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture =
        one_table(major, hostile, "id bigint!, re\"g%s text!, A'T timestamptz!", NULL);
    PgaDesignTable *table = pga_architecture_table(architecture, hostile);
    g_autofree char *expected = NULL;

    pga_test_values(table, "re\"g%s", "EU U'S\\ eu \xc3\xa9$plan$");
    table->retention_days = 730.5;
    ((PgaSpecEntity *)table->entity)->tenant = g_strdup("re\"g%s");
    g_ptr_array_add(architecture->requirements->deployment.tenants_in, g_strdup("EU"));
    design(architecture);
    expected = g_strdup_printf("%u 4", table->partitioning->n_partitions + 1); /* DEFAULT */
    run_file(dsn, architecture, "schema.sql");
    run_file(dsn, architecture, "partitions.sql");
    run_file(dsn, architecture, "partitions.sql");
    assert_value(dsn,
                 "SELECT count(*) FILTER (WHERE relkind = 'r') || ' ' || count(*) FILTER (WHERE "
                 "relkind = 'p') FROM pg_class WHERE relispartition AND relkind IN ('r', 'p')",
                 expected);
    run_file(dsn, architecture, "partitions_cron.sql");
    assert_value(dsn, "SELECT count(*) FROM partition_check('" NOW "')", "0");
}

static void
check_uuid(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture =
        one_table(major, "events", "id uuid!, payload text", "id");
    PgaDesignTable *table = pga_architecture_table(architecture, "events");

    table->rows = 5e7;
    table->retention_days = 730.5;
    pga_design_table_column(table, "id")->reason = g_strdup("a UUID of version 7");
    pga_test_query(architecture, "one", 90, "SELECT * FROM events WHERE id = $1");
    design(architecture);
    run_file(dsn, architecture, "schema.sql");
    run_file(dsn, architecture, "partitions.sql");
    run(dsn, "INSERT INTO events (id) VALUES ('0193b3e5-d000-7abc-8def-0123456789ab')");
    assert_value(dsn, "SELECT tableoid::regclass FROM events", "events_2024_12");
    assert_value(dsn, "SELECT count(*) FROM partition_expired('2027-02-01 00:00:00+00')", "25");
    assert_value(dsn, "SELECT count(*) FROM partition_check('" NOW "')", "0");
}

/* Rows that are too old go, but those that are referred to; of partitions of another kind, too. */
static void
check_retention(const char *dsn, guint major)
{
    g_autoptr(PgaArchitecture) architecture =
        one_table(major, "events", "id bigint!, user_id bigint!, at timestamptz!", "user_id");
    PgaDesignTable *logins =
        pga_test_table(architecture, "Log\"ins", 1e3, "id bigint!, a%t timestamptz!, note text");
    PgaDesignTable *kept = pga_test_table(architecture, "kept", 1e3, "id bigint!, login bigint");

    pga_architecture_table(architecture, "events")->retention_days = 90;
    logins->retention_days = 90;
    pga_test_reference(kept, "login", "Log\"ins", PGA_DELETE_RESTRICT);
    pga_test_query(architecture, "of user", 90, "SELECT * FROM events WHERE user_id = $1");
    pga_test_query(architecture, "moving", 1, "UPDATE events SET at = now() WHERE user_id = $1");
    design(architecture);
    g_assert_cmpint(pga_architecture_table(architecture, "events")->partitioning->method, ==,
                    PGA_PARTITION_HASH);
    run_file(dsn, architecture, "schema.sql");
    run_file(dsn, architecture, "partitions.sql");
    run(dsn, "INSERT INTO events (user_id, at) SELECT n, now() - n * interval '1 day' FROM "
             "generate_series(1, 200) n;"
             "INSERT INTO \"Log\"\"ins\" (\"a%t\") SELECT now() - CASE WHEN n > 5 THEN interval "
             "'100 days' ELSE '1 day' END FROM generate_series(1, 24000) n;"
             "INSERT INTO kept (login) SELECT max(id) FROM \"Log\"\"ins\"");
    run(dsn, pga_architecture_file(architecture, "retention_cron.sql")->text);
    assert_value(dsn,
                 "SELECT (SELECT count(*) FROM events) || ' ' || count(*) || ' ' || max(id) FROM "
                 "\"Log\"\"ins\"",
                 "89 6 24000");
}

static void
test_hash(void)
{
    for_each_server(check_hash);
}

static void
test_retention(void)
{
    for_each_server(check_retention);
}

static void
test_list(void)
{
    for_each_server(check_list);
}

static void
test_uuid(void)
{
    for_each_server(check_uuid);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/design/partitions-sql/range-with-retention", test_range);
    g_test_add_func("/design/partitions-sql/referring-table-too", test_both);
    g_test_add_func("/design/partitions-sql/online-attach", test_attach);
    g_test_add_func("/design/partitions-sql/online-copy", test_copy);
    g_test_add_func("/design/partitions-sql/hash", test_hash);
    g_test_add_func("/design/partitions-sql/retention-without-ranges", test_retention);
    g_test_add_func("/design/partitions-sql/list-then-range-of-hostile-names", test_list);
    g_test_add_func("/design/partitions-sql/uuid-of-version-7", test_uuid);
    return g_test_run();
}
