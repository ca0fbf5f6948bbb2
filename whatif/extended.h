/* An extended statistics object of the clone, and how the source's columns map to it. */
#pragma once
#include "import.h"

#include "statistics/extended_stats_internal.h"
#include "statistics/statistics.h"

typedef struct {
    Oid oid, owner;    /* the object; the owner of its table */
    int n_columns;     /* the first dimensions, by attnum */
    int n_expressions; /* the dimensions behind them */
    AttrNumber columns[STATS_MAX_DIMENSIONS];
    WhatifColumn dimensions[STATS_MAX_DIMENSIONS];
    int n_source;
    AttrNumber source[STATS_MAX_DIMENSIONS]; /* the source's attnums, ascending */
    int dimension_of[STATS_MAX_DIMENSIONS];  /* their dimensions here */
} WhatifObject;

/* extended_items.c: why the text is no good, or NULL: then *@out is to be stored. May throw. */
const char *whatif_ndistinct_in(const WhatifObject *object, const char *text, Datum *out);
const char *whatif_dependencies_in(const WhatifObject *object, const char *text, Datum *out);

/** The four columns of pg_stats_ext. */
typedef struct {
    const char *values, *nulls, *freqs, *base_freqs;
} WhatifMcvText;

/* extended_mcv.c: likewise. */
const char *whatif_mcv_in(const WhatifObject *object, const WhatifMcvText *text, Datum *out);

/* extended_expressions.c: one JSON text (or NULL) for each expression. Catches errors itself;
 * false: nothing to store. */
bool whatif_expressions_in(const WhatifObject *object, char **texts, int n, Datum *out,
                           StringInfo problems);
