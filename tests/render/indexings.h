/* Index sets for renderers, made by hand. */
#pragma once
#include <model/index_report.h>

/* (transfer full): all there is to say, some of it hostile. */
PgaIndexReport *pga_indexing_of_shop(void);
/* the same with what a copy showed; with HypoPG's word. */
PgaIndexReport *pga_indexing_of_measured(void);
PgaIndexReport *pga_indexing_of_hypothetical(void);
/* the same with what the source's planner said; where nothing could be asked for. */
PgaIndexReport *pga_indexing_of_verified(void);
PgaIndexReport *pga_indexing_of_unverified(void);

/* (transfer full): a workload of utility statements: nothing to advise. */
PgaIndexReport *pga_indexing_of_nothing(void);
