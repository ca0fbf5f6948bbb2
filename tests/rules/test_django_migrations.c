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

/* Another one than SECOND, which begins so. */
#define BRANCHES(body)                                                                             \
    "# shop/models.py\nfrom django.db import models\n"                                             \
    "class Order(models.Model):\n    code = models.TextField()\n"                                  \
    "# shop/migrations/0002_other.py\nfrom django.db import migrations\n"                          \
    "class Migration(migrations.Migration):\n" body SECOND("", OPERATIONS("")) FIRST

/* What a name of the models stands for is not told: listed, the first ones by name. */
static void
test_untold(void)
{
    enum { N = 13 };
    g_autoptr(GString) meta = g_string_new(NULL), operations = g_string_new(NULL);
    g_autoptr(DjangoJudged) judged = NULL;
    g_autofree char *text = NULL;
    const PgaNotChecked *entry;

    for (guint i = 0; i < N; i++) {
        g_string_append_printf(
            meta, "            models.CheckConstraint(check=ARE[%u], name='c%u'),\n", i, i);
        g_string_append_printf(operations,
                               "        migrations.AddConstraint('order', models.CheckConstraint("
                               "check=models.Q(('id', %u)), name='c%u')),\n",
                               i, i);
    }
    text = g_strdup_printf("# shop/models.py\nfrom django.db import models\nfrom far import ARE\n"
                           "class Order(models.Model):\n    code = models.TextField()\n"
                           "    class Meta:\n        constraints = [\n%s        ]\n" FIRST SECOND(
                               "", OPERATIONS("%s")),
                           meta->str, operations->str);
    judged = django_judge("dj-mig-missing", text, NULL);
    if (!judged)
        return;
    g_assert_cmpuint(judged->findings->len, ==, 0);
    g_assert_cmpuint(judged->not_checked->len, ==, 1);
    entry = g_ptr_array_index(judged->not_checked, 0);
    g_assert_true(g_str_has_prefix(entry->what, "models against migrations: shop.Order.c0, shop."));
    g_assert_true(g_str_has_suffix(entry->what, " and 1 more"));
}

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
         "    e = models.TextField()\n    f = models.TextField()\n    g = models.TextField()\n"
         "    h = models.TextField()\n    i = models.TextField()\n    j = models.TextField()\n"
         "    k = models.TextField()\n    l = models.TextField()\n    m = models.TextField()\n"
         "class Line(models.Model):\n    pass\n" FIRST,
         "models.py:5:likely models.py:18:likely"},
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
        {BRANCHES("    def __init__(self, *args, **kwargs):\n"
                  "        self.dependencies = [('shop', '0002_second')]\n"),
         ""},
        {BRANCHES("    dependencies = after('0002_second')\n"), ""},
        {BRANCHES("    dependencies = [('shop', '0001_initial')]\n"
                  "    def apply(self, state, editor):\n        pass\n"),
         "0002_second.py:1:likely"},
    };
    g_autoptr(DjangoJudged) judged = django_judge("dj-mig-missing", cases[2].text, NULL);

    if (!judged)
        return;
    django_cases("dj-mig-missing", cases);
    g_assert_nonnull(strstr(django_first(judged)->evidence, "l: no migration adds it; and 1 more"));
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
        {MODELS FIRST SECOND(
             "", OPERATIONS("        migrations.AlterUniqueTogether(name='order', unique_together="
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

/* --- the database --- */

static const char drift_models[] =
    "from django.db import models\n"
    "class Order(models.Model):\n"
    "    code = models.TextField(db_index=True)\n"
    "    class Meta:\n"
    "        indexes = [\n"
    "            models.Index(fields=['code'], name='there'),\n"
    "            models.Index(fields=['code'], name='gone'),\n"
    "            models.Index(fields=['code']),\n"
    "        ]\n"
    "        constraints = [\n"
    "            models.CheckConstraint(check=models.Q(code='a'), name='check_there'),\n"
    "            models.CheckConstraint(check=models.Q(code='a'), name='check_gone'),\n"
    "        ]\n"
    "class Other(models.Model):\n"
    "    pass\n";

static PgaIndex *
index_on(PgaCatalog *catalog, PgaOid oid, const char *name, gint16 attnum)
{
    PgaIndex *index = pga_catalog_add_index(catalog, oid, 100);

    index->nspname = g_strdup("public");
    index->relname = g_strdup(name);
    index->amname = g_strdup("btree");
    g_array_append_val(index->indkey, attnum);
    index->n_key_atts = 1;
    return index;
}

static PgaCatalog *
drift_catalog(gboolean is_behind, gboolean is_twice)
{
    PgaCatalog *catalog = pga_catalog_new();
    PgaRelation *relation = pga_catalog_add_relation(catalog, 100, "public", "shop_order");

    relation->relkind = 'r';
    pga_relation_add_attribute(relation, 1, "id");
    pga_relation_add_attribute(relation, 2, is_behind ? "older" : "code");
    pga_relation_add_attribute(relation, 3, "extra");
    index_on(catalog, 201, "pkey", 1)->indisprimary = TRUE;
    index_on(catalog, 202, "there", 0);
    index_on(catalog, 203, "by_another_name", 2);
    index_on(catalog, 204, "only_here", 3);
    index_on(catalog, 205, "an_expression", 0);
    pga_catalog_add_constraint(catalog, 301, 'c', 100)->conname = g_strdup("check_there");
    pga_catalog_add_constraint(catalog, 302, 'x', 100)->conname = g_strdup("excluded");
    if (is_twice)
        pga_catalog_add_relation(catalog, 101, "other", "shop_order")->relkind = 'r';
    pga_catalog_finish(catalog);
    return catalog;
}

/* (transfer full): evidence of each finding, a line each. */
static char *
drift(const PgaCatalog *catalog)
{
    static const char *const only[] = {"dj-constraint-drift", NULL};
    g_autoptr(DjangoJudged) judged = django_judge("dj-constraint-drift", drift_models, NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    if (!judged)
        return NULL;
    g_assert_cmpuint(judged->findings->len, ==, 0);
    {
        const PgaDjangoSource source = {
            .project = judged->project,
            .code = judged->code,
            .queries = judged->queries,
            .catalog = catalog,
            .pg_version = 150000,
            .only = only,
        };

        pga_django_rules_run(&source, judged->findings, judged->not_checked);
    }
    for (guint i = 0; i < judged->findings->len; i++)
        g_string_append_printf(
            text, "%s\n", ((const PgaFinding *)g_ptr_array_index(judged->findings, i))->evidence);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
test_drift(void)
{
    g_autoptr(PgaCatalog) catalog = drift_catalog(FALSE, FALSE);
    g_autoptr(PgaCatalog) behind = drift_catalog(TRUE, FALSE), twice = drift_catalog(FALSE, TRUE);
    g_autofree char *found = drift(catalog), *of_behind = drift(behind), *of_twice = drift(twice);

    if (!found)
        return;
    g_assert_cmpstr(found, ==,
                    "only the database has an_expression, only_here, excluded: no other one that "
                    "migrate makes will\n"
                    "shop_order has nothing of the name gone\n"
                    "shop_order has nothing of the name check_gone\n");
    g_assert_cmpstr(of_behind, ==, "");
    g_assert_cmpstr(of_twice, ==, "");
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
    g_test_add_func("/rules/django-migrations/untold", test_untold);
    g_test_add_func("/rules/django-migrations/extension", test_extension);
    g_test_add_func("/rules/django-migrations/mixed", test_mixed);
    g_test_add_func("/rules/django-migrations/unbatched", test_unbatched);
    g_test_add_func("/rules/django-migrations/depth", test_depth);
    g_test_add_func("/rules/django-migrations/model-import", test_model_import);
    g_test_add_func("/rules/django-migrations/not-reversible", test_not_reversible);
    g_test_add_func("/rules/django-migrations/atomic-false", test_atomic_false);
    g_test_add_func("/rules/django-migrations/drift", test_drift);
    g_test_add_func("/rules/django-migrations/broken-file", test_broken_file);
    return g_test_run();
}
