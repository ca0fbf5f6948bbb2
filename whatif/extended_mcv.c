/* pg_mcv_list from the columns of pg_stats_ext: its bytes carry the source's type OIDs and the
 * order of its columns, so it is made anew. */
#include "extended.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/** What was read of the texts. */
typedef struct {
    int n, dimensions;
    Datum *values, *nulls; /* n x dimensions, texts and bools */
    double *freqs, *base_freqs;
} Read;

/* false: not an array of @read->n rows of @read->dimensions. */
static bool
read_matrix(const char *text, Oid element, const Read *read, Datum **out, bool **nulls)
{
    const Datum datum = OidInputFunctionCall(F_ARRAY_IN, pstrdup(text), element, -1);
    ArrayType *array = DatumGetArrayTypeP(datum);
    int16 length;
    bool by_value;
    char align;
    int n;

    if (ARR_NDIM(array) != 2 || ARR_DIMS(array)[0] != read->n ||
        ARR_DIMS(array)[1] != read->dimensions)
        return false;
    get_typlenbyvalalign(element, &length, &by_value, &align);
    deconstruct_array(array, element, length, by_value, align, out, nulls, &n);
    return true;
}

static bool
are_fractions(const double *numbers, int n)
{
    for (int i = 0; i < n; i++)
        if (!(numbers[i] >= 0 && numbers[i] <= 1))
            return false;
    return true;
}

static const char *
read_texts(const WhatifMcvText *text, Read *read)
{
    bool *value_is_null, *null_is_null;
    int n;

    read->freqs = whatif_parse_numbers(text->freqs, false, STATS_MCVLIST_MAX_ITEMS, &read->n);
    read->base_freqs = whatif_parse_numbers(text->base_freqs, false, STATS_MCVLIST_MAX_ITEMS, &n);
    if (!read->freqs || !read->base_freqs || read->n != n || n == 0)
        return "frequencies that cannot be read";
    if (!are_fractions(read->freqs, n) || !are_fractions(read->base_freqs, n))
        return "a frequency is not within 0 and 1";
    if (!read_matrix(text->values, TEXTOID, read, &read->values, &value_is_null) ||
        !read_matrix(text->nulls, BOOLOID, read, &read->nulls, &null_is_null))
        return "values of another shape";
    for (int i = 0; i < n * read->dimensions; i++)
        if (null_is_null[i] || DatumGetBool(read->nulls[i]) != value_is_null[i])
            return "values and nulls do not match";
    return NULL;
}

/* From a dimension here to the source's, whose columns stood in the order of its attnums. */
static void
source_places(const WhatifObject *object, int *places)
{
    for (int i = 0; i < object->n_source; i++)
        places[object->dimension_of[i]] = i;
    for (int i = 0; i < object->n_expressions; i++)
        places[object->n_columns + i] = object->n_columns + i;
}

static void
fill_dimension(const Read *read, const WhatifColumn *column, int place, int dimension,
               MCVList *list)
{
    int32 typmod = column->typmod;
    const Oid base = getBaseTypeAndTypmod(column->type, &typmod);
    FmgrInfo input;
    Oid function, parameter;

    getTypeInputInfo(base, &function, &parameter);
    fmgr_info(function, &input);
    list->types[dimension] = column->type;
    for (int i = 0; i < read->n; i++) {
        const int at = i * read->dimensions + place;
        MCVItem *item = &list->items[i];

        item->isnull[dimension] = DatumGetBool(read->nulls[at]);
        if (!item->isnull[dimension])
            item->values[dimension] =
                InputFunctionCall(&input, TextDatumGetCString(read->values[at]), parameter, typmod);
    }
}

static MCVList *
make_list(const WhatifObject *object, const Read *read)
{
    MCVList *list = palloc0(offsetof(MCVList, items) + sizeof(MCVItem) * read->n);
    int places[STATS_MAX_DIMENSIONS] = {0};

    list->magic = STATS_MCV_MAGIC;
    list->type = STATS_MCV_TYPE_BASIC;
    list->nitems = read->n;
    list->ndimensions = (AttrNumber)read->dimensions;
    for (int i = 0; i < read->n; i++) {
        list->items[i].frequency = read->freqs[i];
        list->items[i].base_frequency = read->base_freqs[i];
        list->items[i].isnull = palloc0(sizeof(bool) * read->dimensions);
        list->items[i].values = palloc0(sizeof(Datum) * read->dimensions);
    }
    source_places(object, places);
    for (int i = 0; i < read->dimensions; i++)
        fill_dimension(read, &object->dimensions[i], places[i], i, list);
    return list;
}

/* What statext_mcv_serialize() reads of it; NULL for a type without order. */
static VacAttrStats *
attribute_stats(const WhatifColumn *column)
{
    VacAttrStats *stats = palloc0(sizeof *stats);
    const HeapTuple type = SearchSysCacheCopy1(TYPEOID, ObjectIdGetDatum(column->type));

    if (!HeapTupleIsValid(type) ||
        !OidIsValid(lookup_type_cache(column->type, TYPECACHE_LT_OPR)->lt_opr))
        return NULL;
    stats->attrtypid = column->type;
    stats->attrtypmod = column->typmod;
    stats->attrcollid = column->collation;
    stats->attrtype = (Form_pg_type)GETSTRUCT(type);
    return stats;
}

const char *
whatif_mcv_in(const WhatifObject *object, const WhatifMcvText *text, Datum *out)
{
    VacAttrStats *stats[STATS_MAX_DIMENSIONS];
    Read read = {.dimensions = object->n_columns + object->n_expressions};
    const char *problem;

    if (!text->nulls || !text->freqs || !text->base_freqs)
        return "values without nulls or frequencies";
    for (int i = 0; i < read.dimensions; i++) {
        stats[i] = attribute_stats(&object->dimensions[i]);
        if (!stats[i])
            return "a column's type has no order";
    }
    problem = read_texts(text, &read);
    if (problem)
        return problem;
    *out = PointerGetDatum(statext_mcv_serialize(make_list(object, &read), stats));
    return NULL;
}
