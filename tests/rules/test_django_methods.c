/* Relations and queries that methods ask for: of models in loops, of serializers, of the admin. */
#include <rule_internal.h>

#include "django_case.h"

/* Line 1 to 14; what follows belongs to Order. */
#define MODELS                                                                                     \
    "# shop/models.py\nfrom django.db import models\n"                                             \
    "class Region(models.Model):\n    title = models.CharField(max_length=9)\n"                    \
    "class Customer(models.Model):\n    name = models.CharField(max_length=9)\n"                   \
    "    region = models.ForeignKey(Region, models.CASCADE)\n"                                     \
    "    def place(self):\n        return self.region.title\n"                                     \
    "class Order(models.Model):\n"                                                                 \
    "    customer = models.ForeignKey(Customer, models.CASCADE, related_name=\"orders\")\n"        \
    "    boss = models.ForeignKey(Customer, models.CASCADE, null=True, related_name=\"led\")\n"    \
    "    amount = models.IntegerField()\n    made = models.DateTimeField(auto_now_add=True)\n"
#define LINES                                                                                      \
    "class Line(models.Model):\n"                                                                  \
    "    order = models.ForeignKey(Order, models.CASCADE, related_name=\"lines\")\n"               \
    "    item = models.ForeignKey(Region, models.CASCADE)\n"

/* The method is of Order, the statement line 4. */
#define VIEW(method, statement)                                                                    \
    MODELS method LINES                                                                            \
        "# shop/views.py\nfrom shop.models import *\ndef show(request):\n    " statement "\n"
#define EACH(method, queryset, use)                                                                \
    VIEW(method, "for o in Order.objects." queryset ":\n        print(" use ")")
#define LABEL    "    def label(self):\n        return self.customer.name\n"
#define PROPERTY "    @property\n" LABEL
#define STR      "    def __str__(self):\n        return f\"{self.customer.name}\"\n"

static void
test_methods_in_loops(void)
{
    static const DjangoCase cases[] = {
        {EACH(LABEL, "all()", "o.label()"), "views.py:5:likely"},
        {EACH(PROPERTY, "all()", "o.label"), "views.py:5:likely"},
        {EACH(STR, "all()", "str(o)"), "views.py:5:likely"},
        {EACH(STR, "all()", "f\"{o}!\""), "views.py:5:likely"},
        {VIEW(LABEL, "return [o.label() for o in Order.objects.all()]"), "views.py:4:likely"},
        /* over a relation, of a method in a method, on one way only, twice */
        {EACH("", "all()", "o.customer.place()"), "views.py:5"},
        {EACH("", "select_related(\"customer\")", "o.customer.place()"), "views.py:5:likely"},
        {EACH(LABEL "    def all(self):\n        return self.label()\n", "all()", "o.all()"),
         "views.py:5:likely"},
        {EACH("    def label(self):\n        return self.customer.place()\n", "all()", "o.label()"),
         "views.py:5:likely"},
        {EACH("    def label(self):\n        if self.amount:\n            return self.boss.name\n",
              "all()", "o.label()"),
         "views.py:5:possible"},
        {EACH("    def label(self):\n        if self.amount:\n            return \"\"\n"
              "        return self.boss.name\n",
              "all()", "o.label()"),
         "views.py:5:possible"},
        {EACH("    def label(self):\n        return self.boss.name if self.boss_id else \"\"\n",
              "all()", "o.label()"),
         "views.py:5:likely"},
        {EACH(LABEL, "all()", "o.label(), o.customer.name"), "views.py:5"},
        {EACH("    def label(self):\n        return [l.item_id for l in self.lines.all()]\n",
              "all()", "o.label()"),
         "views.py:5:likely"},
        {EACH("    def label(self):\n        return self.again() or self.customer.name\n"
              "    def again(self):\n        return self.label()\n",
              "all()", "o.label()"),
         "views.py:5:likely"},
        {EACH("    def label(self):\n        with lock():\n            return self.customer.name\n",
              "all()", "o.label()"),
         "views.py:5:likely"},
        {EACH("    def label(self):\n        self.save()\n        if self.boss_id:\n"
              "            return self.boss.name\n",
              "all()", "o.label()"),
         "views.py:5:possible"},
        {EACH(LABEL "    def again(self):\n        return self.label()\n"
                    "    def all(self):\n        if self.amount:\n            self.again()\n"
                    "        return self.label()\n",
              "all()", "o.all()"),
         "views.py:5:likely"},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_methods_that_have_it(void)
{
    static const DjangoCase cases[] = {
        /* fetched, given, set, no relation, no method of this project, kept, one object */
        {EACH(LABEL, "select_related(\"customer\")", "o.label()"), ""},
        {EACH(LABEL, "prefetch_related(\"customer\")", "o.label()"), ""},
        {EACH("", "select_related(\"customer__region\")", "o.customer.place()"), ""},
        {EACH(LABEL, "select_related()", "o.label()"), ""},
        {EACH(LABEL, "filter(customer=1)", "o.label()"), ""},
        {EACH(LABEL, "by_hand()", "o.label()"), ""},
        {EACH(LABEL, "all()[:5]", "o.label()"), ""},
        {EACH("    def label(self):\n        return self.customer_id\n", "all()", "o.label()"), ""},
        {EACH("    def label(self, new):\n        self.customer = new\n"
              "        return self.customer.name\n",
              "all()", "o.label(request.user)"),
         ""},
        {EACH("    def label(self):\n        return cache.get(self.pk) or self.customer.name\n",
              "all()", "o.label()"),
         ""},
        {EACH("    @lru_cache()\n" LABEL, "all()", "o.label()"), ""},
        {EACH("", "all()", "o.get_next_by_made()"), ""},
        {EACH("", "all()", "str(o)"), ""},
        {VIEW(LABEL, "o = Order.objects.get(pk=1)\n    print(o.label())"), ""},
        {VIEW(LABEL, "for o in Order.objects.all():\n        o.customer = request.user\n"
                     "        print(o.label())"),
         ""},
        {VIEW("", "for o in Order.objects.prefetch_related(\"lines__item\"):\n"
                  "        for l in o.lines.all():\n            print(l.item.title)"),
         ""},
        {VIEW("", "orders = Order.objects.prefetch_related(Prefetch(\"customer\", "
                  "queryset=Customer.objects.select_related(\"region\")))\n"
                  "    for o in orders:\n        print(o.customer.place())"),
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

/* A method that writes has a statement for each row anyway; what it reads of rows of its own is
 * not theirs, but told where that loop is. */
static void
test_methods_that_write(void)
{
    static const char *const copies[] = {
        "    def copy(self):\n        twin = clone(self)\n        label = self.customer.name\n"
        "        twin.save()\n",
        "    def copy(self):\n        label = self.customer.name\n"
        "        Line.objects.create(order=self)\n",
    };
    static const DjangoCase rows[] = {
        {MODELS
         "    def copy(self):\n        for l in self.lines.all():\n            l.show()\n" LINES
         "    def show(self):\n        return self.item.title\n"
         "# shop/views.py\nfrom shop.models import *\ndef show(request):\n"
         "    for o in Order.objects.prefetch_related(\"lines\"):\n        o.copy()\n",
         "models.py:17:likely"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(copies); i++) {
        g_autofree char *text =
            g_strconcat(MODELS, copies[i], LINES,
                        "# shop/views.py\nfrom shop.models import *\ndef show(request):\n"
                        "    for o in Order.objects.all():\n        o.copy()\n",
                        NULL);
        g_autoptr(DjangoJudged) judged = django_judge("dj-n-plus-one", text, NULL);

        if (judged)
            g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_INFO);
    }
    django_cases("dj-n-plus-one", rows);
}

#define COUNT "    def few(self):\n        return self.lines.filter(item__title=\"a\").count()\n"

static void
test_queries_in_methods(void)
{
    static const DjangoCase cases[] = {
        {EACH(COUNT, "all()", "o.few()"), "views.py:5:likely"},
        {EACH(COUNT, "all()", "o.few(), o.few()"), "views.py:5:likely"},
        {EACH("    def few(self):\n        if self.amount:\n"
              "            return Line.objects.get(item_id=self.amount)\n",
              "all()", "o.few()"),
         "views.py:5:possible"},
        {EACH("    def few(self, some):\n        return self.lines.filter(**some).count()\n",
              "all()", "o.few(request.GET)"),
         "views.py:5:likely"},
        {EACH("    def few(self):\n        return self.lines.count()\n", "all()", "o.few()"), ""},
        {EACH("    def few(self):\n        return Line.objects.select_for_update().get(pk=1)\n",
              "all()", "o.few()"),
         ""},
        {EACH("    def few(self):\n        return Line.objects.none().count()\n", "all()",
              "o.few()"),
         ""},
        {VIEW(COUNT, "print(Order.objects.get(pk=1).few())"), ""},
    };

    django_cases("dj-query-in-loop", cases);
}

static void
test_queries_in_methods_that_write(void)
{
    g_autoptr(DjangoJudged) judged =
        django_judge("dj-query-in-loop",
                     EACH("    def few(self):\n        self.amount = "
                          "self.lines.filter(item__title=\"a\").count()\n"
                          "        self.save()\n",
                          "all()", "o.few()"),
                     NULL);

    if (judged)
        g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_INFO);
}

/* --- serializers --- */

#define SERIALIZER(methods, before, serializer, fields)                                            \
    MODELS methods LINES "# shop/serializers.py\nfrom rest_framework import serializers\n"         \
                         "from shop.models import *\n" before                                      \
                         "class OrderSerializer(serializers.ModelSerializer):\n" serializer        \
                         "    class Meta:\n        model = Order\n        fields = " fields "\n"
#define HEAD                                                                                       \
    "# shop/views.py\nfrom rest_framework import generics, mixins, viewsets\n"                     \
    "from shop.models import *\nfrom shop.serializers import *\n"
/* The view is line 5 of its file. */
#define API(methods, before, serializer, fields, base, view)                                       \
    SERIALIZER(methods, before, serializer, fields) HEAD "class Orders(" base "):\n" view
#define ALL               "    queryset = Order.objects.all()\n    serializer_class = OrderSerializer\n"
#define GIVES(serializer) API("", "", serializer, "[\"id\"]", "viewsets.ModelViewSet", ALL)
#define OF_CUSTOMER                                                                                \
    "    who = serializers.SerializerMethodField()\n"                                              \
    "    def get_who(self, order):\n        return order.customer.name\n"
#define LINE_SERIALIZER                                                                            \
    "class LineSerializer(serializers.ModelSerializer):\n    class Meta:\n"                        \
    "        model = Line\n        fields = [\"id\"]\n"

static void
test_serializer_methods(void)
{
    static const DjangoCase cases[] = {
        {GIVES(OF_CUSTOMER), "views.py:5:likely"},
        /* a view that is as its base, and one that is not */
        {API("", "", OF_CUSTOMER, "[\"id\"]", "viewsets.ModelViewSet",
             ALL "class Old(Orders):\n    legacy = True\n"),
         "views.py:5:likely"},
        {API("", "", OF_CUSTOMER, "[\"id\"]", "viewsets.ModelViewSet",
             ALL "class Old(Orders):\n    queryset = Order.objects.filter(amount=1)\n"),
         "views.py:5:likely views.py:8:likely"},
        {GIVES("    who = serializers.SerializerMethodField(method_name=\"named\")\n"
               "    def named(self, obj):\n        return obj.customer.place()\n"),
         "views.py:5:likely"},
        {GIVES("    who = serializers.SerializerMethodField()\n"
               "    def get_who(self, obj):\n        if obj.amount:\n"
               "            return obj.boss.name\n"),
         "views.py:5:possible"},
        {GIVES("    def to_representation(self, instance):\n"
               "        return {\"who\": instance.customer.name}\n"),
         "views.py:5:likely"},
        {GIVES("    n = serializers.SerializerMethodField()\n"
               "    def get_n(self, obj):\n        return obj.lines.count()\n"),
         "views.py:5:likely"},
        {API("",
             "class Base(serializers.ModelSerializer):\n" OF_CUSTOMER
             "    class Meta:\n        model = Order\n        fields = [\"id\"]\n"
             "class Own(Base):\n    pass\n",
             "    pass\n", "[\"id\"]", "viewsets.ModelViewSet",
             "    queryset = Order.objects.all()\n    serializer_class = Own\n"),
         "views.py:5:likely"},
        {API(LABEL, "", "", "[\"id\", \"label\"]", "viewsets.ModelViewSet", ALL),
         "views.py:5:likely"},
        {API(LABEL, "", "    who = serializers.CharField(source=\"label\")\n", "[\"who\"]",
             "viewsets.ModelViewSet", ALL),
         "views.py:5:likely"},
        {API("    friends = models.ManyToManyField(Customer, related_name=\"+\")\n", "", "",
             "\"__all__\"", "viewsets.ModelViewSet", ALL),
         "views.py:5:likely"},
        {API("", LINE_SERIALIZER, "    lines = LineSerializer(many=True)\n", "[\"lines\"]",
             "viewsets.ModelViewSet", ALL),
         "views.py:5:likely"},
        {GIVES(OF_CUSTOMER "    chef = serializers.SerializerMethodField()\n"
                           "    def get_chef(self, order):\n        return order.boss.name\n"),
         "views.py:5:likely views.py:5:likely"},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_serializer_methods_without_a_query(void)
{
    static const DjangoCase cases[] = {
        /* only the key, no such method, write only, fetched */
        {GIVES("    who = serializers.SerializerMethodField()\n"
               "    def get_who(self, obj):\n        return obj.customer_id\n"),
         ""},
        {GIVES("    who = serializers.SerializerMethodField()\n"), ""},
        {GIVES("    who = LineSerializer(many=True)\n"), ""},
        {API("", "", OF_CUSTOMER, "[\"id\"]", "viewsets.ModelViewSet",
             "    queryset = Order.objects.select_related(\"customer\")\n"
             "    serializer_class = OrderSerializer\n"),
         ""},
        {API("", LINE_SERIALIZER, "    lines = LineSerializer(many=True)\n", "[\"lines\"]",
             "viewsets.ModelViewSet",
             "    queryset = Order.objects.prefetch_related(Prefetch(\"lines\", "
             "queryset=Line.objects.all()))\n    serializer_class = OrderSerializer\n"),
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

#define VIEWS(base, view) API("", "", OF_CUSTOMER, "[\"id\"]", base, view)
#define PLAIN                                                                                      \
    "class PlainSerializer(serializers.ModelSerializer):\n    class Meta:\n"                       \
    "        model = Order\n        fields = [\"id\"]\n"
#define CHOICE(body)                                                                               \
    API("", PLAIN, OF_CUSTOMER, "[\"id\"]", "viewsets.ModelViewSet",                               \
        "    queryset = Order.objects.all()\n    serializer_class = PlainSerializer\n"             \
        "    other = OrderSerializer\n    def get_serializer_class(self):\n" body)

static void
test_views(void)
{
    static const DjangoCase cases[] = {
        {VIEWS("generics.ListAPIView", ALL), "views.py:5:likely"},
        {VIEWS("mixins.ListModelMixin, viewsets.GenericViewSet", ALL), "views.py:5:likely"},
        {VIEWS("Unknown", ALL), ""},
        {VIEWS("generics.RetrieveUpdateAPIView", ALL), ""},
        {VIEWS("mixins.RetrieveModelMixin, viewsets.GenericViewSet", ALL), ""},
        {VIEWS("mixins.RetrieveModelMixin, viewsets.GenericViewSet",
               ALL "    def list(self, request):\n        return None\n"),
         "views.py:5:likely"},
        {CHOICE("        return OrderSerializer\n"), "views.py:5:likely"},
        {CHOICE("        return self.other\n"), "views.py:5:likely"},
        {CHOICE("        if self.action == \"list\":\n            return OrderSerializer\n"
                "        return PlainSerializer\n"),
         "views.py:5:likely"},
        {CHOICE("        if self.action == \"retrieve\":\n            return PlainSerializer\n"
                "        else:\n            return OrderSerializer\n"),
         "views.py:5:likely"},
        {CHOICE("        return super().get_serializer_class()\n"), ""},
        {CHOICE("        if self.action == \"retrieve\":\n            return OrderSerializer\n"
                "        return PlainSerializer\n"),
         ""},
        {CHOICE("        if self.action == \"list\":\n            return PlainSerializer\n"
                "        return OrderSerializer\n"),
         ""},
        {CHOICE("        return choose(self)\n"), ""},
        {SERIALIZER("", "", OF_CUSTOMER, "[\"id\"]") HEAD
         "class OrderDetail(viewsets.ModelViewSet):\n" ALL,
         ""},
        {VIEWS("Unknown.Base, viewsets.ModelViewSet", ALL), "views.py:5:likely"},
        /* what the view, its base and its own list() fetch */
        {VIEWS("viewsets.ModelViewSet", ALL "    def get_queryset(self):\n"
                                            "        return self.some.thing()\n"),
         ""},
        {VIEWS("viewsets.ModelViewSet", ALL "    def filter_queryset(self, queryset):\n"
                                            "        return "
                                            "Order.objects.select_related(\"customer\")\n"),
         ""},
        {SERIALIZER("", "", OF_CUSTOMER, "[\"id\"]") HEAD
         "class Base(viewsets.ModelViewSet):\n    queryset = Order.objects.all()\n"
         "    def get_queryset(self):\n"
         "        return super().get_queryset().select_related(\"customer\")\n"
         "class Orders(Base):\n    serializer_class = OrderSerializer\n",
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

/* The statement is line 6. */
#define SHOWS(statement)                                                                           \
    SERIALIZER("", "", OF_CUSTOMER, "[\"id\"]")                                                    \
    HEAD "def show(request, pk):\n    " statement "\n"

static void
test_few_called(void)
{
    g_autoptr(DjangoJudged) few = django_judge(
        "dj-n-plus-one", SHOWS("return OrderSerializer(Order.objects.all(), many=True).data"),
        "shop.Order=5");

    g_assert_true(!few || few->findings->len == 0);
}

static void
test_serializers_called(void)
{
    static const DjangoCase cases[] = {
        {SERIALIZER("", "",
                    "    n = serializers.SerializerMethodField()\n    def get_n(self, obj):\n"
                    "        return Line.objects.filter(item=1).count()\n",
                    "[\"id\"]") HEAD
         "def show(request):\n"
         "    return OrderSerializer(Order.objects.all(), many=True).data\n",
         ""},
        {SHOWS("return OrderSerializer(Order.objects.all(), many=True).data"), "views.py:6:likely"},
        {SHOWS("orders = list(Order.objects.all())\n"
               "    return OrderSerializer(orders, many=True).data"),
         "views.py:6:likely"},
        {SHOWS("return OrderSerializer(Order.objects.get(pk=pk)).data"), ""},
        {SHOWS("return OrderSerializer(Order.objects.all()[:5], many=True).data"), ""},
        {SHOWS("return OrderSerializer(Customer.objects.get(pk=pk).orders.all(), many=True).data"),
         ""},
        {SHOWS("return OrderSerializer(Customer.objects.all(), many=True).data"), ""},
        {SHOWS("return OrderSerializer(Order.objects.select_related(\"customer\"), "
               "many=True).data"),
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_queries_of_classes(void)
{
    static const DjangoCase cases[] = {
        {GIVES("    n = serializers.SerializerMethodField()\n"
               "    def get_n(self, obj):\n"
               "        return Line.objects.filter(item__title=obj.amount).count()\n"),
         "views.py:5:likely"},
        {GIVES("    n = serializers.SerializerMethodField()\n"
               "    def get_n(self, obj):\n        return obj.lines.count()\n"),
         ""},
        {MODELS COUNT LINES "# shop/admin.py\nfrom django.contrib import admin\n"
                            "from shop.models import *\n@admin.register(Order)\n"
                            "class OrderAdmin(admin.ModelAdmin):\n    list_display = [\"few\"]\n",
         "admin.py:6:likely"},
    };

    django_cases("dj-query-in-loop", cases);
}

#define TWO_QUERIES                                                                                \
    GIVES("    n = serializers.SerializerMethodField()\n"                                          \
          "    def get_n(self, obj):\n        return Line.objects.filter(item=1).count()\n"        \
          "    m = serializers.SerializerMethodField()\n"                                          \
          "    def get_m(self, obj):\n        return Line.objects.filter(item=2).count()\n")

static void
test_two_queries(void)
{
    static const DjangoCase cases[] = {
        {TWO_QUERIES, "views.py:5:likely views.py:5:likely"},
    };

    django_cases("dj-query-in-loop", cases);
}

#define ADMIN(method, body)                                                                        \
    MODELS method LINES "# shop/admin.py\nfrom django.contrib import admin\n"                      \
                        "from shop.models import *\n@admin.register(Order)\n"                      \
                        "class OrderAdmin(admin.ModelAdmin):\n" body

static void
test_admin_columns(void)
{
    static const DjangoCase cases[] = {
        {ADMIN("", "    list_display = [\"where\"]\n    def where(self, obj):\n"
                   "        return obj.customer.region.title\n"),
         "admin.py:6:likely"},
        {ADMIN("", "    list_display = [\"n\"]\n    def n(self, obj):\n"
                   "        return obj.lines.count()\n"),
         "admin.py:6:likely"},
        {ADMIN("", "    list_display = [\"customer\", \"where\"]\n    def where(self, obj):\n"
                   "        return obj.customer.region.title\n"),
         ""},
        {ADMIN("",
               "    list_display = [\"where\"]\n    list_select_related = [\"customer__region\"]"
               "\n    def where(self, obj):\n        return obj.customer.region.title\n"),
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django/methods/loops", test_methods_in_loops);
    g_test_add_func("/rules/django/methods/has", test_methods_that_have_it);
    g_test_add_func("/rules/django/methods/write", test_methods_that_write);
    g_test_add_func("/rules/django/methods/queries", test_queries_in_methods);
    g_test_add_func("/rules/django/methods/queries-that-write", test_queries_in_methods_that_write);
    g_test_add_func("/rules/django/methods/serializers", test_serializer_methods);
    g_test_add_func("/rules/django/methods/serializers-without-a-query",
                    test_serializer_methods_without_a_query);
    g_test_add_func("/rules/django/methods/views", test_views);
    g_test_add_func("/rules/django/methods/called", test_serializers_called);
    g_test_add_func("/rules/django/methods/few-called", test_few_called);
    g_test_add_func("/rules/django/methods/classes", test_queries_of_classes);
    g_test_add_func("/rules/django/methods/two-queries", test_two_queries);
    g_test_add_func("/rules/django/methods/admin", test_admin_columns);
    return g_test_run();
}
