/* The relaxation is that a statement may use an index that is not taken; the multiplier of the two
 * is its price. Solved by a deflected subgradient method (Camerini, Fratta, Maffioli 1975) with
 * Polyak's step towards the best known cost. The room is filled fractionally. */
#include "selection_bound_internal.h"

#include <math.h>
#include <string.h>

#define PATIENCE 8 /* moves without a better bound before the step is shortened */
#define SHORTER  0.6

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
    g_free(b->gradient);
    g_free(b->direction);
    g_free(b->prices);
    g_free(b->in);
    g_free(b->profit);
    g_free(b->value);
    g_free(b->mean);
    g_free(b->weight);
    g_free(b->order);
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

/* The cheapest option or leaf at the prices. */
static const SelectTerm *
cheapest_term(const SelectBound *b, const SelectStatement *st, double *value)
{
    const SelectTerm *best = NULL;
    double least = HUGE_VAL;

    for (guint i = 0; i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);
        double cost;

        if (o->cost >= least)
            break;
        cost = select_term_value(o, b->prices, least);
        if (cost < least) {
            least = cost;
            best = o;
        }
    }
    for (guint i = 0; i < st->leaves->len; i++) {
        const SelectTerm *leaf = g_ptr_array_index(st->leaves, i);
        double cost;

        if (leaf->cost >= least)
            break;
        cost = select_term_value(leaf, b->prices, least);
        if (cost < least && !bits_meet(leaf->excluded, b->in, st->words)) {
            least = cost;
            best = leaf;
        }
    }
    *value = least;
    return best;
}

/* What the term wants: +1 for the cheapest of each of its groups. */
static void
demand(SelectBound *b, const SelectStatement *st, const SelectTerm *term)
{
    guint i = 0;

    for (guint g = 0; g < term->n_groups; g++) {
        guint least = term->members[i];

        for (; i < term->ends[g]; i++)
            if (b->prices[term->members[i]] < b->prices[least])
                least = term->members[i];
        b->gradient[st->offset + least] += 1;
    }
}

static double
statements_value(SelectBound *b, const double *multipliers)
{
    const Select *s = b->s;
    double sum = 0;

    for (guint q = 0; q < s->n_statements; q++) {
        const SelectStatement *st = &s->statements[q];
        const SelectTerm *term;
        double value;

        if (st->weight <= 0)
            continue;
        select_bound_prices(b, q, multipliers);
        term = cheapest_term(b, st, &value);
        if (!term)
            return HUGE_VAL;
        sum += value;
        demand(b, st, term);
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

/* The most that can be had for the room. */
static double
room_value(SelectBound *b)
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

static void
complete_gradient(SelectBound *b, const double *multipliers)
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
    for (guint k = 0; k < s->n_charges; k++)
        for (guint i = 0; i < s->charges[k].n && !charge_is_fixed(b, &s->charges[k]); i++)
            b->gradient[s->charges[k].offset + i] += b->value[s->charges[k].variables[i]];
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
    lower -= room_value(b);
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
        b->mean[v] = 0.9 * b->mean[v] + 0.1 * b->value[v];
}

double
select_bound_run(SelectBound *b, guint n, double upper, double cutoff)
{
    double factor = 1;
    guint since = 0;

    memcpy(b->multipliers, b->best, sizeof(double) * b->n);
    memset(b->direction, 0, sizeof(double) * b->n);
    b->direction_norm = 0;
    b->lower = -G_MAXDOUBLE; /* options and leaves have changed */
    for (guint i = 0; i < n && !(i % 16 == 0 && select_is_late(b->s)); i++) {
        double now = evaluate(b, b->multipliers), step;

        average_values(b);
        if (now > b->lower) {
            since = now > b->lower + 1e-4 * fabs(upper - b->lower) ? 0 : since + 1;
            b->lower = now;
            memcpy(b->best, b->multipliers, sizeof(double) * b->n);
        } else {
            since++;
        }
        if (b->lower >= cutoff || !choose_direction(b))
            break;
        if (since >= PATIENCE) {
            since = 0;
            factor *= SHORTER;
            memcpy(b->multipliers, b->best, sizeof(double) * b->n);
        }
        step = factor * MAX(upper - now, 1e-9 * fabs(upper)) / b->direction_norm;
        for (guint m = 0; m < b->n; m++)
            b->multipliers[m] = MAX(0, b->multipliers[m] + step * b->direction[m]);
    }
    return b->lower;
}

double
select_bound_settle(SelectBound *b)
{
    return evaluate(b, b->best);
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
