/* Pages of a B-tree as CREATE INDEX lays them out: _bt_load() and _bt_buildadd() in nbtsort.c,
 * posting lists by _bt_dedup_save_htid() in nbtdedup.c. */
#include "index_size_internal.h"

#include "access/nbtree.h"
#include "access/table.h"
#include "utils/lsyscache.h"

#include <math.h>

#define FEW_ROWS 16 /* of a key: more take more space than the key */

/** The tuples that go to leaf pages. */
typedef struct {
    double base;   /* bytes of a tuple without posting list */
    double seldom; /* that of a key with few rows */
    bool same;     /* all tuples are of that size */
    bool dedup;
    double page;  /* space for items and their line pointers */
    double full;  /* free space below which a page is finished */
    double pivot; /* bytes of a tuple on an inner page, with its line pointer */
} Layout;

static double
item_size(double tuple)
{
    return tuple + sizeof(ItemIdData);
}

/* TIDs in a full posting list. */
static double
posting_limit(const Layout *layout)
{
    double limit = MAXALIGN_DOWN(BLCKSZ * 10 / 100) - sizeof(ItemIdData);

    limit = MAXALIGN_DOWN((Size)limit);
    return Max(floor((limit - layout->base) / sizeof(ItemPointerData)), 1);
}

/* A tuple with @tids TIDs. Sizes vary within a class, so the alignment is an average one unless all
 * tuples are the same. */
static double
posting_size(const Layout *layout, double tids)
{
    double base = tids <= FEW_ROWS ? layout->seldom : layout->base;

    if (tids <= 1)
        return item_size(base);
    if (layout->same && tids == floor(tids))
        return item_size(MAXALIGN((Size)(base + tids * sizeof(ItemPointerData))));
    return item_size(base + tids * sizeof(ItemPointerData) + (MAXIMUM_ALIGNOF - 2) / 2.0);
}

/** Items on their way to leaf pages. */
typedef struct {
    double items;
    double bytes;
    double squares; /* of the items' bytes */
    double pages;   /* of groups that fill whole pages */
} Stream;

static void
add_items(Stream *stream, double count, double size)
{
    stream->items += count;
    stream->bytes += count * size;
    stream->squares += count * size * size;
}

/* Items of @size that stay on a page: the page is finished when the free space, the last one's
 * posting list not counted, falls below the limit, or nothing more fits; the last one moves on. */
static double
items_on_page(const Layout *layout, double size)
{
    double posting = Max(size - item_size(layout->base), 0);
    double soft = floor((layout->page - layout->full + posting) / size) + 1;
    double hard = floor(layout->page / size);

    return Max(Min(soft, hard) - 1, 1);
}

/* Of a group with more TIDs than one list holds. */
static void
add_long_group(const Layout *layout, const WhatifClass *class, Stream *stream)
{
    double limit = posting_limit(layout), lists = floor(class->rows / limit);
    double size = posting_size(layout, limit);
    double left = class->rows - lists * limit;

    if (lists * size > 2 * layout->page)
        stream->pages += class->count * lists / items_on_page(layout, size);
    else
        add_items(stream, class->count * lists, size);
    if (left >= 1)
        add_items(stream, class->count, posting_size(layout, left));
}

/* Groups of a class are not all of its average size: rows fall into them by chance, and a group has
 * at least one. @mean is of that distribution; its parameter is found by iteration. */
static double
poisson_parameter(double mean)
{
    double lambda = mean;

    for (int i = 0; i < 100; i++)
        lambda = mean * (1 - exp(-lambda));
    return lambda;
}

static void
add_small_groups(const Layout *layout, const WhatifClass *class, Stream *stream)
{
    double lambda = poisson_parameter(class->rows), chance, seen = 0;
    int k;

    if (class->rows < 1.001 || lambda < 0.001) {
        add_items(stream, class->count * class->rows, item_size(layout->seldom));
        return;
    }
    chance = lambda * exp(-lambda) / (1 - exp(-lambda));
    for (k = 1; k < 60 && seen < 0.9999; k++) {
        add_items(stream, class->count * chance, posting_size(layout, k));
        seen += chance;
        chance *= lambda / (k + 1);
    }
}

static void
add_even_groups(const Layout *layout, const WhatifClass *class, Stream *stream)
{
    double less = floor(class->rows), more = class->rows - less;

    add_items(stream, class->count * (1 - more), posting_size(layout, less));
    add_items(stream, class->count * more, posting_size(layout, less + 1));
}

static void
add_class(const Layout *layout, const WhatifClass *class, Stream *stream)
{
    if (!layout->dedup)
        add_items(stream, class->count * class->rows, item_size(layout->base));
    else if (class->rows >= posting_limit(layout))
        add_long_group(layout, class, stream);
    else if (class->rows > FEW_ROWS)
        add_items(stream, class->count, posting_size(layout, class->rows));
    else if (class->random)
        add_small_groups(layout, class, stream);
    else
        add_even_groups(layout, class, stream);
}

static double
stream_pages(const Layout *layout, const Stream *stream)
{
    double mean, overshoot, used;

    if (stream->items <= 0)
        return stream->pages;
    mean = stream->bytes / stream->items;
    if (layout->same && stream->squares / stream->items - mean * mean < 0.01)
        return stream->pages + stream->items / items_on_page(layout, mean);
    overshoot = stream->squares / stream->bytes / 2; /* half of the item that ends the page */
    used = layout->page - layout->full - item_size(layout->base) + overshoot;
    used = Min(used, layout->page - mean - overshoot);
    return stream->pages + stream->bytes / Max(used, mean);
}

static double
inner_fanout(double pivot)
{
    double space = WHATIF_PAGE_SPACE(sizeof(BTPageOpaqueData)) - sizeof(ItemIdData) -
                   BLCKSZ * (100 - BTREE_NONLEAF_FILLFACTOR) / 100.0;

    return Max(floor(space / pivot), 2);
}

/* Pages above @leaf leaf pages. */
static double
inner_pages(double leaf, double fanout, int *height)
{
    double level = ceil(leaf), sum = 0;

    for (*height = 0; level > 1; (*height)++) {
        level = ceil(level / fanout);
        sum += level;
    }
    return sum;
}

/* Pivots keep the key columns that tell neighbours apart, and a TID where none does. */
static double
pivot_size(const WhatifInput *input, const WhatifGroups *groups, const Layout *layout)
{
    double rows = Max(input->tuples, 1), size = layout->base;
    double groups_end = Min(whatif_groups_count(groups) / rows * 4, 1);
    bool same;

    for (int n = 1; n < input->n_columns; n++) {
        const WhatifAttribute *column = &input->columns[n - 1];

        if (n == input->n_keys || column->n_distinct > rows / 4) {
            size = whatif_sample_tuple_size(input, n, &same);
            break;
        }
    }
    return item_size(size + MAXALIGN(sizeof(ItemPointerData)) * (1 - groups_end));
}

/* Keys are between the number that would have met among those drawn, and one a row. */
static double
vague_factor(const WhatifAttribute *column, double tuples, double base)
{
    double tids = tuples * sizeof(ItemPointerData);
    double size = tids + Min(column->n_distinct, tuples) * base;

    return 1.1 * Max((tids + Min(column->most_distinct, tuples) * base) / size,
                     size / (tids + column->least_distinct * base));
}

static void
name_weak(const WhatifInput *input, const Layout *layout, WhatifEstimate *out)
{
    for (int i = 0; i < input->n_keys; i++) {
        const WhatifAttribute *column = &input->columns[i];

        if (column->vague && i == 0) {
            appendStringInfo(input->method, "; n_distinct of column %d from few values", i + 1);
            out->accuracy =
                layout->dedup
                    ? whatif_accuracy_of(vague_factor(column, input->tuples, layout->base))
                    : "within 10 %";
        }
        if (column->corrected && input->tuples > 0) {
            appendStringInfo(input->method, "; n_distinct of clustered column %d raised to %.0f",
                             i + 1, column->n_distinct);
            out->accuracy = "within 30 %";
        }
    }
}

/* ANALYZE tells the number of keys from some 30,000 rows: of tens of thousands that have a few rows
 * each it is a guess, and with deduplication the size follows it. Where values can be counted off,
 * or a foreign key counts them, the number is sure. */
static void
doubt_keys(const WhatifInput *input, const WhatifGroups *groups, WhatifEstimate *out)
{
    const double certain_keys = 10000, few_rows = 1.2, seldom = 12;
    double keys = 0, rows = 0;

    for (int i = 0; i < groups->n; i++) {
        if (groups->classes[i].rows > FEW_ROWS)
            continue;
        keys += groups->classes[i].count;
        rows += groups->classes[i].count * groups->classes[i].rows;
    }
    if (keys <= certain_keys || rows < 0.1 * input->tuples || rows <= few_rows * keys ||
        rows >= seldom * keys || (input->n_keys == 1 && input->columns[0].counted))
        return;
    appendStringInfoString(input->method, ", a number that ANALYZE guesses from a sample");
    out->accuracy = "within 30 %";
}

/* Common values are often the short ones, and NULLs take nothing. */
static double
seldom_size(const WhatifInput *input, const Layout *layout)
{
    double size =
        input->n_keys == 1 && layout->dedup && !layout->same ? whatif_sample_seldom_size(input) : 0;

    return size > 0 && fabs(size - layout->base) > 2 ? size : layout->base;
}

void
whatif_size_btree(WhatifInput *input, WhatifEstimate *out)
{
    WhatifGroups groups = whatif_groups(input);
    Layout layout = {.full = BTGetTargetPageFreeSpace(input->index)};
    Stream stream = {0};
    double leaf;

    layout.base = whatif_sample_tuple_size(input, input->n_columns, &layout.same);
    layout.page = WHATIF_PAGE_SPACE(sizeof(BTPageOpaqueData)) - sizeof(ItemIdData);
    layout.dedup = !input->index->rd_index->indisunique && BTGetDeduplicateItems(input->index) &&
                   _bt_allequalimage(input->index, false);
    layout.seldom = seldom_size(input, &layout);
    layout.pivot = pivot_size(input, &groups, &layout);
    for (int i = 0; i < groups.n; i++)
        add_class(&layout, &groups.classes[i], &stream);
    leaf = ceil(stream_pages(&layout, &stream));
    out->pages = input->tuples < 1
                     ? 1
                     : 1 + leaf + inner_pages(leaf, inner_fanout(layout.pivot), &out->tree_height);
    if (input->tuples < 1)
        out->tree_height = 0;
    out->accuracy = "within 10 %";
    appendStringInfo(input->method, "; %.0f bytes a tuple, %s", layout.base,
                     layout.dedup ? "" : "not deduplicated");
    if (layout.dedup) {
        appendStringInfo(input->method, "%.0f keys deduplicated", whatif_groups_count(&groups));
        doubt_keys(input, &groups, out);
    }
    name_weak(input, &layout, out);
}

static double
average_tuple(Relation index)
{
    Size size = sizeof(IndexTupleData);

    for (int i = 0; i < IndexRelationGetNumberOfKeyAttributes(index); i++) {
        Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(index), i);
        AttrNumber attnum = index->rd_index->indkey.values[i];
        int width = attnum > 0 ? get_attavgwidth(index->rd_index->indrelid, attnum)
                               : get_attavgwidth(RelationGetRelid(index), (AttrNumber)(i + 1));

        if (attribute->attlen > 0)
            size = att_align_nominal(size, attribute->attalign) + (Size)attribute->attlen;
        else
            size += width > 0 ? (Size)width
                              : (Size)get_typavgwidth(attribute->atttypid, attribute->atttypmod);
    }
    return (double)MAXALIGN(size);
}

int
whatif_tree_height(Relation index, double pages)
{
    double fanout = inner_fanout(item_size(average_tuple(index)));
    double leaf = Max(pages - 1, 1);
    int height = 0;

    if (isnan(pages) || pages <= 2)
        return 0;
    leaf -= inner_pages(leaf, fanout, &height);
    (void)inner_pages(Max(leaf, 1), fanout, &height);
    return height;
}
