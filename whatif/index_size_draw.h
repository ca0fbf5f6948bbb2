/* Rows on their way from the statistics of columns to those of an index. */
#pragma once
#include "index_size_internal.h"

#include "nodes/execnodes.h"

/** One position of the index. */
typedef struct {
    AttrNumber attnum; /* 0: an expression */
    Expr *expression;
    Bitmapset *reads; /* by the expression, as pull_varattnos() counts */
    ExprState *state; /* NULL: the expression cannot be evaluated */
    bool in_predicate;
} Position;

typedef struct {
    WhatifInput *input;
    bool evaluates;
    WhatifAttribute *attributes; /* of the heap, by attnum - 1 */
    bool *loaded;
    bool *judged; /* the predicate is about it; likewise */
    Position *positions;
    ExprState *qual; /* NULL: no predicate, or it cannot be evaluated */
    EState *estate;
    TupleTableSlot *slot;
    int *origins;   /* of the current row, by attnum - 1 */
    int *kept;      /* n_rows × columns: origins of the rows kept */
    uint32 *inputs; /* n_rows × columns: hashes of what an expression was given */
    double *drawn;  /* by attnum - 1, of those judged: draws from the histogram */
    int draws;
} Draw;

/** Which of the rows drawn satisfy a predicate. */
typedef struct {
    int *rows;
    int n_rows;
    int draws;     /* until there were enough */
    double *drawn; /* as Draw.drawn */
} WhatifPassed;

/* index_size_attributes.c: kept as long as columns are. NULL: not known. */
const WhatifPassed *whatif_passed_find(Relation heap, List *predicate);
void whatif_passed_keep(Relation heap, List *predicate, const WhatifPassed *passed);

/* index_size_drawing.c: @filter: those that satisfy the predicate. */
void whatif_draw_rows(Draw *draw, bool filter);

/* index_size_sample.c: the row in the slot belongs to the sample. */
void whatif_keep_row(Draw *draw, uint64 row);

/* index_size_results.c: statistics of the expression at position @i, from its results. */
void whatif_describe_results(const Draw *draw, int i);
