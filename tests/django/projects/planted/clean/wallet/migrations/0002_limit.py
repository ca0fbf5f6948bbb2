from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '2s'", migrations.RunSQL.noop),
        migrations.AddField(
            "wallet", "limit", models.DecimalField(decimal_places=2, max_digits=12, null=True)
        ),
        migrations.AddField("wallet", "currency", models.CharField(default="EUR", max_length=3)),
    ]
