/* What functions do with the database: each text as the lines of its events. */
#include <django/code.h>
#include <string.h>

static const char models[] =
    "from django.db import models\n"
    "class OrderQuerySet(models.QuerySet):\n"
    "    def paid(self):\n"
    "        return self.filter(status='paid')\n"
    "    def of(self, customer):\n"
    "        qs = self.paid()\n"
    "        if customer:\n"
    "            qs = qs.filter(customer=customer)\n"
    "        return qs\n"
    "class LiveManager(models.Manager):\n"
    "    def get_queryset(self):\n"
    "        return super().get_queryset().filter(deleted=False)\n"
    "class Country(models.Model):\n"
    "    name = models.CharField(max_length=100)\n"
    "class Customer(models.Model):\n"
    "    name = models.CharField(max_length=100)\n"
    "    country = models.ForeignKey(Country, models.CASCADE)\n"
    "    deleted = models.BooleanField(default=False)\n"
    "    objects = models.Manager()\n"
    "    live = LiveManager()\n"
    "class Tag(models.Model):\n"
    "    name = models.CharField(max_length=100)\n"
    "class Order(models.Model):\n"
    "    customer = models.ForeignKey(Customer, models.CASCADE)\n"
    "    status = models.CharField(max_length=20)\n"
    "    stock = models.IntegerField(default=0)\n"
    "    data = models.JSONField(default=dict)\n"
    "    tags = models.ManyToManyField(Tag)\n"
    "    objects = OrderQuerySet.as_manager()\n"
    "    def ship(self):\n"
    "        self.status = 'shipped'\n"
    "        self.save(update_fields=['status'])\n"
    "    @property\n"
    "    def first_line(self):\n"
    "        return self.lines.first()\n"
    "class Line(models.Model):\n"
    "    order = models.ForeignKey(Order, models.CASCADE, related_name='lines')\n"
    "    name = models.CharField(max_length=100)\n";

static const char *const acts[] = {
    "fetch",
    "unevaluated",
    "get",
    "first",
    "iterator",
    "in_bulk",
    "len",
    "truth",
    "exists",
    "contains",
    "count",
    "aggregate",
    "update",
    "delete",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "save",
    "delete_object",
    "refresh",
    "related_set",
    "related_read",
    "read",
    "set",
    "cursor",
    "call",
    "raise",
    "return",
};

static const char *const blocks[] = {"",       "loop",    "each",   "if",   "else",  "try",
                                     "except", "finally", "atomic", "with", "lambda"};

static void
append_texts(GString *out, const char *label, const GPtrArray *texts)
{
    for (guint i = 0; texts && i < texts->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? label : ",",
                               (const char *)g_ptr_array_index(texts, i));
}

static void
append_where(GString *out, const PgaDjangoCondition *condition)
{
    for (guint i = 0; condition && condition->items && i < condition->items->len; i++) {
        const PgaDjangoCondition *item = g_ptr_array_index(condition->items, i);

        g_string_append_printf(out, "%s", item->is_optional ? "?" : "");
        if (item->kind == PGA_DJANGO_LOOKUP)
            g_string_append_printf(out, "%s;", item->lookup->path.text);
        else if (item->kind == PGA_DJANGO_OPAQUE)
            g_string_append(out, "opaque;");
        else
            append_where(out, item);
    }
}

static void
append_queryset(GString *out, const PgaDjangoQuerySet *queryset)
{
    if (!queryset)
        return;
    g_string_append_printf(out, " %s[", queryset->model->name);
    append_where(out, queryset->where);
    g_string_append(out, "]");
    if (queryset->is_sliced)
        g_string_append_printf(out, " limit=%" G_GINT64_FORMAT, queryset->limit);
    if (queryset->incomplete)
        g_string_append(out, " incomplete");
}

static void
append_flags(GString *out, const PgaDjangoEvent *event)
{
    if (event->is_prefetched)
        g_string_append(out, " prefetched");
    if (event->reads_itself)
        g_string_append(out, " itself");
    if (event->is_expression)
        g_string_append(out, " expression");
    if (event->is_condition)
        g_string_append(out, " condition");
    if (event->is_only_id)
        g_string_append(out, " id");
    if (event->is_cached)
        g_string_append(out, " cached");
}

/* "get Order[pk;] -> order", "loop: read order.status". */
static void
append_event(GString *out, const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;
    const PgaDjangoBlock *block = g_ptr_array_index(function->blocks, event->block);
    const PgaDjangoObject *object = pga_django_event_object(event);

    if (block->kind != PGA_DJANGO_BLOCK_FUNCTION)
        g_string_append_printf(out, "%s: ", blocks[block->kind]);
    g_string_append(out, acts[event->act]);
    if (object)
        g_string_append_printf(out, " %s:%s", object->name ? object->name : "",
                               object->model->name);
    if (event->name && event->act != PGA_DJANGO_RETURN)
        g_string_append_printf(out, " %s", event->name);
    append_queryset(out, event->queryset);
    if (event->operator)
        g_string_append_printf(out, " %s", event->operator);
    append_texts(out, " written=", event->written);
    append_texts(out, " lookups=", event->lookups);
    append_flags(out, event);
    g_string_append_c(out, '\n');
}

/* The events of the function f of shop/views.py, one a line. */
static char *
events_of(const char *text, const char *name)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = NULL;
    g_autofree char *whole = g_strconcat("from django.db import transaction, connection\n"
                                         "from django.db.models import F, Q, Prefetch\n"
                                         "from django.shortcuts import get_object_or_404, render\n"
                                         "from .models import Order, Customer, Line, Tag\n",
                                         text, NULL);
    GString *out = g_string_new(NULL);

    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    pga_django_project_add(project, "shop/work.py", whole, strlen(whole));
    pga_django_project_resolve(project);
    code = pga_django_code_read(project);
    for (guint i = 0; i < code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(code->functions, i);

        if (!g_str_equal(function->name, name) ||
            !g_str_has_prefix(function->qualified, "shop.work"))
            continue;
        for (guint j = 0; j < function->events->len; j++) {
            const PgaDjangoEvent *event = g_ptr_array_index(function->events, j);

            g_assert_cmpuint(event->number, ==, j);
            append_event(out, event);
        }
    }
    return g_string_free(out, FALSE);
}

/** A text and what its function does: "…/NAME" is the function, else f. */
typedef struct {
    const char *name, *text, *events;
} Case;

static const Case cases[] = {
    {"get-and-save",
     "def f(pk):\n"
     "    order = Order.objects.get(pk=pk)\n"
     "    order.status = 'paid'\n"
     "    order.save()\n",
     "get Order[pk;]\n"
     "set order:Order status\n"
     "save order:Order\n"},
    {"unknown-is-nothing",
     "def f(thing):\n"
     "    thing.status = 'paid'\n"
     "    thing.save()\n",
     "call thing.save\n"},
    {"reads-itself-over-a-variable",
     "def f(pk):\n"
     "    order = Order.objects.get(pk=pk)\n"
     "    left = order.stock\n"
     "    left -= 1\n"
     "    order.stock = left\n"
     "    order.status = left\n"
     "    order.save()\n",
     "get Order[pk;]\n"
     "read order:Order stock\n"
     "set order:Order stock itself\n"
     "set order:Order status\n"
     "save order:Order\n"},
    {"f-is-an-expression",
     "def f(pk):\n"
     "    order = Order.objects.get(pk=pk)\n"
     "    order.stock = F('stock') - 1\n"
     "    order.stock += 1\n"
     "    order.data['a'] = 1\n",
     "get Order[pk;]\n"
     "set order:Order stock expression\n"
     "set order:Order stock += itself\n"
     "set order:Order data []= itself\n"},
    {"loop-follows-relations",
     "def f():\n"
     "    for order in Order.objects.filter(status='new'):\n"
     "        print(order.customer.name, order.customer_id)\n"
     "        order.lines.count()\n",
     "fetch Order[status;]\n"
     "loop: related_read order:Order customer Customer[pk;]\n"
     "loop: read :Customer name\n"
     "loop: read order:Order customer_id id\n"
     "loop: count order:Order lines Line[order;]\n"},
    {"what-came-with-the-row",
     "def f():\n"
     "    qs = Order.objects.select_related('customer').prefetch_related('lines')\n"
     "    for order in qs:\n"
     "        order.customer.country\n"
     "        order.customer.country\n"
     "        for line in order.lines.all():\n"
     "            line.name\n"
     "        order.lines.filter(name='x').exists()\n",
     "fetch Order[]\n"
     "loop: related_read order:Order customer Customer[pk;] prefetched\n"
     "loop: related_read :Customer country Country[pk;]\n"
     "loop: related_read order:Order customer Customer[pk;] prefetched\n"
     "loop: related_read :Customer country Country[pk;] prefetched\n"
     "loop: fetch order:Order lines Line[order;] prefetched\n"
     "loop: read line:Line name\n"
     "loop: exists order:Order lines Line[order;name;]\n"},
    {"under-an-if",
     "def f(q, status):\n"
     "    qs = Order.objects.filter(stock=1)\n"
     "    if status:\n"
     "        qs = qs.filter(status=status)\n"
     "    return list(qs)\n",
     "fetch Order[stock;?status;]\n"
     "return\n"},
    {"either-is-neither",
     "def f(flag):\n"
     "    if flag:\n"
     "        qs = Order.objects.all()\n"
     "    else:\n"
     "        qs = Customer.objects.all()\n"
     "    return qs.count()\n",
     "call qs.count\n"
     "return\n"},
    {"methods-of-the-project",
     "def f(c):\n"
     "    list(Order.objects.paid())\n"
     "    list(Order.objects.of(c)[:5])\n"
     "    Customer.live.count()\n"
     "    Customer.objects.count()\n",
     "fetch Order[status;]\n"
     "fetch Order[status;?customer;] limit=5\n"
     "count Customer[deleted;]\n"
     "count Customer[]\n"},
    {"functions-of-the-project",
     "def open_orders():\n"
     "    return Order.objects.filter(status='open')\n"
     "def one(pk):\n"
     "    return Order.objects.get(pk=pk)\n"
     "def f(pk):\n"
     "    for order in open_orders():\n"
     "        order.stock\n"
     "    o = one(pk)\n"
     "    o.save()\n",
     "call open_orders\n"
     "fetch Order[status;]\n"
     "loop: read order:Order stock\n"
     "call one\n"
     "save o:Order\n"},
    {"blocks",
     "def f(pk):\n"
     "    with transaction.atomic():\n"
     "        order = Order.objects.select_for_update().get(pk=pk)\n"
     "        if order.stock > 0:\n"
     "            order.delete()\n"
     "        else:\n"
     "            raise ValueError(order)\n"
     "    try:\n"
     "        Order.objects.get(pk=1)\n"
     "    except Order.DoesNotExist:\n"
     "        Order.objects.create(stock=1, status='x')\n",
     "atomic: get Order[pk;]\n"
     "atomic: read order:Order stock condition\n"
     "if: delete_object order:Order\n"
     "else: raise ValueError\n"
     "try: get Order[pk;]\n"
     "except: create Order[] written=stock,status\n"},
    {"truth-len-contains",
     "def f(order):\n"
     "    qs = Order.objects.all()\n"
     "    if qs:\n"
     "        pass\n"
     "    len(qs)\n"
     "    order in qs\n"
     "    qs[0]\n"
     "    [o.pk for o in qs if o.stock]\n",
     "truth Order[] condition\n"
     "len Order[] cached\n"
     "contains Order[] cached\n"
     "first Order[] limit=1\n"
     "fetch Order[] cached\n"
     "each: read o:Order stock condition\n"
     "each: read o:Order pk\n"},
    {"q-in-a-variable",
     "def f(a):\n"
     "    q = Q(status='a')\n"
     "    q |= Q(stock=1)\n"
     "    return Order.objects.filter(q).exists()\n",
     "exists Order[status;stock;]\n"
     "return\n"},
    {"writes",
     "def f(orders, t):\n"
     "    Order.objects.filter(stock=1).update(status='x', stock=F('stock') + 1)\n"
     "    Order.objects.get_or_create(status='x', defaults={'stock': 1})\n"
     "    Order.objects.bulk_update(orders, ['stock'])\n"
     "    o = Order(stock=1)\n"
     "    o.save()\n"
     "    o.tags.add(t)\n"
     "    setattr(o, 'stock', 2)\n"
     "    o.save(update_fields=['stock'])\n",
     "update Order[stock;] written=status,stock expression\n"
     "get_or_create Order[status;] lookups=status\n"
     "bulk_update Order[] written=stock\n"
     "create o:Order Order[]\n"
     "related_set o:Order tags Tag[order;]\n"
     "set o:Order stock\n"
     "save o:Order written=stock\n"},
    {"text-of-sql",
     "def f():\n"
     "    with connection.cursor() as cursor:\n"
     "        cursor.execute('SELECT 1')\n"
     "    Order.objects.raw('SELECT 2')\n",
     "with: cursor execute\n"
     "cursor\n"},
    {"or-404",
     "def f(request, pk):\n"
     "    order = get_object_or_404(Order, pk=pk)\n"
     "    return render(request, 'x.html', {'lines': order.lines.all()})\n",
     "get Order[pk;]\n"
     "fetch order:Order lines Line[order;]\n"
     "call render\n"
     "return\n"},
    {"view-returns-what-is-gone-over/get_queryset",
     "from django.views.generic import ListView\n"
     "class Orders(ListView):\n"
     "    queryset = Order.objects.filter(stock=1)\n"
     "    def get_queryset(self):\n"
     "        qs = super().get_queryset()\n"
     "        return qs.filter(status='x')\n",
     "fetch Order[stock;status;]\n"
     "return\n"},
    {"view-object/post",
     "from django.views.generic import UpdateView\n"
     "class Change(UpdateView):\n"
     "    model = Order\n"
     "    def post(self, request, pk):\n"
     "        self.object = self.get_object()\n"
     "        self.object.status = 'x'\n"
     "        self.object.save()\n"
     "        self.helper().stock\n"
     "    def helper(self):\n"
     "        return self.get_queryset().get(stock=1)\n",
     "get Order[]\n"
     "set self.object:Order status\n"
     "save self.object:Order\n"
     "call self.helper\n"
     "read :Order stock\n"},
    {"form-saves-an-instance",
     "from django import forms\n"
     "class OrderForm(forms.ModelForm):\n"
     "    class Meta:\n"
     "        model = Order\n"
     "        fields = ['stock']\n"
     "def f(request):\n"
     "    order = OrderForm(request.POST).save(commit=False)\n"
     "    order.stock += 1\n"
     "    order.save()\n",
     "call OrderForm\n"
     "call OrderForm().save\n"
     "set order:Order stock += itself\n"
     "save order:Order\n"},
    {"serializer-method/get_customer",
     "from rest_framework import serializers\n"
     "class OrderSerializer(serializers.ModelSerializer):\n"
     "    class Meta:\n"
     "        model = Order\n"
     "        fields = '__all__'\n"
     "    def get_customer(self, obj):\n"
     "        return obj.customer.name\n",
     "related_read obj:Order customer Customer[pk;]\n"
     "read :Customer name\n"
     "return\n"},
    {"receiver-gets-an-instance",
     "from django.dispatch import receiver\n"
     "from django.db.models.signals import post_save\n"
     "@receiver(post_save, sender=Order)\n"
     "def f(sender, instance, **kwargs):\n"
     "    instance.lines.create(name='x')\n",
     "create instance:Order lines Line[order;] written=name\n"},
    {"request-user",
     "def f(request):\n"
     "    orders = Order.objects.filter(status=request.user.email)\n"
     "    return orders.count() if orders else None\n",
     "read :User email\n"
     "truth Order[status;] condition\n"
     "if: count Order[status;] cached\n"
     "return\n"},
    {"annotated",
     "from typing import Optional\n"
     "from django.db.models import QuerySet\n"
     "def f(order: Order, c: 'Optional[Customer]', qs: 'QuerySet[Order]', n: int):\n"
     "    order.stock\n"
     "    c.name\n"
     "    qs.count()\n"
     "    n.stock\n",
     "read order:Order stock\n"
     "read c:Customer name\n"
     "count Order[] incomplete\n"},
    {"rows-in-memory",
     "def f():\n"
     "    rows = {o.pk: o for o in Order.objects.all()}\n"
     "    for pk, o in rows.items():\n"
     "        o.stock\n"
     "    rows[1].status\n"
     "    for i, o in enumerate(Order.objects.filter(stock=2)):\n"
     "        o.status\n"
     "    for o, c in zip(Order.objects.all(), Customer.objects.all()):\n"
     "        c.name\n"
     "    first = next(Order.objects.iterator())\n"
     "    first.stock\n"
     "    sorted(Order.objects.all())[0].stock\n",
     "fetch Order[]\n"
     "each: read o:Order pk\n"
     "loop: read o:Order stock\n"
     "read :Order status\n"
     "fetch Order[stock;]\n"
     "loop: read o:Order status\n"
     "fetch Order[]\n"
     "fetch Customer[]\n"
     "loop: read c:Customer name\n"
     "iterator Order[]\n"
     "read first:Order stock\n"
     "fetch Order[]\n"
     "read :Order stock\n"},
    {"prefetch-with-a-queryset",
     "def f():\n"
     "    lines = Line.objects.select_related('order')\n"
     "    for o in Order.objects.prefetch_related(Prefetch('lines', queryset=lines)):\n"
     "        for line in o.lines.all():\n"
     "            line.order.stock\n"
     "    for o in Order.objects.prefetch_related(*names):\n"
     "        o.customer\n",
     "fetch Order[]\n"
     "loop: fetch o:Order lines Line[order;] prefetched\n"
     "loop: related_read line:Line order Order[pk;] prefetched\n"
     "loop: read :Order stock\n"
     "fetch Order[] incomplete\n"
     "loop: related_read o:Order customer Customer[pk;] prefetched\n"},
    {"names-that-are-constants",
     "PAID = 'paid'\n"
     "def f(**more):\n"
     "    what = {'stock': 1}\n"
     "    what['status'] = PAID\n"
     "    Order.objects.filter(**what).delete()\n"
     "    Order.objects.filter(**more).delete()\n",
     "delete Order[status;stock;]\n"
     "delete Order[opaque;] incomplete\n"},
    {"imports-in-a-function",
     "def f():\n"
     "    from shop.models import Customer as C\n"
     "    from shop import models as m\n"
     "    import shop.models\n"
     "    C.objects.count()\n"
     "    m.Line.objects.count()\n"
     "    shop.models.Tag.objects.count()\n",
     "count Customer[]\n"
     "count Line[]\n"
     "count Tag[]\n"},
    {"either-row",
     "def f(pk):\n"
     "    try:\n"
     "        order = Order.objects.get(pk=pk)\n"
     "    except Order.DoesNotExist:\n"
     "        order = Order(stock=1)\n"
     "    finally:\n"
     "        print(pk)\n"
     "    order.stock = 2\n"
     "    order.save()\n"
     "    return order\n",
     "try: get Order[pk;]\n"
     "set order:Order stock\n"
     "save order:Order\n"
     "return order:Order\n"},
    {"match-while-lambda-nested",
     "def f(kind, pk):\n"
     "    match kind:\n"
     "        case 1:\n"
     "            Order.objects.count()\n"
     "        case _:\n"
     "            Line.objects.count()\n"
     "    while Order.objects.exists():\n"
     "        break\n"
     "    transaction.on_commit(lambda: Tag.objects.count())\n"
     "    def inner(x):\n"
     "        return Customer.objects.count()\n"
     "    assert not Order.objects.filter(pk=pk)\n",
     "if: count Order[]\n"
     "if: count Line[]\n"
     "loop: exists Order[] condition\n"
     "lambda: count Tag[]\n"
     "call transaction.on_commit\n"
     "lambda: count Customer[]\n"
     "lambda: return\n"
     "truth Order[pk;] condition\n"},
    {"changed-in-place",
     "def f(order: Order):\n"
     "    order.data.update(a=1)\n"
     "    order.data['a']['b'] = 1\n"
     "    order.customer = Customer.objects.first()\n"
     "    order.customer.name\n"
     "    order.refresh_from_db()\n"
     "    order.first_line.name\n"
     "    getattr(order, 'stock')\n",
     "set order:Order data update itself\n"
     "set order:Order data []= itself\n"
     "first Customer[] limit=1\n"
     "set order:Order customer\n"
     "related_read order:Order customer Customer[pk;] prefetched\n"
     "read :Customer name\n"
     "refresh order:Order\n"
     "read :Line name\n"
     "read order:Order stock\n"},
};

static void
test_events(gconstpointer data)
{
    const Case *c = data;
    const char *slash = strchr(c->name, '/');
    g_autofree char *events = events_of(c->text, slash ? slash + 1 : "f");

    g_assert_cmpstr(events, ==, c->events);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/django/code/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_events);
    }
    return g_test_run();
}
