/* What the checks of a snapshot share. */
#pragma once
#include "model/snapshot.h"

/* FALSE, with PGA_ERROR_INPUT whose detail is @format, a sentence without its full stop. */
gboolean pga_snapshot_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

gboolean pga_snapshot_check_catalog(const PgaCatalog *catalog, guint version_num, GError **error);
gboolean pga_snapshot_check_objects(const PgaObjects *objects, GError **error);
gboolean pga_snapshot_check_planner(const PgaPlannerData *data, GError **error);
