import json

import requests
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import F, Max, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import ListView

from .models import Category, Customer, Order, OrderLine, Product, ProductAttribute
from .tasks import ship


class ProductList(ListView):  # expect: dj-large-offset-pagination, dj-order-by-unindexed
    model = Product
    paginate_by = 50


def search_products(request):
    term = request.GET["q"]
    found = Product.objects.filter(name__icontains=term)  # expect: dj-icontains-no-trigram
    return render(request, "shop/products.html", {"products": found})


def reserve(request, pk):
    product = get_object_or_404(Product, pk=pk)
    product.stock -= 1  # expect: dj-read-modify-write
    product.save()
    return HttpResponse("reserved")


def sell(request, pk):
    product = Product.objects.get(pk=pk)
    if product.stock >= 1:
        Product.objects.filter(pk=pk).update(stock=F("stock") - 1)  # expect: dj-count-in-loop-stock
    return HttpResponse("sold")


def colour(request, pk):
    product = Product.objects.get(pk=pk)
    product.extra["colour"] = request.POST["colour"]  # expect: dj-json-read-modify-write
    product.save(update_fields=["extra"])
    return HttpResponse("ok")


def customer(request):
    found, made = Customer.objects.get_or_create(email=request.POST["email"])  # expect: dj-filter-unindexed, dj-get-or-create-no-unique
    return HttpResponse(found.pk)


def order(request):
    last = Order.objects.aggregate(last=Max("number"))["last"] or 0  # expect: dj-max-plus-one
    made = Order.objects.create(number=last + 1, customer_id=request.POST["customer"])
    return HttpResponse(made.number)


def attribute(request, pk):
    if not ProductAttribute.objects.filter(product_id=pk, name="weight").exists():  # expect: dj-check-then-act
        ProductAttribute.objects.create(product_id=pk, name="weight", value=request.POST["weight"])
    return HttpResponse("ok")


def pay(request, pk):
    order = Order.objects.get(pk=pk)
    if order.status == "new":
        order.status = "paid"  # expect: dj-status-transition-race
        order.save(update_fields=["status"])
        send_mail("Paid", "Thank you", None, [request.user.email])
    return HttpResponse("paid")


def annotate(request, pk):
    order = Order.objects.get(pk=pk)
    order.note = request.POST["note"]
    order.save()  # expect: dj-save-overwrites-all-fields
    return HttpResponse("ok")


@transaction.atomic
def buy(request, pk):
    line = OrderLine.objects.create(order_id=pk, product_id=request.POST["product"], serial="")
    ship.delay(line.pk)  # expect: dj-signal-outside-commit
    return HttpResponse(line.pk)


def charge(request, pk):
    with transaction.atomic():
        Order.objects.filter(pk=pk).update(status="paid")
        requests.post("https://bank.example/pay", json={"order": pk})  # expect: dj-long-transaction-io
    return HttpResponse("ok")


def orders(request):
    rows = [
        {"number": order.number, "customer": order.customer.name}  # expect: dj-n-plus-one
        for order in Order.objects.filter(pk__gt=request.GET["after"])[:100]  # expect: dj-select-star-wide
    ]
    return JsonResponse({"orders": rows})


def latest(request):
    newest = Order.objects.order_by("-created")[:20]  # expect: dj-order-by-unindexed
    return render(request, "shop/orders.html", {"orders": newest})


def by_email(request):
    found = Customer.objects.filter(email__iexact=request.GET["email"]).first()  # expect: dj-iexact-no-upper-index
    return HttpResponse(found.pk)


def by_city(request):
    found = Customer.objects.filter(city=request.GET["city"])  # expect: dj-filter-unindexed
    return render(request, "shop/customers.html", {"customers": found})


def by_name(request):
    found = Customer.objects.filter(name__startswith=request.GET["q"])  # expect: dj-startswith-no-pattern-ops
    return render(request, "shop/customers.html", {"customers": found})


def by_number(request):
    found = Order.objects.filter(number__icontains=request.GET["q"])
    return render(request, "shop/orders.html", {"orders": found})  # expect: dj-non-text-icontains


def any_of(request):
    term = request.GET["q"]
    found = Order.objects.filter(Q(note=term) | Q(customer__name=term))
    return render(request, "shop/orders.html", {"orders": found})  # expect: dj-or-across-tables


def counts(request):
    n = []
    for category in Category.objects.filter(parent=None):
        n.append(Product.objects.filter(category=category).count())  # expect: dj-query-in-loop
    return JsonResponse({"counts": n})


def has_orders(request, pk):
    if len(Order.objects.filter(customer_id=pk)) > 0:  # expect: dj-filter-unindexed, dj-len-queryset
        return HttpResponse("yes")
    return HttpResponse("no")


def total(request):
    return HttpResponse(OrderLine.objects.count())  # expect: dj-count-large


def regulars(request):
    found = Customer.objects.filter(orders__status="paid").distinct()
    return render(request, "shop/customers.html", {"customers": found})  # expect: dj-distinct-over-join


def of_new_customers(request):
    new = Customer.objects.filter(created__gte=request.GET["since"])  # expect: dj-filter-unindexed
    found = Order.objects.filter(customer__in=list(new))
    return render(request, "shop/orders.html", {"orders": found})  # expect: dj-in-large-list


def leaves(request):
    parents = Category.objects.values("parent")
    found = Category.objects.exclude(pk__in=parents)
    return render(request, "shop/categories.html", {"categories": found})  # expect: dj-not-in-nullable


def teaser(request):
    product = Product.objects.order_by("?").first()  # expect: dj-random-order
    return render(request, "shop/teaser.html", {"product": product})


def report(request):
    name = request.GET["name"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM shop_customer WHERE name = '{name}'")  # expect: dj-raw-sql-injection
        return JsonResponse({"ids": cursor.fetchall()})


def long_names(request):
    found = Customer.objects.extra(where=["length(name) > 50"])
    return render(request, "shop/customers.html", {"customers": found})  # expect: dj-extra-deprecated


def import_lines(request, pk):
    OrderLine.objects.bulk_create(  # expect: dj-bulk-no-batch-size
        OrderLine(order_id=pk, product_id=row["product"], serial=row["serial"])
        for row in request.POST["rows"]
    )
    return HttpResponse("ok")


def red(request):
    found = Product.objects.filter(extra__contains={"colour": "red"})
    return render(request, "shop/products.html", {"products": found})  # expect: dj-json-filter-no-gin


def largest(request):
    found = Product.objects.order_by("settings__size")
    return render(request, "shop/products.html", {"products": found})  # expect: dj-json-key-order-by


def catalogue(request):
    page = Product.objects.order_by("pk")[:40]
    return render(request, "shop/catalogue.html", {"products": page})


def keep_extra(request, pk):
    Product.objects.filter(pk=pk).update(extra=json.dumps(request.POST))  # expect: dj-json-in-textfield
    return HttpResponse("kept")


def next_line(request, pk):
    last = OrderLine.objects.order_by("-id").first()  # expect: dj-max-plus-one
    OrderLine.objects.create(order_id=pk, product_id=1, serial=str(int(last.serial) + 1))
    return HttpResponse("added")
