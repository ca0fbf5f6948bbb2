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
    DIR *source;
    int target;
} Level;

typedef struct {
    uid_t uid;
    gid_t gid;
    PgaTreeSize *size;
    GArray *levels; /* of Level: the directories that are open */
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

static int
open_directory(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void
level_clear(gpointer data)
{
    const Level *level = data;
    const int saved_errno = errno;

    closedir(level->source);
    close(level->target);
    errno = saved_errno;
}

/* Into directory @name of @source, copied as @target_name of @target. */
static gboolean
enter(Copy *copy, const Level *above, const char *source_name, const char *target_name)
{
    const int from = open_directory(above ? dirfd(above->source) : AT_FDCWD, source_name);
    const int parent = above ? above->target : AT_FDCWD;
    const int to = from >= 0 && mkdirat(parent, target_name, 0700) == 0
                       ? open_directory(parent, target_name)
                       : -1;
    Level level = {.target = to};

    if (to >= 0 && copy->levels->len < MAX_DEPTH && hand_over(copy, to))
        level.source = fdopendir(from);
    if (level.source) {
        g_array_append_val(copy->levels, level);
        return TRUE;
    }
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return FALSE;
}

static gboolean
copy_entry(Copy *copy, const char *name)
{
    const Level top = g_array_index(copy->levels, Level, copy->levels->len - 1);
    struct stat status;

    if (!strcmp(name, ".") || !strcmp(name, ".."))
        return TRUE;
    if (fstatat(dirfd(top.source), name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return FALSE;
    if (S_ISDIR(status.st_mode))
        return enter(copy, &top, name, name);
    return copy_file(copy, dirfd(top.source), top.target, name);
}

static gboolean
copy_all(Copy *copy, const char *source, const char *target)
{
    gboolean ok = enter(copy, NULL, source, target);

    while (ok && copy->levels->len > 0) {
        const Level *top = &g_array_index(copy->levels, Level, copy->levels->len - 1);
        const struct dirent *entry = readdir(top->source);

        if (entry)
            ok = copy_entry(copy, entry->d_name);
        else
            g_array_set_size(copy->levels, copy->levels->len - 1);
    }
    return ok;
}

gboolean
pga_tree_copy(const char *source, const char *target, uid_t uid, gid_t gid, PgaTreeSize *size,
              GError **error)
{
    g_autoptr(GArray) levels = g_array_new(FALSE, FALSE, sizeof(Level));
    Copy copy = {uid, gid, size, levels};

    g_array_set_clear_func(levels, level_clear);
    *size = (PgaTreeSize){0};
    if (copy_all(&copy, source, target))
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB,
                  errno == ENOSPC || errno == EDQUOT ? "the lab ran out of disk space"
                                                     : "could not copy a data directory");
    pga_error_detail(error, "Copying \"%s\" to \"%s\": %s.", source, target, g_strerror(errno));
    return FALSE;
}
