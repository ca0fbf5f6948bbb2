/* A lower bound by Lagrangian relaxation: each statement buys the indexes that it wants at prices
 * of its own, the budget is spent where most is offered, and prices move until both agree. */
#pragma once
#include "selection_internal.h"

G_BEGIN_DECLS

typedef struct {
    Select *s;
    const guint8 *fixed; /* SelectFixing, of variables; borrowed */
    guint n;             /* multipliers: of statements, of charges, of the number of indexes */
    double *multipliers, *best; /* best: those of `lower` */
    double *lifted;             /* best, and what it costs nothing to ask besides */
    double *gradient, *direction;
    double direction_norm;
    double *prices; /* of one statement's variables */
    guint64 *in;    /* of one statement: variables fixed in */
    double *profit; /* of variables: what is offered for it less its charges */
    double *value;  /* of variables: taken, 0 to 1 */
    double *mean;   /* its moving average */
    double *weight; /* of variables: what they take of `room` */
    double room;
    guint *order;          /* a heap of variables by profit per weight */
    gboolean options_only; /* leaves are left out */
    double softness;       /* how much dearer what is nearly the cheapest may be */
    guint n_values, room_for_values;
    double *values; /* of one statement's terms */
    const SelectTerm **terms;
    double ratio; /* what the last of the room is worth */
    double lower; /* the best bound */
} SelectBound;

SelectBound *select_bound_new(Select *s);
void select_bound_free(SelectBound *bound);
/* Starts anew from @multipliers with @fixed, which stays borrowed. */
void select_bound_begin(SelectBound *bound, const guint8 *fixed, const double *multipliers);
/* Multipliers to start with. The bound. */
double select_bound_start(SelectBound *bound, double upper);
/* Moves prices @n times towards @upper, which is known to be attainable. The bound. */
double select_bound_run(SelectBound *bound, guint n, double upper);
/* The prices of statement @q, into bound->prices. */
void select_bound_prices(SelectBound *bound, guint q, const double *multipliers);
/* Out of the best multipliers. */
void select_bound_lift(SelectBound *bound);
/* Evaluates at the lifted multipliers, or the best with options_only: profit, value and ratio are
 * theirs. */
double select_bound_settle(SelectBound *bound);
/* Variables that no set cheaper than @upper has, or has not: marked in @fixed. How many. */
guint select_bound_fix(SelectBound *bound, double upper, guint8 *fixed);

/* selection_room.c: fills the room with what has most profit for its weight: value and ratio. The
 * profit; -HUGE_VAL: what is fixed does not fit. */
double select_bound_fill(SelectBound *bound);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SelectBound, select_bound_free)

G_END_DECLS
