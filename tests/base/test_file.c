/* Whole files: limits, what is refused, and that a file is whole or as it was. */
#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *folder, *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->folder = g_dir_make_tmp("pga-file-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "file", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_true(pga_directory_remove_tree(fixture->folder, NULL));
    g_free(fixture->folder);
    g_free(fixture->path);
}

static void
assert_input_error(const GError *error, const char *path, const char *reason)
{
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, reason));
}

static void
assert_unreadable(const char *path, const char *reason)
{
    g_autoptr(GError) error = NULL;
    gsize length = 7;

    g_assert_null(pga_file_read(path, 5, &length, &error));
    assert_input_error(error, path, reason);
    g_assert_cmpuint(length, ==, 7);
}

static void
assert_content(const char *path, const char *want)
{
    g_autoptr(GError) error = NULL;
    gsize length;
    g_autofree char *text = pga_file_read(path, 1000, &length, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, want);
    g_assert_cmpuint(length, ==, strlen(want));
}

static void
test_read(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *fifo = g_build_filename(fixture->folder, "fifo", NULL);
    g_autofree char *text = NULL;

    assert_unreadable(fixture->path, "No such file");
    assert_unreadable(fixture->folder, "directory");
    assert_unreadable("/dev/zero", "not a regular file");
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    assert_unreadable(fifo, "not a regular file");
    g_assert_true(g_file_set_contents(fixture->path, "123456", -1, NULL));
    assert_unreadable(fixture->path, "too large");
    g_assert_true(g_file_set_contents(fixture->path, "12345", -1, NULL));
    text = pga_file_read(fixture->path, 5, NULL, NULL);
    g_assert_cmpstr(text, ==, "12345");
}

static void
test_write(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    struct stat status;

    pga_file_write(fixture->path, "first", 5, &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_chmod(fixture->path, 0640), ==, 0);
    pga_file_write(fixture->path, "2nd", 3, &error);
    g_assert_no_error(error);
    assert_content(fixture->path, "2nd");
    g_assert_cmpint(stat(fixture->path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0640);
}

/* Nothing lies beside it, whether writing succeeds or not. */
static void
test_write_leaves_nothing(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *missing = g_build_filename(fixture->folder, "no", "file", NULL);
    g_autoptr(GError) error = NULL, second = NULL;
    g_autoptr(GDir) dir = NULL;

    g_assert_true(pga_file_write(fixture->path, "x", 1, NULL));
    g_assert_false(pga_file_write(missing, "x", 1, &error));
    assert_input_error(error, missing, "No such file");
    g_assert_false(pga_file_write(fixture->folder, "x", 1, &second));
    assert_input_error(second, fixture->folder, "directory");
    dir = g_dir_open(fixture->folder, 0, NULL);
    g_assert_cmpstr(g_dir_read_name(dir), ==, "file");
    g_assert_null(g_dir_read_name(dir));
}

static void
test_write_link(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *link = g_build_filename(fixture->folder, "link", NULL);

    g_assert_true(pga_file_write(fixture->path, "x", 1, NULL));
    g_assert_cmpint(symlink("file", link), ==, 0);
    g_assert_true(pga_file_write(link, "y", 1, NULL));
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    assert_content(fixture->path, "y");
}

static void
test_write_device(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *fifo = g_build_filename(fixture->folder, "fifo", NULL);
    g_autoptr(GError) error = NULL;
    char buffer[8] = {0};
    int fd;

    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    fd = open(fifo, O_RDONLY | O_NONBLOCK);
    g_assert_true(pga_file_write(fifo, "text", 4, NULL));
    g_assert_cmpint(read(fd, buffer, sizeof buffer), ==, 4);
    g_assert_cmpstr(buffer, ==, "text");
    close(fd);
    g_assert_false(pga_file_write("/dev/full", "x", 1, &error));
    assert_input_error(error, "/dev/full", "No space");
}

static void
test_append(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    struct stat status;

    g_assert_true(pga_file_append_line(fixture->path, "one", NULL));
    g_assert_true(pga_file_append_line(fixture->path, "two", NULL));
    assert_content(fixture->path, "one\ntwo\n");
    g_assert_cmpint(stat(fixture->path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_false(pga_file_append_line(fixture->folder, "x", &error));
    assert_input_error(error, fixture->folder, "directory");
    g_clear_error(&error);
    g_assert_false(pga_file_append_line("/dev/full", "x", &error));
    assert_input_error(error, "/dev/full", "No space");
}

#define ADD(name, function)                                                                        \
    g_test_add("/base/file/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("reads-regular-files-up-to-the-limit", test_read);
    ADD("replaces-and-keeps-the-mode", test_write);
    ADD("leaves-no-draft-behind", test_write_leaves_nothing);
    ADD("writes-through-a-link", test_write_link);
    ADD("writes-into-pipes-and-devices", test_write_device);
    ADD("appends-lines", test_append);
    return g_test_run();
}
