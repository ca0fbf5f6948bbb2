/* Statements that name a column which is in another table now. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    const char *table, *column;       /* as the statement has it, unquoted */
    const char *to_table, *to_column; /* where it is */
    const char *on;                   /* SQL: how the two are joined */
    const GPtrArray *shared;          /* of char *: columns that both tables have */
} PgaColumnMove;

/* (transfer full) (nullable): @sql, a SELECT from @move->table alone and without an alias, with the
 * other table joined; NULL: it does not name the column, or is not as simple as that. */
char *pga_sql_move_column(const char *sql, const PgaColumnMove *move);

/* (transfer full) (nullable): @sql, a SELECT, with @instead, a SELECT without parentheses, read in
 * the place of each @table behind FROM and JOIN, under the name that it has there; NULL: it is
 * nowhere there. */
char *pga_sql_put_table(const char *sql, const char *table, const char *instead);

G_END_DECLS
