/* Common values of a column, for its table or for a part of it. */
#include <string.h>

#include "design_statistics_internal.h"

#define MAX_COMMON      100
#define END_STATE_SHARE 0.8

static int
most_first(gconstpointer a, gconstpointer b)
{
    const PgaDesignCommon *first = a, *second = b;

    if (first->share != second->share)
        return first->share < second->share ? 1 : -1;
    return first->place < second->place ? -1 : first->place > second->place;
}

/* A state that nearly all rows end in: the last one of those listed. -1: none. */
static gint
end_state(const PgaDesignColumn *column, const double *shares)
{
    const GPtrArray *common = column->shape.common;
    const PgaSpecAttribute *attribute = column->attribute;
    const PgaSpecShare *last =
        attribute && attribute->meaning == PGA_MEANING_ONE_OF && attribute->values->len > 1
            ? g_ptr_array_index(attribute->values, attribute->values->len - 1)
            : NULL;

    for (guint i = 0; last && common && i < common->len; i++)
        if (shares[i] >= END_STATE_SHARE &&
            g_strcmp0(((const PgaSpecShare *)g_ptr_array_index(common, i))->value, last->value) ==
                0)
            return (gint)i;
    return -1;
}

/* Of a partition by time: rows that have not ended yet are the youngest ones. */
static void
age(const PgaDesignSubject *subject, const PgaDesignColumn *column, double *shares)
{
    const PgaPartitionPart *part = subject->part;
    const gint end = end_state(column, shares);
    double open, young;

    if (end < 0 || !part->column || part->until <= part->from)
        return;
    open = MAX(1 - shares[end], 0);
    young = CLAMP(part->until - MAX(part->from, 1 - open), 0, 1) / (part->until - part->from);
    for (guint i = 0; i < column->shape.common->len; i++)
        shares[i] = (gint)i == end ? 1 - young : open > 0 ? shares[i] / open * young : 0;
}

GArray *
pga_design_common(const PgaDesignSubject *subject, const PgaDesignColumn *column)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgaDesignCommon));
    const GPtrArray *common = column->shape.common;
    g_autofree double *shares = pga_value_shares(column, NULL);
    const gboolean listed =
        subject->part->list && g_str_equal(subject->part->list_column, column->name);
    double sum = 0;

    age(subject, column, shares);
    for (guint i = 0; common && i < common->len; i++) {
        const PgaSpecShare *share = g_ptr_array_index(common, i);
        const PgaDesignCommon one = {share->value, shares[i], i};

        if (!share->value || shares[i] <= 0 ||
            (listed && !g_ptr_array_find_with_equal_func(subject->part->list, share->value,
                                                         g_str_equal, NULL)))
            continue;
        g_array_append_val(values, one);
        sum += shares[i];
    }
    for (guint i = 0; listed && i < values->len; i++)
        g_array_index(values, PgaDesignCommon, i).share *=
            (1 - CLAMP(column->shape.null_share, 0, 1)) / sum;
    g_array_sort(values, most_first);
    if (values->len > MAX_COMMON)
        g_array_set_size(values, MAX_COMMON);
    return values;
}

void
pga_design_note_states(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        const PgaDesignPartitioning *how = table->partitioning;

        if (!how || (how->method != PGA_PARTITION_RANGE && !how->sub_column))
            continue;
        for (guint j = 0; j < table->columns->len; j++) {
            const PgaDesignColumn *column = g_ptr_array_index(table->columns, j);
            g_autofree double *shares = pga_value_shares(column, NULL);
            const gint end = end_state(column, shares);

            if (end < 0)
                continue;
            g_ptr_array_add(
                architecture->notes,
                g_strdup_printf(
                    "%s.%s: rows that are not yet \"%s\", the last value listed, are "
                    "taken to be the youngest ones, in the newest partitions (assumed "
                    "for the planner).",
                    table->name, column->name,
                    ((const PgaSpecShare *)g_ptr_array_index(column->shape.common, (guint)end))
                        ->value));
        }
    }
}
