/* The slots of pg_statistic: which operator, collation and type of values ANALYZE gives each kind
 * for a type, and what numbers it writes (analyze.c, array_typanalyze.c, ts_typanalyze.c,
 * rangetypes_typanalyze.c). */
#include "import.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "parser/parse_oper.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"

#include <math.h>

/* PostGIS (gserialized_estimate.c): an ND_STATS struct as float4s. */
enum { POSTGIS_ND = 102, POSTGIS_2D = 103, ND_SIZE = 1, ND_CELLS = 17, ND_HEADER = 19 };

/** What a kind looks like on a column. */
typedef struct {
    Oid type; /* of the values; 0: has none */
    int32 typmod;
    int min_values, max_values;
    Oid operator_oid, collation;
} Shape;

static const char no_operator[] = "the type has no such operator";
static const char not_the_type[] = "not statistics of this type";

static const char *
scalar_shape(const WhatifColumn *column, int16 kind, Shape *shape)
{
    Oid less, equal;

    get_sort_group_operators(column->type, false, false, false, &less, &equal, NULL, NULL);
    shape->operator_oid = kind == STATISTIC_KIND_MCV ? equal : less;
    shape->collation = column->collation;
    if (kind != STATISTIC_KIND_CORRELATION) {
        shape->type = column->type;
        shape->typmod = column->typmod;
        shape->min_values = kind == STATISTIC_KIND_MCV ? 1 : 2;
        shape->max_values = WHATIF_MAX_VALUES + (kind == STATISTIC_KIND_HISTOGRAM);
    }
    return OidIsValid(shape->operator_oid) ? NULL : no_operator;
}

static const char *
element_shape(const WhatifColumn *column, int16 kind, Shape *shape)
{
    int32 typmod = column->typmod;
    const Oid base = getBaseTypeAndTypmod(column->type, &typmod);
    Oid element = get_base_element_type(base);

    shape->typmod = typmod;
    if (base == TSVECTOROID && kind == STATISTIC_KIND_MCELEM) {
        element = TEXTOID;
        shape->typmod = -1;
        shape->operator_oid = TextEqualOperator;
        shape->collation = DEFAULT_COLLATION_OID;
    } else if (OidIsValid(element)) {
        get_sort_group_operators(element, false, false, false, NULL, &shape->operator_oid, NULL,
                                 NULL);
        shape->collation = column->collation;
    } else {
        return not_the_type;
    }
    if (kind == STATISTIC_KIND_MCELEM) {
        shape->type = element;
        shape->min_values = 1;
        shape->max_values = WHATIF_MAX_ELEMENTS;
    }
    return OidIsValid(shape->operator_oid) ? NULL : no_operator;
}

static const char *
range_shape(const WhatifColumn *column, int16 kind, Shape *shape)
{
    Oid range = getBaseType(column->type);

    if (type_is_multirange(range))
        range = get_multirange_range(range);
    if (!type_is_range(range))
        return not_the_type;
    shape->typmod = -1;
    shape->max_values = WHATIF_MAX_VALUES + 1;
    if (kind == STATISTIC_KIND_BOUNDS_HISTOGRAM) {
        shape->type = range;
        shape->min_values = 2;
    } else {
        shape->type = FLOAT8OID;
        shape->operator_oid = Float8LessOperator;
    }
    return NULL;
}

static const char *
shape_of(const WhatifColumn *column, int16 kind, Shape *shape)
{
    *shape = (Shape){.typmod = -1};
    switch (kind) {
    case STATISTIC_KIND_MCV:
    case STATISTIC_KIND_HISTOGRAM:
    case STATISTIC_KIND_CORRELATION:
        return scalar_shape(column, kind, shape);
    case STATISTIC_KIND_MCELEM:
    case STATISTIC_KIND_DECHIST:
        return element_shape(column, kind, shape);
    case STATISTIC_KIND_RANGE_LENGTH_HISTOGRAM:
    case STATISTIC_KIND_BOUNDS_HISTOGRAM:
        return range_shape(column, kind, shape);
    case POSTGIS_ND:
    case POSTGIS_2D:
        return NULL;
    default:
        return "an unknown kind of statistics";
    }
}

static bool
all_within(const double *numbers, int n, double low, double high)
{
    for (int i = 0; i < n; i++)
        if (!(numbers[i] >= low && numbers[i] <= high))
            return false;
    return true;
}

/* PostGIS believes what the header says of the length. */
static bool
is_nd_stats(const double *numbers, int n)
{
    double cells = 1;

    if (!(numbers[0] >= 1 && numbers[0] <= 4) || floor(numbers[0]) != numbers[0])
        return false;
    for (int i = 0; i < (int)numbers[0]; i++) {
        const double size = numbers[ND_SIZE + i];

        if (!(size >= 1 && size <= WHATIF_MAX_NUMBERS) || floor(size) != size)
            return false;
        cells *= size;
    }
    return cells == numbers[ND_CELLS] && cells == n - ND_HEADER;
}

static bool
count_fits(int16 kind, int n, int n_values)
{
    switch (kind) {
    case STATISTIC_KIND_MCV:
        return n == n_values;
    case STATISTIC_KIND_MCELEM: /* minimum, maximum, of arrays the share of NULLs as well */
        return n >= n_values && n - n_values <= 3;
    case STATISTIC_KIND_CORRELATION:
    case STATISTIC_KIND_RANGE_LENGTH_HISTOGRAM:
        return n == 1;
    case STATISTIC_KIND_DECHIST: /* a histogram and the average */
        return n >= 3;
    case POSTGIS_ND:
    case POSTGIS_2D:
        return n >= ND_HEADER;
    default:
        return n == 0;
    }
}

static const char *
check_numbers(int16 kind, const double *numbers, int n, int n_values)
{
    bool good;

    if (!count_fits(kind, n, n_values))
        return "numbers and values do not match";
    if (kind >= POSTGIS_ND)
        good = is_nd_stats(numbers, n);
    else if (kind == STATISTIC_KIND_CORRELATION)
        good = all_within(numbers, n, -1.001, 1.001); /* rounding takes it a little beyond 1 */
    else
        good = all_within(numbers, n, 0, kind == STATISTIC_KIND_DECHIST ? HUGE_VAL : 1);
    return good ? NULL : "a number is out of range";
}

/* The range estimators raise errors for what ANALYZE never writes. */
static const char *
check_values(int16 kind, Datum values, int n)
{
    ArrayType *array;
    Datum *elements;
    int16 length;
    bool by_value, good = true;
    char align;

    if (kind != STATISTIC_KIND_BOUNDS_HISTOGRAM && kind != STATISTIC_KIND_RANGE_LENGTH_HISTOGRAM)
        return NULL;
    array = DatumGetArrayTypeP(values);
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
    deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &elements, NULL, &n);
    for (int i = 0; i < n && good; i++)
        good = kind == STATISTIC_KIND_BOUNDS_HISTOGRAM
                   ? !RangeIsEmpty(DatumGetRangeTypeP(elements[i]))
                   : DatumGetFloat8(elements[i]) >= 0;
    return good ? NULL : "an empty range, or a length below 0";
}

static Datum
numbers_array(const double *numbers, int n)
{
    Datum *datums = palloc(sizeof(Datum) * n);

    for (int i = 0; i < n; i++)
        datums[i] = Float4GetDatum((float4)numbers[i]);
    return PointerGetDatum(
        construct_array(datums, n, FLOAT4OID, sizeof(float4), true, TYPALIGN_INT));
}

static const char *
read_values(const Shape *shape, char *text, int16 kind, Datum *values, int *n)
{
    *n = 0;
    *values = 0;
    if (text && !OidIsValid(shape->type))
        return "values, where there are none";
    if (text)
        *values = whatif_values_in(text, shape->type, shape->typmod, n);
    if (*n < shape->min_values)
        return "too few values";
    if (*n > shape->max_values)
        return "too many values";
    if (*n == 0)
        *values = 0;
    return *n > 0 ? check_values(kind, *values, *n) : NULL;
}

const char *
whatif_make_slot(const WhatifColumn *column, const WhatifStatistics *in, int i, WhatifSlot *out)
{
    const int16 kind = in->kinds[i];
    double *numbers = NULL;
    int n_numbers = 0, n_values;
    const char *problem;
    Shape shape;
    Datum values;

    problem = shape_of(column, kind, &shape);
    if (problem)
        return problem;
    if (in->numbers[i]) {
        numbers = whatif_parse_numbers(in->numbers[i], true, WHATIF_MAX_NUMBERS, &n_numbers);
        if (!numbers)
            return "numbers that cannot be read";
    }
    problem = read_values(&shape, in->values[i], kind, &values, &n_values);
    if (!problem)
        problem = check_numbers(kind, numbers, n_numbers, n_values);
    if (problem)
        return problem;
    *out = (WhatifSlot){.kind = kind,
                        .operator_oid = shape.operator_oid,
                        .collation = shape.collation,
                        .numbers = n_numbers > 0 ? numbers_array(numbers, n_numbers) : 0,
                        .values = values};
    return NULL;
}
