/* A part of the search has some variables fixed. It is bounded, the leaves that its bound leans on
 * are split and planned until the bound holds without them, and then it is divided in two by the
 * variable that the relaxation is least sure of. The part with the lowest bound is next. */
#include "selection_tree_internal.h"

#include <math.h>
#include <string.h>

#include <base/interrupt.h>

#define MOVES       100     /* of prices, for each round of plans */
#define FIRST_MOVES 1000    /* for the first round */
#define WORK        200000  /* options looked at to improve the set, for each round */
#define FIRST_WORK  5000000 /* for the first */
#define SPLITS      4       /* leaves of one statement, for each round */
#define STEP                                                                                       \
    1.5 /* of what a leaf is too cheap: what needs something that much dearer is dear enough */
#define SETTLE   5       /* times that the chosen set may prove dearer than thought */
#define STILL    4       /* rounds that hardly raise the bound before a part is divided */
#define CLEARLY  0.005   /* of its cost: a better set */
#define PATIENCE 1.25    /* times the plans that the last clearly better set had taken */
#define TINY     1e-9    /* of the cost: a difference that is none */
#define COPIES   8000000 /* multipliers kept for open parts altogether */

typedef struct {
    guint8 *fixed;
    double *multipliers; /* (nullable): as they come */
    double lower;
    guint serial;
    guint rounds, still; /* rounds; the last ones that hardly raised the bound */
} Part;

static void
part_free(gpointer data)
{
    Part *part = data;

    g_free(part->fixed);
    g_free(part->multipliers);
    g_free(part);
}

static Part *
part_new(SelectTree *t, const guint8 *fixed, double lower)
{
    Part *part = g_new0(Part, 1);

    part->fixed = g_memdup2(fixed, t->s->n_variables + 1);
    part->lower = lower;
    part->serial = t->s->serial++;
    if ((gsize)t->bound->n * (t->open->len + 1) <= COPIES)
        part->multipliers = g_memdup2(t->bound->best, sizeof(double) * t->bound->n);
    return part;
}

SelectTree *
select_tree_new(Select *s)
{
    SelectTree *t = g_new0(SelectTree, 1);

    t->s = s;
    t->set = select_set_new(s);
    t->bound = select_bound_new(s);
    t->best = g_memdup2(t->set->in, s->n_variables + 1);
    t->upper = t->before = t->set->total;
    t->sure = g_memdup2(t->best, s->n_variables + 1);
    t->sure_total = t->told_total = HUGE_VAL;
    t->n_probed = g_new0(guint, s->n_variables + 1);
    t->open = g_ptr_array_new_with_free_func(part_free);
    return t;
}

void
select_tree_free(SelectTree *t)
{
    select_set_free(t->set);
    select_bound_free(t->bound);
    g_free(t->best);
    g_free(t->sure);
    g_free(t->n_probed);
    g_ptr_array_unref(t->open);
    g_free(t);
}

static void
note_set(SelectTree *t)
{
    if (t->set->total >= t->upper || !select_set_fits(t->set, t->set->bytes, t->set->n_new))
        return;
    t->upper = t->set->total;
    memcpy(t->best, t->set->in, t->s->n_variables);
}

/* What is better by less than this is not looked for: while it gets better, little. */
static double
accepted_gap(const SelectTree *t)
{
    const PgaSelectionProblem *problem = t->s->problem;
    const gboolean is_settled =
        t->told_total < HUGE_VAL && t->s->n_plans >= PATIENCE * t->told_plans;

    return CLAMP(is_settled ? MAX(problem->gap, problem->settled_gap) : problem->gap, 0, 1);
}

/* A part whose bound is this need not be searched. */
static double
cutoff(const SelectTree *t)
{
    double gap = accepted_gap(t);

    return MIN(t->upper * (1 - gap), t->upper - TINY * fabs(t->upper));
}

/* What a leaf may leave open without being worth a plan. */
static double
slack(const SelectTree *t)
{
    return MAX(t->s->problem->gap / 8, TINY) * fabs(t->upper) / (t->s->n_statements + 1);
}

static double
options_value(const SelectStatement *st, const double *prices)
{
    double least = HUGE_VAL;

    for (guint i = 0; i < st->options->len; i++) {
        const SelectTerm *o = g_ptr_array_index(st->options, i);

        if (o->cost >= least)
            break;
        least = MIN(least, select_term_value(o, prices, least));
    }
    return least;
}

/** A leaf that the relaxation would rather have than any option. */
typedef struct {
    SelectTerm *leaf;
    double value;
} Lean;

static int
compare_leans(gconstpointer a, gconstpointer b)
{
    const Lean *x = a, *y = b;

    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->leaf->serial > y->leaf->serial) - (x->leaf->serial < y->leaf->serial);
}

/* Those of the statement, at the prices, the cheapest first. */
static void
list_leans(const SelectTree *t, const SelectStatement *st, double target, GArray *leans)
{
    g_array_set_size(leans, 0);
    for (guint i = 0; i < st->leaves->len; i++) {
        Lean lean = {.leaf = g_ptr_array_index(st->leaves, i)};

        if (lean.leaf->cost >= target)
            break;
        lean.value = select_term_value(lean.leaf, t->bound->prices, target);
        if (lean.value < target && !bits_meet(lean.leaf->excluded, t->bound->in, st->words))
            g_array_append_val(leans, lean);
    }
    g_array_sort(leans, compare_leans);
}

/* Splits the leaves that statement @q leans on. How many. */
static guint
split_statement(SelectTree *t, guint q, GArray *leans, GArray *asks)
{
    SelectStatement *st = &t->s->statements[q];
    double target, tiny = slack(t);
    guint n;

    if (st->weight <= 0 || !st->leaves->len)
        return 0;
    select_bound_prices(t->bound, q, t->bound->lifted);
    target = options_value(st, t->bound->prices);
    list_leans(t, st, target - tiny, leans);
    n = MIN(leans->len, SPLITS);
    for (guint i = 0; i < n; i++) {
        const Lean *lean = &g_array_index(leans, Lean, i);

        select_leaf_split(t->s, q, lean->leaf, t->bound->prices,
                          MAX(tiny, STEP * (target - lean->value)), asks);
    }
    if (n)
        select_tidy(st);
    return n;
}

static guint
split_leaves(SelectTree *t, GArray *asks)
{
    g_autoptr(GArray) leans = g_array_new(FALSE, FALSE, sizeof(Lean));
    guint n = 0;

    for (guint q = 0; q < t->s->n_statements; q++)
        n += split_statement(t, q, leans, asks);
    return n;
}

/* Plans that tell what the best set costs for certain. */
static guint
count_unsure(const SelectTree *t)
{
    guint n = 0;

    for (guint q = 0; q < t->s->n_statements; q++) {
        const SelectStatement *st = &t->s->statements[q];

        n += !st->has_failed && !select_known_exactly(st, t->set->present[q]);
    }
    return n;
}

static void
tell_sure(const SelectTree *t)
{
    const PgaSelectionPlanner *planner = t->s->planner;
    const PgaSelectionProgress progress = {
        .share = t->sure_total / t->before, .bytes = t->set->bytes, .n_plans = t->s->n_plans};

    if (planner->improved && t->before > 0)
        planner->improved(planner->self, &progress);
}

/* Options have changed, and with them what the best set costs; it may be worse than one of which
 * that is known for certain. */
static void
review_best(SelectTree *t)
{
    memcpy(t->set->in, t->best, t->s->n_variables);
    select_set_refresh(t->set);
    if (!count_unsure(t) && t->set->total < t->sure_total) {
        t->sure_total = t->set->total;
        memcpy(t->sure, t->best, t->s->n_variables);
        tell_sure(t);
    }
    if (t->sure_total < t->told_total * (1 - CLEARLY)) {
        t->told_total = t->sure_total;
        t->told_plans = t->s->n_plans;
    }
    if (t->sure_total < t->set->total) {
        memcpy(t->best, t->sure, t->s->n_variables);
        select_set_assign(t->set, t->best);
    }
    t->upper = t->set->total;
}

/* New indexes that nothing uses any more. */
static void
drop_useless(SelectTree *t)
{
    const Select *s = t->s;

    select_set_assign(t->set, t->best);
    for (guint v = 0; v < s->n_variables; v++)
        if (t->set->in[v] && s->is_new[v] &&
            select_set_loss(t->set, v) <= TINY * fabs(t->set->total))
            select_set_flip(t->set, v);
    memcpy(t->best, t->set->in, s->n_variables);
    t->upper = t->set->total;
}

void
select_ask_present(SelectTree *t, gboolean exactly, GArray *asks)
{
    for (guint q = 0; q < t->s->n_statements; q++)
        select_want(t->s, asks, q, t->set->present[q], exactly);
}

/* The set that somebody knows of is tree->set. FALSE: there is none, or it is not allowed. */
static gboolean
assign_known(SelectTree *t)
{
    const Select *s = t->s;
    const GArray *known = s->problem->known;
    g_autofree guint8 *in = g_new0(guint8, s->n_variables + 1);

    for (guint v = 0; v < s->n_variables; v++)
        in[v] = !s->is_new[v];
    for (guint i = 0; known && i < known->len; i++) {
        const guint v = s->variable[g_array_index(known, guint, i)];

        if (v != SELECT_NONE)
            in[v] = 1;
    }
    select_set_assign(t->set, in);
    return known && select_set_fits(t->set, t->set->bytes, t->set->n_new);
}

/* It may be better after all, where the search was ended. */
static gboolean
try_known(SelectTree *t, GError **error)
{
    g_autoptr(GArray) asks = g_array_new(FALSE, FALSE, sizeof(SelectAsk));

    if (!assign_known(t)) {
        select_set_assign(t->set, t->best);
        return TRUE;
    }
    memcpy(t->best, t->set->in, t->s->n_variables);
    select_ask_present(t, TRUE, asks);
    if (!select_ask(t->s, asks, TRUE, error))
        return FALSE;
    review_best(t);
    return TRUE;
}

static gboolean
settle_best(SelectTree *t, GError **error)
{
    g_autoptr(GArray) asks = g_array_new(FALSE, FALSE, sizeof(SelectAsk));

    for (guint i = 0; i < SETTLE; i++) {
        guint max = t->s->problem->max_plans ? t->s->problem->max_plans : G_MAXUINT, n;
        gboolean fits;

        drop_useless(t);
        n = count_unsure(t);
        fits = n <= max - MIN(max, t->s->n_plans);
        if (!n || (!fits && t->sure_total < HUGE_VAL))
            break;
        select_ask_present(t, fits, asks);
        if (!select_ask(t->s, asks, TRUE, error))
            return FALSE;
        review_best(t);
        if (!fits)
            return TRUE;
    }
    if (t->sure_total < HUGE_VAL) {
        memcpy(t->best, t->sure, t->s->n_variables);
        review_best(t);
    }
    return TRUE;
}

gboolean
select_tree_settle(SelectTree *t, GError **error)
{
    return settle_best(t, error) && try_known(t, error);
}

/* A set out of what the relaxation takes. */
static void
round_bound(SelectTree *t, gint64 work)
{
    const Select *s = t->s;
    g_autofree guint8 *in = g_new0(guint8, s->n_variables + 1);

    for (guint v = 0; v < s->n_variables; v++)
        in[v] = t->bound->value[v] >= 1 - TINY;
    select_set_assign(t->set, in);
    if (!select_set_fits(t->set, t->set->bytes, t->set->n_new)) /* more of them than allowed */
        select_set_assign(t->set, t->best);
    select_fill(t->set, 1);
    select_improve(t->set, work);
    note_set(t);
}

static void
improve_best(SelectTree *t, gint64 work)
{
    select_set_assign(t->set, t->best);
    select_improve(t->set, work);
    note_set(t);
}

/* Prices that suit what is known, so that what is not known shows whether it could do better. */
static void
bound_part(SelectTree *t, Part *part)
{
    double lower;

    t->bound->options_only = TRUE;
    select_bound_run(t->bound, part->rounds++ ? MOVES : FIRST_MOVES, t->upper);
    select_bound_lift(t->bound);
    t->bound->options_only = FALSE;
    lower = select_bound_settle(t->bound);
    part->lower = MAX(part->lower, lower);
}

/* One round: bound, search, split, plan. Sets *@is_done when there is nothing more to plan. */
static gboolean
part_round(SelectTree *t, Part *part, gboolean *is_done, GError **error)
{
    g_autoptr(GArray) asks = g_array_new(FALSE, FALSE, sizeof(SelectAsk));
    guint n_splits;

    if (pga_interrupt_check(error))
        return FALSE;
    if (select_is_late(t->s))
        return TRUE;
    bound_part(t, part);
    round_bound(t, WORK);
    improve_best(t, WORK);
    *is_done = part->lower >= cutoff(t);
    if (*is_done)
        return TRUE;
    select_bound_fix(t->bound, t->upper, part->fixed);
    n_splits = split_leaves(t, asks);
    drop_useless(t);
    select_ask_present(t, TRUE, asks);
    select_tree_probe(t, asks);
    *is_done = !n_splits && !asks->len;
    if (!select_ask(t->s, asks, FALSE, error))
        return FALSE;
    review_best(t);
    return TRUE;
}

static guint
choose_variable(const SelectTree *t, const Part *part)
{
    guint chosen = SELECT_NONE;
    double best = -1;

    for (guint v = 0; v < t->s->n_variables; v++) {
        double doubt = MIN(t->bound->mean[v], 1 - t->bound->mean[v]);
        double score = MAX(doubt, 1e-6) * MAX(t->bound->profit[v], TINY * fabs(t->upper));

        if (part->fixed[v] == SELECT_FREE && score > best) {
            best = score;
            chosen = v;
        }
    }
    return chosen;
}

/* FALSE: nothing is left to decide. */
static gboolean
divide(SelectTree *t, Part *part)
{
    guint v = choose_variable(t, part);

    if (v == SELECT_NONE)
        return FALSE;
    part->fixed[v] = SELECT_IN;
    g_ptr_array_add(t->open, part_new(t, part->fixed, part->lower));
    part->fixed[v] = SELECT_OUT;
    g_ptr_array_add(t->open, part_new(t, part->fixed, part->lower));
    return TRUE;
}

/* The lowest bound of open parts. */
static double
lowest_open(const SelectTree *t)
{
    double lowest = HUGE_VAL;

    for (guint i = 0; i < t->open->len; i++)
        lowest = MIN(lowest, ((const Part *)g_ptr_array_index(t->open, i))->lower);
    return lowest;
}

/* Works on @part until it is closed, divided, or no longer the one with the lowest bound: *@is_done
 * is FALSE then. */
static gboolean
search_part(SelectTree *t, Part *part, gboolean *is_done, GError **error)
{
    double others = lowest_open(t);

    *is_done = FALSE;
    select_bound_begin(t->bound, part->fixed, part->multipliers);
    while (!*is_done && part->still < STILL && part->lower <= others && !t->s->is_limited) {
        double before = part->lower;

        if (!part_round(t, part, is_done, error))
            return FALSE;
        part->still = part->lower > before + 0.02 * (t->upper - before) ? 0 : part->still + 1;
    }
    if (part->multipliers)
        memcpy(part->multipliers, t->bound->best, sizeof(double) * t->bound->n);
    if (!*is_done && part->still < STILL)
        return TRUE;
    if (part->lower >= cutoff(t) || t->s->is_limited || !divide(t, part))
        t->lower = MIN(t->lower, part->lower);
    *is_done = TRUE;
    return TRUE;
}

/* (transfer full): the open part with the lowest bound. */
static Part *
next_part(SelectTree *t)
{
    guint best = 0;

    for (guint i = 1; i < t->open->len; i++) {
        const Part *a = g_ptr_array_index(t->open, i), *b = g_ptr_array_index(t->open, best);

        if (a->lower < b->lower || (a->lower == b->lower && a->serial < b->serial))
            best = i;
    }
    return g_ptr_array_steal_index_fast(t->open, best);
}

static gboolean
search_open(SelectTree *t, GError **error)
{
    while (t->open->len && !t->s->is_limited) {
        Part *part = next_part(t);
        gboolean is_done = part->lower >= cutoff(t), ok = TRUE;

        if (is_done)
            t->lower = MIN(t->lower, part->lower);
        else
            ok = search_part(t, part, &is_done, error);
        if (is_done || !ok)
            part_free(part);
        else
            g_ptr_array_add(t->open, part);
        if (!ok)
            return FALSE;
    }
    t->is_complete = !t->open->len && !t->s->is_limited;
    t->lower = MIN(MIN(t->lower, lowest_open(t)), t->upper);
    return TRUE;
}

/* The set that remains of one that is too large. */
static gboolean
descend(SelectTree *t, GError **error)
{
    const GArray *start = t->s->problem->start;
    const guint left = t->s->max_plans - MIN(t->s->n_plans, t->s->max_plans);

    if (!start || t->s->is_limited)
        return TRUE;
    if (!select_tree_descend(t, start, left / 3 * 2, error))
        return FALSE;
    note_set(t);
    review_best(t);
    return TRUE;
}

gboolean
select_tree_search(SelectTree *t, GError **error)
{
    double lower;

    t->lower = HUGE_VAL;
    select_start(t->set);
    note_set(t);
    if (t->s->problem->made && assign_known(t))
        note_set(t);
    improve_best(t, FIRST_WORK);
    if (!descend(t, error))
        return FALSE;
    select_bound_begin(t->bound, t->s->fixed, NULL);
    lower = select_bound_start(t->bound, t->upper);
    g_ptr_array_add(t->open, part_new(t, t->s->fixed, lower));
    return search_open(t, error);
}
