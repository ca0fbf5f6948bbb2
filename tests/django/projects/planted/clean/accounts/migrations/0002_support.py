from django.contrib.auth.hashers import make_password
from django.db import migrations


def add_support(apps, schema_editor):
    apps.get_model("auth", "User").objects.create(
        username="support", password=make_password(None)
    )


def remove_support(apps, schema_editor):
    apps.get_model("auth", "User").objects.filter(username="support").delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RunPython(add_support, remove_support),
    ]
