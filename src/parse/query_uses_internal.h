/* Where a statement's parameters stand: the column that each is compared with, LIMIT, OFFSET. */
#pragma once
#include "statement_tree_internal.h"

G_BEGIN_DECLS

typedef enum {
    QUERY_USE_COMPARED, /* with a column, by itself, cast, or one of a list */
    QUERY_USE_DERIVED,  /* a date or time in an expression that is compared */
    QUERY_USE_NUMBER,   /* of the compared sum or difference of two: the first; cast to integer */
    QUERY_USE_DELTA,    /* and the second */
    QUERY_USE_INTERVAL, /* cast to interval */
    QUERY_USE_LIMIT,
    QUERY_USE_OFFSET,
} QueryUseKind;

typedef struct {
    guint number;
    QueryUseKind kind;
    const PgaRelation *relation; /* of what is compared */
    const PgaAttribute *attribute;
    const char *operator_; /* borrowed from the tree, as PgaPredicate.operator_ */
    guint item;            /* of a list or BETWEEN: which one, from 0 */
    gboolean in_array;     /* of an array, ARRAY[$1, $2], not of IN or VALUES */
    gboolean has_fields;   /* of INTERVAL: "interval day": a number is enough */
} QueryUse;

/* (transfer full): of QueryUse: one for each parameter, as far as it has one; @tree outlives it. */
GArray *pga_query_uses(const PgaNames *names, const json_t *tree, const char *usename);

G_END_DECLS
