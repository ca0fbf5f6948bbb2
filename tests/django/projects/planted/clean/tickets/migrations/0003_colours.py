from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_colours_of_shows")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '2s'", migrations.RunSQL.noop),
        migrations.AddField("seat", "colour", models.CharField(max_length=7, default="")),
    ]
