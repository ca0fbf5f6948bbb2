from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now


class Tenant(models.Model):
    name = models.CharField(db_comment="as it's billed")
    code = models.CharField(max_length=10, unique=True, null=True)

    class Meta:
        db_table_comment = "who pays"


class Item(models.Model):
    pk = models.CompositePrimaryKey("tenant_id", "number")
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    number = models.IntegerField()
    title = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=8, decimal_places=2, db_default=0)
    lower = models.GeneratedField(
        expression=Lower("title"), output_field=models.CharField(max_length=40), db_persist=True
    )
    made = models.DateTimeField(db_default=Now())
    tags = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["title"], name="item_title", nulls_distinct=False),
            models.UniqueConstraint(Lower("title"), "number", name="item_lower"),
            models.CheckConstraint(condition=Q(price__gte=0) & Q(number__gt=0), name="item_price"),
        ]
        indexes = [models.Index(Lower("title"), name="item_lower_title")]


class Visit(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    tenant = models.ForeignKey(Tenant, models.DO_NOTHING, to_field="code", null=True)
    others = models.ManyToManyField(Tenant, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    limit = models.IntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(seconds=F("limit")), name="visit_limit")]
