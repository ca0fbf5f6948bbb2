/* What the estimates of the access methods share: statistics of the index's columns, rows drawn
 * from them, and the sizes of groups of equal keys. Nothing here reads a row of the table itself.
 */
#pragma once
#include "whatif.h"

#include "access/itup.h"
#include "lib/stringinfo.h"
#include "nodes/execnodes.h"
#include "storage/bufpage.h"

/** Groups of equal keys: @count groups of @rows rows each. */
typedef struct {
    double count;
    double rows;
    bool random; /* rows fall into the groups by chance; else all are as big */
} WhatifClass;

/** A histogram whose values can be counted off, as numbers in order. */
typedef struct {
    double *bounds;
    int n_bounds;   /* 0: none */
    double *common; /* the MCV list */
    int n_common;
    double grain;   /* what all of them are multiples of, the first one apart */
    bool by_chance; /* values drawn, not quantiles */
} WhatifCountable;

/** A column, or an index's expression, as pg_statistic has it. Arrays in the current context. */
typedef struct {
    bool known;        /* has statistics */
    bool has_values;   /* MCV list or histogram: values can be drawn */
    double null_frac;  /* fraction of rows */
    double width;      /* bytes of a value that is not NULL, its header included */
    double n_distinct; /* values that are not NULL; 0: not known */
    double correlation;
    bool vague;            /* n_distinct is of a few hundred values */
    bool corrected;        /* n_distinct is not ANALYZE's */
    bool counted;          /* n_distinct agrees with the values that there can be */
    double least_distinct; /* where it is vague */
    double most_distinct;
    WhatifClass *tail; /* values beyond the MCV list: how many there can be, rows each on average */
    int n_tail;
    WhatifCountable countable;
    Oid type; /* of the values drawn */
    int16 typlen;
    bool typbyval;
    Datum *mcv; /* may be NULL: the fractions alone are known */
    double *mcv_freqs;
    double *mcv_sums; /* of the fractions up to each; of the values that can be drawn */
    int n_mcv;
    Datum *histogram;
    int n_histogram;
    Datum *elements; /* most common elements */
    double *element_freqs;
    int n_elements;
    int max_elements;        /* that ANALYZE lists */
    double elements_per_row; /* distinct ones; -1: not known */
} WhatifAttribute;

typedef struct {
    WhatifClass *classes;
    int n;
    int allocated; /* 0: fixed */
} WhatifGroups;

/** Index tuples' values, drawn from the statistics of the columns. */
typedef struct {
    int n_rows;
    Datum *values; /* n_rows × columns of the index */
    bool *isnull;
    bool *common;    /* by row: NULL, or one of the common values of the first column */
    bool *synthetic; /* by column: the values are of the right width and mean nothing */
} WhatifSample;

/** All that an access method's estimate starts from. */
typedef struct {
    Relation heap;
    Relation index;
    IndexInfo *info;
    double heap_pages;
    double heap_tuples;
    double tuples;      /* rows that satisfy the predicate */
    double selectivity; /* their fraction */
    int n_columns;      /* with INCLUDE */
    int n_keys;
    WhatifAttribute *columns; /* by position in the index, in the rows that satisfy the predicate */
    WhatifSample sample;
    HeapTuple *rows;   /* of the source, where the clone was given some */
    int n_rows;        /* 0: none, the sample is drawn from statistics */
    bool rows_tell;    /* enough of them are in the index */
    bool rows_doubted; /* how many rows satisfy the predicate is a guess */
    bool guess;        /* a column without statistics whose values matter */
    StringInfo method;
} WhatifInput;

enum {
    WHATIF_SAMPLE_ROWS = 1000,
    WHATIF_FROM_NULL = -1,
    WHATIF_MAX_ROWS = 4000,      /* of those the clone was given */
    WHATIF_ROWS_ENOUGH = 100,    /* fewer tell no more than a histogram */
    WHATIF_SAMPLE_DRAWS = 10000, /* at most, for a predicate */
};

/* Space for tuples on a page of an index whose special space takes @special bytes. */
#define WHATIF_PAGE_SPACE(special) ((double)(BLCKSZ - SizeOfPageHeaderData - MAXALIGN(special)))

/* index_size_attributes.c: before an estimate: what has changed is read anew. */
void whatif_attributes_begin(void);
/* A column of the heap, or (@relid an index) an expression. Its arrays are not to be changed: other
 * estimates have them, too. */
void whatif_attribute_load(const WhatifInput *input, Oid relid, AttrNumber attnum,
                           WhatifAttribute *out);

/* index_size_statistics.c: the same from the catalogs, in the current memory context. */
void whatif_attribute_read(const WhatifInput *input, Oid relid, AttrNumber attnum,
                           WhatifAttribute *out);
double whatif_extended_ndistinct(const WhatifInput *input, Bitmapset *attnums);

/* index_size_countable.c */
void whatif_countable_load(WhatifAttribute *column);
/* false: of a type, or a value, that is no whole number. */
bool whatif_countable_number(Oid type, Datum value, double *out);
/* Of a text with one run of digits; @shape: a hash of what is around it, never 0. */
bool whatif_countable_text(const char *text, int length, uint32 *shape, double *out);
/* How many values there are between and around @n of them, drawn by chance. */
double whatif_countable_room(double least, double most, double n, double grain);
/* How many of them @rows rows have: one each if there are as many as rows, which is a number made
 * for them; else by chance. */
double whatif_countable_filled(double room, double rows);

/* index_size.c: static; @factor: how many times too much or too little it can be. */
const char *whatif_accuracy_of(double factor);

/* index_size_distinct.c: corrects n_distinct of a column of the table, whose statistics were made
 * with @target, and tells how rows fall on its values. @most: values that there can be. */
void whatif_distinct_fit(const WhatifInput *input, int target, double most, WhatifAttribute *out);
/* As many values of several columns as make ANALYZE say @n_distinct. */
double whatif_distinct_flat(const WhatifInput *input, double n_distinct);

/* A predicate leaves @left of the values beyond the common ones, and there is @room for those. */
void whatif_tail_scale(WhatifAttribute *column, double left, double room);

/* index_size_rows.c: fills @input's rows, for the access methods that gain by them. */
void whatif_rows_load(WhatifInput *input);
/* After the sample was taken from the rows: whether they tell, and how many satisfy the predicate.
 */
void whatif_rows_count(WhatifInput *input, bool filtered);
/* After it was drawn from statistics: @evaluated: the predicate was, and @draws were made. */
void whatif_rows_doubt(WhatifInput *input, bool evaluated, int draws);

/* index_size_sample.c: fills @input's columns and sample. */
void whatif_sample_draw(WhatifInput *input);

/* index_size_values.c: @origin: WHATIF_FROM_NULL, the number of a common value, or n_mcv: of the
 * histogram. The same for the same @row and @column. */
Datum whatif_draw_value(const WhatifAttribute *attribute, uint64 row, uint64 column, int *origin);

/* index_size_width.c */
/* Average bytes of an index tuple of the first @n_columns columns; @same: all are of that size. */
double whatif_sample_tuple_size(const WhatifInput *input, int n_columns, bool *same);
/* That of the rows with a seldom value of the first column; 0: there are none. */
double whatif_sample_seldom_size(const WhatifInput *input);
/* Average bytes that a value of that column takes. */
double whatif_column_width(const WhatifInput *input, int column);
/* Fraction of NULLs. */
double whatif_sample_nulls(const WhatifInput *input, int column);

/* index_size_groups.c */
WhatifGroups whatif_groups(const WhatifInput *input);
/* Of one column among @total rows, NULLs being one group. */
WhatifGroups whatif_column_groups(const WhatifAttribute *column, double total);
double whatif_groups_count(const WhatifGroups *groups);

/* One for each access method. */
void whatif_size_btree(WhatifInput *input, WhatifEstimate *out);
void whatif_size_hash(WhatifInput *input, WhatifEstimate *out);
void whatif_size_brin(WhatifInput *input, WhatifEstimate *out);
void whatif_size_gin(WhatifInput *input, WhatifEstimate *out);
void whatif_size_gist(WhatifInput *input, WhatifEstimate *out);
void whatif_size_spgist(WhatifInput *input, WhatifEstimate *out);
void whatif_size_other(WhatifInput *input, WhatifEstimate *out);

/** Keys that are in some rows each, and nobody knows in how many. */
typedef struct {
    double postings;
    double least_rows, rows, most_rows; /* of a key */
} WhatifUnsure;

enum { WHATIF_MAX_UNSURE = 64 };

/** The keys of a column in a GIN index. */
typedef struct {
    double keys_per_row;                    /* of rows that are not NULL */
    double key_width;                       /* bytes of a key as stored, its header included */
    WhatifGroups groups;                    /* by the rows that have a key */
    WhatifUnsure unsure[WHATIF_MAX_UNSURE]; /* not among these */
    int n_unsure;
    bool has_nulls;     /* the NULLs are one of the groups */
    bool blind;         /* nothing is known */
    const char *source; /* where the numbers are from; static */
    bool exact;         /* statistics of elements or of the column itself */
} WhatifKeys;

/* index_size_keys.c: of column @column (from 0). */
void whatif_keys(const WhatifInput *input, int column, WhatifKeys *out);
void whatif_keys_add(WhatifKeys *keys, double count, double rows);
/* Elements that can be counted off, whole numbers or texts around one: the room that those of the
 * values drawn have; 0: they cannot. */
double whatif_element_room(const WhatifInput *input, int column);
/* index_size_elements.c */
void whatif_keys_of_elements(const WhatifInput *input, int i, double rows, WhatifKeys *out);

/** Keys met in sampled values: how many values have each. */
typedef struct {
    uint32 group; /* keys that behave alike: a path of a document */
    uint32 hash;
    double width;
    uint32 shape; /* 0: no number, else the text around it */
    double number;
    int scale; /* digits after its point */
} WhatifKey;

typedef struct {
    WhatifKey *keys;
    int n;
    int allocated;
    int documents;
} WhatifKeySet;

WhatifKey *whatif_keyset_add(WhatifKeySet *set, uint32 group, uint32 hash, double width);
/* index_size_jsonb.c: the keys of a jsonb for jsonb_ops, or (@paths) jsonb_path_ops. */
void whatif_jsonb_keys(WhatifKeySet *set, Datum document, bool paths);
