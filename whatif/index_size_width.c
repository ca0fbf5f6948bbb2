/* What drawn values take in index tuples. */
#include "index_size_internal.h"

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

/* stawidth was measured on more rows than the histogram has values. */
static double
width_correction(const WhatifInput *input, int column)
{
    const WhatifAttribute *attribute = &input->columns[column];
    double drawn;

    if (attribute->typlen != -1 || !attribute->has_values || attribute->width > 126)
        return 0;
    drawn = whatif_column_width(input, column);
    return Min(Max(attribute->width - drawn, -0.3 * drawn), 0.3 * drawn) *
           (1 - attribute->null_frac);
}

double
whatif_sample_tuple_size(const WhatifInput *input, int n_columns, bool *same)
{
    TupleDesc desc = CreateTupleDescCopy(RelationGetDescr(input->index));
    const WhatifSample *sample = &input->sample;
    double sum = 0, least = BLCKSZ, most = 0;

    desc->natts = n_columns;
    for (int row = 0; row < sample->n_rows; row++) {
        int at = row * input->n_columns;
        IndexTuple tuple = index_form_tuple(desc, &sample->values[at], &sample->isnull[at]);
        double size = (double)IndexTupleSize(tuple);

        sum += size;
        least = Min(least, size);
        most = Max(most, size);
        pfree(tuple);
    }
    *same = least >= most;
    if (sample->n_rows > 0)
        sum /= sample->n_rows;
    for (int i = 0; i < n_columns && !*same; i++)
        sum += width_correction(input, i);
    return Max(sum, MAXALIGN(sizeof(IndexTupleData)) + MAXIMUM_ALIGNOF);
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
