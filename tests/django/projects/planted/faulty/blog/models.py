from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Post(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    published = models.DateTimeField()
    labels = ArrayField(models.CharField(max_length=30), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["published"], name="post_published"),  # expect: dj-constraint-drift
            GinIndex(fields=["body"], name="post_body", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self):
        return self.title


class Comment(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveIntegerField()
    subject = GenericForeignKey()  # expect: dj-generic-fk-no-index
    text = models.TextField()
