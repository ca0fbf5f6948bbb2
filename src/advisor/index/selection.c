/* The course of a selection: first plans, search, a last look at the chosen set. */
#include <math.h>
#include <string.h>

#include "selection_tree_internal.h"

enum { FEW = 256 }; /* statements */

/* Fractions of a statement's indexes, by size, that first plans leave out step by step. */
static const double left_out[] = {0.25, 0.5, 0.75, 0.9};

static guint64 *
set_of(Select *s, const SelectStatement *st, gboolean new, gboolean existing)
{
    guint64 *set = select_alloc(s, st->words * sizeof(guint64));

    for (guint i = 0; i < st->n; i++)
        if (s->is_new[st->variables[i]] ? new : existing)
            bits_set(set, i);
    return set;
}

/* With the existing indexes; with none that may go; with all, which of few statements is asked even
 * where time is over: nothing else tells what would help. */
static gboolean
ask_ends(Select *s, GArray *asks, GError **error)
{
    for (guint q = 0; q < s->n_statements; q++) {
        SelectAsk ask = {.statement = q, .set = set_of(s, &s->statements[q], FALSE, TRUE)};

        select_push(s, asks, &ask);
    }
    if (!select_ask(s, asks, TRUE, error))
        return FALSE;
    for (guint q = 0; q < s->n_statements; q++)
        select_want(s, asks, q, set_of(s, &s->statements[q], FALSE, FALSE), FALSE);
    if (!select_ask(s, asks, TRUE, error))
        return FALSE;
    for (guint q = 0; q < s->n_statements; q++)
        select_want(s, asks, q, set_of(s, &s->statements[q], TRUE, TRUE), FALSE);
    return select_ask(s, asks, s->n_statements <= FEW, error);
}

static void
make_root(Select *s, guint q, SelectTerm **leaves)
{
    SelectStatement *st = &s->statements[q];
    guint64 *all = set_of(s, st, TRUE, TRUE);
    SelectKnown unknown = {.set = all, .used = all};
    const SelectKnown *known = select_known(st, all);

    if (st->weight > 0)
        leaves[q] = select_leaf_root(s, q, known ? known : &unknown);
    select_tidy(st);
}

static int
compare_double(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Splits off what needs one of the largest @part of the statement's indexes. */
static SelectTerm *
leave_out(Select *s, guint q, SelectTerm *leaf, double part, GArray *asks)
{
    SelectStatement *st = &s->statements[q];
    g_autofree double *bytes = g_new0(double, st->n + 1);
    g_autofree double *sorted = NULL;
    guint from = (guint)((1 - part) * st->n);

    if (!st->n || !g_ptr_array_find(st->leaves, leaf, NULL))
        return NULL;
    for (guint i = 0; i < st->n; i++)
        bytes[i] = s->bytes[st->variables[i]] + 1;
    sorted = g_memdup2(bytes, sizeof(double) * st->n);
    qsort(sorted, st->n, sizeof(double), compare_double);
    leaf = select_leaf_split(s, q, leaf, bytes, sorted[MIN(from, st->n - 1)], asks);
    select_tidy(st);
    return leaf;
}

/* What small indexes alone can do: it depends on no prices. */
static gboolean
first_plans(Select *s, GError **error)
{
    g_autoptr(GArray) asks = g_array_new(FALSE, FALSE, sizeof(SelectAsk));
    g_autofree SelectTerm **leaves = g_new0(SelectTerm *, s->n_statements + 1);

    if (!ask_ends(s, asks, error))
        return FALSE;
    select_take_made(s);
    for (guint q = 0; q < s->n_statements; q++)
        make_root(s, q, leaves);
    for (guint k = 0; k < G_N_ELEMENTS(left_out); k++) {
        for (guint q = 0; q < s->n_statements; q++)
            if (leaves[q])
                leaves[q] = leave_out(s, q, leaves[q], left_out[k], asks);
        if (!select_ask(s, asks, FALSE, error))
            return FALSE;
    }
    return TRUE;
}

PgaSelection *
pga_select_indexes(const PgaSelectionProblem *problem, const PgaSelectionPlanner *planner,
                   GError **error)
{
    g_autoptr(Select) s = select_new(problem, planner);
    g_autoptr(SelectTree) t = NULL;

    if (!first_plans(s, error))
        return NULL;
    t = select_tree_new(s);
    if (!select_tree_search(t, error) || !select_tree_settle(t, error))
        return NULL;
    return select_result(t);
}
