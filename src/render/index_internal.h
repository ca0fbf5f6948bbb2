/* What the forms of a set of indexes have in common. Texts are raw: escaping is the style's. */
#pragma once
#include <render/index.h>

#include "json_internal.h"
#include "page_internal.h"

/* (transfer full): "(customer_id, created_at DESC) INCLUDE (total) WHERE …". */
char *pga_index_definition(const PgaIndexAdvice *advice);

/* (transfer full): one line of at most @width columns, blanks as one. */
char *pga_index_statement(const char *sql, guint width);

/* (transfer full): "12.5 s -> 3.1 s (4x less)", "planner cost 18,334 -> 44.2 (415x less)". */
char *pga_index_change(const char *unit, double before, double after);

/* (transfer full): one amount in the report's unit: "12.5 s", "18,334 planner cost". */
char *pga_index_amount(const PgaIndexReport *report, double amount);

/* (transfer full): "4 indexes to make, 412 MB. …": what the report comes to. */
char *pga_index_verdict(const PgaIndexReport *report);

/* (transfer full): how near to the optimum it is. */
char *pga_index_bound(const PgaIndexReport *report);

/* (transfer full): of the statements that use it together: "4.2x". */
char *pga_index_speedup(const PgaIndexAdvice *advice, const PgaIndexReport *report);

/* (transfer full): "28 %": of the workload's cost. */
char *pga_index_gain_share(const PgaIndexReport *report, const PgaIndexAdvice *advice);

/* (transfer full): "33.7 MB (within 10 %)". */
char *pga_index_size_words(const PgaIndexAdvice *advice);

/* (transfer full): the workload in one sentence. */
char *pga_index_workload(const PgaIndexReport *report);

/* The manual's page about the index's kind: (transfer full) its address, static title. */
char *pga_index_docs(const PgaIndexReport *report, const PgaIndexAdvice *advice,
                     const char **title);

/* (transfer full) each. */
char *pga_render_index_json(const PgaIndexReport *report);
char *pga_render_index_sql(const PgaIndexReport *report);

/* index_json.c: (transfer full): parts for other documents. */
json_t *pga_index_recommendations_json(const PgaIndexReport *report);
json_t *pga_index_analysis_json(const PgaIndexReport *report);

/* index_measured.c: what was measured on a copy, if anything was. */
void pga_index_page_measured(PgaPage *page, const PgaIndexReport *report);

/* index_verified.c: what the source's own planner says, if it was asked; (transfer full)
 * (nullable): what it makes of one index. */
char *pga_index_verified_words(const PgaIndexReport *report, guint number);
void pga_index_page_verified(PgaPage *page, const PgaIndexReport *report);

/* index_workload.c: sections about the statements: what gets slower, what no index helps, what was
 * not analysed. */
void pga_index_page_statements(PgaPage *page, const PgaIndexReport *report);
