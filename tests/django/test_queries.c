/* All statements of a project: of its functions and of what its classes declare. */
#include <django/query.h>
#include <python/source.h>
#include <string.h>

static const char models[] = "from django.db import models\n"
                             "class Customer(models.Model):\n"
                             "    email = models.EmailField()\n"
                             "class Order(models.Model):\n"
                             "    customer = models.ForeignKey(Customer, models.CASCADE)\n"
                             "    state = models.CharField(max_length=8)\n"
                             "    made = models.DateTimeField()\n"
                             "class Line(models.Model):\n"
                             "    order = models.ForeignKey(Order, models.CASCADE)\n"
                             "    n = models.IntegerField()\n";

static const char admin[] = "from django.contrib import admin\n"
                            "from .models import Customer, Line, Order\n"
                            "class LineInline(admin.TabularInline):\n"
                            "    model = Line\n"
                            "@admin.register(Order)\n"
                            "class OrderAdmin(admin.ModelAdmin):\n"
                            "    search_fields = ['^state', '=customer__email', 'line__n', 'no']\n"
                            "    list_filter = ['state', 'made', 'missing']\n"
                            "    list_display = ['customer']\n"
                            "    ordering = ['made']\n"
                            "    date_hierarchy = 'made'\n"
                            "@admin.register(Customer)\n"
                            "class CustomerAdmin(admin.ModelAdmin):\n"
                            "    search_fields = ['nothing']\n"
                            "    list_select_related = ['order']\n";

static const char api[] = "import django_filters\n"
                          "from django.views.generic import ListView\n"
                          "from rest_framework import viewsets\n"
                          "from .models import Line, Order\n"
                          "class LineFilter(django_filters.FilterSet):\n"
                          "    class Meta:\n"
                          "        model = Line\n"
                          "        fields = {'n': ['gte']}\n"
                          "class LineView(viewsets.ModelViewSet):\n"
                          "    queryset = Line.objects.filter(n__gt=0)\n"
                          "    filterset_class = LineFilter\n"
                          "    filterset_fields = ['order__state']\n"
                          "    ordering_fields = ['n']\n"
                          "    search_fields = ['$order__state', '@order__customer__email', "
                          "'order__state__istartswith']\n"
                          "    pagination_class = Unknown\n"
                          "class OrderList(ListView):\n"
                          "    model = Order\n"
                          "    paginate_by = 25\n"
                          "class OrderDetail(ListView):\n"
                          "    model = Order\n";

static const char views[] =
    "from django.db import connection\n"
    "from .models import Customer, Order\n"
    "def show(request, pk, state=None):\n"
    "    order = Order.objects.get(pk=pk)\n"
    "    orders = Order.objects.filter(customer=order.customer)\n"
    "    if state:\n"
    "        orders = orders.filter(state=state)\n"
    "    for other in orders:\n"
    "        print(other.customer.email)\n"
    "    return Order.objects.get(pk=pk)\n"
    "def write():\n"
    "    order = Order(state='new')\n"
    "    order.save()\n"
    "    order.state = 'paid'\n"
    "    order.save(update_fields=['state'])\n"
    "    order.refresh_from_db()\n"
    "    order.delete()\n"
    "    Order.objects.create(state='a')\n"
    "    Order.objects.get_or_create(state='b')\n"
    "    Order.objects.update_or_create(state='c')\n"
    "    Order.objects.filter(state='d').first()\n"
    "    Order.objects.filter(state__in=['e', 'f']).contains(order)\n"
    "    Order.objects.bulk_create([])\n"
    "    with connection.cursor() as cursor:\n"
    "        cursor.execute('SELECT 1 FROM shop_order WHERE state = %s AND id = %(a)s;', [])\n"
    "        cursor.execute('SET x = 1')\n"
    "    return Order.objects.raw('SELECT * FROM shop_order')\n";

static PgaDjangoProject *project;
static PgaDjangoCode *code;
static GPtrArray *queries;

/* By its text, with "SELECT …" of all columns as SELECT *. (nullable) */
static const PgaDjangoQuery *
find(const char *want)
{
    g_autoptr(GRegex) columns = g_regex_new("SELECT (\"\\w+\".\"\\w+\"(, )?)+ FROM", 0, 0, NULL);
    const PgaDjangoQuery *found = NULL;

    for (guint i = 0; i < queries->len && !found; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(queries, i);
        g_autofree char *sql =
            query->sql ? g_regex_replace(columns, query->sql, -1, 0, "SELECT * FROM", 0, NULL)
                       : NULL;

        if (g_strcmp0(sql, want) == 0)
            found = query;
    }
    return found;
}

static const char *const wanted[] = {
    /* the admin */
    "SELECT * FROM \"shop_order\" INNER JOIN \"shop_customer\" ON (\"shop_order\".\"customer_id\" "
    "= "
    "\"shop_customer\".\"id\") ORDER BY \"shop_order\".\"made\" ASC, \"shop_order\".\"id\" DESC "
    "LIMIT 100",
    "SELECT COUNT(*) AS \"__count\" FROM \"shop_order\"",
    "SELECT COUNT(*) AS \"__count\" FROM \"shop_order\" WHERE \"shop_order\".\"state\" = "
    "$1::varchar",
    "SELECT COUNT(*) AS \"__count\" FROM \"shop_order\" WHERE (\"shop_order\".\"made\" >= "
    "$1::timestamp with time zone AND \"shop_order\".\"made\" < $2::timestamp with time zone)",
    "SELECT MIN(\"shop_order\".\"made\") AS \"first\", MAX(\"shop_order\".\"made\") AS \"last\" "
    "FROM \"shop_order\"",
    /* the API */
    "SELECT * FROM \"shop_line\" WHERE \"shop_line\".\"n\" > 0 LIMIT $1::bigint",
    "SELECT * FROM \"shop_line\" WHERE (\"shop_line\".\"n\" > 0 AND \"shop_line\".\"n\" >= "
    "$1::integer) LIMIT $2::bigint",
    "SELECT * FROM \"shop_line\" WHERE \"shop_line\".\"n\" > 0 ORDER BY \"shop_line\".\"n\" ASC "
    "LIMIT $1::bigint",
    "SELECT * FROM \"shop_line\" INNER JOIN \"shop_order\" ON (\"shop_line\".\"order_id\" = "
    "\"shop_order\".\"id\") INNER JOIN \"shop_customer\" ON (\"shop_order\".\"customer_id\" = "
    "\"shop_customer\".\"id\") WHERE (\"shop_line\".\"n\" > 0 AND (\"shop_order\".\"state\"::text "
    "~* $1::text OR to_tsvector(COALESCE(\"shop_customer\".\"email\", '')) @@ "
    "plainto_tsquery($2::text) OR UPPER(\"shop_order\".\"state\"::text) LIKE UPPER($3::text))) "
    "LIMIT $4::bigint",
    /* the list view */
    "SELECT * FROM \"shop_order\" LIMIT 25",
    /* functions */
    "SELECT * FROM \"shop_order\" WHERE \"shop_order\".\"id\" = $1::integer LIMIT 21",
    "SELECT * FROM \"shop_customer\" WHERE \"shop_customer\".\"id\" = $1::integer LIMIT 21",
    "SELECT * FROM \"shop_order\" WHERE \"shop_order\".\"customer_id\" = $1::integer",
    "SELECT * FROM \"shop_order\" WHERE (\"shop_order\".\"customer_id\" = $1::integer AND "
    "\"shop_order\".\"state\" = $2::varchar)",
    "INSERT INTO \"shop_order\" (\"state\", \"made\", \"customer_id\") VALUES ($1::varchar, "
    "$2::timestamp with time zone, $3::integer) RETURNING \"shop_order\".\"id\"",
    "UPDATE \"shop_order\" SET \"state\" = $1::varchar WHERE \"shop_order\".\"id\" = $2::integer",
    "DELETE FROM \"shop_order\" WHERE \"shop_order\".\"id\" = $1::integer",
    "SELECT * FROM \"shop_order\" WHERE \"shop_order\".\"state\" = 'b' LIMIT 21",
    "SELECT * FROM \"shop_order\" WHERE \"shop_order\".\"state\" = 'c' LIMIT 21 FOR UPDATE",
    "SELECT * FROM \"shop_order\" WHERE \"shop_order\".\"state\" = 'd' ORDER BY "
    "\"shop_order\".\"id\" ASC LIMIT 1",
    "SELECT 1 AS \"a\" FROM \"shop_order\" WHERE (\"shop_order\".\"state\" IN ('e', 'f') AND "
    "\"shop_order\".\"id\" = $1::integer) LIMIT 1",
    "SELECT 1 FROM shop_order WHERE state = $1 AND id = $2",
    "SELECT * FROM shop_order",
};

static void
test_statements(void)
{
    if (!queries) {
        g_test_skip("built without the grammar");
        return;
    }
    for (guint i = 0; i < queries->len; i++)
        g_test_message("%s", ((PgaDjangoQuery *)g_ptr_array_index(queries, i))->sql);
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
        g_test_message("wanted: %s", wanted[i]);
        g_assert_nonnull(find(wanted[i]));
    }
    g_assert_null(find("SET x = 1"));
}

/* An admin's search is one statement over all its fields; what is no field is left out. */
static void
test_search(void)
{
    guint n = 0;

    for (guint i = 0; queries && i < queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(queries, i);

        if (!strstr(query->sql, "LIKE UPPER($") || query->classes->len == 0 ||
            !strstr(query->name, "OrderAdmin") || strstr(query->sql, "COUNT"))
            continue;
        n++;
        g_assert_true(g_str_has_prefix(query->sql, "SELECT DISTINCT "));
        g_assert_nonnull(strstr(query->sql, "LEFT OUTER JOIN \"shop_line\""));
        g_assert_nonnull(strstr(query->sql, "UPPER(\"shop_customer\".\"email\"::text) = UPPER($2"));
        g_assert_true(query->in_request);
        g_assert_cmpstr(query->why, ==, "without path no__icontains");
    }
    g_assert_cmpuint(n, ==, queries ? 1 : 0);
}

/* The same statement twice is one query with two places. */
static void
test_places(void)
{
    const PgaDjangoQuery *query =
        queries ? find("SELECT * FROM \"shop_order\" WHERE \"shop_order\".\"id\" = $1::integer "
                       "LIMIT 21")
                : NULL;
    const PgaDjangoQuery *related =
        queries ? find("SELECT * FROM \"shop_customer\" WHERE \"shop_customer\".\"id\" = "
                       "$1::integer LIMIT 21")
                : NULL;

    if (!queries)
        return;
    g_assert_cmpuint(query->places->len, >=, 2);
    g_assert_cmpstr(query->name, ==, "shop.views.show");
    g_assert_true(related->in_loop);
    g_assert_false(query->is_partial);
}

int
main(int argc, char **argv)
{
    static const char *const texts[][2] = {{"shop/__init__.py", ""},
                                           {"shop/models.py", models},
                                           {"shop/admin.py", admin},
                                           {"shop/api.py", api},
                                           {"shop/views.py", views}};
    int status;

    g_test_init(&argc, &argv, NULL);
    if (pga_python_is_available()) {
        project = pga_django_project_new();
        for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
            pga_django_project_add(project, texts[i][0], texts[i][1], strlen(texts[i][1]));
        pga_django_project_resolve(project);
        project->version = 402;
        code = pga_django_code_read(project);
        queries = pga_django_queries(project, code);
    }
    g_test_add_func("/django/queries/statements", test_statements);
    g_test_add_func("/django/queries/search-of-an-admin", test_search);
    g_test_add_func("/django/queries/places", test_places);
    status = g_test_run();
    g_clear_pointer(&queries, g_ptr_array_unref);
    pga_django_code_free(code);
    pga_django_project_free(project);
    return status;
}
