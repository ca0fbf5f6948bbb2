/* What tells two findings of one rule apart, and what does not. */
#include "django_case.h"

#define MODELS                                                                                     \
    "from django.db import models\n"                                                               \
    "class Tag(models.Model):\n"                                                                   \
    "    name = models.CharField(max_length=30)\n"                                                 \
    "    kind = models.CharField(max_length=30)\n"                                                 \
    "    seen = models.BooleanField(default=False)\n"                                              \
    "# shop/views.py\n"                                                                            \
    "from .models import Tag\n"
#define FIRST  "    Tag.objects.get_or_create(name=name)\n"
#define SECOND "    Tag.objects.get_or_create(kind=name)\n"

static const char rule[] = "dj-get-or-create-no-unique";

static const char *
fingerprint(const DjangoJudged *judged, guint i)
{
    g_assert_cmpuint(i, <, judged->findings->len);
    return ((const PgaFinding *)g_ptr_array_index(judged->findings, i))->fingerprint;
}

/* One function, one model, two statements. */
static void
test_statements(void)
{
    g_autoptr(DjangoJudged) both =
        django_judge(rule, MODELS "def tag(request, name):\n" FIRST SECOND, NULL);
    g_autoptr(DjangoJudged) later =
        django_judge(rule, MODELS "\n\ndef tag(request, name):\n    pass\n" SECOND, NULL);

    if (!both)
        return;
    g_assert_cmpuint(both->findings->len, ==, 2);
    g_assert_cmpstr(fingerprint(both, 0), !=, fingerprint(both, 1));
    g_assert_cmpstr(fingerprint(both, 1), ==, fingerprint(later, 0));
}

/* The same text once more is the second; the first stays what it is. */
static void
test_numbers(void)
{
    g_autoptr(DjangoJudged) one =
        django_judge(rule, MODELS "def tag(request, name):\n" FIRST, NULL);
    g_autoptr(DjangoJudged) three =
        django_judge(rule, MODELS "def tag(request, name):\n" FIRST FIRST FIRST, NULL);

    if (!one)
        return;
    g_assert_cmpuint(three->findings->len, ==, 3);
    g_assert_cmpstr(fingerprint(three, 0), ==, fingerprint(one, 0));
    g_assert_cmpstr(fingerprint(three, 1), !=, fingerprint(one, 0));
    g_assert_cmpstr(fingerprint(three, 2), !=, fingerprint(three, 1));
    g_assert_cmpstr(fingerprint(three, 2), !=, fingerprint(one, 0));
}

/* A field is the same one when its definition changes. */
static void
test_fields(void)
{
    g_autoptr(DjangoJudged) before = django_judge("dj-nullable-string",
                                                  "from django.db import models\n"
                                                  "class A(models.Model):\n"
                                                  "    b = models.CharField(max_length=30, "
                                                  "null=True)\n",
                                                  NULL);
    g_autoptr(DjangoJudged) after = django_judge("dj-nullable-string",
                                                 "from django.db import models\n"
                                                 "class A(models.Model):\n"
                                                 "    b = models.CharField(max_length=40, "
                                                 "null=True)\n",
                                                 NULL);

    if (!before)
        return;
    g_assert_cmpstr(fingerprint(before, 0), ==, fingerprint(after, 0));
}

/* What is asked for behind a relation is what the finding is about. */
static void
test_related(void)
{
    g_autoptr(DjangoJudged) judged =
        django_judge("dj-get-or-create-no-unique",
                     "from django.db import models\n"
                     "class Profile(models.Model):\n"
                     "    name = models.CharField(max_length=30)\n"
                     "class Graph(models.Model):\n"
                     "    profile = models.ForeignKey(Profile, models.CASCADE)\n"
                     "    title = models.CharField(max_length=30)\n"
                     "# shop/views.py\n"
                     "from .models import Graph, Profile\n"
                     "def graph(request, pk, title):\n"
                     "    profile = Profile.objects.get(pk=pk)\n"
                     "    profile.graph_set.get_or_create(title=title)\n",
                     NULL);

    if (!judged)
        return;
    g_assert_cmpstr(django_first(judged)->object, ==, "shop.Graph in shop.views.graph");
}

/* An attribute that is set twice is one column. */
static void
test_columns(void)
{
    g_autoptr(DjangoJudged) judged =
        django_judge("dj-save-overwrites-all-fields",
                     MODELS "def tag(request, pk):\n    tag = Tag.objects.get(pk=pk)\n"
                            "    if pk:\n        tag.kind = 'a'\n"
                            "    else:\n        tag.kind = 'b'\n"
                            "    tag.save()\n",
                     NULL);

    if (!judged)
        return;
    g_assert_true(g_str_has_prefix(django_first(judged)->evidence, "Only kind changes, "));
    g_assert_cmpstr(django_first(judged)->fix.code, ==, "tag.save(update_fields=[\"kind\"])");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-report/statements", test_statements);
    g_test_add_func("/rules/django-report/numbers", test_numbers);
    g_test_add_func("/rules/django-report/fields", test_fields);
    g_test_add_func("/rules/django-report/related", test_related);
    g_test_add_func("/rules/django-report/columns", test_columns);
    return g_test_run();
}
