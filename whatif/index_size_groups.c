/* How many rows share a key: a column's MCV list and n_distinct, folded over the key columns as if
 * they were independent, corrected by extended statistics. */
#include "index_size_internal.h"

#include "utils/rel.h"

#include <math.h>

enum { MAX_BINS = 256 };
#define BIN_RATIO 1.3 /* classes within it are one */

typedef struct {
    WhatifClass bins[2][MAX_BINS]; /* .rows: the sum over all of its groups; [1]: by chance */
} Bins;

static void
bins_add(Bins *bins, double count, double rows, bool random)
{
    int bin;

    if (!(count > 0 && rows > 0)) /* nor not-a-number */
        return;
    bin = (int)floor(log(Max(rows, 1.0)) / log(BIN_RATIO) + 0.5);
    bin = Min(bin, MAX_BINS - 1);
    bins->bins[random][bin].count += count;
    bins->bins[random][bin].rows += count * rows;
}

static WhatifGroups
bins_groups(const Bins *bins)
{
    WhatifGroups groups = {.classes = palloc(sizeof(WhatifClass) * 2 * MAX_BINS)};

    for (int i = 0; i < 2 * MAX_BINS; i++) {
        const WhatifClass *bin = &bins->bins[i / MAX_BINS][i % MAX_BINS];

        if (bin->count > 0)
            groups.classes[groups.n++] =
                (WhatifClass){bin->count, Max(bin->rows / bin->count, 1.0), i >= MAX_BINS};
    }
    return groups;
}

double
whatif_groups_count(const WhatifGroups *groups)
{
    double count = 0;

    for (int i = 0; i < groups->n; i++)
        count += groups->classes[i].count;
    return count;
}

/* Values of the tail that get some of @rows rows. */
static void
add_tail(Bins *bins, const WhatifAttribute *column, double rows)
{
    double all = 0;

    for (int i = 0; i < column->n_tail; i++)
        all += column->tail[i].count * column->tail[i].rows;
    for (int i = 0; i < column->n_tail && all > 0; i++) {
        const WhatifClass *class = &column->tail[i];
        double here = class->rows * rows / all;
        bool random = class->random || rows < 0.9 * all; /* some rows of each */
        double found = random ? -expm1(-here) : Min(here, 1);

        if (found > 0)
            bins_add(bins, class->count * found, here / found, random);
    }
}

/* Groups of one column in a table of @total rows, NULLs being one. */
WhatifGroups
whatif_column_groups(const WhatifAttribute *column, double total)
{
    double rest = 1 - column->null_frac, spread;
    Bins bins = {0};

    bins_add(&bins, 1, column->null_frac * total, false);
    for (int i = 0; i < column->n_mcv; i++) {
        bins_add(&bins, 1, column->mcv_freqs[i] * total, false);
        rest -= column->mcv_freqs[i];
    }
    rest *= total;
    if (column->n_tail > 0 && rest >= 0.5) {
        add_tail(&bins, column, rest);
        return bins_groups(&bins);
    }
    spread = column->n_distinct > 0 ? column->n_distinct - column->n_mcv : rest;
    if (column->n_mcv > 0 && spread < 0.5)
        spread = rest >= 1 && column->n_distinct <= 0 ? rest : 0;
    spread = Min(Max(spread, column->n_mcv > 0 ? 0 : 1), rest);
    if (rest >= 0.5 && spread > 0)
        bins_add(&bins, Max(spread, 1), rest / Max(spread, 1), false);
    return bins_groups(&bins);
}

/* Of groups of @rows rows, the fraction that has one left when each row stays with chance @kept. */
static double
survivors(double rows, double kept)
{
    return kept >= 1 ? 1 : 1 - pow(1 - kept, rows);
}

/* Every pair of a group of @a and one of @b, of @total rows, that has rows. Groups of one row stay
 * groups of one row, whichever side they are on. */
static WhatifGroups
crossed(const WhatifGroups *a, const WhatifGroups *b, double total)
{
    Bins bins = {0};

    for (int i = 0; i < a->n; i++) {
        for (int k = 0; k < b->n; k++) {
            const WhatifClass *x = &a->classes[i], *y = &b->classes[k];
            double pairs = x->count * y->count, rows = x->rows * y->rows / total;
            double left = Max(survivors(x->rows, Min(y->rows / total, 1)),
                              survivors(y->rows, Min(x->rows / total, 1)));

            if (left > 0)
                bins_add(&bins, pairs * left, rows / left, true);
        }
    }
    return bins_groups(&bins);
}

static void
scale_to(WhatifGroups *groups, double count, double total)
{
    double ratio = Min(count, total) / Max(whatif_groups_count(groups), 1);

    for (int i = 0; i < groups->n; i++) {
        groups->classes[i].count *= ratio;
        groups->classes[i].rows = Max(groups->classes[i].rows / ratio, 1);
    }
}

/** Columns folded so far. */
typedef struct {
    WhatifGroups groups;
    Bitmapset *attnums;
    double clustered; /* keys of those that follow the order of the rows; 0: none */
} Fold;

/* Columns that both follow the order of rows change together, not independently. */
static void
fold_column(const WhatifInput *input, int i, Fold *fold)
{
    const WhatifAttribute *column = &input->columns[i];
    AttrNumber attnum = input->info->ii_IndexAttrNumbers[i];
    double total = Max(input->tuples, 1), known;
    WhatifGroups next = whatif_column_groups(column, total);
    bool clustered = fabs(column->correlation) > 0.95;
    double both = fold->clustered + whatif_groups_count(&next);

    fold->attnums = attnum > 0 ? bms_add_member(fold->attnums, attnum) : fold->attnums;
    fold->groups = fold->groups.n == 0 ? next : crossed(&fold->groups, &next, total);
    if (clustered && fold->clustered > 0 && both < whatif_groups_count(&fold->groups))
        scale_to(&fold->groups, both, total);
    if (clustered)
        fold->clustered = Max(fold->clustered, whatif_groups_count(&next));
    if (bms_num_members(fold->attnums) == i + 1 && i > 0) {
        known = whatif_extended_ndistinct(input, fold->attnums);
        if (known > 0)
            scale_to(&fold->groups, whatif_distinct_flat(input, known), total);
    }
}

/* A partial index's columns that the predicate does not name lose the groups that have no row left.
 * Those that it names were restricted already: their groups are of its rows. */
WhatifGroups
whatif_groups(const WhatifInput *input)
{
    Fold fold = {0};

    if (input->index->rd_index->indisunique && input->n_keys > 0) {
        double nulls = 0;
        Bins bins = {0};

        for (int i = 0; i < input->n_keys; i++)
            nulls = Max(nulls, input->columns[i].null_frac);
        bins_add(&bins, 1, nulls * input->tuples, false);
        bins_add(&bins, input->tuples * (1 - nulls), 1, false);
        return bins_groups(&bins);
    }
    for (int i = 0; i < input->n_keys; i++)
        fold_column(input, i, &fold);
    return fold.groups;
}
