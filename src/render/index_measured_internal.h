/* What was measured on a copy, as JSON. */
#pragma once
#include "json_internal.h"
#include <model/index_report.h>

/* New reference; null where nothing was measured. */
json_t *pga_index_measurement_json(const PgaIndexReport *report);
