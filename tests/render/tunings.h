/* Tuned configurations for renderers, with figures that no formula changes. */
#pragma once
#include <model/tune_report.h>

/* (transfer full): a source with all there is to say, some of it hostile; on @deployment. */
PgaTuneReport *pga_tuning_of_shop(PgaDeployment deployment);

/* (transfer full): no source, nothing fits, nothing besides. */
PgaTuneReport *pga_tuning_of_nothing(void);
