/* The planner takes a relation's size from the length of its files (RelationGetNumberOfBlocks() in
 * estimate_rel_size(), PostgreSQL 10-18 src/backend/optimizer/util/plancat.c), so files with holes
 * make an empty relation look like the source's. The directory belongs to the lab's user while we
 * may be root: every part of the path is opened without following symbolic links. */
#include "base/error.h"
#include "relation_file_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* RELSEG_SIZE × BLCKSZ of every packaged server */
#define SEGMENT_BYTES (G_GINT64_CONSTANT(1) << 30)

enum { MAX_SEGMENTS = 1 << 16 };

/* The directory that holds @path, with its last part in @name; -1 with errno. */
static int
open_folder(const PgaLab *lab, const char *path, char **name)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    int folder = open(lab->data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    for (guint i = 0; folder >= 0 && parts[i] && parts[i + 1]; i++) {
        const int next = openat(folder, parts[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        close(folder);
        folder = next;
    }
    *name = g_strdup(parts[0] ? parts[g_strv_length(parts) - 1] : "");
    return folder;
}

static gboolean
resize_segment(const PgaLab *lab, int folder, const char *name, gint64 bytes)
{
    const int fd =
        openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    struct stat status;
    gboolean ok;
    int saved_errno;

    if (fd < 0)
        return FALSE;
    ok = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1 &&
         (!lab->user.change || fchown(fd, lab->user.uid, lab->user.gid) == 0) &&
         ftruncate(fd, bytes) == 0;
    saved_errno = errno;
    close(fd);
    errno = saved_errno;
    return ok;
}

static gboolean
resize_segments(const PgaLab *lab, int folder, const char *name, gint64 bytes)
{
    for (guint segment = 0; segment < MAX_SEGMENTS; segment++) {
        g_autofree char *file =
            segment == 0 ? g_strdup(name) : g_strdup_printf("%s.%u", name, segment);
        const gint64 rest = bytes - segment * SEGMENT_BYTES;

        if (rest > 0 || segment == 0) {
            if (!resize_segment(lab, folder, file, CLAMP(rest, 0, SEGMENT_BYTES)))
                return FALSE;
        } else if (unlinkat(folder, file, 0) != 0) {
            return errno == ENOENT;
        }
    }
    return TRUE;
}

gboolean
pga_relation_file_resize(const PgaLab *lab, const char *path, gint64 bytes, GError **error)
{
    g_autofree char *name = NULL;
    const int folder = open_folder(lab, path, &name);
    const gboolean ok = folder >= 0 && resize_segments(lab, folder, name, bytes);

    if (!ok) {
        const int cause = errno;

        if (cause == ENOSPC)
            pga_disk_set_full(lab, "", error);
        else
            pga_error_set(error, PGA_ERROR_LAB, "could not resize a file of the lab");
        pga_error_detail(error, "%s: %s.", path, g_strerror(cause));
    }
    if (folder >= 0)
        close(folder);
    return ok;
}
