/* The order of values, as a server keeps histograms and lists of elements. */
#pragma once
#include <glib.h>

#include "value_internal.h"

G_BEGIN_DECLS

/** How texts are compared. */
typedef enum {
    PGA_ORDER_BYTES,   /* collation C; "name" */
    PGA_ORDER_LETTERS, /* of a language: letters and digits first, then their case, then signs */
    PGA_ORDER_LEXEMES, /* tsvector: by length, then bytes */
} PgaOrder;

/* Of a database whose default collation is @objects', in a column with @collation (nullable). */
PgaOrder pga_order_of(const PgaObjects *objects, const char *collation, const PgaValueType *type);

/* Whether the mapping of @type keeps the order of what it maps. */
gboolean pga_order_is_kept(const PgaValueType *type);

/* By the order of @type; as good as the order of a language can be known without its library. */
int pga_order_compare(PgaOrder order, const PgaValueType *type, const char *a, const char *b);

G_END_DECLS
