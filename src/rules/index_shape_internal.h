/* Going through indexes one by one, and putting another one in an index's place. */
#pragma once
#include "index_fix_internal.h"

G_BEGIN_DECLS

typedef void (*PgaIndexCheck)(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index);

/* Valid indexes of tables that advice is meant for; those of partitions only where they belong to
 * no index of the partitioned table, and none of an extension. */
void pga_rule_each_index(PgaRuleRun *run, PgaIndexCheck check);

/* Whether it is one of these. */
gboolean pga_index_is_judged(const PgaRelation *relation, const PgaIndex *index);

/* It enforces something or is what CLUSTER or replication go by: not to be replaced lightly. */
gboolean pga_index_enforces(const PgaIndex *index);

/* (nullable): the only key column, when it is one and not an expression. */
const PgaAttribute *pga_index_only_column(const PgaRelation *relation, const PgaIndex *index);

/* (nullable): the first key column, not of an expression. */
const PgaAttribute *pga_index_first_column(const PgaRelation *relation, const PgaIndex *index);

/* (transfer full): the index's name and @suffix, at most 63 bytes. */
char *pga_index_new_name(const PgaIndex *index, const char *suffix);

/* Adds CREATE INDEX @name … @tail ("USING gin (tags)") to the fix, and its drop to the undo. */
void pga_finding_create_index(PgaFinding *finding, const PgaRelation *relation, const char *name,
                              const char *tail);

/* The new one first, then the old one's drop; undone in the other direction. */
void pga_finding_replace_index(PgaFinding *finding, const PgaRelation *relation,
                               const PgaIndex *index, const char *suffix, const char *tail);

/* Whether a statement of the workload compares the column with one of the NULL-terminated
 * operators.
 */
gboolean pga_workload_compares(const PgaRuleRun *run, const PgaRelation *relation,
                               const PgaAttribute *attribute, const char *const *operators);

G_END_DECLS
