/* A text of SQL as tokens that can be replaced one by one. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    SQL_WORD,     /* a keyword or a bare identifier */
    SQL_QUOTED,   /* an identifier in double quotes, U&"" among them */
    SQL_STRING,   /* '', E'', U&'', N'' */
    SQL_DOLLAR,   /* $tag$…$tag$ */
    SQL_BITS,     /* B'', X'' */
    SQL_NUMBER,   /* with a unit behind it, if there is one */
    SQL_PARAM,    /* $1 */
    SQL_OPERATOR, /* one operator, or "::", ":=" */
    SQL_OTHER,    /* one of ( ) [ ] , ; . */
    SQL_CUT,      /* what does not end before the text does: nobody can tell what it is */
} SqlTokenKind;

typedef struct {
    SqlTokenKind kind;
    guint start, end;     /* bytes of the text */
    char *text;           /* (nullable): what it is replaced by */
    char *before, *after; /* (nullable): what is put around it */
} SqlToken;

typedef struct {
    const char *sql; /* borrowed */
    GArray *tokens;  /* of SqlToken */
} SqlText;

/* @sql: valid UTF-8 or not. */
SqlText *pga_sql_text_new(const char *sql);
void pga_sql_text_free(SqlText *text);

SqlToken *pga_sql_text_token(const SqlText *text, guint i);

/* (nullable): the token that begins at @start. */
SqlToken *pga_sql_text_at(const SqlText *text, guint start, guint *i);

/* Whether the token is the keyword or the sign @word, in any case. FALSE behind the last one. */
gboolean pga_sql_text_is(const SqlText *text, guint i, const char *word);

/* (transfer full): an identifier as the catalogs have it, a string's value; valid UTF-8. */
char *pga_sql_text_value(const SqlText *text, guint i);

/* Takes @replacement; what a token was replaced by before is forgotten. */
void pga_sql_text_replace(SqlText *text, guint i, char *replacement);

/* (transfer full): the text with what was replaced, without comments. */
char *pga_sql_text_write(const SqlText *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlText, pga_sql_text_free)

G_END_DECLS
