from django.db import migrations

BATCH = 1000


def strip(apps, schema_editor):
    Product = apps.get_model("shop", "Product")
    last = 0
    while True:
        batch = list(Product.objects.filter(pk__gt=last).order_by("pk").only("name")[:BATCH])
        if not batch:
            break
        for product in batch:
            product.name = product.name.strip()
        Product.objects.bulk_update(batch, ["name"], batch_size=BATCH)
        last = batch[-1].pk
    apps.get_model("shop", "Category").objects.filter(name="").update(name="other")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.RunPython(strip, migrations.RunPython.noop),
    ]
