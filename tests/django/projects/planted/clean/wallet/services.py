from decimal import Decimal

from django.db import transaction
from django.db.models import F

from .models import Transfer, Wallet


def move(giver_id, taker_id, amount):
    with transaction.atomic():
        both = Wallet.objects.select_for_update().filter(pk__in=[giver_id, taker_id])
        wallets = {wallet.pk: wallet for wallet in both.order_by("pk")}
        giver = wallets[giver_id]
        taker = wallets[taker_id]
        if giver.balance < amount:
            raise ValueError("not enough")
        giver.balance -= Decimal(amount)
        taker.balance += Decimal(amount)
        giver.save(update_fields=["balance"])
        taker.save(update_fields=["balance"])
        return Transfer.objects.create(giver=giver, taker=taker, amount=amount)


def charge(purse, amount):
    purse.balance -= Decimal(amount)
    purse.save(update_fields=["balance"])


@transaction.atomic
def fine(wallet_id):
    late = Wallet.objects.select_for_update().get(pk=wallet_id)
    charge(late, 5)


class Till:
    def __init__(self, wallet_id):
        self.wallet = Wallet.objects.get(pk=wallet_id)

    def pay(self, amount):
        Wallet.objects.filter(pk=self.wallet.pk).update(balance=F("balance") + amount)


def is_used(wallet_id):
    return Transfer.objects.filter(giver_id=wallet_id).exists()
