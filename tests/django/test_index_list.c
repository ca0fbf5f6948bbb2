/* The indexes of a model's table, one line each. */
#include <django/index.h>
#include <string.h>

#define MODELS                                                                                     \
    "from django.db import models\nfrom django.db.models import F, Q\n"                            \
    "from django.db.models.functions import Upper\n"                                               \
    "from django.contrib.postgres.indexes import GinIndex, OpClass\n"                              \
    "from django.contrib.postgres.constraints import ExclusionConstraint\n"

static char *
join(const GPtrArray *items)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; items && i < items->len; i++) {
        const char *item = g_ptr_array_index(items, i);

        g_string_append_printf(text, "%s%s", i ? "," : "", item ? item : "-");
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* "unique btree name [columns] [keys] [opclasses] predicate origin:line". */
static char *
describe(const PgaDjangoIndex *index)
{
    g_autofree char *columns = join(index->columns), *keys = join(index->keys);
    g_autofree char *opclasses = join(index->opclasses);

    return g_strdup_printf("%s%s%s %s [%s] [%s] [%s] %s %s:%u\n", index->is_unique ? "unique " : "",
                           index->is_pattern ? "pattern " : "", index->method,
                           index->name ? index->name : "-", columns, keys, opclasses,
                           index->predicate ? index->predicate : "-", index->origin, index->line);
}

static void
assert_indexes(const char *models, const char *expected)
{
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(GPtrArray) indexes = NULL;
    g_autoptr(GString) found = g_string_new(NULL);
    g_autofree char *text = g_strconcat(MODELS, models, NULL);
    const PgaDjangoModel *model;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    project = pga_django_project_new();
    pga_django_project_add(project, "shop/__init__.py", "", 0);
    pga_django_project_add(project, "shop/models.py", text, strlen(text));
    pga_django_project_resolve(project);
    model = pga_django_project_model(project, "shop.M");
    g_assert_nonnull(model);
    indexes = pga_django_model_indexes(project, model);
    for (guint i = 0; i < indexes->len; i++) {
        g_autofree char *line = describe(g_ptr_array_index(indexes, i));

        g_string_append(found, line);
    }
    g_assert_cmpstr(found->str, ==, expected);
}

static void
test_fields(void)
{
    assert_indexes("class Code(models.Model):\n"
                   "    code = models.CharField(max_length=9, primary_key=True)\n"
                   "class M(models.Model):\n"
                   "    code = models.ForeignKey(Code, models.CASCADE)\n"
                   "    one = models.OneToOneField('self', models.CASCADE)\n"
                   "    free = models.ForeignKey('self', models.CASCADE, db_index=False)\n"
                   "    n = models.IntegerField(db_index=True)\n"
                   "    note = models.TextField(unique=True)\n"
                   "    plain = models.TextField()\n"
                   "    many = models.ManyToManyField(Code)\n",
                   "unique btree - [id] [id] [] - primary_key:0\n"
                   "btree - [n] [n] [] - db_index:12\n"
                   "unique btree - [note] [note] [] - unique:13\n"
                   "pattern btree - [note] [note] [text_pattern_ops] - unique:0\n"
                   "btree - [code] [code] [] - foreign key:9\n"
                   "pattern btree - [code] [code] [varchar_pattern_ops] - foreign key:0\n"
                   "unique btree - [one] [one] [] - unique:10\n");
}

static void
test_meta(void)
{
    assert_indexes(
        "class M(models.Model):\n"
        "    id = models.BigAutoField(primary_key=True)\n"
        "    a = models.IntegerField()\n"
        "    b = models.ForeignKey('self', models.CASCADE, db_index=False)\n"
        "    email = models.CharField(max_length=9)\n"
        "    data = models.JSONField()\n"
        "    class Meta:\n"
        "        unique_together = [('a', 'b')]\n"
        "        index_together = [('b', 'a')]\n"
        "        indexes = [\n"
        "            models.Index(fields=['-a', 'b_id'], name='ab'),\n"
        "            models.Index(Upper('email'), F('a').desc(), name='up', condition=Q(a__gt=1) & "
        "~Q(b=None)),\n"
        "            GinIndex(fields=['data'], opclasses=['jsonb_path_ops'], name='g'),\n"
        "            GinIndex(OpClass('email', name='gin_trgm_ops'), name='t'),\n"
        "            models.Index(models.F('a').asc(), OpClass(Upper('email'), "
        "name='varchar_pattern_ops'), name='o'),\n"
        "            models.Index(Weird('a', [1], ('x',), n=-1), name='w'),\n"
        "        ]\n"
        "        constraints = [\n"
        "            models.UniqueConstraint(fields=['a'], name='u', condition=Q(b=None)),\n"
        "            models.CheckConstraint(check=Q(a__gt=0), name='c'),\n"
        "            ExclusionConstraint(name='x', expressions=[('a', '=')], "
        "condition=Q(a=1)),\n"
        "        ]\n",
        "unique btree - [id] [id] [] - primary_key:7\n"
        "unique btree - [a,b] [a,b] [] - unique_together:13\n"
        "btree - [b,a] [b,a] [] - index_together:14\n"
        "btree ab [a,b] [-a,b] [] - Meta.indexes:16\n"
        "btree up [-,a] [UPPER(\"email\"),-a] [] Q(a__gt=1) & ~Q(b=None) Meta.indexes:17\n"
        "gin g [data] [data] [jsonb_path_ops] - Meta.indexes:18\n"
        "gin t [email] [email] [gin_trgm_ops] - Meta.indexes:19\n"
        "btree o [a,-] [a,UPPER(\"email\")] [,varchar_pattern_ops] - Meta.indexes:20\n"
        "btree w [-] [Weird(\"a\", [1], (\"x\",), n=-1)] [] - Meta.indexes:21\n"
        "unique btree u [a] [a] [] Q(b=None) Meta.constraints:24\n"
        "gist x [a] [a] [] Q(a=1) Meta.constraints:26\n");
}

static void
test_composite_key(void)
{
    assert_indexes("class M(models.Model):\n"
                   "    pk = models.CompositePrimaryKey('tenant', 'n')\n"
                   "    tenant = models.IntegerField()\n"
                   "    n = models.IntegerField()\n",
                   "unique btree - [tenant,n] [tenant,n] [] - primary_key:7\n");
}

static void
test_leads(void)
{
    const char *text = MODELS "class M(models.Model):\n"
                              "    a = models.IntegerField()\n"
                              "    b = models.IntegerField()\n"
                              "    class Meta:\n"
                              "        indexes = [models.Index(fields=['a', 'b'], name='ab'),\n"
                              "                   models.Index(Upper('b'), name='e'),\n"
                              "                   models.Index(fields=['b'], name='p', "
                              "condition=Q(a=1))]\n";
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(GPtrArray) indexes = NULL;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    project = pga_django_project_new();
    pga_django_project_add(project, "shop/models.py", text, strlen(text));
    pga_django_project_resolve(project);
    indexes = pga_django_model_indexes(project, pga_django_project_model(project, "shop.M"));
    g_assert_true(pga_django_indexes_lead_with(indexes, "a"));
    g_assert_true(pga_django_indexes_lead_with(indexes, "id"));
    g_assert_false(pga_django_indexes_lead_with(indexes, "b"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/django/index-list/fields", test_fields);
    g_test_add_func("/django/index-list/meta", test_meta);
    g_test_add_func("/django/index-list/composite-key", test_composite_key);
    g_test_add_func("/django/index-list/leads-without-a-condition", test_leads);
    return g_test_run();
}
