/* A model as a snapshot file (docs/snapshot.md). */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

G_BEGIN_DECLS

/** What was written. */
typedef struct {
    guint64 bytes;      /* of the file */
    guint64 text_bytes; /* of what it stands for */
    guint n_records;
} PgaSnapshotSize;

/**
 * pga_render_snapshot:
 * @path: replaced when all is written, with permissions for its owner only
 * @size: (out)
 *
 * Returns: %FALSE with PGA_ERROR_INPUT, PGA_ERROR_INTERRUPTED
 */
gboolean pga_render_snapshot(PgaSnapshot *snapshot, const char *path, PgaSnapshotSize *size,
                             GError **error);

G_END_DECLS
