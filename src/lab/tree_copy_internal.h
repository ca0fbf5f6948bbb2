/* Copying a data directory. */
#pragma once
#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/** What a tree holds: enough to notice that a part of it is missing. */
typedef struct {
    guint64 n_files;
    guint64 bytes;
} PgaTreeSize;

/**
 * pga_tree_copy:
 * @target: made by this call
 * @uid, @gid: owner of what is made
 * @size: (out): files and bytes copied
 *
 * Regular files and directories only; shares their blocks where the file system can. PGA_ERROR_LAB.
 */
gboolean pga_tree_copy(const char *source, const char *target, uid_t uid, gid_t gid,
                       PgaTreeSize *size, GError **error);

G_END_DECLS
