import shop.models as shop
from django.db import models
from shop.models.order import Product


class Shelf(models.Model):
    """Refers to a model whose app is called otherwise, and in a circle."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="shelves")
    cafe = models.ForeignKey(shop.Cafe, models.SET_NULL, null=True)
    next = models.OneToOneField("catalog.Ladder", models.CASCADE, related_name="+")
    rank = models.IntegerField(null=False, unique=True)
    upper_left_of_the_quite_long_named_column = models.IntegerField(db_index=True)

    class Meta:
        unique_together = (("product", "upper_left_of_the_quite_long_named_column"),)


class Ladder(models.Model):
    shelf = models.ForeignKey(Shelf, models.CASCADE)
    extra = models.ForeignKey("store.Terrace", models.CASCADE)
