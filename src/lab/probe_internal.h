/* The planner's cost of a statement with parameters, planned generically. */
#pragma once
#include "clone_internal.h"

G_BEGIN_DECLS

/* The source's planner settings in the planning session. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
gboolean pga_probe_prepare(PgaClone *clone, GError **error);

/**
 * pga_probe_cost:
 * @cost: (out): total cost
 * @message: (out): (nullable): why it could not be planned
 *
 * FALSE only with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED.
 */
gboolean pga_probe_cost(PgaClone *clone, const char *probe, double *cost, char **message,
                        GError **error);

G_END_DECLS
