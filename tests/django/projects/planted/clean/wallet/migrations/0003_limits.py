from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("wallet", "Wallet").objects.filter(balance__gt=1000).update(limit=5000)


class Migration(migrations.Migration):
    dependencies = [("wallet", "0002_limit")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
