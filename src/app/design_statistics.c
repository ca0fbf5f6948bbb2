/* The tables' shapes as what the planner knows: sizes, pg_statistic, ends of indexes. No row is
 * made. docs/decisions/ has the rules. */
#include <base/array_text.h>
#include <math.h>
#include <string.h>

#include "design_statistics_internal.h"

#define BLOCK            8192.0
#define TUPLE_OVERHEAD   28.0 /* header and line pointer */
#define DEFAULT_WIDTH    8.0
#define HISTOGRAM_BOUNDS 101
#define SCALES_FROM      0.1 /* distinct values of the rows: more of them with more rows */
#define VISIBLE_WRITTEN  0.9 /* pages that vacuum has been to, where rows change */
#define N_ELEMENTS       10

/* src/include/catalog/pg_statistic.h */
enum { KIND_MCV = 1, KIND_HISTOGRAM = 2, KIND_CORRELATION = 3, KIND_ELEMENTS = 4 };

const PgaDesignTable *
pga_design_table_of(const PgaDesignStatistics *statistics, const PgaRelation *relation)
{
    while (relation && relation->relispartition && relation->parent) {
        const PgaRelation *parent = pga_catalog_relation(statistics->catalog, relation->parent);

        if (!parent)
            break;
        relation = parent;
    }
    return relation ? pga_architecture_table(statistics->architecture, relation->relname) : NULL;
}

double
pga_design_scale_of(const PgaDesignStatistics *statistics, const PgaDesignTable *table)
{
    return statistics->steady && g_hash_table_contains(statistics->steady, table)
               ? 1
               : statistics->scale;
}

/* Bytes of a row on its page. */
static double
row_bytes(const PgaDesignTable *table)
{
    double bytes = TUPLE_OVERHEAD;

    if (table->row_bytes > 0)
        return table->row_bytes;
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaColumnShape *shape =
            &((const PgaDesignColumn *)g_ptr_array_index(table->columns, i))->shape;

        bytes +=
            (shape->width > 0 ? shape->width : DEFAULT_WIDTH) * (1 - MAX(shape->null_share, 0));
    }
    return bytes;
}

static double
heap_bytes(const PgaDesignTable *table)
{
    return table->heap_bytes > 0 ? table->heap_bytes : MAX(table->rows, 0) * row_bytes(table);
}

double
pga_design_bytes(const PgaDesignStatistics *statistics)
{
    double bytes = 0;

    for (guint i = 0; i < statistics->architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(statistics->architecture->tables, i);

        bytes += (heap_bytes(table) + MAX(table->toast_bytes, 0) + MAX(table->index_bytes, 0)) *
                 pga_design_scale_of(statistics, table);
    }
    return bytes;
}

static char *
number(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(text, sizeof text, "%.7g", value));
}

static double
rows_of(const PgaDesignStatistics *statistics, const PgaDesignTable *table)
{
    return MAX(round(table->rows * pga_design_scale_of(statistics, table)), 0);
}

/* More values with more rows: keys, what references a table that grows, and what has so many that
 * ANALYZE would count them by the row. */
static double
distinct_of(const PgaDesignSubject *subject, const PgaDesignColumn *column)
{
    const double scale = pga_design_scale_of(subject->statistics, subject->table);
    const char *references = column->attribute ? column->attribute->references : NULL;
    const PgaDesignTable *referenced =
        references ? pga_architecture_table(subject->statistics->architecture, references) : NULL;
    const double base = pga_value_distinct(column, subject->table->rows);
    const double present = MAX(subject->rows * (1 - CLAMP(column->shape.null_share, 0, 1)), 1);
    double distinct = base;

    if (column->shape.distinct < 0)
        return present;
    if (referenced)
        distinct *= pga_design_scale_of(subject->statistics, referenced);
    else if (base > SCALES_FROM * subject->table->rows)
        distinct *= scale;
    return CLAMP(distinct, 1, present);
}

static char *
distinct_text(const PgaDesignSubject *subject, const PgaDesignColumn *column)
{
    const double present = 1 - CLAMP(column->shape.null_share, 0, 1);
    const double distinct = distinct_of(subject, column);

    if (column->shape.distinct < 0)
        return number(-present);
    if (subject->rows > 0 && distinct > SCALES_FROM * subject->rows)
        return number(-MIN(distinct / subject->rows, 1));
    return number(distinct);
}

/* Ends of a column's values; keys go up with the rows. */
static gboolean
range_of(const PgaDesignSubject *subject, const PgaDesignColumn *column, PgaValueRange *range)
{
    const gboolean is_key = column->identity || column->shape.distinct < 0 ||
                            (column->attribute && column->attribute->references);

    if (!pga_value_range(subject->table, column, range))
        return FALSE;
    if (subject->part->column && g_str_equal(subject->part->column, column->name)) {
        range->low = subject->part->low;
        range->high = subject->part->high;
    } else if (is_key && pga_value_class(column->type) == PGA_VALUES_INTEGER) {
        const double base = pga_value_distinct(column, subject->table->rows);
        PgaDesignStatistics now = *subject->statistics;
        PgaDesignSubject whole = {&now, subject->table, subject->part, subject->table->rows};

        whole.rows = rows_of(subject->statistics, subject->table);
        range->high =
            range->low + (range->high - range->low) * distinct_of(&whole, column) / MAX(base, 1);
    }
    return TRUE;
}

static char *
floats(const double *values, guint n)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(texts, number(values[i]));
    return pga_array_text_format(texts);
}

static double
put_common(const PgaDesignSubject *subject, const PgaDesignColumn *column, PgaStatisticSlot *slot)
{
    g_autoptr(GArray) common = pga_design_common(subject, column);
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    g_autofree double *shares = g_new0(double, MAX(common->len, 1));
    double sum = 0;

    for (guint i = 0; i < common->len; i++) {
        const PgaDesignCommon *one = &g_array_index(common, PgaDesignCommon, i);

        g_ptr_array_add(values, (gpointer)one->value);
        shares[i] = one->share;
        sum += one->share;
    }
    if (values->len == 0)
        return 0;
    slot->kind = KIND_MCV;
    slot->numbers = floats(shares, values->len);
    slot->values = pga_array_text_format(values);
    return sum;
}

/* Takes @value. */
static void
add_bound(GPtrArray *bounds, char *value)
{
    if (bounds->len > 0 && g_str_equal(g_ptr_array_index(bounds, bounds->len - 1), value))
        g_free(value);
    else
        g_ptr_array_add(bounds, value);
}

static gboolean
put_histogram(const PgaDesignSubject *subject, const PgaDesignColumn *column,
              PgaStatisticSlot *slot)
{
    g_autoptr(GPtrArray) bounds = g_ptr_array_new_with_free_func(g_free);
    const double n = MIN(distinct_of(subject, column), HISTOGRAM_BOUNDS);
    PgaValueRange range;

    if (n < 2)
        return FALSE;
    if (range_of(subject, column, &range)) {
        for (guint i = 0; i < (guint)n && range.high > range.low; i++)
            add_bound(bounds, pga_value_format(column, range.low + (range.high - range.low) * i /
                                                                       (floor(n) - 1)));
    } else if (pga_value_class(column->type) == PGA_VALUES_TEXT && column->shape.low &&
               column->shape.high) {
        g_ptr_array_add(bounds, g_strdup(column->shape.low));
        g_ptr_array_add(bounds, g_strdup(column->shape.high));
    }
    if (bounds->len < 2)
        return FALSE;
    slot->kind = KIND_HISTOGRAM;
    slot->values = pga_array_text_format(bounds);
    return TRUE;
}

/* Elements of arrays and words: as many as are said, all equally common. */
static gboolean
put_elements(const PgaDesignColumn *column, PgaStatisticSlot *slot)
{
    const PgaValueClass class = pga_value_class(column->type);
    const gboolean is_text_array =
        class == PGA_VALUES_ARRAY && (g_str_has_prefix(column->type, "text") ||
                                      g_str_has_prefix(column->type, "character varying") ||
                                      g_str_has_prefix(column->type, "varchar"));
    const PgaColumnShape *shape = &column->shape;
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    double shares[N_ELEMENTS + 3], share;
    guint n = 0;

    if ((!is_text_array && class != PGA_VALUES_TSVECTOR) || shape->elements < 1)
        return FALSE;
    share = CLAMP(MAX(shape->elements_a_row, 1) / shape->elements, 1e-6, 1);
    for (; n < MIN(shape->elements, N_ELEMENTS); n++) {
        g_ptr_array_add(values, g_strdup_printf("element%u", n));
        shares[n] = share;
    }
    shares[n] = shares[n + 1] = share;
    shares[n + 2] = 0; /* of arrays: elements that are NULL */
    slot->kind = KIND_ELEMENTS;
    slot->values = pga_array_text_format(values);
    slot->numbers = floats(shares, n + (class == PGA_VALUES_ARRAY ? 3 : 2));
    return TRUE;
}

static gboolean
has_order(const PgaDesignColumn *column)
{
    static const PgaValueClass without[] = {PGA_VALUES_JSON, PGA_VALUES_POINT, PGA_VALUES_OTHER,
                                            PGA_VALUES_ARRAY, PGA_VALUES_TSVECTOR};
    const PgaValueClass class = pga_value_class(column->type);

    for (guint i = 0; i < G_N_ELEMENTS(without); i++)
        if (without[i] == class)
            return FALSE;
    return TRUE;
}

static void
add_column(const PgaDesignSubject *subject, const PgaDesignColumn *column,
           const PgaRelation *relation, PgaPlannerData *data)
{
    PgaColumnStatistics *row = pga_planner_data_add_column(data, relation->oid);
    guint n = 0;
    double sum;

    row->attname = g_strdup(column->name);
    row->inherited = relation->relkind == 'p';
    row->null_frac = number(CLAMP(column->shape.null_share, 0, 1));
    row->n_distinct = distinct_text(subject, column);
    row->width = (gint32)MAX(column->shape.width > 0 ? column->shape.width : DEFAULT_WIDTH, 1);
    sum = put_common(subject, column, &row->slots[0]);
    n += row->slots[0].kind != 0;
    if (sum < 0.9999 * (1 - column->shape.null_share) &&
        put_histogram(subject, column, &row->slots[n]))
        n++;
    if (put_elements(column, &row->slots[n]))
        n++;
    if (has_order(column)) {
        row->slots[n].kind = KIND_CORRELATION;
        row->slots[n].numbers = floats(&column->shape.correlation, 1);
    }
}

static void
add_size(const PgaDesignSubject *subject, const PgaRelation *relation, PgaPlannerData *data)
{
    PgaRelationSize *size = pga_planner_data_add_size(data, relation->oid);
    const double share = subject->table->rows > 0 ? subject->rows / subject->table->rows : 0;
    const double pages = ceil(heap_bytes(subject->table) * share / BLOCK);

    size->pages = size->relpages = (gint64)(subject->rows > 0 ? MAX(pages, 1) : 0);
    size->reltuples = number(subject->rows);
    size->relallvisible =
        (gint64)((double)size->pages * (subject->table->append_only ? 1 : VISIBLE_WRITTEN));
}

/* (nullable): the first column of a B-tree of all rows. */
static const PgaDesignColumn *
led_by(const PgaDesignTable *table, const PgaRelation *relation, const PgaIndex *index)
{
    const gint attnum = index->indkey->len > 0 ? g_array_index(index->indkey, gint16, 0) : 0;
    const PgaAttribute *attribute =
        attnum > 0 ? pga_relation_attribute(relation, (gint16)attnum) : NULL;

    if (!attribute || index->pred || g_strcmp0(index->amname, "btree") != 0)
        return NULL;
    return pga_design_table_column(table, attribute->attname);
}

static void
add_extremes(const PgaDesignSubject *subject, const PgaRelation *relation, PgaPlannerData *data)
{
    for (guint i = 0; relation->relkind != 'p' && i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        const PgaDesignColumn *column = led_by(subject->table, relation, index);
        PgaValueRange range;
        PgaExtremes *extremes;

        if (!column || subject->rows < 1 || !range_of(subject, column, &range))
            continue;
        extremes = pga_planner_data_add_extremes(data, index->indexrelid);
        extremes->minimum = pga_value_format(column, range.low);
        extremes->maximum = pga_value_format(column, range.high);
    }
}

gboolean
pga_design_statistics_read(gpointer self, const GArray *relations, PgaPlannerData *data,
                           G_GNUC_UNUSED GError **error)
{
    const PgaDesignStatistics *statistics = self;

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *relation =
            pga_catalog_relation(statistics->catalog, g_array_index(relations, PgaOid, i));
        const PgaDesignTable *table = relation ? pga_design_table_of(statistics, relation) : NULL;
        g_auto(PgaPartitionPart) part = {0};
        PgaDesignSubject subject = {statistics, table, &part, 0};

        if (!table)
            continue;
        pga_design_partition_part(statistics, relation, &part);
        subject.rows = round(rows_of(statistics, table) * part.share);
        if (relation->relkind != 'p')
            add_size(&subject, relation, data);
        for (guint j = 0; j < table->columns->len && subject.rows > 0; j++)
            add_column(&subject, g_ptr_array_index(table->columns, j), relation, data);
        add_extremes(&subject, relation, data);
    }
    return TRUE;
}

/* What the advisor itself looks at: no values. */
static void
tell_columns(const PgaDesignSubject *subject, PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaDesignColumn *column = pga_design_table_column(subject->table, attribute->attname);
        g_autofree char *distinct = column ? distinct_text(subject, column) : NULL;
        PgaAttributeStats *stats;

        if (!column || attribute->stats)
            continue;
        stats = pga_attribute_add_stats(attribute);
        stats->null_frac = CLAMP(column->shape.null_share, 0, 1);
        stats->avg_width =
            (gint32)MAX(column->shape.width > 0 ? column->shape.width : DEFAULT_WIDTH, 1);
        stats->n_distinct = g_ascii_strtod(distinct, NULL);
        stats->correlation = column->shape.correlation;
    }
}

static void
tell_size(const PgaDesignSubject *subject, PgaRelation *relation)
{
    relation->reltuples = subject->rows;
    relation->rows_source = PGA_ROWS_ANALYZED;
    relation->heap_bytes = (gint64)(heap_bytes(subject->table) * subject->part->share *
                                    pga_design_scale_of(subject->statistics, subject->table));
    relation->table_bytes = relation->heap_bytes;
    relation->relpages = (gint64)ceil((double)relation->heap_bytes / BLOCK);
}

void
pga_design_statistics_tell(const PgaDesignStatistics *statistics, PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);
        const PgaDesignTable *table = pga_design_table_of(statistics, relation);
        g_auto(PgaPartitionPart) part = {0};
        PgaDesignSubject subject = {statistics, table, &part, 0};

        if (!table)
            continue;
        pga_design_partition_part(statistics, relation, &part);
        subject.rows = round(rows_of(statistics, table) * part.share);
        tell_columns(&subject, relation);
        if (relation->relkind != 'p')
            tell_size(&subject, relation);
    }
    pga_catalog_sum_partitions(catalog);
}
