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
    "class Part(models.Model):\n"
    "    one = models.ForeignKey(Order, models.CASCADE, db_index=False)\n"
    "    two = models.ForeignKey(Line, models.CASCADE, db_index=False)\n"
    "    three = models.ForeignKey(Line, ON_DELETE, db_index=False)\n"
    "    four = models.IntegerField()\n"
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
static const char first[] =
    "from django.db import migrations, models\n"
    "class Migration(migrations.Migration):\n"
    "    operations = [\n"
    "        migrations.CreateModel('Order', fields=[\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('made', models.DateTimeField()),\n"
    "            ('code', models.CharField(max_length=20)),\n"
    "            ('open', models.BooleanField()),\n"
    "            ('size', models.IntegerField(db_column='sz')),\n"
    "            ('data', models.JSONField()),\n"
    "        ]),\n"
    "        migrations.CreateModel('Line', fields=[\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('order', models.ForeignKey('shop.Order', on_delete=models.CASCADE)),\n"
    "            ('count', models.IntegerField(null=True)),\n"
    "        ]),\n"
    "        migrations.CreateModel('Mixed', fields=[\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('a', models.IntegerField()),\n"
    "            ('b', models.IntegerField()),\n"
    "        ]),\n"
    "        migrations.CreateModel('Part', fields=[\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('one', models.ForeignKey('shop.Order', models.CASCADE, db_index=False)),\n"
    "            ('two', models.ForeignKey('shop.Line', models.CASCADE, db_index=False)),\n"
    "            ('three', models.ForeignKey('shop.Line', models.CASCADE, db_index=False)),\n"
    "            ('four', models.IntegerField()),\n"
    "        ]),\n"
    "    ]\n";
static const char settings[] = "INSTALLED_APPS = ['shop', 'django.contrib.postgres']\n";
static const char manage[] =
    "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";

/* @migration: (nullable): the app's first one. */
static PgaDjangoProject *
project_with(guint version, gboolean has_postgres, const char *migration)
{
    PgaDjangoProject *project = pga_django_project_new();

    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    if (migration)
        pga_django_project_add(project, "shop/migrations/0001_initial.py", migration,
                               strlen(migration));
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

static PgaDjangoProject *
project_of(guint version, gboolean has_postgres)
{
    return project_with(version, has_postgres, first);
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
    {"(upper(sz::text))", "models.Index(Upper(Cast(\"size\", models.TextField())), name=\"n\")"},
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
answer_for(PgaDjangoProject *project, const char *const *fixes, const PgaDjangoRequest *request)
{
    PgaDjangoWork work = {
        .report = pga_django_report_new(), .project = project, .request = request};
    g_autoptr(GError) error = NULL;

    for (guint i = 0; fixes[i]; i += 2)
        add_fix(work.report, fixes[i], fixes[i + 1], PGA_SEVERITY_WARNING);
    g_assert_true(pga_django_answer(&work, &error));
    g_assert_no_error(error);
    return work.report;
}

static PgaDjangoReport *
answer(PgaDjangoProject *project, const char *const *fixes)
{
    static const PgaDjangoRequest request = {0};

    return answer_for(project, fixes, &request);
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

static const PgaFix *
fix_at(const PgaDjangoReport *report, guint i)
{
    return &((const PgaFinding *)g_ptr_array_index(report->findings, i))->fix;
}

static gboolean
has_reason(const PgaDjangoReport *report, const char *text)
{
    for (guint i = 0; i < report->changes->len; i++)
        if (g_ptr_array_find_with_equal_func(change_at(report, i)->reasons, text, g_str_equal,
                                             NULL))
            return TRUE;
    return FALSE;
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
        "models.Index(fields=['a'], name='a_name_that_is_much_too_long_for_an_index_of_django')\n"
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
        "            models.Index(fields=[\"a\"], name=\"a_name_that_is_much_too_67f02d\""
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
    g_assert_cmpuint(report->notes->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(report->notes, 0), ==,
                    "four needs \"django.contrib.postgres\" in INSTALLED_APPS.");
}

/* --- what Django has no words for yet --- */

static const char *const expressions[] = {
    "shop.Order",
    "models.UniqueConstraint(Lower('code'), name='key')\n"
    "models.Index(Upper('code'), name='upper')\n"
    "models.Index(fields=['code'], include=['size'], name='more')\n"
    "models.UniqueConstraint(fields=['size'], name='plain')",
    NULL};

static const PgaDjangoMigrationPlan *
plan_of(const PgaDjangoReport *report, const char *ending)
{
    for (guint i = 0; i < report->migrations->len; i++)
        if (g_str_has_suffix(plan_at(report, i)->name, ending))
            return plan_at(report, i);
    g_error("there is no migration …%s", ending);
}

static void
test_keys_of_expressions_before_4_0(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;
    const PgaDjangoMigrationPlan *key;

    if (is_skipped())
        return;
    project = project_of(302, FALSE);
    report = answer(project, expressions);
    key = plan_of(report, "_key");
    g_assert_nonnull(strstr(key->code, "    atomic = False\n"));
    g_assert_nonnull(strstr(key->code, "sql='CREATE UNIQUE INDEX CONCURRENTLY \"key\" ON "
                                       "\"shop_order\" ((LOWER(\"code\")))',\n            "
                                       "reverse_sql='DROP INDEX CONCURRENTLY IF EXISTS "
                                       "\"key\"',\n        )"));
    g_assert_nonnull(strstr(key->why, "twice"));
    g_assert_nonnull(strstr(plan_of(report, "_upper")->code, "AddIndexConcurrently("));
    g_assert_nonnull(strstr(fix_at(report, 0)->note, "Django 3.2 cannot state it in the model"));
    g_assert_cmpuint(report->changes->len, ==, 1);
    g_assert_null(strstr(change_at(report, 0)->code, "Lower"));
    g_assert_nonnull(strstr(change_at(report, 0)->code, "Upper"));
    g_assert_cmpuint(change_at(report, 0)->reasons->len, ==, 4);
    g_assert_cmpuint(report->notes->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(report->notes, 0), ==,
                    "key: Django 3.2 cannot state it in the model (4.0 can): its migration makes "
                    "it by RunSQL.");
}

static void
test_indexes_of_expressions_before_3_2(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_of(301, FALSE);
    report = answer(project, expressions);
    g_assert_nonnull(strstr(plan_of(report, "_upper")->code,
                            "sql='CREATE INDEX CONCURRENTLY \"upper\" ON "
                            "\"shop_order\" ((UPPER(\"code\")))'"));
    g_assert_nonnull(strstr(plan_of(report, "_more")->code, "INCLUDE (\"sz\")"));
    g_assert_null(strstr(plan_of(report, "_more")->code, "AddIndex"));
    g_assert_nonnull(strstr(plan_of(report, "_plain")->code, "migrations.AddConstraint("));
    g_assert_null(strstr(change_at(report, 0)->code, "Upper"));
    g_assert_cmpuint(report->notes->len, ==, 3);
}

static void
test_expressions_of_4_0(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_of(400, FALSE);
    report = answer(project, expressions);
    g_assert_nonnull(strstr(plan_of(report, "_key")->code, "migrations.AddConstraint("));
    g_assert_nonnull(strstr(change_at(report, 0)->code, "models.UniqueConstraint(Lower(\"code\")"));
    g_assert_cmpuint(report->notes->len, ==, 0);
}

/* --- changes of type --- */

static void
test_text_that_becomes_json(void)
{
    static const char *const fixes[] = {"shop.Order",
                                        ("models.Index(fields=['code'], name='of_the_text')\n"
                                         "models.Index(fields=['size'], name='of_another')"),
                                        "shop.Order.code", "code = models.JSONField(null=True)",
                                        NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;
    const PgaDjangoMigrationPlan *plan;

    if (is_skipped())
        return;
    project = project_of(402, FALSE);
    report = answer(project, fixes);
    g_assert_cmpuint(report->migrations->len, ==, 5);
    plan = plan_at(report, 0);
    g_assert_cmpstr(plan->name, ==, "0002_order_code_json");
    g_assert_true(g_str_has_prefix(plan->why, "For review: code of Order becomes JSON"));
    g_assert_nonnull(strstr(plan->sql, "SET LOCAL lock_timeout = '2s';\nALTER TABLE \"shop_order\" "
                                       "ADD COLUMN \"code_json\" jsonb;\n"));
    g_assert_nonnull(strstr(plan->sql, "NEW.\"code_json\" := NULL;"));
    plan = plan_at(report, 1);
    g_assert_cmpstr(plan->name, ==, "0003_fill_order_code_json");
    g_assert_nonnull(strstr(plan->code, "    atomic = False\n"));
    g_assert_nonnull(strstr(plan->code, "\"shop_order\".\"code_json\" IS NULL AND "
                                        "\"shop_order\".\"code\" IS NOT NULL"));
    plan = plan_at(report, 2);
    g_assert_cmpstr(plan->name, ==, "0004_order_code_is_json");
    g_assert_cmpint(plan->safety, ==, PGA_SAFETY_REVIEW);
    g_assert_nonnull(strstr(plan->why, "json.loads() of code"));
    g_assert_null(strstr(plan->sql, "NOT NULL"));
    g_assert_nonnull(strstr(plan->sql, "ALTER COLUMN \"code_text\" TYPE text;\n"));
    g_assert_nonnull(strstr(plan->code, "TYPE varchar(20)'"));
    g_assert_nonnull(strstr(plan->code, "migrations.AlterField("));
    g_assert_cmpstr(plan_at(report, 3)->name, ==, "0005_of_another");
    g_assert_cmpstr(plan_at(report, 4)->name, ==, "0006_drop_order_code_text"); /* the last */
    g_assert_cmpuint(report->notes->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(report->notes, 0), ==,
                    "of_the_text is left out: it is on the text of shop.Order.code, which becomes "
                    "JSON.");
}

/* A small table, one whose column an index names, one that has such a column. */
static void
test_text_that_is_rewritten(void)
{
    static const struct {
        const char *more;
        double rows;
    } cases[] = {
        {"", 9000},
        {"    class Meta:\n        indexes = [models.Index(fields=['code'], name='i')]\n", 10000},
        {"    code_text = models.TextField()\n", 10000},
        {"    class Meta:\n        db_table = \"order's\"\n", 10000},
    };

    if (is_skipped())
        return;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        static const PgaDjangoRequest request = {0};
        g_autofree char *text = g_strconcat("from django.db import models\n"
                                            "class Order(models.Model):\n"
                                            "    code = models.CharField(max_length=20)\n",
                                            cases[i].more, NULL);
        g_autoptr(GHashTable) rows = g_hash_table_new(g_str_hash, g_str_equal);
        g_autoptr(PgaDjangoProject) project = pga_django_project_new();
        g_autoptr(PgaDjangoReport) report = pga_django_report_new();
        PgaDjangoWork work = {.report = report, .project = project, .request = &request};
        double n = cases[i].rows;

        g_test_message("%s", text);
        g_hash_table_insert(rows, (gpointer) "shop.Order", &n);
        work.rows = rows;
        pga_django_project_add(project, "shop/models.py", text, strlen(text));
        pga_django_project_add(project, "shop/migrations/0001_initial.py", first, strlen(first));
        pga_django_project_resolve(project);
        project->version = 402;
        add_fix(report, "shop.Order.code", "code = models.JSONField(default=list)",
                PGA_SEVERITY_WARNING);
        g_assert_true(pga_django_answer(&work, NULL));
        g_assert_nonnull(strstr(report->sql, "ALTER COLUMN \"code\" TYPE jsonb USING "
                                             "COALESCE(NULLIF(btrim(\"code\"), ''), '[]')::jsonb"));
    }
}

/* What an empty text becomes is the default; what is there already stays the check's column. */
static void
test_types_come_first(void)
{
    static const char *const fixes[] = {
        "shop.Mixed",
        "models.CheckConstraint(check=models.Q(b__gt=0), name='check')",
        "shop.Mixed.b",
        "b = models.DecimalField(max_digits=8, decimal_places=2)",
        "shop.Order.code",
        "code = models.JSONField(default=list)",
        NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_of(402, FALSE);
    report = answer(project, fixes);
    g_assert_cmpuint(report->migrations->len, ==, 9);
    g_assert_cmpstr(plan_at(report, 0)->name, ==, "0002_alter_mixed_b");
    g_assert_nonnull(strstr(plan_at(report, 0)->why, "batches"));
    g_assert_nonnull(strstr(plan_at(report, 0)->sql, "SET LOCAL lock_timeout = '2s';\n"));
    g_assert_nonnull(strstr(plan_at(report, 0)->sql, "USING \"b\"::numeric(8, 2)"));
    g_assert_cmpstr(plan_at(report, 1)->name, ==, "0003_check");
    g_assert_nonnull(strstr(plan_at(report, 3)->sql, "NEW.\"code_json\" := '[]';"));
    g_assert_nonnull(strstr(plan_at(report, 7)->sql, "\"code_json\" SET NOT NULL;\n"));
}

/* --- one name for one index --- */

static void
add_advice(PgaDjangoReport *report, const char *name, const char *columns)
{
    PgaIndexAdvice *advice = pga_index_report_add_advice(report->index);

    advice->table = g_strdup("public.shop_order");
    advice->name = g_strdup(name);
    advice->create =
        g_strdup_printf("CREATE INDEX CONCURRENTLY %s ON public.shop_order (%s);", name, columns);
}

static void
add_statement(const PgaDjangoReport *report, guint i, const char *sql, const char *undo)
{
    PgaFix *fix = &((PgaFinding *)g_ptr_array_index(report->findings, i))->fix;

    g_ptr_array_add(fix->sql, g_strdup(sql));
    g_ptr_array_add(fix->undo, g_strdup(undo));
}

static void
assert_statement(const GPtrArray *statements, const char *sql)
{
    g_assert_cmpuint(statements->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(statements, 0), ==, sql);
}

/* Served by an index with more columns, of another name; renamed; as it is. */
static void
test_findings_name_what_the_answer_has(void)
{
    static const PgaDjangoRequest request = {0};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;
    PgaDjangoWork work = {.request = &request};
    g_autoptr(GError) error = NULL;

    if (is_skipped())
        return;
    project = work.project = project_of(402, FALSE);
    report = work.report = pga_django_report_new();
    report->index = pga_index_report_new();
    add_advice(report, "advised", "code, sz");
    add_fix(report, "shop.Order", "# in Meta:\nmodels.Index(fields=['-code'], name='proposed'),",
            PGA_SEVERITY_WARNING);
    add_statement(report, 0, "CREATE INDEX CONCURRENTLY proposed ON shop_order (code DESC);",
                  "DROP INDEX CONCURRENTLY proposed;");
    add_fix(report, "shop.Order", "models.Index(fields=['size'], name='advised')",
            PGA_SEVERITY_WARNING);
    add_statement(report, 1, "CREATE INDEX CONCURRENTLY advised ON shop_order (sz);",
                  "DROP INDEX CONCURRENTLY advised;");
    add_fix(report, "shop.Order", "models.Index(fields=['open'], name='kept')",
            PGA_SEVERITY_WARNING);
    add_fix(report, "shop.Order", "models.Index(fields=['open'], name='again')",
            PGA_SEVERITY_WARNING);
    add_statement(report, 3, "CREATE INDEX CONCURRENTLY again ON shop_order (open);",
                  "DROP INDEX CONCURRENTLY again;");
    g_assert_true(pga_django_answer(&work, &error));
    g_assert_cmpstr(fix_at(report, 0)->code, ==,
                    "# in Meta:\nmodels.Index(fields=[\"code\", \"size\"], name=\"advised\"),");
    assert_statement(fix_at(report, 0)->sql,
                     "CREATE INDEX CONCURRENTLY advised ON public.shop_order (code, sz);");
    assert_statement(fix_at(report, 0)->undo, "DROP INDEX CONCURRENTLY advised;");
    g_assert_cmpstr(fix_at(report, 1)->code, ==, "models.Index(fields=['size'], name='advised_2')");
    assert_statement(fix_at(report, 1)->sql,
                     "CREATE INDEX CONCURRENTLY advised_2 ON shop_order (sz);");
    assert_statement(fix_at(report, 1)->undo, "DROP INDEX CONCURRENTLY advised_2;");
    g_assert_cmpstr(fix_at(report, 2)->code, ==, "models.Index(fields=['open'], name='kept')");
    g_assert_cmpstr(fix_at(report, 3)->code, ==, "models.Index(fields=[\"open\"], name=\"kept\")");
    assert_statement(fix_at(report, 3)->sql,
                     "CREATE INDEX CONCURRENTLY \"kept\" ON \"shop_order\" (\"open\");");
    assert_statement(fix_at(report, 3)->undo, "DROP INDEX CONCURRENTLY kept;");
}

/* --- keys that serve as indexes --- */

static void
add_plan(PgaDjangoReport *report, const char *index)
{
    PgaDjangoPlan *plan = pga_django_plan_new();

    plan->planned = TRUE;
    plan->scan_after = g_strdup_printf("Index Scan using %s on shop_order", index);
    g_ptr_array_add(plan->indexes, g_strdup(index));
    g_ptr_array_add(report->plans, plan);
}

/* By the same field, by one that a key has behind it and one more than it has; not one where the
 * key may be NULL, one with other columns, of a key with a condition. */
static void
test_keys_serve_as_indexes(void)
{
    static const PgaDjangoRequest request = {0};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;
    PgaDjangoWork work = {.request = &request};
    const PgaDjangoPlan *plan;
    g_autoptr(GError) error = NULL;

    if (is_skipped())
        return;
    project = work.project = project_of(402, FALSE);
    report = work.report = pga_django_report_new();
    report->index = pga_index_report_new();
    add_advice(report, "by_code", "code DESC");
    add_advice(report, "by_code_and_size", "code, sz");
    add_advice(report, "by_open", "open");
    add_plan(report, "by_code");
    add_fix(report, "shop.Order", "models.Index(fields=['code'], name='proposed'),",
            PGA_SEVERITY_WARNING);
    add_statement(report, 0, "CREATE INDEX CONCURRENTLY proposed ON shop_order (code);",
                  "DROP INDEX CONCURRENTLY proposed;");
    add_fix(report, "shop.Order",
            "models.UniqueConstraint(fields=['code'], name='one')\n"
            "models.UniqueConstraint(fields=['open'], condition=models.Q(size=1), name='part')",
            PGA_SEVERITY_WARNING);
    add_fix(report, "shop.Line",
            "models.Index(fields=['count', 'order'], name='by_count')\n"
            "models.UniqueConstraint(fields=['count'], name='of_null')",
            PGA_SEVERITY_WARNING);
    ((PgaFinding *)g_ptr_array_index(report->findings, 1))->rule = "dj-unique-in-code-only";
    g_assert_true(pga_django_answer(&work, &error));
    g_assert_cmpstr(fix_at(report, 0)->code, ==,
                    "models.UniqueConstraint(fields=[\"code\"], name=\"one\"),");
    g_assert_cmpuint(fix_at(report, 0)->sql->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(fix_at(report, 0)->sql, 0), ==,
                    "CREATE UNIQUE INDEX CONCURRENTLY \"one\" ON \"shop_order\" (\"code\");");
    g_assert_cmpstr(g_ptr_array_index(fix_at(report, 0)->sql, 1), ==,
                    "ALTER TABLE \"shop_order\" ADD CONSTRAINT \"one\" UNIQUE USING INDEX "
                    "\"one\";");
    assert_statement(fix_at(report, 0)->undo,
                     "ALTER TABLE \"shop_order\" DROP CONSTRAINT \"one\";");
    g_assert_true(g_str_has_prefix(fix_at(report, 0)->note, "The unique key"));
    plan = g_ptr_array_index(report->plans, 0);
    g_assert_cmpstr(plan->scan_after, ==, "Index Scan using one on shop_order");
    g_assert_cmpstr(g_ptr_array_index(plan->indexes, 0), ==, "one");
    g_assert_cmpuint(report->changes->len, ==, 2);
    g_assert_null(strstr(change_at(report, 0)->code, "by_code"));
    g_assert_nonnull(strstr(change_at(report, 1)->code, "by_count"));
    g_assert_nonnull(strstr(change_at(report, 0)->code, "by_open"));
    g_assert_true(
        has_reason(report, "one: Something is missing (dj-unique-in-code-only, dj-test)"));
}

/* What Django itself has is imported; the project's own is not: the model says it, no file. */
static void
test_fields_with_names(void)
{
    static const char text[] =
        "from django.db import models\n"
        "class Order(models.Model):\n"
        "    code = models.FloatField(validators=[MinValueValidator(0)], help_text='a')\n"
        "    size = models.FloatField(validators=[check_size])\n";
    static const char migration[] =
        "from django.db import migrations, models\n"
        "class Migration(migrations.Migration):\n"
        "    operations = [migrations.CreateModel('Order', [\n"
        "        ('id', models.AutoField(primary_key=True)), ('code', models.FloatField()),\n"
        "        ('size', models.FloatField())])]\n";
    static const char *const fixes[] = {
        "shop.Order.code", "code = models.DecimalField(max_digits=9, decimal_places=2)",
        "shop.Order.size", "size = models.DecimalField(max_digits=9, decimal_places=2)", NULL};
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoReport) report = NULL;
    const PgaNotChecked *entry;

    if (is_skipped())
        return;
    pga_django_project_add(project, "shop/models.py", text, strlen(text));
    pga_django_project_add(project, "shop/migrations/0001_initial.py", migration,
                           strlen(migration));
    pga_django_project_resolve(project);
    project->version = 402;
    report = answer(project, fixes);
    g_assert_cmpuint(report->migrations->len, ==, 1);
    g_assert_nonnull(
        strstr(plan_at(report, 0)->code, "from django.core.validators import MinValueValidator\n"));
    g_assert_nonnull(strstr(change_at(report, 0)->code, "check_size"));
    g_assert_cmpuint(report->not_checked->len, ==, 1);
    entry = g_ptr_array_index(report->not_checked, 0);
    g_assert_cmpstr(entry->what, ==, "shop.Order.size");
}

/* Of a part of the findings: what none of them asks for is not in the answer. */
static void
test_answer_to_a_part(void)
{
    static const char *const only[] = {"dj-test", NULL}, *const all[] = {NULL};
    static const PgaDjangoRequest requests[] = {{.only = NULL},
                                                {.only = all},
                                                {.only = only},
                                                {.changed_since = "HEAD"},
                                                {.baseline_path = "b.json"}};

    if (is_skipped())
        return;
    for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_autoptr(PgaDjangoProject) project = project_of(402, FALSE);
        g_autoptr(PgaDjangoReport) report = pga_django_report_new();
        PgaDjangoWork work = {.request = &requests[i], .project = project, .report = report};
        const gboolean is_part = i > 1;

        report->index = pga_index_report_new();
        add_advice(report, "unasked", "sz");
        add_advice(report, "asked", "code");
        add_fix(report, "shop.Order", "models.Index(fields=['code'], name='asked')",
                PGA_SEVERITY_WARNING);
        ((PgaFinding *)g_ptr_array_index(report->findings, 0))->rule = "dj-filter-unindexed";
        g_assert_true(pga_django_answer(&work, NULL));
        g_assert_cmpuint(report->migrations->len, ==, is_part ? 1 : 2);
        g_assert_cmpuint(report->notes->len, ==, is_part ? 1 : 0);
        if (is_part)
            g_assert_true(g_str_has_prefix(g_ptr_array_index(report->notes, 0),
                                           "1 advised index is for what is not shown here"));
    }
}

/* --- indexes that go --- */

static const char double_models[] =
    "from django.db import models\n"
    "class Kept(models.Model):\n"
    "    seen = models.DateTimeField(db_index=True)\n"
    "    class Meta:\n        abstract = True\n"
    "        indexes = [models.Index(fields=['seen', 'id'], name='%(class)s_seen')]\n"
    "class Shop(models.Model):\n"
    "    name = models.CharField(max_length=9, db_index=True)\n"
    "    code = models.CharField(max_length=9, db_index=True, validators=[check])\n"
    "    town = models.IntegerField(db_index=True)\n"
    "    class Meta:\n"
    "        ordering = ['name']\n"
    "        index_together = [('town', 'code'), ('town', 'name')]\n"
    "        indexes = [models.Index(fields=['name', 'code'], name='long'),\n"
    "                   models.Index(fields=['name'], name='short'),\n"
    "                   models.Index(fields=['code', 'town'], name='other')]\n"
    "class Signed(models.Model):\n"
    "    by = models.ForeignKey(Shop, models.CASCADE)\n"
    "    class Meta:\n        abstract = True\n"
    "class Paper(Signed):\n"
    "    owner = models.ForeignKey('auth.User', models.CASCADE)\n"
    "    class Meta:\n"
    "        unique_together = [('by', 'id'), ('owner', 'by')]\n"
    "class Till(Kept):\n"
    "    shop = models.ForeignKey(Shop, models.CASCADE)\n"
    "    number = models.IntegerField()\n"
    "    class Meta:\n"
    "        indexes = [models.Index(fields=['shop', 'number'], name='by_shop')]\n";
static const char double_migration[] =
    "from django.db import migrations, models\n"
    "class Migration(migrations.Migration):\n"
    "    operations = [\n"
    "        migrations.CreateModel('Shop', [\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('name', models.CharField(max_length=9, db_index=True)),\n"
    "            ('code', models.CharField(max_length=9, db_index=True)),\n"
    "            ('town', models.IntegerField(db_index=True)),\n"
    "        ]),\n"
    "        migrations.CreateModel('Paper', [\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('by', models.ForeignKey('shop.Shop', models.CASCADE)),\n"
    "            ('owner', models.ForeignKey('auth.User', models.CASCADE)),\n"
    "        ]),\n"
    "        migrations.CreateModel('Till', [\n"
    "            ('id', models.AutoField(primary_key=True)),\n"
    "            ('seen', models.DateTimeField(db_index=True)),\n"
    "            ('shop', models.ForeignKey('shop.Shop', models.CASCADE)),\n"
    "            ('number', models.IntegerField()),\n"
    "        ]),\n"
    "    ]\n";

static PgaDjangoProject *
project_of_doubles(guint version)
{
    PgaDjangoProject *project = pga_django_project_new();

    pga_django_project_add(project, "shop/models.py", double_models, strlen(double_models));
    pga_django_project_add(project, "shop/migrations/0001_initial.py", double_migration,
                           strlen(double_migration));
    pga_django_project_resolve(project);
    project->version = version;
    return project;
}

static void
add_double(PgaDjangoReport *report, const char *object)
{
    add_fix(report, object, "# without it", PGA_SEVERITY_INFO);
    ((PgaFinding *)g_ptr_array_index(report->findings, report->findings->len - 1))->rule =
        "dj-redundant-index";
}

/* (transfer full): "+name, -short, …" of a model, without what stays. */
static char *
changes_of(const PgaDjangoReport *report, const char *model)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < report->index_map->len; i++) {
        const PgaDjangoMapEntry *entry = g_ptr_array_index(report->index_map, i);

        if (g_str_equal(entry->model, model) && entry->change != PGA_DJANGO_INDEX_STAYS)
            g_string_append_printf(text, "%s%s%s(%s)", text->len ? ", " : "",
                                   entry->change == PGA_DJANGO_INDEX_GOES ? "-" : "+",
                                   entry->name ? entry->name : entry->origin,
                                   (const char *)g_ptr_array_index(entry->keys, 0));
    }
    return g_string_free(text, FALSE);
}

/* Not the index of a field that cannot be written down again, nor what is inherited; of a model
 * without a finding only what the answer makes needless. */
static void
test_indexes_that_go(void)
{
    static const PgaDjangoRequest request = {0};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = pga_django_report_new();
    PgaDjangoWork work = {.request = &request, .report = report};
    g_autofree char *shop = NULL, *till = NULL, *paper = NULL;
    const PgaDjangoMigrationPlan *plan;

    if (is_skipped())
        return;
    project = work.project = project_of_doubles(402);
    add_double(report, "shop.Shop");
    add_double(report, "shop.Paper");
    add_fix(report, "shop.Till",
            "models.UniqueConstraint(fields=['shop', 'number'], name='once')\n",
            PGA_SEVERITY_WARNING);
    add_fix(report, "shop.Shop", "models.Index(fields=['town', 'code', 'id'], name='longest')\n",
            PGA_SEVERITY_WARNING);
    g_assert_true(pga_django_answer(&work, NULL));
    shop = changes_of(report, "shop.Shop");
    g_assert_cmpstr(shop, ==,
                    "-db_index(name), -db_index(town), -index_together(town), -short(name), "
                    "+longest(town)");
    till = changes_of(report, "shop.Till");
    g_assert_cmpstr(till, ==, "-by_shop(shop), +once(shop)");
    paper = changes_of(report, "shop.Paper");
    g_assert_cmpstr(paper, ==, "-foreign key(owner)");
    plan = plan_of(report, "_drop_paper_owner_index");
    g_assert_nonnull(strstr(plan->code, "from django.conf import settings\n"));
    g_assert_nonnull(strstr(plan->code, "   settings.AUTH_USER_MODEL,\n"));
    plan = plan_of(report, "_drop_short");
    g_assert_cmpint(plan->safety, ==, PGA_SAFETY_REVIEW);
    g_assert_nonnull(strstr(plan->code, "from django.contrib.postgres.operations import "
                                        "RemoveIndexConcurrently\n"));
    g_assert_nonnull(strstr(plan->sql, "DROP INDEX CONCURRENTLY IF EXISTS \"short\";\n"));
    plan = plan_of(report, "_drop_shop_name_index");
    g_assert_nonnull(strstr(plan->code, "    atomic = False\n"));
    g_assert_nonnull(strstr(plan->code, "_like\" ON \"shop_shop\" (\"name\" varchar_pattern_ops)"));
    g_assert_nonnull(strstr(plan->code, "field=models.CharField(max_length=9),"));
    plan = plan_of(report, "_drop_shop_town_code_index");
    g_assert_nonnull(strstr(plan->code, "index_together={(\"town\", \"name\")},"));
    g_assert_nonnull(strstr(change_at(report, 0)->code,
                            "    name = models.CharField(max_length=9)\n"
                            "    town = models.IntegerField()\n\n"
                            "    class Meta:\n"
                            "        ordering = ['name']\n"
                            "        index_together = [\n"
                            "            ('town', 'name'),\n"
                            "        ]\n"
                            "        indexes = [\n"
                            "            models.Index(fields=['name', 'code'], name='long'),\n"
                            "            models.Index(fields=['code', 'town'], name='other'),\n"));
    g_assert_nonnull(strstr(change_at(report, 2)->code, "    class Meta:\n"
                                                        "        constraints = [\n"));
    g_assert_true(has_reason(report, "by_shop: goes: once (shop, number) serves what by_shop "
                                     "(shop, number) does (dj-redundant-index)"));
}

/* Without operations of their own; nothing where the finding was set aside. */
static void
test_indexes_of_old_projects_go(void)
{
    static const PgaDjangoRequest request = {0};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = pga_django_report_new(), nothing = pga_django_report_new();
    PgaDjangoWork work = {.request = &request, .report = report};
    const PgaDjangoMigrationPlan *plan;

    if (is_skipped())
        return;
    project = work.project = project_of_doubles(202);
    add_double(report, "shop.Shop");
    g_assert_true(pga_django_answer(&work, NULL));
    plan = plan_of(report, "_drop_short");
    g_assert_nonnull(strstr(plan->code, "sql='DROP INDEX CONCURRENTLY IF EXISTS \"short\"'"));
    g_assert_nonnull(strstr(plan->code, "migrations.RemoveIndex(model_name=\"shop\", "));
    work.report = nothing;
    g_assert_true(pga_django_answer(&work, NULL));
    g_assert_cmpuint(nothing->migrations->len, ==, 0);
}

/* --- foreign keys --- */

static void
add_reference(PgaDjangoReport *report, const char *field, const char *sql)
{
    g_autofree char *object = g_strdup_printf("shop.Part.%s", field);
    PgaFinding *finding;

    add_fix(report, object, "# without db_index=False", PGA_SEVERITY_WARNING);
    finding = g_ptr_array_index(report->findings, report->findings->len - 1);
    finding->rule = "dj-fk-no-index";
    if (sql)
        g_ptr_array_add(finding->fix.sql, g_strdup(sql));
}

/* The first has an index that is recommended anyway; of the third on_delete is not known, the
 * fourth is no foreign key, what is not CONCURRENTLY has no words. */
static void
test_foreign_keys_without_an_index(void)
{
    static const PgaDjangoRequest request = {0};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;
    PgaDjangoWork work = {.request = &request};
    g_autoptr(GError) error = NULL;

    if (is_skipped())
        return;
    project = work.project = project_of(402, FALSE);
    report = work.report = pga_django_report_new();
    add_fix(report, "shop.Part", "models.Index(fields=['one', 'four'], name='both')",
            PGA_SEVERITY_WARNING);
    add_reference(report, "one", "CREATE INDEX CONCURRENTLY part_one_idx ON shop_part (one_id);");
    add_reference(report, "two", "CREATE INDEX CONCURRENTLY part_two_idx ON shop_part (two_id);");
    add_reference(report, "three", "CREATE INDEX CONCURRENTLY part_idx ON shop_part (three_id);");
    add_reference(report, "four", "CREATE INDEX CONCURRENTLY part_idx ON shop_part (four);");
    add_reference(report, "two", "CREATE INDEX part_idx ON shop_part (two_id);");
    add_reference(report, "two", NULL);
    g_assert_true(pga_django_answer(&work, &error));
    g_assert_cmpstr(fix_at(report, 1)->code, ==,
                    "models.Index(fields=[\"one\", \"four\"], name=\"both\")");
    assert_statement(fix_at(report, 1)->sql, "CREATE INDEX CONCURRENTLY \"both\" ON \"shop_part\" "
                                             "(\"one_id\", \"four\");");
    g_assert_cmpuint(report->migrations->len, ==, 2);
    g_assert_cmpstr(plan_at(report, 0)->name, ==, "0002_part_two_index");
    g_assert_cmpstr(plan_at(report, 0)->sql, ==,
                    "CREATE INDEX CONCURRENTLY part_two_idx ON shop_part (two_id);\n");
    g_assert_nonnull(strstr(plan_at(report, 0)->code,
                            "field=models.ForeignKey(\"shop.Line\", models.CASCADE),"));
    g_assert_cmpuint(report->changes->len, ==, 1);
    g_assert_nonnull(strstr(change_at(report, 0)->code,
                            "    two = models.ForeignKey(\"shop.Line\", models.CASCADE)\n"));
}

/* --- what no migration makes yet --- */

static const char *const on_both[] = {"shop.Order",
                                      ("models.Index(fields=['code'], name='one')\n"
                                       "GinIndex(fields=['code'], opclasses=['gin_trgm_ops'], "
                                       "name='trgm')"),
                                      "shop.Line",
                                      "models.Index(fields=['count'], name='two')",
                                      "shop.Mixed",
                                      "models.Index(fields=['b'], name='three')",
                                      NULL};

/* Line is not made, and Mixed lacks b: files are written for Order alone. */
static void
test_models_ahead_of_their_migrations(void)
{
    static const char behind[] = "from django.db import migrations, models\n"
                                 "class Migration(migrations.Migration):\n"
                                 "    operations = [\n"
                                 "        migrations.CreateModel('Order', fields=[\n"
                                 "            ('id', models.AutoField(primary_key=True)),\n"
                                 "            ('made', models.DateTimeField()),\n"
                                 "            ('code', models.CharField(max_length=20)),\n"
                                 "            ('size', models.IntegerField(db_column='sz')),\n"
                                 "            ('data', models.JSONField()),\n"
                                 "        ]),\n"
                                 "        migrations.CreateModel('Mixed', fields=[\n"
                                 "            ('id', models.AutoField(primary_key=True)),\n"
                                 "            ('a', models.IntegerField()),\n"
                                 "        ]),\n"
                                 "    ]\n";
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_with(402, TRUE, behind);
    report = answer(project, on_both);
    g_assert_cmpuint(report->migrations->len, ==, 3);
    g_assert_cmpstr(plan_at(report, 0)->name, ==, "0002_one");
    g_assert_cmpstr(plan_at(report, 1)->name, ==, "0003_pg_trgm_extension");
    g_assert_cmpstr(plan_at(report, 2)->name, ==, "0004_trgm");
    g_assert_cmpuint(report->changes->len, ==, 3);
    g_assert_nonnull(strstr(report->sql, "\n-- shop.Line: Builds two "));
    g_assert_nonnull(strstr(report->sql, "CREATE INDEX CONCURRENTLY \"three\""));
    g_assert_cmpuint(report->notes->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(report->notes, 0), ==,
                    "No migrations are written for shop.Line, shop.Mixed: those that are there do "
                    "not make what the models have. Run \"makemigrations shop\" first, then this "
                    "command again.");
}

static void
test_app_without_migrations(void)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) report = NULL;

    if (is_skipped())
        return;
    project = project_with(402, TRUE, NULL);
    report = answer(project, on_both);
    g_assert_cmpuint(report->migrations->len, ==, 0);
    g_assert_cmpuint(report->changes->len, ==, 3);
    g_assert_cmpuint(report->notes->len, ==, 1);
    g_assert_nonnull(strstr(report->sql, "CREATE EXTENSION IF NOT EXISTS pg_trgm;\n"));
    g_assert_nonnull(strstr(report->sql, "CREATE INDEX CONCURRENTLY \"one\""));
}

/* --app: nothing for others. */
static void
test_apps_that_are_asked_for(void)
{
    static const char *const shop[] = {"shop", NULL}, *const other[] = {"pay", NULL};
    const PgaDjangoRequest with = {.apps = shop}, without = {.apps = other};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(PgaDjangoReport) all = NULL, none = NULL;

    if (is_skipped())
        return;
    project = project_of(402, TRUE);
    all = answer_for(project, on_both, &with);
    none = answer_for(project, on_both, &without);
    g_assert_cmpuint(all->migrations->len, ==, 5);
    g_assert_cmpuint(none->migrations->len, ==, 0);
    g_assert_cmpuint(none->changes->len, ==, 0);
    g_assert_cmpstr(none->sql, ==, "");
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
    g_test_add_func("/app/django-answer/keys-before-4.0", test_keys_of_expressions_before_4_0);
    g_test_add_func("/app/django-answer/indexes-before-3.2",
                    test_indexes_of_expressions_before_3_2);
    g_test_add_func("/app/django-answer/expressions-of-4.0", test_expressions_of_4_0);
    g_test_add_func("/app/django-answer/text-becomes-json", test_text_that_becomes_json);
    g_test_add_func("/app/django-answer/text-is-rewritten", test_text_that_is_rewritten);
    g_test_add_func("/app/django-answer/types-first", test_types_come_first);
    g_test_add_func("/app/django-answer/one-name", test_findings_name_what_the_answer_has);
    g_test_add_func("/app/django-answer/keys-serve", test_keys_serve_as_indexes);
    g_test_add_func("/app/django-answer/fields-with-names", test_fields_with_names);
    g_test_add_func("/app/django-answer/of-a-part", test_answer_to_a_part);
    g_test_add_func("/app/django-answer/indexes-go", test_indexes_that_go);
    g_test_add_func("/app/django-answer/old-indexes-go", test_indexes_of_old_projects_go);
    g_test_add_func("/app/django-answer/foreign-keys", test_foreign_keys_without_an_index);
    g_test_add_func("/app/django-answer/models-ahead", test_models_ahead_of_their_migrations);
    g_test_add_func("/app/django-answer/app-without-migrations", test_app_without_migrations);
    g_test_add_func("/app/django-answer/apps-asked-for", test_apps_that_are_asked_for);
    return g_test_run();
}
