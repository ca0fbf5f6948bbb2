/* What-if planning of TPC-H, with a partitioned table and hostile functions beside it. A failure of
 * what is no test ends the program. */
#pragma once
#include "tpch.h"
#include <lab/whatif.h>

G_BEGIN_DECLS

typedef struct {
    PgaTpch *tpch;
    PgaClone *clone;
    PgaWhatif *whatif;
} WhatifLab;

/* Skips the test where there is no planner module. */
gboolean whatif_lab_possible(const PgaTestServer *server);
/* The clone has everything. */
WhatifLab whatif_lab_on(const PgaTestServer *server);
void whatif_lab_clear(WhatifLab *lab);

/* Of PgaWhatifStatement. */
GArray *whatif_statements_new(void);
void whatif_add_statement(GArray *statements, const char *text);
const PgaWhatifStatement *whatif_statement_at(GArray *statements, guint i);
void whatif_prepare(const WhatifLab *lab, GArray *statements);

/* Of PgaWhatifPlan. */
GArray *whatif_plans_new(void);
void whatif_add_plan(GArray *plans, gint32 statement, const guint32 *oids, guint n);
const PgaWhatifPlan *whatif_plan_at(GArray *plans, guint i);
void whatif_cost(const WhatifLab *lab, GArray *plans);
/* Nth oid of those that the plan uses; 0: it uses fewer. */
guint32 whatif_used(GArray *plans, guint i, guint n);

/* Of PgaWhatifIndex *. */
GPtrArray *whatif_indexes_new(void);
void whatif_add_index(GPtrArray *indexes, const char *sql);
PgaWhatifIndex *whatif_index_at(GPtrArray *indexes, guint i);
void whatif_create(const WhatifLab *lab, GPtrArray *indexes);

/* (transfer full): the total cost that EXPLAIN shows: "231098.17" */
char *whatif_explained(const WhatifLab *lab, const char *text, const guint32 *oids, guint n);
/* EXPLAIN of @text under the plan's configuration says the plan's cost. */
void whatif_assert_explained(const WhatifLab *lab, const PgaWhatifPlan *plan, const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WhatifLab, whatif_lab_clear)

G_END_DECLS
