/* Operations as SQL, beside what Django itself emits for them. */
#include <base/error.h>
#include <django/migration.h>
#include <jansson.h>
#include <string.h>

static gboolean
is_skipped(void)
{
    if (!pga_python_is_available())
        g_test_skip("built without the grammar");
    return !pga_python_is_available();
}

/* Applies a file of these operations; its statements. */
static PgaDjangoMigration *
applied(PgaDjangoState *state, const char *name, const char *operations, guint version)
{
    g_autofree char *text = g_strdup_printf("class Migration(migrations.Migration):\n"
                                            "    operations = [\n%s\n    ]\n",
                                            operations);
    g_autofree char *path = g_strdup_printf("shop/migrations/%s.py", name);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source = NULL;
    PgaDjangoMigration *migration;
    const gsize length = strlen(text);

    source = pga_python_source_new(path, g_steal_pointer(&text), length, &error);
    g_assert_no_error(error);
    migration = pga_django_migration_read(source, path);
    g_assert_nonnull(migration);
    pga_django_migration_apply(migration, state, version);
    return migration;
}

/* The statements without blanks, each with its semicolon. */
static char *
joined(const PgaDjangoMigration *migration)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < migration->statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(migration->statements, i);

        g_string_append_printf(all, "%s;\n", statement->sql ? statement->sql : "--");
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

static char *
without_blanks(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *at = text; *at; at++)
        if (!g_ascii_isspace(*at))
            g_string_append_c(out, *at);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
expected(json_t *record)
{
    g_autoptr(GString) all = g_string_new(NULL);
    size_t i;
    json_t *sql;

    json_array_foreach(json_object_get(record, "sql"), i, sql)
    {
        const char *text = json_string_value(sql);

        g_string_append(all, g_str_has_prefix(text, "--") ? "--;" : text);
        if (!g_str_has_prefix(text, "--") && !g_str_has_suffix(text, ";"))
            g_string_append_c(all, ';');
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

/* Django rebuilds a sequence that here stays: op42. */
static gboolean
is_excused(const char *id)
{
    return g_str_has_prefix(id, "op42/");
}

static guint
compare(json_t *record, const char *base)
{
    const char *id = json_string_value(json_object_get(record, "id"));
    g_autoptr(PgaDjangoState) state = pga_django_state_new();
    g_autoptr(PgaDjangoMigration) second = NULL;
    g_autofree char *ours = NULL, *theirs = expected(record), *one = NULL, *other = NULL;

    pga_django_migration_free(applied(state, "0001_initial", base, 302));
    second = applied(state, "0002_next", json_string_value(json_object_get(record, "op")), 302);
    ours = joined(second);
    one = without_blanks(ours);
    other = without_blanks(theirs);
    if (g_str_equal(one, other) || is_excused(id))
        return 0;
    g_test_message("%s\nours:   %stheirs: %s", id, ours, theirs);
    return 1;
}

/* "[…]" of the fixture's base, without its brackets. */
static char *
base_operations(json_t *record)
{
    const char *text = json_string_value(json_object_get(record, "op"));

    return g_strndup(text + 1, strlen(text) - 2);
}

static void
test_fixture(void)
{
    const char *shared = g_getenv("PGA_SHARED");
    g_autofree char *path = g_build_filename(shared ? shared : PGA_SOURCE_ROOT "/../shared",
                                             "fixtures", "django-sqlmigrate.jsonl", NULL);
    g_autofree char *text = NULL, *base = NULL;
    g_auto(GStrv) lines = NULL;
    guint n_different = 0;

    if (is_skipped())
        return;
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_test_skip("../shared is not there");
        return;
    }
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        json_t *record = json_loads(lines[i], 0, NULL);

        g_assert_nonnull(record);
        if (i == 0)
            base = base_operations(record);
        else
            n_different += compare(record, base);
        json_decref(record);
    }
    g_assert_cmpuint(n_different, ==, 0);
}

static void
test_base(void)
{
    g_autoptr(PgaDjangoState) state = NULL;
    g_autoptr(PgaDjangoMigration) migration = NULL;
    g_autofree char *sql = NULL;

    if (is_skipped())
        return;
    state = pga_django_state_new();
    migration = applied(state, "0001_initial",
                        "migrations.CreateModel('Brand', [('id', models.BigAutoField("
                        "primary_key=True)), ('name', models.CharField(max_length=50))]),",
                        502);
    sql = joined(migration);
    g_assert_cmpstr(sql, ==,
                    "CREATE TABLE \"shop_brand\" (\"id\" bigint NOT NULL PRIMARY KEY GENERATED BY "
                    "DEFAULT AS IDENTITY, \"name\" varchar(50) NOT NULL);\n");
}

static void
test_code(void)
{
    g_autoptr(PgaDjangoState) state = NULL;
    g_autoptr(PgaDjangoMigration) migration = NULL;
    const PgaDjangoStatement *statement;

    if (is_skipped())
        return;
    state = pga_django_state_new();
    migration = applied(state, "0002_fill", "    migrations.RunPython(fill),", 0);
    g_assert_cmpuint(migration->statements->len, ==, 1);
    statement = g_ptr_array_index(migration->statements, 0);
    g_assert_null(statement->sql);
    g_assert_cmpstr(statement->why, ==,
                    "RunPython(fill) is code: what it reads, writes and locks is not seen");
    g_assert_cmpuint(statement->line, ==, 3);
    g_assert_cmpuint(statement->column, ==, 5);
}

static void
test_calls(void)
{
    static const char text[] =
        "def fill(apps, schema_editor):\n"
        "    Item = apps.get_model('shop', 'Item')\n"
        "    for item in Item.objects.select_for_update().all():\n"
        "        item.save()\n"
        "class Migration(migrations.Migration):\n"
        "    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source = NULL;
    g_autoptr(PgaDjangoState) state = NULL;
    g_autoptr(PgaDjangoMigration) migration = NULL;

    if (is_skipped())
        return;
    source = pga_python_source_new("m.py", g_strdup(text), strlen(text), &error);
    g_assert_no_error(error);
    state = pga_django_state_new();
    migration = pga_django_migration_read(source, "shop/migrations/0002_fill.py");
    pga_django_migration_apply(migration, state, 0);
    g_assert_cmpuint(migration->statements->len, ==, 1);
    g_assert_cmpstr(((PgaDjangoStatement *)g_ptr_array_index(migration->statements, 0))->why, ==,
                    "RunPython(fill) is code; it calls select_for_update() in line 3, save() in "
                    "line 4, whose locks last to the end of the transaction");
}

/* A variable instead of a call, before and after the change. */
static void
test_variable(void)
{
    g_autoptr(PgaDjangoState) state = NULL;
    g_autoptr(PgaDjangoMigration) first = NULL, same = NULL, other = NULL;

    if (is_skipped())
        return;
    state = pga_django_state_new();
    first = applied(state, "0001_initial",
                    "migrations.CreateModel('Brand', [('id', models.AutoField(primary_key=True)),"
                    " ('name', kind)]),",
                    502);
    same = applied(state, "0002_same", "migrations.AlterField('Brand', 'name', kind),", 502);
    g_assert_cmpuint(same->statements->len, ==, 0);
    other = applied(state, "0003_integer",
                    "migrations.AlterField('Brand', 'name', models.IntegerField()),", 502);
    g_assert_cmpuint(other->statements->len, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/django/migration/as-django-emits-it", test_fixture);
    g_test_add_func("/django/migration/identity-of-newer-versions", test_base);
    g_test_add_func("/django/migration/code-is-named", test_code);
    g_test_add_func("/django/migration/what-code-locks", test_calls);
    g_test_add_func("/django/migration/field-in-a-variable", test_variable);
    return g_test_run();
}
