from celery import shared_task

from .models import OrderLine, Product


@shared_task
def ship(pk):
    line = OrderLine.objects.select_for_update().get(pk=pk)  # expect: dj-select-for-update-outside-atomic
    line.pieces = 0
    line.save(update_fields=["pieces"])


@shared_task
def small():
    return [product.name for product in Product.objects.filter(settings__size=1)]  # expect: dj-select-star-wide


@shared_task
def medium():
    return [product.name for product in Product.objects.filter(settings__size=2)]  # expect: dj-select-star-wide


@shared_task
def large():
    return [product.name for product in Product.objects.filter(settings__size=3)]  # expect: dj-select-star-wide
