/* What two processes do to each other: the smallest code that loses, and what keeps from it. */
#include "django_case.h"

#include <string.h>

#define MODELS                                                                                     \
    "from django.db import models\n"                                                               \
    "class Customer(models.Model):\n"                                                              \
    "    name = models.CharField(max_length=30)\n"                                                 \
    "class Product(models.Model):\n"                                                               \
    "    name = models.CharField(max_length=30)\n"                                                 \
    "    stock = models.IntegerField()\n"                                                          \
    "    left = models.PositiveIntegerField()\n"                                                   \
    "    checked = models.IntegerField()\n"                                                        \
    "    price = models.DecimalField(max_digits=8, decimal_places=2)\n"                            \
    "    is_shown = models.BooleanField(default=False)\n"                                          \
    "    until = models.DateField()\n"                                                             \
    "    seen_at = models.DateTimeField()\n"                                                       \
    "    spent = models.DurationField()\n"                                                         \
    "    log = models.TextField()\n"                                                               \
    "    data = models.JSONField(default=dict)\n"                                                  \
    "    owner = models.ForeignKey(Customer, models.CASCADE)\n"                                    \
    "    buyer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name='+')\n"      \
    "    class Meta:\n"                                                                            \
    "        constraints = [models.CheckConstraint(check=models.Q(checked__gte=0), name='c')]\n"   \
    "class Order(models.Model):\n"                                                                 \
    "    status = models.CharField(max_length=10, choices=[('new', 'New'), ('paid', 'Paid')])\n"   \
    "    kind = models.CharField(max_length=10)\n"                                                 \
    "    level = models.IntegerField(choices=[(1, 'One')])\n"                                      \
    "    is_done = models.BooleanField(default=False)\n"                                           \
    "    number = models.IntegerField()\n"                                                         \
    "    unique_number = models.IntegerField(unique=True)\n"                                       \
    "    position = models.IntegerField()\n"                                                       \
    "    customer = models.ForeignKey(Customer, models.CASCADE)\n"                                 \
    "class Seat(models.Model):\n"                                                                  \
    "    show = models.IntegerField()\n"                                                           \
    "    place = models.IntegerField()\n"                                                          \
    "    code = models.CharField(max_length=9, unique=True)\n"                                     \
    "    card = models.CharField(max_length=9, unique=True, null=True)\n"                          \
    "    customer = models.ForeignKey(Customer, models.CASCADE)\n"                                 \
    "    class Meta:\n"                                                                            \
    "        unique_together = [('show', 'customer')]\n"

#define VIEWS                                                                                      \
    MODELS "# shop/views.py\n"                                                                     \
           "from django.db import transaction\n"                                                   \
           "from django.db.models import F, Max\n"                                                 \
           "from .models import Customer, Order, Product, Seat\n"

/* The line after VIEWS is number 5. */
#define VIEW(body)                                                                                 \
    VIEWS "def view(request, pk):\n"                                                               \
          "    product = Product.objects.get(pk=pk)\n" body

/* A model that changes itself. Its first method is in line 8. */
#define COUNTER(methods, views)                                                                    \
    "from django.db import models, transaction\n"                                                  \
    "from django.db.models import F\n"                                                             \
    "class Counter(models.Model):\n"                                                               \
    "    hits = models.IntegerField()\n"                                                           \
    "    log = models.JSONField(default=dict)\n"                                                   \
    "    tags = models.JSONField(default=list)\n"                                                  \
    "\n" methods "# shop/views.py\n"                                                               \
    "from django.db import transaction\n"                                                          \
    "from .models import Counter\n" views

#define BUMP "    def bump(self):\n        self.hits += 1\n"

static const DjangoCase read_modify_write[] = {
    {VIEW("    product.stock -= 1\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.stock = product.stock * 2\n    product.save()\n"), "views.py:7"},
    {VIEW("    left = product.stock - 2\n    product.stock = left\n    product.save()\n"),
     "views.py:8"},
    {VIEW("    product.stock = max(product.stock, 3)\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.is_shown = not product.is_shown\n    product.save()\n"),
     "views.py:7:likely"},
    {VIEW("    product.until = product.until + delta\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.seen_at += delta\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.spent += delta\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.log += 'x'\n    product.save(update_fields=['log'])\n"), "views.py:7"},
    {VIEWS "def view(request):\n"
           "    for product in Product.objects.all():\n"
           "        product.stock += 1\n"
           "        product.save()\n",
     "views.py:7"},
    /* bulk_update() and update() of what was computed */
    {VIEW("    product.stock -= 1\n    Product.objects.bulk_update([product], ['stock'])\n"),
     "views.py:7:likely"},
    {VIEW("    products = Product.objects.all()\n    for it in products:\n"
          "        it.stock = it.stock + 1\n"
          "    Product.objects.bulk_update(products, ['stock'])\n"),
     "views.py:9:likely"},
    {VIEW("    product.stock -= 1\n    Product.objects.bulk_update([product], ['name'])\n"), ""},
    {VIEW("    product.stock -= 1\n    Product.objects.bulk_update([other], ['stock'])\n"), ""},
    {VIEW("    product.stock -= 1\n    Order.objects.bulk_update([product], ['stock'])\n"), ""},
    {VIEW("    n = product.stock - 1\n    Product.objects.filter(pk=pk).update(stock=n)\n"),
     "views.py:8"},
    {VIEW("    Product.objects.filter(pk=product.pk).update(stock=product.stock + 1)\n"),
     "views.py:7"},
    {VIEW("    n = product.stock\n    Product.objects.filter(pk=pk).update(stock=n)\n"), ""},
    {VIEW("    n = product.stock - 1\n    Product.objects.filter(pk=pk).update(stock=pk)\n"), ""},
    {VIEW("    n = product.stock - 1\n    Product.objects.filter(pk=pk).update(left=n)\n"), ""},
    /* it looks whether it is as it was */
    {VIEW("    n = product.stock - 1\n"
          "    Product.objects.filter(pk=pk, stock=product.stock).update(stock=n)\n"),
     ""},
    {VIEWS "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    product = Product.objects.select_for_update().get(pk=pk)\n"
           "    n = product.stock - 1\n"
           "    Product.objects.filter(pk=pk).update(stock=n)\n",
     ""},
    /* what a list holds, and what its objects hold, as the annotations say */
    {VIEWS "from typing import Iterable, List\n"
           "def restock(products: Iterable['Product']):\n"
           "    for it in products:\n"
           "        it.stock += 1\n"
           "    Product.objects.bulk_update(products, ['stock'])\n",
     "views.py:8:likely"},
    {VIEWS "from typing import List\n"
           "def restock(products: List[Product]):\n"
           "    products[0].stock += 1\n"
           "    first = products[0]\n"
           "    first.stock += 1\n"
           "    first.save()\n",
     "views.py:9:likely"},
    {VIEWS "class Info:\n"
           "    product: 'Product'\n"
           "    count: int = 0\n"
           "    other: 'Product' = None\n"
           "def restock(infos: 'list[Info]'):\n"
           "    changed = []\n"
           "    for info in infos:\n"
           "        it = info.product\n"
           "        it.stock += info.count\n"
           "        changed.append(it)\n"
           "    Product.objects.bulk_update(changed, ['stock'])\n"
           "def one(info: Info | None, infos: 'tuple[Info, ...]'):\n"
           "    info.other.stock -= 1\n"
           "    info.other.save()\n"
           "    it = infos[0].product\n"
           "    it.stock -= 1\n"
           "    it.save()\n"
           "def made(product):\n"
           "    info = Info(product)\n"
           "    info.product.stock -= 1\n"
           "    info.product.save()\n"
           "def counts(infos: 'dict[int, Info]', pair: 'tuple[Info, int]', n: 'list[int]'):\n"
           "    for info in infos:\n"
           "        info.product.stock -= 1\n"
           "        info.product.save()\n"
           "    pair[0].product.stock -= 1\n"
           "    pair[0].product.save()\n"
           "    n[0].stock -= 1\n",
     "views.py:13:likely views.py:17:likely views.py:20:likely"},
    /* what a parameter is called, if it is saved */
    {VIEWS "def restock(product, count):\n"
           "    product.stock += count\n"
           "    product.save(update_fields=['stock'])\n"
           "def other(product, form):\n"
           "    product.stock += 1\n"
           "    my_product.save()\n"
           "    form.product.save()\n"
           "def unknown(thing):\n"
           "    thing.stock += 1\n"
           "    thing.save()\n",
     "views.py:6:likely"},
    {VIEWS "def restock(product):\n"
           "    product.stock += 1\n"
           "    product.save()\n"
           "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    restock(Product.objects.select_for_update().get(pk=pk))\n",
     ""},
    {VIEWS "def restock(product):\n"
           "    product.stock += 1\n"
           "    product.save()\n"
           "# store/models.py\n"
           "from django.db import models\n"
           "class Product(models.Model):\n"
           "    stock = models.IntegerField()\n",
     ""},
    /* whoever calls it locked the rows */
    {VIEWS "def restock(product: Product):\n"
           "    product.stock += 1\n"
           "    product.save()\n"
           "def outer(product: Product):\n"
           "    restock(product)\n"
           "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    product = Product.objects.select_for_update().get(pk=pk)\n"
           "    outer(product)\n",
     ""},
    {VIEWS "def restock(product: Product):\n"
           "    product.stock += 1\n"
           "    product.save()\n"
           "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    product = Product.objects.select_for_update().get(pk=pk)\n"
           "    restock(product)\n"
           "def other(request, pk):\n"
           "    restock(Product.objects.get(pk=pk))\n",
     "views.py:6:likely"},
    /* by a method, who knows where from */
    {"from django.db import models\n"
     "class Wallet(models.Model):\n"
     "    balance = models.IntegerField()\n"
     "    def add(self, n):\n"
     "        self.balance += n\n"
     "        self.save()\n",
     "models.py:5:likely"},
    {MODELS "# shop/admin.py\n"
            "from .models import Product\n"
            "def restock(request, queryset):\n"
            "    for product in Product.objects.all():\n"
            "        product.stock += 1\n"
            "        product.save()\n",
     "admin.py:5:likely"},
    {MODELS "# shop/management/commands/restock.py\n"
            "from shop.models import Product\n"
            "def run():\n"
            "    for product in Product.objects.all():\n"
            "        product.stock += 1\n"
            "        product.save()\n",
     "restock.py:5:possible"},
    {VIEW("    product.stock = clamp(product.stock + 1)\n    product.save()\n"), "views.py:7"},
    /* the second UPDATE is refused */
    {VIEWS "@atomic(isolation_level=REPEATABLE_READ)\n"
           "def view(request, pk):\n"
           "    product = Product.objects.get(pk=pk)\n"
           "    product.stock -= 1\n"
           "    product.save()\n",
     "views.py:8:possible"},
    {"# config/settings.py\n"
     "INSTALLED_APPS = ['shop']\n"
     "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'OPTIONS': {\n"
     "    'isolation_level': IsolationLevel.SERIALIZABLE}}}\n"
     "# shop/models.py\n" VIEW("    product.stock -= 1\n    product.save()\n"),
     "views.py:7:possible"},
    /* given to the object that uses it */
    {MODELS "# shop/services.py\n"
            "from .models import Product\n"
            "class Seller:\n"
            "    def __init__(self, product: Product, at=None):\n"
            "        self.product = product\n"
            "        self.at = at\n"
            "    def sell(self, n):\n"
            "        self.product.stock -= n\n"
            "        self.product.save()\n",
     "services.py:8:likely"},
    {MODELS "# shop/services.py\n"
            "from .models import Product\n"
            "class Maker:\n"
            "    def __init__(self):\n"
            "        self.product = Product()\n"
            "    def fill(self, n):\n"
            "        self.product.stock += n\n"
            "        self.product.save()\n",
     ""},
    /* goes on with what the function itself put there */
    {VIEW("    product.stock = 0\n    for n in request.POST:\n        product.stock += 1\n"
          "    product.save()\n"),
     ""},
    {VIEW("    if pk:\n        product.stock = 0\n    product.stock += 1\n    product.save()\n"),
     "views.py:9"},
    {VIEW("    product.stock = worth(product)\n    product.stock += 1\n    product.save()\n"),
     "views.py:8"},
    {VIEW("    product.stock = request.POST.get('stock', product.stock)\n    product.save()\n"),
     ""},
    {VIEW("    product.stock = request.POST.get('stock', product.stock) + 1\n"
          "    product.save()\n"),
     "views.py:7"},
    {VIEW("    product.stock = product.stock or 3\n    product.save()\n"), ""},
    {VIEW("    product.stock = (product.stock or 3) + 1\n    product.save()\n"), "views.py:7"},
    /* two at once, kept as it was */
    {VIEW("    product.left = product.stock = 3\n    product.save()\n"), ""},
    {VIEW("    product.left = product.stock = product.stock + 3\n    product.save()\n"),
     "views.py:7"},
    {VIEW("    stock = 3\n    if pk:\n        stock = product.stock\n"
          "    product.stock = stock\n    product.save()\n"),
     ""},
    {VIEW("    stocks = product.stock + 1\n    stock = product.stock\n    stock == stocks\n"
          "    product.stock = stock\n    product.save()\n"),
     ""},
    {VIEW("    stock = product.stock\n    stock += 1\n    product.stock = stock\n"
          "    product.save()\n"),
     "views.py:9"},
    {VIEW("    stock = max(product.stock, 3)\n    product.stock = stock\n    product.save()\n"),
     "views.py:8"},
    {VIEW("    stock = (\n        product.stock\n        + 3)\n    product.stock = stock\n"
          "    product.save()\n"),
     "views.py:10"},
    /* tidied, set, new, not saved, expressions */
    {VIEW("    product.stock = place_for(wanted=product.stock)\n    product.save()\n"), ""},
    {VIEW("    product.name = product.name.strip()\n    product.save()\n"), ""},
    {VIEW("    product.name += 'x'\n    product.save()\n"), ""},
    {VIEW("    product.until = max(product.until, today)\n    product.save()\n"), ""},
    {VIEW("    product.data = dict(product.data)\n    product.save()\n"), ""},
    {VIEW("    product.stock = 5\n    product.save()\n"), ""},
    {VIEW("    product.stock = F('stock') - 1\n    product.save()\n"), ""},
    {VIEW("    product.stock -= 1\n"), ""},
    {VIEW("    product.stock -= 1\n    product.save(update_fields=['name'])\n"), ""},
    {VIEW("    product.stock -= 1\n    product.refresh_from_db()\n    product.save()\n"), ""},
    {VIEWS "def view(request):\n"
           "    product = Product(stock=1)\n"
           "    product.stock += 1\n"
           "    product.save()\n",
     ""},
    {VIEWS "def view(request):\n"
           "    product = Product.objects.create(stock=1)\n"
           "    product.stock += 1\n"
           "    product.save()\n",
     ""},
    /* only one at a time */
    {VIEWS "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    product = Product.objects.select_for_update().get(pk=pk)\n"
           "    product.stock -= 1\n"
           "    product.save()\n",
     ""},
    {VIEWS "def view(request, pk):\n"
           "    with transaction.atomic():\n"
           "        customer = Customer.objects.select_for_update().get(pk=pk)\n"
           "        product = Product.objects.get(owner=customer)\n"
           "        product.stock -= 1\n"
           "        product.save()\n",
     ""},
    {VIEW("    with cache.lock('stock'):\n        product.stock -= 1\n        product.save()\n"),
     ""},
    {VIEW("    redis_lock.acquire()\n    product.stock -= 1\n    product.save()\n"), ""},
    {VIEW("    cursor = connection.cursor()\n"
          "    cursor.execute('SELECT pg_advisory_xact_lock(1)')\n"
          "    product.stock -= 1\n    product.save()\n"),
     ""},
    {VIEWS "@lock('stock')\n"
           "def view(request, pk):\n"
           "    product = Product.objects.get(pk=pk)\n"
           "    product.stock -= 1\n"
           "    product.save()\n",
     ""},
    /* a method changes it, who calls that saves it */
    {COUNTER(BUMP, "def view(request, pk):\n"
                   "    counter = Counter.objects.get(pk=pk)\n"
                   "    counter.bump()\n"
                   "    counter.save()\n"),
     "views.py:6"},
    {COUNTER(BUMP "    def hit(self):\n"
                  "        self.bump()\n"
                  "        self.save()\n",
             ""),
     "models.py:11:likely"},
    {COUNTER("    def hit(self):\n"
             "        self.hits += 1\n"
             "        self.keep()\n"
             "    def keep(self):\n"
             "        self.store()\n"
             "    def store(self):\n"
             "        self.save(update_fields=['hits'])\n",
             ""),
     "models.py:9:likely"},
    {COUNTER(BUMP, "def view(request, pk):\n"
                   "    counter = Counter.objects.get(pk=pk)\n"
                   "    counter.bump()\n"),
     ""},
    {COUNTER(BUMP, "def view(request):\n"
                   "    counter = Counter(hits=1)\n"
                   "    counter.bump()\n"
                   "    counter.save()\n"),
     ""},
    {COUNTER(BUMP, "def view(request, pk):\n"
                   "    counter = Counter.objects.get(pk=pk)\n"
                   "    counter.bump()\n"
                   "    counter.save(update_fields=['log'])\n"),
     ""},
    {COUNTER(BUMP, "def view(request, pk):\n"
                   "    counter = Counter.objects.get(pk=pk)\n"
                   "    counter.bump()\n"
                   "    counter.refresh_from_db()\n"
                   "    counter.save()\n"),
     ""},
    {COUNTER(BUMP, "def view(request, pk):\n"
                   "    with transaction.atomic():\n"
                   "        counter = Counter.objects.select_for_update().get(pk=pk)\n"
                   "        counter.bump()\n"
                   "        counter.save()\n"),
     ""},
    {COUNTER("    def bump(self):\n"
             "        self.hits = F('hits') + 1\n",
             "def view(request, pk):\n"
             "    counter = Counter.objects.get(pk=pk)\n"
             "    counter.bump()\n"
             "    counter.save()\n"),
     ""},
    {COUNTER("    def hit(self):\n"
             "        self.hits += 1\n"
             "        self.keep()\n"
             "    def keep(self):\n"
             "        self.hits = 0\n"
             "        self.save()\n",
             ""),
     ""},
    {COUNTER("    def hit(self):\n"
             "        self.hits += 1\n"
             "        self.keep()\n"
             "    def keep(self):\n"
             "        self.refresh_from_db()\n"
             "        self.save()\n",
             ""),
     ""},
    {COUNTER("    def hit(self):\n"
             "        self.hits += 1\n"
             "        self.refresh_from_db()\n"
             "        self.keep()\n"
             "    def keep(self):\n"
             "        self.save()\n",
             ""),
     ""},
    {COUNTER(BUMP, "from shop.models import Counter\n"
                   "def view(request, pk):\n"
                   "    n = Counter.objects.get(pk=pk).bump()\n"),
     ""},
    /* all who call it hold a lock, or made the row */
    {COUNTER("    def take(self):\n"
             "        self.hits -= 1\n"
             "        self.save()\n",
             "def view(request, pk):\n"
             "    with transaction.atomic():\n"
             "        counter = Counter.objects.select_for_update().get(pk=pk)\n"
             "        counter.take()\n"
             "def first(request):\n"
             "    counter = Counter.objects.create(hits=1)\n"
             "    counter.take()\n"),
     ""},
    {COUNTER("    def take(self):\n"
             "        self.hits -= 1\n"
             "        self.save()\n",
             "def view(request, pk):\n"
             "    with transaction.atomic():\n"
             "        counter = Counter.objects.select_for_update().get(pk=pk)\n"
             "        counter.take()\n"
             "def other(request, pk):\n"
             "    counter = Counter.objects.get(pk=pk)\n"
             "    counter.take()\n"),
     "models.py:9:likely"},
};

#define DEBIT        "def debit(account, n):\n    account.stock -= n\n    account.save()\n"
#define DEBITS(body) VIEWS DEBIT "def view(request, pk):\n" body

/* What a function is given is told by all who call it. */
static const DjangoCase debits[] = {
    {DEBITS("    p = Product.objects.get(pk=pk)\n    debit(p, 1)\n"), "views.py:6:likely"},
    {DEBITS("    p = Product.objects.get(pk=pk)\n    debit(n=1, account=p)\n"),
     "views.py:6:likely"},
    {DEBITS("    for p in Product.objects.all():\n        debit(p, 1)\n"
            "    for p in Product.objects.all():\n        debit(account=p, n=1)\n"),
     "views.py:6:likely"},
    {VIEWS "class Desk:\n    def debit(self, account, n):\n        account.stock -= n\n"
           "        account.save()\n    def run(self, pk):\n"
           "        p = Product.objects.get(pk=pk)\n        self.debit(p, 1)\n",
     "views.py:7:likely"},
    {VIEWS "class Desk:\n    def __init__(self, pk):\n"
           "        self.product = Product.objects.get(pk=pk)\n"
           "    def sell(self, n):\n        self.product.stock -= n\n"
           "        self.product.save()\n",
     "views.py:9:likely"},
    /* below a lock, a row of their own, of more than one model, nobody knows what */
    {DEBITS("    with transaction.atomic():\n"
            "        p = Product.objects.select_for_update().get(pk=pk)\n"
            "        debit(p, 1)\n"),
     ""},
    {DEBITS("    p = Product(stock=5)\n    debit(p, 1)\n"), ""},
    {DEBITS("    p = Product.objects.get(pk=pk)\n    debit(p, 1)\n"
            "    o = Order.objects.get(pk=pk)\n    debit(o, 1)\n"),
     ""},
    {DEBITS("    p = Product.objects.get(pk=pk)\n    debit(p, 1)\n    debit(request.p, 1)\n"), ""},
    {DEBITS("    p = Product.objects.get(pk=pk)\n    debit(p, 1)\n    debit(account=3, n=1)\n"),
     ""},
    {VIEWS "def look(account, n):\n    account.stock -= n\n    return account\n"
           "def view(request, pk):\n    p = Product.objects.get(pk=pk)\n    look(p, 1)\n",
     ""},
    {VIEWS "class Desk:\n    def __init__(self, pk):\n        self.product = Product(stock=1)\n"
           "    def sell(self, n):\n        self.product.stock -= n\n"
           "        self.product.save()\n",
     ""},
};

static const DjangoCase json_read_modify_write[] = {
    {VIEW("    product.data = request.POST.get('data', product.data)\n    product.save()\n"), ""},
    {VIEW("    product.data = request.POST if pk else product.data\n    product.save()\n"), ""},
    {VIEW("    product.data = merge(pk, product.data)\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.data = pk or {**product.data, 'a': 1}\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.data['a'] = 1\n    product.data['b'] = 2\n    product.save()\n"),
     "views.py:7"},
    {VIEW("    product.data.update(a=1)\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.data = {**product.data, 'a': 1}\n    product.save()\n"), "views.py:7"},
    {"from jsonfield import JSONField\nfrom django.db import models\n"
     "class Note(models.Model):\n"
     "    log = JSONField(default=[])\n"
     "    def add(self, line):\n"
     "        self.log.append(line)\n"
     "        self.save()\n",
     "models.py:6:likely"},
    {"from django.db import models\n"
     "class Note(models.Model):\n"
     "    data = models.JSONField(default=dict)\n"
     "    def save(self, *args, **kwargs):\n"
     "        self.data['a'] = 1\n"
     "        super().save(*args, **kwargs)\n",
     "models.py:5:possible"}, /* in order for whoever changes it */
    {VIEW("    product.data = {}\n    product.data['a'] = 1\n    product.save()\n"), ""},
    {VIEW("    product.data = {}\n    product.save()\n"), ""},
    {VIEW("    product.data['a'] = 1\n"), ""},
    {VIEW("    product.stock -= 1\n    product.save()\n"), ""},
    {VIEWS "def view(request, pk):\n"
           "    with transaction.atomic():\n"
           "        product = Product.objects.select_for_update().get(pk=pk)\n"
           "        product.data['a'] = 1\n"
           "        product.save()\n",
     ""},
    /* under another name, in part */
    {VIEW("    data = product.data\n    data['n'] += 1\n    product.save()\n"), "views.py:8"},
    {VIEW("    product.data['n'] += 1\n    product.save()\n"), "views.py:7"},
    {VIEW("    product.data['n']['m'] -= 1\n    product.save()\n"), "views.py:7"},
    {VIEW("    data = product.data or {}\n    data.update(a=1)\n    product.save()\n"),
     "views.py:8"},
    {VIEW("    rows = product.data['rows']\n    rows.append(1)\n    product.save()\n"),
     "views.py:8"},
    {VIEW("    product.data['rows'].append(1)\n    product.save()\n"), "views.py:7"},
    {VIEW("    del product.data['a'], other\n    product.save()\n"), "views.py:7"},
    {VIEW("    data = dict(product.data)\n    data['n'] = 1\n    product.save()\n"), ""},
    {VIEW("    data = product.data.copy()\n    data['n'] = 1\n    product.save()\n"), ""},
    {VIEW("    rows = product.data['rows'][:3]\n    rows.append(1)\n    product.save()\n"), ""},
    {VIEW("    data = product.data\n    data = {}\n    data['n'] = 1\n    product.save()\n"), ""},
    {VIEW("    data = product.data\n    data['n'] += 1\n    return data\n"), ""},
    {VIEW("    name = product.name\n    del name\n    product.save()\n"), ""},
    {VIEWS "def view(request, pk):\n"
           "    with transaction.atomic():\n"
           "        product = Product.objects.select_for_update().get(pk=pk)\n"
           "        data = product.data\n"
           "        data['n'] += 1\n"
           "        product.save()\n",
     ""},
    /* in a method */
    {COUNTER("    def note(self, text):\n"
             "        log = self.log\n"
             "        log['last'] = text\n",
             "def view(request, pk):\n"
             "    counter = Counter.objects.get(pk=pk)\n"
             "    counter.note('a')\n"
             "    counter.note('b')\n"
             "    counter.save()\n"),
     "views.py:6"},
    {COUNTER("    def note(self, text):\n"
             "        self.tags.append(text)\n"
             "        self.keep()\n"
             "    def keep(self):\n"
             "        self.save()\n",
             ""),
     "models.py:9:likely"},
    {COUNTER("    def note(self, text):\n"
             "        self.tags.append(text)\n",
             "def view(request, pk):\n"
             "    with transaction.atomic():\n"
             "        counter = Counter.objects.select_for_update().get(pk=pk)\n"
             "        counter.note('a')\n"
             "        counter.save()\n"),
     ""},
};

static const DjangoCase save_overwrites_all_fields[] = {
    {VIEW("    product.name = 'x'\n    product.save()\n"), "views.py:8:likely"},
    {VIEW("    product.name = 'x'\n    product.save(update_fields=['name'])\n"), ""},
    {VIEW("    product.stock -= 1\n    product.save()\n"), ""},
    {VIEW("    product.save()\n"), ""},
    {VIEW("    product.name = 'x'\n    product.log = 'x'\n    product.price = 1\n"
          "    product.stock = 1\n    product.save()\n"),
     ""},
    {VIEWS "def view(request, pk):\n"
           "    customer = Customer.objects.get(pk=pk)\n"
           "    customer.name = 'x'\n"
           "    customer.save()\n",
     ""}, /* there is no other column */
    {VIEWS "def helper(product):\n"
           "    product = Product.objects.get(pk=1)\n"
           "    product.name = 'x'\n"
           "    product.save()\n",
     ""}, /* nobody says that many run it */
};

#define ORDER(body)                                                                                \
    VIEWS "def view(request, pk):\n"                                                               \
          "    order = Order.objects.get(pk=pk)\n" body

static const DjangoCase status_transition_race[] = {
    {VIEWS "def locked(pk):\n"
           "    return Order.objects.select_for_update().get(pk=pk)\n"
           "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    order = locked(pk)\n"
           "    if order.status == 'open':\n"
           "        order.status = 'shipped'\n"
           "        order.save(update_fields=['status'])\n"
           "        Seat.objects.create(number=1)\n",
     ""},
    {VIEWS "class Ship(View):\n"
           "    @cached_property\n"
           "    def order(self):\n"
           "        return Order.objects.get(pk=self.kwargs['pk'])\n"
           "    def post(self, request):\n"
           "        if self.order.status == 'open':\n"
           "            self.order.status = 'shipped'\n"
           "            self.order.save(update_fields=['status'])\n"
           "            Seat.objects.create(number=1)\n",
     "views.py:11:likely"},
    {VIEWS "class Ship(View):\n"
           "    @cached_property\n"
           "    def order(self):\n"
           "        return Order.objects.select_for_update().get(pk=self.kwargs['pk'])\n"
           "    @transaction.atomic\n"
           "    def post(self, request):\n"
           "        if self.order.status == 'open':\n"
           "            self.order.status = 'shipped'\n"
           "            self.order.save(update_fields=['status'])\n"
           "            Seat.objects.create(number=1)\n",
     ""},
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n        order.save()\n"
           "        send_mail('x')\n"),
     "views.py:8"},
    {ORDER("    if order.status != 'new':\n        return None\n    order.status = 'paid'\n"
           "    order.save()\n    Seat.objects.create(show=1)\n"),
     "views.py:9"},
    {ORDER("    if not order.is_done:\n        order.is_done = True\n        order.save()\n"
           "        Product.objects.filter(pk=1).update(stock=F('stock') - 1)\n"),
     "views.py:8"},
    {ORDER("    if order.level == 1:\n        order.level = 2\n        order.save()\n"
           "        product = Product.objects.get(pk=1)\n        product.name = 'x'\n"
           "        product.save()\n"),
     "views.py:8"},
    {ORDER("    if order.status == Order.NEW:\n        order.status = Order.PAID\n"
           "        order.save()\n        gateway.charge(order)\n"),
     "views.py:8"},
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n"
           "        Order.objects.filter(pk=order.pk).update(status=order.status)\n"
           "        send_mail('x')\n"),
     "views.py:8"},
    {ORDER("    if order.status == 'new':\n        order.status = 'paying'\n        order.save()\n"
           "        send_mail('x')\n        order.status = 'paid'\n        order.save()\n"),
     "views.py:8"}, /* the second change is no other race */
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n"
           "        Order.objects.filter(pk=order.pk, status='new').update(status='paid')\n"
           "        send_mail('x')\n"),
     ""},
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n"
           "        Order.objects.filter(pk=order.pk).update(kind='x')\n"
           "        send_mail('x')\n"),
     ""},
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n        order.save()\n"),
     "views.py:8:possible"}, /* twice does no harm */
    /* somebody else moves it elsewhere: the later of the two overwrites */
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n        order.save()\n"
           "def cancel(request, pk):\n"
           "    Order.objects.filter(pk=pk).update(status='cancelled')\n"),
     "views.py:8:likely"},
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n        order.save()\n"
           "def cancel(request, pk):\n"
           "    order = Order.objects.get(pk=pk)\n"
           "    order.status = 'cancelled'\n    order.save()\n"),
     "views.py:8:likely"},
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n        order.save()\n"
           "def again(request, pk):\n"
           "    Order.objects.filter(pk=pk).update(status='paid', level=2)\n"),
     "views.py:8:possible"},
    {ORDER("    if not order.is_done:\n        order.is_done = True\n        order.save()\n"
           "def undo(request, pk):\n"
           "    Order.objects.filter(pk=pk).update(is_done=False)\n"),
     "views.py:8:possible"},
    {ORDER("    if order.status == 'new':\n        order.status = 'paid'\n"), ""},
    {ORDER("    if order.kind == 'new':\n        order.kind = 'x'\n        order.save()\n"
           "        send_mail('x')\n"),
     ""},
    {ORDER("    if order.customer_id == 1:\n        order.customer_id = 2\n        order.save()\n"
           "        send_mail('x')\n"),
     ""},
    {ORDER("    if order.status == 'new':\n        order.status = request.POST['status']\n"
           "        order.save()\n        send_mail('x')\n"),
     ""},
    {ORDER("    if order.status == 'new':\n        send_mail('x')\n    order.status = 'paid'\n"
           "    order.save()\n"),
     ""},
    {ORDER("    order.status = 'paid'\n    order.save()\n    send_mail('x')\n"), ""},
    {VIEWS "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    order = Order.objects.select_for_update().get(pk=pk)\n"
           "    if order.status == 'new':\n"
           "        order.status = 'paid'\n"
           "        order.save()\n"
           "        send_mail('x')\n",
     ""},
};

static const DjangoCase count_in_loop_stock[] = {
    {VIEW("    if product.stock >= 1:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n"),
     "views.py:8"},
    {VIEW("    if product.stock < 1:\n        return None\n"
          "    product.stock = F('stock') - 1\n    product.save()\n"),
     "views.py:9"},
    {VIEW("    if product.stock >= 1:\n"
          "        Product.objects.filter(pk=pk, stock__gte=1).update(stock=F('stock') - 1)\n"),
     ""},
    {VIEW("    if product.stock >= 1:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') + 1)\n"),
     ""},
    {VIEW("    if product.stock >= product.max_stock:\n        return None\n"
          "    product.stock = F('stock') + 1\n    product.save()\n"),
     "views.py:9"},
    {VIEW("    if product.stock < limit:\n"
          "        Product.objects.filter(pk=pk, stock__lt=9).update(stock=F('stock') + 1)\n"),
     ""},
    {VIEW("    if product.left < maximum:\n"
          "        Product.objects.filter(pk=pk).update(left=F('left') + 1)\n"),
     "views.py:8"},
    {VIEW("    if product.left >= 1:\n"
          "        Product.objects.filter(pk=pk).update(left=F('left') - 1)\n"),
     ""},
    {VIEW("    if product.checked >= 1:\n"
          "        Product.objects.filter(pk=pk).update(checked=F('checked') - 1)\n"),
     ""},
    {VIEW("    Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n"), ""},
    {VIEWS "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    product = Product.objects.select_for_update().get(pk=pk)\n"
           "    if product.stock >= 1:\n"
           "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n",
     ""},
};

#define PLAIN(body) VIEWS "def view(request, pk):\n" body

/* The function's second line is number 16. */
#define HELPED(body)                                                                               \
    VIEWS "def taken(show, place): return Seat.objects.filter(show=show, place=place).exists()\n"  \
          "def seat_of(show, place): return Seat.objects.get(show=show, place=place)\n"            \
          "def take(show, place): return Seat.objects.create(show=show, place=place)\n"            \
          "def maybe(show, place):\n    if show:\n        return True\n"                           \
          "    return taken(show, place)\n"                                                        \
          "def maybe_take(show, place):\n    if show:\n"                                           \
          "        return take(show, place)\n"                                                     \
          "def view(request, pk):\n" body

static const DjangoCase check_then_act[] = {
    {PLAIN("    order = Order.objects.get(pk=pk)\n"
           "    kind, n = 'a', 1\n"
           "    while Order.objects.filter(kind=kind).exists():\n"
           "        kind, n = f'a-{n}', n + 1\n"
           "    order.kind = kind\n"
           "    order.save()\n"),
     "views.py:8:likely"},
    {PLAIN("    seat = Seat.objects.get(pk=pk)\n"
           "    while Seat.objects.filter(code=code(pk)).exists():\n"
           "        pk += 1\n"
           "    seat.code = code(pk)\n"
           "    seat.save()\n"),
     ""}, /* unique */
    {PLAIN("    order = Order.objects.get(pk=pk)\n"
           "    kind = random_text()\n"
           "    while Order.objects.filter(kind=kind).exists():\n"
           "        kind = random_text()\n"
           "    order.kind = kind\n"
           "    order.save()\n"),
     ""},
    {PLAIN("    order = Order.objects.get(pk=pk)\n"
           "    while Order.objects.filter(kind='x').exists():\n"
           "        sleep(1)\n"
           "    order.number = 1\n"
           "    order.save()\n"),
     ""},
    {PLAIN("    if not Seat.objects.filter(show=1, place=pk).exists():\n"
           "        Seat.objects.create(show=1, place=pk)\n"),
     "views.py:6:likely"},
    {PLAIN("    taken = Seat.objects.filter(show=1, place=pk).exists()\n"
           "    if not bool(taken):\n        Seat.objects.create(show=1, place=pk)\n"),
     "views.py:6:likely"},
    {PLAIN("    taken = Seat.objects.filter(show=1, place=pk).exists()\n"
           "    if taken:\n        return None\n"
           "    Seat.objects.create(show=1, place=pk)\n"),
     "views.py:6:likely"},
    {PLAIN("    seat = Seat.objects.filter(place=pk).first()\n"
           "    if seat is None:\n        seat = Seat(place=pk)\n        seat.save()\n"),
     "views.py:6:likely"},
    {PLAIN("    try:\n        seat = Seat.objects.get(show=1, place=pk)\n"
           "    except Seat.DoesNotExist:\n        seat = Seat.objects.create(show=1, place=pk)\n"),
     "views.py:7:likely"},
    {PLAIN("    if Seat.objects.filter(show=1).count() < 5:\n"
           "        Seat.objects.create(show=1, place=pk)\n"),
     "views.py:6:likely"},
    {PLAIN("    sold = Seat.objects.filter(show=1).count()\n"
           "    if sold >= pk.size:\n        raise ValueError\n"
           "    Seat.objects.create(show=1, place=pk)\n"),
     "views.py:6:likely"},
    {PLAIN("    if Seat.objects.filter(show=1).count() > 0:\n        return None\n"
           "    Seat.objects.create(show=1, place=pk)\n"),
     "views.py:6:possible"},
    {PLAIN("    with transaction.atomic():\n"
           "        Customer.objects.select_for_update().get(pk=pk)\n"
           "        if Seat.objects.filter(show=1).count() < 5:\n"
           "            Seat.objects.create(show=1, place=pk)\n"),
     ""},
    {PLAIN("    if not Seat.objects.filter(show=1, place__gt=pk).exists():\n"
           "        Seat.objects.create(show=1, place=pk)\n"),
     "views.py:6:possible"},
    /* a lot of rows, of which a unique key refuses each that is there */
    {PLAIN("    if not Seat.objects.filter(show=1).exists():\n"
           "        for customer in Customer.objects.all():\n"
           "            Seat.objects.create(show=1, customer=customer)\n"),
     "views.py:6:likely"}, /* an info */
    {PLAIN("    if not Seat.objects.filter(show=1).exists():\n"
           "        for customer in Customer.objects.all():\n"
           "            try:\n                Seat.objects.create(show=1, customer=customer)\n"
           "            except IntegrityError:\n                pass\n"),
     ""},
    {PLAIN("    if not Seat.objects.filter(show=1).exists():\n"
           "        for place in pk:\n"
           "            try:\n                Seat.objects.create(show=1, place=place)\n"
           "            except IntegrityError:\n                pass\n"),
     "views.py:6:likely"},
    /* what has none is another row than the one that is made */
    {PLAIN("    try:\n        seat = Seat.objects.get(show=1, customer=None)\n"
           "    except Seat.DoesNotExist:\n"
           "        seat = Seat.objects.create(show=1, customer=pk)\n"),
     "views.py:7:possible"},
    /* the database refuses it */
    {PLAIN("    if not Seat.objects.filter(code='x').exists():\n"
           "        Seat.objects.create(code='x')\n"),
     "views.py:6:likely"},
    {PLAIN("    if not Seat.objects.filter(show=1, customer=2).exists():\n"
           "        try:\n            Seat.objects.create(show=1, customer=2)\n"
           "        except IntegrityError:\n            pass\n"),
     ""},
    {PLAIN("    if not Seat.objects.filter(card='x').exists():\n"
           "        Seat.objects.create(card='x')\n"),
     ""},
    {PLAIN("    if not Seat.objects.filter(show=1, place=pk).exists():\n        return None\n"),
     ""},
    {PLAIN("    if not Seat.objects.filter(show=1, place=pk).exists():\n"
           "        Order.objects.create(number=1)\n"),
     ""},
    {PLAIN("    if not Seat.objects.filter(show=1).exists():\n"
           "        Seat.objects.create(place=pk)\n"),
     ""},
    {PLAIN("    if Seat.objects.filter(show=1, place=pk).exists():\n        print(1)\n"
           "    Seat.objects.create(show=1, place=pk)\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        customer = Customer.objects.select_for_update().get(pk=pk)\n"
           "        if not Seat.objects.filter(show=1, place=pk).exists():\n"
           "            Seat.objects.create(show=1, place=pk)\n"),
     ""},
    /* one or both of them in a function */
    {HELPED("    if taken(1, pk):\n        return None\n"
            "    Seat.objects.create(show=1, place=pk)\n"),
     "views.py:16:likely"},
    {HELPED("    if not taken(1, pk):\n        take(1, pk)\n"), "views.py:16:likely"},
    {HELPED("    if not Seat.objects.filter(show=1, place=pk).exists():\n        take(1, pk)\n"),
     "views.py:16:likely"},
    {HELPED("    try:\n        seat = seat_of(1, pk)\n    except Seat.DoesNotExist:\n"
            "        seat = take(1, pk)\n"),
     "views.py:17:likely"},
    {HELPED("    with transaction.atomic():\n"
            "        Customer.objects.select_for_update().get(pk=pk)\n"
            "        if not taken(1, pk):\n            take(1, pk)\n"),
     ""},
    {HELPED("    if taken(1, pk):\n        print(1)\n    take(1, pk)\n"), ""},
    {HELPED("    if not maybe(1, pk):\n        Seat.objects.create(show=1, place=pk)\n"), ""},
    {HELPED("    if not taken(1, pk):\n        maybe_take(1, pk)\n"), ""},
    {HELPED("    if not taken(1, pk):\n        print(seat_of(1, pk))\n"), ""},
    /* of another customer, as far as is told */
    {PLAIN("    customer = Customer.objects.get(pk=pk)\n"
           "    if not customer.order_set.filter(kind='a').exists():\n"
           "        Order.objects.create(kind='a', number=1)\n"),
     ""},
    {PLAIN("    customer = Customer.objects.get(pk=pk)\n"
           "    if not customer.order_set.filter(kind=pk).exists():\n"
           "        Order.objects.create(kind=pk, customer=customer)\n"),
     "views.py:7:likely"},
    {PLAIN("    customer = Customer.objects.get(pk=pk)\n"
           "    if not customer.order_set.filter(kind=pk).exists():\n"
           "        customer.order_set.create(kind=pk)\n"),
     "views.py:7:likely"},
    /* rows that the source names */
    {VIEWS "def setup(update):\n    users = Customer.objects.get(name='Users')\n"
           "    if not Order.objects.filter(customer=users).exists():\n"
           "        Order.objects.create(customer=users)\n",
     "views.py:7:possible"},
    {VIEWS "def setup(name):\n    users = Customer.objects.get(name=name)\n"
           "    if not Order.objects.filter(customer=users).exists():\n"
           "        Order.objects.create(customer=users)\n",
     "views.py:7:likely"},
    {VIEWS "def setup(users):\n"
           "    if not Order.objects.filter(customer=users).exists():\n"
           "        Order.objects.create(customer=users)\n",
     "views.py:6:likely"},
    {PLAIN("    users = Customer.objects.get(name='Users')\n"
           "    if not Order.objects.filter(customer=users).exists():\n"
           "        Order.objects.create(customer=users)\n"),
     "views.py:7:likely"},
};

#define DEFAULTED(field, call)                                                                     \
    "from django.db import models\nclass Tag(models.Model):\n"                                     \
    "    name = models.TextField()\n    kind = models." field "\n    class Meta:\n"                \
    "        unique_together = [('name', 'kind')]\n# shop/views.py\n"                              \
    "from .models import Tag\ndef f(request): Tag.objects." call "\n"

#define FOLDED(constraint)                                                                         \
    "from django.db import models\nclass Tag(models.Model):\n"                                     \
    "    name = models.TextField()\n    up = models.ForeignKey('self', models.CASCADE)\n"          \
    "    n = models.IntegerField()\n    class Meta:\n"                                             \
    "        constraints = [models.UniqueConstraint(" constraint ")]\n# shop/views.py\n"           \
    "from .models import Tag\n"                                                                    \
    "def f(request): Tag.objects.get_or_create(name__iexact=request.POST['q'], up=1)\n"

/* get_or_create(show=1, code__iexact="x") and what a migration runs. */
#define BY_SQL(sql)                                                                                \
    PLAIN("    Seat.objects.get_or_create(show=1, code__iexact='x')\n")                            \
    "# shop/migrations/0001_initial.py\n"                                                          \
    "from django.db import migrations\n"                                                           \
    "class Migration(migrations.Migration):\n"                                                     \
    "    operations = [migrations.RunPython(f), migrations.RunSQL(" sql ")]\n"

static const DjangoCase get_or_create_no_unique[] = {
    {PLAIN("    Seat.objects.get_or_create(show=1, place=pk)\n"), "views.py:6"},
    {PLAIN("    Seat.objects.update_or_create(place=pk, defaults={'show': 1})\n"), "views.py:6"},
    {PLAIN("    Seat.objects.get_or_create(place=pk, customer__name='x')\n"), "views.py:6:likely"},
    {PLAIN("    Seat.objects.filter(show=1).get_or_create(place=pk)\n"), "views.py:6"},
    {VIEWS "def helper(pk):\n    Seat.objects.get_or_create(place=pk)\n", "views.py:6:likely"},
    {MODELS "# shop/management/commands/load.py\n"
            "from shop.models import Seat\n"
            "def run():\n    Seat.objects.get_or_create(place=1)\n",
     "load.py:4:possible"},
    {PLAIN("    Seat.objects.get_or_create(code='x', place=pk)\n"), ""},
    {PLAIN("    Seat.objects.get_or_create(code__exact='x')\n"), ""},
    {PLAIN("    Seat.objects.get_or_create(pk=pk)\n"), ""},
    {PLAIN("    Seat.objects.get_or_create(show=1, customer_id=pk)\n"), ""},
    {PLAIN("    Seat.objects.filter(show=1).get_or_create(customer=pk)\n"), ""},
    {PLAIN("    Seat.objects.get_or_create(card='x')\n"), ""},
    {PLAIN("    Seat.objects.get_or_create(nothing='x')\n"), ""},
    {PLAIN("    Seat.objects.get_or_create(**request.POST)\n"), ""},
    {PLAIN("    with lock:\n        Seat.objects.get_or_create(place=pk)\n"), ""},
    /* both rows would have the same kind */
    {DEFAULTED("CharField(default='')", "get_or_create(name=request.POST)"), ""},
    {DEFAULTED("IntegerField(default=1)", "get_or_create(name=request, defaults={'a': 1})"), ""},
    {DEFAULTED("CharField(default='')", "get_or_create(name=request, defaults={'kind': new()})"),
     "views.py:3"},
    {DEFAULTED("CharField(default='')", "get_or_create(name=request, defaults=request.POST)"),
     "views.py:3"},
    {DEFAULTED("CharField(default='')", "update_or_create(name=request, defaults={key: 1})"),
     "views.py:3"},
    {DEFAULTED("CharField(default=new)", "get_or_create(name=request.POST)"), "views.py:3"},
    {DEFAULTED("CharField()", "get_or_create(name=request.POST)"), "views.py:3"},
    /* made by RunSQL */
    {BY_SQL("'CREATE UNIQUE INDEX one ON shop_seat (show, upper(code::text))'"), ""},
    {BY_SQL("['SELECT 1', 'ALTER TABLE \"shop_seat\" ADD CONSTRAINT one UNIQUE (\"show\")']"), ""},
    {BY_SQL("'CREATE UNIQUE INDEX one ON shop_seat (show, place)'"), "views.py:6:likely"},
    {BY_SQL("'CREATE UNIQUE INDEX one ON shop_seat (show, code)'"), "views.py:6:likely"},
    {BY_SQL("'CREATE UNIQUE INDEX one ON shop_seats (show, upper(code))'"), "views.py:6:likely"},
    {BY_SQL("'CREATE UNIQUE INDEX one ON shop_seat (show, '"), "views.py:6:likely"},
    {BY_SQL("'CREATE INDEX one ON shop_seat (show, upper(code))'"), "views.py:6:likely"},
    {BY_SQL("sql"), "views.py:6:likely"},
    {FOLDED("models.functions.Lower('name'), 'up', name='u'"), ""},
    {FOLDED("models.functions.Upper('name'), name='u'"), ""},
    {FOLDED("models.functions.Lower('name'), 'n', name='u'"), "views.py:3:likely"},
    {FOLDED("models.functions.Lower('name'), name='u', condition=models.Q(n=1)"),
     "views.py:3:likely"},
    {FOLDED("fields=['name', 'up'], name='u'"), "views.py:3:likely"},
    {FOLDED("models.functions.Trim('name'), name='u'"), "views.py:3:likely"},
};

static const DjangoCase max_plus_one[] = {
    {PLAIN("    last = Order.objects.aggregate(last=Max('number'))['last'] or 0\n"
           "    Order.objects.create(number=last + 1)\n"),
     "views.py:6:likely"},
    {PLAIN("    last = Order.objects.order_by('-number').first()\n"
           "    order = Order(kind='x')\n"
           "    order.number = last.number + 1\n"
           "    order.save()\n"),
     "views.py:6:likely"},
    {PLAIN("    last = Order.objects.aggregate(last=Max('position'))['last'] or 0\n"
           "    Order.objects.create(position=last + 1)\n"),
     "views.py:6:possible"},
    {PLAIN("    last = Order.objects.aggregate(last=Max('unique_number'))['last'] or 0\n"
           "    Order.objects.create(unique_number=last + 1)\n"),
     "views.py:6:likely"},
    {PLAIN("    last = Order.objects.aggregate(last=Max('unique_number'))['last'] or 0\n"
           "    try:\n        Order.objects.create(unique_number=last + 1)\n"
           "    except IntegrityError:\n        pass\n"),
     ""},
    {PLAIN("    Order.objects.create(kind='x', number=Order.objects.count() + 1)\n"),
     "views.py:6:likely"},
    {PLAIN("    order = Order(kind='x')\n"
           "    order.number = Order.objects.filter(kind='x').count() + 1\n"
           "    order.save()\n"),
     "views.py:7:likely"},
    {PLAIN("    Order.objects.create(kind='x', number=Seat.objects.count() + 1)\n"
           "    Order.objects.create(kind='x', number=Order.objects.count())\n"
           "    Order.objects.create(kind=Order.objects.count() + 1)\n"
           "    return Order.objects.count() + 1\n"),
     ""},
    {VIEWS "def next_number():\n"
           "    last = Order.objects.order_by('-number').first()\n"
           "    return last.number + 1 if last else 1\n",
     "views.py:6:likely"},
    {VIEWS "def total():\n"
           "    last = Order.objects.order_by('-number').first()\n"
           "    return last.number + 1 if last else 1\n",
     ""},
    {PLAIN("    last = Order.objects.aggregate(last=Max('number'))['last'] or 0\n"
           "    Order.objects.create(number=last)\n"),
     ""},
    {PLAIN("    last = Order.objects.aggregate(last=Max('number'))['last'] or 0\n"
           "    Order.objects.create(kind=last + 1)\n"),
     ""},
    {PLAIN("    last = Order.objects.aggregate(last=Max('kind'))['last'] or 0\n"
           "    Order.objects.create(kind=last + 1)\n"),
     ""},
    {PLAIN("    last = Order.objects.aggregate(last=Sum('number'))['last'] or 0\n"
           "    Order.objects.create(number=last + 1)\n"),
     ""},
    /* of the last row, whatever it is the last by */
    {PLAIN("    last = Order.objects.order_by('-id').first()\n"
           "    Order.objects.create(number=last.number + 1)\n"),
     "views.py:6:likely"},
    {PLAIN("    last = Order.objects.latest('id')\n"
           "    Order.objects.create(number=last.number + 1)\n"),
     "views.py:6:likely"},
    {PLAIN("    last = Order.objects.last()\n"
           "    Order.objects.create(kind=str(int(last.kind) + 1))\n"),
     "views.py:6:likely"},
    {PLAIN("    last = Order.objects.order_by('-kind').first()\n"
           "    number = int(last.kind[4:]) + 1 if last else 1\n"
           "    order = Order()\n    order.kind = '%05d' % number\n    order.save()\n"),
     "views.py:6:likely"},
    {PLAIN("    first = Order.objects.order_by('id').first()\n"
           "    Order.objects.create(number=first.number + 1)\n"),
     ""},
    {PLAIN("    old = Order.objects.get(pk=pk)\n"
           "    Order.objects.create(number=old.number + 1)\n"),
     ""},
    {PLAIN("    last = Order.objects.last()\n"
           "    Order.objects.create(number=last.number + 10)\n"
           "    Order.objects.create(kind=last.kind + 1)\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        customer = Customer.objects.select_for_update().get(pk=pk)\n"
           "        last = Order.objects.aggregate(last=Max('number'))['last'] or 0\n"
           "        Order.objects.create(number=last + 1)\n"),
     ""},
};

#define SETTINGS(atomic)                                                                           \
    "# site/settings.py\n"                                                                         \
    "INSTALLED_APPS = ['shop']\n"                                                                  \
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'" atomic "}}\n"             \
    "# shop/models.py\n"

static const DjangoCase outside_atomic[] = {
    {SETTINGS("") PLAIN("    product = Product.objects.select_for_update().get(pk=pk)\n"),
     "views.py:6"},
    {SETTINGS("") PLAIN("    for product in Product.objects.select_for_update():\n        pass\n"),
     "views.py:6"},
    {PLAIN("    product = Product.objects.select_for_update().get(pk=pk)\n"),
     "views.py:6:likely"}, /* no settings */
    {SETTINGS(", 'ATOMIC_REQUESTS': computed()")
         PLAIN("    product = Product.objects.select_for_update().get(pk=pk)\n"),
     "views.py:6:likely"},
    {SETTINGS("") VIEWS "def locked(pk):\n"
                        "    return Product.objects.select_for_update().get(pk=pk)\n",
     "views.py:6:possible"},
    {SETTINGS("") VIEWS "def locked(pk):\n"
                        "    return Product.objects.select_for_update().get(pk=pk)\n"
                        "def other(pk):\n"
                        "    locked(pk)\n",
     "views.py:6:possible"},
    {SETTINGS("") VIEWS "def locked(pk):\n"
                        "    return Product.objects.select_for_update().get(pk=pk)\n"
                        "def view(request, pk):\n"
                        "    locked(pk)\n",
     "views.py:6:likely"},
    {SETTINGS("") VIEWS "def locked(pk):\n"
                        "    return Product.objects.select_for_update().get(pk=pk)\n"
                        "def other(pk):\n"
                        "    return locked(pk)\n"
                        "def view(request, pk):\n"
                        "    with transaction.atomic():\n"
                        "        locked(pk)\n",
     "views.py:6:possible"},
    {SETTINGS(", 'ATOMIC_REQUESTS': True")
         PLAIN("    product = Product.objects.select_for_update().get(pk=pk)\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        product = Product.objects.select_for_update().get(pk=pk)\n"),
     ""},
    {PLAIN("    return Product.objects.select_for_update()\n"), ""},
    {PLAIN("    Product.objects.select_for_update().update(stock=1)\n"), ""},
    {PLAIN("    product = Product.objects.get(pk=pk)\n"), ""},
    {VIEWS "@atomic_with_retry\n"
           "def view(request, pk):\n"
           "    product = Product.objects.select_for_update().get(pk=pk)\n",
     ""},
};

#define TRANSFER(before, one, other)                                                               \
    VIEWS "@transaction.atomic\n"                                                                  \
          "def move(a, b):\n" before "    Product.objects.select_for_update().get(" one ")\n"      \
          "    Product.objects.select_for_update().get(" other ")\n"

static const DjangoCase lock_order[] = {
    {PLAIN("    with transaction.atomic():\n"
           "        for product in Product.objects.select_for_update().filter(pk__in=[1, 2]):\n"
           "            product.save()\n"),
     "views.py:7:likely"},
    {MODELS "# shop/management/commands/all.py\n"
            "from django.db import transaction\n"
            "from shop.models import Product\n"
            "@transaction.atomic\n"
            "def run():\n"
            "    for product in Product.objects.select_for_update():\n        pass\n",
     "all.py:6:possible"},
    {"from django.db import models\n"
     "class Box(models.Model):\n"
     "    def lock(self):\n"
     "        return [item.pk for item in self.items.select_for_update()]\n"
     "class Item(models.Model):\n"
     "    box = models.ForeignKey(Box, models.CASCADE, related_name='items')\n",
     "models.py:4:possible"},
    {TRANSFER("", "pk=a", "pk=b"), "views.py:8:likely"},
    {TRANSFER("", "id=a.id", "id=b.id"), "views.py:8:likely"},
    {TRANSFER("", "pk=a", "pk=a"), ""},
    {TRANSFER("", "pk=a", "pk=1"), ""},
    {TRANSFER("    a, b = sorted([a, b])\n", "pk=a", "pk=b"), ""},
    {VIEWS "@transaction.atomic\n"
           "def move(a, b):\n"
           "    if a < b:\n"
           "        Product.objects.select_for_update().get(pk=a)\n"
           "        Product.objects.select_for_update().get(pk=b)\n"
           "    else:\n"
           "        Product.objects.select_for_update().get(pk=b)\n"
           "        Product.objects.select_for_update().get(pk=a)\n",
     ""},
    {VIEWS "@transaction.atomic\n"
           "def move(a, b, c):\n"
           "    Customer.objects.select_for_update().get(pk=c)\n"
           "    Product.objects.select_for_update().get(pk=a)\n"
           "    Product.objects.select_for_update().get(pk=b)\n",
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        for product in Product.objects.select_for_update().order_by('pk'):\n"
           "            product.save()\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        for product in Product.objects.select_for_update(skip_locked=True):\n"
           "            product.save()\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        list(Product.objects.select_for_update().filter(pk=pk))\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        customer = Customer.objects.select_for_update().get(pk=pk)\n"
           "        list(Product.objects.select_for_update().filter(owner=customer))\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        product = Product.objects.select_for_update().get(pk=pk)\n"),
     ""},
};

static const DjangoCase joins[] = {
    {PLAIN("    with transaction.atomic():\n"
           "        Product.objects.select_for_update().select_related('owner').get(pk=pk)\n"),
     "views.py:7"},
    {PLAIN("    with transaction.atomic():\n"
           "        Product.objects.select_related('owner', 'buyer').select_for_update()"
           ".get(pk=pk)\n"),
     "views.py:7"},
    {PLAIN("    with transaction.atomic():\n"
           "        Product.objects.select_for_update().select_related('buyer')"
           ".get(pk=pk, buyer__name='x')\n"),
     "views.py:7"},
    {PLAIN("    with transaction.atomic():\n"
           "        Product.objects.select_for_update(of=('self',)).select_related('owner')"
           ".get(pk=pk)\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n"
           "        Product.objects.select_for_update().get(pk=pk)\n"),
     ""},
    {PLAIN("    Product.objects.select_related('owner').get(pk=pk)\n"), ""},
};

static const DjangoCase outside_commit[] = {
    {PLAIN("    with transaction.atomic():\n        order = Order.objects.create(number=1)\n"
           "        ship.delay(order.pk)\n"),
     "views.py:8:likely"},
    {VIEWS "@transaction.atomic\n"
           "def view(request, pk):\n"
           "    Order.objects.filter(pk=pk).update(number=1)\n"
           "    send_mail('a', 'b', None, [])\n",
     "views.py:8:likely"},
    {VIEWS "class View:\n"
           "    def perform_create(self, serializer):\n"
           "        with transaction.atomic():\n"
           "            order = serializer.save(number=1)\n"
           "            ship.delay(order.pk)\n",
     "views.py:9:likely"},
    {VIEWS "def view(request, file):\n"
           "    with transaction.atomic():\n"
           "        file.save()\n"
           "        ship.delay(1)\n",
     ""},
    {PLAIN("    with transaction.atomic():\n        order = Order.objects.create(number=1)\n"
           "        transaction.on_commit(lambda: ship.delay(order.pk))\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n        order = Order.objects.create(number=1)\n"
           "    ship.delay(order.pk)\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n        ship.delay(pk)\n"), ""},
    {PLAIN("    Order.objects.create(number=1)\n    ship.delay(pk)\n"), ""},
    {PLAIN("    with transaction.atomic():\n        order = Order.objects.create(number=1)\n"
           "        ship(order.pk)\n"),
     ""},
};

static const DjangoCase long_transaction[] = {
    {PLAIN("    with transaction.atomic():\n        requests.post('https://bank.example/')\n"),
     "views.py:7"},
    {PLAIN("    with transaction.atomic():\n        time.sleep(1)\n"), "views.py:7"},
    {SETTINGS(", 'ATOMIC_REQUESTS': True") PLAIN("    requests.get('https://bank.example/')\n"),
     "views.py:6:likely"},
    {MODELS "# shop/management/commands/all.py\n"
            "import requests\n"
            "from django.db import transaction\n"
            "@transaction.atomic\n"
            "def run():\n"
            "    requests.get('https://bank.example/')\n",
     "all.py:6:possible"},
    {PLAIN("    requests.post('https://bank.example/')\n"), ""},
    {PLAIN("    with transaction.atomic():\n        requests.Session()\n"), ""},
    {PLAIN("    with transaction.atomic():\n        raise requests.exceptions.ConnectionError()\n"),
     ""},
    {PLAIN("    with transaction.atomic():\n        compute(pk)\n"), ""},
};

/** What is printed as the fix of the first finding. */
typedef struct {
    const char *rule, *text;
    const char *code; /* (nullable): NULL: none: words only */
    const char *note; /* (nullable): a part of it; NULL: none */
} FixCase;

#define TIMED                                                                                      \
    "from django.db import models\n"                                                               \
    "class Base(models.Model):\n"                                                                  \
    "    class Meta:\n"                                                                            \
    "        abstract = True\n"                                                                    \
    "    def save(self, *args, **kwargs):\n"                                                       \
    "        self.full_clean()\n"                                                                  \
    "        super().save(*args, **kwargs)\n"                                                      \
    "class Item(models.Model):\n"                                                                  \
    "    n = models.IntegerField()\n"                                                              \
    "    status = models.CharField(max_length=9)\n"                                                \
    "    updated = models.DateTimeField(auto_now=True)\n"                                          \
    "class Own(models.Model):\n"                                                                   \
    "    n = models.IntegerField()\n"                                                              \
    "    status = models.CharField(max_length=9)\n"                                                \
    "    def save(self, *args, **kwargs):\n"                                                       \
    "        self.status = self.status.lower()\n"                                                  \
    "        super().save(*args, **kwargs)\n"                                                      \
    "class Heir(Base):\n"                                                                          \
    "    n = models.IntegerField()\n"                                                              \
    "# shop/views.py\n"                                                                            \
    "from django.db.models import F\n"                                                             \
    "from .models import Heir, Item, Own\n"
#define LOCK(body)                                                                                 \
    "with transaction.atomic():\n"                                                                 \
    "    product = Product.objects.select_for_update().get(pk=product.pk)\n" body
#define LOCK_OF(model, body)                                                                       \
    "with transaction.atomic():\n    it = " model                                                  \
    ".objects.select_for_update().get(pk=it.pk)\n" body
#define IT(model, body) TIMED "def view(request, pk):\n    it = " model ".objects.get(pk=pk)\n" body

static const FixCase fixes[] = {
    {"dj-read-modify-write", VIEW("    product.stock -= 1\n    product.save()\n"),
     "Product.objects.filter(pk=product.pk).update(stock=F(\"stock\") - 1)", NULL},
    /* what was computed before the lock is computed again */
    {"dj-read-modify-write",
     VIEW("    left = product.stock - 2\n\n    product.stock = left\n    product.save()\n"),
     LOCK("    left = product.stock - 2\n    product.stock = left\n    product.save()"), NULL},
    {"dj-read-modify-write",
     VIEW("    half = product.stock // 2\n    product.stock -= half\n    product.save()\n"),
     LOCK("    half = product.stock // 2\n    product.stock -= half\n    product.save()"), NULL},
    {"dj-read-modify-write", VIEW("    product.stock = product.stock // 2\n    product.save()\n"),
     LOCK("    product.stock = product.stock // 2\n    product.save()"), NULL},
    {"dj-read-modify-write",
     VIEW("    product.stock = int(product.stock) + 1\n    product.save()\n"),
     LOCK("    product.stock = int(product.stock) + 1\n    product.save()"), NULL},
    {"dj-read-modify-write", VIEW("    product.log += 'x'\n    product.save()\n"),
     LOCK("    product.log += 'x'\n    product.save()"), NULL},
    /* the guard looks below the lock */
    {"dj-read-modify-write",
     VIEW("    n = int(pk)\n    if product.stock >= n:\n        product.stock -= n\n"
          "        product.save()\n"),
     LOCK("    if product.stock >= n:\n        product.stock -= n\n        product.save()"), NULL},
    /* what is saved with it is not lost */
    {"dj-read-modify-write",
     VIEW("    product.stock -= 1\n    product.name = 'x'\n    product.save()\n"),
     LOCK("    product.stock -= 1\n    product.name = 'x'\n    product.save()"), NULL},
    /* upwards to the whole statement */
    {"dj-read-modify-write",
     VIEW("    if pk:\n        n = 0\n    elif product.stock > 9:\n        n = product.stock - 1\n"
          "    else:\n        n = product.stock - 2\n    product.stock = product.stock + n\n"
          "    product.save()\n"),
     LOCK("    if pk:\n        n = 0\n    elif product.stock > 9:\n        n = product.stock - 1\n"
          "    else:\n        n = product.stock - 2\n    product.stock = product.stock + n\n"
          "    product.save()"),
     NULL},
    /* in words where the lines cannot be moved */
    {"dj-read-modify-write",
     VIEWS "def view(request, pk):\n"
           "    if pk:\n"
           "        product = Product.objects.get(pk=pk)\n"
           "        n = product.stock - 1\n"
           "    product.stock = n\n"
           "    product.save()\n",
     NULL, "Lock first, then read and compute"},
    {"dj-read-modify-write",
     VIEW("    n = product.stock - 1\n    try:\n        product.stock = n\n        product.save()\n"
          "    except ValueError:\n        pass\n"),
     NULL, "what lines 7 to 10 do with stock"},
    {"dj-read-modify-write",
     VIEW("    n = product.stock - 1\n    log('''x''')\n    product.stock = n\n"
          "    product.save()\n"),
     NULL, "Lock first"},
    {"dj-read-modify-write",
     VIEWS "async def view(request, pk):\n"
           "    product = await Product.objects.aget(pk=pk)\n"
           "    n = product.stock - 1\n"
           "    product.stock = n\n"
           "    await product.asave()\n",
     NULL, "Lock first"},
    {"dj-read-modify-write",
     VIEW("    n = product.stock - 1\n    Product.objects.filter(pk=pk).update(stock=n)\n"),
     "Product.objects.filter(pk=product.pk).update(stock=F(\"stock\") - 1)", NULL},
    {"dj-read-modify-write",
     VIEW("    Product.objects.filter(pk=pk).update(stock=product.stock + 1)\n"),
     "Product.objects.filter(pk=product.pk).update(stock=F(\"stock\") + 1)", NULL},
    {"dj-read-modify-write",
     VIEW("    n = max(0, product.stock - 1)\n    Product.objects.filter(pk=pk).update(stock=n)\n"),
     LOCK("    n = max(0, product.stock - 1)\n    Product.objects.filter(pk=pk).update(stock=n)"),
     NULL},
    {"dj-read-modify-write",
     VIEW("    n = product.stock - 1\n"
          "    Product.objects.filter(pk=pk).update(stock=n, name='x')\n"),
     LOCK("    n = product.stock - 1\n    Product.objects.filter(pk=pk).update(stock=n, name='x')"),
     NULL},
    {"dj-read-modify-write",
     VIEW("    product.stock -= 1\n    Product.objects.bulk_update([product], ['stock'])\n"),
     "product.stock = F(\"stock\") - 1  # and bulk_update() as it is", NULL},
    {"dj-read-modify-write",
     VIEW("    if product.stock > 0:\n        product.stock -= 1\n"
          "    Product.objects.bulk_update([product], ['stock'])\n"),
     NULL, "Lock first"},
    /* auto_now, a save() of its own */
    {"dj-read-modify-write", IT("Item", "    it.n += 1\n    it.save()\n"),
     "Item.objects.filter(pk=it.pk).update(n=F(\"n\") + 1)", "add updated to it"},
    {"dj-read-modify-write", IT("Own", "    it.n += 1\n    it.save()\n"),
     LOCK_OF("Own", "    it.n += 1\n    it.save()"), NULL},
    {"dj-read-modify-write", IT("Heir", "    it.n += 1\n    it.save()\n"),
     LOCK_OF("Heir", "    it.n += 1\n    it.save()"), NULL},
    {"dj-save-overwrites-all-fields", IT("Item", "    it.n = 1\n    it.save()\n"),
     "it.save(update_fields=[\"n\", \"updated\"])", NULL},
    {"dj-save-overwrites-all-fields", IT("Own", "    it.n = 1\n    it.save()\n"),
     "it.save(update_fields=[\"n\"])", "a save() of its own"},
    {"dj-status-transition-race",
     IT("Own", "    if it.status == 'a':\n        it.status = 'b'\n        it.save()\n"
               "        send_mail('x')\n"),
     "changed = Own.objects.filter(pk=it.pk, status=it.status).update(status='b')\n"
     "if not changed:\n    ...  # somebody else did it",
     "update() does not call save()"},
    /* others hold the object */
    {"dj-read-modify-write",
     "from django.db import models\n"
     "class Wallet(models.Model):\n"
     "    balance = models.IntegerField()\n"
     "    def add(self, n):\n"
     "        self.balance += n\n"
     "        self.save()\n",
     "Wallet.objects.filter(pk=self.pk).update(balance=F(\"balance\") + n)\n"
     "self.refresh_from_db(fields=[\"balance\"])",
     NULL},
    {"dj-read-modify-write",
     "from django.db import models\n"
     "class Wallet(models.Model):\n"
     "    balance = models.IntegerField()\n"
     "    def take(self, n):\n"
     "        if self.balance < n:\n"
     "            raise ValueError\n"
     "        self.balance -= n\n"
     "        self.save()\n",
     "with transaction.atomic():\n"
     "    Wallet.objects.select_for_update().get(pk=self.pk)  # locks the row\n"
     "    self.refresh_from_db()\n"
     "    if self.balance < n:\n"
     "        raise ValueError\n"
     "    self.balance -= n\n"
     "    self.save()",
     "what was set on self before and not saved is lost"},
    {"dj-read-modify-write",
     "from django.db import models\n"
     "class Wallet(models.Model):\n"
     "    balance = models.IntegerField()\n"
     "    def take(self, n):\n"
     "        if self.balance >= n:\n"
     "            self.balance -= n\n"
     "            self.save(update_fields=['balance'])\n",
     "with transaction.atomic():\n"
     "    Wallet.objects.select_for_update().get(pk=self.pk)  # locks the row\n"
     "    self.refresh_from_db(fields=[\"balance\"])\n"
     "    if self.balance >= n:\n"
     "        self.balance -= n\n"
     "        self.save(update_fields=['balance'])",
     NULL},
    {"dj-read-modify-write",
     "from django.db import models\n"
     "class Wallet(models.Model):\n"
     "    n = models.IntegerField()\n"
     "    def save(self, *args, **kwargs):\n"
     "        self.n += 1\n"
     "        super().save(*args, **kwargs)\n",
     NULL, "Lock first"},
    {"dj-read-modify-write",
     "from django.db import models\n"
     "class Counted(models.Model):\n"
     "    n = models.IntegerField()\n"
     "    class Meta:\n"
     "        abstract = True\n"
     "    def add(self):\n"
     "        self.n += 1\n"
     "        self.save()\n"
     "class Page(Counted):\n"
     "    pass\n",
     "type(self).objects.filter(pk=self.pk).update(n=F(\"n\") + 1)\n"
     "self.refresh_from_db(fields=[\"n\"])",
     NULL},
    {"dj-json-read-modify-write",
     VIEW("    data = product.data\n    data['x'] = 1\n    product.data = data\n"
          "    product.save()\n"),
     LOCK("    data = product.data\n    data['x'] = 1\n    product.data = data\n"
          "    product.save()"),
     NULL},
/* the guard as a condition of the UPDATE, or below the lock */
#define CHECK                                                                                      \
    "\n# in Meta.constraints:\n"                                                                   \
    "models.CheckConstraint(check=models.Q(stock__gte=0), name=\"shop_product_stock_gte_0\")"
#define TAKEN(condition, change)                                                                   \
    "# in place of the if:\ntaken = Product.objects.filter(pk=product.pk, stock__" condition       \
    ").update(stock=F(\"stock\") " change ")\nif not taken:\n    ...  # "
    {"dj-count-in-loop-stock",
     VIEW("    if product.stock >= n:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - n)\n"),
     TAKEN("gte=n", "- n") "not enough" CHECK, NULL},
    {"dj-count-in-loop-stock",
     VIEW("    if product.stock <= 0:\n        return None\n"
          "    product.stock = F('stock') - 1\n    product.save()\n"),
     TAKEN("gt=0", "- 1") "not enough" CHECK, NULL},
    {"dj-count-in-loop-stock",
     VIEW("    if product.stock < limit:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') + 1)\n"),
     TAKEN("lt=limit", "+ 1") "none is left", NULL},
    {"dj-count-in-loop-stock",
     VIEW("    if product.stock + n > limit:\n        return None\n"
          "    product.stock = F('stock') + n\n    product.save()\n"),
     LOCK("    if product.stock + n > limit:\n        return None\n"
          "    product.stock = F('stock') + n\n    product.save()"),
     NULL},
    {"dj-count-in-loop-stock",
     VIEW("    if product.stock >= product.number():\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n"),
     LOCK("    if product.stock >= product.number():\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)"),
     NULL},
    {"dj-count-in-loop-stock",
     VIEW("    if product.stock < 1:\n        pass\n    else:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n"),
     TAKEN("gte=1", "- 1") "not enough" CHECK, NULL},
    {"dj-count-in-loop-stock",
     VIEW("    if product.stock >= 1:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1, name='x')\n"),
     LOCK("    if product.stock >= 1:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1, name='x')"),
     NULL},
    {"dj-count-in-loop-stock",
     VIEW("    if pk == 1:\n        pass\n    elif product.stock >= 1:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)\n"),
     LOCK("    if pk == 1:\n        pass\n    elif product.stock >= 1:\n"
          "        Product.objects.filter(pk=pk).update(stock=F('stock') - 1)"),
     NULL},
    {"dj-count-in-loop-stock",
     VIEW("    product.name = 'x'\n    if product.stock >= 1:\n"
          "        product.stock = F('stock') - 1\n        product.save()\n"),
     LOCK("    product.name = 'x'\n    if product.stock >= 1:\n"
          "        product.stock = F('stock') - 1\n        product.save()"),
     NULL},
    {"dj-count-in-loop-stock",
     IT("Own", "    if it.n >= 1:\n        it.n = F('n') - 1\n        it.save()\n"),
     LOCK_OF("Own", "    if it.n >= 1:\n        it.n = F('n') - 1\n        it.save()"), NULL},
};

static void
test_fixes(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(fixes); i++) {
        g_autoptr(DjangoJudged) judged = django_judge(fixes[i].rule, fixes[i].text, NULL);
        const PgaFix *fix;

        if (!judged)
            return;
        g_test_message("%s: %s", fixes[i].rule, strstr(fixes[i].text, "def "));
        fix = &django_first(judged)->fix;
        g_assert_cmpstr(fix->code, ==, fixes[i].code);
        if (fixes[i].note)
            g_assert_nonnull(strstr(fix->note, fixes[i].note));
        else
            g_assert_cmpstr(fix->note, ==, NULL);
    }
}

static void
test_read_modify_write(void)
{
    django_cases("dj-read-modify-write", read_modify_write);
}

static void
test_json(void)
{
    django_cases("dj-json-read-modify-write", json_read_modify_write);
}

/* What is compared before must hold when it is changed. */
static void
test_given(void)
{
    g_autoptr(DjangoJudged) judged = django_judge("dj-read-modify-write",
                                                  MODELS "# shop/services.py\n"
                                                         "from .models import Product\n"
                                                         "class Seller:\n"
                                                         "    def __init__(self, p: Product):\n"
                                                         "        self.p = p\n"
                                                         "    def sell(self):\n"
                                                         "        if self.p.stock < 1:\n"
                                                         "            raise ValueError\n"
                                                         "        self.p.stock -= 1\n"
                                                         "        self.p.save()\n",
                                                  NULL);

    if (judged)
        g_assert_nonnull(strstr(django_first(judged)->fix.code, "select_for_update().get("));
}

static void
test_switch(void)
{
    g_autoptr(DjangoJudged) judged = django_judge(
        "dj-read-modify-write",
        VIEW("    product.is_shown = not product.is_shown\n    product.save()\n"), NULL);

    if (judged)
        g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_INFO);
}

static void
test_save(void)
{
    django_cases("dj-save-overwrites-all-fields", save_overwrites_all_fields);
}

static void
test_status(void)
{
    django_cases("dj-status-transition-race", status_transition_race);
}

static void
test_stock(void)
{
    django_cases("dj-count-in-loop-stock", count_in_loop_stock);
}

static void
test_debits(void)
{
    django_cases("dj-read-modify-write", debits);
}

static void
test_check_then_act(void)
{
    django_cases("dj-check-then-act", check_then_act);
}

static void
test_get_or_create(void)
{
    django_cases("dj-get-or-create-no-unique", get_or_create_no_unique);
}

/* A text of any length does not fit into an index. */
static void
test_constraints_of_text(void)
{
    static const struct {
        const char *version, *field, *code;
    } cases[] = {
        {"3.2", "TextField()", "models.UniqueConstraint(fields=[\"kind\", \"name\"], name="},
        {"4.2", "TextField()", "models.UniqueConstraint(\"kind\", MD5(\"name\"), name="},
        {"4.2", "CharField(max_length=9)",
         "models.UniqueConstraint(fields=[\"kind\", \"name\"], name="},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("# requirements.txt\nDjango==%s\n# shop/models.py\n"
                            "from django.db import models\nclass Tag(models.Model):\n"
                            "    name = models.%s\n    kind = models.IntegerField()\n"
                            "# shop/views.py\nfrom .models import Tag\n"
                            "def f(request, n):\n"
                            "    Tag.objects.get_or_create(name=n, kind=1)\n",
                            cases[i].version, cases[i].field);
        g_autoptr(DjangoJudged) judged = django_judge("dj-get-or-create-no-unique", text, NULL);

        if (judged)
            g_assert_nonnull(strstr(django_first(judged)->fix.code, cases[i].code));
    }
}

static void
test_max_plus_one(void)
{
    django_cases("dj-max-plus-one", max_plus_one);
}

static void
test_locks(void)
{
    django_cases("dj-select-for-update-outside-atomic", outside_atomic);
    django_cases("dj-select-for-update-order", lock_order);
    django_cases("dj-select-for-update-joins", joins);
}

static void
test_transactions(void)
{
    django_cases("dj-signal-outside-commit", outside_commit);
    django_cases("dj-long-transaction-io", long_transaction);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-concurrency/read-modify-write", test_read_modify_write);
    g_test_add_func("/rules/django-concurrency/json", test_json);
    g_test_add_func("/rules/django-concurrency/save", test_save);
    g_test_add_func("/rules/django-concurrency/given", test_given);
    g_test_add_func("/rules/django-concurrency/fixes", test_fixes);
    g_test_add_func("/rules/django-concurrency/switch", test_switch);
    g_test_add_func("/rules/django-concurrency/status", test_status);
    g_test_add_func("/rules/django-concurrency/stock", test_stock);
    g_test_add_func("/rules/django-concurrency/debits", test_debits);
    g_test_add_func("/rules/django-concurrency/check-then-act", test_check_then_act);
    g_test_add_func("/rules/django-concurrency/get-or-create", test_get_or_create);
    g_test_add_func("/rules/django-concurrency/text", test_constraints_of_text);
    g_test_add_func("/rules/django-concurrency/max-plus-one", test_max_plus_one);
    g_test_add_func("/rules/django-concurrency/locks", test_locks);
    g_test_add_func("/rules/django-concurrency/transactions", test_transactions);
    return g_test_run();
}
