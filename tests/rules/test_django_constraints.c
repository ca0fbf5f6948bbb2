/* What the database should hold of a model's rules. */
#include <string.h>

#include "django_case.h"

#define M "from django.db import models\n" /* one line: a class begins in line 2 */
#define C "class Order(models.Model):\n"
#define MIGRATIONS(operation)                                                                      \
    "# shop/migrations/0001_initial.py\n"                                                          \
    "from django.db import migrations, models\n"                                                   \
    "class Migration(migrations.Migration):\n"                                                     \
    "    operations = [" operation "]\n"

static void
test_choices(void)
{
    static const DjangoCase cases[] = {
        {M C "    s = models.CharField(max_length=9, choices=[('a', 'A'), ('b', 'B')])\n"
             "    n = models.IntegerField(choices=[(1, 'A')])\n",
         "models.py:3"},
        {M "class S(models.TextChoices):\n    A = 'a'\n" C
           "    s = models.CharField(max_length=9, choices=S.choices)\n",
         "models.py:5"},
        {M C "    s = models.CharField(max_length=9, choices=[('g', [('a', 'A')])])\n",
         "models.py:3"},
        {M C "    s = models.CharField(max_length=9, choices=names())\n", ""},
        {M C "    s = models.CharField(max_length=9, choices=[('a', 'A')])\n"
             "    class Meta:\n        constraints = [models.CheckConstraint("
             "check=models.Q(s__in=['a']), name='c')]\n",
         ""},
        {M "class Base(models.Model):\n"
           "    s = models.CharField(max_length=9, choices=[('a', 'A')])\n"
           "    class Meta:\n        abstract = True\n"
           "class One(Base):\n    pass\nclass Two(Base):\n    pass\n",
         "models.py:3"},
    };

    django_cases("dj-choices-no-check", cases);
}

static void
test_choices_fix(void)
{
    g_autoptr(DjangoJudged) judged = django_judge(
        "dj-choices-no-check",
        M C "    s = models.CharField(max_length=9, choices=[('a', 'A'), ('it\\'s', 'B')])\n"
            "    t = models.CharField(max_length=9, choices=S.choices)\n",
        NULL);
    const PgaFinding *finding;

    if (!judged)
        return;
    finding = django_first(judged);
    g_assert_cmpstr(finding->object, ==, "shop.Order");
    g_assert_cmpstr(finding->fix.code, ==,
                    "models.CheckConstraint(condition=models.Q(s__in=[\"a\", \"it's\"]), "
                    "name=\"order_s_valid\"),\n"
                    "models.CheckConstraint(condition=models.Q(t__in=S.values), "
                    "name=\"order_t_valid\"),");
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 0), ==,
                    "ALTER TABLE shop_order ADD CONSTRAINT order_s_valid CHECK (s IN ('a', "
                    "'it''s')) NOT VALID;");
    g_assert_cmpstr(g_ptr_array_index(finding->fix.sql, 1), ==,
                    "ALTER TABLE shop_order VALIDATE CONSTRAINT order_s_valid;");
    g_assert_cmpuint(finding->fix.undo->len, ==, 1);
}

#define V "from django.core.validators import *\n"

static void
test_validators(void)
{
    static const DjangoCase cases[] = {
        {M V C "    n = models.IntegerField(validators=[MinValueValidator(1), "
               "MaxValueValidator(limit_value=9)])\n",
         "models.py:4"},
        {M V C "    n = models.PositiveIntegerField(validators=[MinValueValidator(0)])\n", ""},
        {M V C "    n = models.PositiveIntegerField(validators=[MinValueValidator(1)])\n",
         "models.py:4"},
        {M V C "    n = models.PositiveIntegerField(validators=[MinValueValidator(0), "
               "MaxValueValidator(7)])\n",
         "models.py:4"},
        {M V C "    n = models.IntegerField(validators=[MinValueValidator(1)])\n"
               "    class Meta:\n        constraints = [models.CheckConstraint("
               "check=models.Q(nx=1), name='c')]\n",
         "models.py:4"},
        {M V C "    n = models.IntegerField(validators=[MinValueValidator(least), check])\n", ""},
        {M V C "    n = models.IntegerField(validators=[MinValueValidator(1)])\n"
               "    class Meta:\n        constraints = [models.CheckConstraint("
               "check=models.Q(n__gte=1) & ~models.Q(x=models.F('y')), name='c')]\n",
         ""},
    };

    django_cases("dj-validator-no-check", cases);
}

static void
test_nonnegative(void)
{
    static const DjangoCase cases[] = {
        {M C "    stock = models.IntegerField()\n", "models.py:3:likely"},
        {M C "    unit_price = models.DecimalField(max_digits=9, decimal_places=2)\n"
             "    quantity = models.IntegerField()\n",
         "models.py:3:likely"},
        {M C "    stock = models.PositiveIntegerField()\n", ""},
        {M C "    n = models.IntegerField()\n", ""},
        {M C "    stock = models.CharField(max_length=5)\n", ""},
        /* fields without a column, and with one */
        {M "from django_prices.models import MoneyField\n" C
           "    price = MoneyField(amount_field='amount', currency_field='currency')\n",
         ""},
        {M "from djmoney.models.fields import MoneyField\n" C
           "    price = MoneyField(max_digits=9, decimal_places=2)\n",
         "models.py:4:likely"},
        {M C "    quantity_change = models.IntegerField()\n", ""},
        {M "class StockMovement(models.Model):\n    quantity = models.IntegerField()\n", ""},
        {M C "    stock = models.IntegerField()\n    class Meta:\n        constraints = ["
             "models.CheckConstraint(check=models.Q(('stock__gte', 0)), name='c')]\n",
         ""},
        /* a migration let it */
        {M C "    stock = models.IntegerField()\n" MIGRATIONS(
             "migrations.CreateModel(name='Order', fields=[('id', models.AutoField()), "
             "('stock', models.PositiveIntegerField())])"),
         ""},
        {M C "    stock = models.IntegerField()\n" MIGRATIONS(
             "migrations.AddField('order', 'stock', models.PositiveIntegerField())"),
         ""},
        {M C "    stock = models.IntegerField()\n" MIGRATIONS(
             "migrations.AddField('order', 'stock', models.IntegerField())"),
         "models.py:3:likely"},
        {M C "    stock = models.IntegerField()\n" MIGRATIONS(
             "migrations.AddField('order', 'left', models.PositiveIntegerField())"),
         "models.py:3:likely"},
        {M C "    stock = models.IntegerField()\n" MIGRATIONS(
             "migrations.CreateModel(name='Order', fields=[('id', models.AutoField())])"),
         "models.py:3:likely"},
        {M C "    stock = models.IntegerField()\n" MIGRATIONS(
             "migrations.CreateModel(name='Line', fields=[('stock', "
             "models.PositiveIntegerField())])"),
         "models.py:3:likely"},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-nonnegative-no-check", cases);
    judged = django_judge("dj-nonnegative-no-check", M C "    price = models.FloatField()\n", NULL);
    if (judged)
        g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_INFO);
}

static void
test_nullable_string(void)
{
    static const DjangoCase cases[] = {
        {M C "    a = models.CharField(max_length=9, null=True)\n"
             "    b = models.TextField(null=True)\n",
         "models.py:3"},
        {M C "    a = models.CharField(max_length=9, null=True, unique=True)\n", ""},
        {M C "    a = models.CharField(max_length=9, null=True)\n    b = models.IntegerField()\n"
             "    class Meta:\n        unique_together = [('b', 'a')]\n",
         ""},
        {M C "    a = models.CharField(max_length=9)\n    n = models.IntegerField(null=True)\n",
         ""},
        {M C "    a = models.CharField(max_length=9, null=True, choices=[('a', 'A')])\n", ""},
    };

    django_cases("dj-nullable-string", cases);
}

static void
test_many_strings(void)
{
    g_autoptr(GString) text = g_string_new(M C);
    g_autoptr(DjangoJudged) judged = NULL;

    for (guint i = 0; i < 10; i++)
        g_string_append_printf(text, "    f%u = models.TextField(null=True)\n", i);
    judged = django_judge("dj-nullable-string", text->str, NULL);
    if (judged)
        g_assert_true(g_str_has_prefix(django_first(judged)->evidence,
                                       "f0, f1, f2, f3, f4, f5, f6, f7 and 2 more: "));
}

#define TREE                                                                                       \
    M "class Node(models.Model):\n"                                                                \
      "    parent = models.ForeignKey('self', models.CASCADE, null=True)\n"                        \
      "    name = models.CharField(max_length=9)\n    class Meta:\n"

static void
test_unique_nullable(void)
{
    static const DjangoCase cases[] = {
        {TREE "        unique_together = ('parent', 'name')\n", "models.py:6:likely"},
        {TREE "        constraints = [models.UniqueConstraint(fields=['parent', 'name'], "
              "name='u')]\n",
         "models.py:6:likely"},
        {TREE "        constraints = [models.UniqueConstraint(fields=['parent', 'name'], "
              "name='u', nulls_distinct=False)]\n",
         ""},
        {TREE "        constraints = [models.UniqueConstraint(fields=['parent', 'name'], "
              "name='u'), models.UniqueConstraint(fields=['name'], "
              "condition=models.Q(parent__isnull=True), name='v')]\n",
         ""},
        {TREE "        constraints = [models.UniqueConstraint(fields=['parent', 'name'], "
              "name='u'),\n models.UniqueConstraint(fields=['name'], "
              "condition=models.Q(parent=None), name='v')]\n",
         ""},
        {TREE "        constraints = [models.UniqueConstraint(fields=['parent', 'name'], "
              "name='u', condition=models.Q(name='x'))]\n",
         ""},
        {TREE "        indexes = [models.Index(fields=['parent', 'name'], name='i')]\n", ""},
    };
    g_autoptr(DjangoJudged) judged = NULL, old = NULL;

    django_cases("dj-unique-nullable", cases);
    judged = django_judge("dj-unique-nullable", cases[0].text, NULL);
    if (!judged)
        return;
    g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(django_first(judged)->fix.code, ==,
                    "models.UniqueConstraint(fields=[\"parent\", \"name\"], "
                    "nulls_distinct=False, name=\"…\"),");
    old = django_judge("dj-unique-nullable",
                       "# requirements.txt\nDjango==3.2\n# shop/models.py\n" M C
                       "    a = models.IntegerField(null=True)\n    b = models.IntegerField()\n"
                       "    class Meta:\n        unique_together = ('a', 'b')\n",
                       NULL);
    g_assert_cmpint(django_first(old)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_nonnull(strstr(django_first(old)->fix.code, "a__isnull=True"));
}

static void
test_together(void)
{
    static const DjangoCase cases[] = {
        {M C "    a = models.IntegerField()\n    class Meta:\n"
             "        unique_together = [('a', 'id')]\n",
         "models.py:5"},
        {M C "    a = models.IntegerField()\n    class Meta:\n"
             "        index_together = [('a', 'id')]\n",
         "models.py:5"},
        {M C "    a = models.IntegerField()\n", ""},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-unique-together-legacy", cases);
    judged = django_judge("dj-unique-together-legacy", cases[1].text, NULL);
    if (!judged)
        return;
    g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(django_first(judged)->fix.code, ==,
                    "models.Index(fields=(\"a\", \"id\"), name=\"…\"),");
}

static void
test_date_range(void)
{
    static const DjangoCase cases[] = {
        {M C "    date_from = models.DateField()\n    date_to = models.DateField()\n",
         "models.py:3:likely"},
        {M C "    started_at = models.DateTimeField()\n    ended_at = models.DateTimeField()\n",
         "models.py:3:likely"},
        {M C "    date_from = models.DateField()\n    date_to = models.DateTimeField()\n", ""},
        {M C "    restart = models.DateField()\n    reend = models.DateField()\n", ""},
        {M C "    start = models.DateField()\n    end = models.DateField()\n    class Meta:\n"
             "        constraints = [models.CheckConstraint("
             "check=models.Q(end__gt=models.F('start')), name='c')]\n",
         ""},
    };

    django_cases("dj-date-range-no-check", cases);
}

static void
test_float_money(void)
{
    static const DjangoCase cases[] = {
        {M C "    price = models.FloatField()\n", "models.py:3:likely"},
        {M C "    total = models.FloatField()\n", "models.py:3:likely"},
        {M "class Row(models.Model):\n    total = models.FloatField()\n", "models.py:3:possible"},
        {M "class Row(models.Model):\n    total = models.FloatField()\n"
           "    currency = models.CharField(max_length=3)\n",
         "models.py:3:likely"},
        {M C "    price = models.DecimalField(max_digits=9, decimal_places=2)\n"
             "    ratio = models.FloatField()\n",
         ""},
    };

    django_cases("dj-float-money", cases);
}

#define P "class Person(models.Model):\n    pass\n"

static void
test_do_nothing(void)
{
    static const DjangoCase cases[] = {
        {M P C "    p = models.ForeignKey(Person, models.DO_NOTHING)\n", "models.py:5"},
        {M P C "    p = models.ForeignKey(Person, on_delete=models.CASCADE, "
               "db_constraint=False)\n",
         "models.py:5"},
        {M P C "    p = models.ForeignKey(Person, models.CASCADE)\n    n = models.TextField()\n",
         ""},
        {M "class Person(models.Model):\n    class Meta:\n        managed = False\n" C
           "    p = models.ForeignKey(Person, models.DO_NOTHING)\n",
         ""},
        {M P C "    p = models.ForeignKey(Person, models.CASCADE, db_constraint=False, "
               "to_field='id')\n",
         "models.py:5"},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-on-delete-do-nothing", cases);
    judged = django_judge("dj-on-delete-do-nothing",
                          M P C "    p = models.ForeignKey(Person, models.DO_NOTHING, "
                                "db_constraint=False)\n",
                          NULL);
    if (!judged)
        return;
    g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(g_ptr_array_index(django_first(judged)->fix.sql, 0), ==,
                    "ALTER TABLE shop_order ADD CONSTRAINT shop_order_p_id_fk FOREIGN KEY (p_id) "
                    "REFERENCES shop_person (id) DEFERRABLE INITIALLY DEFERRED NOT VALID;");
    django_judged_free(g_steal_pointer(&judged));
    judged = django_judge("dj-on-delete-do-nothing",
                          M P "class PageLogEntry(models.Model):\n"
                              "    p = models.ForeignKey(Person, models.DO_NOTHING, "
                              "db_constraint=False)\n",
                          NULL);
    g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_INFO);
    django_judged_free(g_steal_pointer(&judged));
    judged = django_judge("dj-on-delete-do-nothing",
                          M P "class BlogEntry(models.Model):\n"
                              "    p = models.ForeignKey(Person, models.DO_NOTHING, "
                              "db_constraint=False)\n",
                          NULL);
    g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_WARNING);
}

static void
assert_with_rows(const char *rule, const char *text, const char *rows, const char *expected)
{
    g_autoptr(DjangoJudged) judged = django_judge(rule, text, rows);
    g_autofree char *found = judged ? django_found(judged) : NULL;

    if (judged)
        g_assert_cmpstr(found, ==, expected);
}

static void
test_cascade_large(void)
{
    static const char text[] = M P C "    p = models.ForeignKey(Person, models.CASCADE)\n"
                                     "    q = models.ForeignKey(Person, models.PROTECT)\n";

    assert_with_rows("dj-cascade-large", text, "shop.Order=1000000", "models.py:5:likely");
    assert_with_rows("dj-cascade-large", text, "shop.Order=999999", "");
    assert_with_rows("dj-cascade-large", text, NULL, "");
}

#define LINK                                                                                       \
    M P "class Group(models.Model):\n"                                                             \
        "    m = models.ManyToManyField(Person, through='Link')\n"                                 \
        "class Link(models.Model):\n    person = models.ForeignKey(Person, models.CASCADE)\n"      \
        "    group = models.ForeignKey(Group, models.CASCADE)\n"

static void
test_link(void)
{
    static const DjangoCase cases[] = {
        {LINK, "models.py:6:likely"},
        {LINK "    since = models.DateField()\n", ""},
        {LINK "    a = models.TextField()\n    b = models.TextField()\n"
              "    c = models.TextField()\n",
         ""},
        {LINK "    x = models.OneToOneField(Person, models.CASCADE, related_name='+')\n", ""},
        {LINK "    class Meta:\n        unique_together = [('group', 'person')]\n", ""},
        {LINK "    class Meta:\n        constraints = [models.UniqueConstraint("
              "fields=['group'], name='u')]\n",
         ""},
        {M P "class Link(models.Model):\n    a = models.ForeignKey(Person, models.CASCADE)\n"
             "    b = models.ForeignKey(Person, models.CASCADE)\n",
         ""},
    };

    django_cases("dj-model-without-str-meta", cases);
}

static void
test_small_keys(void)
{
    static const DjangoCase cases[] = {
        {"# shop/settings.py\nINSTALLED_APPS = ['shop']\n# shop/models.py\n" M C "    pass\n",
         "settings.py:1"},
        {"# shop/settings.py\nINSTALLED_APPS = ['shop']\n"
         "DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n# shop/models.py\n" M C "    pass\n",
         "settings.py:3"},
        {M C "    id = models.AutoField(primary_key=True)\n", "models.py:2"},
        {M C "    id = models.BigAutoField(primary_key=True)\n", ""},
        {M "class KeyField(models.AutoField):\n    pass\n" C
           "    id = KeyField(primary_key=True)\n",
         "models.py:4"},
        {M "class BoundedBigAutoField(models.AutoField):\n    def db_type(self, connection):\n"
           "        return 'bigserial'\n" C "    id = BoundedBigAutoField(primary_key=True)\n",
         ""},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-autofield-int", cases);
    judged = django_judge("dj-autofield-int", cases[2].text, "shop.Order=100000000");
    if (judged)
        g_assert_cmpint(django_first(judged)->severity, ==, PGA_SEVERITY_WARNING);
}

static void
test_json(void)
{
    static const DjangoCase defaults[] = {
        {M C "    a = models.JSONField(default={})\n    b = models.JSONField(default=[1])\n"
             "    c = models.JSONField(default=dict)\n    d = models.JSONField(default=(1,))\n",
         "models.py:3 models.py:4"},
        {M "from jsonfield import JSONField\n" C
           "    a = JSONField(default={})\n    b = JSONField(default=[])\n", /* copied */
         ""},
        {M "from django_countries.fields import CountryField\n" C /* text of a list */
           "    a = CountryField(multiple=True, default=[])\n",
         ""},
        {M "from django_countries.fields import CountryField\n" C
           "    a = CountryField(multiple=True, default={})\n",
         "models.py:4"},
        {M C "    a = models.CharField(default=[], max_length=9)\n", "models.py:3"},
    };
    static const DjangoCase hstore[] = {
        {M "from django.contrib.postgres.fields import HStoreField\n" C "    a = HStoreField()\n"
           "    b = models.JSONField()\n",
         "models.py:4"},
    };

    django_cases("dj-json-mutable-default", defaults);
    django_cases("dj-hstore", hstore);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-constraints/choices", test_choices);
    g_test_add_func("/rules/django-constraints/choices-become-a-check", test_choices_fix);
    g_test_add_func("/rules/django-constraints/validators", test_validators);
    g_test_add_func("/rules/django-constraints/not-negative", test_nonnegative);
    g_test_add_func("/rules/django-constraints/nullable-string", test_nullable_string);
    g_test_add_func("/rules/django-constraints/many-strings", test_many_strings);
    g_test_add_func("/rules/django-constraints/unique-nullable", test_unique_nullable);
    g_test_add_func("/rules/django-constraints/together", test_together);
    g_test_add_func("/rules/django-constraints/date-range", test_date_range);
    g_test_add_func("/rules/django-constraints/float-money", test_float_money);
    g_test_add_func("/rules/django-constraints/do-nothing", test_do_nothing);
    g_test_add_func("/rules/django-constraints/cascade-large", test_cascade_large);
    g_test_add_func("/rules/django-constraints/link", test_link);
    g_test_add_func("/rules/django-constraints/small-keys", test_small_keys);
    g_test_add_func("/rules/django-constraints/json", test_json);
    return g_test_run();
}
