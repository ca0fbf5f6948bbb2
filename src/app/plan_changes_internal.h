/* The plans of one state. */
#pragma once
#include <app/plan_changes.h>

#include "index_internal.h"

/* plan_changes_state.c: (transfer full): the source in words: "shop (PostgreSQL 15.18, live)". */
char *pga_plan_source_name(const PgaEnvironment *environment);

/* (transfer full): the statements of @run's workload that can be asked for, not planned yet. */
PgaPlannedState *pga_plan_state_new(const PgaIndexRun *run);

/* (transfer full): the same as a workload, for another state. */
PgaQuerySet *pga_plan_state_queries(const PgaPlannedState *state);

/* Fills in costs and plans on @run's clone. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
gboolean pga_plan_state_fill(PgaIndexRun *run, PgaPlannedState *state, GError **error);

/* plan_changes.c: what of @workload is not planned. */
void pga_plan_take_workload_notes(const PgaQuerySet *workload, PgaPlanReport *report);
/* Fills in report->changes; report->min_improvement is set. */
void pga_plan_judge(const PgaPlannedState *before, const PgaPlannedState *after,
                    PgaPlanReport *report);
/* Notes, lab and environment of the state that is judged. */
void pga_plan_finish(PgaIndexRun *run, PgaPlanReport *report);
