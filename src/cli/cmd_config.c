/* config: what the configuration says, checked. */
#include <app/configuration.h>
#include <base/error.h>
#include <options.h>
#include <render/render.h>

#include "configuration_path.h"
#include "verb.h"

PgaExit
pga_cmd_config(int argc, char **argv, GError **error)
{
    g_auto(PgaConfigOptions) options = {0};
    PgaConfigRequest request = {.now = g_get_real_time() / G_USEC_PER_SEC};
    g_autofree char *path = NULL, *text = NULL;

    if (!pga_config_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_config_help);
        return PGA_EXIT_OK;
    }
    if (argc > 1) {
        pga_error_set(error, PGA_ERROR_INPUT, "config takes no argument");
        pga_error_hint(error, "A file is named with --config.");
        return PGA_EXIT_INPUT;
    }
    if ((options.format && !pga_format_parse_page(options.format, &request.format, error)) ||
        !pga_cli_configuration_path(options.config, options.no_config, &path, error))
        return PGA_EXIT_INPUT;
    request.path = path;
    request.show = options.show;
    text = pga_app_config(&request, error);
    if (!text)
        return pga_exit_for(*error);
    g_print("%s", text);
    return PGA_EXIT_OK;
}
