/* Access patterns as SQL: texts with parameters, and with typical constants. */
#include <design/design.h>
#include <design/values.h>
#include <parse/requirements.h>
#include <string.h>

#define HEAD                                                                                       \
    "name: t\nworkload_type: oltp\nqueries_per_second: 100\nentities:\n"                           \
    "  users:\n    rows: 1M\n    attributes: {id: {identity: true}, email: {type: email, unique: " \
    "true}, country: country, settings: {json: varying}}\n"                                        \
    "  orders:\n    rows: 10M\n    attributes: {user: {references: users}, placed_at: timestamp, " \
    "status: {one_of: [new, paid, done], distribution: {done: 90%, new: 8%}}, total: money, "      \
    "tags: "                                                                                       \
    "tags, place: geo-point, zone: {type: tstzrange}, marks: list of text-short, grade: "          \
    "\"decimal(3,1)\", code: varchar(3), size: smallint}\n"                                        \
    "access_patterns:\n  - {name: p, "

typedef struct {
    const char *name, *pattern;
    const char *sql;     /* (nullable): there is none */
    const char *planned; /* (nullable): a part of it */
    const char *failure; /* (nullable): a part of it */
} Case;

static const Case cases[] = {
    {"equal", "find: users, where: [email = ?]", "SELECT * FROM users WHERE email = $1",
     "email = '", NULL},
    {"recent",
     "find: orders, where: [user = ?, placed_at >= ?], order_by: placed_at desc, limit: 20",
     "SELECT * FROM orders WHERE \"user\" = $1 AND placed_at >= $2 ORDER BY placed_at DESC LIMIT "
     "20",
     "\"user\" = '500000' AND placed_at >= '2024-1", NULL},
    {"constant", "find: orders, where: [\"status <> 'done'\"]",
     "SELECT * FROM orders WHERE status <> 'done'", "status <> 'done'", NULL},
    {"common", "find: orders, where: [status = ?], columns: [id, total]",
     "SELECT id, total FROM orders WHERE status = $1", "status = 'done'", NULL},
    {"contains", "find: users, where: [email contains ?]",
     "SELECT * FROM users WHERE email ILIKE '%' || $1 || '%'", "ILIKE '%' || '", NULL},
    {"starts", "find: users, where: [email starts with ?]",
     "SELECT * FROM users WHERE email LIKE $1 || '%'", "LIKE '", NULL},
    {"in", "find: orders, where: [status in ?]", "SELECT * FROM orders WHERE status = ANY($1)",
     "= ANY('{done,new,paid}')", NULL},
    {"through-reference", "find: orders, where: [user.country = ?]",
     "SELECT orders.* FROM orders JOIN users ON users.id = orders.\"user\" WHERE users.country = "
     "$1",
     "users.country = '", NULL},
    {"joined", "find: orders, join: [users], where: [status = ?], columns: [id, email]",
     "SELECT orders.id, users.email FROM orders JOIN users ON users.id = orders.\"user\" WHERE "
     "orders.status = $1",
     NULL, NULL},
    {"aggregate",
     "aggregate: orders, group_by: [status], compute: [count, sum(total)], where: [placed_at >= ?]",
     "SELECT status, count(*), sum(total) FROM orders WHERE placed_at >= $1 GROUP BY status", NULL,
     NULL},
    {"key-of-document", "find: users, where: [settings->theme = ?]",
     "SELECT * FROM users WHERE (settings ->> 'theme') = $1", "(settings ->> 'theme') = 'sample'",
     NULL},
    {"update", "update: orders, set: [status], where: [id = ?]",
     "UPDATE orders SET status = $1 WHERE id = $2", "SET status = 'new' WHERE id = '5000000'",
     NULL},
    {"values-that-fit", "update: orders, set: [grade, code, size], where: [id = ?]",
     "UPDATE orders SET grade = $1, code = $2, size = $3 WHERE id = $4",
     "SET grade = '75.0', code = 'ano', size = '750'", NULL},
    {"has-of-a-list", "find: orders, where: [marks has ?], limit: 5",
     "SELECT orders.* FROM orders JOIN order_marks ON orders.id = order_marks.order_id WHERE "
     "order_marks.mark = $1 LIMIT 5",
     "order_marks.mark = 'sample'", NULL},
    {"delete-old", "delete: orders, where: [placed_at < ?]",
     "DELETE FROM orders WHERE placed_at < $1", "placed_at < '20", NULL},
    {"sql", "sql: \"SELECT id FROM users WHERE email = $1 AND id > $2;\"",
     "SELECT id FROM users WHERE email = $1 AND id > $2", "AND id > '9", NULL},
    {"sql-now", "sql: \"SELECT count(*) FROM orders WHERE placed_at > now() - interval '7 days'\"",
     "SELECT count(*) FROM orders WHERE placed_at > now() - interval '7 days'",
     "timestamptz '2025-01-01 00:00:00+00' - interval", NULL},
    {"hostile", "find: orders, where: [\"status = 'a''; DROP TABLE users; --'\"]",
     "SELECT * FROM orders WHERE status = 'a''; DROP TABLE users; --'", NULL, NULL},
};

/* A query's architecture, whatever the file says of everything else. */
static PgaArchitecture *
design(const char *pattern)
{
    g_autofree char *text = g_strconcat(HEAD, pattern, "}\n", NULL);
    g_autoptr(GError) error = NULL;
    PgaRequirements *requirements = pga_requirements_parse(text, strlen(text), "t.yaml", &error);
    PgaArchitecture *architecture;

    g_assert_no_error(error);
    pga_design_complete(requirements);
    architecture = pga_architecture_new(requirements);
    architecture->major = 17;
    pga_design_tables(architecture, &error);
    g_assert_no_error(error);
    pga_design_queries(architecture, &error);
    g_assert_no_error(error);
    return architecture;
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = design(c->pattern);
    const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, 0);

    g_test_message("%s | %s | %s", query->sql, query->planned_sql, query->failure);
    g_assert_cmpstr(query->sql, ==, c->sql);
    if (c->sql)
        g_assert_null(query->failure);
    if (c->planned)
        g_assert_nonnull(strstr(query->planned_sql, c->planned));
    if (c->sql && strstr(c->sql, "$1")) {
        g_assert_null(strstr(query->planned_sql, "$1"));
        g_assert_nonnull(query->variant_sql);
    }
    if (c->failure)
        g_assert_nonnull(strstr(query->failure, c->failure));
}

#define OLD_SHOPS "SELECT shops.*, zips.city FROM shops LEFT JOIN zips ON zips.zip = shops.zip"

/* A third normal form moves what depends on no key. */
static void
test_moved(void)
{
    static const char text[] =
        "name: t\nworkload_type: oltp\nqueries_per_second: 100\nentities:\n"
        "  shops:\n    rows: 1M\n    attributes: {id: {identity: true}, zip: text-short, city: "
        "text-short, region: text-short}\n"
        "rules: [{functional_dependency: \"shops.zip -> shops.city\"}, {functional_dependency: "
        "\"shops.city -> shops.region\"}]\n"
        "access_patterns:\n"
        "  - {name: a, sql: \"SELECT id, zip FROM shops WHERE city = $1 AND id > $2\"}\n"
        "  - {name: b, find: shops, where: [city = ?]}\n"
        "  - {name: c, sql: \"SELECT s.city FROM shops s JOIN shops ON shops.id = s.id WHERE s.id "
        "= "
        "$1\"}\n"
        "  - {name: d, sql: \"SELECT region, city FROM shops WHERE zip = $1 AND region = $2\"}\n"
        "  - {name: e, sql: \"UPDATE shops SET city = $1\"}\n";
    g_autoptr(GError) error = NULL;
    PgaRequirements *requirements = pga_requirements_parse(text, strlen(text), "t.yaml", &error);
    g_autoptr(PgaArchitecture) architecture = NULL;
    const PgaDesignQuery *query;

    g_assert_no_error(error);
    pga_design_complete(requirements);
    architecture = pga_architecture_new(requirements);
    architecture->major = 17;
    g_assert_true(pga_design_tables(architecture, &error) &&
                  pga_design_queries(architecture, &error));
    query = g_ptr_array_index(architecture->queries, 0);
    g_assert_cmpstr(query->sql, ==,
                    "SELECT id, shops.zip FROM shops LEFT JOIN zips ON zips.zip = shops.zip WHERE "
                    "zips.city = $1 AND id > $2");
    g_assert_cmpstr(query->origin, ==, "rewritten: shops.city is zips.city");
    query = g_ptr_array_index(architecture->queries, 1);
    g_assert_cmpstr(query->sql, ==,
                    "SELECT shops.* FROM shops JOIN zips ON zips.zip = shops.zip WHERE zips.city = "
                    "$1");
    query = g_ptr_array_index(architecture->queries, 2);
    g_assert_cmpstr(query->sql, ==,
                    "SELECT s.city FROM (" OLD_SHOPS ") s JOIN (" OLD_SHOPS
                    ") AS shops ON shops.id = s.id WHERE s.id = $1");
    g_assert_nonnull(strstr(query->planned_sql, "s.id = '500000'"));
    query = g_ptr_array_index(architecture->queries, 3);
    g_assert_cmpstr(query->sql, ==,
                    "SELECT region, city FROM (SELECT shops.*, zips.city, cities.region FROM shops "
                    "LEFT JOIN zips ON zips.zip = shops.zip LEFT JOIN cities ON cities.city = "
                    "zips.city) AS shops WHERE zip = $1 AND region = $2");
    g_assert_cmpstr(query->origin, ==,
                    "rewritten: shops.city is zips.city, shops.region is cities.region");
    query = g_ptr_array_index(architecture->queries, 4);
    g_assert_cmpstr(query->sql, ==, "UPDATE shops SET city = $1"); /* the lab will tell */
}

/* What a builder may hand in that no file can: names that are not there. */
static void
test_unknown(void)
{
    g_autoptr(PgaArchitecture) architecture = design("find: users, where: [email = ?]");
    PgaSpecPattern *pattern = pga_requirements_add_pattern(architecture->requirements, "lost");
    const PgaDesignQuery *query;

    pattern->kind = PGA_PATTERN_FIND;
    pattern->entity = g_strdup("orders");
    g_ptr_array_add(pattern->where, g_strdup("user_id = ?"));
    g_ptr_array_add(pattern->where_at, GUINT_TO_POINTER(1));
    g_ptr_array_set_size(architecture->queries, 0);
    g_ptr_array_set_size(architecture->not_checked, 0);
    g_assert_true(pga_design_queries(architecture, NULL));
    query = g_ptr_array_index(architecture->queries, 1);
    g_assert_null(query->sql);
    g_assert_nonnull(strstr(query->failure, "no column \"user_id\"; the nearest is \"user\""));
    g_assert_cmpuint(architecture->not_checked->len, ==, 1);
}

static void
test_insert(void)
{
    g_autoptr(PgaArchitecture) architecture = design("insert: orders");
    const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, 0);

    g_assert_true(g_str_has_prefix(query->sql, "INSERT INTO orders ("));
    g_assert_null(strstr(query->sql, "(id"));
    g_assert_true(query->command == 'i');
    g_assert_nonnull(strstr(query->planned_sql, "'2025-01-01 00:00:00+00'"));
}

static void
test_values(void)
{
    PgaArchitecture *architecture = design("insert: orders");
    const PgaDesignTable *orders = pga_architecture_table(architecture, "orders");
    const PgaDesignColumn *status = pga_design_table_column(orders, "status");
    double sum;
    g_autofree double *shares = pga_value_shares(status, &sum);
    g_autofree char *first = pga_value_equal(orders, status, 0);

    g_assert_cmpfloat_with_epsilon(sum, 1, 1e-6);
    g_assert_cmpfloat_with_epsilon(shares[0], 0.9, 1e-6);
    g_assert_cmpstr(first, ==, "done");
    g_assert_cmpint(pga_value_class("numeric(12,2)"), ==, PGA_VALUES_NUMBER);
    g_assert_cmpint(pga_value_class("timestamptz"), ==, PGA_VALUES_TIMESTAMP);
    g_assert_cmpint(pga_value_class("interval"), ==, PGA_VALUES_OTHER);
    g_assert_cmpint(pga_value_class("text[]"), ==, PGA_VALUES_ARRAY);
    pga_architecture_free(architecture);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/design/queries/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_case);
    }
    g_test_add_func("/design/queries/names-that-are-not-there", test_unknown);
    g_test_add_func("/design/queries/insert-leaves-identity-out", test_insert);
    g_test_add_func("/design/queries/what-was-moved", test_moved);
    g_test_add_func("/design/queries/values", test_values);
    return g_test_run();
}
