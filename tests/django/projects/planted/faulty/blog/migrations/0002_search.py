from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("blog", "0001_initial")]

    operations = [
        migrations.AddIndex(  # expect: dj-mig-trigram-no-extension, index-not-concurrent
            "post", GinIndex(fields=["body"], name="post_body", opclasses=["gin_trgm_ops"])
        ),
    ]
