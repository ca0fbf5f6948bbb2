/* What was measured on a copy, and what the source's planner says, as JSON. */
#pragma once
#include "json_internal.h"
#include <model/index_report.h>

/* New reference; null where nothing was measured. */
json_t *pga_index_measurement_json(const PgaIndexReport *report);
/* index_verified.c: the same of what the source's planner said. */
json_t *pga_index_verification_json(const PgaIndexReport *report);
/* New reference. @left_out: of PgaUnmeasured *. */
json_t *pga_index_left_out_json(const GPtrArray *left_out);
