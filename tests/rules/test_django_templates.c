/* Relations that templates read of each row that a view gives them. */
#include <rule_internal.h>

#include "django_case.h"

/* Line 1 to 18. */
#define MODELS                                                                                     \
    "# shop/models.py\nfrom django.db import models\n"                                             \
    "class Region(models.Model):\n    title = models.CharField(max_length=9)\n"                    \
    "class Customer(models.Model):\n    name = models.CharField(max_length=9)\n"                   \
    "    region = models.ForeignKey(Region, models.CASCADE)\n"                                     \
    "class Order(models.Model):\n"                                                                 \
    "    customer = models.ForeignKey(Customer, models.CASCADE)\n"                                 \
    "    amount = models.IntegerField()\n"                                                         \
    "    def label(self):\n        return self.customer.name\n"                                    \
    "class Line(models.Model):\n"                                                                  \
    "    order = models.ForeignKey(Order, models.CASCADE, related_name=\"lines\")\n"               \
    "    item = models.ForeignKey(Region, models.CASCADE)\n"                                       \
    "    def __str__(self):\n        return self.item.title\n"
#define LIST "# shop/templates/shop/order_list.html\n"
#define BASE "# shop/templates/shop/base.html\n"
#define ROW  "# shop/templates/shop/row.html\n"
#define RENDER(queryset)                                                                           \
    "# shop/views.py\nfrom django.shortcuts import render\nfrom shop.models import *\n"            \
    "def orders(request):\n"                                                                       \
    "    return render(request, \"shop/order_list.html\", {\"orders\": " queryset "})\n"
#define GENERIC(view)                                                                              \
    "# shop/views.py\nfrom django.views import generic\nfrom shop.models import *\n"               \
    "class Orders(generic." view
/* The text begins in line 2 of its file. */
#define SHOWS(text) MODELS RENDER("Order.objects.all()") LIST text
#define SHOWS_OF(queryset, text)                                                                   \
    MODELS RENDER(queryset)                                                                        \
    LIST text
#define EACH(text) SHOWS("{% for o in orders %}\n" text "\n{% endfor %}\n")
#define EACH_OF(queryset, text)                                                                    \
    SHOWS_OF(queryset, "{% for o in orders %}\n" text "\n{% endfor %}\n")
#define FOUND "order_list.html:3:likely"

#define WITH10                                                                                     \
    "{% with %}{% with %}{% with %}{% with %}{% with %}{% with %}{% with %}{% with %}{% with "     \
    "%}{% with %}"
/* More than are looked into. */
#define WITHS WITH10 WITH10 WITH10 WITH10 WITH10 WITH10 WITH10

static void
test_rows(void)
{
    static const DjangoCase cases[] = {
        {EACH("{{ o.customer.name }}"), FOUND},
        {EACH("{{ o.customer.name|upper }}"), FOUND},
        {EACH("{{ o.customer.region.title }}\n{{ o.customer.name }}"), FOUND},
        {EACH("{% if o.customer.name %}x{% endif %}"), FOUND},
        {EACH("{% url 'customer' o.customer.pk %}"), FOUND},
        {EACH("{% blocktrans with n=o.customer.name %}{{ n }}{% endblocktrans %}"), FOUND},
        {EACH("{% with c=o.customer %}{{ c.name }}{% endwith %}"), FOUND},
        {EACH("{% with o.customer as c %}{{ c.region.title }}{% endwith %}"), FOUND},
        {EACH("{% for l in o.lines.all %}{{ l.pk }}{% endfor %}"), FOUND},
        {EACH("{{ o.lines.count }}"), FOUND},
        {EACH("{{ o.lines.all|length }}"), FOUND},
        {EACH("{{ o.lines.all }}"), FOUND},
        {EACH("{{ o.label }}"), FOUND},
        {EACH("{# {% endfor %} #}{{ o.customer }}"), FOUND},
        {EACH("{% comment %}{% endfor %}{% endcomment %}{{ o.customer }}"), FOUND},
        {SHOWS_OF("Line.objects.all()", "{% for l in orders %}\n{{ l }}\n{% endfor %}\n"), FOUND},
        {SHOWS("{% for o in orders.all %}\n{{ o.customer.name }}\n{% endfor %}"), FOUND},
        {EACH_OF("Order.objects.prefetch_related(\"lines\")",
                 "{% for l in o.lines.all %}{{ l.item.title }}{% endfor %}"),
         FOUND},
        /* fetched, few, given, no relation, only the key, another name, not closed, kept, raw */
        {EACH_OF("Order.objects.select_related(\"customer\")", "{{ o.customer.name }}"), ""},
        {EACH_OF("Order.objects.prefetch_related(\"lines__item\")",
                 "{% for l in o.lines.all %}{{ l.item.title }}{% endfor %}"),
         ""},
        {EACH_OF("Order.objects.all()[:5]", "{{ o.customer.name }}"), ""},
        {EACH_OF("Order.objects.filter(customer=1)", "{{ o.customer.name }}"), ""},
        {EACH_OF("Order.objects.values()", "{{ o.customer.name }}"), ""},
        {EACH_OF("Order.objects.by_hand()", "{{ o.customer.name }}"), ""},
        {EACH_OF("Order.objects.select_related(\"customer\")", "{{ o.label }}"), ""},
        {EACH("{{ o.customer_id }} {{ o.amount }} {{ o.nothing.name }} {{ x.customer.name }}"), ""},
        {EACH("{{ 'o.customer.name' }} {{ o.lines.first.item.title }} {{ }} {% %} {{"), ""},
        {EACH("{% for o in others %}{{ o.customer.name }}{% endfor %}"), ""},
        {EACH("{% with o=other %}{{ o.customer.name }}{% endwith %}"), ""},
        {EACH("{% cache 500 rows %}{{ o.customer.name }}{% endcache %}"), ""},
        {EACH("{% verbatim %}{{ o.customer.name }}{% endverbatim %}"), ""},
        {EACH("{% endwith %}{% endif %}{% my_tag o.customer.name %}"), ""},
        {SHOWS("{% for o in orders %}{% endfor %}\n{{ o.customer.name }}"), ""},
        {SHOWS("{% for a, b in orders %}\n{{ a.customer.name }}\n{% endfor %}{% for %}"), ""},
        {SHOWS("{{ orders.first.customer.name }}{{ orders.0.customer.name }}"), ""},
        {SHOWS(WITHS "{% for o in orders %}\n{{ o.customer.name }}\n{% endfor %}"), ""},
        {SHOWS("{{ orders.count }}{{ orders|length }}"), ""},
    };

    django_cases("dj-n-plus-one", cases);
}

#define INNER "{{ o.customer.name }}"

static void
test_templates_in_each_other(void)
{
    static const DjangoCase cases[] = {
        {EACH("{% include 'shop/row.html' %}") ROW INNER, "row.html:2:likely"},
        {EACH("{% include 'shop/row.html' with x=o.customer %}") ROW "{{ x.region.title }}", FOUND},
        {EACH("{% include 'shop/row.html' with x=o only %}") ROW "{{ x.customer.name }}",
         "row.html:2:likely"},
        {EACH("{% include 'shop/order_list.html' %}"), ""},
        {EACH("{% include name %}{% include 'shop/none.html' %}") ROW INNER, ""},
        {SHOWS("{% extends 'shop/base.html' %}\n{% block a %}{% endblock %}\n") BASE
         "{% block a %}{% for o in orders %}" INNER "{% endfor %}{% endblock %}\n",
         ""},
        {SHOWS("{% extends 'shop/base.html' %}\n{% block a %}{% endblock %}\n") BASE
         "{% block b %}{% for o in orders %}" INNER "{% endfor %}{% endblock %}\n",
         "base.html:2:likely"},
        {SHOWS("{% extends 'shop/base.html' %}\n"
               "{% block a %}{% for o in orders %}" INNER "{% endfor %}{% endblock %}\n") BASE
         "{% block a %}{% endblock %}\n",
         FOUND},
        {SHOWS("{% extends 'shop/order_list.html' %}\n"), ""},
    };

    django_cases("dj-n-plus-one", cases);
}

#define LOOP(name) LIST "{% for o in " name " %}\n" INNER "\n{% endfor %}\n"

#define PAGES(size)                                                                                \
    "# shop/views.py\nfrom django.core.paginator import Paginator\n"                               \
    "from django.shortcuts import render\nfrom shop.models import *\n"                             \
    "def orders(request):\n    pages = Paginator(Order.objects.all(), " size ")\n"                 \
    "    page = pages.get_page(request.GET.get(\"page\"))\n"                                       \
    "    return render(request, \"shop/order_list.html\", {\"page\": page})\n" LOOP("page")

static void
test_views(void)
{
    static const DjangoCase cases[] = {
        {MODELS GENERIC("ListView):\n    model = Order\n") LOOP("object_list"), FOUND},
        {MODELS GENERIC("ListView):\n    model = Order\n") LOOP("order_list"), FOUND},
        {MODELS GENERIC("ListView):\n    queryset = Order.objects.all()\n    paginate_by = 20\n")
             LOOP("page_obj"),
         FOUND},
        {MODELS GENERIC("ListView):\n    model = Order\n    context_object_name = \"rows\"\n"
                        "    template_name = \"shop/row.html\"\n") ROW "{% for o in rows %}" INNER
                                                                       "{% endfor %}",
         "row.html:2:likely"},
        {MODELS GENERIC(
             "DetailView):\n    model = Order\n") "# shop/templates/shop/order_detail.html\n"
                                                  "{% for l in object.lines.all %}{{ l.item.title "
                                                  "}}{% endfor %}{{ order.customer.name }}",
         "order_detail.html:2:likely"},
        {MODELS GENERIC("TemplateView):\n    template_name = \"shop/order_list.html\"\n"
                        "    def get_context_data(self, **kwargs):\n"
                        "        context = super().get_context_data(**kwargs)\n"
                        "        context[\"orders\"] = Order.objects.all()\n"
                        "        return context\n") LOOP("orders"),
         FOUND},
        {MODELS "# shop/views.py\nfrom django.shortcuts import render\nfrom shop.models import *\n"
                "def orders(request):\n    context = {\"some\": 1}\n"
                "    context[\"orders\"] = list(Order.objects.all())\n"
                "    return render(request, \"shop/order_list.html\", context)\n" LOOP("orders"),
         FOUND},
        {MODELS "# shop/views.py\nfrom django.shortcuts import render\nfrom shop.models import *\n"
                "def one(request, pk):\n    order = Order.objects.get(pk=pk)\n"
                "    return render(request, \"shop/order_list.html\", {\"order\": order})\n" LIST
                "{% for l in order.lines.all %}{{ l.item.title }}{% endfor %}",
         "order_list.html:2:likely"},
        {MODELS PAGES("25"), FOUND},
        {MODELS
         "# shop/views.py\nfrom django.template import loader\nfrom shop.models import *\n"
         "def orders(request):\n"
         "    template = loader.get_template(\"shop/order_list.html\")\n"
         "    return template.render({\"orders\": Order.objects.all()}, request)\n" LOOP("orders"),
         FOUND},
    };

    django_cases("dj-n-plus-one", cases);
}

static void
test_views_that_have_it(void)
{
    static const DjangoCase cases[] = {
        {MODELS PAGES("10"), ""},
        {MODELS GENERIC("ListView):\n    def get_queryset(self):\n"
                        "        return Order.objects.select_related(\"customer\")\n")
             LOOP("object_list"),
         ""},
        {MODELS GENERIC("ListView):\n    model = Order\n    template_name_suffix = \"_all\"\n")
             LOOP("object_list"),
         ""},
        {MODELS GENERIC(
             "DetailView):\n    model = Order\n") "# shop/templates/shop/order_detail.html\n{{ "
                                                  "object.customer.region.title }}",
         ""},
        {MODELS GENERIC(
             "DetailView):\n    model = Order\n") "# shop/templates/shop/order_detail.html\n"
                                                  "{% for l in object.lines.all %}{{ "
                                                  "l.order.amount }}{% endfor %}",
         ""},
        {MODELS GENERIC("BaseListView):\n    model = Order\n") LOOP("object_list"), ""},
        {MODELS GENERIC("CreateView):\n    model = Order\n") LOOP("object_list"), ""},
        {MODELS RENDER("Order.objects.all()") "# shop/tests/templates/shop/order_list.html\n"
                                              "{% for o in orders %}" INNER "{% endfor %}",
         ""},
    };

    django_cases("dj-n-plus-one", cases);
}

/* What is told once, of how many rows. */
static void
test_told_once(void)
{
    const char *text =
        MODELS RENDER("Order.objects.all()") "def more(request):\n"
                                             "    return render(request, \"shop/order_list.html\", "
                                             "{\"orders\": Order.objects.all()})\n" LOOP("orders");
    g_autoptr(DjangoJudged) twice = django_judge("dj-n-plus-one", text, NULL);
    g_autoptr(DjangoJudged) few = django_judge("dj-n-plus-one", text, "shop.Order=20");

    if (!twice)
        return;
    g_assert_cmpuint(twice->findings->len, ==, 1);
    g_assert_cmpstr(django_first(twice)->fix.code, ==, "….select_related(\"customer\")");
    g_assert_cmpuint(few->findings->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django/templates/rows", test_rows);
    g_test_add_func("/rules/django/templates/in-each-other", test_templates_in_each_other);
    g_test_add_func("/rules/django/templates/views", test_views);
    g_test_add_func("/rules/django/templates/has", test_views_that_have_it);
    g_test_add_func("/rules/django/templates/once", test_told_once);
    return g_test_run();
}
