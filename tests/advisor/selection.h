/* Made-up workloads whose cost is known for every set of indexes: statements read some places, each
 * by the cheapest index that is there, in one of several ways that want certain indexes together.
 */
#pragma once
#include <advisor/index_selection.h>

typedef struct {
    guint n_ways, n_places;
    double *fixed;  /* of ways */
    double *scan;   /* of places: without an index */
    double *access; /* of way, place, index: HUGE_VAL where it does not serve */
} ModelStatement;

typedef struct {
    PgaSelectionProblem problem;
    PgaSelectionPlanner planner;
    ModelStatement *statements;
    double *weights, *bytes;
    gboolean *existing, *removable;
    GArray **relevant;
    GPtrArray *charges;
    guint n_asked, n_calls;
    GArray *told;        /* of PgaSelectionProgress: as the search went on */
    double fuzz;         /* 0.02: costs are up to 2 % too high, by what is there */
    guint failing;       /* a statement that cannot be planned; G_MAXUINT: none */
    guint refuses_after; /* calls; 0: never */
} Model;

/** What a model is like. */
typedef struct {
    guint n_statements, n_indexes, n_places, n_ways;
    guint n_existing, n_charges;
    double budget_part; /* of all bytes; below 0: no budget */
} ModelShape;

Model *model_new(guint32 seed, const ModelShape *shape);
void model_free(Model *model);

/* The planner's cost, and what it uses (nullable), of a set given as flags of all indexes. */
double model_cost(const Model *model, guint statement, const gboolean *there, GArray *used);
/* Weighted, with charges, as the selection counts it. */
double model_total(const Model *model, const gboolean *there);
gboolean model_allows(const Model *model, const gboolean *there);
/* The least total over all sets that the problem allows: up to 20 indexes. */
double model_optimum(const Model *model);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Model, model_free)
