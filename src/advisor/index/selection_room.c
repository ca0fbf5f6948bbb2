/* What the budget, or the number of indexes, is best spent on, at what statements offer: a
 * knapsack, the last thing that goes in cut to fit. */
#include <math.h>

#include "selection_bound_internal.h"

static int
compare_offers(gconstpointer a, gconstpointer b, gpointer data)
{
    const SelectBound *bound = data;
    guint x = *(const guint *)a, y = *(const guint *)b;
    double left = bound->profit[x] * bound->weight[y], right = bound->profit[y] * bound->weight[x];

    if (left != right)
        return left > right ? -1 : 1;
    return (x > y) - (x < y);
}

/* Takes those without a choice and sets the others aside. FALSE: they do not fit. */
static gboolean
take_fixed(SelectBound *b, double *room, double *sum, guint *n)
{
    const Select *s = b->s;
    guint n_new = 0;

    for (guint v = 0; v < s->n_variables; v++) {
        b->value[v] = 0;
        if (b->fixed[v] == SELECT_IN) {
            b->value[v] = 1;
            *room -= b->weight[v];
            *sum += b->profit[v];
            n_new += s->is_new[v] ? 1 : 0;
        } else if (b->fixed[v] == SELECT_FREE && b->profit[v] > 0) {
            if (b->weight[v] > 0) {
                b->order[(*n)++] = v;
            } else {
                b->value[v] = 1;
                *sum += b->profit[v];
            }
        }
    }
    return *room >= -1e-9 * b->room && n_new <= s->max_indexes;
}

double
select_bound_fill(SelectBound *b)
{
    double room = b->room, sum = 0;
    guint n = 0;

    b->ratio = 0;
    if (!take_fixed(b, &room, &sum, &n))
        return -HUGE_VAL;
    g_qsort_with_data(b->order, (int)n, sizeof(guint), compare_offers, b);
    for (guint i = 0; i < n; i++) {
        guint v = b->order[i];
        double part = b->weight[v] <= room ? 1 : MAX(room, 0) / b->weight[v];

        b->value[v] = part;
        sum += part * b->profit[v];
        room -= part * b->weight[v];
        if (part < 1) {
            b->ratio = b->profit[v] / b->weight[v];
            break;
        }
    }
    return sum;
}
