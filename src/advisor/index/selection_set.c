/* What a set of indexes costs, as far as the options tell. */
#include <string.h>

#include "selection_set_internal.h"

SelectSet *
select_set_new(Select *s)
{
    SelectSet *set = g_new0(SelectSet, 1);

    set->s = s;
    set->in = g_new0(guint8, s->n_variables + 1);
    set->due = g_new0(guint, s->n_charges + 1);
    set->present = g_new0(guint64 *, s->n_statements + 1);
    set->at = g_new0(guint, s->n_statements + 1);
    set->current = g_new0(double, s->n_statements + 1);
    set->gain = g_new0(double, s->n_variables + 1);
    set->part = g_new0(double, s->n_multipliers + 1);
    set->is_stale = g_new0(guint8, s->n_statements + 1);
    set->bundle = g_new0(guint, s->n_statements + 1);
    set->ratio = g_new0(double, s->n_statements + 1);
    set->counted = g_new0(guint64 *, s->n_statements + 1);
    set->loss = g_new0(double, s->n_variables + 1);
    set->stale = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint q = 0; q < s->n_statements; q++) {
        set->present[q] = g_new0(guint64, s->statements[q].words);
        set->counted[q] = g_new0(guint64, s->statements[q].words);
    }
    for (guint v = 0; v < s->n_variables; v++)
        set->in[v] = !s->is_new[v];
    select_set_refresh(set);
    return set;
}

void
select_set_free(SelectSet *set)
{
    for (guint q = 0; q < set->s->n_statements; q++) {
        g_free(set->present[q]);
        g_free(set->counted[q]);
    }
    g_free(set->present);
    g_free(set->in);
    g_free(set->due);
    g_free(set->at);
    g_free(set->current);
    g_free(set->gain);
    g_free(set->part);
    g_free(set->is_stale);
    g_free(set->bundle);
    g_free(set->ratio);
    g_free(set->counted);
    g_free(set->loss);
    g_array_unref(set->stale);
    g_free(set);
}

/* The cheapest option from @from on whose needs are there; their number when there is none. */
static guint
first_option(SelectSet *set, guint q, guint from)
{
    const SelectStatement *st = &set->s->statements[q];
    guint i = from;

    for (; i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);

        if (bits_within(o->used, set->present[q], st->words))
            break;
    }
    set->work += 1 + i - from;
    return i;
}

static double
option_cost(const SelectSet *set, guint q, guint option)
{
    const GPtrArray *options = set->s->statements[q].options;

    return option < options->len ? ((const SelectTerm *)g_ptr_array_index(options, option))->cost
                                 : G_MAXDOUBLE / 1e6;
}

/* What the statement costs with what is present, by @option or by what was seen of just that. */
static double
true_cost(const SelectSet *set, guint q, guint option)
{
    const SelectStatement *st = &set->s->statements[q];
    double cost = option_cost(set, q, option);

    for (guint i = 0; i < st->surprises->len; i++) {
        const SelectSurprise *surprise = &g_array_index(st->surprises, SelectSurprise, i);

        if (!memcmp(surprise->set, set->present[q], st->words * sizeof(guint64)))
            return MAX(cost, surprise->cost);
    }
    return cost;
}

static void
settle(SelectSet *set, guint q, guint option)
{
    double cost = true_cost(set, q, option);

    set->at[q] = option;
    set->total += cost - set->current[q];
    set->current[q] = cost;
}

static void
mark_stale(SelectSet *set, guint q)
{
    if (set->is_stale[q])
        return;
    set->is_stale[q] = 1;
    g_array_append_val(set->stale, q);
}

static void
count_variables(SelectSet *set)
{
    const Select *s = set->s;

    set->bytes = 0;
    set->n_new = 0;
    memset(set->due, 0, sizeof(guint) * (s->n_charges + 1));
    for (guint v = 0; v < s->n_variables; v++) {
        if (!set->in[v])
            continue;
        set->bytes += s->bytes[v];
        set->n_new += s->is_new[v] ? 1 : 0;
        set->total += s->charge[v];
        for (guint i = s->charge_start[v]; i < s->charge_start[v + 1]; i++)
            if (set->due[s->charges_of[i]]++ == 0)
                set->total += s->charges[s->charges_of[i]].cost;
    }
}

void
select_set_refresh(SelectSet *set)
{
    const Select *s = set->s;

    set->total = s->constant;
    count_variables(set);
    for (guint q = 0; q < s->n_statements; q++) {
        const SelectStatement *st = &s->statements[q];

        memset(set->present[q], 0, st->words * sizeof(guint64));
        for (guint i = 0; i < st->n; i++)
            if (set->in[st->variables[i]])
                bits_set(set->present[q], i);
        set->current[q] = 0;
        settle(set, q, first_option(set, q, 0));
        mark_stale(set, q);
    }
}

/* What @variable adds to the charges, or saves when it is in and goes. */
double
select_set_charge(const SelectSet *set, guint variable)
{
    const Select *s = set->s;
    double cost = s->charge[variable];

    for (guint i = s->charge_start[variable]; i < s->charge_start[variable + 1]; i++)
        if (set->due[s->charges_of[i]] == (set->in[variable] ? 1 : 0))
            cost += s->charges[s->charges_of[i]].cost;
    return cost;
}

static void
flip_statement(SelectSet *set, const SelectTouch *touch, gboolean comes)
{
    guint q = touch->statement;
    const GPtrArray *options = set->s->statements[q].options;

    bits_flip(set->present[q], touch->position);
    mark_stale(set, q);
    if (comes) {
        guint option = first_option(set, q, 0);

        settle(set, q, MIN(option, set->at[q]));
    } else if (set->at[q] < options->len) {
        const SelectTerm *now = g_ptr_array_index(options, set->at[q]);

        settle(set, q,
               bits_has(now->used, touch->position) ? first_option(set, q, set->at[q] + 1)
                                                    : set->at[q]);
    }
}

void
select_set_flip(SelectSet *set, guint variable)
{
    const Select *s = set->s;
    gboolean comes = !set->in[variable];
    int sign = comes ? 1 : -1;

    set->total += sign * select_set_charge(set, variable);
    for (guint i = s->charge_start[variable]; i < s->charge_start[variable + 1]; i++)
        set->due[s->charges_of[i]] += (guint)sign;
    set->in[variable] = comes ? 1 : 0;
    set->bytes += sign * s->bytes[variable];
    if (s->is_new[variable])
        set->n_new += (guint)sign;
    for (guint i = s->touch_start[variable]; i < s->touch_start[variable + 1]; i++)
        flip_statement(set, &s->touches[i], comes);
}

void
select_set_assign(SelectSet *set, const guint8 *in)
{
    for (guint v = 0; v < set->s->n_variables; v++)
        if (set->in[v] != in[v])
            select_set_flip(set, v);
}

double
select_set_loss(SelectSet *set, guint variable)
{
    select_set_gains(set);
    return set->loss[variable] - select_set_charge(set, variable);
}

/* The position that @option lacks; SELECT_NONE when it lacks more. */
static guint
only_missing(const SelectTerm *option, const guint64 *present, guint words)
{
    guint found = SELECT_NONE;

    for (guint i = 0; i < words; i++) {
        guint64 missing = option->used[i] & ~present[i];

        if (!missing)
            continue;
        if (found != SELECT_NONE || (missing & (missing - 1)))
            return SELECT_NONE;
        found = i * 64 + (guint)__builtin_ctzll(missing);
    }
    return found;
}

/* What the needs of @option that are not there would save the statement per byte. */
static double
bundle_ratio(const SelectSet *set, const SelectStatement *st, guint q, const SelectTerm *option)
{
    const Select *s = set->s;
    double bytes = 1;

    for (guint i = 0; i < option->n_groups; i++) {
        guint v = st->variables[option->members[i]];

        bytes += set->in[v] ? 0 : s->bytes[v];
    }
    return select_set_fits(set, set->bytes + bytes - 1, 0)
               ? (set->current[q] - option->cost) / bytes
               : -1;
}

/* What the needs of the option that holds would cost to lose, one by one. */
static void
statement_losses(SelectSet *set, guint q)
{
    const SelectStatement *st = &set->s->statements[q];
    const SelectTerm *now;
    double *part = set->part + st->offset;

    if (set->at[q] >= st->options->len)
        return;
    now = g_ptr_array_index(st->options, set->at[q]);
    for (guint i = 0; i < now->n_groups; i++) {
        guint position = now->members[i];

        bits_flip(set->present[q], position);
        part[position] = true_cost(set, q, first_option(set, q, set->at[q] + 1)) - set->current[q];
        bits_flip(set->present[q], position);
        set->loss[st->variables[position]] += part[position];
    }
}

/* What those that are missing would save, and which several together would save most per byte. */
static void
statement_gains(SelectSet *set, guint q)
{
    const SelectStatement *st = &set->s->statements[q];
    double *part = set->part + st->offset;

    set->ratio[q] = 0;
    for (guint i = 0; i < set->at[q] && i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);
        guint position = only_missing(o, set->present[q], st->words);
        double ratio;

        if (position != SELECT_NONE) {
            part[position] = MAX(part[position], set->current[q] - o->cost);
            continue;
        }
        ratio = bundle_ratio(set, st, q, o);
        if (ratio > set->ratio[q]) {
            set->ratio[q] = ratio;
            set->bundle[q] = i;
        }
    }
    set->work += MIN(set->at[q], st->options->len);
    for (guint i = 0; i < st->n; i++)
        if (!bits_has(set->present[q], i))
            set->gain[st->variables[i]] += part[i];
}

/* Takes the statement's part out of gains and losses. */
static void
forget_statement(SelectSet *set, guint q)
{
    const SelectStatement *st = &set->s->statements[q];
    double *part = set->part + st->offset;

    for (guint i = 0; i < st->n; i++) {
        if (bits_has(set->counted[q], i))
            set->loss[st->variables[i]] -= part[i];
        else
            set->gain[st->variables[i]] -= part[i];
        part[i] = 0;
    }
    memcpy(set->counted[q], set->present[q], st->words * sizeof(guint64));
}

void
select_set_gains(SelectSet *set)
{
    for (guint i = 0; i < set->stale->len; i++) {
        guint q = g_array_index(set->stale, guint, i);

        forget_statement(set, q);
        statement_losses(set, q);
        statement_gains(set, q);
        set->is_stale[q] = 0;
    }
    g_array_set_size(set->stale, 0);
}

gboolean
select_set_fits(const SelectSet *set, double bytes, guint n_new)
{
    return bytes <= set->s->budget && n_new <= set->s->max_indexes;
}
