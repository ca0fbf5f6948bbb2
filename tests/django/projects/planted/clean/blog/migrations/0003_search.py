from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("blog", "0002_trigrams")]

    operations = [
        AddIndexConcurrently(
            "post", GinIndex(fields=["body"], name="post_body", opclasses=["gin_trgm_ops"])
        ),
    ]
