from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField, CICharField, DateTimeRangeField, HStoreField, IntegerRangeField, RangeOperators,
)
from django.contrib.postgres.indexes import BrinIndex, GinIndex, GistIndex, HashIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from ..base import Coded, Dated, Keyed, Money, Owned

__all__ = ["Customer", "Order", "Line", "Product", "Booking", "Everything"]

Parent = models.Model
STATES = ("new", "paid")
LIMIT = 10


class Customer(Keyed, Dated, Owned):
    user = models.OneToOneField(get_user_model(), on_delete=models.CASCADE)
    email = models.EmailField(unique=True)
    referred_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, db_index=False)


class Product(Coded, Dated):
    price = Money()
    discount = Money(null=True, decimal_places=4)
    tags = ArrayField(models.CharField(max_length=30), default=list, size=8)
    attributes = models.JSONField(default=dict)
    labels = HStoreField(null=True)
    search = SearchVectorField(null=True)
    barcode = CICharField(max_length=40, unique=True)
    related = models.ManyToManyField("self", symmetrical=False)
    note = None

    class Meta:
        db_table = "product_with_a_rather_long_name_that_makes_everything_long"
        indexes = [
            GinIndex(fields=["attributes"], name="product_attributes", fastupdate=False),
            GinIndex(fields=["search"], name="product_search"),
            GinIndex(fields=["code"], name="product_code_trgm", opclasses=["gin_trgm_ops"]),
            BrinIndex(fields=["made"], name="product_made", pages_per_range=16),
            models.Index(fields=["-made", "code"]),
            models.Index(fields=["price"], include=["code"], name="product_price_incl"),
        ]


class Order(Dated):
    class State(models.TextChoices):
        NEW = "new", "New"
        PAID = "paid"

    number = models.BigIntegerField(unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, to_field="email")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW, db_column="st")
    total = Money(default=0)
    weight = models.FloatField(null=True)
    seconds = models.DurationField(null=True)
    seconds_off = models.FloatField(default=LIMIT)
    products = models.ManyToManyField(Product, through="Line", related_name="orders")
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, db_table="order_watchers")
    place = models.ForeignKey("Place", models.CASCADE, db_column="at")

    class Meta(Dated.Meta):
        indexes = [
            models.Index(fields=["state", "-made"], name="order_open", condition=Q(state="new")),
            HashIndex(fields=["number"], name="order_number_hash"),
        ]
        constraints = [
            models.CheckConstraint(check=Q(total__gte=0), name="order_total"),
            models.CheckConstraint(check=Q(state__in=STATES), name="order_state"),
            models.CheckConstraint(
                check=Q(weight__isnull=True) | Q(weight__gt=0) & ~Q(weight=F("seconds_off")),
                name="order_weight",
            ),
            models.UniqueConstraint(fields=["customer"], condition=Q(state="new"), name="one_open"),
            models.UniqueConstraint(
                fields=["number", "state"], name="deferred", deferrable=models.Deferrable.DEFERRED
            ),
        ]


class Line(Parent):
    order = models.ForeignKey(Order, models.CASCADE)
    product = models.ForeignKey("store.Product", models.PROTECT, db_constraint=False)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        unique_together = [["order", "product"]]


class Booking(Parent):
    room = models.IntegerField()
    during = DateTimeRangeField()
    cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="booking_overlap",
                expressions=[("during", RangeOperators.OVERLAPS), ("room", RangeOperators.EQUAL)],
                condition=Q(cancelled=False),
            ),
        ]
        indexes = [GistIndex(fields=["during"])]


class Everything(Parent):
    key = models.CharField(max_length=30, primary_key=True)
    small = models.SmallIntegerField(db_index=True)
    binary = models.BinaryField()
    day = models.DateField()
    at = models.TimeField()
    upload = models.FileField(db_index=True)
    picture = models.FilePathField(max_length=200)
    url = models.URLField()
    text = models.TextField(unique=True)
    numbers = IntegerRangeField(null=True, db_index=True)
    uuid = models.UUIDField(unique=True)
    lists = ArrayField(ArrayField(models.IntegerField()), null=True)
    maybe = models.BooleanField(null=True)
    collated = models.CharField(max_length=10, db_collation="C")
