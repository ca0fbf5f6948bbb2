from django.db import migrations

from shop.models import Category


def strip(apps, schema_editor):
    for product in apps.get_model("shop", "Product").objects.all():  # expect: dj-mig-runpython-unbatched
        product.name = product.name.strip()
        product.save()
    Category.objects.filter(name="").update(name="other")  # expect: dj-mig-runpython-model-import


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.RunPython(strip),  # expect: dj-mig-not-reversible
    ]
