/* Private directories that do not outlive their owner. Each is pgarchitect-XXXXXX (mode 0700) below
 * the temporary folder and holds a file "owner.lock" on which the owner keeps a flock(): whoever
 * can take that lock has found a leftover. */
#pragma once
#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct PgaDirectory PgaDirectory;

/**
 * pga_directory_new:
 * @uid, @gid: owner of the directory; only root may name another than itself
 *
 * Below $TMPDIR; below /tmp where that path is relative or would leave no room for a socket's name
 * (sun_path). Where TMPDIR is not set: below /dev/shm, when it is a tmpfs that we may write and
 * execute in, with 2 GiB of room and 4 GiB of memory available; else below /tmp.
 *
 * Returns: (transfer full) (nullable): NULL with PGA_ERROR_LAB
 */
PgaDirectory *pga_directory_new(uid_t uid, gid_t gid, GError **error);

const char *pga_directory_get_path(const PgaDirectory *directory);

/* Removes the directory with all it holds, never following a symbolic link, and frees @directory.
 */
void pga_directory_free(PgaDirectory *directory);

/* Bytes of disk that the tree takes (st_blocks, so sparse files count what they hold). */
gint64 pga_directory_disk_usage(const char *path);

/* Deletes the tree at @path, never following a symbolic link or crossing a file system.
 * PGA_ERROR_LAB. */
gboolean pga_directory_remove_tree(const char *path, GError **error);

/**
 * pga_directory_leftovers:
 * @paths: (out): of char *, sorted: our directories (owned by @uid or by us) whose owner is gone,
 * below $TMPDIR, /tmp and /dev/shm
 */
void pga_directory_leftovers(uid_t uid, GPtrArray **paths);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDirectory, pga_directory_free)

G_END_DECLS
