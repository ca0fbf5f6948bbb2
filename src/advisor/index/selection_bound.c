/* The relaxation is that a statement may use an index that is not taken; the multiplier of the two
 * is its price. Solved by a deflected subgradient method (Camerini, Fratta, Maffioli 1975) with
 * Polyak's step towards the best known cost. The room is filled fractionally. */
#include "selection_bound_internal.h"

#include <math.h>
#include <string.h>

#define PATIENCE   12 /* moves without a better bound before the step is shortened */
#define SHORTER    0.7
#define SHORTEST   0.01
#define NEW_SHARE  0.05 /* of what an evaluation adds to averages */
#define SOFT_REACH 5
#define SOFTNESS   0.05 /* of what a statement has of the gap */

/* 1 for the cheapest, less for those that are nearly as cheap: the direction leads up for all of
 * them at once. */
static double
soft(double above, double softness)
{
    return above <= 0 ? 1 : above < SOFT_REACH * softness ? exp(-above / softness) : 0;
}

SelectBound *
select_bound_new(Select *s)
{
    SelectBound *b = g_new0(SelectBound, 1);
    guint widest = 1, words = 1;

    for (guint q = 0; q < s->n_statements; q++) {
        widest = MAX(widest, s->statements[q].n);
        words = MAX(words, s->statements[q].words);
    }
    b->s = s;
    b->n = s->n_multipliers + 1;
    b->multipliers = g_new0(double, b->n);
    b->best = g_new0(double, b->n);
    b->lifted = g_new0(double, b->n);
    b->gradient = g_new0(double, b->n);
    b->direction = g_new0(double, b->n);
    b->prices = g_new0(double, widest);
    b->in = g_new0(guint64, words);
    b->profit = g_new0(double, s->n_variables + 1);
    b->value = g_new0(double, s->n_variables + 1);
    b->mean = g_new0(double, s->n_variables + 1);
    b->weight = g_new0(double, s->n_variables + 1);
    b->order = g_new0(guint, s->n_variables + 1);
    for (guint v = 0; v < s->n_variables; v++)
        b->weight[v] = s->budget < G_MAXDOUBLE ? s->bytes[v] : s->is_new[v] ? 1 : 0;
    b->room = s->budget < G_MAXDOUBLE      ? s->budget
              : s->max_indexes < G_MAXUINT ? (double)s->max_indexes
                                           : G_MAXDOUBLE;
    for (guint k = 0; k < s->n_charges; k++)
        for (guint i = 0; i < s->charges[k].n; i++)
            b->best[s->charges[k].offset + i] = s->charges[k].cost / s->charges[k].n;
    return b;
}

void
select_bound_free(SelectBound *b)
{
    g_free(b->multipliers);
    g_free(b->best);
    g_free(b->lifted);
    g_free(b->gradient);
    g_free(b->direction);
    g_free(b->prices);
    g_free(b->in);
    g_free(b->profit);
    g_free(b->value);
    g_free(b->mean);
    g_free(b->weight);
    g_free(b->order);
    g_free(b->values);
    g_free(b->terms);
    g_free(b);
}

void
select_bound_begin(SelectBound *b, const guint8 *fixed, const double *multipliers)
{
    b->fixed = fixed;
    if (multipliers)
        memcpy(b->best, multipliers, sizeof(double) * b->n);
    memset(b->mean, 0, sizeof(double) * (b->s->n_variables + 1));
    b->lower = -G_MAXDOUBLE;
}

void
select_bound_prices(SelectBound *b, guint q, const double *multipliers)
{
    const SelectStatement *st = &b->s->statements[q];

    memset(b->in, 0, sizeof(guint64) * st->words);
    for (guint i = 0; i < st->n; i++) {
        guint8 fixed = b->fixed[st->variables[i]];

        b->prices[i] = multipliers[st->offset + i];
        if (fixed == SELECT_OUT)
            b->prices[i] = HUGE_VAL;
        if (fixed == SELECT_IN) {
            b->prices[i] = 0;
            bits_set(b->in, i);
        }
    }
}

/* What the term wants: one of each of its groups, shared among the cheapest of a group. */
static void
demand(SelectBound *b, const SelectStatement *st, const SelectTerm *term, double share)
{
    guint i = 0;

    for (guint g = 0; g < term->n_groups; g++) {
        guint start = i;
        double least = HUGE_VAL, sum = 0;

        for (; i < term->ends[g]; i++)
            least = MIN(least, b->prices[term->members[i]]);
        if (term->ends[g] - start == 1) {
            b->gradient[st->offset + term->members[start]] += share;
            continue;
        }
        for (guint k = start; k < term->ends[g]; k++)
            sum += soft(b->prices[term->members[k]] - least, b->softness);
        for (guint k = start; k < term->ends[g]; k++)
            b->gradient[st->offset + term->members[k]] +=
                share * soft(b->prices[term->members[k]] - least, b->softness) / sum;
    }
}

/* Values of the terms that may be among the cheapest, into bound->values; the least of them. */
static double
term_values(SelectBound *b, const SelectStatement *st)
{
    double least = HUGE_VAL, reach = SOFT_REACH * b->softness;

    b->n_values = 0;
    for (guint i = 0; i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);

        if (o->cost > least + reach)
            break;
        b->terms[b->n_values] = o;
        b->values[b->n_values] = select_term_value(o, b->prices, least + reach);
        least = MIN(least, b->values[b->n_values]);
        b->n_values++;
    }
    for (guint i = 0; i < st->leaves->len && !b->options_only; i++) {
        const SelectTerm *leaf = g_ptr_array_index(st->leaves, i);

        if (leaf->cost > least + reach)
            break;
        if (bits_meet(leaf->excluded, b->in, st->words))
            continue;
        b->terms[b->n_values] = leaf;
        b->values[b->n_values] = select_term_value(leaf, b->prices, least + reach);
        least = MIN(least, b->values[b->n_values]);
        b->n_values++;
    }
    return least;
}

static double
statement_value(SelectBound *b, const SelectStatement *st)
{
    double least, sum = 0;

    if (st->options->len + st->leaves->len > b->room_for_values) {
        b->room_for_values = 2 * (st->options->len + st->leaves->len);
        b->values = g_renew(double, b->values, b->room_for_values);
        b->terms = g_renew(const SelectTerm *, b->terms, b->room_for_values);
    }
    least = term_values(b, st);
    for (guint i = 0; i < b->n_values; i++) {
        b->values[i] = soft(b->values[i] - least, b->softness);
        sum += b->values[i];
    }
    for (guint i = 0; i < b->n_values; i++)
        if (b->values[i] > 0)
            demand(b, st, b->terms[i], b->values[i] / sum);
    return least;
}

static double
statements_value(SelectBound *b, const double *multipliers)
{
    const Select *s = b->s;
    double sum = 0;

    for (guint q = 0; q < s->n_statements; q++) {
        const SelectStatement *st = &s->statements[q];

        if (st->weight <= 0)
            continue;
        select_bound_prices(b, q, multipliers);
        sum += statement_value(b, st);
        for (guint i = 0; i < st->n; i++)
            if (b->fixed[st->variables[i]] == SELECT_FREE)
                b->profit[st->variables[i]] += multipliers[st->offset + i];
    }
    return sum;
}

static gboolean
charge_is_fixed(const SelectBound *b, const SelectCharge *charge)
{
    for (guint i = 0; i < charge->n; i++)
        if (b->fixed[charge->variables[i]] == SELECT_IN)
            return TRUE;
    return FALSE;
}

/* A charge of several is due, or not, by itself; its multipliers are what variables pay to it. */
static double
charges_value(SelectBound *b, const double *multipliers)
{
    const Select *s = b->s;
    double sum = s->constant;

    for (guint k = 0; k < s->n_charges; k++) {
        const SelectCharge *charge = &s->charges[k];
        double paid = 0;

        if (charge_is_fixed(b, charge)) {
            sum += charge->cost;
            continue;
        }
        for (guint i = 0; i < charge->n; i++)
            paid += multipliers[charge->offset + i];
        sum += MIN(0, charge->cost - paid);
        for (guint i = 0; i < charge->n; i++) {
            b->profit[charge->variables[i]] -= multipliers[charge->offset + i];
            b->gradient[charge->offset + i] = charge->cost < paid ? -1 : 0;
        }
    }
    return sum;
}

/* What statements want less what there is. The number of new variables. */
static double
offers_gradient(SelectBound *b)
{
    const Select *s = b->s;
    double n_new = 0;

    for (guint v = 0; v < s->n_variables; v++) {
        n_new += s->is_new[v] ? b->value[v] : 0;
        for (guint i = s->touch_start[v]; i < s->touch_start[v + 1]; i++) {
            guint m = s->statements[s->touches[i].statement].offset + s->touches[i].position;

            b->gradient[m] = b->fixed[v] == SELECT_FREE ? b->gradient[m] - b->value[v] : 0;
        }
    }
    return n_new;
}

static void
complete_gradient(SelectBound *b, const double *multipliers)
{
    const Select *s = b->s;
    double n_new = offers_gradient(b);

    for (guint k = 0; k < s->n_charges; k++) {
        const SelectCharge *charge = &s->charges[k];

        for (guint i = 0; i < charge->n && !charge_is_fixed(b, charge); i++)
            b->gradient[charge->offset + i] += b->value[charge->variables[i]];
    }
    if (s->max_indexes < G_MAXUINT)
        b->gradient[b->n - 1] = n_new - s->max_indexes;
    for (guint m = 0; m < b->n; m++)
        if (multipliers[m] <= 0 && b->gradient[m] < 0)
            b->gradient[m] = 0;
}

/* The bound at @multipliers, and which way it rises. */
static double
evaluate(SelectBound *b, const double *multipliers)
{
    const Select *s = b->s;
    double count_price = multipliers[b->n - 1], lower;

    memset(b->gradient, 0, sizeof(double) * b->n);
    for (guint v = 0; v < s->n_variables; v++)
        b->profit[v] = -s->charge[v] - (s->is_new[v] ? count_price : 0);
    lower = statements_value(b, multipliers);
    lower += charges_value(b, multipliers);
    if (s->max_indexes < G_MAXUINT)
        lower -= count_price * s->max_indexes;
    lower -= select_bound_fill(b);
    complete_gradient(b, multipliers);
    return lower;
}

/* The gradient, turned away from the last direction where they are opposed. FALSE: nowhere. */
static gboolean
choose_direction(SelectBound *b)
{
    double dot = 0, beta, norm = 0;

    for (guint m = 0; m < b->n; m++)
        dot += b->gradient[m] * b->direction[m];
    beta = dot < 0 && b->direction_norm > 0 ? -1.5 * dot / b->direction_norm : 0;
    for (guint m = 0; m < b->n; m++) {
        b->direction[m] = b->gradient[m] + beta * b->direction[m];
        if (b->multipliers[m] <= 0 && b->direction[m] < 0)
            b->direction[m] = 0;
        norm += b->direction[m] * b->direction[m];
    }
    b->direction_norm = norm;
    return norm > 0;
}

static void
average_values(SelectBound *b)
{
    for (guint v = 0; v < b->s->n_variables; v++)
        b->mean[v] = (1 - NEW_SHARE) * b->mean[v] + NEW_SHARE * b->value[v];
}

/* One move in the direction, Polyak's step times @factor. */
static void
move(SelectBound *b, double distance, double factor)
{
    double step = factor * distance / b->direction_norm;

    for (guint m = 0; m < b->n; m++)
        b->multipliers[m] = MAX(0, b->multipliers[m] + step * b->direction[m]);
}

double
select_bound_run(SelectBound *b, guint n, double upper)
{
    double factor = 1, share = 1.0 / (b->s->n_statements + 1);
    guint since = 0;

    memcpy(b->multipliers, b->best, sizeof(double) * b->n);
    memset(b->direction, 0, sizeof(double) * b->n);
    b->direction_norm = 0;
    b->lower = -HUGE_VAL; /* options have changed */
    for (guint i = 0; i < n && factor > SHORTEST && !(i % 8 == 0 && select_is_late(b->s)); i++) {
        double now;

        b->softness = SOFTNESS * share * factor * MAX(upper - MAX(b->lower, 0), 0);
        now = evaluate(b, b->multipliers);
        average_values(b);
        since = now > b->lower + 1e-4 * fabs(upper - b->lower) ? 0 : since + 1;
        if (now > b->lower) {
            b->lower = now;
            memcpy(b->best, b->multipliers, sizeof(double) * b->n);
        }
        if (!choose_direction(b))
            break;
        if (since >= PATIENCE) {
            since = 0;
            factor *= SHORTER;
            memcpy(b->multipliers, b->best, sizeof(double) * b->n);
        }
        move(b, MAX(upper - now, 1e-9 * fabs(upper)), factor);
    }
    return b->lower;
}

/* What nobody offers for a variable of what it takes, its users share: that costs nothing, and what
 * is not known yet of it must be cheap to matter. */
void
select_bound_lift(SelectBound *b)
{
    const Select *s = b->s;

    select_bound_settle(b);
    memcpy(b->lifted, b->best, sizeof(double) * b->n);
    for (guint v = 0; v < s->n_variables; v++) {
        double slack = b->ratio * b->weight[v] - b->profit[v];
        guint n = 0;

        for (guint i = s->touch_start[v]; i < s->touch_start[v + 1]; i++)
            n += s->statements[s->touches[i].statement].leaves->len > 0;
        if (b->fixed[v] != SELECT_FREE || slack <= 0 || !n)
            continue;
        for (guint i = s->touch_start[v]; i < s->touch_start[v + 1]; i++) {
            const SelectStatement *st = &s->statements[s->touches[i].statement];

            if (st->leaves->len)
                b->lifted[st->offset + s->touches[i].position] += slack / n;
        }
    }
}

double
select_bound_settle(SelectBound *b)
{
    b->softness = 0;
    return evaluate(b, b->options_only ? b->best : b->lifted);
}

/* One price per byte for all, shared by those that could use it: the best of some. */
double
select_bound_start(SelectBound *b, double upper)
{
    const Select *s = b->s;
    const double room = MAX(MIN(b->room, s->bytes_total + s->n_variables), 1); /* may be none */
    g_autofree double *best = g_memdup2(b->best, sizeof(double) * b->n);
    double lower = evaluate(b, b->best);

    for (guint k = 0; k < 24; k++) {
        double price = upper / room * pow(0.6, k), now;

        for (guint v = 0; v < s->n_variables; v++)
            for (guint i = s->touch_start[v]; i < s->touch_start[v + 1]; i++)
                b->best[s->statements[s->touches[i].statement].offset + s->touches[i].position] =
                    (s->charge[v] + price * b->weight[v]) /
                    (s->touch_start[v + 1] - s->touch_start[v]);
        now = evaluate(b, b->best);
        if (now <= lower)
            continue;
        lower = now;
        memcpy(best, b->best, sizeof(double) * b->n);
    }
    memcpy(b->best, best, sizeof(double) * b->n);
    return lower;
}

guint
select_bound_fix(SelectBound *b, double upper, guint8 *fixed)
{
    double lower = select_bound_settle(b);
    guint n = 0;

    for (guint v = 0; v < b->s->n_variables; v++) {
        double reduced = b->profit[v] - b->ratio * b->weight[v];

        if (b->fixed[v] != SELECT_FREE || lower + fabs(reduced) < upper)
            continue;
        fixed[v] = reduced < 0 ? SELECT_OUT : SELECT_IN;
        n++;
    }
    return n;
}
