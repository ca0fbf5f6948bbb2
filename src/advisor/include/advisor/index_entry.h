/* What an entry of an index costs a write. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* How many times an entry of a B-tree. @bytes: of the whole index, below 0: unknown; @entries: rows
 * in it. By what real ones took; docs/index.md has it. */
double pga_index_entry_factor(const char *amname, gint64 bytes, double entries);

G_END_DECLS
