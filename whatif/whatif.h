/* The server extension: makes the planner of an empty clone see the source's sizes, and indexes
 * that were never filled. Compiled for each major from 14 to 18 against that server's own headers;
 * lives in throw-away servers only. */
#pragma once
#include "postgres.h"

#include "utils/rel.h"

/** What an index would take. */
typedef struct {
    double pages;         /* blocks, all of them */
    double tuples;        /* entries by the planner's meaning: rows that it holds */
    int tree_height;      /* levels below the root of a B-tree; -1 for the rest */
    int64 metapage[5];    /* GIN: as put_metapage()'s numbers; [0] of a BRIN: revmap pages */
    const char *accuracy; /* "within 10 %"; static */
    char *method;         /* one line; palloc'd in the current context */
} WhatifEstimate;

/* size_store.c: what put_size() said of @relid in this database. false: nothing. */
bool whatif_stored_size(Oid relid, BlockNumber *pages, int *tree_height);

/* hook.c: rows and blocks of a table as the planner is told; false: @heap is as it is. */
bool whatif_table_size(Relation heap, double *pages, double *tuples);

/* index_size.c: an estimate from statistics alone. Both relations are open with a lock. */
void whatif_estimate_index(Relation heap, Relation index, double heap_pages, double heap_tuples,
                           WhatifEstimate *out);

/* index_size.c: the height of a B-tree of @pages blocks. */
int whatif_tree_height(Relation index, double pages);

/* metapage.c: writes numbers into the metapage of a GIN or BRIN. NULL, or why not (palloc'd). */
char *whatif_write_metapage(Relation index, const int64 *numbers, int n);

/* cost.c / hook.c: whether the planner is to see an index; @stored: the source has it. */
bool whatif_index_is_visible(Oid index, bool stored);
