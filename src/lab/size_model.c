/* Page layout: PostgreSQL 17 src/include/storage/bufpage.h. */
#include "size_model_internal.h"
#include <math.h>
#include <model/btree_size.h>
#include <string.h>

enum {
    BLOCK = 8192,
    PAGE_HEADER = 24,
    LINE_POINTER = 4,
    HEAP_TUPLE_HEADER = 24,
    INDEX_TUPLE_HEADER = 8,
    DEFAULT_VARLENA = 32, /* get_typavgwidth() in src/backend/utils/cache/lsyscache.c */
    PAGES_PER_RANGE = 128,
};

#define LEAF_FILLFACTOR 0.9

static double
align8(double bytes)
{
    return ceil(bytes / 8) * 8;
}

/* Bytes of a value; of an expression, whose type is not known here, what a short text takes. */
static double
width_of(const PgaAttribute *attribute)
{
    if (!attribute)
        return DEFAULT_VARLENA / 2.0;
    if (attribute->typlen > 0)
        return attribute->typlen;
    return attribute->stats && attribute->stats->avg_width > 0 ? attribute->stats->avg_width
                                                               : DEFAULT_VARLENA;
}

static double
aligned_width(const PgaAttribute *attribute)
{
    const double width = width_of(attribute);
    const double alignment = attribute && attribute->typlen > 0 ? MIN(attribute->typlen, 8) : 4;

    return ceil(width / alignment) * alignment;
}

gint64
pga_size_table_pages(const PgaRelation *relation)
{
    double tuple = HEAP_TUPLE_HEADER;

    if (relation->relpages > 0)
        return relation->relpages;
    if (relation->table_bytes > 0 && relation->rows_source == PGA_ROWS_COUNTERS)
        return relation->table_bytes / BLOCK;
    for (guint i = 0; i < relation->attributes->len; i++)
        tuple += aligned_width(g_ptr_array_index(relation->attributes, i));
    return (gint64)ceil(MAX(relation->reltuples, 0) /
                        MAX(1, floor((BLOCK - PAGE_HEADER) / (align8(tuple) + LINE_POINTER))));
}

/* Whether the type's B-tree operator class says that equal means identical (support function 4). */
static gboolean
deduplicates(const PgaAttribute *attribute)
{
    static const char *const never[] = {"bpchar", "numeric", "float4",
                                        "float8", "jsonb",   "interval"};

    if (!attribute || attribute->typcategory == 'A' || attribute->typtype == 'c')
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(never); i++)
        if (g_strcmp0(attribute->typname, never[i]) == 0)
            return FALSE;
    return TRUE;
}

/* Distinct values of the key, at most @rows. */
static double
distinct_keys(const GPtrArray *attributes, guint n_key_atts, double rows)
{
    double distinct = 1;

    for (guint i = 0; i < n_key_atts; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(attributes, i);
        const double n = attribute && attribute->stats ? attribute->stats->n_distinct : 0;

        if (n == 0)
            return rows; /* not known: no duplicates */
        distinct *= n > 0 ? n : -n * rows;
    }
    return CLAMP(distinct, 1, rows);
}

static double
btree_pages(const GPtrArray *attributes, guint n_key_atts, gboolean unique, double rows,
            double tuple)
{
    PgaBtree btree = {rows, rows, tuple, LEAF_FILLFACTOR};
    gboolean dedup = !unique && n_key_atts == attributes->len;

    for (guint i = 0; i < attributes->len; i++)
        dedup = dedup && deduplicates(g_ptr_array_index(attributes, i));
    if (dedup)
        btree.distinct = distinct_keys(attributes, n_key_atts, rows);
    return pga_btree_pages(&btree);
}

gint64
pga_size_index_pages(const PgaRelation *relation, const char *amname, const GPtrArray *attributes,
                     guint n_key_atts, gboolean unique)
{
    const double rows = MAX(relation->reltuples, 1);
    double key = 0, tuple;

    for (guint i = 0; i < attributes->len; i++)
        key += aligned_width(g_ptr_array_index(attributes, i));
    tuple = align8(INDEX_TUPLE_HEADER + key);
    if (strcmp(amname, "btree") == 0)
        return (gint64)btree_pages(attributes, n_key_atts, unique, rows, tuple);
    if (strcmp(amname, "brin") == 0)
        return 2 + (gint64)ceil((double)pga_size_table_pages(relation) / PAGES_PER_RANGE *
                                (2 * key + 24) / BLOCK);
    return 1 + (gint64)ceil(rows * (tuple + LINE_POINTER) / (BLOCK * LEAF_FILLFACTOR));
}
