/* Reading and writing whole files. What is no regular file is never replaced by one: /dev/stdout
 * stays what it is. */
#include "base/file.h"
#include "base/error.h"
#include "base/interrupt.h"
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

char *
pga_file_read_input(gsize max_bytes, gsize *length, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 part[8192];
    gssize n;

    for (;;) {
        n = read(STDIN_FILENO, part, sizeof part);
        if (pga_interrupt_check(error))
            return NULL;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        g_byte_array_append(bytes, part, (guint)n);
        if (bytes->len > max_bytes) {
            fail(error, "read", "standard input", "it is too large");
            return NULL;
        }
    }
    if (n < 0) {
        fail(error, "read", "standard input", g_strerror(errno));
        return NULL;
    }
    *length = bytes->len;
    g_byte_array_append(bytes, (const guint8 *)"", 1);
    return (char *)g_byte_array_free(g_steal_pointer(&bytes), FALSE);
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

struct PgaFileDraft {
    char *target; /* as the caller called it */
    char *final;  /* (nullable): what the draft is renamed to; NULL: written straight into it */
    char *draft;  /* (nullable): its own name */
    int fd;
};

/* Beside the file that it will replace, whose mode it gets. */
static gboolean
open_beside(PgaFileDraft *draft, guint mode, const struct stat *replaced, GError **error)
{
    draft->draft = g_strconcat(draft->final, ".XXXXXX", NULL);
    draft->fd = g_mkstemp_full(draft->draft, O_WRONLY | O_CLOEXEC, (int)mode); /* less the umask */
    if (draft->fd < 0) {
        g_clear_pointer(&draft->draft, g_free);
        return fail(error, "write", draft->target, g_strerror(errno));
    }
    return !replaced || fchmod(draft->fd, replaced->st_mode & 07777) == 0 ||
           fail(error, "write", draft->target, g_strerror(errno));
}

static gboolean
open_draft(PgaFileDraft *draft, guint mode, GError **error)
{
    struct stat status;
    char *real;

    if (stat(draft->target, &status) != 0) {
        draft->final = g_strdup(draft->target);
        return open_beside(draft, mode, NULL, error);
    }
    if (S_ISDIR(status.st_mode))
        return fail(error, "write", draft->target, "it is a directory");
    if (!S_ISREG(status.st_mode)) { /* a device or a pipe cannot be renamed over */
        draft->fd = open(draft->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return draft->fd >= 0 || fail(error, "write", draft->target, g_strerror(errno));
    }
    real = realpath(draft->target, NULL); /* a symbolic link keeps pointing where it does */
    if (!real)
        return fail(error, "write", draft->target, g_strerror(errno));
    draft->final = g_strdup(real);
    free(real);
    return open_beside(draft, mode, &status, error);
}

PgaFileDraft *
pga_file_draft_open(const char *path, guint mode, GError **error)
{
    g_autoptr(PgaFileDraft) draft = g_new0(PgaFileDraft, 1);

    draft->target = g_strdup(path);
    draft->fd = -1;
    return open_draft(draft, mode, error) ? g_steal_pointer(&draft) : NULL;
}

gboolean
pga_file_draft_write(PgaFileDraft *draft, const char *text, gsize length, GError **error)
{
    return write_all(draft->fd, text, length) ||
           fail(error, "write", draft->target, g_strerror(errno));
}

gboolean
pga_file_draft_commit(PgaFileDraft *draft, GError **error)
{
    const int fd = draft->fd;
    const gboolean synced = !draft->draft || fsync(fd) == 0;
    const int reason = errno;

    draft->fd = -1;
    if (!synced) {
        close(fd);
        return fail(error, "write", draft->target, g_strerror(reason));
    }
    if (close(fd) != 0 || (draft->draft && rename(draft->draft, draft->final) != 0))
        return fail(error, "write", draft->target, g_strerror(errno));
    g_clear_pointer(&draft->draft, g_free);
    return TRUE;
}

void
pga_file_draft_free(PgaFileDraft *draft)
{
    if (!draft)
        return;
    if (draft->fd >= 0)
        close(draft->fd);
    if (draft->draft)
        g_unlink(draft->draft);
    g_free(draft->draft);
    g_free(draft->final);
    g_free(draft->target);
    g_free(draft);
}

gboolean
pga_file_write(const char *path, const char *text, gsize length, GError **error)
{
    g_autoptr(PgaFileDraft) draft = pga_file_draft_open(path, 0666, error);

    return draft && pga_file_draft_write(draft, text, length, error) &&
           pga_file_draft_commit(draft, error);
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
