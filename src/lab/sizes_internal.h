/* Making the relations of a clone look as large as the source's, and empty again. */
#pragma once
#include "clone_internal.h"

G_BEGIN_DECLS

/* The relations that look large: what has to be undone. */
typedef struct PgaSizes PgaSizes;

/**
 * pga_sizes_show:
 * @relations: of PgaOid, of the Catalog; their partitions are included
 *
 * Writes rows, blocks and statistics into the clone's catalogs and lengthens the files. Indexes
 * that the Catalog does not know (a fix made them) get an estimated size. Returns (nullable): NULL
 * with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED.
 */
PgaSizes *pga_sizes_show(PgaClone *clone, const GArray *relations, GError **error);

/* Gives the files their former length back. */
gboolean pga_sizes_hide(PgaSizes *sizes, GError **error);
void pga_sizes_free(PgaSizes *sizes);

/* clone_statistics.c. The superuser's query; an SQL error is PGA_ERROR_LAB. */
PGresult *pga_clone_query(PgaSession *session, const char *sql, const char *const *params,
                          int n_params, GError **error);
/* (transfer full): as SQL reads it, whatever the locale */
char *pga_number_text(double value);

/* Writes the statistics of the clone's relation with oid @oid, once. */
gboolean pga_clone_set_statistics(PgaClone *clone, const char *oid, const PgaRelation *relation,
                                  GError **error);

/* Whether, for lack of statistics, the column's number of distinct values is that of the rows it
 * references. */
gboolean pga_clone_assumes_distinct(const PgaClone *clone, const PgaRelation *relation,
                                    const PgaAttribute *attribute, double *n_distinct);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSizes, pga_sizes_free)

G_END_DECLS
