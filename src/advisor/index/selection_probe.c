/* What one index more would bring to the best set, where only plans with others besides are known:
 * an index that many statements share shows its worth in none of the sets that suit one of them. */
#include <math.h>
#include <string.h>

#include "selection_tree_internal.h"

#define PROBES 8 /* variables at a time */

/* What options with a variable that is not in would save, if all else they need were there; into
 * @gains. */
static void
add_hopes(const SelectTree *t, guint q, double *gains)
{
    const SelectStatement *st = &t->s->statements[q];
    const double current = t->set->current[q];
    g_autofree guint64 *seen = g_memdup2(t->set->present[q], st->words * sizeof(guint64));

    for (guint i = 0; i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);

        if (o->cost >= current)
            break;
        for (guint k = 0; k < o->n_groups; k++) {
            const guint position = o->members[k];

            if (!bits_has(seen, position))
                gains[st->variables[position]] += current - o->cost;
            bits_set(seen, position);
        }
    }
}

static gboolean
has_hope(const SelectTree *t, const SelectTouch *touch)
{
    const SelectStatement *st = &t->s->statements[touch->statement];

    for (guint i = 0; i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);

        if (o->cost >= t->set->current[touch->statement])
            break;
        if (bits_has(o->used, touch->position))
            return TRUE;
    }
    return FALSE;
}

void
select_probe(SelectTree *t, guint v, GArray *asks)
{
    const Select *s = t->s;

    for (guint i = s->touch_start[v]; i < s->touch_start[v + 1]; i++) {
        const SelectTouch *touch = &s->touches[i];
        const SelectStatement *st = &s->statements[touch->statement];
        g_autofree guint64 *set = NULL;

        if (!has_hope(t, touch))
            continue;
        set = g_memdup2(t->set->present[touch->statement], st->words * sizeof(guint64));
        bits_set(set, touch->position);
        select_want(t->s, asks, touch->statement, set, FALSE);
    }
}

void
select_tree_probe(SelectTree *t, GArray *asks)
{
    const Select *s = t->s;
    g_autofree double *gains = g_new0(double, s->n_variables + 1);

    for (guint q = 0; q < s->n_statements; q++)
        if (s->statements[q].weight > 0)
            add_hopes(t, q, gains);
    for (guint v = 0; v < s->n_variables; v++)
        gains[v] /= sqrt(s->bytes[v] + 1) * pow(1 + t->n_probed[v], 2);
    for (guint n = 0; n < PROBES; n++) {
        guint best = SELECT_NONE;

        for (guint v = 0; v < s->n_variables; v++)
            if (gains[v] > 0 && s->fixed[v] != SELECT_OUT &&
                (best == SELECT_NONE || gains[v] > gains[best]))
                best = v;
        if (best == SELECT_NONE)
            break;
        select_probe(t, best, asks);
        gains[best] = 0;
        t->n_probed[best]++;
    }
}
