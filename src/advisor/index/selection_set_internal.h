/* A set of variables and what it costs as far as the options tell: never too little. Changed one
 * variable at a time, each change touching only the statements that could use it. */
#pragma once
#include "selection_internal.h"

G_BEGIN_DECLS

typedef struct {
    Select *s;
    guint8 *in;        /* of variables */
    guint *due;        /* of charges: how many of its variables are in */
    guint64 **present; /* of statements */
    guint *at;         /* of statements: the option that holds */
    double *current;   /* of statements */
    double bytes, total;
    guint n_new;
    /* What one more would save, one less would cost, charges left out: of a variable, and each
     * statement's part of it, by what was present then. */
    double *gain, *loss, *part;
    guint64 **counted; /* of statements */
    guint *bundle;     /* of statements: the option for whose several missing needs most is saved */
    double *ratio;     /* what that is per byte; 0: none */
    guint8 *is_stale;  /* of statements */
    GArray *stale;     /* of guint */
    gint64 work;       /* options looked at: a clock that is the same everywhere */
} SelectSet;

/* Starts with the existing indexes. */
SelectSet *select_set_new(Select *s);
void select_set_free(SelectSet *set);
/* Options have changed: everything is looked up again. */
void select_set_refresh(SelectSet *set);
void select_set_flip(SelectSet *set, guint variable);
void select_set_assign(SelectSet *set, const guint8 *in);
/* Brings gains and losses up to date. */
void select_set_gains(SelectSet *set);
/* What it costs more without @variable, its charges taken off. */
double select_set_loss(SelectSet *set, guint variable);
double select_set_charge(const SelectSet *set, guint variable);
gboolean select_set_fits(const SelectSet *set, double bytes, guint n_new);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SelectSet, select_set_free)

/* selection_moves.c: searches from @set on for @work options looked at; TRUE: it got better. */
void select_fill(SelectSet *set, double power);
gboolean select_improve(SelectSet *set, gint64 work);
/* The best of some ways to fill an empty set. */
void select_start(SelectSet *set);

G_END_DECLS
