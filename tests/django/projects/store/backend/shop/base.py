import uuid

from django.db import models as m

CODE_LENGTH = 12


class Money(m.DecimalField):
    def __init__(self, *args, **kwargs):
        kwargs["max_digits"] = 12
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class Dated(m.Model):
    made = m.DateTimeField(auto_now_add=True, db_index=True)
    changed = m.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ["-made"]


class Coded(m.Model):
    code = m.CharField(max_length=CODE_LENGTH, unique=True)
    note = m.TextField(blank=True)

    class Meta:
        abstract = True
        indexes = [m.Index(fields=["code", "note"], name="%(app_label)s_%(class)s_cn")]
        constraints = [m.UniqueConstraint(fields=["code", "note"], name="%(class)s_code_note")]


class Keyed(m.Model):
    id = m.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Owned:
    """No model: Django leaves its fields out."""

    ignored = m.IntegerField()
