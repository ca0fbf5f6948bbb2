/* Queries of a small project on a clone that was told what the tables hold, against the same tables
 * really filled and really indexed; findings that want plans; decisions; the diagram. */
#include <cluster.h>
#include <golden.h>
#include <string.h>

#include "django_decide_internal.h"
#include "django_plan_internal.h"

static const char settings[] = "INSTALLED_APPS = ['shop', 'stock']\n"
                               "DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
                               "DATABASES = {'default': {'ENGINE': "
                               "'django.db.backends.postgresql'}}\n";

static const char models[] =
    "from django.db import models\n"
    "class Category(models.Model):\n"
    "    name = models.CharField(max_length=50)\n"
    "class Customer(models.Model):\n"
    "    email = models.EmailField(unique=True)\n"
    "    city = models.CharField(max_length=80)\n"
    "class Order(models.Model):\n"
    "    STATUS = [('done', 'Done'), ('sent', 'Sent'), ('paid', 'Paid'), ('open', 'Open')]\n"
    "    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)\n"
    "    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL)\n"
    "    status = models.CharField(max_length=10, choices=STATUS)\n"
    "    number = models.PositiveIntegerField()\n"
    "    is_gift = models.BooleanField(default=False)\n"
    "    created = models.DateTimeField(auto_now_add=True)\n"
    "    shipped = models.DateTimeField(null=True)\n"
    "    data = models.JSONField(default=dict)\n"
    "    note = models.TextField(blank=True)\n"
    "    tags = models.ManyToManyField('Category', related_name='tagged')\n"
    "    class Meta:\n"
    "        indexes = [models.Index(fields=['number'], name='shop_order_number')]\n"
    "class Line(models.Model):\n"
    "    order = models.ForeignKey(Order, on_delete=models.CASCADE)\n"
    "    price = models.DecimalField(max_digits=8, decimal_places=2)\n";

static const char stock[] = "from django.db import models\n"
                            "class Item(models.Model):\n"
                            "    order = models.ForeignKey('shop.Order', models.CASCADE)\n";

#define ROWS 200000.0

/** A project on its way. */
typedef struct {
    PgaDjangoRequest request;
    PgaDjangoWork work;
} Case;

static void
query_free(PgaDjangoQuery *query)
{
    g_free(query->sql);
    g_free(query->name);
    g_free(query->why);
    g_ptr_array_unref(query->places);
    g_ptr_array_unref(query->classes);
    g_free(query);
}

static PgaDjangoQuery *
add_query(Case *one, const char *name, const char *sql)
{
    PgaDjangoQuery *query = g_new0(PgaDjangoQuery, 1);

    query->name = g_strdup(name);
    query->sql = g_strdup(sql);
    query->why = sql ? NULL : g_strdup("its conditions are computed");
    query->places = g_ptr_array_new();
    query->classes = g_ptr_array_new();
    query->in_request = TRUE;
    g_ptr_array_add(one->work.queries, query);
    return query;
}

static void
add_file(PgaDjangoProject *project, const char *path, const char *text)
{
    pga_django_project_add(project, path, text, strlen(text));
}

static void
set_rows(Case *one, const char *model, double rows)
{
    double *value = g_new(double, 1);

    *value = rows;
    g_hash_table_insert(one->work.rows, g_strdup(model), value);
    g_hash_table_add(one->work.rows_stated, g_strdup(model));
}

static void
case_init(Case *one)
{
    PgaDjangoProject *project = pga_django_project_new();

    *one = (Case){.request = {.project = "shop"}};
    add_file(project, "manage.py", "");
    add_file(project, "site/__init__.py", "");
    add_file(project, "site/settings.py", settings);
    add_file(project, "shop/__init__.py", "");
    add_file(project, "shop/models.py", models);
    add_file(project, "stock/__init__.py", "");
    add_file(project, "stock/models.py", stock);
    pga_django_project_resolve(project);
    one->work.request = &one->request;
    one->work.project = project;
    one->work.code = pga_django_code_read(project);
    one->work.queries = g_ptr_array_new_with_free_func((GDestroyNotify)query_free);
    one->work.rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    one->work.rows_stated = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    one->work.report = pga_django_report_new();
    one->work.report->version = 170000;
}

static void
case_clear(Case *one)
{
    pga_django_planning_free(one->work.planning);
    pga_source_clear(&one->work.source);
    pga_django_loading_free(one->work.loading);
    g_ptr_array_unref(one->work.queries);
    pga_django_code_free(one->work.code);
    pga_django_project_free(one->work.project);
    g_hash_table_unref(one->work.rows);
    g_hash_table_unref(one->work.rows_stated);
    pga_django_report_free(one->work.report);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static gboolean
plan_all(Case *one, GError **error)
{
    if (!pga_django_load(&one->work, error))
        return FALSE;
    pga_django_plan_begin(&one->work);
    return pga_django_plan(&one->work, error);
}

static const PgaDjangoPlan *
plan(const Case *one, const char *name)
{
    for (guint i = 0; i < one->work.report->plans->len; i++) {
        const PgaDjangoPlan *found = g_ptr_array_index(one->work.report->plans, i);

        if (!g_str_equal(found->name, name))
            continue;
        g_test_message("%s: %s -> %s, %g -> %g\n%s\n%s", name, found->scan_before,
                       found->scan_after, found->before, found->after, found->plan_before,
                       found->plan_after);
        return found;
    }
    g_assert_not_reached();
}

static double
rows(const Case *one, const char *model, const char **how)
{
    for (guint i = 0; i < one->work.report->rows->len; i++) {
        const PgaDjangoRows *found = g_ptr_array_index(one->work.report->rows, i);

        *how = found->how;
        if (g_str_equal(found->model, model))
            return found->rows;
    }
    g_assert_not_reached();
}

#define OPEN                                                                                       \
    "SELECT \"shop_order\".\"id\" FROM \"shop_order\" WHERE \"shop_order\".\"status\" = 'open' "   \
    "ORDER BY \"shop_order\".\"created\" DESC LIMIT 20"
#define OF_CUSTOMER                                                                                \
    "SELECT \"shop_order\".\"id\" FROM \"shop_order\" WHERE \"shop_order\".\"customer_id\" = "     \
    "$1::bigint"
#define IN_CITY                                                                                    \
    "SELECT \"shop_customer\".\"id\", \"shop_customer\".\"email\", \"shop_customer\".\"city\" "    \
    "FROM \"shop_customer\" WHERE \"shop_customer\".\"city\" = "                                   \
    "$1::varchar"
#define BY_EMAIL                                                                                   \
    "SELECT \"shop_customer\".\"id\", \"shop_customer\".\"email\", \"shop_customer\".\"city\" "    \
    "FROM \"shop_customer\" WHERE \"shop_customer\".\"email\" = "                                  \
    "$1::varchar"

/* The tables as the planner was told that they are, with rows in them. */
static const char fill[] =
    "INSERT INTO shop_category SELECT i, 'c' || i FROM generate_series(1, 1000) i;"
    "INSERT INTO shop_customer (id, email, city) SELECT i, i || '@example.org', 'city ' || i % "
    "10000 FROM generate_series(1, 100000) i;"
    "INSERT INTO shop_order (id, customer_id, status, number, is_gift, created, data, note) SELECT "
    "i, (i * 7919::bigint) % 100000 + 1, (ARRAY['done', 'done', 'done', 'done', 'done', 'done', "
    "'sent', 'sent', 'sent', 'paid', 'paid', 'open'])[i % 12 + 1], i, i % 10 = 0, now() - (200000 "
    "- i) * interval '1 minute', jsonb_build_object('k', repeat('y', 180)), repeat('x', 190) FROM "
    "generate_series(1, 200000) i;"
    "VACUUM ANALYZE shop_order; VACUUM ANALYZE shop_customer";

static char *
really(const char *dsn, const char *sql)
{
    g_autofree char *explain = g_strdup_printf("EXPLAIN %s", sql);
    PGconn *session = pga_test_session(dsn);
    PGresult *result;
    GString *text = g_string_new(NULL);
    char *words;

    result = PQexec(session, explain);
    g_assert_cmpint(PQresultStatus(result), ==, PGRES_TUPLES_OK);
    for (int i = 0; i < PQntuples(result); i++)
        g_string_append_printf(text, "%s\n", PQgetvalue(result, i, 0));
    g_test_message("%s", text->str);
    words = pga_django_scan_words(text->str, NULL, NULL);
    PQclear(result);
    PQfinish(session);
    g_string_free(text, TRUE);
    return words;
}

/* What stands behind the kind of scan may differ with the costs of a really read page; the table
 * and the index do not. */
static void
assert_same(const PgaDjangoPlan *planned, const char *dsn, const char *sql, gboolean after)
{
    g_autofree char *words = really(dsn, sql);
    const char *predicted = after ? planned->scan_after : planned->scan_before;

    g_assert_cmpstr(words, ==, predicted);
}

static void
create_really(const char *dsn, const PgaIndexReport *report)
{
    for (guint i = 0; i < report->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);

        for (guint j = 0; j < advice->statements->len; j++)
            pga_test_sql(dsn, g_ptr_array_index(advice->statements, j));
    }
    pga_test_sql(dsn, "ANALYZE");
}

static void
test_predicted(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_auto(Case) one;
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = NULL, *dsn = NULL;
    const PgaDjangoPlan *open, *city;

    case_init(&one);
    one.request.from.bindir = server->bindir;
    set_rows(&one, "shop.Order", ROWS);
    add_query(&one, "open", OPEN);
    add_query(&one, "of_customer", OF_CUSTOMER);
    add_query(&one, "in_city", IN_CITY);
    add_query(&one, "by_email", BY_EMAIL);
    plan_all(&one, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < one.work.report->not_checked->len; i++)
        g_test_message("%s",
                       ((PgaNotChecked *)g_ptr_array_index(one.work.report->not_checked, i))->why);
    g_assert_cmpuint(one.work.report->n_planned, ==, 4);
    open = plan(&one, "open");
    city = plan(&one, "in_city");
    g_assert_cmpuint(open->indexes->len, ==, 1);
    g_assert_cmpuint(city->indexes->len, ==, 1);
    g_assert_cmpuint(plan(&one, "of_customer")->indexes->len, ==, 0);
    g_assert_cmpuint(plan(&one, "by_email")->indexes->len, ==, 0);
    g_assert_cmpfloat(open->after * 10, <, open->before);

    dsn = pga_test_cluster_database(pga_test_cluster(server->major), "django_plan");
    sql = pga_django_project_sql(one.work.project);
    pga_test_sql(dsn, sql);
    for (guint i = 0; i < 4; i++) {
        g_auto(GStrv) parts = g_strsplit(fill, ";", -1);

        pga_test_sql(dsn, i == 3 ? parts[3] : parts[i]);
        if (i == 3)
            pga_test_sql(dsn, parts[4]);
    }
    assert_same(open, dsn, OPEN, FALSE);
    assert_same(city, dsn,
                "SELECT \"shop_customer\".\"id\", \"shop_customer\".\"email\", "
                "\"shop_customer\".\"city\" FROM \"shop_customer\" WHERE "
                "\"shop_customer\".\"city\" = 'city 7'",
                FALSE);
    create_really(dsn, one.work.report->index);
    assert_same(open, dsn, OPEN, TRUE);
    assert_same(city, dsn,
                "SELECT \"shop_customer\".\"id\", \"shop_customer\".\"email\", "
                "\"shop_customer\".\"city\" FROM \"shop_customer\" WHERE "
                "\"shop_customer\".\"city\" = 'city 7'",
                TRUE);
}

static PgaFinding *
add_finding(Case *one, const char *object, const char *statement, const char *create)
{
    PgaFinding *finding = pga_finding_new("dj-filter-unindexed");

    finding->category = "index";
    finding->object = g_strdup(object);
    finding->title = g_strdup("Filter without an index");
    finding->file = g_strdup("shop/views.py");
    finding->line = 3;
    pga_finding_add_sql(finding, g_strdup(create));
    finding->proof.kind = PGA_PROOF_PLAN;
    finding->proof.min_improvement = 0.1;
    pga_finding_add_plan(finding, "the query", g_strdup(statement));
    g_ptr_array_add(one->work.report->findings, finding);
    return finding;
}

static void
test_findings(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_auto(Case) one;
    g_autoptr(GError) error = NULL;
    PgaFinding *good, *broken, *prefix;
    const char *how;

    case_init(&one);
    one.request.from.bindir = server->bindir;
    add_query(&one, "open", OPEN);
    add_query(&one, "computed", NULL);
    add_query(&one, "partial", "SELECT \"id\" FROM \"shop_line\"")->is_partial = TRUE;
    good = add_finding(&one, "shop.Order.status", OPEN,
                       "CREATE INDEX CONCURRENTLY \"shop_order_status\" ON \"shop_order\" "
                       "(\"status\");");
    add_finding(&one, "shop.Order.customer", OF_CUSTOMER,
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS again ON shop_order (customer_id);");
    broken = add_finding(&one, "shop.Order.number", "SELECT nothing FROM nowhere",
                         "CREATE INDEX CONCURRENTLY \"b\" ON \"shop_order\" (\"number\");");
    prefix = add_finding(&one, "shop.Order.note",
                         "SELECT \"id\" FROM \"shop_order\" WHERE \"note\"::text LIKE "
                         "$1::text AND \"id\" <> $2 AND \"id\" <> ($2 + 1)",
                         "CREATE INDEX CONCURRENTLY \"shop_order_note_like\" ON "
                         "\"shop_order\" (\"note\" text_pattern_ops);");
    prefix->rule = "dj-startswith-no-pattern-ops";
    plan_all(&one, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(one.work.report->findings->len, ==, 3);
    g_assert_true(prefix->proof.done);
    g_assert_cmpfloat(prefix->gain->after, <, 0.9 * prefix->gain->before);
    g_test_message("%s", good->proof.outcome);
    g_assert_true(good->proof.done);
    g_assert_cmpfloat(good->gain->after, <, 0.9 * good->gain->before);
    g_assert_nonnull(strstr(((PgaPlanChange *)g_ptr_array_index(good->proof.plans, 0))->plan_after,
                            "shop_order_status"));
    g_assert_nonnull(strstr(good->fix.note, "serves this one better"));
    g_assert_false(broken->proof.done);
    g_assert_nonnull(strstr(broken->proof.outcome, "nowhere"));
    g_assert_nonnull(
        strstr(g_ptr_array_index(one.work.report->notes, 0), "1 finding was left out"));
    g_assert_false(plan(&one, "computed")->planned);
    g_assert_false(plan(&one, "partial")->planned);
    g_assert_cmpfloat(rows(&one, "shop.Category", &how), ==, 1e3);
    g_assert_cmpfloat(rows(&one, "shop.Customer", &how), ==, 1e5);
    g_assert_cmpfloat(rows(&one, "shop.Order", &how), ==, 1e5);
    g_assert_cmpfloat(rows(&one, "shop.Line", &how), ==, 1e6);
    g_assert_cmpstr(how, ==, "assumed");
}

/* Of assumed sizes nobody is advised to keep the primary key once more, with a column beside it. */
static void
test_key_again(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_autoptr(GError) error = NULL;
    g_auto(Case) one;

    case_init(&one);
    one.request.from.bindir = server->bindir;
    add_query(&one, "numbers",
              "SELECT \"shop_line\".\"price\", \"shop_order\".\"number\" FROM \"shop_line\" INNER "
              "JOIN \"shop_order\" ON (\"shop_line\".\"order_id\" = \"shop_order\".\"id\")");
    add_query(&one, "open", OPEN);
    plan_all(&one, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(one.work.report->index->advice->len, >, 0);
    for (guint i = 0; i < one.work.report->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(one.work.report->index->advice, i);

        g_test_message("%s", advice->create);
        g_assert_cmpstr(g_ptr_array_index(advice->columns, 0), !=, "id");
    }
}

/* The index of a unique text that Django makes for beginnings serves them: nothing is advised. */
static void
test_beginning(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_autoptr(GError) error = NULL;
    g_auto(Case) one;

    case_init(&one);
    one.request.from.bindir = server->bindir;
    add_query(&one, "begins",
              "SELECT \"shop_customer\".\"id\", \"shop_customer\".\"city\" FROM "
              "\"shop_customer\" WHERE \"shop_customer\".\"email\"::text LIKE $1::text");
    plan_all(&one, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(plan(&one, "begins")->scan_before, "_like"));
    g_assert_cmpuint(one.work.report->index->advice->len, ==, 0);
}

/* Columns besides the keys of what is advised for a query that reads a few columns of a city,
 * beside
 * @update (nullable). */
static guint
n_included(const PgaTestServer *server, const char *update)
{
    g_autoptr(GError) error = NULL;
    g_auto(Case) one;
    guint n = 0;

    case_init(&one);
    one.request.from.bindir = server->bindir;
    add_query(&one, "mails",
              "SELECT \"shop_customer\".\"email\" FROM \"shop_customer\" WHERE "
              "\"shop_customer\".\"city\" = $1::varchar");
    if (update)
        add_query(&one, "update", update);
    plan_all(&one, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(one.work.report->index->advice->len, ==, 1);
    for (guint i = 0; i < one.work.report->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(one.work.report->index->advice, i);

        g_test_message("%s: %s", advice->create, advice->write_cost);
        g_assert_true(!update == !advice->write_cost);
        n += advice->include->len;
    }
    return n;
}

/* Of assumed sizes nobody is advised to index what single updates set: none of them would be HOT
 * any more. An object saved whole does not tell what changes. */
static void
test_counter(gconstpointer data)
{
#define SET    "UPDATE \"shop_customer\" SET "
#define OF_ONE " WHERE \"shop_customer\".\"id\" = $2::bigint"
    g_assert_cmpuint(n_included(data, NULL), ==, 1);
    g_assert_cmpuint(n_included(data, SET "\"email\" = $1::varchar" OF_ONE), ==, 0);
    g_assert_cmpuint(n_included(data, SET "\"city\" = $1::varchar" OF_ONE), ==, 1);
    g_assert_cmpuint(n_included(data, SET "\"city\" = 'Oslo', \"email\" = $1::varchar" OF_ONE), ==,
                     1);
}

/* On what a database says of itself: its sizes, its statistics, an index that the models do not
 * name. */
static void
test_source(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_auto(Case) one;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) notes =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    g_autofree char *sql = NULL, *dsn = NULL;
    g_auto(GStrv) parts = g_strsplit(fill, ";", -1);
    const char *how;

    case_init(&one);
    dsn = pga_test_cluster_database(pga_test_cluster(server->major), "django_source");
    sql = pga_django_project_sql(one.work.project);
    pga_test_sql(dsn, sql);
    pga_test_sql(dsn, parts[1]);
    pga_test_sql(dsn, "CREATE INDEX by_city ON shop_customer (city)");
    pga_test_sql(dsn, "VACUUM ANALYZE shop_customer");
    one.request.from = (PgaSourceRequest){.source = dsn, .bindir = server->bindir};
    one.request.has_source = TRUE;
    g_assert_true(pga_source_open(&one.request.from, &one.work.source, notes, &error));
    set_rows(&one, "shop.Customer", 1e5);
    g_hash_table_remove_all(one.work.rows_stated);
    add_query(&one, "in_city", IN_CITY);
    add_query(&one, "by_email", BY_EMAIL);
    add_query(&one, "elsewhere", "SELECT id FROM not_migrated_yet");
    plan_all(&one, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(one.work.report->n_planned, ==, 2);
    g_assert_nonnull(strstr(plan(&one, "in_city")->scan_before, "by_city"));
    g_assert_cmpuint(plan(&one, "in_city")->indexes->len, ==, 0);
    g_assert_nonnull(strstr(plan(&one, "elsewhere")->why, "not_migrated_yet"));
    g_assert_cmpfloat(rows(&one, "shop.Customer", &how), ==, 1e5);
    g_assert_nonnull(one.work.source.environment);
    g_assert_nonnull(one.work.source.catalog);
    g_assert_nonnull(one.work.source.lab);
}

static void
test_no_lab(void)
{
    g_auto(Case) one;
    g_autoptr(GError) error = NULL;

    case_init(&one);
    one.request.no_lab = TRUE;
    set_rows(&one, "shop.Order", 5);
    add_query(&one, "open", OPEN);
    g_assert_true(plan_all(&one, &error));
    g_assert_cmpuint(one.work.report->not_checked->len, ==, 1);
    g_assert_false(plan(&one, "open")->planned);
    g_assert_null(one.work.report->index);
}

/* As long as Django takes them, from the advice to the migrations; each another, whole characters.
 */
static void
test_names(void)
{
    static const PgaIndexAsk ask = {0};
    PgaRelation relation = {.nspname = (char *)"public",
                            .relname = (char *)"shop_order_of_somebody"};
    PgaIndexKey key = {.expression = (char *)"lower(note)"};
    PgaIndexCandidate candidate = {.keys = g_ptr_array_new(),
                                   .include = g_array_new(FALSE, FALSE, sizeof(gint16))};
    PgaIndexRun run = {0};
    g_autofree char *umlauts = NULL;

    pga_index_run_init(&run, &ask);
    g_hash_table_insert(run.names, g_strdup("public"),
                        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL));
    g_ptr_array_add(candidate.keys, &key);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *whole = pga_index_take_name(&run, &candidate, &relation);

        g_assert_cmpstr(whole, ==,
                        i ? "shop_order_of_somebody_lower_idx1"
                          : "shop_order_of_somebody_lower_idx");
    }
    run.longest_name = 30;
    for (guint i = 0; i < 2; i++) {
        g_autofree char *cut = pga_index_take_name(&run, &candidate, &relation);

        g_assert_cmpuint(strlen(cut), ==, 30);
        g_assert_true(g_str_has_prefix(cut, "shop_order_of_somebody_"));
        g_assert_true(g_hash_table_contains(g_hash_table_lookup(run.names, "public"), cut));
    }
    g_assert_cmpuint(g_hash_table_size(g_hash_table_lookup(run.names, "public")), ==, 6);
    relation.relname = (char *)"äöüäöüäöüäöüä";
    run.longest_name = 32;
    umlauts = pga_index_take_name(&run, &candidate, &relation);
    g_assert_true(g_utf8_validate(umlauts, -1, NULL));
    g_assert_cmpuint(strlen(umlauts), ==, 31);
    g_ptr_array_unref(candidate.keys);
    g_array_unref(candidate.include);
    pga_index_run_clear(&run);
}

/* Of tables that are another's there is no plan, and everything else is told. */
static void
test_no_tables(void)
{
    g_auto(Case) one;
    g_autoptr(GError) error = NULL;

    case_init(&one);
    add_query(&one, "theirs", "SELECT a FROM elsewhere WHERE a = 1");
    g_assert_true(plan_all(&one, &error));
    g_assert_no_error(error);
    g_assert_false(plan(&one, "theirs")->planned);
    g_assert_cmpstr(plan(&one, "theirs")->why, ==, "relation \"elsewhere\" does not exist");
    g_assert_cmpuint(one.work.report->not_checked->len, ==, 0);
}

static void
test_nothing_loaded(void)
{
    g_auto(Case) one;
    g_autoptr(GError) error = NULL;
    const PgaNotChecked *entry;

    case_init(&one);
    add_query(&one, "theirs", "SELECT a FROM elsewhere WHERE a = 1");
    g_assert_true(pga_django_plan(&one.work, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(one.work.report->not_checked->len, ==, 1);
    entry = g_ptr_array_index(one.work.report->not_checked, 0);
    g_assert_cmpstr(entry->why, ==, "the models make no tables");
}

/* Of very many queries those are planned that matter most, unless there is a time limit. */
static void
test_many_queries(void)
{
    enum { MANY = 1200 };
    g_auto(Case) one;
    DjangoPlanner planner = {.planned = g_ptr_array_new()};
    g_autoptr(PgaQuerySet) some = NULL, all = NULL;

    case_init(&one);
    planner.work = &one.work;
    for (guint i = 0; i < MANY; i++) {
        g_autofree char *sql = g_strdup_printf("SELECT a FROM t WHERE a = %u", i);

        add_query(&one, sql, sql)->in_request = i >= 300;
    }
    some = pga_django_workload(&planner);
    g_assert_cmpuint(some->queries->len, ==, 1000);
    g_assert_cmpuint(planner.planned->len, ==, 1000);
    for (guint i = 0; i < planner.planned->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(planner.planned, i);

        g_assert_cmpint(query->in_request, ==, i >= 100);
    }
    g_assert_cmpuint(one.work.report->notes->len, ==, 1);
    g_assert_nonnull(strstr(g_ptr_array_index(one.work.report->notes, 0), "1000 of 1200 queries"));
    one.request.time_limit = "1min";
    g_ptr_array_set_size(planner.planned, 0);
    all = pga_django_workload(&planner);
    g_assert_cmpuint(all->queries->len, ==, MANY);
    g_ptr_array_unref(planner.planned);
}

static void
test_scan_words(void)
{
    static const struct {
        const char *plan, *wanted, *words;
    } cases[] = {
        {"Seq Scan on t  (cost=0.00..35.50 rows=10 width=4)\n", NULL, "Seq Scan on t"},
        {"Limit  (cost=0.00..8.00 rows=1 width=4)\n"
         "  ->  Index Scan using i on t a  (cost=0.15..8.17 rows=1 width=4)\n",
         NULL, "Index Scan using i on t"},
        {"Hash Join  (cost=1.00..99.00 rows=1 width=4)\n"
         "  ->  Seq Scan on big b  (cost=0.00..90.00 rows=1 width=4)\n"
         "  ->  Seq Scan on small  (cost=0.00..9.00 rows=1 width=4)\n",
         "small", "Seq Scan on small"},
        {"Bitmap Heap Scan on t  (cost=4.00..20.00 rows=1 width=4)\n"
         "  Recheck Cond: (a = 1)\n"
         "  ->  Bitmap Index Scan on \"Odd name\"  (cost=0.00..4.00 rows=1 width=0)\n",
         NULL, "Bitmap Heap Scan using \"Odd name\" on t"},
        {"Subquery Scan on \"ANY_subquery\"  (cost=1.00..9.00 rows=1 width=4)\n"
         "  ->  Seq Scan on t  (cost=0.00..5.00 rows=1 width=4)\n",
         NULL, "Seq Scan on t"},
        {"Result  (cost=0.00..0.01 rows=1 width=4)", NULL, NULL},
        {"", NULL, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *words = pga_django_scan_words(cases[i].plan, cases[i].wanted, NULL);

        g_assert_cmpstr(words, ==, cases[i].words);
    }
}

static const PgaDjangoDecision *
decision(const Case *one, const char *subject, PgaDecisionQuestion question)
{
    for (guint i = 0; i < one->work.report->decisions->len; i++) {
        const PgaDjangoDecision *found = g_ptr_array_index(one->work.report->decisions, i);

        if (found->question == question && g_str_equal(found->subject, subject)) {
            g_test_message("%s: %s", found->answer, found->evidence);
            return found;
        }
    }
    g_assert_not_reached();
}

static void
test_decisions(void)
{
    g_auto(Case) one;
    g_autoptr(GError) error = NULL;
    const PgaDjangoDecision *found;

    case_init(&one);
    one.request.no_lab = TRUE;
    g_assert_true(plan_all(&one, &error));
    add_finding(&one, "shop.Order.status", OPEN, "CREATE INDEX a ON shop_order (status)");
    pga_django_decide(&one.work);
    g_assert_cmpuint(one.work.report->decisions->len, ==, 20);
    found = decision(&one, "shop.Order", PGA_DECISION_INDEX);
    g_assert_false(found->is_fine);
    g_assert_cmpstr(found->answer, ==, "Filter without an index");
    g_assert_nonnull(strstr(found->evidence, "1 finding: dj-filter-unindexed; 0 queries"));
    g_assert_cmpstr(found->file, ==, "shop/models.py");
    g_assert_cmpuint(found->line, ==, 7);
    found = decision(&one, "shop.Customer", PGA_DECISION_INDEX);
    g_assert_true(found->is_fine);
    g_assert_cmpstr(decision(&one, "shop.Order", PGA_DECISION_JSON)->evidence, ==,
                    "1 JSON field; asked for 0 times; 0 GIN indexes");
    g_assert_cmpstr(decision(&one, "shop.Customer", PGA_DECISION_JSON)->answer, ==,
                    "It has no JSON field.");
    g_assert_cmpstr(decision(&one, "shop.Order", PGA_DECISION_CONSTRAINT)->evidence, ==,
                    "1 rule in validators and choices; in the database 1 check, 0 unique");
}

static void
test_diagram(void)
{
    g_auto(Case) one;
    static const char *const apps[] = {"stock", NULL};
    PgaDjangoMapEntry *comes = pga_django_map_entry_new();

    case_init(&one);
    comes->table = g_strdup("shop_order");
    comes->name = g_strdup("shop_order_status_idx");
    comes->method = g_strdup("btree");
    comes->change = PGA_DJANGO_INDEX_COMES;
    g_ptr_array_add(comes->keys, g_strdup("status"));
    g_ptr_array_add(one.work.report->index_map, comes);
    pga_django_draw(&one.work);
    pga_assert_golden(one.work.report->diagram, "django-diagram.mmd");
    g_assert_cmpuint(one.work.report->diagrams->len, ==, 0);

    g_clear_pointer(&one.work.report->diagram, g_free);
    one.request.apps = apps;
    pga_django_draw(&one.work);
    g_assert_nonnull(strstr(one.work.report->diagram, "\"stock_item\"] {"));
    g_assert_nonnull(strstr(one.work.report->diagram, "\"shop_order\"]\n"));
}

/* By the rules of the grammar that every viewer knows. */
static void
assert_valid(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GRegex) line = g_regex_new(
        "^(erDiagram|  T\\d+\\[\"[^\"]+\"\\]( \\{)?|    [A-Za-z][\\w()\\[\\]-]* [A-Za-z_]\\w*"
        "( (PK|FK|UK)(, (PK|FK|UK))*)?( \"[^\"]+\")?|  \\}|"
        "  T\\d+ (\\|\\||\\|o)(--|\\.\\.)(o\\||o\\{) T\\d+ : \"[^\"]*\")?$",
        0, 0, NULL);

    g_assert_cmpuint(strlen(text), <=, 45000);
    for (guint i = 0; lines[i]; i++)
        if (!g_regex_match(line, lines[i], 0, NULL))
            g_error("not Mermaid: %s", lines[i]);
}

/* Sixty tables of two apps: an overview, and a picture of each. */
static void
test_many(void)
{
    g_autoptr(GString) text = g_string_new("from django.db import models\n");
    g_auto(Case) one;

    case_init(&one);
    pga_django_draw(&one.work);
    assert_valid(one.work.report->diagram);
    case_clear(&one);
    case_init(&one);
    pga_django_project_free(one.work.project);
    one.work.project = pga_django_project_new();
    add_file(one.work.project, "site/settings.py", settings);
    add_file(one.work.project, "shop/__init__.py", "");
    for (guint i = 0; i < 60; i++)
        g_string_append_printf(text,
                               "class M%u(models.Model):\n    direction = models.TextField("
                               "db_index=True)\n    to = models.ForeignKey('M%u', "
                               "models.CASCADE)\n",
                               i, i / 2);
    add_file(one.work.project, "shop/models.py", text->str);
    add_file(one.work.project, "stock/__init__.py", "");
    add_file(one.work.project, "stock/models.py",
             "from django.db import models\nclass Item(models.Model):\n    pk_ = "
             "models.IntegerField()\n");
    pga_django_project_resolve(one.work.project);
    pga_django_draw(&one.work);
    assert_valid(one.work.report->diagram);
    g_assert_nonnull(strstr(one.work.report->diagram, "more_tables \"30 more tables\""));
    g_assert_cmpuint(one.work.report->diagrams->len, >=, 3);
    for (guint i = 0; i < one.work.report->diagrams->len; i++)
        assert_valid(((PgaDjangoDiagram *)g_ptr_array_index(one.work.report->diagrams, i))->text);
    g_assert_cmpstr(((PgaDjangoDiagram *)g_ptr_array_index(one.work.report->diagrams, 0))->title,
                    ==, "app shop, 1 of 2");
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *predicted =
            g_strdup_printf("/app/django-plan/predicted-%s", server->version);
        g_autofree char *findings =
            g_strdup_printf("/app/django-plan/findings-%s", server->version);

        g_autofree char *source = g_strdup_printf("/app/django-plan/source-%s", server->version);

        if (server->major != 17)
            continue;
        g_test_add_data_func(source, server, test_source);
        g_test_add_data_func(predicted, server, test_predicted);
        g_test_add_data_func(findings, server, test_findings);
        g_test_add_data_func("/app/django-plan/key-again", server, test_key_again);
        g_test_add_data_func("/app/django-plan/counter", server, test_counter);
        g_test_add_data_func("/app/django-plan/beginning", server, test_beginning);
    }
    g_test_add_func("/app/django-plan/without-a-lab", test_no_lab);
    g_test_add_func("/app/django-plan/no-tables", test_no_tables);
    g_test_add_func("/app/django-plan/nothing-loaded", test_nothing_loaded);
    g_test_add_func("/app/django-plan/many-queries", test_many_queries);
    g_test_add_func("/app/django-plan/names", test_names);
    g_test_add_func("/app/django-plan/scan-in-words", test_scan_words);
    g_test_add_func("/app/django-decide/also-where-nothing-is-wrong", test_decisions);
    g_test_add_func("/app/django-draw/index-map", test_diagram);
    g_test_add_func("/app/django-draw/many-tables", test_many);
    return g_test_run();
}
