/* Pages of GiST, SP-GiST and of access methods that nothing is known of: tuples as the opclass
 * forms them, and how full its builds leave pages. */
#include "index_size_internal.h"

#include "access/genam.h"
#include "access/gist.h"
#include "access/gist_private.h"
#include "access/spgist.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include <math.h>

/* Measured on PostgreSQL 15: pages that picksplit and the sorted build leave. */
#define GIST_INSERT_FILL  0.58
#define GIST_RANGE_FILL   0.42 /* overlapping ranges, which are split unevenly */
#define GIST_ORDERED_FILL 0.46
#define GIST_SORTED_FILL  0.62
#define SPGIST_FILL       0.75
/* Trigrams: the fewer tuples a page has, the more unevenly it is split. */
#define TRIGRAM_FILL(item) Min(Max(0.69 - 0.00035 * ((item)-60), 0.42), 0.69)
#define TRIGRAM_INNER      36.0 /* a signature of twelve bytes */
#define NULL_ITEM          (16 + sizeof(ItemIdData))

static Datum
compressed(const WhatifInput *input, int column, Datum value)
{
    GISTENTRY entry, *stored;

    if (!OidIsValid(index_getprocid(input->index, (AttrNumber)(column + 1), GIST_COMPRESS_PROC)))
        return value;
    gistentryinit(entry, value, input->index, NULL, 0, true);
    stored = (GISTENTRY *)DatumGetPointer(FunctionCall1Coll(
        index_getprocinfo(input->index, (AttrNumber)(column + 1), GIST_COMPRESS_PROC),
        input->index->rd_indcollation[column], PointerGetDatum(&entry)));
    return stored->key;
}

/* Whether the opclass can be given what was drawn. */
static bool
is_compressible(const WhatifInput *input)
{
    for (int i = 0; i < input->n_keys; i++)
        if (input->sample.synthetic[i] && input->columns[i].typlen < 0)
            return false;
    return true;
}

/* tsgistidx.c: hashes of the lexemes, or a signature of 124 bytes where there are too many. */
static double
signature_size(const WhatifInput *input, int column)
{
    WhatifKeys keys;

    whatif_keys(input, column, &keys);
    return 8 + (keys.keys_per_row > 124 ? 124 : keys.keys_per_row * sizeof(int32));
}

/* Without values: the stored type's width, or the column's. */
static double
plain_size(const WhatifInput *input)
{
    double size = sizeof(IndexTupleData);

    for (int i = 0; i < input->n_columns; i++) {
        Form_pg_attribute stored = TupleDescAttr(RelationGetDescr(input->index), i);

        if (input->columns[i].type == TSVECTOROID)
            size += signature_size(input, i);
        else if (stored->attlen > 0)
            size = (double)att_align_nominal((Size)ceil(size), stored->attalign) + stored->attlen;
        else
            size += whatif_column_width(input, i);
    }
    return (double)MAXALIGN((Size)ceil(size));
}

static bool
is_null(const WhatifInput *input, int row)
{
    return input->sample.isnull[(size_t)row * (size_t)input->n_columns];
}

/* Of a tuple whose first column is not NULL: the NULLs are on pages of their own. */
static double
gist_tuple_size(const WhatifInput *input)
{
    const WhatifSample *sample = &input->sample;
    TupleDesc desc = RelationGetDescr(input->index);
    Datum values[INDEX_MAX_KEYS];
    double sum = 0;
    int n = 0;

    if (!is_compressible(input) || sample->n_rows == 0)
        return plain_size(input);
    for (int row = 0; row < sample->n_rows; row++) {
        bool *nulls = &sample->isnull[(size_t)row * (size_t)input->n_columns];
        IndexTuple tuple;

        if (is_null(input, row))
            continue;
        for (int i = 0; i < input->n_columns; i++) {
            values[i] = sample->values[row * input->n_columns + i];
            if (i < input->n_keys && !nulls[i])
                values[i] = compressed(input, i, values[i]);
        }
        tuple = index_form_tuple(desc, values, nulls);
        sum += (double)IndexTupleSize(tuple);
        n++;
        pfree(tuple);
    }
    return n > 0 ? sum / n : NULL_ITEM;
}

/* gistbuild.c: sorted only when every key column's opclass has sortsupport. */
static bool
is_sorted_build(const WhatifInput *input)
{
    for (int i = 0; i < input->n_keys; i++)
        if (!OidIsValid(index_getprocid(input->index, (AttrNumber)(i + 1), GIST_SORTSUPPORT_PROC)))
            return false;
    return true;
}

static double
pages_of(double tuples, double item, double inner, double fill, double special)
{
    double space = WHATIF_PAGE_SPACE(special),
           leaf = ceil(tuples / Max(floor(space / item) * fill, 1));
    double sum = Max(leaf, 1);

    for (double level = leaf; level > 1;) {
        level = ceil(level / Max(floor(space / inner) * fill, 2));
        sum += level;
    }
    return sum;
}

static bool
stores(const WhatifInput *input, const char *type)
{
    char *stored = format_type_be(TupleDescAttr(RelationGetDescr(input->index), 0)->atttypid);
    size_t length = strlen(stored), wanted = strlen(type);

    return length >= wanted && strcmp(stored + length - wanted, type) == 0;
}

static double
insert_fill(const WhatifInput *input, double item)
{
    if (get_typtype(input->columns[0].type) == TYPTYPE_RANGE)
        return GIST_RANGE_FILL;
    if (stores(input, "gtrgm"))
        return TRIGRAM_FILL(item);
    return fabs(input->columns[0].correlation) > 0.9 ? GIST_ORDERED_FILL : GIST_INSERT_FILL;
}

void
whatif_size_gist(WhatifInput *input, WhatifEstimate *out)
{
    double item = gist_tuple_size(input) + sizeof(ItemIdData);
    double nulls = Min(Max(input->columns[0].null_frac, 0), 1) * input->tuples;
    bool sorted = is_sorted_build(input);
    double fill = insert_fill(input, item);
    double inner = stores(input, "gtrgm") ? Min(item, TRIGRAM_INNER) : item;

    if (sorted)
        fill = PG_VERSION_NUM >= 150000 ? GIST_SORTED_FILL : GIST_DEFAULT_FILLFACTOR / 100.0;
    out->pages = pages_of(input->tuples - nulls, item, inner, fill, sizeof(GISTPageOpaqueData));
    if (nulls >= 1)
        out->pages += pages_of(nulls, NULL_ITEM, NULL_ITEM, fill, sizeof(GISTPageOpaqueData));
    /* lexemes: pages are filled in ways that were not measured */
    out->accuracy =
        input->rows_tell && !stores(input, "gtsvector") ? "within 30 %" : "within a factor of 2";
    appendStringInfo(input->method, "; %.0f bytes a tuple%s", item, sorted ? ", sorted build" : "");
}

void
whatif_size_spgist(WhatifInput *input, WhatifEstimate *out)
{
    double header = 16; /* SGLTHDRSZ, spgist_private.h */
    double item = header + sizeof(ItemIdData);

    for (int i = 0; i < input->n_columns; i++) {
        double width = whatif_column_width(input, i);

        if (TypeCategory(input->columns[i].type) == TYPCATEGORY_STRING)
            width /= 2; /* what the inner tuples have in common is not in the leaves */
        item += (double)MAXALIGN((Size)ceil(width));
    }
    out->pages = 3 + pages_of(input->tuples, item, item, SPGIST_FILL, MAXALIGN(8));
    out->accuracy = "within a factor of 2";
    appendStringInfo(input->method, "; %.0f bytes a tuple", item);
}

/* contrib/bloom/bloom.h: a TID and a signature of @length words of 16 bits, five by default. */
static void
size_bloom(WhatifInput *input, WhatifEstimate *out)
{
    typedef struct {
        int32 vl_len_;
        int length;
    } BloomOptions;
    const BloomOptions *options = (const BloomOptions *)input->index->rd_options;
    int words = options ? Max(options->length, 1) : 5;
    double item = (double)(sizeof(ItemPointerData) + sizeof(uint16) * (Size)words);

    out->pages = 1 + ceil(input->tuples / floor(WHATIF_PAGE_SPACE(MAXALIGN(8)) / item));
    out->accuracy = "within 10 %";
    appendStringInfo(input->method, "; %.0f bytes a tuple", item);
}

/* Tuples side by side on pages nine tenths full. */
static void
size_unknown(WhatifInput *input, WhatifEstimate *out)
{
    double item = plain_size(input) + sizeof(ItemIdData);

    out->pages = 1 + pages_of(input->tuples, item, item, 0.9, MAXALIGN(16));
    input->guess = true;
    appendStringInfo(input->method, "; %.0f bytes a tuple, the access method is not known", item);
}

void
whatif_size_other(WhatifInput *input, WhatifEstimate *out)
{
    char *name = get_am_name(input->index->rd_rel->relam);

    if (name && strcmp(name, "bloom") == 0)
        size_bloom(input, out);
    else
        size_unknown(input, out);
}
