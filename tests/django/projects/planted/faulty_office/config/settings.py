import os

SECRET_KEY = os.environ["OFFICE_SECRET_KEY"]
INSTALLED_APPS = ["office"]
DATABASES = {
    "default": {  # expect: dj-atomic-requests
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "office",
        "USER": "office",
        "PASSWORD": os.environ["OFFICE_DATABASE_PASSWORD"],
        "HOST": os.environ["OFFICE_DATABASE_HOST"],
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {"options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "Europe/Vienna"
USE_TZ = False  # expect: dj-use-tz-off
