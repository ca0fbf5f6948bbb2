/* What rules about statements of the workload share. A finding's object names the statement by the
 * fingerprint of its tree, which is the same after a restart, a dump and on another server. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

#define PGA_BLOCK 8192.0 /* bytes; servers built with another size are rare */

typedef void (*PgaStatementCheck)(PgaRuleRun *run, const PgaWorkloadStatement *statement);

/* FALSE, after a "not evaluated", when the server shows no statements. */
gboolean pga_rule_has_workload(PgaRuleRun *run);

/* It reads or changes rows and ran at least once. Others, such as CREATE INDEX and COPY (SELECT …),
 * hold constants that nobody is to see, and are run by people who wait for them. */
gboolean pga_statement_is_judged(const PgaWorkloadStatement *statement);

/* Statements that are judged. */
void pga_rule_each_statement(PgaRuleRun *run, PgaStatementCheck check);

/* Of the time of all statements of the database, 0 to 1. */
double pga_statement_share(const PgaRuleRun *run, const PgaWorkloadStatement *statement);

/* @count by call. */
double pga_statement_each(const PgaWorkloadStatement *statement, gint64 count);

/* (transfer full): its text on one line, cut. */
char *pga_statement_text(const PgaWorkloadStatement *statement);

/* (transfer full): "12 %", "0.3 %". */
char *pga_share_text(double share);

/* (transfer full): "3.2 ms", "5 min": of milliseconds. */
char *pga_milliseconds_text(double milliseconds);

/* The finding, its evidence @format, what the counters cover and the statement's text; the impact
 * is the statement's share, and how to see that something helped is its line in pg_stat_statements.
 */
PgaFinding *pga_rule_report_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement,
                                      const char *format, ...) G_GNUC_PRINTF(3, 4);

/* How far the counters go back, when that is less than a day or entries were thrown out: a sentence
 * after a blank, or "". (transfer full) */
char *pga_workload_coverage(const PgaRuleRun *run);

G_END_DECLS
