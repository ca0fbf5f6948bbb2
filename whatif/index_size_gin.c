/* Pages of a GIN as ginbuild() leaves it (gininsert.c): entries with posting lists inline or in
 * trees of their own, TIDs as variable-byte deltas (ginpostinglist.c). Fills the metapage's numbers
 * too. */
#include "index_size_internal.h"

#include "access/gin_private.h"
#include "access/ginblock.h"
#include "miscadmin.h"

#include <math.h>

#define POSTING_HEADER 8.0 /* GinPostingList: first TID, length */

/** Counts of a whole index. */
typedef struct {
    double entry_bytes; /* entries with their line pointers */
    double first_bytes; /* of those that the first flush of the build's memory writes */
    double flushes;
    double entries;
    double data_pages;
    double postings;
} Total;

/* Bytes of the step from one TID to the next of a key that a row has with chance @p: the block
 * number is shifted by 11 bits, and seven bits go into a byte. */
static double
step_bytes(const WhatifInput *input, double p)
{
    double on_page = Max(input->heap_tuples / Max(input->heap_pages, 1), 1);
    double empty, same;

    p = Min(Max(p, 1e-12), 1);
    if (p >= 1)
        return 1;
    empty = pow(1 - p, on_page); /* pages without the key */
    same = 1 - (1 - empty) / (on_page * p);
    return same + (1 - same) * (2 + pow(empty, 7.5) + pow(empty, 1023.5) + pow(empty, 131071.5));
}

/* Segments of 256 bytes on leaf pages, posting items above them. */
static double
tree_pages(double bytes)
{
    double leaf = ceil(bytes * 256 / (256 - POSTING_HEADER) / GinDataPageMaxDataSize);
    double items = floor((double)GinDataPageMaxDataSize / sizeof(PostingItem)), sum = leaf;

    for (double level = leaf; level > 1;) {
        level = ceil(level / items);
        sum += level;
    }
    return sum;
}

static double
entry_size(double header, double bytes)
{
    return header + POSTING_HEADER + (bytes > 0 ? bytes + (MAXIMUM_ALIGNOF - 1) / 2.0 : 0) +
           sizeof(ItemIdData);
}

/* The build's memory holds TIDs of six bytes in arrays that double, and a node for each key. */
static double
flush_count(const WhatifKeys *keys)
{
    double bytes = 0;

    for (int i = 0; i < keys->groups.n; i++) {
        const WhatifClass *class = &keys->groups.classes[i];
        double slots = class->rows <= 5 ? 5 : 1.4 * class->rows;

        bytes += class->count * (slots * sizeof(ItemPointerData) + 64 + 24 + keys->key_width);
    }
    return Max(bytes / (maintenance_work_mem * 1024.0), 1);
}

static void
add_keys(const WhatifInput *input, const WhatifKeys *keys, Total *total)
{
    double data = keys->key_width + (input->n_columns > 1 ? 2 : 0);
    double header = (double)MAXALIGN(sizeof(IndexTupleData)) + ceil(data / 8) * 8;

    if (TupleDescAttr(RelationGetDescr(input->index), 0)->attlen < 0)
        header = MAXALIGN(sizeof(IndexTupleData)) + data + (MAXIMUM_ALIGNOF - 1) / 2.0;
    total->flushes = Max(total->flushes, flush_count(keys));
    for (int i = 0; i < keys->groups.n; i++) {
        const WhatifClass *class = &keys->groups.classes[i];
        double step = step_bytes(input, class->rows / Max(input->heap_tuples, 1));
        double bytes = step * (class->rows - 1);
        double first = step * (Max(class->rows / total->flushes, 1) - 1);
        double seen = 1 - pow(1 - 1 / total->flushes, class->rows);

        total->entries += class->count;
        total->postings += class->count * class->rows;
        if (header + POSTING_HEADER + bytes > (double)GinMaxItemSize) {
            total->data_pages += class->count * tree_pages(bytes);
            total->entry_bytes += class->count * (header + sizeof(ItemIdData));
        } else {
            total->entry_bytes += class->count * entry_size(header, bytes);
        }
        if (header + POSTING_HEADER + first > (double)GinMaxItemSize)
            first = 0;
        total->first_bytes += class->count * seen * entry_size(header, first);
    }
}

/* The first flush writes entries in order, and splits leave half of each page; later ones fill
 * those pages and split them where they fall. */
static double
entry_pages(const Total *total)
{
    double page = WHATIF_PAGE_SPACE(sizeof(GinPageOpaqueData));
    double first = total->first_bytes / (page * 0.52);
    double grown = total->entry_bytes / (page * 0.70);
    double leaf = total->flushes > 1 ? Max(Max(first, grown), 1) : Max(first, 1);
    double inner = leaf > 1 ? ceil(leaf * 40 / (page * 0.5)) : 0;

    return ceil(leaf) + inner;
}

static bool
is_flat(const WhatifInput *input)
{
    return input->tuples < 1;
}

void
whatif_size_gin(WhatifInput *input, WhatifEstimate *out)
{
    Total total = {.flushes = 1};
    bool exact = true;
    double entry;

    for (int i = 0; i < input->n_columns && !is_flat(input); i++) {
        WhatifKeys keys;

        whatif_keys(input, i, &keys);
        if (input->columns[i].null_frac > 0 && !keys.has_nulls)
            whatif_keys_add(&keys, 1, input->tuples * input->columns[i].null_frac);
        add_keys(input, &keys, &total);
        exact = exact && keys.exact;
        appendStringInfo(input->method, "; %.1f keys a row, %.0f keys by %s", keys.keys_per_row,
                         whatif_groups_count(&keys.groups), keys.source);
    }
    entry = entry_pages(&total);
    out->pages = 1 + entry + ceil(total.data_pages);
    out->metapage[1] = (int64)out->pages;
    out->metapage[2] = (int64)entry;
    out->metapage[3] = (int64)ceil(total.data_pages);
    out->metapage[4] = (int64)total.entries;
    out->accuracy = "within a factor of 2";
    if (exact || input->rows_tell)
        out->accuracy = input->rows_tell ? "within 30 %" : "within 50 %";
}
