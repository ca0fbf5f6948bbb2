/* Machines and sources for the tests of settings. */
#pragma once
#include <advisor/tuning.h>

G_BEGIN_DECLS

#define MB (G_GINT64_CONSTANT(1) << 20)
#define GB (G_GINT64_CONSTANT(1) << 30)

/* Stated: RAM, cores, workload, major; solid state, self-hosted. */
PgaTuningInput *test_machine(gint64 ram, gint64 cores, PgaWorkloadClass workload, guint major);

/* A source's settings, each pair a name and what pg_settings shows, NULL at the end. Free with
 * pga_catalog_free() after the tuning. */
PgaCatalog *test_settings(PgaTuningInput *input, ...) G_GNUC_NULL_TERMINATED;

/* The setting's value, which must be there. */
const char *test_value(const PgaTuning *tuning, const char *name);
const char *test_formula(const PgaTuning *tuning, const char *name);

/* NULL when there is none. */
const PgaFinding *test_finding(const PgaTuning *tuning, const char *rule);
const PgaTuningProposal *test_proposal(const PgaTuning *tuning, const char *sql);

G_END_DECLS
