from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.AddField("show", "colour", models.CharField(max_length=7, default="")),
        migrations.AddField("seat", "colour", models.CharField(max_length=7, default="")),  # expect: dj-mig-atomic-false-many
    ]
