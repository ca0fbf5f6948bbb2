/* Reading and writing whole files. What is no regular file is never replaced by one: /dev/stdout
 * stays what it is. */
#include "base/file.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail(GError **error, const char *what, const char *path, const char *reason)
{
    pga_error_set(error, PGA_ERROR_INPUT, "could not %s \"%s\": %s", what, path, reason);
    return FALSE;
}

/* Up to @size bytes; how many there were, or -1. */
static gssize
read_up_to(int fd, char *buffer, gsize size)
{
    gsize used = 0;
    gssize n;

    do {
        n = read(fd, buffer + used, size - used);
        if (n < 0)
            return -1;
        used += (gsize)n;
    } while (n > 0 && used < size);
    return (gssize)used;
}

/* (nullable): sets no error: *reason says why, statically or until the next g_strerror() */
static char *
read_fd(int fd, gsize max_bytes, gsize *length, const char **reason)
{
    struct stat status;
    g_autofree char *text = NULL;
    gssize n;

    if (fstat(fd, &status) != 0) {
        *reason = g_strerror(errno);
        return NULL;
    }
    if (!S_ISREG(status.st_mode)) {
        *reason = S_ISDIR(status.st_mode) ? "it is a directory" : "it is not a regular file";
        return NULL;
    }
    if (status.st_size < 0 || (guint64)status.st_size > max_bytes) {
        *reason = "it is too large";
        return NULL;
    }
    text = g_malloc((gsize)status.st_size + 2);
    n = read_up_to(fd, text, (gsize)status.st_size + 1);
    if (n < 0 || (gsize)n > (gsize)status.st_size) {
        *reason = n < 0 ? g_strerror(errno) : "it grew while it was read";
        return NULL;
    }
    text[n] = '\0';
    *length = (gsize)n;
    return g_steal_pointer(&text);
}

char *
pga_file_read(const char *path, gsize max_bytes, gsize *length, GError **error)
{
    /* O_NONBLOCK: a FIFO is refused, not waited for */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const char *reason = NULL;
    gsize n = 0;
    char *text;

    if (fd < 0) {
        fail(error, "read", path, g_strerror(errno));
        return NULL;
    }
    text = read_fd(fd, max_bytes, &n, &reason);
    close(fd);
    if (!text)
        fail(error, "read", path, reason);
    else if (length)
        *length = n;
    return text;
}

static gboolean
write_all(int fd, const char *text, gsize length)
{
    while (length > 0) {
        const gssize n = write(fd, text, length);

        if (n < 0)
            return FALSE;
        text += n;
        length -= (gsize)n;
    }
    return TRUE;
}

/* Into a device or a pipe, which cannot be renamed over. */
static gboolean
write_through(const char *path, const char *text, gsize length, GError **error)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    gboolean done = fd >= 0 && write_all(fd, text, length);

    if (!done)
        fail(error, "write", path, g_strerror(errno));
    if (fd >= 0 && close(fd) != 0 && done)
        done = fail(error, "write", path, g_strerror(errno));
    return done;
}

/* @mode: of the file that is replaced; 0 when there is none */
static gboolean
fill_draft(int fd, const char *text, gsize length, mode_t mode)
{
    return write_all(fd, text, length) && (mode == 0 || fchmod(fd, mode & 07777) == 0) &&
           fsync(fd) == 0;
}

static gboolean
replace(const char *path, mode_t mode, const char *text, gsize length, GError **error)
{
    g_autofree char *draft = g_strconcat(path, ".XXXXXX", NULL);
    const int fd = g_mkstemp_full(draft, O_WRONLY | O_CLOEXEC, 0666); /* less the umask */
    gboolean done;

    if (fd < 0)
        return fail(error, "write", path, g_strerror(errno));
    done = fill_draft(fd, text, length, mode);
    if (!done)
        fail(error, "write", path, g_strerror(errno));
    if (close(fd) != 0 && done)
        done = fail(error, "write", path, g_strerror(errno));
    if (done && rename(draft, path) != 0)
        done = fail(error, "write", path, g_strerror(errno));
    if (!done)
        g_unlink(draft);
    return done;
}

gboolean
pga_file_write(const char *path, const char *text, gsize length, GError **error)
{
    struct stat status;
    char *target;
    gboolean done;

    if (stat(path, &status) != 0)
        return replace(path, 0, text, length, error);
    if (S_ISDIR(status.st_mode))
        return fail(error, "write", path, "it is a directory");
    if (!S_ISREG(status.st_mode))
        return write_through(path, text, length, error);
    target = realpath(path, NULL); /* a symbolic link keeps pointing where it does */
    if (!target)
        return fail(error, "write", path, g_strerror(errno));
    done = replace(target, status.st_mode, text, length, error);
    free(target);
    return done;
}

gboolean
pga_file_append_line(const char *path, const char *line, GError **error)
{
    g_autofree char *text = g_strconcat(line, "\n", NULL);
    const gsize length = strlen(text);
    const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    gssize n;

    if (fd < 0)
        return fail(error, "append to", path, g_strerror(errno));
    n = write(fd, text, length);
    if (n < 0)
        fail(error, "append to", path, g_strerror(errno));
    else if ((gsize)n < length)
        fail(error, "append to", path, "only a part of the line was written");
    close(fd);
    return n == (gssize)length;
}
