/* From a source's catalogs to calls of the module's put_… functions: everything that tells a clone
 * about the relations of schema public. */
#pragma once
#include "fixture.h"

/* pg_class' numbers and the relations' sizes. The source has pageinspect. */
void whatif_transfer_sizes(PGconn *source, PGconn *clone);

/* Every row of pg_statistic, each accepted. Columns are found by their names. */
void whatif_transfer_statistics(PGconn *source, PGconn *clone);

/* Every extended statistics object's data; @bytes: dependencies as hex. */
void whatif_transfer_extended(PGconn *source, PGconn *clone, gboolean bytes);

/* The ends of B-tree @index of @table, whose first column is @key (SQL). */
void whatif_transfer_ends(PGconn *source, PGconn *clone, const char *index, const char *table,
                          const char *key);

/* GIN and BRIN metapages of all indexes. */
void whatif_transfer_metapages(PGconn *source, PGconn *clone);

/* Statements parted by ";", one by one: VACUUM wants to be alone. */
void whatif_execute(PGconn *session, const char *sql);

/* EXPLAIN of @query says the same on both sides. */
void whatif_assert_same_plan(PGconn *source, PGconn *clone, const char *query);
