/* Splitting a leaf. Prices say what each index costs the statement at the moment, so that the part
 * of the leaf that needs a dear one is not worth a plan: one plan without all of the dear ones
 * raises the bound of what is left as far as it matters now. */
#include <math.h>
#include <string.h>

#include "selection_internal.h"

/** The part of a leaf that is left: none of excluded, one of each group. */
typedef struct {
    Select *s;
    SelectStatement *st;
    const SelectTerm *leaf;
    const double *prices;
    guint64 *excluded;
    guint64 **groups; /* bitsets; [n_groups] */
    guint n_groups;
} Region;

double
select_term_value(const SelectTerm *term, const double *prices, double limit)
{
    double value = term->cost;
    guint i = 0;

    for (guint g = 0; g < term->n_groups && value < limit; g++) {
        double least = prices[term->members[i++]];

        for (; i < term->ends[g]; i++)
            least = MIN(least, prices[term->members[i]]);
        value += least;
    }
    return value;
}

static guint64 *
bits_dup(Select *s, const SelectStatement *st, const guint64 *bits)
{
    guint64 *copy = select_alloc(s, st->words * sizeof(guint64));

    if (bits)
        memcpy(copy, bits, st->words * sizeof(guint64));
    return copy;
}

static guint
bits_count(const guint64 *bits, guint words)
{
    guint n = 0;

    for (guint i = 0; i < words; i++)
        n += (guint)__builtin_popcountll(bits[i]);
    return n;
}

/* The least that the groups need is more than may be built. */
static gboolean
is_too_large(const Select *s, const SelectStatement *st, const SelectTerm *leaf)
{
    double bytes = 0;
    guint i = 0, n_new = 0;

    for (guint g = 0; g < leaf->n_groups; g++) {
        double least = G_MAXDOUBLE;
        guint counts = 1;

        for (; i < leaf->ends[g]; i++) {
            guint v = st->variables[leaf->members[i]];

            least = MIN(least, s->bytes[v]);
            counts = MIN(counts, s->is_new[v] ? 1u : 0u);
        }
        bytes += least;
        n_new += counts;
    }
    return bytes > s->budget || n_new > s->max_indexes;
}

/* Group @replaced (SELECT_NONE: a further one) is @with. NULL: nothing that may be built is in it.
 */
static SelectTerm *
leaf_add(Region *r, guint replaced, const guint64 *with)
{
    Select *s = r->s;
    const SelectStatement *st = r->st;
    SelectTerm *leaf = select_alloc(s, sizeof(SelectTerm));
    guint n = 0;

    leaf->cost = r->leaf->cost;
    leaf->used = r->leaf->used;
    leaf->excluded = bits_dup(s, st, r->excluded);
    leaf->serial = s->serial++;
    leaf->n_groups = r->n_groups + (with && replaced == SELECT_NONE);
    leaf->ends = select_alloc(s, sizeof(guint) * (leaf->n_groups + 1));
    leaf->members = select_alloc(s, sizeof(guint) * (st->n + 1)); /* groups have none in common */
    for (guint g = 0; g < leaf->n_groups; g++) {
        const guint64 *group = g == replaced || g == r->n_groups ? with : r->groups[g];

        for (guint i = 0; i < st->n; i++)
            if (bits_has(group, i))
                leaf->members[n++] = i;
        leaf->ends[g] = n;
    }
    if (is_too_large(s, st, leaf))
        return NULL;
    g_ptr_array_add(r->st->leaves, leaf);
    return leaf;
}

/* What has one of @cut becomes a leaf; the region goes on without any of them. */
static void
region_cut(Region *r, guint group, const guint64 *cut)
{
    if (!bits_count(cut, r->st->words))
        return;
    leaf_add(r, group, cut);
    for (guint i = 0; i < r->st->words; i++) {
        r->excluded[i] |= cut[i];
        if (group != SELECT_NONE)
            r->groups[group][i] &= ~cut[i];
    }
}

static void
region_open(Region *r)
{
    Select *s = r->s;
    const SelectTerm *leaf = r->leaf;
    guint n = 0;

    r->n_groups = leaf->n_groups;
    r->groups = select_alloc(s, sizeof(guint64 *) * (r->n_groups + 1));
    r->excluded = bits_dup(s, r->st, leaf->excluded);
    for (guint g = 0; g < r->n_groups; g++) {
        r->groups[g] = bits_dup(s, r->st, NULL);
        for (; n < leaf->ends[g]; n++)
            bits_set(r->groups[g], leaf->members[n]);
    }
}

static guint
group_of(const Region *r, guint position)
{
    for (guint g = 0; g < r->n_groups; g++)
        if (bits_has(r->groups[g], position))
            return g;
    return SELECT_NONE;
}

/* Those of @from of a price of @step and more, but for the cheapest of them. */
static void
dear_ones(const Region *r, const guint64 *from, double step, guint64 *cut)
{
    double least = HUGE_VAL;

    memset(cut, 0, r->st->words * sizeof(guint64));
    for (guint i = 0; i < r->st->n; i++)
        if (bits_has(from, i))
            least = MIN(least, r->prices[i]);
    for (guint i = 0; i < r->st->n; i++)
        if (bits_has(from, i) && r->prices[i] >= step && r->prices[i] > least)
            bits_set(cut, i);
}

/* All of a price of @step and more; of a group the cheapest stay. */
static void
cut_by_price(Region *r, double step)
{
    guint64 *cut = bits_dup(r->s, r->st, NULL);

    for (guint i = 0; i < r->st->n; i++)
        if (r->prices[i] >= step && !bits_has(r->excluded, i) && group_of(r, i) == SELECT_NONE)
            bits_set(cut, i);
    region_cut(r, SELECT_NONE, cut);
    for (guint g = 0; g < r->n_groups; g++) {
        dear_ones(r, r->groups[g], step, cut);
        region_cut(r, g, cut);
    }
}

/* The plan would be the leaf's own: without the dearest of what that uses it is another. FALSE:
 * all of them are needed, so that the cost is known. */
static gboolean
cut_used(Region *r)
{
    guint dearest = SELECT_NONE, group;
    guint64 *cut;

    if (bits_meet(r->excluded, r->leaf->used, r->st->words))
        return TRUE;
    for (guint i = 0; i < r->st->n; i++) {
        if (!bits_has(r->leaf->used, i))
            continue;
        group = group_of(r, i);
        if (group != SELECT_NONE && bits_count(r->groups[group], r->st->words) == 1)
            continue;
        if (dearest == SELECT_NONE || r->prices[i] > r->prices[dearest])
            dearest = i;
    }
    if (dearest == SELECT_NONE)
        return FALSE;
    cut = bits_dup(r->s, r->st, NULL);
    bits_set(cut, dearest);
    region_cut(r, group_of(r, dearest), cut);
    return TRUE;
}

static SelectTerm *
ask_rest(Region *r, guint statement, GArray *asks)
{
    SelectAsk ask = {.statement = statement, .leaf = leaf_add(r, SELECT_NONE, NULL)};
    const SelectKnown *known;

    if (!ask.leaf)
        return NULL;
    ask.set = select_alloc(r->s, r->st->words * sizeof(guint64));
    for (guint i = 0; i < r->st->n; i++)
        if (!bits_has(r->excluded, i))
            bits_set(ask.set, i);
    known = select_known(r->st, ask.set);
    if (!known) {
        select_push(r->s, asks, &ask);
        return ask.leaf;
    }
    ask.leaf->cost = select_weighted(r->s, r->st, known->cost);
    ask.leaf->used = known->used;
    return ask.leaf;
}

SelectTerm *
select_leaf_split(Select *s, guint statement, SelectTerm *leaf, const double *prices, double step,
                  GArray *asks)
{
    Region r = {.s = s, .st = &s->statements[statement], .leaf = leaf, .prices = prices};
    SelectTerm *rest = NULL;

    region_open(&r);
    cut_by_price(&r, step);
    if (cut_used(&r))
        rest = ask_rest(&r, statement, asks);
    leaf->cost = G_MAXDOUBLE; /* its parts are there instead */
    return rest;
}

SelectTerm *
select_leaf_root(Select *s, guint statement, const SelectKnown *all)
{
    SelectStatement *st = &s->statements[statement];
    SelectTerm top = {.cost = select_weighted(s, st, all->cost), .used = all->used};
    Region r = {.s = s, .st = st, .leaf = &top};

    region_open(&r);
    return leaf_add(&r, SELECT_NONE, NULL);
}
