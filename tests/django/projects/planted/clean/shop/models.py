from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper


class Category(models.Model):
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, db_index=False)
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="category_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent=None), name="category_name_of_root"
            ),
        ]

    def __str__(self):
        return self.name


class Product(models.Model):
    category = models.ForeignKey(Category, models.PROTECT)
    name = models.CharField(max_length=200)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)
    discount = models.IntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(90)]
    )
    size = models.IntegerField(null=True)
    is_active = models.BooleanField(default=True)
    attributes = models.JSONField(default=dict)
    extra = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"], name="product_name"),
            models.Index(fields=["size"], name="product_size"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="product_name_words"),
            GinIndex(fields=["extra"], name="product_extra"),
        ]
        constraints = [
            models.CheckConstraint(check=Q(price__gte=0), name="product_price"),
            models.CheckConstraint(
                check=Q(discount__gte=0, discount__lte=90), name="product_discount"
            ),
        ]

    def __str__(self):
        return self.name


class Customer(models.Model):
    name = models.CharField(max_length=200)
    email = models.EmailField(unique=True)
    city = models.CharField(max_length=100)
    wishes = models.ManyToManyField(Product, through="Wish")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["name"], name="customer_name", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["city"], name="customer_city"),
            models.Index(fields=["created"], name="customer_created"),
            models.Index(Upper("email"), name="customer_email_upper"),
            GinIndex(OpClass(Upper("city"), "gin_trgm_ops"), name="customer_city_words"),
        ]

    def __str__(self):
        return self.name


class Wish(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False)
    product = models.ForeignKey(Product, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "product"], name="wish_once")]


class Order(models.Model):
    STATUS = [("new", "New"), ("paid", "Paid"), ("shipped", "Shipped")]

    number = models.IntegerField(unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    status = models.CharField(max_length=10, choices=STATUS, default="new")
    tags = ArrayField(models.CharField(max_length=20), default=list)
    payload = models.JSONField(default=dict)
    note = models.TextField(default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["-created"], name="order_created")]
        constraints = [
            models.CheckConstraint(
                check=Q(status__in=["new", "paid", "shipped"]), name="order_status"
            )
        ]

    def __str__(self):
        return str(self.number)

    def keep(self, payload):
        self.payload = payload
        self.save(update_fields=["payload"])


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT)
    serial = models.CharField(max_length=40)
    pieces = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["serial"], name="line_serial")]


class Coupon(models.Model):
    code = models.CharField(max_length=20, unique=True)
    start_date = models.DateField()
    end_date = models.DateField()
    least = models.DecimalField(max_digits=10, decimal_places=2)
    most = models.DecimalField(max_digits=10, decimal_places=2)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True)
    category = models.ForeignKey(Category, models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(check=Q(end_date__gte=F("start_date")), name="coupon_dates"),
            models.CheckConstraint(check=Q(most__gte=F("least")), name="coupon_limits"),
            models.CheckConstraint(
                check=Q(customer=None) | Q(category=None), name="coupon_of_one"
            ),
        ]

    def clean(self):
        if Coupon.objects.filter(code=self.code).exclude(pk=self.pk).exists():
            raise ValidationError("There is a coupon of this code.")
        if self.most < self.least:
            raise ValidationError("The limits are the wrong way round.")
        if self.customer and self.category:
            raise ValidationError("A customer's coupon is for everything.")


class ProductView(models.Model):
    product = models.OneToOneField(Product, models.CASCADE, primary_key=True)
    views = models.PositiveIntegerField(default=0)
