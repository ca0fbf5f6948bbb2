/* Counters as differences. */
#pragma once
#include "source_internal.h"

/* Takes the counters of the snapshot at @path from those of @source, which was read at @now or is a
 * snapshot itself; appends sentences to @notes (of char *). PGA_ERROR_INPUT. */
gboolean pga_app_since(const char *path, PgaSource *source, gint64 now, GPtrArray *notes,
                       GError **error);
