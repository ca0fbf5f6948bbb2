/* The SQL of chains: beside what Django itself sends for the same chain, and prepared on a server
 * with the tables of the models. */
#include <cluster.h>
#include <django/query.h>
#include <gio/gio.h>
#include <string.h>

#include "chain.h"

/** A chain, and how it ends. */
static const struct {
    PgaDjangoAct act;
    const char *chain;
    gboolean is_ours; /* written otherwise than Django does, to the same effect */
} chains[] = {
    {PGA_DJANGO_FETCH, "Order.objects.all()", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(state='paid')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(state='paid', total__gt=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(customer=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(customer_id=5)", FALSE},
    {PGA_DJANGO_FETCH,
     "Customer.objects.filter(name='a').union(Customer.objects.filter(email='b'))", FALSE},
    {PGA_DJANGO_FETCH,
     "Customer.objects.filter(name='a').union(Customer.objects.filter(email='b'), all=True)",
     FALSE},
    {PGA_DJANGO_FETCH,
     "Customer.objects.filter(name='a').difference(Customer.objects.filter(email='b'))", FALSE},
    {PGA_DJANGO_FETCH,
     "Customer.objects.filter(name='a').intersection(Customer.objects.filter(email='b'))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(customer__id=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(customer__email='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(customer__country__name='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(shop__owner__email='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(shop__name='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(shop__pk=1)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(shop__isnull=True)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(shop=None)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(shop__owner__isnull=True)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(shop__owner__name__isnull=True)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(Q(shop__name='a') | Q(state='b'))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(Q(shop__name='a') | Q(shop__name='b'))", FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.filter(Q(shop__name='a') | Q(state='b')).filter(shop__opened__isnull=False)",
     FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(Q(state='a', total=1) | Q(state='b', total=2))",
     FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(~Q(state='a') & Q(total__lte=2))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(state='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(paid=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(shop__name='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(state='a', paid__gt=1)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(shop__isnull=True)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(line__n=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(line__isnull=True)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(products__code='a')", FALSE},
    {PGA_DJANGO_FETCH, "Line.objects.exclude(order__customer__friends__email='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(line__n=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(line__n=5, line__product__code='a')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(line__n=5).filter(line__n=6)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(products=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(products__code='a').distinct()", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(tags__word__startswith='a')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(tags='a')", FALSE},
    {PGA_DJANGO_FETCH, "Tag.objects.filter(products__price__lt=5)", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(friends__email='a')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(referrals__email='a')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(order__isnull=True)", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(bought__state='a')", FALSE},
    {PGA_DJANGO_FETCH, "Shop.objects.filter(name='a')", FALSE},
    {PGA_DJANGO_FETCH, "Shop.objects.order_by('country')", FALSE},
    {PGA_DJANGO_FETCH, "Place.objects.filter(shop__opened='2024-01-01')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(email__icontains='a_b')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(email__iexact='a')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(email__endswith='a')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(email__regex='a')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(email__iregex='a')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(email__contains=F('name'))", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(is_active=True)", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(is_active=False)", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(name=None)", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(pk__in=[1, 2, 3])", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(pk__range=(1, 3))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(made__date='2024-01-01')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(made__year=2024)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(made__year__gte=2024)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(due__year=2024)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(made__month=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(made__week_day=5)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(made__hour__gt=5)", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__colour='red')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__size__width__gt=5)", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__colour__icontains='red')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__sizes__0=5)", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__has_key='colour')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__has_any_keys=['a', 'b'])", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__contains={'a': 1})", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(data__colour__isnull=True)", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(words__contains=['a'])", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(words__overlap=['a', 'b'])", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(sizes__0=5)", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(sizes__len=5)", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(labels__colour='red')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(labels__has_key='red')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(code__search='red')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(search='red')", FALSE},
    {PGA_DJANGO_FETCH, "Product.objects.filter(code__trigram_similar='red')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(during__isempty=True)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(total__gt=F('paid'))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(total__gt=F('paid') * 2 + 1)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.exclude(total=F('paid'))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(customer__name=F('shop__name'))", TRUE},
    {PGA_DJANGO_FETCH,
     "Order.objects.filter(customer__in=Customer.objects.filter(email__startswith='a'))", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(pk__in=Order.objects.values('customer'))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.filter(Exists(Line.objects.filter(order=OuterRef('pk'))))",
     FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.filter(~Exists(Line.objects.filter(order=OuterRef('pk'), n__gt=5)))", FALSE},
    {PGA_DJANGO_FETCH,
     "Customer.objects.annotate(newest=Subquery(Order.objects"
     ".filter(customer=OuterRef('pk')).values('made').order_by('-made')))",
     TRUE},
    {PGA_DJANGO_FETCH,
     "Order.objects.annotate(r=Window(Sum('total'), order_by=F('id').asc(), "
     "frame=RowRange(start=-2, end=0)))",
     FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.annotate(r=Window(Sum('total'), partition_by=['state'], "
     "order_by=F('id').desc(), frame=RowRange(end=3)))",
     FALSE},
    {PGA_DJANGO_FETCH, "Line.objects.annotate(r=Window(Sum('n'), frame=ValueRange(end=0)))", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.annotate(n=Count('order'))", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.annotate(n=Count('order')).filter(n__gt=5)", FALSE},
    {PGA_DJANGO_FETCH,
     "Customer.objects.filter(order__state='a').annotate(n=Count('order')).order_by('-n')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.annotate(n=Count('order', filter=Q(order__state='a')))",
     FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.annotate(n=Count('order', distinct=True))", FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.values('state').annotate(n=Count('pk'), t=Sum('total')).order_by('state')",
     FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.order_by().values('customer__country').annotate(n=Count('*'))", FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.annotate(m=TruncMonth('made')).values('m')"
     ".annotate(n=Count('id')).order_by('m')",
     FALSE},
    {PGA_DJANGO_FETCH,
     "Customer.objects.annotate(low=Lower('email')).filter(low='a').order_by('low')", FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.annotate(big=Case(When(total__gt=5, then=Value('y')), "
     "default=Value('n'), output_field=CharField()))",
     FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.annotate(p=Coalesce('paid', 'total')).filter(p__gt=5)",
     FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.order_by('customer__email', '-total')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.order_by('shop__owner__name')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.order_by('country')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.order_by('country_id')", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.order_by('country__pk').reverse()", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.order_by(F('name').desc(nulls_last=True))", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.order_by(Lower('name'))", FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.order_by('?')", FALSE},
    {PGA_DJANGO_FETCH, "Line.objects.order_by('order')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.select_related('customer')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.select_related('shop__owner', 'customer__country')", TRUE},
    {PGA_DJANGO_FETCH, "Line.objects.select_related()", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.only('state', 'total')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.defer('during', 'due')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.values('state', 'customer__email')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.values_list('pk', flat=True)", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.values('state').distinct()", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.order_by('state').distinct('state')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.select_for_update()", FALSE},
    {PGA_DJANGO_FETCH,
     "Order.objects.select_related('customer').select_for_update(of=('self',), skip_locked=True)",
     FALSE},
    {PGA_DJANGO_FETCH, "Customer.objects.filter(pk=1).union(Customer.objects.filter(pk=2))", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.dates('due', 'month')", FALSE},
    {PGA_DJANGO_FETCH, "Order.objects.datetimes('made', 'day', order='DESC')", FALSE},
    {PGA_DJANGO_GET, "Order.objects.get(pk=1)", FALSE},
    {PGA_DJANGO_GET, "Customer.objects.get(email='a')", FALSE},
    {PGA_DJANGO_FIRST, "Order.objects.filter(state='a').first()", FALSE},
    {PGA_DJANGO_FIRST, "Customer.objects.last()", FALSE},
    {PGA_DJANGO_FIRST, "Order.objects.latest('due')", FALSE},
    {PGA_DJANGO_IN_BULK, "Customer.objects.in_bulk([1, 2])", FALSE},
    {PGA_DJANGO_EXISTS_CALL, "Order.objects.filter(customer__email='a').exists()", FALSE},
    {PGA_DJANGO_COUNT, "Order.objects.filter(customer__email='a').count()", FALSE},
    {PGA_DJANGO_COUNT, "Order.objects.count()", FALSE},
    {PGA_DJANGO_COUNT, "Order.objects.values('state').distinct().count()", FALSE},
    {PGA_DJANGO_COUNT, "Customer.objects.annotate(n=Count('order')).filter(n__gt=1).count()",
     FALSE},
    {PGA_DJANGO_AGGREGATE, "Order.objects.filter(state='a').aggregate(Sum('total'))", FALSE},
    {PGA_DJANGO_AGGREGATE, "Order.objects.aggregate(n=Count('line'), m=Max('total'))", FALSE},
    {PGA_DJANGO_AGGREGATE, "Customer.objects.annotate(n=Count('order')).aggregate(m=Avg('n'))",
     TRUE},
    {PGA_DJANGO_UPDATE, "Order.objects.filter(state='a').update(state='b')", FALSE},
    {PGA_DJANGO_UPDATE, "Order.objects.filter(pk=1).update(total=F('total') + 1)", FALSE},
    {PGA_DJANGO_UPDATE, "Order.objects.filter(customer__email='a').update(state='b')", FALSE},
    {PGA_DJANGO_DELETE, "Line.objects.filter(n=5).delete()", FALSE},
    {PGA_DJANGO_DELETE, "Line.objects.filter(order__state='a').delete()", FALSE},
};

/* --- our side --- */

static PgaPyValue *
last_call(const char *chain)
{
    g_autoptr(PgaPythonSource) source =
        pga_python_source_new("chain.py", g_strdup(chain), strlen(chain), NULL);
    TSNode node = ts_node_named_child(pga_python_root(source), 0);

    return pga_py_value_new(source, ts_node_named_child(node, 0));
}

static char *
our_sql(const PgaDjangoProject *project, guint i, char **why)
{
    g_autoptr(PgaDjangoQuerySet) queryset = pga_test_chain(project, "shop", chains[i].chain);
    g_autoptr(PgaPyValue) call = last_call(chains[i].chain);
    const PgaDjangoEvent event = {.act = chains[i].act, .value = call};

    return pga_django_queryset_sql(project, queryset, chains[i].act, &event, why);
}

/* --- theirs --- */

/* (transfer full) (nullable): NULL: Django is not installed. */
static char **
their_sql(const PgaTestCluster *cluster)
{
    static const char script[] = PGA_SOURCE_ROOT "/tests/django/queries/print_sql.py";
    g_autofree char *port = g_strdup_printf("%d", pga_test_cluster_port(cluster));
    const char *arguments[] = {
        "/usr/bin/python3", script, "shop", pga_test_cluster_directory(cluster), port, NULL};
    g_autoptr(GString) input = g_string_new(NULL);
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *output = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(chains); i++)
        g_string_append_printf(input, "%d\t%s\n", (int)chains[i].act, chains[i].chain);
    g_subprocess_launcher_setenv(launcher, "PYTHONDONTWRITEBYTECODE", "1", TRUE);
    g_subprocess_launcher_unsetenv(launcher, "DJANGO_SETTINGS_MODULE");
    process = g_subprocess_launcher_spawnv(launcher, arguments, &error);
    g_assert_no_error(error);
    g_subprocess_communicate_utf8(process, input->str, NULL, &output, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_get_successful(process));
    return g_strsplit(g_strchomp(output), "\n", -1);
}

/* --- both --- */

static char *
replaced(char *text, const char *pattern, const char *with)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    char *out = g_regex_replace(regex, text, -1, 0, with, 0, NULL);

    g_assert_nonnull(out);
    g_free(text);
    return out;
}

static gint
compare(gconstpointer one, gconstpointer other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* The columns of the first SELECT by name: their order is of no account. */
static char *
sorted_columns(char *text)
{
    char *from = strstr(text, " FROM ");
    g_autofree char *whole = text, *list = NULL, *joined = NULL;
    g_auto(GStrv) columns = NULL;

    if (!g_str_has_prefix(text, "SELECT \"") || !from || strstr(text, "(SELECT"))
        return g_steal_pointer(&whole);
    list = g_strndup(text + 7, (gsize)(from - text - 7));
    columns = g_strsplit(list, ", ", -1);
    qsort(columns, g_strv_length(columns), sizeof(char *), compare);
    joined = g_strjoinv(", ", columns);
    return g_strconcat("SELECT ", joined, from, NULL);
}

/* Constants are one, whoever casts them. */
static char *
normal(const char *sql)
{
    static const char *const rules[][2] = {
        {"E?'(?:[^']|'')*'", "?"},
        {"\\$\\d+", "?"},
        {"(?<![\\w\"$])-?\\d+(?:\\.\\d+)?(?![\\w\"])", "?"},
        {"\\b(true|false|True|False)\\b", "?"},
        {"::(timestamp with time zone|timestamptz|varchar(\\(\\d+\\)|\\(\\?\\))?|integer|jsonb|"
         "date|text|tstzrange|numeric|bigint)(\\[\\])?(?=[ ),]|$)",
         ""},
        {"\\(\\?\\) AS \"a\"", "? AS \"a\""},
        {" AS Col\\d+", ""},
        {"\\[\\?\\]", "[?]"},
        {"ARRAY\\[[?, ]*\\]", "?"},
        {"\\s+", " "},
    };
    char *text = g_strdup(sql);

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++)
        text = replaced(text, rules[i][0], rules[i][1]);
    return sorted_columns(g_strstrip(text));
}

static guint
check_prepared(const PgaTestCluster *cluster, const char *dsn, const char *sql, guint i)
{
    g_autofree char *statement = g_strdup_printf("PREPARE p%u AS %s", i, sql);

    (void)cluster;
    pga_test_sql(dsn, statement);
    return 1;
}

static gboolean
has_django(void)
{
    static const char *const arguments[] = {"/usr/bin/python3", "-c", "import django, psycopg2",
                                            NULL};
    int status = 1;

    return g_spawn_sync(NULL, (char **)arguments, NULL,
                        G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                        NULL, &status, NULL) &&
           status == 0;
}

static PgaDjangoProject *
shop(void)
{
    static const char settings[] =
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
        "INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.postgres', 'shop']\n"
        "USE_TZ = True\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n";
    static const char manage[] =
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
    g_autofree char *text = NULL;
    PgaDjangoProject *project = pga_django_project_new();

    g_assert_true(g_file_get_contents(PGA_SOURCE_ROOT "/tests/django/queries/shop/models.py", &text,
                                      NULL, NULL));
    pga_django_project_add(project, "manage.py", manage, strlen(manage));
    pga_django_project_add(project, "settings.py", settings, strlen(settings));
    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", text, strlen(text));
    pga_django_project_resolve(project);
    project->version = 302;
    return project;
}

static gboolean
is_skipped(void)
{
    if (pga_python_is_available())
        return !pga_test_have_server();
    g_test_skip("built without the grammar");
    return TRUE;
}

static const char *
filled_database(const PgaTestCluster *cluster, const PgaDjangoProject *project)
{
    static char *dsn;
    g_autofree char *sql = NULL;

    if (dsn)
        return dsn;
    sql = pga_django_project_sql(project);
    dsn = pga_test_cluster_database(cluster, "shop");
    pga_test_sql(dsn, "CREATE EXTENSION pg_trgm");
    pga_test_sql(dsn, sql);
    return dsn;
}

static void
test_prepared(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    const PgaTestCluster *cluster;
    const char *dsn;

    if (is_skipped())
        return;
    project = shop();
    cluster = pga_test_cluster(0);
    dsn = filled_database(cluster, project);
    for (guint i = 0; i < G_N_ELEMENTS(chains); i++) {
        g_autofree char *why = NULL, *sql = our_sql(project, i, &why);

        g_test_message("%s: %s", chains[i].chain, sql);
        g_assert_nonnull(sql);
        g_assert_null(why);
        check_prepared(cluster, dsn, sql, i);
    }
}

/* A manager makes something of the name, nobody knows what: half of a statement would be another.
 */
static void
test_no_field(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoQuerySet) queryset = NULL;
    g_autofree char *why = NULL, *sql = NULL;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    project = shop();
    queryset = pga_test_chain(project, "shop", "Order.objects.filter(digest='a', paid=5)");
    sql = pga_django_queryset_sql(project, queryset, PGA_DJANGO_FETCH,
                                  &(PgaDjangoEvent){.act = PGA_DJANGO_FETCH}, &why);
    g_assert_null(sql);
    g_assert_cmpstr(why, ==, "a name in its condition is no field");
}

static void
test_same_as_django(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_auto(GStrv) theirs = NULL;
    const PgaTestCluster *cluster;
    guint n_other = 0, n_same = 0;

    if (is_skipped())
        return;
    if (!has_django()) {
        g_test_skip("needs Debian's python3-django, python3-psycopg2");
        return;
    }
    project = shop();
    cluster = pga_test_cluster(0);
    filled_database(cluster, project);
    theirs = their_sql(cluster);
    g_assert_cmpuint(g_strv_length(theirs), ==, G_N_ELEMENTS(chains));
    for (guint i = 0; i < G_N_ELEMENTS(chains); i++) {
        g_autofree char *sql = our_sql(project, i, NULL);
        g_autofree char *ours = normal(sql ? sql : ""), *other = normal(theirs[i]);

        if (g_str_equal(ours, other)) {
            n_same++;
        } else if (!chains[i].is_ours) {
            g_test_message("%s\n  ours   %s\n  theirs %s", chains[i].chain, ours, other);
            n_other++;
        }
    }
    g_test_message("%u the same", n_same);
    g_assert_cmpuint(n_other, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/django/query-sql/prepared", test_prepared);
    g_test_add_func("/django/query-sql/no-field", test_no_field);
    g_test_add_func("/django/query-sql/same-as-django", test_same_as_django);
    return g_test_run();
}
