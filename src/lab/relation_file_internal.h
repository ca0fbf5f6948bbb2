/* The files of a relation in the lab's data directory, made longer (without taking disk) or
 * shorter. */
#pragma once
#include "lab_internal.h"

G_BEGIN_DECLS

/**
 * pga_relation_file_resize:
 * @path: pg_relation_filepath(): relative to the data directory
 * @bytes: of all segments together
 *
 * PGA_ERROR_LAB
 */
gboolean pga_relation_file_resize(const PgaLab *lab, const char *path, gint64 bytes,
                                  GError **error);

G_END_DECLS
