/* Plans that are asked for together, and whose they are. */
#pragma once
#include "index_internal.h"

G_BEGIN_DECLS

typedef struct {
    GArray *plans;     /* of PgaWhatifPlan */
    GArray *owners;    /* of guint: the sample of each */
    GPtrArray *arrays; /* of GArray *: configurations */
    gboolean keeps;    /* the run keeps the plans, and knows those that it kept */
} PgaIndexBatch;

void pga_index_batch_init(PgaIndexBatch *batch);
void pga_index_batch_clear(PgaIndexBatch *batch);

/* Takes @oids, as of pga_index_configuration(). */
void pga_index_batch_add(PgaIndexBatch *batch, const PgaIndexRun *run, guint sample, GArray *oids);
gboolean pga_index_batch_run(PgaIndexBatch *batch, PgaIndexRun *run, GError **error);

/* index_kept_plans.c: (transfer full): a set of plans by statement and configuration. */
GHashTable *pga_index_kept_plans_new(void);
/* Fills in @plan if it is kept. */
gboolean pga_index_kept_plans_find(GHashTable *kept, PgaWhatifPlan *plan);
void pga_index_kept_plans_add(GHashTable *kept, const PgaWhatifPlan *plan);

void pga_index_add_oid(GArray *oids, const PgaIndexChoice *choice);

/* A GCompareFunc of guint32: oids, numbers. */
int pga_index_compare_numbers(gconstpointer a, gconstpointer b);

/* (transfer full): of guint: the numbers of the indexes of a plan's oids, sorted. */
GArray *pga_index_numbers(const PgaIndexRun *run, const GArray *oids);

/* Whether @number is one of @numbers (nullable; of guint, in any order). */
gboolean pga_index_has_number(const GArray *numbers, guint number);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaIndexBatch, pga_index_batch_clear)

G_END_DECLS
