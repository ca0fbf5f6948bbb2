/* Relations that code reads row by row. */
#pragma once
#include "django_declared_internal.h"
#include "django_once_internal.h"

G_BEGIN_DECLS

/** What a loop's rows are asked for, one query each. */
typedef struct {
    const PgaDjangoEvent *event; /* that reads the relation, the first one */
    const PgaDjangoBlock *loop;  /* of the event's function */
    const PgaDjangoEvent *fetch; /* that brings the loop's rows */
    char *path;                  /* "customer__country": from the loop's row, the longest */
    gboolean is_to_one;          /* all of its steps: select_related() can have it */
    gboolean is_certain;         /* read in each round */
    const PgaDjangoEvent *inner; /* (nullable): in a method that the event runs: what asks */
    gboolean is_query;           /* no relation: @inner asks for itself */
    gboolean is_maybe;           /* @inner asks on some ways through the method only */
} PgaLoopRead;

void pga_loop_read_free(PgaLoopRead *read);

/* It stands where the loop ends: in "return …", "raise …", an arm whose last statement is one of
 * these or break. */
gboolean pga_loop_ends(const PgaDjangoEvent *event, const PgaDjangoBlock *loop);

/* The method writes rows, too: each round has statements of its own anyway. */
gboolean pga_loop_writes(const PgaLoopRead *read);

/* row.lines.values_list("sku"): a query of its own, also of rows that were fetched before. */
gboolean pga_loop_asks_anyway(const PgaDjangoEvent *event);

/* (transfer full): of PgaLoopRead *: each loop and relation once, of loops over rows that the
 * function itself asks for and that are not known to be few; in methods of the rows, too. */
GPtrArray *pga_django_loop_reads(PgaDjangoNames *names, const PgaDjangoFunction *function);

/* The rounds are many, as far as can be told. */
gboolean pga_django_loop_is_long(const PgaDjangoFunction *function, const PgaDjangoBlock *loop);

/* All rows have the same: customer.orders.all(), filter(customer=…). */
gboolean pga_django_is_given(const PgaDjangoQuerySet *queryset, const PgaDjangoField *field);

/* A slice of some. */
gboolean pga_django_is_few(const PgaDjangoQuerySet *queryset);

/* The event that a loop's rows come from: (nullable). */
const PgaDjangoEvent *pga_django_loop_fetch(const PgaDjangoFunction *function,
                                            const PgaDjangoBlock *loop);

/* Whether @paths (nullable, of char *) fetch the relation @path or what lies behind it. */
gboolean pga_django_paths_cover(const GPtrArray *paths, const char *path);

G_END_DECLS
