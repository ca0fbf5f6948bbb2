/* Where the files that a report names are seen from. */
#pragma once
#include <glib.h>

/* (transfer full): the nearest folder at or above @folder that holds .git; @folder without one. */
char *pga_cli_repository(const char *folder);
