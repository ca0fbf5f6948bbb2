/* The columns that one QuerySet finds a table's rows by, as an index would have them. */
#pragma once
#include "django_needs_internal.h"

G_BEGIN_DECLS

/** Of one table that a query reads, by the same relations. */
typedef struct {
    const PgaDjangoPath *path; /* of the first condition: how the table is reached */
    const PgaDjangoModel *model;
    GPtrArray *equal;            /* of const PgaDjangoField *, each once */
    GPtrArray *few;              /* the same of columns with few values */
    const PgaDjangoField *range; /* (nullable) */
    gboolean is_optional;        /* some of it is asked on some paths only */
} PgaFilter;

/* (transfer full): of PgaFilter *: of conditions that hold for every row; tables of the project. */
GPtrArray *pga_django_filters(const GArray *lookups);

/* (transfer full): of char *: columns in an index's order: many values, few values. */
GPtrArray *pga_filter_keys(const PgaFilter *filter);

/* Whether the rows come in an order of which only the first are wanted. */
gboolean pga_django_query_takes_first(const PgaDjangoQuery *query);

/* Appends "-created" of the orders that are the table's own columns. */
void pga_filter_add_order(GPtrArray *keys, const PgaDjangoQuerySet *queryset);

#define PGA_NEED_MIN_ROWS                                                                          \
    {                                                                                              \
        "min_rows", "rows", 10000, "Smaller tables are left as they are."                          \
    }

G_END_DECLS
