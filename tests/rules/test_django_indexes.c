/* Indexes of models that are missing, or there for nothing. */
#include <string.h>

#include "django_case.h"

#define M "from django.db import models\n"
#define C M "class P(models.Model):\n    pass\nclass Order(models.Model):\n" /* 4 lines */

static void
assert_with_rows(const char *rule, const char *text, const char *rows, const char *expected)
{
    g_autoptr(DjangoJudged) judged = django_judge(rule, text, rows);
    g_autofree char *found = judged ? django_found(judged) : NULL;

    if (judged)
        g_assert_cmpstr(found, ==, expected);
}

static void
test_foreign_key(void)
{
    static const DjangoCase cases[] = {
        {C "    p = models.ForeignKey(P, models.CASCADE, db_index=False)\n", "models.py:5"},
        {C "    p = models.ForeignKey(P, models.CASCADE)\n", ""},
        {C "    p = models.ForeignKey(P, models.CASCADE, db_index=False)\n"
           "    n = models.IntegerField()\n    class Meta:\n"
           "        unique_together = [('p', 'n')]\n",
         ""},
        {C "    p = models.ForeignKey(P, models.CASCADE, db_index=False, null=True)\n"
           "    class Meta:\n        indexes = [models.Index(fields=['p'], name='i', "
           "condition=models.Q(p__isnull=False))]\n",
         ""},
        {C "    p = models.ForeignKey(P, models.CASCADE, db_index=False, null=True)\n"
           "    class Meta:\n        indexes = [models.Index(fields=['p'], name='i', "
           "condition=models.Q(p=1))]\n",
         "models.py:5"},
    };
    g_autoptr(DjangoJudged) judged = NULL;

    django_cases("dj-fk-no-index", cases);
    assert_with_rows("dj-fk-no-index", cases[0].text, "shop.Order=999", "");
    judged = django_judge("dj-fk-no-index", cases[0].text, "shop.Order=1000");
    if (judged)
        g_assert_cmpstr(g_ptr_array_index(django_first(judged)->fix.sql, 0), ==,
                        "CREATE INDEX CONCURRENTLY order_p_idx ON shop_order (p_id);");
}

#define G                                                                                          \
    M "from django.contrib.contenttypes.fields import GenericForeignKey\n"                         \
      "from django.contrib.contenttypes.models import ContentType\n"                               \
      "class Note(models.Model):\n"                                                                \
      "    content_type = models.ForeignKey(ContentType, models.CASCADE)\n"                        \
      "    object_id = models.IntegerField()\n    about = GenericForeignKey()\n"

static void
test_generic_key(void)
{
    static const DjangoCase cases[] = {
        {G, "models.py:7"},
        {G "    class Meta:\n        indexes = [models.Index(fields=['content_type', "
           "'object_id'], name='i')]\n",
         ""},
        {G "    class Meta:\n        unique_together = [('object_id', 'content_type')]\n", ""},
        {G "    class Meta:\n        indexes = [models.Index(fields=['content_type', "
           "'object_id'], name='i', condition=models.Q(object_id=1))]\n",
         "models.py:7"},
        {G "    other = GenericForeignKey('content_type', 'nowhere')\n", "models.py:7"},
    };

    django_cases("dj-generic-fk-no-index", cases);
    assert_with_rows("dj-generic-fk-no-index", G, "shop.Note=999", "");
}

static void
test_redundant(void)
{
    static const DjangoCase cases[] = {
        {C "    p = models.ForeignKey(P, models.CASCADE)\n    n = models.IntegerField()\n"
           "    class Meta:\n        unique_together = [('p', 'n')]\n",
         "models.py:4"},
        {C "    a = models.IntegerField(db_index=True)\n    class Meta:\n"
           "        indexes = [models.Index(fields=['a', 'id'], name='i'), "
           "models.Index(fields=['id'], name='j'), models.Index(fields=['id'])]\n",
         "models.py:4"},
        {C "    a = models.IntegerField(db_index=True, unique=True)\n", ""},
        {C "    a = models.CharField(max_length=9, unique=True)\n", ""},
        {C "    a = models.IntegerField(db_index=True)\n    class Meta:\n"
           "        indexes = [models.Index(fields=['-a', 'id'], name='i'), "
           "models.Index(fields=['a', 'id'], name='j', condition=models.Q(a=1))]\n",
         ""},
    };
    g_autoptr(DjangoJudged) one = NULL, two = NULL;

    django_cases("dj-redundant-index", cases);
    one = django_judge("dj-redundant-index", cases[0].text, NULL);
    two = django_judge("dj-redundant-index", cases[1].text, NULL);
    if (!one)
        return;
    g_assert_cmpint(django_first(one)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpstr(django_first(one)->fix.code, ==, "# p: db_index=False");
    g_assert_cmpstr(django_first(one)->evidence, ==,
                    "(p) of foreign key begins (p, n) of unique_together");
    g_assert_cmpint(django_first(two)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(django_first(two)->fix.code, ==,
                    "# a: without db_index=True\n# without j (Meta.indexes)\n"
                    "# without the index over it (Meta.indexes)");
}

static void
test_few_values(void)
{
    static const DjangoCase cases[] = {
        {C "    a = models.BooleanField(db_index=True)\n"
           "    b = models.IntegerField(db_index=True, choices=[(1, 'A'), (2, 'B')])\n",
         "models.py:5:likely"},
        {C "    a = models.BooleanField()\n    b = models.IntegerField(db_index=True)\n"
           "    c = models.IntegerField(db_index=True, choices=[(1, 'A'), (2, 'B'), (3, 'C'), "
           "(4, 'D'), (5, 'E')])\n",
         ""},
    };

    django_cases("dj-low-cardinality-index", cases);
}

static void
test_ordering(void)
{
    static const DjangoCase cases[] = {
        {C "    made = models.DateField()\n    class Meta:\n        ordering = ['-made']\n",
         "models.py:4:likely"},
        {C "    p = models.ForeignKey(P, models.CASCADE)\n    class Meta:\n"
           "        ordering = ['p']\n",
         "models.py:4:likely"},
        {C "    p = models.ForeignKey(P, models.CASCADE)\n    class Meta:\n"
           "        ordering = ['p__id']\n",
         "models.py:4:likely"},
        {C "    made = models.DateField(db_index=True)\n    class Meta:\n"
           "        ordering = ['-made']\n",
         ""},
        {C "    class Meta:\n        ordering = ['-pk']\n", ""},
        {C "    class Meta:\n        ordering = ['?']\n", ""},
        {C "    class Meta:\n        ordering = ['nothing']\n", ""},
        {C "    pass\n", ""},
    };

    django_cases("dj-meta-ordering-hidden-sort", cases);
    assert_with_rows("dj-meta-ordering-hidden-sort", cases[0].text, "shop.Order=9999", "");
}

static void
test_eav(void)
{
    static const DjangoCase cases[] = {
        {C "    p = models.ForeignKey(P, models.CASCADE)\n"
           "    key = models.CharField(max_length=9)\n    value = models.TextField()\n",
         "models.py:4:likely"},
        {C "    p = models.ForeignKey(P, models.CASCADE)\n"
           "    name = models.CharField(max_length=9)\n    value_int = models.IntegerField()\n"
           "    value_text = models.TextField()\n    made = models.DateField()\n",
         "models.py:4:likely"},
        {C "    key = models.CharField(max_length=9)\n    value = models.TextField()\n", ""},
        {C "    p = models.ForeignKey(P, models.CASCADE)\n"
           "    name = models.CharField(max_length=9)\n    value = models.JSONField()\n",
         ""},
        {C "    p = models.ForeignKey(P, models.CASCADE)\n"
           "    name = models.CharField(max_length=9)\n    value = models.TextField()\n"
           "    a = models.TextField()\n    b = models.TextField()\n",
         ""},
    };

    django_cases("dj-eav-key-value", cases);
}

#define U "    code = models.CharField(max_length=9, unique=True)\n"

static void
test_like_index(void)
{
    const char *rule = "dj-like-index-unneeded";

    assert_with_rows(rule, C U, "shop.Order=100000", "models.py:5:likely");
    assert_with_rows(rule, C U, "shop.Order=99999", "");
    assert_with_rows(rule, C U, NULL, "");
    assert_with_rows(rule, C "    n = models.IntegerField(unique=True)\n", "shop.Order=100000", "");
    assert_with_rows(rule,
                     C U "# shop/admin.py\nfrom django.contrib import admin\n"
                         "from shop.models import Order\n@admin.register(Order)\n"
                         "class OrderAdmin(admin.ModelAdmin):\n    search_fields = ['^code']\n",
                     "shop.Order=100000", "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-indexes/foreign-key", test_foreign_key);
    g_test_add_func("/rules/django-indexes/generic-key", test_generic_key);
    g_test_add_func("/rules/django-indexes/redundant", test_redundant);
    g_test_add_func("/rules/django-indexes/few-values", test_few_values);
    g_test_add_func("/rules/django-indexes/ordering", test_ordering);
    g_test_add_func("/rules/django-indexes/keys-and-values", test_eav);
    g_test_add_func("/rules/django-indexes/like-index", test_like_index);
    return g_test_run();
}
