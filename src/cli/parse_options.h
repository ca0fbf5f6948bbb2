/* GOption as the generated options use it. */
#pragma once
#include <glib.h>

/* Strict: an unknown option is an error with the nearest known one as hint. @argv[0] is the verb.
 * PGA_ERROR_INPUT. */
gboolean pga_cli_parse_options(const char *verb, const GOptionEntry *entries, int *argc,
                               char ***argv, GError **error);
