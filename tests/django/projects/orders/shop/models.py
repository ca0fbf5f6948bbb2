from django.db import models
from django.db.models import Q


class Dated(models.Model):
    created = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["created"], name="%(class)s_created_idx")]


class Customer(models.Model):
    email = models.EmailField()
    name = models.CharField("what they are called", max_length=200, null=True)
    level = models.IntegerField(default=1)


class Product(models.Model):
    sku = models.CharField(max_length=20)
    stock = models.IntegerField(default=0)
    details = models.JSONField(default=dict)
    price = models.FloatField(null=True)
    extra = models.TextField()

    class Meta:
        verbose_name = "product"
        # by what it is found
        indexes = [
            models.Index(fields=["sku"], name="shop_product_sku_idx"),
        ]
        constraints = [
            models.CheckConstraint(check=Q(stock__gte=-1000), name="shop_product_stock_low"),
        ]


class Order(Dated):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    payer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, db_index=False,
                              related_name="paid")
    number = models.CharField(max_length=12)
    status = models.CharField(max_length=20)
    is_paid = models.BooleanField(default=False)
