/* The user's configuration, read with the rules' own vocabulary. */
#pragma once
#include <model/configuration.h>

/* @path: (nullable): an empty configuration; @baseline_path: (nullable): of the report whose
 * findings are known. (transfer full) (nullable): NULL with PGA_ERROR_INPUT. */
PgaConfiguration *pga_app_configuration(const char *path, const char *baseline_path,
                                        GError **error);
