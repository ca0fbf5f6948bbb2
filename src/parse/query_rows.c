/* (VALUES ($1, $2), …) AS v (id, total): the columns of such a list have the types of the columns
 * that they are compared with, or that are set to them, where their constants had none. */
#include "query_edit_internal.h"

/** One list: places of tokens. */
typedef struct {
    gsize row, alias, names;
} Rows;

/* FALSE when no list of rows with an alias and names begins at @open. */
static gboolean
find_rows(const GArray *tokens, gsize open, Rows *rows)
{
    const gsize close = pga_query_tokens_close(tokens, open);

    rows->row = open + 2;
    rows->alias = close + 1;
    if (!pga_query_token_is(pga_query_token(tokens, open + 1), "values") ||
        pga_query_token(tokens, rows->row)->kind != QUERY_OPEN)
        return FALSE;
    rows->alias += pga_query_token_is(pga_query_token(tokens, rows->alias), "as");
    rows->names = rows->alias + 1;
    return pga_query_token(tokens, rows->alias)->kind == QUERY_WORD &&
           pga_query_token(tokens, rows->names)->kind == QUERY_OPEN;
}

static gboolean
are_same(const QueryToken *a, const QueryToken *b)
{
    return a->kind == QUERY_WORD && b->kind == QUERY_WORD && a->length == b->length &&
           g_ascii_strncasecmp(a->text, b->text, a->length) == 0;
}

/* (nullable): the type of columns of that name. */
static const char *
type_of_name(const QueryToken *token, GHashTable *types)
{
    g_autofree char *folded = NULL;

    if (token->kind != QUERY_WORD)
        return NULL;
    folded = g_ascii_strdown(token->text, (gssize)token->length);
    return g_hash_table_lookup(types, folded);
}

/* (nullable): of the column on the other side of "=", when "alias.name" begins at @i. */
static const char *
type_beside(const GArray *tokens, gsize i, GHashTable *types)
{
    gsize column = i + 4; /* alias . name = column */

    if (i > 1 && pga_query_tokens_is_operator(tokens, i - 1, "="))
        return type_of_name(pga_query_token(tokens, i - 2), types);
    if (!pga_query_tokens_is_operator(tokens, i + 3, "="))
        return NULL;
    if (pga_query_token_is_sign(pga_query_token(tokens, column + 1), '.'))
        column += 2;
    return type_of_name(pga_query_token(tokens, column), types);
}

/* (nullable): what the list's column whose name stands at @name is compared with. */
static const char *
type_wanted(const GArray *tokens, const Rows *rows, gsize name, GHashTable *types)
{
    for (gsize i = 0; i + 2 < tokens->len; i++) {
        const char *type = NULL;

        if (are_same(pga_query_token(tokens, i), pga_query_token(tokens, rows->alias)) &&
            pga_query_token_is_sign(pga_query_token(tokens, i + 1), '.') &&
            are_same(pga_query_token(tokens, i + 2), pga_query_token(tokens, name)))
            type = type_beside(tokens, i, types);
        if (type)
            return type;
    }
    return NULL;
}

/* Names and the first row's items go together, as long as each is one token. */
static void
cast_row(QueryDraft *draft, const Rows *rows, GHashTable *types)
{
    const gsize end = pga_query_tokens_close(draft->tokens, rows->row);
    gsize name = rows->names + 1;

    for (gsize item = rows->row + 1; item < end; item++) {
        const char *type = pga_query_draft_is_bare(draft, item)
                               ? type_wanted(draft->tokens, rows, name, types)
                               : NULL;

        if (type)
            pga_query_draft_cast(draft, item, type);
        while (item < end && !(pga_query_token_is_sign(pga_query_token(draft->tokens, item), ',') &&
                               pga_query_token(draft->tokens, item)->depth ==
                                   pga_query_token(draft->tokens, rows->row)->depth + 1))
            item++;
        name += 2;
    }
}

void
pga_query_cast_rows(QueryDraft *draft, GHashTable *types)
{
    Rows rows;

    for (gsize i = 0; i + 2 < draft->tokens->len; i++)
        if (pga_query_token(draft->tokens, i)->kind == QUERY_OPEN &&
            find_rows(draft->tokens, i, &rows))
            cast_row(draft, &rows, types);
}
