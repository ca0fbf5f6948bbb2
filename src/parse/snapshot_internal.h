/* What the files that read a snapshot share. */
#pragma once
#include <jansson.h>

#include "parse/snapshot.h"

/** Where the reading is, and what it may still use. */
typedef struct {
    guint line;
    const char *record; /* (nullable): its key */
    gint64 memory;      /* bytes left */
} PgaSnapshotPlace;

/* FALSE, with PGA_ERROR_INPUT that names line, record and @field (nullable) and says @format. */
gboolean pga_snapshot_fail(const PgaSnapshotPlace *place, const char *field, GError **error,
                           const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Fills @record by the fields that @object has; what it has besides is passed over. Lists of
 * records are not read when @is_section: each element is a line of its own. */
gboolean pga_snapshot_read_fields(PgaSnapshotPlace *place, const PgaRecordType *type,
                                  const json_t *object, gpointer record, gboolean is_section,
                                  GError **error);

/** The lines of a file, decompressed as they are asked for. */
typedef struct PgaSnapshotLines PgaSnapshotLines;

PgaSnapshotLines *pga_snapshot_lines_open(const char *path, GError **error);
void pga_snapshot_lines_close(PgaSnapshotLines *lines);

/* The next line without its newline; valid until the next call. *@text is NULL at the file's end.
 * FALSE with an error. */
gboolean pga_snapshot_lines_next(PgaSnapshotLines *lines, const char **text, gsize *length,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSnapshotLines, pga_snapshot_lines_close)
