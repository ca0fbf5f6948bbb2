/* The size of a table from the widths in pg_stats, column by column with their alignment; of a
 * B-tree the same, and what deduplication (13 and later) makes of equal keys. Widths in pg_stats
 * are those on disk: of a value out of line its address. */
#include "bloat_internal.h"

#include <math.h>
#include <string.h>

#define PAGE_HEADER       24.0
#define LINE_POINTER      4.0
#define HEAP_TUPLE_HEADER 23.0
#define MAX_ALIGN         8.0

#define BTREE_SPECIAL     16.0
#define INDEX_TUPLE       8.0
#define INDEX_NULLS       8.0 /* more, where a key is NULL */
#define BTREE_FILLFACTOR  90.0
#define POSTING_TID       6.0
#define POSTING_BYTES     1352.0 /* of the largest posting list */
#define INNER_PAGES       1.01   /* of leaf pages */

#define CHANGED_SHARE     0.2 /* of rows: with more the statistics do not tell */

/** Bytes of the columns so far. */
typedef struct {
    double total;
    gboolean exact; /* the same in each row */
} Width;

static double
aligned(double bytes, double alignment)
{
    return ceil(bytes / alignment) * alignment;
}

static double
alignment_of(const PgaAttribute *attribute)
{
    switch (attribute->typalign) {
    case 'd':
        return 8;
    case 'i':
        return 4;
    case 's':
        return 2;
    default:
        return 1;
    }
}

/* A short varlena is not aligned. After a width that differs from row to row half the alignment is
 * what it costs on average. */
static void
add_column(Width *width, const PgaAttribute *attribute)
{
    const double present = 1 - attribute->stats->null_frac;
    const double alignment = attribute->typlen > 0 ? alignment_of(attribute) : 1;
    const double padding =
        width->exact ? aligned(width->total, alignment) - width->total : (alignment - 1) / 2;

    width->total += present * (padding + attribute->stats->avg_width);
    if (attribute->typlen < 0 || (present > 0 && present < 1))
        width->exact = FALSE;
}

/* With the padding at its end. */
static double
whole_tuple(const Width *width, double header)
{
    return header + (width->exact ? aligned(width->total, MAX_ALIGN) : width->total + 3.5);
}

static double
block_size(const PgaRuleRun *run)
{
    const gint64 stated = pga_catalog_setting_int64(run->catalog, "block_size");

    return stated > 0 ? (double)stated : 8192;
}

static gboolean
has_current_statistics(const PgaRelation *relation)
{
    return relation->reltuples > 0 && relation->has_counters &&
           (double)relation->counters.n_mod_since_analyze <= CHANGED_SHARE * relation->reltuples;
}

/* Share of rows with a NULL in one of the columns, if the columns are independent. A dropped column
 * is NULL in every new row. */
static double
share_with_null(const PgaRelation *relation)
{
    const PgaAttribute *last =
        g_ptr_array_index(relation->attributes, relation->attributes->len - 1);
    double without = 1;

    if ((guint)last->attnum > relation->attributes->len)
        return 1;
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        without *= 1 - attribute->stats->null_frac;
    }
    return 1 - without;
}

static gboolean
all_have_statistics(const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++)
        if (!((const PgaAttribute *)g_ptr_array_index(relation->attributes, i))->stats)
            return FALSE;
    return relation->attributes->len > 0;
}

double
pga_table_needed_bytes(const PgaRuleRun *run, const PgaRelation *relation)
{
    const double block = block_size(run);
    const double bitmap = ceil(relation->attributes->len / 8.0);
    Width width = {0, TRUE};
    double header = aligned(HEAP_TUPLE_HEADER, MAX_ALIGN), per_page;

    if (!has_current_statistics(relation) || !all_have_statistics(relation))
        return -1;
    for (guint i = 0; i < relation->attributes->len; i++)
        add_column(&width, g_ptr_array_index(relation->attributes, i));
    header += share_with_null(relation) * (aligned(HEAP_TUPLE_HEADER + bitmap, MAX_ALIGN) - header);
    per_page = (block * pga_fillfactor(relation->reloptions, 100) - PAGE_HEADER) /
               (whole_tuple(&width, header) + LINE_POINTER);
    return ceil(relation->reltuples / MAX(floor(per_page), 1)) * block;
}

/* Types whose equal values look equal, so that B-trees keep them once (13 and later). */
static gboolean
is_deduplicated_type(const PgaAttribute *attribute)
{
    static const char *const types[] = {
        "int2", "int4",    "int8", "oid",         "date",   "time", "timestamp", "text",
        "uuid", "varchar", "bool", "timestamptz", "bpchar", "char", "bytea",     NULL};

    return attribute->typname && g_strv_contains(types, attribute->typname);
}

static gboolean
is_deduplicated(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *option = pga_reloption(index->reloptions, "deduplicate_items");

    if (run->environment->version_num < 130000 || index->indisunique ||
        index->n_key_atts < index->indkey->len || (option && !g_str_equal(option, "on")))
        return FALSE;
    for (guint i = 0; i < index->indkey->len; i++)
        if (!is_deduplicated_type(
                pga_relation_attribute(relation, g_array_index(index->indkey, gint16, i))))
            return FALSE;
    return TRUE;
}

/* Different keys at the most: as if the columns were independent. */
static double
distinct_keys(const PgaRelation *relation, const PgaIndex *index, double rows)
{
    double keys = 1;

    for (guint i = 0; i < index->indkey->len; i++) {
        const PgaAttributeStats *stats =
            pga_relation_attribute(relation, g_array_index(index->indkey, gint16, i))->stats;
        const double values = stats->n_distinct < 0 ? -stats->n_distinct * relation->reltuples
                                                    : MAX(stats->n_distinct, 1);

        keys *= values + (stats->null_frac > 0);
    }
    return CLAMP(keys, 1, rows);
}

/* Bytes of all entries when equal keys share a posting list. */
static double
deduplicated_bytes(double rows, double keys, double tuple)
{
    const double group = rows / keys;
    const double most = floor((POSTING_BYTES - tuple) / POSTING_TID);
    const double lists = keys * ceil(group / MAX(most, 1));

    return rows * POSTING_TID + lists * (tuple + LINE_POINTER);
}

/* FALSE without statistics of one of the columns, or with an expression. */
static gboolean
measure_key(const PgaRelation *relation, const PgaIndex *index, Width *width, double *null_share)
{
    double without = 1;

    for (guint i = 0; i < index->indkey->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(index->indkey, gint16, i));

        if (!attribute || !attribute->stats)
            return FALSE;
        add_column(width, attribute);
        without *= 1 - attribute->stats->null_frac;
    }
    *null_share = 1 - without;
    return index->indkey->len > 0;
}

double
pga_index_needed_bytes(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    const double block = block_size(run), rows = index->reltuples;
    Width width = {0, TRUE};
    double nulls = 0, tuple, bytes, usable;

    if (rows <= 0 || !has_current_statistics(relation) ||
        !measure_key(relation, index, &width, &nulls))
        return -1;
    tuple = whole_tuple(&width, INDEX_TUPLE + nulls * INDEX_NULLS);
    bytes = rows * (tuple + LINE_POINTER);
    if (is_deduplicated(run, relation, index))
        bytes = MIN(bytes, deduplicated_bytes(rows, distinct_keys(relation, index, rows), tuple));
    usable = (block - PAGE_HEADER - BTREE_SPECIAL) *
                 pga_fillfactor(index->reloptions, BTREE_FILLFACTOR) -
             tuple; /* its high key */
    return (ceil(bytes / MAX(usable, 1) * INNER_PAGES) + 1) * block;
}

static PgaBloat
bloat_of(double bytes, double needed, gint64 measured)
{
    if (measured >= 0)
        return (PgaBloat){bytes, (double)measured, TRUE};
    return (PgaBloat){bytes, needed < 0 ? -1 : MAX(bytes - needed, 0), FALSE};
}

PgaBloat
pga_table_bloat(const PgaRuleRun *run, const PgaRelation *relation)
{
    return bloat_of((double)relation->heap_bytes, pga_table_needed_bytes(run, relation),
                    relation->measured_free_bytes);
}

PgaBloat
pga_index_bloat(const PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    return bloat_of((double)index->bytes, pga_index_needed_bytes(run, relation, index),
                    index->measured_free_bytes);
}

gboolean
pga_bloat_is_worth_a_word(const PgaRuleRun *run, const PgaBloat *bloat)
{
    return bloat->waste >= run->threshold[PGA_BLOAT_BYTES] &&
           bloat->waste >= run->threshold[PGA_BLOAT_SHARE] * bloat->bytes;
}

gboolean
pga_index_bloat_concerns(const PgaRelation *relation, const PgaIndex *index)
{
    return pga_table_is_stored(relation) && g_str_equal(index->amname, "btree") &&
           index->indisvalid && !index->extension;
}
