/* What the functions put_… share: text from a hostile source is read in a subtransaction and, as
 * ANALYZE does, as the owner of the table, because an input function can reach code of the source
 * (the CHECK constraint of a domain inside a composite type or an array). */
#pragma once
#include "whatif.h"

#include "catalog/pg_statistic.h"
#include "fmgr.h"
#include "lib/stringinfo.h"

enum {
    WHATIF_MAX_VALUES = 10000,                    /* MAX_STATISTICS_TARGET */
    WHATIF_MAX_ELEMENTS = 10 * WHATIF_MAX_VALUES, /* array_typanalyze.c: ten per target */
    WHATIF_MAX_NUMBERS = 1000000,                 /* an extension's kind of statistics */
    WHATIF_MAX_WIDTH = 1024 * 1024                /* 1,600 of them still fit an int32 */
};

/** What a row of statistics describes: a column or an expression. */
typedef struct {
    Oid type; /* as declared: a domain stays one */
    int32 typmod;
    Oid collation;
    Oid owner; /* of the table */
    int32 max_width;
} WhatifColumn;

/** A row of statistics as text. */
typedef struct {
    float4 null_frac;
    int32 width;
    float4 n_distinct;
    int16 kinds[STATISTIC_NUM_SLOTS];                                 /* 0: empty */
    char *numbers[STATISTIC_NUM_SLOTS], *values[STATISTIC_NUM_SLOTS]; /* (nullable) */
} WhatifStatistics;

/** One slot as pg_statistic has it. The arrays are 0 when absent. */
typedef struct {
    int16 kind;
    Oid operator_oid, collation;
    Datum numbers, values;
} WhatifSlot;

/* import.c: calls @work(@argument) as @owner in a subtransaction. NULL, or the message of the error
 * that it ended with. @work writes nothing when it is called for every row: a subtransaction
 * that writes takes a transaction id. */
char *whatif_try(Oid owner, void (*work)(void *), void *argument);

/* import.c: @text fit to be shown: no control characters, not endless. */
char *whatif_printable(const char *text);

/* import.c: appends to @problems, after "; ". */
void whatif_problem(StringInfo problems, const char *format, ...) pg_attribute_printf(2, 3);

/* import.c: NULL when there are none, else what put_…() returns. */
Datum whatif_answer(FunctionCallInfo fcinfo, const StringInfoData *problems);

/* import.c: "{0.5,0.25}" of float4 (@single) or float8, all finite. NULL when it is anything else
 * or longer than @limit. */
double *whatif_parse_numbers(const char *text, bool single, int limit, int *n);

/* import.c: a number and nothing else; *@out is finite. */
bool whatif_parse_number(const char *text, bool single, double *out);

/* import.c: the elements of a text[] of at most one dimension, NULL for NULL; false for others. */
bool whatif_text_elements(Datum array, char ***elements, int *n);

/* import.c: array_in() of @element, by the base type's rules when that is a domain: its CHECK
 * constraints are not asked. One dimension, no NULL. May throw. */
Datum whatif_values_in(char *text, Oid element, int32 typmod, int *n);

/* statistics_slot.c: may throw; else NULL, or why the slot is left out. */
const char *whatif_make_slot(const WhatifColumn *column, const WhatifStatistics *in, int i,
                             WhatifSlot *out);

/* statistics_row.c: the columns of pg_statistic from stanullfrac on. Slots that are no good stay
 * empty and are named in @problems. false: nothing of it is good. */
bool whatif_make_row(const WhatifColumn *column, const WhatifStatistics *in, Datum *values,
                     bool *nulls, StringInfo problems);
