/* Rules about queries that come too often, or ask for too much: which places are reported, which
 * are not. */
#include <string.h>

#include <rule_internal.h>

#include "django_case.h"

/* Line 1 to 19. */
#define MODELS                                                                                     \
    "# shop/models.py\nfrom django.db import models\n"                                             \
    "class Region(models.Model):\n    title = models.CharField(max_length=9)\n"                    \
    "class Customer(models.Model):\n    name = models.CharField(max_length=9)\n"                   \
    "    region = models.ForeignKey(Region, models.CASCADE)\n"                                     \
    "    made = models.DateTimeField(auto_now_add=True)\n"                                         \
    "class Tag(models.Model):\n    word = models.CharField(max_length=9)\n"                        \
    "class Order(models.Model):\n"                                                                 \
    "    customer = models.ForeignKey(Customer, models.CASCADE, related_name=\"orders\")\n"        \
    "    boss = models.ForeignKey(Customer, models.CASCADE, null=True)\n"                          \
    "    tags = models.ManyToManyField(Tag)\n"                                                     \
    "    note = models.TextField()\n    amount = models.IntegerField()\n"                          \
    "    made = models.DateTimeField(auto_now_add=True)\n"
/* The statement is line 5, four blanks in. */
#define VIEW(statement)                                                                            \
    MODELS "# shop/views.py\nfrom shop.models import *\nfrom django.db.models import Q\n"          \
           "def show(request):\n    " statement "\n"
#define COMMAND(statement)                                                                         \
    MODELS "# shop/management/commands/run.py\nfrom shop.models import *\n"                        \
           "class Command(BaseCommand):\n    def handle(self, *args, **options):\n"                \
           "        " statement "\n"

#define FINDS(rule, text, rows, expected)                                                          \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autoptr(DjangoJudged) judged = django_judge(rule, text, rows);                           \
        g_autofree char *found = judged ? django_found(judged) : NULL;                             \
        if (judged)                                                                                \
            g_assert_cmpstr(found, ==, expected);                                                  \
    }                                                                                              \
    G_STMT_END

static void
test_relations_in_loops(void)
{
    static const DjangoCase cases[] = {
        {VIEW("for o in Order.objects.all():\n        print(o.customer.name)"), "views.py:6"},
        {VIEW("orders = Order.objects.filter(amount=1)\n    for o in orders:\n"
              "        if o.amount:\n            print(o.customer.name)"),
         "views.py:8:likely"},
        {VIEW("return [o.customer.name for o in Order.objects.all()]"), "views.py:5"},
        {VIEW("for o in Order.objects.all():\n        print(o.customer.region.title)"),
         "views.py:6"},
        {VIEW("for c in Customer.objects.all():\n        for o in c.orders.all():\n"
              "            print(o.amount)"),
         "views.py:6"},
        {VIEW("for o in Order.objects.select_related(\"customer\"):\n"
              "        print(o.customer.region.title)"),
         "views.py:6"},
        {VIEW("for o in Order.objects.all():\n        print(o.customer.region.title)\n"
              "        print(o.customer.name)"),
         "views.py:6"},
        {VIEW("for o in Order.objects.all():\n        for t in o.tags.all():\n"
              "            print(t.word)"),
         "views.py:6"},
        {VIEW("for o in Order.objects.all():\n        with lock():\n"
              "            print(o.customer.name)\n"
              "    for o in Order.objects.all():\n        print(o.customer.name)"),
         "views.py:7 views.py:9"},
        {VIEW("for o in Order.objects.all():\n        if o.amount:\n            o.customer.name\n"
              "            for t in request.POST:\n                break"),
         "views.py:7:likely"},
        {VIEW("for o in Order.objects.all():\n        if o.amount:\n"
              "            returned = o.customer.name"),
         "views.py:7:likely"},
        {VIEW("for o in Order.objects.all():\n        print(o.tags.count())\n"
              "        o.customer.tags.clear()"),
         "views.py:6 views.py:7"},
        /* values() ask even where the rows were fetched */
        {VIEW("for o in Order.objects.prefetch_related(\"tags\"):\n"
              "        print(list(o.tags.values_list(\"word\", flat=True)))"),
         "views.py:6"},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_relations_that_cost_nothing(void)
{
    static const DjangoCase cases[] = {
        /* the last round; what is fetched before would be out of date */
        {VIEW("for o in Order.objects.all():\n        if o.amount:\n"
              "            if o.customer.name:\n                print(o.amount)\n"
              "            return o"),
         ""},
        {VIEW("for o in Order.objects.all():\n        if o.amount:\n"
              "            print(o.customer.name)\n            break"),
         ""},
        {VIEW("for o in Order.objects.all():\n        o.tags.remove(request.GET)\n"
              "        print(o.tags.count())"),
         ""},
        /* fetched with the rows, only the key, few rounds, not this function's rows */
        {VIEW("for o in Order.objects.select_related(\"customer\"):\n"
              "        print(o.customer.name)"),
         ""},
        {VIEW("for o in Order.objects.prefetch_related(\"tags\"):\n"
              "        print(o.tags.count(), [t.word for t in o.tags.all()])"),
         ""},
        {VIEW("for o in Order.objects.prefetch_related(\"customer\"):\n"
              "        print(o.customer.name)"),
         ""},
        {VIEW("for o in Order.objects.select_related(\"customer__region\"):\n"
              "        print(o.customer.region.title)"),
         ""},
        {VIEW("for o in Order.objects.filter(customer=1):\n        print(o.customer.name)"), ""},
        {VIEW("for o in Order.objects.all():\n        print(o.customer_id)"), ""},
        {VIEW("for o in Order.objects.all()[:5]:\n        print(o.customer.name)"), ""},
        {VIEW("for o in request.orders:\n        print(o.customer.name)"), ""},
        {VIEW("for o in Order.objects.all():\n        pass\n    print(o.customer.name)"), ""},
        {VIEW("for o in Order.objects.all():\n        raise Wrong(o.customer.name)"), ""},
        {VIEW("o = Order.objects.get(pk=1)\n    print(o.customer.name)"), ""},
        {VIEW("c = Customer.objects.get(pk=1)\n    for o in c.orders.all():\n"
              "        print(o.customer.name)"),
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

/* Rows of one parent, and relations that are read once for all rows that have the same. */
static void
test_relations_of_all_rows(void)
{
    static const DjangoCase cases[] = {
        {VIEW("c = Customer.objects.get(pk=1)\n    for o in c.orders.all():\n"
              "        print(o.customer.region.title)"),
         ""},
        {VIEW("c = Customer.objects.get(pk=1)\n    for o in c.orders.all():\n"
              "        print(o.boss.region.title)"),
         "views.py:7"},
        {VIEW("for o in Order.objects.bulk_create(made):\n        print(o.customer.name)"), ""},
        /* the rows of one customer come together */
        {VIEW("last = None\n    for o in Order.objects.order_by(\"customer_id\"):\n"
              "        if o.customer_id != last:\n            print(o.customer.name)\n"
              "            last = o.customer_id"),
         ""},
        {VIEW("names = {}\n    for o in Order.objects.all():\n"
              "        if o.customer_id not in names:\n"
              "            names[o.customer_id] = o.customer.name"),
         ""},
        {VIEW("last = None\n    for o in Order.objects.order_by(\"customer_id\"):\n"
              "        if o.customer_id != last:\n            print(o.boss.name)"),
         "views.py:8:likely"},
    };

    django_cases("dj-n-plus-one", cases);
}

static const PgaFinding *
only(const DjangoJudged *judged)
{
    g_assert_cmpuint(judged->findings->len, ==, 1);
    return g_ptr_array_index(judged->findings, 0);
}

#define ADMIN(text)                                                                                \
    MODELS "# shop/admin.py\nfrom django.contrib import admin\nfrom shop.models import *\n"        \
           "@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n" text

static void
test_severity_in_loops(void)
{
    const char *view = VIEW("for o in Order.objects.all():\n        print(o.customer.name)");
    const char *command = COMMAND("for o in Order.objects.all():\n            print(o.customer)");
    g_autoptr(DjangoJudged) unknown = django_judge("dj-n-plus-one", view, NULL);
    g_autoptr(DjangoJudged) known = django_judge("dj-n-plus-one", view, "shop.Order=20000");
    g_autoptr(DjangoJudged) small = django_judge("dj-n-plus-one", view, "shop.Order=20");
    g_autoptr(DjangoJudged) batch = django_judge("dj-n-plus-one", command, NULL);
    g_autoptr(DjangoJudged) script =
        django_judge("dj-n-plus-one",
                     MODELS "# tools/show.py\nfrom shop.models import *\n"
                            "for o in Order.objects.all():\n    print(o.customer.name)\n",
                     NULL);

    FINDS("dj-n-plus-one", ADMIN("    list_display = [\"boss\"]\n"), "shop.Order=5", "");
    if (!unknown)
        return;
    g_assert_cmpint(only(unknown)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(only(unknown)->fix.code, ==, "….select_related(\"customer\")");
    g_assert_cmpint(only(known)->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpuint(small->findings->len, ==, 0);
    g_assert_cmpint(only(batch)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpint(only(script)->severity, ==, PGA_SEVERITY_INFO);
}

#define API(serializer, queryset)                                                                  \
    MODELS "# shop/serializers.py\nfrom rest_framework import serializers\n"                       \
           "from shop.models import *\nclass CustomerSerializer(serializers.ModelSerializer):\n"   \
           "    class Meta:\n        model = Customer\n        fields = [\"name\"]\n"              \
           "class OrderSerializer(serializers.ModelSerializer):\n" serializer                      \
           "    class Meta:\n        model = Order\n        fields = [\"id\"]\n"                   \
           "# shop/views.py\nfrom rest_framework import viewsets\nfrom shop.models import *\n"     \
           "from shop.serializers import *\nclass Orders(viewsets.ModelViewSet):\n"                \
           "    queryset = Order.objects" queryset "\n    serializer_class = OrderSerializer\n"

static void
test_serializers(void)
{
    static const DjangoCase cases[] = {
        {API("    customer = CustomerSerializer()\n", ".all()"), "views.py:5:likely"},
        {API("    who = serializers.CharField(source=\"customer.name\")\n", ".all()"),
         "views.py:5:likely"},
        {API("    customer = serializers.StringRelatedField()\n", ".all()"), "views.py:5:likely"},
        {API("    tags = serializers.SlugRelatedField(many=True, slug_field=\"word\")\n", ".all()"),
         "views.py:5:likely"},
        {API("    who = serializers.CharField(source=\"customer.name\")\n"
             "    since = serializers.DateField(source=\"customer.made\")\n",
             ".all()"),
         "views.py:5:likely"},
        {API("    note = CustomerSerializer()\n", ".all()"), ""},
        {API("    customer = CustomerSerializer()\n", ".select_related(\"customer\")"), ""},
        {API("    customer = CustomerSerializer(write_only=True)\n", ".all()"), ""},
        {API("    customer = serializers.PrimaryKeyRelatedField()\n", ".all()"), ""},
        {API("    customer = serializers.SerializerMethodField()\n", ".all()"), ""},
        {API("    customer = CustomerSerializer()\n", ".sorted_by_hand()"), ""},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_keys_of_many(void)
{
    static const DjangoCase cases[] = {
        {MODELS "# shop/views.py\nfrom rest_framework import viewsets, serializers\n"
                "from shop.models import *\nclass OrderSerializer(serializers.ModelSerializer):\n"
                "    class Meta:\n        model = Order\n        fields = [\"id\", \"tags\"]\n"
                "class Orders(viewsets.ModelViewSet):\n    serializer_class = OrderSerializer\n"
                "    queryset = Order.objects.all()\n    def get_queryset(self):\n"
                "        return Order.objects.filter(amount=1)\n",
         "views.py:8:likely"},
        {MODELS
         "# shop/views.py\nfrom rest_framework import generics, serializers\n"
         "from shop.models import *\nclass OrderSerializer(serializers.ModelSerializer):\n"
         "    class Meta:\n        model = Order\n        fields = [\"id\", \"tags\"]\n"
         "class OrderDetail(generics.RetrieveAPIView):\n    serializer_class = OrderSerializer\n"
         "    queryset = Order.objects.all()\n",
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_admin(void)
{
    static const DjangoCase cases[] = {
        {ADMIN("    list_display = [\"amount\", \"boss\"]\n"), "admin.py:6:likely"},
        {ADMIN("    list_display = [\"amount\", \"who\"]\n    def who(self, obj):\n"
               "        return Order.objects.get(pk=1)\n"),
         ""},
        /* Django fetches what cannot be NULL by itself */
        {ADMIN("    list_display = [\"amount\", \"customer\"]\n"), ""},
        {ADMIN("    list_display = [\"boss\"]\n    list_select_related = [\"boss\"]\n"), ""},
        {ADMIN("    list_display = [\"boss\"]\n    list_select_related = True\n"), ""},
        {ADMIN("    list_display = [\"customer\"]\n    list_select_related = [\"boss\"]\n"),
         "admin.py:6:likely"},
        {ADMIN("    list_display = [\"boss\"]\n    def get_queryset(self, request):\n"
               "        return Order.objects.select_related(\"boss\")\n"),
         ""},
        {ADMIN("    list_display = [\"amount\"]\n"), ""},
        {ADMIN("    list_filter = [\"amount\"]\n"), ""},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_str_in_admin(void)
{
    static const DjangoCase cases[] = {
        {MODELS "    def __str__(self):\n        return self.customer.name\n"
                "# shop/admin.py\nfrom django.contrib import admin\nfrom shop.models import *\n"
                "@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    pass\n",
         "admin.py:5:likely"},
        {MODELS "class Base(models.Model):\n"
                "    region = models.ForeignKey(Region, models.CASCADE)\n"
                "    def __str__(self):\n        return self.region.title\n"
                "    class Meta:\n        abstract = True\nclass Shop(Base):\n    pass\n"
                "# shop/admin.py\nfrom django.contrib import admin\nfrom shop.models import *\n"
                "@admin.register(Shop)\nclass ShopAdmin(admin.ModelAdmin):\n    pass\n",
         "admin.py:5:likely"},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_queries_in_loops(void)
{
    static const DjangoCase cases[] = {
        {VIEW("for c in Customer.objects.all():\n"
              "        print(Order.objects.filter(note=c.name).count())"),
         "views.py:6:likely"},
        {VIEW("for c in Customer.objects.all():\n        print(Order.objects.get(pk=c.name))"),
         "views.py:6:likely"},
        {VIEW("for c in Customer.objects.all():\n        print(Order.objects.get(pk=c.name))\n"
              "        print(c.name)"),
         "views.py:6:likely"},
        {VIEW("for c in Customer.objects.all():\n        Order.objects.create(customer=c)"),
         "views.py:6:likely"},
        {VIEW("for c in Customer.objects.all():\n        c.name = 5\n        c.save()"),
         "views.py:7:likely"},
        {VIEW("for c in Customer.objects.all():\n        c.delete()"), "views.py:6:likely"},
        {VIEW("for c in request.names:\n        print(Order.objects.get(pk=c))"),
         "views.py:6:possible"},
        {COMMAND("for c in Customer.objects.all():\n            Order.objects.get(pk=c.name)"),
         "run.py:6:possible"},
    };

    django_cases("dj-query-in-loop", cases);
}

static void
test_queries_in_few_rounds(void)
{
    static const DjangoCase cases[] = {
        /* few rounds, no collection, leaves the loop, the relation's own rule */
        {VIEW("for c in Customer.objects.all()[:settings.BATCH]:\n"
              "        print(Order.objects.get(pk=c.name))"),
         "views.py:6:possible"},
        {VIEW("for c in Customer.objects.all()[:limit]:\n"
              "        print(Order.objects.get(pk=c.name))"),
         "views.py:6:likely"},
        {VIEW("for c in Customer.objects.all()[:500]:\n"
              "        print(Order.objects.get(pk=c.name))"),
         "views.py:6:likely"},
        {VIEW("for c in Customer.objects.all()[:5]:\n        print(Order.objects.get(pk=c.name))"),
         ""},
        {VIEW("for c in (1, 2, 3):\n        print(Order.objects.get(pk=c))"), ""},
        {VIEW("while request.more:\n        print(Order.objects.get(pk=1))"), ""},
        {VIEW("for c in Customer.objects.all():\n        return Order.objects.get(pk=c.name)"), ""},
        {VIEW("for c in Customer.objects.all():\n        print(c.orders.count())"), ""},
        {VIEW("for c in Customer.objects.all():\n        print(c.orders.get(amount=1))"),
         "views.py:6:likely"},
        {VIEW("for c in Customer.objects.all():\n        print(Order.objects.none().count())"), ""},
        {VIEW("for c in Customer.objects.all():\n        print(c.name)"), ""},
        /* each in a transaction of its own, locked meanwhile */
        {VIEW("for o in Order.objects.filter(amount=1):\n        with transaction.atomic():\n"
              "            mine = Order.objects.select_for_update().get(pk=o.pk)\n"
              "            print(mine.note)"),
         ""},
        {VIEW("for o in Order.objects.filter(amount=1):\n        with transaction.atomic():\n"
              "            mine = Order.objects.get(pk=o.pk)\n            print(mine.note)"),
         "views.py:7:likely"},
        {VIEW("with transaction.atomic():\n        for o in Order.objects.filter(amount=1):\n"
              "            mine = Order.objects.select_for_update().get(pk=o.pk)\n"
              "            print(mine.note)"),
         "views.py:7:likely"},
        /* rows that are kept */
        {VIEW("rows = Order.objects.raw('SELECT 1')\n    for c in Customer.objects.all():\n"
              "        print([r for r in rows if r.name == c.name])"),
         ""},
        {VIEW("for c in Customer.objects.all():\n"
              "        print([r for r in Order.objects.raw('SELECT 1')])"),
         "views.py:6:likely"},
    };

    django_cases("dj-query-in-loop", cases);
}

static void
test_own_save_in_loops(void)
{
    static const DjangoCase cases[] = {
        {MODELS "    def save(self, *args, **kwargs):\n        super().save(*args, **kwargs)\n"
                "# shop/views.py\nfrom shop.models import *\ndef show(request):\n"
                "    for o in Order.objects.all():\n        o.amount = 5\n        o.save()\n",
         ""},
    };

    django_cases("dj-query-in-loop", cases);
}

static void
test_len(void)
{
    static const DjangoCase cases[] = {
        {VIEW("return len(Order.objects.filter(amount=1))"), "views.py:5"},
        {VIEW("some = Order.objects.filter(amount=1)[:2]\n"
              "    return some[0] if len(some) == 1 else None"),
         ""},
        {VIEW("orders = Order.objects.filter(amount=1)\n    if orders:\n        return 1"),
         "views.py:6"},
        {VIEW("if Order.objects.filter(amount=1).count() > 0:\n        return 1"), "views.py:5"},
        /* the rows are wanted, or the number */
        {VIEW("orders = Order.objects.filter(amount=1)\n    if orders:\n"
              "        for o in orders:\n            print(o)"),
         ""},
        {VIEW("if Order.objects.filter(amount=1).count() > 5:\n        return 1"), ""},
        {VIEW("return Order.objects.filter(amount=1).count()"), ""},
        {VIEW("if Order.objects.filter(amount=1).exists():\n        return 1"), ""},
        /* a yes or no, however it is asked */
        {VIEW("some = Order.objects.filter(amount=1).count() > 0\n    return some"), "views.py:5"},
        {VIEW("return 1 <= Order.objects.filter(amount=1).count()"), "views.py:5"},
        {VIEW("return bool(Order.objects.filter(amount=1).count())"), "views.py:5"},
        {VIEW("return not Order.objects.filter(amount=1).count()"), "views.py:5"},
        {VIEW("return 1 if Order.objects.filter(amount=1).count() else 2"), "views.py:5"},
        {VIEW("orders = Order.objects.filter(note__in=[\"a\"])\n"
              "    if request.GET and orders.count():\n        return 1"),
         "views.py:6"},
        {VIEW("if (Order.objects.filter(amount=1)\n            .count() == 0):\n        return 1"),
         "views.py:5"},
        {VIEW("return len(Order.objects.filter(amount=1)) > 0"), "views.py:5"},
        {VIEW("return "
              "len(Order.objects.filter(note="
              "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n"
              "        \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n"
              "        \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\")) > 0"),
         "views.py:5"},
        /* a number */
        {VIEW("if request.n == Order.objects.filter(amount=1).count():\n        return 1"), ""},
        {VIEW("if 10 < Order.objects.filter(amount=1).count():\n        return 1"), ""},
        {VIEW("if Order.objects.filter(amount=1).count() >= 10:\n        return 1"), ""},
        {VIEW("return Order.objects.filter(amount=1).count() > 0.5"), ""},
        {VIEW("return bool(Order.objects.filter(amount=1).count() - 1)"), ""},
        {VIEW("return Tag.objects.filter(word=\"a\").count(), "
              "Order.objects.filter(amount=1).count() > 0"),
         "views.py:5"},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-len-queryset", cases);
    judged = django_judge("dj-len-queryset",
                          VIEW("if Order.objects.filter(amount=1).count() > 0:  # why\n"
                               "        return 1"),
                          NULL);
    if (judged)
        g_assert_cmpstr(django_first(judged)->statement, ==,
                        "if Order.objects.filter(amount=1).count() > 0:");
    g_clear_pointer(&judged, django_judged_free);
    judged =
        django_judge("dj-len-queryset",
                     VIEW("if len(Order.objects.filter(amount=1)) == 0:\n        return 1"), NULL);
    if (judged)
        g_assert_nonnull(strstr(django_first(judged)->evidence, "whether there is one"));
}

static void
test_count(void)
{
    const char *whole = VIEW("return Order.objects.count()");
    const char *part = VIEW("return Order.objects.filter(amount=1).count()");
    const char *command = COMMAND("return Order.objects.count()");

    FINDS("dj-count-large", whole, NULL, "views.py:5:possible");
    FINDS("dj-count-large", whole, "shop.Order=200000", "views.py:5:likely");
    FINDS("dj-count-large", whole, "shop.Order=20000", "");
    FINDS("dj-count-large", part, "shop.Order=200000", "");
    FINDS("dj-count-large", command, "shop.Order=200000", "");
}

static void
test_whole_tables(void)
{
    const char *view = VIEW("for o in Order.objects.all():\n        print(o)");
    const char *command = COMMAND("for o in Order.objects.all():\n            print(o)");
    const char *list = COMMAND("return list(Order.objects.all())");
    const char *iterator = COMMAND("for o in Order.objects.iterator():\n            print(o)");
    const char *part = COMMAND("return list(Order.objects.filter(amount=1))");
    const char *slow = COMMAND("return list(Region.objects.all())");

    FINDS("dj-no-iterator-large", view, NULL, "");
    FINDS("dj-no-iterator-large", view, "shop.Order=200000", "views.py:5");
    FINDS("dj-no-iterator-large", command, NULL, "run.py:5:likely");
    FINDS("dj-no-iterator-large", list, NULL, "run.py:5:likely");
    FINDS("dj-no-iterator-large", command, "shop.Order=200", "");
    FINDS("dj-no-iterator-large", iterator, NULL, "");
    FINDS("dj-no-iterator-large", part, NULL, "");
    FINDS("dj-no-iterator-large", slow, NULL, "");
}

static void
test_wide_columns(void)
{
    static const DjangoCase cases[] = {
        {VIEW("for o in Order.objects.all():\n        x = o.amount"), "views.py:5:possible"},
        {VIEW("for o in Order.objects.all():\n        x = o.note"), ""},
        {VIEW("for o in Order.objects.defer(\"note\"):\n        x = o.amount"), ""},
        {VIEW("for o in Order.objects.all():\n        send(o)\n        x = o.amount"), ""},
        {VIEW("for o in Customer.objects.all():\n        x = o.name"), ""},
        {VIEW("for o in Order.objects.all():\n        o.save()"), ""},
    };

    django_cases("dj-select-star-wide", cases);
}

static void
test_distinct(void)
{
    static const DjangoCase cases[] = {
        {VIEW("return list(Order.objects.filter(tags__word=1).distinct())"), "views.py:5"},
        {VIEW("return list(Customer.objects.filter(orders__amount=1).distinct())"), "views.py:5"},
        {VIEW("return list(Order.objects.filter(customer__name=1).distinct())"), ""},
        {VIEW("return list(Order.objects.filter(tags__word=1).distinct(\"amount\"))"), ""},
        {VIEW("return list(Order.objects.filter(tags__word=1).values(\"amount\").distinct())"), ""},
        {VIEW("return list(Order.objects.filter(tags__word=1))"), ""},
    };

    django_cases("dj-distinct-over-join", cases);
}

static void
test_fetched_keys(void)
{
    static const DjangoCase cases[] = {
        {VIEW("return list(Order.objects.filter(customer__in=list(Customer.objects.values_list("
              "\"id\", flat=True))))"),
         "views.py:5"},
        {VIEW("return list(Order.objects.filter(customer__in=Customer.objects.values_list("
              "\"id\", flat=True)))"),
         ""},
        {VIEW("return list(Order.objects.filter(customer__in=list(request.keys)))"), ""},
        {VIEW("some = Customer.objects.filter(name=1)\n"
              "    return list(Order.objects.filter(customer__in=list(some)))"),
         "views.py:6"},
        {VIEW("some = request.keys\n"
              "    return list(Order.objects.filter(customer__in=list(some)))"),
         ""},
    };

    django_cases("dj-in-large-list", cases);
}

static void
test_not_in(void)
{
    static const DjangoCase cases[] = {
        {VIEW("return list(Customer.objects.exclude(id__in=Order.objects.values(\"boss\")))"),
         "views.py:5:likely"},
        {VIEW("return list(Customer.objects.filter(~Q(id__in=Order.objects.values(\"boss\"))))"),
         "views.py:5:likely"},
        {VIEW("return list(Customer.objects.exclude(id__in=Order.objects.values(\"customer\")))"),
         ""},
        {VIEW("return list(Customer.objects.exclude(id__in=Order.objects.filter("
              "boss__isnull=False).values(\"boss\")))"),
         ""},
        {VIEW("return list(Customer.objects.exclude(id__in=Order.objects.exclude("
              "boss=None).values(\"boss\")))"),
         ""},
        {VIEW("return list(Customer.objects.exclude(id__in=Order.objects.filter("
              "boss__name=5).values(\"boss\")))"),
         ""},
        {VIEW("return list(Customer.objects.filter(id__in=Order.objects.values(\"boss\")))"), ""},
        {VIEW("return list(Customer.objects.exclude(id__in=Order.objects.all()))"), ""},
    };

    django_cases("dj-not-in-nullable", cases);
}

static void
test_or(void)
{
    static const DjangoCase cases[] = {
        {VIEW("return list(Order.objects.filter(Q(note=1) | Q(customer__name=1)))"),
         "views.py:5:likely"},
        {VIEW("return list(Order.objects.filter(Q(note=1) | Q(amount=1)))"), ""},
        {VIEW("return list(Order.objects.filter(Q(note=1) | Q(colour=1)))"), ""},
        {VIEW("return list(Order.objects.filter(Q(note=1), Q(customer__name=1)))"), ""},
    };

    django_cases("dj-or-across-tables", cases);
}

static void
test_offset(void)
{
    const char *api = MODELS "# shop/views.py\nfrom rest_framework import viewsets, pagination\n"
                             "from shop.models import *\nclass Orders(viewsets.ModelViewSet):\n"
                             "    queryset = Order.objects.all()\n"
                             "    pagination_class = pagination.LimitOffsetPagination\n";
    const char *cursor = MODELS "# shop/views.py\nfrom rest_framework import viewsets, pagination\n"
                                "from shop.models import *\nclass Orders(viewsets.ModelViewSet):\n"
                                "    queryset = Order.objects.all()\n"
                                "    pagination_class = pagination.CursorPagination\n";
    const char *slice = VIEW("return list(Order.objects.all()[request.a:request.b])");

    FINDS("dj-large-offset-pagination", api, NULL, "views.py:4:possible");
    FINDS("dj-large-offset-pagination", api, "shop.Order=200000", "views.py:4:likely");
    FINDS("dj-large-offset-pagination", api, "shop.Order=2000", "");
    FINDS("dj-large-offset-pagination", cursor, "shop.Order=200000", "");
    FINDS("dj-large-offset-pagination", slice, "shop.Order=200000", "views.py:5:likely");
    FINDS("dj-large-offset-pagination", slice, "shop.Order=2000", "");
}

static void
test_random(void)
{
    const char *text = VIEW("return Order.objects.order_by(\"?\").first()");

    FINDS("dj-random-order", text, NULL, "views.py:5:likely");
    FINDS("dj-random-order", text, "shop.Order=200000", "views.py:5");
    FINDS("dj-random-order", text, "shop.Order=200", "");
    FINDS("dj-random-order", VIEW("return Order.objects.order_by(\"id\").first()"), NULL, "");
}

#define SQL(statements)                                                                            \
    "# shop/views.py\nfrom django.db import connection\n"                                          \
    "def show(request, table):\n    with connection.cursor() as cursor:\n" statements

#define PLUS8 " + A + A + A + A + A + A + A + A"

static const DjangoCase built_sql_cases[] = {
    {MODELS "# tools/fill.py\n"
            "import sqlite3\n"
            "def fill(n):\n"
            "    cursor = sqlite3.connect('x.db').cursor()\n"
            "    cursor.execute(f'SELECT a FROM django_session WHERE id={n}')\n",
     ""},
    {MODELS "# tools/fill.py\n"
            "import sqlite3\n"
            "from django.db import connection\n"
            "def fill(n):\n"
            "    file = sqlite3.connect('x.db')\n"
            "    cursor = connection.cursor()\n"
            "    cursor.execute(f'SELECT a FROM b WHERE id={n}')\n",
     "fill.py:7:likely"},
    {SQL("        cursor.execute(f\"SELECT 1 FROM a WHERE b = '{table}'\")\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = '%s'\" % table)\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = '%s' AND c = %d\" % (table, "
         "5))\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = '\" + table + \"'\")\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = '{}'\".format(table))\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(f\"SELECT 1 FROM a WHERE b LIKE '{table}'\")\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(f\"SELECT 1 FROM a LIMIT {table}\")\n"), "views.py:5:likely"},
    {SQL("        cursor.execute(f\"SELECT 1 FROM a WHERE b IN ({table})\")\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(f\"SELECT {{1}} FROM {table} WHERE b = '{request.x}'\")\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(f\"SELECT 1 FROM {table}\")\n"), "views.py:5:possible"},
    {SQL("        cursor.execute(f\"SET search_path = {table}\")\n"), "views.py:5:possible"},
    {SQL("        cursor.execute(f\"UPDATE a SET b = '{table}'\")\n"), "views.py:5:likely"},
    {"from django.db import models\nclass A(models.Model):\n    pass\n"
     "# shop/base.py\nclass DatabaseIntrospection:\n"
     "    def tables(self, cursor, schema):\n"
     "        cursor.execute(f\"SELECT 1 FROM pg_class WHERE relname = '{schema}'\")\n",
     "base.py:4:possible"},
    {SQL("        name = request.GET[\"x\"]\n"
         "        cursor.execute(f\"SELECT 1 FROM a WHERE b = '{name}'\")\n"),
     "views.py:6:likely"},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = '\" + table[\"x\"] + \"'\")\n"),
     "views.py:5:likely"},
    {SQL("        q = \"SELECT 1 FROM a WHERE b = '{}'\".format(table)\n"
         "        cursor.execute(q)\n"),
     "views.py:6:likely"},
    {SQL("        q = (\"SELECT 1 FROM a WHERE b = '%s'\" % table)\n"
         "        cursor.execute(q)\n"),
     "views.py:6:likely"},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = '\" + table[\"f\"] + \"'\")\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(rf\"SELECT 1 FROM a WHERE b = '{table}'\")\n"),
     "views.py:5:likely"},
    {VIEW("return Order.objects.raw(\"SELECT 1 FROM a WHERE b = '\" + request.GET[\"x\"] + "
          "\"'\")"),
     "views.py:5:likely"},
    {VIEW("q = \"SELECT * FROM a WHERE b = '%s'\" % request.GET[\"x\"]\n"
          "    return Order.objects.raw(q)"),
     "views.py:6:likely"},
    {VIEW("return Order.objects.extra(where=[\"a = '%s'\" % request.GET[\"x\"]])"),
     "views.py:5:likely"},
    {VIEW("return Order.objects.extra(select={\"a\": \"b = '\" + request.x + \"'\"})"),
     "views.py:5:likely"},
    /* parameters, constants, quoted names, names given harmless things */
    {VIEW("return Order.objects.extra(where=[\"a = %s\"], params=[request.GET[\"x\"]])"), ""},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = \" + SIZES[\"x\"])\n"), ""},
    {SQL("        cursor.execute(\"SELECT 1 FROM a\" + (\" WHERE b = 1\" if table else \"\"))\n"),
     ""},
    {SQL("        q = \"SELECT 1 FROM a WHERE b = '{}'\".format(table)\n"
         "        q = \"SELECT 1 FROM a\"\n"
         "        cursor.execute(q)\n"),
     ""},
    {SQL("        q = \"SELECT 1 FROM a WHERE b IN ({})\".format(\",\".join([\"%s\"]))\n"
         "        cursor.execute(q, table)\n"),
     ""},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = %s\", [table])\n"), ""},
    {SQL("        cursor.execute(f\"SELECT 1 FROM a WHERE b = '{TABLE}'\")\n"), ""},
    {SQL("        cursor.execute(f\"SELECT 1 FROM {Order._meta.db_table}\")\n"), ""},
    {SQL("        cursor.execute(f\"SELECT 1 FROM {connection.ops.quote_name(table)}\")\n"), ""},
    {SQL("        t = Order._meta.db_table\n        cursor.execute(f\"SELECT 1 FROM {t}\")\n"), ""},
    {SQL("        cursor.execute(sql.SQL(\"SELECT 1 FROM "
         "{}\").format(sql.Identifier(table)))\n"),
     ""},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b IN (%s)\" % "
         "\",\".join([\"%s\"]))\n"),
     ""},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = %d\" % table)\n"), ""},
    {SQL("        cursor.execute(\"SELECT 100%% FROM a\" % ())\n"), ""},
    {SQL("        cursor.execute(table)\n"), ""},
    {SQL("        table.strip()\n"
         "        cursor.execute(f\"SELECT 1 FROM a WHERE b = {table}\")\n"),
     "views.py:6:likely"},
    {SQL("        table2 = 1\n        cursor.execute(f\"SELECT 1 FROM a WHERE b = "
         "{table}\")\n"),
     "views.py:6:likely"},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = %\" % table)\n"), ""},
    {SQL("        cursor.execute(\"SELECT 1 FROM a WHERE b = {\".format(table))\n"),
     "views.py:5:likely"},
    {SQL("        cursor.execute(\"\"" PLUS8 PLUS8 PLUS8 PLUS8 PLUS8 ")\n"), ""},
};

static void
test_built_sql(void)
{
    django_cases("dj-raw-sql-injection", built_sql_cases);
}

static void
test_extra(void)
{
    static const DjangoCase cases[] = {
        {VIEW("return list(Order.objects.extra(where=[\"amount > 5\"]))"), "views.py:5"},
        {VIEW("return list(Order.objects.filter(amount__gt=5))"), ""},
    };

    django_cases("dj-extra-deprecated", cases);
}

static void
test_bulk(void)
{
    static const DjangoCase cases[] = {
        {VIEW("Order.objects.bulk_create(request.orders)"), "views.py:5:likely"},
        {VIEW("Order.objects.bulk_update(request.orders, [\"note\"])"), "views.py:5"},
        {VIEW("Order.objects.bulk_create(request.orders, batch_size=500)"), ""},
        {VIEW("Order.objects.bulk_create(request.orders, 500)"), ""},
        {VIEW("Order.objects.bulk_update(request.orders, [\"note\"], 500)"), ""},
        {VIEW("Order.objects.bulk_create([Order(), Order()])"), ""},
    };

    django_cases("dj-bulk-no-batch-size", cases);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-queries/relations-in-loops", test_relations_in_loops);
    g_test_add_func("/rules/django-queries/relations-that-cost-nothing",
                    test_relations_that_cost_nothing);
    g_test_add_func("/rules/django-queries/relations-in-loops-of-all", test_relations_of_all_rows);
    g_test_add_func("/rules/django-queries/severity-in-loops", test_severity_in_loops);
    g_test_add_func("/rules/django-queries/serializers", test_serializers);
    g_test_add_func("/rules/django-queries/keys-of-many", test_keys_of_many);
    g_test_add_func("/rules/django-queries/admin", test_admin);
    g_test_add_func("/rules/django-queries/str-in-admin", test_str_in_admin);
    g_test_add_func("/rules/django-queries/queries-in-loops", test_queries_in_loops);
    g_test_add_func("/rules/django-queries/queries-in-few-rounds", test_queries_in_few_rounds);
    g_test_add_func("/rules/django-queries/own-save-in-loops", test_own_save_in_loops);
    g_test_add_func("/rules/django-queries/len", test_len);
    g_test_add_func("/rules/django-queries/count", test_count);
    g_test_add_func("/rules/django-queries/whole-tables", test_whole_tables);
    g_test_add_func("/rules/django-queries/wide-columns", test_wide_columns);
    g_test_add_func("/rules/django-queries/distinct", test_distinct);
    g_test_add_func("/rules/django-queries/fetched-keys", test_fetched_keys);
    g_test_add_func("/rules/django-queries/not-in", test_not_in);
    g_test_add_func("/rules/django-queries/or", test_or);
    g_test_add_func("/rules/django-queries/offset", test_offset);
    g_test_add_func("/rules/django-queries/random", test_random);
    g_test_add_func("/rules/django-queries/built-sql", test_built_sql);
    g_test_add_func("/rules/django-queries/extra", test_extra);
    g_test_add_func("/rules/django-queries/bulk", test_bulk);
    return g_test_run();
}
