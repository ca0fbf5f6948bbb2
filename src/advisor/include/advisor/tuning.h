/* Settings that follow from a machine and a workload. */
#pragma once
#include <model/tuning.h>

G_BEGIN_DECLS

/**
 * pga_tune:
 * @input: (transfer full): what is known; ram and cores are above 0, the major is one of 14 to 18
 *
 * Computes every setting of the major, makes the memory settings fit by the inequality, and says
 * what does not fit. The same input gives the same result. What is unknown takes its default, with
 * origin PGA_ORIGIN_DEFAULT, in the result's input. The kernel is left to pga_tune_kernel(), the
 * proof to the lab.
 *
 * Returns: (transfer full): never NULL
 */
PgaTuning *pga_tune(PgaTuningInput *input);

/* Completes what belongs outside the server. @huge_pages: that PostgreSQL counted for the
 * configuration (shared_memory_size_in_huge_pages); below 0: by the sum. */
void pga_tune_kernel(PgaTuning *tuning, gint64 huge_pages);

G_END_DECLS
