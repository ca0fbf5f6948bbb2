/* A recursive copy by descriptors that follows no symbolic link and refuses whatever is neither
 * file nor directory: one of the two trees may belong to another user. */
#include "base/error.h"
#include "tree_copy_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DEPTH = 16, BUFFER_BYTES = 8192 }; /* a data directory is four levels deep */

typedef struct {
    uid_t uid;
    gid_t gid;
    PgaTreeSize *size;
} Copy;

static gboolean
hand_over(const Copy *copy, int fd)
{
    return (copy->uid == geteuid() && copy->gid == getegid()) ||
           fchown(fd, copy->uid, copy->gid) == 0;
}

/* For file systems without copy_file_range(2). */
static gboolean
copy_by_buffer(int in, int out)
{
    char buffer[BUFFER_BYTES];
    ssize_t length;

    while ((length = read(in, buffer, sizeof buffer)) > 0)
        if (write(out, buffer, (size_t)length) != length)
            return FALSE;
    return length == 0;
}

static gboolean
copy_bytes(int in, int out, off_t bytes)
{
    off_t done = 0;

    if (bytes == 0 || ioctl(out, FICLONE, in) == 0)
        return TRUE;
    while (done < bytes) {
        const ssize_t length = copy_file_range(in, NULL, out, NULL, (size_t)(bytes - done), 0);

        if (length < 0 && done == 0 && errno != ENOSPC && errno != EDQUOT)
            return copy_by_buffer(in, out);
        if (length <= 0)
            return FALSE;
        done += length;
    }
    return TRUE;
}

static gboolean
copy_file(const Copy *copy, int source, int target, const char *name)
{
    const int in = openat(source, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    const int out =
        in < 0 ? -1
               : openat(target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    struct stat status = {0};
    gboolean ok = out >= 0 && fstat(in, &status) == 0 && S_ISREG(status.st_mode) &&
                  copy_bytes(in, out, status.st_size) && hand_over(copy, out);
    const int saved_errno = errno;

    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0)
        ok = FALSE;
    else
        errno = saved_errno;
    copy->size->n_files++;
    copy->size->bytes += (guint64)status.st_size;
    return ok;
}

static gboolean copy_directory(const Copy *copy, int source, int target, guint depth);

static int
open_directory(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* @source and @target: descriptors of the directories that hold @name */
static gboolean
copy_subdirectory(const Copy *copy, int source, int target, const char *name, guint depth)
{
    const int from = open_directory(source, name);
    const int to =
        from >= 0 && mkdirat(target, name, 0700) == 0 ? open_directory(target, name) : -1;
    const gboolean ok = to >= 0 && copy_directory(copy, from, to, depth + 1) && hand_over(copy, to);
    const int saved_errno = errno;

    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    errno = saved_errno;
    return ok;
}

static gboolean
copy_entry(const Copy *copy, int source, int target, const struct dirent *entry, guint depth)
{
    struct stat status;

    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
        return TRUE;
    if (fstatat(source, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return FALSE;
    if (S_ISDIR(status.st_mode))
        return copy_subdirectory(copy, source, target, entry->d_name, depth);
    return copy_file(copy, source, target, entry->d_name);
}

/* Closes neither descriptor. */
static gboolean
copy_directory(const Copy *copy, int source, int target, guint depth)
{
    const int own = depth < MAX_DEPTH ? fcntl(source, F_DUPFD_CLOEXEC, 3) : -1;
    DIR *dir = own >= 0 ? fdopendir(own) : NULL;
    const struct dirent *entry;
    gboolean ok = dir != NULL;

    while (ok && (entry = readdir(dir)))
        ok = copy_entry(copy, source, target, entry, depth);
    if (dir) {
        const int saved_errno = errno;

        closedir(dir);
        errno = saved_errno;
    }
    return ok;
}

gboolean
pga_tree_copy(const char *source, const char *target, uid_t uid, gid_t gid, PgaTreeSize *size,
              GError **error)
{
    const Copy copy = {uid, gid, size};
    const int from = open_directory(AT_FDCWD, source);
    const int to = from >= 0 && mkdir(target, 0700) == 0 ? open_directory(AT_FDCWD, target) : -1;
    gboolean ok;

    *size = (PgaTreeSize){0};
    ok = to >= 0 && copy_directory(&copy, from, to, 0) && hand_over(&copy, to);
    if (!ok) {
        const gboolean full = errno == ENOSPC || errno == EDQUOT;

        pga_error_set(error, PGA_ERROR_LAB,
                      full ? "the lab ran out of disk space" : "could not copy a data directory");
        pga_error_detail(error, "Copying \"%s\" to \"%s\": %s.", source, target, g_strerror(errno));
    }
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return ok;
}
