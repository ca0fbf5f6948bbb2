from django.core.management.base import BaseCommand

from shop.models import Order


class Command(BaseCommand):
    help = "Writes all orders."

    def handle(self, *args, **options):
        for order in Order.objects.only("number", "status").iterator(chunk_size=2000):
            self.stdout.write(f"{order.number} {order.status}")
