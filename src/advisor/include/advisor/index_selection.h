/* The best set of indexes for a workload within bounds, and how far from the optimum it can be.
 * Knows nothing of indexes but numbers: costs come from whoever plans. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** A cost that is due once when any of some indexes is there: what writes pay for it. */
typedef struct {
    GArray *indexes; /* of guint */
    double cost;     /* in the unit of weighted costs */
} PgaSelectionCharge;

/** The question. Indexes and statements are numbered from 0. */
typedef struct {
    guint n_statements, n_indexes;
    const double *weights;         /* of statements: what one unit of its planner cost counts */
    const double *bytes;           /* of indexes */
    const gboolean *existing;      /* already there: its bytes count for nothing if kept */
    const gboolean *removable;     /* of existing ones: FALSE: kept whatever happens */
    const GArray *const *relevant; /* of each statement: of guint, indexes its plan could use */
    const GPtrArray *charges;      /* of PgaSelectionCharge * */
    const GArray *known;           /* (nullable): of guint: new indexes: a set that may be best */
    const GArray *made;            /* (nullable): of PgaSelectionPlan: answered ones. Their indexes
                                      may be others than the statement's relevant ones; a plan that
                                      uses one of these is passed over */
    const GArray *start;           /* (nullable): of guint: a set that may be too large, and without
                                      what is worth least a good one */
    double budget_bytes;           /* of new indexes together; below 0: none */
    guint max_indexes;             /* new ones; 0: any number */
    double min_improvement;        /* 0.1: a statement's gain below 10 % counts for nothing */
    double min_gain;               /* planner cost: nor does a gain of less, however large a part */
    double gap;                    /* stop when the gap is at most this: 0.01; 0: optimum */
    double settled_gap;            /* as `gap`, once many plans brought no better set; 0: never */
    guint max_plans;               /* asked for altogether; 0: any number */
    gint64 time_limit_us;          /* 0: none */
} PgaSelectionProblem;

/* Whether a statement's gain is one, by min_improvement and min_gain. Costs are not weighted. */
gboolean pga_selection_gain_counts(double before, double after, double min_improvement,
                                   double min_gain);

/** A plan asked for, and its answer. */
typedef struct {
    guint statement;
    const guint *indexes; /* that are there, sorted, of the statement's relevant ones; borrowed */
    guint n_indexes;
    double cost;  /* below 0: it could not be planned */
    GArray *used; /* of guint, sorted: those of indexes that the plan uses; filled in */
} PgaSelectionPlan;

/** What the search would answer if it ended now. */
typedef struct {
    double share; /* of the cost with the existing indexes; all plans were made */
    double bytes; /* of new indexes */
    guint n_plans;
} PgaSelectionProgress;

typedef struct {
    /* Answers all of @plans (of PgaSelectionPlan). FALSE with an error ends the selection. */
    gboolean (*plan)(gpointer self, GArray *plans, GError **error);
    /* (nullable): told of each set that is better than the one before. */
    void (*improved)(gpointer self, const PgaSelectionProgress *progress);
    gpointer self;
} PgaSelectionPlanner;

/** A point of the curve: what more room would bring. */
typedef struct {
    double bytes, cost;
    guint index; /* that comes in here */
} PgaSelectionPoint;

typedef struct {
    GArray *chosen;         /* of guint: new indexes, the most useful for its size first */
    GArray *removed;        /* of guint: existing ones that are worth more gone */
    double *before, *after; /* of each statement: planner cost, not weighted; as planned; -1: it
                               could not be planned */
    double total_before, total_after; /* weighted, with charges; a statement's gain below
                                         min_improvement or min_gain left out */
    double lower_bound;   /* of total_after over all sets that the problem allows: proven as far as
                             the planner's cost never rises when an index is added */
    double gap;           /* (total_after - lower_bound) / total_after */
    gboolean is_complete; /* FALSE: a limit ended the search */
    guint n_plans;
    GArray *curve; /* of PgaSelectionPoint: of chosen, in that order; what is removed stays till the
                      end. The last one is planned, the others predicted */
} PgaSelection;

/* (nullable): NULL with the planner's error or PGA_ERROR_INTERRUPTED. */
PgaSelection *pga_select_indexes(const PgaSelectionProblem *problem,
                                 const PgaSelectionPlanner *planner, GError **error);
void pga_selection_free(PgaSelection *selection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSelection, pga_selection_free)

G_END_DECLS
