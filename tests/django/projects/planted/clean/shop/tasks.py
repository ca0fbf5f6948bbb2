from celery import shared_task
from django.db import transaction

from .models import OrderLine, Product


@shared_task
def ship(pk):
    with transaction.atomic():
        line = OrderLine.objects.select_for_update().get(pk=pk)
        line.pieces = 0
        line.save(update_fields=["pieces"])


@shared_task
def small():
    return [product.name for product in Product.objects.only("name").filter(size=1)]


@shared_task
def medium():
    return [product.name for product in Product.objects.only("name").filter(size=2)]


@shared_task
def large():
    return list(Product.objects.filter(size=3).values_list("name", flat=True))
