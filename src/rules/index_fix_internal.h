/* Statements about an index, and what all findings about one say. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* (transfer full): "public.orders_total_idx", quoted as SQL needs it. */
char *pga_index_display(const PgaIndex *index);

/* (nullable): where @words stand in @definition, not counting what is inside quoted names. */
const char *pga_definition_find(const char *definition, const char *words);

/* What follows the table's name in the index's definition: "USING btree (a, b)"; "" when it is not
 * known. */
const char *pga_index_tail(const PgaIndex *index);

/* (transfer full): attnums of the key columns, without those of INCLUDE. */
GArray *pga_index_key(const PgaIndex *index);

/* (nullable): the constraint that the index backs. */
const PgaConstraint *pga_index_constraint(const PgaRelation *relation, const PgaIndex *index);

/**
 * pga_index_recreate:
 *
 * (transfer full): pg_get_indexdef() as a statement: CREATE INDEX CONCURRENTLY, except for a
 * partitioned index, where PostgreSQL refuses that.
 */
char *pga_index_recreate(const PgaRelation *relation, const PgaIndex *index);

/* Fix, undo and proof of dropping @index, or the constraint that it backs; drops are for a person
 * to decide. */
void pga_finding_drop_index(PgaFinding *finding, const PgaRelation *relation,
                            const PgaIndex *index);

/* The bytes that a drop gives back, where the source is a server with rows. */
void pga_finding_gain_index_bytes(const PgaRuleRun *run, PgaFinding *finding,
                                  const PgaIndex *index);

/* (transfer full): "12.3 MB", or "an unknown size"; the sizes of a DDL file's empty tables are
 * none. */
char *pga_index_size(const PgaRuleRun *run, const PgaIndex *index);

/* The query that tells whether the index is used. */
void pga_finding_verify_index(PgaFinding *finding, const char *nspname, const char *relname);

G_END_DECLS
