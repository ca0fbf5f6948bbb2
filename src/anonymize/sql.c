/* A text of SQL, by its form. */
#include <string.h>

#include "sql_map_internal.h"

PgaSqlMap *
pga_sql_map_new(PgaNameMap *names, PgaValueMap *values, const PgaSnapshot *snapshot)
{
    PgaSqlMap *map = g_new0(PgaSqlMap, 1);

    (void)snapshot;
    map->names = names;
    map->values = values;
    return map;
}

void
pga_sql_map_free(PgaSqlMap *map)
{
    g_free(map);
}

char *
pga_sql_map(PgaSqlMap *map, PgaSqlForm form, const char *sql, const PgaRelation *relation)
{
    g_autoptr(SqlText) text = NULL;

    (void)relation;
    if (!sql)
        return NULL;
    if (form == PGA_SQL_ACL)
        return pga_sql_acl(map, sql);
    if (form == PGA_SQL_PROSE)
        return pga_sql_prose(map, sql);
    text = pga_sql_text_new(sql);
    pga_sql_words(map, text);
    return pga_sql_text_write(text);
}

char *
pga_sql_map_default(PgaSqlMap *map, const char *sql, const PgaRelation *relation, gint16 attnum)
{
    (void)attnum;
    return pga_sql_map(map, PGA_SQL_EXPRESSION, sql, relation);
}

char *
pga_sql_map_body(PgaSqlMap *map, const char *body, const char *language)
{
    if (!body)
        return NULL;
    if (strcmp(language, "sql") == 0 || strcmp(language, "plpgsql") == 0)
        return pga_sql_map(map, PGA_SQL_STATEMENTS, body, NULL);
    map->n_emptied++;
    return g_strdup("");
}

guint
pga_sql_map_n_emptied(const PgaSqlMap *map)
{
    return map->n_emptied;
}

guint
pga_sql_map_n_cut(const PgaSqlMap *map)
{
    return map->n_cut;
}
