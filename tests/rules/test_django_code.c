/* What code does with fields: passwords, times, JSON, rules that only clean() knows. */
#include <string.h>

#include "django_case.h"

#define M "from django.db import models\n"
#define ORDER                                                                                      \
    M "import json, datetime\nclass Order(models.Model):\n"                                        \
      "    note = models.TextField()\n    made = models.DateTimeField(null=True)\n"                \
      "    n = models.IntegerField()\n"                                             /* 6 lines */
#define VIEWS "# shop/views.py\nimport json, datetime\nfrom shop.models import *\n" /* 3 lines */

static void
test_password(void)
{
#define USER VIEWS "from django.contrib.auth.models import User\n"
    static const DjangoCase cases[] = {
        {USER "def f(request, password):\n    u = User.objects.get(pk=1)\n"
              "    u.password = request.POST['password']\n    u.save()\n",
         "views.py:7:likely"},
        {USER "def f(password):\n    User.objects.create(username='a', password=password)\n",
         "views.py:6:likely"},
        {USER "def f():\n    User.objects.filter(pk=1).update(password='secret')\n",
         "views.py:6:likely"},
        {USER "def f(x):\n    User.objects.create(username='a', password=x.get())\n",
         "views.py:6:possible"},
        {USER "def f(password):\n    u = User.objects.get(pk=1)\n    u.password = password\n"
              "    u.set_password(password)\n",
         "views.py:7:possible"},
        {USER "def f(raw, other, hashed):\n    u = User.objects.get(pk=1)\n"
              "    u.password = make_password(raw)\n    u.password = other.password\n"
              "    u.password = hashed\n    u.password = ''\n    u.password = '!'\n"
              "    u.password = 'pbkdf2_sha256$1$a$b'\n    u.password = None\n"
              "    u.email = raw\n",
         ""},
        {ORDER "    password = models.TextField()\n" VIEWS
               "def f(password):\n    Order.objects.create(password=password)\n",
         ""},
        {USER "def f(password):\n    User.objects.create_user('a', password='changeme')\n"
              "    User.objects.create_superuser(password=password, username='b')\n",
         ""},
        {M "from django.contrib.auth.models import AbstractUser\nclass Staff(AbstractUser):\n"
           "    pass\n" VIEWS "def f():\n    Staff.objects.create(password='abc')\n",
         "views.py:5:likely"},
        {USER "def f(form):\n"
              "    User.objects.create_user('a', password=form.cleaned_data['password'])\n"
              "    User.objects.create_superuser('b', password='abc')\n",
         ""},
    };

    django_cases("dj-password-assigned-raw", cases);
}

#define TZ "# shop/settings.py\nINSTALLED_APPS = ['shop']\nUSE_TZ = True\n# shop/models.py\n"

static void
test_naive(void)
{
    static const DjangoCase cases[] = {
        {TZ ORDER VIEWS "def f():\n    Order.objects.create(made=datetime.datetime.now(), n=1)\n",
         "views.py:5:likely"},
        {TZ ORDER VIEWS "def f():\n    o = Order.objects.get(pk=1)\n"
                        "    o.made = datetime.datetime.utcnow()\n    o.save()\n",
         "views.py:6:likely"},
        {TZ ORDER VIEWS
         "def f(tz):\n    o = Order.objects.get(pk=1)\n    o.made = datetime.datetime.now(tz)\n"
         "    o.made = make_aware(datetime.datetime.now())\n    o.made = timezone.now()\n"
         "    o.n = datetime.datetime.now()\n    o.save()\n",
         ""},
        {TZ M "import datetime\nclass Order(models.Model):\n"
              "    made = models.DateTimeField(default=datetime.datetime.now)\n"
              "    day = models.DateTimeField(default=timezone.now)\n",
         "models.py:5"},
        {ORDER VIEWS "def f():\n    Order.objects.create(made=datetime.datetime.now())\n", ""},
        {"# shop/settings.py\nINSTALLED_APPS = ['shop']\n# shop/models.py\n" ORDER VIEWS
         "def f():\n    Order.objects.create(made=datetime.datetime.now())\n",
         "views.py:5:likely"},
    };

    django_cases("dj-naive-datetime", cases);
}

/* No code is proposed that the release does not have. */
static void
test_json_release(void)
{
    static const char code[] =
        M "class Order(models.Model):\n    extra_json = models.TextField()\n";
    g_autofree char *old =
        g_strconcat("# requirements.txt\nDjango==2.2\n# shop/models.py\n", code, NULL);
    g_autoptr(DjangoJudged) before = django_judge("dj-json-in-textfield", old, NULL);
    g_autoptr(DjangoJudged) now = django_judge("dj-json-in-textfield", code, NULL);

    if (!before)
        return;
    g_assert_null(django_first(before)->fix.code);
    g_assert_nonnull(strstr(django_first(before)->fix.note, "django.contrib.postgres.fields"));
    g_assert_cmpstr(django_first(now)->fix.code, ==, "extra_json = models.JSONField(default=dict)");
}

static void
test_json_in_text(void)
{
    static const DjangoCase cases[] = {
        {ORDER VIEWS "def f(x):\n    o = Order.objects.get(pk=1)\n    o.note = json.dumps(x)\n"
                     "    y = json.loads(o.note)\n",
         "models.py:4:likely"},
        {ORDER VIEWS "def f(x):\n    Order.objects.create(note=json.dumps(x))\n",
         "models.py:4:likely"},
        {ORDER VIEWS "def f(x):\n    o = Order.objects.get(pk=1)\n"
                     "    o.note = orjson.dumps(x or {}).decode()\n",
         "models.py:4:likely"},
        {ORDER VIEWS "def f(x):\n    o = Order.objects.get(pk=1)\n"
                     "    y = orjson.loads(o.note)\n",
         "models.py:4:likely"},
        {ORDER VIEWS "def f(x):\n    o = Order.objects.get(pk=1)\n"
                     "    o.note = x.dumps(x).decode()\n    o.note = other(x).decode()\n",
         ""},
        {ORDER VIEWS "def f(x):\n    o = Order.objects.get(pk=1)\n    o.note = str(x)\n    o.n = "
                     "json.dumps(x)\n"
                     "    y = json.loads(x)\n    z = json.loads(x.body)\n",
         ""},
        {ORDER "    a = models.TextField()\n" VIEWS
               "def f(x):\n    o = Order.objects.get(pk=1)\n    o.a = json.dumps(x)\n"
               "    o.note = json.dumps(x)\n",
         "models.py:4:likely models.py:7:likely"},
        {M "class Order(models.Model):\n    extra_json = models.TextField()\n"
           "    b = models.TextField(help_text='A JSON document')\n",
         "models.py:3:possible models.py:4:possible"},
        {M "class Order(models.Model):\n    extra_json = models.TextField()\n" VIEWS
           "def f(x):\n    o = Order.objects.get(pk=1)\n    o.extra_json = json.dumps(x)\n",
         "models.py:3:likely"},
        {M "from jsonfield import JSONField\nclass Order(models.Model):\n"
           "    a = JSONField(default={})\n",
         "models.py:4:likely"},
        {M "class Order(models.Model):\n    a_text = models.TextField(help_text='JSON')\n"
           "    a = models.JSONField()\n" VIEWS
           "def f():\n    return json.loads(Order.objects.get(pk=1).a_text)\n",
         ""}, /* on its way there */
        {M "class JSONText(models.TextField):\n    pass\nclass JSONTextField(JSONText):\n    pass\n"
           "class Order(models.Model):\n    a = JSONTextField()\n    b = models.JSONField()\n",
         "models.py:7:likely"},
        /* JSON of JSON */
        {M "class Order(models.Model):\n    a = models.JSONField()\n" VIEWS
           "def f(x):\n    o = Order.objects.get(pk=1)\n    o.a = json.dumps(x)\n    o.save()\n",
         "views.py:6:likely"},
        {M "class Order(models.Model):\n    a = models.JSONField()\n" VIEWS
           "def f(x):\n    Order.objects.create(a=json.dumps(x))\n",
         "views.py:5:likely"},
        {M "class Order(models.Model):\n    a = models.JSONField()\n" VIEWS
           "def f(x):\n    Order.objects.create(a=json.loads(json.dumps(x)))\n",
         ""},
        {M "class MyField(models.JSONField):\n    pass\nclass Order(models.Model):\n"
           "    a = MyField()\n" VIEWS "def f(x):\n    Order.objects.create(a=json.dumps(x))\n",
         ""},
    };

    django_cases("dj-json-in-textfield", cases);
    test_json_release();
}

static void
test_list_in_text(void)
{
    static const DjangoCase cases[] = {
        {ORDER VIEWS "def f():\n    o = Order.objects.get(pk=1)\n    return o.note.split(',')\n",
         "models.py:4"},
        {ORDER VIEWS "def f(x):\n    o = Order.objects.get(pk=1)\n    a = o.note.split()\n"
                     "    b = x.split(',')\n    c = split(',')\n    d = o.n.split(',')\n",
         ""},
        {ORDER VIEWS "def f():\n    o = Order.objects.get(pk=1)\n    return o.n.split(',')\n", ""},
        {M "class Order(models.Model):\n"
           "    tags = models.TextField(help_text='Comma-separated.')\n"
           "    note = models.TextField(help_text='Separated by hand')\n",
         "models.py:3:likely"},
    };

    django_cases("dj-delimited-list-in-text", cases);
}

#define CLEAN(question)                                                                            \
    "    def clean(self):\n        if " question ":\n            raise ValidationError('no')\n"

#define PERIOD(meta, question)                                                                     \
    "from django.db import models\nclass Stay(models.Model):\n"                                    \
    "    start = models.DateField()\n    end = models.DateField()\n"                               \
    "    room = models.IntegerField()\n    made = models.TextField()\n"                            \
    "    due = models.TextField()\n    up = models.ForeignKey('self', models.CASCADE)\n" CLEAN(    \
        "Stay.objects.filter(" question ").exists()") meta

/* The question is in line 5. */
#define RENAME(question, change)                                                                   \
    ORDER VIEWS "def rename(order: Order, n):\n    " question                                      \
                "\n        raise KeyError(n)\n    " change "\n    order.save()\n"

#define MADE_BY(sql)                                                                               \
    "# shop/migrations/0001_initial.py\n"                                                          \
    "from django.db import migrations\n"                                                           \
    "class Migration(migrations.Migration):\n"                                                     \
    "    operations = [migrations.RunSQL('" sql "')]\n"

static void
test_periods_in_code(void)
{
    static const DjangoCase cases[] = {
        {PERIOD("", "start__lte=self.end, end__gte=self.start"), "models.py:10:likely"},
        {PERIOD("", "models.Q(start__lte=self.end, end__gte=self.end) | "
                    "models.Q(start__lte=self.start, end__gte=self.start), room=self.room"),
         "models.py:10:likely"},
        {PERIOD("    class Meta:\n        constraints = [ExclusionConstraint(name='e', "
                "expressions=[('room', '=')])]\n",
                "start__lte=self.end, end__gte=self.start"),
         ""},
        {PERIOD("", "start__lte=self.end, start__gte=self.start"), ""},
        {PERIOD("", "start__lte=self.end, made__lt=self.end, end__gt=self.start"), ""},
        {PERIOD("", "start__lte=self.end, room__gte=self.start"), ""},
        {PERIOD("", "made__lte=self.end, due__gte=self.start"), ""},
        {PERIOD("", "start__lte=self.end, up__end__gte=self.start"), ""},
        {PERIOD("", "start__lte=self.end, end__gte=self.start, due__contains='a'"), ""},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-unique-in-code-only", cases);
    judged = django_judge("dj-unique-in-code-only", cases[1].text, NULL);
    if (judged)
        g_assert_nonnull(
            strstr(django_first(judged)->fix.code, "(\"room\", RangeOperators.EQUAL)"));
}

static void
test_unique_in_code(void)
{
    static const DjangoCase cases[] = {
        {ORDER CLEAN("Order.objects.filter(n=self.n).exclude(pk=self.pk).exists()"),
         "models.py:8:likely"},
        {ORDER CLEAN("Order.objects.filter(note__iexact=self.note).exists()"),
         "models.py:8:likely"},
        {ORDER "    class Meta:\n        unique_together = [('n', 'note')]\n" CLEAN(
             "Order.objects.filter(n=self.n, note=self.note).exists()"),
         ""},
        {ORDER CLEAN("Order.objects.filter(pk=self.n).exists()"), ""},
        {ORDER CLEAN("not Order.objects.filter(n=self.n).exists()"), ""},
        {ORDER CLEAN("Order.objects.filter(n__gt=self.n).exists()"), ""},
        {ORDER CLEAN("Order.objects.filter(made__year=self.n).exists()"), ""},
        {ORDER CLEAN("Order.objects.filter(models.Q(n__lte=self.n) | models.Q(n=9))"
                     ".filter(note=self.note).exists()"),
         ""},
        {ORDER CLEAN("Order.objects.filter(n=self.n).exclude(note='').exists()"), ""},
        {ORDER CLEAN("Order.objects.exclude(n=self.n).exists()"), ""},
        {ORDER "    def clean(self):\n        if Order.objects.filter(n=self.n).exists():\n"
               "            self.n = 1\n",
         ""},
        {ORDER "    def clean(self):\n        if self.shop.enforce_unique:\n"
               "            if Order.objects.filter(n=self.n).exists():\n"
               "                raise ValidationError('no')\n",
         "models.py:9:possible"},
        {ORDER "    def clean(self):\n        if self.n:\n"
               "            if Order.objects.filter(n=self.n).exists():\n"
               "                raise ValidationError('no')\n",
         "models.py:9:likely"},
        {ORDER "    def other(self):\n        if Order.objects.filter(n=self.n).exists():\n"
               "            raise ValidationError('no')\n",
         ""},
        /* a row is given what no other has */
        {RENAME("if order.n != n and Order.objects.filter(n=n).exists():", "order.n = n"),
         "views.py:5:likely"},
        {RENAME("if Order.objects.filter(n=n).exists():", "order.note = n"), ""},
        {RENAME("if Order.objects.filter(pk=n).exists():", "order.pk = n"), ""},
        {RENAME("if Order.objects.filter(n=n).exists():", "order.n = n")
             MADE_BY("CREATE UNIQUE INDEX one ON shop_order (n)"),
         ""},
        {ORDER CLEAN("Order.objects.filter(note__iexact=self.note).exists()")
             MADE_BY("CREATE UNIQUE INDEX one ON shop_order (upper(note))"),
         ""},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-unique-in-code-only", cases);
    judged = django_judge("dj-unique-in-code-only", cases[1].text, NULL);
    if (judged)
        g_assert_cmpstr(django_first(judged)->fix.code, ==,
                        "models.UniqueConstraint(Lower(\"note\"), name=\"…\"),");
}

#define RANGE                                                                                      \
    M "class Order(models.Model):\n    a = models.DateField()\n    b = models.DateField()\n"

static void
test_clean_only(void)
{
    static const DjangoCase cases[] = {
        {RANGE CLEAN("self.a > self.b"), "models.py:7:likely"},
        {RANGE CLEAN("self.a and self.b and self.b <= self.a"), "models.py:7:likely"},
        {RANGE CLEAN("self.a > today()"), ""},
        {RANGE VIEWS "def clean(x, y):\n    if x > y:\n        raise ValidationError('no')\n", ""},
        {RANGE CLEAN("self.a > self.c"), ""},
        {RANGE "    class Meta:\n        constraints = [models.CheckConstraint("
               "check=models.Q(b__gte=models.F('a')), name='c')]\n" CLEAN("self.a > self.b"),
         ""},
        {RANGE "    def clean(self):\n        raise ValidationError('never')\n", ""},
        {RANGE "    def total(self):\n        if self.a > self.b:\n"
               "            raise ValidationError('no')\n",
         ""},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-clean-only-rule", cases);
    judged = django_judge("dj-clean-only-rule", cases[0].text, NULL);
    if (judged)
        g_assert_cmpstr(g_ptr_array_index(django_first(judged)->fix.sql, 0), ==,
                        "ALTER TABLE shop_order ADD CONSTRAINT order_a_b CHECK (a <= b) NOT "
                        "VALID;");
}

#define TWO                                                                                        \
    M "class P(models.Model):\n    pass\nclass Order(models.Model):\n"                             \
      "    a = models.ForeignKey(P, models.CASCADE, null=True, related_name='x')\n"                \
      "    b = models.ForeignKey(P, models.CASCADE, null=True, related_name='y')\n"                \
      "    c = models.IntegerField()\n"

static void
test_exclusive(void)
{
    static const DjangoCase cases[] = {
        {TWO CLEAN("self.a and self.b"), "models.py:10:likely"},
        {TWO CLEAN("self.a_id and self.b_id"), "models.py:10:likely"},
        {TWO CLEAN("self.a and not self.b"), ""},
        {TWO CLEAN("self.a and self.c"), ""},
        {TWO CLEAN("self.a or self.b"), ""},
        {TWO "    class Meta:\n        constraints = [models.CheckConstraint("
             "check=models.Q(a=None) | models.Q(b=None), name='c')]\n" CLEAN("self.a and self.b"),
         ""},
        {TWO "    def clean(self):\n        raise ValueError('never')\n", ""},
    };

    django_cases("dj-boolean-pair-exclusive", cases);
}

#define BOX                                                                                        \
    M "class Box(models.Model):\n    name = models.TextField()\n    api_key = "                    \
      "models.TextField()\n"
#define ADMIN                                                                                      \
    "# shop/admin.py\nfrom django.contrib import admin\nfrom shop.models import Box\n"             \
    "@admin.register(Box)\nclass BoxAdmin(admin.ModelAdmin):\n"
#define API                                                                                        \
    "# shop/api.py\nfrom rest_framework import serializers\nfrom shop.models import Box\n"         \
    "class BoxSerializer(serializers.ModelSerializer):\n    class Meta:\n        model = Box\n"    \
    "        fields = ['name', 'api_key']\n"

static void
test_shown(void)
{
    static const DjangoCase cases[] = {
        {BOX "    def __str__(self):\n        return self.api_key\n", "models.py:5:likely"},
        {BOX "    def __str__(self):\n        return self.name\n"
             "    def use(self):\n        return self.api_key\n",
         ""},
        {BOX ADMIN "    list_display = ['name', 'api_key']\n", "admin.py:5:likely"},
        {BOX ADMIN "    list_display = ['name']\n", ""},
        {BOX "# shop/admin.py\nfrom django.contrib import admin\n"
             "from django.contrib.auth.models import User\n@admin.register(User)\n"
             "class UserAdmin(admin.ModelAdmin):\n    list_display = ['password']\n",
         ""},
        {BOX API, "api.py:4:likely"},
        {BOX API "        extra_kwargs = {'api_key': {'write_only': True}}\n"
                 "class Other:\n    pass\n",
         ""},
    };

    django_cases("dj-secret-logged-repr", cases);
}

#define DOC                                                                                        \
    M "from django.contrib.postgres.indexes import GinIndex\nclass Doc(models.Model):\n"           \
      "    data = models.JSONField()\n    slug = models.SlugField(unique=True)\n" /* 5 lines */
#define GIN       "    class Meta:\n        indexes = [GinIndex(fields=['data'], name='g')]\n"
#define Q(filter) VIEWS "def f():\n    return list(Doc.objects." filter ")\n"

static void
test_json_queries(void)
{
    static const DjangoCase filter[] = {
        {DOC Q("filter(data__contains={'a': 1})"), "views.py:5:likely"},
        {DOC Q("filter(data__has_key='a')"), "views.py:5:likely"},
        {DOC GIN Q("filter(data__contains={'a': 1})"), ""},
        {DOC Q("filter(data__a=1)"), ""},
        {DOC Q("filter(slug='x', data__contains={'a': 1})"), ""},
        {DOC Q("all()"), ""},
        {DOC Q("exclude(data__has_key='a')"), ""}, /* no index finds what has it not */
        {DOC Q("filter(~models.Q(data__has_key='a'))"), ""},
        {M "class DocType(models.Model):\n    data = models.JSONField()\n" VIEWS
           "def f():\n    return list(DocType.objects.filter(data__has_key='a'))\n",
         ""},
    };
    static const DjangoCase unused[] = {
        {DOC GIN Q("filter(data__a=1)"), "models.py:4:likely"},
        {DOC GIN Q("filter(data__has_keys=['a'])"), ""},
        {DOC Q("all()"), ""},
    };
    static const DjangoCase order[] = {
        {DOC Q("order_by('data__size')"), "views.py:5:likely"},
        {DOC Q("order_by('slug')"), ""},
    };
    static const DjangoCase keys[] = {
        {DOC Q("filter(data__contains={'a': 1})"), ""},
        {DOC Q("filter(data__a=1)") "def g():\n    return list(Doc.objects.filter(data__a=2))\n"
                                    "def h():\n    return list(Doc.objects.filter(data__a=3))\n",
         "models.py:4:likely"},
        {DOC Q("filter(data__a=1)") "def g():\n    return list(Doc.objects.filter(data__a=2))\n"
                                    "def h():\n    return list(Doc.objects.filter(data__b=3))\n",
         ""},
    };
    g_autoptr(DjangoJudged) judged = NULL, many = NULL;

    django_cases("dj-json-filter-no-gin", filter);
    django_cases("dj-json-gin-unused", unused);
    django_cases("dj-json-key-order-by", order);
    django_cases("dj-json-unstable-structure", keys);
    judged = django_judge("dj-json-filter-no-gin", filter[0].text, "shop.Doc=9999");
    if (judged)
        g_assert_cmpuint(judged->findings->len, ==, 0);
    many = django_judge("dj-json-key-order-by", order[0].text, "shop.Doc=10000");
    if (many)
        g_assert_cmpint(django_first(many)->severity, ==, PGA_SEVERITY_WARNING);
}

#define PAPER                                                                                      \
    "from django.db import models\n"                                                               \
    "from django.contrib.postgres.fields import ArrayField\n"                                      \
    "from django.contrib.postgres.search import SearchVectorField\n"                               \
    "from django.contrib.postgres.indexes import GinIndex, GistIndex\n"                            \
    "class Paper(models.Model):\n    tags = ArrayField(models.CharField(max_length=20))\n"         \
    "    words = SearchVectorField(null=True)\n    slug = models.SlugField(unique=True)\n"
#define INDEX(class, field)                                                                        \
    "    class Meta:\n        indexes = [" class "(fields=['" field "'], name='g')]\n"
#define P(filter) VIEWS "def f():\n    return list(Paper.objects." filter ")\n"

static void
test_parts(void)
{
    static const DjangoCase cases[] = {
        {PAPER P("filter(tags__contains=['a'])"), "views.py:5:likely"},
        {PAPER P("filter(tags__overlap=['a'])"), "views.py:5:likely"},
        {PAPER P("filter(words='a')"), "views.py:5:likely"},
        {PAPER P("filter(words__search='a')"), "views.py:5:likely"},
        {PAPER INDEX("GinIndex", "tags") P("filter(tags__contains=['a'])"), ""},
        {PAPER INDEX("GistIndex", "words") P("filter(words='a')"), ""},
        {PAPER INDEX("GinIndex", "words") P("filter(tags__contains=['a'])"), "views.py:5:likely"},
        {PAPER INDEX("GinIndex", "tags") P("filter(words='a')"), "views.py:5:likely"},
        {PAPER P("filter(tags=['a'])"), ""},
        {PAPER P("filter(words__isnull=True)"), ""},
        {PAPER P("filter(slug='x', tags__contains=['a'])"), ""},
        {PAPER P("exclude(tags__contains=['a'])"), ""},
    };
    g_autoptr(DjangoJudged) small = NULL;

    django_cases("dj-array-search-no-gin", cases);
    small = django_judge("dj-array-search-no-gin", cases[0].text, "shop.Paper=9999");
    if (small)
        g_assert_cmpuint(small->findings->len, ==, 0);
}

static void
test_like_index(void)
{
    const char *text = M "class Doc(models.Model):\n    slug = models.SlugField(unique=True)\n";
    g_autofree char *asked = g_strconcat(text, Q("filter(slug__startswith='a')"), NULL);
    g_autoptr(DjangoJudged) one = django_judge("dj-like-index-unneeded", text, "shop.Doc=1e6");
    g_autoptr(DjangoJudged) two = django_judge("dj-like-index-unneeded", asked, "shop.Doc=1e6");

    if (!one)
        return;
    g_assert_cmpuint(one->findings->len, ==, 1);
    g_assert_cmpuint(two->findings->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-code/password", test_password);
    g_test_add_func("/rules/django-code/naive", test_naive);
    g_test_add_func("/rules/django-code/json-in-text", test_json_in_text);
    g_test_add_func("/rules/django-code/list-in-text", test_list_in_text);
    g_test_add_func("/rules/django-code/unique-in-code", test_unique_in_code);
    g_test_add_func("/rules/django-code/periods-in-code", test_periods_in_code);
    g_test_add_func("/rules/django-code/clean-only", test_clean_only);
    g_test_add_func("/rules/django-code/exclusive", test_exclusive);
    g_test_add_func("/rules/django-code/shown", test_shown);
    g_test_add_func("/rules/django-code/json-queries", test_json_queries);
    g_test_add_func("/rules/django-code/arrays-and-search-vectors", test_parts);
    g_test_add_func("/rules/django-code/like-index", test_like_index);
    return g_test_run();
}
