/* The answer about a Django project, applied by Django itself: migrations forward and back, the
 * schema that comes of them beside the one that the answer's SQL makes, the models' parts beside
 * the migrations. The project is copied: makemigrations writes there. */
#include <base/directory.h>
#include <cluster.h>
#include <string.h>
#include <unistd.h>

#include "django_answer_internal.h"

#define MAX_STATEMENTS 400

/* --- Django --- */

/* Debian's interpreter, which Debian's packages are for. (nullable) */
static const char *
interpreter(void)
{
    static const char *const arguments[] = {"/usr/bin/python3", "-c", "import django, psycopg2",
                                            NULL};
    int status = 1;

    if (!g_spawn_sync(NULL, (char **)arguments, NULL,
                      G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                      NULL, &status, NULL))
        return NULL;
    return status == 0 ? arguments[0] : NULL;
}

/* (transfer full): what it prints. */
static char *
run(const char *folder, const char *const *arguments, char **environment)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *out = NULL, *err = NULL;
    int status = 0;

    g_spawn_sync(folder, (char **)arguments, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                 &err, &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("%s %s: %s%s", arguments[1], arguments[2], out, err);
    return g_steal_pointer(&out);
}

static guint
installed_version(void)
{
    static const char *const arguments[] = {
        "/usr/bin/python3", "-c",
        "import django; print(django.VERSION[0] * 100 + django.VERSION[1])", NULL};
    g_autofree char *out = NULL;

    g_spawn_sync(NULL, (char **)arguments, NULL, 0, NULL, NULL, &out, NULL, NULL, NULL);
    return (guint)g_ascii_strtoull(out ? out : "", NULL, 10);
}

static char **
environment_for(const PgaTestCluster *cluster)
{
    g_autofree char *port = g_strdup_printf("%d", pga_test_cluster_port(cluster));
    char **environment = g_environ_setenv(g_get_environ(), "STORE_DB", "theirs", TRUE);

    environment =
        g_environ_setenv(environment, "STORE_HOST", pga_test_cluster_directory(cluster), TRUE);
    environment = g_environ_setenv(environment, "STORE_PORT", port, TRUE);
    environment = g_environ_setenv(environment, "PYTHONDONTWRITEBYTECODE", "1", TRUE);
    return g_environ_unsetenv(environment, "DJANGO_SETTINGS_MODULE");
}

/** A copy of the project, and Django for it. */
typedef struct {
    const PgaTestCluster *cluster;
    PgaDirectory *directory;
    char *folder;
    char **environment;
} Site;

static void
site_init(Site *site)
{
    static const char orders[] = PGA_SOURCE_ROOT "/tests/django/projects/orders";
    const char *copy[] = {"cp", "-r", orders, NULL, NULL};
    g_autoptr(GError) error = NULL;

    site->cluster = pga_test_cluster(0);
    site->directory = pga_directory_new(getuid(), getgid(), &error);
    g_assert_no_error(error);
    copy[3] = pga_directory_get_path(site->directory);
    g_free(run(NULL, copy, NULL));
    site->folder = g_build_filename(copy[3], "orders", NULL);
    site->environment = environment_for(site->cluster);
}

static void
site_clear(Site *site)
{
    g_free(site->folder);
    g_strfreev(site->environment);
    pga_directory_free(site->directory);
}

static char *
manage_to(const Site *site, const char *command, const char *argument, const char *more)
{
    const char *arguments[] = {interpreter(), "manage.py", command, argument, more, NULL};

    return run(site->folder, arguments, site->environment);
}

static void
manage(const Site *site, const char *command, const char *argument, const char *more)
{
    g_free(manage_to(site, command, argument, more));
}

/* Changed parts of models into their files, as a person would: Meta and fields of each class. */
static void
put_in(const Site *site, const PgaDjangoReport *report)
{
    static const char script[] =
        "import ast, re, sys\n"
        "path, parts = sys.argv[1:3]\n"
        "for part in open(parts).read().split('\\0'):\n"
        "    tree = ast.parse(part)\n"
        "    cls = tree.body[-1]\n"
        "    text = open(path).read()\n"
        "    lines = text.split('\\n')\n"
        "    old = next(n for n in ast.parse(text).body\n"
        "               if isinstance(n, ast.ClassDef) and n.name == cls.name)\n"
        "    name = lambda n: getattr(n, 'name', None) or n.targets[0].id\n"
        "    new = {name(n): n for n in cls.body}\n"
        "    gone = [n for n in old.body if not isinstance(n, ast.Expr) and name(n) in new]\n"
        "    keep = [l for i, l in enumerate(lines, 1)\n"
        "            if not any(n.lineno <= i <= n.end_lineno for n in gone)]\n"
        "    end = old.end_lineno - sum(n.end_lineno - n.lineno + 1 for n in gone)\n"
        "    body = part.split('\\n')[cls.lineno:cls.end_lineno]\n"
        "    keep[end:end] = body\n"
        "    heads = [l for l in part.split('\\n') if l.startswith(('from', 'import'))]\n"
        "    open(path, 'w').write('\\n'.join(heads + keep))\n";
    g_autofree char *path = g_build_filename(site->folder, "shop/models.py", NULL);
    g_autofree char *file = g_build_filename(site->folder, "parts", NULL);
    const char *arguments[] = {interpreter(), "-c", script, path, file, NULL};
    g_autoptr(GString) parts = g_string_new(NULL);

    for (guint i = 0; i < report->changes->len; i++) {
        const PgaDjangoChange *change = g_ptr_array_index(report->changes, i);

        g_assert_cmpstr(change->file, ==, "shop/models.py");
        if (i > 0)
            g_string_append_c(parts, '\0');
        g_string_append(parts, change->code);
    }
    g_assert_true(g_file_set_contents(file, parts->str, (gssize)parts->len, NULL));
    g_free(run(site->folder, arguments, NULL));
}

/* --- schemas --- */

static const char schema_sql[] =
    "SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') FROM ("
    "SELECT indexdef || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END FROM pg_indexes"
    " JOIN pg_index ON indexrelid = (quote_ident(schemaname) || '.' || quote_ident(indexname))"
    "::regclass WHERE schemaname = 'public' AND tablename LIKE 'shop%' UNION ALL "
    "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE conrelid::regclass::text LIKE 'shop%' AND contype <> 'n' UNION ALL "
    "SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) ||"
    " CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END FROM pg_attribute"
    " JOIN pg_class c ON c.oid = attrelid AND relkind = 'r' AND relname LIKE 'shop%'"
    " WHERE attnum > 0 AND NOT attisdropped UNION ALL "
    "SELECT 'extension ' || extname FROM pg_extension) AS t(line)";

/* As psql would: a statement at a time. */
static void
run_script(const char *dsn, const char *sql)
{
    PGconn *session = pga_test_session(dsn);
    g_auto(GStrv) statements = g_strsplit(sql, ";\n", MAX_STATEMENTS);

    for (guint i = 0; statements[i]; i++) {
        PGresult *result = PQexec(session, statements[i]);
        const ExecStatusType status = PQresultStatus(result);

        if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY && status != PGRES_TUPLES_OK)
            g_error("%s\n%s", statements[i], PQresultErrorMessage(result));
        PQclear(result);
    }
    PQfinish(session);
}

/* --- what is wished for --- */

typedef struct {
    const char *table, *name, *create, *extension;
} Advice;

#define CREATE "CREATE INDEX CONCURRENTLY "

static const Advice advice[] = {
    {"public.shop_order", "shop_order_status_created_idx",
     CREATE "shop_order_status_created_idx ON public.shop_order (status, created DESC);", NULL},
    {"public.shop_order", "shop_order_open_customers_of_a_very_long_name_idx",
     CREATE "shop_order_open_customers_of_a_very_long_name_idx ON public.shop_order (customer_id) "
            "INCLUDE (number) WHERE status IN ('open', 'held') AND NOT is_paid AND created IS NOT "
            "NULL;",
     NULL},
    {"public.shop_order", "shop_order_created_last_idx",
     CREATE "shop_order_created_last_idx ON public.shop_order (created DESC NULLS LAST);", NULL},
    {"public.shop_order", "shop_order_customer_number", /* the foreign key's own begins it */
     CREATE "shop_order_customer_number ON public.shop_order (customer_id, number);", NULL},
    {"public.shop_product", "shop_product_sku_stock_idx", /* and one of Meta.indexes this one */
     CREATE "shop_product_sku_stock_idx ON public.shop_product (sku, stock);", NULL},
    {"public.shop_order", "shop_order_day_idx",
     CREATE "shop_order_day_idx ON public.shop_order (((created AT TIME ZONE 'UTC')::date));",
     NULL},
    {"public.shop_customer", "shop_customer_name_trgm",
     CREATE "shop_customer_name_trgm ON public.shop_customer USING gin (name gin_trgm_ops);",
     "pg_trgm"},
    {"public.shop_customer", "shop_customer_level_trgm",
     CREATE "shop_customer_level_trgm ON public.shop_customer USING gin (upper((level)::text) "
            "gin_trgm_ops);",
     "pg_trgm"},
    {"public.shop_customer", "shop_customer_email_upper",
     CREATE "shop_customer_email_upper ON public.shop_customer (upper(email) text_pattern_ops);",
     NULL},
    {"public.shop_product", "shop_product_details_gin",
     CREATE "shop_product_details_gin ON public.shop_product USING gin (details jsonb_path_ops);",
     NULL},
    {"public.shop_product", "shop_product_colour_idx",
     CREATE "shop_product_colour_idx ON public.shop_product ((details ->> 'colour'));", NULL},
};

static const struct {
    const char *object, *code;
} fixes[] = {
    {"shop.Product.stock", "models.CheckConstraint(check=models.Q(stock__gte=0), "
                           "name=\"shop_product_stock_check\"),"},
    {"shop.Customer (email)", "models.UniqueConstraint(fields=[\"email\"], name=\"…\"),"},
    {"shop.Order in shop.views.create",
     "class Meta:\n    constraints = [\n        models.UniqueConstraint(fields=[\"customer\"], "
     "condition=models.Q(status=\"open\"), name=\"shop_order_one_open\"),\n    ]"},
    {"shop.Customer.name", "name = models.CharField(max_length=200, null=False)"},
    {"shop.Product.price", "price = models.DecimalField(max_digits=12, decimal_places=2)"},
    {"shop.Product.price", "models.CheckConstraint(check=models.Q(price__gte=0), "
                           "name=\"shop_product_price_check\"),"},
    {"shop.Product.extra", "extra = models.JSONField(default=dict)"},
    {"shop.Product.extra in shop.views.find",
     "GinIndex(OpClass(Upper(\"extra\"), name=\"gin_trgm_ops\"), "
     "name=\"shop_product_extra_trgm\")"},
    {"shop.Order.status", "models.Index(fields=[\"status\"], name=\"not_needed\")"},
    {"shop.Customer.email in shop.views.find",
     "models.UniqueConstraint(Lower(\"email\"), name=\"shop_customer_email_lower\")"},
    {"shop.Nothing", "models.Index(fields=[\"status\"], name=\"nobodys\")"},
    {"shop.Order", "this is no Python ("},
};

static void
add_advice(PgaIndexReport *report, const Advice *one)
{
    PgaIndexAdvice *made = pga_index_report_add_advice(report);

    made->table = g_strdup(one->table);
    made->name = g_strdup(one->name);
    made->create = g_strdup(one->create);
    made->extension = g_strdup(one->extension);
    made->rationale = g_strdup("Statements are served by it.");
}

static void
add_fix(PgaDjangoReport *report, const char *object, const char *code)
{
    PgaFinding *finding = pga_finding_new("dj-test");

    finding->severity = PGA_SEVERITY_WARNING;
    finding->object = g_strdup(object);
    finding->title = g_strdup("Something is missing");
    finding->fix.code = g_strdup(code);
    g_ptr_array_add(report->findings, finding);
}

static void
add_reference(PgaDjangoReport *report)
{
    PgaFinding *finding = pga_finding_new("dj-fk-no-index");

    finding->severity = PGA_SEVERITY_WARNING;
    finding->object = g_strdup("shop.Order.payer");
    finding->title = g_strdup("Something is missing");
    finding->fix.code = g_strdup("# payer: without db_index=False");
    g_ptr_array_add(finding->fix.sql, g_strdup(CREATE "order_payer_idx ON shop_order (payer_id);"));
    g_ptr_array_add(report->findings, finding);
}

static PgaDjangoReport *
answer(const Site *site)
{
    const PgaDjangoRequest request = {0};
    PgaDjangoWork work = {.report = pga_django_report_new(), .request = &request};
    g_autoptr(GError) error = NULL;

    work.project = pga_django_project_read(site->folder, &error);
    g_assert_no_error(error);
    work.project->version = installed_version();
    work.report->index = pga_index_report_new();
    for (guint i = 0; i < G_N_ELEMENTS(advice); i++)
        add_advice(work.report->index, &advice[i]);
    for (guint i = 0; i < G_N_ELEMENTS(fixes); i++)
        add_fix(work.report, fixes[i].object, fixes[i].code);
    add_reference(work.report);
    g_assert_true(pga_django_answer(&work, &error));
    g_assert_no_error(error);
    pga_django_project_free(work.project);
    return work.report;
}

static void
write_migrations(const Site *site, const PgaDjangoReport *report)
{
    for (guint i = 0; i < report->migrations->len; i++) {
        const PgaDjangoMigrationPlan *plan = g_ptr_array_index(report->migrations, i);
        g_autofree char *path = g_build_filename(site->folder, plan->path, NULL);

        g_test_message("%s\n%s", plan->path, plan->code);
        g_assert_true(g_file_set_contents(path, plan->code, -1, NULL));
    }
}

static const char rows_sql[] =
    "INSERT INTO shop_customer (email, name, level) SELECT i || '@example.org',"
    " CASE WHEN i % 3 > 0 THEN 'n' || i END, 1 FROM generate_series(1, 20500) i;"
    "INSERT INTO shop_order (customer_id, number, status, is_paid, created)"
    " SELECT id, id, 'open', false, now() FROM shop_customer LIMIT 100;"
    "INSERT INTO shop_product (sku, stock, details, price, extra)"
    " VALUES ('a', 1, '{}', 1.5, ' '), ('b', 1, '{}', 1.5, '{\"a\": 1}'),"
    " ('c', 1, '{}', 1.5, '{oops')";

static void
assert_same(const char *one, const char *other)
{
    g_auto(GStrv) lines = g_strsplit(one, "\n", -1), others = g_strsplit(other, "\n", -1);

    for (guint i = 0; lines[i]; i++)
        if (!g_strv_contains((const char *const *)others, lines[i]))
            g_error("only the first has: %s", lines[i]);
    for (guint i = 0; others[i]; i++)
        if (!g_strv_contains((const char *const *)lines, others[i]))
            g_error("only the second has: %s", others[i]);
}

/* What the advice and the fixes are for is there, and valid. */
static void
assert_wishes(const char *schema)
{
    static const char *const parts[] = {
        "shop_order_status_created_idx ON public.shop_order USING btree (status, created DESC)",
        "ON public.shop_order USING btree (customer_id) INCLUDE (number) WHERE",
        "(created DESC NULLS LAST)",
        "shop_order_day_idx",
        "shop_order_customer_number ON public.shop_order USING btree (customer_id, number)",
        "shop_product_sku_stock_idx ON public.shop_product USING btree (sku, stock)",
        "USING gin (name gin_trgm_ops)",
        "(upper((email)::text) text_pattern_ops)",
        "USING gin (details jsonb_path_ops)",
        "((details ->> 'colour'::text))",
        "shop_product_stock_check CHECK ((stock >= 0))",
        "UNIQUE (email)",
        "CREATE UNIQUE INDEX shop_customer_email_lower ON public.shop_customer USING btree (lower(",
        "USING gin (upper((level)::text) gin_trgm_ops)",
        ("CREATE UNIQUE INDEX shop_order_one_open ON public.shop_order USING btree (customer_id) "
         "WHERE ((status)::text = 'open'::text)"),
        "shop_customer.name character varying(200) NOT NULL",
        "shop_product.price numeric(12,2)\n",
        "shop_product_price_check CHECK ((price >= (0)::numeric))",
        "shop_product.extra jsonb NOT NULL",
        "order_payer_idx ON public.shop_order USING btree (payer_id)",
        "extension pg_trgm",
    };

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!strstr(schema, parts[i]))
            g_error("there is no %s in\n%s", parts[i], schema);
    g_assert_null(strstr(schema, "USING btree (customer_id)\n")); /* these went */
    g_assert_null(strstr(schema, "shop_product_sku_idx"));
    g_assert_null(strstr(schema, "INVALID"));
    g_assert_null(strstr(schema, "NOT VALID"));
    g_assert_null(strstr(schema, "not_needed"));
    g_assert_null(strstr(schema, "shop_product_extra_trgm"));
    g_assert_null(strstr(schema, "not_null"));
}

/* The migration of that name, whatever its number is. */
static const PgaDjangoMigrationPlan *
plan_of(const PgaDjangoReport *report, const char *name)
{
    for (guint i = 0; i < report->migrations->len; i++) {
        const PgaDjangoMigrationPlan *plan = g_ptr_array_index(report->migrations, i);

        if (g_str_has_suffix(plan->name, name))
            return plan;
    }
    g_error("there is no %s", name);
}

static void
assert_texts(const char *dsn, const char *column, const char *expected)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT string_agg(%s::text, ' ' ORDER BY sku) FROM shop_product", column);
    g_autofree char *texts = pga_test_value(dsn, sql);

    g_assert_cmpstr(texts, ==, expected);
}

#define OLD_CODE "INSERT INTO shop_product (sku, stock, details, price, extra) VALUES "

/* Stopped after the first file, and again while it fills: code of before goes on. */
static void
migrate_in_parts(const Site *site, const char *dsn, const PgaDjangoReport *report)
{
    const PgaDjangoMigrationPlan *first = plan_of(report, "_product_extra_json");
    g_autofree char *out = NULL;

    g_assert_cmpint(first->safety, ==, PGA_SAFETY_REVIEW);
    manage(site, "migrate", "shop", first->name);
    pga_test_sql(dsn, OLD_CODE "('d', 1, '{}', 1.5, '[1]')");
    pga_test_sql(dsn, "UPDATE shop_product SET extra = '{\"a\": 2}' WHERE sku = 'b'");
    assert_texts(dsn, "coalesce(extra_json, '\"-\"')", "\"-\" {\"a\": 2} \"-\" [1]");
    out = manage_to(site, "migrate", NULL, NULL);
    g_assert_nonnull(strstr(out, "  1 of Product.extra are no JSON and became JSON strings"));
    assert_texts(dsn, "extra", "{} {\"a\": 2} \"{oops\" [1]");
}

/* What was no JSON comes back as it was, and so does what was written since. */
static void
migrate_and_go_back(const Site *site, const char *dsn, const PgaDjangoReport *report)
{
    const char *swap = plan_of(report, "_product_extra_is_json")->name;

    pga_test_sql(dsn, "UPDATE shop_product SET extra = 'not {' WHERE sku = 'c'");
    manage(site, "migrate", "shop", swap);
    assert_texts(dsn, "extra", "{} {\"a\": 2} \"not {\" [1]");
    pga_test_sql(dsn, OLD_CODE "('e', 1, '{}', 1.5, '{\"new\": 1}')");
    pga_test_sql(dsn, "UPDATE shop_product SET extra = '[2]' WHERE sku = 'd'");
    manage(site, "migrate", "shop", "0001");
    assert_texts(dsn, "extra", "{} {\"a\": 2} not { [2] {\"new\": 1}");
}

static void
test_migrations_run(void)
{
    g_autoptr(PgaDjangoReport) report = NULL;
    g_autofree char *theirs = NULL, *before = NULL, *after = NULL, *ours = NULL, *back = NULL;
    g_autofree char *by_sql = NULL, *missing = NULL;
    Site site = {0};

    if (!pga_python_is_available() || !interpreter()) {
        g_test_skip("needs the grammar of Python, and Debian's python3-django, python3-psycopg2");
        return;
    }
    if (!pga_test_have_server())
        return;
    site_init(&site);
    theirs = pga_test_cluster_database(site.cluster, "theirs");
    manage(&site, "makemigrations", "shop", NULL);
    manage(&site, "migrate", NULL, NULL);
    pga_test_sql(theirs, rows_sql);
    before = pga_test_value(theirs, schema_sql);
    pga_test_cluster_sql(site.cluster, "CREATE DATABASE ours TEMPLATE theirs");
    ours = g_strdup_printf("%s dbname=ours", pga_test_cluster_dsn(site.cluster));

    report = answer(&site);
    g_assert_cmpuint(report->not_checked->len, ==, 0);
    g_assert_cmpuint(report->changes->len, ==, 3);
    write_migrations(&site, report);
    migrate_in_parts(&site, theirs, report);
    after = pga_test_value(theirs, schema_sql);
    assert_wishes(after);
    missing = pga_test_value(theirs, "SELECT count(*) FROM shop_customer WHERE name = ''");
    g_assert_cmpstr(missing, ==, "6833");

    pga_test_sql(ours, "UPDATE shop_customer SET name = '' WHERE name IS NULL");
    run_script(ours, report->sql);
    by_sql = pga_test_value(ours, schema_sql);
    assert_same(by_sql, after);

    put_in(&site, report);
    manage(&site, "makemigrations", "--check", "--dry-run");
    manage(&site, "migrate", "shop", "0001");
    back = pga_test_value(theirs, schema_sql);
    assert_same(back, before);
    assert_texts(theirs, "extra", "{} {\"a\": 2} \"{oops\" [1]");
    migrate_and_go_back(&site, theirs, report);
    site_clear(&site);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/django-answer/migrations-run-both-ways", test_migrations_run);
    return g_test_run();
}
