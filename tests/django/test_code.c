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

/** A text and what its function f does. */
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
};

static void
test_events(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *events = events_of(c->text, "f");

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
