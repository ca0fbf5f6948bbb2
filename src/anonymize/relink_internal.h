/* A snapshot whose names changed: its order and its lookups are made anew. */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

G_BEGIN_DECLS

void pga_snapshot_relink(PgaSnapshot *snapshot);

G_END_DECLS
