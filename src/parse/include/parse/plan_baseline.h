/* The file of --check-regressions, which --write-plans wrote: statements with their texts, costs
 * and plans.
 *
 *   {
 *     "plan_baseline": 1,
 *     "source": "shop (PostgreSQL 15.18, live)",
 *     "lab": "PostgreSQL 15.18",
 *     "statistics": true,
 *     "statements": [
 *       {
 *         "fingerprint": "0123456789abcdef", "text": "SELECT …", "usename": null, "origin": null,
 *         "calls": 12, "samples": [
 *           {"text": "SELECT …", "share": 1, "generic": false, "cost": 8.3, "failure": null,
 *            "plan": ["Seq Scan on a  (cost=0.00..8.30 rows=1 width=4)"]}
 *         ]
 *       }
 *     ]
 *   }
 */
#pragma once
#include <glib.h>
#include <model/plan_changes.h>

G_BEGIN_DECLS

/* (nullable): NULL with PGA_ERROR_INPUT: the file, the place, what was expected. At most 64 MiB;
 * the texts are anybody's. */
PgaPlannedState *pga_plan_baseline_read(const char *path, GError **error);

G_END_DECLS
