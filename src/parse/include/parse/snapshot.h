/* Snapshot files: a stranger's text, of which only what holds together is taken. */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

G_BEGIN_DECLS

/* Whether the file begins as a snapshot does: compressed by zstd, or its text. */
gboolean pga_snapshot_recognise(const char *path);

/**
 * pga_snapshot_read:
 *
 * Reads, checks and links a snapshot file. Limits: 64 MiB for a line, 4 GiB for all of them, 2 GiB
 * for what is made of them.
 *
 * Returns: (transfer full) (nullable): NULL with PGA_ERROR_INPUT (detail: line, record and field),
 * PGA_ERROR_INTERRUPTED
 */
PgaSnapshot *pga_snapshot_read(const char *path, GError **error);

/* The same, what the planner knows left out: it is most of a snapshot, and a clone only asks for
 * it. */
PgaSnapshot *pga_snapshot_read_for_check(const char *path, GError **error);

G_END_DECLS
