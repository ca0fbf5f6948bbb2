/* A project's migrations: their order, what is news, and how the models differ from them. */
#include <django/history.h>
#include <string.h>

#define MODELS                                                                                     \
    "from django.db import models\n"                                                               \
    "class Customer(models.Model):\n"                                                              \
    "    name = models.CharField(max_length=20)\n"                                                 \
    "class Order(models.Model):\n"                                                                 \
    "    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)\n"                       \
    "    note = models.TextField(blank=True)\n"
#define HEAD "from django.db import migrations, models\n"
#define CUSTOMER                                                                                   \
    "        migrations.CreateModel(name='Customer', fields=[\n"                                   \
    "            ('id', models.AutoField(primary_key=True)),\n"                                    \
    "            ('name', models.CharField(max_length=20))]),\n"
#define ORDER                                                                                      \
    "        migrations.CreateModel(name='Order', fields=[\n"                                      \
    "            ('id', models.AutoField(primary_key=True)),\n"                                    \
    "            ('customer', models.ForeignKey('shop.Customer', on_delete=models.CASCADE)),\n"    \
    "            ('note', models.TextField(blank=True))]),\n"
#define MIGRATION(dependencies, operations)                                                        \
    HEAD "class Migration(migrations.Migration):\n"                                                \
         "    dependencies = [" dependencies "]\n"                                                 \
         "    operations = [\n" operations "    ]\n"

static PgaDjangoProject *
project_of(const char *models, const char *const *migrations)
{
    PgaDjangoProject *project = pga_django_project_new();

    pga_django_project_add(project, "shop/models.py", models, strlen(models));
    for (guint i = 0; migrations[i]; i += 2) {
        g_autofree char *path = g_strdup_printf("shop/migrations/%s.py", migrations[i]);

        pga_django_project_add(project, path, migrations[i + 1], strlen(migrations[i + 1]));
    }
    pga_django_project_resolve(project);
    return project;
}

static gboolean
is_skipped(void)
{
    if (!pga_python_is_available())
        g_test_skip("built without the grammar of Python");
    return !pga_python_is_available();
}

typedef struct {
    const char *name;
    const char *models;
    const char *operations; /* of the second migration */
    const char *differences[4];
} Case;

#define DEPENDS "('shop', '0001_initial')"
#define AT_END  "        migrations."
#define META    "    class Meta:\n        "

static const Case cases[] = {
    {"none", MODELS, ORDER, {NULL}},
    {"model", MODELS, "", {"Order: no migration creates it"}},
    {"added-field",
     MODELS "    paid = models.BooleanField()\n",
     ORDER,
     {"Order.paid: no migration adds it"}},
    {"removed-field",
     MODELS,
     ORDER AT_END "AddField('order', 'paid', models.BooleanField()),\n",
     {"Order: the migrations add paid, which the model does not have"}},
    {"renamed-field",
     MODELS "    paid = models.BooleanField()\n",
     ORDER AT_END "AddField('order', 'payed', models.BooleanField()),\n" AT_END
                  "RenameField('order', 'payed', 'paid'),\n",
     {NULL}},
    {"type",
     MODELS,
     ORDER AT_END "AlterField('order', 'note', models.CharField(max_length=9)),\n",
     {"Order.note: it is TextField (text), in the migrations CharField (varchar(9))"}},
    {"null",
     MODELS,
     ORDER AT_END "AlterField('order', 'note', models.TextField(null=True)),\n",
     {"Order.note: null=False, in the migrations True"}},
    {"unique-and-column",
     MODELS,
     ORDER AT_END "AlterField('order', 'note', models.TextField(unique=True, db_column='n')),\n",
     {"Order.note: unique=False, in the migrations True",
      "Order.note: its column is note, in the migrations n"}},
    {"label-is-none",
     MODELS,
     ORDER AT_END "AlterField('order', 'note', models.TextField(verbose_name='N')),\n",
     {NULL}},
    {"custom-field-is-not-told",
     MODELS,
     ORDER AT_END "AlterField('order', 'note', shop.fields.Note(db_index=True)),\n",
     {NULL}},
    {"computed-is-not-told",
     MODELS,
     ORDER AT_END "AlterField('order', 'note', models.TextField(null=NULL)),\n",
     {NULL}},
    {"index",
     MODELS META "indexes = [models.Index(fields=['note'], name='a')]\n",
     ORDER AT_END "AddIndex('order', models.Index(fields=['note'], name='b')),\n",
     {"Order: no migration makes its index a",
      "Order: the migrations make the index b, which Meta does not have"}},
    {"index-of-other-columns",
     MODELS META "indexes = [models.Index(fields=['note', 'customer'], name='a')]\n",
     ORDER AT_END "AddIndex('order', models.Index(fields=['note'], name='a')),\n",
     {"Order: its index a is (\"note\", \"customer_id\"), in the migrations (\"note\")"}},
    {"index-of-another-order",
     MODELS META "indexes = [models.Index(fields=['-note'], name='a')]\n",
     ORDER AT_END "AddIndex('order', models.Index(fields=['note'], name='a')),\n",
     {"Order: its index a is (\"note\" DESC), in the migrations (\"note\")"}},
    {"index-condition",
     MODELS META
     "indexes = [models.Index(fields=['id'], name='a', condition=models.Q(note='x'))]\n",
     ORDER AT_END "AddIndex('order', models.Index(fields=['id'], name='a')),\n",
     {"Order: its index a is (\"id\") WHERE \"note\" = 'x', in the migrations (\"id\")"}},
    {"index-condition-in-another-way",
     MODELS META "indexes = [models.Index(fields=['id'], name='a', "
                 "condition=models.Q(note='x', id=1))]\n",
     ORDER AT_END "AddIndex('order', models.Index(fields=['id'], name='a', "
                  "condition=models.Q(('id', 1), ('note', 'x')))),\n",
     {NULL}},
    {"index-computed",
     MODELS META "indexes = [models.Index(fields=['id'], name='a', condition=WHERE[0])]\n",
     ORDER AT_END "AddIndex('order', models.Index(fields=['id'], name='a')),\n",
     {NULL}},
    {"constraint-of-another-bound",
     MODELS META "constraints = [models.CheckConstraint(check=models.Q(id__gte=1), name='a')]\n",
     ORDER AT_END "AddConstraint('order', models.CheckConstraint(check=models.Q(('id__gte', 0)), "
                  "name='a')),\n",
     {"Order: its constraint a is CHECK (\"id\" >= 1), in the migrations CHECK (\"id\" >= 0)"}},
    {"constraint-in-another-way",
     MODELS META "constraints = [models.CheckConstraint(check=models.Q(note='x', id=1), "
                 "name='a')]\n",
     ORDER AT_END "AddConstraint('order', models.CheckConstraint(check=models.Q(('id', 1), "
                  "('note', 'x')), name='a')),\n",
     {NULL}},
    {"constraint-or-in-another-way",
     MODELS META "constraints = [models.CheckConstraint(check=models.Q(note='x', id=1) | "
                 "models.Q(id=2) | ~models.Q(id=3), name='a')]\n",
     ORDER AT_END "AddConstraint('order', models.CheckConstraint(check=models.Q("
                  "models.Q(('id', 1), ('note', 'x')), ('id', 2), models.Q(('id', 3), "
                  "_negated=True), _connector='OR'), name='a')),\n",
     {NULL}},
    {"constraint-and-is-no-or",
     MODELS META "constraints = [models.CheckConstraint(check=models.Q(id=1) | "
                 "models.Q(id=2), name='a')]\n",
     ORDER AT_END "AddConstraint('order', models.CheckConstraint(check=models.Q(('id', 1), "
                  "('id', 2), _connector='AND'), name='a')),\n",
     {"Order: its constraint a is CHECK ((\"id\" = 1 OR \"id\" = 2)), in the migrations CHECK "
      "((\"id\" = 1 AND \"id\" = 2))"}},
    {"constraint-xor-is-not-told",
     MODELS META "constraints = [models.CheckConstraint(check=models.Q(id=1), name='a')]\n",
     ORDER AT_END "AddConstraint('order', models.CheckConstraint(check=models.Q(('id', 1), "
                  "('id', 2), _connector='XOR'), name='a')),\n" AT_END
                  "AddConstraint('order', models.CheckConstraint(check=models.Q(('id', 1), "
                  "('id', 2), _connector=WHAT), name='b')),\n" AT_END
                  "RemoveConstraint('order', 'b'),\n",
     {NULL}},
    {"constraint-of-other-fields",
     MODELS META "constraints = [models.UniqueConstraint(fields=['note'], name='a')]\n",
     ORDER AT_END "AddConstraint('order', models.UniqueConstraint(fields=['note', 'customer'], "
                  "name='a')),\n",
     {"Order: its constraint a is UNIQUE (\"note\"), in the migrations UNIQUE (\"note\", "
      "\"customer_id\")"}},
    {"constraint-deferrable-another-way",
     MODELS META "constraints = [models.UniqueConstraint(fields=['note'], name='a', "
                 "deferrable=models.Deferrable.DEFERRED)]\n",
     ORDER AT_END "AddConstraint('order', models.UniqueConstraint(fields=['note'], name='a', "
                  "deferrable=models.Deferrable['DEFERRED'])),\n",
     {NULL}},
    {"constraint-not-deferrable",
     MODELS META "constraints = [models.UniqueConstraint(fields=['note'], name='a', "
                 "deferrable=models.Deferrable.IMMEDIATE)]\n",
     ORDER AT_END "AddConstraint('order', models.UniqueConstraint(fields=['note'], name='a')),\n",
     {"Order: its constraint a is UNIQUE (\"note\") DEFERRABLE INITIALLY IMMEDIATE, in the "
      "migrations UNIQUE (\"note\")"}},
    {"constraint-deferrable-is-not-told",
     MODELS META "constraints = [models.UniqueConstraint(fields=['note'], name='a', "
                 "deferrable=WHEN)]\n",
     ORDER AT_END "AddConstraint('order', models.UniqueConstraint(fields=['note'], name='a')),\n",
     {NULL}},
    {"exclusion-another-way",
     MODELS META "constraints = [ExclusionConstraint(name='a', expressions=[('note', "
                 "RangeOperators.EQUAL), ('id', RangeOperators.NOT_EQUAL)])]\n",
     ORDER AT_END "AddConstraint('order', "
                  "django.contrib.postgres.constraints.ExclusionConstraint(name='a', "
                  "expressions=[('note', '='), ('id', '<>')])),\n",
     {NULL}},
    {"exclusion-of-another-operator",
     MODELS META "constraints = [ExclusionConstraint(name='a', expressions=[('note', '=')], "
                 "deferrable=models.Deferrable.DEFERRED)]\n",
     ORDER AT_END "AddConstraint('order', "
                  "django.contrib.postgres.constraints.ExclusionConstraint(name='a', "
                  "expressions=[('note', '&&')], include=['id'])),\n",
     {"Order: its constraint a is EXCLUDE USING gist (\"note\" WITH =) DEFERRABLE INITIALLY "
      "DEFERRED, in the migrations EXCLUDE USING gist (\"note\" WITH &&) INCLUDE (\"id\")"}},
    {"database-default",
     MODELS "    n = models.IntegerField(db_default=5)\n"
            "    at = models.DateTimeField(db_default=Now())\n"
            "    same = models.TextField(db_default='x')\n"
            "    far = models.TextField(db_default=DEFAULT)\n"
            "    more = models.TextField(**MORE)\n",
     ORDER AT_END
     "AddField('order', 'n', models.IntegerField()),\n" AT_END
     "AddField('order', 'at', models.DateTimeField("
     "db_default=django.db.models.functions.datetime.Now())),\n" AT_END
     "AddField('order', 'same', models.TextField(db_default=models.Value('x'))),\n" AT_END
     "AddField('order', 'far', models.TextField(db_default='y')),\n" AT_END
     "AddField('order', 'more', models.TextField(db_default='y')),\n",
     {"Order.n: it has DEFAULT 5, in the migrations no DEFAULT"}},
    {"generated",
     MODELS "    a = models.GeneratedField(expression=F('id') * 2, db_persist=True,\n"
            "        output_field=models.IntegerField())\n"
            "    b = models.GeneratedField(expression=F('id') + 1, db_persist=True,\n"
            "        output_field=models.IntegerField())\n"
            "    c = models.GeneratedField(expression=Far('id'), db_persist=True,\n"
            "        output_field=models.IntegerField())\n",
     ORDER AT_END "AddField('order', 'a', models.GeneratedField(db_persist=True, "
                  "expression=django.db.models.expressions.CombinedExpression(models.F('id'), '*', "
                  "models.Value(2)), output_field=models.IntegerField())),\n" AT_END
                  "AddField('order', 'b', models.GeneratedField(db_persist=True, "
                  "expression=django.db.models.expressions.CombinedExpression(models.F('id'), '+', "
                  "models.Value(3)), output_field=models.IntegerField())),\n" AT_END
                  "AddField('order', 'c', models.GeneratedField(db_persist=True, "
                  "expression=models.F('id'), output_field=models.IntegerField())),\n",
     {"Order.b: it has GENERATED ALWAYS AS ((\"id\" + 1)) STORED, in the migrations GENERATED "
      "ALWAYS "
      "AS ((\"id\" + 3)) STORED"}},
    {"another-target",
     MODELS "    other = models.ForeignKey(Customer, models.CASCADE)\n"
            "    self_ = models.ForeignKey('self', models.CASCADE)\n",
     ORDER AT_END "AddField('order', 'other', models.ForeignKey('shop.order', "
                  "models.CASCADE)),\n" AT_END
                  "AddField('order', 'self_', models.ForeignKey('shop.order', models.CASCADE)),\n",
     {"Order.other: it references shop_customer.id, in the migrations shop_order.id"}},
    {"target-renamed",
     MODELS "class Person(models.Model):\n    pass\n"
            "class Pet(models.Model):\n"
            "    owner = models.ForeignKey(Person, models.CASCADE)\n",
     ORDER AT_END
     "CreateModel('Man', fields=[('id', models.AutoField(primary_key=True))]),\n" AT_END
     "CreateModel('Pet', fields=[('id', models.AutoField(primary_key=True)),\n"
     "            ('owner', models.ForeignKey('shop.man', models.CASCADE))]),\n" AT_END
     "RenameModel('Man', 'Person'),\n",
     {NULL}},
    {"target-is-not-told",
     MODELS "    other = models.ForeignKey('far.Away', models.CASCADE)\n",
     ORDER AT_END "AddField('order', 'other', models.ForeignKey('far.off', models.CASCADE)),\n",
     {NULL}},
    {"index-renamed",
     MODELS META "indexes = [models.Index(fields=['note'], name='a')]\n",
     ORDER AT_END "AddIndex('order', models.Index(fields=['note'], name='b')),\n" AT_END
                  "RenameIndex(model_name='order', new_name='a', old_name='b'),\n",
     {NULL}},
    {"index-renamed-from-together",
     MODELS META "indexes = [models.Index(fields=['note', 'id'], name='a')]\n",
     ORDER AT_END "AlterIndexTogether('order', index_together={('note', 'id')}),\n" AT_END
                  "RenameIndex(model_name='order', new_name='a', old_fields=('note', 'id')),\n",
     {NULL}},
    {"index-and-constraint-removed",
     MODELS,
     ORDER AT_END
     "AddIndex('order', models.Index(fields=['note'], name='b')),\n" AT_END
     "RemoveIndex('order', 'b'),\n" AT_END
     "AddConstraint('order', models.UniqueConstraint(fields=['note'], name='c')),\n" AT_END
     "RemoveConstraint('order', 'c'),\n",
     {NULL}},
    {"constraint",
     MODELS META "constraints = [models.UniqueConstraint(fields=['note'], name='c')]\n",
     ORDER,
     {"Order: no migration makes its constraint c"}},
    {"state-only",
     MODELS META "constraints = [models.UniqueConstraint(fields=['note'], name='c')]\n",
     ORDER AT_END "SeparateDatabaseAndState(state_operations=[migrations.AddConstraint("
                  "'order', models.UniqueConstraint(fields=['note'], name='c'))]),\n",
     {NULL}},
    {"together",
     MODELS META "unique_together = [('customer', 'note')]\n",
     ORDER AT_END "AlterUniqueTogether('order', unique_together={('note', 'customer')}),\n",
     {"Order: no migration makes its unique_together (customer, note)",
      "Order: the migrations have unique_together (note, customer), which Meta does not have"}},
    {"table",
     MODELS META "db_table = 'orders'\n",
     ORDER,
     {"Order: its table is orders, in the migrations shop_order"}},
    {"strange-operation-is-not-told", MODELS, "        Own('order'),\n", {NULL}},
    {"computed-operations-are-not-told", MODELS, "    ]\n    operations += [\n", {NULL}},
    {"computed-fields-are-not-told",
     MODELS,
     "        migrations.CreateModel(name='Order', fields=FIELDS),\n",
     {NULL}},
};

static void
test_differences(gconstpointer data)
{
    const Case *one = data;
    g_autofree char *second = g_strdup_printf(MIGRATION(DEPENDS, "%s"), one->operations);
    const char *const migrations[] = {"0001_initial", MIGRATION("", CUSTOMER), "0002_order", second,
                                      NULL};
    PgaDjangoProject *project;
    g_autoptr(GPtrArray) differences = NULL;

    if (is_skipped())
        return;
    project = project_of(one->models, migrations);
    differences = pga_django_history_differences(project);
    for (guint i = 0; i < differences->len; i++) {
        const PgaDjangoDifference *difference = g_ptr_array_index(differences, i);
        g_autofree char *text = g_strconcat(difference->model->name, difference->field ? "." : "",
                                            difference->field ? difference->field->name : "", ": ",
                                            difference->text, NULL);

        g_assert_cmpstr(text, ==, i < 4 ? one->differences[i] : NULL);
    }
    g_assert_true(differences->len == 4 || !one->differences[differences->len]);
    g_ptr_array_unref(g_steal_pointer(&differences));
    pga_django_project_free(project);
}

static const PgaDjangoHistoryEntry *
entry_at(const PgaDjangoProject *project, guint i)
{
    const PgaDjangoHistory *history = pga_django_project_history(project);

    g_assert_cmpuint(i, <, history->entries->len);
    return g_ptr_array_index(history->entries, i);
}

static void
test_squashed_one_stands_for_others(void)
{
    const char *const migrations[] = {
        "0001_initial",
        MIGRATION("", CUSTOMER),
        "0002_order",
        MIGRATION(DEPENDS, ORDER),
        "0001_squashed_0002_order",
        HEAD "class Migration(migrations.Migration):\n"
             "    replaces = [('shop', '0001_initial'), ('shop', '0002_order')]\n"
             "    operations = [\n" CUSTOMER ORDER "    ]\n",
        "0003_paid",
        MIGRATION("('shop', '0002_order')",
                  AT_END "AddField('order', 'paid', models.BooleanField()),\n"),
        NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(GPtrArray) differences = NULL;

    if (is_skipped())
        return;
    project = project_of(MODELS "    paid = models.BooleanField()\n", migrations);
    differences = pga_django_history_differences(project);
    g_assert_cmpuint(differences->len, ==, 0);
    g_assert_cmpstr(entry_at(project, 0)->migration->name, ==, "0001_squashed_0002_order");
    g_assert_cmpstr(entry_at(project, 1)->migration->name, ==, "0003_paid");
    g_assert_false(entry_at(project, 0)->is_leaf);
    g_assert_true(entry_at(project, 1)->is_leaf);
    g_assert_true(entry_at(project, 2)->is_replaced && !entry_at(project, 2)->is_leaf);
    g_assert_true(pga_django_history_entry(pga_django_project_history(project),
                                           entry_at(project, 1)->file) == entry_at(project, 1));
}

/* A file's header says when it was written; another's the app's last one. */
static void
test_news(void)
{
    static const char old[] =
        "# Generated by Django 3.2 on 2021-03-04 05:06\n" MIGRATION("", CUSTOMER);
    const char *const migrations[] = {"0001_initial", old, "0002_order", MIGRATION(DEPENDS, ORDER),
                                      NULL};
    const gint64 written = 1614816000, day = 86400;
    g_autoptr(PgaDjangoProject) project = NULL;

    if (is_skipped())
        return;
    project = project_of(MODELS, migrations);
    g_assert_cmpint(entry_at(project, 0)->migration->written, ==, written);
    g_assert_true(!entry_at(project, 0)->is_new && entry_at(project, 1)->is_new);
    pga_django_history_choose(project, written + PGA_DJANGO_NEWS_DAYS * day, FALSE);
    g_assert_true(!entry_at(project, 0)->is_new && entry_at(project, 1)->is_new);
    pga_django_history_choose(project, written + PGA_DJANGO_NEWS_DAYS * day + 1, FALSE);
    g_assert_true(!entry_at(project, 0)->is_new && !entry_at(project, 1)->is_new);
    pga_django_history_choose(project, 0, FALSE);
    g_assert_true(!entry_at(project, 0)->is_new && entry_at(project, 1)->is_new);
    pga_django_history_choose(project, written + 900 * day, TRUE);
    g_assert_true(entry_at(project, 0)->is_new && entry_at(project, 1)->is_new);
}

static void
test_extensions(void)
{
    const char *const migrations[] = {"0001_initial", MIGRATION("", CUSTOMER), "0002_order",
                                      MIGRATION(DEPENDS, "        TrigramExtension(),\n" ORDER),
                                      NULL};
    g_autoptr(PgaDjangoProject) project = NULL;
    const PgaDjangoHistory *history;

    if (is_skipped())
        return;
    project = project_of(MODELS, migrations);
    history = pga_django_project_history(project);
    g_assert_true(pga_django_history_has_extension(history, "pg_trgm", NULL));
    g_assert_false(pga_django_history_has_extension(history, "hstore", NULL));
    g_assert_false(pga_django_history_has_extension(history, "pg_trgm", entry_at(project, 1)));
}

/* Two apps of one label, and a file that is no Python: nothing is said. */
static void
test_unclear_apps_are_left_out(void)
{
    const char *const migrations[] = {"0001_initial", MIGRATION("", CUSTOMER), NULL};
    static const char broken[] = "class Migration(:\n", other[] = MIGRATION("", CUSTOMER);
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(GPtrArray) differences = NULL;

    if (is_skipped())
        return;
    project = pga_django_project_new();
    pga_django_project_add(project, "one/shop/models.py", MODELS, strlen(MODELS));
    pga_django_project_add(project, "one/shop/migrations/0001_initial.py", other, strlen(other));
    pga_django_project_add(project, "two/shop/models.py", MODELS, strlen(MODELS));
    pga_django_project_add(project, "two/shop/migrations/0001_initial.py", other, strlen(other));
    pga_django_project_resolve(project);
    differences = pga_django_history_differences(project);
    g_assert_cmpuint(differences->len, ==, 0);
    g_ptr_array_unref(g_steal_pointer(&differences));
    pga_django_project_free(g_steal_pointer(&project));

    project = project_of(MODELS, migrations);
    differences = pga_django_history_differences(project);
    g_assert_cmpuint(differences->len, ==, 1);
    g_ptr_array_unref(g_steal_pointer(&differences));
    pga_django_project_free(g_steal_pointer(&project));

    project = pga_django_project_new();
    pga_django_project_add(project, "shop/models.py", MODELS, strlen(MODELS));
    pga_django_project_add(project, "shop/migrations/0001_initial.py", other, strlen(other));
    pga_django_project_add(project, "shop/migrations/0002_x.py", broken, strlen(broken));
    pga_django_project_resolve(project);
    differences = pga_django_history_differences(project);
    g_assert_cmpuint(differences->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/django/history/differences/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_differences);
    }
    g_test_add_func("/django/history/squashed-one-stands-for-others",
                    test_squashed_one_stands_for_others);
    g_test_add_func("/django/history/news-are-the-last-ones", test_news);
    g_test_add_func("/django/history/extensions", test_extensions);
    g_test_add_func("/django/history/unclear-apps-are-left-out", test_unclear_apps_are_left_out);
    return g_test_run();
}
