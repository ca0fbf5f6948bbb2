from django.db import migrations, models


def fill(apps, schema_editor):
    apps.get_model("wallet", "Wallet").objects.filter(balance__gt=1000).update(limit=5000)


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_initial")]

    operations = [
        migrations.AddField(  # expect: missing-lock-timeout
            "wallet", "limit", models.DecimalField(decimal_places=2, max_digits=12, null=True)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),  # expect: dj-mig-runpython-mixed
    ]
