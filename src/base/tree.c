/* Walking a tree of files by descriptors, so that nobody who renames parts of it meanwhile can lead
 * us out of it. Never follows a symbolic link, never crosses to another file system. */
#include "base/directory.h"
#include "base/error.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DEPTH = 200 }; /* each level costs a descriptor */

typedef struct {
    DIR *dir;
    char *name;       /* in the level above; of the first level the path */
    gboolean removed; /* something since the last rewinddir(): readdir() may have skipped its
                         neighbours */
} Level;

typedef struct {
    GArray *levels; /* of Level */
    dev_t device;
} Walk;

static void
level_clear(gpointer data)
{
    Level *level = data;

    closedir(level->dir);
    g_free(level->name);
}

static void
walk_free(Walk *walk)
{
    g_array_unref(walk->levels);
    g_free(walk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Walk, walk_free)

static Level *
walk_top(const Walk *walk)
{
    return &g_array_index(walk->levels, Level, walk->levels->len - 1);
}

/* An errno, or 0 when the walk may go on into the directory @fd, which @status then describes. */
static int
why_not_enter(const Walk *walk, int fd, struct stat *status)
{
    if (fstat(fd, status) != 0)
        return errno;
    if (walk->levels->len > 0 && status->st_dev != walk->device)
        return EXDEV;
    return walk->levels->len >= MAX_DEPTH ? ENAMETOOLONG : 0;
}

/* Descends into @name of the top level, or into the path @name. FALSE with errno: ENOTDIR or ELOOP
 * for what is no directory, EXDEV for another file system. */
static gboolean
walk_enter(Walk *walk, const char *name)
{
    const int parent = walk->levels->len > 0 ? dirfd(walk_top(walk)->dir) : AT_FDCWD;
    const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status = {0};
    Level level = {0};
    int failure;

    if (fd < 0)
        return FALSE;
    failure = why_not_enter(walk, fd, &status);
    if (failure == 0 && !(level.dir = fdopendir(fd)))
        failure = errno;
    if (failure != 0) {
        close(fd);
        errno = failure;
        return FALSE;
    }
    walk->device = status.st_dev;
    level.name = g_strdup(name);
    g_array_append_val(walk->levels, level);
    return TRUE;
}

/* (nullable): NULL with errno */
static Walk *
walk_new(const char *path)
{
    g_autoptr(Walk) walk = g_new0(Walk, 1);

    walk->levels = g_array_new(FALSE, FALSE, sizeof(Level));
    g_array_set_clear_func(walk->levels, level_clear);
    return walk_enter(walk, path) ? g_steal_pointer(&walk) : NULL;
}

static const char *
next_name(DIR *dir)
{
    const struct dirent *entry;

    do {
        entry = readdir(dir);
    } while (entry && (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")));
    return entry ? entry->d_name : NULL;
}

static gint64
blocks_of(int parent, const char *name)
{
    struct stat status;

    /* what vanished meanwhile takes no room */
    return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? (gint64)status.st_blocks : 0;
}

gint64
pga_directory_disk_usage(const char *path)
{
    g_autoptr(Walk) walk = walk_new(path);
    gint64 blocks = walk ? blocks_of(AT_FDCWD, path) : 0;

    while (walk && walk->levels->len > 0) {
        DIR *dir = walk_top(walk)->dir;
        const char *name = next_name(dir);

        if (!name) {
            g_array_set_size(walk->levels, walk->levels->len - 1);
            continue;
        }
        blocks += blocks_of(dirfd(dir), name);
        walk_enter(walk, name);
    }
    return blocks *
           512; /* st_blocks counts 512 bytes whatever the file system's block: stat(3type) */
}

/* Leaves the top level, removing its directory. FALSE with errno. */
static gboolean
remove_top(Walk *walk, const char *path)
{
    g_autofree char *name = g_strdup(walk_top(walk)->name);
    const guint above = walk->levels->len - 1;

    g_array_set_size(walk->levels, above);
    if (above == 0)
        return unlinkat(AT_FDCWD, path, AT_REMOVEDIR) == 0;
    walk_top(walk)->removed = TRUE;
    return unlinkat(dirfd(walk_top(walk)->dir), name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

/* One entry further; FALSE with errno. */
static gboolean
remove_next(Walk *walk, const char *path)
{
    Level *top = walk_top(walk);
    const char *name = next_name(top->dir);

    if (!name && top->removed) {
        top->removed = FALSE;
        rewinddir(top->dir);
        return TRUE;
    }
    if (!name)
        return remove_top(walk, path);
    if (unlinkat(dirfd(top->dir), name, 0) == 0 || errno == ENOENT) {
        top->removed = TRUE;
        return TRUE;
    }
    return errno == EISDIR && walk_enter(walk, name);
}

gboolean
pga_directory_remove_tree(const char *path, GError **error)
{
    g_autoptr(Walk) walk = walk_new(path);
    gboolean going = walk != NULL;

    while (going && walk->levels->len > 0)
        going = remove_next(walk, path);
    if (going || (!walk && errno == ENOENT))
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "could not remove \"%s\": %s", path,
                  errno == EXDEV ? "another file system is mounted in it" : g_strerror(errno));
    return FALSE;
}
