/* The order of findings. Severity first; then the family's priority for the workload (PRE-7, T1-1);
 * then the rule's place in rules.def; within a rule its weight (rows, bytes, a ratio: compared with
 * nothing else); then object. docs/ranking.md says so to users. */
#pragma once
#include <glib.h>
#include <model/environment.h>

G_BEGIN_DECLS

/* Sorts @findings (of PgaFinding *), most important first; total order, so deterministic. */
void pga_rank_findings(GPtrArray *findings, PgaWorkloadClass workload);

/* (transfer container): the @n findings to show first of the ranked @findings: within one severity
 * every rule's first before any rule's second, so that one sin repeated does not hide the others.
 */
GPtrArray *pga_rank_top(const GPtrArray *findings, guint n);

G_END_DECLS
