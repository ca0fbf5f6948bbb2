/* What becomes of sequences. */
#pragma once
#include <model/catalog.h>

G_BEGIN_DECLS

/* @shift: of all integers. */
void pga_sequences_move(PgaCatalog *catalog, gint64 shift);

G_END_DECLS
