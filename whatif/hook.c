/* get_relation_info_hook: the last word on what the planner believes of a relation: blocks, rows
 * and the share of all-visible blocks as the source's planner would work them out, and indexes. */
#include "core.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "optimizer/plancat.h"

#include <math.h>

static get_relation_info_hook_type previous_hook = NULL;

/* What the borrowed copy of a table's access method answers when it is asked for the size. */
static BlockNumber told_pages;

static uint64
told_size(Relation relation, ForkNumber fork)
{
    return (uint64)told_pages * BLCKSZ;
}

/* pg_class' row with put_size()'s numbers: CREATE INDEX, ANALYZE, VACUUM and TRUNCATE put the
 * clone's own in their place. */
static FormData_pg_class
source_numbers(const FormData_pg_class *form, const WhatifSize *size)
{
    FormData_pg_class numbers;

    memcpy(&numbers, form, CLASS_TUPLE_SIZE);
    numbers.relpages = size->relpages;
    numbers.reltuples = size->reltuples;
    numbers.relallvisible = size->relallvisible;
    return numbers;
}

/* Asks PostgreSQL itself: estimate_rel_size() on a copy of the relation's descriptor whose access
 * method tells the stored blocks, so each version's own arithmetic is used. The descriptor's
 * options are copied because an invalidation in between may free them. */
static void
estimate_table(Relation heap, const WhatifSize *size, int32 *attr_widths, BlockNumber *pages,
               double *tuples, double *allvisfrac)
{
    FormData_pg_class form = source_numbers(heap->rd_rel, size);
    TableAmRoutine routine = *heap->rd_tableam;
    RelationData copy = *heap;
    bytea *options = heap->rd_options;

    routine.relation_size = told_size;
    told_pages = size->pages;
    copy.rd_rel = &form;
    copy.rd_tableam = &routine;
    if (options)
        copy.rd_options = memcpy(palloc(VARSIZE(options)), options, VARSIZE(options));
    estimate_rel_size(&copy, attr_widths, pages, tuples, allvisfrac);
    if (options)
        pfree(copy.rd_options);
}

bool
whatif_table_size(Relation heap, double *pages, double *tuples)
{
    WhatifSize size;
    BlockNumber blocks;
    double allvisfrac;

    if (!heap->rd_tableam || !whatif_size_lookup(RelationGetRelid(heap), &size))
        return false;
    estimate_table(heap, &size, NULL, &blocks, tuples, &allvisfrac);
    *pages = blocks;
    return true;
}

/* As estimate_rel_size() does for an index (src/backend/optimizer/util/plancat.c, 18):
 * density by pg_class without the metapage, else by the columns' widths. */
static double
partial_index_tuples(Relation index, const WhatifSize *size)
{
    FormData_pg_class form = source_numbers(index->rd_rel, size);
    BlockNumber pages = size->pages;
    BlockNumber relpages = (BlockNumber)form.relpages;
    double density;

    if (pages == 0)
        return 0;
    if (relpages > 0) {
        pages--;
        relpages--;
    }
    if (form.reltuples >= 0 && relpages > 0) {
        density = (double)form.reltuples / (double)relpages;
    } else {
        int32 width = get_rel_data_width(index, NULL);
        int32 entries;

        width += MAXALIGN(SizeofHeapTupleHeader);
        width += sizeof(ItemIdData);
        entries = (int32)(BLCKSZ - SizeOfPageHeaderData) / width;
        density = (double)entries;
    }
    return rint(density * (double)pages);
}

/* An index that the source has. */
static void
overlay_index(IndexOptInfo *info, const RelOptInfo *rel, const WhatifSize *size)
{
    info->pages = size->pages;
    info->tuples = rel->tuples;
    info->hypothetical = false;
    if (info->indpred != NIL || (info->relam == BTREE_AM_OID && size->tree_height < 0)) {
        Relation index = index_open(info->indexoid, NoLock);

        if (info->indpred != NIL)
            info->tuples = Min(partial_index_tuples(index, size), rel->tuples);
        if (info->relam == BTREE_AM_OID && size->tree_height < 0)
            info->tree_height = whatif_tree_height(index, (double)size->pages);
        index_close(index, NoLock);
    }
    if (info->relam == BTREE_AM_OID && size->tree_height >= 0)
        info->tree_height = size->tree_height;
}

/* An index that somebody made in the clone. A B-tree must not be probed for a column's ends, as it
 * has none; GIN and BRIN are to be read, their metapage has been written. */
static bool
overlay_candidate(IndexOptInfo *info, const RelOptInfo *rel, Relation heap)
{
    WhatifCandidate candidate;

    if (!whatif_candidate_estimate(heap, rel, info->indexoid, &candidate))
        return false;
    info->pages = candidate.pages;
    info->tuples = info->indpred != NIL ? Min(candidate.tuples, rel->tuples) : rel->tuples;
    info->hypothetical = info->relam == BTREE_AM_OID;
    if (info->relam == BTREE_AM_OID)
        info->tree_height = candidate.tree_height;
    return true;
}

/* false: the planner is not to see it. */
static bool
adjust_index(IndexOptInfo *info, const RelOptInfo *rel, Relation heap)
{
    WhatifSize size;
    bool stored = whatif_size_lookup(info->indexoid, &size);

    if (!whatif_index_is_visible(info->indexoid, stored))
        return false;
    if (!stored)
        return overlay_candidate(info, rel, heap);
    overlay_index(info, rel, &size);
    return true;
}

static void
adjust_relation(RelOptInfo *rel, Oid relid, const WhatifSize *size)
{
    Relation heap = table_open(relid, NoLock);
    ListCell *cell;
    int n;

    if (heap->rd_tableam) {
        estimate_table(heap, size, rel->attr_widths - rel->min_attr, &rel->pages, &rel->tuples,
                       &rel->allvisfrac);
        n = list_length(rel->indexlist);
        foreach (cell, rel->indexlist) {
            if (!adjust_index(lfirst_node(IndexOptInfo, cell), rel, heap))
                rel->indexlist = foreach_delete_current(rel->indexlist, cell);
        }
        if (list_length(rel->indexlist) < n)
            whatif_narrow_note(relid);
    }
    table_close(heap, NoLock);
}

/* A relation that no size is known of: its indexes are its own, but they can be hidden. */
static void
hide_indexes(RelOptInfo *rel)
{
    ListCell *cell;

    foreach (cell, rel->indexlist) {
        const IndexOptInfo *info = lfirst_node(IndexOptInfo, cell);

        if (!whatif_index_is_visible(info->indexoid, true))
            rel->indexlist = foreach_delete_current(rel->indexlist, cell);
    }
}

static void
adjust(PlannerInfo *root, Oid relid, bool inhparent, RelOptInfo *rel)
{
    WhatifSize size;

    if (previous_hook)
        previous_hook(root, relid, inhparent, rel);
    if (!whatif_enabled)
        return;
    if (!inhparent && whatif_size_lookup(relid, &size))
        adjust_relation(rel, relid, &size);
    else
        hide_indexes(rel);
}

void
whatif_hook_init(void)
{
    previous_hook = get_relation_info_hook;
    get_relation_info_hook = adjust;
}
