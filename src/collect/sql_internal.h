/* The catalog queries, embedded from sql/ at build time. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    const char *name;
    guint first, last; /* majors; 9 stands for 9.6 */
    const char *text;
} PgaSqlText;

/* Ended by a NULL name. */
extern const PgaSqlText pga_sql_texts[];

/* The newest major that the queries were written for. */
#define PGA_SQL_NEWEST_MAJOR 18

/* The text for @major, above the newest the newest's; never NULL for a name that sql/ has. */
const char *pga_sql_text(const char *name, guint major);

G_END_DECLS
