/* A lab's life and death. */
#include "fixture.h"
#include "lab_internal.h"
#include <base/directory.h>
#include <base/error.h>
#include <base/interrupt.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_starts_and_leaves_nothing(gconstpointer data)
{
    PgaLab *lab = pga_test_lab_start(data);
    g_autofree char *directory = g_strdup(pga_directory_get_path(lab->directory));
    g_autofree char *version = pga_test_ask(lab, NULL, "SHOW server_version");

    g_assert_true(pga_lab_alive(lab, NULL));
    g_assert_true(g_str_has_prefix(version, pga_lab_version(lab)));
    g_assert_cmpuint(pga_lab_version_num(lab) / 10000, ==, ((const PgaTestServer *)data)->major);
    g_assert_cmpuint(pga_test_count_processes(directory), >, 0);
    pga_lab_free(lab);
    g_assert_cmpuint(pga_test_count_processes(directory), ==, 0);
    g_assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
}

/* Seconds that a start takes. */
static double
start_time(const PgaTestServer *server, gboolean no_cache)
{
    const PgaLabOptions options = {.bindir = server->bindir, .no_cache = no_cache};
    const gint64 begin = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    PgaLab *lab = pga_lab_start(&options, &error);
    const double seconds = (double)(g_get_monotonic_time() - begin) / 1e6;

    g_assert_no_error(error);
    pga_lab_free(lab);
    return seconds;
}

/* Compared with initdb on the same machine at the same time; 0.2 s against 0.6 s when nothing else
 * runs. */
static void
test_is_faster_from_the_cache(gconstpointer server)
{
    double without = 0, with = 0;

    start_time(server, FALSE);
    for (guint i = 0; i < 3; i++) {
        without += start_time(server, TRUE);
        with += start_time(server, FALSE);
    }
    g_test_message("%.2f s, without the cache %.2f s", with / 3, without / 3);
    g_assert_cmpfloat(with, <, without);
}

static char *
process_file(const PgaLab *lab, const char *name, gsize *length)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", lab->postmaster, name);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, length, NULL));
    return text;
}

static void
test_runs_unprivileged_and_alone(void)
{
    g_autoptr(PgaLab) lab = NULL;
    g_autofree char *environment = NULL, *limits = NULL, *addresses = NULL, *user = pga_lab_user();
    gsize length = 0;
    struct stat status;

    g_setenv("PGPASSWORD", "hunter2", TRUE);
    g_setenv("SECRET_TOKEN", "hunter2", TRUE);
    lab = pga_test_lab_start(NULL);
    g_unsetenv("PGPASSWORD");
    g_unsetenv("SECRET_TOKEN");
    environment = process_file(lab, "environ", &length);
    for (gsize i = 0; i < length; i++)
        g_assert_false(g_str_has_prefix(environment + i, "hunter2"));
    limits = process_file(lab, "limits", NULL);
    g_assert_nonnull(strstr(limits, "Max address space         1073741824"));
    g_assert_nonnull(strstr(limits, "Max core file size        0"));
    addresses = pga_test_ask(lab, NULL, "SHOW listen_addresses");
    g_assert_cmpstr(addresses, ==, "");
    g_assert_cmpint(getpgid(lab->postmaster), !=, getpgrp());
    g_assert_cmpint(stat(pga_directory_get_path(lab->directory), &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0700);
    g_assert_cmpuint(status.st_uid, ==, lab->user.uid);
    g_assert_cmpuint(lab->user.uid, !=, 0);
    g_assert_cmpstr(lab->user.name, ==, user);
}

/* What the environment says about connections must not lead the lab's statements elsewhere. */
static void
test_ignores_the_callers_connection_settings(void)
{
    static const char *const names[] = {"PGHOST",    "PGHOSTADDR",           "PGPORT",
                                        "PGUSER",    "PGDATABASE",           "PGOPTIONS",
                                        "PGSSLMODE", "PGTARGETSESSIONATTRS", "PGCONNECT_TIMEOUT"};
    static const char *const values[] = {"db.example.com", "192.0.2.1",  "1",
                                         "alice",          "production", "-c no_such_setting=1",
                                         "verify-full",    "standby",    "1"};
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        g_setenv(names[i], values[i], TRUE);
    {
        g_autoptr(PgaLab) lab = pga_test_lab_start(NULL);
        g_autoptr(PgaLabLoad) load = pga_test_load(lab, "CREATE TABLE t (id int);", &error);
        g_autoptr(PgaCatalog) catalog = NULL;

        g_assert_no_error(error);
        g_assert_cmpuint(load->not_checked->len, ==, 0);
        catalog = pga_test_collect(lab);
        g_assert_cmpuint(catalog->relations->len, ==, 1);
    }
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        g_unsetenv(names[i]);
}

/* Forks; the child runs @child and is left to its fate. Returns what it wrote. */
static pid_t
fork_child(void (*child)(int out), char *text, gsize size)
{
    int fds[2];
    ssize_t length;
    pid_t pid;

    g_assert_cmpint(pipe(fds), ==, 0);
    pid = fork();
    if (pid == 0) {
        close(fds[0]);
        child(fds[1]);
        _exit(0);
    }
    close(fds[1]);
    length = read(fds[0], text, size - 1);
    g_assert_cmpint(length, >, 0);
    text[length] = '\0';
    close(fds[0]);
    return pid;
}

static void
hold_a_lab(int out)
{
    PgaLab *lab = pga_test_lab_start(NULL);

    dprintf(out, "%d %s", lab->postmaster, pga_directory_get_path(lab->directory));
    for (;;)
        pause();
}

static gboolean
contains(const GPtrArray *paths, const char *path)
{
    for (guint i = 0; i < paths->len; i++)
        if (strcmp(g_ptr_array_index(paths, i), path) == 0)
            return TRUE;
    return FALSE;
}

static void
test_dies_with_its_owner(void)
{
    char text[256];
    const pid_t child = fork_child(hold_a_lab, text, sizeof text);
    const pid_t postmaster = (pid_t)g_ascii_strtoll(text, NULL, 10);
    g_autofree char *directory = g_strdup(strchr(text, ' ') + 1);
    g_autoptr(GPtrArray) living = pga_lab_leftovers();
    g_autoptr(GPtrArray) dead = NULL;
    gint64 begin;

    g_assert_false(contains(living, directory));
    g_assert_cmpint(kill(postmaster, 0), ==, 0);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    begin = g_get_monotonic_time();
    while (pga_test_count_processes(directory) > 0 &&
           g_get_monotonic_time() - begin < (gint64)20 * G_USEC_PER_SEC)
        g_usleep(10000);
    g_assert_cmpuint(pga_test_count_processes(directory), ==, 0);
    dead = pga_lab_leftovers();
    g_assert_true(contains(dead, directory));
    g_assert_cmpuint(pga_lab_remove_leftovers(), >=, 1);
    g_assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
}

/* A server that outlived its owner: possible only where PR_SET_PDEATHSIG is not kept. */
static void
test_leftover_servers_are_ended(void)
{
    PgaLab *lab = pga_test_lab_start(NULL);
    g_autofree char *directory = g_strdup(pga_directory_get_path(lab->directory));
    g_autofree char *lock = g_build_filename(directory, "owner.lock", NULL);
    int status;

    /* another lock file, which nobody holds */
    g_assert_cmpint(unlink(lock), ==, 0);
    g_assert_true(g_file_set_contents(lock, "", 0, NULL));
    g_assert_cmpuint(pga_lab_remove_leftovers(), >=, 1);
    g_assert_cmpint(waitpid(lab->postmaster, &status, 0), ==, lab->postmaster);
    g_assert_cmpuint(pga_test_count_processes(directory), ==, 0);
    g_assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
    lab->postmaster = 0;
    pga_lab_free(lab);
}

static void
test_a_dead_server_is_noticed(void)
{
    g_autoptr(PgaLab) lab = pga_test_lab_start(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) second = NULL;

    kill(lab->postmaster, SIGKILL);
    g_usleep(100000);
    g_assert_false(pga_lab_alive(lab, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_nonnull(pga_error_get_detail(error));
    g_assert_null(pga_test_load(lab, "CREATE TABLE t (id int);", &second));
    g_assert_error(second, PGA_ERROR, PGA_ERROR_LAB);
}

static void
test_refuses_bad_users(void)
{
    const PgaLabOptions options = {0};

    if (geteuid() != 0) {
        g_test_skip("only root changes its user");
        return;
    }
    for (guint i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;

        g_setenv("PGARCHITECT_LAB_USER", i == 0 ? "root" : "no-such-user", TRUE);
        g_assert_null(pga_lab_start(&options, &error));
        g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
        g_assert_nonnull(pga_error_get_hint(error));
    }
    g_unsetenv("PGARCHITECT_LAB_USER");
}

static void
start_interrupted(int out)
{
    g_autoptr(GError) error = NULL;
    const PgaLabOptions options = {.no_cache = TRUE};
    PgaLab *lab;

    pga_interrupt_install();
    g_assert_cmpint(raise(SIGTERM), ==, 0);
    lab = pga_lab_start(&options, &error);
    dprintf(out, "%s",
            !lab && g_error_matches(error, PGA_ERROR, PGA_ERROR_INTERRUPTED) ? "interrupted"
                                                                             : "went on");
}

static void
test_start_can_be_interrupted(void)
{
    char text[64];
    const pid_t child = fork_child(start_interrupted, text, sizeof text);

    waitpid(child, NULL, 0);
    g_assert_cmpstr(text, ==, "interrupted");
}

/* In a mount namespace of its own, on a file system of @megabytes. */
static void
fill_disk(int out, guint megabytes)
{
    g_autofree char *options = g_strdup_printf("size=%uM,mode=0755", megabytes);
    g_autoptr(GError) error = NULL;
    const PgaLabOptions lab_options = {.no_cache = TRUE,
                                       .disk_limit_bytes = G_GINT64_CONSTANT(1) << 40};
    PgaLab *lab;

    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", "/mnt", "tmpfs", 0, options) != 0) {
        dprintf(out, "skip %s", strerror(errno));
        return;
    }
    g_setenv("TMPDIR", "/mnt", TRUE);
    lab = pga_lab_start(&lab_options, &error);
    if (lab)
        pga_lab_load_free(pga_test_load(
            lab, "CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 1000000);",
            &error));
    dprintf(out, "%d %s: %s", error ? error->code : -1, error ? error->message : "no error",
            error ? pga_error_get_hint(error) : "");
    pga_lab_free(lab);
}

static void
fill_small_disk(int out)
{
    fill_disk(out, 8);
}

static void
fill_large_disk(int out)
{
    fill_disk(out, 90);
}

static void
test_disk_full(gconstpointer large)
{
    char text[512];
    g_autofree char *expected =
        g_strdup_printf("%d the lab ran out of disk space: It is in /", PGA_ERROR_LAB);
    const pid_t child = fork_child(large ? fill_large_disk : fill_small_disk, text, sizeof text);

    waitpid(child, NULL, 0);
    if (g_str_has_prefix(text, "skip"))
        g_test_skip("no right to mount");
    else
        g_assert_true(g_str_has_prefix(text, expected) && strstr(text, "set TMPDIR"));
}

/* Labs start in a folder where no other program looks for leftovers: each test that starts a lab
 * beside us would remove those that these tests are about. */
static char *
start_labs_in_own_folder(void)
{
    char *folder = g_dir_make_tmp("pgalab-XXXXXX", NULL);

    g_assert_nonnull(folder);
    g_assert_cmpint(chmod(folder, 0755), ==, 0); /* the server may be another user's */
    g_setenv("TMPDIR", folder, TRUE);
    return folder;
}

int
main(int argc, char **argv)
{
    g_autofree char *folder = NULL;
    int status;

    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    folder = start_labs_in_own_folder();
    pga_test_add_servers("/lab/start/runs-and-leaves-nothing", 10, FALSE,
                         test_starts_and_leaves_nothing);
    pga_test_add_servers("/lab/start/is-faster-from-the-cache", 14, TRUE,
                         test_is_faster_from_the_cache);
    g_test_add_func("/lab/start/runs-unprivileged-and-alone", test_runs_unprivileged_and_alone);
    g_test_add_func("/lab/start/ignores-the-callers-connection-settings",
                    test_ignores_the_callers_connection_settings);
    g_test_add_func("/lab/end/dies-with-its-owner", test_dies_with_its_owner);
    g_test_add_func("/lab/end/leftover-servers-are-ended", test_leftover_servers_are_ended);
    g_test_add_func("/lab/end/a-dead-server-is-noticed", test_a_dead_server_is_noticed);
    g_test_add_func("/lab/start/refuses-bad-users", test_refuses_bad_users);
    g_test_add_func("/lab/start/can-be-interrupted", test_start_can_be_interrupted);
    g_test_add_data_func("/lab/disk/full-at-start", NULL, test_disk_full);
    g_test_add_data_func("/lab/disk/full-while-loading", "large", test_disk_full);
    status = pga_test_lab_finish(g_test_run());
    pga_directory_remove_tree(folder, NULL);
    return status;
}
