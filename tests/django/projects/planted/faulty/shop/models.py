import json

from django.contrib.postgres.fields import HStoreField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Category(models.Model):  # expect: dj-redundant-index
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True)
    name = models.CharField(max_length=100)

    class Meta:
        unique_together = [("parent", "name")]  # expect: dj-unique-nullable, dj-unique-together-legacy

    def __str__(self):
        return self.name


class Product(models.Model):  # expect: dj-meta-ordering-hidden-sort
    category = models.ForeignKey(Category, models.PROTECT)
    name = models.CharField(max_length=200)
    price = models.FloatField()  # expect: dj-float-money, dj-nonnegative-no-check
    stock = models.IntegerField(default=0)
    discount = models.IntegerField(  # expect: dj-validator-no-check
        default=0, validators=[MinValueValidator(0), MaxValueValidator(90)]
    )
    is_active = models.BooleanField(default=True, db_index=True)  # expect: dj-low-cardinality-index
    attributes = HStoreField(default=dict)  # expect: dj-hstore
    extra = models.JSONField(default={})  # expect: dj-json-mutable-default
    settings = models.JSONField(default=dict)  # expect: dj-json-gin-unused, dj-json-unstable-structure
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        indexes = [
            GinIndex(fields=["settings"], name="product_settings"),
        ]

    def __str__(self):
        return self.name


class ProductAttribute(models.Model):  # expect: dj-eav-key-value
    product = models.ForeignKey(Product, models.CASCADE)
    name = models.CharField(max_length=50)
    value = models.TextField()


class Customer(models.Model):
    name = models.CharField(max_length=200)
    email = models.EmailField()
    city = models.CharField(max_length=100)
    wishes = models.ManyToManyField(Product, through="Wish")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name


class Wish(models.Model):  # expect: dj-model-without-str-meta
    customer = models.ForeignKey(Customer, models.CASCADE)
    product = models.ForeignKey(Product, models.CASCADE)


class Order(models.Model):
    STATUS = [("new", "New"), ("paid", "Paid"), ("shipped", "Shipped")]

    number = models.IntegerField()
    customer = models.ForeignKey(  # expect: dj-fk-no-index
        Customer, models.PROTECT, related_name="orders", db_index=False
    )
    status = models.CharField(max_length=10, choices=STATUS, default="new")  # expect: dj-choices-no-check
    tags = models.CharField(max_length=200, help_text="Comma-separated tags")  # expect: dj-delimited-list-in-text
    payload = models.TextField(default="")  # expect: dj-json-in-textfield
    note = models.TextField(default="")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.number)

    def keep(self, payload):
        self.payload = json.dumps(payload)
        self.save(update_fields=["payload"])


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")  # expect: dj-cascade-large
    product = models.ForeignKey(  # expect: dj-on-delete-do-nothing
        Product, models.DO_NOTHING, db_constraint=False
    )
    serial = models.CharField(max_length=40, db_index=True)  # expect: dj-like-index-unneeded
    pieces = models.PositiveIntegerField(default=1)


class Coupon(models.Model):
    code = models.CharField(max_length=20)
    start_date = models.DateField()  # expect: dj-date-range-no-check
    end_date = models.DateField()
    least = models.DecimalField(max_digits=10, decimal_places=2)
    most = models.DecimalField(max_digits=10, decimal_places=2)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True)
    category = models.ForeignKey(Category, models.SET_NULL, null=True, blank=True)

    def clean(self):
        if Coupon.objects.filter(code=self.code).exclude(pk=self.pk).exists():  # expect: dj-filter-unindexed, dj-unique-in-code-only
            raise ValidationError("There is a coupon of this code.")
        if self.most < self.least:
            raise ValidationError("The limits are the wrong way round.")  # expect: dj-clean-only-rule
        if self.customer and self.category:
            raise ValidationError("A customer's coupon is for everything.")  # expect: dj-boolean-pair-exclusive
