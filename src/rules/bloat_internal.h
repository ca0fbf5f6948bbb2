/* How large tables and B-trees would be if they were written anew: an estimate from planner
 * statistics, or what an extension measured. */
#pragma once
#include "maintenance_internal.h"

G_BEGIN_DECLS

/* Bytes of the main fork that a table, or a B-tree, of these rows needs, its fillfactor kept. Below
 * 0 where statistics are missing, old, or do not tell. */
double pga_table_needed_bytes(const PgaRuleRun *run, const PgaRelation *relation);
double pga_index_needed_bytes(const PgaRuleRun *run, const PgaRelation *relation,
                              const PgaIndex *index);

/** What a rewrite would give back. */
typedef struct {
    double bytes;      /* now */
    double waste;      /* of these; below 0 unknown */
    gboolean measured; /* not an estimate */
} PgaBloat;

PgaBloat pga_table_bloat(const PgaRuleRun *run, const PgaRelation *relation);
PgaBloat pga_index_bloat(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index);

/* Places in the thresholds of both rules. */
#define PGA_BLOAT_SHARE 0
#define PGA_BLOAT_BYTES 1

gboolean pga_bloat_is_worth_a_word(const PgaRuleRun *run, const PgaBloat *bloat);

/* Indexes that the rule judges: valid B-trees on columns. */
gboolean pga_index_bloat_concerns(const PgaRelation *relation, const PgaIndex *index);

G_END_DECLS
