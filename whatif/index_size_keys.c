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

WhatifKey *
whatif_keyset_add(WhatifKeySet *set, uint32 group, uint32 hash, double width)
{
    if (set->n == set->allocated) {
        set->allocated = Max(set->allocated * 2, 1024);
        set->keys = set->keys ? repalloc(set->keys, sizeof(WhatifKey) * set->allocated)
                              : palloc(sizeof(WhatifKey) * set->allocated);
    }
    set->keys[set->n] = (WhatifKey){.group = group, .hash = hash, .width = width};
    return &set->keys[set->n++];
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
number_key(WhatifKey *key, Oid type, Datum value)
{
    if (type == TEXTOID || type == VARCHAROID) {
        const struct varlena *text = (const struct varlena *)DatumGetPointer(value);

        if (!whatif_countable_text(VARDATA_ANY(text), (int)VARSIZE_ANY_EXHDR(text), &key->shape,
                                   &key->number))
            key->shape = 0;
    } else if (whatif_countable_number(type, value, &key->number)) {
        key->shape = 2;
    }
}

static void
extract(const WhatifInput *input, int column, Datum value, WhatifKeySet *set)
{
    FmgrInfo *function =
        index_getprocinfo(input->index, (AttrNumber)(column + 1), GIN_EXTRACTVALUE_PROC);
    Form_pg_attribute stored = TupleDescAttr(RelationGetDescr(input->index), column);
    bool of_array = OidIsValid(get_base_element_type(input->columns[column].type));
    bool *nulls = NULL;
    int32 n = 0;
    Datum *keys;
    WhatifKey *key;

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
        key = whatif_keyset_add(set, 0, datum_image_hash(keys[i], stored->attbyval, stored->attlen),
                                width);
        if (of_array) /* the others' keys are hashes and parts of words */
            number_key(key, stored->atttypid, keys[i]);
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

/** What one group of keys looks like in the sample. */
typedef struct {
    double seen, once, twice;
    uint32 shape; /* of the first one */
    bool counted; /* all are of it */
    double least, most;
    int scale;
} Spectrum;

static void
spectrum_add(Spectrum *spectrum, const WhatifKey *key, int times)
{
    if (spectrum->seen == 0) {
        spectrum->shape = key->shape;
        spectrum->counted = key->shape != 0;
        spectrum->least = spectrum->most = key->number;
    }
    spectrum->seen++;
    spectrum->once += times == 1;
    spectrum->twice += times == 2;
    spectrum->counted = spectrum->counted && key->shape == spectrum->shape;
    spectrum->least = Min(spectrum->least, key->number);
    spectrum->most = Max(spectrum->most, key->number);
    spectrum->scale = Max(spectrum->scale, key->scale);
}

/** The values that keys are from. */
typedef struct {
    double rows;
    double distinct; /* values: equal ones have the same keys */
} Values;

/* Keys that a hundred values show once (f1) or twice (f2) are few or many. Numbers of a range have
 * its room. Chao's estimator gives a floor; words of text go on growing by Heaps' law, with the
 * exponent f1/distinct here, which falls as the text grows. */
static double
rare_keys(const WhatifKeySet *set, const Spectrum *spectrum, const Values *values, double postings)
{
    double growth = values->distinct / set->documents, room;
    double chao = spectrum->once + spectrum->twice +
                  spectrum->once * spectrum->once / (2 * Max(spectrum->twice, 0.5));

    if (spectrum->counted && spectrum->seen > 10) {
        room = whatif_countable_room(spectrum->least, spectrum->most, spectrum->seen,
                                     pow(10, -spectrum->scale));
        return Max(Min(whatif_countable_filled(room, postings), spectrum->once * growth), chao / 2);
    }
    return Max(chao, (spectrum->once + spectrum->twice) *
                         pow(Max(growth, 1), spectrum->once / Max(spectrum->seen, 1) / 2.5));
}

/* None twice: each row has its own, or there are more than would meet among so few. */
static bool
add_unsure(const WhatifKeySet *set, const Spectrum *spectrum, const Values *values, WhatifKeys *out)
{
    const double guess = 0.7; /* of the most that there can be */
    double postings = spectrum->once / set->documents * values->rows;
    double most = Min(spectrum->once / set->documents * values->distinct, postings);
    double least = Min(Max(spectrum->once * spectrum->once / 6, 1), most);
    WhatifUnsure *unsure;

    if (spectrum->twice > 0 || spectrum->once <= 2 || out->n_unsure == WHATIF_MAX_UNSURE ||
        (spectrum->counted && spectrum->seen > 10))
        return false;
    unsure = &out->unsure[out->n_unsure++];
    *unsure = (WhatifUnsure){.postings = postings,
                             .least_rows = postings / most,
                             .rows = postings / Max(most * guess, least),
                             .most_rows = postings / least};
    return true;
}

static void
add_rare(const WhatifKeySet *set, const Spectrum *spectrum, const Values *values, WhatifKeys *out)
{
    double postings = (spectrum->once + 2 * spectrum->twice) / set->documents * values->rows;
    double keys;

    if (add_unsure(set, spectrum, values, out))
        return;
    keys = Min(rare_keys(set, spectrum, values, postings), postings);
    add_class(&out->groups, keys, postings / Max(keys, 1));
}

static void
count_keys(WhatifKeySet *set, const Values *values, WhatifKeys *out)
{
    Spectrum spectrum = {0};
    double width = 0, keys = 0;

    qsort(set->keys, (size_t)set->n, sizeof(WhatifKey), compare_keys);
    for (int from = 0, to; from < set->n; from = to) {
        for (to = from + 1; to < set->n && !compare_keys(&set->keys[from], &set->keys[to]);)
            to++;
        spectrum_add(&spectrum, &set->keys[from], to - from);
        width += set->keys[from].width;
        keys++;
        if (to - from > 2)
            add_class(&out->groups, 1, values->rows * (to - from) / set->documents);
        if (to < set->n && set->keys[to].group == set->keys[from].group)
            continue;
        add_rare(set, &spectrum, values, out);
        spectrum = (Spectrum){0};
    }
    out->key_width = width / Max(keys, 1);
}

double
whatif_element_room(const WhatifInput *input, int column)
{
    WhatifKeySet set = {0};
    Spectrum spectrum = {0};

    collect(input, column, &set);
    for (int i = 0; i < set.n; i++)
        spectrum_add(&spectrum, &set.keys[i], 1);
    if (!spectrum.counted || spectrum.seen < 30)
        return 0;
    return whatif_countable_room(spectrum.least, spectrum.most, spectrum.seen, 1);
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
    out->blind = true;
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
    Values values = {.rows = rows};

    *out = (WhatifKeys){.source = input->n_rows > 0 ? "sampled rows" : "values of the histogram"};
    if (attribute->n_elements > 0 || attribute->elements_per_row >= 0) {
        whatif_keys_of_elements(input, column, rows, out);
        return;
    }
    if (!input->sample.synthetic[column])
        collect(input, column, &set);
    if (set.documents == 0 || set.n == 0) {
        keys_of_width(input, column, rows, out);
        return;
    }
    out->keys_per_row = (double)set.n / set.documents;
    values.distinct = attribute->n_distinct > 0 ? Min(attribute->n_distinct, rows) : rows;
    if (attribute->vague)
        values.distinct = attribute->most_distinct;
    if (input->n_rows > 0)
        values.distinct = rows;
    values.distinct = Max(values.distinct, set.documents);
    count_keys(&set, &values, out);
    /* of documents a sample counts better than ANALYZE, which was not made for their hashes */
    if (set.n == set.documents && attribute->n_distinct > 0 && (input->n_rows == 0 || is_plain)) {
        out->groups = whatif_column_groups(attribute, input->tuples);
        if (is_plain)
            out->key_width = whatif_column_width(input, column);
        out->n_unsure = 0;
        out->source = "one key a row";
        out->has_nulls = true;
        out->exact = true;
    }
}
