/* Parameters that nothing gives a type, where the constant that they stand for had one: arguments
 * of functions for any type, arithmetic among themselves, tests. */
#include <string.h>

#include "query_edit_internal.h"

/** What a constant without a cast must have been. */
static const struct {
    const char *function, *type;
} arguments[] = {
    {"count", "integer"},
    {"sum", "integer"},
    {"avg", "integer"},
    {"abs", "integer"},
    {"array_agg", "text"},
    {"concat", "text"},
    {"concat_ws", "text"},
    {"format", "text"},
    {"json_agg", "text"},
    {"json_build_array", "text"},
    {"json_build_object", "text"},
    {"jsonb_agg", "text"},
    {"jsonb_build_array", "text"},
    {"jsonb_build_object", "text"},
    {"num_nonnulls", "text"},
    {"num_nulls", "text"},
    {"pg_typeof", "text"},
    {"to_json", "text"},
    {"to_jsonb", "text"},
};

/* Whether the parameter at @i is an argument by itself, of what opens at @open. */
static gboolean
is_argument(const QueryDraft *draft, gsize i, gsize open)
{
    const QueryToken *last = pga_query_token(draft->tokens, i - 1);
    const QueryToken *next = pga_query_token(draft->tokens, i + 1);

    return pga_query_draft_is_bare(draft, i) &&
           pga_query_token(draft->tokens, i)->depth ==
               pga_query_token(draft->tokens, open)->depth + 1 &&
           (i - 1 == open || pga_query_token_is_sign(last, ',')) &&
           (next->kind == QUERY_CLOSE || pga_query_token_is_sign(next, ','));
}

/* @open: behind the function's name. */
static void
repair_arguments(QueryDraft *draft, gsize open, const char *type)
{
    const gsize close = pga_query_tokens_close(draft->tokens, open);

    for (gsize i = open + 1; i < close; i++)
        if (is_argument(draft, i, open))
            pga_query_draft_cast(draft, i, type);
}

/* generate_series($1, $2): of numbers, unless one of them has another type. */
static void
repair_series(QueryDraft *draft, gsize open)
{
    const gsize close = pga_query_tokens_close(draft->tokens, open);

    for (gsize i = open + 1; i < close; i += 2)
        if (!is_argument(draft, i, open))
            return;
    repair_arguments(draft, open, "integer");
}

/* substring(x from $1 for $2), substring(x, $1, $2): of the functions of that name the server would
 * choose the one that takes text. */
static void
repair_substring(QueryDraft *draft, gsize open)
{
    static const char *const leads[] = {"from", "for", NULL};
    const gsize close = pga_query_tokens_close(draft->tokens, open);
    gsize found[2];
    guint n = 0;

    for (gsize i = open + 2; i < close && n < G_N_ELEMENTS(found); i++) {
        const QueryToken *last = pga_query_token(draft->tokens, i - 1);

        if (is_argument(draft, i, open) ||
            (pga_query_draft_is_bare(draft, i) && pga_query_token_is_any(last, leads)))
            found[n++] = i;
    }
    for (guint i = 0; n == 2 && i < n; i++)
        pga_query_draft_cast(draft, found[i], "integer");
}

/* extract($1 from x) is in no grammar; the function behind it is called so from 14 on. */
static void
repair_extract(QueryDraft *draft, gsize open)
{
    if (!pga_query_draft_is_bare(draft, open + 1) ||
        !pga_query_token_is(pga_query_token(draft->tokens, open + 2), "from"))
        return;
    pga_query_draft_edit(draft, open - 1)->instead = "pg_catalog.\"extract\"";
    pga_query_draft_edit(draft, open + 2)->instead = ",";
}

/* Whether the parameter at @i is by itself what CASE gives. */
static gboolean
is_result(const QueryDraft *draft, gsize i)
{
    static const char *const leads[] = {"then", "else", NULL};
    static const char *const ends[] = {"when", "else", "end", NULL};

    return pga_query_draft_is_bare(draft, i) &&
           pga_query_token_is_any(pga_query_token(draft->tokens, i - 1), leads) &&
           pga_query_token_is_any(pga_query_token(draft->tokens, i + 1), ends);
}

/* sum(CASE … THEN $1 ELSE $2 END): of numbers, if nothing else is among the results. */
static void
repair_case(QueryDraft *draft, gsize open)
{
    static const char *const leads[] = {"then", "else", NULL};
    const gsize close = pga_query_tokens_close(draft->tokens, open);
    const guint depth = pga_query_token(draft->tokens, open)->depth + 1;

    for (gsize i = open + 1; i < close; i++)
        if (pga_query_token(draft->tokens, i)->depth == depth &&
            pga_query_token_is_any(pga_query_token(draft->tokens, i), leads) &&
            !is_result(draft, i + 1))
            return;
    for (gsize i = open + 1; i < close; i++)
        if (pga_query_token(draft->tokens, i)->depth == depth && is_result(draft, i))
            pga_query_draft_cast(draft, i, "integer");
}

/* @open opens something. */
static void
repair_call(QueryDraft *draft, gsize open)
{
    static const char *const of_numbers[] = {"sum", "avg", NULL};
    const QueryToken *name = pga_query_token(draft->tokens, open - 1);

    if (pga_query_token_is_any(name, of_numbers))
        repair_case(draft, open);
    if (pga_query_token_is(name, "extract"))
        repair_extract(draft, open);
    else if (pga_query_token_is(name, "substring"))
        repair_substring(draft, open);
    else if (pga_query_token_is(name, "generate_series"))
        repair_series(draft, open);
    for (guint i = 0; i < G_N_ELEMENTS(arguments); i++)
        if (pga_query_token_is(name, arguments[i].function))
            repair_arguments(draft, open, arguments[i].type);
}

static gboolean
is_date(const QueryDraft *draft, gsize i)
{
    const QueryToken *token = pga_query_token(draft->tokens, i);
    const char *after = pga_query_token(draft->tokens, i)->length > 0
                            ? pga_query_draft_edit(draft, i)->after
                            : NULL;

    if (pga_query_token_is(token, "current_date"))
        return TRUE;
    if (pga_query_token_is(token, "date"))
        return pga_query_token_is_sign(pga_query_token(draft->tokens, i - 1), ':');
    return after && g_ascii_strcasecmp(after, "::date") == 0;
}

static gboolean
begins_expression(const QueryToken *token)
{
    return token->kind == QUERY_OPEN || pga_query_token_is_sign(token, ',') ||
           pga_query_token_is(token, "select");
}

/* Numbers are the only constants without a type that + - * / know. @i: the sign. */
static void
repair_arithmetic(QueryDraft *draft, gsize i)
{
    if (!pga_query_tokens_is_operator(draft->tokens, i, "+-*/%^") ||
        !pga_query_draft_is_bare(draft, i + 1))
        return;
    if (pga_query_draft_is_bare(draft, i - 1))
        pga_query_draft_cast(draft, i - 1, "integer");
    else if (pga_query_tokens_is_operator(draft->tokens, i, "+-") &&
             (is_date(draft, i - 1) || begins_expression(pga_query_token(draft->tokens, i - 1))))
        pga_query_draft_cast(draft, i + 1, "integer");
}

/* Whether arithmetic is done with the name that stands at @name, anywhere. */
static gboolean
is_reckoned_with(const QueryDraft *draft, gsize name)
{
    const QueryToken *token = pga_query_token(draft->tokens, name);
    g_autofree char *word = g_strndup(token->text, token->length);

    for (gsize i = 0; i < draft->tokens->len; i++)
        if (i != name && pga_query_token_is(pga_query_token(draft->tokens, i), word) &&
            pga_query_tokens_is_operator(draft->tokens, i + 1, "+-*/%"))
            return TRUE;
    return FALSE;
}

/* "SELECT $1 AS level UNION ALL SELECT level + $2": not a text. @i: the word AS. */
static void
repair_target(QueryDraft *draft, gsize i)
{
    if (pga_query_draft_is_bare(draft, i - 1) && i > 1 &&
        begins_expression(pga_query_token(draft->tokens, i - 2)) &&
        pga_query_token(draft->tokens, i + 1)->kind == QUERY_WORD && is_reckoned_with(draft, i + 1))
        pga_query_draft_cast(draft, i - 1, "integer");
}

static guint
count_uses(const QueryDraft *draft, guint parameter)
{
    guint n = 0;

    for (gsize i = 0; i < draft->tokens->len; i++)
        n += pga_query_token(draft->tokens, i)->parameter == parameter;
    return n;
}

/* "$1 IS NULL": of no type, if it is nowhere else. @i: the word IS. */
static void
repair_test(QueryDraft *draft, gsize i)
{
    if (pga_query_draft_is_bare(draft, i - 1) &&
        count_uses(draft, pga_query_token(draft->tokens, i - 1)->parameter) == 1)
        pga_query_draft_cast(draft, i - 1, "text");
}

void
pga_query_repair_types(QueryDraft *draft)
{
    for (gsize i = 1; i < draft->tokens->len; i++) {
        const QueryToken *token = pga_query_token(draft->tokens, i);

        if (token->kind == QUERY_OPEN)
            repair_call(draft, i);
        else if (token->kind == QUERY_SIGN)
            repair_arithmetic(draft, i);
        else if (pga_query_token_is(token, "is"))
            repair_test(draft, i);
        else if (pga_query_token_is(token, "as"))
            repair_target(draft, i);
    }
}
