/* A database and its copy, for `index --measure`. */
#pragma once
#include "cluster.h"
#include "program.h"

#define PGA_MEASURE_SOURCE "measure_shop"
#define PGA_MEASURE_COPY   "measure_copy"

/* Three queries that an index serves each, a DELETE, and one in disguise. */
extern const char pga_measure_workload[];

/* (transfer full): a file of the test's own. */
char *pga_measure_file(const char *name, const char *text);

/* A source, and a copy of it, as they are to be before a test. (transfer full) each. */
void pga_measure_shop(const PgaTestCluster *cluster, char **source, char **copy);

/* (transfer full): all indexes of a database that are nobody's system's. */
char *pga_measure_indexes(const char *dsn);

/* @more: (nullable), NULL-terminated. */
PgaProgramRun *pga_measure_run(const char *source, const char *path, const char *copy,
                               const char *const *more);
