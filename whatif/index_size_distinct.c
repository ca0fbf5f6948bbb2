/* How many values a column has beyond its most common ones, and how its rows fall on them. ANALYZE
 * says n_distinct by Haas and Stokes' estimator, n·d / (n - f1 + f1·n/N) of n rows with d values,
 * f1 of them met once (compute_scalar_stats() in analyze.c). That takes all values to have as many
 * rows each, and is low where they have not. So it is turned round: of a distribution with one
 * unknown, what ANALYZE would have said is computed, and the unknown is sought that gives what it
 * did say. The distribution is, where values count (whole numbers, dates, times to the hour, a word
 * and a number), that of the histogram: its bounds tell how many values a bucket can have. */
#include "index_size_internal.h"

#include "commands/vacuum.h"

#include <math.h>

#define RANK_RATIO 1.2 /* ranks of the tail within it are one class */
#define BY_CHANCE  0.7 /* of rows where nothing tells, the others are shared out evenly */

enum { MAX_CLASSES = 256 };

/** What is sought. */
typedef struct {
    const WhatifAttribute *column;
    double rows;    /* of the table that are not NULL */
    double sampled; /* of those */
    double rest;    /* not of a common value */
    double sought;  /* n_distinct by ANALYZE */
    double most;    /* values that there can be beyond the common ones */
} Fit;

/** Values that a row can have, and how many rows each has on average: chance says whether any. */
typedef struct {
    WhatifClass classes[MAX_CLASSES];
    int n;
} Profile;

static void
profile_add(Profile *profile, double count, double rows)
{
    if (profile->n < MAX_CLASSES && count > 0 && rows > 0)
        profile->classes[profile->n++] = (WhatifClass){.count = count, .rows = rows};
}

static double
profile_count(const Profile *profile)
{
    double count = 0;

    for (int i = 0; i < profile->n; i++)
        count += profile->classes[i].count;
    return count;
}

/* @scale times as many values with as many rows. */
static void
profile_scale(Profile *profile, double scale)
{
    for (int i = 0; i < profile->n; i++) {
        profile->classes[i].count *= scale;
        profile->classes[i].rows /= scale;
    }
}

/* n_distinct as ANALYZE would have it. @even: rows are shared out evenly, else by chance. */
static double
expected_distinct(const Fit *fit, const Profile *profile, double scale, bool even)
{
    double share = Min(fit->sampled / fit->rows, 1), n = fit->sampled;
    double d = fit->column->n_mcv, f1 = 0;

    for (int i = 0; i < profile->n; i++) {
        double count = profile->classes[i].count * scale, rows = profile->classes[i].rows / scale;

        if (!even) {
            d += count * -expm1(-rows * share);
            f1 += count * rows * share * exp(-rows * share);
        } else {
            rows = Max(rows, 1);
            d += count * (1 - pow(1 - share, rows));
            f1 += count * rows * share * pow(1 - share, rows - 1);
        }
    }
    return n * d / Max(n - f1 * (1 - share), 1e-9);
}

/* The scale, up to @most, that gives what ANALYZE said. */
static double
find_scale(const Fit *fit, const Profile *profile, double most, bool even)
{
    double low = log(1e-9), high = log(most);

    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;

        if (expected_distinct(fit, profile, exp(middle), even) < fit->sought)
            low = middle;
        else
            high = middle;
    }
    return exp(high);
}

/* All values alike: of any type, nothing else is known. */
static Profile
flat_profile(const Fit *fit, bool even)
{
    Profile profile = {.n = 0};
    double scale;

    profile_add(&profile, fit->rest, 1);
    scale = find_scale(fit, &profile, even ? 1 : Min(1e6, fit->most / fit->rest), even);
    profile_scale(&profile, scale);
    return profile;
}

/* Frequencies fall from the last of the common values on by Zipf's law, until the rest is used up.
 */
static Profile
zipf_profile(const Fit *fit, double exponent)
{
    int n = fit->column->n_mcv;
    double first = fit->column->mcv_freqs[n - 1] / Max(1 - fit->column->null_frac, 1e-9);
    double rank = n, left = fit->rest;
    Profile profile = {.n = 0};

    while (left > 0 && profile.n < MAX_CLASSES - 1) {
        double next = Max(floor(rank * RANK_RATIO), rank + 1);
        double rows = first * pow((rank + next) / 2 / n, -exponent) * fit->rows;
        double count = Min(next - rank, left / rows);

        if (profile.n == MAX_CLASSES - 2 || rows < 1e-6)
            count = left / rows;
        profile_add(&profile, count, rows);
        left -= count * rows;
        rank = next;
    }
    return profile;
}

static Profile
fitted_zipf(const Fit *fit)
{
    double low = 0, high = 4;
    Profile profile;

    for (int i = 0; i < 40; i++) {
        double middle = (low + high) / 2;

        profile = zipf_profile(fit, middle);
        if (expected_distinct(fit, &profile, 1, false) < fit->sought)
            low = middle;
        else
            high = middle;
    }
    return zipf_profile(fit, (low + high) / 2);
}

/* Whether the common values are enough to tell the law, and not all there is. */
static bool
is_listed(const Fit *fit)
{
    const WhatifAttribute *column = fit->column;

    return column->n_mcv >= 50 && fit->rest > column->mcv_freqs[column->n_mcv - 1] * fit->rows;
}

static double
common_in(const Fit *fit, double low, double high)
{
    const WhatifCountable *countable = &fit->column->countable;
    double n = 0;

    for (int i = 0; i < countable->n_common; i++)
        n += countable->common[i] > low && countable->common[i] < high;
    return n;
}

/* From the values that each bucket of the histogram has room for. */
static Profile
countable_profile(const Fit *fit)
{
    const WhatifCountable *countable = &fit->column->countable;
    Profile profile = {.n = 0};
    double rows = fit->rest / Max(countable->n_bounds - 1, 1);
    int step = countable->by_chance ? 8 : 1;

    for (int from = 0, to; from < countable->n_bounds - 1; from = to) {
        double low = countable->bounds[from], high;

        for (to = Min(from + step, countable->n_bounds - 1);
             to < countable->n_bounds - 1 && countable->bounds[to] <= low;)
            to++;
        high = countable->bounds[to];
        profile_add(&profile, Max((high - low) / countable->grain - common_in(fit, low, high), 1),
                    1);
        profile.classes[profile.n - 1].rows =
            (to - from) * rows / profile.classes[profile.n - 1].count;
    }
    return profile;
}

/* Values beyond the common ones that have a row. */
static double
present(const Profile *profile)
{
    double sum = 0;

    for (int i = 0; i < profile->n; i++)
        sum += profile->classes[i].count * -expm1(-profile->classes[i].rows);
    return sum;
}

static void
tail_add(WhatifAttribute *out, const Profile *profile, double weight, bool random)
{
    for (int i = 0; i < profile->n; i++) {
        WhatifClass class = profile->classes[i];

        class.count *= weight;
        class.random = random;
        out->tail[out->n_tail++] = class;
    }
}

/* The part of the rows that is shared out evenly, as by i % 1000: where n_distinct is more than
 * chance would fill of the room. A drawn histogram's room is not exact. */
static double
even_share(const Fit *fit, const Profile *random, const Profile *even)
{
    double by_chance = expected_distinct(fit, random, 1, false);
    double evenly = expected_distinct(fit, even, 1, true);
    double share = (fit->sought - by_chance) / Max(evenly - by_chance, 1);

    if (even->classes[0].rows <= 1 || share < 0.3)
        return 0;
    return share > 0.7 ? 1 : share;
}

/* Whether the histogram's room explains n_distinct. */
static bool
fit_countable(const Fit *fit, WhatifAttribute *out, double *distinct)
{
    const double drawn_room = 1.1, known_part = 0.75;
    Profile random = countable_profile(fit), even = {.n = 0};
    double room = profile_count(&random), scale, evenly;

    if (room > fit->most)
        profile_scale(&random, fit->most / room);
    room = Min(room, fit->most);
    profile_add(&even, room, fit->rest / room);
    evenly = even_share(fit, &random, &even);
    scale = find_scale(fit, &random, out->countable.by_chance ? drawn_room : 1, false);
    if (scale < known_part)
        return false;
    profile_scale(&random, scale);
    if (out->countable.by_chance && is_listed(fit)) /* the law is smoother than a drawn histogram */
        random = fitted_zipf(fit);
    tail_add(out, &random, 1 - evenly, true);
    tail_add(out, &even, evenly, false);
    *distinct = (1 - evenly) * present(&random) + evenly * room;
    out->counted = true;
    return true;
}

/* Rows by chance on the values that there can be, where their number is known: a foreign key. */
static bool
fit_room(const Fit *fit, WhatifAttribute *out, double *distinct)
{
    Profile random = flat_profile(fit, false);

    if (profile_count(&random) < 0.85 * fit->most)
        return false;
    tail_add(out, &random, 1, true);
    *distinct = present(&random);
    out->counted = true;
    return true;
}

/* A part of the rows by chance and a part evenly: n_distinct alone does not tell them apart. */
static void
fit_blindly(const Fit *fit, WhatifAttribute *out, double *distinct)
{
    bool listed = is_listed(fit);
    Profile random = listed ? fitted_zipf(fit) : flat_profile(fit, false);
    Profile even = flat_profile(fit, true);
    double weight = listed ? 1 : BY_CHANCE;

    tail_add(out, &random, weight, true);
    tail_add(out, &even, 1 - weight, false);
    *distinct = weight * present(&random) + (1 - weight) * profile_count(&even);
}

double
whatif_distinct_flat(const WhatifInput *input, double n_distinct)
{
    WhatifAttribute none = {0};
    Fit fit = {.column = &none, .rows = input->heap_tuples, .sought = n_distinct};
    Profile random, even;

    fit.sampled = Min(300.0 * default_statistics_target, fit.rows);
    fit.rest = fit.rows;
    fit.most = 1e6 * fit.rows;
    if (fit.sampled < 10 || n_distinct >= 0.98 * fit.rows)
        return n_distinct;
    random = flat_profile(&fit, false);
    even = flat_profile(&fit, true);
    return BY_CHANCE * present(&random) + (1 - BY_CHANCE) * profile_count(&even);
}

void
whatif_distinct_fit(const WhatifInput *input, int target, double most, WhatifAttribute *out)
{
    double total = input->heap_tuples, left = 1 - out->null_frac, distinct = 0;
    Fit fit = {.column = out, .sought = out->n_distinct, .most = most - out->n_mcv};

    for (int i = 0; i < out->n_mcv; i++)
        left -= out->mcv_freqs[i];
    fit.rows = total * (1 - out->null_frac);
    fit.sampled = Min(300.0 * target, total) * (1 - out->null_frac);
    fit.rest = total * left;
    fit.most = Max(fit.most, 1);
    if (fit.rest < 10 || fit.sampled < 10 || fit.sought >= 0.98 * fit.rows ||
        fit.sought <= out->n_mcv + 1)
        return;
    out->tail = palloc(sizeof(WhatifClass) * 2 * MAX_CLASSES);
    if (out->countable.n_bounds < 3 || !fit_countable(&fit, out, &distinct))
        if (!fit_room(&fit, out, &distinct))
            fit_blindly(&fit, out, &distinct);
    out->n_distinct = Max(Min(out->n_mcv + distinct, fit.rows), 1);
}

void
whatif_tail_scale(WhatifAttribute *column, double left, double room)
{
    WhatifClass *tail = palloc(sizeof(WhatifClass) * Max(column->n_tail, 1));
    double count = 0, crowd;

    for (int i = 0; i < column->n_tail; i++)
        count += column->tail[i].count * left;
    crowd = Max(count / Max(room, 1), 1);
    for (int i = 0; i < column->n_tail; i++) {
        tail[i] = column->tail[i];
        tail[i].count *= left / crowd;
        tail[i].rows *= crowd;
    }
    column->tail = tail;
}
