/* What the parts of the map of SQL share. */
#pragma once
#include "sql_internal.h"
#include "sql_tokens_internal.h"

G_BEGIN_DECLS

struct PgaSqlMap {
    PgaNameMap *names;
    PgaValueMap *values;
    guint n_emptied, n_cut;
};

/* Replaces identifiers, and strings and numbers by what stands beside them; what has a replacement
 * already stays. */
void pga_sql_words(PgaSqlMap *map, SqlText *text);

/* (transfer full): the identifier that @word, quoted or not, becomes as SQL would write it. */
char *pga_sql_identifier(PgaSqlMap *map, const char *word);

/* Forms that are no SQL. (transfer full) */
char *pga_sql_acl(PgaSqlMap *map, const char *acl);
char *pga_sql_prose(PgaSqlMap *map, const char *prose);

G_END_DECLS
