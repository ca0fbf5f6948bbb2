/* What rows and their indexes take. */
#pragma once
#include "design/design.h"

G_BEGIN_DECLS

/** An average row. Bytes. */
typedef struct {
    double tuple; /* header, values, padding */
    double heap;  /* its part of a page, whatever is left free there included */
    double toast; /* its values that are kept apart, with their index */
} PgaRowSize;

/* sizes_row.c: @offset, or the next one that @alignment divides. Bytes. */
double pga_align_to(double offset, double alignment);
void pga_sizes_row(const PgaDesignTable *table, PgaRowSize *size);

/* sizes_index.c: of the indexes that @table's keys and exclusion constraints make, filled by
 * inserting its rows in their order. */
double pga_sizes_indexes(const PgaDesignTable *table);

G_END_DECLS
