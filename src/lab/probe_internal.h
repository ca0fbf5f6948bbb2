/* The planner's cost of a statement with parameters, planned generically. */
#pragma once
#include "clone_internal.h"

G_BEGIN_DECLS

/* The source's planner settings in the planning session. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
gboolean pga_probe_prepare(PgaClone *clone, GError **error);

/**
 * pga_probe_plan:
 * @statement: with parameters $1 … $n, planned generically
 * @cost: (out): total cost
 * @plan: (out) (nullable): EXPLAIN's text; NULL when it could not be planned
 * @message: (out) (nullable): then why
 *
 * FALSE only with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED.
 */
gboolean pga_probe_plan(PgaClone *clone, const char *statement, double *cost, char **plan,
                        char **message, GError **error);

G_END_DECLS
