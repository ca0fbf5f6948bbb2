from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, HStoreField
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Country(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["name"]


class Place(models.Model):
    name = models.CharField(max_length=40)
    country = models.ForeignKey(Country, models.CASCADE)


class Shop(Place):
    opened = models.DateField(null=True)
    owner = models.ForeignKey("Customer", models.SET_NULL, null=True, related_name="owned")


class Customer(models.Model):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=40, null=True)
    country = models.ForeignKey(Country, models.SET_NULL, null=True)
    referred_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="referrals")
    friends = models.ManyToManyField("self")
    is_active = models.BooleanField(default=True)


class Tag(models.Model):
    word = models.CharField(max_length=20, primary_key=True)


class Product(models.Model):
    code = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    data = models.JSONField(default=dict)
    labels = HStoreField(null=True)
    words = ArrayField(models.CharField(max_length=20), default=list)
    sizes = ArrayField(models.IntegerField(), default=list)
    search = SearchVectorField(null=True)
    tags = models.ManyToManyField(Tag, related_name="products")


class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE, null=True, related_name="orders")
    products = models.ManyToManyField(Product, through="Line", related_name="bought")
    state = models.CharField(max_length=8, db_column="st")
    total = models.DecimalField(max_digits=10, decimal_places=2)
    paid = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    made = models.DateTimeField()
    due = models.DateField(null=True)
    during = DateTimeRangeField(null=True)

    class Meta:
        ordering = ["-made"]


class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE)
    product = models.ForeignKey(Product, models.CASCADE)
    n = models.IntegerField()
