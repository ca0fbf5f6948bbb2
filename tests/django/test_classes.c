/* What classes declare: admins, filter sets, views, serializers, forms. */
#include <django/code.h>
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
                             "    order = models.ForeignKey(Order, models.CASCADE)\n";

static const char admin[] = "from django.contrib import admin\n"
                            "from django.contrib.admin import TabularInline as Inline\n"
                            "from .models import Customer, Line, Order\n"
                            "SEARCH = ['^email']\n"
                            "class BaseAdmin(admin.ModelAdmin):\n"
                            "    list_per_page = 50\n"
                            "    ordering = ('-pk',)\n"
                            "class LineInline(Inline):\n"
                            "    model = Line\n"
                            "    raw_id_fields = ['order']\n"
                            "@admin.register(Order)\n"
                            "class OrderAdmin(BaseAdmin):\n"
                            "    search_fields = 'customer__email', '=state'\n"
                            "    list_filter = ['state', ('made', admin.DateFieldListFilter)]\n"
                            "    list_display = ['pk', 'customer']\n"
                            "    list_select_related = True\n"
                            "    date_hierarchy = 'made'\n"
                            "class CustomerAdmin(admin.ModelAdmin):\n"
                            "    search_fields = SEARCH\n"
                            "    list_select_related = ['a']\n"
                            "admin.site.register([Customer], CustomerAdmin)\n"
                            "class Other:\n"
                            "    search_fields = ['no']\n";

static const char api[] =
    "import django_filters\n"
    "from django import forms\n"
    "from django.views.generic import ListView\n"
    "from rest_framework import generics, pagination, serializers, viewsets\n"
    "from .models import Customer, Line, Order\n"
    "STATE = 'paid'\n"
    "class Pages(pagination.LimitOffsetPagination):\n"
    "    page_size = 20\n"
    "class OrderFilter(django_filters.FilterSet):\n"
    "    mail = django_filters.CharFilter(field_name='customer__email', lookup_expr='icontains')\n"
    "    odd = django_filters.CharFilter(method='odd_one')\n"
    "    class Meta:\n"
    "        model = Order\n"
    "        fields = {'state': ['exact', 'in'], 'made': ['gte']}\n"
    "class LineFilter(django_filters.FilterSet):\n"
    "    class Meta:\n"
    "        model = Line\n"
    "        fields = ['order']\n"
    "class CustomerSerializer(serializers.ModelSerializer):\n"
    "    class Meta:\n"
    "        model = Customer\n"
    "        fields = '__all__'\n"
    "class OrderSerializer(serializers.ModelSerializer):\n"
    "    customer = CustomerSerializer()\n"
    "    email = serializers.CharField(source='customer.email', write_only=True)\n"
    "    extra = serializers.SerializerMethodField()\n"
    "    class Meta(CustomerSerializer.Meta):\n"
    "        model = Order\n"
    "        fields = ['customer', 'email', 'extra']\n"
    "class OrderView(viewsets.ModelViewSet):\n"
    "    queryset = Order.objects.filter(state=STATE,\n"
    "        customer__in=Customer.objects.filter(email='a')).order_by('made')\n"
    "    serializer_class = OrderSerializer\n"
    "    filterset_class = OrderFilter\n"
    "    filterset_fields = {'state': ['exact', 'in']}\n"
    "    search_fields = ['customer__email']\n"
    "    ordering_fields = ['made']\n"
    "    ordering = '-made'\n"
    "    pagination_class = Pages\n"
    "class Orders(ListView):\n"
    "    model = Order\n"
    "    paginate_by = 25\n"
    "class Choose(generics.ListAPIView):\n"
    "    queryset = Unknown.objects.all()\n"
    "    filter_class = LineFilter\n"
    "class Form(forms.ModelForm):\n"
    "    class Meta:\n"
    "        model = Order\n"
    "        fields = ['state']\n";

static void
append_list(GString *text, const char *name, const GPtrArray *list)
{
    for (guint i = 0; list && i < list->len; i++)
        g_string_append_printf(text, "%s%s", i ? "," : name, (char *)g_ptr_array_index(list, i));
}

static void
append_declared(GString *text, const PgaDjangoClass *class)
{
    for (guint i = 0; i < class->declared->len; i++) {
        const PgaDjangoDeclared *declared = g_ptr_array_index(class->declared, i);

        g_string_append_printf(
            text, " %s:%s(%s%s%s%s%s)", declared->name, declared->class, declared->source,
            declared->lookup ? "," : "", declared->lookup ? declared->lookup : "",
            declared->is_method ? ",method" : "", declared->is_write_only ? ",write" : "");
    }
}

static char *
class_text(const PgaDjangoClass *class)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%s of %s", class->qualified,
                           class->model ? class->model->name : "?");
    if (class->queryset)
        g_string_append_printf(text, " {%s}", class->queryset->text);
    append_list(text, " search=", class->search_fields);
    append_list(text, " filter=", class->filter_fields);
    append_list(text, " list_filter=", class->list_filter);
    append_list(text, " display=", class->list_display);
    append_list(text, " related=", class->list_select_related);
    append_list(text, " ordering=", class->ordering);
    append_list(text, " ordering_fields=", class->ordering_fields);
    append_list(text, " raw=", class->raw_id_fields);
    append_list(text, " fields=", class->fields);
    append_declared(text, class);
    g_string_append_printf(text, "%s%s%s%s", class->all_fields ? " all" : "",
                           class->select_related_all ? " related_all" : "",
                           class->date_hierarchy ? " date=" : "",
                           class->date_hierarchy ? class->date_hierarchy : "");
    g_string_append_printf(
        text, "%s%s%s%s%s%s", class->pagination ? " pages=" : "",
        class->pagination ? class->pagination : "", class->serializer ? " by=" : "",
        class->serializer ? class->serializer : "", class->filter_set ? " set=" : "",
        class->filter_set ? class->filter_set : "");
    if (class->page_size >= 0)
        g_string_append_printf(text, " rows=%d", (int)class->page_size);
    return g_string_free(text, FALSE);
}

static const struct {
    PgaDjangoClassKind kind;
    guint line;
    const char *text;
} wants[] = {
    {PGA_DJANGO_CLASS_ADMIN, 5, "shop.admin.BaseAdmin of ? ordering=-pk rows=50"},
    {PGA_DJANGO_CLASS_ADMIN, 8, "shop.admin.LineInline of Line raw=order rows=100"},
    {PGA_DJANGO_CLASS_ADMIN, 12,
     "shop.admin.OrderAdmin of Order search=customer__email,=state list_filter=state,made "
     "display=pk,customer ordering=-pk related_all date=made rows=50"},
    {PGA_DJANGO_CLASS_ADMIN, 18,
     "shop.admin.CustomerAdmin of Customer search=^email related=a rows=100"},
    {PGA_DJANGO_CLASS_FILTER_SET, 9,
     "shop.api.OrderFilter of Order filter=customer__email__icontains,state,state__in,made__gte "
     "fields=state,state__in,made__gte mail:CharFilter(customer__email,icontains) "
     "odd:CharFilter(odd,exact,method) "
     "state:(state,exact) state:(state,in) made:(made,gte)"},
    {PGA_DJANGO_CLASS_FILTER_SET, 15,
     "shop.api.LineFilter of Line filter=order fields=order order:(order,exact)"},
    {PGA_DJANGO_CLASS_SERIALIZER, 19, "shop.api.CustomerSerializer of Customer all"},
    {PGA_DJANGO_CLASS_SERIALIZER, 23,
     "shop.api.OrderSerializer of Order fields=customer,email,extra "
     "customer:CustomerSerializer(customer) email:CharField(customer.email,write) "
     "extra:SerializerMethodField(extra,method)"},
    {PGA_DJANGO_CLASS_API_VIEW, 30,
     "shop.api.OrderView of Order {Order.objects.filter(state=STATE, "
     "customer__in=Customer.objects.filter(email='a')).order_by('made')} search=customer__email "
     "filter=state,state__in ordering=-made ordering_fields=made pages=Pages by=OrderSerializer "
     "set=OrderFilter rows=20"},
    {PGA_DJANGO_CLASS_VIEW, 40, "shop.api.Orders of Order rows=25"},
    {PGA_DJANGO_CLASS_API_VIEW, 43, "shop.api.Choose of ? set=LineFilter"},
    {PGA_DJANGO_CLASS_FORM, 46, "shop.api.Form of Order fields=state"},
};

static void
test_classes(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoCode) code = NULL;
    const PgaDjangoClass *view;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    project = pga_django_project_new();
    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    pga_django_project_add(project, "shop/admin.py", admin, strlen(admin));
    pga_django_project_add(project, "shop/api.py", api, strlen(api));
    pga_django_project_resolve(project);
    code = pga_django_code_read(project);
    for (guint i = 0; i < MIN(code->classes->len, G_N_ELEMENTS(wants)); i++) {
        const PgaDjangoClass *class = g_ptr_array_index(code->classes, i);
        g_autofree char *text = class_text(class);

        g_assert_cmpstr(text, ==, wants[i].text);
        g_assert_cmpint(class->kind, ==, wants[i].kind);
        g_assert_cmpuint(class->line, ==, wants[i].line);
    }
    g_assert_cmpuint(code->classes->len, ==, G_N_ELEMENTS(wants));
    view = g_ptr_array_index(code->classes, 8);
    g_assert_cmpuint(GPOINTER_TO_UINT(g_hash_table_lookup(view->lines, "search_fields")), ==, 36);
    g_assert_cmpuint(view->queryset->line, ==, 31);
    g_assert_null(view->queryset->incomplete);
    g_assert_cmpuint(view->queryset->where->items->len, ==, 1);
}

/* What REST_FRAMEWORK says holds for lists that say nothing. */
static gint64
rows_of_page(const char *framework, const char *view)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = NULL;
    g_autofree char *text =
        g_strdup_printf("from rest_framework import generics, pagination\n"
                        "from .models import Order\n"
                        "class Pages(pagination.PageNumberPagination):\n    page_size = 7\n%s",
                        view);

    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    pga_django_project_add(project, "shop/settings.py", framework, strlen(framework));
    pga_django_project_add(project, "shop/api.py", text, strlen(text));
    pga_django_project_resolve(project);
    code = pga_django_code_read(project);
    g_assert_cmpuint(code->classes->len, ==, 1);
    return ((PgaDjangoClass *)g_ptr_array_index(code->classes, 0))->page_size;
}

static void
test_default_pages(void)
{
#define LIST   "class Orders(generics.ListAPIView):\n    queryset = Order.objects.all()\n"
#define SINGLE "class One(generics.RetrieveAPIView):\n    queryset = Order.objects.all()\n"
#define APPS   "INSTALLED_APPS = ['shop']\n"
#define PAGES  "'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.LimitOffsetPagination'"
    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    g_assert_cmpint(rows_of_page(APPS "REST_FRAMEWORK = {" PAGES ", 'PAGE_SIZE': 50}\n", LIST), ==,
                    50);
    g_assert_cmpint(rows_of_page(APPS "REST_FRAMEWORK = {" PAGES ", 'PAGE_SIZE': 50}\n",
                                 LIST "    pagination_class = None\n"),
                    ==, -1);
    g_assert_cmpint(rows_of_page(APPS "REST_FRAMEWORK = {" PAGES ", 'PAGE_SIZE': 50}\n",
                                 LIST "    pagination_class = Pages\n"),
                    ==, 7);
    g_assert_cmpint(rows_of_page(APPS "REST_FRAMEWORK = {" PAGES ", 'PAGE_SIZE': 50}\n", SINGLE),
                    ==, -1);
    g_assert_cmpint(
        rows_of_page(APPS "REST_FRAMEWORK = {'DEFAULT_PAGINATION_CLASS': 'shop.api.Pages'}\n",
                     LIST),
        ==, 7);
    g_assert_cmpint(rows_of_page(APPS "REST_FRAMEWORK = {" PAGES "}\n", LIST), ==, -1);
    g_assert_cmpint(rows_of_page(APPS "REST_FRAMEWORK = {'PAGE_SIZE': 50}\n", LIST), ==, -1);
    g_assert_cmpint(rows_of_page(APPS, LIST), ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/django/classes/all-kinds", test_classes);
    g_test_add_func("/django/classes/default-pages", test_default_pages);
    return g_test_run();
}
