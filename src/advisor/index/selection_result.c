/* The chosen set, in the order in which it pays. */
#include <math.h>
#include <string.h>

#include "selection_tree_internal.h"

static double
after_of(const SelectTree *t, guint q)
{
    const SelectStatement *st = &t->s->statements[q];
    const SelectKnown *known = select_known_exactly(st, t->set->present[q]);

    if (!known)
        known = select_known(st, t->set->present[q]);
    return st->has_failed || !known ? -1 : known->cost;
}

/* @set's charges together. */
static double
charges_of(const SelectSet *set)
{
    const Select *s = set->s;
    double sum = s->constant;

    for (guint v = 0; v < s->n_variables; v++)
        sum += set->in[v] ? s->charge[v] : 0;
    for (guint k = 0; k < s->n_charges; k++)
        sum += set->due[k] ? s->charges[k].cost : 0;
    return sum;
}

static void
fill_costs(const SelectTree *t, PgaSelection *result)
{
    const Select *s = t->s;
    g_autoptr(SelectSet) existing = select_set_new(t->s);

    result->before = g_new0(double, s->n_statements + 1);
    result->after = g_new0(double, s->n_statements + 1);
    result->total_before = charges_of(existing);
    result->total_after = charges_of(t->set);
    for (guint q = 0; q < s->n_statements; q++) {
        const SelectStatement *st = &s->statements[q];

        result->before[q] = st->has_failed ? -1 : st->base;
        result->after[q] = after_of(t, q);
        if (st->has_failed)
            continue;
        result->total_before += select_weighted(s, st, st->base);
        result->total_after += select_weighted(s, st, result->after[q]);
    }
}

/* The new index that is worth least per byte, among those that are in. */
static guint
least_useful(SelectSet *set)
{
    const Select *s = set->s;
    guint worst = SELECT_NONE;
    double least = HUGE_VAL;

    for (guint v = 0; v < s->n_variables; v++) {
        double loss;

        if (!set->in[v] || !s->is_new[v])
            continue;
        loss = select_set_loss(set, v) / (s->bytes[v] + 1);
        if (worst == SELECT_NONE || loss < least) {
            least = loss;
            worst = v;
        }
    }
    return worst;
}

/* Takes out one after another; the other way round it is the order in which to build them. What is
 * to be removed stays till the end: others may have to be there first. */
static void
fill_order(const SelectTree *t, PgaSelection *result)
{
    SelectSet *set = t->set;
    const Select *s = t->s;
    guint v;

    for (v = 0; v < s->n_variables; v++)
        if (!s->is_new[v] && !set->in[v]) {
            g_array_append_val(result->removed, s->index[v]);
            select_set_flip(set, v);
        }
    while ((v = least_useful(set)) != SELECT_NONE) {
        PgaSelectionPoint point = {set->bytes, set->total, s->index[v]};

        g_array_prepend_val(result->curve, point);
        g_array_prepend_val(result->chosen, s->index[v]);
        select_set_flip(set, v);
    }
    if (result->curve->len)
        g_array_index(result->curve, PgaSelectionPoint, result->curve->len - 1).cost =
            result->total_after;
}

PgaSelection *
select_result(SelectTree *t)
{
    PgaSelection *result = g_new0(PgaSelection, 1);

    result->chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    result->removed = g_array_new(FALSE, FALSE, sizeof(guint));
    result->curve = g_array_new(FALSE, FALSE, sizeof(PgaSelectionPoint));
    fill_costs(t, result);
    fill_order(t, result);
    result->lower_bound = CLAMP(t->lower, 0, result->total_after);
    result->gap = result->total_after > 0
                      ? (result->total_after - result->lower_bound) / result->total_after
                      : 0;
    result->is_complete = t->is_complete;
    result->n_plans = t->s->n_plans;
    return result;
}

void
pga_selection_free(PgaSelection *selection)
{
    g_array_unref(selection->chosen);
    g_array_unref(selection->removed);
    g_array_unref(selection->curve);
    g_free(selection->before);
    g_free(selection->after);
    g_free(selection);
}
