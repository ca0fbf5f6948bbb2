/* Where one is among the words of a text. */
#pragma once
#include "sql_map_internal.h"

G_BEGIN_DECLS

typedef struct {
    PgaSqlMap *map;
    SqlText *text;
    guint statement; /* first token of the statement */
    gboolean parsed;
    gboolean of_routine; /* of the statement: it makes a routine, or is one: DO */
} SqlReading;

gboolean pga_sql_is_at(const SqlReading *reading, guint i, const char *word);
/* @words: NULL-terminated */
gboolean pga_sql_is_one_of(const SqlReading *reading, guint i, const char *const *words);
SqlTokenKind pga_sql_kind_at(const SqlReading *reading, guint i);
gboolean pga_sql_is_name(const SqlReading *reading, guint i);

/* Replaces the string. @want (nullable): of SQL_USE_VALUE. */
void pga_sql_put_string(const SqlReading *reading, guint i, SqlStringUse use,
                        const PgaValueType *want);

/* A setting, an option, a storage parameter: TRUE when the string was one and is replaced. */
gboolean pga_sql_take_option(const SqlReading *reading, guint i);
/* An argument of a function that takes words of its own. */
gboolean pga_sql_take_argument(const SqlReading *reading, guint i);

/* Whether the word is the name of a storage parameter: WITH (fillfactor = 70). */
gboolean pga_sql_is_parameter(const SqlReading *reading, guint i);

G_END_DECLS
