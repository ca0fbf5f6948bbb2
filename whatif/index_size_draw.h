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
    double *drawn;  /* by column of the index: draws from the histogram */
    int draws;
} Draw;

/* index_size_results.c: statistics of the expression at position @i, from its results. */
void whatif_describe_results(const Draw *draw, int i);
