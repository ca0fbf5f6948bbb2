/* Lists of constants cut short: a thousand of them say little more than the first, and the parser's
 * recursion sets a limit to a text's length. */
#include <string.h>

#include "query_edit_internal.h"

static gboolean
is_constant(const QueryToken *token)
{
    return token->kind == QUERY_STRING || token->kind == QUERY_NUMBER ||
           token->kind == QUERY_PARAMETER || pga_query_token_is(token, "null");
}

/* Behind the constant at @i, with its sign and cast, or behind what opens there; @i when
 * it is neither. */
static gsize
behind_item(const GArray *tokens, gsize i)
{
    gsize at = i;

    if (pga_query_token(tokens, at)->kind == QUERY_OPEN)
        return pga_query_tokens_close(tokens, at) + 1;
    at += pga_query_token_is_sign(pga_query_token(tokens, at), '-');
    if (!is_constant(pga_query_token(tokens, at)))
        return i;
    at++;
    if (pga_query_token_is_sign(pga_query_token(tokens, at), ':'))
        at += 3;
    return at;
}

/* What stands in the parentheses of an item may be a list by itself. */
static void
cover(const GArray *tokens, gsize first, gsize end, gboolean *covered)
{
    const gboolean opens = pga_query_token(tokens, first)->kind == QUERY_OPEN;

    for (gsize i = first; i < (opens ? first + 1 : MIN(end, tokens->len)); i++)
        covered[i] = TRUE;
}

/* The list that begins at @first: what is beyond @max items is dropped. @covered: by token, whether
 * it is of a list that was gone through. */
static void
shorten_list(QueryDraft *draft, gsize first, guint max, gboolean *covered)
{
    gsize end = behind_item(draft->tokens, first);

    cover(draft->tokens, first, end, covered);
    for (guint n = 1; end > first && end < draft->tokens->len; n++) {
        const gsize next = pga_query_token_is_sign(pga_query_token(draft->tokens, end), ',')
                               ? behind_item(draft->tokens, end + 1)
                               : end;

        if (next <= end + 1 || next > draft->tokens->len)
            break;
        cover(draft->tokens, end + 1, next, covered);
        for (; end < next; end++)
            pga_query_draft_edit(draft, end)->dropped |= n >= max;
    }
}

char *
pga_query_shorten_lists(const char *text, guint max)
{
    g_autoptr(QueryDraft) draft = pga_query_draft_new(text, strlen(text));
    g_autofree gboolean *covered = g_new0(gboolean, draft->tokens->len + 1);

    for (gsize i = 0; i < draft->tokens->len; i++)
        if (!covered[i])
            shorten_list(draft, i, max, covered);
    return pga_query_draft_write(draft);
}
