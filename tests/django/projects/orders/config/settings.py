import os

SECRET_KEY = "only for tests"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.postgres", "shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("STORE_DB", "orders"),
        "HOST": os.environ.get("STORE_HOST", ""),
        "PORT": os.environ.get("STORE_PORT", ""),
        "USER": "postgres",
    },
}
