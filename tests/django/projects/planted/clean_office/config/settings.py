import os

SECRET_KEY = os.environ["OFFICE_SECRET_KEY"]
INSTALLED_APPS = ["office"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "office",
        "USER": "office",
        "PASSWORD": os.environ["OFFICE_DATABASE_PASSWORD"],
        "HOST": os.environ["OFFICE_DATABASE_HOST"],
        "OPTIONS": {"options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "Europe/Vienna"
USE_TZ = True
