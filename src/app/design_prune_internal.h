/* Pruning of partitions: what is executed to see it, and how it is read. */
#pragma once
#include "design_plan_internal.h"

/* Of one row by the whole key, prepared: 0.16 ms instead of 0.06 ms, 0.06 ms with a generic plan;
 * measured on PostgreSQL 17 with 29 partitions (docs/design.md). */
#define PGA_PARTITION_CALL_PRICE                                                                   \
    "about 0.1 ms of CPU (a look-up by the whole key takes 0.16 ms instead of 0.06 ms with 29 on " \
    "PostgreSQL 17), hardly any when prepared with plan_cache_mode = force_generic_plan"

G_BEGIN_DECLS

/* design_prune_script.c: (transfer full): the tables with their partitions, without keys,
 * references and checks, so that rows of nothing but the partition key can be put in. */
char *pga_prune_script(const PgaArchitecture *architecture);
/* (transfer full): INSERT of @rows rows in each partition. */
char *pga_prune_rows(const PgaDesignPartitioning *partitioning, guint rows);

/* design_prune_read.c */

/** What EXPLAIN says of a table's partitions. */
typedef struct {
    guint scanned;  /* scans of partitions */
    guint executed; /* of them those that were executed */
    guint removed;  /* "Subplans Removed" */
} PgaPruneCount;

/* @leaves: of char * to itself: names as EXPLAIN writes them. */
PgaPruneCount pga_prune_count(const char *plan, GHashTable *leaves);

/** A statement that was planned. Numbers of partitions. */
typedef struct {
    const PgaDesignQuery *query;
    const char *plan, *generic, *run; /* (nullable): borrowed */
    PgaPruneCount planned, any, executed;
} PgaPruneShown;

/* Fills in what is shown of the partitioning: of the most frequent statement that is pruned, else
 * of the most frequent. @all: of PgaPruneShown. */
void pga_prune_tell(PgaDesignPartitioning *partitioning, const GArray *all, guint n_leaves);

/* design_prune_costs.c: costs of the statements on the same tables without partitions, with the
 * same statistics and indexes: PgaDesignQuery to double *. @planner: zeroed; its lab is
 * free afterwards, that of the run if there is one. (transfer full) (nullable): NULL with an error.
 */
GHashTable *pga_prune_costs(PgaDesignPlanner *planner, PgaDesignRun *run, GError **error);
/* Fills in cost_before, cost_after: means of the statements @shown, each as often as it runs. */
void pga_prune_costs_sum(PgaDesignPartitioning *partitioning, const GArray *shown,
                         GHashTable *costs);

/* design_prune_price.c: fills in price: which of the statements @shown search how many of
 * @n_leaves partitions, and what they cost with and without. */
void pga_prune_price(PgaDesignPartitioning *partitioning, const GArray *shown, guint n_leaves,
                     GHashTable *costs);
/* Puts partitioned tables whose statements cost clearly more than without partitions, and that
 * neither size nor people ask for, into architecture->unpartitioned. TRUE: there are any. */
gboolean pga_prune_reconsider(PgaArchitecture *architecture);

G_END_DECLS
