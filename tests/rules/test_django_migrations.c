/* Rules about migrations of Django: each case a project whose newest migrations are judged. */
#include "django_case.h"

#include <django/history.h>
#include <string.h>

#define MODELS "# shop/models.py\n"
#define FIRST                                                                                      \
    "# shop/migrations/0001_initial.py\n"                                                          \
    "from django.db import migrations, models\n"                                                   \
    "class Migration(migrations.Migration):\n    operations = [\n"                                 \
    "        migrations.CreateModel('Order', fields=[('id', "                                      \
    "models.AutoField(primary_key=True)),\n"                                                       \
    "                                                ('code', models.TextField())]),\n    ]\n"
#define SECOND(head, body)                                                                         \
    "# shop/migrations/0002_second.py\n"                                                           \
    "from django.db import migrations, models\n" head "class Migration(migrations.Migration):\n"   \
    "    dependencies = [('shop', '0001_initial')]\n" body
#define OPERATIONS(text) "    operations = [\n" text "    ]\n"
#define ADD              "        migrations.AddField('order', 'a', models.TextField(null=True)),\n"
#define RUN              "        migrations.RunPython(fill, migrations.RunPython.noop),\n"
#define FILL(body)       "def fill(apps, schema_editor):\n" body
#define WRITES           FILL("    apps.get_model('shop', 'Order').objects.filter(a=1).update(a=2)\n")

static void
test_missing(void)
{
    static const DjangoCase cases[] = {
        {"# shop/models.py\nfrom django.db import models\n"
         "class Order(models.Model):\n    code = models.TextField()\n" FIRST,
         ""},
        {"# shop/models.py\nfrom django.db import models\n"
         "class Order(models.Model):\n    code = models.TextField(null=True)\n"
         "    note = models.TextField()\n" FIRST,
         "models.py:4:likely"},
        {"# shop/models.py\nfrom django.db import models\n"
         "class Order(models.Model):\n    code = models.TextField()\n    a = models.TextField()\n"
         "    b = models.TextField()\n    c = models.TextField()\n    d = models.TextField()\n"
         "    e = models.TextField()\nclass Line(models.Model):\n    pass\n" FIRST,
         "models.py:5:likely models.py:10:likely"},
        {"# shop/models.py\nfrom django.db import models\n"
         "class Order(models.Model):\n    code = models.TextField()\n"
         "# shop/migrations/0002_other.py\nfrom django.db import migrations\n"
         "class Migration(migrations.Migration):\n"
         "    dependencies = [('shop', '0001_initial')]\n" SECOND("", OPERATIONS("")) FIRST,
         "0002_second.py:1:likely"},
        {"# shop/models.py\nfrom django.db import models\n"
         "class Order(models.Model):\n    code = models.TextField()\n"
         "# shop/migrations/0002_other.py\nfrom django.db import migrations\n"
         "class Migration(migrations.Migration):\n"
         "    dependencies = [('shop', '0001_initial')]\n    operations = [Strange()]\n" SECOND(
             "", OPERATIONS("")) FIRST,
         ""},
    };
    g_autoptr(DjangoJudged) judged = django_judge("dj-mig-missing", cases[2].text, NULL);

    if (!judged)
        return;
    django_cases("dj-mig-missing", cases);
    g_assert_nonnull(strstr(django_first(judged)->evidence, "d: no migration adds it; and 1 more"));
}

static void
test_extension(void)
{
    static const DjangoCase cases[] = {
        {MODELS FIRST SECOND(
             "", OPERATIONS("        migrations.AddIndex('order', GinIndex(fields=['code'],\n"
                            "            opclasses=['gin_trgm_ops'], name='n')),\n"
                            "        migrations.AddIndex('order', GinIndex(fields=['code'],\n"
                            "            opclasses=['gin_trgm_ops'], name='m')),\n"
                            "        migrations.AddField('order', 'h', HStoreField()),\n")),
         "0002_second.py:6:likely 0002_second.py:10:likely"},
        {MODELS FIRST SECOND(
             "", OPERATIONS("        TrigramExtension(),\n"
                            "        migrations.AddIndex('order', GinIndex(fields=['code'],\n"
                            "            opclasses=['gin_trgm_ops'], name='n')),\n")),
         ""},
        {MODELS "# shop/migrations/0001_initial.py\nclass Migration(migrations.Migration):\n"
                "    operations = [migrations.RunSQL('CREATE EXTENSION pg_trgm')]\n" SECOND(
                    "", OPERATIONS("        migrations.RunSQL('CREATE INDEX i ON shop_order "
                                   "USING gin (code gin_trgm_ops)'),\n")),
         ""},
    };

    django_cases("dj-mig-trigram-no-extension", cases);
}

static void
test_mixed(void)
{
    static const DjangoCase cases[] = {
        {MODELS FIRST SECOND(WRITES, OPERATIONS(ADD RUN)), "0002_second.py:9:likely"},
        {MODELS FIRST SECOND(WRITES, OPERATIONS(RUN ADD)), "0002_second.py:8:likely"},
        {MODELS FIRST SECOND("", OPERATIONS(ADD "        migrations.RunSQL('  UPDATE x SET "
                                                "a = 1'),\n")),
         "0002_second.py:7:likely"},
        {MODELS FIRST SECOND("", OPERATIONS("        migrations.AlterUniqueTogether('order', "
                                            "{('a', 'b')}),\n"
                                            "        migrations.RunSQL('delete from x'),\n")),
         "0002_second.py:7:likely"},
        {MODELS FIRST SECOND(WRITES, "    atomic = False\n" OPERATIONS(ADD RUN)), ""},
        {MODELS FIRST SECOND(WRITES, OPERATIONS(RUN)), ""},
        {MODELS FIRST SECOND("", OPERATIONS(ADD "        migrations.RunPython("
                                                "migrations.RunPython.noop),\n"
                                                "        migrations.RunSQL('SELECT 1'),\n")),
         ""},
        {MODELS FIRST SECOND(FILL("    print('x')\n"), OPERATIONS(ADD RUN)), ""},
        {MODELS SECOND(WRITES,
                       OPERATIONS("        migrations.CreateModel('order', fields=[]),\n" ADD RUN)),
         ""},
        /* not the newest */
        {MODELS
         "# shop/migrations/0003_third.py\nfrom django.db import migrations\n"
         "class Migration(migrations.Migration):\n"
         "    dependencies = [('shop', '0002_second')]\n" FIRST SECOND(WRITES, OPERATIONS(ADD RUN)),
         ""},
    };

    django_cases("dj-mig-runpython-mixed", cases);
}

static void
test_unbatched(void)
{
    static const DjangoCase cases[] = {
        {MODELS FIRST SECOND(FILL("    Order = apps.get_model('shop', 'Order')\n"
                                  "    for order in Order.objects.all():\n"
                                  "        order.code = 'x'\n"
                                  "        order.save()\n"),
                             OPERATIONS(RUN)),
         "0002_second.py:5:likely"},
        {MODELS FIRST SECOND("@once\n" FILL("    Order = apps.get_model('shop', 'Order')\n"
                                            "    Order.objects.update(code='x')\n"
                                            "    Order.objects.all().update(\n"
                                            "        code='x')\n"),
                             OPERATIONS(RUN)),
         "0002_second.py:6:likely 0002_second.py:7:likely"},
        {MODELS FIRST SECOND(FILL("    for order in Order.objects.filter(a=1):\n"
                                  "        order.save()\n"
                                  "    for order in Order.objects.all():\n"
                                  "        print(order)\n"
                                  "    for order in orders:\n"
                                  "        order.save()\n"
                                  "    Order.objects.filter(a=1).update(a=2)\n"),
                             OPERATIONS(RUN)),
         ""},
        /* batches of its own; a function that no operation names */
        {MODELS FIRST SECOND(FILL("    for order in Order.objects.all():\n        order.save()\n"),
                             "    atomic = False\n" OPERATIONS(RUN)),
         ""},
        {MODELS FIRST SECOND(FILL("    Order.objects.update(code='x')\n"), OPERATIONS(ADD)), ""},
    };

    django_cases("dj-mig-runpython-unbatched", cases);
}

/* Deeper than anybody writes: what is in it is not looked at. */
static void
test_depth(void)
{
    g_autoptr(GString) text = g_string_new(MODELS FIRST "# shop/migrations/0002_second.py\n"
                                                        "from django.db import migrations\n"
                                                        "def fill(apps, schema_editor):\n    x = ");
    g_autoptr(DjangoJudged) judged = NULL;

    for (guint i = 0; i < 300; i++)
        g_string_append(text, "(");
    g_string_append(text, "Order.objects.update(a=1)");
    for (guint i = 0; i < 300; i++)
        g_string_append(text, ")");
    g_string_append(text, "\nclass Migration(migrations.Migration):\n    dependencies = [('shop', "
                          "'0001_initial')]\n    operations = [migrations.RunPython(fill)]\n");
    judged = django_judge("dj-mig-runpython-unbatched", text->str, NULL);
    if (judged)
        g_assert_cmpuint(judged->findings->len, ==, 0);
}

static void
test_model_import(void)
{
    static const DjangoCase cases[] = {
        {MODELS FIRST SECOND(
             "from shop.models import Order\n" FILL("    for order in Order.objects.filter(a=1):\n"
                                                    "        pass\n"),
             OPERATIONS(RUN)),
         "0002_second.py:5:likely"},
        {MODELS FIRST SECOND(
             "from ..models import Order as Today\n" FILL("    Today.objects.count()\n"),
             OPERATIONS(RUN)),
         "0002_second.py:5:likely"},
        {MODELS FIRST SECOND("from shop.models import Order\n" FILL(
                                 "    Order = apps.get_model('shop', 'Order')\n"
                                 "    print(Other.objects, Order.OPEN, a.b.objects)\n"),
                             OPERATIONS(RUN)),
         ""},
        {MODELS FIRST SECOND("from shop.manage import Order\nfrom django.db.models import Q\n" FILL(
                                 "    Order.objects.count()\n"),
                             OPERATIONS(RUN)),
         ""},
    };

    django_cases("dj-mig-runpython-model-import", cases);
}

static void
test_not_reversible(void)
{
    static const DjangoCase cases[] = {
        {MODELS FIRST SECOND("", OPERATIONS("        migrations.RunPython(fill),\n"
                                            "        migrations.RunSQL('SELECT 1'),\n" RUN
                                            "        migrations.RunSQL('SELECT 1', "
                                            "reverse_sql='SELECT 2'),\n" ADD)),
         "0002_second.py:6:likely 0002_second.py:7:likely"},
    };

    django_cases("dj-mig-not-reversible", cases);
}

static void
test_atomic_false(void)
{
    static const DjangoCase cases[] = {
        {MODELS FIRST SECOND("", "    atomic = False\n" OPERATIONS(ADD RUN ADD)),
         "0002_second.py:9:likely"},
        {MODELS FIRST SECOND("", OPERATIONS(ADD ADD)), ""},
        {MODELS FIRST SECOND("", "    atomic = False\n" OPERATIONS(ADD RUN)), ""},
        {MODELS FIRST SECOND("", "    atomic = False\n" OPERATIONS(
                                     "        AddIndexConcurrently('order', models.Index(fields="
                                     "['code'], name='n')),\n" ADD ADD)),
         ""},
    };

    django_cases("dj-mig-atomic-false-many", cases);
}

/* A file that is no Python is told of elsewhere. */
static void
test_broken_file(void)
{
    static const char text[] = MODELS FIRST "# shop/migrations/0002_second.py\n\xff\xfe\n";
    g_autoptr(DjangoJudged) judged = django_judge("dj-mig-runpython-unbatched", text, NULL);

    if (judged)
        g_assert_cmpuint(judged->findings->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-migrations/missing", test_missing);
    g_test_add_func("/rules/django-migrations/extension", test_extension);
    g_test_add_func("/rules/django-migrations/mixed", test_mixed);
    g_test_add_func("/rules/django-migrations/unbatched", test_unbatched);
    g_test_add_func("/rules/django-migrations/depth", test_depth);
    g_test_add_func("/rules/django-migrations/model-import", test_model_import);
    g_test_add_func("/rules/django-migrations/not-reversible", test_not_reversible);
    g_test_add_func("/rules/django-migrations/atomic-false", test_atomic_false);
    g_test_add_func("/rules/django-migrations/broken-file", test_broken_file);
    return g_test_run();
}
