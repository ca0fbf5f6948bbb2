"""Prints what Django's compiler makes of the chains on standard input, one a line."""
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": sys.argv[1],
                           "HOST": sys.argv[2], "PORT": sys.argv[3], "USER": "postgres"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.postgres", "shop"],
    USE_TZ=True, TIME_ZONE="UTC", DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.postgres.search import SearchQuery, SearchVector  # noqa
from django.db import connection, transaction  # noqa
from django.db.models import *  # noqa
from django.db.models.functions import *  # noqa
from django.test.utils import CaptureQueriesContext  # noqa
from shop.models import *  # noqa

for line in sys.stdin:
    act, chain = line.rstrip("\n").split("\t")
    try:
        with transaction.atomic():
            with CaptureQueriesContext(connection, ) as queries:
                value = eval(chain)
                if isinstance(value, QuerySet):
                    list(value)
    except Exception as error:
        if type(error).__name__ != "DoesNotExist":
            print("ERROR", type(error).__name__, str(error).split("\n")[0])
            continue
    sent = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    print(sent[0].replace("\n", " ") if sent else "NONE")
