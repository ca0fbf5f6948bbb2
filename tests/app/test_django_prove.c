/* Every kind of lost update that rules state, run in a lab: lost as the code is, kept after the
 * fix. */
#include <base/error.h>
#include <cluster.h>
#include <django/query.h>
#include <rules/django.h>
#include <string.h>

#include "django_internal.h"

static const char models[] =
    "import uuid\n"
    "from django.contrib.postgres.fields import ArrayField, CICharField, HStoreField\n"
    "from django.db import models\n"
    "class Customer(models.Model):\n"
    "    name = CICharField(max_length=30)\n"
    "class Product(models.Model):\n"
    "    sku = models.CharField(max_length=4, unique=True)\n"
    "    stock = models.IntegerField()\n"
    "    price = models.DecimalField(max_digits=3, decimal_places=2)\n"
    "    is_shown = models.BooleanField(default=False)\n"
    "    until = models.DateField()\n"
    "    seen_at = models.DateTimeField()\n"
    "    spent = models.DurationField()\n"
    "    log = models.TextField()\n"
    "    data = models.JSONField(default=dict)\n"
    "    words = ArrayField(models.CharField(max_length=9))\n"
    "    sizes = ArrayField(models.IntegerField())\n"
    "    dates = ArrayField(models.DateField())\n"
    "    more = HStoreField()\n"
    "    owner = models.ForeignKey(Customer, models.CASCADE)\n"
    "class Toy(Product):\n"
    "    age = models.IntegerField()\n"
    "class Order(models.Model):\n"
    "    id = models.UUIDField(primary_key=True, default=uuid.uuid4)\n"
    "    status = models.CharField(max_length=1, choices=[('n', 'New'), ('p', 'Paid')])\n"
    "    level = models.IntegerField(choices=[(1, 'One')])\n"
    "    is_done = models.BooleanField(default=False)\n"
    "    number = models.IntegerField()\n"
    "    customer = models.ForeignKey(Customer, models.CASCADE)\n"
    "class Line(models.Model):\n"
    "    order = models.ForeignKey(Order, models.CASCADE)\n"
    "    product = models.ForeignKey('Toy', models.CASCADE)\n"
    "class Code(models.Model):\n"
    "    text = models.CharField(max_length=9, primary_key=True)\n"
    "    odd = models.IntegerField(db_column='odd name')\n"
    "    number = models.IntegerField()\n"
    "    of = models.CharField(max_length=9)\n"
    "class Point(models.Model):\n"
    "    at = models.BinaryField(primary_key=True)\n"
    "    n = models.IntegerField()\n";

#define HEAD                                                                                       \
    "from django.db.models import F, Max\n"                                                        \
    "from .models import Code, Customer, Line, Order, Point, Product, Toy\n"
#define PRODUCT(body)                                                                              \
    "def view(request, pk):\n    product = Product.objects.get(pk=pk)\n    " body                  \
    "\n    product.save()\n"
#define ORDER(body) "def view(request, pk):\n    order = Order.objects.get(pk=pk)\n" body
#define PLAIN(body) "def view(request, pk):\n" body

/** A view, and what its first finding by the rule says. NULL: it is not run. */
typedef struct {
    const char *rule, *view, *expected, *result;
} Case;

static const Case cases[] = {
    {"dj-read-modify-write", PRODUCT("product.stock -= 1"), "3", "4"},
    {"dj-read-modify-write", PRODUCT("product.stock += 1"), "7", "6"},
    {"dj-read-modify-write", PRODUCT("product.price = product.price * 2"), "8", "4"},
    {"dj-read-modify-write", PRODUCT("product.price /= 2"), "2", "4"},
    {"dj-read-modify-write", PRODUCT("product.stock = max(product.stock, 2)"), "7", "6"},
    {"dj-read-modify-write", PRODUCT("product.stock = min(product.stock, 2)"), "3", "4"},
    {"dj-read-modify-write", PRODUCT("product.is_shown = not product.is_shown"), "f", "t"},
    {"dj-read-modify-write", PRODUCT("product.log += 'x'"), "xab", "xb"},
    {"dj-read-modify-write", PRODUCT("product.until += delta"), "2026-01-03", "2026-01-02"},
    {"dj-read-modify-write", PRODUCT("product.until -= delta"), "2026-01-01", "2026-01-02"},
    {"dj-read-modify-write", PRODUCT("product.seen_at += delta"), "2026-01-03", "2026-01-02"},
    {"dj-read-modify-write", PRODUCT("product.seen_at -= delta"), "2026-01-01", "2026-01-02"},
    {"dj-read-modify-write", PRODUCT("product.spent += delta"), "03:00:00", "02:00:00"},
    {"dj-read-modify-write",
     PLAIN("    toy = Toy.objects.get(pk=pk)\n    toy.stock -= 1\n    toy.save()\n"), "3", "4"},
    {"dj-read-modify-write",
     PLAIN("    toy = Toy.objects.get(pk=pk)\n    toy.age += 1\n    toy.save()\n"), "7", "6"},
    {"dj-read-modify-write",
     PLAIN("    code = Code.objects.get(pk=pk)\n    code.odd += 1\n    code.save()\n"), NULL, NULL},
    {"dj-read-modify-write",
     PLAIN("    point = Point.objects.get(pk=pk)\n    point.n += 1\n    point.save()\n"), NULL,
     NULL},
    {"dj-read-modify-write", PRODUCT("n = product.stock - 1\n    product.stock = n"), "3", "4"},
    {"dj-read-modify-write", PRODUCT("n = max(0, product.stock * pk)\n    product.stock = n"), "8",
     "4"},
    {"dj-read-modify-write", PRODUCT("n = 1 + product.stock\n    product.stock = n"), "7", "6"},
    {"dj-read-modify-write",
     PLAIN("    product = Product.objects.get(pk=pk)\n    n = product.stock + 1\n"
           "    Product.objects.filter(pk=pk).update(stock=n)\n"),
     "7", "6"},
    {"dj-read-modify-write",
     PLAIN("    product = Product.objects.get(pk=pk)\n"
           "    Product.objects.filter(pk=pk).update(stock=product.stock - 1)\n"),
     "3", "4"},
    {"dj-json-read-modify-write", PRODUCT("product.data['a'] = 1"), "{\"a\": 1, \"b\": 2}",
     "{\"b\": 2}"},
    {"dj-json-read-modify-write", PRODUCT("product.words.append('x')"), "{a,b}", "{b}"},
    {"dj-json-read-modify-write", PRODUCT("product.sizes.append(1)"), "{1,2}", "{2}"},
    {"dj-json-read-modify-write", PRODUCT("product.dates.append(1)"), NULL, NULL},
    {"dj-json-read-modify-write", PRODUCT("product.more['a'] = 1"), NULL, NULL},
    {"dj-save-overwrites-all-fields", PRODUCT("product.log = 'x'"), "t", "f"},
    {"dj-save-overwrites-all-fields", PRODUCT("product.more = {}"), NULL, NULL},
    {"dj-status-transition-race",
     ORDER("    if order.status == 'n':\n        order.status = 'p'\n        order.save()\n"
           "        send_mail('x')\n"),
     "1", "2"},
    {"dj-status-transition-race",
     ORDER("    if order.level == 1:\n        order.level = 2\n        order.save()\n"
           "        send_mail('x')\n"),
     "1", "2"},
    {"dj-status-transition-race",
     ORDER("    if not order.is_done:\n        order.is_done = True\n        order.save()\n"
           "        send_mail('x')\n"),
     "1", "2"},
    {"dj-count-in-loop-stock",
     PLAIN("    product = Product.objects.get(pk=pk)\n    if product.stock > 0:\n"
           "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n"),
     "0", "-1"},
    {"dj-count-in-loop-stock",
     PLAIN("    product = Product.objects.get(pk=pk)\n    if product.stock - 1 >= 0:\n"
           "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n"),
     "0", "-1"},
    {"dj-count-in-loop-stock",
     PLAIN("    code = Code.objects.get(pk=pk)\n    if code.odd > 0:\n"
           "        Code.objects.filter(pk=pk).update(odd=F('odd') - 1)\n"),
     NULL, NULL},
    {"dj-check-then-act",
     PLAIN("    if not Order.objects.filter(number=1, customer=pk).exists():\n"
           "        Order.objects.create(number=1, customer_id=pk)\n"),
     "1", "2"},
    {"dj-get-or-create-no-unique", PLAIN("    Customer.objects.get_or_create(name='x')\n"), NULL,
     NULL}, /* citext: the field's class is not known */
    {"dj-get-or-create-no-unique", PLAIN("    Line.objects.get_or_create(order=1, product=2)\n"),
     "1", "2"},
    {"dj-get-or-create-no-unique", PLAIN("    Code.objects.get_or_create(of='x')\n"), NULL, NULL},
    {"dj-max-plus-one",
     PLAIN("    last = Order.objects.aggregate(last=Max('number'))['last']\n"
           "    Order.objects.create(number=last + 1)\n"),
     "2", "1"},
    {"dj-max-plus-one",
     PLAIN("    last = Code.objects.aggregate(last=Max('number'))['last']\n"
           "    Code.objects.create(number=last + 1)\n"),
     NULL, NULL},
};

/** An audit on its way. */
typedef struct {
    PgaDjangoRequest request;
    PgaDjangoWork work;
} Audit;

static void
add_file(PgaDjangoProject *project, const char *path, const char *text)
{
    pga_django_project_add(project, path, text, strlen(text));
}

static void
audit_init(Audit *audit, const char *rule, const char *view)
{
    const char *const only[] = {rule, NULL};
    g_autofree char *views = g_strconcat(HEAD, view, NULL);
    PgaDjangoProject *project = pga_django_project_new();
    PgaDjangoWork *work = &audit->work;

    *audit = (Audit){.request = {.project = "shop"}};
    add_file(project, "manage.py", "");
    add_file(project, "shop/__init__.py", "");
    add_file(project, "shop/models.py", models);
    add_file(project, "shop/views.py", views);
    pga_django_project_resolve(project);
    work->request = &audit->request;
    work->project = project;
    work->code = pga_django_code_read(project);
    work->queries = pga_django_queries(project, work->code);
    work->report = pga_django_report_new();
    {
        const PgaDjangoSource source = {.project = project,
                                        .code = work->code,
                                        .queries = work->queries,
                                        .pg_version = 150000,
                                        .only = only};

        pga_django_rules_run(&source, work->report->findings, work->report->not_checked);
    }
}

static void
audit_clear(Audit *audit)
{
    pga_source_clear(&audit->work.source);
    g_ptr_array_unref(audit->work.queries);
    pga_django_code_free(audit->work.code);
    pga_django_project_free(audit->work.project);
    pga_django_report_free(audit->work.report);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Audit, audit_clear)

static PgaFinding *
finding_at(const Audit *audit, guint i)
{
    g_assert_cmpuint(audit->work.report->findings->len, >, i);
    return g_ptr_array_index(audit->work.report->findings, i);
}

static void
prove(Audit *audit)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_django_prove(&audit->work, &error));
    g_assert_no_error(error);
}

static void
assert_proven(const Case *c, const PgaFinding *finding)
{
    const PgaInterleaving *interleaving = finding->interleaving;

    if (!c->expected) {
        g_assert_null(interleaving);
        return;
    }
    g_assert_nonnull(interleaving);
    g_test_message("%s", interleaving->outcome);
    g_assert_cmpstr(interleaving->expected, ==, c->expected);
    g_assert_cmpstr(interleaving->result, ==, c->result);
    g_assert_cmpstr(interleaving->fixed_result, ==, c->expected);
    g_assert_true(pga_interleaving_is_proven(interleaving));
    g_assert_cmpint(finding->confidence, >, PGA_CONFIDENCE_POSSIBLE);
}

/* One lab for all: what the first audit starts is handed on. */
static void
test_all(void)
{
    PgaLab *lab = NULL;

    if (!pga_test_have_server())
        return;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Audit) audit = {0};

        g_test_message("%s: %s", cases[i].rule, cases[i].view);
        audit_init(&audit, cases[i].rule, cases[i].view);
        audit.work.source.lab = g_steal_pointer(&lab);
        prove(&audit);
        assert_proven(&cases[i], finding_at(&audit, 0));
        lab = g_steal_pointer(&audit.work.source.lab);
        g_assert_cmpuint(audit.work.report->not_checked->len, ==, 0);
    }
    pga_lab_free(lab);
}

static const char two[] = PRODUCT("product.stock -= 1") "def again(request, pk):\n"
                                                        "    product = Product.objects.get(pk=pk)\n"
                                                        "    product.stock -= 2\n"
                                                        "    product.save()\n";

static const char *
not_checked(const Audit *audit)
{
    const PgaNotChecked *entry;

    g_assert_cmpuint(audit->work.report->not_checked->len, ==, 1);
    entry = g_ptr_array_index(audit->work.report->not_checked, 0);
    return entry->why;
}

static void
test_same_shape(void)
{
    g_auto(Audit) audit = {0};

    if (!pga_test_have_server())
        return;
    audit_init(&audit, "dj-read-modify-write", two);
    prove(&audit);
    for (guint i = 0; i < 2; i++) {
        const PgaInterleaving *interleaving = finding_at(&audit, i)->interleaving;
        const PgaInterleavingStep *save = g_ptr_array_index(interleaving->steps, 2);

        g_assert_true(pga_interleaving_is_proven(interleaving));
        g_assert_nonnull(strstr(save->sql, "= 5 - 1"));
        g_assert_cmpstr(save->saw, ==, "1 row");
    }
}

static void
test_not_lost(void)
{
    g_auto(Audit) audit = {0};
    PgaInterleaving *interleaving;

    if (!pga_test_have_server())
        return;
    audit_init(&audit, "dj-read-modify-write", two);
    interleaving = finding_at(&audit, 0)->interleaving;
    g_free(interleaving->expected);
    interleaving->expected = g_strdup("5");
    g_free(interleaving->observe);
    interleaving->observe = g_strdup("SELECT 5");
    prove(&audit);
    g_assert_cmpint(finding_at(&audit, 0)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    g_assert_cmpint(finding_at(&audit, 1)->confidence, ==, PGA_CONFIDENCE_CERTAIN);
    g_assert_nonnull(strstr(not_checked(&audit), "1 findings about two processes"));
}

static void
test_no_time(void)
{
    g_auto(Audit) audit = {0};

    if (!pga_test_have_server())
        return;
    audit_init(&audit, "dj-read-modify-write", two);
    audit.work.until = 1;
    prove(&audit);
    g_assert_nonnull(strstr(finding_at(&audit, 0)->interleaving->outcome, "not run"));
    g_assert_cmpint(finding_at(&audit, 0)->confidence, ==, PGA_CONFIDENCE_CERTAIN);
    g_assert_nonnull(strstr(not_checked(&audit), "were not run"));
}

static void
test_no_lab(void)
{
    g_auto(Audit) audit = {0};

    audit_init(&audit, "dj-read-modify-write", two);
    audit.request.no_lab = TRUE;
    prove(&audit);
    g_assert_nonnull(not_checked(&audit));
}

static void
test_no_such_servers(void)
{
    g_auto(Audit) audit = {0};
    g_autoptr(GError) error = NULL;

    audit_init(&audit, "dj-read-modify-write", two);
    audit.request.from.bindir = "/nonexistent";
    g_assert_false(pga_django_prove(&audit.work, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (pga_python_is_available()) {
        g_test_add_func("/app/django-prove/each-kind", test_all);
        g_test_add_func("/app/django-prove/same-shape-is-run-once", test_same_shape);
        g_test_add_func("/app/django-prove/what-is-not-lost-is-a-guess", test_not_lost);
        g_test_add_func("/app/django-prove/no-time", test_no_time);
        g_test_add_func("/app/django-prove/no-lab", test_no_lab);
        g_test_add_func("/app/django-prove/no-such-servers", test_no_such_servers);
    }
    return g_test_run();
}
