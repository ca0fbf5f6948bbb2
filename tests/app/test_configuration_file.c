/* Which pgarchitect.yaml counts. */
#include "app/configuration.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *root, *home, *below;
} Fixture;

/* ROOT/home/a/b; whoever may write into it is for a test to say. */
static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->root = g_dir_make_tmp("pga-config-XXXXXX", NULL);
    fixture->home = g_build_filename(fixture->root, "home", NULL);
    fixture->below = g_build_filename(fixture->home, "a", "b", NULL);
    g_assert_cmpint(g_mkdir_with_parents(fixture->below, 0700), ==, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *command = g_strdup_printf("rm -r '%s'", fixture->root);

    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    g_free(fixture->root);
    g_free(fixture->home);
    g_free(fixture->below);
}

static char *
write_file(const char *folder)
{
    char *path = g_build_filename(folder, PGA_CONFIGURATION_NAME, NULL);

    g_assert_true(g_file_set_contents(path, "rules:\n", -1, NULL));
    return path;
}

static void
test_nearest(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *a = g_path_get_dirname(fixture->below);
    g_autofree char *in_home = write_file(fixture->home), *in_a = write_file(a);
    g_autofree char *from_below = pga_app_configuration_find(fixture->below, fixture->home);
    g_autofree char *from_home = pga_app_configuration_find(fixture->home, fixture->home);

    g_assert_cmpstr(from_below, ==, in_a);
    g_assert_cmpstr(from_home, ==, in_home);
}

static void
test_above_home(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *in_root = write_file(fixture->root);
    g_autofree char *from_below = pga_app_configuration_find(fixture->below, fixture->home);
    g_autofree char *homeless = pga_app_configuration_find(fixture->below, NULL);
    g_autofree char *elsewhere = pga_app_configuration_find(fixture->below, "/nonexistent");

    g_assert_null(from_below);
    g_assert_cmpstr(homeless, ==, in_root);
    g_assert_cmpstr(elsewhere, ==, in_root);
}

static void
test_no_file(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(fixture->below, PGA_CONFIGURATION_NAME, NULL);
    g_autofree char *found = NULL;

    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    found = pga_app_configuration_find(fixture->below, fixture->home);
    g_assert_null(found);
}

/* As in /tmp: anybody could have put it there. */
static void
test_foreign_file(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = write_file(fixture->below);
    g_autofree char *shared = NULL, *private = NULL;

    if (geteuid() != 0) {
        g_test_skip("needs root, to give a file away");
        return;
    }
    g_assert_cmpint(chown(path, 65534, 65534), ==, 0);
    private = pga_app_configuration_find(fixture->below, fixture->home);
    g_assert_cmpint(chmod(fixture->below, 01777), ==, 0);
    shared = pga_app_configuration_find(fixture->below, fixture->home);
    g_assert_cmpstr(private, ==, path);
    g_assert_null(shared);
}

#define ADD(name, function)                                                                        \
    g_test_add("/app/configuration-file/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("nearest-counts", test_nearest);
    ADD("not-above-home", test_above_home);
    ADD("folder-is-none", test_no_file);
    ADD("foreign-file-in-a-shared-folder-is-none", test_foreign_file);
    return g_test_run();
}
