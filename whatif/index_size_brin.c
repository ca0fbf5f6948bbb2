/* Pages of a BRIN: one tuple for each range of blocks, of what the opclass says that it stores
 * (BrinOpcInfo), and the map of ranges. */
#include "index_size_internal.h"

#include "access/brin.h"
#include "access/brin_internal.h"
#include "access/brin_page.h"
#include "access/brin_tuple.h"
#include "catalog/pg_type.h"
#include "utils/typcache.h"

#include <math.h>

/* Values of a column that a range of blocks holds. */
static double
values_in(const WhatifInput *input, int column, double range)
{
    double rows = input->heap_tuples / Max(input->heap_pages, 1) * range;
    double distinct = input->columns[column].n_distinct;

    return distinct > 0 ? Min(distinct * (1 - exp(-rows / distinct)), rows) : rows;
}

/* brin_bloom.c: n_distinct_per_range -0.1 of MaxHeapTuplesPerPage × blocks, at least 16, 1 % false
 * positives; the filter is compressed when it is sparse. */
static double
bloom_width(const WhatifInput *input, int column, double range)
{
    double values = Max(0.1 * MaxHeapTuplesPerPage * range, 16);
    double bytes = ceil(ceil(-(values * log(0.01)) / (log(2) * log(2))) / 8);
    double empty = exp(-7 * values_in(input, column, range) / bytes); /* bytes without any bit */

    return 16 + bytes * Min(1, 1.15 * (1 - empty) + 0.15);
}

/* brin_minmax_multi.c: SerializedRanges, up to values_per_range (32) values. */
static double
minmax_multi_width(const WhatifInput *input, int column, double range, double value)
{
    return 24 + value * Min(values_in(input, column, range), 32);
}

static double
stored_width(const WhatifInput *input, int column, const TypeCacheEntry *type, double range)
{
    double value = whatif_column_width(input, column);

    if (type->type_id == PG_BRIN_BLOOM_SUMMARYOID)
        return bloom_width(input, column, range);
    if (type->type_id == PG_BRIN_MINMAX_MULTI_SUMMARYOID)
        return minmax_multi_width(input, column, range, value);
    return type->typlen > 0 ? type->typlen : value;
}

static double
tuple_size(const WhatifInput *input, double range)
{
    BrinDesc *desc = brin_build_desc(input->index);
    double data = 0, header = 5; /* SizeOfBrinTuple */
    bool nulls = false;

    for (int i = 0; i < desc->bd_tupdesc->natts; i++) {
        const BrinOpcInfo *info = desc->bd_info[i];

        nulls = nulls || input->columns[i].null_frac > 0;
        for (int k = 0; k < info->oi_nstored; k++) {
            const TypeCacheEntry *type = info->oi_typcache[k];

            if (type->typlen > 0)
                data = att_align_nominal((Size)ceil(data), type->typalign);
            data += stored_width(input, i, type, range);
        }
    }
    if (nulls)
        header += ceil(desc->bd_tupdesc->natts * 2 / 8.0);
    brin_free_desc(desc);
    return (double)MAXALIGN((Size)header) + (double)MAXALIGN((Size)ceil(data));
}

void
whatif_size_brin(WhatifInput *input, WhatifEstimate *out)
{
    double range = BrinGetPagesPerRange(input->index);
    double ranges = ceil(input->heap_pages / range);
    double tuple = tuple_size(input, range);
    double on_page =
        Max(floor(WHATIF_PAGE_SPACE(sizeof(BrinSpecialSpace)) / (tuple + sizeof(ItemIdData))), 1);
    double map = Max(ceil(ranges / REVMAP_PAGE_MAXITEMS), 1);

    out->pages = 1 + map + Max(ceil(ranges / on_page), 1);
    out->metapage[0] = (int64)map;
    out->accuracy = "within 30 %";
    appendStringInfo(input->method, "; %.0f ranges, %.0f bytes a tuple", ranges, tuple);
}
