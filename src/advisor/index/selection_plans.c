/* Asking for plans, and what their answers say. Calls are cut into batches between which limits
 * and interruptions are looked at. */
#include <base/interrupt.h>
#include <math.h>
#include <string.h>

#include "selection_internal.h"

#define BATCH 2000

const SelectKnown *
select_known(const SelectStatement *st, const guint64 *set)
{
    for (guint i = 0; i < st->known->len; i++) {
        const SelectKnown *known = &g_array_index(st->known, SelectKnown, i);

        if (bits_within(known->used, set, st->words) && bits_within(set, known->set, st->words))
            return known;
    }
    return NULL;
}

const SelectKnown *
select_known_exactly(const SelectStatement *st, const guint64 *set)
{
    for (guint i = 0; i < st->known->len; i++) {
        const SelectKnown *known = &g_array_index(st->known, SelectKnown, i);

        if (!memcmp(set, known->set, st->words * sizeof(guint64)))
            return known;
    }
    return NULL;
}

gboolean
pga_selection_gain_counts(double before, double after, double min_improvement, double min_gain)
{
    return after <= (1 - min_improvement) * before && after <= before - min_gain;
}

double
select_weighted(const Select *s, const SelectStatement *st, double cost)
{
    if (!pga_selection_gain_counts(st->base, cost, s->problem->min_improvement,
                                   s->problem->min_gain))
        cost = MAX(cost, st->base);
    return cost * st->weight;
}

gboolean
select_push(Select *s, GArray *asks, const SelectAsk *ask)
{
    SelectStatement *st = &s->statements[ask->statement];

    for (guint i = 0; i < st->pending->len; i++)
        if (!memcmp(g_ptr_array_index(st->pending, i), ask->set, st->words * sizeof(guint64)))
            return FALSE;
    g_ptr_array_add(st->pending, ask->set);
    g_array_append_val(asks, *ask);
    return TRUE;
}

gboolean
select_want(Select *s, GArray *asks, guint statement, const guint64 *set, gboolean exactly)
{
    const SelectStatement *st = &s->statements[statement];
    SelectAsk ask = {.statement = statement};

    if (st->has_failed || (!exactly && st->weight <= 0))
        return FALSE;
    if (exactly ? select_known_exactly(st, set) : select_known(st, set))
        return FALSE;
    ask.set = select_alloc(s, st->words * sizeof(guint64));
    memcpy(ask.set, set, st->words * sizeof(guint64));
    return select_push(s, asks, &ask);
}

static int
compare_terms(gconstpointer a, gconstpointer b)
{
    const SelectTerm *x = *(SelectTerm *const *)a, *y = *(SelectTerm *const *)b;

    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    return (x->serial > y->serial) - (x->serial < y->serial);
}

static SelectTerm *
option_new(Select *s, const SelectStatement *st, guint64 *used, double cost)
{
    SelectTerm *term = select_alloc(s, sizeof(SelectTerm));
    guint n = 0;

    for (guint i = 0; i < st->words; i++)
        n += (guint)__builtin_popcountll(used[i]);
    term->cost = cost;
    term->used = used;
    term->serial = s->serial++;
    term->n_groups = n;
    term->ends = select_alloc(s, sizeof(guint) * (n + 1));
    term->members = select_alloc(s, sizeof(guint) * (n + 1));
    n = 0;
    for (guint i = 0; i < st->n; i++)
        if (bits_has(used, i)) {
            term->members[n++] = i;
            term->ends[n - 1] = n;
        }
    return term;
}

static gboolean
is_too_large(const Select *s, const SelectStatement *st, const guint64 *used)
{
    double bytes = 0;
    guint n_new = 0;

    for (guint i = 0; i < st->n; i++)
        if (bits_has(used, i)) {
            bytes += s->bytes[st->variables[i]];
            n_new += s->is_new[st->variables[i]] ? 1 : 0;
        }
    return bytes > s->budget || n_new > s->max_indexes;
}

/* Unless another needs no more and costs no more; those for which that holds now go. */
static void
add_option(Select *s, SelectStatement *st, guint64 *used, double cost)
{
    GPtrArray *options = st->options;
    guint n = 0;

    if (is_too_large(s, st, used))
        return;
    for (guint i = 0; i < options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(options, i);

        if (o->cost <= cost && bits_within(o->used, used, st->words))
            return;
    }
    for (guint i = 0; i < options->len; i++) {
        SelectTerm *o = g_ptr_array_index(options, i);

        if (!(cost <= o->cost && bits_within(used, o->used, st->words)))
            g_ptr_array_index(options, n++) = o;
    }
    g_ptr_array_set_size(options, (int)n);
    g_ptr_array_add(options, option_new(s, st, used, cost));
}

static guint64 *
used_bits(Select *s, const SelectStatement *st, const GArray *used)
{
    guint64 *bits = select_alloc(s, st->words * sizeof(guint64));

    for (guint i = 0; i < used->len; i++) {
        guint index = g_array_index(used, guint, i);
        guint v = index < s->problem->n_indexes ? s->variable[index] : SELECT_NONE;

        for (guint k = 0; v != SELECT_NONE && k < st->n && st->variables[k] <= v; k++)
            if (st->variables[k] == v)
                bits_set(bits, k);
    }
    return bits;
}

/* It cannot be planned: it costs nothing whatever is there. */
static void
give_up(Select *s, SelectStatement *st)
{
    st->weight = 0;
    st->has_failed = TRUE;
    st->base = -1;
    g_ptr_array_set_size(st->leaves, 0);
    g_ptr_array_set_size(st->options, 0);
    g_ptr_array_add(st->options,
                    option_new(s, st, select_alloc(s, st->words * sizeof(guint64)), 0));
}

/* The leaf of a plan costs what the plan costs, where not all of what the plan uses is there. */
void
select_record(Select *s, const SelectAsk *ask, const PgaSelectionPlan *plan)
{
    SelectStatement *st = &s->statements[ask->statement];
    SelectKnown known = {.set = ask->set, .cost = plan->cost};
    double cost;

    if (st->has_failed)
        return;
    if (!(plan->cost >= 0)) {
        give_up(s, st);
        return;
    }
    if (st->base < 0) /* the existing indexes are asked for first */
        st->base = plan->cost;
    known.used = used_bits(s, st, plan->used);
    for (guint i = 0; i < st->words; i++)
        known.used[i] &= known.set[i];
    g_array_append_val(st->known, known);
    cost = select_weighted(s, st, plan->cost);
    if (st->weight <= 0) { /* whatever is there: nothing */
        add_option(s, st, select_alloc(s, st->words * sizeof(guint64)), 0);
        return;
    }
    add_option(s, st, known.used, cost);
    if (ask->leaf) {
        ask->leaf->cost = cost;
        ask->leaf->used = known.used;
    }
}

static void
fill_plan(const Select *s, const SelectAsk *ask, PgaSelectionPlan *plan, GArray *indexes)
{
    const SelectStatement *st = &s->statements[ask->statement];
    guint kept = 0;

    g_array_set_size(indexes, 0);
    for (guint i = 0; i < st->n; i++) {
        guint index = s->index[st->variables[i]];

        if (!bits_has(ask->set, i))
            continue;
        for (; kept < st->kept->len && g_array_index(st->kept, guint, kept) < index; kept++)
            g_array_append_val(indexes, g_array_index(st->kept, guint, kept));
        g_array_append_val(indexes, index);
    }
    for (; kept < st->kept->len; kept++)
        g_array_append_val(indexes, g_array_index(st->kept, guint, kept));
    *plan = (PgaSelectionPlan){
        .statement = ask->statement,
        .n_indexes = indexes->len,
        .indexes = g_memdup2(indexes->data, sizeof(guint) * indexes->len),
        .used = g_array_new(FALSE, FALSE, sizeof(guint)),
    };
}

static gboolean
ask_batch(Select *s, const GArray *asks, guint start, guint n, GError **error)
{
    g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) plans = g_array_sized_new(FALSE, FALSE, sizeof(PgaSelectionPlan), n);
    gboolean ok;

    for (guint i = 0; i < n; i++) {
        PgaSelectionPlan plan;

        fill_plan(s, &g_array_index(asks, SelectAsk, start + i), &plan, indexes);
        g_array_append_val(plans, plan);
    }
    ok = s->planner->plan(s->planner->self, plans, error);
    for (guint i = 0; i < n; i++) {
        PgaSelectionPlan *plan = &g_array_index(plans, PgaSelectionPlan, i);

        if (ok)
            select_record(s, &g_array_index(asks, SelectAsk, start + i), plan);
        g_array_unref(plan->used);
        g_free((gpointer)plan->indexes);
    }
    s->n_plans += n;
    return ok;
}

/* All that the plan behind the leaf's cost uses is needed: an option says the same. */
static gboolean
leaf_is_closed(const SelectStatement *st, const SelectTerm *leaf)
{
    guint found = 0, n = 0, start = 0;

    for (guint i = 0; i < st->words; i++)
        n += (guint)__builtin_popcountll(leaf->used[i]);
    for (guint g = 0; g < leaf->n_groups; g++) {
        if (leaf->ends[g] - start == 1 && bits_has(leaf->used, leaf->members[start]))
            found++;
        start = leaf->ends[g];
    }
    return found == n;
}

static void
find_surprises(const Select *s, SelectStatement *st)
{
    g_array_set_size(st->surprises, 0);
    for (guint i = 0; i < st->known->len; i++) {
        const SelectKnown *known = &g_array_index(st->known, SelectKnown, i);
        SelectSurprise surprise = {known->set, select_weighted(s, st, known->cost)};

        for (guint k = 0; k < st->options->len; k++) {
            const SelectTerm *o = g_ptr_array_index(st->options, k);

            if (o->cost >= surprise.cost)
                break;
            if (!bits_within(o->used, known->set, st->words))
                continue;
            g_array_append_val(st->surprises, surprise);
            break;
        }
    }
}

void
select_tidy(SelectStatement *st)
{
    double always = HUGE_VAL;
    guint n = 0;

    g_ptr_array_sort(st->options, compare_terms);
    for (guint i = 0; i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);

        if (!o->n_groups)
            always = MIN(always, o->cost);
    }
    for (guint i = 0; i < st->leaves->len; i++) {
        SelectTerm *leaf = g_ptr_array_index(st->leaves, i);

        if (leaf->cost < always && !leaf_is_closed(st, leaf))
            g_ptr_array_index(st->leaves, n++) = leaf;
    }
    g_ptr_array_set_size(st->leaves, (int)n);
    g_ptr_array_sort(st->leaves, compare_terms);
}

/* FALSE: it says nothing of what there is to decide here. */
static gboolean
uses_only(const Select *s, const SelectStatement *st, const PgaSelectionPlan *plan)
{
    for (guint i = 0; i < plan->used->len; i++) {
        const guint index = g_array_index(plan->used, guint, i);
        const guint v = s->variable[index];
        gboolean found = v == SELECT_NONE && s->problem->existing[index];

        for (guint k = 0; v != SELECT_NONE && !found && k < st->n; k++)
            found = st->variables[k] == v;
        if (!found)
            return FALSE;
    }
    return TRUE;
}

void
select_take_made(Select *s)
{
    const GArray *made = s->problem->made;

    for (guint i = 0; made && i < made->len; i++) {
        const PgaSelectionPlan *plan = &g_array_index(made, PgaSelectionPlan, i);
        const SelectStatement *st = &s->statements[plan->statement];
        g_autoptr(GArray) there = g_array_new(FALSE, FALSE, sizeof(guint));
        SelectAsk ask = {.statement = plan->statement};

        if (st->has_failed || st->base < 0 || plan->cost < 0 || !uses_only(s, st, plan))
            continue;
        if (plan->n_indexes)
            g_array_append_vals(there, plan->indexes, plan->n_indexes);
        ask.set = used_bits(s, st, there);
        if (!select_known_exactly(st, ask.set))
            select_record(s, &ask, plan);
    }
    for (guint q = 0; made && q < s->n_statements; q++) {
        select_tidy(&s->statements[q]);
        find_surprises(s, &s->statements[q]);
    }
}

/* How many of @wanted plans may be asked for now. */
static guint
allowed(Select *s, guint wanted, gboolean always)
{
    guint left = s->max_plans - MIN(s->max_plans, s->n_plans);

    if (always)
        return wanted;
    if (select_is_late(s))
        return 0;
    if (wanted > left)
        s->is_limited = TRUE;
    return MIN(wanted, left);
}

gboolean
select_ask(Select *s, GArray *asks, gboolean always, GError **error)
{
    for (guint start = 0; start < asks->len;) {
        guint n = allowed(s, MIN(asks->len - start, BATCH), always);

        if (!n)
            break;
        if (pga_interrupt_check(error) || !ask_batch(s, asks, start, n, error))
            return FALSE;
        start += n;
    }
    for (guint i = 0; i < asks->len; i++) {
        SelectStatement *st = &s->statements[g_array_index(asks, SelectAsk, i).statement];

        if (st->pending->len) {
            select_tidy(st);
            find_surprises(s, st);
        }
        g_ptr_array_set_size(st->pending, 0);
    }
    g_array_set_size(asks, 0);
    return TRUE;
}
