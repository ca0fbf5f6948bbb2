/* The parts of a comparison's rendering. */
#pragma once
#include "render/diff.h"

/* (transfer full) */
char *pga_diff_json(const PgaDiffReport *report);

/* (transfer full): @text without markup. */
char *pga_diff_escape(const char *text);
