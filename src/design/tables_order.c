/* The order of columns on disk: the primary key first where that costs nothing, then by alignment,
 * values of variable length last. */
#include "tables_internal.h"

#define LEAST_GAIN 1.0 /* bytes a row, on average: for less, columns stay where people put them */

/* How good it is to put @column at @offset: fixed before variable, without padding before padded,
 * then the widest alignment. */
static int
fitness(const PgaDesignColumn *column, guint offset)
{
    PgaTypeLayout layout = pga_type_layout(column->type);

    if (layout.length < 0)
        return 0;
    return (offset % layout.align == 0 ? 100 : 50) + (int)layout.align;
}

static void
place(GPtrArray *sorted, PgaDesignColumn *column, guint *offset)
{
    PgaTypeLayout layout = pga_type_layout(column->type);

    g_ptr_array_add(sorted, column);
    if (layout.length > 0)
        *offset = (*offset + layout.align - 1) / layout.align * layout.align + (guint)layout.length;
}

/* (transfer container): columns of @table; those of the primary key first where @key_first. */
static GPtrArray *
sorted_columns(const PgaDesignTable *table, gboolean key_first)
{
    GPtrArray *sorted = g_ptr_array_new();
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    const GPtrArray *key = pga_table_key_columns(table);
    guint offset = 0;

    for (guint i = 0; i < table->columns->len; i++)
        g_ptr_array_add(left, g_ptr_array_index(table->columns, i));
    for (guint i = 0; key_first && i < key->len; i++) {
        PgaDesignColumn *column = pga_design_table_column(table, g_ptr_array_index(key, i));

        if (column && g_ptr_array_remove(left, column))
            place(sorted, column, &offset);
    }
    while (left->len > 0) {
        guint best = 0;

        for (guint i = 1; i < left->len; i++)
            if (fitness(g_ptr_array_index(left, i), offset) >
                fitness(g_ptr_array_index(left, best), offset))
                best = i;
        place(sorted, g_ptr_array_remove_index(left, best), &offset);
    }
    return sorted;
}

static void
order(PgaDesignTable *table)
{
    g_autoptr(GPtrArray) with_key = sorted_columns(table, TRUE);
    g_autoptr(GPtrArray) without = sorted_columns(table, FALSE);
    double stated = pga_columns_bytes(table->columns);
    const GPtrArray *best =
        pga_columns_bytes(with_key) <= pga_columns_bytes(without) ? with_key : without;

    if (stated - pga_columns_bytes(best) < LEAST_GAIN)
        return; /* as they were stated */
    table->padding_saved = stated - pga_columns_bytes(best);
    for (guint i = 0; i < best->len; i++)
        table->columns->pdata[i] = g_ptr_array_index(best, i);
}

void
pga_tables_order(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++)
        order(g_ptr_array_index(architecture->tables, i));
}
