/* How many blocks a relation or an index of so many rows takes, where the source does not tell. */
#pragma once
#include <glib.h>
#include <model/catalog.h>

G_BEGIN_DECLS

/* The source's blocks when it has them, else an estimate from its rows (0 or more) and columns. */
gint64 pga_size_table_pages(const PgaRelation *relation);

/**
 * pga_size_index_pages:
 * @attributes: (element-type PgaAttribute): the index's columns, key and INCLUDE; NULL for an
 * expression
 * @n_key_atts: of them, how many are key columns
 * @unique: no two entries are alike
 */
gint64 pga_size_index_pages(const PgaRelation *relation, const char *amname,
                            const GPtrArray *attributes, guint n_key_atts, gboolean unique);

G_END_DECLS
