from decimal import Decimal

from django.db import transaction

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
