/* An index over all partitions without blocking writes: PostgreSQL has no CREATE INDEX CONCURRENTLY
 * for a partitioned table, so it is made of one on each partition and put together. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

#define PGA_PARTITIONS_LISTED                                                                      \
    12 /* partitions whose statements are written out; more get a description */

/** What is to be built. */
typedef struct {
    const char *kind;       /* "INDEX" or "UNIQUE INDEX" */
    const char *definition; /* what follows the table's name: "USING btree (a, b)" or "(a, b)" */
    const char *constraint; /* (nullable): "PRIMARY KEY (a, b)": what the index is to back */
    const char *columns;    /* the part of each index's name between table and label */
    GHashTable *partitions; /* from pga_rule_partitions() */
    GHashTable *names;      /* from pga_object_names_new() */
} PgaPartitionIndex;

/**
 * pga_finding_index_partitions:
 * @index_name: the partitioned index on @relation, qualified and quoted: it exists or an earlier
 * statement makes it
 *
 * Adds the statements for every partition that has no index attached to @index_oid (0: all of
 * them), or a note where there are too many. A partition that has such an index already gets it
 * attached; where the undo has begun with a drop of the whole index, it ends with that one made
 * anew. Returns whether the statements are complete.
 */
gboolean pga_finding_index_partitions(PgaFinding *finding, const PgaRelation *relation,
                                      const char *index_name, PgaOid index_oid,
                                      const PgaPartitionIndex *index);

G_END_DECLS
