/* Words of a text, one by one. */
#include <base/text.h>
#include <string.h>

#include "sql_map_internal.h"

static void
replace_identifier(PgaSqlMap *map, SqlText *text, guint i)
{
    g_autofree char *word = pga_sql_text_value(text, i);
    g_autofree char *name = NULL;

    if (pga_name_is_own(map->names, word))
        return;
    name = pga_name_map(map->names, PGA_NAME_OTHER, word);
    pga_sql_text_replace(text, i, pga_quote_identifier(name));
}

static void
replace_string(PgaSqlMap *map, SqlText *text, guint i)
{
    g_autofree char *value = pga_sql_text_value(text, i);
    g_autofree char *mapped =
        pga_value_map(map->values, pga_value_type_of(map->values, "text"), value);

    pga_sql_text_replace(text, i, pga_quote_literal(mapped ? mapped : ""));
}

static void
replace_token(PgaSqlMap *map, SqlText *text, guint i)
{
    const SqlToken *token = pga_sql_text_token(text, i);

    switch (token->kind) {
    case SQL_WORD:
    case SQL_QUOTED:
        replace_identifier(map, text, i);
        break;
    case SQL_STRING:
    case SQL_DOLLAR:
        replace_string(map, text, i);
        break;
    case SQL_CUT:
        map->n_cut++;
        break;
    case SQL_BITS:
    case SQL_NUMBER:
    case SQL_PARAM:
    case SQL_OPERATOR:
    case SQL_OTHER:
    default:
        break;
    }
}

void
pga_sql_words(PgaSqlMap *map, SqlText *text)
{
    for (guint i = 0; i < text->tokens->len; i++)
        if (!pga_sql_text_token(text, i)->text)
            replace_token(map, text, i);
}
