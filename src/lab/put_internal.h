/* Many rows told to the clone's catalogs or to the whatif module by one statement: column by column
 * as arrays, some thousand rows at a time. */
#pragma once
#include "clone_internal.h"

G_BEGIN_DECLS

enum { PGA_PUT_COLUMNS = 24 };

typedef struct {
    PgaClone *clone;
    const char *what; /* what is not as on the source when the server refuses a statement; static */
    const char *sql;  /* $1 … $n: text[] each; rows that it returns are (what, why) to be noted */
    guint n_columns;
    guint n_names; /* of the first columns, which name the object of a row: 0, 1 or 2 */
    guint spared;  /* a column, from 1, that is NULL when the row was refused with it; 0: none */
    /*< private >*/
    GPtrArray *rows; /* (nullable): of char **, of n_columns each */
    gsize n_bytes;
} PgaPut;

/* Of rows that two names begin. */
#define PGA_PUT_NAMED(clone_, what_, sql_, n)                                                      \
    {                                                                                              \
        .clone = (clone_), .what = (what_), .sql = (sql_), .n_columns = (n), .n_names = 2          \
    }

/* Adds a row of put->n_columns values, (nullable) each. FALSE with PGA_ERROR_LAB or
 * PGA_ERROR_INTERRUPTED. */
gboolean pga_put_row(PgaPut *put, const char *const *values, GError **error);

/* Sends what is left; a row that the server refuses is noted, with its name; also to be called
 * after an error, with @error NULL. */
gboolean pga_put_end(PgaPut *put, GError **error);

/* clone_samples.c: rows for the module's estimates of indexes. FALSE as above. */
gboolean pga_clone_put_samples(PgaClone *clone, const PgaPlannerData *data, GError **error);

G_END_DECLS
