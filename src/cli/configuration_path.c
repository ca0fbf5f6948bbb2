#include "configuration_path.h"

#include <app/configuration.h>
#include <base/error.h>

gboolean
pga_cli_configuration_path(const char *config, gboolean none, char **path, GError **error)
{
    g_autofree char *folder = NULL;

    *path = NULL;
    if (config && none) {
        pga_error_set(error, PGA_ERROR_INPUT, "--config and --no-config exclude each other");
        return FALSE;
    }
    if (config) {
        *path = g_strdup(config);
    } else if (!none) {
        folder = g_get_current_dir();
        *path = pga_app_configuration_find(folder, g_get_home_dir());
    }
    return TRUE;
}
