from django.conf import settings
from django.db import models


class Wallet(models.Model):
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT)
    balance = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    limit = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="EUR")  # expect: dj-mig-missing


class Transfer(models.Model):  # expect: dj-mig-missing
    giver = models.ForeignKey(Wallet, models.PROTECT, related_name="given")
    taker = models.ForeignKey(Wallet, models.PROTECT, related_name="taken")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["created", "giver"],
                name="transfer_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
