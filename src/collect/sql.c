/* Choosing a query's text by the server's major version. */
#include "sql_internal.h"

#include <string.h>

const char *
pga_sql_text(const char *name, guint major)
{
    const guint known = CLAMP(major, 9, PGA_SQL_NEWEST_MAJOR);

    for (const PgaSqlText *sql = pga_sql_texts; sql->name; sql++)
        if (strcmp(sql->name, name) == 0 && sql->first <= known && known <= sql->last)
            return sql->text;
    g_return_val_if_reached(NULL);
}
