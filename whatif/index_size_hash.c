/* Pages of a hash index: buckets by _hash_init() and _hash_spareindex() (hashpage.c, hashutil.c),
 * overflow pages of buckets that hold a common value. */
#include "index_size_internal.h"

#include "access/hash.h"

#include <math.h>

static double
bucket_count(Relation index, double tuples)
{
    int item = MAXALIGN(sizeof(IndexTupleData)) + MAXALIGN(sizeof(uint32)) + sizeof(ItemIdData);
    int ffactor = Max(HashGetTargetPageUsage(index) / item, 10);
    double buckets = tuples / ffactor;

    if (buckets <= 2)
        return 2;
    if (buckets >= 0x40000000)
        return 0x40000000;
    return _hash_get_totalbuckets(_hash_spareindex((uint32)buckets));
}

/* Overflow pages that a bucket with @mean tuples on average needs; they fall into it by chance.
 * @weight: tuples that one value brings, on average over tuples. */
static double
overflow_of(double mean, double weight, double capacity)
{
    double spread = sqrt(Max(mean * weight, 1)), sum = 0;

    for (int page = 1; page < 64 && capacity * page < mean + 6 * spread; page++)
        sum += 0.5 * erfc((capacity * page - mean) / (spread * sqrt(2)));
    return sum;
}

/* Between powers of two, buckets that are split hold half of what the others do
 * (_hash_hashkey2bucket()). */
static double
overflow_pages(double tuples, double buckets, double weight, double capacity)
{
    double low = exp2(floor(log2(buckets))), split = 2 * (buckets - low);

    return (buckets - split) * overflow_of(tuples / low, weight, capacity) +
           split * overflow_of(tuples / (2 * low), weight, capacity);
}

void
whatif_size_hash(WhatifInput *input, WhatifEstimate *out)
{
    WhatifAttribute column = input->columns[0];
    WhatifGroups groups;
    double capacity =
        floor(WHATIF_PAGE_SPACE(sizeof(HashPageOpaqueData)) /
              (MAXALIGN(sizeof(IndexTupleData) + sizeof(uint32)) + sizeof(ItemIdData)));
    double indexed = input->tuples * (1 - column.null_frac); /* NULLs are not */
    double buckets = bucket_count(input->index, input->tuples);
    double small = 0, weight = 0, overflow = 0;

    for (int i = 0; i < column.n_mcv; i++)
        column.mcv_freqs[i] /= Max(1 - column.null_frac, 1e-9);
    column.null_frac = 0;
    groups = whatif_column_groups(&column, indexed);
    for (int i = 0; i < groups.n; i++) {
        const WhatifClass *class = &groups.classes[i];
        double pages = floor(class->rows / capacity), rest = class->rows - pages * capacity;

        overflow += class->count * pages;
        small += class->count * rest;
        weight += class->count * rest * rest;
    }
    overflow += overflow_pages(small, buckets, weight / Max(small, 1), capacity);
    out->pages = 2 + buckets + overflow + floor(overflow / 32768);
    out->accuracy = "within 30 %";
    appendStringInfo(input->method, "; %.0f buckets, %.0f overflow pages", buckets, overflow);
}
