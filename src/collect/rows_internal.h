/* A result read row by row, its columns by name. Asking for the columns in the query's order costs
 * one comparison each. Text of a database in SQL_ASCII may be no UTF-8: what is read here always
 * is. */
#pragma once
#include <glib.h>
#include <libpq-fe.h>
#include <model/catalog.h>

G_BEGIN_DECLS

typedef struct {
    const PGresult *result; /* (nullable): NULL has no rows */
    int row, next;
} PgaRows;

#define PGA_ROWS_INIT(result)                                                                      \
    {                                                                                              \
        (result), -1, 0                                                                            \
    }

gboolean pga_rows_next(PgaRows *rows);

gboolean pga_rows_is_null(PgaRows *rows, const char *column);
char *pga_rows_dup(PgaRows *rows, const char *column); /* (transfer full) (nullable): NULL of SQL */
const char *pga_rows_text(PgaRows *rows,
                          const char *column);         /* borrowed, "" for NULL, not made valid */
char pga_rows_char(PgaRows *rows, const char *column); /* 0 for NULL and "" */
gboolean pga_rows_bool(PgaRows *rows, const char *column); /* FALSE for NULL */
PgaOid pga_rows_oid(PgaRows *rows, const char *column);    /* 0 for NULL */
gint64 pga_rows_int64(PgaRows *rows, const char *column, gint64 if_null);
double pga_rows_double(PgaRows *rows, const char *column, double if_null);

/* The column that pga_collector_isolate() adds. */
#define PGA_REFUSAL_COLUMN "refusal"

/* (transfer full) (nullable): what the server said when it was to show this row whole. */
char *pga_rows_refusal(PgaRows *rows);

/* Appends the numbers of "{1,2}" or "1 2". */
void pga_rows_int16s(PgaRows *rows, const char *column, GArray *out);
void pga_rows_oids(PgaRows *rows, const char *column, GArray *out);
/* (transfer full) (nullable) */
GArray *pga_rows_doubles(PgaRows *rows, const char *column);
GPtrArray *pga_rows_texts(PgaRows *rows, const char *column);

G_END_DECLS
