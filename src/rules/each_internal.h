/* The loops that many rules share. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

typedef void (*PgaEachRelation)(PgaRuleRun *run, const PgaRelation *relation, gpointer data);
typedef void (*PgaEachAttribute)(PgaRuleRun *run, const PgaRelation *relation,
                                 const PgaAttribute *attribute, gpointer data);
typedef void (*PgaEachConstraint)(PgaRuleRun *run, const PgaRelation *relation,
                                  const PgaConstraint *constraint, gpointer data);

/* The tables that pga_rule_concerns(). */
void pga_each_relation(PgaRuleRun *run, PgaEachRelation judge, gpointer data);

/* Their columns. */
void pga_each_attribute(PgaRuleRun *run, PgaEachAttribute judge, gpointer data);

/* Their foreign keys, those inherited from a partitioned parent left out. */
void pga_each_foreign_key(PgaRuleRun *run, PgaEachConstraint judge, gpointer data);

/* A primary or unique key, or a unique index of all rows, whose only key column it is. */
gboolean pga_column_is_unique(const PgaRelation *relation, const PgaAttribute *attribute);

/* (transfer container): the keys, which are strings, in order. */
GList *pga_sorted_keys(GHashTable *table);

G_END_DECLS
