/* rules: the table of rules, or one rule in full. */
#include <app/rules.h>
#include <base/error.h>
#include <options.h>
#include <render/render.h>

#include "verb.h"

PgaExit
pga_cmd_rules(int argc, char **argv, GError **error)
{
    g_auto(PgaRulesOptions) options = {0};
    PgaFormat format = PGA_FORMAT_TEXT;
    g_autofree char *text = NULL;

    if (!pga_rules_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_rules_help);
        return PGA_EXIT_OK;
    }
    if (argc > 2) {
        pga_error_set(error, PGA_ERROR_INPUT, "more than one rule was given");
        return PGA_EXIT_INPUT;
    }
    if (options.format && !pga_format_parse_page(options.format, &format, error))
        return PGA_EXIT_INPUT;
    text = pga_app_rules(argc > 1 ? argv[1] : NULL, format, error);
    if (!text)
        return pga_exit_for(*error);
    g_print("%s", text);
    return PGA_EXIT_OK;
}
