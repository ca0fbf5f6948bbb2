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

/* How many rows the keys have that nobody knows of. */
typedef enum { AS_GUESSED, AT_LEAST, AT_MOST } Unsure;

static void
resolve(WhatifKeys *keys, Unsure how)
{
    for (int i = 0; i < keys->n_unsure; i++) {
        const WhatifUnsure *unsure = &keys->unsure[i];
        double rows = how == AS_GUESSED ? unsure->rows
                      : how == AT_LEAST ? unsure->least_rows
                                        : unsure->most_rows;

        whatif_keys_add(keys, unsure->postings / rows, rows);
    }
}

static Total
total_of(const WhatifInput *input, const WhatifKeys *columns, Unsure how)
{
    Total total = {.flushes = 1};

    for (int i = 0; i < input->n_columns; i++) {
        WhatifKeys keys = columns[i];

        keys.groups.allocated = keys.groups.n;
        keys.groups.classes = palloc(sizeof(WhatifClass) * Max(keys.groups.n, 1));
        if (keys.groups.n > 0)
            memcpy(keys.groups.classes, columns[i].groups.classes,
                   sizeof(WhatifClass) * keys.groups.n);
        resolve(&keys, how);
        add_keys(input, &keys, &total);
    }
    return total;
}

/* Of the sizes that there can be, how far the one printed is from the others. */
static double
doubt(const WhatifInput *input, const WhatifKeys *columns, double pages)
{
    Total most = total_of(input, columns, AT_LEAST), least = total_of(input, columns, AT_MOST);

    return Max((entry_pages(&most) + most.data_pages) / pages,
               pages / (entry_pages(&least) + least.data_pages));
}

static WhatifKeys *
load_keys(WhatifInput *input, bool *exact, bool *blind)
{
    WhatifKeys *columns = palloc0(sizeof(WhatifKeys) * input->n_columns);

    for (int i = 0; i < input->n_columns && input->tuples >= 1; i++) {
        WhatifKeys *keys = &columns[i];
        double unsure = 0;

        whatif_keys(input, i, keys);
        if (input->columns[i].null_frac > 0 && !keys->has_nulls)
            whatif_keys_add(keys, 1, input->tuples * input->columns[i].null_frac);
        *exact = *exact && keys->exact;
        *blind = *blind || keys->blind;
        for (int k = 0; k < keys->n_unsure; k++)
            unsure += keys->unsure[k].postings / keys->unsure[k].rows;
        appendStringInfo(input->method, "; %.1f keys a row, %.0f keys by %s", keys->keys_per_row,
                         whatif_groups_count(&keys->groups) + unsure, keys->source);
        if (unsure > 0)
            appendStringInfo(input->method, ", %.0f of them in one row or in some", unsure);
    }
    return columns;
}

void
whatif_size_gin(WhatifInput *input, WhatifEstimate *out)
{
    bool exact = true, blind = false;
    WhatifKeys *columns = load_keys(input, &exact, &blind);
    Total total = total_of(input, columns, AS_GUESSED);
    double entry = entry_pages(&total), factor = doubt(input, columns, entry + total.data_pages);

    out->pages = 1 + entry + ceil(total.data_pages);
    out->metapage[1] = (int64)out->pages;
    out->metapage[2] = (int64)entry;
    out->metapage[3] = (int64)ceil(total.data_pages);
    out->metapage[4] = (int64)total.entries;
    if (exact && factor < 1.4)
        out->accuracy = "within 50 %";
    else
        out->accuracy = whatif_accuracy_of(1.3 * factor);
    if (input->rows_tell && !exact && factor < 1.3) /* elements are told by statistics */
        out->accuracy = "within 30 %";
    if (blind)
        out->accuracy = "a guess";
}
