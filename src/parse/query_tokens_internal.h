/* One statement as an array of tokens, for what has to be known of a text before, or without, its
 * parse tree. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    QUERY_WORD, /* a keyword or a bare identifier */
    QUERY_QUOTED_NAME,
    QUERY_STRING, /* with its prefix: E'', B'', dollar quotes */
    QUERY_NUMBER,
    QUERY_PARAMETER,
    QUERY_OPEN, /* ( or [ */
    QUERY_CLOSE,
    QUERY_SEMICOLON,
    QUERY_SIGN, /* one character of an operator, a comma, a dot */
} QueryTokenKind;

typedef struct {
    QueryTokenKind kind;
    const char *text; /* borrowed */
    gsize length;
    guint depth;     /* of parentheses and brackets around it; those themselves stand outside */
    guint parameter; /* of QUERY_PARAMETER: its number */
    guint partner;   /* of QUERY_OPEN and _CLOSE: place of the other; 0: there is none */
} QueryToken;

/* (transfer full): of QueryToken. A text that ends inside a quote or a comment has what was before.
 */
GArray *pga_query_tokens(const char *text, gsize length);

/* Whether the text does not end inside a quote or a comment. */
gboolean pga_query_text_is_whole(const char *text, gsize length);

/* The token at @i; one of no length and of kind QUERY_SIGN where there is none. */
const QueryToken *pga_query_token(const GArray *tokens, gsize i);

gboolean pga_query_token_is(const QueryToken *token, const char *word);
gboolean pga_query_token_is_sign(const QueryToken *token, char sign);

/* Whether it is a word of the NULL-terminated @words. */
gboolean pga_query_token_is_any(const QueryToken *token, const char *const *words);

/* The place of what closes the one that opens at @open; the number of tokens if nothing does. */
gsize pga_query_tokens_close(const GArray *tokens, gsize open);

/* Whether the sign at @i is one of @signs and an operator by itself: not the first of "->". */
gboolean pga_query_tokens_is_operator(const GArray *tokens, gsize i, const char *signs);

/* Whether nothing stands between @a and @b, the one behind it. */
gboolean pga_query_tokens_touch(const QueryToken *a, const QueryToken *b);

G_END_DECLS
