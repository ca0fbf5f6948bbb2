/* The answer's parts without a server: indexes in the words of Django, names, classes rewritten. */
#include <string.h>

#include "django_answer_internal.h"

static const char models[] =
    "from django.db import models\n"
    "class Base(models.Model):\n    made = models.DateTimeField()\n"
    "    class Meta:\n        abstract = True\n"
    "        indexes = [models.Index(fields=['made'], name='%(class)s_made')]\n"
    "class Order(Base):\n"
    "    code = models.CharField(max_length=20)\n"
    "    open = models.BooleanField()\n"
    "    size = models.IntegerField(db_column='sz')\n"
    "    data = models.JSONField()\n"
    "class Line(models.Model):\n"
    "    order = models.ForeignKey(Order, on_delete=models.CASCADE)\n"
    "    count = models.IntegerField(null=True)\n"
    "    class Meta:\n"
    "        pass\n"
    "class Mixed(models.Model):\n"
    "    a = models.IntegerField()\n"
    "    b = models.IntegerField()\n"
    "    class Meta:\n"
    "        unique_together = [('a', 'b')]\n"
    "        indexes = Line._meta.indexes\n"
    "        constraints = [  # of old\n"
    "            models.CheckConstraint(\n"
    "                check=models.Q(a__gt=0),\n"
    "                name='mixed_a'),\n"
    "        ]\n";
static const char settings[] = "INSTALLED_APPS = ['shop', 'django.contrib.postgres']\n";
static const char manage[] =
    "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";

static PgaDjangoProject *
project_of(guint version, gboolean has_postgres)
{
    PgaDjangoProject *project = pga_django_project_new();

    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    if (has_postgres) {
        pga_django_project_add(project, "settings.py", settings, strlen(settings));
        pga_django_project_add(project, "manage.py", manage, strlen(manage));
    }
    pga_django_project_resolve(project);
    project->version = version;
    return project;
}

static gboolean
is_skipped(void)
{
    if (!pga_python_is_available())
        g_test_skip("built without the grammar of Python");
    return !pga_python_is_available();
}

/* --- indexes --- */

static const struct {
    const char *sql, *call; /* behind CREATE INDEX i ON shop_order; NULL: no words */
} indexes[] = {
    {"(code)", "models.Index(fields=[\"code\"], name=\"n\")"},
    {"(sz DESC, code)", "models.Index(fields=[\"-size\", \"code\"], name=\"n\")"},
    {"(code varchar_pattern_ops, sz)",
     "models.Index(fields=[\"code\", \"size\"], opclasses=[\"varchar_pattern_ops\", \"\"], "
     "name=\"n\")"},
    {"USING brin (made)", "BrinIndex(fields=[\"made\"], name=\"n\")"},
    {"USING spgist (code)", "SpGistIndex(fields=[\"code\"], name=\"n\")"},
    {"USING hash (code)", "HashIndex(fields=[\"code\"], name=\"n\")"},
    {"USING gist (code)", "GistIndex(fields=[\"code\"], name=\"n\")"},
    {"USING bloom (code)", NULL},
    {"(lower(code))", "models.Index(Lower(\"code\"), name=\"n\")"},
    {"(upper(code::text) text_pattern_ops, sz NULLS FIRST)",
     "models.Index(OpClass(Upper(\"code\"), name=\"text_pattern_ops\"), "
     "models.F(\"size\").asc(nulls_first=True), name=\"n\")"},
    {"(lower(code) DESC)", "models.Index(Lower(\"code\").desc(), name=\"n\")"},
    {"((data -> 'a'))", "models.Index(KeyTransform(\"a\", \"data\"), name=\"n\")"},
    {"((data #> '{a}'))", NULL},
    {"(nobodys)", NULL},
    {"(trim(code))", NULL},
    {"((sz + 1))", NULL},
    {"((sz IS NULL))", NULL},
    {"(code) WITH (fillfactor = 70)", NULL},
    {"(code) INCLUDE (sz)", "models.Index(fields=[\"code\"], include=[\"size\"], name=\"n\")"},
    {"(code) INCLUDE (nobodys)", NULL},
    {"(code) WHERE open", "models.Index(fields=[\"code\"], condition=models.Q(open=True), "
                          "name=\"n\")"},
    {"(code) WHERE NOT open AND (sz > 1 OR sz <= -1)",
     "models.Index(fields=[\"code\"], condition=models.Q(open=False) & (models.Q(size__gt=1) | "
     "models.Q(size__lte=-1)), name=\"n\")"},
    {"(code) WHERE code IN ('a', 'b''\"') AND made IS NULL",
     "models.Index(fields=[\"code\"], condition=models.Q(code__in=[\"a\", \"\"\"b'\\\"\"\"\"]) & "
     "models.Q(made__isnull=True), name=\"n\")"},
    {"(code) WHERE open = false",
     "models.Index(fields=[\"code\"], condition=models.Q(open=False), name=\"n\")"},
    {"(code) WHERE code <> 'a'", NULL},
    {"(code) WHERE code IN ('a', lower('b'))", NULL},
    {"(code) WHERE sz > 1.5", NULL},
    {"(code) WHERE NOT (sz > 1)", NULL},
    {"(code) WHERE code = NULL", NULL},
    {"(code) WHERE lower(code) = 'a'", NULL},
    {"(code) WHERE EXISTS (SELECT 1)", NULL},
    {"(code", NULL},
};

static char *
call_of(const PgaDjangoProject *project, const char *rest)
{
    g_autofree char *sql = g_strdup_printf("CREATE INDEX CONCURRENTLY i ON shop_order %s;", rest);

    return pga_django_index_call(project, pga_django_project_model(project, "shop.Order"), sql,
                                 "n");
}

static void
test_indexes(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;

    if (is_skipped())
        return;
    project = project_of(402, TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(indexes); i++) {
        g_autofree char *call = call_of(project, indexes[i].sql);
        g_autoptr(PgaPyValue) value = call ? pga_django_python_value(call) : NULL;

        g_test_message("%s", indexes[i].sql);
        g_assert_cmpstr(call, ==, indexes[i].call);
        g_assert_true(!call || (value && value->kind == PGA_PY_CALL));
    }
}

/* Without django.contrib.postgres its wrappers are not known; expressions came with 3.2. */
static void
test_indexes_of_old_projects(void)
{
    g_autoptr(PgaDjangoProject) plain = NULL, old = NULL;
    g_autofree char *wrapped = NULL, *expression = NULL, *include = NULL, *columns = NULL;

    if (is_skipped())
        return;
    plain = project_of(402, FALSE);
    old = project_of(202, TRUE);
    wrapped = call_of(plain, "(lower(code) text_pattern_ops)");
    expression = call_of(old, "(lower(code))");
    include = call_of(old, "(code) INCLUDE (sz)");
    columns = call_of(old, "(code)");
    g_assert_null(wrapped);
    g_assert_null(expression);
    g_assert_null(include);
    g_assert_nonnull(columns);
}

static void
test_deep_predicate_has_no_words(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(GString) sql = g_string_new("(code) WHERE ");
    g_autofree char *call = NULL;

    if (is_skipped())
        return;
    project = project_of(402, TRUE);
    for (guint i = 0; i < 30; i++)
        g_string_append(sql, i % 2 ? "(open OR " : "(open AND ");
    g_string_append(sql, "open");
    for (guint i = 0; i < 30; i++)
        g_string_append_c(sql, ')');
    call = call_of(project, sql->str);
    g_assert_null(call);
}

/* --- the whole --- */

static void
add_fix(PgaDjangoReport *report, const char *object, const char *code, PgaSeverity severity)
{
    PgaFinding *finding = pga_finding_new("dj-test");

    finding->severity = severity;
    finding->object = g_strdup(object);
    finding->title = g_strdup("Something is missing");
    finding->fix.code = g_strdup(code);
    g_ptr_array_add(report->findings, finding);
}

static PgaDjangoReport *
answer(PgaDjangoProject *project, const char *const *fixes)
{
    PgaDjangoWork work = {.report = pga_django_report_new(), .project = project};
    g_autoptr(GError) error = NULL;

    for (guint i = 0; fixes[i]; i += 2)
        add_fix(work.report, fixes[i], fixes[i + 1], PGA_SEVERITY_WARNING);
    g_assert_true(pga_django_answer(&work, &error));
    g_assert_no_error(error);
    return work.report;
}

static const PgaDjangoChange *
change_at(const PgaDjangoReport *report, guint i)
{
    g_assert_cmpuint(i, <, report->changes->len);
    return g_ptr_array_index(report->changes, i);
}

static const PgaDjangoMigrationPlan *
plan_at(const PgaDjangoReport *report, guint i)
{
    g_assert_cmpuint(i, <, report->migrations->len);
    return g_ptr_array_index(report->migrations, i);
}

static void
test_classes(void)
{
    static const char *const fixes[] = {
        "shop.Order",
        "indexes = [models.Index(fields=['code'], name='one')]",
        "shop.Line.count",
        "models.CheckConstraint(check=models.Q(count__gte=0), name='two')",
        "shop.Line in shop.views.take", /* of another model */
        "models.UniqueConstraint(fields=['count', 'elsewhere'], name='four')\n"
        "models.Index(fields=['-elsewhere'], name='five')",
        "shop.Mixed",
        "models.CheckConstraint(check=models.Q(b__gt=0), name='three')\n"
        "models.Index(fields=['b'], name='a_name_that_is_much_too_long_for_an_index_of_django')\n"
        "models.UniqueConstraint(fields=['a', 'b'], name='known_as_together')\n"
        "models.CheckConstraint(check=models.Q(a__gt=0), name='there_by_another_name')\n"
        "models.UniqueConstraint(fields=['b', 'b'], name='…')",
        NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_of(402, FALSE);
    report = answer(project, fixes);
    g_assert_cmpuint(report->changes->len, ==, 3);
    g_assert_cmpstr(change_at(report, 0)->code, ==,
                    "from django.db import models\n\n\n"
                    "class Order(Base):\n"
                    "    class Meta(Base.Meta):\n"
                    "        indexes = [\n"
                    "            *Base.Meta.indexes,\n"
                    "            models.Index(fields=[\"code\"], name=\"one\"),\n"
                    "        ]\n");
    g_assert_cmpstr(change_at(report, 1)->code, ==,
                    "from django.db import models\n\n\n"
                    "class Line(models.Model):\n"
                    "    class Meta:\n"
                    "        constraints = [\n"
                    "            models.CheckConstraint(check=models.Q(count__gte=0), "
                    "name=\"two\"),\n"
                    "        ]\n");
    g_assert_cmpstr(
        change_at(report, 2)->code, ==,
        "from django.db import models\n\n\n"
        "class Mixed(models.Model):\n"
        "    class Meta:\n"
        "        unique_together = [('a', 'b')]\n"
        "        indexes = [\n"
        "            *Line._meta.indexes,\n"
        "            models.Index(fields=[\"b\"], name=\"a_name_that_is_much_too_67f02d\""
        "),\n"
        "        ]\n"
        "        constraints = [\n"
        "            # of old\n"
        "            models.CheckConstraint(\n"
        "                check=models.Q(a__gt=0),\n"
        "                name='mixed_a'),\n"
        "            models.CheckConstraint(check=models.Q(b__gt=0), name=\"three\"),\n"
        "            models.UniqueConstraint(fields=[\"b\"], name=\"shop_mixed_b_uniq\""
        "),\n"
        "        ]\n");
}

/* 4.0 has operations of its own for constraints; 5.1 calls the condition so. */
static void
test_constraints_of_newer_releases(void)
{
    static const char *const fixes[] = {
        "shop.Line.count",
        "models.CheckConstraint(check=models.Q(count__gte=0), name='two')",
        "shop.Order.size",
        "size = models.BigIntegerField(db_column='sz')",
        "shop.Line",
        "ExclusionConstraint(expressions=[('count', '=')], name='three')",
        NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_of(502, FALSE);
    report = answer(project, fixes);
    g_assert_cmpuint(report->migrations->len, ==, 5);
    g_assert_cmpstr(plan_at(report, 0)->code, ==,
                    "# From now on rows that are written obey two; those that are there are not "
                    "read.\n"
                    "from django.contrib.postgres.operations import AddConstraintNotValid\n"
                    "from django.db import migrations, models\n\n\n"
                    "class Migration(migrations.Migration):\n"
                    "    dependencies = [\n        (\"shop\", \"0001_initial\"),\n    ]\n\n"
                    "    operations = [\n"
                    "        migrations.RunSQL(\n"
                    "            sql=\"SET LOCAL lock_timeout = '2s'\",\n"
                    "            reverse_sql=migrations.RunSQL.noop,\n"
                    "        ),\n"
                    "        AddConstraintNotValid(\n"
                    "            model_name=\"line\",\n"
                    "            constraint=models.CheckConstraint(\n"
                    "                condition=models.Q(count__gte=0),\n"
                    "                name=\"two\",\n"
                    "            ),\n"
                    "        ),\n"
                    "    ]\n");
    g_assert_nonnull(
        strstr(plan_at(report, 1)->code, "ValidateConstraint(model_name=\"line\", name=\"two\"),"));
    g_assert_cmpint(plan_at(report, 1)->safety, ==, PGA_SAFETY_SAFE);
    g_assert_nonnull(strstr(plan_at(report, 2)->code, "BtreeGistExtension(),"));
    g_assert_cmpint(plan_at(report, 3)->safety, ==, PGA_SAFETY_REVIEW);
    g_assert_nonnull(strstr(plan_at(report, 4)->code, "migrations.AlterField("));
    g_assert_cmpstr(plan_at(report, 4)->path, ==, "shop/migrations/0006_alter_order_size.py");
    g_assert_nonnull(strstr(report->sql, "CHECK (\"count\" >= 0) NOT VALID;\nCOMMIT;\n"));
}

/* Before 3.0 there was no AddIndexConcurrently. */
static void
test_index_of_an_old_release(void)
{
    static const char *const fixes[] = {"shop.Order", "models.Index(fields=['code'], name='one')",
                                        NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_of(202, FALSE);
    report = answer(project, fixes);
    g_assert_cmpuint(report->migrations->len, ==, 1);
    g_assert_nonnull(
        strstr(plan_at(report, 0)->code,
               "sql='CREATE INDEX CONCURRENTLY \"one\" ON \"shop_order\" (\"code\")'"));
    g_assert_nonnull(strstr(plan_at(report, 0)->code, "migrations.AddIndex("));
    g_assert_null(strstr(plan_at(report, 0)->code, "AddIndexConcurrently"));
}

/* What cannot be told as SQL is said, and no file is written for it. */
static void
test_what_cannot_be_told(void)
{
    static const char *const fixes[] = {
        "shop.Line.count",
        "models.CheckConstraint(check=Strange(count), name='two')",
        "shop.Line",
        "models.UniqueConstraint(Strange('count'), name='three')",
        "shop.Order",
        "GinIndex(OpClass(Upper('code'), name='gin_trgm_ops'), name='four')",
        NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_of(402, FALSE);
    report = answer(project, fixes);
    g_assert_cmpuint(report->migrations->len, ==, 2);
    g_assert_cmpstr(plan_at(report, 0)->name, ==, "0002_pg_trgm_extension");
    g_assert_cmpuint(report->not_checked->len, ==, 2);
    g_assert_cmpuint(report->notes->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(report->notes, 1), ==,
                    "four needs \"django.contrib.postgres\" in INSTALLED_APPS.");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/django-answer/indexes", test_indexes);
    g_test_add_func("/app/django-answer/indexes-of-old-projects", test_indexes_of_old_projects);
    g_test_add_func("/app/django-answer/deep-predicate", test_deep_predicate_has_no_words);
    g_test_add_func("/app/django-answer/classes", test_classes);
    g_test_add_func("/app/django-answer/newer-releases", test_constraints_of_newer_releases);
    g_test_add_func("/app/django-answer/index-of-an-old-release", test_index_of_an_old_release);
    g_test_add_func("/app/django-answer/what-cannot-be-told", test_what_cannot_be_told);
    return g_test_run();
}
