/* Which indexes of a table another one makes redundant. */
#pragma once
#include <model/catalog.h>

G_BEGIN_DECLS

typedef struct {
    const PgaIndex *index; /* could go */
    const PgaIndex *kept;  /* serves what it serves; itself not redundant */
    gboolean identical;    /* else: a leading part of @kept */
} PgaRedundantIndex;

/* (transfer full): set of PgaOid: indexes that a foreign key depends on. */
GHashTable *pga_referenced_indexes(const PgaCatalog *catalog);

/* (transfer full): of PgaRedundantIndex, identical ones first. Never both of a pair, and none that
 * serves a foreign key's referenced side, a replica identity or CLUSTER, that belongs to an
 * extension or a partitioned index, or whose uniqueness no kept one enforces. One that backs a
 * UNIQUE constraint is among them only if another constraint enforces the same. */
GArray *pga_redundant_indexes(const PgaRelation *relation, GHashTable *referenced);

/* Whether the narrow index earns its keep: the wider one has over @max_ratio times its bytes and
 * the narrow one was scanned @busy_scans times or more. */
gboolean pga_redundant_index_is_worth_keeping(const PgaRedundantIndex *redundant, double max_ratio,
                                              double busy_scans);

G_END_DECLS
