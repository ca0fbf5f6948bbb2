/* The planner module: where it is found, on which major a clone runs for it, and that the servers
 * load it. */
#include "fixture.h"
#include "module_internal.h"
#include <base/directory.h>
#include <base/error.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIABLE "PGARCHITECT_WHATIF_DIR"

/* A folder with an empty "module" of each of @majors. */
static char *
fake_modules(const guint *majors, guint n)
{
    char *directory = g_dir_make_tmp("whatif-XXXXXX", NULL);

    for (guint i = 0; i < n; i++) {
        g_autofree char *major = g_strdup_printf("%u", majors[i]);
        g_autofree char *below = g_build_filename(directory, major, NULL);
        g_autofree char *path = g_build_filename(below, "pgarchitect_whatif.so", NULL);

        g_assert_cmpint(g_mkdir(below, 0755), ==, 0);
        g_assert_true(g_file_set_contents(path, "", 0, NULL));
    }
    return directory;
}

/* The module of every major that this build made is found by a program of the build folder. */
static void
test_build_folder(void)
{
    g_auto(GStrv) majors = g_strsplit(PGA_WHATIF_MAJORS, " ", -1);

    if (!majors[0]) {
        g_test_skip("this build made no module: scripts/fetch-headers gets a server's headers");
        return;
    }
    for (guint i = 0; majors[i]; i++) {
        g_autofree char *expected =
            g_build_filename(PGA_BUILD_ROOT, "whatif", majors[i], "pgarchitect_whatif.so", NULL);
        g_autofree char *found = pga_lab_module_find((guint)g_ascii_strtoull(majors[i], NULL, 10));

        g_assert_cmpstr(found, ==, expected);
    }
    g_assert_null(pga_lab_module_find(13));
}

static void
test_variable_names_the_only_folder(void)
{
    const guint majors[] = {16};
    g_autofree char *directory = fake_modules(majors, G_N_ELEMENTS(majors));
    g_autofree char *expected = g_build_filename(directory, "16", "pgarchitect_whatif.so", NULL);
    g_autofree char *found = NULL, *exposed = NULL, *other = NULL;

    g_setenv(VARIABLE, directory, TRUE);
    found = pga_lab_module_find(16);
    other = pga_lab_module_find(15);
    g_assert_cmpint(chmod(expected, 0666), ==, 0);
    exposed = pga_lab_module_find(16);
    g_unsetenv(VARIABLE);
    g_assert_cmpstr(found, ==, expected);
    g_assert_null(other);
    g_assert_null(exposed); /* anybody could have put it there */
    pga_directory_remove_tree(directory, NULL);
}

typedef struct {
    guint source;
    guint modules[3]; /* 0: no more */
    guint chosen;
} Choice;

static const Choice choices[] = {
    {15, {15, 17, 18}, 15}, {16, {15, 17, 18}, 17}, {14, {17, 18}, 17}, {18, {15, 17}, 17},
    {17, {14, 15}, 15},     {0, {15, 17}, 17},      {16, {0}, 16},      {13, {0}, 14},
    {19, {0}, 18},          {0, {0}, 18},           {15, {13}, 15},
};

static void
test_choice(gconstpointer data)
{
    const Choice *choice = data;
    PgaBinaries have[] = {{.version_num = 180004}, {.version_num = 170010},
                          {.version_num = 160014}, {.version_num = 150020},
                          {.version_num = 150018}, {.version_num = 140023}};
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    const PgaBinaries *chosen;
    g_autofree char *directory = NULL;
    guint n = 0;

    while (n < G_N_ELEMENTS(choice->modules) && choice->modules[n] > 0)
        n++;
    directory = fake_modules(choice->modules, n);
    for (guint i = 0; i < G_N_ELEMENTS(have); i++)
        g_ptr_array_add(found, &have[i]);
    g_setenv(VARIABLE, directory, TRUE);
    chosen = pga_binaries_choose_with_module(found, choice->source);
    g_unsetenv(VARIABLE);
    g_assert_cmpuint(chosen->version_num / 10000, ==, choice->chosen);
    g_assert_cmpuint(chosen->version_num, !=, 150018); /* of one major the first */
    pga_directory_remove_tree(directory, NULL);
}

static void
test_no_servers(void)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    g_assert_null(pga_binaries_choose_with_module(none, 15));
}

static void
check_copy(PgaLab *lab, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *again = NULL;
    struct stat status, second;

    g_assert_true(g_str_has_prefix(path, pga_directory_get_path(lab->directory)));
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 07777, ==, 0644);
    g_assert_cmpuint(status.st_uid, ==, lab->user.uid);
    again = pga_lab_module_install(lab, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(again, ==, path);
    g_assert_cmpint(stat(path, &second), ==, 0);
    g_assert_cmpuint(second.st_ino, ==, status.st_ino);
}

/* The copy is the lab's, and a server of that major takes it for one of its own. */
static void
test_server_loads_it(gconstpointer data)
{
    const PgaTestServer *server = data;
    g_autofree char *built = pga_lab_module_find(server->major);
    g_autofree char *path = NULL;
    g_autoptr(PgaLab) lab = NULL;
    g_autoptr(GError) error = NULL;

    if (!built) {
        g_test_skip("no module for this major");
        return;
    }
    lab = pga_test_lab_start(server);
    path = pga_lab_module_install(lab, &error);
    g_assert_no_error(error);
    if (strcmp(path, built) != 0) /* else the temporary folder forbids libraries */
        check_copy(lab, path);
    g_assert_true(pga_session_do(lab->admin, &error, "LOAD '%s'", path));
    g_assert_no_error(error);
}

static void
test_no_module_is_no_error(void)
{
    g_autoptr(PgaLab) lab = NULL;
    g_autoptr(GError) error = NULL;

    if (!pga_test_have_server())
        return;
    lab = pga_test_lab_start(NULL);
    g_setenv(VARIABLE, "/nowhere", TRUE);
    g_assert_null(pga_lab_module_install(lab, &error));
    g_unsetenv(VARIABLE);
    g_assert_no_error(error);
}

/* The lab's directory is gone: what failed, and where, is said. */
static void
test_failed_copy_is_told(void)
{
    g_autoptr(PgaLab) lab = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *directory = NULL;
    guint major;

    if (!pga_test_have_server())
        return;
    lab = pga_test_lab_start(NULL);
    major = pga_lab_version_num(lab) / 10000;
    directory = fake_modules(&major, 1);
    g_setenv(VARIABLE, directory, TRUE);
    pga_server_stop(lab);
    g_assert_true(pga_directory_remove_tree(pga_directory_get_path(lab->directory), NULL));
    g_assert_null(pga_lab_module_install(lab, &error));
    g_unsetenv(VARIABLE);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_nonnull(strstr(pga_error_get_detail(error), directory));
    pga_directory_remove_tree(directory, NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    g_unsetenv(VARIABLE);
    g_test_add_func("/lab/module/build-folder-is-searched", test_build_folder);
    g_test_add_func("/lab/module/variable-names-the-only-folder",
                    test_variable_names_the_only_folder);
    for (guint i = 0; i < G_N_ELEMENTS(choices); i++) {
        g_autofree char *path = g_strdup_printf("/lab/module/choice/%u", i);

        g_test_add_data_func(path, &choices[i], test_choice);
    }
    g_test_add_func("/lab/module/choice/no-servers", test_no_servers);
    pga_test_add_servers("/lab/module/server-loads-it", 14, FALSE, test_server_loads_it);
    g_test_add_func("/lab/module/none-is-no-error", test_no_module_is_no_error);
    g_test_add_func("/lab/module/failed-copy-is-told", test_failed_copy_is_told);
    return pga_test_lab_finish(g_test_run());
}
