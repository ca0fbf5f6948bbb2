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

/* Overflow pages that a bucket with this many tuples on average needs. Tuples fall into buckets by
 * chance; @variance: of the number of them. */
static double
overflow_of(double mean, double variance, double capacity)
{
    double spread = sqrt(Max(variance, 1)), sum = 0;

    for (int page = 1; page < 64 && capacity * page < mean + 6 * spread; page++)
        sum += 0.5 * erfc((capacity * page - mean) / (spread * sqrt(2)));
    return sum;
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
    double mean, small = 0, variance = 0, overflow = 0;

    for (int i = 0; i < column.n_mcv; i++)
        column.mcv_freqs[i] /= Max(1 - column.null_frac, 1e-9);
    column.null_frac = 0;
    groups = whatif_column_groups(&column, indexed);
    for (int i = 0; i < groups.n; i++) {
        const WhatifClass *class = &groups.classes[i];

        if (class->rows > capacity / 2)
            continue;
        small += class->count * class->rows;
        variance += class->count * class->rows * class->rows / buckets;
    }
    mean = small / buckets;
    for (int i = 0; i < groups.n; i++)
        if (groups.classes[i].rows > capacity / 2)
            overflow += groups.classes[i].count * floor((groups.classes[i].rows + mean) / capacity);
    overflow += buckets * overflow_of(mean, variance, capacity);
    out->pages = 2 + buckets + overflow + floor(overflow / 32768);
    out->accuracy = "within 30 %";
    appendStringInfo(input->method, "; %.0f buckets, %.0f overflow pages", buckets, overflow);
}
