/* Keys of a GIN index on arrays or tsvector, from the statistics of elements: those that ANALYZE
 * lists, and what it says of all. */
#include "index_size_internal.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include <math.h>

#define RANK_RATIO 1.2 /* ranks of the tail within it are one class */

static int
compare_descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* The exponent of Zipf's law over the rarer three quarters of the listed elements. */
static double
zipf_exponent(const double *freqs, int n)
{
    int from = n / 4;

    if (n < 8 || freqs[n - 1] <= 0 || freqs[from] <= freqs[n - 1])
        return 0;
    return Min(log(freqs[from] / freqs[n - 1]) / log((double)n / (from + 1)), 3);
}

/* Elements that are too rare to be listed: the law goes on until the keys of a row are used up. */
static void
add_tail(WhatifKeys *out, const double *freqs, int n, double exponent, double rows)
{
    double rank = n + 1, freq = freqs[n - 1], mass = out->keys_per_row;

    for (int i = 0; i < n; i++)
        mass -= freqs[i];
    while (mass > 0.001 * out->keys_per_row) {
        double next = floor(rank * RANK_RATIO) + 1;
        double here = freq * pow(rank / n, -exponent);
        double count = next - rank;

        if (here * rows <= 1.2 || isinf(next)) {
            whatif_keys_add(out, mass * rows, 1);
            return;
        }
        count = Min(count, mass / here);
        whatif_keys_add(out, count, here * rows);
        mass -= count * here;
        rank = next;
    }
}

static void
add_listed(WhatifKeys *out, const double *freqs, int n, double rows)
{
    for (int from = 0, to; from < n; from = to) {
        double sum = 0;

        for (to = from; to < n && freqs[to] >= freqs[from] / 1.05; to++)
            sum += freqs[to];
        if (to == from)
            break;
        whatif_keys_add(out, to - from, sum / (to - from) * rows);
    }
}

static double
element_width(const WhatifAttribute *column, Oid element)
{
    int16 length = get_typlen(element);
    double sum = 0;

    if (column->type == TSVECTOROID)
        element = TEXTOID;
    else if (length > 0)
        return length;
    if (column->n_elements == 0)
        return get_typavgwidth(element, -1);
    for (int i = 0; i < column->n_elements; i++)
        sum += (double)VARSIZE_ANY_EXHDR(DatumGetPointer(column->elements[i])) + 1;
    return sum / column->n_elements;
}

/* tsvector.h: a WordEntry, the lexeme, and (aligned) a count and positions, here 1.2 of them. */
static double
lexemes_of(const WhatifAttribute *column, double width)
{
    return Max((column->width - 8) / (sizeof(int32) + (width - 1) + 0.5 + 2 + 2 * 1.2), 1);
}

/* The width of a toasted value says nothing: the law goes on until a key is in one row. */
static double
unlisted_mass(const double *freqs, int n, double exponent, double rows)
{
    double rank = n, here = freqs[n - 1], mass = 0;

    while (here * rows > 1 && rank < 1e7) {
        mass += here * rank * (RANK_RATIO - 1);
        rank *= RANK_RATIO;
        here = freqs[n - 1] * pow(rank / n, -exponent);
    }
    return mass;
}

/* ANALYZE lists all elements that are more frequent than this, as far as there is room in the list
 * (compute_array_stats() and compute_tsvector_stats(): the lossy counting of Manku and Motwani). */
static double
listed_from(const WhatifAttribute *column, double keys_per_row)
{
    double bucket_width = (column->max_elements + 10) * 1000.0 / 7;

    return 9 * keys_per_row / bucket_width;
}

/* What an element takes that is not listed: of an array's bytes (20 for the header, four and the
 * text for each element, aligned), those that the listed ones leave. */
static double
unlisted_width(const WhatifAttribute *column, double listed, double width, double mass)
{
    double around = sizeof(int32) + 1.5, bytes;

    if (column->type == TSVECTOROID)
        return Max(width, 17);
    if (get_typlen(get_base_element_type(column->type)) > 0)
        return width;
    bytes = column->width - 20 - listed * (width - 1 + around);
    return Min(Max(bytes / mass - around + 1, 2), 500);
}

/* Elements that are not listed although the list is not full: of one row, or of some. */
static bool
add_unlisted(const WhatifAttribute *column, double listed, double rows, WhatifKeys *out)
{
    const double guess = 1.5;
    double limit = listed_from(column, out->keys_per_row) * rows;
    double mass = out->keys_per_row - listed, n = column->n_elements, unsure;

    if (n >= column->max_elements || mass < 0.02)
        return false;
    limit = Max(limit, 1);
    unsure = mass * rows / Min(guess, limit);
    out->unsure[out->n_unsure++] = (WhatifUnsure){mass * rows, 1, Min(guess, limit), limit};
    out->key_width =
        (n * out->key_width + unsure * unlisted_width(column, listed, out->key_width, mass)) /
        (n + unsure);
    return true;
}

/* A full list whose frequencies hardly fall: it may go on so, and there may be numbers of one row
 * behind it. */
static bool
add_even_tail(double last, double mass, double rows, WhatifKeys *out)
{
    if (mass < 0.1 || last <= 2)
        return false;
    out->unsure[out->n_unsure++] = (WhatifUnsure){mass * rows, 1, sqrt(last), last};
    return true;
}

/* Bytes of a tsvector that its listed lexemes do not explain, as lexemes: about as wide as these,
 * or one as wide as a number in hexadecimal digits. */
static double
unlisted_lexemes(const WhatifAttribute *column, double listed, double width)
{
    const double around = sizeof(int32) + 0.5 + 2 + 2 * 1.2; /* see lexemes_of() */
    double left = column->width - 8 - listed * (width - 1 + around);

    if (left < 4)
        return 0;
    return Max(left / (Max(width - 1, 16) + around), Min(left / (width - 1 + around), 1));
}

static void
add_room(double room, double postings, WhatifKeys *out)
{
    double keys = whatif_countable_filled(room, postings);

    whatif_keys_add(out, keys, postings / Max(keys, 1));
}

/* What goes on behind the list, by the frequencies in it. */
static void
add_behind(const WhatifAttribute *column, double listed, double rows, WhatifKeys *out)
{
    const double *freqs = column->element_freqs;
    int n = column->n_elements;
    double exponent = zipf_exponent(freqs, n);

    if (exponent < 0.5 && add_even_tail(freqs[n - 1] * rows, out->keys_per_row - listed, rows, out))
        return;
    if (column->elements_per_row < 0 && out->keys_per_row < listed * 1.02) {
        exponent = Max(exponent, 1.5); /* of rare words; the head is flatter */
        out->keys_per_row = listed + unlisted_mass(freqs, n, exponent, rows);
        out->exact = false;
    }
    add_tail(out, freqs, n, exponent, rows);
}

void
whatif_keys_of_elements(const WhatifInput *input, int i, double rows, WhatifKeys *out)
{
    const WhatifAttribute *column = &input->columns[i];
    double *freqs = column->element_freqs, listed = 0, room;
    int n = column->n_elements;
    bool is_full = n >= column->max_elements;

    out->key_width = element_width(column, get_base_element_type(column->type));
    out->keys_per_row = column->elements_per_row >= 0 ? column->elements_per_row
                                                      : lexemes_of(column, out->key_width);
    out->source = "statistics of elements";
    out->exact = true;
    for (int k = 0; k < n; k++)
        listed += freqs[k];
    if (n > 0)
        qsort(freqs, (size_t)n, sizeof(double), compare_descending);
    add_listed(out, freqs, n, rows);
    if (column->elements_per_row < 0 && !is_full)
        out->keys_per_row = listed + unlisted_lexemes(column, listed, out->key_width);
    room = is_full || input->sample.synthetic[i] ? 0 : whatif_element_room(input, i);
    if (room > n)
        add_room(room - n, (out->keys_per_row - listed) * rows, out);
    else if (!add_unlisted(column, listed, rows, out) && n > 0)
        add_behind(column, listed, rows, out);
}
