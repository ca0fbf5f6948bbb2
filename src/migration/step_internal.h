/* What the files that make steps share. */
#pragma once
#include "migration/script.h"

void pga_step_clear(PgaStep *step);

/* A statement that no transaction block takes. */
gboolean pga_step_runs_outside(const PgaStep *step);
