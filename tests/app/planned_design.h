#pragma once
#include <model/architecture.h>

/* (transfer full): @spec, YAML, with its tables and queries, planned on a server of @bindir, also
 * with ten times the rows. */
PgaArchitecture *pga_test_planned_design(const char *bindir, const char *spec);
