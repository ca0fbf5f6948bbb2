/* Whether an index serves a search by a set of columns, as the check of a foreign key does. */
#pragma once
#include <model/catalog.h>

G_BEGIN_DECLS

gboolean pga_attnums_include(const GArray *attnums, const GArray *subset);

/* Whether the index, once valid, serves "every one of @attnums = a value that is not null": a
 * B-tree that begins with these columns in any order, or a hash index on the only one; partial at
 * most by "IS NOT NULL" of them. */
gboolean pga_index_covers(const PgaRelation *relation, const PgaIndex *index,
                          const GArray *attnums);

/* (nullable): the first index of @relation that covers @attnums and is usable, or one that is not
 * usable yet. */
const PgaIndex *pga_covering_index(const PgaRelation *relation, const GArray *attnums,
                                   gboolean usable);

/* Whether each partition has a covering index of its own, although the partitioned table has none.
 * @partitions: from pga_rule_partitions() */
gboolean pga_partitions_are_covered(GHashTable *partitions, const PgaRelation *relation,
                                    const GArray *attnums);

G_END_DECLS
