/* The file of --baseline, which --write-baseline wrote: JSON, or YAML of the same shape.
 *
 *   {
 *     "baseline": 1,
 *     "findings": [
 *       {"fingerprint": "0123456789abcdef", "rule": "index-unused", "object": "public.a_idx"}
 *     ]
 *   }
 */
#pragma once
#include <glib.h>
#include <model/baseline.h>

G_BEGIN_DECLS

/* (nullable): NULL with PGA_ERROR_INPUT: FILE, line, column, key. At most 64 MiB. */
PgaBaseline *pga_baseline_read(const char *path, GError **error);

G_END_DECLS
