/* Settings, and secrets in settings, models and migrations. */
#include <string.h>

#include "django_case.h"

#define S         "# shop/settings.py\n"
#define PG        "'ENGINE': 'django.db.backends.postgresql'"
#define DB(entry) S "DATABASES = {'default': {" PG ", " entry "}}\n"

static void
assert_severity(const char *rule, const char *text, PgaSeverity severity)
{
    g_autoptr(DjangoJudged) judged = django_judge(rule, text, NULL);

    if (judged)
        g_assert_cmpint(django_first(judged)->severity, ==, severity);
}

static void
test_pool(void)
{
    static const DjangoCase cases[] = {
        {DB("'CONN_MAX_AGE': 60, 'OPTIONS': {'pool': True}"), "settings.py:2"},
        {DB("'CONN_MAX_AGE': 0, 'OPTIONS': {'pool': True}"), ""},
        {DB("'PORT': 6432"), "settings.py:2:likely"},
        {DB("'HOST': 'pgbouncer.shop'"), "settings.py:2:likely"},
        {DB("'PORT': '6432', 'DISABLE_SERVER_SIDE_CURSORS': True"), ""},
        {DB("'PORT': '6432', 'DISABLE_SERVER_SIDE_CURSORS': flag()"), ""},
        {DB("'PORT': 5432, 'CONN_MAX_AGE': 60"), ""},
        {S "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'PORT': 6432}}\n", ""},
        {S "DATABASES = {'default': env.db()}\n", ""},
        {S "INSTALLED_APPS = ['shop']\n", ""},
        /* one entry is set behind the dictionary, or over that of another file */
        {DB("'PORT': 5432") "DATABASES['default']['PORT'] = 6432\n", "settings.py:2:likely"},
        {DB("'PORT': 5432") "# shop/settings_live.py\nfrom .settings import *\n"
                            "DATABASES['default']['PORT'] = 6432\n",
         "settings.py:2:likely"},
        {DB("'NAME': 'shop'") "# shop/settings_live.py\nfrom .settings import *\n"
                              "DATABASES['default']['HOST'] = 'pgbouncer'\n",
         "settings.py:2:likely"},
        {DB("'PORT': 6432") "DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS'] = True\n", ""},
        {DB("'PORT': 5432") "if LIVE:\n    DATABASES['default']['PORT'] = 6432\n"
                            "DATABASES['other']['PORT'] = 6432\n"
                            "DATABASES['default'][PORT] = 6432\n"
                            "DATABASES['default']['PORT']['a']['b']['c'] = 6432\n"
                            "OTHER['default']['PORT'] = 6432\n",
         ""},
    };

    django_cases("dj-conn-max-age-pool", cases);
    assert_severity("dj-conn-max-age-pool", cases[0].text, PGA_SEVERITY_ERROR);
}

static void
test_use_tz(void)
{
    static const DjangoCase cases[] = {
        {DB("") "USE_TZ = False\n", "settings.py:3"},
        {DB("") "USE_TZ = True\n", ""},
        {DB(""), ""},
        {"# requirements.txt\nDjango==4.2\n" DB(""), "settings.py:1"},
        {"# shop/settings/dev.py\nDATABASES = {'default': {" PG "}}\nUSE_TZ = False\n", ""},
        {S "INSTALLED_APPS = ['shop']\nUSE_TZ = False\n", ""},
    };

    django_cases("dj-use-tz-off", cases);
    assert_severity("dj-use-tz-off", cases[3].text, PGA_SEVERITY_INFO);
}

static void
test_databases(void)
{
    static const DjangoCase ssl[] = {
        {DB("'HOST': 'db.example.com'"), "settings.py:2"},
        {DB("'HOST': '10.0.0.7', 'OPTIONS': {'application_name': 'shop'}"), "settings.py:2"},
        {DB("'HOST': 'db.example.com', 'OPTIONS': {'sslmode': 'require'}"), ""},
        {DB("'HOST': 'db.example.com', 'OPTIONS': options"), ""},
        {DB("'HOST': 'localhost'"), ""},
        {DB("'HOST': '127.0.0.1'"), ""},
        {DB("'HOST': '/run/postgresql.sock'"), ""},
        {DB("'HOST': 'db'"), ""},
        {DB("'HOST': host()"), ""},
    };
    static const DjangoCase atomic[] = {
        {DB("'ATOMIC_REQUESTS': True"), "settings.py:2"},
        {DB("'ATOMIC_REQUESTS': False"), ""},
    };
    static const DjangoCase timeout[] = {
        {DB("'NAME': 'shop'"), "settings.py:2:likely"},
        {DB("'OPTIONS': {'options': '-c statement_timeout=9s'}"), ""},
        {DB("'OPTIONS': options()"), ""},
        {S "DATABASES = {'other': {" PG "}}\n", ""},
        {S "DEBUG = True\nDATABASES = {'default': {" PG "}}\n", ""},
    };

    django_cases("dj-db-sslmode", ssl);
    django_cases("dj-atomic-requests", atomic);
    django_cases("dj-statement-timeout", timeout);
}

#define KEY "'k7#v0q!x2m9w@r4t8z1p5s3y6b'"

static void
test_secret_in_settings(void)
{
    static const DjangoCase cases[] = {
        {S "SECRET_KEY = " KEY "\n", "settings.py:2:likely"},
        {S "SECRET_KEY = 'django-insecure-k7#v0q!x2m9w@r4t8z1p5s3y6b'\n", ""},
        {S "SECRET_KEY = os.environ['KEY']\n", ""},
        {S "SECRET_KEY = " KEY "\nSECRET_KEY = os.environ['KEY']\n", ""},
        {S "DEBUG = True\nSECRET_KEY = " KEY "\n", ""},
        {S "DEBUG = False\nSECRET_KEY = " KEY "\n", "settings.py:3:likely"},
        {"# shop/settings_test.py\nSECRET_KEY = " KEY "\n", ""},
        {"# shop/keys.py\nSECRET_KEY = " KEY "\n", ""},
        {"# shop/production.py\nINSTALLED_APPS = ['shop']\nSECRET_KEY = " KEY "\n",
         "production.py:3:likely"},
        {S "SECRET_KEY = 'short1'\nA_TOKEN = 'https://example.org/0123456789'\n"
           "B_TOKEN = '/etc/0123456789abcdef'\nC_TOKEN = 'a b c d e f g h 1 2 3 4 5 6'\n"
           "FOO = " KEY "\nfoo_token = " KEY "\n",
         ""},
        {S "EMAIL_HOST_PASSWORD = 'Winter24!'\n", "settings.py:2:likely"},
        {S "EMAIL_HOST_PASSWORD = ''\nX_PASSWORD = 'admin'\nY_PASSWORD = 'a b c d'\n", ""},
        {DB("'HOST': 'db.example.com', 'PASSWORD': 'Winter24!'"), "settings.py:2:likely"},
        {DB("'USER': 'lava', 'PASSWORD': 'lava'"), ""},
        {DB("'NAME': 'lava', 'PASSWORD': 'lava'"), ""},
        {DB("'PASSWORD': secret('db')"), ""},
        {DB("'PASSWORD': 'postgres'"), ""},
    };

    django_cases("dj-secret-in-settings", cases);
    assert_severity("dj-secret-in-settings",
                    DB("'HOST': 'db.example.com', 'PASSWORD': 'Winter24!'"), PGA_SEVERITY_ERROR);
    assert_severity("dj-secret-in-settings", DB("'PASSWORD': 'Winter24!'"), PGA_SEVERITY_WARNING);
}

#define MIG "# shop/migrations/0002_x.py\nfrom django.db import migrations\n"

static void
test_secret_in_fixture(void)
{
#define F "# shop/fixtures/a.json\n"
    static const DjangoCase cases[] = {
        {F "[{\"fields\": {\"name\": \"a\",\n\"smtp_password\": \"Winter24!\"}},\n"
           " {\"fields\": {\"smtp_password\": \"Summer24!\"}}]\n",
         "a.json:3:likely"},
        {F "[{\"fields\": {\"password\": \"pbkdf2_sha256$1$a$b\"}}]\n", ""},
        {F "[{\"fields\": {\"password\": \"!unusable\"}}]\n", ""},
        {F "[{\"fields\": {\"password\": \"md5$a$0cc175b9c0f1b6a8\"}}]\n", "a.json:2:likely"},
        {F "[{\"fields\": {\"password\": \"change-me\"}}]\n", ""},
        {F "[{\"fields\": {\"token\": \"abcdefgh\"}}]\n", ""},
        {F "[{\"fields\": {\"api_key\": \"a8f5f167f44f4964e6c998de\"}}]\n", "a.json:2:likely"},
        {F "[{\"fields\": {\"title\": \"Winter24!\"}}]\n", ""},
        {"# shop/fixtures/a.yaml\n- fields:\n    name: a\n    smtp_password: Winter24!\n",
         "a.yaml:4:likely"},
        {"# shop/tests/fixtures/a.json\n[{\"fields\": {\"password\": \"Winter24!\"}}]\n", ""},
        {"# shop/data/a.json\n[{\"fields\": {\"password\": \"Winter24!\"}}]\n", ""},
        {F "\xff[{\"fields\": {\"password\": \"Winter24!\"}}]\n", ""},
    };

    django_cases("dj-secret-in-fixture", cases);
#undef F
}

static void
test_secret_in_migration(void)
{
    static const DjangoCase cases[] = {
        {MIG "User.objects.create(name='a', password='Winter24!')\n", "0002_x.py:3:likely"},
        {MIG "x = {'api_key': 'AB12cd34EF'}\n", "0002_x.py:3:likely"},
        {MIG "migrations.RunSQL(\"ALTER ROLE shop PASSWORD 'Winter24'\")\n", "0002_x.py:3:likely"},
        {MIG "u.password = make_password('Winter')\n", "0002_x.py:3:likely"},
        {MIG "migrations.RenameField('user', 'password', 'secret')\n", ""},
        {MIG "migrations.AddField('user', name='password', field=models.CharField("
             "verbose_name='password'))\n",
         ""},
        {MIG "create(password='changeme1')\n", ""},
        {"# shop/views.py\nu.password = 'Winter24!'\n", ""},
    };

    django_cases("dj-secret-in-migration", cases);
}

#define M "from django.db import models\nclass Box(models.Model):\n"

static void
test_plaintext(void)
{
    static const DjangoCase cases[] = {
        {M "    smtp_password = models.CharField(max_length=99)\n", "models.py:3:likely"},
        {M "    api_key = models.TextField()\n", "models.py:3:likely"},
        {M "    token = models.CharField(max_length=99)\n", "models.py:3:possible"},
        {M "    api_key = models.CharField(max_length=99, unique=True)\n", "models.py:3:possible"},
        {M "    password = models.CharField(max_length=99, help_text='hash of it')\n",
         "models.py:3:possible"},
        {M "    password = models.CharField(max_length=99)\n"
           "    def f(self, raw):\n        self.password = make_password(raw)\n",
         "models.py:3:possible"},
        {M "    api_key = models.CharField(max_length=99)\n"
           "    def f(self, raw):\n        self.api_key = Fernet(k).encrypt(raw)\n",
         "models.py:3:possible"},
        {M "    password = models.CharField(max_length=99)\n"
           "# shop/views.py\ndef f(form):\n    box = form.save(commit=False)\n"
           "    box.password = own_encrypt(form.cleaned_data['password'])\n",
         "models.py:3:possible"},
        {M "    password = models.CharField(max_length=99)\n"
           "# shop/views.py\ndef f(form):\n    password = own_encrypt(1)\n    encrypt(2)\n"
           "    box.other = encrypt(3)\n",
         "models.py:3:likely"},
        {M "    password_changed = models.DateTimeField()\n    password_hash = models.TextField()\n"
           "    mypassword = models.TextField()\n    wants_password = models.BooleanField()\n",
         ""},
        {M "    pwd = models.CharField(max_length=4)\n"
           "    secret = models.CharField(max_length=9, choices=[('a', 'A')])\n",
         ""},
        {"from django.db import models\nclass EncryptedCharField(models.CharField):\n    pass\n"
         "class Box(models.Model):\n    password = EncryptedCharField(max_length=99)\n",
         ""},
    };

    django_cases("dj-plaintext-password", cases);
    assert_severity("dj-plaintext-password", cases[0].text, PGA_SEVERITY_ERROR);
    assert_severity("dj-plaintext-password", cases[1].text, PGA_SEVERITY_WARNING);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-settings/pool", test_pool);
    g_test_add_func("/rules/django-settings/use-tz", test_use_tz);
    g_test_add_func("/rules/django-settings/databases", test_databases);
    g_test_add_func("/rules/django-settings/secret-in-settings", test_secret_in_settings);
    g_test_add_func("/rules/django-settings/secret-in-migration", test_secret_in_migration);
    g_test_add_func("/rules/django-settings/secret-in-fixture", test_secret_in_fixture);
    g_test_add_func("/rules/django-settings/plaintext", test_plaintext);
    return g_test_run();
}
