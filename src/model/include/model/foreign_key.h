/* What a foreign key asks of the table that references: the query of its check, and whether an
 * index serves a search by its columns. */
#pragma once
#include <model/catalog.h>

G_BEGIN_DECLS

/* @attnums, here and below: GArray of gint16 */
gboolean pga_attnums_contain(const GArray *attnums, gint16 attnum);
gboolean pga_attnums_include(const GArray *attnums, const GArray *subset);

/* (nullable): the first index of @relation that serves "every one of @attnums = a value that is not
 * null" and is usable, or one that is not usable yet: a B-tree or GiST index that begins with these
 * columns in any order, or a hash index on the only one; partial at most by "IS NOT NULL" of them.
 */
const PgaIndex *pga_covering_index(const PgaRelation *relation, const GArray *attnums,
                                   gboolean usable);

/* Whether each partition has a covering index of its own, although the partitioned table has none.
 * @partitions: by parent's oid, GPtrArray * of const PgaRelation * */
gboolean pga_partitions_are_covered(GHashTable *partitions, const PgaRelation *relation,
                                    const GArray *attnums);

/* The schema of the "=" that the check itself uses: that of the column's type where it is not built
 * in (citext's "=" is not text's). */
const char *pga_equality_schema(const PgaAttribute *attribute);

/* (transfer full): what the trigger of a foreign key on @attnums of @relation asks when a
 * referenced row goes, or its key changes; actions that change rows look for them alike. Source:
 * ri_Check_Pk_Match(), RI_FKey_noaction_del() in PostgreSQL 17 src/backend/utils/adt/ri_triggers.c
 */
char *pga_foreign_key_check(const PgaRelation *relation, const GArray *attnums);

G_END_DECLS
