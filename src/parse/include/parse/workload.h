/* What the statements of a workload do, from their parse trees. Their texts come from strangers:
 * whatever they hold, parsing one ends. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/workload.h>

G_BEGIN_DECLS

/**
 * pga_workload_parse:
 *
 * Fills in what is "from its parse tree" of each statement, names resolved by @catalog; whatever
 * was there before is forgotten, and no list is NULL. Texts that cannot be parsed
 * are counted in n_unparsed and keep a fingerprint of their text.
 *
 * Returns: %FALSE with PGA_ERROR_INTERRUPTED
 */
gboolean pga_workload_parse(const PgaCatalog *catalog, PgaWorkload *workload, GError **error);

/**
 * pga_workload_analyse:
 *
 * The same, and statements of one fingerprint become one: the same text run by several roles, with
 * lists of several lengths, over tables that were made anew.
 */
gboolean pga_workload_analyse(const PgaCatalog *catalog, PgaWorkload *workload, GError **error);

G_END_DECLS
