/* What kind of work a database does, told from its counters. docs/ranking.md explains the classes
 * to users. */
#pragma once
#include <model/catalog.h>
#include <model/environment.h>

/* Sets environment->workload and workload_method. */
void pga_workload_detect(const PgaCatalog *catalog, PgaEnvironment *environment);
