/* Making private directories, and telling a living owner's from a dead one's. */
#include "base/directory.h"
#include "base/error.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PREFIX              "pgarchitect-"
#define LOCK_NAME           "owner.lock"
#define DISK_FOLDER         "/tmp"
#define MEMORY_FOLDER       "/dev/shm"

#define MEMORY_FOLDER_BYTES (G_GUINT64_CONSTANT(2) << 30) /* what a lab may take */

enum {
    MAX_BASE_LENGTH =
        50, /* sun_path has 108 bytes: leaves room for PREFIX, subdirectory, .s.PGSQL.65535.lock */
    GRACE_SECONDS = 60, /* a younger directory without a lock is only just being made */
};

struct PgaDirectory {
    char *path;
    int lock_fd; /* holds the flock() until it is closed, by us or by our death */
};

/* MemAvailable of /proc/meminfo, in bytes; 0: not told. */
static guint64
available_memory(void)
{
    g_autofree char *text = NULL;
    const char *line = g_file_get_contents("/proc/meminfo", &text, NULL, NULL)
                           ? strstr(text, "MemAvailable:")
                           : NULL;

    return line ? g_ascii_strtoull(line + strlen("MemAvailable:"), NULL, 10) * 1024 : 0;
}

/* Thousands of files are made and removed faster there than on a disk. Containers mount it noexec,
 * or with 64 MB. */
static gboolean
has_memory_folder(void)
{
    struct statfs kind;
    struct statvfs status;

    return statfs(MEMORY_FOLDER, &kind) == 0 && kind.f_type == TMPFS_MAGIC &&
           statvfs(MEMORY_FOLDER, &status) == 0 && (status.f_flag & (ST_NOEXEC | ST_RDONLY)) == 0 &&
           access(MEMORY_FOLDER, W_OK | X_OK) == 0 &&
           (guint64)status.f_bavail * status.f_frsize >= MEMORY_FOLDER_BYTES &&
           available_memory() >= 2 * MEMORY_FOLDER_BYTES;
}

/* $TMPDIR where it can hold our sockets; where there is none, memory that is a folder. */
static const char *
temporary_base(void)
{
    const char *base = g_getenv("TMPDIR");

    if (!base || !*base)
        return has_memory_folder() ? MEMORY_FOLDER : DISK_FOLDER;
    return g_path_is_absolute(base) && strlen(base) <= MAX_BASE_LENGTH ? base : DISK_FOLDER;
}

static gboolean
fail(GError **error, const char *what, const char *path)
{
    const int saved_errno = errno;

    pga_error_set(error, PGA_ERROR_LAB, "could not %s \"%s\": %s", what, path,
                  g_strerror(saved_errno));
    return FALSE;
}

/* The lock is taken under another name first: whoever sees owner.lock sees it locked. */
static int
take_lock(const char *directory, GError **error)
{
    g_autofree char *draft = g_build_filename(directory, LOCK_NAME ".new", NULL);
    g_autofree char *path = g_build_filename(directory, LOCK_NAME, NULL);
    const int fd = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && rename(draft, path) == 0)
        return fd;
    fail(error, "lock", path);
    if (fd >= 0)
        close(fd);
    return -1;
}

static gboolean
hand_over(const char *path, uid_t uid, gid_t gid, GError **error)
{
    if ((uid == geteuid() && gid == getegid()) || lchown(path, uid, gid) == 0)
        return TRUE;
    return fail(error, "change the owner of", path);
}

PgaDirectory *
pga_directory_new(uid_t uid, gid_t gid, GError **error)
{
    const char *base = temporary_base();
    g_autoptr(PgaDirectory) directory = g_new0(PgaDirectory, 1);

    directory->lock_fd = -1;
    directory->path = g_build_filename(base, PREFIX "XXXXXX", NULL);
    if (!g_mkdtemp_full(directory->path, 0700)) {
        fail(error, "make a directory in", base);
        g_clear_pointer(&directory->path, g_free);
        return NULL;
    }
    directory->lock_fd = take_lock(directory->path, error);
    if (directory->lock_fd < 0 || !hand_over(directory->path, uid, gid, error))
        return NULL;
    return g_steal_pointer(&directory);
}

const char *
pga_directory_get_path(const PgaDirectory *directory)
{
    return directory->path;
}

void
pga_directory_free(PgaDirectory *directory)
{
    if (!directory)
        return;
    if (directory->path)
        pga_directory_remove_tree(directory->path,
                                  NULL); /* what resists is a leftover to the next run */
    if (directory->lock_fd >= 0)
        close(directory->lock_fd);
    g_free(directory->path);
    g_free(directory);
}

static gboolean
is_old(const struct stat *status)
{
    return g_get_real_time() / G_USEC_PER_SEC - status->st_mtim.tv_sec > GRACE_SECONDS;
}

/* Whether nobody holds the lock of the directory @path, which @status describes. */
static gboolean
is_abandoned(const char *path, const struct stat *status)
{
    g_autofree char *lock = g_build_filename(path, LOCK_NAME, NULL);
    struct stat lock_status;
    gboolean free_to_take;
    const int fd = open(lock, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return errno == ENOENT && is_old(status);
    free_to_take = fstat(fd, &lock_status) == 0 && S_ISREG(lock_status.st_mode) &&
                   flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    return free_to_take;
}

static void
add_leftovers(const char *base, uid_t uid, GPtrArray *paths)
{
    g_autoptr(GDir) dir = g_dir_open(base, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(base, name, NULL);
        struct stat status;

        if (!g_str_has_prefix(name, PREFIX) || strlen(name) != strlen(PREFIX "XXXXXX") ||
            lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) ||
            (status.st_uid != uid && status.st_uid != geteuid()))
            continue;
        if (is_abandoned(path, &status))
            g_ptr_array_add(paths, g_steal_pointer(&path));
    }
}

void
pga_directory_leftovers(uid_t uid, GPtrArray **paths)
{
    const char *const bases[] = {temporary_base(), DISK_FOLDER, MEMORY_FOLDER};

    *paths = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < G_N_ELEMENTS(bases); i++)
        if (i == 0 || strcmp(bases[i], bases[0]) != 0)
            add_leftovers(bases[i], uid, *paths);
    g_ptr_array_sort(*paths, pga_compare_texts);
}
