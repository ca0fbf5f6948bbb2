/* Sets from above: what is worth least for its size is taken away from one that is too large, until
 * the rest fits. An index that many statements share shows its worth where all that they need
 * besides is there; on the way up it is one among many that seem too large for what each brings. */
#include <math.h>
#include <string.h>

#include "selection_tree_internal.h"

#define AT_A_TIME 16      /* this part of the set goes before it is looked at again */
#define TRIES     8       /* to do without one of them */
#define LARGE     0.01    /* of the budget: is tried */
#define ROUNDS    4       /* of improvements */
#define WORK      2000000 /* options looked at in each */

typedef struct {
    SelectTree *t;
    guint8 *used;    /* of variables: the cheapest option of a statement takes it; the others are
                        there for when it goes */
    guint8 *changed; /* of statements: they lose something in this round */
    double bytes;    /* of new ones that are used */
    guint n_used;
} Descent;

typedef struct {
    guint variable;
    double loss;       /* at least */
    gboolean is_exact; /* no more than that */
} Loss;

static const SelectTerm *
option_that_holds(const SelectTree *t, guint q)
{
    const SelectStatement *st = &t->s->statements[q];

    return st->weight > 0 && t->set->at[q] < st->options->len
               ? g_ptr_array_index(st->options, t->set->at[q])
               : NULL;
}

/* The statement's cheapest option takes the index. */
static gboolean
is_taken(const SelectTree *t, const SelectTouch *touch)
{
    const SelectTerm *o = option_that_holds(t, touch->statement);

    return o && bits_has(o->used, touch->position);
}

/* Answers @asks, which change what tree->set costs. */
static gboolean
learn(SelectTree *t, GArray *asks, GError **error)
{
    if (!select_ask(t->s, asks, FALSE, error))
        return FALSE;
    select_set_refresh(t->set);
    return TRUE;
}

static void
find_used(Descent *d)
{
    const Select *s = d->t->s;

    memset(d->used, 0, s->n_variables);
    d->bytes = 0;
    d->n_used = 0;
    for (guint q = 0; q < s->n_statements; q++) {
        const SelectTerm *o = option_that_holds(d->t, q);

        for (guint i = 0; o && i < o->n_groups; i++)
            d->used[s->statements[q].variables[o->members[i]]] = 1;
    }
    for (guint v = 0; v < s->n_variables; v++) {
        d->used[v] = d->used[v] && s->is_new[v];
        d->bytes += d->used[v] ? s->bytes[v] : 0;
        d->n_used += d->used[v] ? 1 : 0;
    }
}

static int
compare_losses(gconstpointer a, gconstpointer b)
{
    const Loss *x = a, *y = b;

    if (x->loss != y->loss)
        return x->loss < y->loss ? -1 : 1;
    return (x->variable > y->variable) - (x->variable < y->variable);
}

/* What statement @q costs at least with @set: the planner's word of a larger one. */
static double
least_cost(const Select *s, guint q, const guint64 *set, gboolean *is_exact)
{
    const SelectStatement *st = &s->statements[q];
    const SelectKnown *exact = select_known(st, set);
    double least = 0;

    *is_exact = exact || st->has_failed;
    if (exact)
        return select_weighted(s, st, exact->cost);
    for (guint i = 0; i < st->known->len; i++) {
        const SelectKnown *known = &g_array_index(st->known, SelectKnown, i);

        if (bits_within(set, known->set, st->words))
            least = MAX(least, select_weighted(s, st, known->cost));
    }
    return least;
}

/* What goes with @v at least; plans that would tell it into @asks (nullable). */
static double
least_loss(const Descent *d, guint v, gboolean *is_exact, GArray *asks)
{
    const SelectTree *t = d->t;
    double loss = -select_set_charge(t->set, v);

    *is_exact = TRUE;
    for (guint i = t->s->touch_start[v]; i < t->s->touch_start[v + 1]; i++) {
        const SelectTouch *touch = &t->s->touches[i];
        guint64 *set = t->set->present[touch->statement];
        gboolean is_known;
        double cost;

        if (!is_taken(t, touch))
            continue;
        bits_flip(set, touch->position);
        cost = least_cost(t->s, touch->statement, set, &is_known);
        if (!is_known && asks)
            select_want(t->s, asks, touch->statement, set, FALSE);
        bits_flip(set, touch->position);
        loss += MAX(cost - t->set->current[touch->statement], 0);
        *is_exact = *is_exact && is_known;
    }
    return loss;
}

/* (transfer full): of Loss: the least first, where bytes are what lacks per byte of them. */
static GArray *
list_losses(const Descent *d)
{
    const Select *s = d->t->s;
    const gboolean over_bytes = d->bytes > s->budget;
    GArray *losses = g_array_new(FALSE, FALSE, sizeof(Loss));

    for (guint v = 0; v < s->n_variables; v++) {
        Loss loss = {.variable = v};

        if (!d->used[v] || s->fixed[v] == SELECT_IN || (over_bytes && s->bytes[v] <= 0))
            continue;
        loss.loss = least_loss(d, v, &loss.is_exact, NULL);
        if (over_bytes && loss.loss > 0)
            loss.loss /= MIN(s->bytes[v], d->bytes - s->budget);
        g_array_append_val(losses, loss);
    }
    g_array_sort(losses, compare_losses);
    return losses;
}

static guint
at_a_time(const Descent *d)
{
    return MAX(1, d->n_used / AT_A_TIME);
}

/* Asks until those that are least are known: the others lose that much at least. */
static gboolean
learn_losses(Descent *d, GError **error)
{
    SelectTree *t = d->t;
    const guint most = at_a_time(d);

    while (t->s->n_plans < t->s->max_plans) {
        g_autoptr(GArray) asks = g_array_new(FALSE, FALSE, sizeof(SelectAsk));
        g_autoptr(GArray) losses = list_losses(d);
        gboolean is_exact;

        for (guint i = 0; i < MIN(losses->len, most); i++)
            least_loss(d, g_array_index(losses, Loss, i).variable, &is_exact, asks);
        if (!asks->len)
            return TRUE;
        if (!learn(t, asks, error))
            return FALSE;
    }
    return TRUE;
}

/* What statements cost now. */
static gboolean
plan_all(Descent *d, GError **error)
{
    SelectTree *t = d->t;
    g_autoptr(GArray) asks = g_array_new(FALSE, FALSE, sizeof(SelectAsk));

    select_ask_present(t, FALSE, asks);
    if (!learn(t, asks, error))
        return FALSE;
    find_used(d);
    return TRUE;
}

/* A statement that loses two at once loses more than the sum, perhaps. */
static gboolean
is_apart(Descent *d, guint v)
{
    const Select *s = d->t->s;

    for (guint i = s->touch_start[v]; i < s->touch_start[v + 1]; i++)
        if (is_taken(d->t, &s->touches[i]) && d->changed[s->touches[i].statement])
            return FALSE;
    for (guint i = s->touch_start[v]; i < s->touch_start[v + 1]; i++)
        if (is_taken(d->t, &s->touches[i]))
            d->changed[s->touches[i].statement] = 1;
    return TRUE;
}

static gboolean
fits(const Descent *d)
{
    return select_set_fits(d->t->set, d->bytes, d->n_used);
}

/* FALSE: there is nothing that may go. */
static gboolean
take_away(Descent *d)
{
    const Select *s = d->t->s;
    g_autoptr(GArray) losses = list_losses(d);
    g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(guint));
    const guint most = at_a_time(d);

    memset(d->changed, 0, s->n_statements);
    for (guint i = 0; i < losses->len && gone->len < most && !fits(d); i++) {
        const guint v = g_array_index(losses, Loss, i).variable;

        if ((!g_array_index(losses, Loss, i).is_exact && gone->len > 0) || !is_apart(d, v))
            continue;
        d->bytes -= s->bytes[v];
        d->n_used--;
        g_array_append_val(gone, v);
    }
    for (guint i = 0; i < gone->len; i++)
        select_set_flip(d->t->set, g_array_index(gone, guint, i));
    return gone->len > 0;
}

/* What nothing uses has been there for nothing. */
static void
drop_unused(Descent *d)
{
    const Select *s = d->t->s;

    for (guint v = 0; v < s->n_variables; v++)
        if (d->t->set->in[v] && s->is_new[v] && !d->used[v])
            select_set_flip(d->t->set, v);
}

/* What each of those that are gone would bring. */
static gboolean
probe_all(SelectTree *t, const GArray *start, GError **error)
{
    g_autoptr(GArray) asks = g_array_new(FALSE, FALSE, sizeof(SelectAsk));

    for (guint i = 0; i < start->len; i++) {
        const guint v = t->s->variable[g_array_index(start, guint, i)];

        if (v != SELECT_NONE && !t->set->in[v])
            select_probe(t, v, asks);
    }
    return learn(t, asks, error);
}

/* Changes what is left for the better. */
static gboolean
improve(Descent *d, const GArray *start, GError **error)
{
    SelectTree *t = d->t;
    double before = HUGE_VAL;

    for (guint i = 0; i < ROUNDS && t->set->total < before; i++) {
        if (!select_set_fits(t->set, t->set->bytes, t->set->n_new))
            break;
        before = t->set->total;
        if (!probe_all(t, start, error))
            return FALSE;
        select_fill(t->set, 1);
        select_improve(t->set, WORK);
        if (!plan_all(d, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
descend(Descent *d, GError **error)
{
    do {
        if (!plan_all(d, error) || !learn_losses(d, error))
            return FALSE;
    } while (!fits(d) && !select_is_late(d->t->s) && take_away(d));
    drop_unused(d);
    return TRUE;
}

/* tree->set gets @start besides, without @without. */
static void
add_start(SelectTree *t, const GArray *start, guint without)
{
    const Select *s = t->s;
    g_autofree guint8 *in = g_memdup2(t->set->in, s->n_variables + 1);

    for (guint i = 0; i < start->len; i++) {
        const guint v = s->variable[g_array_index(start, guint, i)];

        if (v != SELECT_NONE && s->fixed[v] != SELECT_OUT)
            in[v] = 1;
    }
    if (without != SELECT_NONE)
        in[without] = 0;
    select_set_assign(t->set, in);
}

/* New, large enough to make room for others, and not tried yet; SELECT_NONE: there is none. */
static guint
least_worth(const SelectTree *t, const guint8 *tried)
{
    const Select *s = t->s;
    guint least = SELECT_NONE;
    double ratio = HUGE_VAL;

    for (guint v = 0; v < s->n_variables; v++) {
        double loss;

        if (!t->set->in[v] || !s->is_new[v] || tried[v] || s->fixed[v] == SELECT_IN ||
            s->bytes[v] < LARGE * s->budget)
            continue;
        loss = select_set_loss(t->set, v) / sqrt(s->bytes[v] + 1);
        if (loss < ratio) {
            ratio = loss;
            least = v;
        }
    }
    return least;
}

/* It may have been wrong to let one stay: others take its room, once it is gone from the start. */
static gboolean
try_without(Descent *d, const GArray *start, GError **error)
{
    SelectTree *t = d->t;
    const guint n = t->s->n_variables + 1;
    g_autofree guint8 *best = g_memdup2(t->set->in, n);
    g_autofree guint8 *tried = g_new0(guint8, n);

    for (guint i = 0; i < TRIES && t->s->n_plans < t->s->max_plans; i++) {
        const guint v = least_worth(t, tried);
        const double before = t->set->total;

        if (v == SELECT_NONE)
            break;
        tried[v] = 1;
        add_start(t, start, v);
        if (!descend(d, error))
            return FALSE;
        if (t->set->total < before && select_set_fits(t->set, t->set->bytes, t->set->n_new))
            memcpy(best, t->set->in, n);
        else
            select_set_assign(t->set, best);
    }
    return TRUE;
}

gboolean
select_tree_descend(SelectTree *t, const GArray *start, guint plans, GError **error)
{
    Select *s = t->s;
    g_autofree guint8 *used = g_new0(guint8, s->n_variables + 1);
    g_autofree guint8 *changed = g_new0(guint8, s->n_statements + 1);
    Descent d = {.t = t, .used = used, .changed = changed};
    const guint max = s->max_plans;
    gboolean ok;

    s->max_plans = MIN(max, s->n_plans + plans);
    select_set_assign(t->set, t->best);
    add_start(t, start, SELECT_NONE);
    ok = descend(&d, error) && try_without(&d, start, error) && improve(&d, start, error);
    s->max_plans = max;
    s->is_limited = select_is_late(s) || s->n_plans >= max;
    return ok;
}
