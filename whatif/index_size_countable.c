/* Values that can be counted off: whole numbers, dates, times of a grain, and texts of one shape
 * with a number in it ("customer-4711", "C004711", "u17@example.com"). */
#include "index_size_internal.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include <ctype.h>
#include <math.h>

enum { MAX_DIGITS = 15 };

bool
whatif_countable_number(Oid type, Datum value, double *out)
{
    switch (getBaseType(type)) {
    case INT2OID:
        *out = DatumGetInt16(value);
        return true;
    case INT4OID:
    case DATEOID:
        *out = DatumGetInt32(value);
        return true;
    case INT8OID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
    case TIMEOID:
        *out = (double)DatumGetInt64(value);
        return fabs(*out) < 9e15; /* exact as a double; nor infinity */
    default:
        return false;
    }
}

/** A text's only run of digits. */
typedef struct {
    const char *text;
    int length, from, to;
} Shape;

static bool
shape_of(Datum value, Shape *shape)
{
    const struct varlena *bytes = (const struct varlena *)DatumGetPointer(value);
    int i = 0;

    if (VARATT_IS_EXTENDED(bytes) && !VARATT_IS_SHORT(bytes))
        return false;
    *shape = (Shape){.text = VARDATA_ANY(bytes), .length = (int)VARSIZE_ANY_EXHDR(bytes)};
    while (i < shape->length && !isdigit((unsigned char)shape->text[i]))
        i++;
    shape->from = i;
    while (i < shape->length && isdigit((unsigned char)shape->text[i]))
        i++;
    shape->to = i;
    while (i < shape->length && !isdigit((unsigned char)shape->text[i]))
        i++;
    return i == shape->length && shape->to > shape->from && shape->to - shape->from <= MAX_DIGITS;
}

double
whatif_countable_filled(double room, double rows)
{
    if (room > 0.85 * rows && room < 1.2 * rows)
        return rows;
    return room * -expm1(-rows / room);
}

static bool
is_same_shape(const Shape *a, const Shape *b)
{
    int after = a->length - a->to;

    return a->from == b->from && after == b->length - b->to &&
           memcmp(a->text, b->text, (size_t)a->from) == 0 &&
           memcmp(a->text + a->to, b->text + b->to, (size_t)after) == 0;
}

static bool
text_number(Datum value, const Shape *first, double *out)
{
    Shape shape;

    if (!shape_of(value, &shape) || !is_same_shape(first, &shape))
        return false;
    *out = 0;
    for (int i = shape.from; i < shape.to; i++)
        *out = *out * 10 + (shape.text[i] - '0');
    return true;
}

bool
whatif_countable_text(const char *text, int length, uint32 *hash, double *out)
{
    struct varlena *copy = (struct varlena *)cstring_to_text_with_len(text, length);
    Shape shape;
    bool found =
        shape_of(PointerGetDatum(copy), &shape) && text_number(PointerGetDatum(copy), &shape, out);

    if (found)
        *hash = hash_combine(hash_bytes((const unsigned char *)shape.text, shape.from),
                             hash_bytes((const unsigned char *)shape.text + shape.to,
                                        shape.length - shape.to)) |
                1;
    pfree(copy);
    return found;
}

/* The ends of @n values are not those of all. */
double
whatif_countable_room(double least, double most, double n, double grain)
{
    return (most - least) / grain * (n + 1) / Max(n - 1, 1) + 1;
}

static bool
take_values(const WhatifAttribute *column, const Datum *values, int n, double *out)
{
    Oid type = getBaseType(column->type);
    bool is_text = type == TEXTOID || type == VARCHAROID || type == BPCHAROID;
    Shape first = {0};

    if (is_text && (column->n_histogram == 0 || !shape_of(column->histogram[0], &first)))
        return false;
    for (int i = 0; i < n; i++)
        if (is_text ? !text_number(values[i], &first, &out[i])
                    : !whatif_countable_number(type, values[i], &out[i]))
            return false;
    return true;
}

static int
compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
common_divisor(double a, double b)
{
    while (b >= 1) {
        double rest = fmod(a, b);

        a = b;
        b = rest;
    }
    return a;
}

/* Fills @column's countable values; leaves none where there are none. */
void
whatif_countable_load(WhatifAttribute *column)
{
    WhatifCountable found = {.n_bounds = column->n_histogram, .grain = 0};

    if (column->n_histogram < 3)
        return;
    found.bounds = palloc(sizeof(double) * column->n_histogram);
    found.common = palloc(sizeof(double) * Max(column->n_mcv, 1));
    if (!take_values(column, column->histogram, column->n_histogram, found.bounds))
        return;
    if (column->mcv && take_values(column, column->mcv, column->n_mcv, found.common))
        found.n_common = column->n_mcv;
    found.by_chance = column->typlen < 0; /* in the order of the texts, not of the numbers */
    qsort(found.bounds, (size_t)found.n_bounds, sizeof(double), compare_numbers);
    for (int i = 1; i < found.n_bounds; i++)
        found.grain = common_divisor(found.bounds[i] - found.bounds[0], found.grain);
    if (found.grain >= 1)
        column->countable = found;
}
