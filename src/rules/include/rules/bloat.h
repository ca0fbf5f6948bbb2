/* Which tables and indexes are worth measuring. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* Appends the oids (PgaOid) of what table-bloat and index-bloat would report by estimate, or cannot
 * estimate though it is large enough; nothing of a rule that the configuration leaves off. */
void pga_bloat_candidates(const PgaRuleSource *source, GArray *tables, GArray *indexes);

/* Appends the oids of valid B-trees outside the ignored schemas. */
void pga_btree_oids(const PgaRuleSource *source, GArray *indexes);

G_END_DECLS
