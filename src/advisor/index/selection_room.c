/* What the budget, or the number of indexes, is best spent on, at what statements offer: a
 * knapsack, the last thing that goes in cut to fit. */
#include <math.h>

#include "selection_bound_internal.h"

static gboolean
offers_more(const SelectBound *b, guint x, guint y)
{
    const double left = b->profit[x] * b->weight[y], right = b->profit[y] * b->weight[x];

    return left != right ? left > right : x < y;
}

/* Down from place @i of a heap of @n whose top offers most. */
static void
sift(SelectBound *b, guint i, guint n)
{
    const guint v = b->order[i];

    for (guint child = 2 * i + 1; child < n; child = 2 * i + 1) {
        if (child + 1 < n && offers_more(b, b->order[child + 1], b->order[child]))
            child++;
        if (!offers_more(b, b->order[child], v))
            break;
        b->order[i] = b->order[child];
        i = child;
    }
    b->order[i] = v;
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
    for (guint i = n / 2; i > 0; i--)
        sift(b, i - 1, n);
    while (n > 0) { /* seldom to the end: sorting them all would take longer */
        guint v = b->order[0];
        double part = b->weight[v] <= room ? 1 : MAX(room, 0) / b->weight[v];

        b->value[v] = part;
        sum += part * b->profit[v];
        room -= part * b->weight[v];
        if (part < 1) {
            b->ratio = b->profit[v] / b->weight[v];
            break;
        }
        b->order[0] = b->order[--n];
        sift(b, 0, n);
    }
    return sum;
}
