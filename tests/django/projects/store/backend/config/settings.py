import os

from .base import *

INSTALLED_APPS = DJANGO_APPS + ["accounts", "shop.apps.ShopConfig"]
INSTALLED_APPS += ["catalog"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("STORE_DB", "store"),
        "HOST": os.environ.get("STORE_HOST", ""),
        "PORT": os.environ.get("STORE_PORT", ""),
        "USER": "postgres",
        "CONN_MAX_AGE": 600,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {},
    },
}
