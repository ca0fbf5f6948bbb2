/* What an expression of the index makes of the rows drawn: its common results, how many there are,
 * and whether it tells the values apart that it reads. */
#include "index_size_draw.h"

#include "common/hashfn.h"
#include "parser/parse_coerce.h"
#include "utils/datum.h"

#include <math.h>

/** A result of an expression, and what it came from. */
typedef struct {
    uint32 result;
    uint32 input;
} Outcome;

static int
compare_results(const void *a, const void *b)
{
    const Outcome *x = a, *y = b;

    if (x->result != y->result)
        return x->result < y->result ? -1 : 1;
    return (x->input > y->input) - (x->input < y->input);
}

/* lower(name): text of text is taken to tell as many values apart, parts of a document are not. */
static bool
keeps_distinct(const Draw *draw, int i)
{
    int k = -1;

    while ((k = bms_next_member(draw->positions[i].reads, k)) >= 0) {
        const WhatifAttribute *a = &draw->attributes[k + FirstLowInvalidHeapAttributeNumber - 1];

        if (TypeCategory(a->type) == TYPCATEGORY_USER)
            return false;
    }
    return true;
}

/* Distinct values of what an expression reads: it cannot have more. */
static double
distinct_inputs(const Draw *draw, int i)
{
    double product = 1, rows = Max(draw->input->heap_tuples, 1);
    int k = -1, n = 0;

    while ((k = bms_next_member(draw->positions[i].reads, k)) >= 0) {
        const WhatifAttribute *a = &draw->attributes[k + FirstLowInvalidHeapAttributeNumber - 1];

        product *= Max(a->n_distinct, 1) + (a->null_frac > 0);
        n++;
    }
    if (n > 1 && product < 20 * rows)
        product *= 1 - exp(-rows / product);
    return Max(Min(product, rows), 1);
}

/* lower(name): what tells all values apart that were drawn has as many results, and its rows fall
 * on them as they do on the values of the one column that it reads. */
static bool
inherit_values(const Draw *draw, int i)
{
    int k = bms_next_member(draw->positions[i].reads, -1), at;
    WhatifAttribute *column = &draw->input->columns[i];

    if (bms_num_members(draw->positions[i].reads) != 1 || !keeps_distinct(draw, i))
        return false;
    at = k + FirstLowInvalidHeapAttributeNumber - 1;
    if (draw->attributes[at].n_tail == 0)
        return false;
    column->n_distinct = draw->attributes[at].n_distinct;
    column->mcv_freqs = draw->attributes[at].mcv_freqs;
    column->n_mcv = draw->attributes[at].n_mcv;
    column->tail = draw->attributes[at].tail;
    column->n_tail = draw->attributes[at].n_tail;
    column->counted = draw->attributes[at].counted;
    return true;
}

static int
present_results(const Draw *draw, int i, Outcome *results)
{
    const WhatifSample *sample = &draw->input->sample;
    const WhatifAttribute *column = &draw->input->columns[i];
    int n = 0;

    for (int row = 0; row < sample->n_rows; row++) {
        int at = row * draw->input->n_columns + i;

        if (sample->isnull[at])
            continue;
        results[n].result = datum_image_hash(sample->values[at], column->typbyval, column->typlen);
        results[n++].input = draw->inputs[at];
    }
    qsort(results, (size_t)n, sizeof(Outcome), compare_results);
    return n;
}

/* Results that can be counted off, as those of data ->> 'id', have a room that the drawn ones tell
 * of. */
static bool
count_off(const Draw *draw, int i, double possible)
{
    const WhatifSample *sample = &draw->input->sample;
    WhatifAttribute *column = &draw->input->columns[i];
    WhatifAttribute drawn = {.type = column->type, .typlen = column->typlen};
    double room, rows = draw->input->heap_tuples * (1 - column->null_frac);
    const WhatifCountable *found = &drawn.countable;

    drawn.histogram = palloc(sizeof(Datum) * Max(sample->n_rows, 1));
    for (int row = 0; row < sample->n_rows; row++)
        if (!sample->isnull[row * draw->input->n_columns + i])
            drawn.histogram[drawn.n_histogram++] = sample->values[row * draw->input->n_columns + i];
    whatif_countable_load(&drawn);
    if (keeps_distinct(draw, i) || column->n_mcv > 10 || found->n_bounds < 30)
        return false;
    room = whatif_countable_room(found->bounds[0], found->bounds[found->n_bounds - 1],
                                 Min(found->n_bounds, 100), found->grain);
    column->n_distinct = Min(whatif_countable_filled(room, rows), possible);
    if (column->n_distinct >= rows || column->n_distinct >= possible)
        return true;
    column->tail = palloc(sizeof(WhatifClass));
    column->tail[0] = (WhatifClass){room, rows / room, true};
    column->n_tail = 1;
    return true;
}

/* Between as many results as would have met among those drawn, and as many as there are inputs. */
static void
name_ends(WhatifAttribute *column, double inputs, double distinct, double possible)
{
    column->most_distinct = possible;
    column->least_distinct = Min(Max(inputs * inputs / 6, distinct), possible);
    if (column->vague && distinct >= inputs)
        column->n_distinct *= 0.35; /* a thousand of them or one a row: the size in between */
}

/* A computed column from its drawn values, as compute_distinct_stats() would: results seen often
 * are common ones; n_distinct by Haas and Stokes' estimator over inputs that differ (a histogram
 * has a hundred values to draw from), capped by their number. */
void
whatif_describe_results(const Draw *draw, int i)
{
    WhatifAttribute *column = &draw->input->columns[i];
    int rows = draw->input->sample.n_rows, once = 0, distinct = 0, inputs = 0, common = 0;
    Outcome *results = palloc(sizeof(Outcome) * Max(rows, 1));
    double *freqs = palloc(sizeof(double) * Max(rows, 1));
    double possible = distinct_inputs(draw, i);
    int present = present_results(draw, i, results);

    column->null_frac = rows > 0 ? 1 - (double)present / rows : 0;
    for (int from = 0, to; from < present; from = to, distinct++) {
        int different = 1;

        for (to = from + 1; to < present && results[to].result == results[from].result; to++)
            different += results[to].input != results[to - 1].input;
        once += different == 1;
        inputs += different;
        if (to - from >= 10 && (different > 1 || to - from >= 3 * rows / 100))
            freqs[common++] = (double)(to - from) / rows;
    }
    if (distinct == 0)
        return;
    column->n_distinct =
        (double)inputs * distinct / Max(inputs - once + once * (double)inputs / possible, 1e-9);
    column->n_distinct = Max(Min(column->n_distinct, possible), distinct);
    column->mcv_freqs = freqs;
    column->n_mcv = common;
    column->known = true;
    if ((distinct == inputs && inherit_values(draw, i)) || count_off(draw, i, possible))
        return;
    column->vague = distinct > inputs / 2 && inputs < 500 && !keeps_distinct(draw, i);
    name_ends(column, inputs, distinct, possible);
}
