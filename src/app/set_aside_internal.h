/* Findings that the user does not want to see: accepted, ignored, in the baseline. */
#pragma once
#include <model/configuration.h>
#include <model/report.h>

/* Moves them from report->findings to the lists of their own, and notes what has expired or no
 * longer occurs. @now: seconds since the epoch; 0: nothing expires. */
void pga_set_aside(const PgaConfiguration *configuration, gint64 now, PgaReport *report);
