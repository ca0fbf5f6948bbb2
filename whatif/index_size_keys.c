/* Keys of a GIN index: how many a row has, how many there are, and how many rows have each. From
 * the statistics of elements (arrays, tsvector), or by the opclass' own extractValue on the values
 * of the column's histogram, which are a hundred rows by chance. */
#include "index_size_internal.h"

#include "access/genam.h"
#include "access/gin.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

#include <math.h>

#define RANK_RATIO 1.2 /* ranks of the tail within it are one class */

static void
add_class(WhatifGroups *groups, double count, double rows)
{
    if (!(count > 0 && rows > 0)) /* nor not-a-number */
        return;
    if (groups->n == groups->allocated) {
        groups->allocated = Max(groups->allocated * 2, 256);
        groups->classes = groups->classes
                              ? repalloc(groups->classes, sizeof(WhatifClass) * groups->allocated)
                              : palloc(sizeof(WhatifClass) * groups->allocated);
    }
    groups->classes[groups->n++] = (WhatifClass){count, Max(rows, 1)};
}

void
whatif_keys_add(WhatifKeys *keys, double count, double rows)
{
    add_class(&keys->groups, count, rows);
}

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
            add_class(&out->groups, mass * rows, 1);
            return;
        }
        count = Min(count, mass / here);
        add_class(&out->groups, count, here * rows);
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
        add_class(&out->groups, to - from, sum / (to - from) * rows);
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

static void
keys_of_elements(const WhatifAttribute *column, double rows, WhatifKeys *out)
{
    double *freqs = column->element_freqs, listed = 0, exponent;
    int n = column->n_elements;

    out->key_width = element_width(column, get_base_element_type(column->type));
    out->keys_per_row = column->elements_per_row >= 0 ? column->elements_per_row
                                                      : lexemes_of(column, out->key_width);
    out->source = "statistics of elements";
    out->exact = true;
    if (n == 0) {
        add_class(&out->groups, out->keys_per_row * rows, 1); /* none is common */
        return;
    }
    qsort(freqs, (size_t)n, sizeof(double), compare_descending);
    add_listed(out, freqs, n, rows);
    for (int i = 0; i < n; i++)
        listed += freqs[i];
    exponent = zipf_exponent(freqs, n);
    if (column->elements_per_row < 0 && out->keys_per_row < listed * 1.02) {
        exponent = Max(exponent, 1.5); /* of rare words; the head is flatter */
        out->keys_per_row = listed + unlisted_mass(freqs, n, exponent, rows);
        out->exact = false;
    }
    add_tail(out, freqs, n, exponent, rows);
}

void
whatif_keyset_add(WhatifKeySet *set, uint32 group, uint32 hash, double width)
{
    if (set->n == set->allocated) {
        set->allocated = Max(set->allocated * 2, 1024);
        set->keys = set->keys ? repalloc(set->keys, sizeof(WhatifKey) * set->allocated)
                              : palloc(sizeof(WhatifKey) * set->allocated);
    }
    set->keys[set->n++] = (WhatifKey){group, hash, width};
}

static int
compare_keys(const void *a, const void *b)
{
    const WhatifKey *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

/* A row has a key once: drops those of the last document that come again. */
static void
end_document(WhatifKeySet *set, int from)
{
    int kept = from;

    qsort(set->keys + from, (size_t)(set->n - from), sizeof(WhatifKey), compare_keys);
    for (int i = from; i < set->n; i++)
        if (i == from || compare_keys(&set->keys[kept - 1], &set->keys[i]) != 0)
            set->keys[kept++] = set->keys[i];
    set->n = kept;
    set->documents++;
}

static void
extract(const WhatifInput *input, int column, Datum value, WhatifKeySet *set)
{
    FmgrInfo *function =
        index_getprocinfo(input->index, (AttrNumber)(column + 1), GIN_EXTRACTVALUE_PROC);
    Form_pg_attribute stored = TupleDescAttr(RelationGetDescr(input->index), column);
    bool *nulls = NULL;
    int32 n = 0;
    Datum *keys;

    if (input->columns[column].type == JSONBOID &&
        (stored->atttypid == TEXTOID || stored->atttypid == INT4OID)) {
        whatif_jsonb_keys(set, value, stored->atttypid == INT4OID);
        return;
    }
    keys = (Datum *)DatumGetPointer(
        FunctionCall3Coll(function, input->index->rd_indcollation[column], value,
                          PointerGetDatum(&n), PointerGetDatum(&nulls)));
    for (int i = 0; keys && i < n; i++) {
        double width = stored->attlen;

        if (nulls && nulls[i])
            continue;
        if (stored->attlen < 0)
            width = (double)VARSIZE_ANY_EXHDR(DatumGetPointer(keys[i])) + 1;
        whatif_keyset_add(set, 0, datum_image_hash(keys[i], stored->attbyval, stored->attlen),
                          width);
    }
}

static int
compare_rows(const void *a, const void *b)
{
    uint64 x = *(const uint64 *)a, y = *(const uint64 *)b;

    return (x > y) - (x < y);
}

/* Every value drawn, once: how often it was says nothing. Of rows that were read, all. */
static void
collect(const WhatifInput *input, int column, WhatifKeySet *set)
{
    const WhatifSample *sample = &input->sample;
    const WhatifAttribute *attribute = &input->columns[column];
    uint64 *order = palloc(sizeof(uint64) * Max(sample->n_rows, 1));
    int n = 0;

    for (int row = 0; row < sample->n_rows; row++) {
        int at = row * input->n_columns + column;

        if (!sample->isnull[at])
            order[n++] = ((uint64)datum_image_hash(sample->values[at], attribute->typbyval,
                                                   attribute->typlen)
                          << 32) |
                         (uint32)row;
    }
    qsort(order, (size_t)n, sizeof(uint64), compare_rows);
    for (int i = 0; i < n; i++) {
        int from = set->n;

        if (input->n_rows == 0 && i > 0 && order[i] >> 32 == order[i - 1] >> 32)
            continue;
        extract(input, column, sample->values[(int)(uint32)order[i] * input->n_columns + column],
                set);
        end_document(set, from);
    }
}

/* Keys that a hundred values show once (f1) or twice (f2) are few or many. None twice: each row has
 * its own. Else Chao's estimator gives a floor; words of text go on growing by Heaps' law, with the
 * exponent f1/distinct here, which falls as the text grows. */
static double
rare_keys(const WhatifKeySet *set, double once, double twice, double seen, double rows)
{
    double growth = rows / set->documents;
    double chao = once + twice + once * once / (2 * Max(twice, 0.5));

    if (twice < 1 && once > 2)
        return once * growth;
    return Max(chao, (once + twice) * pow(growth, once / Max(seen, 1) / 2.5));
}

/** What one group of keys looks like in the sample. */
typedef struct {
    double seen, once, twice;
} Spectrum;

static void
add_rare(const WhatifKeySet *set, const Spectrum *spectrum, double rows, WhatifKeys *out)
{
    double postings = (spectrum->once + 2 * spectrum->twice) / set->documents * rows;
    double keys =
        Min(rare_keys(set, spectrum->once, spectrum->twice, spectrum->seen, rows), postings);

    add_class(&out->groups, keys, postings / Max(keys, 1));
}

static void
count_keys(WhatifKeySet *set, double rows, WhatifKeys *out)
{
    Spectrum spectrum = {0};
    double width = 0, keys = 0;

    qsort(set->keys, (size_t)set->n, sizeof(WhatifKey), compare_keys);
    for (int from = 0, to; from < set->n; from = to) {
        for (to = from + 1; to < set->n && !compare_keys(&set->keys[from], &set->keys[to]);)
            to++;
        spectrum.seen++;
        spectrum.once += to - from == 1;
        spectrum.twice += to - from == 2;
        width += set->keys[from].width;
        keys++;
        if (to - from > 2)
            add_class(&out->groups, 1, rows * (to - from) / set->documents);
        if (to < set->n && set->keys[to].group == set->keys[from].group)
            continue;
        add_rare(set, &spectrum, rows, out);
        spectrum = (Spectrum){0};
    }
    out->key_width = width / Max(keys, 1);
}

/* Nothing is known but a width: words of six bytes, each in two rows. */
static void
keys_of_width(const WhatifInput *input, int column, double rows, WhatifKeys *out)
{
    const WhatifAttribute *attribute = &input->columns[column];
    Form_pg_attribute stored = TupleDescAttr(RelationGetDescr(input->index), column);

    out->key_width = stored->attlen > 0 ? stored->attlen : 8;
    out->keys_per_row = attribute->typlen > 0 ? 1 : Max(attribute->width / 8, 1);
    out->source = "width alone";
    add_class(&out->groups, Max(out->keys_per_row * rows / 2, 1), 2);
}

void
whatif_keys(const WhatifInput *input, int column, WhatifKeys *out)
{
    const WhatifAttribute *attribute = &input->columns[column];
    double rows = Max(input->tuples * (1 - attribute->null_frac), 1);
    bool is_plain =
        TupleDescAttr(RelationGetDescr(input->index), column)->atttypid == attribute->type;
    WhatifKeySet set = {0};

    *out = (WhatifKeys){.source = input->n_rows > 0 ? "sampled rows" : "values of the histogram"};
    if (attribute->n_elements > 0 || attribute->elements_per_row >= 0) {
        keys_of_elements(attribute, rows, out);
        return;
    }
    if (!input->sample.synthetic[column])
        collect(input, column, &set);
    if (set.documents == 0 || set.n == 0) {
        keys_of_width(input, column, rows, out);
        return;
    }
    out->keys_per_row = (double)set.n / set.documents;
    count_keys(&set, rows, out);
    /* of documents a sample counts better than ANALYZE, which was not made for their hashes */
    if (set.n == set.documents && attribute->n_distinct > 0 && (input->n_rows == 0 || is_plain)) {
        out->groups = whatif_column_groups(attribute, input->tuples);
        if (is_plain)
            out->key_width = whatif_column_width(input, column);
        out->source = "one key a row";
        out->has_nulls = true;
        out->exact = true;
    }
}
