/* The template cache: whole or none. */
#include "fixture.h"
#include "lab_internal.h"
#include "template_internal.h"
#include <base/directory.h>
#include <base/error.h>
#include <lab/trial.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
use_new_cache(void)
{
    char *cache = g_dir_make_tmp("labcache-XXXXXX", NULL);

    g_setenv("XDG_CACHE_HOME", cache, TRUE);
    return cache;
}

/* (transfer full): the folder of the only template in @cache */
static char *
only_template(const char *cache)
{
    g_autofree char *folder = g_build_filename(cache, "pgarchitect", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = g_dir_read_name(dir);

    g_assert_nonnull(name);
    g_assert_null(g_dir_read_name(dir));
    return g_build_filename(folder, name, NULL);
}

static void
start_once(void)
{
    g_autoptr(PgaLab) lab = pga_test_lab_start(NULL);

    g_assert_true(pga_lab_alive(lab, NULL));
}

static void
test_is_made_once_and_private(void)
{
    g_autofree char *cache = use_new_cache();
    g_autofree char *template = NULL, *again = NULL;
    struct stat status, later;

    start_once();
    template = only_template(cache);
    g_assert_cmpint(stat(template, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0700);
    g_assert_cmpuint(status.st_uid, ==, geteuid());
    start_once();
    again = only_template(cache);
    g_assert_cmpstr(again, ==, template);
    g_assert_cmpint(stat(again, &later), ==, 0);
    g_assert_cmpuint(later.st_ino, ==, status.st_ino);
    pga_directory_remove_tree(cache, NULL);
}

static void
damage_by_loss(const char *template)
{
    g_autofree char *path = g_build_filename(template, "data", "global", "pg_filenode.map", NULL);

    g_assert_cmpint(unlink(path), ==, 0);
}

static void
damage_by_truncation(const char *template)
{
    g_autofree char *path = g_build_filename(template, "data", "PG_VERSION", NULL);

    g_assert_cmpint(truncate(path, 0), ==, 0);
}

/* As long as before, so that only the server notices. */
static void
damage_control_file(const char *template)
{
    g_autofree char *path = g_build_filename(template, "data", "global", "pg_control", NULL);
    g_autofree char *zeros = g_malloc0(8192);

    g_assert_true(g_file_set_contents(path, zeros, 8192, NULL));
}

static void
damage_manifest(const char *template)
{
    g_autofree char *path = g_build_filename(template, "manifest", NULL);

    g_assert_cmpint(unlink(path), ==, 0);
}

static void (*const damages[])(const char *) = {damage_by_loss, damage_by_truncation,
                                                damage_control_file, damage_manifest};

static void
test_damage_is_repaired(gconstpointer data)
{
    g_autofree char *cache = use_new_cache();
    g_autofree char *template = NULL, *repaired = NULL, *control = NULL, *manifest = NULL;
    struct stat status;

    start_once();
    template = only_template(cache);
    damages[GPOINTER_TO_UINT(data)](template);
    start_once();
    start_once();
    repaired = only_template(cache);
    control = g_build_filename(repaired, "data", "global", "pg_filenode.map", NULL);
    manifest = g_build_filename(repaired, "manifest", NULL);
    g_assert_cmpint(stat(control, &status), ==, 0);
    g_assert_cmpint(stat(manifest, &status), ==, 0);
    pga_directory_remove_tree(cache, NULL);
}

static void
test_works_without(void)
{
    g_setenv("XDG_CACHE_HOME", "/proc/no/such/folder", TRUE);
    start_once();
}

/* Somebody else can write there: not used, so not trusted. */
static void
test_shared_folder_is_not_used(void)
{
    g_autofree char *cache = use_new_cache();
    g_autofree char *folder = g_build_filename(cache, "pgarchitect", NULL);
    g_autoptr(GDir) dir = NULL;

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_cmpint(chmod(folder, 0777), ==, 0);
    start_once();
    dir = g_dir_open(folder, 0, NULL);
    g_assert_null(g_dir_read_name(dir));
    pga_directory_remove_tree(cache, NULL);
}

static void
test_concurrent_runs(void)
{
    g_autofree char *cache = use_new_cache();
    g_autofree char *template = NULL;
    enum { RUNS = 4 };
    pid_t children[RUNS];

    for (guint i = 0; i < RUNS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            start_once();
            _exit(0);
        }
    }
    for (guint i = 0; i < RUNS; i++) {
        int status = -1;

        g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
        g_assert_cmpint(status, ==, 0);
    }
    template = only_template(cache);
    g_assert_nonnull(template);
    pga_directory_remove_tree(cache, NULL);
}

/* @failure: what is wrong with the configuration, not with the template; or NULL. */
static void
try_once(const char *configuration, const char *failure)
{
    const char *const overrides[] = {"shared_buffers=32MB", NULL};
    const PgaLabOptions options = {0};
    PgaTrial *trial = pga_trial_new(configuration, overrides);
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_lab_try(&options, trial, &error));
    g_assert_no_error(error);
    if (failure)
        g_assert_nonnull(strstr(trial->failure, failure));
    else
        g_assert_null(trial->failure);
    pga_trial_free(trial);
}

/* One of its own, with segments as initdb makes them; a configuration's fault is none of its. */
static void
test_of_trials(void)
{
    g_autofree char *cache = use_new_cache();
    g_autofree char *template = NULL, *again = NULL, *name = NULL;
    struct stat status, later;

    try_once("work_mem = 7MB\n", NULL);
    template = only_template(cache);
    name = g_path_get_basename(template);
    g_assert_nonnull(strstr(name, "-trial-"));
    g_assert_cmpint(stat(template, &status), ==, 0);
    try_once("work_mem = 7MB\n", NULL);
    try_once("shared_preload_libraries = 'no_such_library'\n", "no_such_library");
    again = only_template(cache);
    g_assert_cmpint(stat(again, &later), ==, 0);
    g_assert_cmpuint(later.st_ino, ==, status.st_ino);
    damage_control_file(again);
    try_once("work_mem = 7MB\n", NULL);
    g_assert_false(g_file_test(again, G_FILE_TEST_EXISTS));
    pga_directory_remove_tree(cache, NULL);
}

int
main(int argc, char **argv)
{
    static const char *const names[] = {"lost-file", "truncated-file", "bad-control-file",
                                        "lost-manifest"};

    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    g_test_add_func("/lab/template/is-made-once-and-private", test_is_made_once_and_private);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strdup_printf("/lab/template/%s-is-repaired", names[i]);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_damage_is_repaired);
    }
    g_test_add_func("/lab/template/works-without-a-cache", test_works_without);
    g_test_add_func("/lab/template/shared-folder-is-not-used", test_shared_folder_is_not_used);
    g_test_add_func("/lab/template/concurrent-runs", test_concurrent_runs);
    g_test_add_func("/lab/template/of-trials", test_of_trials);
    return pga_test_lab_finish(g_test_run());
}
