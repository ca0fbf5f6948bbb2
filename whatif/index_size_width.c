/* What drawn values take in index tuples. */
#include "index_size_internal.h"

#include "access/heaptoast.h"
#include "access/tupdesc.h"

/* What a value takes in an index tuple: a short header where there can be one. */
static double
packed_width(const WhatifAttribute *column, Datum value)
{
    const struct varlena *bytes = (const struct varlena *)DatumGetPointer(value);

    if (column->typlen > 0)
        return column->typlen;
    if (column->typlen == -2)
        return (double)strlen(DatumGetCString(value)) + 1;
    if (VARATT_CAN_MAKE_SHORT(bytes))
        return (double)VARATT_CONVERTED_SHORT_SIZE(bytes);
    return (double)VARSIZE_ANY(bytes);
}

double
whatif_column_width(const WhatifInput *input, int column)
{
    const WhatifSample *sample = &input->sample;
    double sum = 0;
    int n = 0;

    for (int row = 0; row < sample->n_rows; row++) {
        int at = row * input->n_columns + column;

        if (sample->isnull[at])
            continue;
        sum += packed_width(&input->columns[column], sample->values[at]);
        n++;
    }
    return n > 0 ? sum / n : input->columns[column].width;
}

/* stawidth was measured on more rows than the histogram has values. Values that an index compresses
 * (TOAST_INDEX_TARGET) have another width there. */
static double
width_correction(const WhatifInput *input, int column)
{
    const WhatifAttribute *attribute = &input->columns[column];
    double drawn, header = attribute->width > 126 ? VARHDRSZ : 1;

    if (attribute->typlen != -1 || !attribute->has_values ||
        attribute->width > (double)TOAST_INDEX_TARGET / 2)
        return 0;
    drawn = whatif_column_width(input, column);
    return Min(Max(attribute->width + header - 1 - drawn, -0.3 * drawn), 0.3 * drawn) *
           (1 - attribute->null_frac);
}

/** Sizes of index tuples. */
typedef struct {
    double sum, least, most;
    int n;
} Sizes;

static Sizes
tuple_sizes(const WhatifInput *input, int n_columns, bool seldom)
{
    TupleDesc desc = CreateTupleDescCopy(RelationGetDescr(input->index));
    const WhatifSample *sample = &input->sample;
    Sizes sizes = {.least = BLCKSZ};

    desc->natts = n_columns;
    for (int row = 0; row < sample->n_rows; row++) {
        int at = row * input->n_columns;
        IndexTuple tuple;
        double size;

        if (seldom && sample->common[row])
            continue;
        tuple = index_form_tuple(desc, &sample->values[at], &sample->isnull[at]);
        size = (double)IndexTupleSize(tuple);
        sizes.n++;
        sizes.sum += size;
        sizes.least = Min(sizes.least, size);
        sizes.most = Max(sizes.most, size);
        pfree(tuple);
    }
    return sizes;
}

double
whatif_sample_tuple_size(const WhatifInput *input, int n_columns, bool *same)
{
    Sizes sizes = tuple_sizes(input, n_columns, false);
    double size = sizes.n > 0 ? sizes.sum / sizes.n : 0;

    *same = sizes.least >= sizes.most;
    for (int i = 0; i < n_columns && !*same; i++)
        size += width_correction(input, i);
    return Max(size, MAXALIGN(sizeof(IndexTupleData)) + MAXIMUM_ALIGNOF);
}

double
whatif_sample_seldom_size(const WhatifInput *input)
{
    Sizes sizes = tuple_sizes(input, input->n_columns, true);

    return sizes.n > 0 ? sizes.sum / sizes.n : 0;
}

double
whatif_sample_nulls(const WhatifInput *input, int column)
{
    const WhatifSample *sample = &input->sample;
    double nulls = 0;

    for (int row = 0; row < sample->n_rows; row++)
        nulls += sample->isnull[row * input->n_columns + column];
    return nulls / Max(sample->n_rows, 1);
}
