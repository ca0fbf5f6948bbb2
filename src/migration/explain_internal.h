/* Why a statement could not be parsed: a template, a variable, another system's SQL. */
#pragma once
#include "migration/script.h"

/* Words the step's error and hint; a template's placeholder makes it PGA_STEP_OPAQUE. Only of a
 * step with an error. */
void pga_migration_explain(PgaStep *step);
