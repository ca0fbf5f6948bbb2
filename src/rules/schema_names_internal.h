/* Names gathered by schema, for what a team decides once: one finding for the schema, not one for
 * each of its tables. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* (transfer full): of char * (a schema, borrowed) to GPtrArray * of char *. */
GHashTable *pga_schema_names_new(void);

/* "public.orders", with @attribute (nullable) "public.orders.id". */
void pga_schema_names_add(GHashTable *schemas, const PgaRelation *relation,
                          const PgaAttribute *attribute);

/* Whether @relation's schema has more than @limit of them. */
gboolean pga_schema_names_exceed(GHashTable *schemas, const PgaRelation *relation, double limit);

typedef void (*PgaSchemaNames)(PgaRuleRun *run, const char *nspname, const GPtrArray *names);

/* Calls @report for each schema that has more than @limit of them, sorted by name. */
void pga_schema_names_each(PgaRuleRun *run, GHashTable *schemas, double limit,
                           PgaSchemaNames report);

G_END_DECLS
