/* Values drawn from one column's statistics: the MCV list by its frequencies, the rest from the
 * histogram, between its bounds where the type is a number or a time. */
#include "index_size_internal.h"

#include "catalog/pg_type.h"

#include <math.h>

enum { MAX_SYNTHETIC = 2000 }; /* bytes; an index tuple takes 8,191 */

/* splitmix64 (Steele, Lea, Flood 2014). */
static double
random_fraction(uint64 a, uint64 b)
{
    uint64 z = a * UINT64CONST(0x9E3779B97F4A7C15) + (b + 1) * UINT64CONST(0xD1B54A32D192ED03);

    z = (z ^ (z >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64CONST(0x94D049BB133111EB);
    z ^= z >> 31;
    return (double)(z >> 11) / 9007199254740992.0;
}

static Datum
between(const WhatifAttribute *attribute, double position)
{
    int i = Min((int)position, attribute->n_histogram - 2);
    double part = position - i;
    Datum low = attribute->histogram[i], high = attribute->histogram[i + 1];

    switch (attribute->type) {
    case INT2OID:
        return Int16GetDatum(
            (int16)floor(DatumGetInt16(low) + part * (DatumGetInt16(high) - DatumGetInt16(low))));
    case INT4OID:
    case DATEOID:
        return Int32GetDatum((int32)floor(
            DatumGetInt32(low) + part * ((double)DatumGetInt32(high) - DatumGetInt32(low))));
    case INT8OID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
    case TIMEOID:
        if ((double)DatumGetInt64(high) - (double)DatumGetInt64(low) > 9e18) /* infinite ends */
            return part < 0.5 ? low : high;
        return Int64GetDatum(DatumGetInt64(low) + (int64)(part * ((double)DatumGetInt64(high) -
                                                                  (double)DatumGetInt64(low))));
    case FLOAT8OID:
        return Float8GetDatum(DatumGetFloat8(low) +
                              part * (DatumGetFloat8(high) - DatumGetFloat8(low)));
    default:
        return part < 0.5 ? low : high;
    }
}

/* A value of the right width, with no meaning. */
static Datum
synthetic_value(const WhatifAttribute *attribute, uint64 seed)
{
    Size size = attribute->typlen > 0 ? (Size)attribute->typlen : (Size)Max(attribute->width, 2.0);
    char *bytes;

    if (attribute->typbyval)
        return (Datum)0;
    size = Min(size, MAX_SYNTHETIC);
    bytes = palloc(size + VARHDRSZ);
    for (Size i = 0; i < size + VARHDRSZ; i++)
        bytes[i] = (char)(1 + (i * (2 * seed + 37) * 2654435761u >> 13) % 255);
    if (attribute->typlen == -1)
        SET_VARSIZE(bytes, size < 128 ? size + VARHDRSZ - 1 : size);
    else if (attribute->typlen == -2)
        bytes[size - 1] = '\0';
    return PointerGetDatum(bytes);
}

/* The first common value up to which fractions are more than @u; n_mcv: none. */
static int
common_value(const WhatifAttribute *attribute, double u)
{
    int low = 0, high = attribute->n_mcv;

    while (low < high) {
        int middle = (low + high) / 2;

        if (u < attribute->mcv_sums[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

Datum
whatif_draw_value(const WhatifAttribute *attribute, uint64 row, uint64 column, int *origin)
{
    double u = random_fraction(row, column) - attribute->null_frac;
    double rest = 1 - attribute->null_frac;

    if (u < 0) {
        *origin = WHATIF_FROM_NULL;
        return (Datum)0;
    }
    if (attribute->mcv && attribute->n_mcv > 0) {
        int i = common_value(attribute, u);

        if (attribute->n_histogram == 0)
            i = Min(i, attribute->n_mcv - 1);
        if (i < attribute->n_mcv) {
            *origin = i;
            return attribute->mcv[i];
        }
        u -= attribute->mcv_sums[attribute->n_mcv - 1];
        rest -= attribute->mcv_sums[attribute->n_mcv - 1];
    }
    *origin = attribute->n_mcv;
    if (attribute->n_histogram == 0)
        return synthetic_value(attribute, column);
    if (attribute->n_histogram == 1 || rest <= 0)
        return attribute->histogram[0];
    return between(attribute, Min(u / rest, 1.0) * (attribute->n_histogram - 1));
}
