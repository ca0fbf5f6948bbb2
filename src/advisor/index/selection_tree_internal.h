/* Branch and bound over what is to be decided, planning as it goes. */
#pragma once
#include "selection_bound_internal.h"
#include "selection_set_internal.h"

G_BEGIN_DECLS

typedef struct {
    Select *s;
    SelectSet *set; /* moves about */
    SelectBound *bound;
    guint8 *best;      /* of variables: the cheapest set found */
    guint8 *sure;      /* the cheapest one of which all plans were made */
    double sure_total; /* what it costs */
    double told_total; /* what it cost when it last became clearly cheaper, */
    guint told_plans;  /* and the plans that had been made by then */
    double before;     /* what the existing indexes cost */
    double upper;      /* what it costs at most */
    double lower;      /* of all sets, cheaper than `best` or not */
    guint *n_probed;   /* of variables: how often each was */
    GPtrArray *open;   /* of parts that are not searched yet */
    gboolean is_complete;
} SelectTree;

SelectTree *select_tree_new(Select *s);
void select_tree_free(SelectTree *tree);
gboolean select_tree_search(SelectTree *tree, GError **error);
/* Plans the best set wholly: tree->set is it then. */
gboolean select_tree_settle(SelectTree *tree, GError **error);

/* What tree->set really costs. */
void select_ask_present(SelectTree *tree, gboolean exactly, GArray *asks);

/* selection_probe.c: asks what tree->set would cost with one variable more, of some that promise
 * most. */
void select_tree_probe(SelectTree *tree, GArray *asks);
/* Of @variable, where it promises something. */
void select_probe(SelectTree *tree, guint variable, GArray *asks);

/* selection_descent.c: tree->set is a set that fits: what is left of @start and the best one
 * together when what is worth least for its size has gone. With @plans at most. */
gboolean select_tree_descend(SelectTree *tree, const GArray *start, guint plans, GError **error);

/* selection_result.c: (transfer full): tree->set is the chosen set, planned; it is emptied. */
PgaSelection *select_result(SelectTree *tree);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SelectTree, select_tree_free)

G_END_DECLS
