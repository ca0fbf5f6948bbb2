/* Which sequence numbers a column. */
#pragma once
#include <model/catalog.h>

G_BEGIN_DECLS

/* Whether @attribute's default is nextval() of @sequence and nothing else. */
gboolean pga_default_is_nextval_of(const PgaAttribute *attribute, const PgaSequence *sequence);

/* (transfer full): of char * (a default as PostgreSQL prints it) to const PgaSequence *: sequences
 * that no column owns. */
GHashTable *pga_free_sequences(const PgaCatalog *catalog);

/* (nullable): the sequence that the column owns, or one of @free_sequences that its default calls.
 */
const PgaSequence *pga_column_sequence(const PgaCatalog *catalog, GHashTable *free_sequences,
                                       const PgaAttribute *attribute);

G_END_DECLS
