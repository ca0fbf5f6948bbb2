/* How large tables become. */
#include "sizes_internal.h"

#include <base/text.h>
#include <math.h>
#include <string.h>

enum { BLOCK = 8192, LINE_POINTER = 4, MAPS = 4 }; /* free space and visibility: blocks */

static double
whole_blocks(double bytes)
{
    return ceil(bytes / BLOCK) * BLOCK;
}

/* Bytes of the advised indexes of @table. */
static double
advised_bytes(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    g_autofree char *qualified = pga_quote_qualified("public", table->name);
    g_autofree char *bare = pga_quote_identifier(table->name);
    double bytes = 0;

    for (guint i = 0; architecture->index && i < architecture->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(architecture->index->advice, i);

        if (strcmp(advice->table, qualified) == 0 || strcmp(advice->table, bare) == 0)
            bytes += (double)MAX(advice->bytes, 0);
    }
    return bytes;
}

static void
size_table(const PgaArchitecture *architecture, PgaDesignTable *table)
{
    const double rows = MAX(table->rows, 0);
    PgaRowSize row = {0};

    pga_sizes_row(table, &row);
    table->row_bytes = row.tuple + LINE_POINTER;
    table->heap_bytes = rows > 0 ? whole_blocks(rows * row.heap) + MAPS * BLOCK : 0;
    table->toast_bytes = rows * row.toast > 0 ? whole_blocks(rows * row.toast) + MAPS * BLOCK : 0;
    table->index_bytes = pga_sizes_indexes(table) + advised_bytes(architecture, table);
}

void
pga_design_sizes(PgaArchitecture *architecture)
{
    architecture->bytes = 0;
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        size_table(architecture, table);
        architecture->bytes += table->heap_bytes + table->toast_bytes + table->index_bytes;
    }
}
