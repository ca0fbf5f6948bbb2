/* Defaults: each has a value, each is told. */
#include <design/design.h>
#include <string.h>

#define GIB (1024LL * 1024 * 1024)

static PgaRequirements *
shop(void)
{
    PgaRequirements *requirements = pga_requirements_new();

    requirements->workload = PGA_WORKLOAD_OLTP;
    requirements->bytes = 500LL * 1000 * 1000 * 1000;
    requirements->queries_per_second = 5000;
    requirements->availability.sla = 99.95;
    requirements->deployment.platform = PGA_DEPLOYMENT_AWS_RDS;
    requirements->deployment.major = 17;
    requirements->deployment.is_stated = TRUE;
    pga_requirements_add_entity(requirements, "users")->rows = 5e6;
    pga_requirements_add_entity(requirements, "orders")->rows = 50e6;
    return requirements;
}

static const PgaAssumption *
assumption(const PgaRequirements *requirements, const char *field)
{
    for (guint i = 0; i < requirements->assumptions->len; i++) {
        const PgaAssumption *each = g_ptr_array_index(requirements->assumptions, i);

        if (g_str_equal(each->field, field))
            return each;
    }
    return NULL;
}

static const PgaSpecPattern *
pattern(const PgaRequirements *requirements, const char *name)
{
    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *each = g_ptr_array_index(requirements->patterns, i);

        if (g_str_equal(each->name, name))
            return each;
    }
    return NULL;
}

static void
assert_complete(const PgaRequirements *requirements)
{
    g_assert_cmpint(requirements->workload, >, PGA_WORKLOAD_UNKNOWN);
    g_assert_nonnull(requirements->name);
    g_assert_cmpint(requirements->bytes, >, 0);
    g_assert_cmpfloat(requirements->queries_per_second, >, 0);
    g_assert_cmpfloat(requirements->read_share, >=, 0);
    g_assert_cmpfloat(requirements->p50_ms, >, 0);
    g_assert_cmpfloat(requirements->p95_ms, >, 0);
    g_assert_cmpfloat(requirements->p99_ms, >, 0);
    g_assert_cmpfloat(requirements->growth_per_year, >=, 0);
    g_assert_cmpint(requirements->connections, >, 0);
    g_assert_cmpint(requirements->deployment.ram_bytes, >, 0);
    g_assert_cmpint(requirements->deployment.cores, >, 0);
    g_assert_cmpint(requirements->deployment.storage, >=, 0);
    g_assert_cmpuint(requirements->deployment.major, >, 0);
    g_assert_cmpfloat(requirements->index_min_gain, >=, 0);
    g_assert_cmpfloat(requirements->partition_min_rows, >=, 0);
    g_assert_cmpfloat(requirements->partition_min_bytes, >=, 0);
    g_assert_cmpfloat(requirements->shared_buffers, >, 0);
    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        g_assert_cmpfloat(entity->rows, >, 0);
        g_assert_cmpuint(entity->attributes->len, >, 0);
    }
    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *each = g_ptr_array_index(requirements->patterns, i);

        g_assert_cmpfloat(each->per_second, >=, 0);
        g_assert_cmpuint(each->where->len, ==, each->where_at->len);
    }
}

static void
test_shop(void)
{
    g_autoptr(PgaRequirements) requirements = shop();
    const PgaSpecEntity *users = NULL, *orders = NULL;
    double sum = 0;

    pga_design_complete(requirements);
    assert_complete(requirements);
    g_assert_cmpint(requirements->deployment.ram_bytes, ==, 64 * GIB);
    g_assert_cmpint(requirements->deployment.cores, ==, 16);
    g_assert_cmpint(requirements->deployment.storage, ==, PGA_STORAGE_NETWORK);
    g_assert_cmpint(requirements->connections, ==, 200);
    g_assert_nonnull(strstr(assumption(requirements, "deployment.ram")->why, "db.m7g.4xlarge"));
    g_assert_cmpstr(assumption(requirements, "deployment.ram")->value, ==, "64GB");
    g_assert_null(assumption(requirements, "deployment.platform"));

    users = pga_requirements_entity(requirements, "users");
    orders = pga_requirements_entity(requirements, "orders");
    g_assert_true(users->is_assumed && orders->is_assumed);
    g_assert_true(pga_spec_attribute(users->attributes, "email")->unique);
    g_assert_cmpstr(pga_spec_attribute(orders->attributes, "user_id")->references, ==, "users");
    g_assert_nonnull(pga_spec_attribute(orders->attributes, "total_amount"));
    g_assert_cmpuint(pga_spec_attribute(orders->attributes, "status")->values->len, ==, 4);
    g_assert_cmpfloat(orders->retention_days, ==, 730);
    g_assert_cmpfloat(users->retention_days, ==, -1);
    g_assert_cmpstr(orders->retention, ==, "24 months");
    g_assert_nonnull(assumption(requirements, "entities.orders.retention"));
    g_assert_cmpstr(assumption(requirements, "entities.retention")->value, ==,
                    "none (kept forever): users");

    g_assert_cmpstr(g_ptr_array_index(pattern(requirements, "orders_history")->where, 0), ==,
                    "user_id = ?");
    g_assert_cmpstr(g_ptr_array_index(pattern(requirements, "users_login")->where, 0), ==,
                    "email = ?");
    g_assert_cmpstr(g_ptr_array_index(pattern(requirements, "orders_open")->where, 0), ==,
                    "status <> 'completed'");
    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *each = g_ptr_array_index(requirements->patterns, i);

        g_assert_true(each->is_assumed);
        sum += each->per_second;
    }
    g_assert_cmpfloat_with_epsilon(sum, 5000, 25);
}

/* Nothing at all but two unknown names. */
static void
test_nothing(void)
{
    g_autoptr(PgaRequirements) requirements = pga_requirements_new();

    pga_requirements_add_entity(requirements, "frobs");
    pga_requirements_add_entity(requirements, "gadgets");
    pga_design_complete(requirements);
    assert_complete(requirements);
    g_assert_cmpuint(requirements->deployment.major, ==, 17);
    for (guint i = 0; i < requirements->assumptions->len; i++) {
        const PgaAssumption *each = g_ptr_array_index(requirements->assumptions, i);

        g_assert_true(*each->field && *each->value && *each->why);
    }
}

/* What was stated stays, and is no assumption. */
static void
test_stated(void)
{
    g_autoptr(PgaRequirements) requirements = shop();
    PgaSpecPattern *login = pga_requirements_add_pattern(requirements, "login");
    PgaSpecPattern *other = pga_requirements_add_pattern(requirements, "other");
    PgaSpecEntity *users = pga_requirements_entity(requirements, "users");
    PgaSpecAttribute *name = pga_spec_add_attribute(users->attributes, "name");

    name->meaning = PGA_MEANING_TEXT_SHORT;
    login->kind = other->kind = PGA_PATTERN_FIND;
    login->per_second = 800;
    requirements->read_share = 0.5;
    requirements->p95_ms = 3;
    requirements->connections = 77;
    requirements->growth_per_year = 0;
    requirements->deployment.ram_bytes = 8 * GIB;
    requirements->deployment.cores = 3;
    requirements->deployment.storage = PGA_STORAGE_HDD;
    pga_requirements_entity(requirements, "orders")->retention_days = 30;
    pga_design_complete(requirements);
    assert_complete(requirements);
    g_assert_cmpuint(users->attributes->len, ==, 1);
    g_assert_false(users->is_assumed);
    g_assert_cmpuint(requirements->patterns->len, ==, 2);
    g_assert_false(other->is_assumed);
    g_assert_cmpfloat(other->per_second, ==, 1700);
    g_assert_cmpint(requirements->connections, ==, 77);
    g_assert_cmpint(requirements->deployment.ram_bytes, ==, 8 * GIB);
    g_assert_cmpint(requirements->deployment.cores, ==, 3);
    g_assert_cmpfloat(requirements->p99_ms, ==, 12);
    g_assert_cmpfloat(pga_requirements_entity(requirements, "orders")->retention_days, ==, 30);
    for (guint i = 0; i < requirements->assumptions->len; i++) {
        const char *field =
            ((PgaAssumption *)g_ptr_array_index(requirements->assumptions, i))->field;

        g_assert_false(g_str_equal(field, "connections") || g_str_equal(field, "read_share") ||
                       g_str_equal(field, "deployment.ram") || g_str_equal(field, "latency.p95") ||
                       g_str_equal(field, "growth.per_year"));
    }
}

/* Rows of the volume, along the usual ratios; bytes of the rows. */
static void
test_rows(void)
{
    g_autoptr(PgaRequirements) volume = pga_requirements_new();
    g_autoptr(PgaRequirements) rows = pga_requirements_new();
    double users = 0, orders = 0, lines = 0;

    volume->bytes = 100LL * 1000 * 1000 * 1000;
    pga_requirements_add_entity(volume, "users");
    pga_requirements_add_entity(volume, "orders");
    pga_requirements_add_entity(volume, "OrderItems");
    pga_design_complete(volume);
    assert_complete(volume);
    users = pga_requirements_entity(volume, "users")->rows;
    orders = pga_requirements_entity(volume, "orders")->rows;
    lines = pga_requirements_entity(volume, "OrderItems")->rows;
    g_assert_cmpfloat_with_epsilon(orders / users, 10, 1);
    g_assert_cmpfloat_with_epsilon(lines / orders, 3.6, 0.4);
    g_assert_cmpfloat(orders, >, 1e7);
    g_assert_cmpfloat(orders, <, 1e9);

    pga_requirements_add_entity(rows, "orders")->rows = 1e6;
    pga_requirements_add_entity(rows, "customers");
    pga_design_complete(rows);
    assert_complete(rows);
    g_assert_cmpfloat(pga_requirements_entity(rows, "customers")->rows, ==, 1e5);
    g_assert_cmpint(rows->bytes, >, 50000000);
    g_assert_nonnull(
        pga_spec_attribute(pga_requirements_entity(rows, "orders")->attributes, "customer_id"));
}

/* A link that a volume or a pattern names is no entity; rows of everything together. */
static void
test_links(void)
{
    g_autoptr(PgaRequirements) requirements = pga_requirements_new();
    PgaSpecRelationship *link = pga_requirements_add_relationship(requirements);

    requirements->rows = 11e6;
    pga_requirements_add_entity(requirements, "orders");
    pga_requirements_add_entity(requirements, "customers");
    pga_requirements_add_entity(requirements, "products")->rows = -1;
    pga_requirements_add_entity(requirements, "order_lines");
    link->kind = PGA_RELATIONSHIP_MANY_TO_MANY;
    link->from = g_strdup("orders");
    link->to = g_strdup("products");
    link->via = g_strdup("order_lines");
    pga_design_complete(requirements);
    assert_complete(requirements);
    g_assert_cmpuint(requirements->entities->len, ==, 3);
    g_assert_cmpfloat_with_epsilon(
        link->rows / pga_requirements_entity(requirements, "orders")->rows, 3, 0.2);
    g_assert_cmpfloat(pga_requirements_entity(requirements, "orders")->rows, >, 8e6);
    g_assert_cmpfloat(pga_requirements_entity(requirements, "orders")->rows, <=, 1.1e7);
}

/* Sizes that are sold. */
static void
test_servers(void)
{
    static const struct {
        PgaDeployment platform;
        PgaWorkloadClass workload;
        double gigabytes, qps;
        gint64 ram_gib, cores;
    } cases[] = {
        {PGA_DEPLOYMENT_SELF_HOSTED, PGA_WORKLOAD_OLTP, 5, 100, 8, 2},
        {PGA_DEPLOYMENT_AWS_RDS, PGA_WORKLOAD_OLTP, 500, 5000, 64, 16},
        {PGA_DEPLOYMENT_AURORA, PGA_WORKLOAD_OLTP, 500, 4000, 64, 8},
        {PGA_DEPLOYMENT_GCP_CLOUDSQL, PGA_WORKLOAD_OLTP, 1000, 5000, 128, 16},
        {PGA_DEPLOYMENT_AZURE_POSTGRES, PGA_WORKLOAD_OLAP, 10000, 5, 672, 96},
        {PGA_DEPLOYMENT_SELF_HOSTED, PGA_WORKLOAD_TIME_SERIES, 1000, 20000, 128, 32},
        {PGA_DEPLOYMENT_SELF_HOSTED, PGA_WORKLOAD_OLTP, 1e6, 1e6, 1024, 128},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaRequirements) requirements = pga_requirements_new();

        requirements->workload = cases[i].workload;
        requirements->bytes = (gint64)(cases[i].gigabytes * 1e9);
        requirements->queries_per_second = cases[i].qps;
        requirements->deployment.platform = cases[i].platform;
        pga_requirements_add_entity(requirements, "orders");
        pga_design_complete(requirements);
        g_assert_cmpint(requirements->deployment.ram_bytes, ==, cases[i].ram_gib * (gint64)GIB);
        g_assert_cmpint(requirements->deployment.cores, ==, cases[i].cores);
    }
}

/* Every archetype by a name of it makes a whole design of its own. */
static void
test_names(void)
{
    static const char *const names[] = {
        "users",    "people",     "Customers", "orders",    "order-items", "OrderLines",
        "products", "categories", "carts",     "sessions",  "events",      "logs",
        "payments", "invoices",   "addresses", "messages",  "threads",     "notifications",
        "posts",    "comments",   "likes",     "devices",   "readings",    "measurements",
        "accounts", "transfers",  "tenants",   "employees", "departments", "tickets",
        "bookings", "files",      "shipments", "inventory", "sales",       "subscriptions",
        "statuses", "analyses",   "series",    "news",      "sensors",
    };
    g_autoptr(PgaRequirements) all = pga_requirements_new();

    all->bytes = 1000LL * 1000 * 1000 * 1000;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(PgaRequirements) one = pga_requirements_new();

        pga_requirements_add_entity(one, names[i]);
        pga_design_complete(one);
        assert_complete(one);
        g_assert_cmpuint(one->patterns->len, >, 0);
        pga_requirements_add_entity(all, names[i]);
    }
    pga_design_complete(all);
    assert_complete(all);
    for (guint i = 0; i < all->patterns->len; i++)
        for (guint j = 0; j < i; j++) {
            const PgaSpecPattern *a = g_ptr_array_index(all->patterns, i);
            const PgaSpecPattern *b = g_ptr_array_index(all->patterns, j);

            g_assert_cmpstr(a->name, !=, b->name);
        }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/design/complete/shop", test_shop);
    g_test_add_func("/design/complete/nothing", test_nothing);
    g_test_add_func("/design/complete/stated-stays", test_stated);
    g_test_add_func("/design/complete/rows", test_rows);
    g_test_add_func("/design/complete/links", test_links);
    g_test_add_func("/design/complete/servers", test_servers);
    g_test_add_func("/design/complete/names", test_names);
    return g_test_run();
}
