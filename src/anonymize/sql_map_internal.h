/* What the parts of the map of SQL share. */
#pragma once
#include "sql_columns_internal.h"
#include "sql_internal.h"
#include "sql_tokens_internal.h"

G_BEGIN_DECLS

struct PgaSqlMap {
    PgaNameMap *names;
    PgaValueMap *values;
    SqlCatalog *catalog;
    const PgaValueType *text, *texts, *numeric, *date, *timestamp, *json, *tsquery;
    SqlColumns *parameters; /* (nullable): of the routine that the text in work makes */
    guint n_emptied, n_cut;
};

/** What a string is, if it is no value of a column. */
typedef enum {
    SQL_USE_VALUE,
    SQL_USE_KEPT,  /* a format, a time zone: a word of a function */
    SQL_USE_PLAIN, /* of a type whose values say nothing: interval, boolean */
    SQL_USE_NAME,  /* names something, qualified or not, perhaps with arguments */
    SQL_USE_REGEX, /* a regular expression */
    SQL_USE_TSQUERY,
    SQL_USE_JSONPATH,
    SQL_USE_FORMAT, /* of format(): %s stays */
    SQL_USE_OPAQUE, /* of a type that nobody knows: as it looks, without what it says */
} SqlStringUse;

/* (transfer full): the literal that the string @value becomes. @want (nullable): of SQL_USE_VALUE:
 * the type. */
char *pga_sql_string(PgaSqlMap *map, const char *value, SqlStringUse use, const PgaValueType *want);
/* (transfer full) (nullable): what the number becomes as a value of @want; NULL: it stays. */
char *pga_sql_number(PgaSqlMap *map, const char *number, const PgaValueType *want);

/* What a string cast to the type of that bare name is. */
SqlStringUse pga_sql_use_of_type(const char *typname);
/* What a function's argument is; SQL_USE_VALUE: nothing special. */
SqlStringUse pga_sql_use_of_argument(const char *proname, guint argument, guint n_arguments);

/* Replaces identifiers, and strings and numbers by what stands beside them; what has a replacement
 * already stays. @parsed: numbers were looked at by the tree. */
void pga_sql_words(PgaSqlMap *map, SqlText *text, gboolean parsed);

/* sql_pattern.c (transfer full) */
char *pga_sql_regex(PgaSqlMap *map, const char *pattern);
char *pga_sql_jsonpath(PgaSqlMap *map, const char *path);
char *pga_sql_opaque(PgaSqlMap *map, const char *value);
/* Letters in runs, each for itself, by the map of texts. */
char *pga_sql_text_map(PgaSqlMap *map, const char *value);

/* (transfer full): the identifier that @word, quoted or not, becomes as SQL would write it. */
char *pga_sql_identifier(PgaSqlMap *map, const char *word);

/* Forms that are no SQL. (transfer full) */
char *pga_sql_acl(PgaSqlMap *map, const char *acl);
char *pga_sql_prose(PgaSqlMap *map, const char *prose);

G_END_DECLS
