/* Findings that the user does not want to see: accepted, ignored, in the baseline. */
#pragma once
#include <model/configuration.h>
#include <model/report.h>

/* Moves them from report->findings to the lists of their own, and notes what has expired or no
 * longer occurs. @now: seconds since the epoch; 0: nothing expires. */
void pga_set_aside(const PgaConfiguration *configuration, gint64 now, PgaReport *report);

/** Lists of a report of another kind. */
typedef struct {
    GPtrArray *findings, *not_checked, *notes; /* of PgaFinding *, PgaNotChecked *, char * */
    GPtrArray *set_aside;                      /* of PgaFinding *: accepted, ignored */
    GPtrArray *baseline;                       /* of PgaFinding * */
} PgaSetAsideLists;

/* The same with these. */
void pga_set_aside_lists(const PgaConfiguration *configuration, gint64 now,
                         const PgaSetAsideLists *lists);

/* All of @from to the end of @to. */
void pga_set_aside_move(GPtrArray *from, GPtrArray *to);
