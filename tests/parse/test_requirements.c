/* The requirements file: what is read of it, and what is said of what cannot be. */
#include <base/error.h>
#include <math.h>
#include <parse/requirements.h>
#include <string.h>

#include "requirements_refused.h"

#define HEAD "workload_type: oltp\ndata_volume: 500GB\nqueries_per_second: 5000\n"

static PgaRequirements *
read_text(const char *text)
{
    GError *error = NULL;
    PgaRequirements *requirements = pga_requirements_parse(text, strlen(text), "shop.yml", &error);

    g_assert_no_error(error);
    return requirements;
}

static void
test_refused(gconstpointer data)
{
    const RequirementsRefused *c = data;
    g_autofree char *text = g_strconcat(c->head ? c->head : "", c->text, NULL);
    g_autofree char *detail =
        g_strdup_printf("shop.yml, line %u, column %u.%s%s", c->line, c->column,
                        c->allowed ? " " : "", c->allowed ? c->allowed : "");
    g_autoptr(GError) error = NULL;
    PgaRequirements *requirements = pga_requirements_parse(text, strlen(text), "shop.yml", &error);

    g_assert_null(requirements);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, c->message);
    g_assert_cmpstr(pga_error_get_detail(error), ==, detail);
    g_assert_cmpstr(pga_error_get_hint(error), ==, c->hint);
}

/* The specification's own example, inside `input:` or not. */
static void
test_example(gconstpointer data)
{
    g_autoptr(PgaRequirements) read = read_text(data);
    const PgaSpecEntity *orders = pga_requirements_entity(read, "orders");

    g_assert_cmpint(read->workload, ==, PGA_WORKLOAD_OLTP);
    g_assert_cmpint(read->bytes, ==, 500000000000);
    g_assert_cmpfloat(read->queries_per_second, ==, 5000);
    g_assert_cmpfloat(read->availability.sla, ==, 99.95);
    g_assert_cmpint(read->deployment.platform, ==, PGA_DEPLOYMENT_AWS_RDS);
    g_assert_cmpuint(read->deployment.major, ==, 17);
    g_assert_cmpuint(read->entities->len, ==, 2);
    g_assert_cmpfloat(orders->rows, ==, 50e6);
    g_assert_cmpuint(orders->at.line, >, 0);
    g_assert_cmpuint(read->notes->len, ==, 0);
}

#define EXAMPLE(indent)                                                                            \
    indent "workload_type: oltp\n" indent "data_volume: \"500GB (5M users, 50M orders)\"\n" indent \
           "queries_per_second: 5000\n" indent "availability_sla: 99.95%\n" indent                 \
           "deployment: aws-rds-postgres-17\n"

static void
test_volumes(void)
{
    static const struct {
        const char *text;
        gint64 bytes;
        double rows, users;
    } cases[] = {
        {"500GB (5M users, 50M orders)", 500000000000, -1, 5e6},
        {"2 TB, 5M users", 2000000000000, -1, 5e6},
        {"5 million users and 50,000,000 orders", -1, -1, 5e6},
        {"50M rows (5k users)", -1, 50e6, 5000},
        {"1TiB: 5_000 users + 1 orders", 1099511627776, -1, 5000},
        {"{size: 2TB, rows: {users: 5M}}", 2000000000000, -1, 5e6},
        {"{rows: {users: 5M, orders: 1e9}}", -1, -1, 5e6},
        {"5e6 users, 3 order lines", -1, -1, 5e6},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *quote = *cases[i].text == '{' ? "" : "\"";
        g_autofree char *text =
            g_strdup_printf("workload_type: oltp\nqueries_per_second: 1\ndata_volume: %s%s%s\n",
                            quote, cases[i].text, quote);
        g_autoptr(PgaRequirements) read = read_text(text);

        g_assert_cmpint(read->bytes, ==, cases[i].bytes);
        g_assert_cmpfloat(read->rows, ==, cases[i].rows);
        g_assert_cmpfloat(pga_requirements_entity(read, "users")->rows, ==, cases[i].users);
    }
}

static void
test_deployments(void)
{
    static const struct {
        const char *text;
        PgaDeployment platform;
        guint major;
        const char *version;
        guint n_notes;
    } cases[] = {
        {"aws-rds-postgres-17", PGA_DEPLOYMENT_AWS_RDS, 17, "17", 0},
        {"aws-rds", PGA_DEPLOYMENT_AWS_RDS, 0, NULL, 0},
        {"AWS RDS PostgreSQL 16.4", PGA_DEPLOYMENT_AWS_RDS, 16, "16.4", 1},
        {"aurora-postgresql-16", PGA_DEPLOYMENT_AURORA, 16, "16", 1},
        {"gcp-cloudsql-postgres-18", PGA_DEPLOYMENT_GCP_CLOUDSQL, 18, "18", 0},
        {"azure-postgres-flexible-server-17", PGA_DEPLOYMENT_AZURE_POSTGRES, 17, "17", 0},
        {"self-hosted-pg17", PGA_DEPLOYMENT_SELF_HOSTED, 17, "17", 0},
        {"self-hosted", PGA_DEPLOYMENT_SELF_HOSTED, 0, NULL, 0},
        {"{platform: aurora, pg_version: 9.6}", PGA_DEPLOYMENT_AURORA, 9, "9.6", 1},
        {"{pg_version: 19, ram: 64GB, cores: 16, storage: nvme, nodes: 3}",
         PGA_DEPLOYMENT_SELF_HOSTED, 19, "19", 1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strconcat(HEAD "entities: {users: 5M}\ndeployment: ", cases[i].text, "\n", NULL);
        g_autoptr(PgaRequirements) read = read_text(text);

        g_assert_cmpint(read->deployment.platform, ==, cases[i].platform);
        g_assert_cmpuint(read->deployment.major, ==, cases[i].major);
        g_assert_cmpstr(read->deployment.version, ==, cases[i].version);
        g_assert_cmpuint(read->notes->len, ==, cases[i].n_notes);
        g_assert_true(read->deployment.is_stated);
    }
}

static void
test_meanings(void)
{
    static const struct {
        const char *text;
        PgaMeaning meaning;
        const char *type;
        double min, max;
        gint64 precision, length, many;
    } cases[] = {
        {"email", PGA_MEANING_EMAIL, NULL, NAN, NAN, -1, -1, -1},
        {"text_short", PGA_MEANING_TEXT_SHORT, NULL, NAN, NAN, -1, -1, -1},
        {"text-short(80)", PGA_MEANING_TEXT_SHORT, NULL, NAN, NAN, -1, 80, -1},
        {"'integer(-40,5M)'", PGA_MEANING_INTEGER, NULL, -40, 5e6, -1, -1, -1},
        {"'decimal(12,2)'", PGA_MEANING_DECIMAL, NULL, NAN, NAN, 12, -1, -1},
        {"list of phone", PGA_MEANING_PHONE, NULL, NAN, NAN, -1, -1, 1},
        {"email[]", PGA_MEANING_EMAIL, NULL, NAN, NAN, -1, -1, 1},
        {"period(date)", PGA_MEANING_PERIOD, "date", NAN, NAN, -1, -1, -1},
        {"period", PGA_MEANING_PERIOD, "timestamp", NAN, NAN, -1, -1, -1},
        {"varchar(20)", PGA_MEANING_TYPE, "varchar(20)", NAN, NAN, -1, -1, -1},
        {"double precision", PGA_MEANING_TYPE, "double precision", NAN, NAN, -1, -1, -1},
        {"timestamp without time zone", PGA_MEANING_TYPE, "timestamp without time zone", NAN, NAN,
         -1, -1, -1},
        {"int4[]", PGA_MEANING_TYPE, "int4[]", NAN, NAN, -1, -1, -1},
        {"references users", PGA_MEANING_REFERENCE, NULL, NAN, NAN, -1, -1, -1},
        {"one of new, paid", PGA_MEANING_ONE_OF, NULL, NAN, NAN, -1, -1, -1},
        {"[new, paid]", PGA_MEANING_ONE_OF, NULL, NAN, NAN, -1, -1, -1},
        {"{one_of: {new: 10%, paid: 0.9}}", PGA_MEANING_ONE_OF, NULL, NAN, NAN, -1, -1, -1},
        {"{type: uuid, identity: true}", PGA_MEANING_UUID, NULL, NAN, NAN, -1, -1, -1},
        {"{identity: true}", PGA_MEANING_IDENTITY, NULL, NAN, NAN, -1, -1, -1},
        {"{type: integer, min: 1, max: 9}", PGA_MEANING_INTEGER, NULL, 1, 9, -1, -1, -1},
        {"{json: varying}", PGA_MEANING_JSON, NULL, NAN, NAN, -1, -1, -1},
        {"{separator: ','}", PGA_MEANING_NONE, NULL, NAN, NAN, -1, -1, 1},
        {"", PGA_MEANING_NONE, NULL, NAN, NAN, -1, -1, -1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(
            HEAD "entities:\n  users:\n    attributes:\n      a: ", cases[i].text, "\n", NULL);
        g_autoptr(PgaRequirements) read = read_text(text);
        const PgaSpecAttribute *a =
            pga_spec_attribute(pga_requirements_entity(read, "users")->attributes, "a");

        g_assert_cmpint(a->meaning, ==, cases[i].meaning);
        g_assert_cmpstr(a->type, ==, cases[i].type);
        g_assert_true(isnan(cases[i].min) ? isnan(a->min) : a->min == cases[i].min);
        g_assert_true(isnan(cases[i].max) ? isnan(a->max) : a->max == cases[i].max);
        g_assert_cmpint(a->precision, ==, cases[i].precision);
        g_assert_cmpint(a->length, ==, cases[i].length);
        g_assert_cmpint(a->many, ==, cases[i].many);
        g_assert_cmpuint(a->values->len, ==, a->meaning == PGA_MEANING_ONE_OF ? 2 : 0);
    }
}

static void
test_rules(void)
{
    static const struct {
        const char *text, *entity, *expression;
    } cases[] = {
        {"'orders.total >= 0'", "orders", "total >= 0"},
        {"'orders.total >= orders.tax'", "orders", "total >= tax"},
        {"'order.user <> order.from'", "order", "\"user\" <> \"from\""},
        {"'\"order\".total > 0 AND order.Total < 9'", "order", "total > 0 AND total < 9"},
        {"'tax > 0'", "orders", "tax > 0"},
        {"{check: total > 0, entity: order}", "order", "total > 0"},
        {"\"lower(orders.note) = 'a; -- $1'\"", "orders", "lower(note) = 'a; -- $1'"},
        {"{unique: [orders.note], where: \"note <> 'x'\"}", "orders", "note <> 'x'"},
        {"{unique: orders.note, where: 'orders.total > 0'}", "orders", "total > 0"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(
            HEAD "entities:\n  orders: {attributes: {total: money, tax: money, note: text}}\n"
                 "  order: {attributes: {total: money, user: text, from: text}}\nrules:\n  - ",
            cases[i].text, "\n", NULL);
        g_autoptr(PgaRequirements) read = read_text(text);
        const PgaSpecRule *rule = g_ptr_array_index(read->rules, 0);

        g_assert_cmpstr(rule->entity, ==, cases[i].entity);
        g_assert_cmpstr(rule->expression, ==, cases[i].expression);
    }
}

static void
test_dependencies_and_exclusions(void)
{
    g_autoptr(PgaRequirements) read =
        read_text(HEAD "entities: {b: {attributes: {room: text, desk: text, during: period}}}\n"
                       "rules:\n"
                       "  - {functional_dependency: \"b.room, b.desk -> b.floor\"}\n"
                       "  - {no_overlap: b.during, per: [b.room]}\n"
                       "  - {exclusion: [b.desk, b.during]}\n");
    const PgaSpecRule *dependency = g_ptr_array_index(read->rules, 0);
    const PgaSpecRule *overlap = g_ptr_array_index(read->rules, 1);
    const PgaSpecRule *exclusion = g_ptr_array_index(read->rules, 2);

    g_assert_cmpuint(dependency->left->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(dependency->right, 0), ==, "floor");
    g_assert_cmpuint(read->notes->len, ==, 1); /* floor is new */
    g_assert_cmpstr(g_ptr_array_index(overlap->left, 0), ==, "room");
    g_assert_cmpstr(g_ptr_array_index(overlap->right, 0), ==, "during");
    g_assert_cmpstr(g_ptr_array_index(exclusion->left, 0), ==, "desk");
    g_assert_cmpstr(g_ptr_array_index(exclusion->right, 0), ==, "during");
}

static void
test_relationships(void)
{
    static const struct {
        const char *text;
        PgaRelationshipKind kind;
    } cases[] = {
        {"users 1:n orders", PGA_RELATIONSHIP_ONE_TO_MANY},
        {"orders belongs to users", PGA_RELATIONSHIP_MANY_TO_ONE},
        {"{from: orders, to: users, kind: many_to_many, via: links}",
         PGA_RELATIONSHIP_MANY_TO_MANY},
        {"{from: orders, to: users, kind: 'n:m'}", PGA_RELATIONSHIP_MANY_TO_MANY},
        {"{from: orders, to: users, kind: '1:1', optional: true}", PGA_RELATIONSHIP_ONE_TO_ONE},
        {"{from: users, kind: tree}", PGA_RELATIONSHIP_TREE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strconcat(HEAD "entities: {users: 5M, orders: 50M}\nrelationships:\n  - ",
                        cases[i].text, "\n", NULL);
        g_autoptr(PgaRequirements) read = read_text(text);
        const PgaSpecRelationship *relationship = g_ptr_array_index(read->relationships, 0);

        g_assert_cmpint(relationship->kind, ==, cases[i].kind);
    }
}

static void
test_patterns(void)
{
    g_autoptr(PgaRequirements) read = read_text(
        HEAD
        "entities:\n"
        "  - {name: orders, rows: 5M, retention: 2 years, attributes:\n"
        "      [{name: user, references: users}, {name: at, type: timestamp}, note]}\n"
        "  - users\n"
        "access_patterns:\n"
        "  - {find: orders, where: 'user = ? and at >= ?', limit: 20, per_second: 60/min,\n"
        "     target: 2s, order_by: [at desc, id]}\n"
        "  - {name: both, find: orders, where: [user.name contains ?, user IS NOT NULL]}\n"
        "  - {name: some, aggregate: orders, group_by: [\"date_trunc('day', at)\"],\n"
        "     compute: [count]}\n"
        "  - {name: put, insert: orders, rows: 100, per_second: 5k}\n"
        "  - {name: set, update: orders, set: ['note = ?'], where: [id = ?]}\n"
        "  - {name: sql, sql: \"SELECT note FROM orders WHERE note <> '?' AND id = ? LIMIT ?\"}\n"
        "  - {name: operator, sql: \"SELECT jsonb '{}' ? 'a' FROM orders\"}\n");
    const PgaSpecPattern *find = g_ptr_array_index(read->patterns, 0);
    const PgaSpecPattern *both = g_ptr_array_index(read->patterns, 1);
    const PgaSpecPattern *set = g_ptr_array_index(read->patterns, 4);
    const PgaSpecPattern *sql = g_ptr_array_index(read->patterns, 5);
    const PgaSpecPattern *operator_ = g_ptr_array_index(read->patterns, 6);

    g_assert_cmpstr(find->name, ==, "find_orders_1");
    g_assert_cmpuint(find->where->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(find->where, 1), ==, "at >= ?");
    g_assert_cmpuint(GPOINTER_TO_UINT(g_ptr_array_index(find->where_at, 1)), ==, 9);
    g_assert_cmpfloat(find->per_second, ==, 1);
    g_assert_cmpfloat(find->target_ms, ==, 2000);
    g_assert_cmpstr(find->order_by, ==, "at desc, id");
    g_assert_cmpstr(g_ptr_array_index(both->where, 1), ==, "\"user\" IS NOT NULL");
    g_assert_cmpstr(g_ptr_array_index(set->set, 0), ==, "note");
    g_assert_cmpstr(sql->sql, ==, "SELECT note FROM orders WHERE note <> '?' AND id = $1 LIMIT $2");
    g_assert_cmpstr(operator_->sql, ==, "SELECT jsonb '{}' ? 'a' FROM orders");
    g_assert_cmpstr(pga_requirements_entity(read, "orders")->retention, ==, "24 months");
    g_assert_cmpfloat(pga_requirements_entity(read, "orders")->retention_days, ==, 730);
}

static void
test_units(void)
{
    g_autoptr(PgaRequirements) read = read_text(
        "workload_type: time-series\nqueries_per_second: 5,000 qps\nread_share: 80%\n"
        "data_volume: 5GB\nlatency: {p50: 500us, p95: 20ms, p99: 0.5 min}\n"
        "growth: {per_year: 40%, users: 3%/month}\nconnections: 400\n"
        "availability: {sla: 0.9995, rpo: 0, rto: 15min, region_rtt: 20, regions: [a, b],\n"
        "  replication: sync, failover: automatic, rpo_scope: zone, recovery: backup-only,\n"
        "  patroni: {ttl: 30, loop_wait: 10s}}\n"
        "deployment: {ram: 64GB, storage: gp3}\nsharding: {kind: citus, distribution_column: t}\n"
        "thresholds: {index_min_gain: 10%, partition_min_rows: 1M, partition_min_size: 1GB}\n"
        "entities: {users: 5M}\n");

    g_assert_cmpfloat(read->queries_per_second, ==, 5000);
    g_assert_cmpfloat(read->read_share, ==, 0.8);
    g_assert_cmpfloat_with_epsilon(read->p50_ms, 0.5, 1e-9);
    g_assert_cmpfloat_with_epsilon(read->p99_ms, 30000, 1e-6);
    g_assert_cmpfloat_with_epsilon(pga_requirements_entity(read, "users")->growth, 0.4258, 1e-4);
    g_assert_cmpfloat(read->availability.sla, ==, 99.95);
    g_assert_cmpfloat(read->availability.rpo_s, ==, 0);
    g_assert_cmpfloat(read->availability.rto_s, ==, 900);
    g_assert_cmpfloat_with_epsilon(read->availability.region_rtt_ms, 20, 1e-9);
    g_assert_cmpstr(read->availability.recovery, ==, "backup-only");
    g_assert_cmpint(read->deployment.ram_bytes, ==, 64LL << 30);
    g_assert_cmpint(read->deployment.storage, ==, PGA_STORAGE_NETWORK);
    g_assert_cmpint(read->sharding, ==, PGA_SHARDING_CITUS);
    g_assert_cmpfloat(read->partition_min_bytes, ==, 1e9);
}

static void
test_defaults(void)
{
    static const struct {
        const char *text, *sql;
    } cases[] = {
        {"{type: timestamp, default: now()}", "now()"},   {"{type: flag, default: false}", "false"},
        {"{type: text-short, default: it's}", "'it''s'"}, {"{one_of: [a, b], default: b}", "'b'"},
        {"{type: country, default: DE}", "'DE'"},         {"{type: integer, default: -1}", "-1"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(
            HEAD "entities:\n  u:\n    attributes:\n      a: ", cases[i].text, "\n", NULL);
        g_autoptr(PgaRequirements) read = read_text(text);
        const PgaSpecEntity *entity = g_ptr_array_index(read->entities, 0);
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, 0);

        g_assert_cmpstr(attribute->default_, ==, cases[i].sql);
    }
}

static void
test_json(void)
{
    g_autoptr(PgaRequirements) read =
        read_text("{\"workload_type\": \"olap\", \"data_volume\": {\"size\": \"2TB\"},\n"
                  " \"queries_per_second\": 0.5, \"entities\": {\"facts\": {\"rows\": 1e9,\n"
                  " \"lifetime\": null, \"attributes\": {\"at\": \"timestamp\", \"x\": {\"type\":\n"
                  " \"decimal(12,2)\", \"nullable\": true}}}}}");
    const PgaSpecEntity *facts = g_ptr_array_index(read->entities, 0);

    g_assert_cmpfloat(facts->rows, ==, 1e9);
    g_assert_cmpuint(facts->attributes->len, ==, 2);
    g_assert_true(((PgaSpecAttribute *)g_ptr_array_index(facts->attributes, 1))->nullable);
}

/* What names others without declaring them declares by name, unless it is a slip. */
static void
test_by_name_only(void)
{
    g_autoptr(PgaRequirements) read =
        read_text(HEAD "entities: {orders: 5M}\n"
                       "access_patterns: [{find: products, where: [title contains ?]}]\n");

    g_assert_nonnull(pga_requirements_entity(read, "products"));
    g_assert_cmpstr(g_ptr_array_index(read->notes, 0), ==,
                    "Entity \"products\" is named by access_patterns[1] (line 5) only, not by "
                    "\"entities\": its attributes are assumed.");
}

/* All that is wrong, but what would follow from it. */
static void
test_all_refusals(void)
{
    static const char text[] =
        "workload_type: web\nqueries_per_second: 0\ndata_volume: 1GB\nentities:\n"
        "  users: {rows: 1M, attributes: {email: {type: emial}, zzz: {typ: text}}}\n"
        "  orders: {rows: many, attributes: [a, a]}\n"
        "access_patterns:\n  - {find: users, where: [\"emial = ?\"]}\n";
    static const char late[] =
        "workload_type: oltp\nqueries_per_second: 1\ndata_volume: 1GB\n"
        "entities: {users: {rows: 1M, attributes: {email: email}}}\n"
        "access_patterns:\n  - {find: users, where: [\"emial = ?\"], per_second: -1}\n"
        "  - {name: b, find: users, where: [\"emial = ?\"]}\n  - {name: b, find: usres}\n";
    static const char *const others[] = {"queries_per_second \"0\"", "email.type \"emial\"",
                                         "key \"typ\"", "orders.rows", "is there twice"};
    g_autoptr(GError) error = NULL, second = NULL;
    const GPtrArray *more;

    g_assert_null(pga_requirements_parse(text, strlen(text), "t.yaml", &error));
    more = pga_error_get_others(error);
    g_assert_cmpstr(error->message, ==, "workload_type \"web\" is not known");
    g_assert_cmpuint(more->len, ==, G_N_ELEMENTS(others));
    for (guint i = 0; i < more->len; i++)
        g_assert_nonnull(strstr(((GError *)g_ptr_array_index(more, i))->message, others[i]));
    g_assert_null(pga_requirements_parse(late, strlen(late), "t.yaml", &second));
    g_assert_cmpuint(pga_error_get_others(second)->len, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const RequirementsRefused *c = requirements_refused; c->name; c++) {
        g_autofree char *path = g_strconcat("/parse/requirements/refused/", c->name, NULL);

        g_test_add_data_func(path, c, test_refused);
    }
    g_test_add_data_func("/parse/requirements/example", EXAMPLE(""), test_example);
    g_test_add_data_func("/parse/requirements/example-in-input", "input:\n" EXAMPLE("  "),
                         test_example);
    g_test_add_func("/parse/requirements/all-refusals", test_all_refusals);
    g_test_add_func("/parse/requirements/volumes", test_volumes);
    g_test_add_func("/parse/requirements/deployments", test_deployments);
    g_test_add_func("/parse/requirements/meanings", test_meanings);
    g_test_add_func("/parse/requirements/rules", test_rules);
    g_test_add_func("/parse/requirements/dependencies", test_dependencies_and_exclusions);
    g_test_add_func("/parse/requirements/relationships", test_relationships);
    g_test_add_func("/parse/requirements/patterns", test_patterns);
    g_test_add_func("/parse/requirements/units", test_units);
    g_test_add_func("/parse/requirements/defaults", test_defaults);
    g_test_add_func("/parse/requirements/json", test_json);
    g_test_add_func("/parse/requirements/by-name-only", test_by_name_only);
    return g_test_run();
}
