/* The answer as files: what is written where, and what is refused. */
#include <app/django.h>
#include <base/error.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
add_migration(PgaDjangoReport *report, const char *path, const char *code)
{
    PgaDjangoMigrationPlan *plan = pga_django_migration_plan_new();

    plan->app = g_strdup("shop");
    plan->path = g_strdup(path);
    plan->code = g_strdup(code);
    g_ptr_array_add(report->migrations, plan);
}

static void
add_change(PgaDjangoReport *report, const char *model)
{
    PgaDjangoChange *change = pga_django_change_new();

    change->file = g_strdup("shop/models.py");
    change->line = 4;
    change->model = g_strdup(model);
    change->code = g_strdup("class Order(models.Model):\n    pass");
    g_ptr_array_add(change->reasons, g_strdup("why"));
    g_ptr_array_add(report->changes, change);
}

static PgaDjangoReport *
report_of_shop(void)
{
    PgaDjangoReport *report = pga_django_report_new();

    add_migration(report, "shop/migrations/0002_a.py", "class Migration: pass");
    add_change(report, "shop.Order");
    add_change(report, "shop.Line");
    report->sql = g_strdup("SELECT 1;\n");
    report->diagram = g_strdup("erDiagram\n");
    return report;
}

static void
assert_holds(const char *folder, const char *path, const char *text)
{
    g_autofree char *full = g_build_filename(folder, path, NULL);
    g_autofree char *there = NULL;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(full, &there, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(there, ==, text);
}

static void
remove_all(const char *folder)
{
    const char *const argv[] = {"rm", "-rf", folder, NULL};

    g_assert_true(g_spawn_sync("/", (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static void
test_written(void)
{
    g_autofree char *folder = g_dir_make_tmp("pgarchitect-write-XXXXXX", NULL);
    g_autofree char *below = g_build_filename(folder, "new", "answer", NULL);
    g_autoptr(PgaDjangoReport) report = report_of_shop();
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_app_django_write(report, below, &error));
    g_assert_no_error(error);
    assert_holds(below, "shop/migrations/0002_a.py", "class Migration: pass\n");
    assert_holds(
        below, "models.py",
        "# shop/models.py:4: shop.Order\n# - why\nclass Order(models.Model):\n    pass\n"
        "\n\n# shop/models.py:4: shop.Line\n# - why\nclass Order(models.Model):\n    pass\n");
    assert_holds(below, "changes.sql", "SELECT 1;\n");
    assert_holds(below, "schema.mmd", "erDiagram\n");
    g_assert_true(pga_app_django_write(report, below, &error)); /* the same once more */
    remove_all(folder);
}

/* Nothing is written when anything of somebody else is in the way. */
static void
test_in_the_way(void)
{
    g_autofree char *folder = g_dir_make_tmp("pgarchitect-write-XXXXXX", NULL);
    g_autofree char *theirs = g_build_filename(folder, "models.py", NULL);
    g_autofree char *first = g_build_filename(folder, "shop", NULL);
    g_autoptr(PgaDjangoReport) report = report_of_shop();
    g_autoptr(GError) error = NULL, link_error = NULL;

    g_assert_true(g_file_set_contents(theirs, "mine\n", -1, NULL));
    g_assert_false(pga_app_django_write(report, folder, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "is there already"));
    g_assert_false(g_file_test(first, G_FILE_TEST_EXISTS));
    assert_holds(folder, "models.py", "mine\n");
    g_assert_cmpint(g_unlink(theirs), ==, 0);
    g_assert_cmpint(symlink("nowhere", theirs), ==,
                    0); /* what it points to is not written either */
    g_assert_false(pga_app_django_write(report, folder, &link_error));
    remove_all(folder);
}

static void
test_no_folder(void)
{
    g_autofree char *folder = g_dir_make_tmp("pgarchitect-write-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "file", NULL);
    g_autoptr(PgaDjangoReport) report = report_of_shop();
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(file, "", -1, NULL));
    g_assert_false(pga_app_django_write(report, file, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "cannot be made"));
    remove_all(folder);
}

/* A path that would leave the folder is none of an app's. */
static void
test_outside(void)
{
    static const char *const paths[] = {"../0001_a.py", "shop/../../0001_a.py", "/tmp/0001_a.py",
                                        "shop//0001_a.py", "."};
    g_autofree char *folder = g_dir_make_tmp("pgarchitect-write-XXXXXX", NULL);
    g_autofree char *inside = g_build_filename(folder, "in", NULL);
    g_autofree char *out = g_build_filename(folder, "0001_a.py", NULL);
    g_autoptr(PgaDjangoReport) report = pga_django_report_new();
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
        add_migration(report, paths[i], "x");
    g_assert_true(pga_app_django_write(report, inside, &error));
    g_assert_false(g_file_test(out, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(inside, G_FILE_TEST_EXISTS));
    remove_all(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/django-write/written", test_written);
    g_test_add_func("/app/django-write/in-the-way", test_in_the_way);
    g_test_add_func("/app/django-write/no-folder", test_no_folder);
    g_test_add_func("/app/django-write/outside", test_outside);
    return g_test_run();
}
