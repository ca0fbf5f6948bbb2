/* What functions do with the database: each text as the lines of its events. */
#include <django/code.h>
#include <string.h>

static const char models[] =
    "from django.db import models\n"
    "from django.db.models import Q\n"
    "class OrderQuerySet(models.QuerySet):\n"
    "    def paid(self):\n"
    "        return self.filter(status='paid')\n"
    "    def of(self, customer):\n"
    "        qs = self.paid()\n"
    "        if customer:\n"
    "            qs = qs.filter(customer=customer)\n"
    "        return qs\n"
    "    def open(self, a):\n"
    "        q = Q(status='open')\n"
    "        if a:\n"
    "            q |= Q(stock=2)\n"
    "        return self.filter(q)\n"
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
    "property",
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

/* NOLINTBEGIN(misc-no-recursion): as deep as the test's own text */
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

/* NOLINTEND(misc-no-recursion) */

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
    if (event->act == PGA_DJANGO_PROPERTY)
        g_string_append_printf(
            out, " of %s",
            ((PgaDjangoObject *)g_ptr_array_index(function->objects, event->called - 1))->name);
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
    {"self-behind-a-comment/own",
     "from django.db import models\n"
     "class Note(models.Model):\n"
     "    def own(  # of this one\n"
     "            self, text):\n"
     "        self.save()\n"
     "    def none(  # no self at all\n"
     "            ):\n"
     "        pass\n",
     "save self:Note\n"},
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
    {"q-grows-under-an-if",
     "class Own(Order.objects.__class__):\n"
     "    pass\n"
     "def f(a):\n"
     "    q = Q(status='a')\n"
     "    if a:\n"
     "        q |= Q(stock=1)\n"
     "    Order.objects.filter(q).exists()\n"
     "    other = Q(stock=1) if a else Q(stock=2)\n"
     "    Order.objects.filter(other).exists()\n"
     "    list(Order.objects.open(a))\n",
     "exists Order[?status;stock;]\n"
     "exists Order[opaque;] incomplete\n"
     "fetch Order[?status;stock;]\n"},
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
     "loop: read o:Order stock\n"
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
     "property of order first_line\n"
     "read :Line name\n"
     "read order:Order stock\n"},
    {"both-ways-are-optional",
     "def f(a):\n"
     "    if a:\n"
     "        qs = Order.objects.filter(stock=1)\n"
     "    elif a is None:\n"
     "        qs = Order.objects.none()\n"
     "    else:\n"
     "        qs = Order.objects.filter(status='x').select_related('customer')[:3]\n"
     "    return list(qs)\n",
     "fetch Order[?status;?stock;] limit=-2\n"
     "return\n"},
    {"expressions",
     "def f(order: Order, flag, *args, **kwargs):\n"
     "    q = ~Q(stock=1) & Q(status='a')\n"
     "    first = Order.objects.filter(~q) if flag else None\n"
     "    both = Order.objects.filter(stock=1) | Order.objects.filter(stock=2)\n"
     "    list(first)\n"
     "    list(both)\n"
     "    order.stock = -order.stock\n"
     "    order.status = f'{order.stock} x'\n"
     "    order.status = 'a' 'b'\n"
     "    print(*Order.objects.all(), **{'a': order.stock, **kwargs})\n"
     "    if (n := Order.objects.count()) > 1 and Order.objects.filter(stock=n):\n"
     "        yield Order.objects.all()\n"
     "    a, (b, *c) = order, (order, 1)\n"
     "    b.stock\n"
     "    x = y = order\n"
     "    y.stock\n"
     "    x: int\n"
     "    z: Order = flag\n"
     "    z.stock\n"
     "    del x\n",
     "fetch Order[stock;status;]\n"
     "fetch Order[stock;] incomplete\n"
     "read order:Order stock\n"
     "set order:Order stock itself\n"
     "read order:Order stock\n"
     "set order:Order status\n"
     "set order:Order status\n"
     "fetch Order[]\n"
     "read order:Order stock\n"
     "count Order[] condition\n"
     "truth Order[stock;] condition\n"
     "if: unevaluated Order[]\n"
     "read order:Order stock\n"
     "read order:Order stock\n"
     "read z:Order stock\n"},
    {"rows-by-key",
     "def f(pk):\n"
     "    rows = Order.objects.in_bulk([1])\n"
     "    rows.get(pk).stock\n"
     "    for o in rows.values():\n"
     "        o.status\n"
     "    some = [o for o in Order.objects.all()]\n"
     "    some.pop().stock\n"
     "    some[0:2][0].stock\n"
     "    for o in [1, 2]:\n"
     "        print(o)\n"
     "    for i in range(5):\n"
     "        print(i)\n"
     "    for v in Order.objects.values('stock'):\n"
     "        v['stock']\n"
     "    sum(o.stock for o in Order.objects.all())\n"
     "    any(Order.objects.all())\n"
     "    bool(Order.objects.all())\n"
     "    pair = (Order.objects.first(), 2)\n"
     "    pair[0].stock\n",
     "in_bulk Order[pk__in;]\n"
     "read :Order stock\n"
     "loop: read o:Order status\n"
     "fetch Order[]\n"
     "read :Order stock\n"
     "read :Order stock\n"
     "fetch Order[]\n"
     "fetch Order[]\n"
     "each: read o:Order stock\n"
     "fetch Order[]\n"
     "truth Order[]\n"
     "first Order[] limit=1\n"
     "read :Order stock\n"},
    {"texts-of-sql",
     "from django.db.models.expressions import RawSQL\n"
     "def f(self, sql):\n"
     "    cursor = connection.cursor()\n"
     "    cursor.execute(sql, [1])\n"
     "    self.cursor.execute('SELECT 1')\n"
     "    Order.objects.extra(where=['a = 1']).count()\n"
     "    Order.objects.annotate(x=RawSQL('SELECT 3', ())).count()\n",
     "cursor execute\n"
     "cursor execute\n"
     "cursor extra\n"
     "count Order[] incomplete\n"
     "cursor RawSQL\n"
     "count Order[]\n"},
    {"of-django",
     "from django.apps import apps\n"
     "from django.contrib.auth import get_user_model\n"
     "from django.contrib.contenttypes.models import ContentType\n"
     "from django.shortcuts import get_list_or_404\n"
     "User = get_user_model()\n"
     "def f(order):\n"
     "    User.objects.create_user('a', email='b').email\n"
     "    get_user_model().objects.count()\n"
     "    ContentType.objects.get_for_model(order).model\n"
     "    apps.get_model('shop', 'Order').objects.count()\n"
     "    apps.get_model('shop.Line').objects.count()\n"
     "    for o in get_list_or_404(Order.objects.filter(stock=1), status='x'):\n"
     "        o.stock\n"
     "    get_object_or_404(order, pk=1)\n",
     "create User[] written=email\n"
     "read :User email\n"
     "count User[]\n"
     "call ContentType.objects.get_for_model\n"
     "read :ContentType model\n"
     "count Order[]\n"
     "count Line[]\n"
     "fetch Order[stock;status;]\n"
     "loop: read o:Order stock\n"},
    {"comments-anywhere",
     "class Reader:\n"
     "    @classmethod\n"
     "    def count(  # noqa: C901\n"
     "        cls, a\n"
     "    ):\n"
     "        return Order.objects.count()\n"
     "    @classmethod\n"
     "    def none(*, a):\n"
     "        return None\n"
     "def f(  # noqa\n"
     "    order: Order,\n"
     "):\n"
     "    Reader.count(  # noqa\n"
     "        1\n"
     "    )\n"
     "    lines = (  # all\n"
     "        Line.objects.filter(name='a'  # one\n"
     "                            'b')\n"
     "    )\n"
     "    return (  # of both\n"
     "        lines.count()\n"
     "        if order.stock  # some\n"
     "        else 0\n"
     "    )\n",
     "call Reader.count\n"
     "read order:Order stock condition\n"
     "if: count Line[name;]\n"
     "return\n"},
    {"given-to-init/use",
     "class Shipping:\n"
     "    def __init__(self, order: Order, lines, country=None):\n"
     "        self.order = order\n"
     "        self.lines = Line.objects.filter(order=order)\n"
     "        self.draft = Order()\n"
     "    def use(self):\n"
     "        if self.order.stock > 5:\n"
     "            return None\n"
     "        self.order.stock += 1\n"
     "        self.order.save()\n"
     "        self.draft.stock = 1\n"
     "        return self.lines.count()\n",
     "read self.order:Order stock condition\n"
     "if: return\n"
     "set self.order:Order stock += itself\n"
     "save self.order:Order\n"
     "count Line[order;]\n"
     "return\n"},
    {"bound-by-a-condition",
     "def f(pk):\n"
     "    if not (order := Order.objects.filter(pk=pk).first()):\n"
     "        return None\n"
     "    order.stock += 1\n"
     "    order.save()\n",
     "first Order[pk;] limit=1 condition\n"
     "if: return\n"
     "set order:Order stock += itself\n"
     "save order:Order\n"},
    {"view-methods/list",
     "from rest_framework import viewsets\n"
     "class Orders(viewsets.ModelViewSet):\n"
     "    queryset = Order.objects.all()\n"
     "    LIMIT = 5\n"
     "    def own(self):\n"
     "        return self.queryset.filter(stock=1)\n"
     "    @property\n"
     "    def newest(self):\n"
     "        return self.get_queryset().first()\n"
     "    @staticmethod\n"
     "    def none(x):\n"
     "        return None\n"
     "    @classmethod\n"
     "    def all(cls):\n"
     "        return cls.queryset\n"
     "    def list(self, request):\n"
     "        qs = self.filter_queryset(self.get_queryset())\n"
     "        page = self.paginate_queryset(qs)\n"
     "        for order in page:\n"
     "            order.stock\n"
     "        self.own().count()\n"
     "        self.newest.stock\n"
     "        self.model.objects.count()\n"
     "        self.none(1)\n"
     "        self.all().count()\n"
     "        self.object.stock\n"
     "        self.unknown(qs)\n"
     "        super().list(request)\n",
     "fetch Order[]\n"
     "loop: read order:Order stock\n"
     "call self.own\n"
     "count Order[stock;]\n"
     "read self.newest:Order stock\n"
     "count Order[]\n"
     "call self.none\n"
     "count Order[]\n"
     "read self.object:Order stock\n"
     "unevaluated Order[]\n"
     "call self.unknown\n"},
    {"functions-of-modules",
     "from shop import models\n"
     "from . import models as again\n"
     "def f():\n"
     "    models.Order.objects.paid().first()\n"
     "    again.Order.objects.count()\n"
     "    models.nothing().count()\n"
     "    Order.objects.nothing().count()\n"
     "    Order.objects.missing\n",
     "first Order[status;] limit=1\n"
     "count Order[]\n"
     "call models.nothing\n"
     "call models.nothing().count\n"
     "count Order[] incomplete\n"},
    {"rounds-that-are-written-out",
     "def f(n):\n"
     "    many = (Order.objects.filter(status=n), Line.objects.all())\n"
     "    [list(q) for q in many]\n"
     "    for model in [Order, Tag]:\n"
     "        model.objects.count()\n"
     "        [q.first() for q in many]\n"
     "    for name in ('a', 'b'):\n"
     "        Order.objects.count()\n"
     "    return [x for x in (1, Order)]\n",
     "each: fetch Order[status;]\n"
     "each: fetch Line[]\n"
     "loop: count Order[]\n"
     "each: call q.first\n"
     "loop: count Tag[]\n"
     "each: call q.first\n"
     "loop: count Order[]\n"
     "return\n"},
    {"pages",
     "from django.core.paginator import Paginator\n"
     "def f(n):\n"
     "    Paginator(Order.objects.filter(stock=n), 50).page(n)\n"
     "    Paginator(Order.objects.all(), n).get_page(n)\n"
     "    Paginator([1], 5)\n",
     "call Paginator\n"
     "fetch Order[stock;] limit=50\n"
     "call Paginator\n"
     "fetch Order[] limit=-2\n"
     "call Paginator\n"},
    {"deletes-and-related",
     "def f(order: Order, tag: Tag):\n"
     "    order.delete()\n"
     "    tag.order_set.clear()\n"
     "    order.tags.set([tag])\n"
     "    order.customer_id = 1\n"
     "    order.unknown = 2\n"
     "    order.ship()\n"
     "    order.lines.all()[0].name\n"
     "    order.lines.first().order\n"
     "    line = Line(order=order)\n"
     "    line.order.status\n"
     "    order.data.append(1)\n"
     "    names = {'a': 1}\n"
     "    names.update(b=2)\n"
     "    Order.objects.filter(**names)\n"
     "    try:\n"
     "        pass\n"
     "    except (ValueError, TypeError) as e:\n"
     "        raise\n"
     "    else:\n"
     "        order.stock\n",
     "delete_object order:Order\n"
     "related_set tag:Tag order_set Order[tags;]\n"
     "related_set order:Order tags Tag[order;]\n"
     "set order:Order customer_id id\n"
     "call order.ship\n"
     "first order:Order lines Line[order;] limit=1\n"
     "read :Line name\n"
     "first order:Order lines Line[order;] limit=1\n"
     "related_read :Line order Order[pk;] prefetched\n"
     "related_read line:Line order Order[pk;] prefetched\n"
     "read order:Order status\n"
     "set order:Order data append itself\n"
     "call names.update\n"
     "read order:Order stock\n"
     "except: raise\n"},
};

static void
test_events(gconstpointer data)
{
    const Case *c = data;
    const char *slash = strchr(c->name, '/');
    g_autofree char *events = events_of(c->text, slash ? slash + 1 : "f");

    g_assert_cmpstr(events, ==, c->events);
}

/* The first function of shop/work.py by that name. */
static const PgaDjangoFunction *
function_of(const PgaDjangoCode *code, const char *qualified)
{
    for (guint i = 0; i < code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(code->functions, i);

        if (g_str_equal(function->qualified, qualified))
            return function;
    }
    return NULL;
}

static const PgaDjangoEvent *
nth(const PgaDjangoFunction *function, guint n)
{
    return g_ptr_array_index(function->events, n);
}

static PgaDjangoCode *
code_of(PgaDjangoProject *project, const char *text)
{
    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    pga_django_project_add(project, "shop/work.py", text, strlen(text));
    pga_django_project_resolve(project);
    return pga_django_code_read(project);
}

/* Who starts it: a mixin makes no view of a model, a helper of tasks alone is one of them. */
static void
test_who_starts(void)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = code_of(
        project, "from celery import shared_task\n"
                 "from django.db import models\n"
                 "from .models import Order\n"
                 "class LogMixin:\n"
                 "    pass\n"
                 "class Note(LogMixin, models.Model):\n"
                 "    def keep(self):\n        self.save()\n"
                 "class Page(LogMixin):\n"
                 "    def show(self):\n        return Order.objects.count()\n"
                 "def _tidy():\n    Order.objects.count()\n"
                 "def _both():\n    Order.objects.count()\n"
                 "def open_to_all():\n    Order.objects.count()\n"
                 "@shared_task\ndef nightly():\n    _tidy()\n    _both()\n    open_to_all()\n"
                 "def other():\n    _both()\n");

    g_assert_false(function_of(code, "shop.work.Note.keep")->is_view);
    g_assert_true(function_of(code, "shop.work.Page.show")->is_view);
    g_assert_true(function_of(code, "shop.work._tidy")->is_task);
    g_assert_false(function_of(code, "shop.work._both")->is_task);
    g_assert_false(function_of(code, "shop.work.open_to_all")->is_task);
}

static void
test_places(void)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = code_of(project, "from django.db import transaction\n"
                                                     "from .models import Order\n"
                                                     "def inner():\n"
                                                     "    Order.objects.count()\n"
                                                     "def outer(flag):\n"
                                                     "    with transaction.atomic():\n"
                                                     "        inner()\n"
                                                     "    if flag:\n"
                                                     "        Order.objects.first()\n"
                                                     "    else:\n"
                                                     "        Order.objects.last()\n"
                                                     "    if not flag:\n"
                                                     "        Order.objects.latest()\n"
                                                     "        return\n"
                                                     "    for order in Order.objects.all():\n"
                                                     "        order.save()\n"
                                                     "@transaction.atomic\n"
                                                     "def whole(request):\n"
                                                     "    Order.objects.count()\n");
    const PgaDjangoFunction *inner = function_of(code, "shop.work.inner");
    const PgaDjangoFunction *outer = function_of(code, "shop.work.outer");
    const PgaDjangoFunction *whole = function_of(code, "shop.work.whole");
    const PgaDjangoEvent *save;

    g_assert_true(inner->is_atomic); /* only outer() calls it, in a transaction */
    g_assert_true(whole->is_atomic && whole->is_view);
    g_assert_cmpstr(g_ptr_array_index(whole->decorators, 0), ==, "transaction.atomic");
    g_assert_false(outer->is_atomic || outer->is_view);
    g_assert_cmpuint(outer->events->len, ==, 7);
    g_assert_true(pga_django_event_is_atomic(code, nth(outer, 0)));
    g_assert_false(pga_django_event_is_atomic(code, nth(outer, 1)));
    g_assert_true(pga_django_event_precedes(nth(outer, 0), nth(outer, 1)));
    g_assert_false(pga_django_event_precedes(nth(outer, 1), nth(outer, 0)));
    g_assert_false(pga_django_event_precedes(nth(outer, 1), nth(outer, 2))); /* other arm */
    g_assert_true(pga_django_event_precedes(nth(outer, 1), nth(outer, 5)));
    g_assert_false(pga_django_event_precedes(nth(outer, 3), nth(outer, 5))); /* returns */
    save = nth(outer, 6);
    g_assert_cmpint(save->act, ==, PGA_DJANGO_SAVE);
    g_assert_cmpuint(pga_django_event_loop(save)->iterated, ==, 6);
    g_assert_null(pga_django_event_loop(nth(outer, 5)));
    g_assert_cmpstr(pga_django_event_object(save)->name, ==, "order");
    g_assert_true(pga_django_object_event(outer, pga_django_event_object(save)) == nth(outer, 5));
    g_assert_cmpstr(save->text, ==, "order.save()");
    g_assert_cmpuint(save->line, ==, 16);
    g_assert_cmpuint(code->n_chains, ==, 11); /* five of the models' */
}

/* Self of a manager, with one model and with none. */
static void
test_managers(void)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code =
        code_of(project, "from django.db import models\n"
                         "from .models import Order\n"
                         "class Some(models.QuerySet):\n"
                         "    def few(self):\n"
                         "        return self.exclude(name='x')[:5]\n"
                         "class Manager(models.Manager):\n"
                         "    def get_queryset(self):\n"
                         "        return Some(self.model, using=self._db)\n"
                         "    def newest(self):\n"
                         "        return self.get_queryset().order_by('-name').first()\n"
                         "Base = models.Manager.from_queryset(Some)\n"
                         "class Thing(models.Model):\n"
                         "    name = models.TextField()\n"
                         "    objects = Manager()\n"
                         "    others = Base()\n"
                         "    @classmethod\n"
                         "    def count(cls):\n"
                         "        return cls.objects.count()\n"
                         "def f():\n"
                         "    list(Thing.others.few())\n"
                         "    Thing.objects.newest()\n");
    const PgaDjangoFunction *f = function_of(code, "shop.work.f");
    const PgaDjangoFunction *newest = function_of(code, "shop.work.Manager.newest");
    const PgaDjangoFunction *count = function_of(code, "shop.work.Thing.count");

    g_assert_cmpint(nth(f, 0)->act, ==, PGA_DJANGO_FETCH);
    g_assert_cmpint(nth(f, 0)->queryset->limit, ==, 5);
    g_assert_nonnull(nth(f, 0)->queryset->where);
    g_assert_cmpint(nth(newest, 0)->act, ==, PGA_DJANGO_FIRST);
    g_assert_cmpstr(nth(newest, 0)->queryset->model->name, ==, "Thing");
    g_assert_cmpint(nth(count, 0)->act, ==, PGA_DJANGO_COUNT);
}

/* A manager's method that its QuerySet has, too, by whatever get_queryset() gives. */
static void
test_manager_passes_on(void)
{
    static const char *const given[] = {"Some(self.model, using=self._db)", "self.unknown()",
                                        "made(self.model)", "self.made(self.model)"};

    for (guint i = 0; i < G_N_ELEMENTS(given); i++) {
        g_autoptr(PgaDjangoProject) project = pga_django_project_new();
        g_autofree char *text = g_strconcat("from django.db import models\n"
                                            "class Some(models.QuerySet):\n"
                                            "    def few(self):\n"
                                            "        return self.exclude(name='x')[:5]\n"
                                            "class Manager(models.Manager):\n"
                                            "    def get_queryset(self):\n"
                                            "        return ",
                                            given[i],
                                            "\n"
                                            "    def few(self):\n"
                                            "        return self.get_queryset().few()\n"
                                            "    def both(self):\n"
                                            "        return self.few().both()\n"
                                            "class Thing(models.Model):\n"
                                            "    name = models.TextField()\n"
                                            "    objects = Manager()\n"
                                            "def f():\n"
                                            "    list(Thing.objects.few())\n"
                                            "    list(Thing.objects.both())\n",
                                            NULL);
        g_autoptr(PgaDjangoCode) code = code_of(project, text);
        const PgaDjangoFunction *f = function_of(code, "shop.work.f");

        g_assert_cmpint(nth(f, 0)->act, ==, PGA_DJANGO_FETCH);
        g_assert_cmpint(nth(f, 0)->queryset->limit, ==, i == 0 ? 5 : -1);
        g_assert_nonnull(nth(f, 1)->queryset->incomplete);
    }
}

/* Context managers of the project around transaction.atomic(). */
static void
test_own_transactions(void)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = code_of(project, "from contextlib import contextmanager\n"
                                                     "from django.db import transaction\n"
                                                     "from .models import Order\n"
                                                     "@contextmanager\n"
                                                     "def traced():\n"
                                                     "    with transaction.atomic():\n"
                                                     "        yield\n"
                                                     "@contextmanager\n"
                                                     "def timed():\n"
                                                     "    yield\n"
                                                     "    with transaction.atomic():\n"
                                                     "        pass\n"
                                                     "@traced()\n"
                                                     "def whole():\n"
                                                     "    Order.objects.get(pk=1)\n"
                                                     "@timed()\n"
                                                     "def plain():\n"
                                                     "    with traced():\n"
                                                     "        Order.objects.get(pk=1)\n"
                                                     "    with timed():\n"
                                                     "        Order.objects.get(pk=2)\n"
                                                     "    with db_atomic_transaction():\n"
                                                     "        Order.objects.get(pk=3)\n"
                                                     "    with atomic_write():\n"
                                                     "        Order.objects.get(pk=4)\n");
    const PgaDjangoFunction *whole = function_of(code, "shop.work.whole");
    const PgaDjangoFunction *plain = function_of(code, "shop.work.plain");

    g_assert_true(whole->is_atomic);
    g_assert_false(plain->is_atomic);
    g_assert_cmpuint(plain->events->len, ==, 4);
    for (guint i = 0; i < plain->events->len; i++)
        g_assert_cmpint(pga_django_event_is_atomic(code, nth(plain, i)), ==, i == 0 || i == 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/django/code/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_events);
    }
    g_test_add_func("/django/code/places", test_places);
    g_test_add_func("/django/code/who-starts", test_who_starts);
    g_test_add_func("/django/code/managers", test_managers);
    g_test_add_func("/django/code/manager-passes-on", test_manager_passes_on);
    g_test_add_func("/django/code/own-transactions", test_own_transactions);
    return g_test_run();
}
