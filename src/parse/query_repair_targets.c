/* An expression that stands both in the target list and in GROUP BY, ORDER BY or DISTINCT ON is one
 * to the server, which records the constants of the first only as parameters. The statement is
 * none then: a column must appear in GROUP BY. The constants are known, from the other place. */
#include "query_edit_internal.h"

/** Tokens from first up to, not with, end. */
typedef struct {
    gsize first, end;
} Span;

/* The end of the item of a list that begins at @first: a comma of its depth, or @end. */
static gsize
item_end(const GArray *tokens, gsize first, gsize end)
{
    const guint depth = pga_query_token(tokens, first)->depth;

    while (first < end && !(pga_query_token(tokens, first)->depth == depth &&
                            pga_query_token_is_sign(pga_query_token(tokens, first), ',')))
        first++;
    return first;
}

/* The first of @words at @depth from @first on, before what stands around is left. */
static gsize
find_word(const GArray *tokens, gsize first, guint depth, const char *const *words)
{
    for (; first < tokens->len; first++) {
        const QueryToken *token = pga_query_token(tokens, first);

        if (token->depth < depth || (token->depth == depth && pga_query_token_is_any(token, words)))
            break;
    }
    return first;
}

/* The SELECT that the clause at @i is of; the number of tokens when there is none. */
static gsize
select_of(const GArray *tokens, gsize i)
{
    const guint depth = pga_query_token(tokens, i)->depth;

    while (i-- > 0) {
        const QueryToken *token = pga_query_token(tokens, i);

        if (token->depth < depth)
            break;
        if (token->depth == depth && pga_query_token_is(token, "select"))
            return i;
    }
    return tokens->len;
}

static gboolean
is_constant(const QueryToken *token)
{
    return token->kind == QUERY_STRING || token->kind == QUERY_NUMBER;
}

/* extract(year from x): the word is a constant, too. */
static gboolean
is_extracted(const GArray *tokens, gsize i)
{
    return i > 1 && pga_query_token_is(pga_query_token(tokens, i - 2), "extract") &&
           pga_query_token(tokens, i)->kind == QUERY_WORD;
}

static gboolean
are_same(const GArray *tokens, gsize target, gsize item)
{
    const QueryToken *a = pga_query_token(tokens, target), *b = pga_query_token(tokens, item);

    if (a->kind == QUERY_PARAMETER && (is_constant(b) || is_extracted(tokens, item)))
        return TRUE;
    return a->kind == b->kind && a->length == b->length &&
           g_ascii_strncasecmp(a->text, b->text, a->length) == 0;
}

/* Whether @item, of @n tokens, is the target's expression; behind that is its alias at most. */
static gboolean
matches(const GArray *tokens, Span target, Span item)
{
    const gsize n = item.end - item.first;

    if (target.end - target.first < n || target.end - target.first > n + 2)
        return FALSE;
    for (gsize i = 0; i < n; i++)
        if (!are_same(tokens, target.first + i, item.first + i))
            return FALSE;
    return TRUE;
}

static void
put_constants(QueryDraft *draft, Span target, Span item)
{
    for (gsize i = 0; i < item.end - item.first; i++) {
        const QueryToken *from = pga_query_token(draft->tokens, item.first + i);
        QueryEdit *edit = pga_query_draft_edit(draft, target.first + i);

        if (pga_query_token(draft->tokens, target.first + i)->kind == QUERY_PARAMETER)
            edit->instead =
                g_string_chunk_insert_len(draft->texts, from->text, (gssize)from->length);
    }
}

static gboolean
holds_constant(const GArray *tokens, Span item)
{
    for (gsize i = item.first; i < item.end; i++)
        if (is_constant(pga_query_token(tokens, i)) || is_extracted(tokens, i))
            return item.end > item.first + 1; /* a number alone is a column's place */
    return FALSE;
}

/* Behind SELECT and DISTINCT [ON (…)]. */
static gsize
first_target(const GArray *tokens, gsize select)
{
    gsize first = select + 1;

    if (!pga_query_token_is(pga_query_token(tokens, first), "distinct"))
        return first;
    first++;
    if (!pga_query_token_is(pga_query_token(tokens, first), "on"))
        return first;
    return pga_query_tokens_close(tokens, first + 1) + 1;
}

static void
repair_target(QueryDraft *draft, gsize select, Span item)
{
    static const char *const ends[] = {"from", "where", "group", "order", "union", NULL};
    static const char *const orders[] = {"asc", "desc", "nulls", "first", "last", NULL};
    const GArray *tokens = draft->tokens;
    const gsize end = find_word(tokens, select + 1, pga_query_token(tokens, select)->depth, ends);

    while (item.end > item.first &&
           pga_query_token_is_any(pga_query_token(tokens, item.end - 1), orders))
        item.end--;
    if (!holds_constant(tokens, item))
        return;
    for (gsize first = first_target(tokens, select); first < end; first++) {
        const Span target = {first, item_end(tokens, first, end)};

        if (matches(tokens, target, item))
            put_constants(draft, target, item);
        first = target.end;
    }
}

/* @first: of a list of expressions. */
static void
repair_list(QueryDraft *draft, gsize select, gsize first, gsize end)
{
    for (; select < draft->tokens->len && first < end; first++) {
        const Span item = {first, item_end(draft->tokens, first, end)};

        repair_target(draft, select, item);
        first = item.end;
    }
}

void
pga_query_repair_targets(QueryDraft *draft)
{
    static const char *const ends[] = {"having", "window", "union", "except", "intersect", "limit",
                                       "offset", "fetch",  "for",   "order",  NULL};
    static const char *const clauses[] = {"group", "order", NULL};
    const GArray *tokens = draft->tokens;

    for (gsize i = 1; i + 2 < tokens->len; i++) {
        const QueryToken *token = pga_query_token(tokens, i);
        const QueryToken *next = pga_query_token(tokens, i + 1);

        if (pga_query_token_is_any(token, clauses) && pga_query_token_is(next, "by"))
            repair_list(draft, select_of(tokens, i), i + 2,
                        find_word(tokens, i + 2, token->depth, ends));
        else if (pga_query_token_is(token, "distinct") && pga_query_token_is(next, "on"))
            repair_list(draft, i - 1, i + 3, pga_query_tokens_close(tokens, i + 2));
    }
}
