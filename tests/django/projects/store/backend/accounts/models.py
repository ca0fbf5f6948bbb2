from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    phone = models.CharField(max_length=20, blank=True, db_index=True)
    friends = models.ManyToManyField("self")


class Staff(User):
    """A proxy: no table."""

    class Meta:
        proxy = True
        ordering = ["username"]
