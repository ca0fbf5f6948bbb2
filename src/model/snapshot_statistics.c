/* What pga_collect() reads of a column's statistics, found anew in its row of pg_statistic: so a
 * file holds them once. As collect/sql/statistics.pg9-18.sql has it. */
#include <base/array_text.h>
#include <math.h>

#include "model/snapshot.h"

enum {
    /* src/include/catalog/pg_statistic.h */
    KIND_MCV = 1,
    KIND_HISTOGRAM = 2,
    KIND_CORRELATION = 3,
    MAX_VALUES = 100,
    MAX_LENGTH = 64,      /* characters of a value */
    MAX_COMMAS = 1000000, /* in a text: a list has 10,001 elements at most */
};

static const PgaStatisticSlot *
slot_of(const PgaColumnStatistics *column, gint16 kind)
{
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++)
        if (column->slots[i].kind == kind)
            return &column->slots[i];
    return NULL;
}

/* Values of strings, booleans, integers and numeric are read, of domains over them, too; oids:
 * src/include/catalog/pg_type.dat. */
static gboolean
has_values(const PgaAttribute *attribute)
{
    static const PgaOid types[] = {16, 20, 21, 23, 1700};
    static const char *const names[] = {"boolean", "bigint", "smallint", "integer", NULL};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (attribute->atttypid == types[i])
            return TRUE;
    return attribute->typcategory == 'S' ||
           (attribute->basetype && (g_strv_contains(names, attribute->basetype) ||
                                    g_str_has_prefix(attribute->basetype, "numeric")));
}

/* Appends the first characters of @value to @list. */
static void
add_value(GPtrArray *list, const char *value)
{
    const char *text = value ? value : "";

    g_ptr_array_add(list, g_utf8_strlen(text, -1) <= MAX_LENGTH
                              ? g_strdup(text)
                              : g_utf8_substring(text, 0, MAX_LENGTH));
}

static gboolean
is_list(const char *text)
{
    guint n_commas = 0;

    for (const char *c = text; *c; c++)
        n_commas += *c == ',';
    return n_commas <= MAX_COMMAS && g_utf8_validate(text, -1, NULL);
}

/* (transfer full) (nullable): the values of @slot (nullable). */
static GPtrArray *
elements_of(const PgaStatisticSlot *slot)
{
    return slot && slot->values && is_list(slot->values) ? pga_array_text_parse(slot->values)
                                                         : NULL;
}

static void
take_mcv(PgaAttributeStats *stats, const PgaStatisticSlot *slot)
{
    g_autoptr(GPtrArray) values = elements_of(slot);
    g_autoptr(GArray) freqs = slot && slot->numbers ? pga_array_text_numbers(slot->numbers) : NULL;
    const guint n = values ? MIN(values->len, MAX_VALUES) : 0;

    if (n == 0 || !freqs || MIN(freqs->len, MAX_VALUES) != n)
        return;
    stats->mcv = g_ptr_array_new_full(n, g_free);
    for (guint i = 0; i < n; i++)
        add_value(stats->mcv, g_ptr_array_index(values, i));
    g_array_set_size(freqs, n);
    stats->mcv_freqs = g_steal_pointer(&freqs);
}

/* About a hundred bounds, both ends among them. */
static void
take_histogram(PgaAttributeStats *stats, const PgaStatisticSlot *slot)
{
    g_autoptr(GPtrArray) bounds = elements_of(slot);
    const guint n = bounds ? bounds->len : 0, step = n > MAX_VALUES ? (n - 1) / MAX_VALUES : 1;

    if (n == 0)
        return;
    stats->histogram = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n; i++)
        if (i % step == 0 || i == n - 1)
            add_value(stats->histogram, g_ptr_array_index(bounds, i));
}

static void
take_correlation(PgaAttributeStats *stats, const PgaStatisticSlot *slot)
{
    g_autoptr(GArray) numbers =
        slot && slot->numbers ? pga_array_text_numbers(slot->numbers) : NULL;

    if (numbers && numbers->len > 0)
        stats->correlation = g_array_index(numbers, double, 0);
}

static double
number_of(const char *text)
{
    return text ? g_ascii_strtod(text, NULL) : 0;
}

PgaAttributeStats *
pga_snapshot_stats(const PgaAttribute *attribute, const PgaColumnStatistics *column)
{
    PgaAttributeStats *stats = pga_record_new(&pga_attribute_stats_type);

    stats->null_frac = number_of(column->null_frac);
    stats->avg_width = column->width;
    stats->n_distinct = number_of(column->n_distinct);
    take_correlation(stats, slot_of(column, KIND_CORRELATION));
    if (has_values(attribute)) {
        take_mcv(stats, slot_of(column, KIND_MCV));
        take_histogram(stats, slot_of(column, KIND_HISTOGRAM));
    }
    return stats;
}

static gboolean
is_same_list(const GPtrArray *a, const GPtrArray *b)
{
    if (!a || !b || a->len != b->len)
        return a == b;
    for (guint i = 0; i < a->len; i++)
        if (!g_str_equal(g_ptr_array_index(a, i), g_ptr_array_index(b, i)))
            return FALSE;
    return TRUE;
}

/* NAN is the same as NAN. */
static gboolean
is_same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static gboolean
are_same_numbers(const GArray *a, const GArray *b)
{
    if (!a || !b || a->len != b->len)
        return a == b;
    for (guint i = 0; i < a->len; i++)
        if (!is_same_number(g_array_index(a, double, i), g_array_index(b, double, i)))
            return FALSE;
    return TRUE;
}

static gboolean
is_same(const PgaAttributeStats *a, const PgaAttributeStats *b)
{
    return is_same_number(a->null_frac, b->null_frac) && a->avg_width == b->avg_width &&
           is_same_number(a->n_distinct, b->n_distinct) &&
           is_same_number(a->correlation, b->correlation) && is_same_list(a->mcv, b->mcv) &&
           are_same_numbers(a->mcv_freqs, b->mcv_freqs) && is_same_list(a->histogram, b->histogram);
}

gboolean
pga_snapshot_stats_follow(const PgaAttribute *attribute, const PgaColumnStatistics *column)
{
    PgaAttributeStats *found = attribute->stats ? pga_snapshot_stats(attribute, column) : NULL;
    const gboolean same = found && is_same(attribute->stats, found);

    pga_record_free(&pga_attribute_stats_type, found);
    return same;
}

gboolean
pga_column_statistics_is_of(const PgaColumnStatistics *column, const PgaRelation *relation)
{
    return column->relation == relation->oid && column->inherited == (relation->relkind == 'p');
}
