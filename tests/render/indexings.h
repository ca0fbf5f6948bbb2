/* Index sets for renderers, made by hand. */
#pragma once
#include <model/index_report.h>

/* (transfer full): all there is to say, some of it hostile. */
PgaIndexReport *pga_indexing_of_shop(void);

/* (transfer full): a workload of utility statements: nothing to advise. */
PgaIndexReport *pga_indexing_of_nothing(void);
