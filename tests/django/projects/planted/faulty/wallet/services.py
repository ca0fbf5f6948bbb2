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


def charge(purse, amount):
    purse.balance -= Decimal(amount)  # expect: dj-read-modify-write
    purse.save(update_fields=["balance"])


def fine(wallet_id):
    late = Wallet.objects.get(pk=wallet_id)
    charge(late, 5)


class Till:
    def __init__(self, wallet_id):
        self.wallet = Wallet.objects.get(pk=wallet_id)

    def pay(self, amount):
        self.wallet.balance += Decimal(amount)  # expect: dj-read-modify-write
        self.wallet.save(update_fields=["balance"])


def is_used(wallet_id):
    return Transfer.objects.filter(giver_id=wallet_id).count() > 0  # expect: dj-len-queryset
