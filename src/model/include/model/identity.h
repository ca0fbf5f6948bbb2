/* Which records of two models are the same thing: by names, never by oids, which differ between two
 * databases of one schema. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/object.h>

G_BEGIN_DECLS

/**
 * pga_record_identity:
 * @catalog: what oids in @record are of
 *
 * Returns: (transfer full) (nullable): the same for two records that are the same thing; NULL when
 * records of that type have no identity
 */
char *pga_record_identity(const PgaRecordType *type, gconstpointer record,
                          const PgaCatalog *catalog);

G_END_DECLS
