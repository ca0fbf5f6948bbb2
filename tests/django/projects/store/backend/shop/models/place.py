from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Place(models.Model):
    name = models.CharField("its name", max_length=80)
    slug = models.SlugField(unique=True)
    address = models.GenericIPAddressField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        unique_together = ("name", "slug")
        index_together = [["slug", "address"], ("name", "address")]


class Cafe(Place):
    seats = models.PositiveSmallIntegerField(default=0)
    remarks = GenericRelation("Remark")


class Terrace(models.Model):
    cafe = models.OneToOneField(Cafe, on_delete=models.CASCADE, parent_link=False)
    seats = models.PositiveIntegerField()

    class Meta:
        order_with_respect_to = "cafe"


class Remark(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("content_type", "object_id")
    text = models.TextField()


class Old(models.Model):
    what = models.TextField()

    class Meta:
        managed = False
        db_table = "old_things"
