/* Private directories: who may enter, what is removed, what counts as left over. */
#include "base/directory.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    char *base; /* a folder of the test's own, as $TMPDIR */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->base = g_strdup("/tmp/pga-test-XXXXXX");
    g_assert_nonnull(g_mkdtemp(fixture->base));
    g_setenv("TMPDIR", fixture->base, TRUE);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_unsetenv("TMPDIR");
    pga_directory_remove_tree(fixture->base, &error);
    g_assert_no_error(error);
    g_free(fixture->base);
}

static PgaDirectory *
new_directory(void)
{
    g_autoptr(GError) error = NULL;
    PgaDirectory *directory = pga_directory_new(geteuid(), getegid(), &error);

    g_assert_no_error(error);
    g_assert_nonnull(directory);
    return directory;
}

static void
write_file(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_private(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaDirectory *directory = new_directory();
    g_autofree char *path = g_strdup(pga_directory_get_path(directory));
    g_autofree char *inner = g_build_filename(path, "a", "b", NULL);
    struct stat status;

    g_assert_true(g_str_has_prefix(path, fixture->base));
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 07777, ==, 0700);
    g_assert_cmpint(g_mkdir_with_parents(inner, 0700), ==, 0);
    write_file(inner, "file", "text");
    pga_directory_free(directory);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    pga_directory_free(NULL);
}

static void
test_another_owner(Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    const uid_t nobody = 65534;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaDirectory) directory = pga_directory_new(nobody, nobody, &error);
    struct stat status;

    if (geteuid() != 0) {
        g_assert_null(directory);
        g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpint(stat(pga_directory_get_path(directory), &status), ==, 0);
    g_assert_cmpuint(status.st_uid, ==, nobody);
    g_assert_cmpuint(status.st_gid, ==, nobody);
}

static void
test_base_missing(Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_setenv("TMPDIR", "/nonexistent", TRUE);
    g_assert_null(pga_directory_new(geteuid(), getegid(), &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_nonnull(strstr(error->message, "/nonexistent"));
}

static void
test_long_tmpdir(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *name = g_strnfill(60, 'x');
    g_autofree char *deep = g_build_filename(fixture->base, name, NULL);
    g_autoptr(PgaDirectory) directory = NULL;

    g_assert_cmpint(g_mkdir(deep, 0700), ==, 0);
    g_setenv("TMPDIR", deep, TRUE);
    directory = new_directory();
    g_assert_true(g_str_has_prefix(pga_directory_get_path(directory), "/tmp/pgarchitect-"));
}

/* With a /dev/shm of these mount options, in a mount namespace of its own: 0 a directory there, 1
 * elsewhere, 2 no right to mount. */
static int
place_without_tmpdir(const char *options)
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        PgaDirectory *directory;
        gboolean is_there;

        if (unshare(CLONE_NEWNS) != 0 ||
            mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("tmpfs", "/dev/shm", "tmpfs", strstr(options, "noexec") ? MS_NOEXEC : 0,
                  strstr(options, "size")) != 0)
            _exit(2);
        g_unsetenv("TMPDIR");
        directory = pga_directory_new(geteuid(), getegid(), NULL);
        is_there = g_str_has_prefix(pga_directory_get_path(directory), "/dev/shm/pgarchitect-");
        pga_directory_free(directory);
        _exit(is_there ? 0 : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static gboolean
has_memory(void)
{
    g_autofree char *text = NULL;
    const char *line = g_file_get_contents("/proc/meminfo", &text, NULL, NULL)
                           ? strstr(text, "MemAvailable:")
                           : NULL;

    return line && g_ascii_strtoull(line + strlen("MemAvailable:"), NULL, 10) > 5UL * 1024 * 1024;
}

static void
test_no_tmpdir(Fixture *fixture G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    const int large = place_without_tmpdir("size=3G");

    if (large == 2 || !has_memory()) {
        g_test_skip("no right to mount, or less than 5 GB of memory available");
        return;
    }
    g_assert_cmpint(large, ==, 0);
    g_assert_cmpint(place_without_tmpdir("size=64M"), ==, 1);
    g_assert_cmpint(place_without_tmpdir("noexec,size=3G"), ==, 1);
}

static void
test_symbolic_links(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    PgaDirectory *directory = new_directory();
    g_autofree char *kept = g_build_filename(fixture->base, "kept", NULL);
    g_autofree char *link = g_build_filename(pga_directory_get_path(directory), "link", NULL);
    g_autofree char *file = g_build_filename(kept, "file", NULL);

    g_assert_cmpint(g_mkdir(kept, 0700), ==, 0);
    write_file(kept, "file", "text");
    g_assert_cmpint(symlink(kept, link), ==, 0);
    pga_directory_free(directory);
    g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
}

static void
test_link_as_root_of_tree(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *kept = g_build_filename(fixture->base, "kept", NULL);
    g_autofree char *link = g_build_filename(fixture->base, "link", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir(kept, 0700), ==, 0);
    g_assert_cmpint(symlink(kept, link), ==, 0);
    g_assert_false(pga_directory_remove_tree(link, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_true(g_file_test(kept, G_FILE_TEST_IS_DIR));
}

static void
test_many_entries(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *tree = g_build_filename(fixture->base, "tree", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir(tree, 0700), ==, 0);
    for (guint i = 0; i < 2000; i++) {
        g_autofree char *name = g_strdup_printf("file%u", i);

        write_file(tree, name, "");
    }
    pga_directory_remove_tree(tree, &error);
    g_assert_no_error(error);
    g_assert_false(g_file_test(tree, G_FILE_TEST_EXISTS));
    g_assert_true(pga_directory_remove_tree(tree, &error));
}

static void
test_too_deep(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GString) path = g_string_new(fixture->base);
    g_autofree char *top = g_build_filename(fixture->base, "d", NULL);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 250; i++)
        g_string_append(path, "/d");
    g_assert_cmpint(g_mkdir_with_parents(path->str, 0700), ==, 0);
    g_assert_false(pga_directory_remove_tree(top, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);

    /* half of it lies within reach; what is then left does, too */
    g_string_truncate(path, strlen(fixture->base) + 2 * (gsize)125);
    g_assert_true(pga_directory_remove_tree(path->str, NULL));
}

static void
test_disk_usage(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *inner = g_build_filename(fixture->base, "inner", NULL);
    g_autofree char *link = g_build_filename(fixture->base, "link", NULL);
    g_autofree char *sparse = g_build_filename(inner, "sparse", NULL);
    g_autofree char *text = g_strnfill(100000, 'x');
    gint64 before, after;

    g_assert_cmpint(g_mkdir(inner, 0700), ==, 0);
    before = pga_directory_disk_usage(fixture->base);
    write_file(inner, "file", text);
    write_file(inner, "sparse", "");
    g_assert_cmpint(truncate(sparse, 100000000), ==, 0);
    g_assert_cmpint(symlink("/usr", link), ==, 0);
    after = pga_directory_disk_usage(fixture->base);
    g_assert_cmpint(after - before, >=, 100000);
    g_assert_cmpint(after - before, <, 200000);
    g_assert_cmpint(pga_directory_disk_usage("/nonexistent"), ==, 0);
}

/* Whether our leftovers, those of the other $TMPDIRs aside, are just @path, or none. */
static void
assert_leftover(const Fixture *fixture, const char *path)
{
    g_autoptr(GPtrArray) all = NULL;
    guint n = 0;

    pga_directory_leftovers(geteuid(), &all);
    for (guint i = 0; i < all->len; i++) {
        const char *found = g_ptr_array_index(all, i);

        if (!g_str_has_prefix(found, fixture->base))
            continue;
        g_assert_cmpstr(found, ==, path);
        n++;
    }
    g_assert_cmpuint(n, ==, path ? 1 : 0);
}

static void
test_leftover_of_the_dead(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    int status;
    int pipe_fds[2];
    char path[200] = {0};
    pid_t child;

    g_assert_cmpint(pipe(pipe_fds), ==, 0);
    child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        PgaDirectory *directory = pga_directory_new(geteuid(), getegid(), NULL);
        const char *mine = pga_directory_get_path(directory);

        _exit(write(pipe_fds[1], mine, strlen(mine)) > 0 ? 0 : 1);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpint(read(pipe_fds[0], path, sizeof path - 1), >, 0);
    assert_leftover(fixture, path);
    g_assert_true(pga_directory_remove_tree(path, NULL));
    assert_leftover(fixture, NULL);
}

static void
test_leftover_of_the_living(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaDirectory) directory = new_directory();

    g_assert_nonnull(directory);
    assert_leftover(fixture, NULL);
}

/* Made, but not locked yet: left alone until it is clear that nobody is about to. */
static void
test_leftover_without_lock(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(fixture->base, "pgarchitect-abcdef", NULL);
    const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    assert_leftover(fixture, NULL);
    g_assert_cmpint(utimensat(AT_FDCWD, path, old, 0), ==, 0);
    assert_leftover(fixture, path);
}

static void
test_leftover_not_ours(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *link = g_build_filename(fixture->base, "pgarchitect-abcdef", NULL);
    g_autofree char *other = g_build_filename(fixture->base, "pgarchitect-reports", NULL);
    g_autofree char *odd = g_build_filename(fixture->base, "pgarchitect-fedcba", NULL);
    g_autofree char *fifo = g_build_filename(odd, "owner.lock", NULL);

    g_assert_cmpint(symlink("/usr", link), ==, 0);
    g_assert_cmpint(g_mkdir(other, 0700), ==, 0);
    write_file(other, "owner.lock", "");
    g_assert_cmpint(g_mkdir(odd, 0700), ==, 0);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    assert_leftover(fixture, NULL);
}

#define ADD(name, function)                                                                        \
    g_test_add("/base/directory/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("private-and-gone-when-freed", test_private);
    ADD("only-root-names-another-owner", test_another_owner);
    ADD("missing-base-is-named", test_base_missing);
    ADD("long-tmpdir-is-not-used", test_long_tmpdir);
    ADD("no-tmpdir-is-memory-where-there-is-enough", test_no_tmpdir);
    ADD("links-are-removed-not-followed", test_symbolic_links);
    ADD("link-in-place-of-the-tree-is-refused", test_link_as_root_of_tree);
    ADD("many-entries", test_many_entries);
    ADD("too-deep-is-refused", test_too_deep);
    ADD("disk-usage-counts-blocks", test_disk_usage);
    ADD("leftover-when-owner-died", test_leftover_of_the_dead);
    ADD("no-leftover-while-owner-lives", test_leftover_of_the_living);
    ADD("without-lock-only-when-old", test_leftover_without_lock);
    ADD("other-things-are-no-leftovers", test_leftover_not_ours);
    return g_test_run();
}
