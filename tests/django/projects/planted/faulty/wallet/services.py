from decimal import Decimal

from .models import Transfer, Wallet


def move(giver_id, taker_id, amount):
    giver = Wallet.objects.get(pk=giver_id)
    taker = Wallet.objects.get(pk=taker_id)
    if giver.balance < amount:
        raise ValueError("not enough")
    giver.balance -= Decimal(amount)  # expect: dj-read-modify-write
    taker.balance += Decimal(amount)  # expect: dj-read-modify-write
    giver.save(update_fields=["balance"])
    taker.save(update_fields=["balance"])
    return Transfer.objects.create(giver=giver, taker=taker, amount=amount)
