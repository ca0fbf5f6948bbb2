/* Whole files: read with a limit, written all or nothing. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * pga_file_read:
 * @max_bytes: more is refused
 * @length: (out) (optional): bytes, without the terminating NUL that is always added
 *
 * Returns: (transfer full) (nullable): NULL with PGA_ERROR_INPUT naming the path and the reason; a
 * folder, a FIFO or a device is refused
 */
char *pga_file_read(const char *path, gsize max_bytes, gsize *length, GError **error);

/* The same of standard input, to its end, whatever it is. PGA_ERROR_INPUT, PGA_ERROR_INTERRUPTED.
 */
char *pga_file_read_input(gsize max_bytes, gsize *length, GError **error);

/* Writes beside @path under a temporary name, syncs, renames: @path is whole or as it was.
 * PGA_ERROR_INPUT. */
gboolean pga_file_write(const char *path, const char *text, gsize length, GError **error);

/** The same in parts: nothing is at the path before the commit. */
typedef struct PgaFileDraft PgaFileDraft;

/* @mode: of a file that is not there yet, less the umask. (nullable): NULL with PGA_ERROR_INPUT. */
PgaFileDraft *pga_file_draft_open(const char *path, guint mode, GError **error);
gboolean pga_file_draft_write(PgaFileDraft *draft, const char *text, gsize length, GError **error);
gboolean pga_file_draft_commit(PgaFileDraft *draft, GError **error);

/* What was not committed is gone. */
void pga_file_draft_free(PgaFileDraft *draft);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaFileDraft, pga_file_draft_free)

/* Appends @line and a newline in one write(), creating the file (mode 0600) if needed.
 * PGA_ERROR_INPUT. */
gboolean pga_file_append_line(const char *path, const char *line, GError **error);

G_END_DECLS
