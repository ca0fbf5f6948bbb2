/* Which configuration file a verb reads. */
#pragma once
#include <glib.h>

/**
 * pga_cli_configuration_path:
 * @config: (nullable): --config
 * @none: --no-config
 * @path: (out) (transfer full) (nullable): @config, or the nearest pgarchitect.yaml from the
 * working folder upwards; NULL: none
 *
 * PGA_ERROR_INPUT when both options were given.
 */
gboolean pga_cli_configuration_path(const char *config, gboolean none, char **path, GError **error);
