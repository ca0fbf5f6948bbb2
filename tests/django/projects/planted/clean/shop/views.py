import requests
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from .models import Category, Customer, Order, OrderLine, Product, ProductView
from .tasks import ship


def products(request):
    page = Product.objects.filter(name__gt=request.GET["after"])[:50]
    return render(request, "shop/products.html", {"products": page})


def search_products(request):
    term = request.GET["q"]
    found = Product.objects.filter(name__icontains=term)
    return render(request, "shop/products.html", {"products": found})


def reserve(request, pk):
    with transaction.atomic():
        product = get_object_or_404(Product.objects.select_for_update(), pk=pk)
        product.stock -= 1
        product.save(update_fields=["stock"])
    return HttpResponse("reserved")


def sell(request, pk):
    sold = Product.objects.filter(pk=pk, stock__gte=1).update(stock=F("stock") - 1)
    return HttpResponse("sold" if sold else "sold out")


def colour(request, pk):
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=pk)
        product.extra["colour"] = request.POST["colour"]
        product.save(update_fields=["extra"])
    return HttpResponse("ok")


def customer(request):
    found, made = Customer.objects.get_or_create(email=request.POST["email"])
    return HttpResponse(found.pk)


def order(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('shop_order_number')")
        number = cursor.fetchone()[0]
    made = Order.objects.create(number=number, customer_id=request.POST["customer"])
    return HttpResponse(made.number)


def view(request, pk):
    ProductView.objects.get_or_create(product_id=pk)
    ProductView.objects.filter(product_id=pk).update(views=F("views") + 1)
    return HttpResponse("ok")


def pay(request, pk):
    paid = Order.objects.filter(pk=pk, status="new").update(status="paid")
    if paid:
        send_mail("Paid", "Thank you", None, [request.user.email])
    return HttpResponse("paid")


def annotate(request, pk):
    order = Order.objects.get(pk=pk)
    order.note = request.POST["note"]
    order.save(update_fields=["note"])
    return HttpResponse("ok")


@transaction.atomic
def buy(request, pk):
    line = OrderLine.objects.create(order_id=pk, product_id=request.POST["product"], serial="")
    transaction.on_commit(lambda: ship.delay(line.pk))
    return HttpResponse(line.pk)


def charge(request, pk):
    with transaction.atomic():
        Order.objects.filter(pk=pk).update(status="paid")
    requests.post("https://bank.example/pay", json={"order": pk})
    return HttpResponse("ok")


def orders(request):
    rows = [
        {"number": order.number, "customer": order.customer.name}
        for order in Order.objects.select_related("customer")
        .only("number", "customer__name")
        .filter(pk__gt=request.GET["after"])[:100]
    ]
    return JsonResponse({"orders": rows})


def latest(request):
    newest = Order.objects.order_by("-created")[:20]
    return render(request, "shop/orders.html", {"orders": newest})


def by_email(request):
    found = Customer.objects.filter(email__iexact=request.GET["email"]).first()
    return HttpResponse(found.pk)


def by_city(request):
    found = Customer.objects.filter(city=request.GET["city"])
    return render(request, "shop/customers.html", {"customers": found})


def by_name(request):
    found = Customer.objects.filter(name__startswith=request.GET["q"])
    return render(request, "shop/customers.html", {"customers": found})


def by_number(request):
    found = Order.objects.filter(number=request.GET["q"])
    return render(request, "shop/orders.html", {"orders": found})


def any_of(request):
    city = request.GET["q"]
    found = Order.objects.filter(customer__in=Customer.objects.filter(city=city))
    return render(request, "shop/orders.html", {"orders": found})


def counts(request):
    categories = Category.objects.filter(parent=None).annotate(n=Count("product"))
    return JsonResponse({"counts": [category.n for category in categories]})


def has_orders(request, pk):
    if Order.objects.filter(customer_id=pk).exists():
        return HttpResponse("yes")
    return HttpResponse("no")


def total(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", ["shop_orderline"])
        return HttpResponse(cursor.fetchone()[0])


def regulars(request):
    paid = Order.objects.filter(customer=OuterRef("pk"), status="paid")
    found = Customer.objects.filter(Exists(paid))
    return render(request, "shop/customers.html", {"customers": found})


def of_new_customers(request):
    new = Customer.objects.filter(created__gte=request.GET["since"])
    found = Order.objects.filter(customer__in=new)
    return render(request, "shop/orders.html", {"orders": found})


def leaves(request):
    children = Category.objects.filter(parent=OuterRef("pk"))
    found = Category.objects.filter(~Exists(children))
    return render(request, "shop/categories.html", {"categories": found})


def teaser(request):
    product = Product.objects.filter(pk__gte=request.session["teaser"]).order_by("pk").first()
    return render(request, "shop/teaser.html", {"product": product})


def report(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM shop_customer WHERE name = %s", [request.GET["name"]])
        return JsonResponse({"ids": cursor.fetchall()})


def import_lines(request, pk):
    OrderLine.objects.bulk_create(
        (
            OrderLine(order_id=pk, product_id=row["product"], serial=row["serial"])
            for row in request.POST["rows"]
        ),
        batch_size=500,
    )
    return HttpResponse("ok")


def red(request):
    found = Product.objects.filter(extra__contains={"colour": "red"})
    return render(request, "shop/products.html", {"products": found})


def largest(request):
    found = Product.objects.order_by("-size")[:50]
    return render(request, "shop/products.html", {"products": found})


def catalogue(request):
    page = Product.objects.select_related("category").order_by("pk")[:40]
    return render(request, "shop/catalogue.html", {"products": page})


def keep_extra(request, pk):
    Product.objects.filter(pk=pk).update(extra=request.POST.dict())
    return HttpResponse("kept")


@transaction.atomic
def next_line(request, pk):
    order = Order.objects.select_for_update().get(pk=pk)
    last = OrderLine.objects.filter(order=order).order_by("-id").first()
    OrderLine.objects.create(order=order, product_id=1, serial=str(int(last.serial) + 1))
    return HttpResponse("added")
